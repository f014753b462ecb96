"""Content: the items that flow between actions, and how one type becomes another."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from shortcuts.interpreter.errors import Failed, Unsupported

Item: TypeAlias = Any
"""str, int, float, bool, dict, list, datetime, or one of the classes below."""
Content: TypeAlias = list[Item]
"""What a variable holds: any number of items."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture; `width` and `height` in pixels."""

    data: bytes
    name: str = "IMG_0001.HEIC"
    width: int = 3024
    height: int = 4032
    metadata: bool = True
    """It still says where and when it was taken."""


@dataclass(frozen=True, slots=True)
class File:
    """A file, such as a PDF or what Get File found."""

    data: bytes
    name: str


@dataclass(frozen=True, slots=True)
class WebPage:
    """An HTML answer: Shortcuts makes rich text of it."""

    html: str


@dataclass(frozen=True, slots=True)
class Location:
    """A place."""

    latitude: float
    longitude: float
    street: str = ""
    city: str = ""

    def detail(self, name: str) -> Item:
        """A property by its name in the editor."""
        known = {
            "Latitude": self.latitude,
            "Longitude": self.longitude,
            "Street": self.street,
            "City": self.city,
        }
        if name not in known:
            raise Unsupported(f"Property '{name}' of a location")
        return known[name]


@dataclass(frozen=True, slots=True)
class Match:
    """What a regular expression found."""

    text: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Writing:
    """How this phone writes things as text."""

    true: str = "1"
    """A JSON true put into a text; newer versions write a word in the phone's language."""
    false: str = "0"

    def text(self, content: Content) -> str:
        """All items as text, one a line."""
        return "\n".join(self.item(item) for item in content)

    def item(self, item: Item) -> str:  # one line a type
        """One item as text."""
        if isinstance(item, str):
            return item
        if isinstance(item, bool):
            return self.true if item else self.false
        if isinstance(item, int | float):
            return str(int(item)) if float(item).is_integer() else repr(item)
        if isinstance(item, dict | list):
            return json.dumps(item, ensure_ascii=False, separators=(",", ":"))
        return _of_object(item)


def _of_object(item: Item) -> str:
    if isinstance(item, datetime):
        return item.isoformat(timespec="seconds")
    if isinstance(item, Image):
        return item.name.rsplit(".", 1)[0]
    if isinstance(item, File):
        return item.data.decode("utf-8", "replace")
    if isinstance(item, WebPage):
        return item.html
    if isinstance(item, Location):
        return f"{item.street}\n{item.city}"
    if isinstance(item, Match):
        return item.text
    raise Unsupported(f"{type(item).__name__} as text")


def dictionary(content: Content) -> dict[str, Any]:
    """The first item as a dictionary.

    :raises Failed: it is none, and no JSON either.
    """
    if not content:
        return {}
    item = content[0]
    if isinstance(item, dict):
        return item
    if isinstance(item, str | File):
        try:
            read = json.loads(item if isinstance(item, str) else item.data)
        except ValueError:
            read = None
        if isinstance(read, dict):
            return read
    raise Failed(f"Shortcuts couldn't convert from {type(item).__name__} to Dictionary")


def number(content: Content) -> float | int | None:
    """The first item as a number, or None."""
    if not content:
        return None
    item = content[0]
    if isinstance(item, bool):
        return int(item)
    if isinstance(item, int | float):
        return item
    try:
        return float(item) if isinstance(item, str) else None
    except ValueError:
        return None


def lookup(source: dict[str, Any], path: str) -> Content:
    """The value of a key; a dot leads into a dictionary, a list becomes items, null and nothing are nothing."""
    value: Any = source
    for step in [path] if path in source else path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
