"""The Corpus: the sentence templates and replies of one language, loaded once."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import combinations
from typing import Any

from hassil.expression import Alternative, Expression, Group, ListReference, RuleReference, Sentence
from hassil.intents import Intent, IntentData, Intents, RangeSlotList, TextSlotList
from hassil.parse_expression import parse_sentence
from hassil.recognize import is_match
from hassil.sample import sample_expression
from home_assistant_intents import get_intents

from bridge.tiers.grammar.extra import extend

TARGETS = frozenset({"name", "area", "floor"})


class Corpus:
    """One language. Templates that need a thing, room or floor are left out where the text names none."""

    def __init__(self, language: str, content: Mapping[str, Any]) -> None:
        self.language = language
        self.responses: Mapping[str, Mapping[str, str]] = content["responses"].get("intents", {})
        self.errors: Mapping[str, str] = content["responses"].get("errors", {})
        self._intents = Intents.from_dict(dict(content))
        self._narrowed: dict[frozenset[str], Intents] = {}
        self._needs = {
            id(sentence): self._required(sentence.expression, block) & TARGETS
            for block in self._blocks()
            for sentence in block.sentences
        }

    def intents(self, present: frozenset[str]) -> Intents:
        """The templates that can match a text in which only these kinds of target occur."""
        if present not in self._narrowed:
            self._narrowed[present] = self._keep(lambda _, sentence: self._needs[id(sentence)] <= present)
        return self._narrowed[present]

    @cached_property
    def roomless(self) -> Intents:
        """Only the templates that take their room from where they are said."""
        return self._keep(lambda block, _: "area" in block.requires_context)

    @property
    def glued(self) -> bool:
        """Whether this language is written without spaces."""
        return self._intents.settings.ignore_whitespace

    def words(self, name: str) -> dict[str, str]:
        """For each value of a slot list the first way to say it: {"locked": "abgeschlossen"}."""
        lists = self._intents.slot_lists
        found = lists.get(name)
        words: dict[str, str] = {}
        for value in found.values if isinstance(found, TextSlotList) else ():
            said = next(iter(sample_expression(value.text_in, lists, self._intents.expansion_rules)), "")
            words.setdefault(str(value.value_out), " ".join(said.split()))
        return words

    def warm(self) -> None:
        """Make what hassil otherwise makes at the first sentence: number words and required fragments."""
        for block in self._blocks():
            for sentence in block.sentences:
                sentence.get_required_clauses({**self._intents.expansion_rules, **block.expansion_rules})
        for size in range(len(TARGETS) + 1):
            for present in combinations(sorted(TARGETS), size):
                self.intents(frozenset(present))
        lists = self._intents.slot_lists
        for name, values in lists.items():
            if isinstance(values, RangeSlotList):
                is_match("x", parse_sentence(f"{{{name}}}"), slot_lists=lists, language=self.language)

    def _blocks(self) -> list[IntentData]:
        return [block for intent in self._intents.intents.values() for block in intent.data]

    def _keep(self, wanted: Callable[[IntentData, Sentence], bool]) -> Intents:
        kept: dict[str, Intent] = {}
        for name, intent in self._intents.intents.items():
            blocks = []
            for block in intent.data:
                sentences = [sentence for sentence in block.sentences if wanted(block, sentence)]
                if sentences:
                    narrowed = replace(block)
                    narrowed.__dict__["sentences"] = sentences  # the cached property: nothing is parsed again
                    blocks.append(narrowed)
            if blocks:
                kept[name] = Intent(name=name, data=blocks)
        return replace(self._intents, intents=kept)

    def _required(self, expression: Expression, block: IntentData) -> frozenset[str]:
        """The slot lists without which an expression cannot match."""
        if isinstance(expression, ListReference):
            return frozenset({expression.list_name})
        if isinstance(expression, RuleReference):
            rules = {**self._intents.expansion_rules, **block.expansion_rules}
            return self._required(rules[expression.rule_name].expression, block)
        if isinstance(expression, Group) and expression.items:
            parts = [self._required(item, block) for item in expression.items]
            if isinstance(expression, Alternative):
                return frozenset.intersection(*parts)
            return frozenset.union(*parts)
        return frozenset()


_loaded: dict[str, Corpus] = {}
_lock = threading.Lock()


def loaded(language: str) -> Corpus | None:
    """The corpus of an available language if it is in memory."""
    return _loaded.get(language)


def load(language: str) -> Corpus:
    """The corpus of an available language; the first time this takes some tenths of a second."""
    with _lock:
        if language not in _loaded:
            content = get_intents(language)
            if content is None:
                raise LookupError(f"There are no sentences for '{language}'")
            corpus = Corpus(language, extend(language, content))
            corpus.warm()
            _loaded[language] = corpus
        return _loaded[language]
