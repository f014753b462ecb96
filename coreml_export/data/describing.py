"""Describing: words for a thing other than its name: its kind and its room, or a part of its name."""

from collections.abc import Mapping
from random import Random

from actions.home import Entity
from actions.text import stem
from coreml_export.data.devices import KINDS
from coreml_export.data.missing import words_of
from coreml_export.data.pointing import Pointed, together
from coreml_export.data.scene import Scene
from coreml_export.data.walk import Infeasible
from coreml_export.data.words import Words

_PLAINLY: Mapping[str, int] = {
    "light": 4, "fan": 1, "blind": 2, "curtain": 3, "shade": 2, "shutter": 2, "awning": 1, "garage": 1, "gate": 1,
    "window": 1, "lock": 2, "climate": 2, "tv": 3, "speaker": 4, "vacuum": 6, "lawn_mower": 2, "valve": 2,
    "siren": 2,
}  # fmt: skip
"""How many of the words for a kind, from the first on, anybody would use for any of its things."""
_LISTS = ("to-do list", "todo list", "task list", "tasks", "list", "to do list")
_TODO, _SHOPPING = "todo", "todo.shopping_list"
_HERE = 0.5


def described(scene: Scene, entity: Entity, bank: Words, rng: Random, here: str | None) -> Pointed:
    """By its kind, and its room where others are elsewhere: "the patio speaker".

    :raises Infeasible: others of its kind are there too.
    """
    if entity.domain == _TODO:
        return _list(scene, entity, bank, rng)
    noun = _noun(scene, entity, bank, rng)
    kind = {"domain": entity.domain} | ({"device_class": entity.device_class} if entity.device_class else {})
    area = scene.home.area_of(entity)
    alike = scene.pool({entity.domain}, {})
    if alike == [entity] and rng.random() < _HERE:
        return Pointed(noun, kind)
    if area is None or [each for each in alike if each.area == area.id] != [entity]:
        raise Infeasible("two of that kind")
    if here == area.id and rng.random() < _HERE:
        return Pointed(noun, kind, area.id)
    called = area.name if rng.random() < 0.8 else rng.choice(area.names)
    return Pointed(together(noun, called, scene.language, rng), {**kind, "area": area.name})


def shortened(scene: Scene, entity: Entity, bank: Words, rng: Random) -> Pointed:
    """By a part of its name that no other thing's name has: "the tub heater" for the Hot Springs Tub Heater.

    :raises Infeasible: there is no such part.
    """
    words = entity.name.replace("_", " ").split()
    parts = [words[i:] for i in range(1, len(words))] + [words[:1] + words[i:] for i in range(2, len(words))]
    nouns = {stem(noun) for of_kind in bank.nouns.values() for noun in of_kind}
    for part in rng.sample(parts, len(parts)):
        said = " ".join(part)
        short = words_of(said)
        if stem(said) in nouns:
            continue  # "the light" is whatever light is here
        bearers = [
            each for each in scene.home.entities.values() if any(short <= words_of(name) for name in each.names)
        ]
        around = {word for place in scene.place_stems for word in place.split()}
        if bearers == [entity] and not short <= around:
            return Pointed(said, {"name": entity.name})
    raise Infeasible("no part of its name is enough")


def _noun(scene: Scene, entity: Entity, bank: Words, rng: Random) -> str:
    kinds = [
        name
        for name in _PLAINLY
        if (KINDS[name].domain, KINDS[name].device_class) == (entity.domain, entity.device_class)
    ]
    if not kinds:
        raise Infeasible("it has no plain word")
    noun = rng.choice(bank.nouns[kinds[0]][: _PLAINLY[kinds[0]]]).lower()
    words = words_of(noun)
    others = [each for each in scene.home.exposed if each is not entity]
    if any(words <= words_of(name) for each in others if _near(each, entity) for name in each.names):
        raise Infeasible("another thing is called so")
    return noun


def _near(other: Entity, entity: Entity) -> bool:
    return other.area == entity.area or other.area is None or other.domain != entity.domain


def _list(scene: Scene, entity: Entity, bank: Words, rng: Random) -> Pointed:
    lists = [
        each
        for each in scene.by_domain[_TODO]
        if each.id != _SHOPPING and stem(bank.shopping) not in map(stem, each.names)
    ]
    if bank.language != "en" or lists != [entity]:
        raise Infeasible("which list")
    return Pointed(rng.choice(_LISTS), {"name": entity.name})
