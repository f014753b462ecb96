"""Variants of a sentence: without politeness, and in the words that the templates know."""

import re
from collections.abc import Iterator

_OPENING = re.compile(
    r"^(?:(?:hey|hi|ok|okay|yo|um|uh|so|well|alright|all right|now|please|kindly|just|computer|home assistant|"
    r"hearthbridge)\b[\s,!.]*|(?:can|could|would|will) (?:you|we)\b[\s,]*|(?:would|do) you mind\s+|"
    r"(?:i want|i need|i'?d like|i would like) (?:you )?to\s+|(?:go ahead and|let'?s|make sure to|remember to)\s+)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"[\s,]+(?:please|thanks|thank you|for me|right now|now|will you|would you|could you|if you can|"
    r"if you could|if you don'?t mind|straight away|immediately)[\s.!?]*$",
    re.IGNORECASE,
)
_SHARES = {"half": 50, "halfway": 50, "quarter": 25, "third": 33, "three quarters": 75, "two thirds": 67}
_ENDS = {"full": 100, "maximum": 100, "max": 100, "the maximum": 100, "minimum": 1, "the minimum": 1}
_AMOUNT = "|".join(sorted({**_SHARES, **_ENDS}, key=len, reverse=True))
_REWRITES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        (r"\bper cent\b", "percent"),
        (r"\ban hour and a half\b", "1 hour and 30 minutes"),
        (r"\ba minute and a half\b", "1 minute and 30 seconds"),
        (r"\b(?:a|one) quarter of an hour\b|\ba quarter hour\b", "15 minutes"),
        (r"\bthree quarters of an hour\b", "45 minutes"),
        (r"\ba couple of (?=minutes|hours|seconds)", "2 "),
        (r"(?<!half )\ban? (?=(?:hour|minute|second)\b)", "1 "),
        (r"^(?:kill|cut|power down|power off|shut off|switch out) ", "turn off "),
        (r"^(?:power on|power up|fire up|start up) ", "turn on "),
        (r"^(?:put|shut|power) (.+) (on|off)$", r"turn \1 \2"),
        (r"^(?:put|shut) (on|off) ", r"turn \1 "),
        (r"^(?:dim|brighten|lower|raise|adjust) (.+) to ", r"set \1 to "),
        (r"^(?:put|bring|get|take) (.+ to )", r"set \1"),
        (r"^turn (.+) (?:up|down) to ", r"set \1 to "),
        (r"\bcheck (?:if|whether) (.+?) (is|are) ", r"\2 \1 "),
        (r"^(?:is|are) (.+) (?:turned|switched) (on|off)\b", r"is \1 \2"),
    )
)
_TO_AMOUNT = re.compile(
    rf"\b(?:to|at) (?:a |one |the )?({_AMOUNT})(?: (?:way|brightness|volume|speed|power))?(?=$|\s|[.!?,])|"
    rf"(?<=\s)(halfway|half way)(?=$|[.!?,])",
    re.IGNORECASE,
)


def variants(sentence: str, language: str) -> Iterator[tuple[str, float]]:
    """The sentence, then ways to say the same, with how sure it is that they say the same."""
    yield sentence, 1.0
    if not language.startswith("en"):
        return
    plain = unwrapped(sentence)
    if plain != sentence:
        yield plain, 0.99
    rewritten = _rewritten(plain)
    if rewritten != plain:
        yield rewritten, 0.96


def unwrapped(sentence: str) -> str:
    """Without "could you ... please" and the like."""
    before = ""
    plain = sentence.strip()
    while before != plain:
        before = plain
        plain = _CLOSING.sub("", _OPENING.sub("", plain)).strip()
    return plain or sentence


def _rewritten(sentence: str) -> str:
    for pattern, replacement in _REWRITES:
        sentence = pattern.sub(replacement, sentence)
    return _TO_AMOUNT.sub(_percent, sentence)


def _percent(found: re.Match[str]) -> str:
    word = (found[1] or "half").casefold()
    return f"to {_SHARES.get(word) or _ENDS[word]}%"
