"""Features: an utterance in a home as the arrays that the network reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actions.call import ToolCall
from actions.text import stem as name_stem
from bridge.tiers.small.memory import Memory
from bridge.tiers.small.rows import RowKind
from bridge.tiers.small.values import Value, ValueKind, find
from bridge.tiers.small.words import Word, split

Floats = NDArray[np.float32]
_WHOLE = 0.95
BEFORE = ("HassTurnOn", "HassTurnOff", "HassLight", "HassClimate", "HassSetPosition", "HassFan", "HassMedia",
           "HassSetVolume", "Timer", "")  # fmt: skip
"""What was done before, by a part of its name; the last fits everything."""

_LEXICAL = 3 * len(RowKind)
TOKEN_WIDTH = len(ValueKind) + 2 + _LEXICAL + len(BEFORE)
"""Features of a word: values, breaks, what it says of names, and what was done before."""
ROW_WIDTH = 5
"""Features of a row in an utterance: how much of it is said, whether all of it, done before, in this room, and how
much of its own room is said."""


@dataclass(frozen=True, slots=True)
class Context:
    """What is known beside the words."""

    language: str = "en"
    area: str | None = None
    """Id of the room that it was said in."""
    previous: tuple[ToolCall, ...] = ()


@dataclass(frozen=True, slots=True)
class Features:
    """One utterance in one home."""

    words: Sequence[Word]
    values: Sequence[Value]
    rows: NDArray[np.int64]
    """Which rows of the memory are looked at, (R)."""
    tokens: Floats
    """(S, `TOKEN_WIDTH`)"""
    match: Floats
    """The share of each row's name that each word says, (S, R)."""
    marks: Floats
    """(R, `ROW_WIDTH`)"""


def features_of(utterance: str, memory: Memory, context: Context) -> Features:
    """Read an utterance, without the network."""
    words = split(utterance)
    values = find(words, context.language)
    match, covered = memory.index.match(words)
    before, here = _before(memory, context.previous), memory.here(context.area)
    room = memory.room(covered)
    rows = memory.select(covered, before | here, room)
    match, covered = match[:, rows], covered[rows]
    marks = np.stack([covered, covered > _WHOLE, before[rows], here[rows], room[rows]], 1).astype(np.float32)
    tokens = np.concatenate(
        [_value_marks(words, values), _lexical(match, covered, memory.kinds[rows]), _done(words, context.previous)],
        1,
    )
    return Features(words, values, rows, tokens, match, marks)


def _value_marks(words: Sequence[Word], values: Sequence[Value]) -> Floats:
    marks = np.zeros((len(words), len(ValueKind) + 2), np.float32)
    for value in values:
        marks[value.first, value.kind] = 1
        marks[value.first : value.last + 1, len(ValueKind)] = 1
    marks[:, -1] = [word.after_break for word in words]
    return marks


def _lexical(match: Floats, covered: Floats, kinds: NDArray[np.int8]) -> Floats:
    """For each kind of row: the largest share a word says, the most that is said of such a name, and if all."""
    marks = np.zeros((len(match), _LEXICAL), np.float32)
    for kind in RowKind:
        of_kind = kinds == kind
        if not of_kind.any() or not len(match):
            continue
        shares = match[:, of_kind]
        most = (np.where(shares > 0, covered[of_kind], 0)).max(1)
        marks[:, 3 * kind] = shares.max(1)
        marks[:, 3 * kind + 1] = most
        marks[:, 3 * kind + 2] = most > _WHOLE
    return marks


def _done(words: Sequence[Word], previous: Sequence[ToolCall]) -> Floats:
    marks = np.zeros((len(words), len(BEFORE)), np.float32)
    if previous:
        name = previous[-1].name
        marks[:, next(index for index, part in enumerate(BEFORE) if part in name)] = 1
    return marks


def _before(memory: Memory, previous: Sequence[ToolCall]) -> NDArray[np.bool_]:
    named = {name_stem(str(value)) for call in previous for value in _told(call.arguments)}
    found = [bool(named) and not named.isdisjoint(map(name_stem, row.names)) for row in memory.rows]
    return np.array(found, np.bool_)


def _told(arguments: dict[str, Any]) -> list[str]:
    return [arguments[key] for key in ("name", "area", "floor") if isinstance(arguments.get(key), str)]
