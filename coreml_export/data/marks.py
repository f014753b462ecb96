"""Marks: signs inside a sentence that is being made; they say where clauses and free texts begin, and move with it.

Nothing of them is left in what is written: `read` takes them out and tells their places.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_CLAUSE, _TEXT = 0xE000, 0xE100
_ANY = re.compile(r"[\ue000-\uefff]")
_ARTICLES = re.compile(r"((?:\b(?:the|my|our|a|an|both) +)+)([\ue000-\ue0ff])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a sentence that asks for something."""

    calls: tuple[int, ...]
    """Places in the case's calls; none where it cannot be done."""
    reason: str | None = None
    """Why not."""


@dataclass(frozen=True, slots=True)
class Text:
    """A free text of a call."""

    call: int
    slot: str


@dataclass(frozen=True, slots=True)
class Places:
    """A sentence without marks, and where they were, as offsets of characters."""

    text: str
    clauses: Sequence[int]
    """Where each clause but the first begins."""
    texts: Sequence[tuple[int, int]]
    """Where each free text begins and ends."""


def clause(number: int) -> str:
    """The mark before the first word of a clause; the first clause, 0, begins with the sentence and needs none."""
    return chr(_CLAUSE + number)


def text(number: int, words: str) -> str:
    """A free text between its marks."""
    return f"{chr(_TEXT + 2 * number)}{words}{chr(_TEXT + 2 * number + 1)}"


def plain(marked: str) -> str:
    """Without marks."""
    return _ANY.sub("", marked)


def before_articles(marked: str) -> str:
    """With clauses beginning at the article of their first word."""
    return _ARTICLES.sub(r"\2\1", marked)


def renumbered(marked: str, clauses: int, texts: int) -> str:
    """For a sentence that becomes part of another, which has so many clauses and texts already."""

    def moved(found: re.Match[str]) -> str:
        code = ord(found[0])
        return chr(code + clauses if code < _TEXT else code + 2 * texts)

    return _ANY.sub(moved, marked)


def read(marked: str) -> Places:
    """Take the marks out."""
    pieces = _ANY.split(marked)
    offset = 0
    clauses: dict[int, int] = {}
    ends: dict[int, int] = {}
    for piece, mark in zip(pieces, _ANY.findall(marked), strict=False):
        offset += len(piece)
        code = ord(mark)
        if code < _TEXT:
            clauses[code - _CLAUSE] = offset
        else:
            ends[code - _TEXT] = offset
    texts = [(ends[number], ends[number + 1]) for number in sorted(ends) if number % 2 == 0]
    return Places("".join(pieces), [clauses[number] for number in sorted(clauses)], texts)
