"""Timers: what is changed is what is stored, and they end when they should."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select

from bridge.clock import Clock, Timer, TimerError, facts, spell
from bridge.devices import Devices
from bridge.store import Store, StoreError, migrate
from bridge.store.tables import TimerRow, now

START, PAUSE, RESUME, CANCEL = "HassStartTimer", "HassPauseTimer", "HassUnpauseTimer", "HassCancelTimer"


class Bench:
    """A clock, its store, and what was announced."""

    def __init__(self, store: Store, device: str) -> None:
        self.store = store
        self.device = device
        self.ended: list[str] = []
        self.clock = Clock(store, self._announce)

    async def _announce(self, timer: Timer) -> None:
        self.ended.append(timer.label)

    async def act(self, intent: str, **arguments: Any) -> list[Timer]:
        """Carry out an intent."""
        return await self.clock.act(self.device, intent, arguments)

    async def stored(self) -> list[TimerRow]:
        """What a restart would find."""
        return await self.store.read(lambda session: list(session.exec(select(TimerRow))))


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    store = Store(f"sqlite:///{tmp_path / 'clock.db'}")
    migrate(store.engine)
    device, _ = await Devices(store).pair("phone")
    bench = Bench(store, device.id)
    await bench.clock.start()
    yield bench
    bench.clock.stop()
    store.close()


async def test_it_ends_and_is_gone(bench: Bench) -> None:
    [timer] = await bench.act(START, seconds=1, name="egg")
    assert timer.left <= 1
    async with asyncio.timeout(30):
        while bench.clock.of(bench.device):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert bench.ended == ["egg"]
    assert await bench.stored() == []


async def test_pausing_and_going_on(bench: Bench) -> None:
    [started] = await bench.act(START, minutes=5)
    assert started.ends is not None
    before = now()
    [paused] = await bench.act(PAUSE)
    assert paused.ends is None
    assert started.ends - now() <= timedelta(seconds=paused.left) <= started.ends - before
    [row] = await bench.stored()
    assert (row.ends, row.remaining) == (None, paused.remaining)
    before = now()
    [resumed] = await bench.act(RESUME)
    assert resumed.ends is not None
    assert before <= resumed.ends - timedelta(seconds=paused.left) <= now()


def _end(timer: Timer) -> float:
    """When it ends, or for how long it would still run, in seconds."""
    return timer.left if timer.ends is None else timer.ends.timestamp()


@pytest.mark.parametrize("paused", [False, True])
async def test_longer_and_shorter(bench: Bench, paused: bool) -> None:
    [timer] = await bench.act(START, minutes=5)
    if paused:
        [timer] = await bench.act(PAUSE)
    [longer] = await bench.act("HassIncreaseTimer", minutes=1)
    assert longer.seconds == 360
    assert _end(longer) - _end(timer) == pytest.approx(60)
    [shorter] = await bench.act("HassDecreaseTimer", minutes=2)
    assert shorter.seconds == 240
    assert _end(longer) - _end(shorter) == pytest.approx(120)
    assert (await bench.stored())[0].seconds == 240


async def test_shorter_than_what_is_left_ends_it(bench: Bench) -> None:
    await bench.act(START, minutes=5)
    await bench.act("HassDecreaseTimer", minutes=9)
    async with asyncio.timeout(30):
        while not bench.ended:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_which_one_is_meant(bench: Bench) -> None:
    await bench.act(START, minutes=5, name="Pizza")
    await bench.act(START, minutes=10)
    with pytest.raises(TimerError) as caught:
        await bench.act(CANCEL)
    assert caught.value.code == "multiple_timers_matched"
    assert "Pizza" in str(caught.value)
    assert "10 minutes" in str(caught.value)
    with pytest.raises(TimerError) as caught:
        await bench.act(CANCEL, name="pasta")
    assert caught.value.code == "timer_not_found"
    assert [timer.label for timer in await bench.act(CANCEL, start_minutes=10)] == ["10 minutes"]
    assert [timer.label for timer in await bench.act(CANCEL, name="the pizza")] == ["Pizza"]


async def test_all_of_a_device_and_no_others(bench: Bench) -> None:
    other, _ = await Devices(bench.store).pair("other")
    await bench.clock.act(other.id, START, {"minutes": 1})
    await bench.act(START, minutes=1)
    await bench.act(START, minutes=2)
    assert len(await bench.act("HassCancelAllTimers")) == 2
    assert await bench.act("HassCancelAllTimers") == []
    assert len(bench.clock.of(other.id)) == 1


async def test_the_next_to_end_comes_first(bench: Bench) -> None:
    for minutes in (9, 3, 6):
        await bench.act(START, minutes=minutes)
    assert [timer.seconds for timer in bench.clock.of(bench.device)] == [180, 360, 540]


async def test_a_restart_keeps_them(bench: Bench) -> None:
    await bench.act(START, minutes=5, name="running")
    await bench.act(START, minutes=6, name="paused")
    await bench.act(PAUSE, name="paused")
    again = Clock(bench.store, bench._announce)
    await again.start()
    assert again.of(bench.device) == bench.clock.of(bench.device)
    again.stop()


async def test_what_cannot_be_stored_is_not_changed(bench: Bench) -> None:
    await bench.act(START, minutes=5)
    before = bench.clock.of(bench.device)
    event.listen(bench.store.engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only=ON"))
    bench.store.engine.dispose()
    for intent, arguments in (
        (START, {"minutes": 1}),
        (PAUSE, {}),
        ("HassIncreaseTimer", {"minutes": 1}),
        (CANCEL, {}),
        ("HassCancelAllTimers", {}),
    ):
        with pytest.raises(StoreError):
            await bench.act(intent, **arguments)
        assert bench.clock.of(bench.device) == before


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds"), (1, "1 second"), (300, "5 minutes"), (3661, "1 hour 1 minute 1 second"), (7200, "2 hours")],
)
def test_a_length_in_words(seconds: int, words: str) -> None:
    assert spell(seconds) == words


def test_facts() -> None:
    timer = Timer("id", "device", None, 3725, None, 3600.4)
    told = facts(timer)
    assert (told["hours_left"], told["minutes_left"], told["seconds_left"]) == (1, 0, 0)
    assert (told["start_hours"], told["start_minutes"], told["start_seconds"]) == (1, 2, 5)
    assert told["is_active"] is False
    assert told["name"] == ""
