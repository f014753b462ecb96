"""Every kind of phone action, from its typed arguments to what the phone does, in both shortcuts that do them."""

from typing import Any

import pytest

from shortcuts.interpreter import Image, Performed, run
from shortcuts.kinds import KINDS, marks
from shortcuts.library import ask, dispatcher
from shortcuts.library.doing import DOINGS
from tests.shortcuts.conftest import MakePhone
from tests.shortcuts.scripted import Scripted, act, reply

CASES: list[tuple[str, dict[str, Any], Performed | None, str]] = [
    (
        "run_shortcut",
        {"name": "Tea", "input": "green"},
        Performed("runworkflow", {"name": "Tea", "given": "green"}),
        "ok",
    ),
    ("open_app", {"name": "Music", "url": "music://"}, Performed("openurl", {"url": "music://"}), ""),
    ("open_url", {"url": "https://example.net"}, Performed("openurl", {"url": "https://example.net"}), ""),
    ("set_clipboard", {"text": "42 €"}, Performed("setclipboard", {"text": "42 €"}), ""),
    ("get_clipboard", {}, None, "what I copied"),
    ("set_brightness", {"level": 0.4}, Performed("setbrightness", {"level": 0.4}), ""),
    ("set_volume", {"level": 1}, Performed("setvolume", {"level": 1}), ""),
    (
        "set_focus",
        {"mode": "sleep", "on": False},
        Performed("dnd.set", {"focus": "com.apple.sleep.sleep-mode", "on": False}),
        "",
    ),
    ("flashlight", {"on": True}, Performed("flashlight", {"on": True}), ""),
    ("low_power", {"on": False}, Performed("lowpowermode.set", {"on": False}), ""),
    ("appearance", {"mode": "light"}, Performed("appearance", {"style": "light"}), ""),
    ("timer", {"seconds": 90}, Performed("timer.start", {"seconds": 90, "unit": "sec"}), ""),
    ("alarm", {"time": "07:30", "label": "Run"}, Performed("alarm", {"time": "07:30", "label": "Run"}), ""),
    ("reminder", {"title": "Milk"}, Performed("addnewreminder", {"title": "Milk", "notes": "", "due": ""}), ""),
    (
        "reminder",
        {"title": "Milk", "notes": "2 l", "due": "2026-03-01T18:00"},
        Performed("addnewreminder", {"title": "Milk", "notes": "2 l", "due": "2026-03-01T18:00"}),
        "",
    ),
    (
        "event",
        {"title": "Dentist", "start": "2026-03-01T09:00", "end": "2026-03-01T10:00"},
        Performed(
            "addnewevent",
            {
                "title": "Dentist",
                "startdate": "2026-03-01T09:00",
                "enddate": "2026-03-01T10:00",
                "location": "",
                "notes": "",
            },
        ),
        "",
    ),
    ("message", {"to": "+491", "text": "hi"}, Performed("sendmessage", {"to": "+491", "text": "hi"}), ""),
    (
        "mail",
        {"to": "a@b.net", "subject": "Hi", "text": "x"},
        Performed("sendemail", {"to": "a@b.net", "subject": "Hi", "text": "x"}),
        "",
    ),
    ("media_play_pause", {"mode": "pause"}, Performed("pausemusic", {"behaviour": "Pause"}), ""),
    ("media_play_pause", {"mode": "toggle"}, Performed("pausemusic", {"behaviour": "Play/Pause"}), ""),
    ("get_location", {}, None, "48.137,11.575 Marienplatz 1, Munich"),
    ("get_battery", {}, None, "80"),
    ("say", {"text": "Dinner!"}, Performed("speaktext", {"text": "Dinner!"}), ""),
    ("notify", {"title": "Door", "text": "Open"}, Performed("notification", {"title": "Door", "body": "Open"}), ""),
    ("ask", {"prompt": "How many?"}, None, "sent"),
]
PICTURES = [("take_photo", b"photo"), ("take_screenshot", b"screen")]


@pytest.mark.parametrize("name", [ask.NAME, dispatcher.NAME])
@pytest.mark.parametrize(("kind", "args", "done", "detail"), CASES)
async def test_the_phone_does_it_and_says_so(
    files: dict[str, bytes],
    bridge: Scripted,
    paired: MakePhone,
    name: str,
    kind: str,
    args: dict[str, Any],
    done: Performed | None,
    detail: str,
) -> None:
    sent = KINDS[kind].args(**args).model_dump()
    turn = reply("Done.", device_actions=[act("a", kind, **sent)])
    bridge.asks.append(turn)
    bridge.due.append(turn)
    phone = paired(
        dictation=["go"],
        answers=["sent"],
        shortcuts={"Tea": lambda _given: ["ok"]},
        clipboard=["what I copied"],
    )
    outcome = await run(files[name], phone)
    assert outcome.status == "stopped"
    assert phone.performed == ([done] if done else [])
    assert bridge.reports()[-1] == ("a", "done", detail)
    quiet = name == ask.NAME and not KINDS[kind].may_stop
    assert len(bridge.reports()) == (1 if quiet else 2)


@pytest.mark.parametrize(("kind", "content"), PICTURES)
async def test_pictures_follow(
    files: dict[str, bytes], bridge: Scripted, paired: MakePhone, kind: str, content: bytes
) -> None:
    bridge.asks.extend([reply("", device_actions=[act("a", kind, request="what is it")]), reply("A fern.")])
    phone = paired(dictation=["what is it"], camera=Image(content), screen=Image(content))
    await run(files[ask.NAME], phone)
    assert bridge.reports()[-1] == ("a", "done", "sent with the next request")
    assert bridge.bodies("/v1/ask")[1]["image"]
    assert phone.said == ["A fern."]


@pytest.mark.parametrize("kind", [kind for kind, _ in PICTURES])
async def test_a_push_takes_no_pictures(
    files: dict[str, bytes], bridge: Scripted, paired: MakePhone, kind: str
) -> None:
    bridge.due.append(reply(device_actions=[act("a", kind, request="what is it")]))
    phone = paired()
    await run(files[dispatcher.NAME], phone)
    assert (phone.performed, bridge.reports()[-1][1]) == ([], "failed")


@pytest.mark.parametrize(("permission", "kind", "args"), [
    ("location", "get_location", {}),
    ("reminders", "reminder", {"title": "Milk", "notes": "", "due": ""}),
    ("calendar", "event", {"title": "x", "start": "a", "end": "b"}),
    ("contacts", "message", {"to": "+1", "text": "x"}),
    ("notification", "notify", {"title": "", "text": "x"}),
    ("camera", "take_photo", {"request": "x"}),
])  # fmt: skip
async def test_a_denied_permission_leaves_started_only(
    files: dict[str, bytes], bridge: Scripted, paired: MakePhone, permission: str, kind: str, args: dict[str, Any]
) -> None:
    bridge.asks.append(reply(device_actions=[act("a", kind, **args)]))
    outcome = await run(files[ask.NAME], paired(dictation=["go"], denied={permission}))
    assert (outcome.status, bridge.reports()) == ("failed", [("a", "started", "")])


def test_every_kind_has_its_actions_and_a_case() -> None:
    assert set(DOINGS) == set(marks())
    assert {case[0] for case in CASES} | {kind for kind, _ in PICTURES} == set(KINDS)


def test_quiet_kinds_are_those_that_cannot_stop() -> None:
    assert "flashlight:" in marks(quiet_only=True)
    assert "alarm:" not in marks(quiet_only=True)
    assert "take_photo:" not in marks(pushed_only=True)
    assert {mark for mark in marks() if mark.startswith("appearance")} == {"appearance:dark", "appearance:light"}
