"""One connection of a Wyoming client."""

import asyncio
import contextlib
from importlib.metadata import version

from wyoming.asr import Transcript
from wyoming.event import Event
from wyoming.handle import Handled, NotHandled
from wyoming.info import Attribution, Describe, HandleModel, HandleProgram, Info
from wyoming.server import AsyncEventHandler, HandlerFactory

from actions.errors import HearthError
from bridge.tiers.grammar.languages import AVAILABLE
from bridge.wyoming.server import WyomingServer

_LONGEST = 20_000


class Handler(AsyncEventHandler):
    """Answers `describe` and `transcript`; everything else is passed over."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, server: WyomingServer) -> None:
        super().__init__(reader, writer)
        self._server = server

    async def run(self) -> None:
        """Serve until the client leaves, or sends what is no event."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, EOFError):
            await super().run()

    async def handle_event(self, event: Event) -> bool:
        """Answer one event."""
        if Describe.is_type(event.type):
            await self.write_event(_info().event())
        elif Transcript.is_type(event.type):
            await self.write_event(await self._answer(Transcript.from_event(event)))
        return True

    async def _answer(self, said: Transcript) -> Event:
        conversation = (said.context or {}).get("conversation_id")
        try:
            reply = await self._server.ask(str(said.text)[:_LONGEST], said.language, conversation)
        except HearthError as error:
            return NotHandled(error.message, said.context).event()
        if reply.decision in {"not_understood", "not_possible"}:
            return NotHandled(reply.say, said.context).event()
        return Handled(reply.say, said.context).event()


def factory(server: WyomingServer) -> HandlerFactory:
    """Makes a handler for each connection."""
    return lambda reader, writer: Handler(reader, writer, server)


def _info() -> Info:
    sentences_by = Attribution("home-assistant-intents", "https://github.com/home-assistant/intents")
    number = version("hearthbridge")
    model = HandleModel(
        name="hearthbridge",
        attribution=sentences_by,
        installed=True,
        description="Checked, read back, offline",
        version=number,
        languages=sorted(AVAILABLE),
    )
    program = HandleProgram(
        name="Hearthbridge",
        attribution=sentences_by,
        installed=True,
        description="Gets spoken requests done in the home",
        version=number,
        models=[model],
        supports_home_control=True,
    )
    return Info(handle=[program])
