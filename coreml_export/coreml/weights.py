"""Weights: a model folder read for export, without torch, and checked to belong together."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from bridge.tiers.small import features, labels, rows, tokenizer, words
from bridge.tiers.small.clauses import NAME_EXTRA, PLACE_EXTRA
from bridge.tiers.small.model import LABELS, MANIFEST, digest
from bridge.tiers.small.tokenizer import Tokenizer
from coreml_export.coreml.errors import WeightsError

Array = NDArray[Any]
FILE = "weights.safetensors"
POINTERS, CHANNELS, PAIR = 3, 2, 32
PARTS = 3 + POINTERS
"""What is kept of a row, each as wide as the network: itself, key and value of the attention, a key a pointer."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes of the network, as the weights' metadata has them."""

    vocabulary: int
    embedding: int
    width: int
    hidden: int
    heads: int
    layers: int


@dataclass(frozen=True, slots=True)
class Weights:
    """One model folder."""

    folder: Path
    version: str
    sizes: Sizes
    tensors: Mapping[str, Array]
    """float32, by the names of the training; `table.weight` is (ids, embedding)."""
    table: tuple[Array, Array]
    """int8 (ids, embedding) and float16 (ids): the table as it was packed."""
    calibration: Mapping[str, Any]
    hashes: Mapping[str, str]
    """sha256 of the files that a package is made of."""

    @classmethod
    def read(cls, folder: Path) -> "Weights":
        """Read and check a folder.

        :raises WeightsError: a file is missing, cut off, changed or of another make, or a number is not finite.
        """
        manifest, known = _read_json(folder, MANIFEST), _read_json(folder, "labels.json")
        hashes = {name: _hash(folder, name) for name in (FILE, "tokenizer.json", "labels.json", "calibration.json")}
        for name, found in hashes.items():
            if manifest.get("files", {}).get(name) != found:
                raise WeightsError(f"{name} in {folder} is not the file that the manifest names")
        for key, values in LABELS.items():
            if tuple(known.get(key, ())) != values:
                raise WeightsError(f"The labels in {folder} have other {key} than this version knows")
        tensors, sizes = _tensors(folder / FILE)
        size = _tokenizer(folder).size
        if size != sizes.vocabulary:
            raise WeightsError(f"The tokenizer in {folder} has {size} ids, the weights have {sizes.vocabulary}")
        table = tensors.pop("table.int8"), tensors.pop("table.scale")
        full = {name: tensor.astype(np.float32) for name, tensor in tensors.items()}
        full["table.weight"] = table[0].astype(np.float32) * table[1].astype(np.float32)[:, None]
        calibration = _read_json(folder, "calibration.json")
        return cls(folder, str(manifest.get("version", "")), sizes, full, table, calibration, hashes)


def expected(sizes: Sizes) -> dict[str, tuple[int, ...]]:
    """The shape of each tensor of a network of these sizes."""
    d, e, h = sizes.width, sizes.embedding, sizes.hidden
    made: dict[str, tuple[int, ...]] = {
        "table.int8": (sizes.vocabulary, e), "table.scale": (sizes.vocabulary,),
        "row_marks.weight": ((PARTS - 1) * d, features.ROW_WIDTH), "position": (words.MOST, d),
        "cross_match": (sizes.heads, 1, 1), "value_bias": (CHANNELS, 1, 1),
    }  # fmt: skip
    linear = {
        "row_in": (d, e + rows.WIDTH), "row_out": (d, d), "row_parts": ((PARTS - 1) * d, d), "word_in": (d, e),
        "token_in": (d, features.TOKEN_WIDTH), "read": (d, 2 * d), "cross.query": (d, d), "cross.out": (d, d),
        "boundary": (2, d), "text": (len(labels.TEXTS), d), "action": (len(labels.ACTIONS), d),
        "noun": (len(labels.NOUNS), d), "state": (len(labels.STATES), d), "step": (len(labels.STEPS), d),
        "neither": (NAME_EXTRA + PLACE_EXTRA, d), "point": (POINTERS * d, d), "lexical": (2 * POINTERS, d),
        "pair_left": (PAIR, d), "pair_right": (PAIR, d), "value_left": (CHANNELS * PAIR, d),
        "value_right": (CHANNELS * PAIR, d),
    }  # fmt: skip
    norms = ["row_norm", "cross_norm", "norm"]
    for layer in (f"layers.{index}" for index in range(sizes.layers)):
        linear |= {f"{layer}.attention.query": (d, d), f"{layer}.attention.out": (d, d)}
        linear |= {f"{layer}.key_value": (2 * d, d), f"{layer}.up": (h, d), f"{layer}.down": (d, h)}
        norms += [f"{layer}.norm", f"{layer}.norm2"]
    for name, shape in linear.items():
        made |= {f"{name}.weight": shape, f"{name}.bias": shape[:1]}
    for name in norms:
        made |= {f"{name}.weight": (d,), f"{name}.bias": (d,)}
    return made


def _tensors(path: Path) -> tuple[dict[str, Array], Sizes]:
    try:
        with safe_open(path, "np") as file:
            told = file.metadata() or {}
            sizes = Sizes(**{field.name: int(told[field.name]) for field in fields(Sizes)})
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # it is no mapping
    except (OSError, SafetensorError) as error:
        raise WeightsError(f"{path} cannot be read: {error}") from error
    except (KeyError, ValueError) as error:
        raise WeightsError(f"{path} does not say how large the network is: {error}") from error
    if min(sizes.width, sizes.heads, sizes.layers) < 1 or sizes.width % sizes.heads:
        raise WeightsError(f"{path}: a width of {sizes.width} cannot be shared by {sizes.heads} heads")
    wanted = expected(sizes)
    if other := sorted(wanted.keys() ^ tensors.keys()):
        raise WeightsError(f"{path} is of another network: {other[0]} is in one of the two only")
    for name, tensor in tensors.items():
        if tensor.shape != wanted[name]:
            raise WeightsError(f"{path}: {name} is {tensor.shape} and should be {wanted[name]}")
        if not np.isfinite(tensor).all():
            raise WeightsError(f"{path}: {name} holds a number that is not finite")
    return tensors, sizes


def _tokenizer(folder: Path) -> Tokenizer:
    try:
        return Tokenizer.load(folder / "tokenizer.json")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsError(f"The tokenizer in {folder} cannot be read: {error}") from error


def _read_json(folder: Path, name: str) -> dict[str, Any]:
    try:
        content = json.loads((folder / name).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise WeightsError(f"{folder / name} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise WeightsError(f"{folder / name} is no JSON object")
    return content


def _hash(folder: Path, name: str) -> str:
    try:
        return digest(folder / name)
    except OSError as error:
        raise WeightsError(f"{folder / name} cannot be read: {error.strerror}") from error


WIDTH = tokenizer.WIDTH
"""Ids of a word."""
