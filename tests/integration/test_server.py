"""A real server process: how it starts, how it ends, and what a kill leaves behind."""

from __future__ import annotations

import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Server

ROOT = Path(__file__).parents[2]


class Late:
    """A server whose home answers late, which can be started again on the same store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls_file = folder / "calls"
        self.token = ""

    def server(self, seconds: float) -> Server:
        """Start it; the home takes this long to answer."""
        store = f"sqlite:///{self.folder / 'store.db'}"
        command = [sys.executable, "-m", "tests.integration.serve_slow", store, str(self.calls_file), str(seconds)]
        return Server(command, self.folder, PYTHONPATH=str(ROOT))

    @property
    def calls(self) -> list[str]:
        """What the home was told, in all its lives."""
        return self.calls_file.read_text().splitlines() if self.calls_file.exists() else []

    def wait_for_a_call(self) -> None:
        """Wait until the home was told something."""
        deadline = time.monotonic() + 10
        while not self.calls:
            assert time.monotonic() < deadline
            time.sleep(0.01)


@pytest.fixture
def late(tmp_path: Path) -> Late:
    return Late(tmp_path)


def test_demo_prints_what_works(server: Server) -> None:
    assert server.get("/healthz") == {"ok": True}
    assert server.get("/readyz")["ok"] is True
    reply = server.post("/v1/ask", {"text": "turn on the kitchen lights"})
    assert {receipt["status"] for receipt in reply["receipts"]} == {"done"}
    large = server.post("/v1/ask", {"image": "A" * 13_000_000})
    assert large["error"]["code"] == "too_large"
    assert server.stop() == 0
    assert f"curl -s {server.url}/v1/ask" in server.printed
    assert server.log == ""


def test_sigterm_ends_it_well_and_leaves_nothing(server: Server, tmp_path: Path) -> None:
    since = time.monotonic()
    assert list(tmp_path.glob("hearthbridge-demo-*"))
    assert server.stop(signal.SIGTERM) == 0
    assert time.monotonic() - since < 5
    assert list(tmp_path.glob("hearthbridge-demo-*")) == []
    assert "Traceback" not in server.log
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), 1)


def test_ctrl_c_ends_it_well(server: Server, tmp_path: Path) -> None:
    assert server.stop(signal.SIGINT) in {0, 1, 130}
    assert list(tmp_path.glob("hearthbridge-demo-*")) == []
    assert "Traceback" not in server.log


def test_sigterm_waits_for_a_turn(late: Late) -> None:
    replies: list[dict[str, Any]] = []
    with late.server(0.5) as server:
        asking = threading.Thread(
            target=lambda: replies.append(server.post("/v1/ask", {"text": "turn on the bathroom light"}))
        )
        asking.start()
        late.wait_for_a_call()
        assert server.stop(signal.SIGTERM) == 0
        asking.join(10)
    assert [receipt["status"] for receipt in replies[0]["receipts"]] == ["done"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_killed_in_the_middle_of_a_turn(late: Late, how: signal.Signals) -> None:
    key = {"Idempotency-Key": "k"}
    body = {"text": "turn on the bathroom light", "deadline_ms": 300}
    with late.server(60) as server:
        token = server.token
        pending = server.post("/v1/ask", body, **key)
        assert pending["pending"]
        late.wait_for_a_call()
        server.stop(how)
    with late.server(0) as server:
        server.token = token
        found = server.get(f"/v1/turns/{pending['turn_id']}")
        assert (found["ok"], found["pending"], found["decision"]) == (True, False, "interrupted")
        assert [(r["status"], r["reason"]) for r in found["receipts"]] == [("unknown", "bridge_restarted")]
        again = server.post("/v1/ask", body, **key)
        assert again["turn_id"] == pending["turn_id"]
        assert [receipt["status"] for receipt in again["receipts"]] == ["unknown"]
        assert late.calls == ["light.turn_on"]
        # What is asked anew is done anew.
        assert server.post("/v1/ask", body)["receipts"][0]["status"] == "done"
    assert late.calls == ["light.turn_on"] * 2


def test_a_question_and_its_yes_survive_a_kill(late: Late) -> None:
    with late.server(0) as server:
        token = server.token
        asked = server.post("/v1/ask", {"text": "unlock the front door"})
        server.stop(signal.SIGKILL)
    yes = {"text": "yes", "turn_id": asked["turn_id"]}
    with late.server(0) as server:
        server.token = token
        assert [r["status"] for r in server.post("/v1/ask", yes)["receipts"]] == ["done"]
        server.stop(signal.SIGKILL)
    with late.server(0) as server:
        server.token = token
        assert server.post("/v1/ask", yes)["receipts"] == []
    assert late.calls == ["lock.unlock"]


def test_nothing_private_is_logged(late: Late) -> None:
    with late.server(0) as server:
        server.post("/v1/ask", {"text": "turn on the bathroom light", "clipboard": "my-private-note"})
        server.post("/v1/ask", {"text": "where is my grandmother"})
        server.post("/v1/tool-calls", {"dialect": "mcp", "calls": {"name": "grandmother"}})
        assert server.stop() == 0
    log = server.log
    assert '"event": "turn"' in log
    for private in (server.token, "private", "grandmother"):
        assert private not in log
