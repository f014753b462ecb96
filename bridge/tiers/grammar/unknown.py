"""Sentences that would be understood but for a room or a name that the home does not have."""

from collections.abc import Mapping
from dataclasses import dataclass

from hassil.recognize import RecognizeResult, recognize_all

from actions.call import ToolCall
from actions.text import normalise
from bridge.tiers.grammar.corpus import Corpus
from bridge.tiers.grammar.names import Names

_LONGEST = 80
_SLOTS = ("area", "floor", "name")
"""In the order in which one word is believed to be meant: a room before a floor before a device."""
_MOST_WORDS = 3
_NO_NAMES = frozenset(
    {
        *("all", "and", "anything", "but", "don", "except", "everything", "everyone", "house", "home"),
        *("it", "not", "nothing", "on", "off", "or", "that", "them", "this"),
    }
)
"""English words that no single name holds; with one of them more was meant than a name."""
_LEAST_LITERAL = 4
"""Letters of the template itself that must be there, or any two words would be a name."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A call with the word that was not found in it, and the template it came from."""

    call: ToolCall
    slot: str
    response: str | None
    template: str


def find_unknown(text: str, corpus: Corpus, names: Names) -> Unknown | None:
    """The best reading with exactly one word that is no room, floor or name of the home."""
    if len(text) > _LONGEST:
        return None
    lists = names.within(text)
    results = recognize_all(
        text,
        corpus.intents(frozenset(lists)),
        slot_lists=lists,
        allow_unmatched_entities=True,
        language=corpus.language,
    )
    ranked = [(rank, result) for result in results if (rank := _rank(result)) is not None]
    return _unknown(min(ranked, key=lambda pair: pair[0])[1]) if ranked else None


def _rank(result: RecognizeResult) -> tuple[int, int, int] | None:
    missing = _missing(result)
    sentence = result.intent_sentence
    bare = sentence is None or not sentence.required_clauses
    free = any(entity.is_wildcard for entity in result.entities_list)
    if missing is None or bare or free or result.text_chunks_matched < _LEAST_LITERAL:
        return None
    slot, word = missing
    return -result.text_chunks_matched, len(word), _SLOTS.index(slot)


def _missing(result: RecognizeResult) -> tuple[str, str] | None:
    """The one slot that was not matched, with its word; the domain that hangs on a name does not count."""
    unmatched: Mapping[str, object] = result.unmatched_entities
    slots = [name for name in unmatched if name in _SLOTS]
    others = set(unmatched) - {*slots, "domain", "device_class"}
    if len(slots) != 1 or others or (slots[0] != "name" and len(unmatched) > 1):
        return None
    word = normalise(str(getattr(unmatched[slots[0]], "text", "")))
    parts = word.split()
    return (slots[0], word) if 0 < len(parts) <= _MOST_WORDS and not _NO_NAMES & set(parts) else None


def _unknown(result: RecognizeResult) -> Unknown:
    slot, word = _missing(result) or ("name", "")
    known = {name: entity.value for name, entity in result.entities.items() if entity.value is not None}
    template = result.intent_sentence.text if result.intent_sentence else ""
    call = ToolCall(name=result.intent.name, arguments={**known, slot: word})
    return Unknown(call, slot, result.response, template or "")
