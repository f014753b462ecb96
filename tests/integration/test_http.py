"""The HTTP surface: shapes, scopes, limits, and every error with its status, code and hint."""

from __future__ import annotations

import asyncio
import base64
import json
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from typing import Any
from unittest.mock import patch

import httpx
import pytest

from actions.errors import HomeAuthFailed, HomeError, HomeUnreachable
from actions.home import Home
from bridge.api.errors import STATUS
from tests.integration.conftest import service_of, use_pragma
from tests.quick import QuickHome

Client = httpx.AsyncClient
LIGHT = {"text": "turn on the bathroom light"}
TOOL = {"name": "HassTurnOn", "arguments": {"area": "Bathroom", "domain": "light"}}


def error_of(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The error of a response, after looking at its shape."""
    body = response.json()
    assert (response.status_code, body.get("error", {}).get("code")) == (status, code), body
    assert body["ok"] is False
    error: dict[str, Any] = body["error"]
    assert error["message"]
    assert error["hint"]
    assert "Traceback" not in response.text
    assert 'File "' not in response.text
    assert (response.headers.get("www-authenticate") == "Bearer") is (status == 401)
    assert ("retry-after" in response.headers) is (status == 503)
    return error


# What is asked and answered


async def test_ask(client: Client) -> None:
    response = await client.post("/v1/ask", json=LIGHT)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    reply = response.json()
    assert reply["ok"] is True
    assert [receipt["status"] for receipt in reply["receipts"]] == ["done"]
    assert reply["say"]


async def test_what_a_shortcut_sends(client: Client) -> None:
    body = {
        "text": "turn on the bathroom light 💡",
        "image": base64.encodebytes(b"\xff\xd8 a small picture " * 400).decode(),
        "url": "",
        "clipboard": None,
        "turn_id": "",
        "device": {"name": "Anna’s iPhone 📱", "os": "iOS 26.1", "locked": "0"},
        "area": "",
        "locale": "en_GB",
        "deadline_ms": "8000",
    }
    reply = (await client.post("/v1/ask", json=body)).json()
    assert [receipt["status"] for receipt in reply["receipts"]] == ["done"]
    history = (await client.get(f"/v1/turns/{reply['turn_id']}")).json()
    request = history["exchanges"][0]["request"]
    assert request["device"] == {"name": "Anna’s iPhone 📱", "os": "iOS 26.1", "locked": False}
    assert set(request["image"]) == {"sha256", "bytes"}


@pytest.mark.parametrize("locale", ["en_GB", "de", "zh-Hans_CN", "xx", "🙂", "../../etc/passwd", "\x00", "x" * 200])
async def test_any_locale_is_answered(client: Client, locale: str) -> None:
    for text in ("turn on the bathroom light", "licht im bad an", "set a timer for 3 minutes", "what time is it"):
        reply = (await client.post("/v1/ask", json={"text": text, "locale": locale})).json()
        assert reply["ok"]
        assert reply["say"]


@pytest.mark.parametrize("text", ["a" * 10_000, "😀" * 10_000, "lights and " * 900, "\x00", "\u202eno", "%s{0}"])
async def test_odd_texts(client: Client, text: str) -> None:
    reply = (await client.post("/v1/ask", json={"text": text})).json()
    assert reply["ok"]
    assert reply["receipts"] == []


async def test_tool_calls(client: Client) -> None:
    reply = (await client.post("/v1/tool-calls", json={"dialect": "mcp", "calls": [TOOL]})).json()
    assert [receipt["status"] for receipt in reply["receipts"]] == ["done"]
    assert reply["tier"] == "caller"


async def test_tools_and_their_etag(client: Client) -> None:
    tags = set()
    for dialect in ("openai", "anthropic", "gemini", "mcp"):
        response = await client.get("/v1/tools", params={"dialect": dialect})
        assert response.json()["ok"] is True
        assert response.json()["tools"]
        tag = response.headers["etag"]
        tags.add(tag)
        for known in (tag, f"W/{tag}", f'"other", {tag}'):
            same = await client.get("/v1/tools", params={"dialect": dialect}, headers={"If-None-Match": known})
            assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    assert len(tags) == 4
    other = await client.get("/v1/tools", headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


async def test_a_turn_can_be_waited_for(client: Client) -> None:
    turn = (await client.post("/v1/ask", json=LIGHT)).json()["turn_id"]
    async with asyncio.timeout(30):
        found = (await client.get(f"/v1/turns/{turn}", params={"wait": 50})).json()
    assert (found["ok"], found["pending"], len(found["exchanges"])) == (True, False, 1)


async def test_health(client: Client, home: QuickHome) -> None:
    anyone = {"Authorization": ""}
    assert (await client.get("/healthz", headers=anyone)).json() == {"ok": True}
    ready = (await client.get("/readyz", headers=anyone)).json()
    assert ready["ok"] is True
    assert 0 < ready["exposed"] < ready["entities"]
    home.drop_connection()
    assert (await client.get("/healthz", headers=anyone)).status_code == 200
    response = await client.get("/readyz", headers=anyone)
    assert (response.status_code, response.json()["error"]["code"]) == (503, "home_unreachable")


async def test_idempotency_over_http(client: Client, home: QuickHome) -> None:
    headers = {"Idempotency-Key": "k"}
    for path, body in (("ask", LIGHT), ("tool-calls", {"dialect": "mcp", "calls": TOOL})):
        headers = {"Idempotency-Key": path}
        before = len(home.calls)
        replies = [(await client.post(f"/v1/{path}", json=body, headers=headers)).json() for _ in range(2)]
        assert replies[0] == replies[1]
        assert len(home.calls) == before + 1
    error_of(await client.post("/v1/ask", json=LIGHT, headers=headers), 409, "idempotency_conflict")


async def test_a_token_works_until_it_is_revoked(client: Client) -> None:
    assert (await client.get("/v1/tools")).status_code == 200
    await service_of(client).devices.revoke("test")
    error_of(await client.get("/v1/tools"), 401, "revoked_token")


async def test_scopes(client: Client) -> None:
    devices = service_of(client).devices
    tokens = {scope: (await devices.pair(scope, [scope]))[1] for scope in ("ask", "act")}
    headers = {scope: {"Authorization": f"bearer  {token} "} for scope, token in tokens.items()}
    calls = {"dialect": "mcp", "calls": TOOL}
    assert (await client.post("/v1/ask", json=LIGHT, headers=headers["ask"])).status_code == 200
    error_of(await client.post("/v1/tool-calls", json=calls, headers=headers["ask"]), 403, "missing_scope")
    assert (await client.post("/v1/tool-calls", json=calls, headers=headers["act"])).status_code == 200
    error_of(await client.post("/v1/ask", json=LIGHT, headers=headers["act"]), 403, "missing_scope")


# Every error

Provoke = Callable[[Client, QuickHome], Awaitable[httpx.Response]]
ELSEWHERE = {
    "home_lost",  # after a call went out, that is an unknown outcome and no error
    "action_begun",
    "action_expired",
    "invalid_code",
    "rate_limited",  # of phones and pairing: test_phone.py
    "no_model",
    "invalid_range",  # of the published model: test_model.py
}
PROVOKED: dict[str, tuple[int, Provoke]] = {}


def provokes(code: str, status: int) -> Callable[[Provoke], Provoke]:
    def register(provoke: Provoke) -> Provoke:
        PROVOKED[code] = (status, provoke)
        return provoke

    return register


@provokes("missing_token", 401)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    return await client.post("/v1/ask", json=LIGHT, headers={"Authorization": ""})


@provokes("invalid_token", 401)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    return await client.post("/v1/ask", json=LIGHT, headers={"Authorization": "Bearer hb_wrong"})


@provokes("revoked_token", 401)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    await service_of(client).devices.revoke("test")
    return await client.post("/v1/ask", json=LIGHT)


@provokes("missing_scope", 403)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    _, token = await service_of(client).devices.pair("other", ["act"])
    return await client.post("/v1/ask", json=LIGHT, headers={"Authorization": f"Bearer {token}"})


@provokes("unknown_turn", 404)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    return await client.get("/v1/turns/none")


@provokes("unknown_action", 404)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    reply = (await client.post("/v1/ask", json=LIGHT)).json()
    # An act of the home is none of the phone's.
    results = [{"id": reply["receipts"][0]["id"], "status": "failed"}]
    return await client.post("/v1/results", json={"turn_id": reply["turn_id"], "results": results})


@provokes("not_found", 404)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    return await client.get("/v2/ask")


@provokes("method_not_allowed", 405)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    return await client.get("/v1/ask")


@provokes("turn_busy", 409)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    go = asyncio.Event()

    async def held(*_: Any) -> bool:
        return await go.wait()

    home.wait_for = held  # type: ignore[method-assign, assignment]
    reply = (await client.post("/v1/ask", json={**LIGHT, "deadline_ms": 100})).json()
    assert reply["pending"]
    busy = await client.post("/v1/ask", json={"text": "yes", "turn_id": reply["turn_id"]})
    go.set()
    return busy


@provokes("idempotency_conflict", 409)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    headers = {"Idempotency-Key": "k"}
    await client.post("/v1/ask", json=LIGHT, headers=headers)
    return await client.post("/v1/ask", json={"text": "turn off the bathroom light"}, headers=headers)


@provokes("too_large", 413)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    return await client.post("/v1/ask", json={"image": "A" * 300_000})


@provokes("payload_invalid", 422)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    return await client.post("/v1/tool-calls", json={"dialect": "openai", "calls": {"what": "is this"}})


@provokes("invalid_call", 422)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    call = {"name": "HassTurnOn", "arguments": {"area": "Bathrom", "domain": "light", "colour": "x"}}
    response = await client.post("/v1/tool-calls", json={"dialect": "mcp", "calls": [TOOL, call]})
    [problem] = response.json()["error"]["problems"]
    assert problem["path"] == "calls[1].arguments.colour"
    return response


@provokes("invalid_image", 422)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    return await client.post("/v1/ask", json={**LIGHT, "image": "!!!"})


@provokes("invalid_key", 422)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    return await client.post("/v1/ask", json=LIGHT, headers={"Idempotency-Key": " "})


@provokes("invalid_json", 400)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    return await client.post("/v1/ask", content=b'{"text": ', headers={"Content-Type": "application/json"})


@provokes("unknown_field", 422)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    response = await client.post("/v1/ask", json={"txt": "x"})
    assert "text" in response.json()["error"]["hint"]
    return response


@provokes("missing_field", 422)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    return await client.post("/v1/tool-calls", json={"calls": []})


@provokes("invalid_field", 422)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    response = await client.post("/v1/ask", json={**LIGHT, "deadline_ms": "soon"})
    assert response.json()["error"]["field"] == "deadline_ms"
    return response


@provokes("unsupported_input", 400)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    return await client.post("/v1/ask", json={"image": "AAAA"})


@provokes("invalid_messages", 422)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    messages = [{"role": "assistant", "content": "hm"}]
    return await client.post("/v1/chat/completions", json={"model": "hearthbridge", "messages": messages})


@provokes("extra_missing", 501)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    missing: dict[str, Any] = {"mcp.server.streamable_http_manager": None}
    with patch.dict(sys.modules, missing):
        return await client.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})


@provokes("home_unreachable", 503)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    home.drop_connection()
    return await client.post("/v1/ask", json=LIGHT)


@provokes("home_auth_failed", 503)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    service_of(client).worker._link = Away(HomeAuthFailed("Home Assistant refused the token"))
    return await client.post("/v1/ask", json=LIGHT)


@provokes("store_unavailable", 503)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    store = service_of(client).store
    use_pragma(store, "busy_timeout=20")
    await client.get("/v1/tools")
    blocker = sqlite3.connect(str(store.engine.url.database), isolation_level=None)
    blocker.execute("BEGIN EXCLUSIVE")
    try:
        response = await client.post("/v1/ask", json=LIGHT)
    finally:
        blocker.close()
    assert home.calls == []
    return response


@provokes("internal_error", 500)
async def _(client: Client, home: QuickHome) -> httpx.Response:
    async def faulty(*_: Any) -> Any:
        raise ZeroDivisionError("secret detail")

    service_of(client).grammar.understand = faulty  # type: ignore[assignment,method-assign]
    response = await client.post("/v1/ask", json=LIGHT)
    assert "secret detail" not in response.text
    return response


class Away(QuickHome):
    """A home that cannot be reached, for a reason."""

    def __init__(self, reason: HomeError) -> None:
        super().__init__()
        self.reason = reason

    @property
    def home(self) -> Home:
        """Never there."""
        raise self.reason


@pytest.mark.parametrize("code", PROVOKED)
async def test_every_error(client: Client, home: QuickHome, code: str) -> None:
    status, provoke = PROVOKED[code]
    error_of(await provoke(client, home), status, code)


def test_no_error_is_left_out() -> None:
    assert set(STATUS) - ELSEWHERE == set(STATUS) & set(PROVOKED)
    assert {
        code: status for code, status in STATUS.items() if code in PROVOKED and PROVOKED[code][0] != status
    } == {}


# Bad input, further


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"\xff\xfe{}",
        b'{"text": "\xff"}',
        b"[" * 50_000,
        b'{"text": NaN}',
        b'{"deadline_ms": 1e999}',
        b'{"deadline_ms": -0.0}',
        b'{"text": "\\ud800"}',
        b'{"turn_id": "\\u0000"}',
        b'{"text": {"a": 1}}',
    ],
)
async def test_bodies_that_are_no_request(client: Client, content: bytes) -> None:
    for path in ("ask", "tool-calls", "results"):
        response = await client.post(f"/v1/{path}", content=content, headers={"Content-Type": "application/json"})
        assert 400 <= response.status_code < 500
        error_of(response, response.status_code, response.json()["error"]["code"])


async def test_a_body_without_its_type_says_what_is_missing(client: Client) -> None:
    response = await client.post("/v1/ask", content=json.dumps(LIGHT).encode())
    assert "Content-Type: application/json" in error_of(response, 422, "invalid_field")["hint"]


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 200),
        ("Application/JSON; charset=utf-8", 200),
        ("application/vnd.api+json", 200),
        ("text/plain", 422),  # a page of somebody else could send it
        ("application/x-www-form-urlencoded", 422),
        ("text/html+json", 422),
    ],
)
async def test_types_of_bodies(client: Client, home: QuickHome, kind: str, status: int) -> None:
    content = json.dumps(LIGHT).encode()
    response = await client.post("/v1/ask", content=content, headers={"Content-Type": kind})
    assert response.status_code == status
    assert len(home.calls) == (status == 200)


async def test_who_asks_comes_before_what(client: Client) -> None:
    headers = {"Authorization": "Bearer hb_unknown", "Content-Type": "application/json"}
    for path in ("ask", "tool-calls"):
        error_of(await client.post(f"/v1/{path}", content=b"{", headers=headers), 401, "invalid_token")


async def test_who_hangs_up_in_the_middle_is_no_fault_of_ours(client: Client, home: QuickHome) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    token = client.headers["Authorization"].encode()
    headers = [(b"authorization", token), (b"content-type", b"application/json"), (b"content-length", b"9")]
    address = {"path": "/v1/ask", "raw_path": b"/v1/ask", "query_string": b"", "root_path": ""}
    scope = {"type": "http", "method": "POST", "scheme": "http", "server": ("bridge", 80), **address}
    await client.app({**scope, "headers": headers}, receive, send)  # type: ignore[attr-defined]
    assert sent[0]["status"] == 400
    assert home.calls == []


@pytest.mark.parametrize("value", ["\ud800", "\x00", float("nan"), float("inf"), 10**400, {"a": [[]]}, "x" * 9000])
async def test_odd_values_in_calls(client: Client, home: QuickHome, value: Any) -> None:
    arguments: list[Any] = [{"name": value}, {value if isinstance(value, str) else "x": 1}, value]
    arguments.append({"name": "Living room thermostat", "temperature": value})
    for name in ("HassTurnOn", "HassClimateSetTemperature", value):
        for each in arguments:
            call = {"name": name, "arguments": each}
            body = json.dumps({"dialect": "mcp", "calls": [call]}).encode()
            headers = {"Content-Type": "application/json"}
            response = await client.post("/v1/tool-calls", content=body, headers=headers)
            assert 400 <= response.status_code < 500, (call, response.text)
    assert home.calls == []


@pytest.mark.parametrize("token", ["", "Basic abc", "Bearer", "Bearer ", "Token hb_x", "bearer \xff"])
async def test_odd_tokens(client: Client, token: str) -> None:
    response = await client.get("/v1/tools", headers={b"Authorization": token.encode("latin-1")})
    assert response.status_code == 401
    assert response.json()["error"]["hint"]


@pytest.mark.parametrize("turn", ["%00", "..%2F..", "x" * 5000, "%F0%9F%99%82", "'; DROP TABLE turn", "%ff"])
async def test_odd_turns(client: Client, turn: str) -> None:
    response = await client.get(f"/v1/turns/{turn}")
    assert response.status_code == 404
    assert response.json()["ok"] is False


@pytest.mark.parametrize("wait", ["-1", "56", "nan", "inf", "soon", ""])
async def test_odd_waits(client: Client, wait: str) -> None:
    response = await client.get("/v1/turns/none", params={"wait": wait})
    error_of(response, 422, "invalid_field")


async def test_one_device_does_not_see_anothers_turns(client: Client) -> None:
    turn = (await client.post("/v1/ask", json={"text": "unlock the front door"})).json()["turn_id"]
    _, token = await service_of(client).devices.pair("other")
    headers = {"Authorization": f"Bearer {token}"}
    error_of(await client.get(f"/v1/turns/{turn}", headers=headers), 404, "unknown_turn")
    yes = {"text": "yes", "turn_id": turn}
    error_of(await client.post("/v1/ask", json=yes, headers=headers), 404, "unknown_turn")
    result = {"turn_id": turn, "results": [{"id": "x", "status": "done"}]}
    assert (await client.post("/v1/results", json=result, headers=headers)).status_code == 404


async def test_after_an_unreachable_home_all_is_well_again(client: Client, home: QuickHome) -> None:
    home.drop_connection()
    error_of(await client.get("/v1/tools"), 503, "home_unreachable")
    home.restore_connection()
    assert (await client.post("/v1/ask", json=LIGHT)).json()["ok"]
    assert isinstance(HomeUnreachable("x").hint, str)


@pytest.mark.parametrize("key", ["", " ", "x" * 201])
async def test_odd_keys(client: Client, home: QuickHome, key: str) -> None:
    response = await client.post("/v1/ask", json=LIGHT, headers={"Idempotency-Key": key})
    assert response.status_code == 422
    assert response.json()["error"]["hint"]
    assert home.calls == []


# The document


async def test_the_document_says_how_to_authenticate_and_what_errors_look_like(client: Client) -> None:
    document = (await client.get("/openapi.json", headers={"Authorization": ""})).json()
    assert document["components"]["securitySchemes"] == {
        "HTTPBearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "A device's token, from `hearthbridge pair`.",
        }
    }
    assert "HTTPValidationError" not in document["components"]["schemas"]
    for path, item in document["paths"].items():
        for operation in item.values():
            assert bool(operation.get("security")) is (path.startswith("/v1/") and path != "/v1/pair"), path
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    schema = answer["content"]["application/json"]["schema"]
                    assert schema == {"$ref": "#/components/schemas/ErrorReply"}, (path, status)
