"""A service on the demo home, over SQLite and a real Postgres, in this process and in one of its own."""

from __future__ import annotations

import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Self

import httpx
import psycopg
import pytest
import structlog
from sqlalchemy import event

from actions.demo import DemoHome
from actions.home import State
from bridge.api import create_app
from bridge.devices import Device
from bridge.exchange import Asked
from bridge.reply import Reply
from bridge.service import Service
from bridge.settings import PolicySettings, ServerSettings, Settings, StoreSettings
from bridge.store import Store
from bridge.tiers.grammar import reader

COMMAND = str(Path(sys.executable).with_name("hearthbridge"))
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
TOKEN = re.compile(r"hb_[\w-]+")
SOON = 0.3
"""Seconds; the demo home at pace 0 shows a change in the next rounds of the event loop, or never."""


@pytest.fixture(autouse=True, scope="session")
def _quiet() -> Iterator[None]:
    """No log: unconfigured, structlog draws each stack trace with all variables, which takes seconds."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of whoever runs the tests: neither their environment nor their files."""
    for name in list(os.environ):
        if name.startswith("HEARTHBRIDGE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _time_to_understand(monkeypatch: pytest.MonkeyPatch) -> None:
    """The grammar gives up after a quarter of a second; on a busy machine it would understand less."""
    monkeypatch.setattr(reader, "MAX_SECONDS", 5)


class Postgres:
    """A Postgres server on a Unix socket, from the binaries of the wheel `pgserver`."""

    def __init__(self) -> None:
        self.folder = Path(mkdtemp(prefix="hbpg-"))
        self._process: subprocess.Popen[bytes] | None = None
        # Postgres will not run as root; nobody else may look into a root's folders, so root's binaries are copied.
        self._as: dict[str, Any] = {"cwd": "/", "env": {"PATH": os.environ["PATH"], "LC_ALL": "C"}}
        self._binaries = _binaries()
        if os.geteuid() == 0:
            self._as |= {"user": "nobody", "group": 65534, "extra_groups": []}
            self._binaries = _copied(self._binaries, self.folder / "install")
            shutil.chown(self.folder, "nobody", 65534)

    def __enter__(self) -> Self:
        """Start; its time zone is not UTC, so that a mistake with time zones shows."""
        data = self.folder / "data"
        initdb = str(self._binaries / "bin" / "initdb")
        options = ["--auth=trust", "--encoding=utf8", "--no-sync", "--no-instructions"]
        subprocess.run(
            [initdb, "-D", str(data), "-U", "postgres", *options], check=True, capture_output=True, **self._as
        )
        settings = {"timezone": "Asia/Kolkata", "fsync": "off", "listen_addresses": "", "max_connections": "50"}
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [self._binaries / "bin" / "postgres", "-D", data, "-k", self.folder, *arguments],
                stderr=log,
                stdout=log,
                **self._as,
            )
        deadline = time.monotonic() + 30
        while not self._answers():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise AssertionError((self.folder / "log").read_text())
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop at once, and remove everything."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            with self._process:
                self._process.wait(15)
        shutil.rmtree(self.folder)

    def _answers(self) -> bool:
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def execute(self, statement: str, database: str = "postgres") -> None:
        """Run one statement outside of a transaction."""
        address = f"host={self.folder} user=postgres dbname={database}"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())

    def new_database(self) -> str:
        """An empty database's URL."""
        name = f"hb_{uuid.uuid4().hex}"
        self.execute(f"CREATE DATABASE {name}")
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"


def _binaries() -> Path:
    # Not imported: it would look for a place for its own server's files, with a warning.
    spec = find_spec("pgserver")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0]) / "pginstall"


def _copied(binaries: Path, to: Path) -> Path:
    """The binaries with the libraries that the wheel keeps beside its package."""
    package = binaries.parent
    for libraries in package.parent.glob(f"{package.name}.libs"):
        shutil.copytree(libraries, to / libraries.name)
    return shutil.copytree(binaries, to / package.name / binaries.name, symlinks=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running Postgres."""
    with Postgres() as postgres:
        yield postgres


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database()


class QuickHome(DemoHome):
    """The demo home, which shows at once what it will ever show."""

    def __init__(self) -> None:
        super().__init__(pace=0)

    async def wait_for(self, entity_id: str, met: Callable[[State], bool], timeout: float) -> bool:
        """Wait no longer than the demo home needs."""
        return await super().wait_for(entity_id, met, min(timeout, SOON))


def settings_for(url: str, **more: Any) -> Settings:
    """Settings with a store, a short wait for a yes, and a small limit on bodies."""
    values: dict[str, Any] = {
        "store": StoreSettings(url=url),
        "policy": PolicySettings(),
        "server": ServerSettings(max_body_bytes=200_000),
        **more,
    }
    return Settings(**values)


def use_pragma(store: Store, pragma: str) -> None:
    """Let every connection to a SQLite store begin with a pragma."""
    event.listen(store.engine, "connect", lambda connection, _: connection.execute(f"PRAGMA {pragma}"))
    store.engine.dispose()


@pytest.fixture
def home() -> QuickHome:
    """A demo home, not started."""
    return QuickHome()


@pytest.fixture
async def service(home: QuickHome, tmp_path: Path) -> AsyncIterator[Service]:
    """A running service on the demo home, with SQLite."""
    service = Service(settings_for(f"sqlite:///{tmp_path / 'service.db'}"), home)
    await service.start()
    yield service
    await service.stop()


class Phone:
    """A paired device that talks to a service without HTTP, and knows how its conversation stands."""

    def __init__(self, service: Service, device: Device) -> None:
        self.service = service
        self.device = device
        self.last: Reply | None = None

    @classmethod
    async def pair(cls, service: Service, name: str = "phone") -> Self:
        """Pair a new one."""
        device, _ = await service.devices.pair(name)
        return cls(service, device)

    async def say(self, text: str, **more: Any) -> Reply:
        """Begin a turn."""
        self.last = await self.service.turns.ask(Asked(text, **more), self.device)
        return self.last

    async def answer(self, text: str, **more: Any) -> Reply:
        """Go on with the turn."""
        assert self.last is not None
        return await self.say(text, **{"turn_id": self.last.turn_id, **more})

    async def history(self, turn: str, wait_s: float = 0) -> dict[str, Any]:
        """The record of a turn."""
        found = await self.service.turns.find(turn, self.device, wait_s)
        assert found is not None
        return found


@pytest.fixture
async def phone(service: Service) -> Phone:
    """A phone of the service."""
    return await Phone.pair(service)


@pytest.fixture
async def client(home: QuickHome, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The HTTP surface in this process, with a token of its own."""
    service = Service(settings_for(f"sqlite:///{tmp_path / 'http.db'}"), home)
    app = create_app(service)
    async with app.router.lifespan_context(app):
        _, token = await service.devices.pair("test")
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://bridge", headers=headers) as client:
            client.app = app  # type: ignore[attr-defined]
            yield client


def service_of(client: httpx.AsyncClient) -> Service:
    """The service behind a client."""
    service: Service = client.app.state.service  # type: ignore[attr-defined]
    return service


class Server:
    """A command of ours that serves, in a process of its own."""

    def __init__(self, command: list[str], folder: Path, **environment: str) -> None:
        self._command = command
        self._log = folder / f"server-{uuid.uuid4().hex}.log"
        self._environment = {**os.environ, **environment}
        self._process: subprocess.Popen[str] | None = None
        self.url = ""
        self.token = ""
        self.printed = ""

    def __enter__(self) -> Self:
        """Start, and read the address and the token from what it prints."""
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                self._command, env=self._environment, stdout=subprocess.PIPE, stderr=log, text=True
            )
        watchdog = threading.Timer(30, self._process.kill)
        watchdog.start()
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.printed += line
            if (url := ADDRESS.search(line)) and not self.url:
                self.url = url.group()
            if token := TOKEN.search(line):
                self.token = token.group()
            if self.url and self.token:
                break
        watchdog.cancel()
        assert self.token, self.log
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        if self._process is not None and self._process.returncode is None:
            self.stop()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it; returns its exit status."""
        assert self._process is not None
        self._process.send_signal(how)
        with self._process:
            self._process.wait(15)
            assert self._process.stdout is not None
            self.printed += self._process.stdout.read()
        return self._process.returncode

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        """What it wrote to standard error."""
        return self._log.read_text()

    def post(self, path: str, body: Any, **headers: str) -> dict[str, Any]:
        """Post JSON; the JSON that came back."""
        authorisation = {"Authorization": f"Bearer {self.token}"}
        answer: dict[str, Any] = httpx.post(
            self.url + path, json=body, headers={**authorisation, **headers}, timeout=30
        ).json()
        return answer

    def get(self, path: str) -> dict[str, Any]:
        """Get JSON."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer: dict[str, Any] = httpx.get(self.url + path, headers=headers, timeout=30).json()
        return answer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """`hearthbridge demo`, in a process of its own."""
    with Server([COMMAND, "demo", "--port", "0"], tmp_path, TMPDIR=str(tmp_path)) as server:
        yield server
