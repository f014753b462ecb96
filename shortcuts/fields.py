"""Dictionaries as Shortcuts writes them: every item with its type, nested ones wrapped twice."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TypeAlias

from shortcuts.errors import BuildError
from shortcuts.values import Plist, Ref, Text, as_text, token_string, type_of


class ItemType(IntEnum):
    """`WFItemType`."""

    TEXT = 0
    DICTIONARY = 1
    ARRAY = 2
    NUMBER = 3
    BOOL = 4
    FILE = 5


@dataclass(frozen=True, slots=True)
class Flag:
    """A boolean that comes from a variable; JSON gets true or false, in every language of the phone."""

    ref: Ref


@dataclass(frozen=True, slots=True)
class Count:
    """A number that comes from a variable."""

    ref: Ref


Field: TypeAlias = "str | Text | Ref | bool | int | float | Flag | Count | Mapping[str, Field] | Sequence[Field]"
"""What a dictionary item may hold. A `Ref` alone is text."""


def dictionary(fields: Mapping[str, Field]) -> Plist:
    """`WFDictionaryFieldValue` of the format."""
    items = [_item(value, key) for key, value in fields.items()]
    return {"Value": {"WFDictionaryFieldValueItems": items}, type_of: "WFDictionaryFieldValue"}


def _item(value: Field, key: str | None = None) -> Plist:
    kind, encoded = _encode(value)
    item: Plist = {"WFItemType": int(kind), "WFValue": encoded}
    if key is not None:
        item["WFKey"] = token_string(key)
    return item


def _encode(value: Field) -> tuple[ItemType, Plist]:
    if isinstance(value, bool):
        return ItemType.BOOL, {"Value": value, type_of: "WFNumberSubstitutableState"}
    if isinstance(value, Flag):
        return ItemType.BOOL, {"Value": value.ref.attachment(), type_of: "WFNumberSubstitutableState"}
    if isinstance(value, int | float | Count):
        return ItemType.NUMBER, _text(value.ref if isinstance(value, Count) else str(value))
    if isinstance(value, str | Text | Ref):
        return ItemType.TEXT, _text(value)
    if isinstance(value, Mapping):
        return ItemType.DICTIONARY, {"Value": dictionary(value), type_of: "WFDictionaryFieldValue"}
    return ItemType.ARRAY, {"Value": _array(value), type_of: "WFArrayParameterState"}


def _array(values: Iterable[Field]) -> list[Any]:
    return [_item(value) for value in values]


def _text(value: "str | Text | Ref") -> Plist:
    encoded = as_text(value).plist()
    return token_string(encoded) if isinstance(encoded, str) else encoded


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with a unit: `Quantity(5, "min")`. Units of a timer: sec, min, hr."""

    magnitude: "str | int | float | Ref"
    unit: str

    def plist(self) -> Plist:
        """`WFQuantityFieldValue` of the format."""
        if not self.unit:
            raise BuildError("A quantity needs a unit")
        magnitude = self.magnitude.attachment() if isinstance(self.magnitude, Ref) else str(self.magnitude)
        return {"Value": {"Unit": self.unit, "Magnitude": magnitude}, type_of: "WFQuantityFieldValue"}
