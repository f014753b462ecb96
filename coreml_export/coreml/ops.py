"""Ops: what each op of the saved program computes, in numpy."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coreml_export.coreml.errors import UnknownOp

Array = NDArray[Any]
Inputs = Mapping[str, Any]
_MATMULS = frozenset({"bkhc,bchq->bkhq", "bchk,bkhq->bchq"})
_CASTS = {"fp16": np.float32, "fp32": np.float32, "int32": np.int32, "int16": np.int32, "bool": np.bool_}
"""Half precision is computed with in 32 bits and rounded by the interpreter, if it is told to."""


def _conv(given: Inputs) -> Any:
    weight: Array = given["weight"]
    plain = weight.shape[2:] == (1, 1) and str(given.get("pad_type", "valid")) == "valid"
    strides = set(np.ravel(given.get("strides", 1)).tolist()) | {int(given.get("groups", 1))}
    if not plain or strides != {1}:
        raise UnknownOp("A conv that is no plain 1x1 one is not known")
    # The places of (B, C, 1, S) beside each other are what a matrix multiplies.
    made = np.matmul(weight[:, :, 0, 0], given["x"][:, :, 0, :])
    if given.get("bias") is not None:
        made += given["bias"][None, :, None]
    return made[:, :, None, :]


def _einsum(given: Inputs) -> Any:
    if str(given["equation"]) not in _MATMULS:
        raise UnknownOp(f"The einsum {given['equation']} is not known")
    left, right = (value.transpose(0, 2, 1, 3) for value in given["values"])
    return np.matmul(left, right).transpose(0, 2, 1, 3)


def _layer_norm(given: Inputs) -> Any:
    x: Array = given["x"]
    axes = tuple(int(axis) for axis in given["axes"])
    mean = x.mean(axes, keepdims=True)
    variance = np.square(x - mean).mean(axes, keepdims=True)
    shape = [size if axis in {a % x.ndim for a in axes} else 1 for axis, size in enumerate(x.shape)]
    normed: Array = (x - mean) / np.sqrt(variance + np.float32(given["epsilon"]))
    return normed * given["gamma"].reshape(shape) + given["beta"].reshape(shape)


def _gelu(given: Inputs) -> Any:
    x: Array = given["x"]
    if str(given.get("mode", "EXACT")) == "TANH_APPROXIMATION":
        inner: Array = np.float32(np.sqrt(2 / np.pi)) * (x + np.float32(0.044715) * x**3)
        return np.float32(0.5) * x * (1 + np.tanh(inner))
    if str(given.get("mode", "EXACT")) == "EXACT":
        return (x * 0.5 * (1 + _erf(x / np.sqrt(2)))).astype(np.float32)
    raise UnknownOp(f"The gelu {given['mode']} is not known")


def _erf(x: Array) -> Any:
    # Abramowitz and Stegun 7.1.26, within 1.5e-7.
    t = 1 / (1 + 0.3275911 * np.abs(x))
    terms = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
    poly: Array = np.zeros_like(t)
    for term in terms:
        poly = (poly + term) * t
    return np.sign(x) * (1 - poly * np.exp(-x * x))


def _softmax(given: Inputs) -> Any:
    axis = int(given["axis"])
    raised = np.exp(given["x"] - given["x"].max(axis, keepdims=True))
    return raised / raised.sum(axis, keepdims=True)


def _slice(given: Inputs) -> Any:
    x: Array = given["x"]
    masks = [given.get(key) for key in ("begin_mask", "end_mask")]
    if given.get("squeeze_mask") is not None and any(np.ravel(given["squeeze_mask"])):
        raise UnknownOp("A slice that drops axes is not known")
    steps = given.get("stride")
    where = []
    for axis in range(x.ndim):
        begin = None if masks[0] is not None and masks[0][axis] else int(given["begin"][axis])
        end = None if masks[1] is not None and masks[1][axis] else int(given["end"][axis])
        where.append(slice(begin, end, int(steps[axis]) if steps is not None else 1))
    return x[tuple(where)]


def _split(given: Inputs) -> tuple[Array, ...]:
    x, axis = given["x"], int(given["axis"])
    if given.get("split_sizes") is not None:
        return tuple(np.split(x, np.cumsum(given["split_sizes"])[:-1], axis))
    return tuple(np.split(x, int(given["num_splits"]), axis))


def _sum(given: Inputs) -> Any:
    axes = tuple(int(axis) for axis in given["axes"])
    return given["x"].sum(axes, keepdims=bool(given.get("keep_dims", False)))


def _gather(given: Inputs) -> Any:
    if int(given.get("batch_dims", 0)):
        raise UnknownOp("A gather with batch dimensions is not known")
    return np.take(given["x"], given["indices"].astype(np.int64), int(given.get("axis", 0)))


def _sigmoid(given: Inputs) -> Any:
    return 1 / (1 + np.exp(-np.clip(given["x"], -80, 80)))


def _axes(given: Inputs) -> tuple[int, ...]:
    return tuple(int(axis) for axis in np.ravel(given["axes"]))


OPS: Mapping[str, Callable[[Inputs], Any]] = {
    "add": lambda given: given["x"] + given["y"],
    "mul": lambda given: given["x"] * given["y"],
    "real_div": lambda given: given["x"] / given["y"],
    "maximum": lambda given: np.maximum(given["x"], given["y"]),
    "minimum": lambda given: np.minimum(given["x"], given["y"]),
    "not_equal": lambda given: given["x"] != given["y"],
    "greater_equal": lambda given: given["x"] >= given["y"],
    "select": lambda given: np.where(given["cond"], given["a"], given["b"]),
    "cast": lambda given: given["x"].astype(_CASTS[str(given["dtype"])]),
    "identity": lambda given: given["x"],
    "concat": lambda given: np.concatenate(given["values"], int(given["axis"])),
    "transpose": lambda given: given["x"].transpose([int(axis) for axis in given["perm"]]),
    "expand_dims": lambda given: np.expand_dims(given["x"], _axes(given)),
    "sigmoid": _sigmoid,
    "conv": _conv,
    "einsum": _einsum,
    "layer_norm": _layer_norm,
    "gelu": _gelu,
    "softmax": _softmax,
    "slice_by_index": _slice,
    "split": _split,
    "reduce_sum": _sum,
    "gather": _gather,
}
