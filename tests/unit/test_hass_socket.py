"""The one-reader connection, against a scripted Home Assistant on a real socket."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
from homeassistant_api.errors import UnauthorizedError

from actions.hass.reasons import reason_of
from actions.hass.socket import CommandFailed, HassSocket, SocketLost
from actions.hass.wire import websocket_url
from tests.unit.fake_hass import SILENT, TOKEN, FakeHass, Refusal, running_hass, until


@pytest.fixture
async def hass() -> AsyncIterator[FakeHass]:
    async with running_hass() as hass:
        hass.handlers["echo"] = lambda message: message["value"]
        hass.handlers["silent"] = lambda _: SILENT
        yield hass


@pytest.fixture
async def link(hass: FakeHass) -> AsyncIterator[HassSocket]:
    async with HassSocket(hass.url, TOKEN) as link:
        yield link


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("http://ha:8123", "ws://ha:8123/api/websocket"),
        ("https://home.example/", "wss://home.example/api/websocket"),
        ("ha.local:8123", "ws://ha.local:8123/api/websocket"),
        ("ws://ha:8123/api/websocket", "ws://ha:8123/api/websocket"),
        ("http://supervisor/core/api", "ws://supervisor/core/api/websocket"),
        ("http://[::1]:8123", "ws://[::1]:8123/api/websocket"),
    ],
)
def test_the_address_is_found_from_what_people_write(given: str, address: str) -> None:
    assert websocket_url(given) == address


@pytest.mark.parametrize("given", ["", "http://", "ftp://ha:8123", "http:///api"])
def test_no_address_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="must look like"):
        websocket_url(given)


async def test_answers_go_to_who_asked_whatever_their_order(hass: FakeHass, link: HassSocket) -> None:
    waiting: list[dict[str, Any]] = []

    def gather(message: dict[str, Any]) -> Any:
        waiting.append(message)
        return SILENT

    hass.handlers["late"] = gather
    asked = [asyncio.create_task(link.command("late", value=number)) for number in range(200)]
    await until(lambda: len(waiting) == 200)
    for message in reversed(waiting):
        await hass.send(
            json.dumps({"id": message["id"], "type": "result", "success": True, "result": message["value"]})
        )
    assert await asyncio.gather(*asked) == list(range(200))
    assert hass.ids == sorted(set(hass.ids))


async def test_an_error_is_raised_where_it_belongs(hass: FakeHass, link: HassSocket) -> None:
    def refuse(_: object) -> None:
        raise Refusal("not_found", "No such thing.")

    hass.handlers["refuse"] = refuse
    answers: tuple[Any, Any] = await asyncio.gather(
        link.command("echo", value=1), link.command("refuse"), return_exceptions=True
    )
    good, bad = answers
    assert good == 1
    assert isinstance(bad, CommandFailed)
    assert (bad.code, bad.message) == ("not_found", "No such thing.")


async def test_cancelling_a_command_breaks_nothing(link: HassSocket) -> None:
    async def cancelled_after(turns: int) -> None:
        task = asyncio.create_task(link.command("silent", value="x" * 100_000))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()

    await asyncio.gather(*(cancelled_after(turns) for turns in range(20)))
    assert await link.command("echo", value="still here") == "still here"


async def test_nothing_grows_with_each_call(link: HassSocket) -> None:
    for number in range(50):
        await link.command("echo", value=number)
    with pytest.raises(SocketLost):
        await link.command("silent", within=0.01)
    grown: list[Any] = [
        link._pending,
        link._result_responses,
        link._event_responses,
        link._ping_responses,
        link._listeners,
    ]
    assert [len(kept) for kept in grown] == [0, 0, 0, 0, 0]


async def test_a_late_answer_is_nobodys(hass: FakeHass, link: HassSocket) -> None:
    with pytest.raises(SocketLost, match="in time") as lost:
        await link.command("silent", within=0.01)
    assert lost.value.sent
    await hass.send(json.dumps({"id": hass.ids[-1], "type": "result", "success": True, "result": "late"}))
    assert await link.command("echo", value=2) == 2


async def test_a_broken_connection_fails_what_was_sent(hass: FakeHass, link: HassSocket) -> None:
    reasons: list[str] = []
    link.on_end.append(reasons.append)
    asked = [asyncio.create_task(link.command("silent")) for _ in range(3)]
    await until(lambda: len(hass.ids) == 4)
    hass.drop()
    lost = await asyncio.gather(*asked, return_exceptions=True)
    assert [isinstance(error, SocketLost) and error.sent for error in lost] == [True, True, True]
    assert len(reasons) == 1
    assert not link.is_open
    with pytest.raises(SocketLost) as after:
        await link.command("echo", value=1)
    assert not after.value.sent


async def test_a_peer_that_answers_no_ping_is_dead(hass: FakeHass) -> None:
    hass.handlers["ping"] = lambda _: SILENT
    async with HassSocket(hass.url, TOKEN, heartbeat=0.05) as link:
        with pytest.raises(SocketLost) as lost:
            await link.command("silent", within=30)
    assert lost.value.sent


async def test_a_peer_that_answers_pings_is_alive(hass: FakeHass) -> None:
    async with HassSocket(hass.url, TOKEN, heartbeat=2) as link:
        await until(lambda: hass.counts.get("ping", 0) > 1)
        assert link.is_open


@pytest.mark.parametrize(
    "garbage",
    [
        "no json {",
        "",
        "null",
        "[1, 2, [3]]",
        '{"type": "result"}',
        '{"id": "one", "type": "result", "success": true}',
        '{"id": 999999, "type": "result", "success": true}',
        '{"id": 999999, "type": "event", "event": {}}',
        '{"id": 1, "type": "something new"}',
        "[" * 100_000,
    ],
)
async def test_garbage_is_passed_over(hass: FakeHass, link: HassSocket, garbage: str) -> None:
    await hass.send(garbage)
    assert await link.command("echo", value=3) == 3


async def test_an_error_without_details_is_still_an_error(hass: FakeHass, link: HassSocket) -> None:
    asked = asyncio.create_task(link.command("silent"))
    await until(lambda: len(hass.ids) == 2)
    await hass.send(json.dumps({"id": hass.ids[-1], "type": "result", "success": False}))
    with pytest.raises(CommandFailed, match="unknown_error"):
        await asked


async def test_messages_in_a_batch_are_all_taken(hass: FakeHass, link: HassSocket) -> None:
    seen: list[dict[str, Any]] = []
    await link.command("subscribe_events", on_event=seen.append, event_type="x")
    event = {"id": hass.ids[-1], "type": "event", "event": {"n": 1}}
    asked = asyncio.create_task(link.command("silent"))
    await until(lambda: len(hass.ids) == 3)
    result = {"id": hass.ids[-1], "type": "result", "success": True, "result": "in a batch"}
    await hass.send(json.dumps([event, result, event]))
    assert await asked == "in a batch"
    assert seen == [{"n": 1}, {"n": 1}]


async def test_a_listener_that_fails_harms_no_other(
    hass: FakeHass, link: HassSocket, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("listener")

    await link.command("subscribe_events", on_event=fail, event_type="x")
    await hass.fire("x", {})
    assert await link.command("echo", value=4) == 4
    assert "could not be handled" in caplog.text


async def test_a_message_of_two_megabytes_goes_both_ways(link: HassSocket) -> None:
    big = "é" * 1_000_000
    assert await link.command("echo", value=big) == big


@pytest.mark.parametrize("value", [float("nan"), "\ud800", {1, 2}, "x" * 5_000_000])
async def test_what_would_cost_the_connection_is_not_sent(hass: FakeHass, link: HassSocket, value: object) -> None:
    sent = len(hass.ids)
    with pytest.raises(ValueError, match=r".+"):
        await link.command("echo", value=value)
    assert await link.command("echo", value=5) == 5
    assert len(hass.ids) == sent + 1


async def test_a_wrong_token_is_told_without_the_token(hass: FakeHass) -> None:
    with pytest.raises(UnauthorizedError) as refused:
        async with HassSocket(hass.url, "a-wrong-token"):
            pass
    assert "a-wrong-token" not in str(refused.value)


async def test_authentication_may_be_slow_but_not_endless(hass: FakeHass) -> None:
    hass.auth_delay = 0.2
    async with HassSocket(hass.url, TOKEN, open_within=30) as link:
        assert await link.command("echo", value=6) == 6
    hass.auth_delay = 1.0
    with pytest.raises(TimeoutError):
        await HassSocket(hass.url, TOKEN, open_within=0.1).__aenter__()


async def reason_not_to_connect(url: str, **options: Any) -> str:
    with pytest.raises(Exception, match=r".*") as failed:
        await HassSocket(url, TOKEN, **options).__aenter__()
    return reason_of(failed.value)


@pytest.mark.parametrize(
    ("scheme", "answer", "reason"),
    [
        ("http", b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "it answered with HTTP status 404"),
        ("http", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "what answers at its address is not understood"),
        ("http", b"SSH-2.0-OpenSSH_9.6\r\n", "what answers at its address is not understood"),
        ("https", b"HTTP/1.1 400 Bad Request\r\n\r\n", "TLS failed (WRONG_VERSION_NUMBER)"),
        ("http", b"", "it does not answer"),
    ],
)
async def test_something_that_is_no_home_assistant_is_told(scheme: str, answer: bytes, reason: str) -> None:
    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        if not answer:
            await reader.read()
        writer.close()

    server = await asyncio.start_server(respond, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        found = await reason_not_to_connect(f"{scheme}://127.0.0.1:{port}", open_within=0.3)
    assert found.startswith(reason)


async def test_nobody_there_is_told(hass: FakeHass) -> None:
    await hass.stop()
    assert await reason_not_to_connect(hass.url) == "connection refused"
    await hass.start()


async def test_an_unknown_name_is_told() -> None:
    assert await reason_not_to_connect("http://no-such-host.invalid") == "its name is not known in this network"


@pytest.mark.parametrize("verify", [False, "/etc/home/ca.pem"])
def test_how_to_verify_is_not_overruled_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, verify: bool | str
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/ssl/other.pem")
    session = HassSocket("https://ha", TOKEN, verify=verify)._session
    assert session.merge_environment_settings("wss://ha", {}, None, None, None)["verify"] == verify


async def test_it_leaves_politely(hass: FakeHass) -> None:
    async with HassSocket(hass.url, TOKEN):
        pass
    await until(lambda: hass.connections[0].close_code is not None)
    assert hass.connections[0].close_code == 1000


async def test_it_leaves_a_peer_that_reads_nothing(hass: FakeHass) -> None:
    async with asyncio.timeout(30), HassSocket(hass.url, TOKEN) as link:
        hass.connections[0].transport.pause_reading()
        big = random.randbytes(1_500_000).hex()
        flood = [asyncio.create_task(link.command("echo", value=big, within=100)) for _ in range(10)]
        await asyncio.sleep(0.05)
    lost = await asyncio.gather(*flood, return_exceptions=True)
    assert {isinstance(error, SocketLost) for error in lost} == {True}
    assert {error.sent for error in lost if isinstance(error, SocketLost)} == {True, False}
    hass.drop()


async def test_the_token_is_in_no_log(hass: FakeHass, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with HassSocket(hass.url, TOKEN) as link:
        await link.command("echo", value=1)
        assert TOKEN not in repr(link)
    ours = [record for record in caplog.records if not record.name.startswith("websockets.")]  # that is the fake's
    assert ours
    assert not [record for record in ours if TOKEN in record.getMessage()]
