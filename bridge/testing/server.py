"""The stand-in vendors: one local server that speaks all of their formats, and answers what it is told to.

    with Vendors() as vendors:
        vendors.play(Answer(calls=(Call("HassTurnOn", {"name": "lamp"}),)))
        ...  # point a vendor's SDK, or a provider's `url`, at vendors.openai, vendors.anthropic, ...

The key `wrong` is refused, the model `missing` does not exist.
"""

import asyncio
import itertools
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bridge.testing.anthropic import Messages
from bridge.testing.gemini import Gemini
from bridge.testing.ollama import OllamaChat
from bridge.testing.openai import ChatCompletions
from bridge.testing.responses import Responses
from bridge.testing.script import Answer, Fault, Next, Script, Seen
from bridge.testing.tokens import PromptCache, count
from bridge.testing.wire import FAILURES, Failure, Usage, Wire

_FOREVER = 3600.0
_NAP_S = 0.1


class Vendors:
    """The server, in a thread of its own; `play` says what comes next."""

    def __init__(self) -> None:
        self.script = Script()
        self.cache = PromptCache()
        self.fetched: list[str] = []
        self._pages: dict[str, tuple[str, bytes]] = {}
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.openai = f"{self.url}/v1"
        self.anthropic = self.gemini = self.ollama = self.url
        self._ended = threading.Event()
        # It has nothing to lose, and must not wait for an answer that hangs.
        config = uvicorn.Config(
            self._app(),
            log_config=None,
            log_level="critical",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listening]}, name="vendors", daemon=True
        )

    def play(self, *answers: Next, otherwise: Next | None = None) -> None:
        """Answer these in turn, then `otherwise` (a server error when left out)."""
        self.script.play(*answers, otherwise=otherwise)

    @property
    def seen(self) -> list[Seen]:
        """What was asked since the last `play`."""
        return self.script.seen

    def page(self, path: str, content: bytes | str, media_type: str = "text/html") -> str:
        """Serve a page too; returns its address."""
        self._pages[path] = (media_type, content.encode() if isinstance(content, str) else content)
        return f"{self.url}/pages/{path}"

    def __enter__(self) -> Self:
        """Start."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self._ended.set()
        self._server.should_exit = True
        self._thread.join(10)
        self._listening.close()

    def _app(self) -> Starlette:
        chat = ChatCompletions()
        wires: dict[str, Wire] = {
            "/v1/chat/completions": chat,
            "/v1/responses": Responses(),
            "/v1/messages": Messages(),
            "/v1beta/models/{call:path}": Gemini(),
            "/api/chat": OllamaChat(),
        }
        routes = [Route(path, self._endpoint(wire), methods=["POST"]) for path, wire in wires.items()]
        return Starlette(routes=[*routes, Route("/pages/{path:path}", self._page)])

    async def _page(self, request: Request) -> Response:
        path = request.path_params["path"]
        self.fetched.append(path)
        if path not in self._pages:
            return Response("not found", 404)
        media_type, content = self._pages[path]
        return Response(content, media_type=media_type)

    def _endpoint(self, wire: Wire):  # type: ignore[no-untyped-def]  # noqa: ANN202  # Starlette's own type is wider
        async def answer(request: Request) -> Response:
            return await self._answer(request, wire)

        return answer

    async def _answer(self, request: Request, wire: Wire) -> Response:
        seen = await _read(request, wire)
        answer = self.script.answer(seen)
        if "wrong" in _key(seen):
            answer = Answer(fault=Fault.WRONG_KEY)
        elif seen.model == "missing":
            answer = Answer(fault=Fault.NO_MODEL)
        await self._wait(_FOREVER if answer.fault is Fault.HANG else answer.delay_s)
        if answer.fault is Fault.NOT_JSON:
            return HTMLResponse("<html><body>Welcome to the guest network</body></html>")
        if answer.fault is not None and answer.fault in FAILURES:
            return _failed(wire, FAILURES[answer.fault], answer)
        usage = self._usage(seen, answer)
        if not seen.streams:
            return _whole(wire, answer, usage, seen.model)
        events = wire.events(answer, usage, seen.model)
        if answer.fault is Fault.HALF:
            events = itertools.chain(itertools.islice(events, 2), _broken())
        media_type = "text/event-stream" if wire.event_stream else "application/x-ndjson"
        return StreamingResponse(_flow(events), media_type=media_type)

    async def _wait(self, seconds: float) -> None:
        # In short sleeps, since the end of it all comes from another thread.
        while seconds > 0 and not self._ended.is_set():
            await asyncio.sleep(min(seconds, _NAP_S))
            seconds -= _NAP_S

    def _usage(self, seen: Seen, answer: Answer) -> Usage:
        calls = "".join(call.name + json.dumps(dict(call.arguments)) for call in answer.calls)
        prompt = seen.prompt
        return Usage(count(prompt), self.cache.cached(prompt), count(answer.text + calls))


def _broken() -> Iterator[bytes]:
    yield from ()
    raise ConnectionResetError("The stream breaks off, as it was told to")


async def _flow(events: Iterator[bytes]) -> AsyncIterator[bytes]:
    for one in events:
        yield one
        await asyncio.sleep(0)


def _whole(wire: Wire, answer: Answer, usage: Usage, model: str) -> Response:
    content = json.dumps(wire.body(answer, usage, model)).encode()
    if answer.fault is Fault.HALF:
        # More is promised than comes.
        headers = {"content-length": str(len(content))}
        return StreamingResponse(_flow(iter([content[: len(content) // 2]])), 200, headers, "application/json")
    return Response(content, media_type="application/json")


def _failed(wire: Wire, failure: Failure, answer: Answer) -> Response:
    body = wire.error(failure)
    error = body["error"]
    status = error["code"] if wire.vendor == "gemini" and failure.status != 200 else failure.status
    headers = {"retry-after": f"{answer.retry_after:g}"} if answer.retry_after is not None else {}
    return JSONResponse(body, status, headers)


def _key(seen: Seen) -> str:
    names = ("authorization", "x-api-key", "x-goog-api-key")
    return "".join(seen.headers.get(name, "") for name in names)


async def _read(request: Request, wire: Wire) -> Seen:
    raw = await request.body()
    body = json.loads(raw)
    call = request.path_params.get("call", "")
    model, _, method = call.partition(":")
    streams = method == "streamGenerateContent" if call else bool(body.get("stream", wire.vendor == "ollama"))
    headers = dict(request.headers.items())
    return Seen(wire.vendor, request.url.path, headers, raw, body, model or str(body.get("model")), streams)
