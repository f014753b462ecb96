"""Examples: cases as the arrays that the network learns from, kept flat so that half a million fit in memory."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
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


def encode(folder: Path, *, progress: Callable[[int], object] = int, most: int | None = None) -> Examples:
    """Read a data set that `coreml-export data` made.

    :param progress: is told how many cases were read.
    """
    made = Examples(Vocabulary(), [], [], {})
    memory: Memory | None = None
    last = None
    for number, (home, case) in enumerate(_cases(folder)):
        if number == most:
            break
        if home["id"] != last:
            last = home["id"]
            memory = _memory(home)
            made.homes.append(_rows(memory, made.vocabulary))
        assert memory is not None  # noqa: S101  # the first case has another home than None
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


def _cases(folder: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    with (folder / "homes.jsonl").open(encoding="utf-8") as homes, (folder / "cases.jsonl").open("rb") as cases:
        home: dict[str, Any] = {"id": None}
        for line in cases:
            case = json.loads(line)
            while home["id"] != case["home_ref"]:
                home = json.loads(next(homes))
            yield home, case


def _memory(home: Mapping[str, Any]) -> Memory:
    return Memory.of(as_home(home), build_registry(as_home(home), as_actions(home.get("actions") or ())))


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
