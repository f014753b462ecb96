"""An Effect: one service on one entity, and what counts as done."""

from dataclasses import dataclass, field
from typing import Any

from actions.action import Risk
from actions.expect import Expectation, ListExpectation


class Unsupported(Exception):
    """The entity cannot do it; the message says why, for a person, without the entity's name."""


class NotNow(Unsupported):
    """The entity can do it, but not as it stands now."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One service call on one entity."""

    service: str
    """`light.turn_on`."""
    verb: str
    """What it does, with `{}` for the target: "turn on {}", "set {} to 40 %"."""
    expect: Expectation | ListExpectation | None
    data: dict[str, Any] = field(default_factory=dict)
    risk: Risk = Risk.REVERSIBLE
    opens: bool = False
    """Whether something may come through afterwards; a risk where the target is an entrance."""


def stands(*states: str, timeout: float = 5.0) -> Expectation:
    """Done when the entity is in one of these states."""
    return Expectation(states=frozenset(states), timeout=timeout)


def has(feature: int, features: int, what: str) -> None:
    """Check one of Home Assistant's feature bits.

    :raises Unsupported: the entity lacks it.
    """
    if not features & feature:
        raise Unsupported(what)


def quoted(text: str) -> str:
    """A person's words as part of an effect's `verb`, whatever signs are in them."""
    return text.replace("{", "{{").replace("}", "}}")
