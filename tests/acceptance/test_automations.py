"""Automations in a real Home Assistant: our actions, events, triggers and blueprints; and AI tasks."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.ha import HomeAssistantError, numbers
from tests.ha_bridge import Integrated

BLUEPRINTS = Path(__file__).resolve().parents[2] / "blueprints" / "automation" / "hearthbridge"
PHONE = "Anna's iPhone"


class Phone:
    """What Hearth Dispatcher does on a phone: fetch, begin, report."""

    def __init__(self, integrated: Integrated) -> None:
        self._client = httpx.Client(base_url=integrated.bridge.url, timeout=60, trust_env=False)
        code = integrated.bridge.run("pair").split("\n")[0].split()[-1]
        paired = self._client.post("/v1/pair", json={"code": code, "name": PHONE, "kind": "shortcut"}).json()
        self._client.headers["Authorization"] = f"Bearer {paired['token']}"

    def do_next(self, status: str = "done", detail: str = "") -> dict[str, Any]:
        """Do what is due next, and say so; returns what it was."""
        due = self._client.get("/v1/device/next", params={"wait": 30}).json()
        (action,) = due["device_actions"]
        for word in ({"status": "started"}, {"status": status, "detail": detail}):
            results = {"turn_id": due["turn_id"], "results": [{"id": action["id"], **word}]}
            assert self._client.post("/v1/results", json=results).json()["ok"]
        return dict(action)

    def close(self) -> None:
        """Switch it off."""
        self._client.close()


@pytest.fixture(scope="module")
def phone(integrated: Integrated) -> Iterator[Phone]:
    phone = Phone(integrated)
    yield phone
    phone.close()


@contextmanager
def called(integrated: Integrated, service: str, **data: Any) -> Iterator[list[Any]]:
    """Call a service beside the block; its response, or its error, is in the list afterwards."""
    answers: list[Any] = []

    def call() -> None:
        try:
            body = {"action": service, **data}
            path = f"/api/services/{service.replace('.', '/')}?return_response"
            answers.append(integrated.http("POST", path, {k: v for k, v in body.items() if k != "action"}))
        except httpx.HTTPStatusError as error:
            answers.append(error.response.text)

    thread = threading.Thread(target=call)
    thread.start()
    yield answers
    thread.join(60)


def test_ask(integrated: Integrated) -> None:
    integrated.home.call("light", "turn_off", {"entity_id": "light.hall_light"})
    answer = integrated.act("hearthbridge.ask", text="turn on the hall light")
    assert answer["say"].startswith("Turned on")
    assert [receipt["status"] for receipt in answer["receipts"]] == ["done"]
    assert integrated.state("light.hall_light")["state"] == "on"


def test_ask_in_a_room_and_answer_back(integrated: Integrated) -> None:
    answer = integrated.act("hearthbridge.ask", text="turn off the lights", area="office")
    assert {receipt["target"] for receipt in answer["receipts"]} >= {"light.office_reading_lamp"}
    asked = integrated.act("hearthbridge.ask", text="open the garage door")
    assert asked["ask"]
    declined = integrated.act("hearthbridge.ask", text="no", turn_id=asked["turn_id"])
    assert declined["decision"] == "declined"


def test_ask_with_a_picture_and_without_doing_anything(integrated: Integrated) -> None:
    integrated.home.call("light", "turn_off", {"entity_id": "light.hall_light"})
    camera = next(key for key in integrated.home.states() if key.startswith("camera."))
    fields = {"text": "turn on the hall light", "camera": camera, "read_only": True}
    answer = integrated.act("hearthbridge.ask", **fields)
    assert answer["decision"] == "denied"
    assert integrated.state("light.hall_light")["state"] == "off"


@pytest.mark.parametrize("data", [{}, {"text": ""}, {"text": "x" * 20_001}, {"text": "hi", "config_entry": "none"}])
def test_wrong_data_is_refused(integrated: Integrated, data: dict[str, Any]) -> None:
    with pytest.raises(HomeAssistantError):
        integrated.act("hearthbridge.ask", **data)


def test_run_a_shortcut(integrated: Integrated, phone: Phone) -> None:
    with integrated.home.listening("hearthbridge_phone_result") as heard:
        fields = {"name": "Leaving home", "input": "work", "phone": PHONE}
        with called(integrated, "hearthbridge.run_shortcut", **fields) as answers:
            action = phone.do_next(detail="42 minutes")
        told = heard()
    assert action["args"]["name"] == "Leaving home"
    response = answers[0]["service_response"]
    assert response["result"] == "42 minutes"
    assert [receipt["status"] for receipt in response["receipts"]] == ["done"]
    assert (told["phone"], told["status"], told["detail"]) == (PHONE, "done", "42 minutes")


def test_a_shortcut_that_fails_on_the_phone(integrated: Integrated, phone: Phone) -> None:
    with called(integrated, "hearthbridge.run_shortcut", name="Leaving home", phone=PHONE) as answers:
        phone.do_next("failed", "no such shortcut")
    assert isinstance(answers[0], str)


def test_a_risky_shortcut_needs_a_yes(integrated: Integrated, phone: Phone) -> None:
    with pytest.raises(HomeAssistantError, match="asks first"):
        integrated.act("hearthbridge.run_shortcut", name="Open the gate", phone=PHONE)
    fields = {"name": "Open the gate", "phone": PHONE, "confirm": True}
    with called(integrated, "hearthbridge.run_shortcut", **fields) as answers:
        phone.do_next()
    assert [receipt["status"] for receipt in answers[0]["service_response"]["receipts"]] == ["done"]


def test_an_automation_hears_of_a_finished_turn(integrated: Integrated) -> None:
    devices = integrated.home.ws("config/device_registry/list")
    device = next(one["id"] for one in devices if one["name"] == "Hearthbridge")
    offered = integrated.home.ws("device_automation/trigger/list", device_id=device)
    kinds = {one["type"] for one in offered if one["domain"] == "hearthbridge"}
    assert kinds == {"turn_finished", "phone_result", "confirmation_unanswered"}
    trigger = {"trigger": "device", "domain": "hearthbridge", "device_id": device, "type": "turn_finished"}
    tell = {"action": "input_boolean.turn_on", "target": {"entity_id": "input_boolean.for_heater"}}
    only = {"condition": "template", "value_template": "{{ trigger.event.data.text == 'what time is it' }}"}
    integrated.automate("heard", {"triggers": [trigger], "conditions": [only], "actions": [tell]})
    integrated.home.call("input_boolean", "turn_off", {"entity_id": "input_boolean.for_heater"})
    integrated.bridge.ask("what time is it")
    integrated.home.wait_for("input_boolean.for_heater", lambda state: state["state"] == "on")


def blueprint(integrated: Integrated, name: str, **inputs: Any) -> None:
    """Make an automation of one of our blueprints, as its page in Home Assistant does."""
    folder = integrated.home.config / "blueprints" / "automation" / "hearthbridge"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(BLUEPRINTS / name, folder / name)
    listed = integrated.home.ws("blueprint/list", domain="automation")
    assert "error" not in listed[f"hearthbridge/{name}"], listed
    use = {"path": f"hearthbridge/{name}", "input": inputs}
    integrated.automate(name.removesuffix(".yaml"), {"use_blueprint": use})


def test_the_doorbell_blueprint(integrated: Integrated) -> None:
    camera = next(key for key in integrated.home.states() if key.startswith("camera."))
    done = {"action": "input_boolean.turn_on", "target": {"entity_id": "input_boolean.for_secret_switch"}}
    blueprint(
        integrated, "doorbell.yaml", doorbell="input_boolean.for_heater", camera=camera,
        then=[{"condition": "template", "value_template": "{{ answer.say | length > 0 }}"}, done],
    )  # fmt: skip
    for way in ("turn_off", "turn_on"):
        integrated.home.call("input_boolean", way, {"entity_id": "input_boolean.for_heater"})
    integrated.home.wait_for("input_boolean.for_secret_switch", lambda state: state["state"] == "on")


def test_the_leaving_home_blueprint(integrated: Integrated, phone: Phone) -> None:
    integrated.home.call("light", "turn_on", {"entity_id": "light.hall_light"})
    integrated.home.call("input_boolean", "turn_on", {"entity_id": "input_boolean.vacation_mode"})
    tell = {
        "action": "input_boolean.turn_off",
        "target": {"entity_id": "input_boolean.for_secret_switch"},
    }
    only = {"condition": "template", "value_template": "{{ phone.result == 'gone' and home.say | length > 0 }}"}
    integrated.home.call("input_boolean", "turn_on", {"entity_id": "input_boolean.for_secret_switch"})
    blueprint(
        integrated, "leaving_home.yaml", who="input_boolean.vacation_mode", home_state="on",
        shortcut="Leaving home", phone=PHONE, say="turn off the hall light", then=[only, tell],
    )  # fmt: skip
    integrated.home.call("input_boolean", "turn_off", {"entity_id": "input_boolean.vacation_mode"})
    phone.do_next(detail="gone")
    integrated.home.wait_for("light.hall_light", lambda state: state["state"] == "off")
    integrated.home.wait_for("input_boolean.for_secret_switch", lambda state: state["state"] == "off")


def test_an_ai_task(integrated: Integrated) -> None:
    if numbers(integrated.home.version) < (2025, 8):
        assert not [key for key in integrated.home.states() if key.startswith("ai_task.")]
        return
    task = {"task_name": "door", "entity_id": "ai_task.hearthbridge_ai_tasks"}
    answer = integrated.act("ai_task.generate_data", instructions="is the front door locked?", **task)
    assert answer["data"] == "Yes."
    with pytest.raises(HomeAssistantError):
        integrated.act("ai_task.generate_data", instructions="turn on the hall light", **task)


def test_an_unanswered_confirmation_is_told(integrated: Integrated) -> None:
    with integrated.home.listening("hearthbridge_confirmation_unanswered") as heard:
        asked = integrated.bridge.ask("open the garage door")
        while (told := heard())["turn_id"] != asked["turn_id"]:
            assert told["question"]
    assert told["question"] == asked["ask"]
