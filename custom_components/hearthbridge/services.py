"""The actions for automations: `hearthbridge.ask` and `hearthbridge.run_shortcut`."""

from __future__ import annotations

import base64
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers import selector
from homeassistant.util.json import JsonObjectType

from .compat import vol
from .const import DOMAIN
from .coordinator import HearthbridgeConfigEntry
from .errors import BridgeError, Unauthorized
from .models import Reply
from .request import request_for
from .tickets import tickets_of

_ENTRY: dict[Any, Any] = {vol.Optional("config_entry"): selector.ConfigEntrySelector({"integration": DOMAIN})}
ASK = vol.Schema(
    {
        **_ENTRY,
        vol.Required("text"): vol.All(cv.string, vol.Length(min=1, max=20_000)),
        vol.Optional("camera"): cv.entity_domain("camera"),
        vol.Optional("area"): cv.string,
        vol.Optional("language"): cv.language,
        vol.Optional("turn_id"): cv.string,
        vol.Optional("read_only", default=False): cv.boolean,
    }
)
RUN_SHORTCUT = vol.Schema(
    {
        **_ENTRY,
        vol.Required("name"): vol.All(cv.string, vol.Length(min=1, max=100)),
        vol.Optional("input"): cv.string,
        vol.Optional("phone"): cv.string,
        vol.Optional("confirm", default=False): cv.boolean,
        vol.Optional("wait", default=60): vol.All(vol.Coerce(float), vol.Range(min=0, max=600)),
    }
)
_LONGEST_WAIT = 50.0
"""Seconds that the bridge waits in one request."""


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Make the actions known."""
    optional = SupportsResponse.OPTIONAL
    hass.services.async_register(DOMAIN, "ask", _ask, ASK, optional)
    hass.services.async_register(DOMAIN, "run_shortcut", _run_shortcut, RUN_SHORTCUT, optional)


async def _ask(call: ServiceCall) -> ServiceResponse:
    entry = _entry(call)
    data = call.data
    image = await _snapshot(call.hass, data["camera"]) if "camera" in data else None
    with tickets_of(call.hass).issue(call.context) as ticket:
        body = await request_for(
            call.hass,
            entry,
            data["text"],
            call.context,
            ticket=ticket,
            language=data.get("language"),
            turn_id=data.get("turn_id"),
            read_only=data["read_only"] or None,
            image=image,
        )
        if "area" in data:
            body["area"] = data["area"]
        try:
            reply = await entry.runtime_data.bridge.ask(body)
        except BridgeError as error:
            raise _failure(entry, error) from error
    return _answer(call, reply)


async def _run_shortcut(call: ServiceCall) -> ServiceResponse:
    entry = _entry(call)
    try:
        reply = await _run(call, entry)
    except BridgeError as error:
        raise _failure(entry, error) from error
    status = {str(receipt.get("status")) for receipt in reply.receipts}
    if "failed" in status:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="shortcut_failed",
            translation_placeholders={"message": reply.say},
        )
    return _answer(call, reply)


async def _run(call: ServiceCall, entry: HearthbridgeConfigEntry) -> Reply:
    bridge, data = entry.runtime_data.bridge, call.data
    arguments = {key: data[key] for key in ("name", "input") if key in data}
    body: dict[str, Any] = {
        "dialect": "mcp",
        "calls": {"name": "phone.run_shortcut", "arguments": arguments},
        **({"device": data["phone"]} if "phone" in data else {}),
    }
    reply = await bridge.call(body)
    if reply.ask is not None:
        said = "yes" if data["confirm"] else "no"
        answer = await request_for(call.hass, entry, said, call.context, language="en", turn_id=reply.turn_id)
        settled = await bridge.ask(answer)
        if not data["confirm"]:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="wants_a_yes",
                translation_placeholders={"question": reply.ask},
            )
        reply = settled
    loop = call.hass.loop
    end = loop.time() + data["wait"]
    while _is_open(reply) and (left := end - loop.time()) > 0:
        reply = await bridge.turn(reply.turn_id, min(left, _LONGEST_WAIT))
    return reply


def _is_open(reply: Reply) -> bool:
    return any(receipt.get("status") == "intended" for receipt in reply.receipts)


def _answer(call: ServiceCall, reply: Reply) -> ServiceResponse:
    if not call.return_response:
        return None
    response: JsonObjectType = reply.as_response()
    details = [receipt.get("detail") for receipt in reply.receipts]
    return {**response, "result": next((detail for detail in details if detail), None)}


def _entry(call: ServiceCall) -> HearthbridgeConfigEntry:
    """The bridge that is meant: the only one, where none was said."""
    entries: list[HearthbridgeConfigEntry] = call.hass.config_entries.async_entries(DOMAIN)
    wanted = call.data.get("config_entry")
    found = [
        entry for entry in entries if entry.state is ConfigEntryState.LOADED and wanted in (None, entry.entry_id)
    ]
    if len(found) != 1:
        key = "which_bridge" if found else "no_bridge"
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key=key)
    return found[0]


def _failure(entry: HearthbridgeConfigEntry, error: BridgeError) -> HomeAssistantError:
    if isinstance(error, Unauthorized):
        entry.runtime_data.refused()
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=error.key,
        translation_placeholders={"message": str(error)},
    )


async def _snapshot(hass: HomeAssistant, camera: str) -> str:
    # Imported here: most homes ask without a camera.
    from homeassistant.components.camera import async_get_image

    picture = await async_get_image(hass, camera)
    return base64.b64encode(picture.content).decode()
