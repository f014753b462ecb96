from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from scripted import ScriptedBridge


@pytest.fixture(autouse=True)
async def _ours(hass: HomeAssistant, enable_custom_integrations: None, socket_enabled: None) -> None:
    """Our integration is known, and the bridge beside it can be reached."""
    await async_setup_component(hass, "homeassistant", {})
    await async_setup_component(hass, "conversation", {})


@pytest.fixture
async def bridge() -> AsyncIterator[ScriptedBridge]:
    bridge = ScriptedBridge()
    yield bridge
    await bridge.stop()


@pytest.fixture
async def entry(hass: HomeAssistant, bridge: ScriptedBridge) -> MockConfigEntry:
    """A paired bridge, set up."""
    entry = MockConfigEntry(
        domain="hearthbridge",
        title="Hearthbridge",
        unique_id=bridge.status["id"],
        data={"url": await bridge.start(), "token": "hb_old"},
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry
