"""What the world must look like for an act to count as done."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from actions.home import State


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute that must come to a value."""

    name: str
    value: Any
    tolerance: float = 0
    """For numbers and, per item, for tuples of numbers (colours)."""

    def met(self, state: State) -> bool:
        """Whether the state shows the value."""
        seen = state.attributes.get(self.name)
        if isinstance(self.value, tuple):
            return (
                isinstance(seen, list | tuple)
                and len(seen) == len(self.value)
                and all(_close(a, b, self.tolerance) for a, b in zip(seen, self.value, strict=True))
            )
        return _close(seen, self.value, self.tolerance)


def _close(seen: Any, value: Any, tolerance: float) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isinstance(seen, int | float):
        return bool(seen == value)
    return abs(seen - value) <= tolerance


@dataclass(frozen=True, slots=True)
class Expectation:
    """The condition that one target must come to meet, and how long that may take."""

    states: frozenset[str] = frozenset()
    """Any of these; empty: any state."""
    attributes: tuple[Attribute, ...] = ()
    changed: tuple[str, ...] = ()
    """"state" or attribute names of which one must differ from before (scenes, buttons, scripts, next track)."""
    timeout: float = 5.0
    """Seconds to wait for it."""

    def watcher(self, before: State) -> Callable[[State], bool]:
        """A predicate over later states."""

        def met(now: State) -> bool:
            if self.states and now.state not in self.states:
                return False
            if self.changed and all(_look(now, key) == _look(before, key) for key in self.changed):
                return False
            return now.available and all(attribute.met(now) for attribute in self.attributes)

        return met


def _look(state: State, key: str) -> Any:
    return state.state if key == "state" else state.attributes.get(key)


@dataclass(frozen=True, slots=True)
class ListExpectation:
    """What a to-do list must hold afterwards; read back by asking for its items."""

    item: str
    present: bool = True
    status: str | None = None
    """`needs_action` or `completed`, when present."""
    timeout: float = field(default=5.0)
