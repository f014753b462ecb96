"""Asking: sentences for the own actions of one home, and sentences for what they cannot do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from hassil.expression import ListReference

from actions.home import Area, Entity
from actions.text import stem
from coreml_export.data.build import clauses, marked
from coreml_export.data.case import Case, Wanted
from coreml_export.data.field import Field
from coreml_export.data.marks import plain
from coreml_export.data.missing import missing_area
from coreml_export.data.own import Owned
from coreml_export.data.pointing import Pointed, point, point_inside, together
from coreml_export.data.scene import Scene
from coreml_export.data.sentence import text_of
from coreml_export.data.split import Split
from coreml_export.data.walk import Infeasible, Open, Part, Said, walk
from coreml_export.data.words import Words

_TRIES = 8
_LOOSE = 0.4
_PLAIN = frozenset({"on", "off"})
_INTENTS: Mapping[str, frozenset[str]] = {
    "temperature": frozenset({"climate"}),
    "fan_speed": frozenset({"climate", "fan"}),
    "mode": frozenset({"climate", "fan", "humidifier"}),
    "humidity": frozenset({"humidifier"}),
    "intensity": frozenset({"humidifier"}),
    "color": frozenset({"light"}),
    "degree": frozenset({"cover", "valve"}),
    "level": frozenset({"light", "fan", "cover", "media_player"}),
}
"""Fields that Home Assistant's intents have for these: no sentence about them is sure to be impossible."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks in one home."""

    scene: Scene
    owned: Sequence[Owned]
    bank: Words
    rng: Random
    split: Split

    def ask(self, here: str | None, inside: Area | None = None) -> Case:
        """For something that can be done.

        :param inside: the room that the sentence is a part of one about.
        :raises Infeasible: not in this home.
        """
        owned, family = self._some()
        parts = self._parts(owned, family)
        pointed = self._pointed(owned, parts, here, inside)
        slots = {key: value for part in parts if isinstance(part, Said) for key, value in part.slots.items()}
        if pointed and owned.field is not None and not any(name in parts for name in owned.field.names):
            self._only_it_takes(owned, slots, [entity for entity, _ in pointed.values()])
        calls = [
            Wanted(owned.name, {**slots, **which.slots}, frozenset({entity.id}), own=True)
            for entity, which in pointed.values()
        ]
        if not calls:
            calls = [Wanted(owned.name, slots, frozenset(owned.entity_ids) or None, own=True)]
        needed = {which.here for _, which in pointed.values() if which.here}
        if len(needed) > 1 or (here and needed - {here}):
            raise Infeasible("it must be said in another room")
        said = {index: which.said for index, (_, which) in pointed.items()}
        return Case(
            self._text(parts, said),
            "action",
            family,
            "own",
            "own",
            calls,
            area=next(iter(needed), here),
            clauses=clauses(len(calls), 0),
        )

    def refuse(self, here: str | None) -> Case:
        """For something that cannot be done: for another thing, in another room, with another value.

        :raises Infeasible: not in this home.
        """
        owned, family = self._some(loose=0)
        parts = self._parts(owned, family)
        if {part.index for part in parts if isinstance(part, Open)} != {1}:
            raise Infeasible("not about one thing")
        ways = [self._elsewhere, self._nowhere, self._unable, self._unable]
        if owned.field is not None and any(
            isinstance(part, Said) and owned.field.slot in part.slots for part in parts
        ):
            ways += [self._wrong_value] * 2
        reason, said, parts = self.rng.choice(ways)(owned, parts)
        return Case(
            self._text(parts, {1: said}),
            "unsupported",
            f"{family}~{reason}",
            reason,
            "own",
            reason=reason,
            area=here,
        )

    def example(self, owned: Owned) -> str | None:
        """A sentence that its household may have written beside an action."""
        if not owned.frames:
            return None
        things = [self.scene.home.entities[each] for each in owned.entity_ids]
        try:
            parts = self._parts(owned, self.rng.choice(list(owned.frames)))
        except Infeasible:
            return None
        opens = {part.index for part in parts if isinstance(part, Open)}
        if len(opens) > len(things):
            return None
        chosen = self.rng.sample(things, len(opens))
        return plain(self._text(parts, {index: each.name for index, each in zip(opens, chosen, strict=True)}))

    def _some(self, loose: float = _LOOSE) -> tuple[Owned, str]:
        able = [owned for owned in self.owned if owned.frames]
        if not able:
            raise Infeasible("no own actions")
        alone = [owned for owned in able if owned.loose]
        others = [owned for owned in able if not owned.loose]
        some = alone if alone and (not others or self.rng.random() < loose) else others
        owned = self.rng.choice(some)
        return owned, self.rng.choice(list(owned.frames))

    def _parts(self, owned: Owned, family: str) -> list[Part]:
        rng, field = self.rng, owned.field
        called = rng.choice(field.names) if field and rng.random() < 0.4 else field.names[0] if field else ""
        sign = 1 if family.startswith("own.up.") else -1

        def draw(reference: ListReference) -> Part:
            name = reference.list_name
            if (own := next((each for each in owned.fields if each.slot == name), None)) is not None:
                return own.value(rng)
            if name.startswith("target"):
                return Open("target", int(name[6:] or 1))
            if name == "do":
                return rng.choice(owned.do)
            if field is None:
                raise Infeasible("it takes no value")
            if name == "field":
                return called
            return field.step(rng, sign) if name == "step" else field.value(rng)

        return walk(rng.choice(owned.frames[family]).expression, {}, draw, rng)

    def _pointed(
        self, owned: Owned, parts: Sequence[Part], here: str | None, inside: Area | None
    ) -> dict[int, tuple[Entity, Pointed]]:
        opens = sorted({part.index for part in parts if isinstance(part, Open)})
        entities = [self.scene.home.entities[each] for each in owned.entity_ids]
        if inside is not None:
            entities = [entity for entity in entities if entity.area == inside.id]
        if len(entities) < len(opens):
            raise Infeasible("too few")
        chosen = self.rng.sample(entities, len(opens))
        return {
            index: (entity, self._point(entity, here, inside)) for index, entity in zip(opens, chosen, strict=True)
        }

    def _point(self, entity: Entity, here: str | None, inside: Area | None) -> Pointed:
        if inside is not None:
            return point_inside(self.scene, entity, inside)
        return point(self.scene, entity, self.rng, here)

    def _only_it_takes(self, owned: Owned, slots: Mapping[str, Any], entities: Sequence[Entity]) -> None:
        """Where the field is not said, its value must tell which action is meant."""
        for value in slots.values():
            if value in _PLAIN:
                raise Infeasible("it would switch the thing itself")
            for other in self.owned:
                takes = other is not owned and any(field.takes(value) for field in other.fields)
                if takes and any(entity.id in other.entity_ids for entity in entities):
                    raise Infeasible("another takes it too")

    def _text(self, parts: Sequence[Part], said: Mapping[int, str]) -> str:
        article = self.rng.random() < 0.8
        marks, _ = marked(parts)
        return text_of(marks, lambda part: f"the {said[part.index]}" if article else said[part.index], self.rng)

    def _elsewhere(self, owned: Owned, parts: list[Part]) -> tuple[str, str, list[Part]]:
        """A thing of that name, but in a room without one."""
        entity = self._one(owned)
        held = {each.area for each in self.scene.bearers(entity.name, None)}
        rooms = [area for area in self.scene.areas if area.id not in held]
        if not rooms or any(stem(area.name) in stem(entity.name) for area in self.scene.areas):
            raise Infeasible("every room has one")
        return (
            "wrong_area",
            together(entity.name, self.rng.choice(rooms).name, self.scene.language, self.rng),
            parts,
        )

    def _nowhere(self, owned: Owned, parts: list[Part]) -> tuple[str, str, list[Part]]:
        """A room that is not there."""
        entity = self._one(owned)
        if any(stem(area.name) in stem(entity.name) for area in self.scene.areas):
            raise Infeasible("named by its room")
        room = missing_area(self.scene, self.bank, self.rng, self.split)
        return "missing_area", together(entity.name, room, self.scene.language, self.rng), parts

    def _unable(self, owned: Owned, parts: list[Part]) -> tuple[str, str, list[Part]]:
        """A thing that cannot do it."""
        others = [each for each in self.scene.home.exposed if each.id not in owned.entity_ids]
        for entity in self.rng.sample(others, min(_TRIES, len(others))):
            if not self._can(entity, owned):
                which = point(self.scene, entity, self.rng, None)
                if which.here is None:
                    return "cannot", which.said, parts
        raise Infeasible("all can")

    def _can(self, entity: Entity, owned: Owned) -> bool:
        """Whether the words might ask for something else of this thing."""
        if owned.field is None:
            return any(entity.id in other.entity_ids and set(other.do) & set(owned.do) for other in self.owned)
        names = set(owned.field.names)
        if any(entity.domain in domains for slot, domains in _INTENTS.items() if slot in _slots(owned.field)):
            return True
        return any(
            entity.id in other.entity_ids and any(names & set(field.names) for field in other.fields)
            for other in self.owned
        )

    def _wrong_value(self, owned: Owned, parts: list[Part]) -> tuple[str, str, list[Part]]:
        field = owned.field
        if field is None:
            raise Infeasible("it takes no value")
        entity = self._one(owned)
        others = [word for other in self.owned for each in other.fields for word in each.options]
        taken = {
            word
            for other in self.owned
            if entity.id in other.entity_ids
            for each in other.fields
            for word in each.options
        }
        wrong = field.wrong(self.rng, [word for word in others if word not in taken])
        which = point(self.scene, entity, self.rng, None)
        if which.here:
            raise Infeasible("not without a room")
        made: list[Part] = [wrong if isinstance(part, Said) else part for part in parts]
        return "unknown_option" if field.options else "out_of_range", which.said, made

    def _one(self, owned: Owned) -> Entity:
        if not owned.entity_ids:
            raise Infeasible("it has none")
        return self.scene.home.entities[self.rng.choice(owned.entity_ids)]


def _slots(field: Field) -> set[str]:
    return {name.replace(" ", "_") for name in field.names} | {field.names[0].split()[-1]}
