"""Noise: what speech to text, thumbs and people add to a sentence without changing what it asks for."""

import re
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from random import Random
from typing import Any

import yaml

_TABLES: dict[str, Any] = yaml.safe_load((files("coreml_export.data") / "noise.yaml").read_text("utf-8"))
_BEFORE: Sequence[str] = _TABLES["before"]
_HEY: Sequence[str] = _TABLES["hey"]
_AFTER: Sequence[str] = _TABLES["after"]
_FILLERS: Sequence[str] = _TABLES["fillers"]
_HEARD: Mapping[str, Sequence[str]] = _TABLES["heard"]
_NEAR: Mapping[str, str] = _TABLES["near"]
_TYPED = 4
"""Shorter words would not be known again."""
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_ACTS = re.compile(
    r"^(?:turn|set|open|close|dim|lock|unlock|switch|start|stop|pause|play|mute|make|put|add|remove|send|show|tell|activate|deactivate|resume|unpause|skip|raise|lower|dock|return|vacuum|announce|cancel)\b",
    re.IGNORECASE,
)


def noisy(text: str, rng: Random, *, english: bool, free: Sequence[str] = ()) -> tuple[str, tuple[str, ...]]:
    """The sentence with some noise, and which kinds.

    :param free: words that are kept as they are, since they are the value (list items, messages).
    """
    done: list[str] = []
    if english:
        text = _politeness(text, rng, done)
        for _ in range(rng.choices((0, 1, 2), (90, 8, 2))[0]):
            text = _filler(text, rng, free, done)
        if rng.random() < 0.12:
            text = _once(text, rng, "heard", _misheard, free, done)
    if rng.random() < 0.12:
        text = _once(text, rng, "typo", _typo, free, done)
        if rng.random() < 0.25:
            text = _once(text, rng, "typo", _typo, free, done)
    return _dress(text, rng, done), tuple(done)


def _politeness(text: str, rng: Random, done: list[str]) -> str:
    if _ACTS.match(text) and rng.random() < 0.3:
        text = rng.choice(_BEFORE) + text
        done.append("opening")
    elif rng.random() < 0.06:
        text = rng.choice(_HEY) + text
        done.append("opening")
    if rng.random() < 0.1 and not text.endswith("?"):
        text = text.rstrip(".!") + rng.choice(_AFTER)
        done.append("closing")
    return text


def _filler(text: str, rng: Random, free: Sequence[str], done: list[str]) -> str:
    words = text.split()
    words.insert(rng.randrange(len(words) + 1), rng.choice(_FILLERS))
    filled = " ".join(words)
    # A value that is spoken as it is stays whole.
    if any(each in text and each not in filled for each in free):
        return text
    done.append("filler")
    return filled


def _once(
    text: str,
    rng: Random,
    kind: str,
    change: Callable[[str, Random], str | None],
    free: Sequence[str],
    done: list[str],
) -> str:
    """Change one word that is no part of a free text."""
    kept = {word.casefold() for each in free for word in _WORD.findall(each)}
    words = [found for found in _WORD.finditer(text) if found[0].casefold() not in kept]
    rng.shuffle(words)
    for found in words:
        if (changed := change(found[0], rng)) is not None:
            done.append(kind)
            return text[: found.start()] + changed + text[found.end() :]
    return text


def _misheard(word: str, rng: Random) -> str | None:
    heard = _HEARD.get(word.casefold())
    return rng.choice(heard) if heard else None


def _typo(word: str, rng: Random) -> str | None:
    if len(word) < _TYPED:
        return None
    place = rng.randrange(1, len(word) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return word[:place] + word[place + 1 :]
    if kind == 1:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if kind == 2:
        return word[:place] + word[place] + word[place:]
    return word[:place] + rng.choice(_NEAR.get(word[place].casefold(), word[place])) + word[place + 1 :]


def _dress(text: str, rng: Random, done: list[str]) -> str:
    """Case and punctuation, as the different speech engines and keyboards write them."""
    roll = rng.random()
    if roll < 0.42:
        text = text.lower().rstrip(".!")
        if rng.random() < 0.5:
            text = text.replace(",", "").replace("?", "")
            done.append("bare")
    elif roll < 0.72:
        text = text[:1].upper() + text[1:]
        text = text if text.endswith((".", "?", "!")) else f"{text}."
    elif roll < 0.74:
        text = text.upper()
        done.append("capitals")
    return text
