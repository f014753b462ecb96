"""The cloud tier against the stand-in vendors: its own overhead, tokens by the size of the home, cache hits."""

import asyncio
import logging
import statistics
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import structlog

from actions.demo import DemoHome
from benchmarks.table import Table
from bridge.devices import Device
from bridge.exchange import Asked
from bridge.reply import Reply
from bridge.service import Service
from bridge.settings import CloudSettings, ProviderSettings, Settings, StoreSettings
from bridge.testing import Answer, Call, Vendors
from bridge.testing.tokens import count

ROUNDS = 200
KINDS = ("openai", "openai_responses", "anthropic", "gemini", "ollama")
SIZES = (50, 500, 5000)
UNCLEAR = (
    "it is rather gloomy around here",
    "could somebody do something about the heat upstairs",
    "we are nearly out of coffee and of bread",
    "I would like it cosy for the movie, with the blinds shut",
    "is anything still running that should not be",
)
_WORDS = ("Ceiling", "Corner", "Reading", "Desk", "Window", "Shelf", "Floor", "Wall", "Bedside", "Counter")
_KINDS = (("light", "light"), ("switch", "plug"), ("sensor", "temperature"), ("cover", "blind"), ("lock", "lock"))


def home_of(size: int) -> DemoHome:
    """A home with so many entities, in a room for each twenty."""
    rng = Random(size)  # the same home each time
    rooms = _rooms(size // 20 + 1)
    areas = {f"room_{number}": {"name": name} for number, name in enumerate(rooms)}
    entities: dict[str, dict[str, Any]] = {key: {} for key in areas}
    for number in range(size):
        domain, noun = _KINDS[rng.randrange(len(_KINDS))]
        room = f"room_{rng.randrange(len(rooms))}"
        name = f"{areas[room]['name']} {rng.choice(_WORDS).lower()} {noun} {number}"
        # Half of the ids come from the name, half from whatever made the device.
        ident = name.lower().replace(" ", "_") if number % 2 else f"shelly_{rng.randrange(16**6):06x}_{number}"
        entities[room][f"{domain}.{ident}"] = {"name": name, **_shown(domain)}
    return DemoHome({"floors": {}, "areas": areas, "entities": entities}, pace=0)


def _rooms(number: int) -> list[str]:
    known = [
        "Kitchen",
        "Hall",
        "Living room",
        "Bedroom",
        "Study",
        "Bathroom",
        "Garage",
        "Garden",
        "Attic",
        "Cellar",
    ]
    return [known[index] if index < len(known) else f"Room {index}" for index in range(number)]


def _shown(domain: str) -> dict[str, Any]:
    state = {"sensor": "21.5", "cover": "open", "lock": "locked"}.get(domain, "on")
    return {"state": state, "attributes": {"supported_color_modes": ["onoff"]} if domain == "light" else {}}


@asynccontextmanager
async def bridge(home: DemoHome, provider: ProviderSettings) -> AsyncIterator[tuple[Service, Device]]:
    """A service with one provider and one device."""
    with tempfile.TemporaryDirectory() as folder:
        store = StoreSettings(url=f"sqlite:///{Path(folder) / 'bench.db'}")
        cloud = CloudSettings(providers=[provider], day_usd=1000, month_usd=1000)
        service = Service(Settings(store=store, cloud=cloud), home)
        await service.start()
        try:
            device, _ = await service.devices.pair("bench")
            yield service, device
        finally:
            await service.stop()


def provider(vendors: Vendors, kind: str = "openai") -> ProviderSettings:
    """One of the stand-in vendors."""
    url = vendors.openai if kind.startswith("openai") else vendors.url
    return ProviderSettings.model_validate(
        {"kind": kind, "model": "m", "url": url, "key": "k", "price": {"input": 1, "output": 1}}
    )


async def _cloud(service: Service, device: Device, reply: Reply) -> dict[str, Any]:
    """What the record says of the cloud in a turn's last exchange."""
    found = await service.turns.find(reply.turn_id, device)
    assert found is not None
    tiers = found["exchanges"][-1]["tiers"]
    made: dict[str, Any] = next(one for one in tiers if one.get("tier") == "cloud")["trace"]["asked"][-1]
    return made


async def overhead(vendors: Vendors, kind: str, rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds of a turn that are neither the local tiers' nor of the SDK's call; and those of that call."""
    own, calls = [], []
    async with bridge(DemoHome(pace=0), provider(vendors, kind)) as (service, device):
        vendors.play(otherwise=Answer(calls=(Call("HassTurnOn", {"name": "light.kitchen_ceiling"}),)))
        for number in range(rounds + 20):
            reply = await service.turns.ask(Asked(f"{UNCLEAR[0]}, number {number}"), device)
            assert reply.receipts[0].status == "done", reply
            asked = await _cloud(service, device, reply)
            if number >= 20:
                local = reply.timings_ms["grammar"] + reply.timings_ms.get("small", 0)
                own.append(reply.timings_ms["total"] - local - asked["model_ms"])
                calls.append(asked["model_ms"])
    return own, calls


async def tokens(vendors: Vendors, size: int) -> list[int]:
    """Input tokens of the first request of a turn, for each of the sentences."""
    async with bridge(home_of(size), provider(vendors)) as (service, device):
        found = []
        for sentence in UNCLEAR:
            vendors.play(otherwise=Answer(text="Well."))
            await service.turns.ask(Asked(sentence, area="Kitchen"), device)
            found.append(count(vendors.seen[0].prompt))
        return found


async def cached(vendors: Vendors, size: int, exchanges: int = 6) -> float:
    """The share of a conversation's input that the vendor had in its cache."""
    vendors.cache.clear()
    async with bridge(home_of(size), provider(vendors)) as (service, device):
        vendors.play(otherwise=Answer(text="Well, that depends on what you would like to have."))
        turn, used = None, []
        for number in range(exchanges):
            asked = Asked(f"{UNCLEAR[number % len(UNCLEAR)]}, again", turn_id=turn)
            reply = await service.turns.ask(asked, device)
            turn = reply.turn_id
            used.append(await _cloud(service, device, reply))
        return float(sum(one["cached_tokens"] for one in used) / sum(one["input_tokens"] for one in used))


def measure(rounds: int = ROUNDS) -> Table:
    """Every figure of the cloud tier."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with Vendors() as vendors:
        return asyncio.run(_measure(vendors, rounds))


async def _measure(vendors: Vendors, rounds: int) -> Table:
    table = Table("The cloud tier, against the stand-in vendors on this machine", "", "p50", "p95")
    for kind in KINDS:
        own, calls = await overhead(vendors, kind, rounds)
        table.row(f"{kind}: own overhead of a turn, ms", *_two(own))
        table.row(f"{kind}: the vendor's SDK and the wire, to a model that takes no time, ms", *_two(calls))
    for size in SIZES:
        found = await tokens(vendors, size)
        row = (str(round(statistics.median(found))), str(max(found)))
        table.row(f"input tokens of a turn at {size} entities (p50, most)", *row)
    for size in SIZES:
        share = await cached(vendors, size)
        table.row(f"input from the prompt cache, a conversation of 6 at {size} entities", f"{share:.0%}", "")
    table.note("overhead: the whole turn less the local tier before it and the call of the vendor's SDK")
    table.note("tokens as `bridge.testing.tokens` counts them, tools and all")
    return table


def _two(values: list[float]) -> tuple[str, str]:
    ordered = statistics.quantiles(values, n=100)
    return f"{ordered[49]:.1f}", f"{ordered[94]:.1f}"


if __name__ == "__main__":
    print(measure())
