"""Compound requests: several commands in one sentence, all of them understood or none."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from bridge.tiers.grammar.reader import Reader
from bridge.tiers.grammar.reading import Reading, read

MAX_PARTS = 6
_SHARED_WORDS = 4
_OPPOSITE = frozenset({"HassTurnOn", "HassTurnOff"})
_CONJUNCTIONS = {
    "en": "and then|and also|and after that|and|then|also|plus|after that",
    "af": "en dan|en",
    "ca": "i després|i",
    "cs": "a potom|a pak|a",
    "da": "og derefter|og så|og",
    "de": "und danach|und dann|und auch|und|dann|danach|sowie",
    "el": "και μετά|και",
    "es": "y después|y luego|y también|y|e|luego|después",
    "fi": "ja sitten|ja",
    "fr": "et ensuite|et puis|et aussi|et|puis|ensuite",
    "gl": "e despois|e",
    "hr": "i zatim|i onda|i",
    "hu": "és aztán|és",
    "it": "e dopo|e poi|e anche|ed|e|poi",
    "nb": "og deretter|og så|og",
    "nl": "en daarna|en dan|en ook|en|daarna",
    "pl": "a potem|i potem|oraz|i|potem",
    "pt": "e depois|e também|e|depois",
    "ro": "și apoi|şi apoi|și|şi|apoi",
    "ru": "а затем|и потом|и|затем|потом",
    "sk": "a potom|a",
    "sl": "in nato|in potem|in",
    "sr": "и онда|и",
    "sv": "och därefter|och sedan|och sen|och",
    "tr": "ve sonra|ve",
    "uk": "а потім|і потім|і|та|потім",
    "zh": "然后|然後|并且|並且",
}


@lru_cache(maxsize=64)
def _separator(language: str) -> re.Pattern[str]:
    words = _CONJUNCTIONS.get(language.partition("-")[0], "")
    if language.startswith("zh"):
        return re.compile(rf"[，,；;。]\s*(?:{words})?|(?:{words})")
    joined = rf"(?:\s*[,;.]\s+|\s+)(?:{words})\s+|" if words else ""
    return re.compile(rf"{joined}\s*[,;]\s+|[.!]\s+(?=\w)", re.IGNORECASE)


def parts_of(text: str, language: str, names: Sequence[tuple[int, int]] = ()) -> list[tuple[int, int]]:
    """Where the parts of a text stand; conjunctions within a name of the home do not part.

    :param names: where names stand.
    """
    parts = []
    start = 0
    for found in _separator(language).finditer(text):
        inside = any(begin < found.end() and found.start() < end for begin, end in names)
        if not inside and found.start() > start:
            parts.append((start, found.start()))
            start = found.end()
    return [*parts, (start, len(text))] if start < len(text) else parts


class Compound:
    """The parts of one text and their readings."""

    def __init__(self, reader: Reader, text: str) -> None:
        self._reader = reader
        self._text = text
        self._parts = parts_of(text, reader.corpus.language, reader.names.spans(text))

    def readings(self) -> list[Reading] | None:
        """A reading of every part in order, or None."""
        if not 2 <= len(self._parts) <= MAX_PARTS:
            return None
        return self._from(0, None)

    def _from(self, start: int, previous: Reading | None) -> list[Reading] | None:
        if start == len(self._parts):
            return []
        for end in range(start + 1, len(self._parts) + 1):
            if self._reader.spent:
                return None
            if start == 0 and end == len(self._parts):
                return self._shared(start, end)
            for group in (self._one(start, end, previous), self._shared(start, end)):
                if group is not None and (rest := self._from(end, group[-1])) is not None:
                    return group + rest
        return None

    def _one(self, start: int, end: int, previous: Reading | None) -> list[Reading] | None:
        text = self._text[self._parts[start][0] : self._parts[end - 1][1]]
        reading = read(self._reader, text)
        if reading is not None and not reading.bare:
            return [reading]
        continued = self._continued(previous, text) if previous is not None else None
        return [continued] if continued is not None else None

    def _continued(self, previous: Reading, text: str) -> Reading | None:
        """A part that lacks its beginning takes it from the part before: "... and the bedroom lights"."""
        words = previous.text.split()
        for count in range(len(words) - 1, 0, -1):
            reading = read(self._reader, " ".join([*words[:count], text]))
            if reading is not None and _follows(previous, reading, only_verb=count == 1):
                return replace(reading, confidence=round(reading.confidence * 0.9, 3))
        return None

    def _shared(self, start: int, end: int) -> list[Reading] | None:
        """Parts that share their beginning and their end: "turn the kitchen and bedroom lights on"."""
        if end - start < 2:
            return None
        texts = [self._text[a:b] for a, b in self._parts[start:end]]
        first, last = texts[0].split(), texts[-1].split()
        for tail in range(1, min(_SHARED_WORDS, len(last) - 1) + 1):
            ending = " ".join(last[-tail:])
            lead = read(self._reader, f"{texts[0]} {ending}")
            if lead is None or lead.bare or lead.match.free:
                continue
            for head in range(min(_SHARED_WORDS, len(first) - 1), 0, -1):
                opening = " ".join(first[:head])
                sentences = [*(f"{opening} {text} {ending}" for text in texts[1:-1]), f"{opening} {texts[-1]}"]
                readings = [read(self._reader, sentence) for sentence in sentences]
                kept = [r for r in readings if r is not None and _follows(lead, r, only_verb=False)]
                if len(kept) == len(sentences):
                    return [replace(r, confidence=round(r.confidence * 0.9, 3)) for r in (lead, *kept)]
        return None


def _follows(previous: Reading, reading: Reading, *, only_verb: bool) -> bool:
    if reading.bare or reading.match.free or not reading.acts:
        return False
    intents = {previous.match.intent, reading.match.intent}
    return len(intents) == 1 or (only_verb and intents != _OPPOSITE)
