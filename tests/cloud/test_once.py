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
    """The model adds an entry that no other request adds."""
    return Answer(
        calls=(Call("HassListAddItem", {"name": "todo.shopping_list", "item": f"thing {number}"}),), **more
    )


async def ask(bridge: Bridge, number: int, rng: random.Random) -> None:
    """Ask as an impatient phone does: twice at once under one key, then again after the reply."""
    deadline = rng.choice([0.15, 1.0, 8.0])
    key = {"idempotency_key": f"key {number}", "deadline_s": deadline}
    text = f"we are out of thing number {number}"
    asks = [bridge.phone.say(text, **key) for _ in range(2)]
    first, *_ = await asyncio.gather(*asks, return_exceptions=True)
    if not isinstance(first, BaseException):
        await bridge.phone.history(first.turn_id, 30)
        with contextlib.suppress(TurnError):
            await bridge.phone.say(text, **key)


def entries(bridge: Bridge) -> Counter[str]:
    items = bridge.home._house.devices["todo.shopping_list"].keeps["items"]
    return Counter(item["summary"] for item in items if item["summary"].startswith("thing "))


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
            if rng.random() < 0.05:  # rare: a lost call is looked for as long as a list may take
                bridge.home.lose_next("todo.add_item", happens=rng.random() < 0.5)
            vendors.play(*answers, otherwise=act(number))
            await ask(bridge, number, rng)
        done = entries(bridge)
        assert max(done.values()) == 1
        assert len(done) > 60


async def test_a_call_that_got_lost_is_not_sent_again(start: Start, vendors: Vendors) -> None:
    vendors.play(otherwise=act(1))
    async with start([provider(vendors)]) as bridge:
        bridge.home.fail_next("todo.add_item", HomeLost("gone"))
        reply = await bridge.phone.say("we are out of thing number 1")
        assert [receipt.status for receipt in reply.receipts] == ["unknown"]
        assert len(vendors.seen) == 1


async def test_two_providers_that_both_answer_act_once(start: Start, vendors: Vendors) -> None:
    def slow_then_quick(seen: Seen) -> Answer:
        return act(7, delay_s=2.0) if seen.vendor == "anthropic" else act(7)

    vendors.play(otherwise=slow_then_quick)
    providers = [provider(vendors, "anthropic", timeout_s=0.5), provider(vendors)]
    async with start(providers) as bridge:
        await bridge.phone.say("we are out of thing number 7", deadline_s=20)
        await asyncio.sleep(2.2)
        assert entries(bridge) == {"thing 7": 1}
