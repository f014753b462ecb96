"""The switch for read-only mode."""

from __future__ import annotations

from typing import Any

from homeassistant.components.switch import SwitchEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .coordinator import HearthbridgeConfigEntry
from .entity import HearthbridgeEntity
from .errors import BridgeError

PARALLEL_UPDATES = 1


async def async_setup_entry(
    _hass: HomeAssistant, entry: HearthbridgeConfigEntry, add: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the switch of a bridge."""
    add([ReadOnly(entry)])


class ReadOnly(HearthbridgeEntity, SwitchEntity):
    """While it is on, the bridge answers questions and does nothing, whoever asks."""

    _attr_translation_key = "read_only"
    _attr_entity_category = EntityCategory.CONFIG

    def __init__(self, entry: HearthbridgeConfigEntry) -> None:
        super().__init__(entry, "read_only")

    @property
    def is_on(self) -> bool | None:
        """Whether the bridge only answers."""
        return self.coordinator.data.read_only if self.coordinator.data else None

    async def async_turn_on(self, **_: Any) -> None:
        """Only answer from now on."""
        await self._set(on=True)

    async def async_turn_off(self, **_: Any) -> None:
        """Do things again."""
        await self._set(on=False)

    async def _set(self, *, on: bool) -> None:
        try:
            self.coordinator.async_set_updated_data(await self.coordinator.bridge.set_read_only(on))
        except BridgeError as error:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key=error.key,
                translation_placeholders={"message": str(error)},
            ) from error
