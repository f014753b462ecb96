"""What Home Assistant gets of the bridge: status, events, streamed replies, read-only mode, Wyoming."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from wyoming.asr import Transcript
from wyoming.client import AsyncTcpClient
from wyoming.handle import Handled, NotHandled
from wyoming.info import Describe, Info

from actions.home import Home
from actions.registry import Registry
from bridge.devices import HOME_ASSISTANT, AuthError
from bridge.exchange import Way
from bridge.feed import Feed, News
from bridge.oversight import API
from bridge.service import Service
from bridge.settings import WyomingSettings
from bridge.tiers.base import Kind, Understanding, Utterance
from tests.ha_bridge import free_port
from tests.integration.conftest import Phone, Server, service_of, settings_for
from tests.quick import QuickHome

LIGHT = "turn on the bathroom light"
DOOR = "unlock the front door"


async def overseer(client: httpx.AsyncClient) -> dict[str, str]:
    """The header of Home Assistant's token."""
    _, token = await service_of(client).devices.pair("Home Assistant", HOME_ASSISTANT)
    return {"Authorization": f"Bearer {token}"}


def frames(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Server-sent events."""
    found = []
    for block in text.strip().split("\n\n"):
        kind, data = block.split("\n")
        found.append((kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


class Speaking:
    """A tier that answers piece by piece, as a large model does."""

    name = "cloud"

    async def understand(self, utterance: Utterance, home: Home, registry: Registry) -> Understanding:
        """Say the text backwards, word by word."""
        words = [f"{word} " for word in reversed(utterance.text.split())]
        for word in words:
            if utterance.context.tell is not None:
                utterance.context.tell(word)
            await asyncio.sleep(0)
        return Understanding(Kind.ANSWER, 0.9, say="".join(words), trace={"usd": 0.25})


# The status and its figures


async def test_only_an_overseer_sees_what_others_ask(client: httpx.AsyncClient) -> None:
    for method, path in (("GET", "/v1/status"), ("GET", "/v1/events"), ("POST", "/v1/mode")):
        response = await client.request(method, path, json={"read_only": True} if method == "POST" else None)
        assert (response.status_code, response.json()["error"]["code"]) == (403, "missing_scope")
    assert not service_of(client).own.read_only


async def test_the_status(client: httpx.AsyncClient) -> None:
    header = await overseer(client)
    service_of(client).oversight._tiers.append(Speaking())  # type: ignore[attr-defined]
    for text in (LIGHT, "is the front door locked", "hello world how do you do", DOOR):
        await client.post("/v1/ask", json={"text": text})
    status = (await client.get("/v1/status", headers=header)).json()
    assert (status["api"], status["read_only"], status["pending_confirmations"]) == (API, False, 1)
    assert [tier["name"] for tier in status["tiers"]] == ["grammar", "cloud"]
    assert status["home"]["exposed"] > 20
    today = status["today"]
    assert (today["turns"], today["local_share"], today["cost_usd"]) == (4, 0.75, 0.25)
    assert 0 < today["latency_ms"]["p50"] <= today["latency_ms"]["p95"]
    assert (status["last_turn"]["device"], status["last_turn"]["decision"]) == ("test", "confirm_asked")
    assert "text" not in status["last_turn"]


async def test_a_restart_forgets_no_figure_and_no_question(home: QuickHome, tmp_path: Path) -> None:
    settings = settings_for(f"sqlite:///{tmp_path / 'again.db'}")
    service = Service(settings, home)
    await service.start()
    phone = await Phone.pair(service)
    for text in (LIGHT, "sing me a song about quarks", DOOR):
        await phone.say(text)
    await service.own.set_read_only(True)
    before = service.oversight.status()
    await service.stop()
    service = Service(settings, QuickHome())
    await service.start()
    after = service.oversight.status()
    await service.stop()
    assert after["today"] == before["today"]
    assert (after["id"], after["pending_confirmations"], after["read_only"]) == (before["id"], 1, True)


# Read-only mode


async def test_read_only_mode_is_for_everyone(client: httpx.AsyncClient) -> None:
    header = await overseer(client)
    asked = (await client.post("/v1/ask", json={"text": DOOR})).json()
    assert (await client.post("/v1/mode", json={"read_only": True}, headers=header)).json()["read_only"]
    call = {"name": "HassTurnOn", "arguments": {"area": "Bathroom", "domain": "light"}}
    replies = [
        await client.post("/v1/ask", json={"text": LIGHT}),
        await client.post("/v1/ask", json={"text": "yes", "turn_id": asked["turn_id"]}),
        await client.post("/v1/tool-calls", json={"dialect": "mcp", "calls": call}),
        await client.post("/v1/ask", json={"text": "set a timer for 5 minutes"}),
    ]
    for reply in replies:
        assert (reply.json()["decision"], reply.json()["receipts"]) == ("denied", []), reply.text
    assert (await client.post("/v1/ask", json={"text": "is the front door locked"})).json()["say"] == "Yes."
    await client.post("/v1/mode", json={"read_only": False}, headers=header)
    assert (await client.post("/v1/ask", json={"text": LIGHT})).json()["decision"] == "performed"


async def test_a_retry_that_may_only_read_is_another_request(client: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "once"}
    assert (await client.post("/v1/ask", json={"text": LIGHT}, headers=headers)).is_success
    again = await client.post("/v1/ask", json={"text": LIGHT, "read_only": True}, headers=headers)
    assert again.json()["error"]["code"] == "idempotency_conflict"


async def test_one_request_may_be_read_only(client: httpx.AsyncClient) -> None:
    reply = (await client.post("/v1/ask", json={"text": LIGHT, "read_only": True})).json()
    assert (reply["decision"], reply["receipts"]) == ("denied", [])
    assert (await client.post("/v1/ask", json={"text": LIGHT})).json()["decision"] == "performed"


async def test_a_tier_may_be_left_out(client: httpx.AsyncClient) -> None:
    body = {"text": LIGHT, "without_tiers": ["grammar"]}
    assert (await client.post("/v1/ask", json=body)).json()["decision"] == "not_understood"


async def test_who_said_it_is_kept(client: httpx.AsyncClient) -> None:
    body = {"text": LIGHT, "person": "Anna", "ticket": "home:secret"}
    turn = (await client.post("/v1/ask", json=body)).json()["turn_id"]
    history = (await client.get(f"/v1/turns/{turn}")).text
    assert '"person":"Anna"' in history
    assert "secret" not in history


# Streamed replies


async def test_a_streamed_reply_tells_what_is_about_to_be_done(client: httpx.AsyncClient) -> None:
    response = await client.post("/v1/ask", json={"text": LIGHT}, headers={"Accept": "text/event-stream"})
    assert response.headers["content-type"].startswith("text/event-stream")
    (calls, told), (last, reply) = frames(response.text)
    assert (calls, last) == ("calls", "reply")
    assert [call["name"] for call in told["calls"]] == ["HassTurnOn"]
    assert reply["receipts"][0]["id"].startswith(told["calls"][0]["id"])


async def test_a_streamed_answer_comes_in_pieces(client: httpx.AsyncClient) -> None:
    service_of(client).worker._tiers = [Speaking()]
    response = await client.post("/v1/ask", json={"text": "one two three"}, headers={"Accept": "text/event-stream"})
    events = frames(response.text)
    assert [data.get("text") for kind, data in events if kind == "text"] == ["three ", "two ", "one "]
    assert (events[-1][0], events[-1][1]["say"]) == ("reply", "three two one ")
    plain = await client.post("/v1/ask", json={"text": "one two three"})
    assert plain.json()["say"] == "three two one "


async def test_an_error_in_a_stream_has_its_code(client: httpx.AsyncClient) -> None:
    accept = {"Accept": "text/event-stream"}
    response = await client.post("/v1/ask", json={"text": "yes", "turn_id": "none"}, headers=accept)
    ((kind, body),) = frames(response.text)
    assert (kind, body["ok"], body["error"]["code"]) == ("error", False, "unknown_turn")
    response = await client.post("/v1/ask", json={"txt": "yes"}, headers=accept)
    assert response.json()["error"]["code"] == "unknown_field"


async def test_a_fault_in_a_stream_is_told(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def break_down(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(service_of(client).worker, "work", break_down)
    response = await client.post("/v1/ask", json={"text": LIGHT}, headers={"Accept": "text/event-stream"})
    ((kind, body),) = frames(response.text)
    assert (kind, body["error"]["code"]) == ("error", "internal_error")
    assert "secret" not in response.text


# Events


async def test_what_happens_is_told(service: Service, phone: Phone) -> None:
    with service.oversight.feed.follow() as inbox:
        service.oversight._confirm = timedelta(seconds=0.05)
        await phone.say(DOOR, record={"person": "Anna"})
        news = [await asyncio.wait_for(inbox.get(), 5) for _ in range(3)]
    kinds = {one.kind: one.data for one in news if one is not None}
    assert kinds["turn"]["text"] == DOOR
    assert (kinds["turn"]["person"], kinds["turn"]["device"]) == ("Anna", "phone")
    assert kinds["unanswered"]["question"] == kinds["turn"]["ask"]
    assert kinds["status"]["ok"]


async def test_an_answered_question_is_not_unanswered(service: Service, phone: Phone) -> None:
    service.oversight._confirm = timedelta(seconds=0.2)
    with service.oversight.feed.follow() as inbox:
        await phone.say(DOOR)
        await phone.answer("no")
        await asyncio.sleep(0.4)
        assert service.oversight.status()["pending_confirmations"] == 0
        kinds = [one.kind for one in iter_now(inbox) if one is not None]
    assert "unanswered" not in kinds


def iter_now(inbox: asyncio.Queue[News | None]) -> list[News | None]:
    return [inbox.get_nowait() for _ in range(inbox.qsize())]


async def test_who_cannot_keep_up_is_let_go() -> None:
    feed = Feed()
    with feed.follow() as slow:
        for number in range(300):
            feed.publish(News("turn", {"number": number}))
        assert slow.qsize() == 201
        assert not feed.followed
    feed.close()
    with feed.follow() as late:
        assert await late.get() is None


def test_events_over_http(server: Server) -> None:
    text = server.printed
    while "the code" not in text:
        assert server._process is not None
        assert server._process.stdout is not None
        text += server._process.stdout.readline()
    digits = text.split("the code ")[1][:9]
    paired = server.post("/v1/pair", {"code": digits, "name": "HA", "kind": "home_assistant"})
    assert paired["scopes"] == sorted(HOME_ASSISTANT)
    header = {"Authorization": f"Bearer {paired['token']}"}
    with httpx.stream("GET", f"{server.url}/v1/events", headers=header, timeout=30) as stream:
        lines = stream.iter_lines()
        assert next(lines) == "event: status"
        server.post("/v1/ask", {"text": LIGHT})
        while next(lines) != "event: turn":
            pass
        assert json.loads(next(lines).removeprefix("data: "))["text"] == LIGHT
        assert server.stop() == 0
        assert [line for line in lines if line.startswith("event: error")] == []


async def test_a_revoked_token_ends_the_stream(service: Service) -> None:
    from bridge.api.overseeing import _events

    _, token = await service.devices.pair("HA", HOME_ASSISTANT)

    class Request:
        headers = {"authorization": f"Bearer {token}"}  # noqa: RUF012
        app = type("App", (), {"state": type("State", (), {"service": service})})

    stream = _events(Request())  # type: ignore[arg-type]
    assert (await anext(stream)).startswith("event: status")
    await service.devices.revoke("HA")
    with pytest.raises(AuthError):
        await service.devices.authenticate(token)
    service.oversight.feed.publish(News("turn", {}))
    assert "revoked_token" in await anext(stream)
    with pytest.raises(StopAsyncIteration):
        await anext(stream)


# Wyoming


@pytest.fixture
async def spoken(home: QuickHome, tmp_path: Path) -> AsyncIterator[AsyncTcpClient]:
    uri = f"tcp://127.0.0.1:{free_port()}"
    settings = settings_for(f"sqlite:///{tmp_path / 'wyoming.db'}", wyoming=WyomingSettings(uri=uri))
    service = Service(settings, home)
    await service.start()
    assert service.wyoming is not None
    async with AsyncTcpClient("127.0.0.1", service.wyoming.port) as client:
        yield client
    await service.stop()


async def heard(client: AsyncTcpClient, text: str, conversation: str | None = None) -> Handled | NotHandled:
    context = {"conversation_id": conversation} if conversation else None
    await client.write_event(Transcript(text, context=context, language="en").event())
    event = await client.read_event()
    assert event is not None
    return Handled.from_event(event) if Handled.is_type(event.type) else NotHandled.from_event(event)


async def test_wyoming_describes_itself(spoken: AsyncTcpClient) -> None:
    await spoken.write_event(Describe().event())
    event = await spoken.read_event()
    assert event is not None
    (program,) = Info.from_event(event).handle
    assert (program.name, program.supports_home_control) == ("Hearthbridge", True)
    assert {"en", "de"} <= set(program.models[0].languages)


async def test_wyoming_gets_things_done(spoken: AsyncTcpClient) -> None:
    done = await heard(spoken, LIGHT)
    assert isinstance(done, Handled)
    assert (done.text or "").startswith("Turned on")
    assert isinstance(await heard(spoken, "sing me a song about quarks"), NotHandled)
    asked = await heard(spoken, DOOR, "c1")
    assert (asked.text or "").startswith("Shall I unlock")
    assert "Unlocked" not in ((await heard(spoken, "yes", "c2")).text or "")
    assert "nlocked" in ((await heard(spoken, "yes", "c1")).text or "")


async def test_wyoming_is_one_device_over_restarts(service: Service) -> None:
    first, second = [await service.devices.internal("Wyoming", "wyoming") for _ in "ab"]
    assert (first.id, first.scopes) == (second.id, frozenset({"ask"}))


async def test_a_way_speaks_only_to_who_listens() -> None:
    told: list[tuple[str, Any]] = []
    assert Way().speak() is None
    speak = Way(tell=lambda kind, data: told.append((kind, data))).speak()
    assert speak is not None
    speak("hi")
    assert told == [("text", {"text": "hi"})]
