"""Setting the integration up in a real Home Assistant, and what goes wrong later, on either side."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.ha_bridge import AGENT, Answer, Integrated, speech, wait_until

READ_ONLY = "switch.hearthbridge_read_only_mode"
LOCAL = ["small", "grammar"]


@contextmanager
def other_server(port: int, content: bytes, status: int = 200, kind: str = "text/html") -> Iterator[str]:
    """Something that is no bridge, where one is looked for."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815  # as the standard library calls it

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def is_heard(integrated: Integrated) -> bool:
    return bool(integrated.state(READ_ONLY)["state"] == "off")


def flows(integrated: Integrated, source: str) -> list[Answer]:
    found: list[Answer] = integrated.home.ws("config_entries/flow/progress")
    return [one for one in found if one["context"]["source"] == source and one["handler"] == "hearthbridge"]


@pytest.fixture(autouse=True)
def _heard(integrated: Integrated) -> None:
    wait_until(lambda: is_heard(integrated), 30)


def test_what_was_set_up(integrated: Integrated) -> None:
    states = integrated.home.states()
    ours = {key for key in states if "hearthbridge" in key and not key.startswith("ai_task.")}
    assert ours == {
        AGENT,
        READ_ONLY,
        "sensor.hearthbridge_cost_today",
        "sensor.hearthbridge_handled_locally_today",
        "sensor.hearthbridge_last_request",
        "sensor.hearthbridge_latency",
        "sensor.hearthbridge_model_version",
        "sensor.hearthbridge_pending_confirmations",
        "sensor.hearthbridge_requests_today",
    }
    devices = integrated.home.ws("config/device_registry/list")
    (device,) = [one for one in devices if one["manufacturer"] == "Hearthbridge"]
    assert (device["name"], device["entry_type"]) == ("Hearthbridge", "service")
    assert "home_assistant" in integrated.bridge.run("pair", "--list")
    agents = integrated.home.ws("conversation/agent/list", language="en")["agents"]
    assert AGENT in {agent["id"] for agent in agents}


def test_what_a_person_types_wrong(integrated: Integrated) -> None:
    flow = integrated.begin_flow()
    phone_code = integrated.bridge.run("pair").split("\n")[0].split()[-1]
    with other_server(0, b"<html>hello</html>") as elsewhere:
        cases: list[tuple[str, str, dict[str, str]]] = [
            ("not an address", "1234-5678", {"url": "invalid_url"}),
            ("http://127.0.0.1:9", "1234-5678", {"base": "unreachable"}),
            (elsewhere, "1234-5678", {"base": "unreadable"}),
            (integrated.bridge.url, "0000-0000", {"code": "invalid_code"}),
            (integrated.bridge.url, phone_code, {"code": "code_of_a_phone"}),
        ]
        for url, code, errors in cases:
            flow = integrated.go_on(flow, url=url, code=code)
            assert (flow["type"], flow["errors"]) == ("form", errors)
    done = integrated.go_on(flow, url=integrated.bridge.url, code=integrated.code())
    assert (done["type"], done["reason"]) == ("abort", "already_configured")
    wait_until(lambda: is_heard(integrated), 30)


def test_options_count_from_the_next_request_on(integrated: Integrated) -> None:
    flow = integrated.http("POST", "/api/config/config_entries/options/flow", {"handler": integrated.entry})
    assert int(flow["description_placeholders"]["exposed"]) > 20
    path = f"/api/config/config_entries/options/flow/{flow['flow_id']}"
    assert integrated.http("POST", path, {"cloud": False, "without_tiers": LOCAL})["type"] == "create_entry"
    answer = integrated.say("turn on the hall light")
    assert answer["response"]["data"]["code"] == "no_intent_match"
    flow = integrated.http("POST", "/api/config/config_entries/options/flow", {"handler": integrated.entry})
    path = f"/api/config/config_entries/options/flow/{flow['flow_id']}"
    integrated.http("POST", path, {"cloud": True, "without_tiers": []})
    assert integrated.say("turn on the hall light")["response"]["response_type"] == "action_done"


def test_diagnostics_show_no_secret(integrated: Integrated) -> None:
    text = json.dumps(integrated.http("GET", f"/api/diagnostics/config_entry/{integrated.entry}"))
    assert '"answers": true' in text
    kept = json.loads((integrated.home.config / ".storage" / "core.config_entries").read_text())
    (entry,) = [one for one in kept["data"]["entries"] if one["domain"] == "hearthbridge"]
    assert entry["data"]["token"] not in text
    assert integrated.bridge.url not in text


def test_system_health(integrated: Integrated) -> None:
    events = integrated.home.events("system_health/info", "finish")
    ours = dict(events[0]["data"]["hearthbridge"]["info"])
    ours |= {
        event["key"]: event["data"]
        for event in events
        if event["type"] == "update" and event["domain"] == "hearthbridge"
    }
    assert (ours["bridges"], ours["home_connected"], ours["can_reach_bridge"]) == (1, True, "ok")


def test_reload(integrated: Integrated) -> None:
    integrated.http("POST", f"/api/config/config_entries/entry/{integrated.entry}/reload")
    wait_until(lambda: is_heard(integrated))
    assert integrated.say("is the front door locked")["response"]["response_type"] == "query_answer"


def test_the_bridge_restarts(integrated: Integrated) -> None:
    integrated.bridge.stop()
    wait_until(lambda: integrated.state(READ_ONLY)["state"] == "unavailable")
    began = time.monotonic()
    answer = integrated.say("turn on the hall light")
    assert speech(answer).startswith("I cannot reach Hearthbridge")
    assert integrated.say("turn on the hall light", language="de")["response"]["response_type"] == "error"
    assert time.monotonic() - began < 10
    with pytest.raises(Exception, match="cannot reach"):
        integrated.act("hearthbridge.ask", text="what time is it")
    integrated.bridge.start()
    wait_until(lambda: is_heard(integrated), 5)
    assert integrated.say("turn on the hall light")["response"]["response_type"] == "action_done"


def test_the_bridge_is_killed(integrated: Integrated) -> None:
    integrated.bridge.stop(signal.SIGKILL)
    wait_until(lambda: integrated.state(READ_ONLY)["state"] == "unavailable")
    integrated.bridge.start()
    wait_until(lambda: is_heard(integrated), 5)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<html>It works!</html>", "text/html"),
        (b"[]", "application/json"),
        (b'{"ok": true}', "application/json"),
        (b"event: reply\ndata: {\n\n", "text/event-stream"),
        (b"event: status\ndata: {}\n\n", "text/event-stream"),
        (b"", "text/event-stream"),
        (b"\xff" * 100_000, "text/event-stream"),
    ],
)
def test_something_else_answers(integrated: Integrated, content: bytes, kind: str) -> None:
    port = int(integrated.bridge.url.rpartition(":")[2])
    integrated.bridge.stop()
    try:
        with other_server(port, content, kind=kind):
            answer = integrated.say("turn on the hall light")
            assert speech(answer).startswith("I do not understand what Hearthbridge answers")
            assert integrated.state("sun.sun")["state"] in {"above_horizon", "below_horizon"}
    finally:
        integrated.bridge.start()
    wait_until(lambda: is_heard(integrated), 30)


def test_home_assistant_restarts(integrated: Integrated) -> None:
    integrated.home.restart()
    wait_until(lambda: is_heard(integrated), 30)
    wait_until(lambda: integrated.bridge.get("/readyz")["ok"], 30)
    assert integrated.say("turn on the hall light")["response"]["response_type"] == "action_done"


def test_home_assistant_starts_before_the_bridge(integrated: Integrated) -> None:
    integrated.home.stop()
    integrated.bridge.stop()
    integrated.home.start()
    assert speech(integrated.say("turn on the hall light")).startswith("I cannot reach Hearthbridge")
    integrated.bridge.start()
    wait_until(lambda: is_heard(integrated), 5)


def test_another_address(integrated: Integrated) -> None:
    entry = {"entry_id": integrated.entry}
    flow = integrated.begin_flow(**entry)
    assert flow["step_id"] == "reconfigure"
    flow = integrated.go_on(flow, url="http://127.0.0.1:9")
    assert flow["errors"] == {"base": "unreachable"}
    done = integrated.go_on(flow, url=integrated.bridge.url.replace("127.0.0.1", "localhost"))
    assert done["reason"] == "reconfigure_successful"
    wait_until(lambda: is_heard(integrated))
    done = integrated.go_on(integrated.begin_flow(**entry), url=integrated.bridge.url)
    assert done["reason"] == "reconfigure_successful"


def test_a_revoked_token_asks_for_a_new_code(integrated: Integrated) -> None:
    listed = integrated.bridge.run("pair", "--list").splitlines()
    paired = [line[:30].strip() for line in listed if "active" in line and "home_assistant" in line]
    integrated.bridge.run("pair", "--revoke", paired[-1])
    answer = wait_until(lambda: revoked(integrated))
    assert "Pair it again" in speech(answer)
    (flow,) = wait_until(lambda: flows(integrated, "reauth"))
    issues = integrated.home.ws("repairs/list_issues")["issues"]
    assert [one for one in issues if one["issue_id"].startswith("config_entry_reauth_hearthbridge")]
    form = integrated.http("GET", f"/api/config/config_entries/flow/{flow['flow_id']}")
    assert form["step_id"] == "reauth_confirm"
    form = integrated.go_on(form, code="0000-0000")
    assert form["errors"] == {"code": "invalid_code"}
    assert integrated.go_on(form, code=integrated.code())["reason"] == "reauth_successful"
    wait_until(lambda: is_heard(integrated))
    assert integrated.say("turn on the hall light")["response"]["response_type"] == "action_done"


def revoked(integrated: Integrated) -> Answer | None:
    answer = integrated.say("is the front door locked")
    return answer if answer["response"]["response_type"] == "error" else None


def test_it_can_be_removed(integrated: Integrated) -> None:
    integrated.remove(integrated.entry)
    assert [key for key in integrated.home.states() if "hearthbridge" in key and key != "update.hearthbridge"] == []
    integrated.set_up()
