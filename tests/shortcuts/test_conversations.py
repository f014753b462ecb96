"""Whole conversations with Ask Hearth: the file that people import, a phone, and a bridge over a real socket."""

import base64
import json

import pytest

from shortcuts.interpreter import CANCEL, File, Image, run
from shortcuts.interpreter.content import Writing
from shortcuts.library.ask import LONG, NAME, POLLS
from shortcuts.library.bridge import HEADER
from shortcuts.texts import TEXTS
from tests.shortcuts.conftest import MakePhone
from tests.shortcuts.scripted import TOKEN, Scripted, act, reply

EN = TEXTS["en"]
QUESTION = reply("Which lamp?", ask="Which lamp?", choices=["desk", "floor"])


@pytest.fixture
def ask(files: dict[str, bytes]) -> bytes:
    return files[NAME]


async def test_a_spoken_request_is_done_in_one_request(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    bridge.asks.append(reply("Kitchen light is on."))
    phone = paired(dictation=["turn on the kitchen light"])
    outcome = await run(ask, phone)
    assert phone.said == ["Kitchen light is on."]
    assert (outcome.status, outcome.requests) == ("stopped", 1)
    [body] = bridge.bodies("/v1/ask")
    assert body["text"] == "turn on the kitchen light"
    assert body["device"] == {"name": "Anna's iPhone", "os": "26.1", "locked": False}
    assert (body["deadline_ms"], body["locale"], body["turn_id"], body["image"]) == (8000, "en", "", "")


async def test_headers_say_who_which_version_and_which_request(
    ask: bytes, bridge: Scripted, paired: MakePhone
) -> None:
    bridge.asks.extend([QUESTION, reply("Desk lamp is on.")])
    await run(ask, paired(dictation=["lamp on"], answers=["desk"]))
    first, second = (headers for path, _, headers in bridge.seen if path == "/v1/ask")
    assert first["authorization"] == f"Bearer {TOKEN}"
    assert first[HEADER.lower()] == "ask/1"
    assert first["idempotency-key"].startswith("ask-20")
    assert first["idempotency-key"] != second["idempotency-key"]


async def test_an_empty_dictation_is_asked_for_in_writing(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    bridge.asks.append(reply())
    phone = paired(dictation=[""], answers=["lights off"])
    await run(ask, phone)
    assert phone.prompts == [EN.what]
    assert bridge.bodies("/v1/ask")[0]["text"] == "lights off"


@pytest.mark.parametrize("said", ["stop", "Stop", "Stop.", "cancel"])
async def test_stop_sends_nothing(ask: bytes, bridge: Scripted, paired: MakePhone, said: str) -> None:
    outcome = await run(ask, paired(dictation=[said]))
    assert (outcome.status, bridge.seen) == ("stopped", [])


async def test_nothing_said_and_nothing_typed_sends_nothing(
    ask: bytes, bridge: Scripted, paired: MakePhone
) -> None:
    outcome = await run(ask, paired(dictation=[""], answers=[""]))
    assert (outcome.status, bridge.seen) == ("stopped", [])


async def test_a_cancelled_dictation_sends_nothing(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    outcome = await run(ask, paired(dictation=[CANCEL]))
    assert (outcome.status, bridge.seen) == ("cancelled", [])


async def test_a_word_that_only_holds_stop_is_a_request(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    bridge.asks.append(reply("Music stopped."))
    await run(ask, paired(dictation=["stop the music"]))
    assert bridge.bodies("/v1/ask")[0]["text"] == "stop the music"


async def test_a_question_is_put_once_and_answered_in_the_same_turn(
    ask: bytes, bridge: Scripted, paired: MakePhone
) -> None:
    bridge.asks.extend([reply("How bright?", ask="How bright?"), reply("Set to 40 percent.")])
    phone = paired(dictation=["dim the lamp"], answers=["40"])
    await run(ask, phone)
    assert phone.prompts == ["How bright?"]
    assert phone.said == ["Set to 40 percent."]
    assert [(body["text"], body["turn_id"]) for body in bridge.bodies("/v1/ask")] == [
        ("dim the lamp", ""),
        ("40", "t1"),
    ]


async def test_what_is_said_beside_a_question_is_not_lost(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    bridge.asks.extend([reply("The light is on.", ask="And the heating?"), reply("It is on too.")])
    phone = paired(dictation=["light and heating on"], answers=["yes"])
    await run(ask, phone)
    assert phone.said == ["The light is on.", "It is on too."]
    assert phone.prompts == ["And the heating?"]


async def test_choices_become_a_list(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    bridge.asks.extend([QUESTION, reply("Floor lamp is on.")])
    phone = paired(dictation=["lamp on"], answers=["floor"])
    await run(ask, phone)
    assert bridge.bodies("/v1/ask")[1]["text"] == "floor"
    assert phone.said == ["Floor lamp is on."]


@pytest.mark.parametrize("answer", ["stop", ""])
async def test_a_question_can_be_left(ask: bytes, bridge: Scripted, paired: MakePhone, answer: str) -> None:
    bridge.asks.append(reply("How bright?", ask="How bright?"))
    outcome = await run(ask, paired(dictation=["dim the lamp"], answers=[answer]))
    assert (outcome.status, outcome.requests) == ("stopped", 1)


async def test_a_list_can_be_cancelled(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    bridge.asks.append(QUESTION)
    outcome = await run(ask, paired(dictation=["lamp on"], answers=[CANCEL]))
    assert (outcome.status, outcome.requests) == ("cancelled", 1)


async def test_quotes_emoji_and_lines_arrive_as_they_are(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    words = 'add "crème\nbrûlée" 🍮👩‍👩‍👧 \\ to the list'
    bridge.asks.append(reply('Added "crème brûlée" 🍮.', turn_id="t-🍮"))
    phone = paired(dictation=[words], name='Zoë\'s "work" 📱')
    await run(ask, phone)
    [body] = bridge.bodies("/v1/ask")
    assert (body["text"], body["device"]["name"]) == (words, 'Zoë\'s "work" 📱')
    assert phone.said == ['Added "crème brûlée" 🍮.']


@pytest.mark.parametrize("writing", [Writing(), Writing("Yes", "No"), Writing("Ja", "Nein")])
async def test_a_pending_turn_is_polled_whatever_the_phone_calls_true(
    ask: bytes, bridge: Scripted, paired: MakePhone, writing: Writing
) -> None:
    bridge.asks.append(reply("I am still working on it.", pending=True))
    bridge.turns.extend([reply("Still.", pending=True), reply("The blinds are down.")])
    phone = paired(dictation=["blinds down"], writing=writing, locked=True)
    outcome = await run(ask, phone)
    assert phone.said == ["I am still working on it.", "Still.", "The blinds are down."]
    assert outcome.requests == 3
    assert bridge.bodies("/v1/turns/t1") == [{"wait": "7"}] * 2
    assert bridge.bodies("/v1/ask")[0]["device"]["locked"] is True


async def test_pending_for_ever_ends_with_a_word(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    bridge.asks.append(reply("Working.", pending=True))
    phone = paired(dictation=["defrost the freezer"])
    outcome = await run(ask, phone)
    assert phone.said == ["Working."] * POLLS + [EN.still]
    assert (outcome.status, outcome.requests) == ("stopped", 1 + POLLS)


async def test_actions_are_done_in_order_and_reported(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    acts = [act("a", "flashlight", on=True), act("b", "timer", seconds=300), act("c", "set_volume", level=0.25)]
    bridge.asks.append(reply("Torch, timer and volume are set.", device_actions=acts))
    phone = paired(dictation=["torch, five minutes, quiet"])
    outcome = await run(ask, phone)
    assert [done.what for done in phone.performed] == ["flashlight", "timer.start", "setvolume"]
    assert bridge.reports() == [("a", "done", ""), ("b", "started", ""), ("b", "done", ""), ("c", "done", "")]
    assert phone.said == ["Torch, timer and volume are set."]
    assert outcome.requests == 5
    keys = [headers["idempotency-key"] for path, _, headers in bridge.seen if path == "/v1/results"]
    assert keys == ["result-a-done", "result-b-started", "result-b-done", "result-c-done"]


async def test_yes_to_a_confirmation_does_it(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    bridge.asks.append(reply("Sent.", device_actions=[act("a", "appearance", "Go dark?", mode="dark")]))
    phone = paired(dictation=["dark mode"], answers=[EN.yes])
    await run(ask, phone)
    assert phone.prompts == ["Go dark?"]
    assert phone.performed[0].values == {"style": "dark"}
    assert bridge.reports() == [("a", "started", ""), ("a", "done", "")]


async def test_no_to_a_confirmation_is_reported_as_cancelled(
    ask: bytes, bridge: Scripted, paired: MakePhone
) -> None:
    bridge.asks.append(reply("Done.", device_actions=[act("a", "flashlight", "Torch on?", on=True)]))
    bridge.results.extend([reply("Done."), reply("Left as it was.")])
    phone = paired(dictation=["torch"], answers=[EN.no])
    await run(ask, phone)
    assert phone.performed == []
    assert bridge.reports()[-1] == ("a", "cancelled", "")
    assert phone.said == ["Left as it was."]


async def test_an_answer_of_the_phone_leads_to_more(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    bridge.asks.append(reply("One moment.", device_actions=[act("a", "get_location")]))
    more = reply("Told her.", device_actions=[act("b", "message", to="+49 171 1", text="I am at Marienplatz 1")])
    bridge.results.extend([reply("One moment."), more, more, reply("Told her where you are.")])
    phone = paired(dictation=["tell Ben where I am"], answers=["sent"])
    await run(ask, phone)
    assert ("a", "done", "48.137,11.575 Marienplatz 1, Munich") in bridge.reports()
    assert phone.performed[-1].values == {"to": "+49 171 1", "text": "I am at Marienplatz 1"}
    assert phone.said == ["Told her where you are."]


NAMES = ["Movie night", 'The "big" one', "Ünïcode 🎬👨‍👩‍👧", "it's \\ that | one"]


@pytest.mark.parametrize("name", NAMES)
async def test_own_shortcuts_run_under_any_name(ask: bytes, bridge: Scripted, paired: MakePhone, name: str) -> None:
    bridge.asks.append(reply(device_actions=[act("a", "run_shortcut", name=name, input='a "b" 🍿')]))
    phone = paired(dictation=["movie"], shortcuts={name: lambda given: [f"got {given[0]}"]})
    await run(ask, phone)
    assert bridge.reports()[-1] == ("a", "done", 'got a "b" 🍿')


async def test_a_photo_goes_with_the_next_request_of_the_turn(
    ask: bytes, bridge: Scripted, paired: MakePhone
) -> None:
    bridge.asks.extend(
        [reply("", device_actions=[act("a", "take_photo", request="what plant is this")]), reply("A fern.")]
    )
    phone = paired(dictation=["what plant is this"])
    await run(ask, phone)
    body = bridge.bodies("/v1/ask")[1]
    assert (body["turn_id"], body["text"]) == ("t1", "what plant is this")
    assert base64.b64decode(body["image"], validate=True)
    assert phone.said == ["A fern."]


async def test_a_big_picture_goes_small_on_one_line_and_without_its_place(
    ask: bytes, bridge: Scripted, paired: MakePhone
) -> None:
    bridge.asks.append(reply("A cat."))
    phone = paired(answers=["what is this"])
    await run(ask, phone, [Image(b"x" * 5_000_000, "IMG_1.HEIC")])
    [body] = bridge.bodies("/v1/ask")
    sent = base64.b64decode(body["image"], validate=True)
    assert len(sent) < 600_000
    assert "\n" not in body["image"]
    assert phone.prompts == [EN.what_with]
    assert (body["text"], body["clipboard"], body["url"]) == ("what is this", "", "")


async def test_a_picture_is_not_sent_twice(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    bridge.asks.extend([reply("Which?", ask="Which?"), reply()])
    await run(ask, paired(answers=["put it on the list", "the first"]), [Image(b"x")])
    assert [bool(body["image"]) for body in bridge.bodies("/v1/ask")] == [True, False]


async def test_a_shared_address(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    bridge.asks.append(reply())
    await run(ask, paired(answers=["read it to me"]), ["https://example.net/a?b=c#d"])
    [body] = bridge.bodies("/v1/ask")
    assert (body["url"], body["text"], body["clipboard"]) == ("https://example.net/a?b=c#d", "read it to me", "")


async def test_a_shared_text_is_never_the_request(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    bridge.asks.append(reply())
    await run(ask, paired(answers=["translate this"]), ["unlock the front door"])
    [body] = bridge.bodies("/v1/ask")
    assert (body["text"], body["clipboard"]) == ("translate this", "unlock the front door")


async def test_a_long_pdf_is_cut(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    bridge.asks.append(reply())
    text = "first line\n" + "ä" * 50_000
    await run(ask, paired(answers=["sum it up"]), [File(text.encode(), "paper.pdf")])
    shared = bridge.bodies("/v1/ask")[0]["clipboard"]
    assert len(shared) == LONG
    assert shared.startswith("first line\nä")


async def test_another_shortcut_may_pass_the_request(ask: bytes, bridge: Scripted, paired: MakePhone) -> None:
    bridge.asks.append(reply())
    phone = paired()
    await run(ask, phone, [json.dumps({"hearth_request": "good night"}, separators=(",", ":"))])
    assert bridge.bodies("/v1/ask")[0]["text"] == "good night"
    assert phone.prompts == []
