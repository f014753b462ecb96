"""Reading the arguments of a tool call as models write them, without ever guessing.

JSON is read strictly. What is not JSON but complete (trailing commas, single quotes, Python's literals, comments, a
code fence) is repaired, and the repair is held against the words of the original: it may mend punctuation only.
Anything else, above all what is cut off, is unreadable: the argument that limited the call may be the one missing.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

import json_repair

DEEPEST = 32
"""More nesting than any action has."""
_LONGEST_REPAIR = 20_000
_FENCE = re.compile(r"```\w*\s(.*)```", re.DOTALL)
_TOKEN = re.compile(
    r"""
    (?P<skip>    \s+ | //[^\n]* | \#[^\n]* | /\*.*?\*/ | , )
  | (?P<string>  "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' )
  | (?P<number>  [-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![\w.]) )
  | (?P<literal> (?:true|false|null|True|False|None)\b )
  | (?P<key>     [A-Za-z_]\w*(?=\s*:) )
  | (?P<bracket> [][{}] )
  | (?P<colon>   : )
    """,
    re.VERBOSE | re.DOTALL,
)
_LITERALS = {"true": True, "false": False, "null": None, "True": True, "False": False, "None": None}
_ESCAPE = re.compile(r"\\(.)|\"", re.DOTALL)
_CLOSES = {"}": "{", "]": "["}


class Unreadable(Exception):
    """Arguments that cannot be read for sure; the message says why, to a model or a person."""


def read(raw: Any) -> dict[str, Any]:
    """The arguments as an object, from an object or from text.

    Nothing ("", null, an empty list as PHP writes it) counts as no arguments. Text in text is decoded once more.

    :raises Unreadable: also for duplicate keys, NaN, lone surrogates and too deep nesting.
    """
    value = _decode(_decode(raw))
    if value is None or value == []:
        return {}
    if not isinstance(value, dict):
        raise Unreadable(f"The arguments are a {_kind(value)}, not an object")
    _check(value)
    return value


def _decode(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = value.strip()
    fenced = _FENCE.fullmatch(text)
    if fenced:
        text = fenced[1].strip()
    return _parse(text) if text else None


def _parse(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError:
        return _repair(text)
    except RecursionError:
        raise Unreadable("The arguments are nested too deeply") from None
    except ValueError:
        raise Unreadable("The arguments hold a number that is too long") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise Unreadable("The arguments name a key twice")
    return value


def _constant(name: str) -> Any:
    raise Unreadable(f"The arguments hold {name}, which is no number in JSON")


def _repair(text: str) -> Any:
    if len(text) > _LONGEST_REPAIR:
        raise Unreadable("The arguments are not valid JSON")
    words = list(_words(text))
    try:
        value: Any = json_repair.loads(text, skip_json_loads=True)
    except (ValueError, TypeError, LookupError, RecursionError):
        raise Unreadable("The arguments are not valid JSON") from None
    seen = list(_flat(value))
    if len(seen) != len(words) or not all(map(_same, words, seen)):
        raise Unreadable("The arguments are not valid JSON")
    return value


def _words(text: str) -> Iterator[str]:
    """Brackets, colons, keys and values in their order; refuses text that is not one complete object or list."""
    stack: list[str] = []
    end = started = 0
    while end < len(text):
        token = _TOKEN.match(text, end)
        if token is None:
            # A string or comment without an end looks like this too.
            raise Unreadable("The arguments are not valid JSON, or cut off")
        end = token.end()
        if token.lastgroup == "skip":
            continue
        if started and not stack:
            raise Unreadable("The arguments go on after their end")
        started = 1
        _nest(stack, token[0])
        yield token[0]
    if stack:
        raise Unreadable("The arguments are cut off")


def _nest(stack: list[str], word: str) -> None:
    if word in {"{", "["}:
        stack.append(word)
        if len(stack) > DEEPEST:
            raise Unreadable("The arguments are nested too deeply")
    elif word in _CLOSES and (not stack or stack.pop() != _CLOSES[word]):
        raise Unreadable("The arguments' brackets do not match")


def _flat(value: Any) -> Iterator[Any]:
    """What `_words` gives for a value: punctuation as text, strings as a pair with whether they are a key."""
    if isinstance(value, dict):
        yield "{"
        for key, item in value.items():
            yield key, True
            yield ":"
            yield from _flat(item)
        yield "}"
    elif isinstance(value, list):
        yield "["
        for item in value:
            yield from _flat(item)
        yield "]"
    else:
        yield (value, False) if isinstance(value, str) else value


def _same(word: str, seen: Any) -> bool:
    if isinstance(seen, str):
        return word == seen
    if isinstance(seen, tuple):
        text, is_key = seen
        return bool(_text(word) == text if word[0] in "\"'" else is_key and word == text)
    if seen is None or isinstance(seen, bool):
        return word in _LITERALS and _LITERALS[word] is seen
    return word[0] in "+-0123456789" and float(word) == seen


def _text(word: str) -> str | None:
    """What a quoted string says; None when its escapes are not JSON's."""
    if word[0] == "'":
        word = '"' + _ESCAPE.sub(_requoted, word[1:-1]) + '"'
    try:
        return str(json.loads(word, strict=False))
    except ValueError:
        return None


def _requoted(escape: re.Match[str]) -> str:
    if escape[0] == '"':
        return '\\"'
    return "'" if escape[1] == "'" else escape[0]


def _check(value: Any) -> None:
    """Refuse what JSON cannot carry, whoever parsed it."""
    waiting: list[tuple[Any, int]] = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if depth > DEEPEST:
            raise Unreadable("The arguments are nested too deeply")
        if isinstance(item, dict):
            if not all(isinstance(key, str) for key in item):
                raise Unreadable("The arguments have a key that is not text")
            waiting += [(part, depth + 1) for pair in item.items() for part in pair]
        elif isinstance(item, list):
            waiting += [(part, depth + 1) for part in item]
        else:
            _check_scalar(item)


def _check_scalar(value: Any) -> None:
    if isinstance(value, str):
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise Unreadable("The arguments hold half a character")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise Unreadable("The arguments hold a number that is not finite")
    elif value is not None and not isinstance(value, int):
        raise Unreadable(f"The arguments hold a {type(value).__name__}, which is not JSON")


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "truth value"
    return {list: "list", str: "text", int: "number", float: "number"}.get(type(value), type(value).__name__)
