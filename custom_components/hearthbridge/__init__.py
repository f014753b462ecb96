"""Hearthbridge: an Assist agent that checks what it does, with its own actions, sensors and repairs."""

from __future__ import annotations

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from .const import DOMAIN
from .coordinator import Coordinator, HearthbridgeConfigEntry
from .services import async_setup_services
from .tickets import async_setup_tickets

PLATFORMS = [Platform.CONVERSATION, Platform.SENSOR, Platform.SWITCH]
if hasattr(Platform, "AI_TASK"):
    PLATFORMS.append(Platform.AI_TASK)

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, _config: ConfigType) -> bool:
    """Set up what all bridges share: the actions, and acting in a person's name."""
    await async_setup_tickets(hass)
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: HearthbridgeConfigEntry) -> bool:
    """Set up one bridge."""
    entry.runtime_data = Coordinator(hass, entry)
    await entry.runtime_data.start()
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: HearthbridgeConfigEntry) -> bool:
    """Take one bridge away again."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
