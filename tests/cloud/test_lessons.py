"""The teacher log: what ended well, with consent, as the small model's own data; and the log for people."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bridge import lessons
from bridge.testing import Answer, Call, Vendors
from bridge.tiers.base import Enclosed
from coreml_export.data.homes import as_home
from tests.cloud.conftest import UNCLEAR, Bridge, Start, lit, provider
from tests.integration.conftest import COMMAND


async def taught(bridge: Bridge, folder: Path) -> list[dict[str, Any]]:
    await lessons.write(bridge.service.store, folder)
    return [json.loads(line) for line in (folder / "cases.jsonl").read_text().splitlines()]


async def test_a_turn_that_ended_well_is_kept(start: Start, vendors: Vendors, tmp_path: Path) -> None:
    vendors.play(lit("light.kitchen_ceiling"))
    async with start([provider(vendors)], teach=True) as bridge:
        await bridge.phone.say(UNCLEAR, area="kitchen")
        (case,) = await taught(bridge, tmp_path / "out")
        assert case["utterance"] == UNCLEAR
        assert case["context"] == {"area": "kitchen"}
        assert case["expected"] == {
            "kind": "action",
            "calls": [{"intent": "HassTurnOn", "slots": {"name": "light.kitchen_ceiling"}}],
        }
        home = json.loads((tmp_path / "out" / "homes.jsonl").read_text())
        assert home["id"] == case["home_ref"]
        assert "light.kitchen_ceiling" in as_home(home).entities


async def test_a_confirmed_one_is_kept_with_its_own_words(start: Start, vendors: Vendors, tmp_path: Path) -> None:
    vendors.play(Answer(calls=(Call("HassTurnOff", {"name": "lock.front_door"}),)))
    async with start([provider(vendors)], teach=True) as bridge:
        await bridge.phone.say("the guests cannot get in, I think")
        assert await taught(bridge, tmp_path / "before") == []
        await bridge.phone.answer("yes")
        (case,) = await taught(bridge, tmp_path / "after")
        assert case["utterance"] == "the guests cannot get in, I think"


@pytest.mark.parametrize("why", ["no consent", "not seen", "corrected", "a picture", "declined", "an answer"])
async def test_nothing_else_is(start: Start, vendors: Vendors, tmp_path: Path, why: str) -> None:
    vendors.play(lit("light.kitchen_ceiling"))
    async with start([provider(vendors)], teach=why != "no consent") as bridge:
        if why == "not seen":
            bridge.home.ignore_next("light.turn_on")
        if why == "declined":
            vendors.play(Answer(calls=(Call("HassTurnOff", {"name": "lock.front_door"}),)))
        if why == "an answer":
            vendors.play(Answer(text="Well."))
        record = {"image": {"sha256": "0", "bytes": 1}} if why == "a picture" else None
        enclosed = Enclosed(clipboard="x") if why == "a picture" else Enclosed()
        await bridge.phone.say(UNCLEAR, record=record, enclosed=enclosed)
        if why == "declined":
            await bridge.phone.answer("no")
        if why == "corrected":
            await bridge.phone.say("turn off the kitchen ceiling")
        assert await taught(bridge, tmp_path / "out") == []


async def test_the_log_tells_where_it_went_and_what_left(start: Start, vendors: Vendors, tmp_path: Path) -> None:
    vendors.play(lit("light.kitchen_ceiling"))
    async with start([provider(vendors)]) as bridge:
        await bridge.phone.say("turn on the hall light")
        turn = (await bridge.phone.say(UNCLEAR)).turn_id
    environment = {**os.environ, "HEARTHBRIDGE_STORE__URL": f"sqlite:///{tmp_path / 'cloud.db'}"}

    def run(*arguments: str) -> str:
        done = subprocess.run([COMMAND, *arguments], env=environment, check=True, capture_output=True, text=True)
        return done.stdout

    told = run("log")
    assert f"said: {UNCLEAR}" in told
    assert "asked cloud: no local tier is sure" in told
    assert "✓ Kitchen ceiling (Kitchen): HassTurnOn" in told
    assert "said: turn on the hall light" in told
    assert vendors.seen[0].text not in told
    assert vendors.seen[0].text in run("log", turn, "--sent")
    facts = [json.loads(line) for line in run("log", "--json").splitlines()]
    assert facts[-1]["sent"][0]["body"] == vendors.seen[0].text
    assert "0 lessons" in run("lessons", "--out", str(tmp_path / "lessons"))
