"""Matching: how much of each row's name the words of an utterance say, exactly or nearly."""

import math
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bridge.tiers.small.lexicon import lexicon
from bridge.tiers.small.rows import Row
from bridge.tiers.small.words import Word, split, stem

_NEARLY = 0.72
"""Least similarity of a word that was misspelt or misheard."""
_LEAST_LETTERS = 4
_COMMON = frozenset(
    {"the", "a", "an", "of", "in", "on", "to", "and", "my", "your", "our", "is", "it", "for", "all", "off", "at"}
)
_SEEN = 20_000
Shares = NDArray[np.float32]
Hits = list[tuple[int, float]]
"""Places in the vocabulary, each with how well it is said, 0 to 1."""


class Index:
    """The words of all rows' names, and which share of which name each of them is."""

    def __init__(self, rows: Sequence[Row]) -> None:
        names = [(number, _parts(name)) for number, row in enumerate(rows) for name in row.names]
        counts: defaultdict[str, int] = defaultdict(int)
        for _, parts in names:
            for part in set(parts):
                counts[part] += 1
        self._row_of = np.array([number for number, _ in names], np.int32)
        self._rows = len(rows)
        self._vocabulary = list(counts)
        self._place = {word: place for place, word in enumerate(self._vocabulary)}
        self._joined: dict[str, tuple[str, str]] = {}
        found: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for name, (_, parts) in enumerate(names):
            weights = [_weight(part, counts[part], len(names)) for part in parts]
            total = sum(weights) or 1.0
            for part, weight in zip(parts, weights, strict=True):
                found[part].append((name, weight / total))
            for left, right in pairwise(parts):
                self._joined.setdefault(left + right, (left, right))
        self._shares = [_arrays(found[word]) for word in self._vocabulary]
        self._near: dict[str, Hits] = {}
        self._long = [word if len(word) >= _LEAST_LETTERS else "" for word in self._vocabulary]

    def match(self, words: Sequence[Word]) -> tuple[Shares, Shares]:
        """What each word says of each row's best name, (words, rows), and how much of it is said at all, (rows)."""
        if not self._vocabulary or not words:
            return np.zeros((len(words), self._rows), np.float32), np.zeros(self._rows, np.float32)
        said = np.zeros((len(words), len(self._row_of)), np.float32)
        covered = np.zeros(len(self._row_of), np.float32)
        for place, tokens in self._hits(words).items():
            columns, shares = self._shares[place]
            for token, quality in tokens.items():
                said[token, columns] += shares * quality
            # A word said twice is still one word of the name.
            covered[columns] += shares * max(tokens.values())
        order = np.argsort(covered, kind="stable")
        best = np.zeros(self._rows, np.int64)
        best[self._row_of[order]] = order
        return np.minimum(said[:, best], 1), np.minimum(covered[best], 1)

    def _hits(self, words: Sequence[Word]) -> dict[int, dict[int, float]]:
        """Which places of the vocabulary are said by which words, and how well."""
        stems = [_number(stem(word.text)) for word in words]
        hits: dict[int, dict[int, float]] = {}

        def add(token: int, place: int, quality: float) -> None:
            tokens = hits.setdefault(place, {})
            tokens[token] = max(quality, tokens.get(token, 0))

        for token, word in enumerate(stems):
            for place, quality in self._of(word):
                add(token, place, quality)
            for part in self._joined.get(word, ()):
                add(token, self._place[part], 1)
            if token and (place := self._place.get(stem(stems[token - 1] + word), -1)) >= 0:
                add(token - 1, place, 1)
                add(token, place, 1)
        return hits

    def _of(self, word: str) -> Hits:
        if word in self._place:
            return [(self._place[word], 1.0)]
        if len(word) < _LEAST_LETTERS or word in _COMMON:
            return []
        near = self._near.get(word)
        if near is None:
            found = process.extract(
                word, self._long, scorer=OSA.normalized_similarity, score_cutoff=_NEARLY, limit=4
            )
            near = [(place, similarity * 0.9) for _, similarity, place in found]
            if len(self._near) < _SEEN:
                self._near[word] = near
        return near


def _parts(name: str) -> list[str]:
    parts = [_number(stem(word.text)) for word in split(name.replace("_", " "))]
    return list(dict.fromkeys(parts))


def _number(word: str) -> str:
    """ "two" as "2": names are written one way and said the other."""
    number = lexicon("en").numbers.get((word,))
    return word if number is None else str(number)


def _weight(word: str, count: int, names: int) -> float:
    """A rare word tells more of a name than one that many have."""
    return (0.3 if word in _COMMON else 1.0) * (0.3 + math.log(1 + names / count))


def _arrays(found: list[tuple[int, float]]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    return np.array([name for name, _ in found], np.int64), np.array([share for _, share in found], np.float32)
