"""GET /v1/status, GET /v1/events and POST /v1/mode: for a token that may see what every device asks."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request, Response

from actions.errors import HearthError
from bridge.api.auth import DeviceToken, Overseer
from bridge.api.bodies import Body
from bridge.api.errors import body as error_body
from bridge.api.errors import documented
from bridge.api.sse import event_stream, frame
from bridge.service import Service

router = APIRouter(prefix="/v1")
_QUIET_S = 15.0
"""Without news the status is told again, so that a follower knows that the bridge is still there."""
_overseer = DeviceToken("oversee")


class ModeIn(Body):
    """The mode that the bridge shall be in."""

    read_only: bool


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


@router.get("/status", responses=documented((401, 403, 503)))
async def status(request: Request, _device: Overseer) -> dict[str, Any]:
    """How the bridge is, and the day's figures."""
    return _service(request).oversight.status()


@router.post("/mode", responses=documented((400, 401, 403, 413, 422, 503)))
async def mode(body: ModeIn, request: Request, _device: Overseer) -> dict[str, Any]:
    """Switch read-only mode; answers the status."""
    service = _service(request)
    await service.own.set_read_only(body.read_only)
    service.oversight.changed()
    return service.oversight.status()


@router.get("/events", responses=documented((401, 403, 503)))
async def events(request: Request, _device: Overseer) -> Response:
    """What happens, as it happens: `status`, `turn`, `phone`, `unanswered` (server-sent events)."""
    return event_stream(_events(request))


async def _events(request: Request) -> AsyncIterator[str]:
    oversight = _service(request).oversight
    with oversight.feed.follow() as inbox:
        yield frame("status", oversight.status())
        while True:
            try:
                async with asyncio.timeout(_QUIET_S):
                    news = await inbox.get()
                if news is None:
                    return
                kind, data = news.kind, news.data
            except TimeoutError:
                kind, data = "status", oversight.status()
            try:
                # A token may be revoked while it is followed with.
                await _overseer(request)
            except HearthError as error:
                yield frame("error", error_body(error.code, error.message, error.hint))
                return
            yield frame(kind, data)
