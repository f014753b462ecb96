"""A Match: the best reading of one sentence."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from hassil.models import MatchEntity
from hassil.recognize import RecognizeResult, recognize_all

from bridge.tiers.grammar.corpus import Corpus
from bridge.tiers.grammar.names import Names

HERE = "\0here"
"""Stands for the room that a sentence is said in where that is not known."""


_NAMED_TO_START = frozenset({"scene", "script"})
_TARGETS = frozenset({"name", "area", "floor", "domain", "device_class"})
_EDGES = " \t,.;:!?"
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Match:
    """One template that fits a whole sentence."""

    intent: str
    slots: Mapping[str, MatchEntity]
    response: str | None
    template: str
    domains: tuple[str, ...] = ()
    """The domains that the template lets a name have."""
    optional: bool = False
    """Whether all the template's own words may be left out."""
    rivals: int = 0
    """How many other readings are just as good."""

    @property
    def bare(self) -> bool:
        """Whether little more than a name was said."""
        return self.optional and set(self.slots) <= _TARGETS

    @property
    def starts(self) -> bool:
        """Whether it is about scenes and scripts, which are started by their mere name."""
        return bool(self.domains) and set(self.domains) <= _NAMED_TO_START

    @property
    def assumes_room(self) -> bool:
        """Whether the room was not said but taken from where it was said."""
        area = self.slots.get("area")
        return area is not None and not area.text

    @property
    def free(self) -> tuple[str, ...]:
        """What the person put into their own words: items, messages, titles."""
        return tuple(entity.text for entity in self.slots.values() if entity.is_wildcard)


def find(text: str, corpus: Corpus, names: Names, *, area: str | None) -> Match | None:
    """Read one sentence.

    :param area: chief name of the room it is said in.
    """
    lists = names.within(text)
    present = frozenset(name for name, values in lists.items() if values.values)  # type: ignore[attr-defined]
    context = {"area": area} if area else None
    chosen = _best(
        recognize_all(
            text,
            corpus.intents(present),
            slot_lists=lists,
            intent_context=context,
            language=corpus.language,
        ),
        names,
    )
    if chosen is None and area is None:
        chosen = _best(
            recognize_all(
                text,
                corpus.roomless,
                slot_lists=lists,
                intent_context={"area": HERE},
                language=corpus.language,
            ),
            names,
        )
    return chosen


def _best(results: Iterable[RecognizeResult], names: Names) -> Match | None:
    """As Home Assistant chooses: a named thing first and the longest, few free words, much literal text."""
    meant = (result for result in results if not _is_pronoun(result))
    ranked = sorted(((_rank(result, names), result) for result in meant), key=lambda pair: pair[0])
    if not ranked:
        return None
    (best, result), *others = ranked
    equal = {_signature(other) for rank, other in others if rank[:-1] == best[:-1]} - {_signature(result)}
    return _match(result, len(equal))


def _is_pronoun(result: RecognizeResult) -> bool:
    """Whether a number is none: "the bedroom one" is not the bedroom at one percent."""
    sentence = result.intent_sentence
    if sentence is None or sentence.required_clauses:
        return False
    return any(entity.text.strip().casefold() == "one" for entity in result.entities_list)


def _rank(result: RecognizeResult, names: Names) -> tuple[int, int, int, int, bool, str]:
    name = result.entities.get("name")
    named = len(name.text) if name is not None and not name.is_wildcard else -1
    free = [entity for entity in result.entities_list if entity.is_wildcard]
    return (
        -named,
        len(free),
        -result.text_chunks_matched,
        sum(len(entity.text) for entity in free),
        not names.knows(_slot(result, "domain"), _slot(result, "device_class")),
        result.intent.name,
    )


def _slot(result: RecognizeResult, name: str) -> str | None:
    entity = result.entities.get(name)
    return entity.value if entity is not None and isinstance(entity.value, str) else None


def _signature(result: RecognizeResult) -> tuple[object, ...]:
    return result.intent.name, *sorted((name, str(entity.value)) for name, entity in result.entities.items())


def _match(result: RecognizeResult, rivals: int) -> Match:
    domain = result.intent_data.requires_context.get("domain", ())
    return Match(
        intent=result.intent.name,
        slots={name: _as_said(entity, result.original_text) for name, entity in result.entities.items()},
        response=result.response,
        template=result.intent_sentence.text if result.intent_sentence and result.intent_sentence.text else "",
        domains=(domain,) if isinstance(domain, str) else tuple(domain),
        optional=result.intent_sentence is not None and not result.intent_sentence.required_clauses,
        rivals=rivals,
    )


def _as_said(entity: MatchEntity, original: str) -> MatchEntity:
    """Free words with the person's own spelling and punctuation, which matching drops."""
    if not entity.is_wildcard or entity.text_span is None:
        return entity
    said = original[slice(*entity.text_span)].strip(_EDGES)
    same = _WORDS.findall(said.casefold()) == _WORDS.findall(entity.text.casefold())
    return replace(entity, text=said) if same else entity
