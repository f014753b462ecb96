"""Waking phones: the ways, their order, what is noted of them; and a Mac that runs shortcuts."""

import asyncio
import json
import stat
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from actions.errors import HomeError, HomeLost, HomeRefused
from actions.link import ServiceCall
from bridge.api import create_app
from bridge.cli import main
from bridge.devices import ALL_SCOPES
from bridge.phone.bell import in_order, transports
from bridge.service import Service
from bridge.settings import PhoneSettings, PushSettings
from shortcuts.push import Doorbell, PushOutcome, Way
from shortcuts.push.home_assistant import HomeAssistantPush, shortcut_run
from shortcuts.push.mac import NoMac, command, perform
from shortcuts.push.pushcut import PushcutPush
from tests.integration.conftest import Server, settings_for
from tests.integration.test_phone import Bridge, Caller, status
from tests.quick import QuickHome

BELL = Doorbell("turn-1")


class Pushcut:
    """Pushcut's API as it is documented: a key in a header, two addresses."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str | None, Any]] = []
        self.answers: list[int] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.seen.append((self.path, self.headers.get("API-Key"), body))
                code = outer.answers.pop(0) if outer.answers else 200
                if self.headers.get("API-Key") != "key":
                    code = 403
                payload = b'{"message": "ok"}'
                self.send_response(code)
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def pushcut() -> Iterator[Pushcut]:
    pushcut = Pushcut()
    thread = threading.Thread(target=pushcut.server.serve_forever, daemon=True)
    thread.start()
    yield pushcut
    pushcut.server.shutdown()
    pushcut.server.server_close()
    thread.join()


async def test_pushcut_notification(pushcut: Pushcut) -> None:
    push = PushcutPush("key", "Hearth & home", url=pushcut.url)
    assert (await push.push(BELL)).sent
    [(path, _, body)] = pushcut.seen
    assert path == "/v1/notifications/Hearth%20%26%20home"
    assert body["defaultAction"]["shortcut"] == "Hearth Dispatcher"
    assert "key" not in repr(push)


async def test_pushcut_automation_server(pushcut: Pushcut) -> None:
    assert (await PushcutPush("key", None, Way.SERVER, pushcut.url).push(BELL)).sent
    body = {"shortcut": "Hearth Dispatcher", "input": "turn-1", "timeout": "nowait"}
    assert pushcut.seen == [("/v1/execute", "key", body)]


@pytest.mark.parametrize(
    ("code", "reason", "unclear"),
    [(429, "push_limited", False), (404, "push_refused", False), (500, "push_refused", True)],
)
async def test_pushcut_refuses(pushcut: Pushcut, code: int, reason: str, unclear: bool) -> None:
    pushcut.answers = [code]
    outcome = await PushcutPush("key", "x", url=pushcut.url).push(BELL)
    assert (outcome.sent, outcome.code, outcome.unclear) == (False, reason, unclear)


async def test_pushcut_with_a_wrong_key_and_away(pushcut: Pushcut) -> None:
    assert (await PushcutPush("wrong", "x", url=pushcut.url).push(BELL)).code == "push_refused"
    away = await PushcutPush("key", "x", url="http://127.0.0.1:9").push(BELL)
    assert (away.code, away.unclear) == ("push_unreachable", False)


class Companion(QuickHome):
    """A home with the companion app's notify service."""

    def __init__(self) -> None:
        super().__init__()
        self.pushed: list[ServiceCall] = []
        self.trouble: HomeError | None = None
        self.listeners: dict[str, Any] = {}

    def on_event(self, event_type: str, listener: Any) -> None:
        self.listeners[event_type] = listener

    async def call(self, call: ServiceCall) -> Any:
        if call.domain != "notify":
            return await super().call(call)
        if self.trouble is not None:
            raise self.trouble
        self.pushed.append(call)
        return {}


async def test_home_assistant_push() -> None:
    home = Companion()
    assert (await HomeAssistantPush(home, "mobile_app_anna").push(BELL)).sent
    data = home.pushed[0].data["data"]
    assert data["shortcut"] == {"name": "Hearth Dispatcher", "turn_id": "turn-1"}
    await HomeAssistantPush(home, "mobile_app_anna", Way.AUTOMATION).push(BELL)
    assert "shortcut" not in home.pushed[1].data["data"]
    home.trouble = HomeRefused("Action notify.mobile_app_anna not found")
    assert await HomeAssistantPush(home, "x").push(BELL) == PushOutcome(
        sent=False, code="push_refused", detail="Action notify.mobile_app_anna not found"
    )
    home.trouble = HomeLost("gone")
    assert (await HomeAssistantPush(home, "x").push(BELL)).unclear


@pytest.mark.parametrize(
    ("event", "turn"),
    [
        ({"name": "Hearth Dispatcher", "status": "Failure", "input": {"turn_id": "t"}}, "t"),
        ({"name": "Hearth Dispatcher", "status": "failure", "turn_id": "t"}, "t"),
        ({"name": "Other", "status": "failure", "input": {"turn_id": "t"}}, None),
        ({"name": "Hearth Dispatcher", "input": "text"}, None),
        ({}, None),
    ],
)
def test_result_events(event: dict[str, Any], turn: str | None) -> None:
    run = shortcut_run(event)
    assert (run.turn if run else None) == turn
    assert run is None or run.status == "failure"


def test_what_is_set_up_and_its_order() -> None:
    home = Companion()
    settings = PhoneSettings(pushcut_key="key", push={})
    tapped = PushSettings(home_assistant="mobile_app_anna", pushcut="Hearth", pushcut_server=True)
    names = [way.name for way in in_order(transports(tapped, settings, home), ["set_brightness"])]
    assert names == ["pushcut:server", "home_assistant:tap", "pushcut:tap"]
    looked_at = [way.name for way in in_order(transports(tapped, settings, home), ["say", "message"])]
    assert looked_at == ["home_assistant:tap", "pushcut:tap", "pushcut:server"]
    assert [way.name for way in transports(PushSettings(automation=True, pushcut="x"), settings, home)] == [
        "pushcut:automation"
    ]
    assert transports(tapped, PhoneSettings(), home)[0].name == "home_assistant:tap"


@pytest.fixture
async def ringing(tmp_path: Path, pushcut: Pushcut) -> AsyncIterator[tuple[Bridge, Companion, Caller, Caller]]:
    home = Companion()
    push = {"Anna's iPhone": PushSettings(home_assistant="mobile_app_anna", pushcut="Hearth")}
    phone_settings = PhoneSettings(push=push, pushcut_key="key", pushcut_url=pushcut.url)
    service = Service(settings_for(f"sqlite:///{tmp_path / 'push.db'}", phone=phone_settings), home)
    app = create_app(service)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://bridge") as client:
            bridge = Bridge(service, client)
            yield bridge, home, await bridge.phone(), await bridge.device("program", *ALL_SCOPES)


Ringing = tuple[Bridge, Companion, Caller, Caller]


async def until(condition: Any) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_waiting_action_rings_the_phone_once(ringing: Ringing, pushcut: Pushcut) -> None:
    bridge, home, phone, program = ringing
    reply = await program.calls([("phone.torch", {"on": True}), ("phone.say", {"text": "secret words"})])
    await until(lambda: home.pushed)
    assert home.pushed[0].service == "mobile_app_anna"
    assert "secret" not in str(home.pushed)
    assert len(home.pushed) == 1
    assert pushcut.seen == []
    assert len((await phone.next())["device_actions"]) == 2
    assert status(reply) == ("intended", None)
    assert bridge.service


async def test_the_next_way_is_tried_when_one_surely_failed(ringing: Ringing, pushcut: Pushcut) -> None:
    _, home, _, program = ringing
    home.trouble = HomeRefused("not found")
    await program.call("phone.torch", on=True)
    await until(lambda: pushcut.seen)


async def test_an_unclear_push_is_not_repeated(ringing: Ringing, pushcut: Pushcut) -> None:
    bridge, home, _, program = ringing
    home.trouble = HomeLost("gone")
    reply = await program.call("phone.torch", on=True)
    await asyncio.sleep(0.2)
    assert pushcut.seen == []
    await bridge.age(601)
    seen = await program.get(f"/v1/turns/{reply['turn_id']}")
    assert status(seen) == ("unknown", "never_started")
    assert "nobody tapped it" in seen["say"]


async def test_pushed_never_started_and_started_without_result_are_told_apart(ringing: Ringing) -> None:
    bridge, home, phone, program = ringing
    never = await program.call("phone.torch", on=True)
    await until(lambda: home.pushed)
    await phone.next()
    begun = await program.call("phone.say", text="x")
    due = await phone.next()
    await phone.report(due, "started")
    await asyncio.sleep(0.1)
    await bridge.age(601)
    one, two = [await program.get(f"/v1/turns/{turn['turn_id']}") for turn in (never, begun)]
    assert (status(one), status(two)) == (("unknown", "never_started"), ("unknown", "no_result"))
    assert "got a notification, but nobody tapped it" in one["say"]
    assert "something may be waiting on its screen" in two["say"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("cancelled", ("failed", "cancelled")),
        ("failure", ("failed", "shortcut_failed")),
        ("success", ("intended", None)),
    ],
)
async def test_the_companion_app_tells_what_became_of_the_dispatcher(
    ringing: Ringing, said: str, expected: tuple[str, str | None]
) -> None:
    _, home, phone, program = ringing
    reply = await program.call("phone.torch", on=True)
    event = {
        "name": "Hearth Dispatcher",
        "status": said,
        "error": "No such shortcut",
        "input": {"turn_id": reply["turn_id"]},
    }
    home.listeners["ios.shortcut_run"](event)
    await asyncio.sleep(0.1)
    assert status(await program.get(f"/v1/turns/{reply['turn_id']}")) == expected
    assert len((await phone.next())["device_actions"]) == (1 if said == "success" else 0)


async def test_a_phone_may_wait_for_what_is_due(ringing: Ringing) -> None:
    _, _, phone, program = ringing
    waiting = asyncio.create_task(phone.get("/v1/device/next?wait=50"))
    await asyncio.sleep(0.1)
    await program.call("phone.torch", on=True)
    async with asyncio.timeout(30):
        assert len((await waiting)["device_actions"]) == 1


FAKE = """#!/bin/sh
# As `shortcuts run NAME --output-path FILE ... [--input-path FILE]`.
test "$1" = run || exit 64
name=$2
case "$name" in
  "Log “Water” 💧 & 'x'; \\$(id)") while [ $# -gt 0 ]; do
      test "$1" = --output-path && out=$2; test "$1" = --input-path && in=$2; shift; done
    printf 'did %s with %s' "$name" "$(cat "$in")" > "$out" ;;
  Cancelled) echo "Error: The operation was cancelled." >&2; exit 1 ;;
  Slow) exec sleep 30 ;;
  *) echo "Error: The shortcut could not be found." >&2; exit 1 ;;
esac
"""


@pytest.fixture
def mac(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A computer with a `shortcuts` command."""
    folder = tmp_path / "bin"
    folder.mkdir()
    fake = folder / "shortcuts"
    fake.write_text(FAKE)
    fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


async def test_a_mac_runs_a_shortcut_of_any_name(mac: Path) -> None:
    name = "Log “Water” 💧 & 'x'; $(id)"
    ran = await perform("run_shortcut", {"name": name, "input": "two\nlines"})
    assert (ran.status, ran.detail) == ("done", f"did {name} with two\nlines")


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [("Missing", "failed", "could not be found"), ("Cancelled", "cancelled", "cancelled"), ("-x", "failed", "-x")],
)
async def test_what_a_mac_cannot_run(mac: Path, name: str, status: str, words: str) -> None:
    ran = await perform("run_shortcut", {"name": name})
    assert ran.status == status
    assert words in ran.detail


async def test_a_mac_does_not_wait_for_ever(mac: Path) -> None:
    ran = await perform("run_shortcut", {"name": "Slow"}, within=0.3)
    assert (ran.status, ran.detail) == ("failed", "It was stopped after 0 seconds")
    assert (await perform("torch", {"on": True})).status == "failed"


def test_there_is_no_mac(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoMac):
        command()
    done = CliRunner().invoke(main, ["agent", "--url", "http://127.0.0.1:9", "--token", "x"])
    assert done.exit_code == 1
    assert "not_a_mac" in done.output


def test_the_agent_runs_what_is_due(mac: Path, server: Server) -> None:
    # The demo's own token makes no codes and uses no phones: those are the owner's to give.
    refused = server.post("/v1/pair/codes", {})
    assert refused["error"]["code"] == "missing_scope"
    away = CliRunner().invoke(main, ["agent", "--url", "http://127.0.0.1:9", "--token", "x", "--once"])
    assert "bridge_refused" in away.output
    wrong = CliRunner().invoke(main, ["agent", "--url", server.url, "--code", "1234-5678"])
    assert "invalid_code" in wrong.output
    idle = CliRunner().invoke(main, ["agent", "--url", server.url, "--token", server.token, "--once"])
    assert idle.exit_code == 0, idle.output


async def test_a_mac_is_sent_only_shortcuts(tmp_path: Path, mac: Path) -> None:
    from bridge.cli import agent

    own = tmp_path / "own.yaml"
    missing = "{name: Missing, description: Is not there., risk: reversible}"
    own.write_text(f"shortcuts:\n  - {missing}\n  - {{name: Big, description: x}}\n")
    service = Service(settings_for(f"sqlite:///{tmp_path / 'mac.db'}", actions_file=own), QuickHome())
    app = create_app(service)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://bridge") as client,
    ):
        bridge = Bridge(service, client)
        program = await bridge.device("program", *ALL_SCOPES)
        code = await service.pairing.new_code()
        token = await agent._pair(client, code.shown, "Studio")
        assert status(await program.call("phone.torch", on=True)) == ("failed", "not_on_mac")
        reply = await program.call("phone.run_shortcut", name="Missing")
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://bridge",
            headers={"Authorization": f"Bearer {token}"},
        ) as own_client:
            assert await agent._round(own_client, 0)
            assert not await agent._round(own_client, 0)
            seen = await program.get(f"/v1/turns/{reply['turn_id']}")
            assert status(seen) == ("failed", "failed")
            assert "could not be found" in seen["say"]
            risky = await program.call("phone.run_shortcut", name="Big")
            await program.post("/v1/ask", {"text": "yes", "turn_id": risky["turn_id"]})
            assert await agent._round(own_client, 0)
            seen = await program.get(f"/v1/turns/{risky['turn_id']}")
            assert status(seen) == ("failed", "failed")
            assert "needs a yes" in seen["say"]
