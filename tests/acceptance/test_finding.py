"""How Home Assistant finds a bridge: by its announcement, and without our integration as a Wyoming service."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bridge.address import phone_url
from bridge.settings import ServerSettings
from tests.ha import numbers
from tests.ha_bridge import Answer, Integrated, free_port, speech, wait_until
from tests.server import BridgeProcess


@dataclass(frozen=True)
class Announced:
    """A bridge, and the port of its Wyoming service."""

    bridge: BridgeProcess
    wyoming: int


@pytest.fixture(scope="module")
def announced(integrated: Integrated, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Announced]:
    """Another bridge on the same home, that others in the network can reach, and that speaks Wyoming."""
    settings = {"SERVER__HOST": "0.0.0.0", "SERVER__PORT": str(free_port())}
    settings["WYOMING__URI"] = f"tcp://127.0.0.1:{free_port()}"
    home = integrated.home
    with BridgeProcess(tmp_path_factory.mktemp("announced"), home.url, home.token, **settings) as bridge:
        wait_until(lambda: bridge.get("/readyz")["ok"], 30)
        yield Announced(bridge, int(settings["WYOMING__URI"].rpartition(":")[2]))
    for entry in integrated.home.ws("config_entries/get"):
        if entry["domain"] in {"hearthbridge", "wyoming"} and entry["entry_id"] != integrated.entry:
            integrated.remove(entry["entry_id"])


def found(integrated: Integrated) -> list[Answer]:
    flows: list[Answer] = integrated.home.ws("config_entries/flow/progress")
    return [one for one in flows if one["context"]["source"] == "zeroconf" and one["handler"] == "hearthbridge"]


def test_a_bridge_is_found_in_the_network(integrated: Integrated, announced: Announced) -> None:
    port = int(announced.bridge.url.rpartition(":")[2])
    assert phone_url(ServerSettings(host="0.0.0.0"), port), "this machine has no network to announce in"
    flow = wait_until(lambda: found(integrated), 30)[0]
    form = integrated.http("GET", f"/api/config/config_entries/flow/{flow['flow_id']}")
    assert form["step_id"] == "found"
    assert form["description_placeholders"]["url"].endswith(f":{port}")
    code = announced.bridge.run("pair", "--home-assistant").split("\n")[0].split()[-1]
    done = integrated.go_on(form, code=code)
    assert done["type"] == "create_entry", done
    agent = wait_until(lambda: [k for k in integrated.home.states() if k == "conversation.hearthbridge_2"])[0]
    assert speech(integrated.say("is the front door locked", agent_id=agent)) in {"Yes.", "No."}
    with pytest.raises(Exception, match="several bridges"):
        integrated.act("hearthbridge.ask", text="what time is it")
    entry = done["result"]["entry_id"]
    assert integrated.act("hearthbridge.ask", text="what time is it", config_entry=entry)["say"]


def test_it_is_a_wyoming_agent_too(integrated: Integrated, announced: Announced) -> None:
    port = announced.wyoming
    done = integrated.go_on(integrated.begin_flow("wyoming"), host="127.0.0.1", port=port)
    assert done["type"] == "create_entry", done

    def agents() -> list[str]:
        known = integrated.home.ws("conversation/agent/list", language="en")["agents"]
        return [one["id"] for one in known if one["id"].startswith("conversation.") and one["id"] not in OURS]

    agent = wait_until(agents)[0]
    answer = integrated.say("turn on the hall light", agent_id=agent)
    assert speech(answer).startswith("Turned on")
    asked = integrated.say("turn on the reading lamp", agent_id=agent)
    assert "Office" in speech(asked)
    chosen = integrated.say("the one in the office", agent_id=agent, conversation_id=asked["conversation_id"])
    # The Wyoming of 2025.4 sends the words alone, so a question cannot be answered there.
    keeps = numbers(integrated.home.version) > (2025, 5)
    assert speech(chosen).startswith("Turned on") is keeps
    unknown = integrated.say("sing me a song about quarks", agent_id=agent)
    assert unknown["response"]["response_type"] == "error"


OURS = {"conversation.hearthbridge", "conversation.hearthbridge_2", "conversation.home_assistant"}


def test_garbage_does_not_disturb_the_wyoming_service(integrated: Integrated, announced: Announced) -> None:
    port = announced.wyoming
    for content in (
        b"\xff\x00\n",
        b"{}\n",
        b'{"type":"transcript"}\n',
        b"x" * 200_000,
        b'{"type":"transcript","data":[]}\n',
    ):
        with socket.create_connection(("127.0.0.1", port), 10) as client:
            client.settimeout(5)
            # It hangs up, now or in the middle of this.
            with contextlib.suppress(ConnectionError):
                client.sendall(content)
                client.shutdown(socket.SHUT_WR)
                assert client.recv(100) == b""
    assert "Traceback" not in announced.bridge.log()
