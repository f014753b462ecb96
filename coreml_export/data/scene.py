"""A Scene: one home in which things are said, with its registry and the states of the moment."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from actions.call import ToolCall
from actions.catalog import build_registry
from actions.effects import DOMAINS, Unsupported, effect_of
from actions.home import Area, Entity, Floor, State
from actions.text import stem
from coreml_export.data.homes import JsonHome, as_home
from coreml_export.data.walk import Infeasible

_SPOKEN_ONLY = frozenset({"conversation_command"})
"""Slots that Home Assistant has and the registry does not."""
_CLEAN_AREA = 16384


class Scene:
    """One home."""

    def __init__(self, made: JsonHome) -> None:
        self.made = made
        self.language: str = made["lang"]
        self.home = as_home(made)
        self.registry = build_registry(self.home)
        self.own: Mapping[str, Mapping[str, Any]] = {row["action"]: row for row in made["actions"]}
        self.areas = list(self.home.areas.values())
        self.floors = list(self.home.floors.values())
        self._states: dict[str, State] = self.home.states  # type: ignore[assignment]
        self.by_domain: dict[str, list[Entity]] = {}
        for entity in self.home.exposed:
            self.by_domain.setdefault(entity.domain, []).append(entity)
        places: list[Area | Floor] = [*self.areas, *self.floors]
        self.place_stems = {stem(name) for place in places for name in place.names}

    @cached_property
    def words(self) -> frozenset[str]:
        """All words of the names of its things and own actions."""
        names = [name for entity in self.home.entities.values() for name in entity.names]
        return self.own_words.union(*(stem(name).split() for name in names))

    @cached_property
    def own_words(self) -> frozenset[str]:
        """All words by which its own actions are called and told of."""
        own = [
            (row["action"].replace("_", " "), row["description"], *row.get("phrases", ()))
            for row in self.own.values()
        ]
        return frozenset(word for texts in own for text in texts for word in stem(text).split())

    def arguments(self, intent: str, slots: Mapping[str, Any]) -> BaseModel:
        """The slots as the registry reads them.

        :raises Infeasible: it takes no such value.
        """
        given = {key: value for key, value in slots.items() if key not in _SPOKEN_ONLY}
        arguments, problems = self.registry.check(ToolCall(name=intent, arguments=given))
        if arguments is None:
            raise Infeasible(problems[0].message)
        return arguments

    def fields(self, intent: str) -> Iterable[str]:
        """The slots that an intent has."""
        return self.registry[intent].parameters.model_fields

    def of_domains(self, domains: Iterable[str] | None) -> list[Entity]:
        """Exposed entities of these domains."""
        if domains is None:
            return list(self.home.exposed)
        return [entity for domain in sorted(domains) for entity in self.by_domain.get(domain, ())]

    def bearers(self, name: str, domains: Iterable[str] | None) -> list[Entity]:
        """Exposed entities of that name."""
        accepted = None if domains is None else frozenset(domains)
        found = self.home.by_name.get(stem(name), ())
        return [e for e in found if e.exposed and (accepted is None or e.domain in accepted)]

    def pool(
        self,
        domains: Iterable[str] | None,
        slots: Mapping[str, Any],
        area: str | None = None,
        floor: str | None = None,
    ) -> list[Entity]:
        """The things of a kind in a room or on a floor, as a person would count them."""
        wanted, classes = _many(slots.get("domain")), _many(slots.get("device_class"))
        accepted = frozenset(wanted) if wanted else None if domains is None else frozenset(domains)
        return [
            entity
            for entity in self.of_domains(accepted)
            if (not classes or entity.device_class in classes)
            and (area is None or entity.area == area)
            and (floor is None or self._floor(entity) == floor)
        ]

    def _floor(self, entity: Entity) -> str | None:
        area = self.home.area_of(entity)
        return area.floor if area else None

    def can(self, intent: str, entity: Entity, arguments: BaseModel, state: State | None = None) -> bool:
        """Whether an entity can do it as it stands, or would in another state."""
        if self.registry[intent].reads_only:
            return True
        if intent == "HassVacuumCleanArea":
            return bool(entity.features & _CLEAN_AREA)
        if entity.domain not in DOMAINS[intent]:
            return False
        try:
            effect_of(intent, entity, state or self.home.state(entity.id), arguments)
        except Unsupported:
            return False
        return True

    @contextmanager
    def standing(self, states: Mapping[str, State]) -> Iterator[None]:
        """The home with some states changed for a while."""
        before = {entity_id: self._states[entity_id] for entity_id in states}
        self._states.update(states)
        try:
            yield
        finally:
            self._states.update(before)


def _many(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)
