"""What a Siri shortcut posts to a real server, and what then is so in a real Home Assistant."""

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.ha import HomeAssistantProcess
from tests.server import BridgeProcess

Reply = dict[str, Any]
Say = Callable[..., Reply]

SHORTCUT = {
    # A shortcut fills every field: text for numbers, null or nothing for what it does not have.
    "image": None,
    "url": "",
    "clipboard": None,
    "turn_id": "",
    "device": {"name": "Anna’s iPhone 📱", "os": "iOS 26.1", "locked": "0"},
    "area": "",
    "locale": "en_GB",
    "deadline_ms": "8000",
}


@pytest.fixture(scope="module")
def bridge(
    home_assistant: HomeAssistantProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BridgeProcess]:
    # Other tests of this home come before; the front door is what tells a wrong act.
    home_assistant.call("lock", "lock", {"entity_id": "lock.hall_front_door"})
    home_assistant.wait_for("lock.hall_front_door", lambda state: state["state"] == "locked", 10)
    with BridgeProcess(tmp_path_factory.mktemp("bridge"), home_assistant.url, home_assistant.token) as bridge:
        yield bridge


@pytest.fixture
def say(bridge: BridgeProcess) -> Say:
    def run(text: str, **more: object) -> Reply:
        reply = bridge.ask(text, **{**SHORTCUT, **more})
        while reply.get("pending"):
            reply = bridge.get(f"/v1/turns/{reply['turn_id']}", wait=30)
        return reply

    return run


def done(reply: Reply) -> set[str]:
    """The targets of a reply whose receipts are all done."""
    assert reply["ok"], reply
    assert reply["receipts"], reply
    assert {receipt["status"] for receipt in reply["receipts"]} == {"done"}, reply
    return {receipt["target"] for receipt in reply["receipts"]}


def changed(home: HomeAssistantProcess, before: dict[str, Any]) -> set[str]:
    """The lights, locks, covers and switches that are not as they were."""
    watched = ("light.", "lock.", "cover.", "switch.", "scene.", "script.")
    now = home.states()
    return {key for key in before if key.startswith(watched) and now[key]["state"] != before[key]["state"]}


def test_lights_by_area(say: Say, home_assistant: HomeAssistantProcess) -> None:
    before = home_assistant.states()
    reply = say("Turn on the kitchen lights 💡")
    assert done(reply) == {"light.kitchen_ceiling", "light.kitchen_counter"}
    assert changed(home_assistant, before) == {"light.kitchen_ceiling", "light.kitchen_counter"}
    assert reply["tier"] == "small"
    assert "Kitchen ceiling" in reply["say"]


def test_another_language_is_read_by_the_grammar_first(say: Say) -> None:
    reply = say("schalte die Floor Lamp ein", locale="de_DE")
    assert done(reply) == {"light.floor_lamp"}
    assert reply["tier"] == "grammar"


def test_lights_of_the_room_that_the_phone_is_in(say: Say, home_assistant: HomeAssistantProcess) -> None:
    assert done(say("turn on the lights", area="Bedroom")) == {"light.bedroom_light", "light.bedroom_reading_lamp"}
    assert home_assistant.state("light.bedroom_light")["state"] == "on"


def test_colour(say: Say, home_assistant: HomeAssistantProcess) -> None:
    assert done(say("set the floor lamp to blue")) == {"light.floor_lamp"}
    assert home_assistant.state("light.floor_lamp")["attributes"]["rgb_color"] == [0, 0, 255]


def test_brightness(say: Say, home_assistant: HomeAssistantProcess) -> None:
    assert done(say("set the bedroom light to 30 percent brightness")) == {"light.bedroom_light"}
    assert home_assistant.state("light.bedroom_light")["attributes"]["brightness"] == pytest.approx(77, abs=1)


def test_cover_to_a_position(say: Say, home_assistant: HomeAssistantProcess) -> None:
    assert done(say("set the living room blind to 40%")) == {"cover.living_room_blind"}
    assert home_assistant.state("cover.living_room_blind")["attributes"]["current_position"] == 40


def test_setpoint(say: Say, home_assistant: HomeAssistantProcess) -> None:
    assert done(say("set the thermostat to 21.5 degrees")) == {"climate.living_room_thermostat"}
    assert home_assistant.state("climate.living_room_thermostat")["attributes"]["temperature"] == 21.5


def test_volume(say: Say, home_assistant: HomeAssistantProcess) -> None:
    assert done(say("set the speaker volume to 35 percent")) == {"media_player.living_room_speaker"}
    level = home_assistant.state("media_player.living_room_speaker")["attributes"]["volume_level"]
    assert level == pytest.approx(0.35)


def test_scene(say: Say, home_assistant: HomeAssistantProcess) -> None:
    before = home_assistant.state("scene.movie_time")["state"]
    assert done(say("activate movie time")) == {"scene.movie_time"}
    assert home_assistant.state("scene.movie_time")["state"] != before


def test_script(say: Say, home_assistant: HomeAssistantProcess) -> None:
    assert done(say("run good morning")) == {"script.good_morning"}
    assert home_assistant.state("script.good_morning")["attributes"]["last_triggered"] is not None


def test_todo_item(say: Say, home_assistant: HomeAssistantProcess) -> None:
    assert done(say("add oat milk to my shopping list")) == {"todo.shopping_list"}
    items = home_assistant.ws("todo/item/list", entity_id="todo.shopping_list")["items"]
    assert [item["status"] for item in items if item["summary"] == "oat milk"] == ["needs_action"]


def test_a_question_does_not_act(say: Say, home_assistant: HomeAssistantProcess) -> None:
    before = home_assistant.states()
    reply = say("is the front door locked?")
    assert reply["receipts"] == []
    assert reply["say"] == "Yes."
    assert changed(home_assistant, before) == set()


def test_two_commands_in_one_sentence(say: Say, home_assistant: HomeAssistantProcess) -> None:
    reply = say("turn on the coffee maker and then turn off the hall light")
    assert done(reply) == {"switch.coffee_maker", "light.hall_light"}
    assert home_assistant.state("switch.coffee_maker")["state"] == "on"
    assert home_assistant.state("light.hall_light")["state"] == "off"


def test_an_unknown_room_is_a_question(say: Say, home_assistant: HomeAssistantProcess) -> None:
    before = home_assistant.states()
    reply = say("turn on the lights in the bathroom")
    assert reply["receipts"] == []
    assert "bathroom" in reply["say"]
    assert "Bedroom" in reply["choices"]
    assert changed(home_assistant, before) == set()
    assert done(say("the bedroom", turn_id=reply["turn_id"])) == {
        "light.bedroom_light",
        "light.bedroom_reading_lamp",
    }


def test_an_unavailable_entity_fails_and_says_so(say: Say) -> None:
    reply = say("turn on the broken lamp")
    assert [(r["status"], r["reason"]) for r in reply["receipts"]] == [("failed", "unavailable")]
    assert "cannot be reached" in reply["say"]


def test_a_device_that_does_nothing_is_not_done(say: Say, home_assistant: HomeAssistantProcess) -> None:
    reply = say("turn on the stuck lamp")
    assert [(r["status"], r["reason"]) for r in reply["receipts"]] == [("unknown", "timed_out")]
    assert "not sure" in reply["say"]
    assert home_assistant.state("light.stuck_lamp")["state"] == "off"


def test_equal_names_are_both_shown(say: Say, home_assistant: HomeAssistantProcess) -> None:
    reply = say("turn on the reading lamp")
    assert reply["choices"] == ["Reading lamp (Bedroom)", "Reading lamp (Office)"]
    assert done(say("the one in the office", turn_id=reply["turn_id"])) == {"light.office_reading_lamp"}
    assert home_assistant.state("light.office_reading_lamp")["state"] == "on"


def test_what_is_not_exposed_is_not_touched(say: Say, home_assistant: HomeAssistantProcess) -> None:
    reply = say("turn on the secret switch")
    assert reply["receipts"] == []
    assert home_assistant.state("switch.secret_switch")["state"] == "off"


def test_unlocking_waits_for_a_yes_and_happens_once(say: Say, home_assistant: HomeAssistantProcess) -> None:
    asked = say("unlock the front door")
    assert asked["ask"] == "Shall I unlock Front door (Hall)?"
    assert home_assistant.state("lock.hall_front_door")["state"] == "locked"
    assert done(say("yes", turn_id=asked["turn_id"])) == {"lock.hall_front_door"}
    assert home_assistant.state("lock.hall_front_door")["state"] == "unlocked"
    assert done(say("lock the front door")) == {"lock.hall_front_door"}
    assert say("yes", turn_id=asked["turn_id"])["receipts"] == []
    assert home_assistant.state("lock.hall_front_door")["state"] == "locked"


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("open the garage door", "Shall I open Garage door (Garage)?"),
        # The script unlocks the front door; that is read from the script itself.
        ("run welcome home", "Shall I run Welcome home (Hall)?"),
    ],
)
def test_other_ways_in_wait_for_a_yes_too(
    say: Say, home_assistant: HomeAssistantProcess, sentence: str, question: str
) -> None:
    before = home_assistant.states()
    asked = say(sentence)
    assert asked["ask"] == question
    assert say("no", turn_id=asked["turn_id"])["decision"] == "declined"
    assert changed(home_assistant, before) == set()


@pytest.mark.parametrize(
    "text", ["", "🙂", "a", "lights " * 1428, "turn on the lights; DROP TABLE turn;", "\u202eturn on"]
)
def test_odd_texts_are_answered_and_do_nothing(say: Say, home_assistant: HomeAssistantProcess, text: str) -> None:
    before = home_assistant.states()
    reply = say(text, image=base64.encodebytes(b"\xff\xd8 a small picture " * 400).decode())
    assert reply["ok"] or reply["error"]["hint"]
    assert changed(home_assistant, before) == set()


def test_own_calls_of_a_program(bridge: BridgeProcess, home_assistant: HomeAssistantProcess) -> None:
    call = {
        "id": "call_1",
        "type": "function",
        "function": {
            "name": "HassTurnOn",
            "arguments": '{"area": "Office", "domain": "light", "name": "Reading lamp"}',
        },
    }
    reply = bridge.post("/v1/tool-calls", {"dialect": "openai", "calls": [call]})
    assert done(reply) == {"light.office_reading_lamp"}
    assert home_assistant.state("light.office_reading_lamp")["state"] == "on"


def test_the_same_request_twice_acts_once(bridge: BridgeProcess) -> None:
    bodies = [
        bridge.post("/v1/ask", {"text": "add salt to my shopping list"}, **{"Idempotency-Key": "k1"}) for _ in "ab"
    ]
    assert bodies[0]["turn_id"] == bodies[1]["turn_id"]
    assert bodies[0]["receipts"] == bodies[1]["receipts"]


def test_nothing_private_is_logged(bridge: BridgeProcess, home_assistant: HomeAssistantProcess) -> None:
    bridge.ask("turn on the xylophone of my grandmother")
    log = bridge.log()
    assert bridge.token not in log
    assert home_assistant.token not in log
    assert "grandmother" not in log
