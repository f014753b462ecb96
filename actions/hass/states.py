"""The states of a home, kept up to date from the compressed events of `subscribe_entities`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from actions.home import State

SHAPE = frozenset({"friendly_name", "device_class", "supported_features", "supported_color_modes", "hvac_modes"})
"""Attributes that say what an entity is and can do, not how it is."""


@dataclass(slots=True)
class Change:
    """What one event changed."""

    entities: set[str] = field(default_factory=set)
    """Entities with a new state, or none any more."""
    population: bool = False
    """Entities came or went."""
    shape: bool = False
    """Some entity has another name, class, features or modes."""


class LiveStates:
    """States by entity id. `mapping` stays the same object for life, so that each Home can share it."""

    def __init__(self) -> None:
        self._states: dict[str, State] = {}

    @property
    def mapping(self) -> Mapping[str, State]:
        """The states now."""
        return self._states

    def clear(self) -> None:
        """Forget all: a state that cannot be updated any more is no state."""
        self._states.clear()

    def apply(self, event: Mapping[str, Any]) -> Change:
        """Take in one event: `a` whole states, `c` differences, `r` removed entities."""
        change = Change()
        for entity_id, whole in _items(event.get("a")):
            change.population |= entity_id not in self._states
            self._put(entity_id, _whole(whole), change)
        for entity_id, difference in _items(event.get("c")):
            if old := self._states.get(entity_id):
                self._put(entity_id, _changed(old, difference), change)
        for entity_id in event.get("r") or ():
            if self._states.pop(entity_id, None):
                change.population = True
                change.entities.add(entity_id)
        return change

    def _put(self, entity_id: str, state: State, change: Change) -> None:
        old = self._states.get(entity_id)
        self._states[entity_id] = state
        change.entities.add(entity_id)
        change.shape |= old is not None and any(
            old.attributes.get(key) != state.attributes.get(key) for key in SHAPE
        )


def _items(part: Any) -> Iterable[tuple[str, Mapping[str, Any]]]:
    return part.items() if isinstance(part, dict) else ()


def _whole(raw: Mapping[str, Any]) -> State:
    return State(str(raw.get("s", "unknown")), dict(raw.get("a") or {}), _written(raw) or State("").changed)


def _changed(old: State, difference: Mapping[str, Any]) -> State:
    added, removed = difference.get("+") or {}, difference.get("-") or {}
    attributes = old.attributes
    if "a" in added or "a" in removed:
        gone = set(removed.get("a") or ())
        attributes = {key: value for key, value in old.attributes.items() if key not in gone} | (
            added.get("a") or {}
        )
    return State(str(added.get("s", old.state)), attributes, _written(added) or old.changed)


def _written(raw: Mapping[str, Any]) -> datetime | None:
    # `lu` is left out where it equals `lc`.
    stamp = raw.get("lu", raw.get("lc"))
    return datetime.fromtimestamp(stamp, UTC) if isinstance(stamp, int | float) else None
