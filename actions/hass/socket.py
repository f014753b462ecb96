"""One connection to Home Assistant: one task reads, one writes, and any number of tasks send commands.

`homeassistant_api` does the HTTP upgrade and the authentication. Its own `recv` reads in whichever task waits,
which hangs or breaks with two of them, so everything after the authentication is done here.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from homeassistant_api import AsyncWebsocketClient
from homeassistant_api.errors import ReceivingError
from niquests import AsyncSession
from wsproto.events import CloseConnection

from actions.hass.reasons import reason_of
from actions.hass.wire import encode, messages, websocket_url

_log = logging.getLogger(__name__)

OnEvent = Callable[[dict[str, Any]], None]

_GOODBYE = 1.0


class CommandFailed(Exception):
    """Home Assistant answered a command with an error."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class SocketLost(Exception):
    """No answer will come: the connection broke or stayed silent. `sent` says whether the command went out."""

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent


@dataclass(slots=True, eq=False)
class _Command:
    body: str
    answer: asyncio.Future[Any]
    on_event: OnEvent | None
    id: int = 0

    @property
    def sent(self) -> bool:
        return self.id > 0

    def fail(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


class HassSocket(AsyncWebsocketClient):
    """An authenticated connection, from `async with` to its end or until it breaks.

    :param url: of Home Assistant, with or without `/api/websocket`.
    :param verify: check the TLS certificate; a path means a CA bundle of one's own.
    :param open_within: seconds for connecting and authenticating.
    :param answer_within: seconds for an answer to a command that sets no limit of its own.
    :param heartbeat: seconds between pings; a peer that misses one is dead.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        verify: bool | str = True,
        open_within: float = 10.0,
        answer_within: float = 10.0,
        heartbeat: float = 20.0,
    ) -> None:
        # Without a timeout of its own the session would end a connection that is silent for 30 seconds.
        session = AsyncSession(verify=verify, timeout=(open_within, None))
        # REQUESTS_CA_BUNDLE in the environment would win over what the person asked for here.
        session.trust_env = verify is True
        super().__init__(websocket_url(url), token, session=session)
        self.on_end: list[Callable[[str], None]] = []
        """Called once each, with the reason, at the moment when an open connection ends."""
        self._open_within = open_within
        self._answer_within = answer_within
        self._heartbeat = heartbeat
        self._inbox: deque[dict[str, Any]] = deque()
        self._outbox: asyncio.Queue[_Command | None] = asyncio.Queue()
        self._pending: dict[int, _Command] = {}
        self._listeners: dict[int, OnEvent] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._transport: Any = None
        self._ended: str | None = "it was never opened"

    @property
    def is_open(self) -> bool:
        """Whether commands can go out."""
        return self._ended is None

    def check(self) -> None:
        """Raise SocketLost when the connection has ended."""
        if self._ended is not None:
            raise SocketLost(self._ended, sent=False)

    async def __aenter__(self) -> Self:
        try:
            async with asyncio.timeout(self._open_within):
                return await super().__aenter__()
        except BaseException:
            await self._release()
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._release()

    async def supported_features_phase(self) -> None:
        """Start the tasks and ask for batches; the library calls this once it is authenticated."""
        self._ended = None
        with contextlib.suppress(AttributeError):
            ws: Any = self._ws
            self._transport = ws._response._connection.sock._writer.transport  # noqa: SLF001
        self._tasks = [
            asyncio.create_task(self._until_it_breaks(work)) for work in (self._write(), self._read(), self._ping())
        ]
        # Home Assistant then sends what is ready at one moment as one JSON list.
        await self.command("supported_features", features={"coalesce_messages": 1})

    async def command(
        self, kind: str, /, *, on_event: OnEvent | None = None, within: float | None = None, **data: Any
    ) -> Any:
        """Send one command and return its result; safe to cancel at any moment.

        :param on_event: makes it a subscription: called with each event, in the reader's task, so it must be quick.
        :param within: seconds to wait for the answer.
        :raises CommandFailed: Home Assistant answered with an error.
        :raises SocketLost: the connection broke, or no answer came in time.
        :raises ValueError: `data` cannot be written as JSON that Home Assistant reads.
        """
        body = encode({"type": kind, **data})
        self.check()
        command = _Command(body, asyncio.get_running_loop().create_future(), on_event)
        self._outbox.put_nowait(command)
        try:
            async with asyncio.timeout(self._answer_within if within is None else within):
                return await command.answer
        except TimeoutError:
            raise SocketLost("no answer came in time", sent=command.sent) from None
        finally:
            self._pending.pop(command.id, None)

    async def _read(self) -> None:
        while True:
            self._dispatch(await self._async_recv())

    async def _async_recv(self) -> dict[str, Any]:
        # The library's own takes anything that is no JSON for the start of a message, and so never gets out of it.
        while not self._inbox:
            payload = await self._ws.next_payload()
            if payload is None:
                raise ReceivingError("Home Assistant closed the connection")
            self._inbox.extend(messages(payload))
        return self._inbox.popleft()

    def _dispatch(self, message: dict[str, Any]) -> None:
        kind, number = message.get("type"), message.get("id")
        if not isinstance(number, int):
            _log.warning("Ignored a message without an id")
        elif kind == "event":
            self._tell(number, message.get("event"))
        elif kind in ("result", "pong") and (command := self._pending.get(number)):
            self._settle(command, message)

    def _tell(self, number: int, event: Any) -> None:
        listener = self._listeners.get(number)
        if listener is None or not isinstance(event, dict) or not self.is_open:
            return
        try:
            listener(event)
        except Exception:
            _log.exception("An event of Home Assistant could not be handled")

    def _settle(self, command: _Command, message: dict[str, Any]) -> None:
        if message["type"] == "pong" or message.get("success"):
            if not command.answer.done():
                command.answer.set_result(message.get("result"))
            return
        self._listeners.pop(command.id, None)
        error = message.get("error")
        told = error if isinstance(error, dict) else {}
        command.fail(
            CommandFailed(str(told.get("code", "unknown_error")), str(told.get("message", "no reason given")))
        )

    async def _write(self) -> None:
        # Numbering where it is written keeps the ids increasing, and no caller's cancellation cuts a frame in two.
        while command := await self._outbox.get():
            if command.answer.done():
                continue
            command.id = self._request_id()
            self._pending[command.id] = command
            if command.on_event is not None:
                self._listeners[command.id] = command.on_event
            await self._ws.send_payload(f'{{"id":{command.id},{command.body[1:]}')
        await self._say_goodbye()

    async def _say_goodbye(self) -> None:
        # niquests closes with the code 0, which no one may send: Home Assistant would log a warning each time.
        ws: Any = self._ws
        await ws._dsa.sendall(ws._protocol.send(CloseConnection(1000)))  # noqa: SLF001

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(self._heartbeat)
            await self.command("ping", within=self._heartbeat / 2)

    async def _until_it_breaks(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except SocketLost as lost:
            self._end(lost.reason)
        except Exception as error:
            self._end(reason_of(error))

    def _end(self, reason: str) -> None:
        if self._ended is not None:
            return
        self._ended = reason
        for waiting in self._pending.values():
            waiting.fail(SocketLost(reason, sent=True))
        while not self._outbox.empty():
            if command := self._outbox.get_nowait():
                command.fail(SocketLost(reason, sent=False))
        for tell in self.on_end:
            tell(reason)

    async def _release(self) -> None:
        was_open = self.is_open
        self._end("it was closed")
        if was_open:
            self._outbox.put_nowait(None)
            await asyncio.wait(self._tasks[:1], timeout=_GOODBYE)
        for task in self._tasks:
            task.cancel()
        await _within(_GOODBYE, asyncio.gather(*self._tasks, return_exceptions=True))
        if hasattr(self, "_ws"):
            await _within(_GOODBYE, self._ws.close())
        await _within(_GOODBYE, self._session.close())
        self._abort()

    def _abort(self) -> None:
        # The stack closes only once all is written: to a dead peer that is a quarter of an hour for each reconnect.
        with contextlib.suppress(AttributeError):
            self._transport.abort()


async def _within(seconds: float, work: Awaitable[Any]) -> None:
    # A peer that is dead, or a connection half open: whatever it does not let us finish is given up.
    with contextlib.suppress(Exception):
        async with asyncio.timeout(seconds):
            await work
