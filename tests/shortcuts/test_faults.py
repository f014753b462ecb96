"""What goes wrong in a conversation: each is said, left unknown, or not done, and nothing is done twice."""

import json
from typing import Any

import pytest

from shortcuts.interpreter import CANCEL, Phone, run
from shortcuts.library.ask import NAME
from shortcuts.library.bridge import SETTINGS
from shortcuts.texts import TEXTS
from tests.shortcuts.conftest import MakePhone
from tests.shortcuts.scripted import TOKEN, Scripted, act, reply

EN = TEXTS["en"]


@pytest.fixture
def ask(files: dict[str, bytes]) -> bytes:
    return files[NAME]


async def test_a_confirmation_swiped_away_leaves_started_and_nothing_else(
    ask: bytes, bridge: Scripted, paired: MakePhone
) -> None:
    bridge.asks.append(reply(device_actions=[act("a", "flashlight", "Torch on?", on=True)]))
    phone = paired(dictation=["torch"], answers=[CANCEL])
    outcome = await run(ask, phone)
    assert (outcome.status, phone.performed) == ("cancelled", [])
    assert bridge.reports() == [("a", "started", "")]


async def test_an_action_whose_start_is_refused_is_not_done(
    ask: bytes, bridge: Scripted, paired: MakePhone
) -> None:
    bridge.asks.append(reply(device_actions=[act("a", "alarm", time="07:30"), act("b", "timer", seconds=9)]))
    error = {"code": "action_expired", "message": "Action a has expired.", "hint": "Ask again."}
    bridge.results.append({"ok": False, "error": error})
    phone = paired(dictation=["wake me"])
    outcome = await run(ask, phone)
    assert phone.performed == []
    assert phone.said == [f"{EN.failed} Action a has expired.\nAsk again."]
    assert outcome.requests == 2


async def test_an_action_listed_again_is_not_done_again(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    acts = [act("a", "timer", seconds=60), act("a", "timer", seconds=60)]
    bridge.asks.append(reply("Started.", device_actions=acts))
    phone = paired(dictation=["one minute"])
    await run(ask, phone)
    assert len(phone.performed) == 1


async def test_a_kind_that_the_shortcut_does_not_know_is_said_to_have_failed(
    ask: bytes, bridge: Scripted, paired: MakePhone
) -> None:
    bridge.asks.append(reply("Tuned.", device_actions=[act("a", "tune_piano"), act("b", "flashlight", on=False)]))
    phone = paired(dictation=["tune"])
    await run(ask, phone)
    assert ("a", "failed", "This shortcut does not know tune_piano:") in bridge.reports()
    assert ("b", "done", "") in bridge.reports()


async def test_a_denied_location_leaves_started_and_no_result(
    ask: bytes, bridge: Scripted, paired: MakePhone
) -> None:
    bridge.asks.append(reply(device_actions=[act("a", "get_location")]))
    outcome = await run(ask, paired(dictation=["where am I"], denied={"location"}))
    assert (outcome.status, outcome.reason) == ("failed", "Permission denied: location")
    assert bridge.reports() == [("a", "started", "")]


async def test_a_missing_shortcut_leaves_started_and_no_result(
    ask: bytes, bridge: Scripted, paired: MakePhone
) -> None:
    bridge.asks.append(reply(device_actions=[act("a", "run_shortcut", name="Gone")]))
    outcome = await run(ask, paired(dictation=["gone"]))
    assert (outcome.status, bridge.reports()) == ("failed", [("a", "started", "")])
    assert "Gone" in outcome.reason


async def test_a_message_sheet_that_is_cancelled_sends_nothing(
    ask: bytes, bridge: Scripted, paired: MakePhone
) -> None:
    bridge.asks.append(reply(device_actions=[act("a", "message", to="+1", text="hi")]))
    phone = paired(dictation=["text Ben"], answers=[CANCEL])
    outcome = await run(ask, phone)
    assert (outcome.status, phone.performed, bridge.reports()) == ("cancelled", [], [("a", "started", "")])


async def test_a_locked_phone_that_stays_locked_opens_nothing(
    ask: bytes, bridge: Scripted, paired: MakePhone
) -> None:
    acts = [act("a", "flashlight", on=True), act("b", "open_url", url="https://example.net")]
    bridge.asks.append(reply(device_actions=acts))
    phone = paired(dictation=["open it"], locked=True, unlocks=False)
    outcome = await run(ask, phone)
    assert (outcome.status, outcome.reason) == ("failed", "The phone is locked")
    assert [done.what for done in phone.performed] == ["flashlight"]
    assert bridge.reports() == [("a", "done", ""), ("b", "started", "")]


async def test_an_unpaired_phone_is_told_what_to_do(ask: bytes, bridge: Scripted) -> None:
    phone = Phone(dictation=["light on"])
    outcome = await run(ask, phone)
    assert (phone.said, outcome.requests, bridge.seen) == ([EN.not_set_up], 0, [])


async def test_a_refused_token_is_said_with_its_hint(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    error = {"code": "revoked_token", "message": "This device was revoked.", "hint": "Pair it again."}
    bridge.asks.append({"ok": False, "error": error})
    phone = paired(dictation=["light on"])
    outcome = await run(ask, phone)
    assert phone.said == [f"{EN.failed} This device was revoked.\nPair it again."]
    assert outcome.status == "stopped"


@pytest.mark.parametrize("answer", ["<html><body>502 Bad Gateway</body></html>", "<!doctype html>"])
async def test_an_html_error_page_is_said_to_be_none(
    ask: bytes, bridge: Scripted, paired: MakePhone, answer: str
) -> None:
    bridge.asks.append(answer)
    phone = paired(dictation=["light on"])
    outcome = await run(ask, phone)
    assert (phone.said, outcome.status) == ([EN.bad_answer], "stopped")


async def test_an_html_page_while_polling(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    bridge.asks.append(reply("Working.", pending=True))
    bridge.turns.append("<html>504</html>")
    phone = paired(dictation=["light on"])
    await run(ask, phone)
    assert phone.said == ["Working.", EN.bad_answer]


async def test_json_of_someone_else_is_an_error_too(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    bridge.asks.append({"detail": "Not Found"})
    phone = paired(dictation=["light on"])
    await run(ask, phone)
    assert phone.said == [EN.bad_answer]


async def test_offline_before_the_request(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    outcome = await run(ask, paired(dictation=["light on"], online=False))
    assert (outcome.status, bridge.seen) == ("failed", [])
    assert "offline" in outcome.reason


async def test_a_bridge_that_is_not_running(ask: bytes) -> None:
    settings = json.dumps({"address": "http://127.0.0.1:9", "token": TOKEN}).encode()
    outcome = await run(ask, Phone(dictation=["light on"], files={SETTINGS: settings}))
    assert outcome.status == "failed"


def _offline_before(what: str, nth: int = 1) -> Any:
    left = [nth]

    def before(phone: Phone, identifier: str) -> None:
        left[0] -= identifier == what
        if left[0] == 0:
            phone.online = False

    return before


async def test_the_network_goes_before_an_action_so_it_is_not_done(
    ask: bytes, bridge: Scripted, paired: MakePhone
) -> None:
    bridge.asks.append(reply(device_actions=[act("a", "alarm", time="07:30")]))
    phone = paired(dictation=["wake me"], before=_offline_before("downloadurl", 2))
    outcome = await run(ask, phone)
    assert (outcome.status, phone.performed, bridge.reports()) == ("failed", [], [])


async def test_the_network_goes_after_an_action_so_its_outcome_is_unknown(
    ask: bytes, bridge: Scripted, paired: MakePhone
) -> None:
    bridge.asks.append(reply(device_actions=[act("a", "timer", seconds=60)]))
    phone = paired(dictation=["one minute"], before=_offline_before("timer.start"))
    outcome = await run(ask, phone)
    assert (outcome.status, len(phone.performed)) == ("failed", 1)
    assert bridge.reports() == [("a", "started", "")]


async def test_siri_waits_for_an_answer_at_the_deadline(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    bridge.asks.append(reply("Working.", pending=True))
    bridge.turns.extend([reply("Working.", pending=True), reply("It is done.")])
    bridge.seconds = {"/v1/ask": 8.1, "/v1/turns": 7.1}
    phone = paired(dictation=["close all blinds"], siri=True)
    outcome = await run(ask, phone)
    assert outcome.status == "stopped"
    assert phone.said == ["Working.", "Working.", "It is done."]


async def test_siri_gives_up_on_a_bridge_that_keeps_it_waiting(
    ask: bytes, bridge: Scripted, paired: MakePhone
) -> None:
    bridge.asks.append(reply("Too late."))
    bridge.seconds = {"/v1/ask": 11}
    phone = paired(dictation=["light on"], siri=True)
    outcome = await run(ask, phone)
    assert (outcome.status, phone.said) == ("siri_gave_up", [])


async def test_without_siri_a_slow_bridge_is_waited_for(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    bridge.asks.append(reply("At last."))
    bridge.seconds = {"/v1/ask": 40}
    phone = paired(dictation=["light on"])
    outcome = await run(ask, phone)
    assert phone.said == ["At last."]
    assert outcome.seconds > 40


async def test_a_request_times_out(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    bridge.asks.append(reply("Never heard."))
    bridge.seconds = {"/v1/ask": 70}
    outcome = await run(ask, paired(dictation=["light on"]))
    assert (outcome.status, outcome.reason) == ("failed", "The request timed out.")
