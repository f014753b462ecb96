"""Frames: how own actions are asked for, from `phrases/devices.yaml` and what households have of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from hassil.expression import Sentence
from hassil.parse_expression import parse_sentence

from coreml_export.data import gadgets
from coreml_export.data.field import Field
from coreml_export.data.households import Household, households

_FOLDER = files("coreml_export.data") / "phrases"
Families = Mapping[str, Sequence[Sentence]]


@dataclass(frozen=True, slots=True)
class OwnKind:
    """One action that a household may have."""

    name: str
    description: str
    fields: Sequence[Field]
    families: Families
    device: str
    """The kind of device whose name or room is said."""
    kinds: frozenset[str]
    do: Sequence[str] = ()
    instead: str = ""
    """The feature that such a device does not have, since this stands for it."""


@dataclass(frozen=True, slots=True)
class Coined:
    """The makings of actions that nobody has heard of."""

    acts: Sequence[Sequence[str]]
    things: Sequence[Sequence[str]]
    fields: Sequence[Field]
    alone: Mapping[str, Families]
    pointed: Mapping[str, Families]


@dataclass(frozen=True, slots=True)
class Frames:
    """All that was written."""

    kinds: Sequence[OwnKind]
    """By the device that they are for."""
    households: Sequence[Household]
    alone: Families
    coined: Coined

    def lines(self) -> dict[str, int]:
        """How many templates each family has."""
        groups = [kind.families for kind in self.kinds]
        groups += [self.alone, *self.coined.alone.values(), *self.coined.pointed.values()]
        lines = {family: len(says) for group in groups for family, says in group.items()}
        return lines | dict(gadgets.families()) | {each.family: len(each.says) for each in self.households}


@cache
def load() -> Frames:
    """Everything about own actions."""
    content = yaml.safe_load((_FOLDER / "devices.yaml").read_text("utf-8"))
    frames = {group: _parsed(rows) for group, rows in content["frames"].items()}
    kinds = []
    for device, row in content["devices"].items():
        kinds += [_of_device(device, row["kinds"], name, made, frames) for name, made in row["actions"].items()]
    coined = content["coined"]
    return Frames(
        kinds,
        households(),
        frames["alone"],
        Coined(
            coined["acts"],
            coined["things"],
            [Field.of(name, row) for name, row in coined["fields"]],
            {"plain": frames["alone"], "field": frames["alone_field"]},
            {"plain": frames["plain"], "field": frames["plain_field"]},
        ),
    )


def _parsed(rows: Mapping[str, Sequence[str]]) -> Families:
    return {family: tuple(parse_sentence(line) for line in lines) for family, lines in rows.items()}


def _of_device(
    device: str, kinds: Sequence[str], name: str, row: Mapping[str, Any], frames: Mapping[str, Families]
) -> OwnKind:
    what = device.replace("_", " ")
    if "of" not in row:
        families, description = frames["plain"], f"Makes the {what} {row['do'][0]}."
        return OwnKind(name, description, (), families, device, frozenset(kinds), do=row["do"])
    field = Field.of(row["of"], row)
    families = frames["options"] if field.options else {**frames["number"], **frames["up"], **frames["down"]}
    description = f"Sets the {field.names[0]} of the {what}."
    return OwnKind(name, description, (field,), families, device, frozenset(kinds), instead=row.get("instead", ""))
