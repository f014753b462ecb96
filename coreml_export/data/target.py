"""Targets: choosing the things of a home that a sentence is about, so that the call for them is right."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from actions.effects import DOMAINS
from actions.home import Area, Entity, Floor, State
from actions.text import stem
from coreml_export.data.describing import described, shortened
from coreml_export.data.family import Place, Spec
from coreml_export.data.pointing import Pointed, point, point_inside
from coreml_export.data.ready import made_ready
from coreml_export.data.scene import Scene
from coreml_export.data.walk import Infeasible
from coreml_export.data.words import Words

_TRIES = 10
_DESCRIBED, _SHORTENED = 0.22, 0.06
_TOLD_APART = 0.25
_IN_ROOM = 0.12
_WIDE = frozenset({"HassTurnOn", "HassTurnOff", "HassLightSet", "HassSetPosition"})


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a sentence is about: words for its open places, and the slots and entities that they mean."""

    said: Mapping[str, str] = field(default_factory=dict)
    slots: Mapping[str, Any] = field(default_factory=dict)
    targets: frozenset[str] | None = None
    area: str | None = None
    """Id of the room that it must be said in."""
    states: Mapping[str, State] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chooser:
    """Chooses in one home, for one person in one room."""

    scene: Scene
    bank: Words
    rng: Random
    here: str | None
    inside: Area | None = None
    """The room that the whole sentence is about; it is said elsewhere in it."""

    def choose(self, spec: Spec, opens: frozenset[str], slots: Mapping[str, Any], place: Place) -> Chosen:
        """Something of the home for these open places.

        :raises Infeasible: the home has nothing that fits.
        """
        if spec.intent == "HassVacuumCleanArea":
            return self._room_to_clean(spec, opens, slots)
        if spec.intent.startswith("HassShoppingList"):
            return self._shopping_list(spec, slots)
        if spec.intent not in DOMAINS and spec.intent != "HassGetState":
            return self._free(spec, opens, slots)
        if "name" in opens:
            return self._named(spec, opens, slots)
        return self._kind(spec, opens, {**spec.kind, **slots}, place)

    def also(self, spec: Spec, area: Area, *, said: bool) -> Chosen:
        """What a second call of the same sentence is about, in the same room."""
        named = {"area": area.name} if said else {}
        known = set(self.scene.fields(spec.intent))
        kind = {key: value for key, value in spec.kind.items() if key in known}
        result = self._inside(spec, {**kind, **spec.slots, **named}, {"area": area.id})
        if result is None:
            raise Infeasible("the room has none of these")
        return Chosen({}, {**kind, **named}, result[0], None, result[1])

    def _free(self, spec: Spec, opens: frozenset[str], slots: Mapping[str, Any]) -> Chosen:
        self.scene.arguments(spec.intent, slots)
        if "area" not in opens:
            return Chosen()
        area = self._any(self.scene.areas)
        return Chosen({"area": self._spoken(area)}, {"area": area.name})

    def _room_to_clean(self, spec: Spec, opens: frozenset[str], slots: Mapping[str, Any]) -> Chosen:
        vacuums = self.scene.of_domains({"vacuum"})
        area = self._any(self.scene.areas)
        filled = {**slots, "area": area.name}
        arguments = self.scene.arguments(spec.intent, filled)
        able = [each for each in vacuums if self.scene.can(spec.intent, each, arguments)]
        local = [each for each in vacuums if each.area == self.here and self.here]
        if not able or ("name" not in opens and [able[0]] != (local or vacuums)):
            raise Infeasible("no vacuum")
        said = {"area": self._spoken(area)}
        extra: dict[str, Any] = {"area": area.name}
        if "name" in opens:
            said["name"], extra["name"] = self._unique(able[0], None)
        return Chosen(said, extra, frozenset({able[0].id}))

    def _shopping_list(self, spec: Spec, slots: Mapping[str, Any]) -> Chosen:
        self.scene.arguments(spec.intent, slots)
        named = [e for e in self.scene.of_domains({"todo"}) if stem("shopping list") in map(stem, e.names)]
        by_id = [e for e in self.scene.of_domains({"todo"}) if e.id == "todo.shopping_list"]
        found = by_id or named
        if len(found) != 1:
            raise Infeasible("no shopping list")
        return Chosen(targets=frozenset({found[0].id}))

    def _named(self, spec: Spec, opens: frozenset[str], slots: Mapping[str, Any]) -> Chosen:
        accepted = DOMAINS.get(spec.intent)
        domains = accepted if spec.domains is None else spec.domains
        things = self.scene.of_domains(domains)
        if self.inside is not None:
            things = [entity for entity in things if entity.area == self.inside.id]
        for entity in self.rng.sample(things, min(_TRIES, len(things))):
            try:
                return self._this(entity, spec, opens, slots, accepted)
            except Infeasible:
                continue
        raise Infeasible("nothing of that kind")

    def _this(
        self,
        entity: Entity,
        spec: Spec,
        opens: frozenset[str],
        slots: Mapping[str, Any],
        accepted: frozenset[str] | None,
    ) -> Chosen:
        area = self.scene.home.area_of(entity)
        given = slots.get("domain")
        said: dict[str, str] = {}
        extra: dict[str, Any] = {}
        context: str | None = None
        if "area" in opens or "floor" in opens:
            place = self._place_of(area, floor="floor" in opens)
            key = "floor" if "floor" in opens else "area"
            said[key], extra[key] = self._spoken(place), place.name
            said["name"], extra["name"] = self._unique(entity, accepted, within=area if "area" in opens else None)
        else:
            domains = frozenset({given}) if isinstance(given, str) else accepted
            said["name"], more, context = self._by_name(entity, spec, domains)
            extra |= more
        if slots.get("device_class") not in (None, entity.device_class) or given not in (None, entity.domain):
            raise Infeasible("of another kind")
        arguments = self.scene.arguments(spec.intent, {**slots, **extra})
        states = made_ready(self.scene, spec.intent, entity, arguments)
        return Chosen(said, extra, frozenset({entity.id}), context, states)

    def _by_name(
        self, entity: Entity, spec: Spec, domains: frozenset[str] | None
    ) -> tuple[str, dict[str, Any], str | None]:
        """Words, slots and the room to say it in, where only a name is asked for."""
        fields = set(self.scene.fields(spec.intent))
        placed = "area" in fields
        if placed and self.inside is not None:
            which = point_inside(self.scene, entity, self.inside)
            return which.said, dict(which.slots), None
        if (told := self._otherwise(entity)) is not None:
            return told.said, {key: value for key, value in told.slots.items() if key in fields}, told.here
        try:
            said, name = self._unique(entity, domains)
        except Infeasible:
            if not placed or self.rng.random() < _TOLD_APART:
                more, context = self._told_apart(entity, spec, domains)
                return entity.name, {"name": entity.name, **more}, context
        else:
            if not placed or self.rng.random() > _IN_ROOM:
                return said, {"name": name}, None
        pointed = point(self.scene, entity, self.rng, self.here)
        return pointed.said, dict(pointed.slots), pointed.here

    def _otherwise(self, entity: Entity) -> Pointed | None:
        """Now and then by other words than its name."""
        roll = self.rng.random()
        try:
            if roll < _DESCRIBED:
                return described(self.scene, entity, self.bank, self.rng, self.here)
            if roll < _DESCRIBED + _SHORTENED:
                return shortened(self.scene, entity, self.bank, self.rng)
        except Infeasible:
            pass
        return None

    def _place_of(self, area: Area | None, *, floor: bool) -> Area | Floor:
        place = self.scene.home.floors.get(area.floor or "") if area and floor else area
        if place is None:
            raise Infeasible("it is in no room")
        return place

    def _unique(
        self, entity: Entity, domains: frozenset[str] | None, within: Area | None = None
    ) -> tuple[str, str]:
        """A name to say and the name of the slot, both meaning only this."""
        names = [name for name in entity.names if self._means(name, entity, domains, within)]
        if not names:
            raise Infeasible("its names mean other things too")
        said = names[0] if self.rng.random() < 0.6 else self.rng.choice(names)
        return said, names[0]

    def _means(self, name: str, entity: Entity, domains: frozenset[str] | None, within: Area | None) -> bool:
        bearers = self.scene.bearers(name, domains)
        if within is not None:
            bearers = [each for each in bearers if each.area == within.id]
        return bearers == [entity] and stem(name) not in self.scene.place_stems

    def _told_apart(
        self, entity: Entity, spec: Spec, domains: frozenset[str] | None
    ) -> tuple[dict[str, Any], str | None]:
        """The domain or the room where the name alone is not enough."""
        if stem(entity.name) in self.scene.place_stems:
            raise Infeasible("named like a room")
        bearers = self.scene.bearers(entity.name, domains)
        one_kind = spec.domains is not None and len(spec.domains) == 1
        alone = [each for each in bearers if each.domain == entity.domain] == [entity]
        if one_kind and alone and "domain" in self.scene.fields(spec.intent):
            return {"domain": entity.domain}, None
        area = self.scene.home.area_of(entity)
        if area is not None and [each for each in bearers if each.area == area.id] == [entity]:
            return {"area": area.name}, area.id
        raise Infeasible("two of that name")

    def _kind(self, spec: Spec, opens: frozenset[str], slots: Mapping[str, Any], place: Place) -> Chosen:
        known = set(self.scene.fields(spec.intent))
        slots = {key: value for key, value in slots.items() if key in known or key not in spec.kind}
        extra: dict[str, Any] = {key: value for key, value in slots.items() if key in spec.kind}
        said: dict[str, str] = {}
        if "area" in opens or "floor" in opens:
            key = "floor" if "floor" in opens else "area"
            choices: list[Any] = self.scene.floors if key == "floor" else self.scene.areas
            found = self.rng.sample(choices, min(len(choices), _TRIES))
            where: list[dict[str, str]] = [{key: each.id} for each in found]
        elif place == "here":
            found = [area for area in self.scene.areas if self.here in (None, area.id)]
            found = [self.inside] if self.inside else self.rng.sample(found, min(len(found), _TRIES))
            where = [{"area": each.id} for each in found]
            key = ""
        else:
            return self._everywhere(spec, slots, extra, place)
        for spot, inside in zip(found, where, strict=True):
            named = {key: spot.name} if key else {"area": spot.name} if self.inside else {}
            if result := self._inside(spec, {**slots, **named}, inside):
                targets, states = result
                said = {key: self._spoken(spot)} if key else {}
                return Chosen(said, {**extra, **named}, targets, None if named else spot.id, states)
        raise Infeasible("no room has that")

    def _everywhere(self, spec: Spec, slots: Mapping[str, Any], extra: dict[str, Any], place: Place) -> Chosen:
        reads = self.scene.registry[spec.intent].reads_only
        if place == "all" and spec.intent in _WIDE:
            extra["name"] = "all"
        result = self._inside(spec, {**slots, **extra}, {})
        if result is None:
            raise Infeasible("the home has none")
        targets, states = result
        pool = self.scene.pool(DOMAINS.get(spec.intent), slots)
        local = [each for each in pool if each.area == self.here and self.here]
        whole = "name" in extra or spec.intent == "HassBroadcast"
        if not whole and local:
            raise Infeasible("those of the room would be meant")
        if not whole and not reads and len(pool) != 1:
            raise Infeasible("which one")
        return Chosen({}, extra, targets, None, states)

    def _inside(
        self, spec: Spec, slots: Mapping[str, Any], where: Mapping[str, str]
    ) -> tuple[frozenset[str], dict[str, State]] | None:
        arguments = self.scene.arguments(spec.intent, slots)
        pool = self.scene.pool(DOMAINS.get(spec.intent), slots, **where)
        if not pool and spec.intent == "HassClimateGetTemperature" and slots.keys() & {"area", "floor"}:
            pool = self.scene.pool(None, {"domain": "sensor", "device_class": "temperature"}, **where)
        if not pool:
            return None
        able = [each for each in pool if self.scene.can(spec.intent, each, arguments)]
        if spec.intent == "HassMediaSearchAndPlay":
            able = able[:1]
        if able:
            return frozenset(each.id for each in able), {}
        try:
            states = made_ready(self.scene, spec.intent, pool[0], arguments)
        except Infeasible:
            return None
        return frozenset({pool[0].id}), states

    def _any(self, areas: list[Area]) -> Area:
        if not areas:
            raise Infeasible("no rooms")
        return self.rng.choice(areas)

    def _spoken(self, place: Area | Floor) -> str:
        return place.name if self.rng.random() < 0.7 else self.rng.choice(place.names)
