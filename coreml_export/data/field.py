"""Fields: a value that an own action takes, as it is declared and as it is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from coreml_export.data.numbers import number, percent
from coreml_export.data.walk import Infeasible, Said

_STEPS = (1, 2, 3, 5, 10, 15, 20, 25, 30, 50)


@dataclass(frozen=True, slots=True)
class Field:
    """One of several words, or a number between two."""

    names: Sequence[str]
    """As people call it; the first gives the slot's name."""
    options: Sequence[str] = ()
    low: int = 0
    high: int = 0
    unit: str = ""

    @classmethod
    def of(cls, names: str | Sequence[str], row: Mapping[str, Any]) -> "Field":
        """From a row of the file."""
        called = [names] if isinstance(names, str) else names
        return cls(called, row.get("options", ()), row.get("from", 0), row.get("to", 0), row.get("unit", ""))

    @property
    def slot(self) -> str:
        """Its name in a call."""
        return self.names[0].replace(" ", "_")

    def to_json(self) -> dict[str, Any]:
        """As a home declares it."""
        if self.options:
            return {"enum": list(self.options)}
        return {"type": "integer", "minimum": self.low, "maximum": self.high}

    def value(self, rng: Random) -> Said:
        """A value that it takes."""
        if self.options:
            chosen = rng.choice(self.options)
            return Said(chosen.replace("_", " "), {self.slot: chosen})
        value = rng.randint(self.low, self.high)
        if self.high - self.low >= 50 and rng.random() < 0.7:
            value = max(self.low, value // 5 * 5)
        return Said(self._measured(value, rng), {self.slot: value})

    def step(self, rng: Random, sign: int) -> Said:
        """A relative change.

        :raises Infeasible: it is no number.
        """
        sizes = [size for size in _STEPS if size <= (self.high - self.low) * 0.6]
        if self.options or not sizes:
            raise Infeasible("no steps")
        size = rng.choice(sizes)
        return Said(self._measured(size, rng), {f"{self.slot}_step": sign * size})

    def wrong(self, rng: Random, others: Sequence[str]) -> str:
        """A value that it does not take."""
        if not self.options:
            over = self.high + rng.choice((5, 10, 50, 100, 400))
            return self._measured(over, rng)
        left = [word for word in others if word not in self.options]
        if not left:
            raise Infeasible("it takes them all")
        return rng.choice(left).replace("_", " ")

    def takes(self, value: Any) -> bool:
        """Whether a call may give this."""
        if self.options:
            return value in self.options
        return isinstance(value, int) and self.low <= value <= self.high

    def _measured(self, value: int, rng: Random) -> str:
        if self.unit == "percent":
            return percent(value, rng)
        words = number(value, rng)
        return f"{words} {self.unit.removesuffix('s') if value == 1 else self.unit}" if self.unit else words
