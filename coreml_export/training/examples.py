"""Examples: cases as the arrays that the network learns from, kept flat so that half a million fit in memory."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actions.call import ToolCall
from actions.catalog import build_registry
from bridge.evaluation.homes import as_actions, as_home
from bridge.tiers.small.features import Context, Features, features_of
from bridge.tiers.small.memory import Memory
from bridge.tiers.small.words import MOST
from coreml_export.training.targets import Clause, Targets, Unlearnable, targets_of

Array = NDArray[Any]
JsonHome = Mapping[str, Any]
JsonCase = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class HomeRows:
    """The rows of one home."""

    words: list[Array]
    """For each row, numbers of its words in the vocabulary."""
    features: Array
    kinds: Array


@dataclass(frozen=True, slots=True)
class Example:
    """One case."""

    home: int
    words: Array
    """Numbers in the vocabulary, (S)."""
    tokens: Array
    """float16, (S, `TOKEN_WIDTH`)"""
    match: tuple[Array, Array, Array]
    """Words, rows and shares of those that are not 0."""
    rows: Array
    marks: Array
    starts: Array
    """First words of the values."""
    boundary: Array
    clause: Array
    text: Array
    clauses: list[Clause]


class Vocabulary:
    """Words by number."""

    def __init__(self) -> None:
        self.words: dict[str, int] = {}

    def number(self, word: str) -> int:
        """The number of a word, a new one if it is new."""
        return self.words.setdefault(word, len(self.words))


@dataclass(slots=True)
class Examples:
    """A data set, ready to be learnt from."""

    vocabulary: Vocabulary
    homes: list[HomeRows]
    cases: list[Example]
    skipped: dict[str, int]


def encode(
    said: Iterable[tuple[JsonHome, Iterable[JsonCase]]], *, progress: Callable[[int], object] = int
) -> Examples:
    """Cases as examples, home by home.

    :param progress: is told how many cases were read.
    """
    made = Examples(Vocabulary(), [], [], {})
    for home, cases in said:
        memory = _memory(home)
        made.homes.append(_rows(memory, made.vocabulary))
        for case in cases:
            try:
                made.cases.append(_example(case, memory, len(made.homes) - 1, made.vocabulary))
            except Unlearnable as reason:
                made.skipped[str(reason)] = made.skipped.get(str(reason), 0) + 1
            progress(1)
    return made


def read_case(case: Mapping[str, Any], memory: Memory) -> Features:
    """What the model sees of a case."""
    context = case.get("context") or {}
    previous = tuple(
        ToolCall(name=call.get("intent") or call["action"], arguments=call["slots"])
        for call in context.get("previous", [])
    )
    return features_of(case["utterance"], memory, Context(case["lang"], context.get("area"), previous))


def _memory(made: JsonHome) -> Memory:
    home = as_home(made)
    return Memory.of(home, build_registry(home, as_actions(made.get("actions") or ())))


def _rows(memory: Memory, vocabulary: Vocabulary) -> HomeRows:
    words = [np.array([vocabulary.number(word) for word in row.words()], np.int32) for row in memory.rows]
    return HomeRows(words, memory.features.astype(np.uint8), memory.kinds)


def _example(case: Mapping[str, Any], memory: Memory, home: int, vocabulary: Vocabulary) -> Example:
    read = read_case(case, memory)
    if not 0 < len(read.words) <= MOST:
        raise Unlearnable("too long, or no word")
    right: Targets = targets_of(case, read, memory)
    said, row = np.nonzero(read.match)
    return Example(
        home,
        np.array([vocabulary.number(word.text) for word in read.words], np.int32),
        read.tokens.astype(np.float16),
        (said.astype(np.uint8), row.astype(np.uint8), read.match[said, row].astype(np.float16)),
        read.rows.astype(np.uint16),
        read.marks.astype(np.float16),
        np.array([value.first for value in read.values], np.uint8),
        right.boundary,
        right.clause,
        right.text,
        right.clauses,
    )
