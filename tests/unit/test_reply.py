"""The reply's shape, which shortcuts and programs read."""

from __future__ import annotations

import json

from actions.receipt import Receipt, Status
from bridge.reply import DeviceAction, Reply, Undo


def test_every_field_is_there_even_when_empty() -> None:
    reply = json.loads(Reply(turn_id="t", say="Done.").model_dump_json())
    assert reply == {
        "ok": True,
        "turn_id": "t",
        "say": "Done.",
        "ask": None,
        "choices": [],
        "pending": False,
        "device_actions": [],
        "receipts": [],
        "tier": None,
        "decision": None,
        "undo": None,
        "warnings": [],
        "timings_ms": {},
    }


def test_it_comes_back_from_json_as_it_was() -> None:
    receipt = Receipt(id="r", action="HassTurnOn", name="Lamp 💡", status=Status.DONE, after={"state": "on"})
    reply = Reply(
        turn_id="t",
        say="Eingeschaltet.",
        receipts=[receipt],
        device_actions=[DeviceAction(id="d", kind="open_url", args={"url": "x"})],
        undo=Undo(turn_id="t"),
        timings_ms={"total": 1.5},
    )
    assert Reply.model_validate_json(reply.model_dump_json()) == reply


def test_replies_do_not_share_their_lists() -> None:
    Reply(turn_id="a", say="").warnings.append("x")
    assert Reply(turn_id="b", say="").warnings == []
