"""Homes: made at random in the format of the evaluation, and read as `actions.home.Home`."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from actions.features import bits
from actions.home import Area, Entity, Floor, Home, State
from actions.text import normalise, stem
from coreml_export.data.devices import KINDS, PLAIN
from coreml_export.data.split import Split, of_name
from coreml_export.data.words import Words, some, weighted

LEAST, MOST = 3, 200
_SHOPS = 0.4
"""The share of homes with a shopping list."""
_WEIGHTS = {name: kind.weight for name, kind in KINDS.items()}
_SINGLE = frozenset({"weather", "vacuum", "lawn_mower"})
_UNPLACED = frozenset({"scene", "script", "todo", "weather", "person", "automation", "input_boolean"})
_MODES = ("supported_color_modes", "hvac_modes")
_PLAIN = 0.4
"""The share of homes in which many rooms have things of the same plain names."""
_DOMAIN = 0.35
JsonHome = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MadeHome:
    """A home without own actions yet."""

    json: JsonHome
    kinds: Mapping[str, str]
    """The kind of device that each entity is."""
    plain: bool


def make_home(home_id: str, bank: Words, rng: Random, split: Split) -> MadeHome:
    """A home of 3 to 200 entities; small ones are commoner."""
    return _Maker(home_id, bank, rng, split).make()


class _Maker:
    def __init__(self, home_id: str, bank: Words, rng: Random, split: Split) -> None:
        self.home_id = home_id
        self.bank = bank
        self.rng = rng
        self.split = split
        self.taken: set[str] = set()
        self.place_names: set[str] = set()
        self.tastes = self._tastes()
        self.kinds: dict[str, str] = {}
        self.domains = {
            name: name if kind.odd and rng.random() < _DOMAIN else kind.domain for name, kind in KINDS.items()
        }
        self.casing = rng.choices((str, str.lower, _snake), (7, 2, 0.6))[0]

    def make(self) -> MadeHome:
        rng = self.rng
        plain = rng.random() < _PLAIN
        size = round(LEAST * (MOST / LEAST) ** (rng.random() ** 1.3))
        floors = self._floors() if rng.random() < 0.68 else []
        rooms = rng.randint(5, 20) if plain else min(24, max(1, size // rng.randint(2, 7)))
        areas = self._areas(rooms, floors) if plain or rng.random() < 0.9 else []
        entities = self._alike(areas) if plain else self._entities(size, areas)
        made = {
            "id": self.home_id,
            "lang": self.bank.language,
            "floors": floors,
            "areas": areas,
            "entities": entities,
            "actions": [],
        }
        return MadeHome(made, self.kinds, plain)

    def _tastes(self) -> dict[str, float]:
        """What this household likes: some kinds many times, some not at all."""
        known = {name: weight for name, weight in _WEIGHTS.items() if name in self.bank.nouns}
        return {name: weight * self.rng.choice((0, 0.5, 1, 1, 2, 4)) for name, weight in known.items()} | {
            "light": 20 * self.rng.choice((0.5, 1, 1, 2))
        }

    def _floors(self) -> list[dict[str, Any]]:
        chosen = self.bank.floors[: self.rng.randint(1, len(self.bank.floors))]
        self.place_names |= {normalise(name) for names in chosen for name in names}
        return [
            {"id": slug(names[0]), "name": names[0], "aliases": names[1:] if self.rng.random() < 0.7 else []}
            for names in chosen
        ]

    def _areas(self, count: int, floors: list[dict[str, Any]]) -> list[dict[str, Any]]:
        areas: list[dict[str, Any]] = []
        for _ in range(count * 2):
            name = self.bank.area(self.rng, self.split)
            if len(areas) == count or not self._new(name):
                continue
            known = [alias for alias in self.bank.area_aliases.get(name, []) if self._new(alias)]
            floor = self.rng.choice(floors)["id"] if floors and self.rng.random() < 0.85 else None
            aliases = known if self.rng.random() < 0.4 else []
            areas.append({"id": slug(name), "name": self.casing(name), "aliases": aliases, "floor": floor})
        return areas

    def _new(self, name: str) -> bool:
        if stem(name) in self.place_names:
            return False
        self.place_names.add(stem(name))
        return True

    def _entities(self, count: int, areas: list[dict[str, Any]]) -> list[dict[str, Any]]:
        entities: list[dict[str, Any]] = []
        once: set[str] = set()
        for _ in range(count):
            kind = weighted(self.tastes, self.rng)
            if kind in _SINGLE and (kind in once and self.rng.random() < 0.8):
                kind = "light"
            once.add(kind)
            entities.append(self._entity(kind, areas, entities))
        if self.rng.random() < _SHOPS:
            entities[-1] = self._shopping_list()
        return entities

    def _alike(self, areas: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Rooms that each have some of the same things, called by what they are."""
        rng = self.rng
        known = [kind for kind in PLAIN if kind in self.bank.nouns]
        kinds = list(dict.fromkeys(rng.sample(known, min(len(known), rng.randint(6, 26)))))
        # "Light" everywhere, or a word of this household for it.
        nouns = {
            kind: self.bank.nouns[kind][0 if rng.random() < 0.6 else rng.randrange(3) % len(self.bank.nouns[kind])]
            for kind in kinds
        }
        share, placed = rng.uniform(0.2, 0.7), rng.choice((0, 0, 0, 0.1, 0.5, 1))
        entities: list[dict[str, Any]] = []
        for area in areas:
            for kind in kinds:
                if rng.random() < share and len(entities) < MOST - 12:
                    full = f"{area['name']} {nouns[kind]}"
                    named = full if rng.random() < placed and of_name(full) == self.split else nouns[kind]
                    entities.append(self._called(kind, area, self.casing(named), []))
        for kind in rng.choices(("todo", "scene", "weather", "satellite", "script", "light"), k=rng.randint(1, 8)):
            entities.append(self._entity(kind, areas, entities))
        while len(entities) < LEAST:
            entities.append(self._entity("light", areas, entities))
        if rng.random() < _SHOPS:
            entities.append(self._shopping_list())
        return entities

    def _shopping_list(self) -> dict[str, Any]:
        made = self._entity("todo", [], [])
        self.kinds["todo.shopping_list"] = "todo"
        return {
            **made,
            "entity_id": "todo.shopping_list",
            "name": self.casing(self.bank.shopping),
            "aliases": [],
            "exposed": True,
        }

    def _entity(self, kind: str, areas: list[dict[str, Any]], before: list[dict[str, Any]]) -> dict[str, Any]:
        rng = self.rng
        loose = not areas or rng.random() < (0.9 if kind in _UNPLACED else 0.07)
        area = None if loose else rng.choice(areas)
        name = self.casing(self._name(kind, area))
        return self._called(kind, area, name, self._aliases(kind, area, before))

    def _called(self, kind: str, area: Mapping[str, Any] | None, name: str, aliases: list[str]) -> dict[str, Any]:
        rng, made, domain = self.rng, KINDS[kind], self.domains[kind]
        state, attributes, features = made.make(rng)
        device_class = made.device_class if rng.random() < 0.97 or made.domain == "sensor" else None
        entity: dict[str, Any] = {
            "entity_id": self._id(domain, name),
            "name": name,
            "aliases": aliases,
            "area": area["id"] if area else None,
            "domain": domain,
            "state": state,
            "attributes": attributes,
            "exposed": rng.random() > 0.07,
        }
        self.kinds[entity["entity_id"]] = kind
        if device_class:
            entity["device_class"] = device_class
        if features and domain == made.domain:
            entity["features"] = features
        if domain == made.domain and (supports := _supports(made.domain, attributes, features)):
            entity["supports"] = supports
        return entity

    def _name(self, kind: str, area: Mapping[str, Any] | None) -> str:
        return self.bank.entity(kind, area["name"] if area else None, self.rng, self.split)

    def _aliases(self, kind: str, area: Mapping[str, Any] | None, before: list[dict[str, Any]]) -> list[str]:
        if self.rng.random() > 0.18:
            return []
        used = {normalise(name) for entity in before for name in (entity["name"], *entity["aliases"])}
        drawn = [self._name(kind, area) for _ in range(self.rng.randint(1, 2))]
        return [name for name in dict.fromkeys(drawn) if normalise(name) not in used]

    def _id(self, domain: str, name: str) -> str:
        base = f"{domain}.{slug(name)}" if self.rng.random() < 0.9 else f"{domain}.{_hardware(self.rng)}"
        found, number = base, 2
        while found in self.taken:
            found, number = f"{base}_{number}", number + 1
        self.taken.add(found)
        return found


def _supports(domain: str, attributes: Mapping[str, Any], features: list[str]) -> list[str]:
    if domain != "light":
        return features
    modes = set(attributes["supported_color_modes"])
    colours = modes & {"hs", "rgb", "xy"}
    wide = [*(["brightness"] if modes - {"onoff"} else []), *(["color_temp"] if "color_temp" in modes else [])]
    return ["turn_on", "turn_off", *wide, *(["color"] if colours else [])]


def _hardware(rng: Random) -> str:
    return f"0x{rng.randrange(16**6):06x}"


def _snake(name: str) -> str:
    return name.lower().replace(" ", "_")


def slug(name: str) -> str:
    """A name as part of an id."""
    return normalise(name).replace(" ", "_") or "unnamed"


def missing_names(bank: Words, kinds: list[str], areas: list[str], rng: Random, split: Split) -> str:
    """A name of the same making, for a thing that a home does not have."""
    return bank.entity(rng.choice(kinds), rng.choice(some(areas, rng, 1, 3)) if areas else None, rng, split)


def as_home(made: Mapping[str, Any]) -> Home:
    """The home as the bridge knows it."""
    return Home(
        floors=[Floor(f["id"], f["name"], tuple(f["aliases"])) for f in made["floors"]],
        areas=[Area(a["id"], a["name"], tuple(a["aliases"]), a.get("floor")) for a in made["areas"]],
        entities=[_as_entity(entity) for entity in made["entities"]],
        states={e["entity_id"]: State(e["state"], e.get("attributes") or {}) for e in made["entities"]},
    )


def _as_entity(entity: Mapping[str, Any]) -> Entity:
    attributes = entity.get("attributes") or {}
    modes = next((attributes[key] for key in _MODES if key in attributes), ())
    return Entity(
        id=entity["entity_id"],
        name=entity["name"],
        aliases=tuple(entity["aliases"]),
        area=entity.get("area"),
        device_class=entity.get("device_class"),
        exposed=entity["exposed"],
        features=bits(entity["domain"], entity.get("features") or []),
        modes=tuple(modes),
    )
