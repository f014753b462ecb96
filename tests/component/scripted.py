"""A bridge that answers as it is told: one of another version, a slow one, a stuttering one."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

STATUS: dict[str, Any] = {
    "ok": True,
    "id": "0123456789abcdef",
    "version": "0.1.0",
    "api": 1,
    "home": {"connected": True, "code": None, "entities": 40, "exposed": 26},
    "tiers": [{"name": "small", "version": "2026.11"}, {"name": "grammar", "version": "intents"}],
    "read_only": False,
    "pending_confirmations": 0,
    "today": {"turns": 4, "local_share": 0.75, "cost_usd": 0.02, "latency_ms": {"p50": 12.0, "p95": 40.0}},
    "last_turn": None,
}


class ScriptedBridge:
    """Its answers can be changed at any time."""

    def __init__(self) -> None:
        self.status = dict(STATUS)
        self.scopes = ["ask", "act", "phone", "oversee"]
        self.revoked = False
        self.asked: list[dict[str, Any]] = []
        self.frames: list[tuple[str, dict[str, Any]]] = []
        self.pause = 0.0
        self._forgetful = False
        self._followers: list[asyncio.Queue[tuple[str, dict[str, Any]] | None]] = []
        app = web.Application()
        app.router.add_post("/v1/pair", self._pair)
        app.router.add_get("/v1/status", self._status)
        app.router.add_get("/v1/events", self._events)
        app.router.add_post("/v1/ask", self._ask)
        self._server = TestServer(app)

    async def start(self) -> str:
        """Listen; returns the address."""
        await self._server.start_server()
        return str(self._server.make_url("")).rstrip("/")

    async def stop(self) -> None:
        """Go away."""
        for follower in self._followers:
            follower.put_nowait(None)
        await self._server.close()

    def tell(self, kind: str, data: dict[str, Any]) -> None:
        """Tell those who follow."""
        for follower in self._followers:
            follower.put_nowait((kind, data))

    def forget(self) -> None:
        """Know no turn any more."""
        self._forgetful = True

    def will_say(self, say: str, *before: tuple[str, dict[str, Any]], **more: Any) -> None:
        """What the next request is answered with."""
        reply = {"ok": True, "turn_id": "t1", "say": say, "decision": "answered", "receipts": [], **more}
        self.frames = [*before, ("reply", reply)]

    def _refused(self) -> web.Response | None:
        if not self.revoked:
            return None
        error = {"code": "revoked_token", "message": "This device's access was revoked", "hint": "Pair it again."}
        return web.json_response({"ok": False, "error": error}, status=401)

    async def _pair(self, _: web.Request) -> web.Response:
        self.revoked = False
        return web.json_response({"ok": True, "token": "hb_new", "device": "x", "url": None, "scopes": self.scopes})

    async def _status(self, _: web.Request) -> web.Response:
        refused = self._refused()
        return web.json_response(self.status) if refused is None else refused

    async def _events(self, request: web.Request) -> web.StreamResponse:
        if (refused := self._refused()) is not None:
            return refused
        response = await self._stream(request)
        inbox: asyncio.Queue[tuple[str, dict[str, Any]] | None] = asyncio.Queue()
        inbox.put_nowait(("status", self.status))
        self._followers.append(inbox)
        while (news := await inbox.get()) is not None:
            await response.write(_frame(*news))
        return response

    async def _ask(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.asked.append(body)
        if (refused := self._refused()) is not None:
            return refused
        if "turn_id" in body and self._forgetful:
            error = {"code": "unknown_turn", "message": "There is no such turn", "hint": "Leave turn_id out."}
            return web.json_response({"ok": False, "error": error}, status=404)
        if "text/event-stream" not in request.headers.get("accept", ""):
            await asyncio.sleep(self.pause)
            return web.json_response(self.frames[-1][1])
        response = await self._stream(request)
        for kind, data in self.frames:
            await asyncio.sleep(self.pause)
            await response.write(_frame(kind, data))
        return response

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        return response


def _frame(kind: str, data: dict[str, Any]) -> bytes:
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n".encode()
