"""A service on the demo home with a cloud tier; its vendors are the stand-in server, through their own SDKs."""

import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from actions.action import Risk
from bridge.service import Service
from bridge.settings import (
    CloudSettings,
    PolicySettings,
    ProviderSettings,
    ServerSettings,
    Settings,
    SmallSettings,
    StoreSettings,
)
from bridge.testing import Answer, Vendors
from tests.integration.conftest import Phone, _own_settings, _quiet, _time_to_understand
from tests.quick import QuickHome

__all__ = ["_own_settings", "_quiet", "_time_to_understand"]

KINDS = ("openai", "openai_responses", "anthropic", "gemini", "ollama", "compatible")
UNCLEAR = "it is rather gloomy in the kitchen"
"""What the grammar does not know."""
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1", None})


@pytest.fixture(autouse=True)
def _nothing_else_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests cannot reach, or pay for, anything but this machine."""
    real = socket.getaddrinfo

    def only_here(host: Any, *rest: Any, **more: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in _LOCAL:
            raise socket.gaierror(f"a test looked for {name}")
        return real(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", only_here)


@pytest.fixture(scope="session")
def _server() -> Iterator[Vendors]:
    with Vendors() as vendors:
        yield vendors


@pytest.fixture
def vendors(_server: Vendors) -> Vendors:
    """The vendors, with nothing to say yet."""
    _server.play()
    _server.cache.clear()
    return _server


def provider(vendors: Vendors, kind: str = "openai", **more: Any) -> ProviderSettings:
    """A provider of a kind at the stand-in server, at a price."""
    url = vendors.openai if kind.startswith("openai") or kind == "compatible" else vendors.url
    values = {
        "kind": kind,
        "model": "m-1",
        "url": url,
        "key": "k",
        "price": {"input": 1, "output": 10, "cached": 0.1},
    }
    return ProviderSettings.model_validate({**values, **more})


class Bridge:
    """A running service with one phone."""

    def __init__(self, service: Service, phone: Phone, home: QuickHome) -> None:
        self.service = service
        self.phone = phone
        self.home = home

    async def trace(self) -> dict[str, Any]:
        """What the record says of the cloud in the last exchange."""
        tiers = await self.tiers()
        found: dict[str, Any] = next((one for one in tiers if one.get("tier") == "cloud"), {})
        return found

    async def tiers(self) -> list[dict[str, Any]]:
        """The tiers' traces of the last exchange."""
        assert self.phone.last is not None
        exchanges = (await self.phone.history(self.phone.last.turn_id, 10))["exchanges"]
        tiers: list[dict[str, Any]] = exchanges[-1]["tiers"]
        return tiers

    async def asked(self) -> list[str]:
        """What came of each provider, in order."""
        return [one["outcome"] for one in (await self.trace())["trace"]["asked"]]

    async def why(self) -> list[dict[str, str]]:
        """Where the last exchange went, and why."""
        found: list[dict[str, str]] = next(one["routing"] for one in await self.tiers() if "routing" in one)
        return found

    async def sent(self) -> list[dict[str, Any]]:
        """What left the house for the last turn."""
        assert self.phone.last is not None
        return await self.service.sent.of_turn(self.phone.last.turn_id)

    @property
    def called(self) -> list[tuple[str, tuple[str, ...]]]:
        """What was done in the home: services with their targets."""
        return [(call.name, call.targets) for call in self.home.calls if not call.answers]


Start = Callable[..., AbstractAsyncContextManager[Bridge]]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Starts a service: `async with start([provider(...)], day_usd=5) as bridge`."""

    @asynccontextmanager
    async def begin(
        providers: list[ProviderSettings],
        *,
        home: QuickHome | None = None,
        risks: dict[str, Risk] | None = None,
        **more: Any,
    ) -> AsyncIterator[Bridge]:
        home = home or QuickHome()
        settings = Settings(
            store=StoreSettings(url=f"sqlite:///{tmp_path / 'cloud.db'}"),
            policy=PolicySettings(entities=risks or {}),
            server=ServerSettings(max_body_bytes=12_000_000),
            # The grammar in front is sure or not of a sentence today and tomorrow; a model that learns is not.
            small=SmallSettings(enabled=False),
            cloud=CloudSettings(providers=providers, **more),
        )
        service = Service(settings, home)
        await service.start()
        try:
            number = len(await service.devices.all()) + 1
            yield Bridge(service, await Phone.pair(service, f"phone {number}"), home)
        finally:
            await service.stop()

    return begin


@pytest.fixture
async def bridge(start: Start, vendors: Vendors) -> AsyncIterator[Bridge]:
    """A service with one OpenAI provider."""
    async with start([provider(vendors)]) as bridge:
        yield bridge


def lit(*names: str) -> Answer:
    """The model turns these on."""
    from bridge.testing import Call

    return Answer(calls=tuple(Call("HassTurnOn", {"name": name}) for name in names))
