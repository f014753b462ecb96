"""Our integration in a real Home Assistant, with a real bridge beside it."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from tests.ha import HomeAssistantProcess
from tests.server import BridgeProcess

COMPONENT = Path(__file__).resolve().parent.parent / "custom_components" / "hearthbridge"
OLDEST = (2025, 4)
MORE: dict[str, Any] = {"logbook": {}, "system_health": {}, "assist_pipeline": {}, "zeroconf": {}}
"""What a home has that is not in the configuration of `ha_home`."""
ACTIONS = """
shortcuts:
  - {name: Leaving home, description: What to do on the way out, risk: safe, input: where to}
  - {name: Open the gate, description: Opens the gate}
"""
"""What a phone may be asked to run."""
AGENT = "conversation.hearthbridge"

Answer = dict[str, Any]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_until(holds: Callable[[], Any], seconds: float = 10.0) -> Any:
    """What `holds` returns once that is true."""
    deadline = time.monotonic() + seconds
    while not (value := holds()):
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.02)
    return value


class Integrated:
    """One Home Assistant with our integration, and what a person and a program do with it."""

    def __init__(self, home: HomeAssistantProcess, bridge: BridgeProcess) -> None:
        self.home = home
        self.bridge = bridge
        self.entry = ""

    def http(self, method: str, path: str, body: Any = None, token: str | None = None) -> Answer:
        """Home Assistant's REST API."""
        headers = {"Authorization": f"Bearer {token or self.home.token}"}
        response = httpx.request(
            method, f"{self.home.url}{path}", json=body, headers=headers, timeout=60, trust_env=False
        )
        answer: Answer = response.raise_for_status().json()
        return answer

    def code(self) -> str:
        """A pairing code, as the command line shows it."""
        return self.bridge.run("pair", "--home-assistant").split("\n")[0].split()[-1]

    def begin_flow(self, handler: str = "hearthbridge", **context: Any) -> Answer:
        """Begin to set up an integration."""
        return self.http("POST", "/api/config/config_entries/flow", {"handler": handler, **context})

    def go_on(self, flow: Answer, **given: Any) -> Answer:
        """Fill in the form of a flow."""
        return self.http("POST", f"/api/config/config_entries/flow/{flow['flow_id']}", given)

    def set_up(self) -> str:
        """Pair with the bridge as a person does; returns the id of the entry."""
        done = self.go_on(self.begin_flow(), url=self.bridge.url, code=self.code())
        assert done["type"] == "create_entry", done
        self.entry = done["result"]["entry_id"]
        wait_until(lambda: self.state("switch.hearthbridge_read_only_mode")["state"] == "off")
        return self.entry

    def remove(self, entry: str) -> None:
        """Remove an integration."""
        self.http("DELETE", f"/api/config/config_entries/entry/{entry}")

    def state(self, entity_id: str) -> Answer:
        """One state."""
        return self.home.states().get(entity_id, {"state": "missing", "attributes": {}})

    def say(self, text: str, token: str | None = None, **more: Any) -> Answer:
        """Say something to our agent, as the Assist dialog does."""
        body = {"text": text, "language": "en", "agent_id": AGENT, **more}
        return self.http("POST", "/api/conversation/process", body, token)

    def pipeline(self, text: str, token: str | None = None, *, agent: str = AGENT, **more: Any) -> list[Answer]:
        """Say something to a pipeline with our agent; returns its events."""
        pipelines = self.home.ws("assist_pipeline/pipeline/list")["pipelines"]
        mine = next((one for one in pipelines if one["conversation_engine"] == agent), None)
        if mine is None:
            fields = dict.fromkeys(("stt_engine", "stt_language", "tts_engine", "tts_language", "tts_voice"))
            fields |= dict.fromkeys(("wake_word_entity", "wake_word_id"))
            mine = self.home.ws(
                "assist_pipeline/pipeline/create",
                name=agent.partition(".")[2].replace("_", " ").title(), language="en",
                conversation_engine=agent, conversation_language="en", **fields,
            )  # fmt: skip
        stages = {"start_stage": "intent", "end_stage": "intent", "input": {"text": text}}
        return self.home.events(
            "assist_pipeline/run", "run-end", token=token, pipeline=mine["id"], **stages, **more
        )

    def logbook(self, entity_id: str, since: str) -> list[Answer]:
        """What the logbook page shows of one entity."""
        found: list[Answer] = self.home.ws("logbook/get_events", start_time=since, entity_ids=[entity_id])
        return found

    def act(self, service: str, **data: Any) -> Answer:
        """Call a service and return its response."""
        domain, name = service.split(".")
        fields = {"domain": domain, "service": name, "service_data": data, "return_response": True}
        answer: Answer = self.home.ws("call_service", **fields)["response"]
        return answer

    def automate(self, name: str, automation: Answer) -> None:
        """Save an automation as the editor does, and wait until it is there."""
        self.http("POST", f"/api/config/automation/config/{name}", {"alias": name, **automation})
        wait_until(lambda: self.state(f"automation.{name}")["state"] == "on")

    def user(self, name: str) -> str:
        """The id of a person's user."""
        return next(str(user["id"]) for user in self.home.ws("config/auth/list") if user["name"] == name)


def speech(answer: Answer) -> str:
    """What was said."""
    return str(answer["response"]["speech"]["plain"]["speech"])
