"""Where a request goes, and why: local first, the cloud by confidence and policy, and never silence."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from actions.action import Risk
from actions.call import ToolCall
from actions.home import Home
from actions.registry import Registry
from bridge.exchange import Way
from bridge.phone.side import PhoneSide
from bridge.testing import Answer, Call, Fault, Vendors
from bridge.tiers.base import Enclosed, Kind, Understanding, Utterance
from tests.cloud.conftest import UNCLEAR, Bridge, Start, lit, provider

KITCHEN = {"area": "Kitchen"}


@dataclass
class Sure:
    """A local tier that reads everything in one way, as sure as it is told to be."""

    understood: Understanding
    name: str = "small"

    async def understand(self, _utterance: Utterance, _home: Home, _registry: Registry) -> Understanding:
        return self.understood


def local(bridge: Bridge, confidence: float, action: str = "HassTurnOn", **arguments: Any) -> None:
    """Let the first tier understand one call."""
    call = ToolCall(name=action, arguments=arguments)
    worker: Any = bridge.service.worker
    worker._tiers = [Sure(Understanding(Kind.CALLS, confidence, (call,)))]


async def test_what_a_local_tier_is_sure_of_stays(bridge: Bridge, vendors: Vendors) -> None:
    reply = await bridge.phone.say("turn on the kitchen lights")
    assert (reply.tier, vendors.seen) == ("grammar", [])
    assert await bridge.why() == [{"asked": "grammar", "why": "sure"}]


async def test_what_comes_with_a_picture_is_not_done_by_its_words_where_the_cloud_is_left_out(
    bridge: Bridge, vendors: Vendors
) -> None:
    local(bridge, 0.99, name="light.hall_light")
    way = Way(without=frozenset({"cloud"}))
    reply = await bridge.phone.say("turn this on", enclosed=Enclosed(clipboard="a lamp"), way=way)
    assert (reply.decision, vendors.seen) == ("confirm_asked", [])
    assert await bridge.why() == [
        {"asked": "small", "why": "confidence 0.99"},
        {"left_out": "cloud", "why": "left_out"},
    ]


@pytest.mark.parametrize(
    ("confidence", "arguments", "tier"),
    [
        (0.49, {"name": "light.hall_light"}, "cloud"),
        (0.51, {"name": "light.hall_light"}, "small"),
        (0.79, {"name": "cover.garage_door"}, "cloud"),
        (0.81, {"name": "cover.garage_door"}, "small"),
        (0.6, {"name": "reading lamp"}, "small"),  # the resolver's question is an answer
    ],
)
async def test_by_confidence_and_risk(
    bridge: Bridge, vendors: Vendors, confidence: float, arguments: dict[str, Any], tier: str
) -> None:
    vendors.play(otherwise=lit(arguments["name"]))
    local(bridge, confidence, **arguments)
    assert (await bridge.phone.say("do it")).tier == tier


async def test_a_request_that_is_half_sure_is_asked_whole(bridge: Bridge, vendors: Vendors) -> None:
    vendors.play(
        Answer(calls=(Call("HassTurnOn", {"name": "light.hall_light"}), Call("HassTurnOn", {"name": "Relax"})))
    )
    reply = await bridge.phone.say("turn on the hall light and make it all a bit nicer in here")
    assert reply.tier == "cloud"
    assert "turn on the hall light and make it all a bit nicer in here" in vendors.seen[0].text
    assert [service for service, _ in bridge.called] == ["light.turn_on", "scene.turn_on"]


async def test_without_the_cloud_a_half_sure_request_is_not_half_done(start: Start, vendors: Vendors) -> None:
    vendors.play(otherwise=Answer(fault=Fault.ERROR))
    async with start([provider(vendors)]) as bridge:
        await bridge.phone.say("turn on the hall light and make it all a bit nicer in here")
        assert bridge.called == []


@pytest.mark.parametrize(
    ("settings", "area"),
    [
        ({"policy": "never"}, None),
        ({"devices": {"phone 1": "never"}}, None),
        ({"rooms": {"kitchen": "never"}}, "kitchen"),
        ({"rooms": {"Kitchen": "never"}, "devices": {"phone 1": "allow"}}, "kitchen"),
    ],
)
async def test_never(start: Start, vendors: Vendors, settings: dict[str, Any], area: str | None) -> None:
    vendors.play(otherwise=lit("light.hall_light"))
    async with start([provider(vendors)], **settings) as bridge:
        reply = await bridge.phone.say(UNCLEAR, area=area)
        assert (reply.decision, vendors.seen) == ("not_understood", [])
        assert (await bridge.why())[-1] == {"left_out": "cloud", "why": "never"}
        reply = await bridge.phone.say("what is this", area=area, enclosed=Enclosed(clipboard="a list"))
        assert vendors.seen == []


async def test_one_device_may_where_others_may_not(start: Start, vendors: Vendors) -> None:
    vendors.play(otherwise=lit("light.hall_light"))
    async with start([provider(vendors)], policy="never", devices={"phone 1": "allow"}) as bridge:
        assert (await bridge.phone.say(UNCLEAR)).tier == "cloud"


async def test_ask_first(start: Start, vendors: Vendors) -> None:
    vendors.play(otherwise=lit("light.hall_light"))
    async with start([provider(vendors)], policy="ask") as bridge:
        reply = await bridge.phone.say("and this", enclosed=Enclosed(clipboard="hall light please"))
        assert reply.ask == "I am not sure what you mean. Shall I ask the cloud model?"
        assert vendors.seen == []
        reply = await bridge.phone.answer("yes")
        assert (reply.tier, reply.decision) == ("cloud", "performed")
        assert "and this" in vendors.seen[0].text
        assert "hall light please" in vendors.seen[0].text
        await bridge.phone.say(UNCLEAR)
        assert (await bridge.phone.answer("no")).say == "All right, I did nothing."
        assert len(vendors.seen) == 1


async def test_offline_a_best_effort_is_a_question(start: Start, vendors: Vendors) -> None:
    vendors.play(otherwise=Answer(fault=Fault.WRONG_KEY))
    async with start([provider(vendors)]) as bridge:
        local(bridge, 0.3, name="light.hall_light")
        reply = await bridge.phone.say("hall something")
        assert reply.ask == "Did you mean: turn on Hall light (Hall)?"
        assert bridge.called == []
        reply = await bridge.phone.answer("yes")
        assert reply.say == "Turned on Hall light."
        reply = await bridge.phone.say("hall something else")
        assert reply.say == "No cloud model can be reached. Did you mean: turn on Hall light (Hall)?"


async def test_what_is_only_read_needs_no_question(start: Start, vendors: Vendors) -> None:
    vendors.play(otherwise=Answer(fault=Fault.ERROR))
    async with start([provider(vendors)]) as bridge:
        local(bridge, 0.3, "HassGetState", name="lock.back_door")
        assert (await bridge.phone.say("back door")).decision == "answered"


async def test_not_sure_goes_to_the_next(start: Start, vendors: Vendors) -> None:
    vendors.play(Answer(calls=(Call("not_sure", {"reason": "no such thing"}),)), lit("light.hall_light"))
    async with start([provider(vendors, name="small one"), provider(vendors, "anthropic")]) as bridge:
        assert (await bridge.phone.say(UNCLEAR)).tier == "cloud"
        assert await bridge.asked() == ["not_sure", "ok"]


async def test_a_reason_is_said(bridge: Bridge, vendors: Vendors) -> None:
    vendors.play(Answer(calls=(Call("not_sure", {"reason": "There is no sauna here."}),)))
    assert "There is no sauna here." in (await bridge.phone.say("warm up the sauna thing")).say


async def test_a_models_question_is_answered_to_it(bridge: Bridge, vendors: Vendors) -> None:
    ask = Answer(
        calls=(Call("ask_person", {"question": "In the bedroom or the study?", "options": ["Bedroom", "Study"]}),)
    )
    vendors.play(ask, lit("light.study_reading_lamp"))
    reply = await bridge.phone.say("it is too dark for my book")
    assert (reply.ask, reply.choices) == ("In the bedroom or the study?", ["Bedroom", "Study"])
    reply = await bridge.phone.answer("study")
    assert reply.say == "Turned on Reading lamp (Study)."
    said = json_of(vendors.seen[1].body["messages"])
    assert "it is too dark for my book" in said
    assert "In the bedroom or the study?" in said


async def test_a_yes_to_a_models_question_unlocks_nothing(bridge: Bridge, vendors: Vendors) -> None:
    unlock = Answer(calls=(Call("HassTurnOff", {"name": "lock.front_door"}),))
    vendors.play(Answer(calls=(Call("ask_person", {"question": "Shall I help?"}),)), unlock)
    await bridge.phone.say("somebody is outside I think")
    reply = await bridge.phone.answer("yes")
    assert reply.ask == "Shall I unlock Front door (Hall)?"
    assert bridge.called == []


async def test_what_was_said_before_goes_along(bridge: Bridge, vendors: Vendors) -> None:
    await bridge.phone.say("turn on the hall light")
    vendors.play(lit("light.corner_lamp"))
    await bridge.phone.answer("hm and the cosy one in the lounge as well")
    said = json_of(vendors.seen[0].body["messages"])
    assert "turn on the hall light" in said
    assert "Turned on Hall light." in said


async def test_phone_and_home_in_one_turn(bridge: Bridge, vendors: Vendors) -> None:
    calls = (
        Call("HassTurnOn", {"name": "light.hall_light"}),
        Call("do", {"action": "phone__set_volume", "arguments": {"percent": 20}}),
    )
    vendors.play(Answer(calls=calls))
    reply = await bridge.phone.say("visitors are coming so hush and light", phone=PhoneSide("ask/1"))
    assert [action.kind for action in reply.device_actions] == ["set_volume"]
    assert bridge.called == [("light.turn_on", ("light.hall_light",))]


async def test_a_slow_model_is_pending_and_acts_once(start: Start, vendors: Vendors) -> None:
    vendors.play(Answer(calls=(Call("HassTurnOn", {"name": "light.hall_light"}),), delay_s=1.2))
    async with start([provider(vendors)]) as bridge:
        reply = await bridge.phone.say(UNCLEAR, deadline_s=0.5)
        assert reply.pending
        done = await bridge.phone.history(reply.turn_id, 10)
        assert (done["pending"], done["say"]) == (False, "Turned on Hall light.")
        assert bridge.called == [("light.turn_on", ("light.hall_light",))]


async def test_the_callers_time_is_shared_out(start: Start, vendors: Vendors) -> None:
    vendors.play(Answer(fault=Fault.HANG), otherwise=lit("light.hall_light"))
    async with start([provider(vendors, name="slow"), provider(vendors, "gemini")]) as bridge:
        reply = await bridge.phone.say(UNCLEAR, deadline_s=6)
        assert not reply.pending
        assert await bridge.asked() == ["too_slow", "ok"]


async def test_the_owners_lowered_risk_does_not_hold_for_a_model(start: Start, vendors: Vendors) -> None:
    unlock = Answer(calls=(Call("HassTurnOff", {"name": "lock.front_door"}),))
    vendors.play(otherwise=unlock)
    async with start([provider(vendors)], risks={"lock.front_door": Risk.REVERSIBLE}) as bridge:
        assert (await bridge.phone.say("unlock the front door")).decision == "performed"
        reply = await bridge.phone.say("somebody is outside I think")
        assert reply.decision == "confirm_asked"


def json_of(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
