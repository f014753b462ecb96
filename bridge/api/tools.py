"""GET /v1/tools: the registry as a vendor's tools."""

from typing import Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from actions.dialects import DIALECTS
from bridge.api.auth import Caller
from bridge.api.errors import documented

router = APIRouter(prefix="/v1")
_ANSWERS = {304: {"description": "The tools have not changed."}, **documented((401, 422, 503))}


@router.get("/tools", responses=_ANSWERS)
async def tools(
    request: Request, _device: Caller, dialect: Literal["openai", "anthropic", "gemini", "mcp"] = "openai"
) -> Response:
    """Every action, as `dialect` writes tools."""
    registry = request.app.state.service.worker.registry
    etag = f'"{dialect}-{registry.version}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if etag in [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    content = {
        "ok": True,
        "dialect": dialect,
        "version": registry.version,
        "tools": DIALECTS[dialect].tools(registry),
    }
    return JSONResponse(content, headers=headers)
