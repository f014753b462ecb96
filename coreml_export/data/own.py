"""Own actions: what households added themselves, drawn for the devices of one home."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from hassil.expression import Sentence

from actions.effects import DOMAINS
from coreml_export.data.field import Field
from coreml_export.data.frames import Coined, Frames, OwnKind
from coreml_export.data.gadgets import gadget
from coreml_export.data.households import Household
from coreml_export.data.missing import words_of
from coreml_export.data.split import Split, of_family, of_name
from coreml_export.data.words import some

_FEW, _MANY = 6, 40
_NAMES = ("{action}", "{action}", "{device}_{action}", "{device}.{action}", "{action}_{device}")
_SHOWS: Mapping[str, Sequence[str]] = {
    "set_position": ("current_position",),
    "fan_mode": ("fan_modes", "fan_mode"),
    "humidity": ("humidity", "min_humidity", "max_humidity"),
    "modes": ("available_modes", "mode"),
}
"""The attributes that stand for a feature."""
_LOOSE = 0.5
"""The share of households' actions that are about nothing that Home Assistant knows."""
_TOLD = 0.6
"""The share of them that come with the sentences that were written beside them."""
_TRIES = 20
_AT_SOMETHING = 0.25
"""The share of gadgets that are wired to some entity."""
_WHOLE = 0.75
"""The share of actions that all devices of their kind can do."""


@dataclass(frozen=True, slots=True)
class Owned:
    """An own action of one home, and the ways to ask for it."""

    row: dict[str, Any]
    """As the home's JSON has it."""
    frames: Mapping[str, Sequence[Sentence]]
    fields: Sequence[Field]
    do: Sequence[str] = ()
    loose: bool = False
    """Asked for by itself: no thing that Home Assistant knows is named."""
    nots: Sequence[str] = ()
    """Sentences about the same that ask for nothing."""

    @property
    def field(self) -> Field | None:
        """The one that it takes; the first of several."""
        return self.fields[0] if self.fields else None

    @property
    def name(self) -> str:
        """The action's."""
        return str(self.row["action"])

    @property
    def entity_ids(self) -> Sequence[str]:
        """The things that it may be called for."""
        return list(self.row["entity_ids"])


@dataclass(frozen=True)
class OwnPhrases:
    """The own actions that can be asked for in one split."""

    frames: Frames
    split: Split

    @property
    def households(self) -> Sequence[Household]:
        """Those of this split."""
        return [each for each in self.frames.households if of_family(each.family) == self.split]

    def draw(
        self, entities: Sequence[dict[str, Any]], kinds: Mapping[str, str], rng: Random, *, many: bool
    ) -> list[Owned]:
        """Some actions for the devices of a home.

        :param kinds: the kind of device that each entity is.
        :param many: for most of what its devices could do.
        """
        able = [each for each in entities if each["exposed"]]
        style = rng.choice(_NAMES)
        share = rng.uniform(0.3, 1) if many else 0.25
        owned: dict[str, Owned] = {}
        for kind in rng.sample(self.frames.kinds, len(self.frames.kinds)):
            fit = [each for each in able if kinds[each["entity_id"]] in kind.kinds]
            if not fit or rng.random() > share or len(owned) >= (_MANY if many else _FEW):
                continue
            made = self._of_kind(kind, fit, style, owned, rng)
            owned[made.name] = made
        for made in self._households(able, rng.randint(0, 12) if many else rng.choice((0, 1, 2, 4, 8)), rng):
            owned.setdefault(made.name, made)
        for _ in range(rng.randint(1, 7) if many else rng.choice((0, 1, 1, 2, 4))):
            if (coined := self._coined(self.frames.coined, _told(owned.values()), able, rng)) is not None:
                owned.setdefault(coined.name, coined)
        taken = {word for each in entities for name in (each["name"], *each["aliases"]) for word in words_of(name)}
        taken |= _told(owned.values())
        for _ in range(rng.randint(0, 5) if many else rng.choice((0, 1, 2, 3))):
            if (thing := self._gadget(taken, able, rng)) is not None:
                owned.setdefault(thing.name, thing)
                taken |= words_of(thing.name)
        return list(owned.values())

    def _mine(self, families: Mapping[str, Sequence[Sentence]]) -> dict[str, Sequence[Sentence]]:
        return {family: says for family, says in families.items() if of_family(family) == self.split}

    def _of_kind(
        self, kind: OwnKind, fit: list[dict[str, Any]], style: str, taken: Mapping[str, Owned], rng: Random
    ) -> Owned:
        name = style.format(action=kind.name, device=kind.device)
        if name in taken:
            name = f"{kind.device}_{kind.name}"
        chosen = fit if rng.random() < _WHOLE else some(fit, rng, 1, len(fit))
        if kind.instead:
            for entity in chosen:
                _without(entity, kind.instead)
        families = dict(kind.families)
        if len(chosen) == 1:
            families |= self.frames.alone if kind.do else {}
        row = {
            "action": name,
            "fields": _declared(kind.fields),
            "entity_ids": [entity["entity_id"] for entity in chosen],
            "description": kind.description,
        }
        return Owned(row, self._mine(families), kind.fields, kind.do)

    def _households(self, able: Sequence[Mapping[str, Any]], wanted: int, rng: Random) -> Iterator[Owned]:
        chosen: list[Household] = []
        for household in rng.sample(self.households, min(wanted, len(self.households))):
            if not any(household.like(other) for other in chosen):
                chosen.append(household)
                yield self._household(household, able, rng)

    def _household(self, household: Household, able: Sequence[Mapping[str, Any]], rng: Random) -> Owned:
        fit = [each["entity_id"] for each in able if each["domain"] in household.domains]
        row = {
            "action": household.name,
            "fields": _declared(household.fields),
            "entity_ids": [rng.choice(fit)] if fit and rng.random() > _LOOSE else [],
            "description": household.description,
            "phrases": some(household.phrases, rng, 1, len(household.phrases))
            if household.phrases and rng.random() < _TOLD
            else [],
        }
        frames = {household.family: household.says}
        return Owned(row, frames, household.fields, loose=True, nots=household.nots)

    def _gadget(self, taken: set[str], able: Sequence[Mapping[str, Any]], rng: Random) -> Owned | None:
        made = gadget(taken, self.split, rng)
        if made is None:
            return None
        row = {
            "action": made.name,
            "fields": _declared((made.field,)),
            "entity_ids": [rng.choice(able)["entity_id"]] if able and rng.random() < _AT_SOMETHING else [],
            "description": made.description,
        }
        return Owned(row, made.frames, (made.field,), loose=True)

    def _coined(
        self, coined: Coined, taken: set[str], able: Sequence[Mapping[str, Any]], rng: Random
    ) -> Owned | None:
        for _ in range(_TRIES):
            acts, things = rng.choice(coined.acts), rng.choice(coined.things)
            free = not any(words_of(thing) & taken for thing in things)
            if free and of_name(f"{acts[0]} {things[0]}") == self.split:
                break
        else:
            return None
        ways = [f"{act} the {thing}" for act in acts for thing in things]
        rng.shuffle(ways)
        fields = (rng.choice(coined.fields),) if rng.random() < 0.45 else ()
        told = ways[: rng.randint(2, 4)]
        alone = rng.random() < 0.6 or not able
        ids = [rng.choice(able)["entity_id"]] if able and rng.random() < 0.8 else []
        if not alone:
            domain = rng.choice(able)["domain"]
            ids = [each["entity_id"] for each in able if each["domain"] == domain]
        name = told[0].replace(" the ", " ").replace(" ", "_")
        if rng.random() < 0.1:
            name = f"custom_{rng.randrange(1000)}"
        row = {
            "action": name,
            "fields": _declared(fields),
            "entity_ids": ids,
            "description": f"{told[1].capitalize()}.",
            "phrases": told[2:],
        }
        groups = coined.alone if alone else coined.pointed
        families = groups["field"] if fields else groups["plain"]
        # Words that its name, description and phrases do not have are the harder ones.
        return Owned(row, self._mine(families), fields, told if rng.random() < 0.8 else ways)


def declare(entities: Sequence[dict[str, Any]], owned: Sequence[Owned]) -> None:
    """Let each thing say what it supports: its features, switching, and own actions."""
    for entity in entities:
        own = [each.name for each in owned if entity["entity_id"] in each.entity_ids]
        switched = ["turn_on", "turn_off"] if entity["domain"] in DOMAINS["HassTurnOff"] else []
        entity["supports"] = list(dict.fromkeys([*entity.get("supports", switched), *own]))


def _told(owned: Iterable[Owned]) -> set[str]:
    """The words of the names and descriptions of actions."""
    return {
        word
        for each in owned
        for text in (each.name.replace("_", " ").replace(".", " "), each.row["description"])
        for word in words_of(text)
    }


def _declared(fields: Sequence[Field]) -> dict[str, Any]:
    return {field.slot: field.to_json() for field in fields}


def _without(entity: dict[str, Any], feature: str) -> None:
    """What an own action does, no intent does for this device."""
    for key in ("features", "supports"):
        if feature in entity.get(key, ()):
            entity[key] = [each for each in entity[key] if each != feature]
    for attribute in _SHOWS.get(feature, ()):
        entity["attributes"].pop(attribute, None)
