"""Targets: what the heads should say of one case, found in the words and rows that the model sees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actions.text import stem
from bridge.tiers.small.features import Features
from bridge.tiers.small.labels import (
    ACTIONS,
    LEVELS,
    NOUNS,
    REASONS,
    SHOPPING,
    STATES,
    STEPS,
    TEXTS,
    USUAL,
    USUAL_STEP,
    Step,
)
from bridge.tiers.small.memory import Memory
from bridge.tiers.small.rows import Row, RowKind
from bridge.tiers.small.values import ValueKind
from bridge.tiers.small.words import Word

NONE, ALL = -1, -2
"""Pointed at: nothing, everything."""
_TIMES = ("hours", "minutes", "seconds")
_FREE_NAMES = "Timer"
_EXTREMES: Mapping[Any, Step] = {1: Step.LOWEST, 0: Step.LOWEST, 100: Step.HIGHEST, 50: Step.HALF}
_HALF = 0.5
_NOT_LEVELS = frozenset({"name", "area", "floor", "domain", "device_class"})


class Unlearnable(Exception):
    """The case cannot be put in the heads' terms."""


@dataclass(slots=True)
class Clause:
    """What is right for one clause."""

    action: int = 0
    """A class, or the number of classes plus a selected row."""
    calls: bool = False
    name: list[int] = field(default_factory=list)
    """Selected rows any of which is right; or NONE, or ALL."""
    place: list[int] = field(default_factory=list)
    noun: int = 0
    state: int = 0
    step: int = 0
    values: list[tuple[int, int]] = field(default_factory=list)
    """First words of its values, with the channel."""


@dataclass(frozen=True, slots=True)
class Targets:
    """What is right for one case."""

    boundary: NDArray[np.uint8]
    """(S) 1 where a clause begins."""
    clause: NDArray[np.uint8]
    """(S) which clause a word is in."""
    text: NDArray[np.uint8]
    clauses: list[Clause]


def targets_of(case: Mapping[str, Any], read: Features, memory: Memory) -> Targets:
    """The targets of a case.

    :raises Unlearnable: a clause makes several calls, or something that is right cannot be seen.
    """
    words = read.words
    starts = [_word_at(words, clause["start"]) for clause in case["clauses"]]
    starts[0] = 0
    if any(left >= right for left, right in pairwise(starts)):
        raise Unlearnable("two clauses in one word")
    boundary = np.zeros(len(words), np.uint8)
    boundary[starts] = 1
    clause = (np.cumsum(boundary) - 1).astype(np.uint8)
    maker = _Maker(case, read, memory, clause)
    return Targets(boundary, clause, _texts(case, words), [maker.one(i) for i in range(len(starts))])


def _word_at(words: Sequence[Word], offset: int) -> int:
    for index, word in enumerate(words):
        if word.end > offset:
            return index
    raise Unlearnable("a clause without words")


def _texts(case: Mapping[str, Any], words: Sequence[Word]) -> NDArray[np.uint8]:
    marks = np.zeros(len(words), np.uint8)
    for text in case.get("texts", []):
        slot = text["slot"] if text["slot"] in TEXTS else "value"
        for index, word in enumerate(words):
            if word.start < text["end"] and word.end > text["start"]:
                marks[index] = TEXTS.index(slot)
    return marks


class _Maker:
    def __init__(self, case: Mapping[str, Any], read: Features, memory: Memory, clause: NDArray[np.uint8]) -> None:
        self.case = case
        self.read = read
        self.rows = [memory.rows[index] for index in read.rows]
        self.clause = clause

    def one(self, index: int) -> Clause:
        clause = self.case["clauses"][index]
        if len(clause["calls"]) > 1:
            raise Unlearnable("two calls in one clause")
        if not clause["calls"]:
            reason = clause["reason"] or self.case["expected"].get("reason")
            if reason not in REASONS:
                raise Unlearnable(f"the reason {reason}")
            return Clause(ACTIONS.index(REASONS[reason]))
        number = clause["calls"][0]
        call = self.case["expected"]["calls"][number]
        slots = dict(call["slots"])
        made = Clause(calls=True)
        name = call.get("intent") or call["action"]
        name = SHOPPING.get(name, name)
        made.action = self._action(name, own="action" in call)
        timer = _FREE_NAMES in name
        made.name = [NONE] if timer else self._things(slots, (self.case.get("targets") or [])[number])
        made.place = self._place(slots)
        made.noun = self._noun(slots)
        self._levels(index, name, {k: v for k, v in slots.items() if k not in _NOT_LEVELS}, made)
        return made

    def _action(self, name: str, *, own: bool) -> int:
        if not own:
            if name not in ACTIONS:
                raise Unlearnable(f"the intent {name}")
            return ACTIONS.index(name)
        found = [i for i, row in enumerate(self.rows) if row.kind is RowKind.ACTION and row.key == name]
        if not found:
            raise Unlearnable("an own action that is not seen")
        return len(ACTIONS) + found[0]

    def _things(self, slots: Mapping[str, Any], targets: Sequence[str] | None) -> list[int]:
        name = slots.get("name")
        if name is None:
            return [NONE, *self._the_one(targets)]
        if stem(name) == "all":
            return [ALL]
        wanted = set(targets or ())

        def fits(row: Row) -> bool:
            named = any(
                stem(each) == stem(name) or entity.id == name for entity in row.entities for each in row.names
            )
            return named and (not wanted or any(entity.id in wanted for entity in row.entities))

        found = [i for i, row in enumerate(self.rows) if row.kind is RowKind.THING and fits(row)]
        if not found:
            raise Unlearnable("a thing that is not seen")
        return found

    def _the_one(self, targets: Sequence[str] | None) -> list[int]:
        """The row of the one thing that is meant by its kind, if its name is half said: both ways are right."""
        if targets is None or len(targets) != 1:
            return []
        return [
            i
            for i, row in enumerate(self.rows)
            if row.kind is RowKind.THING and [e.id for e in row.entities] == list(targets) and self._half_said(i)
        ]

    def _half_said(self, row: int) -> bool:
        return float(self.read.marks[row, 0]) >= _HALF

    def _place(self, slots: Mapping[str, Any]) -> list[int]:
        for key, kind in (("area", RowKind.AREA), ("floor", RowKind.FLOOR)):
            said = slots.get(key)
            if said is not None:
                found = [
                    i for i, row in enumerate(self.rows)
                    if row.kind is kind and (row.key == said or stem(said) in map(stem, row.names))
                ]  # fmt: skip
                if not found:
                    raise Unlearnable("a place that is not seen")
                return found
        return [NONE]

    def _noun(self, slots: Mapping[str, Any]) -> int:
        domain, kind = slots.get("domain"), slots.get("device_class")
        if not isinstance(domain, str | None) or not isinstance(kind, str | None):
            raise Unlearnable("one kind or another")
        if kind and not domain:
            domain = next((noun.partition("/")[0] for noun in NOUNS if noun.endswith(f"/{kind}")), None)
        label = f"{domain}/{kind}" if kind else domain or ""
        if label not in NOUNS:
            raise Unlearnable(f"the kind {label}")
        return NOUNS.index(label)

    def _levels(self, index: int, name: str, slots: dict[str, Any], made: Clause) -> None:
        for prefix, channel in (("", 0), ("start_", 1)):
            length = {unit: slots.pop(prefix + unit) for unit in _TIMES if prefix + unit in slots}
            if length and not self._value(index, length, made, channel):
                raise Unlearnable("a duration that is not read")
        for key, value in slots.items():
            if key in {"state", "fan_mode", "mode"} and value in STATES and made.action < len(ACTIONS):
                made.state = STATES.index(value)
            elif key.endswith("_step"):
                made.step = self._step(index, key.removesuffix("_step"), value, made)
            elif (isinstance(value, int | float) or key == "color") and not self._value(index, value, made, 0):
                if value not in _EXTREMES or key not in LEVELS.get(name, ()):
                    raise Unlearnable(f"a value of {key} that is not read")
                made.step = STEPS.index(_EXTREMES[value])

    def _value(self, index: int, wanted: Any, made: Clause, channel: int) -> bool:
        """Point at the value of the clause, else at that of a later one, else of an earlier one."""
        same = [v for v in self.read.values if _equal(v.value, wanted)]
        same.sort(key=lambda v: (_far(int(self.clause[v.first]) - index), -v.kind))
        free = [v for v in same if (v.first, 1 - channel) not in made.values]
        if free:
            made.values.append((free[0].first, channel))
        return bool(free)

    def _step(self, index: int, slot: str, value: Any, made: Clause) -> int:
        if isinstance(value, str):
            return STEPS.index(Step.UP_SOME if value == "up" else Step.DOWN_SOME)
        up = value > 0
        usual = USUAL.get(slot, USUAL_STEP)
        numeric = any(v.kind is not ValueKind.COLOUR and self.clause[v.first] == index for v in self.read.values)
        if numeric and self._value(index, abs(value), made, 0):
            return STEPS.index(Step.UP if up else Step.DOWN)
        size = abs(value)
        if size == usual:
            return STEPS.index(Step.UP_SOME if up else Step.DOWN_SOME)
        if size < usual:
            return STEPS.index(Step.UP_LITTLE if up else Step.DOWN_LITTLE)
        return STEPS.index(Step.UP_LOT if up else Step.DOWN_LOT)


def _equal(found: Any, wanted: Any) -> bool:
    if isinstance(found, dict) and len(found) == 1 and isinstance(wanted, int | float):
        return bool(next(iter(found.values())) == wanted)
    if isinstance(found, dict) or isinstance(wanted, dict):
        return bool(found == wanted)
    if isinstance(found, str) or isinstance(wanted, str):
        return str(found) == str(wanted).replace(" ", "").lower()
    return abs(float(found) - float(wanted)) < 0.01


def _far(clauses: int) -> float:
    return clauses if clauses >= 0 else 0.5 - clauses
