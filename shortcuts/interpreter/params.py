"""The parameters of one action: read key by key, and any key that nobody read is an error."""

from collections.abc import Mapping
from typing import Any

from shortcuts.interpreter.content import Content
from shortcuts.interpreter.errors import Unsupported
from shortcuts.interpreter.values import Scope

_MISSING = object()
_FRAME = ("UUID", "CustomOutputName", "GroupingIdentifier", "WFControlFlowMode")


class Params:
    """Parameters, with the scope that their variables are read in."""

    def __init__(self, identifier: str, raw: Mapping[str, Any], scope: Scope) -> None:
        self.identifier = identifier
        self.scope = scope
        self._left = {key: value for key, value in raw.items() if key not in _FRAME}

    def take(self, key: str, default: Any = _MISSING) -> Any:
        """A value as it stands.

        :raises Unsupported: it is not there, and needed.
        """
        value = self._left.pop(key, default)
        if value is _MISSING:
            raise Unsupported(f"{self.identifier} without {key}")
        return value

    def text(self, key: str, default: Any = _MISSING) -> str:
        """A text field."""
        return self.scope.text(self.take(key, default))

    def variable(self, key: str) -> Content:
        """A field for one variable; nothing where it was left out, as an empty picker gives nothing."""
        value = self.take(key, None)
        return [] if value is None else self.scope.attached(value)

    def either(self, key: str, default: Any = _MISSING) -> Any:
        """A number, a switch or a choice."""
        return self.scope.either(self.take(key, default))

    def number(self, key: str, default: Any = _MISSING) -> float | int:
        """A number."""
        value = self.either(key, default)
        try:
            return value if isinstance(value, int | float) else float(value)
        except (TypeError, ValueError):
            raise Unsupported(f"{self.identifier}.{key} is no number: {value!r}") from None

    def fields(self, key: str) -> dict[str, Any]:
        """A dictionary field."""
        return self.scope.fields(self.take(key))

    def must(self, key: str, *values: Any) -> Any:
        """A value of which only these are modelled."""
        value = self.take(key, values[0])
        if value not in values:
            raise Unsupported(f"{self.identifier}.{key} = {value!r}")
        return value

    def done(self) -> None:
        """Refuse keys that nobody read."""
        if self._left:
            raise Unsupported(f"{self.identifier} with {', '.join(sorted(self._left))}")
