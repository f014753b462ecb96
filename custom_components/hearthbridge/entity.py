"""What every entity of a bridge has."""

from __future__ import annotations

from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import DOMAIN
from .coordinator import Coordinator, HearthbridgeConfigEntry


def device_info(entry: HearthbridgeConfigEntry) -> DeviceInfo:
    """The bridge as a device."""
    coordinator = entry.runtime_data
    return DeviceInfo(
        identifiers={(DOMAIN, entry.entry_id)},
        entry_type=DeviceEntryType.SERVICE,
        name=entry.title,
        manufacturer="Hearthbridge",
        sw_version=coordinator.data.version if coordinator.data else None,
        configuration_url=coordinator.bridge.url,
    )


class HearthbridgeEntity(CoordinatorEntity[Coordinator]):
    """An entity that shows something of the bridge's status."""

    _attr_has_entity_name = True

    def __init__(self, entry: HearthbridgeConfigEntry, key: str) -> None:
        """`key` is under `entity` in strings.json."""
        super().__init__(entry.runtime_data)
        self._attr_unique_id = f"{entry.entry_id}_{key}"
        self._attr_device_info = device_info(entry)

    @property
    def available(self) -> bool:
        """Whether the bridge can be heard."""
        return super().available and self.coordinator.data is not None
