"""A Step: one Shortcuts action with its values, checked and written as the format wants it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shortcuts.errors import BuildError
from shortcuts.fields import Quantity, dictionary
from shortcuts.schema import PREFIX, Key, Kind, Spec
from shortcuts.specs import SPECS
from shortcuts.values import Plist, Ref, Text, as_text


@dataclass(frozen=True, slots=True)
class Step:
    """One Shortcuts action, not yet placed in a shortcut."""

    name: str
    """The identifier, without `is.workflow.actions.` where it begins so."""
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def identifier(self) -> str:
        """The full identifier."""
        return self.name if self.name in SPECS else PREFIX + self.name

    @property
    def spec(self) -> Spec:
        """What is known of this action.

        :raises BuildError: nothing is.
        """
        if self.identifier not in SPECS:
            raise BuildError(f"There is no Shortcuts action '{self.name}' in shortcuts/schema.py")
        return SPECS[self.identifier]

    def parameters(self) -> Plist:
        """The values under their keys, each in the shape that its key takes.

        :raises BuildError: a key that the action does not have, or a value that it does not take.
        """
        spec = self.spec
        unknown = set(self.values) - set(spec.keys)
        if unknown:
            raise BuildError(f"'{self.name}' has no key {', '.join(sorted(unknown))}")
        return {
            key: _encode(f"{self.name}.{key}", spec.keys[key], value)
            for key, value in self.values.items()
            if value is not None
        }


def _encode(where: str, key: Key, value: Any) -> Any:
    check, write = _WRITERS[key.kind]
    if not isinstance(value, check) or (key.choices and value not in key.choices):
        wanted = f"one of {', '.join(key.choices)}" if key.choices else f"a value of kind {key.kind}"
        raise BuildError(f"{where} takes {wanted}, not {value!r}")
    return write(value)


def _attached(value: Any) -> Any:
    return value.attachment() if isinstance(value, Ref) else value


def _subject(value: Ref) -> Plist:
    return {"Type": "Variable", "Variable": value.attachment()}


_WRITERS: dict[Kind, tuple[Any, Any]] = {
    Kind.TEXT: (str | Text | Ref, lambda value: as_text(value).plist()),
    Kind.PICKER: (Ref, _attached),
    Kind.SUBJECT: (Ref, _subject),
    Kind.DICTIONARY: (Mapping, dictionary),
    Kind.NUMBER: (int | float | Ref, _attached),
    Kind.BOOL: (bool | Ref, _attached),
    Kind.CHOICE: (str, _attached),
    Kind.PLAIN: (str | int, _attached),
    Kind.QUANTITY: (Quantity, lambda value: value.plist()),
    Kind.ITEMS: (Sequence, list),
    Kind.ANY: (object, lambda value: value),
}
