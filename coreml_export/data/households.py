"""Households: own actions that stand for themselves, and how people ask for them: `phrases/household_*.yaml`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from hassil.expression import Sentence
from hassil.parse_expression import parse_sentence

from actions.text import stem
from coreml_export.data.field import Field

_FOLDER = files("coreml_export.data") / "phrases"
_SHORT, _ALIKE = 3, 2


@dataclass(frozen=True, slots=True)
class Household:
    """One action that a household made for itself."""

    name: str
    description: str
    phrases: Sequence[str]
    """What the household wrote beside it."""
    domains: frozenset[str]
    """Of things that it may be wired to."""
    fields: Sequence[Field]
    says: Sequence[Sentence]
    nots: Sequence[str]
    """Sentences about the same that ask for nothing."""
    called: frozenset[str]
    """The longer words of its name."""
    told: frozenset[str]
    """Those of its name, description and phrases."""

    @property
    def family(self) -> str:
        """The family of all that asks for it: a whole action is kept aside, or none of it."""
        return f"house.{self.name}"

    def like(self, other: "Household") -> bool:
        """Whether one home would hardly have both: people might ask for either in the same words."""
        return bool(self.called & other.called) or len(self.told & other.told) >= _ALIKE


@cache
def households() -> Sequence[Household]:
    """All that were written.

    :raises ValueError: two are called the same.
    """
    made = tuple(_of(row) for row in _rows())
    if twice := len(made) - len({household.name for household in made}):
        raise ValueError(f"{twice} names of households' actions are there twice")
    return made


def longer(words: Iterable[str]) -> frozenset[str]:
    """Those that may tell what is meant; the short ones are in every sentence."""
    return frozenset(word for word in words if len(word) > _SHORT)


def _rows() -> Iterator[Mapping[str, Any]]:
    for entry in sorted(_FOLDER.iterdir(), key=lambda each: each.name):
        if entry.name.startswith("household_"):
            yield from yaml.safe_load(entry.read_text("utf-8"))["actions"]


def _of(row: Mapping[str, Any]) -> Household:
    called = row["action"].replace("_", " ")
    return Household(
        row["action"],
        row["description"],
        tuple(row.get("phrases", ())),
        frozenset(row["domains"]),
        tuple(_field(name, spec) for name, spec in row.get("fields", {}).items()),
        tuple(parse_sentence(line) for line in _lines(row["says"])),
        tuple(_lines(row.get("nots", ""))),
        _words(called),
        _words(" ".join((called, row["description"], *row.get("phrases", ())))),
    )


def _words(text: str) -> frozenset[str]:
    return longer(stem(text).split())


def _field(name: str, spec: Mapping[str, Any]) -> Field:
    return Field((name.replace("_", " "),), spec.get("enum", ()), spec.get("minimum", 0), spec.get("maximum", 0))


def _lines(block: str) -> list[str]:
    return [line.strip() for line in block.splitlines() if line.strip()]
