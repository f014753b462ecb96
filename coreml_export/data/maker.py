"""The Maker: the cases of one home, checked and with noise."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

from actions.home import Area
from coreml_export.data.asking import Asker
from coreml_export.data.build import Builder
from coreml_export.data.case import Case
from coreml_export.data.check import WrongCase, check
from coreml_export.data.compound import compound, delayed, joined, roomful
from coreml_export.data.digest import digest
from coreml_export.data.family import Family
from coreml_export.data.idle import lacking, spoken_of
from coreml_export.data.noise import noisy
from coreml_export.data.own import Owned
from coreml_export.data.repertoire import INTENTS, Repertoire
from coreml_export.data.scene import Scene
from coreml_export.data.twist import Twister
from coreml_export.data.walk import Infeasible
from coreml_export.data.words import Words, weighted
from coreml_export.data.wordy import wordy

_TRIES = 25
_FREE = ("item", "message", "search_query", "conversation_command")
_SHARES: Mapping[str, float] = {
    "single": 38, "compound": 29, "partial": 7, "all_wrong": 1.5, "twist": 8, "unsupported": 7.5, "own": 15,
    "delay": 2,
    "follow": 5.5,
    "roomful": 3,
    "lacking": 2,
}  # fmt: skip
_OWN_WAYS: Mapping[str, float] = {"ask": 78, "refuse": 12, "idle": 10}
_OWN_EACH, _OWN_MOST = 0.04, 0.5
"""The share of own actions among commands: so much for each that the home has, and at most."""
_FOREIGN: Mapping[str, float] = {"single": 78, "twist": 22}
_AUTHORED_SHARE = 0.62
_PLAINLY = 0.25
"""The share of authored commands that are said in the plainest way."""
_WORDY = 0.07
_BEYOND = 0.15
_ASKED = ("other_app", "missing_device", "out_of_range", "cannot")
"""Reasons for which a command in a sentence with others is left out, whatever the home is."""
_TALK = frozenset({"chat", "overheard", "unclear", "other_app", "fragment"})
"""Reasons by which what is said is no command."""


class Maker:
    """Makes the cases of one home."""

    def __init__(
        self,
        repertoire: Repertoire,
        scene: Scene,
        owned: Sequence[Owned],
        bank: Words,
        rng: Random,
        blocked: frozenset[str] = frozenset(),
    ) -> None:
        self.repertoire = repertoire
        self.scene = scene
        self.language = bank.language
        self.rng = rng
        self.blocked = blocked
        self.builder = Builder(scene, bank, rng)
        self.twister = Twister(self.builder, repertoire.split)
        self.asker = Asker(scene, owned, bank, rng, repertoire.split)
        self.owns = min(_OWN_MOST, _OWN_EACH * len(owned))
        self.english = bank.language == "en"
        self.shares = _SHARES if self.english else _FOREIGN

    def cases(self, wanted: int) -> Iterator[Case]:
        """So many different cases, or fewer where the home has too little."""
        seen: set[str] = set()
        made = 0
        for _ in range(wanted * 3):
            if made == wanted:
                return
            try:
                case = self._one()
            except Infeasible:
                continue
            if self._kept(case, seen):
                made += 1
                yield case

    def _kept(self, case: Case, seen: set[str]) -> bool:
        tally = self.repertoire.tally
        tally.drawn += 1
        try:
            check(case, self.scene)
        except WrongCase as wrong:
            tally.dropped[f"{case.family}: {wrong}"] += 1
            return False
        if self.english and len(case.parts) == 1 and case.reason not in _TALK and self.rng.random() < _WORDY:
            case.utterance = wordy(case.utterance, self.rng)
        free = [
            value
            for call in case.calls
            for key in _free(call.name)
            if isinstance(value := call.slots.get(key), str)
        ]
        case.utterance, case.noise = noisy(case.utterance, self.rng, english=self.english, free=free)
        mark = digest(case.said)
        if mark in self.blocked:
            tally.blocked += 1
            return False
        if mark in seen:
            tally.repeated += 1
            return False
        seen.add(mark)
        self.repertoire.count(case)
        return True

    def _one(self) -> Case:
        kind = weighted(self.shares, self.rng)
        here = self.rng.choice(self.scene.areas).id if self.scene.areas and self.rng.random() < 0.4 else None
        if kind == "compound":
            return compound(lambda: self._command(here), None, self.rng)
        if kind == "partial":
            return compound(lambda: self._command(here), lambda: self._impossible(here), self.rng)
        if kind == "all_wrong":
            return joined([self._impossible(here) for _ in range(self.rng.choice((2, 2, 3, 4)))], self.rng)
        if kind == "roomful":
            return roomful(self._about, self.scene.areas, self.rng)
        if kind == "twist":
            return self._twisted(here)
        if kind == "delay":
            return delayed(
                self.rng.choice(self.repertoire.wrappers),
                self._single(here, acts=True),
                self.rng,
                self.builder.bank,
            )
        if kind in {"unsupported", "follow"}:
            reasons = list(self.repertoire.unsupported.values())
            families = self.repertoire.following if kind == "follow" else self.rng.choice(reasons)
            return self._first(families, lambda family: self.builder.build(family, here))
        if kind == "own":
            return self._own(here)
        if kind == "lacking":
            return lacking(self.scene, self.repertoire.own.households, self.rng, here)
        return self._single(here, acts=False)

    def _family(self) -> Family | None:
        """What to say next; none where this split has nothing."""
        if self.english and self.rng.random() < _AUTHORED_SHARE:
            if self.rng.random() < _PLAINLY:
                return self.rng.choice(self.repertoire.plain)
            families = self.repertoire.authored.get(self.repertoire.lagging(self.rng))
            return self.rng.choice(families) if families else None
        return self.repertoire.template(self.language, self.rng)

    def _any_family(self) -> Family | None:
        intent = self.rng.choice(INTENTS)
        if self.english and self.rng.random() < _AUTHORED_SHARE:
            families = self.repertoire.authored.get(intent)
            return self.rng.choice(families) if families else None
        return self.repertoire.template_of(self.language, intent, self.rng)

    def _single(self, here: str | None, *, acts: bool) -> Case:
        for _ in range(_TRIES):
            family = self._family()
            if family is None:
                continue
            if acts and (family.place == "any" or family.theme == "HassNevermind"):
                continue
            try:
                case = self.builder.build(family, here)
            except Infeasible:
                continue
            if not acts or case.kind == "action":
                self.repertoire.made(family)
                return case
        raise Infeasible("nothing to say")

    def _twisted(self, here: str | None) -> Case:
        for _ in range(_TRIES):
            family = self._any_family()
            if family is not None:
                try:
                    return self.twister.twist(family, here)
                except Infeasible:
                    continue
        raise Infeasible("nothing to twist")

    def _first(self, families: Sequence[Family], build: Callable[[Family], Case]) -> Case:
        for _ in range(_TRIES):
            try:
                return build(self.rng.choice(families))
            except Infeasible:
                continue
        raise Infeasible("not in this home")

    def _own(self, here: str | None) -> Case:
        way = weighted(_OWN_WAYS, self.rng)
        if way == "idle":
            return spoken_of(self.asker.owned, self.rng, here)
        return self.asker.ask(here) if way == "ask" else self.asker.refuse(here)

    def _command(self, here: str | None) -> Case:
        """One command of several."""
        if self.rng.random() < self.owns:
            try:
                return self.asker.ask(here)
            except Infeasible:
                pass
        return self._single(here, acts=True)

    def _about(self, area: Area) -> Case:
        """One command about a room that is said for several at once."""
        if self.rng.random() < self.owns:
            return self.asker.ask(None, area)
        family = self._family()
        if family is None or family.theme == "HassGetState":
            raise Infeasible("no command")
        return self.builder.build(family, None, area)

    def _impossible(self, here: str | None) -> Case:
        """One that cannot be done."""
        if self.rng.random() < self.owns:
            try:
                return self.asker.refuse(here)
            except Infeasible:
                pass
        if self.rng.random() < _BEYOND:
            families = self.repertoire.unsupported[self.rng.choice(_ASKED)]
            return self._first(families, lambda family: self.builder.build(family, here))
        return self._twisted(here)


def _free(action: str) -> Sequence[str]:
    # What a timer is called is in no registry: it is what was said.
    return (*_FREE, "name") if "Timer" in action else _FREE
