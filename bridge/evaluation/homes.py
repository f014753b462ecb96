"""Homes of an evaluation: their JSON as the Home and the own actions that the bridge knows."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from json import dumps, loads
from typing import Any

from actions.action import Action
from actions.catalog.own import OwnAction
from actions.features import FEATURES, bits, every
from actions.home import Area, Entity, Floor, Home, State

_MODES = ("supported_color_modes", "hvac_modes")
_COLOURS = ("color", "colour", "hs", "rgb", "xy")
_WARMTHS = ("color_temp", "color_temperature", "temperature", "kelvin")
_SAME = {"position": "set_position", "speed": "set_speed", "percentage": "set_speed", "volume": "volume_set"}
JsonHome = Mapping[str, Any]


def as_home(made: JsonHome) -> Home:
    """The home as the bridge knows it. What an entity does not say of its features, it is taken to have."""
    return Home(
        floors=[Floor(f["id"], f["name"], tuple(f.get("aliases") or ())) for f in made.get("floors", [])],
        areas=[
            Area(a["id"], a["name"], tuple(a.get("aliases") or ()), a.get("floor")) for a in made.get("areas", [])
        ],
        entities=[_entity(entity) for entity in made.get("entities", [])],
        states={entity["entity_id"]: state_of(entity) for entity in made.get("entities", [])},
    )


def state_of(made: Mapping[str, Any]) -> State:
    """A state; "unknown" where none is given."""
    state = made.get("state")
    return State("unknown" if state is None else str(state), made.get("attributes") or {})


def as_actions(made: Iterable[Mapping[str, Any]]) -> list[Action]:
    """The own actions of a home as the registry takes them."""
    return [_own(row) for row in made]


def _own(row: Mapping[str, Any]) -> Action:
    name, targets = row["action"], tuple(row.get("entity_ids") or ())
    about = row.get("description") or name.replace("_", " ")
    action = _action(name, about, dumps(row.get("fields") or {}), many=len(targets) > 1)
    return replace(action, targets=targets, examples=tuple(row.get("phrases") or ()))


@lru_cache(maxsize=1024)
def _action(name: str, description: str, fields: str, *, many: bool) -> Action:
    # A pydantic model is made for each: slow, and the same in every home.
    content = {
        "name": name,
        "description": description,
        "service": f"hearthbridge_own.{name.rpartition('.')[2]}",
        "parameters": _parameters(fields),
        "targets": ["light.one", "light.another"] if many else [],
    }
    return OwnAction.model_validate(content).action()


def _parameters(fields: str) -> dict[str, Any]:

    return {
        name: field if isinstance(field, dict) and "type" in field else _typed(field)
        for name, field in loads(fields).items()
    }


def _typed(field: Any) -> dict[str, Any]:
    if isinstance(field, list):
        return {"type": "string", "enum": [str(option) for option in field]}
    known = {key: field[key] for key in ("enum", "minimum", "maximum", "description") if key in (field or {})}
    if "enum" in known:
        return {**known, "type": "string", "enum": [str(option) for option in known["enum"]]}
    return {**known, "type": "number"} if {"minimum", "maximum"} & known.keys() else {**known, "type": "string"}


def _entity(made: Mapping[str, Any]) -> Entity:
    attributes = made.get("attributes") or {}
    domain = made["entity_id"].partition(".")[0]
    said = [str(word) for word in (*(made.get("features") or ()), *(made.get("supports") or ()))]
    modes = next((tuple(attributes[key]) for key in _MODES if attributes.get(key)), ())
    if domain == "light" and not modes:
        modes = _light_modes(said) if said else ("brightness", "color_temp", "hs")
    return Entity(
        id=made["entity_id"],
        name=made.get("name") or made["entity_id"],
        aliases=tuple(made.get("aliases") or ()),
        area=made.get("area"),
        device_class=made.get("device_class"),
        exposed=made.get("exposed", True),
        features=_bits(domain, said),
        modes=modes,
    )


def _bits(domain: str, said: list[str]) -> int:
    names = [_SAME.get(word, word) for word in said]
    if not set(names) & FEATURES.get(domain, {}).keys():
        return every(domain)
    return bits(domain, names)


def _light_modes(said: list[str]) -> tuple[str, ...]:
    modes = [
        *(["brightness"] if any("bright" in word for word in said) else []),
        *(["color_temp"] if any(word in _WARMTHS for word in said) else []),
        *(["hs"] if any(word in _COLOURS for word in said) else []),
    ]
    return tuple(modes) or ("onoff",)
