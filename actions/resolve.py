"""Resolving: from names, rooms, floors and kinds to entities that exist and are exposed. Never widens.

What is not found is a problem with the nearest names, and what fits twice is one with both as choices; neither
falls back to a larger set. A kind of device without a place means the room that the request came from, or a
question.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from actions.errors import CallRejected
from actions.home import Area, Entity, Floor, Home
from actions.text import nearest, normalise, stem
from actions.validation import Choice, Problem

EVERYTHING = "all"
"""The name that means the whole home, together with a kind of device."""
_Place = TypeVar("_Place", Area, Floor)
_ACTS = frozenset({"automation", "button", "input_button", "scene", "script"})
_RUNNING = frozenset({"playing", "cleaning", "on", "mowing"})


@dataclass(frozen=True, slots=True)
class Selection:
    """What was found, and how."""

    entities: tuple[Entity, ...]
    named: bool
    """True when a person named the device; then one that cannot do it is refused, not skipped."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The targeting part of a call's arguments."""

    name: str | None
    area: str | None
    floor: str | None
    domains: frozenset[str] | None
    """None: any."""
    device_classes: frozenset[str] | None
    by_kind: bool
    """Whether the caller or the action itself says which kind of device; if not, a place alone is too wide."""

    @classmethod
    def of(cls, arguments: BaseModel, accepts: frozenset[str] | None) -> "Wanted":
        """Read the arguments; `accepts` are the domains that the action works on, None for any."""
        given = _many(getattr(arguments, "domain", None))
        classes = _many(getattr(arguments, "device_class", None))
        if given and accepts is not None and not given & accepts:
            raise _rejected(
                "not_allowed", "domain", f"That cannot be done with a {', '.join(sorted(given))}", sorted(accepts)
            )
        narrow = accepts is not None and len(accepts) <= 2
        return cls(
            name=getattr(arguments, "name", None),
            area=getattr(arguments, "area", None),
            floor=getattr(arguments, "floor", None),
            domains=(given & accepts if accepts is not None else given) if given else accepts,
            device_classes=classes or None,
            by_kind=bool(given or classes or narrow),
        )

    def kind(self) -> str:
        """The kind of device in words."""
        if self.device_classes:
            return " or ".join(sorted(self.device_classes)).replace("_", " ")
        if self.by_kind and self.domains:
            return " or ".join(sorted(self.domains)).replace("_", " ")
        return "device"


def _many(value: str | Sequence[str] | None) -> frozenset[str]:
    if value is None:
        return frozenset()
    values = [value] if isinstance(value, str) else value
    return frozenset(v.strip().casefold().replace(" ", "_") for v in values)


def resolve(home: Home, wanted: Wanted, *, here: str | None = None, reads: bool = False) -> Selection:
    """Find the entities that are meant.

    :param here: area id of the room that the request came from.
    :param reads: nothing will be changed, so that a kind of device alone may mean the whole home.
    :raises CallRejected: with one problem that says what to ask or correct.
    """
    area = find_area(home, wanted.area) if wanted.area else None
    floor = _place(home.floors.values(), wanted.floor, "floor") if wanted.floor else None

    def fits(entity: Entity) -> bool:
        return entity.exposed and _of_kind(entity, wanted) and _inside(home, entity, area, floor)

    if wanted.name and stem(wanted.name) != EVERYTHING:
        return _named(home, wanted, fits, here, area or floor)
    pool = [entity for entity in (home.exposed_in.get(area.id, ()) if area else home.exposed) if fits(entity)]
    placed = bool(wanted.name or area or floor)
    if placed and not pool:
        raise _none_of_kind(wanted, area or floor)
    if not wanted.by_kind and not reads:
        raise _too_wide(area or floor, pool, placed=placed)
    if not reads and placed:
        _refuse_many_acts(home, pool)
    if placed:
        return Selection(tuple(pool), named=False)
    return _unplaced(home, wanted, pool, here, reads=reads)


def _refuse_many_acts(home: Home, pool: list[Entity]) -> None:
    """Scenes and scripts are each an act of their own: nobody means all of a room's."""
    acts = [entity for entity in pool if entity.domain in _ACTS]
    if acts and len(pool) > 1:
        kinds = " or ".join(sorted({entity.domain.replace("_", " ") for entity in acts}))
        raise _rejected("ambiguous_name", "name", f"Which {kinds} do you mean?", choices=_choices(home, acts))


def _of_kind(entity: Entity, wanted: Wanted) -> bool:
    if wanted.domains is not None and entity.domain not in wanted.domains:
        return False
    return wanted.device_classes is None or entity.device_class in wanted.device_classes


def _inside(home: Home, entity: Entity, area: Area | Floor | None, floor: Area | Floor | None) -> bool:
    if area is not None and entity.area != area.id:
        return False
    if floor is None:
        return True
    room = home.area_of(entity)
    return room is not None and room.floor == floor.id


def find_area(home: Home, spoken: str) -> Area:
    """The one room of that name or id.

    :raises CallRejected: there is none, or several.
    """
    return _place(home.areas.values(), spoken, "area")


def _called(places: Sequence[_Place], spoken: str, slot: str) -> list[_Place]:
    """Places by a name, the exact one before one that differs in number; else by id.

    `area.kitchen` means the id and nothing else: a room that was renamed may keep an id that is now another's name.
    """
    wanted, exactly = stem(spoken), normalise(spoken)
    named = [place for place in places if wanted in map(stem, place.names)]
    exact = [place for place in named if exactly in map(normalise, place.names)]
    by_id = [place for place in places if spoken == place.id]
    sure = [place for place in places if spoken == f"{slot}.{place.id}"]
    return sure or exact or named or by_id


def _place(places: Iterable[_Place], spoken: str, slot: str) -> _Place:
    known: list[_Place] = list(places)
    found = _called(known, spoken, slot)
    if len(found) == 1:
        return found[0]
    if found:
        choices = [
            Choice(label=f"{place.name} ({place.id})", arguments={slot: f"{slot}.{place.id}"}) for place in found
        ]
        raise _rejected("ambiguous_area", slot, f"Which {spoken} do you mean?", choices=choices, spoken=spoken)
    by_label = {name: place for place in known for name in place.names}
    close: list[_Place] = list(dict.fromkeys(by_label[name] for name in nearest(spoken, by_label)))
    # A person may answer with any of them, whatever sounds alike.
    ordered = [*close, *(place for place in known if place not in close)]
    choices = [Choice(label=place.name, arguments={slot: f"{slot}.{place.id}"}) for place in ordered]
    thing = "room" if slot == "area" else "floor"
    code = f"unknown_{slot}"
    message = f"There is no {thing} called {spoken}"
    raise _rejected(code, slot, message, choices=choices, close=len(close), spoken=spoken)


def _named(
    home: Home, wanted: Wanted, fits: Callable[[Entity], bool], here: str | None, place: Area | Floor | None
) -> Selection:
    spoken = wanted.name or ""
    meant = home.by_name.get(spoken) or home.by_name.get(stem(spoken), ())
    found = [entity for entity in meant if fits(entity)]
    if len(found) > 1:
        # "Lamps" is the group of that name before it is each "Lamp".
        found = [e for e in found if normalise(spoken) in map(normalise, e.names)] or found
    if len(found) > 1:
        found = [entity for entity in found if here is not None and entity.area == here] or found
    if len(found) == 1:
        return Selection((found[0],), named=True)
    if found:
        choices = _choices(home, found)
        labels = " or ".join(choice.label for choice in choices)
        raise _rejected("ambiguous_name", "name", f"Which {spoken}: {labels}?", choices=choices, spoken=spoken)
    visible = [entity for entity in meant if entity.exposed]
    elsewhere = [entity for entity in visible if _of_kind(entity, wanted)]
    if elsewhere and place is not None:
        where = " and ".join(home.label(entity) for entity in elsewhere)
        raise _rejected(
            "unknown_name",
            "name",
            f"There is no {spoken} in the {place.name}, but there is {where}",
            choices=_choices(home, elsewhere, area=None, floor=None),
            spoken=spoken,
        )
    if visible:
        message = f"{home.label(visible[0])} cannot do that"
        raise _rejected("unsupported", "name", message, spoken=spoken)
    if meant:
        raise _rejected("not_exposed", "name", f"{spoken} is not exposed to assistants", spoken=spoken)
    raise _not_found(home, [entity for entity in home.exposed if fits(entity)], spoken)


def _not_found(home: Home, pool: list[Entity], spoken: str) -> CallRejected:
    room = next((area for area in home.areas.values() if stem(spoken) in map(stem, area.names)), None)
    if room is not None:
        message = f"{spoken} is a room, not a device: what in the {room.name} do you mean?"
        return _rejected("unknown_name", "name", message, spoken=spoken)
    by_label = {name: entity for entity in pool for name in entity.names}
    close = [by_label[name] for name in nearest(spoken, by_label)]
    choices = _choices(home, list(dict.fromkeys(close)))
    return _rejected("unknown_name", "name", f"There is no device called {spoken}", choices=choices, spoken=spoken)


def _too_wide(place: Area | Floor | None, pool: list[Entity], *, placed: bool) -> CallRejected:
    if not placed:
        return _rejected("missing_argument", "name", "Which device is meant?")
    domains = sorted({entity.domain for entity in pool})
    where = f"in the {place.name}" if place else "in the whole home"
    choices = [Choice(label=f"the {_plural(domain)}", arguments={"domain": domain}) for domain in domains]
    return _rejected("too_wide", "domain", f"What {where} do you mean?", domains, choices=choices)


def _plural(domain: str) -> str:
    words = domain.replace("_", " ")
    return f"{words}es" if words.endswith("ch") else f"{words}s"


def _none_of_kind(wanted: Wanted, place: Area | Floor | None) -> CallRejected:
    where = f" in the {place.name}" if place is not None else ""
    slot = "area" if wanted.area else "floor" if wanted.floor else "domain"
    return _rejected("none_match", slot, f"There is no {wanted.kind()}{where}", spoken=wanted.kind())


def _unplaced(home: Home, wanted: Wanted, pool: list[Entity], here: str | None, *, reads: bool) -> Selection:
    local = [entity for entity in pool if here is not None and entity.area == here]
    if local:
        return Selection(tuple(local), named=False)
    if not pool:
        raise _none_of_kind(wanted, None)
    if reads or len(pool) == 1:
        return Selection(tuple(pool), named=False)
    running = [entity for entity in pool if home.state(entity.id).state in _RUNNING]
    if len(running) == 1 and wanted.domains is not None and len(wanted.domains) == 1 and _acts_alone(running[0]):
        return Selection((running[0],), named=False)
    choices = _area_choices(home, pool)
    rooms = ", ".join(choice.label for choice in choices[:5])
    raise _rejected("needs_scope", "area", f"Which {wanted.kind()}? There are some in: {rooms}", choices=choices)


def _acts_alone(entity: Entity) -> bool:
    # "Pause" means what plays; "turn off the light" does not mean the one that happens to be on.
    return entity.domain in {"media_player", "vacuum", "lawn_mower"}


def _area_choices(home: Home, pool: list[Entity]) -> list[Choice]:
    rooms = {entity.area: home.area_of(entity) for entity in pool}
    placed = [
        Choice(label=room.name, arguments={"area": f"area.{room.id}"})
        for room in rooms.values()
        if room is not None
    ]
    return placed if len(placed) > 1 else _choices(home, pool[:5])


def _choices(home: Home, entities: list[Entity], **cleared: None) -> list[Choice]:
    """Each entity by its id, with a label that no other has; `cleared` arguments are taken out of the call."""
    labels = [home.label(entity) for entity in entities]
    kinds = [(label, entity.domain) for entity, label in zip(entities, labels, strict=True)]
    return [
        Choice(label=_told_apart(entity, label, labels, kinds), arguments={"name": entity.id, **cleared})
        for entity, label in zip(entities, labels, strict=True)
    ]


def _told_apart(entity: Entity, label: str, labels: list[str], kinds: list[tuple[str, str]]) -> str:
    if labels.count(label) == 1:
        return label
    return f"{label}, {entity.domain.replace('_', ' ') if kinds.count((label, entity.domain)) == 1 else entity.id}"


def _rejected(
    code: str,
    slot: str,
    message: str,
    allowed: Any = None,
    *,
    choices: Sequence[Choice] = (),
    close: int | None = None,
    spoken: str | None = None,
) -> CallRejected:
    """One problem; `close` says how many of the choices, from the first, are like what was said."""
    return CallRejected(
        [
            Problem(
                code=code,
                path=f"arguments.{slot}",
                message=message,
                allowed=allowed,
                nearest=[choice.label for choice in choices[:close]],
                choices=list(choices),
                spoken=spoken,
            )
        ]
    )
