"""Each vendor's wire, through its own SDK: calls, words, reads, streams."""

import pytest

from bridge.exchange import Way, words_only
from bridge.testing import Answer, Call, Vendors
from tests.cloud.conftest import KINDS, UNCLEAR, Start, lit, provider


@pytest.mark.parametrize("kind", KINDS)
async def test_calls_are_carried_out(start: Start, vendors: Vendors, kind: str) -> None:
    vendors.play(lit("light.kitchen_ceiling", "light.worktop_lights"))
    async with start([provider(vendors, kind)]) as bridge:
        reply = await bridge.phone.say(UNCLEAR)
        assert reply.tier == "cloud", await bridge.trace()
        assert {receipt.target for receipt in reply.receipts} == {"light.kitchen_ceiling", "light.worktop_lights"}
        assert {receipt.status for receipt in reply.receipts} == {"done"}
        assert reply.decision == "performed"
        sent = await bridge.sent()
        assert [one["body"].encode() for one in sent] == [seen.raw for seen in vendors.seen]
        assert sent[0]["usd"] > 0


@pytest.mark.parametrize("kind", KINDS)
async def test_words_are_said(start: Start, vendors: Vendors, kind: str) -> None:
    vendors.play(Answer(text="It is a fuchsia; water it twice a week."))
    async with start([provider(vendors, kind)]) as bridge:
        reply = await bridge.phone.say("what plant likes shade")
        assert (reply.say, reply.decision) == ("It is a fuchsia; water it twice a week.", "answered")


@pytest.mark.parametrize("kind", KINDS)
async def test_reads_come_back_to_the_model(start: Start, vendors: Vendors, kind: str) -> None:
    reads = Answer(calls=(Call("read", {"name": "lock.back_door"}), Call("find", {"words": "garage"})))
    vendors.play(reads, Answer(text="The back door is locked."))
    async with start([provider(vendors, kind)]) as bridge:
        reply = await bridge.phone.say("hmm is that back door thing shut tight")
        assert reply.say == "The back door is locked.", await bridge.trace()
        assert "lock.back_door" in vendors.seen[1].text
        assert "cover.garage_door" in vendors.seen[1].text


@pytest.mark.parametrize("kind", KINDS)
async def test_words_are_streamed_to_who_can_take_them(start: Start, vendors: Vendors, kind: str) -> None:
    text = "Ferns like shade. So do hostas. Water them well."
    vendors.play(Answer(text=text))
    told: list[str] = []
    async with start([provider(vendors, kind)]) as bridge:
        reply = await bridge.phone.say("what plant likes shade", way=Way(tell=words_only(told.append)))
        assert reply.say == text, await bridge.trace()
        assert "".join(told) == "Ferns like shade. "
        assert (await bridge.sent())[0]["input_tokens"] > 500


@pytest.mark.parametrize("kind", KINDS)
async def test_what_a_model_says_before_it_acts_is_not_told(start: Start, vendors: Vendors, kind: str) -> None:
    vendors.play(Answer("Done, the light is on!", (Call("HassTurnOn", {"name": "light.kitchen_ceiling"}),)))
    told: list[str] = []
    async with start([provider(vendors, kind)]) as bridge:
        reply = await bridge.phone.say(UNCLEAR, way=Way(tell=words_only(told.append)))
        assert reply.say == "Turned on Kitchen ceiling.", await bridge.trace()
        assert told == []
