"""What it costs: on the record of each turn, within the caps, whatever happens."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bridge.cli.doctor import _provider
from bridge.purse import Cap, Purse
from bridge.settings import CloudSettings, PriceSettings, ProviderSettings
from bridge.testing import Answer, Fault, Vendors
from bridge.tiers.cloud.prices import TABLE, Price
from tests.cloud.conftest import UNCLEAR, Bridge, Start, provider

WORDS = Answer(text="Well, well.")


async def test_each_turn_says_what_it_cost(bridge: Bridge, vendors: Vendors) -> None:
    vendors.play(WORDS)
    await bridge.phone.say("tell me something")
    trace = (await bridge.trace())["trace"]
    one = trace["asked"][0]
    assert one["usd"] == pytest.approx((one["input_tokens"] * 1 + one["output_tokens"] * 10) / 1e6)
    assert (trace["usd"], one["price"]) == (one["usd"], "settings")
    assert (await bridge.sent())[0]["usd"] == pytest.approx(one["usd"])
    assert bridge.service.sent.purse.today == pytest.approx(one["usd"])


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"day_usd": 0.006}, "Today's money for cloud models is spent."),
        ({"month_usd": 0.006}, "This month's money for cloud models is spent."),
        ({"device_day_usd": 0.006}, "This device's money for cloud models is spent for today."),
    ],
)
async def test_at_the_cap_it_goes_on_locally_and_says_so(
    start: Start, vendors: Vendors, settings: dict[str, Any], says: str
) -> None:
    vendors.play(otherwise=WORDS)
    # So dear that the output that may come already weighs.
    dear = provider(vendors, price={"input": 2, "output": 1})
    async with start([dear], **settings) as bridge:
        spent = 0
        for number in range(8):
            reply = await bridge.phone.say(f"tell me something, number {number}")
            spent += reply.tier == "cloud"
        assert 0 < spent < 8
        assert reply.say.startswith(says)
        assert bridge.service.sent.purse.today <= 0.006
        assert (await bridge.phone.say("turn on the hall light")).decision == "performed"


async def test_the_caps_outlive_a_restart(start: Start, vendors: Vendors) -> None:
    vendors.play(otherwise=WORDS)
    async with start([provider(vendors)]) as bridge:
        await bridge.phone.say("tell me something")
        spent = bridge.service.sent.purse.today
    async with start([provider(vendors)]) as bridge:
        assert bridge.service.sent.purse.today == pytest.approx(spent) != 0
        assert bridge.service.sent.purse.this_month == pytest.approx(spent)


async def test_requests_at_once_do_not_overrun_a_cap(start: Start, vendors: Vendors) -> None:
    vendors.play(otherwise=Answer(text="Well.", delay_s=0.3))
    async with start([provider(vendors, price={"input": 2, "output": 1})], day_usd=0.02) as bridge:
        asks = (bridge.phone.say(f"tell me something, number {number}") for number in range(12))
        replies = await asyncio.gather(*asks)
        assert bridge.service.sent.purse.today <= 0.02
        assert {reply.tier for reply in replies} == {"cloud", "grammar"}


async def test_what_hangs_is_paid_in_full_and_what_failed_is_not(start: Start, vendors: Vendors) -> None:
    vendors.play(Answer(fault=Fault.HANG), Answer(fault=Fault.WRONG_KEY), WORDS)
    providers = [provider(vendors, name=name, timeout_s=1.6) for name in ("hangs", "fails", "works")]
    async with start(providers) as bridge:
        await bridge.phone.say("tell me something", deadline_s=20)
        cost = {one["provider"]: (one["outcome"], one["usd"]) for one in await bridge.sent()}
        assert cost["fails"] == ("wrong_key", 0.0)
        assert cost["hangs"][0] == "too_slow"
        assert cost["hangs"][1] > cost["works"][1] > 0


async def test_a_model_without_a_price_is_not_asked(start: Start, vendors: Vendors) -> None:
    unknown = ProviderSettings(kind="openai", model="of-tomorrow", url="https://models.example.com/v1")
    async with start([unknown]) as bridge:
        reply = await bridge.phone.say(UNCLEAR)
        assert reply.decision == "not_understood"
        assert (await bridge.why())[-1] == {"left_out": "cloud", "why": "no_price"}


@pytest.mark.parametrize(
    ("kind", "model", "url", "source"),
    [
        ("openai", "gpt-4.1-mini", None, TABLE),
        ("openai_responses", "gpt-4.1-mini", None, TABLE),
        ("anthropic", "claude-haiku-4-5", None, TABLE),
        ("gemini", "gemini-2.5-flash", None, TABLE),
        ("compatible", "openai/gpt-4.1-mini", "https://openrouter.ai/api/v1", TABLE),
        ("ollama", "qwen3:8b", None, "free"),
        ("compatible", "qwen3", "http://192.168.1.20:8080/v1", "free"),
        ("compatible", "qwen3", "http://llama.local:8080/v1", "free"),
        ("compatible", "qwen3", "https://example.com/v1", None),
    ],
)
def test_where_a_price_comes_from(kind: Any, model: str, url: str | None, source: str | None) -> None:
    price = Price.of(ProviderSettings(kind=kind, model=model, url=url))
    assert (price.source if price else None) == source
    if price is not None:
        assert price.free == (source == "free")
        assert (price.usd(1000, 0, 100) > 0) == (source == TABLE)


@pytest.mark.parametrize(("model", "ok"), [("gpt-4.1-mini", True), ("of-tomorrow", False)])
def test_doctor_says_which_models_have_a_price(model: str, ok: bool) -> None:
    finding = _provider(ProviderSettings(kind="openai", model=model))
    assert (finding.ok, finding.subject) == (ok, "cloud model openai")
    assert bool(finding.hint) is not ok


def test_cached_input_is_cheaper() -> None:
    settings = ProviderSettings(kind="openai", model="x", price=PriceSettings(input=10, output=20, cached=1))
    price = Price.of(settings)
    assert price is not None
    assert price.usd(1_000_000, 600_000, 0) == pytest.approx(4.6)


def test_a_picture_is_not_counted_as_words() -> None:
    price = Price.of(ProviderSettings(kind="openai", model="x", price=PriceSettings(input=1, output=1)))
    assert price is not None
    assert price.most(b'{"image": "' + b"A" * 400_000 + b'"}', 100) < 0.004


def test_a_new_day_and_a_new_month() -> None:
    today = datetime(2026, 1, 31, 12, tzinfo=UTC)
    clock = [today]
    purse = Purse(CloudSettings(day_usd=1, month_usd=1.5, device_day_usd=0.5), lambda: clock[0])
    purse.add("a", 0.5)
    assert (purse.reached("a"), purse.reached("b"), purse.reached("b", 0.6)) == (Cap.DEVICE, None, Cap.DEVICE)
    purse.add("b", 0.4)
    purse.add("c", 0.1)
    assert purse.reached("d") is Cap.DAY
    clock[0] = today - timedelta(days=1)
    assert purse.reached("d", 0.6) is Cap.DEVICE
    purse.add("d", 0.45)
    clock[0] = today - timedelta(days=2)
    assert purse.reached("e", 0.1) is Cap.MONTH
    clock[0] = today + timedelta(days=1)
    assert (purse.reached("a"), purse.this_month) == (None, 0)


def test_nothing_may_be_spent() -> None:
    assert Purse(CloudSettings(day_usd=0)).reached("a") is Cap.DAY
