"""The small tier in the service: sure, it is done; unsure, it is asked; what is left out is said."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from actions.call import ToolCall
from actions.home import Home
from actions.registry import Registry
from bridge.service import Service
from bridge.settings import SmallSettings
from bridge.tiers.base import Kind, Tier, Understanding, Utterance
from tests.integration.conftest import Phone, settings_for
from tests.quick import QuickHome

RED = ToolCall(name="HassLightSet", arguments={"name": "Corner lamp", "color": "red"})


@dataclass
class Told:
    """A tier that gives what it was told to, in turn, and keeps what it was asked."""

    answers: list[Understanding]
    name: str = "told"
    asked: list[Utterance] = field(default_factory=list)

    async def understand(self, utterance: Utterance, home: Home, registry: Registry) -> Understanding:
        self.asked.append(utterance)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


def let(service: Service, tiers: Sequence[Tier]) -> None:
    service.worker._tiers = tiers


@pytest.fixture
async def joined(home: QuickHome, tmp_path: Path) -> AsyncIterator[Service]:
    settings = settings_for(f"sqlite:///{tmp_path / 'small.db'}", small=SmallSettings())
    service = Service(settings, home)
    await service.start()
    yield service
    await service.stop()


async def test_it_is_asked_first_and_acts_where_it_is_sure(joined: Service, home: QuickHome) -> None:
    phone = await Phone.pair(joined)
    reply = await phone.say("dim the hall light to twenty percent")
    assert (reply.tier, reply.decision) == ("small", "performed")
    assert [receipt.status for receipt in reply.receipts] == ["done"]
    assert home.home.state("light.hall_light").attributes["brightness"] == pytest.approx(51, abs=2)


async def test_a_reading_that_is_unsure_is_asked_about_and_done_after_a_yes(
    joined: Service, home: QuickHome
) -> None:
    let(joined, [Told([Understanding(Kind.CALLS, 0.3, (RED,))])])
    phone = await Phone.pair(joined)
    before = home.home.state("light.corner_lamp")
    asked = await phone.say("paint the corner lamp in the colour of love")
    assert asked.ask is not None
    assert asked.ask.startswith("Did you mean")
    assert home.home.state("light.corner_lamp") == before
    done = await phone.answer("yes")
    assert [receipt.status for receipt in done.receipts] == ["done"]


async def test_what_was_left_out_is_said(joined: Service) -> None:
    left = Understanding(Kind.CALLS, 0.9, (RED,), say="I did not find what “fill the moat” is about.")
    let(joined, [Told([left])])
    phone = await Phone.pair(joined)
    reply = await phone.say("make the corner lamp red and fill the moat")
    assert [receipt.status for receipt in reply.receipts] == ["done"]
    assert reply.say.endswith("I did not find what “fill the moat” is about.")


async def test_a_tier_is_told_what_was_called_for_before_in_the_turn(joined: Service) -> None:
    tier = Told([Understanding(Kind.CALLS, 0.9, (RED,))])
    let(joined, [tier])
    phone = await Phone.pair(joined)
    await phone.say("make the corner lamp red")
    await phone.answer("and once more")
    assert [utterance.previous for utterance in tier.asked] == [(), (RED,)]


async def test_a_model_that_is_refused_leaves_the_grammar(home: QuickHome, tmp_path: Path) -> None:
    settings = settings_for(f"sqlite:///{tmp_path / 'refused.db'}", small=SmallSettings(model=tmp_path))
    service = Service(settings, home)
    await service.start()
    try:
        reply = await (await Phone.pair(service)).say("turn on the hall light")
    finally:
        await service.stop()
    assert (reply.tier, reply.decision) == ("grammar", "performed")
