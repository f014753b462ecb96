"""Retrieval: the few entities, rooms and actions that a request may be about, however large the home is."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rapidfuzz import process

from actions.action import Action
from actions.home import Area, Entity, Home
from actions.registry import Registry
from actions.text import stem

_T = TypeVar("_T")
_NAME, _WHERE, _KIND = 2.0, 1.0, 0.8
_ALIKE = 84
_SHORTEST = 4
_COMMON = frozenset(
    """
    the a an my our to of in on at is are was it and or me i you we can could would please what which who how turn
    set make put do that this there for with be as up down off all any some one
    """.split()  # noqa: SIM905
)
_KINDS: Mapping[str, str] = {
    "light": "light lamp bright dark dim brightness gloomy colour color glow cosy cozy",
    "lock": "lock unlock door key open close",
    "cover": "blind curtain shutter garage gate awning open close sun shade",
    "climate": "heating warm cold hot temperature thermostat degree heat cool freezing",
    "media_player": "tv music song radio speaker volume play pause loud quiet movie film",
    "vacuum": "vacuum clean hoover dust robot",
    "lawn_mower": "lawn mower grass mow",
    "camera": "camera see look who parcel package picture visitor outside",
    "todo": "list add item shopping buy task grocery chore note",
    "calendar": "calendar event appointment meeting today tomorrow schedule agenda",
    "fan": "fan air ventilate stuffy",
    "weather": "weather rain forecast sunny umbrella",
    "alarm_control_panel": "alarm arm disarm security",
    "scene": "scene mood movie relax",
    "script": "script routine run",
    "person": "home away where anybody somebody",
}


class Index(Generic[_T]):
    """Finds things by the words that they are described with; rare words count more."""

    def __init__(self, things: Sequence[_T], words_of: Callable[[_T], Iterable[tuple[str, float]]]) -> None:
        self._things = things
        self._postings: defaultdict[str, dict[int, float]] = defaultdict(dict)
        for number, thing in enumerate(things):
            for text, weight in words_of(thing):
                for word in stem(text).split():
                    known = self._postings[word].get(number, 0.0)
                    self._postings[word][number] = max(known, weight)
        self._vocabulary = [word for word in self._postings if len(word) >= _SHORTEST]

    def find(self, text: str, most: int, *, more: Callable[[_T], float] | None = None) -> list[_T]:
        """The things that fit best, best first.

        :param more: what speaks for a thing beside the words, added where any word fits.
        """
        scores: defaultdict[int, float] = defaultdict(float)
        for word in dict.fromkeys(stem(text).split()):
            postings = self._of(word)
            rare = math.log(1 + len(self._things) / len(postings)) if postings else 0.0
            for number, weight in postings.items():
                scores[number] += weight * rare
        if more is not None:
            scores.update({number: score + more(self._things[number]) for number, score in scores.items()})
        best = sorted(scores, key=lambda number: (-scores[number], number))
        return [self._things[number] for number in best[:most]]

    def _of(self, word: str) -> Mapping[int, float]:
        if word in _COMMON:
            return {}
        if word in self._postings:
            return self._postings[word]
        if len(word) < _SHORTEST:
            return {}
        # Misheard or misspelt.
        close = process.extractOne(word, self._vocabulary, score_cutoff=_ALIKE)
        return self._postings[close[0]] if close else {}


@dataclass(frozen=True, slots=True)
class Found:
    """What a request may be about."""

    entities: tuple[Entity, ...]
    areas: tuple[Area, ...]
    actions: tuple[Action, ...]


class Retriever:
    """Finds in one home and registry."""

    def __init__(self, home: Home, registry: Registry, *, known: frozenset[str]) -> None:
        """:param known: actions that every request knows anyway."""
        self._home = home
        self._entities = Index(home.exposed, self._describe)
        self._areas = Index(list(home.areas.values()), lambda area: ((name, _NAME) for name in area.names))
        others = [action for action in registry.values() if action.name not in known]
        self._actions = Index(others, _describe_action)

    def find(
        self, text: str, here: str | None = None, *, entities: int = 10, areas: int = 16, actions: int = 4
    ) -> Found:
        """The entities, rooms and actions that fit a text best; those of the room `here` are nearer."""

        def near(entity: Entity) -> float:
            return 1.0 if here is not None and entity.area == here else 0.0

        found = self._entities.find(text, entities, more=near)
        if here is not None and len(found) < entities // 2:
            around = [entity for entity in self._home.exposed_in.get(here, ()) if entity not in found]
            found += around[: entities // 2 - len(found)]
        return Found(tuple(found), self._rooms(text, found, here, areas), tuple(self._actions.find(text, actions)))

    def _rooms(self, text: str, found: Sequence[Entity], here: str | None, most: int) -> tuple[Area, ...]:
        every = list(self._home.areas.values())
        if len(every) <= most:
            return tuple(every)
        ids = [here, *(area.id for area in self._areas.find(text, most // 2)), *(entity.area for entity in found)]
        chosen = [self._home.areas[key] for key in dict.fromkeys(ids) if key in self._home.areas]
        return tuple(chosen[:most])

    def _describe(self, entity: Entity) -> Iterable[tuple[str, float]]:
        for name in entity.names:
            yield name, _NAME
        area = self._home.area_of(entity)
        for name in area.names if area else ():
            yield name, _WHERE
        yield entity.domain.replace("_", " "), _KIND
        yield (entity.device_class or "").replace("_", " "), _KIND
        yield _KINDS.get(entity.domain, ""), _KIND


def _describe_action(action: Action) -> Iterable[tuple[str, float]]:
    yield action.name.replace(".", " ").replace("_", " "), _NAME
    yield action.description, _WHERE
    for example in action.examples:
        yield example, _NAME
