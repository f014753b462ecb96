"""Twists: a sentence that would be right in another home, said in one that lacks what it names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from actions.effects import DOMAINS
from actions.home import Entity
from coreml_export.data.build import Builder, Spoken
from coreml_export.data.case import Case, Wanted
from coreml_export.data.family import Family, Spec
from coreml_export.data.missing import missing_area, missing_name, words_of
from coreml_export.data.pointing import point, together
from coreml_export.data.ready import made_ready
from coreml_export.data.sentence import text_of
from coreml_export.data.split import Split
from coreml_export.data.walk import Infeasible, Open

_IN_ROOM = 0.35


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
        words, meant = make(family.specs[0], spoken, opens)
        slots = {**family.specs[0].slots, **spoken.slots, **meant}
        if "name" not in opens:
            known = set(self.builder.scene.fields(family.specs[0].intent))
            slots |= {key: value for key, value in family.specs[0].kind.items() if key in known}
        text = text_of(spoken.parts, lambda part: words[part.kind], self.builder.rng)
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
            ways += [("missing_name", self._missing_name)] * 2
            ways += [("hidden", self._hidden), ("cannot", self._cannot), ("wrong_area", self._wrong_area)]
            if "area" not in opens:
                ways += [("wrong_area", self._wrong_area), ("missing_area", self._no_such_room)]
            if family.tells and family.specs[0].intent != "HassGetState":
                ways.append(("wrong_kind", self._wrong_kind))
        elif opens == {"area"} and targeting:
            ways.append(("missing_area", self._missing_area))
            if family.specs[0].kind and not cleans:
                ways += [("none_here", self._none_here), ("cannot", self._none_able)]
        if not ways:
            raise Infeasible("nothing to twist")
        return ways

    def _missing_name(self, spec: Spec, _spoken: Spoken, opens: frozenset[str]) -> "_Said":
        make = self.builder
        name = missing_name(make.scene, make.bank, make.rng, self.split, self._domains(spec))
        if "area" not in opens and make.scene.areas and make.rng.random() < _IN_ROOM:
            area = make.rng.choice(make.scene.areas).name
            return {"name": together(name, area, make.scene.language, make.rng)}, {"name": name, "area": area}
        return _same({"name": name, **self._area(opens)})

    def _hidden(self, spec: Spec, _spoken: Spoken, opens: frozenset[str]) -> "_Said":
        home = self.builder.scene.home
        hidden = [e for e in home.entities.values() if not e.exposed and e.domain in self._domains(spec)]
        alone = [e for e in hidden if not self.builder.scene.bearers(e.name, None)]
        return _same({"name": self._pick(alone).name, **self._area(opens)})

    def _cannot(self, spec: Spec, spoken: Spoken, opens: frozenset[str]) -> "_Said":
        if "area" in opens:
            raise Infeasible("not in a room")
        make = self.builder
        arguments = make.scene.arguments(spec.intent, {**spec.slots, **spoken.slots, "name": "x"})
        unable = [
            e for e in make.scene.of_domains(self._domains(spec)) if not self._able(spec.intent, e, arguments)
        ]
        pointed = point(make.scene, self._pick(unable), make.rng, None)
        if pointed.here:
            raise Infeasible("not without its room")
        known = set(make.scene.fields(spec.intent))
        return {"name": pointed.said}, {key: value for key, value in pointed.slots.items() if key in known}

    def _able(self, intent: str, entity: Entity, arguments: BaseModel) -> bool:
        """Whether it could do it in any state."""
        try:
            made_ready(self.builder.scene, intent, entity, arguments)
        except Infeasible:
            return False
        return True

    def _wrong_kind(self, spec: Spec, _spoken: Spoken, opens: frozenset[str]) -> "_Said":
        scene = self.builder.scene
        accepted = DOMAINS.get(spec.intent, frozenset())
        others = [
            e for e in scene.home.exposed if e.domain not in accepted and len(scene.bearers(e.name, None)) == 1
        ]
        return _same({"name": self._pick(others).name, **self._area(opens)})

    def _wrong_area(self, spec: Spec, _spoken: Spoken, opens: frozenset[str]) -> "_Said":
        """A thing of a name that other rooms have, but not this one."""
        make = self.builder
        entity = self._pick([e for e in make.scene.of_domains(self._domains(spec)) if e.area])
        held = {each.area for each in make.scene.bearers(entity.name, None)}
        words = words_of(entity.name)
        areas = [area for area in make.scene.areas if area.id not in held and not words_of(area.name) & words]
        if not areas or any(words_of(area.name) <= words for area in make.scene.areas):
            raise Infeasible("no other room")
        area = make.rng.choice(areas).name
        meant = {"name": entity.name, "area": area}
        return (
            meant if "area" in opens else {"name": together(entity.name, area, make.scene.language, make.rng)}
        ), meant

    def _no_such_room(self, spec: Spec, _spoken: Spoken, _opens: frozenset[str]) -> "_Said":
        make = self.builder
        entity = self._pick([e for e in make.scene.of_domains(self._domains(spec)) if e.area])
        if any(words_of(area.name) <= words_of(entity.name) for area in make.scene.areas):
            raise Infeasible("named by its room")
        area = missing_area(make.scene, make.bank, make.rng, self.split)
        return {"name": together(entity.name, area, make.scene.language, make.rng)}, {
            "name": entity.name,
            "area": area,
        }

    def _missing_area(self, _spec: Spec, _spoken: Spoken, _opens: frozenset[str]) -> "_Said":
        make = self.builder
        return _same({"area": missing_area(make.scene, make.bank, make.rng, self.split)})

    def _none_here(self, spec: Spec, _spoken: Spoken, _opens: frozenset[str]) -> "_Said":
        scene = self.builder.scene
        slots = {**spec.kind, **spec.slots}
        empty = [a for a in scene.areas if not scene.pool(DOMAINS.get(spec.intent), slots, area=a.id)]
        if not empty:
            raise Infeasible("every room has one")
        return _same({"area": self.builder.rng.choice(empty).name})

    def _none_able(self, spec: Spec, spoken: Spoken, _opens: frozenset[str]) -> "_Said":
        """A room of which none of the things can do it."""
        scene, domains = self.builder.scene, DOMAINS.get(spec.intent)
        slots = {**spec.kind, **spec.slots, **spoken.slots}
        known = set(scene.fields(spec.intent))
        arguments = scene.arguments(spec.intent, {key: value for key, value in slots.items() if key in known})
        pools = {area.name: scene.pool(domains, slots, area=area.id) for area in scene.areas}
        unable = [
            name
            for name, pool in pools.items()
            if pool and not any(self._able(spec.intent, each, arguments) for each in pool)
        ]
        if not unable:
            raise Infeasible("every room can")
        return _same({"area": self.builder.rng.choice(unable)})

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


_Said = tuple[Mapping[str, str], Mapping[str, str]]
"""Words for the open places, and the slots that they would fill."""
_Make = Callable[[Spec, Spoken, frozenset[str]], _Said]


def _same(said: Mapping[str, str]) -> _Said:
    return said, said
