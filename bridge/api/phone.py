"""POST /v1/results and GET /v1/device/next: what phones do, and say of it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from bridge.api.auth import Caller
from bridge.api.bodies import ResultsIn
from bridge.api.errors import documented
from bridge.reply import DeviceAction, Reply
from bridge.service import Service

router = APIRouter(prefix="/v1")


class Next(BaseModel):
    """What is due."""

    ok: bool = True
    turn_id: str | None
    """Goes with the results; null when nothing is due."""
    device_actions: list[DeviceAction]


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


@router.post("/results", responses={200: {"model": Reply}, **documented((400, 401, 404, 409, 410, 413, 422, 503))})
async def results(body: ResultsIn, request: Request, device: Caller) -> Response:
    """Report what became of phone actions.

    Each id counts once whatever the Idempotency-Key: a second "started" is refused, since the first may have led to
    the act, and of several final words the first stands.
    """
    reply = await _service(request).turns.report(body.turn_id, body.results, device)
    return Response(reply.model_dump_json(), media_type="application/json")


@router.get("/device/next", responses={200: {"model": Next}, **documented((401, 422, 503))})
async def due(request: Request, device: Caller, wait: Annotated[float, Query(ge=0, le=55)] = 0) -> dict[str, Any]:
    """What this device shall do now: the oldest waiting turn's actions, given out once; may wait for some."""
    found = await _service(request).phones.due(device.id, wait)
    return Next(turn_id=found.turn, device_actions=list(found.actions)).model_dump()
