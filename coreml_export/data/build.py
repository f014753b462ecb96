"""Building: from a family to a Case in one home."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from actions.home import Area, Entity, State
from actions.text import stem
from coreml_export.data.case import Case, Wanted
from coreml_export.data.family import Family, Spec
from coreml_export.data.households import longer
from coreml_export.data.marks import Clause, Text, clause, text
from coreml_export.data.pointing import point
from coreml_export.data.ready import made_ready
from coreml_export.data.scene import Scene
from coreml_export.data.sentence import text_of
from coreml_export.data.target import Chooser, Chosen
from coreml_export.data.walk import Infeasible, Open, Part, Said
from coreml_export.data.words import Words

_QUERIES = frozenset(
    {
        "HassGetState",
        "HassClimateGetTemperature",
        "HassGetWeather",
        "HassGetCurrentDate",
        "HassGetCurrentTime",
        "HassTimerStatus",
    }
)

FREE = frozenset({"item", "message", "name", "search_query", "conversation_command"})
"""Slots of which the value is what was said."""

_UNSAID = frozenset({"it", "other"})
"""Where the thing is one that was spoken of, and is not named."""
_NEXT = 2
COMMON = frozenset(
    {"turn", "on", "off", "switch", "set", "start", "run", "stop", "open", "close", "up", "down", "put", "get",
     "to", "the", "in", "of", "is", "make", "light", "at", "and", "level", "go"}
)  # fmt: skip
"""Words that say nothing about which thing is meant."""
_UNLESS_OWN = frozenset({"cannot", "other_app"})


@dataclass(frozen=True, slots=True)
class Spoken:
    """One way to say a family's sentence, before anything of the home is in it."""

    parts: list[Part]
    slots: dict[str, Any]
    opens: dict[int, frozenset[str]]
    more: dict[str, Any]
    """Slots of a second command, about the same thing."""

    @classmethod
    def of(cls, family: Family, rng: Random, bank: Words) -> "Spoken":
        """At random."""
        parts = family.say(rng.choice(family.says), rng, bank)
        slots: dict[str, Any] = {}
        more: dict[str, Any] = {}
        opens: dict[int, set[str]] = {}
        filled = slots
        for part in parts:
            if isinstance(part, Said):
                filled.update(part.slots)
            elif isinstance(part, Open) and part.kind == "next":
                filled = more
            elif isinstance(part, Open) and not part.wrong:
                opens.setdefault(part.index, set()).add(part.kind)
        return cls(parts, slots, {index: frozenset(kinds) for index, kinds in opens.items()}, more)


@dataclass(frozen=True, slots=True)
class Builder:
    """Builds cases of one home."""

    scene: Scene
    bank: Words
    rng: Random

    def build(self, family: Family, here: str | None = None, inside: Area | None = None) -> Case:
        """A case of this family.

        :param inside: the room that the sentence is a part of one about.
        :raises Infeasible: not in this home.
        """
        spoken = Spoken.of(family, self.rng, self.bank)
        if not family.specs:
            return self._unsupported(family, spoken, here)
        chooser = Chooser(self.scene, self.bank, self.rng, here, inside)
        spec = family.specs[0]
        opens = {1: frozenset({"name"})} if family.follows in _UNSAID else spoken.opens or {1: frozenset()}
        chosen: dict[int, Chosen] = {}
        for index in sorted(opens):
            chosen[index] = chooser.choose(spec, opens[index], {**spec.slots, **spoken.slots}, family.place)
        calls = [_wanted(spec, spoken, each) for each in chosen.values()]
        _apart(calls)
        more = [self._also(chooser, each, chosen[1], spoken) for each in family.specs[1:]]
        area = self._area([*chosen.values()], here)
        parts, texts = marked(spoken.parts)
        return Case(
            utterance=self._text(parts, chosen),
            kind="query" if spec.intent in _QUERIES else "action",
            family=family.id,
            theme=family.theme,
            source=family.source,
            calls=calls + [call for call, _ in more],
            area=area,
            previous=self._previous(family, spoken, calls, chooser),
            states=_states([*chosen.values(), *(each for _, each in more)]),
            clauses=clauses(len(calls), len(more), apart=any(each.it for each in family.specs)),
            texts=texts,
        )

    def _also(self, chooser: Chooser, spec: Spec, first: Chosen, spoken: Spoken) -> tuple[Wanted, Chosen]:
        if spec.it:
            return self._same(spec, first, spoken)
        name = first.slots.get("area")
        areas = [a for a in self.scene.areas if (a.name == name if name else a.id == first.area)]
        if len(areas) != 1:
            raise Infeasible("no one room")
        chosen = chooser.also(spec, areas[0], said=bool(name))
        return Wanted(spec.intent, {**spec.slots, **chosen.slots}, chosen.targets), chosen

    def _same(self, spec: Spec, first: Chosen, spoken: Spoken) -> tuple[Wanted, Chosen]:
        slots = {**spec.slots, **spoken.more, **first.slots}
        arguments = self.scene.arguments(spec.intent, slots)
        states: dict[str, State] = {}
        made = Wanted(spec.intent, slots, first.targets)
        for entity in self._entities(made):
            states |= made_ready(self.scene, spec.intent, entity, arguments)
        return made, replace(first, states=states)

    def _entities(self, call: Wanted) -> list[Entity]:
        return [self.scene.home.entities[entity_id] for entity_id in sorted(call.targets or ())]

    def _area(self, chosen: list[Chosen], here: str | None) -> str | None:
        """The room that all of it must be said in."""
        needed = {each.area for each in chosen if each.area}
        if len(needed) > 1 or (here and needed - {here}):
            raise Infeasible("it must be said in another room")
        return next(iter(needed), here)

    def _previous(self, family: Family, spoken: Spoken, calls: list[Wanted], chooser: Chooser) -> list[Wanted]:
        spec = family.specs[0]
        named = {key: value for key, value in calls[0].slots.items() if key in {"name", "area", "domain"}}
        if family.follows == "it":
            after = family.after or Spec("HassTurnOff" if spec.intent == "HassTurnOn" else "HassTurnOn")
            before = Wanted(after.intent, {**named, **after.slots}, calls[0].targets)
            arguments = self.scene.arguments(before.name, before.slots)
            if not all(self.scene.can(before.name, each, arguments) for each in self._entities(before)):
                raise Infeasible("that cannot have been done")
            return [before]
        if family.follows == "other":
            return [self._other(spec, calls[0])]
        if family.follows == "again":
            slots = {**spec.slots, **spoken.slots}
            other = chooser.choose(spec, spoken.opens[1], slots, family.place)
            made = _wanted(spec, spoken, other)
            if made.targets == calls[0].targets:
                raise Infeasible("no other")
            return [made]
        return []

    def _other(self, spec: Spec, call: Wanted) -> Wanted:
        """The same for the one other thing of its kind that is in the same room."""
        [mine] = self._entities(call)
        alike = [each for each in self.scene.by_domain[mine.domain] if each.area == mine.area and each is not mine]
        if mine.area is None or len(alike) != 1:
            raise Infeasible("no one other")
        which = point(self.scene, alike[0], self.rng, None)
        return Wanted(spec.intent, {**call.slots, **which.slots}, frozenset({alike[0].id}))

    def _unsupported(self, family: Family, spoken: Spoken, here: str | None) -> Case:
        said: dict[tuple[int, str], str] = {}
        for index, kinds in spoken.opens.items():
            for kind in sorted(kinds):
                said[index, kind] = self._any(kind, family.domains)
        text = text_of(
            spoken.parts, lambda part: said.get((part.index, part.kind), "") or self._any(part.kind, None), self.rng
        )
        words = set(stem(text).split()) - COMMON
        if family.reason == "missing_device" and self.scene.words & words:
            raise Infeasible("the home may have it")
        if family.reason in _UNLESS_OWN and longer(self.scene.own_words & words):
            raise Infeasible("an own action may do it")
        return Case(text, "unsupported", family.id, family.theme, family.source, reason=family.reason, area=here)

    def _any(self, kind: str, domains: frozenset[str] | None) -> str:
        """Any name of the home."""
        names = {
            "name": [entity.name for entity in self.scene.of_domains(domains)],
            "area": [area.name for area in self.scene.areas],
            "floor": [floor.name for floor in self.scene.floors],
        }[kind]
        if not names:
            raise Infeasible("the home has no such name")
        return self.rng.choice(names)

    def _text(self, parts: Sequence[Part], chosen: dict[int, Chosen]) -> str:
        def fill(part: Open) -> str:
            if part.kind == "next":
                return ""
            right = chosen.get(part.index, Chosen()).said.get(part.kind)
            if not part.wrong and right is not None:
                return right
            other = self._any(part.kind, None)
            if other == right:
                raise Infeasible("no other to be wrong about")
            return other

        return text_of(parts, fill, self.rng)


def marked(parts: Iterable[Part]) -> tuple[list[Part], tuple[Text, ...]]:
    """The parts with marks where a second thing is named, and around free texts; and which those are."""
    made = list(parts)
    # What is said twice for one command was taken back the first time.
    free = dict[tuple[int, str], tuple[int, Said]]()
    command = 0
    for place, part in enumerate(made):
        command += isinstance(part, Open) and part.kind == "next"
        if isinstance(part, Said):
            free |= {(command, slot): (place, part) for slot in _free(part)}
    for number, (place, said) in enumerate(free.values()):
        made[place] = replace(said, text=text(number, said.text))
    firsts: dict[int, int] = {}
    for place, part in enumerate(made):
        if isinstance(part, Open) and not part.wrong and (part.index > 1 or part.kind == "next"):
            firsts.setdefault(part.index if part.kind != "next" else _NEXT, place)
    order = sorted(firsts)
    for index in sorted(firsts, key=firsts.__getitem__, reverse=True):
        made.insert(firsts[index], clause(order.index(index) + 1))
    return made, tuple(Text(command, slot) for command, slot in free)


def _free(said: Said) -> list[str]:
    return [slot for slot, value in said.slots.items() if slot in FREE and value == said.text]


def clauses(spoken: int, more: int, *, apart: bool = False) -> tuple[Clause, ...]:
    """One for each thing that is named.

    :param more: calls after those; with words of their own if they stand `apart`, else part of the first.
    """
    total = spoken + more
    if apart:
        return tuple(Clause((index,)) for index in range(total))
    first = Clause((0, *range(spoken, total)))
    return (first, *(Clause((index,)) for index in range(1, spoken)))


def _wanted(spec: Spec, spoken: Spoken, chosen: Chosen) -> Wanted:
    return Wanted(spec.intent, {**spec.slots, **spoken.slots, **chosen.slots}, chosen.targets)


def _apart(calls: list[Wanted]) -> None:
    """Two names in one sentence are two things."""
    seen: set[str] = set()
    for call in calls:
        if call.targets and seen & call.targets:
            raise Infeasible("twice the same")
        seen |= call.targets or frozenset()


def _states(chosen: list[Chosen]) -> dict[str, State]:
    return {entity_id: state for each in chosen for entity_id, state in each.states.items()}
