"""Cost: the arithmetic and the traffic of one pass, and what they are at least on a phone."""

from dataclasses import dataclass
from math import prod
from typing import Any

from coreml_export.coreml.interpreter import Saved

CHIPS = {"A14 (iPhone 12)": (11, 34), "A16 (iPhone 15)": (17, 51), "A18 (iPhone 16)": (35, 60)}
"""Tera-operations a second of the Neural Engine, as Apple states them, and GB/s that the memory is rated for."""


@dataclass(frozen=True, slots=True)
class Cost:
    """One pass of a function."""

    function: str
    operations: int
    """Multiplications and additions, each one."""
    weights: int
    """Bytes of the weights in 16 bits, as they are worked with. Of the table, the rows that are looked up."""
    activations: int
    """Bytes that the ops give, written once and read once."""

    def least_ms(self, tera: float, gigabytes: float) -> float:
        """The least time on a chip, if all of it is kept busy: a bound, no forecast."""
        return max(self.operations / tera / 1e9, (self.weights + self.activations) / gigabytes / 1e6)


def costs(saved: Saved) -> list[Cost]:
    """The cost of each function."""
    return [_cost(name, function) for name, function in saved.functions.items()]


def _cost(name: str, function: Any) -> Cost:
    operations = weights = activations = 0
    for op in function.operations:
        kind = str(op.op_type)
        if kind == "const" or kind.startswith("constexpr_"):
            continue
        size = sum(prod(var.shape) for var in op.outputs)
        activations += 2 * 2 * size
        if kind == "conv":
            out, into = op.weight.shape[:2]
            operations += 2 * into * size
            weights += 2 * (out * into + out)
        elif kind == "einsum":
            operations += 2 * op.values[0].shape[-1] * size
        elif kind == "gather":
            weights += 2 * size
        else:
            operations += size
    return Cost(name, operations, weights, activations)
