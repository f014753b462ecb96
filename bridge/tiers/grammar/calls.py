"""From a Match to the ToolCall: slot values as the registry names them."""

from collections.abc import Iterable
from typing import Any

from hassil.models import MatchEntity

from actions.call import ToolCall
from actions.home import Entity, Home
from actions.registry import Registry
from actions.text import stem
from bridge.tiers.grammar.contacts import with_contacts
from bridge.tiers.grammar.match import Match

ALL = "all"
_WIDENING = frozenset({"HassTurnOn", "HassTurnOff", "HassLightSet", "HassSetPosition"})
_PLACES = ("name", "area", "floor")


def call_of(match: Match, home: Home, registry: Registry) -> ToolCall:
    """The call that a match asks for. Whole-home scope is said outright: name "all".

    A room that was not said is left out: the resolver knows where the request came from, or asks.
    """
    left_out = "area" if match.assumes_room else None
    arguments = {slot: _value(slot, entity) for slot, entity in match.slots.items() if slot != left_out}
    fields = registry[match.intent].parameters.model_fields
    if (named := match.slots.get("name")) is not None and not named.is_wildcard:
        arguments |= _name(named, match, home, says_domain="domain" in fields)
    placed = match.assumes_room or any(key in arguments for key in _PLACES)
    if match.intent in _WIDENING and "domain" in arguments and not placed:
        arguments["name"] = ALL
    if match.intent == "HassGetState":
        arguments = with_contacts(arguments, home)
    return ToolCall(name=match.intent, arguments=arguments)


def entities_of(match: Match, home: Home) -> list[Entity]:
    """The entities that the spoken name may be, of the domains that the template allows."""
    named = match.slots.get("name")
    ids: Iterable[str] = (named.metadata or {}).get("entities", ()) if named is not None else ()
    return [home.entities[i] for i in ids]


def _name(named: MatchEntity, match: Match, home: Home, *, says_domain: bool) -> dict[str, Any]:
    """The chief name where only one thing has it, else what was said; with the domain where that settles it."""
    spoken = named.text.strip()
    found = entities_of(match, home)
    if len(found) != 1:
        return {"name": spoken}
    entity = found[0]
    for name in (entity.name, spoken):
        if _bearers(name, home) == [entity]:
            return {"name": name}
    same_domain = [other for other in _bearers(spoken, home) if other.domain == entity.domain]
    if says_domain and "domain" not in match.slots and same_domain == [entity]:
        return {"name": spoken, "domain": entity.domain}
    return {"name": spoken}


def _bearers(name: str, home: Home) -> list[Entity]:
    return [entity for entity in home.by_name.get(stem(name), ()) if entity.exposed]


def _value(slot: str, entity: MatchEntity) -> Any:
    value = entity.value
    if entity.is_wildcard:
        return entity.text.strip()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and slot in _PLACES:
        return value.strip()
    return value
