"""Requests and silences of typical conversations, held against Siri's 10 s: the table in docs/shortcuts.md."""

from pathlib import Path
from typing import Any

import pytest

from shortcuts.interpreter import run
from shortcuts.library.ask import NAME
from tests.shortcuts.conftest import MakePhone
from tests.shortcuts.scripted import Scripted, act, reply

DOCS = Path(__file__).parents[2] / "docs" / "shortcuts.md"
PENDING = reply("Working.", pending=True)
SMALL = {"/v1/ask": 0.05, "/v1/results": 0.05}
CLOUD = {"/v1/ask": 3.0, "/v1/results": 0.05}
LATE = {"/v1/ask": 8.1, "/v1/turns": 7.1}
TORCH = reply(device_actions=[act("a", "flashlight", on=True)])
ALARM = reply(device_actions=[act("a", "alarm", time="07:30")])
PHOTO = reply("", device_actions=[act("a", "take_photo", request="x")])
THREE = reply(
    device_actions=[
        act("a", "alarm", time="07:30"),
        act("b", "set_focus", mode="sleep", on=True),
        act("c", "set_brightness", level=0.1),
    ]
)
FIGURES: list[tuple[str, list[Any], list[Any], dict[str, float], int, float]] = [
    ("a command, small tier", [reply()], [], SMALL, 1, 0.05),
    ("a command, cloud tier", [reply()], [], CLOUD, 1, 3.0),
    ("a question and its answer, small tier", [reply("Which?", ask="Which?"), reply()], [], SMALL, 2, 0.05),
    ("torch on (cannot be cancelled)", [TORCH], [], SMALL, 2, 0.1),
    ("an alarm (may prompt)", [ALARM], [], SMALL, 3, 0.15),
    ("three phone actions, two may prompt", [THREE], [], SMALL, 6, 0.3),
    ("a photo as answer, cloud tier", [PHOTO, reply()], [], CLOUD, 4, 6.1),
    ("pending, done at the first poll", [PENDING], [reply()], LATE, 2, 8.1),
    ("pending, three polls and still not done", [PENDING], [PENDING] * 3, LATE, 4, 8.1),
]


@pytest.mark.parametrize(("name", "asks", "turns", "seconds", "requests", "silence"), FIGURES)
async def test_requests_and_silences(
    files: dict[str, bytes],
    bridge: Scripted,
    paired: MakePhone,
    name: str,
    asks: list[Any],
    turns: list[Any],
    seconds: dict[str, float],
    requests: int,
    silence: float,
) -> None:
    bridge.asks.extend(asks)
    bridge.turns.extend(turns)
    bridge.seconds = seconds
    phone = paired(dictation=["go"], answers=["x"], siri=True)
    outcome = await run(files[NAME], phone)
    assert outcome.status == "stopped"
    assert (outcome.requests, round(phone.longest_silence, 2)) == (requests, silence)
    assert f"| {name} | {requests} | {silence:g} s |" in DOCS.read_text("utf-8")
