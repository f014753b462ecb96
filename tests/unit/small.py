"""A network that says what a test has it say: everything of the small tier around it is real."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actions.home import Home
from actions.registry import Registry
from bridge.tiers.small.features import Context, Features
from bridge.tiers.small.labels import ACTIONS, NOUNS, STATES, STEPS, TEXTS
from bridge.tiers.small.memory import Memory
from bridge.tiers.small.model import Said
from bridge.tiers.small.reading import Reader, Reading
from bridge.tiers.small.rows import RowKind

MARKS = ("all", "worst", "unused_values")
CALIBRATION: dict[str, Any] = {
    "marks": list(MARKS),
    "mean": [0.0, 0.0, 0.0],
    "scale": [1.0, 1.0, 1.0],
    "weights": [1.0, 0.0, 0.0],
    "pairs": [],
    "bias": 5.0,
    "thresholds": {"*": {"reversible": 0.9, "sensitive": 0.97}, "de": {"reversible": 0.5, "sensitive": 0.6}},
}
"""Sure where the product of the heads' chances is about e-5 times as likely as not."""


@dataclass(frozen=True)
class Heard:
    """What is said of one clause."""

    action: str
    begins: str = ""
    """The word that it begins with; the first when left out."""
    name: str = ""
    """A thing's chief name, or "all"."""
    place: str = ""
    """Id of an area or floor."""
    noun: str = ""
    state: str = ""
    step: str = ""
    values: tuple[str, ...] = ()
    """Words that its values begin with; `start:word` what a timer was started with."""
    text: tuple[str, str] = ("", "")
    """A slot, and the words that it takes."""
    loud: float = 12.0
    """The logit of what is chosen; others have 0."""


@dataclass
class Stub:
    """In the place of `Model`."""

    heard: Sequence[Heard]
    calibration: dict[str, Any] = field(default_factory=lambda: CALIBRATION)
    version: str = "stub"
    runs: int = 0

    def remember(self, memory: Memory) -> None:
        memory.embedded = np.zeros((len(memory.rows), 1), np.float32)

    def run(self, read: Features, memory: Memory) -> Said:
        self.runs += 1
        return _said(self.heard, read, memory)


def read_as(
    heard: Sequence[Heard], said: str, home: Home, registry: Registry, context: Context | None = None
) -> Reading:
    """How an utterance is read by a network that says this."""
    memory = Memory.of(home, registry)
    reader = Reader(Stub(heard))  # type: ignore[arg-type]  # of a Model it needs no more
    return reader.read(said, home, registry, memory, context or Context())


def _said(heard: Sequence[Heard], read: Features, memory: Memory) -> Said:
    words = [word.text for word in read.words]
    rows = [memory.rows[index] for index in read.rows]
    s, r = len(words), max(1, len(rows))
    made = Said(
        boundary=np.full(s, -12, np.float32),
        pool=np.zeros(s, np.float32),
        text=_zeros(s, len(TEXTS)),
        action=_zeros(s, len(ACTIONS) + r),
        name=_zeros(s, 2 + r),
        place=_zeros(s, 1 + r),
        noun=_zeros(s, len(NOUNS)),
        state=_zeros(s, len(STATES)),
        step=_zeros(s, len(STEPS)),
        value=np.full((2, s, s), -12, np.float32),
        pair=_zeros(s, s),
    )
    starts = [words.index(each.begins) if each.begins else 0 for each in heard]
    made.boundary[starts] = 12

    def row(kinds: set[RowKind], key: str) -> int:
        return next(i for i, each in enumerate(rows) if each.kind in kinds and each.key == key)

    for each, first, end in zip(heard, starts, [*starts[1:], s], strict=True):
        inside = slice(first, end)
        own = each.action not in ACTIONS
        action = len(ACTIONS) + row({RowKind.ACTION}, each.action) if own else ACTIONS.index(each.action)
        made.action[inside, action] = each.loud
        name = {"": 0, "all": 1}.get(each.name)
        made.name[inside, 2 + row({RowKind.THING}, each.name) if name is None else name] = each.loud
        place = 1 + row({RowKind.AREA, RowKind.FLOOR}, each.place) if each.place else 0
        made.place[inside, place] = each.loud
        made.noun[inside, NOUNS.index(each.noun)] = each.loud
        made.state[inside, STATES.index(each.state)] = each.loud
        made.step[inside, [str(step) for step in STEPS].index(each.step)] = each.loud
        for value in each.values:
            made.value[int(value.startswith("start:")), inside, words.index(value.removeprefix("start:"))] = (
                each.loud
            )
        made.text[inside, 0] = each.loud / 2
        slot, taken = each.text
        for word in taken.lower().split():
            made.text[words.index(word), TEXTS.index(slot)] = each.loud
    return made


def _zeros(*shape: int) -> NDArray[np.float32]:
    return np.zeros(shape, np.float32)
