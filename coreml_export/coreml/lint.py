"""Linting: the Neural Engine's rules, read off the saved program. Eligible is not placed: only a device shows that.

The rules are those that Apple's ml-ane-transformers and Neural Engine guides state, and what issue threads report.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from coreml_export.coreml.interpreter import Saved
from coreml_export.coreml.tools import Var, types

LARGEST, RANK, NARROWEST = 16_384, 5, 32
_ON_CPU = frozenset({
    "topk", "argsort", "scatter", "scatter_nd", "scatter_along_axis", "gru", "lstm", "rnn", "non_zero",
    "while_loop", "cond", "list_gather", "read_state", "coreml_update_state", "random_normal",
})  # fmt: skip
_LINEAR = frozenset({"linear", "matmul"})
_SHAPING = frozenset({"reshape", "transpose"})
_MANY_SHAPINGS = 0.2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule says of an op."""

    level: str
    """error, or warning"""
    rule: str
    function: str
    op: str
    """Its name and kind."""
    reason: str


def lint(saved: Saved) -> list[Finding]:
    """All findings of a package."""
    return [finding for name, function in saved.functions.items() for finding in _function(name, function)]


def as_json(findings: list[Finding]) -> list[dict[str, str]]:
    """Findings, for a report."""
    return [asdict(finding) for finding in findings]


def _function(name: str, function: Any) -> Iterator[Finding]:
    looking_up = _looking_up(function)
    ops = list(function.operations)
    shapings = sum(op.op_type in _SHAPING for op in ops)
    working = sum(not _constant(op) for op in ops)
    for input_name, var in function.inputs.items():
        if not all(isinstance(size, int | np.integer) for size in var.shape):
            yield Finding(
                "error",
                "static_shapes",
                name,
                input_name,
                "a flexible shape keeps the program off the Neural Engine",
            )
    for op in ops:
        called = f"{op.name} ({op.op_type})"
        if _constant(op):
            yield from (Finding("error", rule, name, called, why) for rule, why in _constants(op))
        elif op.name in looking_up:
            yield Finding(
                "warning", "on_cpu", name, called, "part of the look-up of ids, which runs on the CPU as it should"
            )
        else:
            for check in _CHECKS:
                yield from (
                    Finding(level, check.__name__.strip("_"), name, called, why) for level, why in check(op)
                )
    if shapings > _MANY_SHAPINGS * working:
        yield Finding(
            "warning",
            "few_reshapes",
            name,
            f"{shapings} of {working}",
            "moving data about costs more than computing",
        )


def _constant(op: Any) -> bool:
    return str(op.op_type) == "const" or str(op.op_type).startswith("constexpr_")


def _looking_up(function: Any) -> set[str]:
    """Ops between whole-number inputs and the first conv: ids, the table, and the means of its rows."""
    whole = {var.name for var in function.inputs.values() if types.is_int(var.dtype)}
    found = set()
    for op in function.operations:
        if not _constant(op) and str(op.op_type) not in {"conv", "concat"} and whole & set(_names(op)):
            found.add(op.name)
            whole |= {var.name for var in op.outputs}
    return found


def _names(op: Any) -> Iterator[str]:
    for var in op.inputs.values():
        yield from (each.name for each in (var if isinstance(var, list | tuple) else [var]) if each is not None)


def _constants(op: Any) -> Iterator[tuple[str, str]]:
    value = op.outputs[0].val
    if not isinstance(value, np.ndarray | np.generic) or np.asarray(value).dtype.kind != "f":
        return
    if not np.isfinite(value).all():
        yield "finite_masks", "an infinite or undefined number gives wrong sums in half precision; mask with -40000"
    if np.asarray(value).dtype == np.float32 and np.asarray(value).size > 1:
        yield "half_precision", "a constant in 32 bits keeps its op off the Neural Engine"


# What is checked of every op; each gives levels and reasons

Said = Iterator[tuple[str, str]]


def _ops(op: Any) -> Said:
    kind = str(op.op_type)
    if kind in _ON_CPU:
        yield "error", f"{kind} does not run on the Neural Engine"
    elif kind in {"gather", "gather_nd", "gather_along_axis"}:
        yield "error", "a gather outside the look-up of ids breaks the pass in two"
    elif kind in _LINEAR:
        yield "warning", "a 1x1 conv in the layout (B, C, 1, S) is the form that is laid out best"


def _layout(op: Any) -> Said:
    for var in _arrays(op):
        if len(var.shape) > RANK:
            yield "error", f"rank {len(var.shape)}, at most {RANK} are taken"
        elif len(var.shape) != 4:
            yield "warning", f"rank {len(var.shape)}; (B, C, 1, S) is what needs no copy"


def _static_shapes(op: Any) -> Said:
    if any(not isinstance(size, int | np.integer) for var in _arrays(op) for size in var.shape):
        yield "error", "a shape that is known only when it runs"


def _dtype(op: Any) -> Said:
    if any(var.dtype is types.fp32 for var in _arrays(op)):
        yield "error", "computes in 32 bits, which the Neural Engine does not"


def _alignment(op: Any) -> Said:
    for var in _arrays(op):
        last = var.shape[-1] if var.shape else NARROWEST
        if not isinstance(last, int | np.integer):
            continue
        if last == 1:
            yield "error", "a last axis of 1 is padded to 64 bytes: 32 times the memory"
        elif last < NARROWEST:
            yield "error", f"a last axis of {last} is padded to {NARROWEST}"
        elif last & (last - 1):
            yield "warning", f"a last axis of {last}, no power of two, is padded"


def _sizes(op: Any) -> Said:
    largest = max(
        (size for var in _arrays(op) for size in var.shape if isinstance(size, int | np.integer)), default=0
    )
    if largest > LARGEST:
        yield "error", f"a dimension of {largest}; at most {LARGEST} are taken"


def _arrays(op: Any) -> list[Var]:
    return [var for var in op.outputs if var.shape is not None]


_CHECKS: tuple[Callable[[Any], Said], ...] = (_ops, _layout, _static_shapes, _dtype, _alignment, _sizes)


def op_counts(saved: Saved) -> Mapping[str, Mapping[str, int]]:
    """How many ops of each kind the functions have, without constants."""
    made: dict[str, dict[str, int]] = {}
    for name, function in saved.functions.items():
        counts: dict[str, int] = {}
        for op in function.operations:
            if not _constant(op):
                counts[str(op.op_type)] = counts.get(str(op.op_type), 0) + 1
        made[name] = dict(sorted(counts.items(), key=lambda item: -item[1]))
    return made
