"""The small tier against Home Assistant's matcher as the grammar tier runs it, on one thread, neither cached."""

import asyncio
import statistics
import time
from collections.abc import Callable

from actions.catalog import build_registry
from actions.home import Area, Entity, Home, State
from actions.registry import Registry
from benchmarks.table import Table
from bridge.tiers.base import Tier, Utterance
from bridge.tiers.grammar import GrammarTier
from bridge.tiers.small.memory import Memory
from bridge.tiers.small.model import Model, shipped_folder
from bridge.tiers.small.tier import SmallTier

ROOMS = ("Kitchen", "Bedroom", "Study", "Hall", "Bathroom", "Garage", "Attic", "Cellar", "Nursery", "Library")
THINGS = ("ceiling light", "reading lamp", "blinds", "fan", "socket")
DOMAINS = ("light", "light", "cover", "fan", "switch")
SAID = (
    "turn on the {} {}",
    "turn off the {} {} please",
    "switch the {} {} on",
    "could you turn the {} {} off",
    "turn the {} {} off",
)
ROUNDS = 150
"""As many different sentences as there are: none is answered from a cache."""


def measure(rounds: int = ROUNDS) -> Table:
    """Latency of one request, and of getting to know a home."""
    model = Model(shipped_folder())
    table = Table(
        f"Understanding a request, {rounds} different ones, one thread", "", "entities", "p50 ms", "p95 ms"
    )
    for count in (30, 5000):
        home = _home(count)
        registry = build_registry(home)
        tiers: dict[str, Callable[[], Tier]] = {
            "small tier": lambda: SmallTier(model),
            "Home Assistant's matcher (hassil with its sentences), uncached": GrammarTier,
        }
        for name, make in tiers.items():
            asked = rounds if count < 1000 or name == "small tier" else max(20, rounds // 10)
            spent = asyncio.run(_ask(make(), home, registry, asked))
            cuts = statistics.quantiles(spent, n=100)
            table.row(name, str(count), f"{cuts[49]:.2f}", f"{cuts[94]:.2f}")
        table.note(
            f"getting to know a home of {count} entities, once: {_first_contact(model, home, registry):.0f} ms"
        )
    return table


def _home(count: int) -> Home:
    areas = [Area(room.lower(), room) for room in ROOMS]
    entities = []
    for number in range(count):
        room, thing = number // len(THINGS) % len(ROOMS), number % len(THINGS)
        turn = number // (len(THINGS) * len(ROOMS))
        name = f"{ROOMS[room]} {THINGS[thing]}{f' {turn + 1}' if turn else ''}"
        entities.append(Entity(f"{DOMAINS[thing]}.n{number}", name, area=areas[room].id, features=63))
    return Home(areas=areas, entities=entities, states={entity.id: State("off") for entity in entities})


async def _ask(tier: Tier, home: Home, registry: Registry, rounds: int) -> list[float]:
    await tier.understand(Utterance("hello"), home, registry)
    spent = []
    for number in range(rounds):
        template, room, thing = number % len(SAID), number // len(SAID) % 6, number // (6 * len(SAID)) % len(THINGS)
        sentence = SAID[template].format(ROOMS[room].lower(), THINGS[thing])
        started = time.perf_counter()
        await tier.understand(Utterance(sentence), home, registry)
        spent.append((time.perf_counter() - started) * 1000)
    return spent


def _first_contact(model: Model, home: Home, registry: Registry) -> float:
    started = time.perf_counter()
    model.remember(Memory.of(home, registry))
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    print(measure())
