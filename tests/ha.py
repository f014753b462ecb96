"""A real Home Assistant with a test home, for acceptance tests; ``scripts/ha_env.py install`` installs it."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Self

import httpx
from websockets.sync.client import ClientConnection, connect

from tests.ha_auth import mint_tokens
from tests.ha_home import AREAS, ENTITIES, FLOORS, TODO_LIST, configuration

ROOT = Path(__file__).resolve().parent.parent / ".ha"
START_SECONDS = 100.0

OWNER = "Test"
PEOPLE = {OWNER: "system-admin", "Anna": "system-users", "Guest": "system-read-only"}
"""Who lives in the test home, and the group of each."""

State = dict[str, Any]
"""A state object as HA gives it: ``entity_id``, ``state``, ``attributes`` and times."""

# HA's end is tied to ours: when this process dies, however it dies, the pipe to HA's stdin closes.
MAIN = """
import os, runpy, sys, threading
def follow():
    os.read(0, 1)
    os.killpg(0, 9)
threading.Thread(target=follow, daemon=True).start()
runpy.run_module("homeassistant", run_name="__main__", alter_sys=True)
"""


def installed_versions() -> list[str]:
    """Return the versions that ``scripts/ha_env.py`` has completed, oldest first."""
    return sorted((stamp.parent.name for stamp in ROOT.glob("*/stamp.json")), key=numbers)


class HomeAssistantError(Exception):
    """Home Assistant did not start, or refused a command."""


class HomeAssistantProcess:
    """One Home Assistant in a config folder of its own, with the test home in it once started."""

    def __init__(
        self, version: str, config: Path, *, component: Path | None = None, more: dict[str, Any] | None = None
    ) -> None:
        """Prepare to run ``version`` in ``config``; nothing is written or started yet.

        ``component`` is a custom integration to have there, ``more`` is added to the configuration.
        """
        self.version = version
        self.config = config
        self._component = component
        self._more = more or {}
        self.url = ""
        self.token = ""
        self.tokens: dict[str, str] = {}
        self.ready_seconds = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        self._http: httpx.Client | None = None
        self._socket: ClientConnection | None = None
        self._last_id = 0
        self._links = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start HA, wait until it is RUNNING, and see to it that the home is as ``ha_home`` says."""
        assert self._process is None, "it runs already"
        if not self.token:
            self._prepare()
        began = time.monotonic()
        python = ROOT / self.version / "bin" / "python"
        command: list[str | Path] = [python, "-c", MAIN, "-c", self.config, "--skip-pip"]
        with (self.config / "hass.out").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=self.config, start_new_session=True
            )
        atexit.register(self.kill)
        headers = {"Authorization": f"Bearer {self.token}"}
        client = httpx.Client(base_url=self.url, headers=headers, timeout=60, trust_env=False)
        self._http = self._links.enter_context(client)
        try:
            self._wait_until_running()
            self._set_up_home()
        except BaseException:
            self.kill()
            raise
        self.ready_seconds = time.monotonic() - began

    def stop(self) -> None:
        """Stop HA as a supervisor does: it writes its registries and states, then ends."""
        self._disconnect()
        if self._process is not None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(30)
        self.kill()

    def kill(self) -> None:
        """End HA at once, as a power cut does: what it had not written (up to 10 s of registry changes) is lost."""
        self._disconnect()
        atexit.unregister(self.kill)
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process = None

    def restart(self) -> None:
        """Stop and start again, at the same address with the same token."""
        self.stop()
        self.start()

    def ws(self, command: str, **fields: Any) -> Any:
        """Send one WebSocket command and return its result; HomeAssistantError has HA's code when refused."""
        if self._socket is None:
            self._socket = self._connect(self._links)
            self._last_id = 0
        self._last_id += 1
        self._socket.send(json.dumps({"id": self._last_id, "type": command, **fields}))
        while True:
            answer = json.loads(self._socket.recv(timeout=30))
            if answer.get("id") == self._last_id and answer["type"] == "result":
                break
        if not answer["success"]:
            raise HomeAssistantError(f"{command}: {answer['error']['code']}: {answer['error']['message']}")
        return answer["result"]

    def events(self, command: str, until: str, *, token: str | None = None, **fields: Any) -> list[dict[str, Any]]:
        """Send one WebSocket command that answers with events, on a connection of its own, and return them.

        ``until`` is the type of the last event to wait for; ``token`` another person's.
        """
        with contextlib.ExitStack() as links:
            link = self._connect(links, token)
            link.send(json.dumps({"id": 1, "type": command, **fields}))
            events: list[dict[str, Any]] = []
            while not events or events[-1].get("type") != until:
                answer = json.loads(link.recv(timeout=60))
                if answer["type"] == "event":
                    events.append({**answer["event"], "received": time.time()})
                elif not answer.get("success"):
                    raise HomeAssistantError(f"{command}: {answer['error']}")
            return events

    @contextlib.contextmanager
    def listening(self, event_type: str) -> Iterator[Callable[[], dict[str, Any]]]:
        """Listen to events on a connection of its own; yields a function that waits for the next one."""
        with contextlib.ExitStack() as links:
            link = self._connect(links)
            link.send(json.dumps({"id": 1, "type": "subscribe_events", "event_type": event_type}))
            assert json.loads(link.recv(timeout=30))["success"]

            def heard() -> dict[str, Any]:
                data: dict[str, Any] = json.loads(link.recv(timeout=30))["event"]["data"]
                return data

            yield heard

    def call(self, domain: str, service: str, data: dict[str, Any] | None = None) -> Any:
        """Call a service, wait until HA has carried it out, and return HA's result."""
        return self.ws("call_service", domain=domain, service=service, service_data=data or {})

    def states(self) -> dict[str, State]:
        """Return every state object by entity id."""
        return {state["entity_id"]: state for state in self.ws("get_states")}

    def state(self, entity_id: str) -> State:
        """Return one state object; KeyError when HA has no such entity."""
        return self.states()[entity_id]

    def wait_for(self, entity_id: str, holds: Callable[[State], bool], seconds: float = 30.0) -> State:
        """Return the first state object for which ``holds``; template entities lag their call a little."""
        deadline = time.monotonic() + seconds
        while not holds(state := self.state(entity_id)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{entity_id} stays {state['state']} {state['attributes']}")
            time.sleep(0.01)
        return state

    def _prepare(self) -> None:
        self.config.mkdir(parents=True, exist_ok=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        # JSON is YAML too.
        home = configuration(port, legacy=self._is_before(2025, 10)) | self._more
        if self._component is not None:
            components = self.config / "custom_components"
            components.mkdir()
            (components / self._component.name).symlink_to(self._component)
        # Automations are in a file of their own, as the editor saves them.
        text = json.dumps(home, indent=1).replace('"automation": []', '"automation": !include automations.yaml')
        (self.config / "configuration.yaml").write_text(text)
        (self.config / "automations.yaml").write_text("[]")
        self.tokens = mint_tokens(self.config, PEOPLE)
        self.token = self.tokens[OWNER]
        self.url = f"http://127.0.0.1:{port}"

    def _wait_until_running(self) -> None:
        assert self._http is not None
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if (status := self._process.poll()) is not None:
                raise HomeAssistantError(f"HA ended with status {status}:\n{self._log_tail()}")
            with contextlib.suppress(httpx.TransportError):
                answer = self._http.get("/api/config")
                if answer.status_code == httpx.codes.OK and answer.json()["state"] == "RUNNING":
                    return
            time.sleep(0.05)
        raise HomeAssistantError(f"HA was not RUNNING after {START_SECONDS} s:\n{self._log_tail()}")

    def _set_up_home(self) -> None:
        if not self._is_before(2026, 1):
            with contextlib.suppress(HomeAssistantError):  # else HA goes back to port 8123 after five minutes
                self.ws("http/config/promote")
        self._add_todo_list()
        has_floors = not self._is_before(2024, 4)
        floors = {name: self._ensure("floor", name, aliases=names) for name, names in FLOORS.items() if has_floors}
        areas = {}
        for name, (floor, names) in AREAS.items():
            on_floor = {"floor_id": floors[floor]} if has_floors else {}
            areas[name] = self._ensure("area", name, aliases=names, **on_floor)
        # From 2026 on the aliases of an entity begin with null, which stands for its name.
        own_name = [] if self._is_before(2026, 1) else [None]
        for entity in ENTITIES:
            self.ws(
                "config/entity_registry/update", entity_id=entity.id, name=entity.name,
                area_id=areas.get(entity.area), aliases=[*own_name, *entity.aliases],
            )  # fmt: skip
        exposed = {entity.id for entity in ENTITIES if entity.exposed}
        self.ws("homeassistant/expose_new_entities/set", assistant="conversation", expose_new=False)
        self._expose(exposed, True)
        self._expose(self.states().keys() - exposed, False)

    def _expose(self, entity_ids: Iterable[str], should_expose: bool) -> None:
        self.ws(
            "homeassistant/expose_entity", assistants=["conversation"], entity_ids=sorted(entity_ids),
            should_expose=should_expose,
        )  # fmt: skip

    def _ensure(self, kind: str, name: str, **fields: Any) -> str:
        """Return the id of the floor or area with that name, made or brought up to date."""
        have = {row["name"]: row[f"{kind}_id"] for row in self.ws(f"config/{kind}_registry/list")}
        if name not in have:
            row = self.ws(f"config/{kind}_registry/create", name=name, **fields)
        else:
            row = self.ws(f"config/{kind}_registry/update", **{f"{kind}_id": have[name]}, **fields)
        return str(row[f"{kind}_id"])

    def _add_todo_list(self) -> None:
        """Make the to-do list through its config flow, as a person does; a second time changes nothing."""
        assert self._http is not None
        flows = "/api/config/config_entries/flow"
        step = self._http.post(flows, json={"handler": "local_todo"}).raise_for_status().json()
        self._http.post(f"{flows}/{step['flow_id']}", json={"todo_list_name": TODO_LIST}).raise_for_status()

    def _connect(self, links: contextlib.ExitStack, token: str | None = None) -> ClientConnection:
        address = f"ws{self.url.removeprefix('http')}/api/websocket"
        # No pings: their thread draws from the global `random`, which Hypothesis takes for a fault of the test that
        # runs at that moment.
        link = links.enter_context(connect(address, max_size=None, proxy=None, ping_interval=None))
        link.recv(timeout=10)
        link.send(json.dumps({"type": "auth", "access_token": token or self.token}))
        if (answer := json.loads(link.recv(timeout=10)))["type"] != "auth_ok":
            raise HomeAssistantError(f"HA refused the token: {answer}")
        return link

    def _disconnect(self) -> None:
        self._links.close()
        self._socket = self._http = None

    def _is_before(self, *release: int) -> bool:
        return numbers(self.version) < release

    def _log_tail(self) -> str:
        return "\n".join((self.config / "hass.out").read_text(errors="replace").splitlines()[-20:])


def numbers(version: str) -> tuple[int, ...]:
    """Return a version as numbers, to compare it by."""
    return tuple(int(part) for part in version.split("."))
