"""Home Assistant away, refusing the token, and restarting in the middle of a call."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ha import HomeAssistantProcess
from tests.server import BridgeProcess


@pytest.fixture(scope="module")
def bridge(
    home_assistant: HomeAssistantProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BridgeProcess]:
    with BridgeProcess(tmp_path_factory.mktemp("trouble"), home_assistant.url, home_assistant.token) as bridge:
        yield bridge


def test_wrong_token(home_assistant: HomeAssistantProcess, tmp_path: Path) -> None:
    with BridgeProcess(tmp_path, home_assistant.url, "not-a-token") as bridge:
        answer = bridge.ask("turn on the hall light")
        assert answer["error"]["code"] == "home_auth_failed"
        assert "token" in answer["error"]["hint"]
        assert "not-a-token" not in bridge.log()


def test_nothing_there(tmp_path: Path) -> None:
    with BridgeProcess(tmp_path, "http://127.0.0.1:9", "x") as bridge:
        assert bridge.ask("turn on the hall light")["error"]["code"] == "home_unreachable"
        assert bridge.get("/readyz")["error"]["code"] == "home_unreachable"


def test_restart_in_the_middle_of_a_call(bridge: BridgeProcess, home_assistant: HomeAssistantProcess) -> None:
    # The stuck lamp never shows that it is on, so the read-back is still waiting when the home goes.
    replies = []
    asking = threading.Thread(
        target=lambda: replies.append(bridge.ask("turn on the stuck lamp", deadline_ms=20_000))
    )
    asking.start()
    time.sleep(1)
    home_assistant.restart()
    asking.join(30)
    assert [receipt["status"] for receipt in replies[0]["receipts"]] == ["unknown"]
    assert replies[0]["receipts"][0]["detail"]


def test_it_is_back_soon_after_a_restart(bridge: BridgeProcess, home_assistant: HomeAssistantProcess) -> None:
    home_assistant.kill()
    answer = bridge.ask("turn on the hall light")
    assert answer["error"]["code"] == "home_unreachable"
    home_assistant.start()
    deadline = time.monotonic() + 60
    while not bridge.get("/readyz")["ok"]:
        assert time.monotonic() < deadline, "not connected again"
        time.sleep(0.1)
    assert [receipt["status"] for receipt in bridge.ask("turn on the hall light")["receipts"]] == ["done"]
