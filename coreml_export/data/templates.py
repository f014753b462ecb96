"""Templates: the sentences of home-assistant-intents (CC BY 4.0) as families, one for each template."""

from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha1
from random import Random
from typing import Any

from hassil.expression import ListReference, Sentence
from hassil.intents import IntentData, Intents, RangeSlotList, SlotList, TextSlotList
from home_assistant_intents import get_intents

from actions.catalog.intents import CLOCK, HOME
from coreml_export.data.family import Family, Place, Say, Spec
from coreml_export.data.texts import text_of_kind
from coreml_export.data.walk import Infeasible, Open, Part, Said, walk
from coreml_export.data.words import UnknownLanguage, Words

_REGISTRY = {action.name: action for action in (*HOME, *CLOCK)}
_LEFT_OUT = frozenset({"timer_command", "zone"})
"""Slots for which the registry has no action."""
_OPENS = frozenset({"name", "area", "floor"})
_FREE: Mapping[str, str] = {
    "shopping_list_item": "items",
    "todo_list_item": "items",
    "message": "messages",
    "timer_name": "timers",
    "search_query": "queries",
}
_SENSIBLE: Mapping[str, tuple[int, int]] = {
    "temperature": (14, 28),
    "timer_hours": (1, 12),
    "timer_minutes": (1, 90),
}
_WIDE = frozenset({"HassTurnOn", "HassTurnOff", "HassLightSet", "HassSetPosition", "HassGetState"})


@cache
def families(language: str) -> tuple[Family, ...]:
    """Those of the templates of a language that the registry can answer.

    :raises UnknownLanguage: there are no templates.
    """
    content = get_intents(language)
    if content is None:
        raise UnknownLanguage(f"home-assistant-intents has no sentences for '{language}'")
    intents = Intents.from_dict(dict(content))
    return tuple(
        family
        for name, intent in intents.intents.items()
        if name in _REGISTRY
        for block in intent.data
        for family in _of_block(name, block, intents)
    )


def _of_block(intent: str, block: IntentData, intents: Intents) -> Iterator[Family]:
    rules = {**intents.expansion_rules, **block.expansion_rules}
    lists = {**intents.slot_lists, **block.slot_lists}
    fields = _REGISTRY[intent].parameters.model_fields
    if set(block.slots) - fields.keys():
        return
    domain = block.requires_context.get("domain")
    names = None if domain is None else frozenset([domain] if isinstance(domain, str) else domain)
    combination = (block.metadata or {}).get("slot_combination", "own")
    for sentence, text in zip(block.sentences, block.sentence_texts, strict=True):
        references = (
            list(sentence.expression.list_references(rules))
            if hasattr(sentence.expression, "list_references")
            else []
        )
        if any(each.list_name in _LEFT_OUT or each.slot_name not in fields for each in references):
            continue
        mark = sha1(text.encode(), usedforsecurity=False).hexdigest()[:6]
        yield Family(
            f"ha.{intents.language}.{intent}.{combination}.{mark}",
            intent,
            "templates",
            (Spec(intent, names, dict(block.slots)),),
            (sentence,),
            _speaker(rules, lists),
            place=_place(intent, block),
        )


def _place(intent: str, block: IntentData) -> Place:
    if "area" in block.requires_context:
        return "here"
    return "all" if intent in _WIDE else "any"


def _speaker(rules: Mapping[str, Sentence], lists: Mapping[str, SlotList]) -> Say:
    def say(sentence: Sentence, rng: Random, bank: Words) -> list[Part]:
        def draw(reference: ListReference) -> Part:
            name, slot = reference.list_name, reference.slot_name
            if name in _OPENS:
                return Open(name)
            if name in _FREE:
                said = text_of_kind(_FREE[name], bank, rng)
                return Said(said, {slot: said})
            return _drawn(lists.get(name), name, slot, rng)

        def _drawn(values: SlotList | None, name: str, slot: str, rng: Random) -> Part:
            if isinstance(values, RangeSlotList):
                return _ranged(values, name, slot, rng)
            if not isinstance(values, TextSlotList) or not values.values:
                raise Infeasible(f"no words for {name}")
            value = rng.choice(values.values)
            parts = walk(value.text_in, rules, draw, rng)
            text = "".join(part if isinstance(part, str) else getattr(part, "text", "") for part in parts)
            return Said(text, {slot: value.value_out})

        return walk(sentence.expression, rules, draw, rng)

    return say


def _ranged(values: RangeSlotList, name: str, slot: str, rng: Random) -> Said:
    low, high = _SENSIBLE.get(name, (values.start, values.stop))
    number = rng.randint(max(low, 1), high)
    if high - low >= 50 and rng.random() < 0.5:
        number = max(5, number // 5 * 5)
    out: Any = number * values.multiplier if values.multiplier else number
    return Said(str(number), {slot: int(out) if float(out).is_integer() else out})
