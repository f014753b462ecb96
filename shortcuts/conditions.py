"""What an If may ask of a variable."""

from dataclasses import dataclass
from typing import Any

from shortcuts.values import Ref, Text


@dataclass(frozen=True, slots=True)
class Condition:
    """`WFCondition` with what it compares to."""

    code: int
    other: "str | Text | Ref | None" = None
    number: float | int | None = None

    def values(self) -> dict[str, Any]:
        """The keys of the If."""
        keys: dict[str, Any] = {"WFCondition": self.code}
        if self.other is not None:
            keys["WFConditionalActionString"] = self.other
        if self.number is not None:
            keys["WFNumberValue"] = self.number
        return keys


HAS_VALUE = Condition(100)
"""There is something at all: a file, an input. Never for text: whether an empty one counts is nowhere written."""
NO_VALUE = Condition(101)


def equals(other: "str | Text | Ref") -> Condition:
    """The text is exactly this."""
    return Condition(4, other)


def differs(other: "str | Text | Ref") -> Condition:
    """The text is anything else."""
    return Condition(5, other)


def begins(other: "str | Text | Ref") -> Condition:
    """The text begins with this."""
    return Condition(8, other)


def contains(other: "str | Text | Ref") -> Condition:
    """The text has this in it."""
    return Condition(99, other)


def lacks(other: "str | Text | Ref") -> Condition:
    """The text does not have this in it."""
    return Condition(999, other)


def above(number: float) -> Condition:
    """The number is greater."""
    return Condition(2, number=number)
