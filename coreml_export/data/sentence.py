"""Sentences: the parts of one way to say something, as running text."""

import re
from collections.abc import Callable, Sequence
from random import Random

from coreml_export.data.marks import before_articles
from coreml_export.data.walk import Open, Part, Said

_SPACES = re.compile(r"\s+")
_BEFORE = re.compile(r"\s+([,.?!;:])")
_DOUBLED = re.compile(r"\b(?:the|my|our|a) (?=[\ue000-\uefff]?(?:(?:the|my|our)\b|\w+['’]s\b))", re.IGNORECASE)
_CASED = (str, str.lower)


def text_of(parts: Sequence[Part], fill: Callable[[Open], str], rng: Random) -> str:
    """The parts as text; names mostly in small letters, as speech to text writes them."""
    cased = rng.choices(_CASED, (4, 6))[0]
    words = [
        part if isinstance(part, str) else part.text if isinstance(part, Said) else cased(spoken(fill(part)))
        for part in parts
    ]
    return before_articles(tidy("".join(words)))


def spoken(name: str) -> str:
    """A name without the signs that nobody says."""
    return name.replace("_", " ")


def tidy(text: str) -> str:
    """Single spaces, none before punctuation, one article."""
    return _DOUBLED.sub("", _BEFORE.sub(r"\1", _SPACES.sub(" ", text))).strip()
