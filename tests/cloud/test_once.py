"""Whatever goes wrong on the way, an act is done once or not at all."""

import asyncio
import contextlib
import random
from collections import Counter
from typing import Any

import pytest

from actions.errors import HomeLost
from bridge.testing import Answer, Call, Fault, Seen, Vendors
from bridge.turns import TurnError
from tests.cloud.conftest import Bridge, Start, provider

_WARMEST = 2700
FAULTS = (
    Fault.RATE_LIMIT,
    Fault.ERROR,
    Fault.OVERLOADED,
    Fault.HALF,
    Fault.BAD_JSON,
    Fault.CUT,
    Fault.EMPTY,
    Fault.REFUSAL,
    Fault.ERROR_IN_200,
    Fault.NOT_JSON,
    Fault.TOO_LONG,
    Fault.HANG,
)


def act(number: int, **more: Any) -> Answer:
    """The model gives a lamp a colour that no other request gives it."""
    wanted = {"name": "light.desk_lamp", "temperature": _WARMEST + number}
    return Answer(calls=(Call("HassLightSet", wanted),), **more)


async def ask(bridge: Bridge, number: int, rng: random.Random) -> None:
    """Ask as an impatient phone does: twice at once under one key, then again after the reply."""
    deadline = rng.choice([0.15, 1.0, 8.0])
    key = {"idempotency_key": f"key {number}", "deadline_s": deadline}
    text = f"give that desk thing mood number {number}"
    asks = [bridge.phone.say(text, **key) for _ in range(2)]
    first, *_ = await asyncio.gather(*asks, return_exceptions=True)
    if not isinstance(first, BaseException):
        await bridge.phone.history(first.turn_id, 30)
        with contextlib.suppress(TurnError):
            await bridge.phone.say(text, **key)


def done(bridge: Bridge) -> Counter[int]:
    """How often each act went out."""
    sent = (call.data.get("color_temp_kelvin") for call in bridge.home.calls)
    return Counter(kelvin - _WARMEST for kelvin in sent if isinstance(kelvin, int))


@pytest.mark.parametrize("batch", range(5))
async def test_no_act_is_done_twice_over_a_hundred_faults(start: Start, vendors: Vendors, batch: int) -> None:
    rng = random.Random(batch)  # the same faults each time
    kinds = ("openai", "anthropic", "gemini")
    providers = [provider(vendors, kind, name=kind, timeout_s=1.0) for kind in kinds]
    async with start(providers, timeout_s=6, day_usd=1000, month_usd=1000) as bridge:
        assert bridge.service.cloud is not None
        for number in range(100):
            for one in bridge.service.cloud.providers:
                one.breaker.succeeded()
            fault = rng.choice(FAULTS)
            answers: list[Any] = [act(number, fault=fault, delay_s=rng.choice([0, 0, 0, 0.2]))]
            if rng.random() < 0.3:
                bridge.home.lose_next("light.turn_on", happens=rng.random() < 0.5)
            vendors.play(*answers, otherwise=act(number))
            await ask(bridge, number, rng)
        times = done(bridge)
        assert max(times.values()) == 1
        assert len(times) > 60


async def test_a_call_that_got_lost_is_not_sent_again(start: Start, vendors: Vendors) -> None:
    vendors.play(otherwise=act(1))
    async with start([provider(vendors)]) as bridge:
        bridge.home.fail_next("light.turn_on", HomeLost("gone"))
        reply = await bridge.phone.say("give that desk thing mood number 1")
        assert [receipt.status for receipt in reply.receipts] == ["unknown"]
        assert len(vendors.seen) == 1


async def test_two_providers_that_both_answer_act_once(start: Start, vendors: Vendors) -> None:
    def slow_then_quick(seen: Seen) -> Answer:
        return act(7, delay_s=2.0) if seen.vendor == "anthropic" else act(7)

    vendors.play(otherwise=slow_then_quick)
    providers = [provider(vendors, "anthropic", timeout_s=0.5), provider(vendors)]
    async with start(providers) as bridge:
        await bridge.phone.say("give that desk thing mood number 7", deadline_s=20)
        await asyncio.sleep(2.2)
        assert done(bridge) == {7: 1}
