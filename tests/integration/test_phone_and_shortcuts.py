"""The files that people import, on a simulated phone, with the real bridge: pairing, asking, being woken."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from actions.call import ToolCall
from actions.home import Home
from actions.registry import Registry
from bridge.address import pairing_link
from bridge.api import create_app
from bridge.devices import ALL_SCOPES
from bridge.service import Service
from bridge.tiers.base import Kind, Understanding, Utterance
from shortcuts.interpreter import CANCEL, Phone, run
from shortcuts.interpreter.content import Content
from shortcuts.library.bridge import SETTINGS
from shortcuts.made import made
from tests.integration.conftest import settings_for
from tests.integration.test_phone import OWN, Bridge, Caller, status
from tests.quick import QuickHome

FILES = {workflow.name: workflow.file() for workflow in made("en")}
SAID = {
    "brighter": ("phone.set_brightness", {"percent": 90}),
    "how full": ("phone.get_battery", {}),
    "remind me": ("phone.add_reminder", {"title": "Milk"}),
    "page": ("phone.open_url", {"url": "https://example.com"}),
    "water": ("phone.run_shortcut", {"name": "Log “Water” 💧", "input": "2"}),
    "garage": ("phone.run_shortcut", {"name": "Open garage"}),
    "text": ("phone.send_message", {"to": "+491701", "text": "late"}),
}


class Ear:
    """A tier that knows a few words."""

    name = "ear"

    async def understand(self, utterance: Utterance, home: Home, registry: Registry) -> Understanding:
        found = SAID.get(utterance.text)
        if found is None:
            return Understanding(Kind.NOTHING)
        return Understanding(Kind.CALLS, 1.0, (ToolCall(name=found[0], arguments=found[1]),))


class Live(Bridge):
    """The bridge on a socket."""

    url = ""

    async def paired(self, **more: Any) -> Phone:
        """A phone on which Hearth Setup was run with a pairing link."""
        code = await self.service.pairing.new_code()
        phone = Phone(**more)
        link = [pairing_link(self.url, code.digits)]
        await run(FILES["Hearth Setup"], phone, link)
        assert SETTINGS in phone.files, phone.said
        phone.said.clear()
        phone.prompts.clear()
        phone.performed.clear()
        return phone

    async def asks(self, phone: Phone, words: str, *answers: Any) -> str:
        phone._dictation.extend([words])
        phone._answers.extend(answers)
        await run(FILES["Ask Hearth"], phone)
        return phone.said[-1] if phone.said else ""


def noting(ran: list[Any]) -> Callable[[Content], Content]:
    """A shortcut of the person's own that notes that it ran."""

    def runs(content: Content) -> Content:
        ran.append(content)
        return []

    return runs


@pytest.fixture
async def bridge(tmp_path: Path) -> AsyncIterator[Live]:
    own = tmp_path / "own.yaml"
    own.write_text(OWN)
    service = Service(settings_for(f"sqlite:///{tmp_path / 'live.db'}", actions_file=own), QuickHome())
    service.worker._tiers = [Ear()]
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(service), log_config=None, ws="none"))
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with httpx.AsyncClient(base_url=url) as client:
        live = Live(service, client)
        live.url = url
        yield live
    server.should_exit = True
    await task


async def test_setup_pairs_with_the_link(bridge: Live) -> None:
    phone = await bridge.paired()
    kept = json.loads(phone.files[SETTINGS])
    assert kept["address"] == bridge.url
    [row] = await bridge.service.devices.all()
    assert (row.name, row.kind, row.scopes) == ("Anna's iPhone", "shortcut", ["ask"])


async def test_setup_with_a_wrong_code_says_so(bridge: Live) -> None:
    phone = Phone()
    await run(FILES["Hearth Setup"], phone, [pairing_link(bridge.url, "00000000")])
    assert "not valid" in phone.said[-1]
    assert SETTINGS not in phone.files


async def test_a_phone_does_what_it_is_told_and_says_so(bridge: Live) -> None:
    phone = await bridge.paired()
    assert await bridge.asks(phone, "brighter") == "Set the brightness of the phone to 90 %."
    assert [done.what for done in phone.performed] == ["setbrightness"]
    assert await bridge.asks(phone, "how full") == "The battery of the phone is at 80 %."


async def test_an_own_shortcut_answers(bridge: Live) -> None:
    phone = await bridge.paired(shortcuts={"Log “Water” 💧": lambda content: ["Two more"]})
    assert await bridge.asks(phone, "water") == "Ran “Log “Water” 💧” with “2”. It says: “Two more”."


async def test_what_matters_is_confirmed_first(bridge: Live) -> None:
    ran: list[Any] = []
    phone = await bridge.paired(shortcuts={"Open garage": noting(ran)})
    assert await bridge.asks(phone, "garage", "yes") == "Ran “Open garage”."
    assert len(ran) == 1


async def test_a_cancelled_sheet_stays_unknown_and_is_not_repeated(bridge: Live) -> None:
    phone = await bridge.paired()
    await bridge.asks(phone, "text", CANCEL)
    device = (await bridge.service.devices.all())[0]
    me = Caller(bridge.client, json.loads(phone.files[SETTINGS])["token"])
    turn = next(sent.json["turn_id"] for sent in phone.sent if sent.url.endswith("/v1/results"))
    await bridge.age(301)
    assert status(await me.get(f"/v1/turns/{turn}")) == ("unknown", "no_result")
    assert (await me.next())["device_actions"] == []
    assert device.shortcut == "ask/1"


async def test_a_locked_phone_is_told_so(bridge: Live) -> None:
    phone = await bridge.paired(locked=True)
    assert "the phone is locked" in await bridge.asks(phone, "page")
    assert phone.performed == []


async def test_the_dispatcher_does_what_waits(bridge: Live) -> None:
    phone = await bridge.paired()
    program = await bridge.device("program", *ALL_SCOPES)
    first = await program.calls([("phone.torch", {"on": True}), ("phone.get_battery", {})])
    second = await program.call("phone.say", text="Dinner")
    await run(FILES["Hearth Dispatcher"], phone)
    assert [done.what for done in phone.performed] == ["flashlight", "speaktext"]
    seen = await program.get(f"/v1/turns/{first['turn_id']}")
    assert [receipt["status"] for receipt in seen["receipts"]] == ["done", "done"]
    assert "at 80 %" in seen["say"]
    assert status(await program.get(f"/v1/turns/{second['turn_id']}")) == ("done", None)
    await run(FILES["Hearth Dispatcher"], phone)
    assert len(phone.performed) == 2


async def test_a_no_on_the_phone_is_a_no(bridge: Live) -> None:
    ran: list[Any] = []
    phone = await bridge.paired(shortcuts={"Open garage": noting(ran)}, answers=[])
    program = await bridge.device("program", *ALL_SCOPES)
    risky = await program.call("phone.run_shortcut", name="Open garage")
    await program.post("/v1/ask", {"text": "yes", "turn_id": risky["turn_id"]})
    phone._answers.append("No")
    await run(FILES["Hearth Dispatcher"], phone)
    assert status(await program.get(f"/v1/turns/{risky['turn_id']}")) == ("failed", "cancelled")
    assert ran == []


async def test_a_reply_after_the_deadline_still_brings_the_actions(bridge: Live) -> None:
    go = asyncio.Event()

    class Slow(Ear):
        async def understand(self, utterance: Utterance, home: Home, registry: Registry) -> Understanding:
            await go.wait()
            return await super().understand(utterance, home, registry)

    bridge.service.worker._tiers = [Slow()]
    phone = await bridge.phone()
    late = await phone.post("/v1/ask", {"text": "brighter", "deadline_ms": "100"})
    assert (late["pending"], late["device_actions"]) == (True, [])
    go.set()
    now = await phone.get(f"/v1/turns/{late['turn_id']}?wait=50")
    assert not now["pending"]
    assert [action["kind"] for action in now["device_actions"]] == ["set_brightness"]
    assert status(await phone.report(now, "done")) == ("done", None)
    assert (await phone.get(f"/v1/turns/{late['turn_id']}"))["device_actions"] == []
