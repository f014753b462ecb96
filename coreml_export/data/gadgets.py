"""Gadgets: own actions that set something of a thing that Home Assistant knows nothing of."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

import yaml
from hassil.expression import Sentence
from hassil.parse_expression import parse_sentence

from coreml_export.data.field import Field
from coreml_export.data.missing import words_of
from coreml_export.data.split import Split, of_family, of_name
from coreml_export.data.words import odd_words
from coreml_export.data.wordy import REASONS

_FILE = files("coreml_export.data") / "phrases" / "gadgets.yaml"
_NAMES = ("set_{thing}_{prop}", "set_{thing}", "{thing}_{prop}", "{thing}.set_{prop}", "{thing}", "adjust_{thing}")
_TOLD = ("Sets the {prop} of the {thing}.", "Changes the {thing}.", "How the {thing} is: its {prop}.", "{thing}.")
_ODD_OPTIONS = 0.3
_TRIES = 12
_SHARES: Mapping[str, float] = {"number": 4, "time": 2, "option": 5}


@dataclass(frozen=True, slots=True)
class Gadget:
    """An own action, before it is one of a home."""

    name: str
    description: str
    field: Field
    frames: Mapping[str, Sequence[Sentence]]


@cache
def content() -> Mapping[str, Any]:
    """What was written."""
    written: Mapping[str, Any] = yaml.safe_load(_FILE.read_text("utf-8"))["gadgets"]
    return written


def families() -> Iterator[tuple[str, int]]:
    """Every family, with how many templates it has."""
    for group in content()["frames"].values():
        for family, lines in group.items():
            yield family, len(lines)


def gadget(taken: Collection[str], split: Split, rng: Random) -> Gadget | None:
    """One about a thing of which no word is taken; None where none is left.

    :param taken: words of the home's names.
    """
    kind = rng.choices(list(_SHARES), list(_SHARES.values()))[0]
    for _ in range(_TRIES):
        called = rng.choice(content()["things"])
        if of_name(called[0]) == split and not any(words_of(word) & set(taken) for word in called):
            break
    else:
        return None
    field = _field(kind, rng)
    frames = {
        family: [_parsed(line, called, field, rng) for line in lines]
        for family, lines in content()["frames"][kind].items()
        if of_family(family) == split
    }
    words = {"thing": called[0], "prop": field.names[0]}
    name = rng.choice(_NAMES).format(**words).replace(" ", "_")
    description = rng.choice(_TOLD).format(**words)
    return Gadget(name, f"{description[0].upper()}{description[1:]}", field, frames) if frames else None


def _field(kind: str, rng: Random) -> Field:
    names, row = rng.choice(content()[f"{kind}s"])
    field = Field.of(names, row)
    if kind == "option" and field.options[0] not in {"on", "up"} and rng.random() < _ODD_OPTIONS:
        return Field(names, [rng.choice(odd_words()).lower() for _ in range(rng.randint(2, 6))])
    return field


def _parsed(line: str, called: Sequence[str], field: Field, rng: Random) -> Sentence:
    said = {"thing": rng.choice(called), "prop": rng.choice(field.names), "reason": rng.choice(REASONS)}
    for key, words in said.items():
        line = line.replace(f"{{{key}}}", words)
    return parse_sentence(line)
