"""Clauses: which words go together, and what the heads choose for each stretch, with probabilities."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from bridge.tiers.small.features import Features
from bridge.tiers.small.labels import ACTIONS, NOUNS, STATES, STEPS, TEXTS, Reject
from bridge.tiers.small.memory import Memory
from bridge.tiers.small.model import Floats, Said
from bridge.tiers.small.rows import RowKind

MOST_CLAUSES = 12
EVERYTHING, NAME_EXTRA, PLACE_EXTRA = 1, 2, 1
"""Before the rows: no name and everything; no place."""
_RANKED, _VARIANTS, _FAR_LESS = 3, 6, 0.1
_TEXT = 0.4
"""The chance from which on a word belongs to a text that its clause needs."""
_DOUBTFUL, _DOUBT = 2, 0.42
"""Most words that are taken both ways, and how far from an even chance they may be."""


@dataclass(frozen=True, slots=True)
class Pick:
    """What a head chose, and how sure it is."""

    index: int
    chance: float


@dataclass(frozen=True, slots=True)
class Choice:
    """What the heads say of one clause."""

    first: int
    last: int
    action: Pick
    """A class; from `len(ACTIONS)` on, a row that is looked at."""
    name: Pick
    """No name, everything, or 2 plus a row."""
    place: Pick
    """No place, or 1 plus a row."""
    noun: Pick
    state: Pick
    step: Pick
    values: Floats
    """(2, S) chance that the value beginning at a word is the clause's; 0 where none begins."""
    boundary: float
    """Chance of just this stretch."""
    rejected: float
    """Chance that nothing is to be called."""
    runner_up: float
    """Chance of the second best action."""
    others: tuple[tuple[Pick, ...], ...] = ()
    """What else the heads may have meant, likeliest first: actions, names, places, nouns."""
    run: tuple[int, int] | None = None
    """First and last word of it and its neighbours with the same action."""

    @property
    def chance(self) -> float:
        """Of this action with this target."""
        noun = self.noun.chance if self.name.index < NAME_EXTRA else 1.0
        return self.action.chance * self.name.chance * self.place.chance * noun

    def variants(self) -> Iterator["Choice"]:
        """This choice and others of the same clause, likeliest first, as long as they are not far less likely."""
        actions, names, places, nouns = self.others
        made = [
            replace(self, action=action, name=name, place=place, noun=noun)
            for action, name, place in product(actions, names, places)
            for noun in (nouns if name.index < NAME_EXTRA else nouns[:1])
        ]
        made.sort(key=lambda choice: -choice.chance)
        least = made[0].chance * _FAR_LESS
        yield from (choice for choice in made[:_VARIANTS] if choice.chance >= least)


def segmentations(said: Said) -> list[tuple[float, list[int]]]:
    """Ways to split the words into clauses: the log of the chance and the first words, likeliest first.

    The words of which it is doubtful whether a clause begins there are taken both ways.
    """
    begins = _begins(said)
    near = np.abs(begins - 0.5)
    doubtful = [int(index) for index in np.argsort(near)[:_DOUBTFUL] if near[index] < _DOUBT]
    made = []
    for flips in product((False, True), repeat=len(doubtful)):
        cut = begins > 0.5
        for index, flip in zip(doubtful, flips, strict=True):
            cut[index] ^= flip
        chance = np.log(np.where(cut, begins, 1 - begins) + 1e-9).sum()
        made.append((float(chance), [int(index) for index in np.flatnonzero(cut)]))
    return sorted(made, key=lambda each: -each[0])


def _begins(said: Said) -> Floats:
    begins = _sigmoid(said.boundary)
    begins[0] = 1.0
    return begins


def choices_of(said: Said, read: Features, memory: Memory, starts: Sequence[int] | None = None) -> list[Choice]:
    """The clauses of an utterance, at most `MOST_CLAUSES`, in order.

    :param starts: the first words of the clauses; the likeliest ones when left out.
    """
    begins = _begins(said)
    starts = segmentations(said)[0][1] if starts is None else starts
    ends = [*starts[1:], len(begins)]
    picker = _Picker(said, read, memory)
    made = []
    for first, end in zip(starts[:MOST_CLAUSES], ends, strict=False):
        inner = begins[first + 1 : end]
        sure = float(begins[first] * np.prod(1 - inner) * (begins[end] if end < len(begins) else 1.0))
        made.append(picker.pick(first, end, sure))
    return made


class _Picker:
    def __init__(self, said: Said, read: Features, memory: Memory) -> None:
        self.said = said
        kinds = memory.kinds[read.rows] if len(read.rows) else np.array([-1], np.int8)
        self.own = kinds == RowKind.ACTION
        self.things = kinds == RowKind.THING
        self.places = (kinds == RowKind.AREA) | (kinds == RowKind.FLOOR)
        self.value_starts = np.zeros(len(read.words), np.bool_)
        self.value_starts[[value.first for value in read.values]] = True

    def pick(self, first: int, end: int, boundary: float) -> Choice:
        said = self.said
        weights = _softmax(said.pool[first:end])
        action = _masked(weights @ said.action[first:end], self.own, len(ACTIONS))
        name = _masked(weights @ said.name[first:end], self.things, NAME_EXTRA)
        place = _masked(weights @ said.place[first:end], self.places, PLACE_EXTRA)
        values = _sigmoid(np.tensordot(weights, said.value[:, first:end], (0, 1)))
        ordered = np.sort(action)
        return Choice(
            first,
            end - 1,
            _best(action),
            _best(name),
            _best(place),
            _best(_softmax(weights @ said.noun[first:end])),
            _best(_softmax(weights @ said.state[first:end])),
            _best(_softmax(weights @ said.step[first:end])),
            np.where(self.value_starts, values, 0).astype(np.float32),
            boundary,
            float(action[len(ACTIONS) - len(Reject) : len(ACTIONS)].sum()),
            float(ordered[-2]) if len(ordered) > 1 else 0.0,
            (
                _ranked(action, exclude=range(len(ACTIONS) - len(Reject), len(ACTIONS))),
                _ranked(name),
                _ranked(place),
                _ranked(_softmax(weights @ said.noun[first:end])),
            ),
        )


def text_of(said: Said, choice: Choice, slots: Sequence[str]) -> tuple[int, int, str, float] | None:
    """The stretch of a clause that is taken as it is said: first and last word, slot, chance."""
    chances = _softmax(said.text[choice.first : choice.last + 1])
    wanted = [TEXTS.index(slot) for slot in slots]
    tags = np.where(chances[:, wanted].sum(1) >= _TEXT, np.array(wanted)[chances[:, wanted].argmax(1)], 0)
    inside = np.flatnonzero(tags)
    if not len(inside):
        return None
    first, last = int(inside[0]), int(inside[-1])
    slot = int(np.bincount(tags[inside]).argmax())
    covered = chances[first : last + 1, wanted].sum(1)
    outside = np.delete(chances[:, 0], np.s_[first : last + 1])
    chance = float(covered.min() * (outside.min() if len(outside) else 1.0))
    return choice.first + first, choice.first + last, TEXTS[slot], chance


def _masked(scores: Floats, rows: NDArray[np.bool_], extra: int) -> Floats:
    allowed = np.concatenate([np.ones(extra, np.bool_), rows])
    return _softmax(np.where(allowed, scores, -40000.0))


def _ranked(chances: Floats, exclude: range = range(0)) -> tuple[Pick, ...]:
    """The likeliest few, but for those to leave out."""
    order = [int(index) for index in np.argsort(-chances)[: _RANKED + len(exclude)] if index not in exclude]
    return tuple(Pick(index, float(chances[index])) for index in order[:_RANKED])


def _best(chances: Floats) -> Pick:
    index = int(chances.argmax())
    return Pick(index, float(chances[index]))


def _softmax(scores: Floats) -> Floats:
    raised: Floats = np.exp(scores - scores.max(-1, keepdims=True))
    return np.asarray(raised / raised.sum(-1, keepdims=True), np.float32)


def _sigmoid(scores: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -30, 30))), np.float32)


def noun_of(pick: Pick) -> dict[str, str]:
    """The kind of thing as slots."""
    domain, _, kind = NOUNS[pick.index].partition("/")
    return {key: value for key, value in (("domain", domain), ("device_class", kind)) if value}


def state_of(pick: Pick) -> str:
    """What is asked for, or set."""
    return STATES[pick.index]


def step_of(pick: Pick) -> str:
    """How a level is meant."""
    return str(STEPS[pick.index])
