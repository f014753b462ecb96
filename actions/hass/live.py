"""One session with Home Assistant: the home as it is, kept up to date until the connection ends."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from actions.hass.snapshot import (
    Registries,
    build_home,
    fetch_listed,
    fetch_registries,
    fetch_scripts,
    same_registries,
)
from actions.hass.socket import CommandFailed, HassSocket, SocketLost
from actions.hass.states import LiveStates
from actions.hass.waiters import Waiters
from actions.home import Home

_log = logging.getLogger(__name__)

_REGISTRY_EVENTS = (
    "entity_registry_updated",
    "device_registry_updated",
    "area_registry_updated",
    "floor_registry_updated",
)
_SERVICE_EVENTS = ("service_registered", "service_removed")
_STARTING_POLL = 0.25
_LOAD_WITHIN = 60.0


class LiveHome:
    """The home of one open socket.

    :param states: filled by this session, and shared with every Home it makes.
    :param settle: seconds to gather changes of the registries before they are fetched again.
    :param recheck: seconds between looks at what no event tells: the exposure of entities without a unique id.
    """

    def __init__(
        self, socket: HassSocket, states: LiveStates, waiters: Waiters, *, settle: float, recheck: float
    ) -> None:
        self.socket = socket
        self.home = Home()
        """The newest snapshot."""
        self._states = states
        self._waiters = waiters
        self._settle = settle
        self._recheck = recheck
        self._registries = Registries()
        self._services: Mapping[str, Any] = {}
        self._scripts: Mapping[str, Any] = {}
        self._stored = False
        self._first_states = asyncio.Event()
        self._wake = asyncio.Event()
        self._registries_old = False
        self._services_old = False
        socket.on_end.append(lambda _reason: self._wake.set())

    async def load(self) -> None:
        """Wait until Home Assistant has started, then subscribe to everything and take the first snapshot.

        :raises SocketLost: the connection broke.
        :raises CommandFailed: Home Assistant refused something that a snapshot cannot do without.
        """
        config = await self._running()
        self._stored = "conversation" in config.get("components", ())
        self._states.clear()
        await asyncio.gather(
            *(self._subscribe(event, self._on_registry) for event in _REGISTRY_EVENTS),
            *(self._subscribe(event, self._on_service) for event in _SERVICE_EVENTS),
            self.socket.command("subscribe_entities", on_event=self._on_states),
        )
        try:
            async with asyncio.timeout(_LOAD_WITHIN):
                await self._first_states.wait()
        except TimeoutError:
            raise SocketLost("no states came in time", sent=True) from None
        # Everything is fetched now; only what changes from here on needs another look.
        self._registries_old = self._services_old = False
        self._wake.clear()
        await asyncio.gather(self._fetch_registries(), self._fetch_services())
        self._build()
        self._waiters.tell_all(self._states.mapping)

    async def follow(self) -> None:
        """Keep the home up to date; ends only by raising, as `load` does."""
        loop = asyncio.get_running_loop()
        look_again = loop.time() + self._recheck
        while True:
            try:
                async with asyncio.timeout_at(look_again):
                    await self._wake.wait()
                await self._refresh()
            except TimeoutError:
                look_again = loop.time() + self._recheck
                await self._look_at_exposure()

    async def _refresh(self) -> None:
        self.socket.check()
        await asyncio.sleep(self._settle)
        self._wake.clear()
        self.socket.check()
        # Each flag falls before it is acted on, so that what comes meanwhile raises it again.
        if self._registries_old:
            self._registries_old = False
            await self._fetch_registries()
        if self._services_old:
            self._services_old = False
            await self._fetch_services()
        self._build()

    async def _look_at_exposure(self) -> None:
        if await fetch_listed(self.socket) != self._registries.exposure.listed:
            self._registries_old = True
            self._wake.set()

    async def _running(self) -> Mapping[str, Any]:
        # The API answers long before every integration has made its entities.
        while True:
            config: dict[str, Any] = await self.socket.command("get_config")
            if config.get("state", "RUNNING") == "RUNNING":
                return config
            await asyncio.sleep(_STARTING_POLL)

    async def _subscribe(self, event: str, on_event: Any) -> None:
        try:
            await self.socket.command("subscribe_events", on_event=on_event, event_type=event)
        except CommandFailed as failed:
            _log.debug("No subscription to %s: %s", event, failed.code)

    async def _fetch_registries(self) -> None:
        self._registries = await fetch_registries(self.socket, self._states.mapping, stored=self._stored)

    async def _fetch_services(self) -> None:
        services: Mapping[str, Any] = await self.socket.command("get_services", within=_LOAD_WITHIN)
        if services != self._services:
            self._services = services
        # Scripts are services too, and are registered anew when they are edited.
        self._scripts = await fetch_scripts(self.socket, self._states.mapping)

    def _build(self) -> None:
        home = build_home(self._registries, self._states.mapping, self._services, self._scripts)
        # What others have worked out about a home stays good as long as it is the same one.
        if not same_registries(home, self.home):
            self.home = home

    def _on_registry(self, _event: Mapping[str, Any]) -> None:
        self._registries_old = True
        self._wake.set()

    def _on_service(self, _event: Mapping[str, Any]) -> None:
        self._services_old = True
        self._wake.set()

    def _on_states(self, event: Mapping[str, Any]) -> None:
        change = self._states.apply(event)
        self._first_states.set()
        if change.population:
            self._registries_old = True
        if change.population or change.shape:
            self._wake.set()
        self._waiters.tell(change.entities, self._states.mapping)
