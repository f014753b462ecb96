"""A few lines on the page System > Repairs > System information."""

from __future__ import annotations

from typing import Any

from homeassistant.components import system_health
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .coordinator import HearthbridgeConfigEntry


@callback
def async_register(_hass: HomeAssistant, register: system_health.SystemHealthRegistration) -> None:
    """Say that there is something to show."""
    register.async_register_info(_info)


async def _info(hass: HomeAssistant) -> dict[str, Any]:
    entries: list[HearthbridgeConfigEntry] = hass.config_entries.async_entries(DOMAIN)
    loaded = [entry for entry in entries if entry.state is ConfigEntryState.LOADED]
    if not loaded:
        return {}
    coordinator = loaded[0].runtime_data
    url = f"{coordinator.bridge.url}/healthz"
    status = coordinator.data
    return {
        "bridges": len(entries),
        "can_reach_bridge": system_health.async_check_can_reach_url(hass, url),
        "bridge_version": status.version if status else None,
        "home_connected": status.home_connected if status else None,
    }
