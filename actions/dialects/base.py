"""A Dialect: how one vendor writes tools, and how the calls of its models are read."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from actions.call import ToolCall
from actions.dialects.arguments import Unreadable, read
from actions.dialects.names import action_names
from actions.errors import PayloadInvalid
from actions.registry import Registry

CUT = "The model's answer was cut off, so that arguments of this call may be missing"
_ARGUMENTS = frozenset({"arguments", "args", "input", "parameters"})
"""Where the vendors put arguments. A call that has them elsewhere than its vendor does would lose them."""
_LONGEST_NAME = 256


@dataclass(frozen=True, slots=True)
class Found:
    """A call as it stands in a payload, not yet read."""

    name: Any
    arguments: Any
    id: Any = None
    lost: str | None = None
    """Why it must not be performed, whatever its arguments say."""


class Dialect(ABC):
    """How one vendor writes tools and tool calls."""

    name: ClassVar[str]
    example: ClassVar[str]
    """A payload that `calls` takes, for the hint of an error."""

    @abstractmethod
    def tools(self, registry: Registry) -> list[dict[str, Any]]:
        """The value of the `tools` field in a request to the vendor (MCP: in the result of `tools/list`)."""

    @abstractmethod
    def find(self, payload: Any) -> list[Found]:
        """The calls in a payload, in order."""

    def calls(self, payload: Any, registry: Registry) -> list[ToolCall]:
        """Read a payload: a whole response, a message, a list of calls, or one call.

        A call whose arguments cannot be read for sure is returned as `unreadable`. Names that the registry does
        not have are kept, for its `check` to say so.

        :raises PayloadInvalid: the payload is not in this vendor's shape.
        """
        known = action_names(registry)
        return [self._call(found, known) for found in self.find(payload)]

    def _call(self, found: Found, known: Mapping[str, str]) -> ToolCall:
        name, ident = self._name(found.name), self._id(found.id)
        action = known.get(name, name)
        try:
            arguments = read(found.arguments)
        except Unreadable as reason:
            return ToolCall(name=action, id=ident, unreadable=found.lost or str(reason))
        if found.lost is not None:
            return ToolCall(name=action, id=ident, unreadable=found.lost)
        return ToolCall(name=action, arguments=arguments, id=ident)

    def _name(self, name: Any) -> str:
        if not isinstance(name, str) or not name or len(name) > _LONGEST_NAME or not _writable(name):
            raise self.refused("A call has no name of a tool")
        return name

    def _id(self, ident: Any) -> str | None:
        if ident is None or (isinstance(ident, str) and len(ident) <= _LONGEST_NAME and _writable(ident)):
            return ident
        if isinstance(ident, int) and not isinstance(ident, bool) and abs(ident) < 2**63:
            return str(ident)
        raise self.refused("A call's id is neither text nor a number")

    def refused(self, message: str) -> PayloadInvalid:
        """The error to raise for a payload in another shape."""
        return PayloadInvalid(message, hint=f"Expected the shape of {self.name}, such as {self.example}")

    def mapping(self, value: Any, what: str) -> Mapping[str, Any]:
        """`value` if it is an object."""
        if not isinstance(value, Mapping):
            raise self.refused(f"{what} is not an object")
        return value

    def mappings(self, value: Any, what: str) -> list[Mapping[str, Any]]:
        """`value` if it is a list of objects."""
        if not isinstance(value, list):
            raise self.refused(f"{what} is not a list")
        return [self.mapping(item, f"An item of {what}") for item in value]

    def arguments(self, call: Mapping[str, Any], key: str) -> Any:
        """A call's arguments, unless they are where another vendor has them."""
        if any(call.get(other) is not None for other in _ARGUMENTS - {key}):
            raise self.refused(f"A call has its arguments elsewhere than in '{key}'")
        return call.get(key)


def cut_last(found: Sequence[Found], why: str = CUT) -> list[Found]:
    """Mark the last call as lost: the one that the model was writing when it was stopped."""
    return [*found[:-1], *(replace(last, lost=last.lost or why) for last in found[-1:])]


def _writable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)
