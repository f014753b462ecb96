"""Whether the person lets assistants see an entity: what Home Assistant's own conversation agent would find.

Home Assistant stores one answer for each entity, as soon as its `conversation` integration sees it: in the entity
registry's options, or in a list of its own for entities without a unique id. The command
`homeassistant/expose_entity/list` shows that list, but only to administrators; up to 2024 it names the entities
that are kept back too, later (2026.11) only those that are exposed. Where nothing was stored, a default holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from actions.home import State

ASSISTANT = "conversation"

# Those of 2026.11. Older releases also take locks and scripts (2024.3); here the narrower set is the safe one.
_DOMAINS = frozenset(
    "climate cover fan humidifier light media_player scene switch todo vacuum water_heater".split()  # noqa: SIM905
)
_BINARY_SENSORS = frozenset({"door", "garage_door", "lock", "motion", "opening", "presence", "window"})
_SENSORS = frozenset(
    {
        "aqi",
        "carbon_dioxide",
        "carbon_monoxide",
        "humidity",
        "pm10",
        "pm25",
        "temperature",
        "volatile_organic_compounds",
    }
)


@dataclass(frozen=True, slots=True)
class Exposure:
    """What Home Assistant told about exposure to its conversation agent."""

    listed: Mapping[str, bool] | None = None
    """What `homeassistant/expose_entity/list` said; None where the token may not ask."""
    expose_new: bool = True
    """Whether the default exposes anything at all."""
    stored: bool = True
    """Whether the `conversation` integration runs, so that each entity has a stored answer."""

    def allows(self, entity_id: str, entry: Mapping[str, Any] | None, state: State) -> bool:
        """Whether an entity is exposed; `entry` is its registry entry, when it has one."""
        if entry is not None:
            options = (entry.get("options") or {}).get(ASSISTANT) or {}
            if isinstance(told := options.get("should_expose"), bool):
                return told
        else:
            if self.listed is None:
                return False
            if entity_id in self.listed:
                return self.listed[entity_id]
            if self.stored:
                return False
        return self.expose_new and _by_default(entity_id, entry, state)


def parse_listed(result: Mapping[str, Any]) -> dict[str, bool]:
    """The answer of `homeassistant/expose_entity/list`, for this assistant."""
    told = {entity_id: row.get(ASSISTANT) for entity_id, row in result.get("exposed_entities", {}).items()}
    return {entity_id: value for entity_id, value in told.items() if isinstance(value, bool)}


def _by_default(entity_id: str, entry: Mapping[str, Any] | None, state: State) -> bool:
    if entry is not None and (entry.get("entity_category") or entry.get("hidden_by")):
        return False
    domain = entity_id.partition(".")[0]
    device_class = state.attributes.get("device_class")
    return (
        domain in _DOMAINS
        or (domain == "binary_sensor" and device_class in _BINARY_SENSORS)
        or (domain == "sensor" and device_class in _SENSORS)
    )
