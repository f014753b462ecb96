"""Cases: the project's own test set, each utterance in its home, ready to be read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import coreml_export
from actions.call import ToolCall
from actions.catalog import build_registry
from actions.home import Home
from actions.registry import Registry
from bridge.evaluation.homes import as_actions, as_home
from bridge.tiers.small.features import Context
from bridge.tiers.small.memory import Memory
from coreml_export.coreml.errors import PackageError

FOLDER = Path(coreml_export.__file__).parent / "evaluation" / "set"


class Place:
    """A home with its registry and memory."""

    def __init__(self, made: Mapping[str, Any]) -> None:
        self.id: str = made["id"]
        self.home: Home = as_home(made)
        self.registry: Registry = build_registry(self.home, as_actions(made.get("actions") or ()))

    @cached_property
    def memory(self) -> Memory:
        """The home's rows."""
        return Memory.of(self.home, self.registry)


@dataclass(frozen=True, slots=True)
class Case:
    """One utterance, and what is right."""

    id: str
    source: str
    utterance: str
    context: Context
    place: Place
    right: Sequence[Sequence[Mapping[str, Any]]]
    """Each set of calls that is right; an empty one where nothing may be called."""


def read_cases(folder: Path = FOLDER, *, every: int = 1) -> list[Case]:
    """The cases of a folder, of `homes.jsonl` and `cases.jsonl`.

    :param every: only each so many'th.
    :raises PackageError: they cannot be read.
    """
    try:
        places = {made["id"]: Place(made) for made in _lines(folder / "homes.jsonl")}
        return [_case(made, places) for made in _lines(folder / "cases.jsonl")[::every]]
    except (OSError, ValueError, KeyError) as error:
        raise PackageError(f"The test set in {folder} cannot be read: {error}", hint="See its README.md.") from error


def _case(made: Mapping[str, Any], places: Mapping[str, Place]) -> Case:
    told = made.get("context") or {}
    previous = tuple(as_call(call) for call in told.get("previous", ()))
    expected = made["expected"]
    return Case(
        made["id"],
        made["source"],
        made["utterance"],
        Context(made["lang"], told.get("area"), previous),
        places[made["home_ref"]],
        [expected["calls"], *expected.get("alternatives", ())],
    )


def as_call(made: Mapping[str, Any]) -> ToolCall:
    """A call of the set as a tool call."""
    return ToolCall(name=made.get("intent") or made["action"], arguments=dict(made["slots"]))


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
