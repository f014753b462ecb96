"""Diagnostics that can be shown to others: no token, no address, nothing that was said."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import HomeAssistant

from .coordinator import HearthbridgeConfigEntry

_PRIVATE = {CONF_TOKEN, CONF_URL, "id", "device", "unique_id", "title"}


async def async_get_config_entry_diagnostics(
    _hass: HomeAssistant, entry: HearthbridgeConfigEntry
) -> dict[str, Any]:
    """How this bridge is set up, and how it is."""
    coordinator = entry.runtime_data
    status = asdict(coordinator.data) if coordinator.data else None
    if status is not None:
        status["last_turn"] = dict(status["last_turn"])
    return async_redact_data(
        {
            "entry": entry.as_dict(),
            "answers": coordinator.last_update_success,
            "last_error": type(coordinator.last_exception).__name__ if coordinator.last_exception else None,
            "status": status,
        },
        _PRIVATE,
    )
