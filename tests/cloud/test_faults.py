"""What goes wrong with a vendor becomes the next provider, or a clear answer in time; and it is paid for once."""

import pytest

from bridge.exchange import Way
from bridge.testing import Answer, Call, Fault, Vendors
from tests.cloud.conftest import KINDS, UNCLEAR, Bridge, Start, lit, provider

LIGHT = lit("light.kitchen_ceiling")
BROKEN = {
    Fault.RATE_LIMIT: "rate_limited",
    Fault.QUOTA: "quota",
    Fault.ERROR: "server_error",
    Fault.OVERLOADED: "overloaded",
    Fault.HALF: "broken_off",
    Fault.EMPTY: "bad_answer",
    Fault.REFUSAL: "refused",
    Fault.WRONG_KEY: "wrong_key",
    Fault.NO_MODEL: "no_model",
    Fault.TOO_LONG: "too_long",
    Fault.BAD_IMAGE: "rejected",
    Fault.CUT: "cut_off",
    Fault.ERROR_IN_200: "bad_answer",
    Fault.NOT_JSON: "bad_answer",
    Fault.BAD_JSON: "bad_answer",
    Fault.HANG: "too_slow",
}
TOLD_OTHERWISE = {
    ("gemini", Fault.QUOTA, False): "rate_limited",  # its error does not tell them apart
    ("gemini", Fault.QUOTA, True): "rate_limited",
    ("openai_responses", Fault.ERROR_IN_200, False): "server_error",  # it has a field for that
}
CASES = [
    (kind, fault, streams)
    for kind in KINDS
    for fault in BROKEN
    for streams in (False, True)
    if (kind, fault, streams) != ("anthropic", Fault.BAD_JSON, False)  # its arguments are objects
]


def broken(fault: Fault) -> Answer:
    """An answer that goes wrong; what is broken off or cut off would have acted."""
    acts = fault in {Fault.BAD_JSON, Fault.CUT, Fault.HALF}
    calls = (Call("HassTurnOn", {"name": "light.worktop_lights", "area": "kitchen"}),) if acts else ()
    return Answer(calls=calls, fault=fault)


@pytest.mark.parametrize(("kind", "fault", "streams"), CASES)
async def test_the_next_provider_is_asked(
    start: Start, vendors: Vendors, kind: str, fault: Fault, streams: bool
) -> None:
    vendors.play(broken(fault), otherwise=LIGHT)
    first = provider(vendors, kind, name="first", timeout_s=1.5 if fault is Fault.HANG else None)
    async with start([first, provider(vendors, name="second")]) as bridge:
        reply = await bridge.phone.say(UNCLEAR, deadline_s=20, way=Way(tell=lambda *_: None) if streams else Way())
        asked = await bridge.asked()
        assert reply.say == "Turned on Kitchen ceiling.", asked
        assert asked == [TOLD_OTHERWISE.get((kind, fault, streams), BROKEN[fault]), "ok"]
        assert bridge.called == [("light.turn_on", ("light.kitchen_ceiling",))]
        assert (await bridge.why())[-1] == {"asked": "cloud", "why": "no_local_tier_is_sure"}


@pytest.mark.parametrize("fault", BROKEN)
async def test_with_nobody_else_it_is_said_clearly(start: Start, vendors: Vendors, fault: Fault) -> None:
    vendors.play(otherwise=broken(fault))
    async with start([provider(vendors)], timeout_s=2) as bridge:
        reply = await bridge.phone.say(UNCLEAR, deadline_s=8)
        assert reply.decision == "not_understood"
        assert reply.say
        assert bridge.called == []


async def test_a_hiccup_is_tried_once_more(bridge: Bridge, vendors: Vendors) -> None:
    vendors.play(Answer(fault=Fault.ERROR), LIGHT)
    reply = await bridge.phone.say(UNCLEAR)
    assert reply.say == "Turned on Kitchen ceiling."
    assert await bridge.asked() == ["server_error", "ok"]


async def test_a_short_retry_after_is_waited_for(bridge: Bridge, vendors: Vendors) -> None:
    vendors.play(Answer(fault=Fault.RATE_LIMIT, retry_after=0.6), LIGHT)
    assert (await bridge.phone.say(UNCLEAR)).decision == "performed"


async def test_a_long_retry_after_is_not(bridge: Bridge, vendors: Vendors) -> None:
    vendors.play(Answer(fault=Fault.RATE_LIMIT, retry_after=600), LIGHT)
    assert (await bridge.phone.say(UNCLEAR)).decision == "not_understood"
    assert await bridge.asked() == ["rate_limited"]
    await bridge.phone.say(UNCLEAR + " still")
    assert len(vendors.seen) == 1  # it is left alone as long as it asked for


async def test_a_provider_that_fails_is_left_alone(start: Start, vendors: Vendors) -> None:
    bad, good = provider(vendors, "anthropic", name="bad"), provider(vendors, name="good")

    def answer(seen: object) -> Answer:
        return Answer(fault=Fault.ERROR) if getattr(seen, "vendor", "") == "anthropic" else Answer(text="Well.")

    vendors.play(otherwise=answer)
    async with start([bad, good]) as bridge:
        for number in range(5):
            assert (await bridge.phone.say(f"say something nice, number {number}")).say == "Well."
        assert await bridge.asked() == ["left_alone: server_error", "ok"]
    assert [seen.vendor for seen in vendors.seen].count("anthropic") == 3


async def test_a_wrong_key_is_not_tried_again(start: Start, vendors: Vendors) -> None:
    vendors.play(otherwise=LIGHT)
    async with start([provider(vendors, key="wrong")]) as bridge:
        for _ in range(2):
            reply = await bridge.phone.say(UNCLEAR)
        assert "No cloud model can be reached." in reply.say
        assert len(vendors.seen) == 1


async def test_a_model_that_never_ends_is_stopped(bridge: Bridge, vendors: Vendors) -> None:
    vendors.play(otherwise=Answer(calls=(Call("find", {"words": "lamp"}),)))
    reply = await bridge.phone.say(UNCLEAR)
    assert reply.decision == "not_understood"
    assert await bridge.asked() == ["too_many_steps"]
    assert len(vendors.seen) == 4


async def test_an_unknown_tool_is_told_and_repaired(bridge: Bridge, vendors: Vendors) -> None:
    vendors.play(Answer(calls=(Call("open_pod_bay_doors", {}),)), LIGHT)
    assert (await bridge.phone.say(UNCLEAR)).say == "Turned on Kitchen ceiling."


async def test_a_problem_is_fed_back_once(bridge: Bridge, vendors: Vendors) -> None:
    vendors.play(lit("light.kitchen_celing"), LIGHT)
    reply = await bridge.phone.say(UNCLEAR)
    assert reply.say == "Turned on Kitchen ceiling."
    assert "There is no device called light.kitchen_celing" in vendors.seen[1].text
    assert "Nearest" in vendors.seen[1].text


async def test_a_problem_that_stays_is_the_persons_to_settle(bridge: Bridge, vendors: Vendors) -> None:
    vendors.play(otherwise=lit("reading lamp"))
    reply = await bridge.phone.say("it is too dark for my book")
    assert reply.decision == "question"
    assert set(reply.choices) == {"Reading lamp (Bedroom)", "Reading lamp (Study)"}
    assert len(vendors.seen) == 2
    reply = await bridge.phone.answer("the one in the study")
    assert reply.say == "Turned on Reading lamp (Study)."


async def test_several_problems_are_told_call_by_call(bridge: Bridge, vendors: Vendors) -> None:
    bad = Answer(
        calls=(
            Call("HassTurnOn", {"name": "light.kitchen_ceiling"}),
            Call("HassLightSet", {"name": "light.corner_lamp", "brightness": 400}),
            Call("do", {"action": "HassNoSuchThing", "arguments": {}}),
        )
    )
    vendors.play(bad, LIGHT)
    assert (await bridge.phone.say(UNCLEAR)).decision == "performed"
    told = vendors.seen[1].text
    assert "less than or equal to 100" in told
    assert "There is no action 'HassNoSuchThing'" in told
    assert "Not done yet" in told
    assert bridge.called == [("light.turn_on", ("light.kitchen_ceiling",))]
