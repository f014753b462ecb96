"""Layout: a home as it is written down, in YAML, before anything lives."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from actions.demo import colour
from actions.errors import HearthError
from actions.home import Area, Entity, Floor, Home, State

_HERE = Path(__file__).parent
_FEATURELESS = frozenset(
    {"binary_sensor", "button", "input_boolean", "person", "scene", "script", "sensor", "switch"}
)
Services = dict[str, dict[str, dict[str, Any]]]


class LayoutError(HearthError):
    """A demo home's file cannot be read."""

    code = "demo_home_invalid"


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything a demo home starts from."""

    floors: tuple[Floor, ...]
    areas: tuple[Area, ...]
    entities: tuple[Entity, ...]
    states: dict[str, State]
    keeps: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What a device holds without showing it: a player's tracks, a list's items."""
    does: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """The service calls behind a scene or a script."""
    services: Services = field(default_factory=dict)

    def home(self, states: Mapping[str, State]) -> Home:
        """A Home over live states."""
        return Home(
            floors=self.floors,
            areas=self.areas,
            entities=self.entities,
            states=states,
            services=self.services,
            scripts={key: calls for key, calls in self.does.items() if key.startswith("script.")},
        )

    def with_entities(self, *entities: Entity, without: tuple[str, ...] = ()) -> "Layout":
        """The same home with entities added or replaced, and others taken out."""
        gone = {*without, *(entity.id for entity in entities)}
        kept = tuple(entity for entity in self.entities if entity.id not in gone)
        return replace(self, entities=(*kept, *entities))


def load(data: Path | str | Mapping[str, Any] | None = None) -> Layout:
    """Read a layout from a file or its parsed content; the home in this package when None.

    :raises LayoutError: the file is missing or is no layout.
    """
    if data is None:
        return _own()
    try:
        return _parse(data if isinstance(data, Mapping) else yaml.safe_load(Path(data).read_text("utf-8")))
    except (OSError, yaml.YAMLError, AttributeError, KeyError, TypeError) as error:
        raise LayoutError(f"The demo home cannot be read: {error!r}") from error


@cache
def _own() -> Layout:
    return load(_HERE / "home.yaml")


def _parse(data: Mapping[str, Any]) -> Layout:
    floors = tuple(
        Floor(key, one["name"], tuple(one.get("aliases", ())), one.get("level"))
        for key, one in data.get("floors", {}).items()
    )
    areas = tuple(
        Area(key, one["name"], tuple(one.get("aliases", ())), one.get("floor"))
        for key, one in data.get("areas", {}).items()
    )
    rows = list(_rows(data))
    return Layout(
        floors=floors,
        areas=areas,
        entities=tuple(_entity(key, area, row) for key, area, row in rows),
        states={key: _state(key, row) for key, _, row in rows},
        keeps={key: row["keeps"] for key, _, row in rows if "keeps" in row},
        does={key: row["does"] for key, _, row in rows if "does" in row},
        services=_services(rows),
    )


def _rows(data: Mapping[str, Any]) -> Iterator[tuple[str, str | None, dict[str, Any]]]:
    for area, entities in data["entities"].items():
        if area and area not in data["areas"]:
            raise KeyError(area)
        for key, row in entities.items():
            yield key, area or None, row


def _entity(key: str, area: str | None, row: Mapping[str, Any]) -> Entity:
    attributes = row.get("attributes", {})
    return Entity(
        id=key,
        name=row["name"],
        aliases=tuple(row.get("aliases", ())),
        area=area,
        device_class=row.get("device_class"),
        exposed=row.get("exposed", True),
        features=row.get("features", 0),
        modes=tuple(attributes.get("supported_color_modes") or attributes.get("hvac_modes") or ()),
    )


def _state(key: str, row: Mapping[str, Any]) -> State:
    """The state with the attributes that follow from the rest."""
    domain = key.partition(".")[0]
    attributes = {**row.get("attributes", {}), "friendly_name": row["name"]}
    if "device_class" in row:
        attributes["device_class"] = row["device_class"]
    if domain not in _FEATURELESS:
        attributes["supported_features"] = row.get("features", 0)
    if domain == "light" and row["state"] != "unavailable":
        attributes |= colour.shown(attributes, on=row["state"] == "on")
    if domain == "script":
        attributes |= {"last_triggered": None, "mode": "single", "current": 0}
    if domain == "scene":
        attributes["entity_id"] = sorted({one for call in row["does"] for one in call["target"]["entity_id"]})
    state = str(row["state"]) if domain != "todo" else str(sum(map(open_item, row["keeps"]["items"])))
    return State(state, attributes)


def open_item(item: str | Mapping[str, Any]) -> bool:
    """Whether a to-do item is still to be done."""
    return isinstance(item, str) or item.get("status") != "completed"


@cache
def _core_services() -> Services:
    text = (_HERE / "services.yaml").read_text("utf-8")
    services: Services = yaml.safe_load(text)["services"]
    return services


def _services(rows: list[tuple[str, str | None, dict[str, Any]]]) -> Services:
    """The services of Home Assistant, and one for each script."""
    scripts = {
        key.removeprefix("script."): {
            "name": row["name"],
            "description": row.get("description", ""),
            "fields": row.get("fields", {}),
            "response": {"optional": True},
        }
        for key, _, row in rows
        if key.startswith("script.")
    }
    core = _core_services()
    return {**core, "script": {**core["script"], **scripts}}
