"""The tokenizer: a word as the ids of its word pieces and of its letter trigrams."""

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PIECES, TRIGRAMS = 4, 8
WIDTH = PIECES + TRIGRAMS
"""Ids of a word; 0 where it has fewer."""
_LONGEST = 40


class Tokenizer:
    """Greedy word pieces (BERT's way), then hashed trigrams, in one table of ids.

    Id 0 stands for nothing, 1 for a piece that is not known; trigrams come after the pieces.
    """

    def __init__(self, pieces: Mapping[str, int], buckets: int) -> None:
        """:param pieces: ids from 2 on; a piece that goes on within a word begins with `##`."""
        self._pieces = pieces
        self._first = max(pieces.values(), default=1) + 1
        self._buckets = buckets
        self._known: dict[str, NDArray[np.int32]] = {}

    @classmethod
    def load(cls, path: Path) -> "Tokenizer":
        """Read `tokenizer.json`."""
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return cls({piece: index for index, piece in enumerate(content["pieces"], 2)}, content["trigram_buckets"])

    @property
    def pieces(self) -> list[str]:
        """The pieces, in the order of their ids."""
        return list(self._pieces)

    @property
    def size(self) -> int:
        """How many ids there are."""
        return self._first + self._buckets

    def ids(self, word: str) -> NDArray[np.int32]:
        """The `WIDTH` ids of a folded word."""
        known = self._known.get(word)
        if known is None:
            known = np.array(self._ids(word), np.int32)
            if len(self._known) < 65_536 and len(word) <= _LONGEST:
                self._known[word] = known
        return known

    def _ids(self, word: str) -> list[int]:
        pieces = self._split(word[:_LONGEST])[:PIECES]
        marked = f"<{word[:_LONGEST]}>"
        grams = [marked[i : i + 3] for i in range(len(marked) - 2)][:TRIGRAMS]
        hashed = [self._first + zlib.crc32(gram.encode()) % self._buckets for gram in grams]
        return [*pieces, *[0] * (PIECES - len(pieces)), *hashed, *[0] * (TRIGRAMS - len(hashed))]

    def _split(self, word: str) -> list[int]:
        found: list[int] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = word[start:end] if start == 0 else f"##{word[start:end]}"
                if piece in self._pieces:
                    found.append(self._pieces[piece])
                    start = end
                    break
            else:
                return [1]
        return found or [1]
