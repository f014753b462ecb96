"""Reading the values of an action: variables with their refinements, texts, dictionaries."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shortcuts.interpreter.content import Content, Location, Writing, dictionary, lookup, number
from shortcuts.interpreter.errors import Unsupported

OBJECT = "\ufffc"
NOW = datetime(2026, 3, 1, 7, 30, 15).astimezone()


class Scope:
    """What can be referred to at one place of a run."""

    def __init__(self, given: Content, writing: Writing) -> None:
        self.given = given
        self.writing = writing
        self.variables: dict[str, Content] = {}
        self.outputs: dict[str, Content] = {}
        self.clipboard: Content = []

    def resolve(self, value: Mapping[str, Any]) -> Content:
        """The content of a `V` of the format, refinements applied in order."""
        rest = dict(value)
        content = self._source(rest)
        for refinement in rest.pop("Aggrandizements", ()):
            content = self._refine(content, dict(refinement))
        if rest:
            raise Unsupported(f"Variable with {', '.join(rest)}")
        return content

    def _source(self, value: dict[str, Any]) -> Content:
        kind = value.pop("Type")
        if kind == "Variable":
            name = value.pop("VariableName")
            if name not in self.variables:
                raise Unsupported(f"The variable '{name}' was never set")
            return self.variables[name]
        if kind == "ActionOutput":
            value.pop("OutputName")
            return self.outputs.get(value.pop("OutputUUID"), [])
        plain = {"ExtensionInput": self.given, "Clipboard": self.clipboard, "CurrentDate": [NOW]}
        if kind not in plain:
            raise Unsupported(f"Variable of type {kind}")
        return plain[kind]

    def _refine(self, content: Content, how: dict[str, Any]) -> Content:
        kind = how.pop("Type").removeprefix("WF").removesuffix("VariableAggrandizement")
        if kind == "DictionaryValue":
            refined = lookup(dictionary(content), how.pop("DictionaryKey"))
        elif kind == "Coercion":
            refined = self._coerce(content, how.pop("CoercionItemClass"))
        elif kind == "Property":
            refined = [_detail(item, how["PropertyName"]) for item in content]
            del how["PropertyName"]
        elif kind == "DateFormat":
            refined = [_iso(item, how) for item in content]
        else:
            raise Unsupported(f"Refinement {kind}")
        if how:
            raise Unsupported(f"Refinement {kind} with {', '.join(how)}")
        return refined

    def _coerce(self, content: Content, item_class: str) -> Content:
        if item_class == "WFDictionaryContentItem":
            return [dictionary(content)] if content else []
        if item_class == "WFNumberContentItem":
            found = number(content)
            return [] if found is None else [found]
        if item_class == "WFStringContentItem":
            return [self.writing.item(item) for item in content]
        raise Unsupported(f"Coercion to {item_class}")

    def text(self, value: Any) -> str:
        """A text field: a plain string or a token string."""
        if isinstance(value, str):
            return value
        inner = _unwrap(value, "WFTextTokenString")
        units: bytes = inner["string"].encode("utf-16-le")
        for span, attachment in sorted(inner.get("attachmentsByRange", {}).items(), key=_start, reverse=True):
            at, length = (2 * int(number) for number in span.strip("{}").split(","))
            if units[at : at + length].decode("utf-16-le", "replace") != OBJECT:
                raise Unsupported(f"The range {span} does not hit a placeholder in {inner['string']!r}")
            found = self.writing.text(self.resolve(attachment)).encode("utf-16-le")
            units = units[:at] + found + units[at + length :]
        return units.decode("utf-16-le")

    def attached(self, value: Any) -> Content:
        """A field that takes one variable."""
        return self.resolve(_unwrap(value, "WFTextTokenAttachment"))

    def either(self, value: Any) -> Any:
        """A number, switch or choice: as it is, or from a variable."""
        if isinstance(value, dict):
            content = self.attached(value)
            return content[0] if content else None
        return value

    def fields(self, value: Any) -> dict[str, Any]:
        """A dictionary field."""
        items = _unwrap(value, "WFDictionaryFieldValue")["WFDictionaryFieldValueItems"]
        return {self.text(item["WFKey"]): self._field(item) for item in items}

    def _field(self, item: Any) -> Any:
        if isinstance(item, str):
            return item
        value = item["WFValue"]
        readers = {0: self.text, 1: self._nested, 2: self._array, 3: self._number, 4: self._bool}
        if item["WFItemType"] not in readers:
            raise Unsupported(f"Dictionary item of type {item['WFItemType']}")
        return readers[item["WFItemType"]](value)

    def _nested(self, value: Any) -> dict[str, Any]:
        return self.fields(_unwrap(value, "WFDictionaryFieldValue"))

    def _array(self, value: Any) -> list[Any]:
        return [self._field(item) for item in _unwrap(value, "WFArrayParameterState")]

    def _number(self, value: Any) -> int | float | None:
        text = self.text(value)
        return int(text) if text.lstrip("-").isdigit() else number([text])

    def _bool(self, value: Any) -> bool:
        inner = _unwrap(value, "WFNumberSubstitutableState")
        return bool(inner) if isinstance(inner, bool | int) else bool(number(self.attached(inner)))


def _start(entry: tuple[str, Any]) -> int:
    return int(entry[0].strip("{}").split(",")[0])


def _unwrap(value: Any, kind: str) -> Any:
    if not isinstance(value, dict) or set(value) != {"Value", "WFSerializationType"}:
        raise Unsupported(f"{value!r} is no {kind}")
    if value["WFSerializationType"] != kind:
        raise Unsupported(f"A {value['WFSerializationType']} where a {kind} belongs")
    return value["Value"]


def _detail(item: Any, name: str) -> Any:
    if isinstance(item, Location):
        return item.detail(name)
    raise Unsupported(f"Property '{name}' of {type(item).__name__}")


def _iso(item: Any, how: dict[str, Any]) -> str:
    if not isinstance(item, datetime) or how.pop("WFDateFormatStyle", None) != "ISO 8601":
        raise Unsupported("A date format other than ISO 8601")
    return item.isoformat(timespec="seconds") if how.pop("WFISO8601IncludeTime", False) else item.date().isoformat()
