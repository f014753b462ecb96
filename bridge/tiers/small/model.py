"""The model: its files, checked, and one pass of the network over an utterance."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from safetensors.numpy import load_file

from bridge.tiers.small.errors import ModelError
from bridge.tiers.small.features import ROW_WIDTH, TOKEN_WIDTH, Features
from bridge.tiers.small.labels import ACTIONS, NOUNS, STATES, STEPS, TEXTS
from bridge.tiers.small.memory import Memory
from bridge.tiers.small.rows import WIDTH, Row
from bridge.tiers.small.tokenizer import PIECES, Tokenizer
from bridge.tiers.small.words import Word

Floats = NDArray[np.float32]
FILES = ("tokenizer.json", "labels.json", "weights.safetensors", "small.onnx", "rows.onnx", "calibration.json")
MANIFEST = "manifest.json"
LABELS: Mapping[str, tuple[str, ...]] = {
    "actions": ACTIONS, "nouns": NOUNS, "states": STATES, "steps": tuple(map(str, STEPS)), "texts": TEXTS,
}  # fmt: skip
_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class Said:
    """What the network says of each word (S) and row (R), as logits."""

    boundary: Floats
    pool: Floats
    text: Floats
    action: Floats
    """(S, actions + R)"""
    name: Floats
    """(S, 2 + R): no name, everything, the rows"""
    place: Floats
    """(S, 1 + R)"""
    noun: Floats
    state: Floats
    step: Floats
    value: Floats
    """(2, S, S)"""
    pair: Floats
    """(S, S)"""


class Model:
    """The network with its tokenizer, labels and calibration."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """Read and check the files.

        :raises ModelError: a file is missing, changed, or of another make.
        """
        self.manifest = _checked(folder)
        self.version: str = self.manifest["version"]
        self.tokenizer = Tokenizer.load(folder / "tokenizer.json")
        self.calibration: dict[str, Any] = json.loads((folder / "calibration.json").read_text("utf-8"))
        tensors = load_file(folder / "weights.safetensors")
        self._table, self._scale = tensors["table.int8"], tensors["table.scale"].astype(np.float32)
        if len(self._table) != self.tokenizer.size:
            raise ModelError(f"{folder}: the tokenizer has {self.tokenizer.size} ids, the table {len(self._table)}")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = threads
        options.log_severity_level = 3
        self._small = onnxruntime.InferenceSession(folder / "small.onnx", options, ["CPUExecutionProvider"])
        self._rows = onnxruntime.InferenceSession(folder / "rows.onnx", options, ["CPUExecutionProvider"])
        self._vectors: dict[str, Floats] = {}
        self._fits(folder)

    def _fits(self, folder: Path) -> None:
        widths = {each.name: each.shape[-1] for net in (self._small, self._rows) for each in net.get_inputs()}
        known = {"tokens": TOKEN_WIDTH, "marks": ROW_WIDTH, "features": WIDTH}
        if wrong := {name: widths[name] for name, width in known.items() if widths[name] != width}:
            raise ModelError(f"The model in {folder} was made for other features than this version gives: {wrong}")

    def remember(self, memory: Memory) -> None:
        """Embed the rows of a home, once."""
        if memory.embedded is not None:
            return
        parts = [self._embed(memory.rows[i : i + _AT_ONCE]) for i in range(0, len(memory.rows), _AT_ONCE)]
        memory.embedded = np.concatenate(parts) if parts else np.zeros((0, self.row_width), np.float32)

    @property
    def row_width(self) -> int:
        """Numbers that are kept of a row."""
        return int(self._rows.get_outputs()[0].shape[1])

    def run(self, read: Features, memory: Memory) -> Said:
        """One pass. There is at least one word."""
        self.remember(memory)
        assert memory.embedded is not None  # noqa: S101  # by remember
        rows, match, marks = memory.embedded[read.rows], read.match, read.marks
        if not len(rows):
            # The network wants a row; one of zeros that is masked later is none.
            rows = np.zeros((1, self.row_width), np.float32)
            match, marks = np.zeros((len(read.words), 1), np.float32), np.zeros((1, marks.shape[1]), np.float32)
        out = self._small.run(
            None,
            {
                "vectors": self.vectors(read.words)[None],
                "tokens": read.tokens[None],
                "memory": rows[None],
                "match": match[None],
                "marks": marks[None],
            },
        )
        return Said(*(part[0] for part in out))

    def vectors(self, words: list[Word] | tuple[Word, ...] | Any) -> Floats:
        """The vectors of words, (S, E)."""
        return np.stack([self._vector(word.text) for word in words])

    def _embed(self, rows: tuple[Row, ...]) -> Floats:
        vectors = np.stack([np.mean([self._vector(word) for word in row.words() or ("",)], 0) for row in rows])
        marks = np.stack([row.features() for row in rows])
        embedded: Floats = self._rows.run(None, {"vectors": vectors.astype(np.float32), "features": marks})[0]
        return embedded

    def _vector(self, word: str) -> Floats:
        known = self._vectors.get(word)
        if known is None:
            ids = self.tokenizer.ids(word)
            known = self._mean(ids[:PIECES]) + self._mean(ids[PIECES:])
            if len(self._vectors) < 20_000:
                self._vectors[word] = known
        return known

    def _mean(self, ids: NDArray[np.int32]) -> Floats:
        # The network learnt with what stands where no id is, too: it is summed, and not counted.
        summed = (self._table[ids].astype(np.float32) * self._scale[ids, None]).sum(0)
        return np.asarray(summed / max(1, np.count_nonzero(ids)), np.float32)


def shipped_folder() -> Path:
    """Where the model is that comes with the package."""
    return Path(str(files("bridge.tiers.small") / "data"))


def digest(path: Path) -> str:
    """The sha256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _checked(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        for name in FILES:
            if manifest["files"].get(name) != digest(folder / name):
                raise ModelError(f"{folder / name} is not the file that the manifest names: its hash differs")
        labels = json.loads((folder / "labels.json").read_text("utf-8"))
        manifest["version"] = str(manifest["version"])
    except OSError as error:
        raise ModelError(f"The model in {folder} cannot be read: {error}") from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"The model in {folder} cannot be read: {error!r}") from error
    for key, values in LABELS.items():
        if tuple(labels.get(key, ())) != values:
            raise ModelError(f"The model in {folder} was made for other {key} than this version knows")
    return manifest


OUTPUTS = tuple(field.name for field in fields(Said))
