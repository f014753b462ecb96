"""Arrays: what a pass takes and gives on a phone, from and to what the hub's runtime works with."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bridge.tiers.small.features import Features
from bridge.tiers.small.labels import ACTIONS
from bridge.tiers.small.model import OUTPUTS, Said
from bridge.tiers.small.rows import MOST_WORDS, Row
from bridge.tiers.small.tokenizer import WIDTH, Tokenizer
from coreml_export.coreml.graph import ROWS, STATE
from coreml_export.coreml.weights import CHANNELS

Floats = NDArray[np.float32]
Ids = NDArray[np.int32]
FAR = -40000.0
"""Masks what is not there; finite, and holds in half precision."""


def word_arrays(
    read: Features, memory: Floats, tokenizer: Tokenizer, length: int
) -> dict[str, NDArray[np.generic]]:
    """The inputs of a pass, padded to `length` words.

    :param memory: (rows that are looked at, 6 D), as the rows' function gave it.
    """
    words, rows = len(read.words), len(read.rows)
    ids = np.zeros((1, length, WIDTH), np.int32)
    ids[0, :words] = np.stack([tokenizer.ids(word.text) for word in read.words])
    match = np.zeros((1, ROWS, 1, length), np.float32)
    match[0, :rows, 0, :words] = read.match.T
    word_mask = np.full((1, length, 1, length), FAR, np.float32)
    word_mask[:, :words] = 0
    row_mask = np.full((1, ROWS, 1, length), FAR, np.float32)
    # A home without rows gets one of zeros, so that attention has something to look at.
    row_mask[:, : max(1, rows)] = 0
    return {
        "ids": ids,
        "tokens": _placed(read.tokens, length),
        "memory": _placed(memory, ROWS),
        "match": match,
        "marks": _placed(read.marks, ROWS),
        "word_mask": word_mask,
        "row_mask": row_mask,
    }


def row_arrays(rows: Sequence[Row], features: Floats, tokenizer: Tokenizer) -> dict[str, NDArray[np.generic]]:
    """The inputs that embed at most `ROWS` rows."""
    ids = np.zeros((ROWS, MOST_WORDS, WIDTH), np.int32)
    for number, row in enumerate(rows):
        words = ids_of(row, tokenizer)
        ids[number, : len(words)] = words
    return {"ids": ids, "features": _placed(features, ROWS)}


def ids_of(row: Row, tokenizer: Tokenizer) -> Ids:
    """The ids of a row's words, (words, 12); of a row without a word, those of an empty one."""
    return np.stack([tokenizer.ids(word) for word in row.words() or ("",)])


def said_of(outputs: Mapping[str, Floats], words: int, rows: int) -> Said:
    """What a pass gave, for the words and rows that there are, as the hub's runtime has it."""
    rows = max(1, rows)
    ends = {"action": len(ACTIONS) + rows, "name": 2 + rows, "place": 1 + rows}
    made: dict[str, Floats] = {}
    for name in OUTPUTS:
        # (1, channels, 1, S) as (S, channels)
        plain = outputs[STATE if name == "state" else name][0, :, 0, :].T
        if name == "value":
            length = len(plain)
            made[name] = plain.reshape(length, CHANNELS, length).transpose(1, 0, 2)[:, :words, :words]
        elif name == "pair":
            made[name] = plain[:words, :words]
        elif name in {"boundary", "pool"}:
            made[name] = plain[:words, 0]
        else:
            made[name] = plain[:words, : ends.get(name)]
    return Said(**made)


def _placed(rows: Floats, length: int) -> Floats:
    """(N, C) as (1, C, 1, length), padded with zeros."""
    made = np.zeros((1, rows.shape[1], 1, length), np.float32)
    made[0, :, 0, : len(rows)] = rows.T
    return made
