"""Reading: an utterance in a home as calls, each checked against what the home can do."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, groupby

from actions.action import Risk
from actions.call import ToolCall
from actions.home import Home
from actions.registry import Registry
from bridge.tiers.small.clauses import (
    EVERYTHING,
    NAME_EXTRA,
    PLACE_EXTRA,
    Choice,
    choices_of,
    noun_of,
    segmentations,
)
from bridge.tiers.small.features import Context, Features, features_of
from bridge.tiers.small.labels import ACTIONS, SHOPPING, Reject
from bridge.tiers.small.memory import Memory
from bridge.tiers.small.model import Model
from bridge.tiers.small.rows import RowKind, is_own
from bridge.tiers.small.slots import Filled, Filler
from bridge.tiers.small.values import Value
from bridge.tiers.small.windows import LONGEST, windows
from bridge.tiers.small.words import Word, split
from bridge.tiers.trial import trial

_STOPPING = frozenset({"switch", "light", "fan", "climate", "humidifier", "media_player", "siren", "input_boolean"})
"""What is off when it stops; anything else is left where it is."""
_MOVED, _MOVES = frozenset({"cover", "valve"}), frozenset({"open", "close", "shut", "raise", "opened", "closed"})
"""What can be opened and closed, and how that is said."""
_PLAIN_WORDS = frozenset(
    {"turn", "switch", "on", "off", "the", "my", "a", "please", "activate", "deactivate", "start", "stop", "power",
     "up", "down", "can", "could", "you", "we", "hey", "now", "thanks", "okay", "so", "right", "uh", "um",
     "and", "in", "also", "too"}
)  # fmt: skip
_LIKELY = 0.2
"""The least chance of a noun that tells two things of one name apart."""
_AGAIN = frozenset({"HassMediaNext", "HassMediaPrevious"})
"""Said twice, they are meant twice."""
_KINDS = frozenset({"domain", "device_class"})
_HALF = 0.4
_SEVERAL = "ambiguous_name"
_NOUNS = 3
"""Where a choice has its other nouns."""
_NEVER, _HARDLY = 1e-9, 0.3
"""What a part that the home does not allow counts less."""
_REJECTED = 0.6
"""The chance that nothing is to be called, from which on nothing is."""
_SHOPPING = {of_any_list: shopping for shopping, of_any_list in SHOPPING.items()}


@dataclass(slots=True)
class Part:
    """One clause as it was understood."""

    first: int
    last: int
    name: str
    """The action, or why there is none."""
    chance: float
    """That the heads are right in all that this call needs."""
    call: ToolCall | None = None
    targets: tuple[str, ...] = ()
    problem: str = ""
    """Why it cannot be called: a code of the planner, or a Reject."""
    risk: Risk = Risk.SAFE
    marks: dict[str, float] = field(default_factory=dict)
    """What tells how sure this is."""


@dataclass(slots=True)
class Reading:
    """One utterance as it was understood."""

    words: Sequence[Word]
    parts: list[Part]
    values: Sequence[Value] = ()
    follows: bool = False
    """Whether something was done before."""
    problem: str = ""
    """Why nothing was looked at: empty, too long."""

    @property
    def calls(self) -> list[Part]:
        """The parts that something is to be called for."""
        return [part for part in self.parts if part.call is not None and not part.problem]


class Reader:
    """Reads utterances with one model."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def read(self, utterance: str, home: Home, registry: Registry, memory: Memory, context: Context) -> Reading:
        """Understand an utterance, without doing anything. Never raises for what a person may say."""
        words = split(utterance, LONGEST)
        if not words or len(words) > LONGEST:
            return Reading(words, [], problem="empty" if not words else "too_long")
        whole = Reading(words, [], follows=bool(context.previous))
        for first, end in windows(words):
            piece = utterance[words[first].start if first else 0 : words[end - 1].end if end < len(words) else None]
            read, parts = self._window(piece, home, registry, memory, context)
            whole.values = [*whole.values, *read.values]
            whole.parts += [replace(part, first=part.first + first, last=part.last + first) for part in parts]
        whole.parts = _merged(whole.parts)
        return whole

    def _window(
        self, utterance: str, home: Home, registry: Registry, memory: Memory, context: Context
    ) -> tuple[Features, list[Part]]:
        read = features_of(utterance, memory, context)
        said = self.model.run(read, memory)
        judge = _Judge(Filler(utterance, said, read, memory, context.previous), home, registry, context)
        best = max(
            (
                self._parts(chance, choices_of(said, read, memory, starts), judge)
                for chance, starts in segmentations(said)
            ),
            key=lambda each: each[0],
        )
        return read, best[1]

    def _parts(self, chance: float, choices: list[Choice], judge: "_Judge") -> tuple[float, list[Part]]:
        """The parts of one way to split an utterance, and the log of how likely it is as a whole."""
        parts = [judge.part(choice) for choice in _with_runs(judge.inherited(choices))]
        judge.place(parts)
        for choice, part in zip(choices, parts, strict=True):
            chance += math.log(part.chance / choice.boundary + _NEVER)
            if part.problem and part.call is not None:
                chance += math.log(_HARDLY)
        return chance, parts


class _Judge:
    def __init__(self, filler: Filler, home: Home, registry: Registry, context: Context) -> None:
        self.filler = filler
        self.home = home
        self.registry = registry
        self.context = context

    def part(self, choice: Choice) -> Part:
        """The likeliest call of a clause that the home allows; else the likeliest, with its problem."""
        index = choice.action.index
        if index < len(ACTIONS) and ACTIONS[index] in set(Reject) and choice.rejected >= _REJECTED:
            name = ACTIONS[index]
            chance = choice.action.chance * choice.boundary
            return Part(choice.first, choice.last, name, chance, problem=name, marks=_marks(choice, None, {}))
        first: Part | None = None
        for variant in choice.variants():
            part = self._try(variant)
            if not part.problem:
                return part
            first = first or part
        assert first is not None  # noqa: S101  # there is at least the choice itself
        return first

    def inherited(self, choices: Sequence[Choice]) -> list[Choice]:
        """Where only another room is said, the kind is that of the clause before: "the blinds in A and B"."""
        made: list[Choice] = []
        for choice in choices:
            before = made[-1] if made else None
            alike = before is not None and before.action.index == choice.action.index
            if before is not None and alike and before.name.index == choice.name.index == 0 and self._bare(choice):
                others = (*choice.others[:_NOUNS], *before.others[_NOUNS:])
                choice = replace(choice, noun=before.noun, others=others)
            made.append(choice)
        return made

    def place(self, parts: Sequence[Part]) -> None:
        """What could be in several rooms is in the room of its neighbour: "the light and the fan in the den"."""
        for index, part in enumerate(parts):
            if part.problem != _SEVERAL or part.call is None or "area" in part.call.arguments:
                continue
            area = next(filter(None, map(_area_of, _nearest(parts, index))), None)
            if area is None:
                continue
            self._plan(part, ToolCall(name=part.call.name, arguments={**part.call.arguments, "area": area}))

    def _try(self, choice: Choice) -> Part:
        index = choice.action.index
        if index >= len(ACTIONS):
            name = self.filler.row(index - len(ACTIONS)).key
            filled = self.filler.own(self.registry[name], choice)
        else:
            name = ACTIONS[index]
            filled = self.filler.intent(name, choice)
        part = Part(choice.first, choice.last, name, 0.0, call=self._call(name, filled))
        if filled.missing:
            part.problem = str(Reject.UNCLEAR)
        else:
            self._planned(part, choice)
        part.chance = choice.boundary * choice.action.chance * self.filler.doubt(choice)
        for chance in filled.chances:
            part.chance *= chance
        part.marks = _marks(choice, filled, self._coverage(choice, part))
        return part

    def _planned(self, part: Part, choice: Choice) -> None:
        """What the planner says to the call; where that is no, to one that says the same in other terms."""
        assert part.call is not None  # noqa: S101  # it was made just before
        for call in chain([part.call], self._instead(part, choice)):
            self._plan(part, call)
            if not part.problem:
                return

    def _plan(self, part: Part, call: ToolCall) -> None:
        """Let a part be this call, if the planner says yes to it or it is the part's own."""
        tried = trial(call, self.registry, self.home, self.context.area)
        if tried.problem and part.call is not call:
            return
        action = self.registry.get(call.name)
        part.call, part.targets, part.problem = call, tried.targets, tried.problem
        # The policy asks first where nobody knows what a service does; how sure a reading must be is another
        # matter, and the owner's word counts.
        part.risk = action.risk if action is not None and is_own(action) else tried.risk

    def _instead(self, part: Part, choice: Choice) -> Iterator[ToolCall]:
        call = part.call
        assert call is not None  # noqa: S101  # as above
        if call.name == "HassVacuumCleanArea":
            yield ToolCall(name="HassVacuumStart", arguments=call.arguments)
        if choice.action.index >= len(ACTIONS):
            return
        if choice.name.index < NAME_EXTRA:
            bare = choice.name.index != EVERYTHING and self._bare(choice)
            if part.problem == "none_match" and bare and (name := self._half_named(choice)):
                rest = {key: value for key, value in call.arguments.items() if key not in _KINDS}
                yield ToolCall(name=call.name, arguments={**rest, "name": name})
            return
        domains = {entity.domain for entity in self.filler.row(choice.name.index - NAME_EXTRA).entities}
        if call.name == "HassStopMoving" and domains <= _STOPPING:
            yield ToolCall(name="HassTurnOff", arguments=call.arguments)
        if len(domains) > 1:
            said = {word.text for word in self.filler.read.words[choice.first : choice.last + 1]}
            if len(moved := domains & _MOVED) == 1 and said & _MOVES:
                yield ToolCall(name=call.name, arguments={**call.arguments, "domain": moved.pop()})
            for noun in choice.others[_NOUNS]:
                if noun.chance >= _LIKELY and (domain := noun_of(noun).get("domain")) in domains:
                    yield ToolCall(name=call.name, arguments={**call.arguments, "domain": domain})

    def _bare(self, choice: Choice) -> bool:
        """Whether no kind of thing is named: of the clause's words, what is no plain verb says the room."""
        row = choice.place.index - PLACE_EXTRA
        inside = range(choice.first, choice.last + 1)
        return row >= 0 and all(
            self.filler.read.words[word].text in _PLAIN_WORDS or self.filler.read.match[word, row] > 0
            for word in inside
        )

    def _half_named(self, choice: Choice) -> str | None:
        """The one thing of the room that is meant whose name is half said: the Fountain Switch in the Fountain."""
        area = self.filler.row(choice.place.index - PLACE_EXTRA).key
        read, rows = self.filler.read, self.filler.memory.rows
        found = [
            rows[row]
            for row, marks in zip(read.rows, read.marks, strict=True)
            if rows[row].kind is RowKind.THING
            and marks[0] >= _HALF
            and [entity.area for entity in rows[row].entities] == [area]
        ]
        return found[0].key if len(found) == 1 else None

    def _call(self, name: str, filled: Filled) -> ToolCall:
        arguments = filled.arguments
        if name in {*_SHOPPING, "HassListRemoveItem"} and "name" not in arguments:
            arguments = {key: value for key, value in arguments.items() if key == "item"}
            lists = [entity for entity in self.home.exposed if entity.domain == "todo"]
            if len(lists) == 1 or name == "HassListRemoveItem":
                listed = lists[0].name if len(lists) == 1 else "Shopping List"
                return ToolCall(name=name, arguments={**arguments, "name": listed})
            return ToolCall(name=_SHOPPING[name], arguments=arguments)
        if name == "HassVacuumCleanArea" and "area" not in arguments and self.context.area in self.home.areas:
            arguments = {**arguments, "area": self.home.areas[self.context.area].name}
        return ToolCall(name=name, arguments=arguments)

    def _coverage(self, choice: Choice, part: Part) -> dict[str, float]:
        """How well the names that were pointed at are said in the clause."""
        read = self.filler.read
        match = read.match[choice.first : choice.last + 1]
        said = match.sum(0)
        chosen = {}
        if choice.name.index >= NAME_EXTRA:
            chosen["name_said"] = float(min(1, said[choice.name.index - NAME_EXTRA]))
        if choice.place.index >= PLACE_EXTRA:
            chosen["place_said"] = float(min(1, said[choice.place.index - PLACE_EXTRA]))
        kinds = self.filler.memory.kinds[read.rows]
        others = [
            said[i] for i in range(len(said)) if kinds[i] == RowKind.THING and i != choice.name.index - NAME_EXTRA
        ]
        chosen["thing_left"] = float(max(others, default=0))
        chosen["many"] = float(len(part.targets) > 1)
        return chosen


def _marks(choice: Choice, filled: Filled | None, said: dict[str, float]) -> dict[str, float]:
    return {
        "boundary": choice.boundary,
        "action": choice.action.chance,
        "rejected": choice.rejected,
        "runner_up": choice.runner_up,
        "slots": min(filled.chances, default=1.0) if filled else 1.0,
        **said,
    }


def _nearest(parts: Sequence[Part], index: int) -> list[Part]:
    """The others, the next one first."""
    order = sorted(range(len(parts)), key=lambda other: (abs(other - index), other < index))
    return [parts[other] for other in order if other != index]


def _area_of(part: Part) -> str | None:
    area = part.call.arguments.get("area") if part.call else None
    return area if isinstance(area, str) else None


def _with_runs(choices: Sequence[Choice]) -> Iterator[Choice]:
    """Each with the words of its neighbours that ask for the same: "set the blinds and the curtains to silent"."""
    for _, alike in groupby(choices, key=lambda choice: choice.action.index):
        run = list(alike)
        yield from (replace(choice, run=(run[0].first, run[-1].last)) for choice in run)


def _merged(parts: list[Part]) -> list[Part]:
    """Without calls that say again what the one before said."""
    kept: list[Part] = []
    for part in parts:
        before = kept[-1] if kept else None
        same = before is not None and part.call is not None and part.call == before.call
        if not same or part.name in _AGAIN or (before is not None and part.targets != before.targets):
            kept.append(part)
    return kept
