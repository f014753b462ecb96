"""What a Shortcuts action is to this package: its keys, the kinds of their values, and the words on the screen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

PREFIX = "is.workflow.actions."


class Kind(StrEnum):
    """What a key takes, hence how its value is written."""

    TEXT = "text"
    """Text with variables in it: a plain string or a `WFTextTokenString`, never a bare attachment."""
    PICKER = "picker"
    """One variable: a bare `WFTextTokenAttachment`."""
    SUBJECT = "subject"
    """The left side of an If: an attachment wrapped in `{"Type": "Variable"}`."""
    DICTIONARY = "dictionary"
    NUMBER = "number"
    BOOL = "bool"
    CHOICE = "choice"
    """One of a list of words, in English whatever the phone's language."""
    PLAIN = "plain"
    """A string or number without variables."""
    QUANTITY = "quantity"
    ITEMS = "items"
    """A list of texts."""
    ANY = "any"
    """Shapes that only this one key has."""


@dataclass(frozen=True, slots=True)
class Key:
    """One parameter of a Shortcuts action."""

    kind: Kind
    label: str = ""
    """The field's name on the screen; empty when the action's sentence says it."""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spec:
    """One Shortcuts action."""

    name: str
    """As the editor lists it, in English."""
    output: str | None = None
    """The name of its result; None when it has none."""
    keys: Mapping[str, Key] = field(default_factory=dict)
    descriptor: Mapping[str, str] | None = None
    """Of an app's own action (App Intent)."""


COMMON_KEYS = frozenset(
    {"UUID", "GroupingIdentifier", "WFControlFlowMode", "CustomOutputName", "AppIntentDescriptor"}
)
FLOW = frozenset(PREFIX + name for name in ("conditional", "repeat.each", "repeat.count", "choosefrommenu"))
ALARM = "com.apple.mobiletimer-framework.MobileTimerIntents.MTCreateAlarmIntent"
CONDITIONS = {
    0: "is less than",
    1: "is less than or equal to",
    2: "is greater than",
    3: "is greater than or equal to",
    4: "is",
    5: "is not",
    8: "begins with",
    9: "ends with",
    99: "contains",
    999: "does not contain",
    100: "has any value",
    101: "does not have any value",
}


def text(label: str = "") -> Key:
    """A text field."""
    return Key(Kind.TEXT, label)


def pick(label: str = "") -> Key:
    """A field for one variable."""
    return Key(Kind.PICKER, label)


def number(label: str = "") -> Key:
    """A number field."""
    return Key(Kind.NUMBER, label)


def switch(label: str = "") -> Key:
    """A switch."""
    return Key(Kind.BOOL, label)


def choice(label: str, *choices: str) -> Key:
    """One of a list of words."""
    return Key(Kind.CHOICE, label, choices)
