"""Slots: the arguments of one clause's call, from what the heads chose and what was read in the words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from actions.action import Action
from actions.call import ToolCall
from actions.catalog.own import NARROWING
from bridge.tiers.small.clauses import (
    EVERYTHING,
    NAME_EXTRA,
    PLACE_EXTRA,
    Choice,
    noun_of,
    state_of,
    step_of,
    text_of,
)
from bridge.tiers.small.features import Features
from bridge.tiers.small.labels import LEVELS, USUAL, USUAL_STEP, Step
from bridge.tiers.small.memory import Memory
from bridge.tiers.small.model import Said
from bridge.tiers.small.options import number_of, option_in, switched, unit_of
from bridge.tiers.small.rows import Row, RowKind
from bridge.tiers.small.values import Value, ValueKind
from bridge.tiers.small.words import stem
from bridge.tiers.trial import options_of, schema_of

_TIMER = "Timer"
_LISTS = frozenset({"HassListAddItem", "HassListCompleteItem", "HassListRemoveItem"})
_NO_TARGET = frozenset({"HassGetCurrentDate", "HassGetCurrentTime", "HassNevermind", "HassCancelAllTimers"})
_TEXTS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_LISTS, ("item",)),
    "HassBroadcast": ("message",),
    "HassMediaSearchAndPlay": ("search_query",),
}
_AMOUNTS: Mapping[str, Mapping[str, int]] = {
    "little": {"": 10, "temperature": 1},
    "some": {"": USUAL_STEP, **USUAL},
    "lot": {"": 40, "temperature": 4},
}
_UP = frozenset(
    {"up", "louder", "brighter", "lighter", "warmer", "hotter", "higher", "faster", "wider", "raise", "increase"}
)
_DOWN = frozenset(
    {"down", "quieter", "softer", "dimmer", "darker", "cooler", "colder", "lower", "slower", "decrease", "reduce"}
)
_BACK = frozenset({"too", "less", "back", "not"})
_EXTREMES = {Step.LOWEST: 1, Step.HIGHEST: 100, Step.HALF: 50}
_WARMEST_NUMBER = 1000
"""A plain number from here on is a colour temperature, not a percentage."""
_MODES: Mapping[str, Sequence[str]] = {
    "fan_mode": ("on", "off", "auto", "low", "medium", "high", "top", "middle", "focus", "diffuse"),
    "mode": ("normal", "eco", "away", "boost", "comfort", "home", "sleep", "auto", "baby"),
}
"""Those that Home Assistant has names for; the planner knows which of them a thing has."""
_ON_OFF = frozenset({"on", "off"})
_NEGATIVE = frozenset({"muted", "disabled", "off", "closed", "stopped", "paused", "blocked"})
"""Words of a field's name by which "on" and "off" turn round: which of them is meant is not guessed."""
_SAYING_NOTHING = frozenset({"all", "on", "off", "for", "in", "with", "is", "set", "the", "to", "mode", "include"})


@dataclass(slots=True)
class Filled:
    """Arguments, and how sure each part of them is."""

    arguments: dict[str, Any] = field(default_factory=dict)
    chances: list[float] = field(default_factory=list)
    missing: bool = False
    """Whether something that the action needs was not found."""


class Filler:
    """Fills the slots of clauses of one utterance."""

    def __init__(
        self, utterance: str, said: Said, read: Features, memory: Memory, previous: Sequence[ToolCall] = ()
    ) -> None:
        self.utterance = utterance
        self.said = said
        self.read = read
        self.memory = memory
        self.previous = previous

    def row(self, index: int) -> Row:
        """A row that is looked at."""
        row: Row = self.memory.rows[self.read.rows[index]]
        return row

    # Home Assistant's intents

    def intent(self, name: str, choice: Choice) -> Filled:
        """The arguments of an intent."""
        made = Filled()
        if name in _NO_TARGET:
            return made
        if _TIMER in name:
            self._timer(name, choice, made)
            return made
        self._target(choice, made)
        if slots := _TEXTS.get(name):
            self._text(choice, slots, made)
        if name in LEVELS:
            self._level(name, choice, made)
        elif name in {"HassGetState", "HassClimateSetFanMode", "HassHumidifierMode"}:
            self._state(name, choice, made)
        return made

    def _target(self, choice: Choice, made: Filled) -> None:
        made.chances += [choice.name.chance, choice.place.chance]
        if choice.name.index >= NAME_EXTRA:
            made.arguments["name"] = self.row(choice.name.index - NAME_EXTRA).key
        elif choice.name.index == EVERYTHING:
            made.arguments["name"] = "all"
        if choice.name.index < NAME_EXTRA:
            made.chances.append(choice.noun.chance)
            made.arguments |= noun_of(choice.noun)
        self._place(choice, made)

    def _place(self, choice: Choice, made: Filled) -> None:
        if choice.place.index >= PLACE_EXTRA:
            row = self._placed(choice)
            made.arguments["area" if row.kind is RowKind.AREA else "floor"] = row.names[0]

    def _placed(self, choice: Choice) -> Row:
        return self.row(choice.place.index - PLACE_EXTRA)

    def _text(self, choice: Choice, slots: Sequence[str], made: Filled) -> None:
        found = text_of(self.said, choice, slots)
        if found is None:
            made.missing = True
            return
        first, last, slot, chance = found
        made.arguments[slot] = self._spoken(first, last)
        made.chances.append(chance)

    def _spoken(self, first: int, last: int) -> str:
        words = self.read.words
        return self.utterance[words[first].start : words[last].end]

    def _timer(self, name: str, choice: Choice, made: Filled) -> None:
        made.chances.append(choice.place.chance)
        self._place(choice, made)
        for value, channel, chance in self._values(choice):
            if value.kind is ValueKind.DURATION:
                prefix = "start_" if channel else ""
                made.arguments |= {prefix + unit: amount for unit, amount in value.value.items()}
                made.chances.append(chance)
        found = text_of(self.said, choice, ("name", "conversation_command"))
        if found is not None:
            made.arguments[found[2]] = self._spoken(found[0], found[1])
            made.chances.append(found[3])
        needs = name in {"HassStartTimer", "HassIncreaseTimer", "HassDecreaseTimer"}
        made.missing = needs and not {"hours", "minutes", "seconds"} & made.arguments.keys()

    # Levels

    def _level(self, name: str, choice: Choice, made: Filled) -> None:
        slot = LEVELS[name][0]
        step = self._directed(slot, Step(step_of(choice.step)), choice)
        made.chances.append(choice.step.chance)
        before = set(made.arguments)
        for value, _, chance in self._values(choice):
            made.chances.append(chance)
            if value.kind is ValueKind.COLOUR and name == "HassLightSet":
                made.arguments["color"] = value.value
            elif name == "HassLightSet" and _is_warmth(value):
                made.arguments["temperature"] = int(value.value)
            elif value.kind not in {ValueKind.COLOUR, ValueKind.DURATION}:
                made.arguments |= _leveled(slot, step, value.value)
        if set(made.arguments) == before:
            made.arguments |= _unmeasured(slot, step)
        made.missing = set(made.arguments) == before

    def _directed(self, slot: str, step: Step, choice: Choice) -> Step:
        """Which way a change goes that only says "more" or "too much": as the one before, or back."""
        before = next((call.arguments.get(f"{slot}_step") for call in reversed(self.previous)), None)
        if not self.previous or step[:1] not in {"+", "-"}:
            return step
        words = {word.text for word in self.read.words[choice.first : choice.last + 1]}
        up = before == "up" or (isinstance(before, int | float) and before > 0)
        if words & _UP or words & _DOWN:
            sign = "+" if words & _UP else "-"
        elif before is None:
            return step
        elif words & _BACK:
            sign = "-" if up else "+"
        else:
            sign = "+" if up else "-"
        return Step(sign + step[1:])

    def _values(self, choice: Choice) -> list[tuple[Value, int, float]]:
        """The clause's values, each with its channel and how sure it is that just these are.

        A value that is said elsewhere is the clause's only where none is said in it.
        """
        found = []
        for value in self.read.values:
            chances = choice.values[:, value.first]
            channel = int(chances.argmax())
            if chances[channel] > 0.5:
                found.append((value, channel, float(chances[channel])))
        inside = [each for each in found if choice.first <= each[0].first <= choice.last]
        return inside or found

    def doubt(self, choice: Choice) -> float:
        """The chance that no other value of the utterance is meant."""
        others = choice.values.max(0)
        return float((1 - others[others <= 0.5]).prod())

    def _state(self, name: str, choice: Choice, made: Filled) -> None:
        made.chances.append(choice.state.chance)
        slot = {"HassClimateSetFanMode": "fan_mode", "HassHumidifierMode": "mode"}.get(name, "state")
        state = state_of(choice.state) or (self._mode(_MODES[slot], choice) if slot in _MODES else None)
        if state:
            made.arguments[slot] = state
        made.missing = not state and slot != "state"

    # Own actions

    def own(self, action: Action, choice: Choice) -> Filled:
        """The arguments of an own action, and which of its things it is for."""
        made = Filled()
        made.chances += [choice.name.chance, choice.place.chance]
        schema = schema_of(action.parameters)
        fields: dict[str, Any] = schema.get("properties", {})
        step = Step(step_of(choice.step))
        values = [value for value, _, _ in self._values(choice)]
        required = set(schema.get("required", ()))
        own = [key for key in fields if not (action.narrows and key in NARROWING)]
        for key in own:
            meant = key in required or self._mentions(key, choice)
            self._field(key, fields[key], choice, made, values, step if meant or len(own) == 1 else Step.SET)
            if key not in made.arguments and (meant or len(own) == 1):
                self._unsaid(key, fields[key], choice, made, sure=meant)
        given = {key.removesuffix("_step") for key in made.arguments}
        made.missing = bool(required - given)
        if action.narrows:
            self._narrow(choice, made)
        return made

    def _narrow(self, choice: Choice, made: Filled) -> None:
        if choice.name.index >= NAME_EXTRA:
            made.arguments["name"] = self.row(choice.name.index - NAME_EXTRA).key
        if choice.place.index >= PLACE_EXTRA:
            row = self._placed(choice)
            if row.kind is RowKind.AREA:
                made.arguments["area"] = row.names[0]
            else:
                # It takes no floor; left out, it would be for all things of the home.
                made.missing = True

    def _field(
        self, key: str, described: Mapping[str, Any], choice: Choice, made: Filled, values: list[Value], step: Step
    ) -> None:
        options, kind = options_of(described)
        if options:
            option = option_in(self._said(choice.first, choice.last), options)
            if option is not None:
                made.arguments[key] = option
        elif kind in {"integer", "number"}:
            unit = unit_of(key, described)
            numbers = [(value, number) for value in values if (number := number_of(value, unit)) is not None]
            if numbers:
                made.arguments |= _leveled(key, step, numbers[0][1])
                values.remove(numbers[0][0])
            else:
                made.arguments |= _extreme(key, described, step)
        elif kind == "string":
            colours = [v for v, _, _ in self._values(choice) if v.kind is ValueKind.COLOUR]
            if found := text_of(self.said, choice, ("value", "message", "item", "search_query", "name")):
                made.arguments[key] = self._spoken(found[0], found[1])
                made.chances.append(found[3])
            elif colours:
                made.arguments[key] = colours[0].value

    def _mode(self, options: Sequence[str], choice: Choice) -> str | None:
        """The option that is named in the clause, else in its neighbours that ask for the same."""
        found = option_in(self._said(choice.first, choice.last), options)
        if found is None and choice.run is not None:
            found = option_in(self._said(*choice.run), options)
        return found

    def _unsaid(self, key: str, described: Mapping[str, Any], choice: Choice, made: Filled, *, sure: bool) -> None:
        """What a field is set to that the clause asks for without the word: in its neighbours, or by on and off.

        :param sure: whether the action needs the field, or the clause names it.
        """
        options, kind = options_of(described)
        if choice.run is not None and (option := option_in(self._said(*choice.run), options)) is not None:
            made.arguments[key] = option
        if key in made.arguments or not sure or not _NEGATIVE.isdisjoint(key.split("_")):
            return
        wanted = switched(self._said(choice.first, choice.last))
        if wanted is None:
            return
        if kind == "boolean":
            made.arguments[key] = wanted
        elif {option.casefold() for option in options} == _ON_OFF:
            made.arguments[key] = next(option for option in options if (option.casefold() == "on") == wanted)

    def _mentions(self, key: str, choice: Choice) -> bool:
        named = {stem(word) for word in key.split("_")} - _SAYING_NOTHING
        return not named.isdisjoint(stem(word) for word in self._said(choice.first, choice.last))

    def _said(self, first: int, last: int) -> list[str]:
        return [word.text for word in self.read.words[first : last + 1]]


def _is_warmth(value: Value) -> bool:
    return value.kind is ValueKind.KELVIN or (value.kind is ValueKind.NUMBER and value.value >= _WARMEST_NUMBER)


def _leveled(slot: str, step: Step, value: float) -> dict[str, Any]:
    if step.startswith("+"):
        return {f"{slot}_step": value}
    if step.startswith("-"):
        return {f"{slot}_step": -value}
    return {slot: value}


def _extreme(slot: str, described: Mapping[str, Any], step: Step) -> dict[str, Any]:
    """A number of an own action that is meant without one: the least, the most or the middle that it takes."""
    if step not in _EXTREMES:
        return _unmeasured(slot, step)
    kinds = [described, *described.get("anyOf", ())]
    least, most = (next((kind[key] for kind in kinds if key in kind), None) for key in ("minimum", "maximum"))
    if least is None or most is None:
        return {}
    return {slot: {Step.LOWEST: least, Step.HIGHEST: most, Step.HALF: (least + most) // 2}[step]}


def _unmeasured(slot: str, step: Step) -> dict[str, Any]:
    """A level that is meant without a number."""
    if step in _EXTREMES:
        return {slot: _EXTREMES[step]}
    sign, size = step[:1], step[1:]
    if not sign or sign not in "+-":
        return {}
    if slot == "volume" and size == "some":
        return {"volume_step": "up" if sign == "+" else "down"}
    amounts = _AMOUNTS.get(size, _AMOUNTS["some"])
    amount = amounts.get(slot, amounts[""])
    return {f"{slot}_step": amount if sign == "+" else -amount}
