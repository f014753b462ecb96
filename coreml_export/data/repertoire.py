"""The Repertoire: everything that can be said in one split, and what was said so far."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from actions.catalog.intents import CLOCK, HOME
from coreml_export.data import frames, phrases, templates
from coreml_export.data.case import Case
from coreml_export.data.family import Family
from coreml_export.data.own import OwnPhrases
from coreml_export.data.split import Split, of_families
from coreml_export.data.words import weighted

INTENTS: Sequence[str] = tuple(action.name for action in (*HOME, *CLOCK))
_WEIGHTS: Mapping[str, float] = {
    "HassTurnOn": 4,
    "HassTurnOff": 4,
    "HassLightSet": 4,
    "HassGetState": 3,
    "HassClimateSetTemperature": 2,
    "HassSetPosition": 1.5,
    "HassStartTimer": 1.5,
    "HassGetCurrentDate": 0.3,
    "HassGetCurrentTime": 0.3,
    "HassCancelAllTimers": 0.4,
    "HassNevermind": 0.4,
    "HassToggle": 0.5,
    "HassMediaSearchAndPlay": 2,
}


@dataclass(slots=True)
class Tally:
    """What was made, and what was thrown away."""

    drawn: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    """Cases that failed the check, by family and what was wrong."""
    blocked: int = 0
    repeated: int = 0
    made: Counter[str] = field(default_factory=Counter)
    """Calls, by intent or action."""

    @property
    def drop_rate(self) -> float:
        """The share of what was drawn that failed the check."""
        return self.dropped.total() / self.drawn if self.drawn else 0.0


class Repertoire:
    """The families of one split."""

    def __init__(self, languages: Sequence[str], split: Split) -> None:
        self.split = split
        self.tally = Tally()
        written = phrases.load()
        self._of = _splits(languages)
        kept = [family for family in written.families if self._mine(family)]
        self.authored = _by_theme(family for family in kept if not family.reason)
        self.unsupported = _by_theme(family for family in kept if family.reason)
        self.wrappers = [family for family in written.wrappers if self._mine(family)]
        self.own = OwnPhrases(frames.load(), self._of, split)
        self.templates = {
            language: _by_theme(family for family in templates.families(language) if self._mine(family))
            for language in languages
        }

    def _mine(self, family: Family) -> bool:
        return self._of[_group(family.id)] == self.split

    def lagging(self, rng: Random) -> str:
        """An intent, those that are behind first."""
        weights = {intent: _WEIGHTS.get(intent, 1.0) for intent in INTENTS}
        return weighted({i: w * w / (w + self.tally.made[i]) for i, w in weights.items()}, rng)

    def count(self, case: Case) -> None:
        """Note what was made, for the balance."""
        self.tally.made.update(call.name for call in case.calls)


def _splits(languages: Sequence[str]) -> Mapping[str, Split]:
    written = phrases.load()
    themes = {_group(family.id): family.theme for family in (*written.families, *written.wrappers)}
    themes |= dict(frames.load().themes())
    for language in languages:
        themes |= {family.id: f"{language}.{family.theme}" for family in templates.families(language)}
    return of_families(themes, themes)


def _group(family: str) -> str:
    # Variants of one family for several intents hold the same sentences.
    return family.partition("/")[0]


def _by_theme(families: Iterable[Family]) -> dict[str, list[Family]]:
    found: dict[str, list[Family]] = {}
    for family in families:
        found.setdefault(family.theme, []).append(family)
    return found
