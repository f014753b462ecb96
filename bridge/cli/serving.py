"""`demo` and `serve`: the service in this process."""

import asyncio
import errno
import gc
import json
import signal
import socket
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import click
import uvicorn

from actions.errors import HearthError
from actions.link import HomeLink
from bridge import log
from bridge.announce import Announcer
from bridge.api import create_app
from bridge.devices import HOME_ASSISTANT
from bridge.service import Service
from bridge.settings import LogSettings, ServerSettings, Settings, SettingsError, StoreSettings, load_settings
from bridge.store import migrate

_LAST_REQUESTS_S = 5
"""At the end, callers who still wait for a turn get this long."""
FIRST_TRY = "turn on the kitchen lights"


def run_demo(host: str, port: int) -> None:
    """Run on the demo home until interrupted; its record is thrown away at the end."""
    from actions.demo import DemoHome

    with tempfile.TemporaryDirectory(prefix="hearthbridge-demo-") as folder:
        settings = load_settings(
            server=ServerSettings(host=host, port=port),
            store=StoreSettings(url=f"sqlite:///{Path(folder) / 'demo.db'}"),
            log=LogSettings(level="warning", format="console"),
        )
        _run(settings, DemoHome(), _welcome)


async def _welcome(service: Service, url: str) -> None:
    _, token = await service.devices.pair("demo")
    code = await service.pairing.new_code(HOME_ASSISTANT)
    body = json.dumps({"text": FIRST_TRY})
    click.echo(f"""Hearthbridge runs on its demo home: {url}

Try:

  curl -s {url}/v1/ask -H 'Authorization: Bearer {token}' \\
       -H 'Content-Type: application/json' -d '{body}'

or, in another terminal:

  HEARTHBRIDGE_URL={url} HEARTHBRIDGE_TOKEN={token} \\
  hearthbridge ask unlock the front door

In Home Assistant, add the integration Hearthbridge with this address and the code {code.shown}.
The addresses are described at {url}/docs. Ctrl-C ends it.""")
    sys.stdout.flush()


def run_serve() -> None:
    """Run on the home of the settings until interrupted.

    :raises SettingsError: no home is set.
    """
    settings = load_settings()
    _run(settings, home_link(settings), _ready)


def home_link(settings: Settings) -> HomeLink:
    """The link to the Home Assistant of the settings.

    :raises SettingsError: no home is set.
    """
    if not settings.home.url or settings.home.token is None:
        raise SettingsError(
            "No Home Assistant is set",
            hint="Set HEARTHBRIDGE_HOME__URL and HEARTHBRIDGE_HOME__TOKEN, or try `hearthbridge demo` first.",
        )
    from actions.hass import HomeAssistantLink

    return HomeAssistantLink(settings.home.url, settings.home.token.get_secret_value())


async def _ready(service: Service, url: str) -> None:
    click.echo(f"Hearthbridge listens on {url}")
    if not await service.link.ready(10):
        click.echo(
            "Home Assistant does not answer yet; it is tried again. `hearthbridge doctor` tells more.", err=True
        )
    sys.stdout.flush()


def _run(settings: Settings, link: HomeLink, on_ready: Callable[[Service, str], Awaitable[None]]) -> None:
    log.configure(settings.log.level, settings.log.format)
    # uvicorn ends well and then sends itself the signal again, which would kill us before the last tidying up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with _listen(settings.server) as listening:
        service = Service(settings, link)
        # The start would do it too, but its errors are shown with a stack trace.
        migrate(service.store.engine)
        host, port = listening.getsockname()[:2]
        url = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104  # only compared
        config = uvicorn.Config(
            create_app(service),
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_LAST_REQUESTS_S,
        )
        announcer = Announcer(settings)

        async def ready() -> None:
            await announcer.start(service.own.id, port)
            await on_ready(service, url)
            await service.warm()
            # What is loaded by now stays; the collector need not go through it again and again.
            gc.freeze()

        async def stopping() -> None:
            # Who follows the feed would hold the server up.
            service.oversight.feed.close()
            await announcer.stop()

        server = _Server(config, ready, stopping)
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(server.serve(sockets=[listening]))
    if not server.started:
        raise HearthError("The service could not start", code="start_failed", hint="The log above says why.")


class _Server(uvicorn.Server):
    """Says when it is ready, and before it stops."""

    def __init__(
        self,
        config: uvicorn.Config,
        on_ready: Callable[[], Awaitable[None]],
        on_stop: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._on_stop = on_stop
        self._told: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then say so."""
        await super().startup(sockets)
        if self.started:
            # Beside the serving: it may wait for the home, and an interrupt must not wait for that.
            self._told = asyncio.ensure_future(self._on_ready())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, and waiting."""
        if self._told is not None:
            self._told.cancel()
        await self._on_stop()
        await super().shutdown(sockets)


def _listen(server: ServerSettings) -> socket.socket:
    try:
        listening = socket.create_server((server.host, server.port), reuse_port=False)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        hint = "Another program uses it: choose another with --port or HEARTHBRIDGE_SERVER__PORT."
        raise HearthError(
            f"Cannot listen on {server.host}:{server.port}: {error.strerror}",
            code="port_taken" if taken else "cannot_listen",
            hint=hint if taken else "Check the host in the settings.",
        ) from error
    return listening
