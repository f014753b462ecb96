"""Values of a shortcut: variables with their refinements, and text with variables in it, as the format has them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OBJECT = "\ufffc"
"""U+FFFC, the place of a variable in a text."""

type_of = "WFSerializationType"
Plist = dict[str, Any]

STRING = "WFStringContentItem"
NUMBER = "WFNumberContentItem"
DICTIONARY = "WFDictionaryContentItem"


@dataclass(frozen=True, slots=True)
class Ref:
    """A variable: an action's output, a named one, or one of Shortcuts' own."""

    source: Mapping[str, str]
    """The plain `V` of the format: `Type` and what belongs to it."""
    refinements: tuple[Mapping[str, Any], ...] = field(default=())
    """`Aggrandizements`, applied in order."""

    def refined(self, kind: str, **fields: Any) -> "Ref":
        """This variable with one more refinement."""
        return Ref(self.source, (*self.refinements, {"Type": f"WF{kind}VariableAggrandizement", **fields}))

    def coerced(self, item_class: str) -> "Ref":
        """As another type: "as Number" in the editor."""
        return self.refined("Coercion", CoercionItemClass=item_class)

    def key(self, key: str) -> "Ref":
        """As a dictionary, the value of one key. No dots: only Get Dictionary Value is known to follow a path."""
        return self.coerced(DICTIONARY).refined("DictionaryValue", DictionaryKey=key)

    def detail(self, name: str) -> "Ref":
        """One of its properties, such as "Latitude"."""
        return self.refined("Property", PropertyName=name)

    def iso_date(self) -> "Ref":
        """As an ISO 8601 date with the time."""
        return self.refined("DateFormat", WFDateFormatStyle="ISO 8601", WFISO8601IncludeTime=True)

    def value(self) -> Plist:
        """`V` of the format."""
        more = {"Aggrandizements": [dict(one) for one in self.refinements]} if self.refinements else {}
        return {**self.source, **more}

    def attachment(self) -> Plist:
        """For a field that takes one variable."""
        return {"Value": self.value(), type_of: "WFTextTokenAttachment"}


def output(uuid: str, name: str) -> Ref:
    """The result of the action with that UUID."""
    return Ref({"Type": "ActionOutput", "OutputUUID": uuid, "OutputName": name})


def variable(name: str) -> Ref:
    """A variable that Set Variable made, or "Repeat Item" and its like."""
    return Ref({"Type": "Variable", "VariableName": name})


INPUT = Ref({"Type": "ExtensionInput"})
"""What the shortcut was given: by the share sheet, or by who ran it."""
NOW = Ref({"Type": "CurrentDate"})
CLIPBOARD = Ref({"Type": "Clipboard"})


class Text:
    """Text with variables in it: `Text("Hello ", name, "!")`."""

    def __init__(self, *parts: "str | Ref | Text") -> None:
        flat: list[str | Ref] = []
        for part in parts:
            flat.extend(part.parts if isinstance(part, Text) else (part,))
        self.parts: tuple[str | Ref, ...] = tuple(flat)

    def plist(self) -> "str | Plist":
        """A plain string, or a token string whose ranges count UTF-16 units as Apple's strings do."""
        string, attachments = "", {}
        for part in self.parts:
            if isinstance(part, Ref):
                attachments[f"{{{utf16_length(string)}, 1}}"] = part.value()
                string += OBJECT
            else:
                string += part
        if not attachments:
            return string
        return token_string(string, attachments)


def token_string(string: str, attachments: Plist | None = None) -> Plist:
    """`WFTextTokenString` of the format."""
    value: Plist = {"string": string}
    if attachments:
        value["attachmentsByRange"] = attachments
    return {"Value": value, type_of: "WFTextTokenString"}


def utf16_length(string: str) -> int:
    """Length in UTF-16 units: an emoji counts two."""
    return len(string.encode("utf-16-le")) // 2


def as_text(value: "str | int | float | Ref | Text") -> Text:
    """Whatever may stand in a text field, as Text."""
    if isinstance(value, Text):
        return value
    return Text(value) if isinstance(value, str | Ref) else Text(str(value))
