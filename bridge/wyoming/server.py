"""The Wyoming service: one sentence in, one sentence out, over TCP.

The protocol carries no user and no token, so whoever reaches the address may ask: off unless an address is set.
"""

import contextlib
from typing import Any
from urllib.parse import urlsplit

import structlog

from actions.errors import HearthError
from bridge.devices import Device, Devices
from bridge.exchange import Asked
from bridge.reply import Reply
from bridge.settings import Settings
from bridge.turns import Turns

log = structlog.get_logger()
NAME = "Wyoming"
_DEADLINE_S = 20.0
_CONVERSATIONS = 500


class WyomingServer:
    """Listens on the address of the settings; every turn belongs to one device of its own."""

    def __init__(self, settings: Settings, turns: Turns, devices: Devices) -> None:
        self._uri = settings.wyoming.uri or ""
        self._language = settings.language
        self._turns = turns
        self._devices = devices
        self._device: Device | None = None
        self._conversations: dict[str, str] = {}
        """Conversation of Home Assistant's -> the turn to go on with."""
        self._server: Any = None

    @property
    def port(self) -> int:
        """Where it listens."""
        return urlsplit(self._uri).port or 0

    async def start(self) -> None:
        """Listen.

        :raises HearthError: the extra is not installed, or the address cannot be used.
        """
        try:
            from wyoming.server import AsyncServer

            from bridge.wyoming.handler import factory
        except ImportError as error:
            raise HearthError(
                "The Wyoming service is not installed",
                code="missing_extra",
                hint="pip install 'hearthbridge[wyoming]', or unset HEARTHBRIDGE_WYOMING__URI.",
            ) from error
        self._device = await self._devices.internal(NAME, "wyoming")
        self._server = AsyncServer.from_uri(self._uri)
        try:
            await self._server.start(factory(self))
        except OSError as error:
            raise HearthError(
                f"The Wyoming service cannot listen on {self._uri}: {error.strerror}",
                code="cannot_listen",
                hint="Check HEARTHBRIDGE_WYOMING__URI.",
            ) from error

    async def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            with contextlib.suppress(OSError):
                await self._server.stop()

    async def ask(self, text: str, language: str | None, conversation: str | None) -> Reply:
        """Work on one sentence; a conversation goes on with its turn, so that a question can be answered.

        :raises HearthError: the home or the store is away; nothing was done.
        """
        assert self._device is not None  # noqa: S101  # set by start
        turn = self._conversations.pop(conversation, None) if conversation else None
        asked = Asked(
            text=text,
            turn_id=turn,
            language=language or self._language,
            deadline_s=_DEADLINE_S,
            record={"device": {"name": NAME}},
        )
        reply = await self._turns.ask(asked, self._device)
        if conversation and reply.ask:
            self._conversations[conversation] = reply.turn_id
            while len(self._conversations) > _CONVERSATIONS:
                del self._conversations[next(iter(self._conversations))]
        return reply
