"""Models to compare: the network in torch, and a package in the interpreter, each in the place of the hub's."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from bridge.tiers.small.features import Features
from bridge.tiers.small.memory import Memory
from bridge.tiers.small.model import Said
from bridge.tiers.small.tokenizer import Tokenizer
from bridge.tiers.small.words import Word
from coreml_export.coreml.arrays import ids_of, row_arrays, said_of, word_arrays
from coreml_export.coreml.graph import ROWS
from coreml_export.coreml.weights import Sizes

Floats = NDArray[np.float32]


class Runs(Protocol):
    """What reads utterances: as `bridge.tiers.small.model.Model`."""

    def run(self, read: Features, memory: Memory) -> Said:
        """One pass; there is at least one word."""


class Function(Protocol):
    """What runs one function of a package."""

    inputs: dict[str, tuple[int, ...]]

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """One pass."""


class PhoneModel:
    """A package with what an app does around it."""

    def __init__(self, functions: Mapping[str, Function], tokenizer: Tokenizer) -> None:
        """:param functions: `rows` and those for words, such as `words_64`."""
        self._rows = functions["rows"]
        lengths = {name: int(name.removeprefix("words_")) for name in functions if name != "rows"}
        self._words = [(lengths[name], functions[name]) for name in sorted(lengths, key=lengths.__getitem__)]
        self._tokenizer = tokenizer
        self._memories: WeakKeyDictionary[Memory, Floats] = WeakKeyDictionary()

    def run(self, read: Features, memory: Memory) -> Said:
        """One pass of the shortest function that is long enough."""
        length, function = next(each for each in self._words if each[0] >= len(read.words))
        arrays = word_arrays(read, self.remembered(memory)[read.rows], self._tokenizer, length)
        return said_of(function.run(arrays), len(read.words), len(read.rows))

    def remembered(self, memory: Memory) -> Floats:
        """The memory of a home, (rows, 6 D), embedded once."""
        known = self._memories.get(memory)
        if known is None:
            parts = [np.zeros((0, self._words[0][1].inputs["memory"][1]), np.float32)]
            for start in range(0, len(memory.rows), ROWS):
                rows = memory.rows[start : start + ROWS]
                features = memory.features[start : start + ROWS].astype(np.float32)
                made = self._rows.run(row_arrays(rows, features, self._tokenizer))["memory"]
                parts.append(made[0, :, 0, : len(rows)].T)
            known = self._memories[memory] = np.concatenate(parts)
        return known


class TorchModel:
    """The network as it was trained, in torch, with given weights."""

    def __init__(self, tensors: Mapping[str, Any], sizes: Sizes, tokenizer: Tokenizer) -> None:
        import torch

        from coreml_export.training.network import Network, Shape

        self._torch = torch
        self._tokenizer = tokenizer
        self.network = Network(Shape(**{name: getattr(sizes, name) for name in Sizes.__slots__}))
        self.network.load_state_dict({name: torch.from_numpy(np.asarray(t)) for name, t in tensors.items()})
        self.network.eval()
        self._memories: WeakKeyDictionary[Memory, Any] = WeakKeyDictionary()

    def run(self, read: Features, memory: Memory) -> Said:
        """One pass, without padding."""
        torch = self._torch
        with torch.inference_mode():
            rows = self.remembered(memory)[torch.from_numpy(read.rows)]
            match, marks = torch.from_numpy(read.match), torch.from_numpy(read.marks)
            if not len(read.rows):
                rows, match = torch.zeros(1, rows.shape[1]), torch.zeros(len(read.words), 1)
                marks = torch.zeros(1, marks.shape[1])
            out = self.network(
                self.vectors(read.words)[None],
                torch.from_numpy(read.tokens)[None],
                rows[None],
                match[None],
                marks[None],
                (torch.zeros(1, len(read.words)), torch.zeros(1, len(marks))),
            )
        return Said(*(part[0].numpy() for part in out))

    def vectors(self, words: Sequence[Word]) -> Any:
        """The vectors of words, (S, E), as a tensor."""
        ids = np.stack([self._tokenizer.ids(word.text) for word in words])
        return self.network.embed(self._torch.from_numpy(ids).long())

    def remembered(self, memory: Memory) -> Any:
        """The memory of a home as a tensor, (rows, 6 D), embedded once."""
        torch = self._torch
        known = self._memories.get(memory)
        if known is None:
            bags = [
                self.network.embed(torch.from_numpy(ids_of(row, self._tokenizer)).long()).mean(0)
                for row in memory.rows
            ]
            features = torch.from_numpy(memory.features.astype(np.float32))
            width = self.network.shape.width
            known = self.network.rows(torch.stack(bags), features) if bags else torch.zeros(0, 6 * width)
            self._memories[memory] = known
        return known
