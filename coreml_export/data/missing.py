"""Missing: names of the same making as a home's, of things and rooms that it does not have."""

from collections.abc import Collection
from random import Random

from actions.text import stem
from coreml_export.data.devices import KINDS
from coreml_export.data.scene import Scene
from coreml_export.data.split import Split
from coreml_export.data.walk import Infeasible
from coreml_export.data.words import Words

_TRIES = 12
_PRECISE = frozenset(
    name for name, kind in KINDS.items() if kind.odd or kind.domain in {"humidifier", "water_heater"}
)
"""Kinds that nobody calls by another kind's word."""


def missing_area(scene: Scene, bank: Words, rng: Random, split: Split) -> str:
    """A room that is not there.

    :raises Infeasible: none was found.
    """
    known = [set(name.split()) for name in scene.place_stems]
    for _ in range(_TRIES):
        name = bank.area(rng, split)
        words = words_of(name)
        aliases = bank.area_aliases.get(name, [])
        if not any(words <= k or k <= words for k in known) and not any(words_of(a) in known for a in aliases):
            return name
    raise Infeasible("it has them all")


def missing_name(scene: Scene, bank: Words, rng: Random, split: Split, domains: Collection[str]) -> str:
    """A thing that is not there, and that nothing is called alike.

    :raises Infeasible: none was found.
    """
    kinds = [name for name, kind in KINDS.items() if kind.domain in domains and name in bank.nouns]
    if not kinds:
        raise Infeasible("no such kind")
    areas = [area.name for area in scene.areas]
    for _ in range(_TRIES):
        kind = rng.choice(kinds)
        name = bank.entity(kind, rng.choice(areas) if areas else None, rng, split)
        if not _known(scene, bank, name, kind):
            return name
    raise Infeasible("it has them all")


def _known(scene: Scene, bank: Words, called: str, kind: str) -> bool:
    """Whether somebody may mean a thing of the home by it."""
    words = words_of(called)
    nouns = {word for noun in bank.nouns[kind] for word in words_of(noun)}
    if kind in _PRECISE:
        names = [words_of(each) for entity in scene.home.entities.values() for each in entity.names]
        return any(words_of(noun) <= name for noun in bank.nouns[kind] for name in names)
    rooms = [words_of(place) for area in scene.areas for place in area.names]
    if any(room <= words and (words - room) <= nouns for room in rooms) or words <= nouns:
        return True
    for entity in scene.home.entities.values():
        area = scene.home.area_of(entity)
        around = {word for place in (area.names if area else ()) for word in words_of(place)}
        for known in map(words_of, entity.names):
            if known and (words <= known | around or known <= words):
                return True
    return False


def words_of(name: str) -> set[str]:
    """The words of a name, as names are compared."""
    return set(stem(name).split())
