"""Following the bridge: its status, and what happens in it."""

from __future__ import annotations

import asyncio
import logging
import random
from typing import Any

from awesomeversion import AwesomeVersion
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_DEVICE_ID, CONF_TOKEN, CONF_URL
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .api import Bridge
from .const import (
    API,
    DOMAIN,
    EVENTS,
    ISSUE_BRIDGE_TOO_OLD,
    ISSUE_INTEGRATION_TOO_OLD,
    ISSUE_UNREACHABLE,
    OLDEST_BRIDGE,
)
from .errors import BridgeError, Unauthorized
from .models import Status

_LOGGER = logging.getLogger(__name__)
_AGAIN_S = (0.25, 0.5, 1.0, 2.0)
"""Pauses between attempts; the last one goes on, so that a bridge is seen within seconds of its start."""
_AWAY_S = 30.0
"""A restart is no reason for a repair issue."""

type HearthbridgeConfigEntry = ConfigEntry[Coordinator]


class Coordinator(DataUpdateCoordinator[Status | None]):
    """Knows how the bridge is, without asking: it follows the bridge's own feed."""

    config_entry: HearthbridgeConfigEntry

    def __init__(self, hass: HomeAssistant, entry: HearthbridgeConfigEntry) -> None:
        super().__init__(hass, _LOGGER, config_entry=entry, name=DOMAIN)
        self.bridge = Bridge(async_get_clientsession(hass), entry.data[CONF_URL], entry.data[CONF_TOKEN])
        self.last_update_success = False
        self._away: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Look once, then follow until the entry is unloaded.

        A bridge that is away keeps nothing from being set up: the agent must be there to say so, and the follower
        finds the bridge sooner than the next attempt of Home Assistant's would.

        :raises ConfigEntryAuthFailed: the token is not valid any more.
        """
        try:
            self._take(await self.bridge.status())
        except Unauthorized as error:
            raise ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key="unauthorized") from error
        except BridgeError as error:
            self._gone(error)
        entry = self.config_entry
        entry.async_create_background_task(self.hass, self._follow(), f"{DOMAIN} {entry.entry_id}")
        entry.async_on_unload(self._forget)

    @callback
    def refused(self) -> None:
        """The token is not valid any more: Home Assistant asks the person for a new code."""
        self.config_entry.async_start_reauth(self.hass)

    async def _follow(self) -> None:
        attempt = 0
        while True:
            try:
                async for kind, data in self.bridge.follow():
                    attempt = 0
                    self._hear(kind, data)
                # It ends its feed before it goes.
                self._gone(None)
            except Unauthorized as error:
                self._gone(error)
                self.refused()
                return
            except BridgeError as error:
                self._gone(error)
            pause = _AGAIN_S[min(attempt, len(_AGAIN_S) - 1)]
            attempt += 1
            await asyncio.sleep(pause * random.uniform(0.75, 1.0))  # noqa: S311

    @callback
    def _hear(self, kind: str, data: dict[str, Any]) -> None:
        if kind == "status":
            self._take(Status.from_json(data))
        elif event := EVENTS.get(kind):
            entry = self.config_entry
            devices = dr.async_entries_for_config_entry(dr.async_get(self.hass), entry.entry_id)
            about = {"entry_id": entry.entry_id, ATTR_DEVICE_ID: next((one.id for one in devices), None)}
            self.hass.bus.async_fire(event, {**data, **about})

    @callback
    def _take(self, status: Status) -> None:
        if self._away is not None:
            self._away.cancel()
            self._away = None
        self._issue(ISSUE_UNREACHABLE, wrong=False)
        known = AwesomeVersion(status.version)
        old = status.api < API or known < AwesomeVersion(OLDEST_BRIDGE)
        self._issue(ISSUE_BRIDGE_TOO_OLD, wrong=old, version=status.version, oldest=OLDEST_BRIDGE)
        self._issue(ISSUE_INTEGRATION_TOO_OLD, wrong=status.api > API, version=status.version)
        self.async_set_updated_data(status)

    @callback
    def _gone(self, error: BridgeError | None) -> None:
        if self._away is None:
            self._away = self.hass.loop.call_later(_AWAY_S, self._still_gone)
        if self.last_update_success or self.last_exception is None:
            self.async_set_update_error(error or BridgeError("It was stopped"))

    @callback
    def _still_gone(self) -> None:
        self._issue(ISSUE_UNREACHABLE, wrong=True, url=self.bridge.url)

    @callback
    def _issue(self, key: str, *, wrong: bool, **placeholders: str) -> None:
        issue_id = f"{key}_{self.config_entry.entry_id}"
        if not wrong:
            ir.async_delete_issue(self.hass, DOMAIN, issue_id)
            return
        ir.async_create_issue(
            self.hass,
            DOMAIN,
            issue_id,
            is_fixable=False,
            severity=ir.IssueSeverity.ERROR,
            translation_key=key,
            translation_placeholders={"name": self.config_entry.title, **placeholders},
        )

    @callback
    def _forget(self) -> None:
        if self._away is not None:
            self._away.cancel()
            self._away = None
        for key in (ISSUE_UNREACHABLE, ISSUE_BRIDGE_TOO_OLD, ISSUE_INTEGRATION_TOO_OLD):
            self._issue(key, wrong=False)
