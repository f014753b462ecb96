"""Compression: how one tensor is kept in a package, and exactly what it then comes to."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
LEAST = 2048
"""Numbers; what is smaller stays in 16 bits, since little is won."""
_ROUNDS = 100


class Precision(StrEnum):
    """How the weights are kept."""

    FP16 = "fp16"
    INT8 = "int8"
    SIX = "6bit"
    FOUR = "4bit"


@dataclass(frozen=True, slots=True)
class Coded:
    """A tensor as it is kept."""

    value: Array
    """float16: what it comes to on the phone."""
    codes: Array | None = None
    """Numbers in `lut`, or steps of `scale`; none: kept as it is."""
    scale: Array | None = None
    """float16, one for each place of the first axis"""
    lut: Array | None = None
    """float16, 2 ** bits of them"""


def code(tensor: Array, precision: Precision) -> Coded:
    """A tensor of the network at a precision."""
    if precision is Precision.FP16 or tensor.size < LEAST or tensor.ndim < 2:
        return Coded(tensor.astype(np.float16))
    if precision is Precision.INT8:
        return steps(tensor)
    return palette(tensor, 6 if precision is Precision.SIX else 4)


def code_table(table: tuple[Array, Array], precision: Precision) -> Coded:
    """The table of ids, which suffers first: it has 8 bits, as it was packed, and 6 where others have 4."""
    codes, scale = table
    value = codes.astype(np.float16) * scale.astype(np.float16)[:, None]
    if precision is Precision.FP16:
        return Coded(value)
    if precision is Precision.FOUR:
        return palette(value.astype(np.float32), 6)
    return Coded(value, codes, scale.astype(np.float16))


def steps(tensor: Array) -> Coded:
    """Even steps of 8 bits about zero, for each place of the first axis its own."""
    flat = tensor.reshape(len(tensor), -1)
    scale = np.maximum(np.abs(flat).max(1) / 127, 1e-6).astype(np.float16)
    wide = scale.astype(np.float32).reshape(-1, *[1] * (tensor.ndim - 1))
    codes = np.clip(np.round(tensor / wide), -127, 127).astype(np.int8)
    return Coded(codes.astype(np.float16) * wide.astype(np.float16), codes, scale)


def palette(tensor: Array, bits: int) -> Coded:
    """The 2 ** bits numbers that are nearest on the whole (k-means in one dimension)."""
    flat = np.sort(tensor.ravel().astype(np.float64))
    sums = np.concatenate([[0.0], np.cumsum(flat)])
    count = 2**bits
    # As dense as the cube root of the numbers' own density: what is best where there are many centres.
    density, edges = np.histogram(flat, 256)
    spread = np.concatenate([[0.0], np.cumsum(np.cbrt(density))])
    centres = np.interp((np.arange(count) + 0.5) / count * spread[-1], spread, edges)
    for _ in range(_ROUNDS):
        ends = np.searchsorted(flat, (centres[1:] + centres[:-1]) / 2)
        bounds = np.concatenate([[0], ends, [flat.size]])
        sizes = np.diff(bounds)
        means = (sums[bounds[1:]] - sums[bounds[:-1]]) / np.maximum(sizes, 1)
        centres = np.sort(np.where(sizes > 0, means, centres))
    lut = centres.astype(np.float16)
    middles = (lut[1:].astype(np.float32) + lut[:-1].astype(np.float32)) / 2
    codes = np.searchsorted(middles, tensor).astype(np.uint8)
    return Coded(lut[codes], codes, None, lut)
