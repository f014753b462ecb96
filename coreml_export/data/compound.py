"""Compounds: several commands in one sentence, delays, and commands of which only some can be done."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from actions.home import Area
from coreml_export.data.case import Case, Wanted
from coreml_export.data.family import Family
from coreml_export.data.marks import Clause, Text, clause, renumbered
from coreml_export.data.marks import text as free
from coreml_export.data.sentence import text_of
from coreml_export.data.walk import Infeasible, Open, Said
from coreml_export.data.words import Words
from coreml_export.data.wordy import LINKS, wordy

MOST = 6
_TRIES = 12
_TWO_BAD = 0.25
_WORDY = 0.7
_LINKS = {
    " and ": 9,
    ", ": 4,
    ", and ": 4,
    " and then ": 4,
    ", then ": 3,
    " then ": 2,
    ". ": 3,
    " and also ": 2,
    ". also, ": 1,
    " plus ": 0.5,
    ", after that ": 1,
    ", oh and ": 1,
    " as well as ": 0.3,
    ". And ": 1,
    ", and while you're at it ": 0.4,
    ", and after that ": 0.7,
}
_IN_ROOM = {
    "in the {area}, {text}": 5,
    "in the {area} {text}": 3,
    "for the {area}, {text}": 1,
    "{area}: {text}": 1,
    "I'm in the {area}, {text}": 1,
    "{text}, all in the {area}": 2,
    "{text}, all of that in the {area}": 1,
    "I'd like some changes in the {area}. {text}": 1,
}
"""How a room is named once for several commands."""
_ROOM_TRIES, _FEWEST = 40, 2
Make = Callable[[], Case]


def compound(make: Make, broken: Make | None, rng: Random) -> Case:
    """Two to six commands at once.

    :param broken: makes a part that cannot be done; the others are done all the same.
    :raises Infeasible: no two go together.
    """
    wanted = rng.choices(range(2, MOST + 1), (8, 7, 5, 3, 2))[0]
    parts = [make()]
    for _ in range(_TRIES):
        if len(parts) == wanted:
            break
        other = make()
        if _goes_with(other, parts):
            parts.append(other)
    if len(parts) < 2:
        raise Infeasible("no two go together")
    family, theme = "compound.all", "compound"
    for bad in [broken() for _ in range(1 + (rng.random() < _TWO_BAD))] if broken is not None else ():
        if bad.area in (None, parts[0].area):
            parts.insert(rng.randrange(len(parts) + 1), bad)
            family, theme = f"compound.partial.{bad.reason}", "partial"
    return replace(joined(parts, rng), family=family, theme=theme)


def roomful(make: Callable[[Area], Case], areas: Sequence[Area], rng: Random) -> Case:
    """Two to four commands about a room that is named once, for all of them.

    :raises Infeasible: no room has so much.
    """
    if not areas:
        raise Infeasible("no rooms")
    area = rng.choice(areas)
    wanted, parts = rng.choice((2, 2, 3, 4)), list[Case]()
    for _ in range(_ROOM_TRIES):
        if len(parts) == wanted:
            break
        try:
            case = make(area)
        except Infeasible:
            continue
        here = all(call.slots.get("area") == area.name for call in case.calls)
        if here and plain_name(area) not in case.said.casefold() and (not parts or _goes_with(case, parts)):
            parts.append(case)
    if len(parts) < _FEWEST:
        raise Infeasible("too little in this room")
    made = joined(parts, rng)
    way = rng.choices(list(_IN_ROOM), list(_IN_ROOM.values()))[0]
    text = way.format(area=plain_name(area) if rng.random() < 0.6 else area.name, text=made.utterance)
    return replace(made, utterance=text, family="compound.room")


def plain_name(area: Area) -> str:
    """A room's name as it is said."""
    return area.name.replace("_", " ").casefold()


def joined(parts: Sequence[Case], rng: Random) -> Case:
    """One sentence for all of them."""
    calls: list[Wanted] = []
    clauses: list[Clause] = []
    texts: list[Text] = []
    said: list[str] = []
    manner = rng.choice((0.0, 0.0, 0.0, 0.35, 0.8))
    for place, part in enumerate(parts):
        words = part.utterance
        if rng.random() < manner:
            words = wordy(words, rng, first=place == 0, last=place == len(parts) - 1)
        start = clause(len(clauses)) if clauses else ""
        said.append(start + renumbered(words, len(clauses), len(texts)))
        clauses += [replace(each, calls=tuple(call + len(calls) for call in each.calls)) for each in part.parts]
        texts += [replace(each, call=each.call + len(calls)) for each in part.texts]
        calls += part.calls
    return Case(
        utterance=_linked(said, rng, LINKS if manner and rng.random() < _WORDY else ()),
        kind="action" if calls else "unsupported",
        family="compound.none",
        theme="compound",
        source="authored",
        calls=calls,
        area=next((part.area for part in parts if part.calls), parts[0].area),
        states={key: state for part in parts for key, state in part.states.items()},
        denied=[call for part in parts for call in part.denied],
        reason=next((part.reason for part in parts if part.reason), None),
        clauses=tuple(clauses),
        texts=tuple(texts),
    )


def _goes_with(other: Case, parts: Sequence[Case]) -> bool:
    if other.kind != "action" or other.area != parts[0].area or other.previous:
        return False
    before = frozenset().union(*(call.targets or frozenset() for part in parts for call in part.calls))
    mine = frozenset().union(*(call.targets or frozenset() for call in other.calls))
    apart = not before & mine and not any(other.said == part.said for part in parts)
    changed = {key for part in parts for key in part.states}
    return apart and not changed & mine and not other.states.keys() & before


def _linked(said: Sequence[str], rng: Random, more: Sequence[str]) -> str:
    text = said[0].rstrip(".!?")
    for index, each in enumerate(said[1:], 1):
        last = index == len(said) - 1
        link = rng.choices(list(_LINKS), list(_LINKS.values()))[0] if last or rng.random() < 0.5 else ", "
        if more and rng.random() < _WORDY:
            link = rng.choice(more)
        text += link + each.rstrip(".!?")
    return text


def delayed(wrapper: Family, inner: Case, rng: Random, bank: Words) -> Case:
    """A command that is to be done later: a timer with the command in it.

    :raises Infeasible: it is no command.
    """
    if inner.kind != "action" or inner.previous or inner.theme.endswith("Timer"):
        raise Infeasible("no command to delay")
    parts = wrapper.say(rng.choice(wrapper.says), rng, bank)
    slots = {key: value for part in parts if isinstance(part, Said) for key, value in part.slots.items()}
    if not any(isinstance(part, Open) for part in parts):
        raise Infeasible("no place for a command")
    command = inner.said.rstrip(".!?")
    timer = Wanted("HassStartTimer", {**slots, "conversation_command": command})
    text = text_of([part if not isinstance(part, Open) else free(0, command) for part in parts], str, rng)
    return replace(
        inner,
        utterance=text,
        family=wrapper.id,
        theme="delay",
        source="authored",
        calls=[timer],
        denied=[],
        reason=None,
        clauses=(),
        texts=(Text(0, "conversation_command"),),
    )
