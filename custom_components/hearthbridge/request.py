"""A request of Home Assistant's, as the bridge takes it: who said it, where, and what may be used."""

from __future__ import annotations

from typing import Any

from homeassistant.const import __version__ as ha_version
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er

from .api import DEADLINE_MS
from .const import CLOUD, CONF_CLOUD, CONF_WITHOUT_TIERS
from .coordinator import HearthbridgeConfigEntry


async def request_for(
    hass: HomeAssistant,
    entry: HearthbridgeConfigEntry,
    text: str,
    context: Context,
    *,
    ticket: str | None = None,
    language: str | None = None,
    device_id: str | None = None,
    satellite_id: str | None = None,
    **more: Any,
) -> dict[str, Any]:
    """The body of `POST /v1/ask`; `more` are further fields of it, left out where they are None."""
    name, area = _place(hass, device_id, satellite_id)
    user = await hass.auth.async_get_user(context.user_id) if context.user_id else None
    fields = {
        "text": text,
        "locale": language or hass.config.language,
        "deadline_ms": DEADLINE_MS,
        "device": {"name": name or "Home Assistant", "os": f"Home Assistant {ha_version}"},
        "area": area,
        "person": user.name if user else None,
        "ticket": ticket,
        "without_tiers": without_tiers(entry),
        **more,
    }
    return {key: value for key, value in fields.items() if value is not None}


def without_tiers(entry: HearthbridgeConfigEntry) -> list[str] | None:
    """The tiers that the options rule out."""
    without = list(entry.options.get(CONF_WITHOUT_TIERS, ()))
    if not entry.options.get(CONF_CLOUD, True):
        without.append(CLOUD)
    return without or None


def _place(hass: HomeAssistant, device_id: str | None, satellite_id: str | None) -> tuple[str | None, str | None]:
    """Name and area id of what it was said to."""
    satellite = er.async_get(hass).async_get(satellite_id) if satellite_id else None
    device = dr.async_get(hass).async_get(device_id or (satellite.device_id if satellite else None) or "")
    area = (satellite.area_id if satellite else None) or (device.area_id if device else None)
    return (device.name_by_user or device.name) if device else None, area
