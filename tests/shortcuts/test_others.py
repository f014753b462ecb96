"""Conversations with Hearth Setup, Hearth Dispatcher and Minimal Ask Hearth, and every language."""

import json
from typing import Any

import pytest

from shortcuts.interpreter import CANCEL, Phone, run
from shortcuts.library import ask, dispatcher, minimal, setup
from shortcuts.library.bridge import HEADER, SETTINGS
from shortcuts.made import made
from shortcuts.texts import TEXTS
from tests.shortcuts.conftest import MakePhone
from tests.shortcuts.scripted import CODE, TOKEN, Scripted, act, refusal, reply

EN = TEXTS["en"]


async def test_setup_asks_for_address_and_code(files: dict[str, bytes], bridge: Scripted) -> None:
    phone = Phone(answers=[bridge.url, CODE])
    await run(files[setup.NAME], phone)
    assert json.loads(phone.files[SETTINGS]) == {"address": bridge.url, "token": TOKEN}
    assert phone.said == [f"{EN.paired} Anna's iPhone."]
    assert phone.prompts == [EN.address_or_link, EN.code]
    (_, body, headers), (_, _, tried) = bridge.seen
    assert body == {"code": CODE, "name": "Anna's iPhone", "kind": "shortcut"}
    assert "authorization" not in headers
    assert (tried["authorization"], tried[HEADER.lower()]) == (f"Bearer {TOKEN}", "setup/1")


LINKS = [
    "{url}/pair?code={code}",
    "{url}/pair#code={code}",
    "{url}/?code={code}",
    "hearthbridge://pair?address={url}&code={code}",
    "hearthbridge%3A//pair%3Faddress={url}%26code%3D{code}",
    "Pair with {url}/pair?kind=phone&code={code} within ten minutes",
]


@pytest.mark.parametrize("link", LINKS)
async def test_setup_takes_a_pairing_link(files: dict[str, bytes], bridge: Scripted, link: str) -> None:
    phone = Phone()
    await run(files[setup.NAME], phone, [link.format(url=bridge.url, code=CODE)])
    assert json.loads(phone.files[SETTINGS]) == {"address": bridge.url, "token": TOKEN}


async def test_setup_takes_a_pasted_link_and_forgives_a_slash(files: dict[str, bytes], bridge: Scripted) -> None:
    for answers in (f"{bridge.url}/pair?code={CODE}",), (f" {bridge.url}/ ", CODE):
        phone = Phone(answers=answers)
        await run(files[setup.NAME], phone)
        assert json.loads(phone.files[SETTINGS])["address"] == bridge.url


async def test_setup_asks_when_the_input_is_no_link(files: dict[str, bytes], bridge: Scripted) -> None:
    phone = Phone(answers=[bridge.url, CODE])
    await run(files[setup.NAME], phone, ["good morning"])
    assert SETTINGS in phone.files


async def test_setup_replaces_older_settings(files: dict[str, bytes], bridge: Scripted) -> None:
    phone = Phone(answers=[bridge.url, CODE], files={SETTINGS: b"{}"})
    await run(files[setup.NAME], phone)
    assert json.loads(phone.files[SETTINGS])["token"] == TOKEN


async def test_a_wrong_code_is_said_and_nothing_is_kept(files: dict[str, bytes], bridge: Scripted) -> None:
    phone = Phone(answers=[bridge.url, "WRONG"])
    await run(files[setup.NAME], phone)
    assert phone.said == [f"{EN.failed} This code is not valid.\nMake a new one."]
    assert phone.files == {}


async def test_setup_at_an_address_of_something_else(files: dict[str, bytes], bridge: Scripted) -> None:
    phone = Phone(answers=[f"{bridge.url}/docs", CODE])
    await run(files[setup.NAME], phone)
    assert phone.said == [EN.bad_answer]
    assert phone.files == {}


async def test_setup_can_be_cancelled(files: dict[str, bytes], bridge: Scripted) -> None:
    phone = Phone(answers=[bridge.url, CANCEL])
    outcome = await run(files[setup.NAME], phone)
    assert (outcome.status, bridge.seen) == ("cancelled", [])


async def test_setup_then_ask(files: dict[str, bytes], bridge: Scripted) -> None:
    bridge.asks.append(reply("Good morning."))
    phone = Phone(answers=[bridge.url, CODE], dictation=["good morning"])
    await run(files[setup.NAME], phone)
    await run(files[ask.NAME], phone)
    assert phone.said[-1] == "Good morning."


async def test_the_dispatcher_does_what_is_due_until_nothing_is(
    files: dict[str, bytes], bridge: Scripted, paired: MakePhone
) -> None:
    bridge.due.extend(
        [
            reply(turn_id="p1", device_actions=[act("a", "flashlight", on=True)]),
            reply(turn_id="p2", device_actions=[act("b", "say", text="Dinner!"), act("c", "get_battery")]),
        ]
    )
    phone = paired()
    outcome = await run(files[dispatcher.NAME], phone)
    assert [done.what for done in phone.performed] == ["flashlight", "speaktext"]
    assert bridge.reports() == [
        ("a", "started", ""),
        ("a", "done", ""),
        ("b", "started", ""),
        ("b", "done", ""),
        ("c", "started", ""),
        ("c", "done", "80"),
    ]
    assert [body["turn_id"] for body in bridge.bodies("/v1/results")] == ["p1", "p1", "p2", "p2", "p2", "p2"]
    assert (outcome.status, outcome.requests) == ("stopped", 9)
    assert {headers[HEADER.lower()] for _, _, headers in bridge.seen} == {"dispatch/1"}


async def test_a_push_for_nothing_is_silent(files: dict[str, bytes], bridge: Scripted, paired: MakePhone) -> None:
    phone = paired()
    outcome = await run(files[dispatcher.NAME], phone)
    assert (outcome.status, outcome.requests, phone.said, phone.performed) == ("stopped", 1, [], [])


async def test_a_push_that_lists_the_same_again_ends(
    files: dict[str, bytes], bridge: Scripted, paired: MakePhone
) -> None:
    same = reply(device_actions=[act("a", "timer", seconds=60)])
    bridge.due.extend([same, same])
    phone = paired()
    await run(files[dispatcher.NAME], phone)
    assert len(phone.performed) == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (refusal("revoked_token", "Revoked.", "Pair again."), f"{EN.failed} Revoked.\nPair again."),
        ("<html>", EN.bad_answer),
    ],
)
async def test_a_push_that_fails_is_a_notification(
    files: dict[str, bytes], bridge: Scripted, paired: MakePhone, answer: Any, words: str
) -> None:
    bridge.due.append(answer)
    phone = paired()
    await run(files[dispatcher.NAME], phone)
    assert phone.performed[0].values == {"title": "Hearthbridge", "body": words}
    assert phone.said == []


async def test_a_pushed_action_that_is_refused_is_not_done(
    files: dict[str, bytes], bridge: Scripted, paired: MakePhone
) -> None:
    bridge.due.append(reply(device_actions=[act("a", "flashlight", on=True)]))
    bridge.results.append(refusal("action_expired", "Too late."))
    phone = paired()
    await run(files[dispatcher.NAME], phone)
    assert [done.what for done in phone.performed] == ["notification"]


async def test_a_pushed_confirmation(files: dict[str, bytes], bridge: Scripted, paired: MakePhone) -> None:
    bridge.due.append(reply(device_actions=[act("a", "flashlight", "Torch on?", on=True)]))
    phone = paired(answers=[EN.no])
    await run(files[dispatcher.NAME], phone)
    assert (phone.performed, bridge.reports()[-1]) == ([], ("a", "cancelled", ""))


async def test_the_minimal_one_answers_questions_too(files: dict[str, bytes], bridge: Scripted) -> None:
    bridge.asks.extend([reply("Which?", ask="Which?"), reply("Done.")])
    phone = Phone(answers=["lamp on", "desk"])
    answers = {EN.address: bridge.url, EN.from_pair: TOKEN}
    await run(files[minimal.NAME], phone, answers=answers)
    assert phone.prompts == [EN.what, "Which?"]
    assert phone.said == ["Done."]
    assert [body["turn_id"] for body in bridge.bodies("/v1/ask")] == ["", "t1"]


async def test_the_minimal_one_says_errors(files: dict[str, bytes], bridge: Scripted) -> None:
    bridge.asks.append(refusal("revoked_token", "This device was revoked."))
    phone = Phone(answers=["lamp on"])
    await run(files[minimal.NAME], phone, answers={EN.address: bridge.url, EN.from_pair: TOKEN})
    assert phone.said == ["This device was revoked."]


@pytest.mark.parametrize("locale", TEXTS)
async def test_every_language_asks_and_stops(bridge: Scripted, paired: MakePhone, locale: str) -> None:
    texts = TEXTS[locale]
    bridge.asks.append(reply("1", device_actions=[act("a", "flashlight", "?", on=True)], ask=None))
    phone = paired(dictation=[""], answers=["x", texts.yes])
    [file] = [workflow.file() for workflow in made(locale) if workflow.name == ask.NAME]
    await run(file, phone)
    assert phone.prompts == [texts.what, "?"]
    assert bridge.bodies("/v1/ask")[0]["locale"] == locale
    for word in texts.stop:
        assert (await run(file, paired(dictation=[word]))).requests == 0
