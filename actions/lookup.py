"""Looking up the answer to a question about the home; changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from actions.home import Entity, Home, State
from actions.plan import Query

_BINARY: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("door", "garage_door", "opening", "window"), ("open", "closed")),
    "battery": ("low", "normal"),
    "battery_charging": ("charging", "not charging"),
    "connectivity": ("connected", "disconnected"),
    "lock": ("unlocked", "locked"),
    "moisture": ("wet", "dry"),
    "plug": ("plugged in", "unplugged"),
    "presence": ("home", "away"),
}
"""What "on" and "off" mean of a binary sensor, by its device class."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One entity as it is."""

    entity: Entity
    state: State

    @property
    def value(self) -> str:
        """The state with its unit: "21.5 °C"."""
        unit = self.state.attributes.get("unit_of_measurement")
        return f"{self.state.state} {unit}" if unit else self.state.state

    @property
    def words(self) -> frozenset[str]:
        """The state as it may be asked for: a window's sensor that is "on" is open."""
        state = self.state.state.casefold()
        if self.entity.domain != "binary_sensor":
            return frozenset({state})
        on, off = _BINARY.get(self.entity.device_class or "", ("detected", "clear"))
        return frozenset({state, *{"on": (on,), "off": (off,)}.get(state, ())})


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a question: what fits the state asked about, and what does not."""

    query: Query
    matched: tuple[Seen, ...]
    unmatched: tuple[Seen, ...]

    @property
    def all(self) -> tuple[Seen, ...]:
        """Everything that was looked at."""
        return self.matched + self.unmatched


def look_up(query: Query, home: Home) -> Found:
    """Answer a question from the live states."""
    seen = [Seen(home.entities[i], home.state(i)) for i in query.entities if i in home.entities]
    wanted = query.arguments.get("state")
    if wanted is None:
        return Found(query, tuple(seen), ())
    states = {str(s).casefold() for s in (wanted if isinstance(wanted, list) else [wanted])}
    matched = tuple(each for each in seen if each.words & states)
    return Found(query, matched, tuple(each for each in seen if not each.words & states))


def temperature(found: Found) -> Seen | None:
    """The first thermostat that tells a current temperature, or thermometer."""
    return next(
        (
            seen
            for seen in found.all
            if seen.entity.domain == "sensor" or seen.state.attributes.get("current_temperature") is not None
        ),
        None,
    )


def summary(found: Found) -> Mapping[str, Any]:
    """The answer as small JSON, for a model or the record."""
    return {
        "query": found.query.call.name,
        "matched": {seen.entity.id: seen.value for seen in found.matched},
        "unmatched": {seen.entity.id: seen.value for seen in found.unmatched},
    }
