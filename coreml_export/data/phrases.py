"""Phrases: the families that were written by hand, from `phrases/*.yaml`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

import yaml
from hassil.expression import ListReference, Sentence
from hassil.parse_expression import parse_sentence

from coreml_export.data import frames
from coreml_export.data.family import Family, Spec
from coreml_export.data.values import SPOKEN
from coreml_export.data.walk import Open, Part, walk
from coreml_export.data.words import Words

_FOLDER = files("coreml_export.data") / "phrases"
_OPEN = re.compile(r"(wrong_)?(name|area|floor|command|next)([2-9])?")
_PLACE = re.compile(r"\{[^}]*\}")
_TELLS = re.compile(
    r"bright|dim|light|lamp|colou?r|kelvin|volume|loud|quiet|mute|vacuum|hoover|mow|degree|warm|cool|heat|blind|"
    r"curtain|fan speed|song|track|skip|lock|play"
)
_KEYS = frozenset(
    {"family", "intent", "domain", "class", "slots", "place", "says", "reason", "follows", "after", "also", "of"}
)


@dataclass(frozen=True, slots=True)
class Phrases:
    """All that was written."""

    families: tuple[Family, ...]
    wrappers: tuple[Family, ...]
    """Sentences with another command in them: delays."""
    lines: Mapping[str, int]
    """How many templates each family has, one intent counted."""


@cache
def load() -> Phrases:
    """Everything in the folder."""
    families: list[Family] = []
    lines: dict[str, int] = {}
    for entry in sorted(_FOLDER.iterdir(), key=lambda each: each.name):
        if not entry.name.endswith(".yaml"):
            continue
        content = yaml.safe_load(entry.read_text("utf-8"))
        for row in content.get("families", ()):
            families += _families(row)
            lines[row["family"]] = len(set(_lines(row)))
    lines |= frames.load().lines()
    wrappers = tuple(family for family in families if family.theme == "delay")
    plain = tuple(family for family in families if family.theme != "delay")
    return Phrases(plain, wrappers, lines)


def _families(row: Mapping[str, Any]) -> Iterator[Family]:
    if unknown := row.keys() - _KEYS:
        raise ValueError(f"{row.get('family')}: unknown keys {sorted(unknown)}")
    says = tuple(parse_sentence(line) for line in _lines(row))
    if "reason" in row or row.get("of") == "delay":
        theme = row.get("reason") or "delay"
        yield Family(
            row["family"],
            theme,
            "authored",
            (),
            says,
            _say,
            reason=row.get("reason"),
            domains=_set(row.get("domain")),
        )
        return
    intents = row["intent"] if isinstance(row["intent"], list) else [row["intent"]]
    for intent in intents:
        name = row["family"] if len(intents) == 1 else f"{row['family']}/{intent.removeprefix('Hass')}"
        specs = (_spec({**row, "intent": intent}), *(_spec(other) for other in row.get("also", ())))
        tells = all(_TELLS.search(_PLACE.sub("", line)) for line in _lines(row))
        yield Family(
            name,
            intent,
            "authored",
            specs,
            says,
            _say,
            place=row.get("place", "none"),
            follows=row.get("follows"),
            after=_spec(row["after"]) if "after" in row else None,
            tells=tells,
        )


def _spec(row: Mapping[str, Any]) -> Spec:
    domain = row.get("domain")
    kind: dict[str, Any] = {"domain": domain} if isinstance(domain, str) else {}
    if "class" in row:
        kind["device_class"] = row["class"]
    return Spec(row["intent"], _set(domain), row.get("slots", {}), kind, row.get("it", False))


def _set(value: str | list[str] | None) -> frozenset[str] | None:
    return None if value is None else frozenset([value] if isinstance(value, str) else value)


def _say(sentence: Sentence, rng: Random, bank: Words) -> list[Part]:
    def draw(reference: ListReference) -> Part:
        name = reference.list_name
        if found := _OPEN.fullmatch(name):
            return Open(found[2], int(found[3] or 1), wrong=found[1] is not None)
        wrong = name.startswith("wrong_")
        said = SPOKEN[name.removeprefix("wrong_")](rng, bank)
        return said.text if wrong else said

    return walk(sentence.expression, {}, draw, rng)


def _lines(row: Mapping[str, Any]) -> list[str]:
    return [line.strip() for line in row["says"].splitlines() if line.strip()]
