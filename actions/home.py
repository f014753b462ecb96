"""The Home: floors, areas, entities with what they support, and their live states."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from actions.text import stem

UNAVAILABLE = frozenset({"unavailable"})
_NEVER = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class State:
    """What an entity is at one moment."""

    state: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    changed: datetime = _NEVER
    """When this was last written, as Home Assistant says (`last_updated`)."""

    @property
    def available(self) -> bool:
        """False when the device cannot be reached."""
        return self.state not in UNAVAILABLE


MISSING = State("unavailable")


@dataclass(frozen=True, slots=True)
class Floor:
    """A storey."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    level: int | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name a person may use, the chief one first."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Area:
    """A room."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    floor: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name a person may use, the chief one first."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing in the home. `exposed` says whether the person lets assistants see it."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    area: str | None = None
    device_class: str | None = None
    exposed: bool = True
    features: int = 0
    """Home Assistant's `supported_features` bits of the domain."""
    modes: tuple[str, ...] = ()
    """`supported_color_modes` of a light, `hvac_modes` of a climate."""

    @property
    def domain(self) -> str:
        """`light` of `light.kitchen`."""
        return self.id.partition(".")[0]

    @property
    def names(self) -> tuple[str, ...]:
        """Every name a person may use, the chief one first."""
        return (self.name, *self.aliases)


class Home:
    """A snapshot of the registries with live states.

    The registries are fixed for one Home: when they change, the link makes a new one with a new `version`.
    `states` is the link's own mapping and changes under it.
    """

    def __init__(
        self,
        *,
        floors: Iterable[Floor] = (),
        areas: Iterable[Area] = (),
        entities: Iterable[Entity] = (),
        states: Mapping[str, State] | None = None,
        services: Mapping[str, Mapping[str, Any]] | None = None,
        scripts: Mapping[str, Any] | None = None,
    ) -> None:
        self.floors = {floor.id: floor for floor in floors}
        self.areas = {area.id: area for area in areas}
        self.entities = {entity.id: entity for entity in entities}
        self.states: Mapping[str, State] = {} if states is None else states
        self.services: Mapping[str, Mapping[str, Any]] = services or {}
        """Service descriptions by domain and service name, as Home Assistant gives them."""
        self.scripts: Mapping[str, Any] = scripts or {}
        """What each script does, by entity id: its sequence as written, to judge its risk. Absent: not readable."""

    def state(self, entity_id: str) -> State:
        """The state now; `unavailable` for one that the home no longer reports."""
        return self.states.get(entity_id, MISSING)

    def area_of(self, entity: Entity) -> Area | None:
        """The room an entity is in."""
        return self.areas.get(entity.area) if entity.area else None

    def label(self, entity: Entity) -> str:
        """The name for a person, with its room: "Reading lamp (Bedroom)"."""
        area = self.area_of(entity)
        return f"{entity.name} ({area.name})" if area else entity.name

    @cached_property
    def exposed(self) -> tuple[Entity, ...]:
        """The entities that assistants may see."""
        return tuple(entity for entity in self.entities.values() if entity.exposed)

    @cached_property
    def exposed_in(self) -> Mapping[str, tuple[Entity, ...]]:
        """The same by area id."""
        found: dict[str, list[Entity]] = {}
        for entity in self.exposed:
            if entity.area is not None:
                found.setdefault(entity.area, []).append(entity)
        return {area: tuple(entities) for area, entities in found.items()}

    @cached_property
    def by_name(self) -> Mapping[str, tuple[Entity, ...]]:
        """Entities, exposed or not, by the stem of each of their names and by their entity id."""
        found: dict[str, list[Entity]] = {}
        for entity in self.entities.values():
            for key in {*(stem(name) for name in entity.names), entity.id}:
                found.setdefault(key, []).append(entity)
        return {key: tuple(entities) for key, entities in found.items()}

    @cached_property
    def version(self) -> str:
        """A hash of what assistants may see, states left out; 16 hex digits."""
        described = self.services.get("script", {})
        # A script's fields are its action's arguments.
        scripts = [described.get(e.id.partition(".")[2]) for e in self.exposed if e.domain == "script"]
        content = json.dumps([self.compact(), scripts], sort_keys=True, default=str)
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def compact(self) -> dict[str, Any]:
        """What assistants may see of the registries, as small JSON: enough to replay a turn."""
        return {
            "floors": [{"id": f.id, "name": f.name, "aliases": list(f.aliases)} for f in self.floors.values()],
            "areas": [
                {"id": a.id, "name": a.name, "aliases": list(a.aliases), "floor": a.floor}
                for a in self.areas.values()
            ],
            "entities": [
                {
                    "entity_id": e.id,
                    "name": e.name,
                    "aliases": list(e.aliases),
                    "area": e.area,
                    "domain": e.domain,
                    "device_class": e.device_class,
                    "features": e.features,
                    "modes": list(e.modes),
                }
                for e in self.exposed
            ],
        }
