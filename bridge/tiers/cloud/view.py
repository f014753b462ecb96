"""How the home is shown outside: by its own names, or by pseudonyms that are put back afterwards."""

from collections.abc import Mapping
from typing import Any, Protocol

from actions.home import Area, Entity, Floor
from bridge.tiers.cloud.redact import redact

LONGEST_NAME = 40
"""Longer names are cut: they are room for somebody's instructions."""


class View(Protocol):
    """What stands outside for the things of one home."""

    def entity(self, entity: Entity) -> str:
        """What a call names it by."""

    def name(self, entity: Entity) -> str:
        """What it is called; "" where that is not told."""

    def place(self, place: Area | Floor) -> str:
        """A room or floor."""

    def hide(self, text: str) -> str:
        """A text as it may leave."""

    def show(self, text: str) -> str:
        """A model's text as the person reads it."""

    def real(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """A model's arguments as the registry takes them."""


class Named:
    """By its own names."""

    def entity(self, entity: Entity) -> str:
        """See `View`."""
        return entity.id

    def name(self, entity: Entity) -> str:
        """See `View`."""
        return redact(entity.name)[:LONGEST_NAME]

    def place(self, place: Area | Floor) -> str:
        """See `View`."""
        return redact(place.name)[:LONGEST_NAME]

    def hide(self, text: str) -> str:
        """See `View`."""
        return redact(text)

    def show(self, text: str) -> str:
        """See `View`."""
        return text

    def real(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """See `View`."""
        return dict(arguments)
