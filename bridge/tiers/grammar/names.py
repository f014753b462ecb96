"""Names: the home's things, rooms and floors as lists that templates are matched against."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hassil.expression import TextChunk
from hassil.intents import SlotList, TextSlotList, TextSlotValue
from hassil.util import normalize_text

from actions.home import Area, Entity, Floor, Home

_BREAKS = str.maketrans("-_’", "  '")
_SYMBOLS = re.compile(r"[^\w\s'’-]+")
_SPACES = re.compile(r"\s+")
_DIGITS = {
    "en": [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ],
}


@dataclass(frozen=True, slots=True)
class _Listed:
    key: str
    value: TextSlotValue


class Names:
    """The exposed names of one home in one language. Only those that occur in a text are offered to the matcher."""

    def __init__(self, home: Home, language: str, *, glued: bool) -> None:
        self._language = language
        self._glued = glued
        self._kinds = {(entity.domain, kind) for entity in home.exposed for kind in (None, entity.device_class)}
        self._lists = {
            "name": list(self._entities(home.exposed)),
            "area": list(self._places(home.areas.values())),
            "floor": list(self._places(home.floors.values())),
        }

    def within(self, text: str) -> dict[str, SlotList]:
        """The slot lists, each with the names that this text holds."""
        key = self._key(text)
        found: dict[str, SlotList] = {}
        for name, listed in self._lists.items():
            values = [entry.value for entry in listed if entry.key in key]
            found[name] = TextSlotList(name=name, values=values)
        return found

    def knows(self, domain: str | None, device_class: str | None) -> bool:
        """Whether the home has such a thing."""
        return domain is None or (domain, device_class) in self._kinds

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where a name of the home stands in `text`; nothing is split there."""
        folded = text.translate(_BREAKS).casefold()
        if len(folded) != len(text):
            return []
        spans = []
        for entry in (entry for listed in self._lists.values() for entry in listed if " " in entry.key):
            start = folded.find(entry.key)
            while start >= 0:
                spans.append((start, start + len(entry.key)))
                start = folded.find(entry.key, start + 1)
        return spans

    def _entities(self, entities: Iterable[Entity]) -> Iterable[_Listed]:
        grouped: dict[tuple[str, str, str | None], tuple[str, list[str]]] = {}
        for entity in entities:
            for name in entity.names:
                for spoken in self._spoken(name):
                    key = (spoken.casefold(), entity.domain, entity.device_class)
                    grouped.setdefault(key, (spoken, []))[1].append(entity.id)
        for (_, domain, device_class), (spoken, ids) in grouped.items():
            context = {"domain": domain, **({"device_class": device_class} if device_class else {})}
            yield self._listed(spoken, spoken, {"entities": ids}, context)

    def _places(self, places: Iterable[Area | Floor]) -> Iterable[_Listed]:
        for place in places:
            for spoken in dict.fromkeys(variant for name in place.names for variant in self._spoken(name)):
                yield self._listed(spoken, place.name, {"id": place.id})

    def _listed(
        self, spoken: str, value: str, metadata: Mapping[str, Any], context: dict[str, Any] | None = None
    ) -> _Listed:
        slot = TextSlotValue(TextChunk(normalize_text(spoken)), value, context=context, metadata=dict(metadata))
        return _Listed(self._key(spoken), slot)

    def _key(self, text: str) -> str:
        key = unicodedata.normalize("NFC", _SPACES.sub(" ", text.translate(_BREAKS))).casefold().strip()
        return key.replace(" ", "") if self._glued else key

    def _spoken(self, name: str) -> list[str]:
        """The ways to write a name: as it is, without symbols, accents and apostrophes, with numbers as words."""
        name = " ".join(name.split())
        forms = [name]
        if self._language == "en":
            forms.append(" ".join(name.replace("&", " and ").replace("+", " plus ").split()))
        forms += [" ".join(_SYMBOLS.sub(" ", form).split()) for form in forms]
        forms += [_plain(form) for form in forms]
        forms += [form.replace("'", "").replace("’", "") for form in forms]
        if words := _DIGITS.get(self._language):
            forms += [
                " ".join(words[int(w)] if w.isdecimal() and int(w) < len(words) else w for w in form.split())
                for form in forms
            ]
        return [form for form in dict.fromkeys(forms) if form.strip()]


def _plain(text: str) -> str:
    """Without the accents of Latin letters."""
    parts = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in parts if not ("̀" <= c <= "ͯ"))
    return unicodedata.normalize("NFC", bare)
