"""GET /healthz (the process lives) and /readyz (it can do its job)."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from actions.errors import HearthError
from bridge.api.errors import body, documented

router = APIRouter()


@router.get("/healthz")
async def healthz() -> dict[str, Any]:
    """The process lives."""
    return {"ok": True}


@router.get("/readyz", responses=documented((503,)))
async def readyz(request: Request) -> JSONResponse:
    """The home is connected and the store answers."""
    service = request.app.state.service
    try:
        home = service.worker.home
        await service.check_store()
    except HearthError as error:
        return JSONResponse(body(error.code, error.message, error.hint), 503)
    return JSONResponse({"ok": True, "entities": len(home.entities), "exposed": len(home.exposed)})
