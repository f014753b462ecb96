"""Cases: the project's own test set, each utterance in its home, ready to be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import coreml_export
from bridge.evaluation.predict import Scene, read_lines, utterance_of
from bridge.tiers.small.features import Context, Features, features_of
from bridge.tiers.small.memory import Memory
from bridge.tiers.small.words import MOST

FOLDER = Path(coreml_export.__file__).parent / "evaluation" / "set"


class Place:
    """A home of the set, as the model sees it."""

    def __init__(self, made: Mapping[str, Any]) -> None:
        self.id: str = made["id"]
        self.scene = Scene.of(made)

    @cached_property
    def memory(self) -> Memory:
        """The home's rows."""
        return Memory.of(self.scene.home, self.scene.registry)


@dataclass(frozen=True)
class Case:
    """One utterance in its home."""

    made: Mapping[str, Any]
    """The line of the set."""
    context: Context
    place: Place

    @property
    def id(self) -> str:
        """Its id in the set."""
        return str(self.made["id"])

    @property
    def source(self) -> str:
        """Its category."""
        return str(self.made["source"])

    @cached_property
    def read(self) -> Features:
        """What the model sees of it."""
        return features_of(self.utterance, self.place.memory, self.context)

    @property
    def readable(self) -> bool:
        """Whether it has words, and not too many."""
        return 0 < len(self.read.words) <= MOST

    @property
    def utterance(self) -> str:
        """What was said."""
        return str(self.made["utterance"])


def read_cases(folder: Path = FOLDER, *, every: int = 1) -> list[Case]:
    """The cases of a folder, of `homes.jsonl` and `cases.jsonl`.

    :param every: only each so many'th.
    :raises BadEvaluation: they cannot be read.
    """
    places = {made["id"]: Place(made) for made in read_lines(folder / "homes.jsonl")}
    return [_case(made, places) for made in read_lines(folder / "cases.jsonl")[::every]]


def _case(made: Mapping[str, Any], places: Mapping[str, Place]) -> Case:
    said = utterance_of(made)
    return Case(made, Context(said.language, said.area, said.previous), places[made["home_ref"]])
