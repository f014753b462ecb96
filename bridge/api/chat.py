"""POST /v1/chat/completions and GET /v1/models: the bridge as a model, for any client that speaks OpenAI's API.

The client keeps the conversation and sends all of it each time. A question of ours that is open is found again by
its words, so that a yes confirms what was asked. A client's own instructions and tools are not used: what can be
done, and what must be asked first, is the registry's and the policy's.
"""

import asyncio
import base64
import binascii
import contextlib
import json
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from actions.errors import HearthError
from bridge.api.auth import Asker, Caller
from bridge.api.bodies import MAX_TEXT
from bridge.api.errors import documented
from bridge.api.idempotency import DOCUMENTED, idempotency_key
from bridge.exchange import Asked, Way, words_only
from bridge.reply import Reply
from bridge.service import Service
from bridge.tiers.base import Enclosed, Said

router = APIRouter(prefix="/v1")
MODEL = "hearthbridge"
_PATIENCE_S = 55.0
"""A chat client waits for its answer; `pending` would mean nothing to it."""
_HISTORY = 20
_PART = "data:"


class Part(BaseModel):
    """A piece of a message: text, or a picture."""

    model_config = ConfigDict(extra="allow")

    type: Annotated[str, Field(max_length=50)]
    text: Annotated[str, Field(max_length=MAX_TEXT)] | None = None
    image_url: dict[str, Any] | None = None


class Message(BaseModel):
    """One message of the conversation."""

    model_config = ConfigDict(extra="allow")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Annotated[str, Field(max_length=MAX_TEXT)] | list[Part] | None = None

    @property
    def text(self) -> str:
        """Its words."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.text).strip()
        return (self.content or "").strip()


class StreamOptions(BaseModel):
    """How to stream."""

    model_config = ConfigDict(extra="allow")

    include_usage: bool = False


class ChatIn(BaseModel):
    """A chat completion; what is not listed is taken and not used."""

    model_config = ConfigDict(extra="allow")

    model: Annotated[str, Field(max_length=200)] = MODEL
    messages: Annotated[list[Message], Field(min_length=1, max_length=500)]
    stream: bool = False
    stream_options: StreamOptions | None = None


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


@router.get("/models", responses=documented((401, 422, 503)))
async def models(_device: Caller) -> dict[str, Any]:
    """The one model: the bridge."""
    return {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}]}


_STREAM: dict[str, Any] = {"content": {"text/event-stream": {}}}


@router.post(
    "/chat/completions",
    responses={200: _STREAM, **documented((400, 401, 403, 404, 409, 413, 422, 503))},
    openapi_extra=DOCUMENTED,
)
async def completions(body: ChatIn, request: Request, device: Asker) -> Response:
    """Ask the bridge as a model; it acts, and answers with what was done."""
    service = _service(request)
    last = body.messages[-1]
    if last.role != "user":
        hint = "The last message must be the person's."
        raise HearthError("There is nothing to answer", code="invalid_messages", hint=hint)
    history = _history(body.messages[:-1])
    turn = await service.record.turn_that_said(device.id, history[-1].answer) if history else None
    words: asyncio.Queue[str | None] = asyncio.Queue()
    asked = Asked(
        text=last.text,
        turn_id=turn,
        language=service.settings.language,
        deadline_s=_PATIENCE_S,
        idempotency_key=idempotency_key(request),
        record={"api": "chat.completions"},
        enclosed=_enclosed(last),
        history=history,
        way=Way(tell=words_only(words.put_nowait)) if body.stream else Way(),
    )
    if not body.stream:
        reply = await service.turns.ask(asked, device)
        return Response(json.dumps(await _whole(service, reply)), media_type="application/json")
    working = asyncio.create_task(service.turns.ask(asked, device))
    working.add_done_callback(lambda _: words.put_nowait(None))
    usage = body.stream_options is not None and body.stream_options.include_usage
    first = await words.get()
    if first is None:
        # What failed before a word was said still gets its own status.
        working.result()
    return StreamingResponse(_stream(service, working, words, first, usage=usage), media_type="text/event-stream")


async def _whole(service: Service, reply: Reply) -> dict[str, Any]:
    message = {"role": "assistant", "content": reply.say}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    usage = await _usage(service, reply.turn_id)
    return {**_head(reply.turn_id, ""), "choices": [choice], "usage": usage, "hearthbridge": _extra(reply)}


async def _stream(
    service: Service,
    working: "asyncio.Task[Reply]",
    words: "asyncio.Queue[str | None]",
    first: str | None,
    *,
    usage: bool,
) -> AsyncIterator[str]:
    head = _head("stream", ".chunk")
    yield _event({**head, "choices": [_delta({"role": "assistant", "content": ""})]})
    told, piece = "", first
    while piece is not None:
        told += piece
        yield _event({**head, "choices": [_delta({"content": piece})]})
        piece = await words.get()
    try:
        reply = working.result()
    except HearthError as error:
        yield _event({"ok": False, "error": {"message": error.message, "code": error.code, "hint": error.hint}})
        return
    # A model that went on otherwise than it began, or acted after all: what counts is the reply.
    rest = reply.say.removeprefix(told) if reply.say.startswith(told) else f"\n{reply.say}"
    yield _event({**head, "choices": [_delta({"content": rest})]})
    yield _event({**head, "choices": [{**_delta({}), "finish_reason": "stop"}], "hearthbridge": _extra(reply)})
    if usage:
        yield _event({**head, "choices": [], "usage": await _usage(service, reply.turn_id)})
    yield "data: [DONE]\n\n"


def _head(name: str, kind: str) -> dict[str, Any]:
    made = {"id": f"chatcmpl-{name}", "object": f"chat.completion{kind}"}
    return {**made, "created": int(time.time()), "model": MODEL}


def _delta(delta: dict[str, Any]) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": None}


def _event(content: dict[str, Any]) -> str:
    return f"data: {json.dumps(content, ensure_ascii=False)}\n\n"


def _extra(reply: Reply) -> dict[str, Any]:
    return reply.model_dump(mode="json", exclude={"ok", "say", "timings_ms"})


async def _usage(service: Service, turn: str) -> dict[str, int]:
    """Tokens that models of the cloud used; a local answer uses none."""
    sent = await service.sent.of_turn(turn)
    tokens, output = (sum(one[key] for one in sent) for key in ("input_tokens", "output_tokens"))
    return {"prompt_tokens": tokens, "completion_tokens": output, "total_tokens": tokens + output}


def _history(messages: list[Message]) -> tuple[Said, ...]:
    """What the person said with what was answered; anything else in between is left out."""
    found: list[Said] = []
    said = ""
    for message in messages:
        if message.role == "user":
            said = message.text
        elif message.role == "assistant" and message.text:
            # The client's word for what was said; anybody may have written it.
            found.append(Said(said, message.text, ("conversation",)))
            said = ""
    return tuple(found[-_HISTORY:])


def _enclosed(message: Message) -> Enclosed:
    """A picture of the message: inside it, or behind an address."""
    for part in message.content if isinstance(message.content, list) else ():
        url = str((part.image_url or {}).get("url", ""))
        if url.startswith(_PART):
            with contextlib.suppress(binascii.Error, ValueError):
                return Enclosed(image=base64.b64decode(url.partition(",")[2], validate=True))
            raise HearthError(
                "The picture is not base64", code="invalid_image", hint="Send a data: URL with base64."
            )
        if url.startswith(("http://", "https://")):
            return Enclosed(url=url[:4000])
    return Enclosed()
