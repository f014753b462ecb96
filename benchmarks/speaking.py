"""A bridge whose only tier answers word by word, each word with the time at which it was handed over."""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

import uvicorn

from actions.demo import DemoHome
from actions.home import Home
from actions.registry import Registry
from bridge import log
from bridge.api import create_app
from bridge.devices import HOME_ASSISTANT
from bridge.service import Service
from bridge.settings import Settings, StoreSettings
from bridge.tiers.base import Kind, Understanding, Utterance

WORDS = 5


class Speaking:
    """Answers as a large model does, except that its words are times."""

    name = "cloud"

    async def understand(self, utterance: Utterance, _home: Home, _registry: Registry) -> Understanding:
        """Say the time, five times."""
        assert utterance.context.tell is not None
        said = ""
        for _ in range(WORDS):
            await asyncio.sleep(0.03)
            word = f"{time.time():.6f} "
            said += word
            utterance.context.tell(word)
        return Understanding(Kind.ANSWER, 0.9, say=said)


async def _serve(port: int, folder: str) -> None:
    log.configure("error", "json")
    settings = Settings(store=StoreSettings(url=f"sqlite:///{Path(folder) / 'speaking.db'}"))
    service = Service(settings, DemoHome())
    service.worker._tiers = [Speaking()]  # noqa: SLF001
    app = create_app(service)
    # Who follows its events would hold its end up.
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  # uvicorn tells nobody
        await asyncio.sleep(0.05)
    code = await service.pairing.new_code(HOME_ASSISTANT)
    print(code.shown, flush=True)
    await serving


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        asyncio.run(_serve(int(sys.argv[1]), scratch))
