"""A bridge that says what a test told it to: the HTTP contract over a real socket, and nothing behind it."""

import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

TOKEN = "hb_test_token"
CODE = "ABCD-1234"


def reply(say: str = "Done.", **more: Any) -> dict[str, Any]:
    """A reply in the contract's shape, with every field that the bridge sends."""
    base = {"ok": True, "turn_id": "t1", "say": say, "ask": None, "choices": [], "pending": False}
    rest: dict[str, Any] = {"device_actions": [], "receipts": [], "tier": "small", "decision": None, "undo": None}
    return {**base, **rest, "warnings": [], "timings_ms": {"total": 3.5}, **more}


def act(identity: str, kind: str, confirm: str | None = None, **args: Any) -> dict[str, Any]:
    """A device action."""
    return {"id": identity, "kind": kind, "args": args, "confirm": confirm}


def refusal(code: str, message: str, hint: str = "") -> dict[str, Any]:
    """An error in the contract's shape."""
    return {"ok": False, "error": {"code": code, "message": message, "hint": hint}}


@dataclass
class Scripted:
    """What to answer, and what was asked."""

    asks: deque[Any] = field(default_factory=deque)
    turns: deque[Any] = field(default_factory=deque)
    results: deque[Any] = field(default_factory=deque)
    """Answers to results; past them, the last answer again with its actions, as the bridge's record has it."""
    due: deque[Any] = field(default_factory=deque)
    seconds: dict[str, float] = field(default_factory=dict)
    """How long a path is said to take."""
    seen: list[tuple[str, Any, dict[str, str]]] = field(default_factory=list)
    url: str = ""
    _last: dict[str, Any] = field(default_factory=dict)

    def bodies(self, path: str) -> list[Any]:
        """The bodies that came to a path."""
        return [body for where, body, _ in self.seen if where == path]

    def reports(self) -> list[tuple[str, str, str]]:
        """The results that came: id, status, detail."""
        bodies = self.bodies("/v1/results")
        return [(one["id"], one["status"], one["detail"]) for body in bodies for one in body["results"]]

    def answer(self, queue: deque[Any], *, or_last: bool = False) -> Any:
        """The next answer of a queue."""
        said = queue.popleft() if queue else (self._last if or_last else refusal("unscripted", "No answer left"))
        if isinstance(said, dict) and said.get("turn_id"):
            self._last = said
        return said


def app(state: dict[str, Scripted]) -> FastAPI:  # noqa: C901  # one function a path
    """The service; `state["now"]` is the test's script."""
    service = FastAPI()

    @service.middleware("http")
    async def note(request: Request, go_on: Any) -> Response:
        script = state["now"]
        body = await request.json() if request.method == "POST" else dict(request.query_params)
        script.seen.append((request.url.path, body, dict(request.headers)))
        response: Response = await go_on(request)
        for path, seconds in script.seconds.items():
            if request.url.path.startswith(path):
                response.headers["X-Simulated-Seconds"] = str(seconds)
        return response

    def send(said: Any) -> Response:
        if isinstance(said, str):
            return HTMLResponse(said, 500)
        return JSONResponse(said, 200 if said.get("ok") else 401)

    @service.post("/v1/ask")
    async def ask() -> Response:
        return send(state["now"].answer(state["now"].asks))

    @service.get("/v1/turns/{turn}")
    async def turns(turn: str) -> Response:
        return send(state["now"].answer(state["now"].turns, or_last=True))

    @service.post("/v1/results")
    async def results() -> Response:
        return send(state["now"].answer(state["now"].results, or_last=True))

    @service.get("/v1/device/next")
    async def due() -> Response:
        nothing: dict[str, Any] = {"ok": True, "turn_id": None, "device_actions": []}
        return send(state["now"].answer(state["now"].due) if state["now"].due else nothing)

    @service.post("/v1/pair")
    async def pair(request: Request) -> Response:
        if (await request.json())["code"] != CODE:
            return send(refusal("invalid_code", "This code is not valid.", "Make a new one."))
        return send({"ok": True, "token": TOKEN, "scopes": ["ask"]})

    @service.get("/v1/tools")
    async def tools(request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return send(refusal("invalid_token", "The token is not known."))
        return send({"ok": True, "version": "abc", "tools": []})

    return service


@contextmanager
def serving(state: dict[str, Scripted]) -> Iterator[str]:
    """The service on a free port, in a thread of its own; gives its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app(state), log_level="error", ws="none", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(60)
