"""Rows: everything that a request may point at, as the model's memory holds it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from actions.action import Action, Place
from actions.catalog.own import NARROWING
from actions.home import Entity, Home
from actions.registry import Registry
from bridge.tiers.small.words import split, stem
from bridge.tiers.trial import options_of, schema_of

MOST_WORDS = 32
"""Words of a row that are read; descriptions are cut there."""
DOMAINS = (
    "automation", "binary_sensor", "button", "climate", "cover", "fan", "humidifier", "input_boolean", "lawn_mower",
    "light", "lock", "media_player", "person", "remote", "scene", "script", "sensor", "siren", "switch", "todo",
    "vacuum", "valve", "water_heater", "weather",
)  # fmt: skip
CLASSES = (
    "awning", "battery", "blind", "curtain", "damper", "door", "garage", "gate", "humidity", "moisture", "motion",
    "occupancy", "outlet", "power", "receiver", "shade", "shutter", "smoke", "speaker", "temperature", "tv",
    "window",
)  # fmt: skip
_MODES = ("brightness", "color_temp", "color")
_BITS = (("cover", 4), ("valve", 4), ("fan", 1), ("climate", 1), ("climate", 8), ("media_player", 4))
_MOST_OPTIONS = 8
_ANYTHINGS = frozenset(
    {"on", "off", "true", "false", "yes", "no", "low", "medium", "high", "auto", "up", "down", "open", "close",
     "closed", "start", "stop", "none", "full", "half", "left", "right"}
)  # fmt: skip
"""Options that say nothing of which action is meant."""
_FILLERS = frozenset({"the", "a", "an", "of", "to", "and", "or", "in", "on", "for", "its", "with", "this", "that"})


class RowKind(IntEnum):
    """What a row stands for."""

    AREA = 0
    FLOOR = 1
    THING = 2
    """Every entity of one name; "light" may stand in many rooms."""
    ACTION = 3
    """An action of the household's own."""


WIDTH = len(RowKind) + len(DOMAINS) + len(CLASSES) + len(_MODES) + len(_BITS) + 1
"""Features of a row."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row."""

    kind: RowKind
    key: str
    """Id of the area or floor, chief name of the things, or name of the action."""
    names: tuple[str, ...]
    entities: tuple[Entity, ...] = ()
    about: str = ""
    """More words that tell what it is, for reading, not for matching."""

    def words(self) -> list[str]:
        """The words that the model reads for it, folded."""
        said = [word.text for name in self.names for word in split(name.replace("_", " "))]
        more = [word.text for word in split(self.about) if word.text not in _FILLERS]
        return list(dict.fromkeys([*said, *more]))[:MOST_WORDS]

    def features(self) -> NDArray[np.float32]:
        """`WIDTH` numbers, 0 or 1: kind, domains, device classes, what it supports, whether it is many."""
        marks = np.zeros(WIDTH, np.float32)
        marks[self.kind] = 1
        for entity in self.entities:
            at = len(RowKind)
            _mark(marks, at, DOMAINS, entity.domain)
            at += len(DOMAINS)
            _mark(marks, at, CLASSES, entity.device_class)
            at += len(CLASSES)
            for mode in _light_modes(entity):
                marks[at + _MODES.index(mode)] = 1
            at += len(_MODES)
            for index, (domain, bit) in enumerate(_BITS):
                if entity.domain == domain and entity.features & bit:
                    marks[at + index] = 1
        marks[-1] = len(self.entities) > 1
        return marks


def rows_of(home: Home, registry: Registry) -> tuple[Row, ...]:
    """The rows of a home: rooms, floors, exposed things by name, and the household's own actions."""
    return (
        *(Row(RowKind.AREA, area.id, area.names) for area in home.areas.values()),
        *(Row(RowKind.FLOOR, floor.id, floor.names) for floor in home.floors.values()),
        *_things(home.exposed),
        *(_action_row(action, home) for action in registry.values() if is_own(action)),
    )


def is_own(action: Action) -> bool:
    """Whether the model points at an action by its row: one that it was not trained on by name."""
    return action.place is Place.HOME and action.service is not None and not action.service.startswith("script.")


def _things(entities: Iterable[Entity]) -> list[Row]:
    groups: dict[tuple[str, ...], list[Entity]] = {}
    for entity in entities:
        key = tuple(" ".join(stem(word.text) for word in split(name)) for name in entity.names)
        groups.setdefault(key, []).append(entity)
    return [Row(RowKind.THING, same[0].name, same[0].names, tuple(same)) for same in groups.values()]


def _action_row(action: Action, home: Home) -> Row:
    fields, options = _fields(action)
    targets = tuple(home.entities[target] for target in action.targets if target in home.entities)
    # What it can be set to names it as well as its name does: "an espresso, please".
    names = (action.name.rpartition(".")[2], *options, *action.examples)
    return Row(RowKind.ACTION, action.name, names, targets, " ".join((*fields, action.description)))


def _fields(action: Action) -> tuple[list[str], list[str]]:
    """The names of an action's fields, and those of their options that few other things have."""
    fields = schema_of(action.parameters).get("properties", {})
    told = [key for key in fields if not (action.narrows and key in NARROWING)]
    options = [option for key in told for option in options_of(fields[key])[0]]
    rare = [option for option in options if option.casefold() not in _ANYTHINGS]
    return [each.replace("_", " ") for each in told], rare[:_MOST_OPTIONS]


def _mark(marks: NDArray[np.float32], at: int, known: Sequence[str], value: str | None) -> None:
    if value in known:
        marks[at + known.index(value)] = 1


def _light_modes(entity: Entity) -> set[str]:
    if entity.domain != "light":
        return set()
    modes = set(entity.modes)
    found = {"brightness"} if modes - {"onoff"} else set()
    found |= {"color_temp"} & modes
    return found | ({"color"} if modes & {"hs", "rgb", "xy", "rgbw", "rgbww"} else set())
