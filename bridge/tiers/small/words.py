"""Words: an utterance as the small model reads it, each word with its place in the text."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

MOST = 64
"""Words that are read at once."""
_WORD = re.compile(r"(?:(?<![\w])-(?=\d))?\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’´`][^\W\d_]+)*|[%°]")
_BREAK = re.compile(r"[,;.!?:]")
_APOSTROPHES = str.maketrans("’´`", "'''")


@dataclass(frozen=True, slots=True)
class Word:
    """One word."""

    text: str
    """Case-folded, without accents."""
    start: int
    """Characters from the beginning of the utterance."""
    end: int
    after_break: bool
    """Whether punctuation stands before it."""


def split(utterance: str, most: int = MOST) -> list[Word]:
    """The words of an utterance, at most `most` + 1 of them, so that a caller sees when there are too many."""
    words: list[Word] = []
    last = 0
    for match in _WORD.finditer(utterance):
        gap = utterance[last : match.start()]
        words.append(Word(fold(match.group()), match.start(), match.end(), bool(_BREAK.search(gap))))
        last = match.end()
        if len(words) > most:
            break
    return words


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Case-folded and without accents: "Straße" -> "strasse"."""
    text = text.translate(_APOSTROPHES)
    if text.isascii():
        return text.lower()
    bare = (c for c in unicodedata.normalize("NFKD", text.casefold()) if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", "".join(bare))


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A folded word by which names are compared: without possessive and English plural."""
    word = word.removesuffix("'s").removesuffix("'")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
