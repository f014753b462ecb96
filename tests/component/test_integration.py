"""The integration in Home Assistant's own test harness, against a bridge that answers as it is told."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

import pytest
from homeassistant.components import conversation
from homeassistant.components.conversation import ConversationResult
from homeassistant.config_entries import SOURCE_ZEROCONF, ConfigEntryState
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from scripted import STATUS, ScriptedBridge

from custom_components.hearthbridge import api, coordinator, sse
from custom_components.hearthbridge.errors import Unreadable

READ_ONLY = "switch.hearthbridge_read_only_mode"


async def say(hass: HomeAssistant, text: str, conversation_id: str | None = None) -> ConversationResult:
    return await conversation.async_converse(
        hass, text, conversation_id, Context(), language="en", agent_id="conversation.hearthbridge"
    )


def speech(result: ConversationResult) -> str:
    return str(result.response.speech["plain"]["speech"])


async def until(hass: HomeAssistant, entity_id: str, state: str) -> None:
    async with asyncio.timeout(10):
        while (found := hass.states.get(entity_id)) is None or found.state != state:
            await asyncio.sleep(0.02)


def issues(hass: HomeAssistant) -> set[str]:
    known = ir.async_get(hass).issues.values()
    return {str(issue.translation_key) for issue in known if issue.domain == "hearthbridge" and issue.active}


async def test_sensors_show_the_status(hass: HomeAssistant, entry: MockConfigEntry, bridge: ScriptedBridge) -> None:
    await until(hass, "sensor.hearthbridge_handled_locally_today", "75.0")
    assert hass.states.get("sensor.hearthbridge_model_version").state == "2026.11"
    last = {"at": "2026-11-24T12:00:00+00:00", "device": "phone", "tier": "cloud", "decision": "answered"}
    bridge.tell("status", {**STATUS, "read_only": True, "last_turn": last})
    await until(hass, READ_ONLY, "on")
    assert hass.states.get("sensor.hearthbridge_last_request").attributes["tier"] == "cloud"


@pytest.mark.parametrize(
    ("status", "issue"),
    [
        ({"version": "0.0.9"}, "bridge_too_old"),
        ({"api": 0}, "bridge_too_old"),
        ({"version": "3.0.0", "api": 2}, "integration_too_old"),
    ],
)
async def test_another_version_is_a_repair_issue(
    hass: HomeAssistant, entry: MockConfigEntry, bridge: ScriptedBridge, status: dict[str, Any], issue: str
) -> None:
    await until(hass, READ_ONLY, "off")
    assert issues(hass) == set()
    bridge.tell("status", {**STATUS, **status, "read_only": True, "a_field_of_the_future": [1]})
    await until(hass, READ_ONLY, "on")
    assert issues(hass) == {issue}
    bridge.tell("status", STATUS)
    await until(hass, READ_ONLY, "off")
    assert issues(hass) == set()


async def test_a_bridge_that_stays_away_is_a_repair_issue(
    hass: HomeAssistant, entry: MockConfigEntry, bridge: ScriptedBridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coordinator, "_AWAY_S", 0.3)
    await until(hass, READ_ONLY, "off")
    await bridge.stop()
    await until(hass, READ_ONLY, "unavailable")
    assert issues(hass) == set()
    await asyncio.sleep(0.5)
    assert issues(hass) == {"bridge_unreachable"}
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert issues(hass) == set()


async def test_pieces_of_an_answer(hass: HomeAssistant, entry: MockConfigEntry, bridge: ScriptedBridge) -> None:
    pieces = [("text", {"text": piece}) for piece in ("It is ", "a ", "fox.")]
    bridge.will_say("It is a fox.", *pieces)
    result = await say(hass, "what is in the garden")
    assert speech(result) == "It is a fox."
    assert result.response.response_type.value == "query_answer"


async def test_what_was_said_and_then_done(
    hass: HomeAssistant, entry: MockConfigEntry, bridge: ScriptedBridge
) -> None:
    calls = {"calls": [{"id": "s1", "name": "HassTurnOn", "arguments": {"name": "Lamp"}}]}
    receipt = {"id": "s1-0", "target": "light.lamp", "name": "Lamp", "status": "done"}
    before = [("text", {"text": "One moment."}), ("calls", calls)]
    bridge.will_say("Turned on Lamp.", *before, decision="performed", receipts=[receipt])
    result = await say(hass, "turn on the lamp")
    assert speech(result) == "Turned on Lamp."
    assert [target.id for target in result.response.success_results] == ["light.lamp"]


@pytest.mark.parametrize("size", [100_000, 3_000_000])
async def test_a_long_reply(hass: HomeAssistant, entry: MockConfigEntry, bridge: ScriptedBridge, size: int) -> None:
    bridge.will_say("x" * size)
    assert len(speech(await say(hass, "tell me everything"))) == size


async def test_a_reply_without_an_end(hass: HomeAssistant, entry: MockConfigEntry, bridge: ScriptedBridge) -> None:
    bridge.will_say("x" * (sse.MOST + 1))
    assert "do not understand" in speech(await say(hass, "tell me everything"))


async def test_a_slow_bridge(
    hass: HomeAssistant, entry: MockConfigEntry, bridge: ScriptedBridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "ASK_S", 0.2)
    bridge.will_say("late")
    bridge.pause = 2
    result = await say(hass, "are you there")
    assert "did not answer in time" in speech(result)
    with pytest.raises(HomeAssistantError, match="in time"):
        await hass.services.async_call(
            "hearthbridge", "ask", {"text": "hello"}, blocking=True, return_response=True
        )
    bridge.pause = 0
    assert speech(await say(hass, "are you there")) == "late"


async def test_the_turn_goes_with_the_conversation(
    hass: HomeAssistant, entry: MockConfigEntry, bridge: ScriptedBridge
) -> None:
    bridge.will_say("Which one?", ask="Which one?", decision="question")
    first = await say(hass, "turn on the lamp")
    assert first.continue_conversation
    await say(hass, "the big one", first.conversation_id)
    await say(hass, "something else")
    assert [body.get("turn_id") for body in bridge.asked] == [None, "t1", None]
    assert all(body["ticket"].count(":") == 1 for body in bridge.asked)
    assert len({body["ticket"] for body in bridge.asked}) == 3


async def test_a_turn_that_the_bridge_forgot(
    hass: HomeAssistant, entry: MockConfigEntry, bridge: ScriptedBridge
) -> None:
    bridge.will_say("Which one?", ask="Which one?")
    first = await say(hass, "turn on the lamp")
    bridge.forget()
    assert speech(await say(hass, "the big one", first.conversation_id)) == "Which one?"
    assert [body.get("turn_id") for body in bridge.asked] == [None, "t1", None]


async def test_options_rule_tiers_out(hass: HomeAssistant, entry: MockConfigEntry, bridge: ScriptedBridge) -> None:
    bridge.will_say("Yes.")
    await say(hass, "a")
    hass.config_entries.async_update_entry(entry, options={"cloud": False, "without_tiers": ["grammar"]})
    await say(hass, "b")
    assert [body.get("without_tiers") for body in bridge.asked] == [None, ["grammar", "cloud"]]


async def test_a_revoked_token(hass: HomeAssistant, entry: MockConfigEntry, bridge: ScriptedBridge) -> None:
    bridge.revoked = True
    assert "Pair it again" in speech(await say(hass, "hello"))
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress_by_handler("hearthbridge")
    assert flow["step_id"] == "reauth_confirm"
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {"code": "1234-5678"})
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done()
    assert (entry.data["token"], entry.state) == ("hb_new", ConfigEntryState.LOADED)


async def test_a_token_revoked_before_the_start(
    hass: HomeAssistant, entry: MockConfigEntry, bridge: ScriptedBridge
) -> None:
    assert await hass.config_entries.async_unload(entry.entry_id)
    bridge.revoked = True
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR


async def test_another_bridge_at_the_address(
    hass: HomeAssistant, entry: MockConfigEntry, bridge: ScriptedBridge
) -> None:
    bridge.status["id"] = "another"
    flow = await entry.start_reconfigure_flow(hass)
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {"url": entry.data["url"]})
    assert result["reason"] == "another_bridge"


async def test_a_newer_bridge_is_not_paired(hass: HomeAssistant, bridge: ScriptedBridge) -> None:
    bridge.status["api"] = 2
    flow = await hass.config_entries.flow.async_init("hearthbridge", context={"source": "user"})
    given = {"url": await bridge.start(), "code": "1234-5678"}
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], given)
    assert result["errors"] == {"base": "other_version"}


def announced(bridge: ScriptedBridge, url: str, **properties: str) -> ZeroconfServiceInfo:
    address = ip_address("192.0.2.7")
    return ZeroconfServiceInfo(
        ip_address=address, ip_addresses=[address], port=8765, hostname="x.local.",
        type="_hearthbridge._tcp.local.", name="Hearthbridge._hearthbridge._tcp.local.",
        properties={"id": bridge.status["id"], "url": url, **properties},
    )  # fmt: skip


async def test_only_a_bridge_that_is_away_moves(
    hass: HomeAssistant, entry: MockConfigEntry, bridge: ScriptedBridge
) -> None:
    await until(hass, READ_ONLY, "off")
    old = entry.data["url"]
    for away, url in ((False, old), (True, "http://192.0.2.7:8765")):
        if away:
            await bridge.stop()
            await until(hass, READ_ONLY, "unavailable")
        result = await hass.config_entries.flow.async_init(
            "hearthbridge", context={"source": SOURCE_ZEROCONF}, data=announced(bridge, "http://192.0.2.7:8765")
        )
        assert (result["reason"], entry.data["url"]) == ("already_configured", url)
        await hass.async_block_till_done()


async def test_what_happens_in_the_bridge_is_an_event(
    hass: HomeAssistant, entry: MockConfigEntry, bridge: ScriptedBridge
) -> None:
    heard: list[dict[str, Any]] = []
    hass.bus.async_listen("hearthbridge_confirmation_unanswered", lambda event: heard.append(event.data))
    await until(hass, READ_ONLY, "off")
    bridge.tell("something_new", {"x": 1})
    bridge.tell("unanswered", {"turn_id": "t9", "device": "phone", "question": "Shall I?"})
    bridge.tell("status", {**STATUS, "read_only": True})
    await until(hass, READ_ONLY, "on")
    assert [data["turn_id"] for data in heard] == ["t9"]
    assert heard[0]["device_id"]


async def test_nothing_goes_on_after_unloading(
    hass: HomeAssistant, entry: MockConfigEntry, bridge: ScriptedBridge
) -> None:
    await until(hass, READ_ONLY, "off")
    assert await hass.config_entries.async_unload(entry.entry_id)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(hours=1))
    await hass.async_block_till_done()
    with pytest.raises(HomeAssistantError):
        await hass.services.async_call("hearthbridge", "ask", {"text": "hello"}, blocking=True)


@pytest.mark.parametrize(
    "frames", [b"event: x\ndata: {\n\n", b"data: 1\n\n", b"<html>\n\n", b'{"a": 1}\n\n', b"\xff\n\n"]
)
async def test_what_is_no_stream_of_events(frames: bytes) -> None:
    async def chunks() -> Any:
        for byte in frames:
            yield bytes([byte])

    with pytest.raises(Unreadable):
        _ = [event async for event in sse.events(chunks())]
