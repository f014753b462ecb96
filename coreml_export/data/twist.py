"""Twists: a sentence that would be right in another home, said in one that lacks what it names."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from actions.effects import DOMAINS
from actions.home import Entity
from actions.text import stem
from coreml_export.data.build import Builder, Spoken
from coreml_export.data.case import Case, Wanted
from coreml_export.data.devices import KINDS
from coreml_export.data.family import Family, Spec
from coreml_export.data.sentence import text_of
from coreml_export.data.split import Split
from coreml_export.data.walk import Infeasible, Open

_TRIES = 12
_KIND_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Twister:
    """Twists sentences in one home."""

    builder: Builder
    split: Split

    def twist(self, family: Family, here: str | None) -> Case:
        """A case in which nothing may be called.

        :raises Infeasible: this sentence cannot be twisted here.
        """
        if len(family.specs) != 1 or family.follows:
            raise Infeasible("not simple")
        spoken = Spoken.of(family, self.builder.rng, self.builder.bank)
        opens = spoken.opens.get(1, frozenset())
        if len(spoken.opens) != 1 or any(isinstance(part, Open) and part.wrong for part in spoken.parts):
            raise Infeasible("not simple")
        reason, make = self.builder.rng.choice(self._ways(family, opens))
        said = make(family.specs[0], spoken, opens)
        slots = {**family.specs[0].slots, **spoken.slots, **said}
        if "name" not in opens:
            known = set(self.builder.scene.fields(family.specs[0].intent))
            slots |= {key: value for key, value in family.specs[0].kind.items() if key in known}
        text = text_of(spoken.parts, lambda part: said[part.kind], self.builder.rng)
        denied = [Wanted(family.specs[0].intent, slots)]
        return Case(
            text,
            "unsupported",
            f"{family.id}~{reason}",
            reason,
            family.source,
            reason=reason,
            area=here,
            denied=denied,
        )

    def _ways(self, family: Family, opens: frozenset[str]) -> list[tuple[str, "_Make"]]:
        ways: list[tuple[str, _Make]] = []
        targeting = family.specs[0].intent in DOMAINS or family.specs[0].intent == "HassGetState"
        cleans = family.specs[0].intent == "HassVacuumCleanArea"
        if "name" in opens and targeting and "floor" not in opens and not cleans:
            ways += [("missing_name", self._missing_name)] * 2 + [
                ("hidden", self._hidden),
                ("cannot", self._cannot),
            ]
            if family.tells and family.specs[0].intent != "HassGetState":
                ways.append(("wrong_kind", self._wrong_kind))
            if "area" in opens:
                ways.append(("wrong_area", self._wrong_area))
        elif opens == {"area"} and targeting:
            ways.append(("missing_area", self._missing_area))
            if family.specs[0].kind and not cleans:
                ways.append(("none_here", self._none_here))
        if not ways:
            raise Infeasible("nothing to twist")
        return ways

    def _missing_name(self, spec: Spec, _spoken: Spoken, opens: frozenset[str]) -> dict[str, str]:
        kinds = [name for name, kind in KINDS.items() if kind.domain in self._domains(spec)]
        if not kinds:
            raise Infeasible("no such kind")
        areas = [area.name for area in self.builder.scene.areas]
        for _ in range(_TRIES):
            rng = self.builder.rng
            area = rng.choice(areas) if areas else None
            kind = rng.choice(kinds)
            name = self.builder.bank.entity(kind, area, rng, self.split)
            if not self._known(name, kind):
                return {"name": name, **self._area(opens)}
        raise Infeasible("it has them all")

    def _known(self, name: str, kind: str) -> bool:
        """Whether somebody may mean a thing of the home by it."""
        words = _words(name)
        nouns = {word for noun in self.builder.bank.nouns[kind] for word in _words(noun)}
        rooms = [_words(place) for area in self.builder.scene.areas for place in area.names]
        if any(room <= words and (words - room) <= nouns for room in rooms) or words <= nouns:
            return True
        for entity in self.builder.scene.home.entities.values():
            area = self.builder.scene.home.area_of(entity)
            around = {word for place in (area.names if area else ()) for word in _words(place)}
            for known in map(_words, entity.names):
                if known and (words <= known | around or known <= words):
                    return True
        return False

    def _hidden(self, spec: Spec, _spoken: Spoken, opens: frozenset[str]) -> dict[str, str]:
        home = self.builder.scene.home
        hidden = [e for e in home.entities.values() if not e.exposed and e.domain in self._domains(spec)]
        alone = [e for e in hidden if not self.builder.scene.bearers(e.name, None)]
        return {"name": self._pick(alone).name, **self._area(opens)}

    def _cannot(self, spec: Spec, spoken: Spoken, opens: frozenset[str]) -> dict[str, str]:
        if "area" in opens:
            raise Infeasible("not in a room")
        scene = self.builder.scene
        arguments = scene.arguments(spec.intent, {**spec.slots, **spoken.slots, "name": "x"})
        things = [e for e in scene.of_domains(self._domains(spec)) if len(scene.bearers(e.name, None)) == 1]
        states = {"off", "idle", "paused", "standby"}
        unable = [
            e
            for e in things
            if not scene.can(spec.intent, e, arguments) and scene.home.state(e.id).state not in states
        ]
        return {"name": self._pick(unable).name}

    def _wrong_kind(self, spec: Spec, _spoken: Spoken, opens: frozenset[str]) -> dict[str, str]:
        scene = self.builder.scene
        accepted = DOMAINS.get(spec.intent, frozenset())
        others = [
            e for e in scene.home.exposed if e.domain not in accepted and len(scene.bearers(e.name, None)) == 1
        ]
        return {"name": self._pick(others).name, **self._area(opens)}

    def _wrong_area(self, spec: Spec, _spoken: Spoken, _opens: frozenset[str]) -> dict[str, str]:
        scene = self.builder.scene
        placed = [
            e for e in scene.of_domains(self._domains(spec)) if e.area and len(scene.bearers(e.name, None)) == 1
        ]
        entity = self._pick(placed)
        areas = [
            area for area in scene.areas if area.id != entity.area and not _words(area.name) & _words(entity.name)
        ]
        if not areas:
            raise Infeasible("no other room")
        return {"name": entity.name, "area": self.builder.rng.choice(areas).name}

    def _missing_area(self, _spec: Spec, _spoken: Spoken, _opens: frozenset[str]) -> dict[str, str]:
        known = [_words(name) for place in self.builder.scene.place_stems for name in (place,)]
        for _ in range(_TRIES):
            name = self.builder.bank.area(self.builder.rng, self.split)
            words = _words(name)
            aliases = self.builder.bank.area_aliases.get(name, [])
            if not any(words <= k or k <= words for k in known) and not any(_words(a) in known for a in aliases):
                return {"area": name}
        raise Infeasible("it has them all")

    def _none_here(self, spec: Spec, _spoken: Spoken, _opens: frozenset[str]) -> dict[str, str]:
        scene = self.builder.scene
        slots = {**spec.kind, **spec.slots}
        empty = [a for a in scene.areas if not scene.pool(DOMAINS.get(spec.intent), slots, area=a.id)]
        if not empty:
            raise Infeasible("every room has one")
        return {"area": self.builder.rng.choice(empty).name}

    def _area(self, opens: frozenset[str]) -> dict[str, str]:
        if "area" not in opens:
            return {}
        if not self.builder.scene.areas:
            raise Infeasible("no rooms")
        return {"area": self.builder.rng.choice(self.builder.scene.areas).name}

    def _pick(self, entities: list[Entity]) -> Entity:
        if not entities:
            raise Infeasible("none of them")
        return self.builder.rng.choice(entities)

    def _domains(self, spec: Spec) -> frozenset[str]:
        if spec.domains is not None:
            return spec.domains
        return DOMAINS.get(spec.intent, frozenset({"light", "switch", "lock", "cover", "sensor"}))


_Make = Callable[[Spec, Spoken, frozenset[str]], Mapping[str, str]]


def _words(name: str) -> set[str]:
    return set(stem(name).split())
