"""A Reading: what one sentence of a request asks for, and how sure that is."""

import re
from dataclasses import dataclass, replace

from bridge.tiers.grammar.match import Match
from bridge.tiers.grammar.reader import Reader
from bridge.tiers.grammar.variants import unwrapped, variants

READS_ONLY = frozenset(
    {
        "HassGetState",
        "HassClimateGetTemperature",
        "HassGetWeather",
        "HassGetCurrentDate",
        "HassGetCurrentTime",
        "HassTimerStatus",
        "HassNevermind",
    }
)
SPEAKS_ONLY = frozenset({"HassRespond"})
_ASKS = re.compile(
    r"^(?:is|are|was|were|did|does|do|has|have|what|what's|whats|which|who|when|where|why|how|should)\b",
    re.IGNORECASE,
)
_QUESTION_MARK = re.compile(r"[?？؟;]\s*$")


@dataclass(frozen=True, slots=True)
class Reading:
    """One understood sentence."""

    text: str
    match: Match
    confidence: float

    @property
    def acts(self) -> bool:
        """Whether it changes anything."""
        return self.match.intent not in READS_ONLY | SPEAKS_ONLY

    @property
    def bare(self) -> bool:
        """Whether only a name was said; that starts a scene or script, but is no command for a device."""
        return self.acts and self.match.bare and not self.match.starts


def read(reader: Reader, sentence: str) -> Reading | None:
    """Understand one sentence, whole; a question is never read as a command."""
    for text, weight in variants(sentence, reader.corpus.language):
        if match := reader.read(text):
            reading = Reading(text, match, round(weight * _certainty(match), 3))
            return _unless_asked(reading, sentence, reader.corpus.language)
    return None


def _certainty(match: Match) -> float:
    certainty = 0.97
    if match.rivals:
        certainty *= 0.75
    if match.free:
        certainty *= 0.95
    if match.bare and not match.starts:
        certainty *= 0.7
    return certainty


def _unless_asked(reading: Reading, sentence: str, language: str) -> Reading | None:
    if not reading.acts:
        return reading
    if language.startswith("en") and _ASKS.match(unwrapped(sentence)):
        return None
    if _QUESTION_MARK.search(sentence) and unwrapped(sentence) == sentence.strip():
        return None if reading.match.bare else replace(reading, confidence=reading.confidence * 0.7)
    return reading
