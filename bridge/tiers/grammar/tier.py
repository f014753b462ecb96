"""The grammar tier itself: languages, caches, and where the work is done."""

import asyncio
import time
import unicodedata
from collections import OrderedDict
from dataclasses import replace
from importlib.metadata import version
from typing import TypeVar

from actions.home import Home
from actions.registry import Registry
from bridge.tiers.base import Kind, Understanding, Utterance
from bridge.tiers.grammar.compound import parts_of
from bridge.tiers.grammar.corpus import Corpus, load, loaded
from bridge.tiers.grammar.languages import chain, closest
from bridge.tiers.grammar.names import Names
from bridge.tiers.grammar.nearest import Nearest
from bridge.tiers.grammar.understand import Scene, nothing, understand

MAX_LENGTH = 300
_RESULTS = 4096
_HOMES = 16
_SMALL_HOME = 500
_SHORT = 80
_OTHER_LANGUAGE = 0.95
_TRY_ON = frozenset({"no_match", "work"})
_UNKNOWN = frozenset({"unknown_area", "unknown_floor", "unknown_name"})
_UNITS = frozenset("°℃℉")
_VARIATIONS = frozenset("\ufe0e\ufe0f")
_JOINERS = "\u200c\u200d"  # Persian, Hindi and others write with them

K = TypeVar("K")
V = TypeVar("V")
Key = tuple[str, str, str, str | None, str]


class GrammarTier:
    """Home Assistant's own sentences, matched as its agent does: exact, offline, in its 65 languages."""

    name = "grammar"
    version = f"home-assistant-intents {version('home-assistant-intents')}"

    def __init__(self) -> None:
        self._results: OrderedDict[Key, Understanding] = OrderedDict()
        self._names: OrderedDict[tuple[str, str], Names] = OrderedDict()
        self._nearest: OrderedDict[tuple[str, str], Nearest] = OrderedDict()

    async def prepare(self, language: str) -> bool:
        """Load a language before it is needed; False where it is not available."""
        available = closest(language)
        if available is not None:
            await asyncio.to_thread(load, available)
        return available is not None

    async def understand(self, utterance: Utterance, home: Home, registry: Registry) -> Understanding:
        """Read one utterance. Never raises for what a person may say; never acts."""
        started = time.perf_counter()
        text = _clean(utterance.text)
        languages = chain(utterance.language)
        if reason := _refused(text, languages):
            return nothing(reason)
        area = home.areas.get(utterance.area) if utterance.area else None
        key = (home.version, registry.version, languages[0], area.id if area else None, text)
        known = self._results.get(key)
        if known is not None:
            self._results.move_to_end(key)
            return _timed(known, started, cached=True)
        result = await self._try(text, languages, home, registry, area.name if area else None)
        _keep(self._results, key, result, _RESULTS)
        return _timed(result, started, cached=False)

    async def _try(
        self, text: str, languages: tuple[str, ...], home: Home, registry: Registry, area: str | None
    ) -> Understanding:
        """The reading in the first language that knows the sentence; else what the first said."""
        results = []
        for language in languages:
            corpus = loaded(language)
            if corpus is None:
                corpus = await asyncio.to_thread(load, language)
            if _is_quick(text, language, home):
                result = self._read(text, corpus, home, registry, area)
            else:
                result = await asyncio.to_thread(self._read, text, corpus, home, registry, area)
            if result.trace.get("reason") not in _TRY_ON | _UNKNOWN:
                other = 1.0 if language == languages[0] else _OTHER_LANGUAGE
                trace = {**result.trace, "language": language}
                return replace(result, confidence=round(result.confidence * other, 3), trace=trace)
            results.append(result)
        unknown = next((result for result in results if result.kind is Kind.CALLS), None)
        return unknown or replace(results[0], nearest=self._near(text, languages[0], home, registry))

    def _read(self, text: str, corpus: Corpus, home: Home, registry: Registry, area: str | None) -> Understanding:
        key = (home.version, corpus.language)
        names = self._names.get(key)
        if names is None:
            names = Names(home, corpus.language, glued=corpus.glued)
            _keep(self._names, key, names, _HOMES)
        result = understand(text, Scene(corpus, names, home, registry, area))
        if result.kind is Kind.NOTHING and result.trace["reason"] not in _TRY_ON:
            result = replace(result, nearest=self._near(text, corpus.language, home, registry))
        return result

    def _near(self, text: str, language: str, home: Home, registry: Registry) -> tuple[str, ...]:
        if not language.startswith("en"):
            return ()
        key = (home.version, registry.version)
        nearest = self._nearest.get(key)
        if nearest is None:
            nearest = Nearest(home, registry)
            _keep(self._nearest, key, nearest, _HOMES)
        return nearest.to(text)


def _is_quick(text: str, language: str, home: Home) -> bool:
    """Whether reading takes so few milliseconds that a thread is not worth it."""
    return len(text) <= _SHORT and len(home.entities) <= _SMALL_HOME and len(parts_of(text, language)) == 1


def _clean(text: str) -> str:
    """One line without control characters and emoji."""
    text = text[: MAX_LENGTH * 2]
    if not text.isascii() or not text.isprintable():
        text = "".join(map(_plain, text))
    return " ".join(text.split())


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category == "So" and character not in _UNITS:
        return " "
    if character.isprintable() or character in _JOINERS:
        return "" if character in _VARIATIONS else character
    return "" if category == "Cf" else " "


def _refused(text: str, languages: tuple[str, ...]) -> str | None:
    if not languages:
        return "language"
    if len(text) > MAX_LENGTH:
        return "too_long"
    return None if any(c.isalnum() for c in text) else "empty"


def _timed(result: Understanding, started: float, *, cached: bool) -> Understanding:
    spent = round((time.perf_counter() - started) * 1000, 2)
    return replace(result, trace={**result.trace, "ms": spent, "cached": cached})


def _keep(cache: OrderedDict[K, V], key: K, value: V, most: int) -> None:
    cache[key] = value
    if len(cache) > most:
        cache.popitem(last=False)
