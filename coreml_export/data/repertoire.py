"""The Repertoire: everything that can be said in one split, and what was said so far."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random

from actions.catalog.intents import CLOCK, HOME
from coreml_export.data import frames, phrases, templates
from coreml_export.data.case import Case
from coreml_export.data.family import Family
from coreml_export.data.own import OwnPhrases
from coreml_export.data.split import Split, of_family

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
    **dict.fromkeys(("HassPauseTimer", "HassUnpauseTimer", "HassCancelTimer", "HassTimerStatus"), 0.7),
    "HassToggle": 0.5,
    "HassMediaSearchAndPlay": 2,
    **dict.fromkeys(("HassVacuumStart", "HassLawnMowerDock", "HassVacuumCleanArea", "HassGetWeather"), 2),
}
_REFRESHED = 24
"""After how many draws the balance is looked at again."""
_TRIED = 0.15


_OF_TIMERS = 0.28
_PLAIN = "plain."


@dataclass(slots=True)
class _Balance:
    """What is behind, as weights that are reckoned up now and then."""

    draws: int = 0
    behind: list[float] = field(default_factory=list)


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
        kept = [family for family in written.families if self._mine(family)]
        self.authored = _by_theme(family for family in kept if not family.reason and not family.follows)
        self.plain = [family for family in kept if family.id.startswith(_PLAIN)] or kept
        self.following = [family for family in kept if family.follows]
        self.unsupported = _by_theme(family for family in kept if family.reason)
        self.wrappers = [family for family in written.wrappers if self._mine(family)]
        self.own = OwnPhrases(frames.load(), split)
        kept_templates = {
            language: [family for family in templates.families(language) if self._mine(family)]
            for language in languages
        }
        self._templates = {language: _grouped(each, combination) for language, each in kept_templates.items()}
        self._by_intent = {language: _by_theme(each) for language, each in kept_templates.items()}
        self._drawn: dict[str, float] = defaultdict(float)
        self._balance: dict[str, _Balance] = defaultdict(_Balance)

    def _mine(self, family: Family) -> bool:
        return of_family(family.id) == self.split

    def lagging(self, rng: Random) -> str:
        """An intent, those that are behind first."""
        balance = self._balance[""]
        if balance.draws % _REFRESHED == 0:
            made = ((_WEIGHTS.get(intent, 1.0), self.tally.made[intent]) for intent in INTENTS)
            balance.behind = list(accumulate(weight * weight / (weight + count) for weight, count in made))
        balance.draws += 1
        return rng.choices(INTENTS, cum_weights=balance.behind)[0]

    def template(self, language: str, rng: Random) -> Family:
        """A template, of a combination of slots that is behind."""
        groups = self._templates[language]
        balance = self._balance[language]
        if balance.draws % _REFRESHED == 0:
            made = ((_worth(group), self._drawn[group]) for group in groups)
            balance.behind = list(accumulate(worth * worth / (worth + drawn) for worth, drawn in made))
        balance.draws += 1
        group = rng.choices(list(groups), cum_weights=balance.behind)[0]
        # One that this home cannot have is tried again soon, but not all the time.
        self._drawn[group] += _TRIED
        return rng.choice(groups[group])

    def template_of(self, language: str, intent: str, rng: Random) -> Family | None:
        """Any template of an intent."""
        families = self._by_intent[language].get(intent)
        return rng.choice(families) if families else None

    def count(self, case: Case) -> None:
        """Note what was made, for the balance."""
        self.tally.made.update(call.name for call in case.calls)

    def made(self, family: Family) -> None:
        """Note that a sentence of a template was made."""
        if family.source == "templates":
            self._drawn[combination(family)] += 1


def combination(family: Family) -> str:
    """The slots that a template of home-assistant-intents fills: its id but for the mark at the end."""
    return family.id.rpartition(".")[0]


def _by_theme(families: Iterable[Family]) -> dict[str, list[Family]]:
    return _grouped(families, lambda family: family.theme)


def _grouped(families: Iterable[Family], key: Callable[[Family], str]) -> dict[str, list[Family]]:
    found: dict[str, list[Family]] = {}
    for family in families:
        found.setdefault(key(family), []).append(family)
    return found


def _worth(group: str) -> float:
    """How often a combination is wanted: those of timers are many, and much alike."""
    return _OF_TIMERS if "Timer" in group else 1.0
