"""Pointing: words that mean one thing of a home, by its name or by its name and its room."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from actions.home import Area, Entity
from actions.text import stem
from coreml_export.data.scene import Scene
from coreml_export.data.walk import Infeasible
from coreml_export.data.words import weighted

_ALONE, _HERE = 0.6, 0.12
_TOGETHER: Mapping[str, Mapping[str, float]] = {
    "en": {"{area} {name}": 46, "{name} in the {area}": 44, "{name} of the {area}": 7, "{name} from the {area}": 3},
    "de": {"{name} im {area}": 4, "{name} in der {area}": 4, "{name} in {area}": 1, "{area} {name}": 1},
    "fr": {"{name} de la {area}": 3, "{name} du {area}": 3, "{name} dans la {area}": 2, "{name} dans le {area}": 2},
    "es": {"{name} de la {area}": 3, "{name} del {area}": 3, "{name} en la {area}": 2, "{name} en el {area}": 2},
    "it": {"{name} della {area}": 2, "{name} del {area}": 2, "{name} in {area}": 3, "{name} nel {area}": 1},
    "nl": {"{name} in de {area}": 5, "{name} van de {area}": 2, "{name} in {area}": 2, "{area} {name}": 1},
}
"""How a name and a room are said, by language; no gender is known."""


@dataclass(frozen=True, slots=True)
class Pointed:
    """What is said, and what it means."""

    said: str
    slots: Mapping[str, str]
    here: str | None = None
    """Id of the room that it must be said in."""


def point(scene: Scene, entity: Entity, rng: Random, here: str | None) -> Pointed:
    """Say which one.

    :raises Infeasible: it cannot be told from others.
    """
    if stem(entity.name) in scene.place_stems:
        raise Infeasible("named like a room")
    area = scene.home.area_of(entity)
    bearers = scene.bearers(entity.name, None)
    alone = bearers == [entity]
    if alone and (area is None or _holds(entity, area) or rng.random() < _ALONE):
        return Pointed(entity.name, {"name": entity.name})
    if area is None or [each for each in bearers if each.area == area.id] != [entity]:
        raise Infeasible("two of that name")
    slots = {"name": entity.name, "area": area.name}
    if (here == area.id and rng.random() < 0.5) or (here is None and rng.random() < _HERE):
        return Pointed(entity.name, slots, area.id)
    called = area.name if rng.random() < 0.8 else rng.choice(area.names)
    return Pointed(together(entity.name, called, scene.language, rng), slots)


def point_inside(scene: Scene, entity: Entity, area: Area) -> Pointed:
    """By its name alone, where the room is said for the whole sentence.

    :raises Infeasible: the room has two of that name, or the name says another room.
    """
    alike = [each for each in scene.bearers(entity.name, None) if each.area == area.id]
    if alike != [entity] or any(_holds(entity, each) for each in scene.areas):
        raise Infeasible("not clear in that room")
    return Pointed(entity.name, {"name": entity.name, "area": area.name})


def together(name: str, area: str, language: str, rng: Random) -> str:
    """A name and a room in one phrase."""
    return weighted(_TOGETHER[language], rng).format(name=name, area=area)


def _holds(entity: Entity, area: Area) -> bool:
    return set(stem(area.name).split()) <= set(stem(entity.name).split())
