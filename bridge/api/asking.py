"""POST /v1/ask, /v1/tool-calls and GET /v1/turns/{id}."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from actions.dialects import DIALECTS
from actions.errors import HearthError
from bridge.api.auth import Actor, Asker, Caller
from bridge.api.bodies import AskIn, DeviceIn, ToolCallsIn, decoded, language, picture
from bridge.api.direct import DirectRoute
from bridge.api.errors import documented
from bridge.api.idempotency import DOCUMENTED, idempotency_key
from bridge.api.sse import MEDIA_TYPE, event_stream
from bridge.api.streaming import asking
from bridge.exchange import Asked, Way
from bridge.phone.side import HEADER, NO_PHONE, PhoneSide, is_homepod, is_watch, tag_of
from bridge.reply import Reply
from bridge.service import Service
from bridge.tiers.base import Enclosed
from bridge.turns import TurnError

router = APIRouter(prefix="/v1")
direct = APIRouter(prefix="/v1", route_class=DirectRoute)
_REPLY = {200: {"model": Reply}, **documented((400, 401, 403, 404, 409, 413, 422, 503))}


class Exchanges(Reply):
    """A turn's last reply, with the record of all its exchanges."""

    exchanges: list[dict[str, Any]]
    sent: list[dict[str, Any]]
    """Everything that left the house for this turn, byte for byte."""


def _json(reply: Reply) -> Response:
    return Response(reply.model_dump_json(), media_type="application/json")


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


@direct.post("/ask", responses=_REPLY, openapi_extra=DOCUMENTED)
async def ask(body: AskIn, request: Request, device: Asker) -> Response:
    """Say something and get it done."""
    service = _service(request)
    image = decoded(body.image)
    asked = Asked(
        text=body.text or "",
        turn_id=body.turn_id,
        area=body.area,
        language=language(body.locale, service.settings.language),
        deadline_s=(body.deadline_ms or service.settings.deadline_ms) / 1000,
        idempotency_key=idempotency_key(request),
        record=_kept(body, image),
        phone=_phone(request, body.device),
        enclosed=Enclosed(image, body.url, body.clipboard),
        way=Way(body.ticket, bool(body.read_only), frozenset(body.without_tiers or ())),
    )
    if not asked.text and asked.enclosed and (service.cloud is None or service.cloud.name in asked.way.without):
        raise HearthError(
            "Pictures and pages alone need a cloud model",
            code="unsupported_input",
            hint="Send 'text' with what should be done, or set up a provider: docs/cloud.md.",
        )
    if MEDIA_TYPE in request.headers.get("accept", ""):
        return event_stream(asking(service.turns, asked, device))
    return _json(await service.turns.ask(asked, device))


def _kept(body: AskIn, image: bytes | None) -> dict[str, Any]:
    device = body.device.model_dump(exclude_none=True) if body.device else None
    kept = {"image": picture(image), "url": body.url, "clipboard": body.clipboard, "device": device}
    kept["person"] = body.person
    return {key: value for key, value in kept.items() if value}


def _phone(request: Request, device: DeviceIn | None) -> PhoneSide:
    tag = tag_of(request.headers.get(HEADER))
    if device is None:
        return PhoneSide(tag) if tag else NO_PHONE
    return PhoneSide(
        tag,
        locked=bool(device.locked),
        watch=is_watch(device.os, device.name) if device.watch is None else device.watch,
        homepod=is_homepod(device.os, device.name),
    )


@direct.post("/tool-calls", responses=_REPLY, openapi_extra=DOCUMENTED)
async def tool_calls(body: ToolCallsIn, request: Request, device: Actor) -> Response:
    """Carry out tool calls of a program's own model, under the same checks as every tier's."""
    service = _service(request)
    registry = service.worker.registry
    asked = Asked(
        text="",
        turn_id=body.turn_id,
        area=body.area,
        language=language(body.locale, service.settings.language),
        deadline_s=(body.deadline_ms or service.settings.deadline_ms) / 1000,
        idempotency_key=idempotency_key(request),
        record={"dialect": body.dialect, **({"device": body.device} if body.device else {})},
        phone=PhoneSide(tag_of(request.headers.get(HEADER)), target=body.device),
        calls=tuple(DIALECTS[body.dialect].calls(body.calls, registry)),
    )
    return _json(await service.turns.ask(asked, device))


@router.get("/turns/{turn_id}", responses={200: {"model": Exchanges}, **documented((401, 404, 422, 503))})
async def turn(
    turn_id: str, request: Request, device: Caller, wait: Annotated[float, Query(ge=0, le=55)] = 0
) -> dict[str, Any]:
    """A turn's last reply and its record; waits up to `wait` seconds for a pending one."""
    service = _service(request)
    found = await service.turns.find(turn_id, device, wait)
    if found is None:
        raise TurnError("There is no such turn", hint="Turns can be seen by the device that began them.")
    return {**found, "sent": await service.sent.of_turn(turn_id)}
