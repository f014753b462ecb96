"""Batches: examples of a few homes, padded to one size, as tensors."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from random import Random
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from bridge.tiers.small.features import ROW_WIDTH, TOKEN_WIDTH
from bridge.tiers.small.tokenizer import Tokenizer
from bridge.tiers.small.words import MOST
from coreml_export.training.examples import Example, Examples
from coreml_export.training.network import FAR, NAME_EXTRA, PLACE_EXTRA, VALUE_CHANNELS
from coreml_export.training.targets import ALL, NONE

_LENGTHS = (5, 7, 9, 12, 16, 22, 30, 42, MOST)
_USUAL = 9
"""Words of an utterance that the size of a batch is meant for."""
_RUN = 12
"""Examples of one home that stay together, since its rows are embedded once a batch."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Inputs, and what is right."""

    ids: Tensor
    """(U, 12) the words of the batch, each once"""
    words: Tensor
    """(B, S) numbers in `ids`"""
    tokens: Tensor
    row_words: Tensor
    """Numbers in `ids`, all rows after one another"""
    row_starts: Tensor
    row_features: Tensor
    rows: Tensor
    """(B, R) numbers of embedded rows"""
    match: Tensor
    marks: Tensor
    word_mask: Tensor
    row_mask: Tensor
    kinds: Tensor
    """(B, R) kinds of the rows, -1 where there is none"""
    right: Mapping[str, Tensor]

    def to(self, device: str) -> "Batch":
        """The same on a device."""
        moved = {each.name: getattr(self, each.name) for each in fields(self)}
        right = {key: value.to(device) for key, value in moved.pop("right").items()}
        return Batch(**{key: value.to(device) for key, value in moved.items()}, right=right)


class Batches:
    """Shuffled batches of a data set, the same for the same seed."""

    def __init__(self, examples: Examples, tokenizer: Tokenizer, size: int, seed: int) -> None:
        self.examples = examples
        self.size = size
        self.seed = seed
        self._groups: dict[tuple[int, int], list[int]] = {}
        for index, case in enumerate(examples.cases):
            length = next(most for most in _LENGTHS if len(case.words) <= most)
            self._groups.setdefault((case.home, length), []).append(index)
        words = examples.vocabulary.words
        self.ids = np.stack([tokenizer.ids(word) for word in words]) if words else np.zeros((0, 1), np.int32)

    def __len__(self) -> int:
        return len(self.order(0))

    def epoch(self, number: int, *, skip: int = 0) -> Iterator[Batch]:
        """The batches of an epoch, without the first few."""
        for chosen in self.order(number)[skip:]:
            yield self.collate([self.examples.cases[index] for index in chosen])

    def order(self, number: int) -> list[list[int]]:
        """Which examples go together: of like length, in runs of one home; short ones more at a time."""
        rng = Random(f"{self.seed}/{number}")  # noqa: S311
        runs: dict[int, list[list[int]]] = {}
        for (_, length), indices in self._groups.items():
            mixed = rng.sample(indices, len(indices))
            runs.setdefault(length, []).extend(mixed[i : i + _RUN] for i in range(0, len(mixed), _RUN))
        batches = []
        for length, of_length in runs.items():
            flat = [index for run in rng.sample(of_length, len(of_length)) for index in run]
            size = max(1, self.size * _USUAL // length)
            # The last ones are too few for a batch and wait for the next epoch, where others are last.
            batches += [flat[i : i + size] for i in range(0, max(1, len(flat) - size + 1), size)]
        rng.shuffle(batches)
        return batches

    def collate(self, cases: Sequence[Example]) -> Batch:
        """Examples as tensors."""
        homes = {number: index for index, number in enumerate(dict.fromkeys(case.home for case in cases))}
        rows = [self.examples.homes[number] for number in homes]
        starts = np.cumsum([0, *(len(home.words) for home in rows)])
        size, length, most = len(cases), max(len(c.words) for c in cases), max(1, *(len(c.rows) for c in cases))
        words = np.zeros((size, length), np.int64)
        tokens = np.zeros((size, length, TOKEN_WIDTH), np.float32)
        match = np.zeros((size, length, most), np.float32)
        marks = np.zeros((size, most, ROW_WIDTH), np.float32)
        chosen = np.zeros((size, most), np.int64)
        kinds = np.full((size, most), -1, np.int64)
        word_mask = np.full((size, length), FAR, np.float32)
        row_mask = np.full((size, most), FAR, np.float32)
        for i, case in enumerate(cases):
            home = homes[case.home]
            s, r = len(case.words), len(case.rows)
            words[i, :s], tokens[i, :s] = case.words, case.tokens
            match[i][case.match[0], case.match[1]] = case.match[2]
            marks[i, :r] = case.marks
            chosen[i, :r] = case.rows + starts[home]
            kinds[i, :r] = rows[home].kinds[case.rows]
            word_mask[i, :s] = row_mask[i, :r] = 0
        spoken = [word for home in rows for word in home.words]
        flat = np.concatenate(spoken) if spoken else np.zeros(0, np.int64)
        used, where = np.unique(np.concatenate([words.ravel(), flat]), return_inverse=True)
        bags = np.cumsum([0, *(len(word) for word in spoken[:-1])])
        if not spoken:
            bags = bags[:0]
        features = np.concatenate([home.features for home in rows])
        return Batch(
            ids=torch.from_numpy(self.ids[used].astype(np.int64)),
            words=torch.from_numpy(where[: words.size].reshape(words.shape)),
            tokens=torch.from_numpy(tokens),
            row_words=torch.from_numpy(where[words.size :]),
            row_starts=torch.from_numpy(bags),
            row_features=torch.from_numpy(features.astype(np.float32)),
            rows=torch.from_numpy(chosen),
            match=torch.from_numpy(match),
            marks=torch.from_numpy(marks),
            word_mask=torch.from_numpy(word_mask),
            row_mask=torch.from_numpy(row_mask),
            kinds=torch.from_numpy(kinds),
            right={key: torch.from_numpy(value) for key, value in _right(cases, length, most).items()},
        )


def _right(cases: Sequence[Example], length: int, most: int) -> dict[str, NDArray[Any]]:
    """What is right, clauses of all examples after one another (C)."""
    count = sum(len(case.clauses) for case in cases)
    right: dict[str, NDArray[Any]] = {
        "boundary": np.zeros((len(cases), length), np.float32),
        "text": np.zeros((len(cases), length), np.int64),
        "clause": np.full((len(cases), length), -1, np.int64),
        "members": np.zeros((count, length), np.bool_),
        "of": np.zeros(count, np.int64),
        "action": np.zeros(count, np.int64),
        "calls": np.zeros(count, np.bool_),
        "noun": np.zeros(count, np.int64),
        "state": np.zeros(count, np.int64),
        "step": np.zeros(count, np.int64),
        "name": np.zeros((count, NAME_EXTRA + most), np.bool_),
        "place": np.zeros((count, PLACE_EXTRA + most), np.bool_),
        "starts": np.zeros((len(cases), length), np.bool_),
        "value": np.zeros((count, VALUE_CHANNELS, length), np.float32),
    }
    c = 0
    for i, case in enumerate(cases):
        s = len(case.words)
        right["boundary"][i, :s], right["text"][i, :s], right["clause"][i, :s] = (
            case.boundary,
            case.text,
            case.clause,
        )
        right["starts"][i, case.starts] = True
        for number, clause in enumerate(case.clauses):
            right["members"][c, :s] = case.clause == number
            right["of"][c], right["calls"][c] = i, clause.calls
            right["action"][c] = clause.action
            right["noun"][c], right["state"][c], right["step"][c] = clause.noun, clause.state, clause.step
            for row in clause.name:
                right["name"][c, {NONE: 0, ALL: 1}.get(row, row + NAME_EXTRA)] = True
            for row in clause.place:
                right["place"][c, 0 if row == NONE else row + PLACE_EXTRA] = True
            for first, channel in clause.values:
                right["value"][c, channel, first] = 1
            c += 1
    return right
