"""A scripted Home Assistant: its WebSocket protocol on a real socket, as much of it as the link uses."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

TOKEN = "token-that-must-not-be-told"
SILENT = object()
"""What a handler returns to leave a command without an answer."""

Message = dict[str, Any]


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what another task brings about."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - the other side of the socket tells nobody
            await asyncio.sleep(0.002)


class Refusal(Exception):
    """Raised by a handler to answer with an error."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)


class FakeHass:
    """Answers commands from `handlers`, by their type; what is changed on it holds from the next command on."""

    def __init__(self) -> None:
        self.port = 0
        self.token = TOKEN
        self.states: dict[str, Message] = {
            "light.lamp": {"s": "off", "a": {"friendly_name": "Lamp"}, "c": "x", "lc": 1000.0},
        }
        self.listed: dict[str, Message] = {"light.lamp": {"conversation": True}}
        self.entries: dict[str, Message] = {}
        self.areas: list[Message] = [{"area_id": "hall", "name": "Hall", "aliases": [None, "Entrance"]}]
        self.config: Message = {"state": "RUNNING", "components": ["conversation"]}
        self.calls: list[Message] = []
        self.ids: list[int] = []
        self.counts: dict[str, int] = {}
        self.auth_delay = 0.0
        self.connections: list[ServerConnection] = []
        self.handlers: dict[str, Callable[[Message], Any]] = {
            "ping": lambda _: None,
            "supported_features": lambda _: None,
            "get_config": lambda _: self.config,
            "config/area_registry/list": lambda _: self.areas,
            "config/device_registry/list": lambda _: [],
            "config/entity_registry/get_entries": lambda m: {i: self.entries.get(i) for i in m["entity_ids"]},
            "homeassistant/expose_entity/list": lambda _: {"exposed_entities": self.listed},
            "homeassistant/expose_new_entities/get": lambda _: {"expose_new": True},
            "get_services": lambda _: {"light": {"turn_on": {}}},
            "subscribe_events": self._subscribe,
            "subscribe_entities": self._subscribe,
            "call_service": self._call,
        }
        self._subscriptions: dict[str, int] = {}
        self._server: Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._server = await serve(self._talk, "127.0.0.1", self.port, ping_interval=None, max_size=None)
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    def drop(self) -> None:
        """Break every connection without a goodbye."""
        for connection in self.connections:
            connection.transport.abort()

    async def send(self, text: str) -> None:
        """Send raw text to the newest connection."""
        await self.connections[-1].send(text)

    async def fire(self, subscription: str, event: Message) -> None:
        """Send an event: of that event type, or of `subscribe_entities`."""
        await self.send(json.dumps({"id": self._subscriptions[subscription], "type": "event", "event": event}))

    async def become(self, entity_id: str, state: str) -> None:
        """Change a state and tell of it."""
        self.states[entity_id] |= {"s": state}
        await self.fire("subscribe_entities", {"c": {entity_id: {"+": {"s": state, "lc": 2000.5}}}})

    def _subscribe(self, message: Message) -> None:
        self._subscriptions[str(message.get("event_type", message["type"]))] = message["id"]

    def _call(self, message: Message) -> Message:
        self.calls.append(message)
        return {"context": {}, "response": {"heard": True} if message.get("return_response") else None}

    async def _talk(self, connection: ServerConnection) -> None:
        self.connections.append(connection)
        with suppress(ConnectionClosed):
            await connection.send(json.dumps({"type": "auth_required", "ha_version": "1"}))
            given = json.loads(await connection.recv())
            await asyncio.sleep(self.auth_delay)
            if given != {"type": "auth", "access_token": self.token}:
                await connection.send(json.dumps({"type": "auth_invalid", "message": "Invalid access token"}))
                return
            await connection.send(json.dumps({"type": "auth_ok", "ha_version": "1"}))
            self.ids = []
            async for text in connection:
                await self._answer(connection, json.loads(text))

    async def _answer(self, connection: ServerConnection, message: Message) -> None:
        kind, number = message["type"], message["id"]
        self.ids.append(number)
        self.counts[kind] = self.counts.get(kind, 0) + 1
        answer: Message = {"id": number, "type": "pong" if kind == "ping" else "result", "success": True}
        try:
            if kind not in self.handlers:
                raise Refusal("unknown_command", "Unknown command.")
            result = self.handlers[kind](message)
            if result is SILENT:
                return
            answer |= {"result": result}
        except Refusal as refusal:
            code, text = refusal.args
            answer |= {"success": False, "error": {"code": code, "message": text}}
        await connection.send(json.dumps(answer))
        if kind == "subscribe_entities":
            first = {"id": number, "type": "event", "event": {"a": self.states}}
            await connection.send(json.dumps(first))


@asynccontextmanager
async def running_hass() -> AsyncIterator[FakeHass]:
    """A fake that listens until the block ends."""
    hass = FakeHass()
    await hass.start()
    try:
        yield hass
    finally:
        await hass.stop()
