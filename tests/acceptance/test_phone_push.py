"""A real Home Assistant rings a phone of its companion app, and tells how the shortcut ended."""

import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from tests.ha import HomeAssistantProcess
from tests.server import BridgeProcess

PHONE = "Anna's iPhone"


class PushServer:
    """Where Home Assistant sends what Apple's servers would deliver."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.seen.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                counts = {"successful": 1, "errors": 0, "maximum": 500, "remaining": 499}
                limits = {**counts, "resetsAt": "2030-01-01T00:00:00Z"}
                payload = json.dumps({"rateLimits": limits}).encode()
                self.send_response(201)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/push"


@pytest.fixture(scope="module")
def pushes() -> Iterator[PushServer]:
    pushes = PushServer()
    thread = threading.Thread(target=pushes.server.serve_forever, daemon=True)
    thread.start()
    yield pushes
    pushes.server.shutdown()
    pushes.server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def bridge(
    home_assistant: HomeAssistantProcess, pushes: PushServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BridgeProcess]:
    register(home_assistant, pushes)
    push = json.dumps({PHONE: {"home_assistant": "mobile_app_hearth_test_phone"}})
    folder = tmp_path_factory.mktemp("push")
    with BridgeProcess(folder, home_assistant.url, home_assistant.token, PHONE__PUSH=push) as bridge:
        yield bridge


def register(home_assistant: HomeAssistantProcess, pushes: PushServer) -> None:
    """Register a phone as the companion app does."""
    body = {
        "device_id": "hearth-test-phone",
        "app_id": "io.robbie.HomeAssistant",
        "app_name": "Home Assistant",
        "app_version": "2026.1",
        "device_name": "Hearth test phone",
        "manufacturer": "Apple",
        "model": "iPhone17,1",
        "os_name": "iOS",
        "os_version": "26.1",
        "supports_encryption": False,
        "app_data": {"push_token": "token", "push_url": pushes.url},
    }
    headers = {"Authorization": f"Bearer {home_assistant.token}"}
    url = f"{home_assistant.url}/api/mobile_app/registrations"
    httpx.post(url, json=body, headers=headers, trust_env=False).raise_for_status()
    until(lambda: "mobile_app_hearth_test_phone" in home_assistant.ws("get_services")["notify"])


def until(condition: Callable[[], Any], seconds: float = 10) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)
    return found


class Device:
    """A paired device of the bridge."""

    def __init__(self, bridge: BridgeProcess, token: str, shortcut: str | None = None) -> None:
        headers = {
            "Authorization": f"Bearer {token}",
            **({"X-Hearthbridge-Shortcut": shortcut} if shortcut else {}),
        }
        self._client = httpx.Client(base_url=bridge.url, headers=headers, timeout=30)

    def get(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = self._client.get(path).json()
        return found

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self._client.post(path, json=body).json()
        return found

    def close(self) -> None:
        self._client.close()


@pytest.fixture(scope="module")
def phone(bridge: BridgeProcess) -> Iterator[Device]:
    """Paired with a code, as Hearth Setup does."""
    shown = bridge.run("pair")
    code = next(word for word in shown.split() if len(word) == 9 and word[4] == "-")
    nobody = Device(bridge, "none")
    paired = nobody.post("/v1/pair", {"code": code, "name": PHONE, "kind": "shortcut"})
    nobody.close()
    assert paired["ok"], paired
    phone = Device(bridge, paired["token"], "dispatch/1")
    yield phone
    phone.close()


@pytest.fixture(scope="module")
def program(bridge: BridgeProcess, phone: Device) -> Iterator[Device]:
    token = bridge.run("pair", "--name", "program", "--scope", "act", "--scope", "phone").split()[-1]
    program = Device(bridge, token)
    yield program
    program.close()


def asked(program: Device, **given: Any) -> dict[str, Any]:
    calls = [{"function": {"name": "phone__get_battery", "arguments": given}}]
    return program.post("/v1/tool-calls", {"dialect": "openai", "calls": calls, "device": PHONE})


def rung(pushes: PushServer, turn: str) -> dict[str, Any]:
    def find() -> dict[str, Any] | None:
        mine = (push for push in pushes.seen if push.get("data", {}).get("shortcut", {}).get("turn_id") == turn)
        return next(mine, None)

    found: dict[str, Any] = until(find)
    return found


def test_a_phone_is_rung_and_tells(program: Device, phone: Device, pushes: PushServer) -> None:
    reply = asked(program)
    assert reply["say"] == f"I asked {PHONE} to look at the battery of the phone."
    push = rung(pushes, reply["turn_id"])
    assert push["data"]["shortcut"]["name"] == "Hearth Dispatcher"
    assert "battery" not in json.dumps(push)
    due = phone.get("/v1/device/next")
    [action] = due["device_actions"]
    for status, detail in (("started", ""), ("done", "64")):
        body = {"turn_id": due["turn_id"], "results": [{"id": action["id"], "status": status, "detail": detail}]}
        assert phone.post("/v1/results", body)["ok"]
    seen = program.get(f"/v1/turns/{reply['turn_id']}?wait=5")
    assert seen["say"] == "The battery of the phone is at 64 %."


@pytest.mark.parametrize(("status", "reason"), [("cancelled", "cancelled"), ("failure", "shortcut_failed")])
def test_the_companion_app_tells_that_it_came_to_nothing(
    program: Device,
    phone: Device,
    pushes: PushServer,
    home_assistant: HomeAssistantProcess,
    status: str,
    reason: str,
) -> None:
    reply = asked(program)
    sent = rung(pushes, reply["turn_id"])["data"]["shortcut"]
    event = {"name": sent["name"], "status": status, "input": sent, "error": "No such shortcut"}
    headers = {"Authorization": f"Bearer {home_assistant.token}"}
    url = f"{home_assistant.url}/api/events/ios.shortcut_run"
    httpx.post(url, json=event, headers=headers, trust_env=False).raise_for_status()
    seen = until(lambda: _settled(program, reply["turn_id"]))
    assert seen["receipts"][0]["reason"] == reason
    assert phone.get("/v1/device/next")["device_actions"] == []


def _settled(program: Device, turn: str) -> dict[str, Any] | None:
    seen = program.get(f"/v1/turns/{turn}")
    return seen if seen["receipts"][0]["status"] != "intended" else None


def test_a_killed_bridge_keeps_what_is_due(bridge: BridgeProcess, program: Device, phone: Device) -> None:
    reply = asked(program)
    bridge.stop(signal.SIGKILL)
    bridge.start()
    for device in (program, phone):
        device._client.base_url = httpx.URL(bridge.url)
    until(lambda: bridge.get("/readyz").get("ok"))
    assert phone.get("/v1/device/next")["turn_id"] == reply["turn_id"]
