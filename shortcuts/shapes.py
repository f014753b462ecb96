"""Whether a value has the shape that its key takes."""

from collections.abc import Callable, Mapping
from typing import Any

from shortcuts.schema import Key, Kind


def _serialised(value: Any, *kinds: str) -> bool:
    return isinstance(value, Mapping) and value.get("WFSerializationType") in kinds


def _number(value: Any) -> bool:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return plain or _serialised(value, "WFTextTokenAttachment")


def _subject(value: Any) -> bool:
    wrapped = isinstance(value, Mapping) and value.get("Type") == "Variable"
    return wrapped and _serialised(value.get("Variable"), "WFTextTokenAttachment")


_FITS: dict[Kind, Callable[[Any], bool]] = {
    Kind.TEXT: lambda value: isinstance(value, str) or _serialised(value, "WFTextTokenString"),
    Kind.PICKER: lambda value: _serialised(value, "WFTextTokenAttachment"),
    Kind.SUBJECT: _subject,
    Kind.DICTIONARY: lambda value: _serialised(value, "WFDictionaryFieldValue"),
    Kind.NUMBER: _number,
    Kind.BOOL: lambda value: isinstance(value, bool) or _serialised(value, "WFTextTokenAttachment"),
    Kind.CHOICE: lambda value: isinstance(value, str),
    Kind.PLAIN: lambda value: isinstance(value, str | int),
    Kind.QUANTITY: lambda value: _serialised(value, "WFQuantityFieldValue"),
    Kind.ITEMS: lambda value: isinstance(value, list),
    Kind.ANY: lambda _value: True,
}


def shape_problem(key: Key, value: Any) -> str | None:
    """What is wrong with a value, or None."""
    if not _FITS[key.kind](value):
        return f"not in the shape of a {key.kind} field"
    if key.choices and isinstance(value, str) and value not in key.choices:
        return f"{value!r} is none of {', '.join(key.choices)}"
    return None
