"""The bridge over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from yarl import URL

from .errors import Refused, Unauthorized, Unreachable, Unreadable
from .models import Paired, Reply, Status
from .sse import MOST, events, object_of

_UNAUTHORIZED = {"missing_token", "invalid_token", "revoked_token", "missing_scope"}
_CONNECT_S = 5.0
_ANSWER_S = 10.0
ASK_S = 25.0
"""The bridge answers a request within 20 seconds, if only that it is still working on it."""
DEADLINE_MS = 20_000
_SILENCE_S = 40.0
"""The bridge says something every 15 seconds to those who follow it."""


class Bridge:
    """One bridge, and the token for it."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str | None = None) -> None:
        """`url` as a person types it, with or without http:// in front.

        :raises ValueError: it is no address.
        """
        self.url = normalised(url)
        self._session = session
        self._base = URL(self.url)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def pair(self, code: str, name: str) -> Paired:
        """Turn a pairing code into a token.

        :raises Refused: a wrong or old code.
        """
        body = {"code": code, "name": name, "kind": "home_assistant"}
        return Paired.from_json(await self._json("POST", "/v1/pair", body))

    async def status(self) -> Status:
        """How the bridge is."""
        return Status.from_json(await self._json("GET", "/v1/status"))

    async def set_read_only(self, on: bool) -> Status:
        """Switch read-only mode."""
        return Status.from_json(await self._json("POST", "/v1/mode", {"read_only": on}))

    async def ask(self, body: dict[str, Any]) -> Reply:
        """Ask for something, and wait for the whole reply."""
        return Reply.from_json(await self._json("POST", "/v1/ask", body, ASK_S))

    async def call(self, body: dict[str, Any]) -> Reply:
        """Have tool calls carried out."""
        return Reply.from_json(await self._json("POST", "/v1/tool-calls", body, ASK_S))

    async def turn(self, turn_id: str, wait_s: float) -> Reply:
        """How a turn stands, after waiting for what is still owed."""
        path = f"/v1/turns/{turn_id}?wait={wait_s:g}"
        return Reply.from_json(await self._json("GET", path, within=wait_s + _ANSWER_S))

    async def ask_streamed(self, body: dict[str, Any]) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """Ask for something: `text` and `calls` as they come, and last `reply`."""
        async with self._stream("POST", "/v1/ask", ASK_S, body) as stream:
            async for kind, data in stream:
                yield kind, data

    async def follow(self) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """What happens in the bridge, as it happens, until it goes away."""
        async with self._stream("GET", "/v1/events", _SILENCE_S) as stream:
            async for kind, data in stream:
                yield kind, data

    async def _json(
        self, method: str, path: str, body: dict[str, Any] | None = None, within: float = _ANSWER_S
    ) -> dict[str, Any]:
        async with self._request(method, path, within, body) as response:
            return _checked(object_of(await _read(response)), response.status)

    @asynccontextmanager
    async def _stream(
        self, method: str, path: str, silence: float, body: dict[str, Any] | None = None
    ) -> AsyncIterator[AsyncIterator[tuple[str, dict[str, Any]]]]:
        headers = {"Accept": "text/event-stream"}
        async with self._request(method, path, silence, body, headers) as response:
            if response.content_type != "text/event-stream":
                _checked(object_of(await _read(response)), response.status)
                raise Unreadable("no stream of events")
            yield _good(events(response.content.iter_any()))

    @asynccontextmanager
    async def _request(
        self,
        method: str,
        path: str,
        silence: float,
        body: dict[str, Any] | None,
        headers: dict[str, str] | None = None,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_S, sock_read=silence)
        try:
            async with self._session.request(
                method,
                self._base.join(URL(path)),
                json=body,
                headers={**self._headers, **(headers or {})},
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                yield response
        except TimeoutError as error:
            raise Unreachable("It did not answer in time") from error
        except (aiohttp.ClientError, OSError) as error:
            raise Unreachable(str(error) or type(error).__name__) from error


async def _read(response: aiohttp.ClientResponse) -> bytes:
    content = bytearray()
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > MOST:
            raise Unreadable("an answer without an end")
    return bytes(content)


async def _good(stream: AsyncIterator[tuple[str, dict[str, Any]]]) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    async for kind, data in stream:
        if kind == "error":
            _checked(data, 0)
        yield kind, data


def _checked(answer: dict[str, Any], status: int) -> dict[str, Any]:
    """The answer, if it is a good one of a bridge."""
    if answer.get("ok") is True:
        return answer
    error = answer.get("error")
    if answer.get("ok") is not False or not isinstance(error, dict):
        raise Unreadable(f"the status {status} and no word of a bridge")
    code, message = str(error.get("code", "")), str(error.get("message", ""))
    kind = Unauthorized if code in _UNAUTHORIZED else Refused
    raise kind(code, message, str(error.get("hint", "")))


def normalised(url: str) -> str:
    """An address as it is kept: `homeserver:8765/` -> `http://homeserver:8765`.

    :raises ValueError: it is no address.
    """
    text = url.strip().rstrip("/")
    found = URL(text if "://" in text else f"http://{text}")
    if found.scheme not in ("http", "https") or not found.host or any(map(str.isspace, found.host)):
        raise ValueError("not an http address")
    return str(found.with_query(None).with_fragment(None)).rstrip("/")
