"""What an action refers to: every variable and every token string in its parameters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shortcuts.values import OBJECT


@dataclass(frozen=True, slots=True)
class TokenString:
    """A text with variables in it."""

    string: str
    ranges: tuple[str, ...]

    def misses(self) -> list[str]:
        """Ranges that do not hit a U+FFFC, and placeholders that no range names; in UTF-16 units."""
        units = self.string.encode("utf-16-le")
        mark = OBJECT.encode("utf-16-le")
        places = {f"{{{at // 2}, 1}}" for at in range(0, len(units), 2) if units[at : at + 2] == mark}
        return sorted(places ^ set(self.ranges))


def token_strings(node: Any) -> Iterator[TokenString]:
    """Every token string in a value, at any depth."""
    for one in _dicts(node):
        if one.get("WFSerializationType") == "WFTextTokenString":
            value = one["Value"]
            yield TokenString(value["string"], tuple(value.get("attachmentsByRange", {})))


def variables(node: Any) -> Iterator[Mapping[str, Any]]:
    """Every `V` of the format in a value, at any depth: ActionOutput, Variable, ExtensionInput, ..."""
    for one in _dicts(node):
        kind = one.get("WFSerializationType")
        if kind == "WFTextTokenAttachment":
            yield one["Value"]
        elif kind == "WFTextTokenString":
            yield from one["Value"].get("attachmentsByRange", {}).values()


def texts(node: Any) -> Iterator[str]:
    """Every string in a value, keys aside."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)


def _dicts(node: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, Mapping):
        yield node
        for value in node.values():
            yield from _dicts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _dicts(value)
