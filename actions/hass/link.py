"""The link to a real Home Assistant: connects, stays connected, sees and acts."""

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from homeassistant_api.errors import UnauthorizedError

from actions.errors import HomeAuthFailed, HomeLost, HomeRefused, HomeUnreachable
from actions.hass.live import LiveHome
from actions.hass.reasons import reason_of
from actions.hass.socket import CommandFailed, HassSocket, SocketLost
from actions.hass.states import LiveStates
from actions.hass.waiters import Waiters
from actions.hass.wire import websocket_url
from actions.home import Home, State
from actions.link import ServiceCall

_log = logging.getLogger(__name__)

ACT_AS = "hearthbridge/act"
"""The command of our integration that calls a service in the name of whom it issued the ticket for."""
_NOT_ISSUED_HERE = frozenset({"unknown_command", "other_home"})
"""The request came through another Home Assistant than the one that is acted in: nobody here to act for."""


class HomeAssistantLink:
    """A `HomeLink` to the Home Assistant at `url`.

    :param token: a long-lived access token. An administrator's: others are not told which of the entities without
        a unique id are exposed, so those count as not exposed.
    :param verify: check the TLS certificate; a path means a CA bundle of one's own.
    :param answer_within: seconds for the answer to a call, after which its outcome counts as unknown.
    :param heartbeat: seconds between pings; a peer that misses one is dead.
    :param retry: least and most seconds between attempts to connect.
    :param retry_refused: the same after the token was refused: Home Assistant may ban an address that insists.
    :param settle: seconds to gather changes of the registries before they are fetched again.
    :param recheck: seconds between looks at the exposure of entities without a unique id, which no event tells.
    :raises ValueError: `url` is no http, https, ws or wss address.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        verify: bool | str = True,
        answer_within: float = 10.0,
        heartbeat: float = 20.0,
        retry: tuple[float, float] = (0.25, 10.0),
        retry_refused: tuple[float, float] = (30.0, 300.0),
        settle: float = 0.1,
        recheck: float = 20.0,
    ) -> None:
        self._url = websocket_url(url)
        self._token = token
        self._verify = verify
        self._answer_within = answer_within
        self._heartbeat = heartbeat
        self._pace = _Pace(*retry)
        self._refused_pace = _Pace(*retry_refused)
        self._settle = settle
        self._recheck = recheck
        self._states = LiveStates()
        self._waiters = Waiters()
        self._listeners: list[tuple[str, Callable[[Mapping[str, Any]], None]]] = []
        self._live: LiveHome | None = None
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._refused = False
        self._why = "not started yet"
        self._noted = ""

    def __repr__(self) -> str:
        return f"HomeAssistantLink({'connected' if self.connected else self._why})"

    @property
    def connected(self) -> bool:
        """Whether calls can go out now: Home Assistant has started and its home is loaded."""
        return self._live is not None

    @property
    def home(self) -> Home:
        """The live snapshot.

        :raises HomeUnreachable: Home Assistant is away or still starting; states from before would be stale.
        :raises HomeAuthFailed: the token was refused.
        """
        return self._session().home

    def on_event(self, event_type: str, listener: Callable[[Mapping[str, Any]], None]) -> None:
        """Call `listener` with the data of each such event, from the next connection on; it must be quick."""
        self._listeners.append((event_type, listener))

    async def snapshot(self, entity_id: str) -> bytes:
        """A picture of now, as the camera gives it.

        :raises HomeError: the camera gives none.
        """
        # Imported here: most homes never ask.
        from actions.hass.camera import snapshot

        return await snapshot(self._url, self._token, entity_id, verify=self._verify)

    async def start(self) -> None:
        """Begin to connect, and keep connected until `stop`; returns at once."""
        if self._task is None:
            self._task = asyncio.create_task(self._keep_connected(), name="home-assistant-link")

    async def stop(self) -> None:
        """Close the connection and end every task."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._leave("stopped")

    async def ready(self, timeout: float) -> bool:
        """Wait until the home is loaded and calls can go out; False after `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout):
                await self._ready.wait()
        except TimeoutError:
            return False
        return True

    async def call(self, call: ServiceCall) -> Mapping[str, Any]:
        """Send one call; returns the service's response data, {} when it has none.

        :raises HomeUnreachable: not connected; nothing was sent.
        :raises HomeAuthFailed: the token was refused; nothing was sent.
        :raises HomeRefused: the home answered with an error; its cause has Home Assistant's own `code`.
        :raises HomeLost: the connection broke, or no answer came in time: the outcome is unknown.
        """
        socket = self._session().socket
        request: dict[str, Any] = {"domain": call.domain, "service": call.service, "service_data": dict(call.data)}
        if call.targets:
            request["target"] = {"entity_id": list(call.targets)}
        if call.answers:
            request["return_response"] = True
        if call.ticket is not None:
            request["ticket"] = call.ticket
        try:
            result = await socket.command("call_service" if call.ticket is None else ACT_AS, **request)
        except CommandFailed as failed:
            if call.ticket is not None and failed.code in _NOT_ISSUED_HERE:
                return await self.call(replace(call, ticket=None))
            raise HomeRefused(failed.message) from failed
        except SocketLost as lost:
            if lost.sent:
                raise HomeLost(f"{call.name} went out, but no answer came back: {lost.reason}") from lost
            raise HomeUnreachable(f"{call.name} was not sent: {lost.reason}") from lost
        except ValueError as error:
            raise HomeRefused(f"{call.name} cannot be sent: {error}") from error
        response = result.get("response") if isinstance(result, dict) else None
        return response if isinstance(response, dict) else {}

    async def wait_for(self, entity_id: str, met: Callable[[State], bool], timeout: float) -> bool:
        """Wait until the entity's state satisfies `met`; False after `timeout` seconds.

        Looks at the present state first. Goes on over a reconnect.
        """
        if self.connected and met(self.home.state(entity_id)):
            return True
        return await self._waiters.wait(entity_id, met, timeout)

    def _session(self) -> LiveHome:
        if self._live is not None:
            return self._live
        if self._refused:
            raise HomeAuthFailed("Home Assistant refused the access token.")
        raise HomeUnreachable(f"Home Assistant is not connected: {self._why}.")

    async def _keep_connected(self) -> None:
        while True:
            pace = self._pace
            try:
                await self._connect_once()
            except UnauthorizedError:
                pace = self._refused_pace
                self._leave("the access token was refused", refused=True)
            except (CommandFailed, SocketLost) as error:
                self._leave(str(error))
            except Exception as error:
                # A link that gave up would need a restart of the whole service.
                _log.debug("Home Assistant cannot be connected", exc_info=error)
                self._leave(reason_of(error))
            self._note()
            await asyncio.sleep(pace.next())

    async def _connect_once(self) -> None:
        socket = HassSocket(
            self._url,
            self._token,
            verify=self._verify,
            answer_within=self._answer_within,
            heartbeat=self._heartbeat,
        )
        async with socket:
            socket.on_end.append(self._leave)
            self._refused, self._why = False, "it is still starting"
            live = LiveHome(socket, self._states, self._waiters, settle=self._settle, recheck=self._recheck)
            await live.load()
            for event_type, listener in self._listeners:
                await self._subscribe(socket, event_type, listener)
            self._live = live
            self._pace.reset()
            self._refused_pace.reset()
            self._ready.set()
            self._noted = ""
            _log.info("Connected to Home Assistant: %d entities", len(live.home.entities))
            await live.follow()

    async def _subscribe(
        self, socket: HassSocket, event_type: str, listener: Callable[[Mapping[str, Any]], None]
    ) -> None:
        def hear(event: Mapping[str, Any]) -> None:
            data = event.get("data")
            listener(data if isinstance(data, Mapping) else {})

        try:
            await socket.command("subscribe_events", on_event=hear, event_type=event_type)
        except CommandFailed as failed:
            # Only an administrator's token may listen to any event.
            _log.warning("Home Assistant does not tell of %s: %s", event_type, failed.code)

    def _leave(self, reason: str, *, refused: bool = False) -> None:
        self._live = None
        self._ready.clear()
        self._states.clear()
        self._refused, self._why = refused, reason

    def _note(self) -> None:
        level = logging.DEBUG if self._why == self._noted else logging.WARNING
        self._noted = self._why
        _log.log(level, "Home Assistant is away: %s", self._why)


class _Pace:
    """Seconds until the next attempt: twice as long each time, and never the same for two who wait."""

    def __init__(self, least: float, most: float) -> None:
        self._least = least
        self._most = most
        self._now = least

    def next(self) -> float:
        now, self._now = self._now, min(self._now * 2, self._most)
        return now * random.uniform(0.5, 1.0)  # noqa: S311 - spreads attempts, keeps no secret

    def reset(self) -> None:
        self._now = self._least
