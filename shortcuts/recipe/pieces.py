"""Values in the words of the editor: text, and pills for variables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from shortcuts.fields import ItemType
from shortcuts.values import OBJECT

_SPECIAL = {
    "ExtensionInput": "Shortcut Input",
    "Clipboard": "Clipboard",
    "CurrentDate": "Current Date",
    "DeviceDetails": "Device Details",
}
_CLASSES = {
    "WFDictionaryContentItem": "as Dictionary",
    "WFNumberContentItem": "as Number",
    "WFStringContentItem": "as Text",
}
_TYPES = {
    ItemType.TEXT: "Text",
    ItemType.DICTIONARY: "Dictionary",
    ItemType.ARRAY: "Array",
    ItemType.NUMBER: "Number",
    ItemType.BOOL: "Boolean",
}


@dataclass(frozen=True, slots=True)
class Pill:
    """A variable, as the editor shows it."""

    name: str
    step: int | None = None
    """The step whose result it is."""
    refinements: tuple[str, ...] = ()
    """What to choose after tapping it."""

    def __str__(self) -> str:
        source = f" of step {self.step}" if self.step else ""
        return " → ".join((f"{self.name}{source}", *self.refinements))


Piece: TypeAlias = str | Pill
Field: TypeAlias = tuple[str, list[Piece]]
"""Label and value."""


@dataclass(slots=True)
class Steps:
    """Which step made which result."""

    numbers: dict[str, int] = field(default_factory=dict)


def pieces(value: Any, steps: Steps) -> list[Piece]:
    """A value as text and pills."""
    if isinstance(value, bool):
        return ["on" if value else "off"]
    if not isinstance(value, Mapping):
        return [str(value) or "(empty)"]
    kind, inner = value["WFSerializationType"], value["Value"]
    if kind == "WFTextTokenAttachment":
        return [_pill(inner, steps)]
    if kind == "WFQuantityFieldValue":
        return [*pieces(inner["Magnitude"], steps), " ", inner["Unit"]]
    return list(_token(inner, steps)) or ["(empty)"]


def _token(inner: Mapping[str, Any], steps: Steps) -> Iterator[Piece]:
    attachments = inner.get("attachmentsByRange", {})
    ordered = sorted(attachments.items(), key=lambda entry: int(entry[0].strip("{}").split(",")[0]))
    parts = inner["string"].split(OBJECT)
    for text, entry in zip(parts, [*ordered, None], strict=True):
        if text:
            yield text
        if entry:
            yield _pill(entry[1], steps)


def _pill(variable: Mapping[str, Any], steps: Steps) -> Pill:
    refinements = tuple(filter(None, (_refinement(one) for one in variable.get("Aggrandizements", ()))))
    if variable["Type"] == "Variable":
        return Pill(variable["VariableName"], None, refinements)
    if variable["Type"] == "ActionOutput":
        return Pill(variable["OutputName"], steps.numbers.get(variable["OutputUUID"]), refinements)
    return Pill(_SPECIAL[variable["Type"]], None, refinements)


def _refinement(one: Mapping[str, Any]) -> str:
    kind = one["Type"].removeprefix("WF").removesuffix("VariableAggrandizement")
    if kind == "Coercion":
        return _CLASSES[one["CoercionItemClass"]]
    if kind == "DictionaryValue":
        return f"Get Value for Key “{one['DictionaryKey']}”"
    return str(one["PropertyName"]) if kind == "Property" else "ISO 8601 with time"


def dictionary_fields(value: Mapping[str, Any], steps: Steps, lead: str = "· ") -> Iterator[Field]:
    """A dictionary's items, nested ones after their parent."""
    for index, item in enumerate(value["Value"]["WFDictionaryFieldValueItems"]):
        name = item["WFKey"]["Value"]["string"] if "WFKey" in item else f"item {index + 1}"
        yield from _item(f"{lead}{name}", item, steps, lead)


def _item(label: str, item: Mapping[str, Any], steps: Steps, lead: str = "· ") -> Iterator[Field]:
    kind, value = ItemType(item["WFItemType"]), item["WFValue"]
    label = f"{label} ({_TYPES[kind]})"
    if kind is ItemType.DICTIONARY:
        yield label, []
        yield from dictionary_fields(value["Value"], steps, f"{lead}· ")
    elif kind is ItemType.ARRAY:
        yield label, []
        for index, one in enumerate(value["Value"]):
            yield from _item(f"{lead}· item {index + 1}", one, steps, f"{lead}· ")
    elif kind is ItemType.BOOL:
        inner = value["Value"]
        yield label, pieces(inner, steps)
    else:
        yield label, pieces(value, steps)
