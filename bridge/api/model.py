"""GET /v1/model, its archive, and the registry pack: what an app needs to understand without the bridge."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse

from actions.errors import HearthError
from bridge.api.auth import Caller
from bridge.api.errors import documented
from bridge.models import ARCHIVE, CARD, Published
from bridge.service import Service

router = APIRouter(prefix="/v1/model")
_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))")
_SAME: dict[int | str, dict[str, Any]] = {304: {"description": "It has not changed."}}
Version = Annotated[str | None, Query(max_length=200, description="Another version, to go back to.")]


class BadRange(HearthError):
    """The Range header asks for what is not there."""

    code = "invalid_range"
    hint = "Ask for one range of bytes within the archive, such as 'bytes=1000-'."


@router.get("", responses={**_SAME, **documented((401, 404, 422))})
def model(request: Request, _device: Caller, version: Version = None) -> Response:
    """The model for phones: its version, hash and size, its report card, and which others are here."""
    service = _service(request)
    found = service.models.find(version)
    headers = _headers(found.version)
    if _known(request, headers):
        return Response(status_code=304, headers=headers)
    content = {
        "ok": True,
        **found.model_dump(),
        "archive": f"/v1/model/archive?version={found.version}",
        "card": service.models.file(found, CARD).read_text("utf-8"),
        "versions": service.models.versions(),
    }
    return JSONResponse(content, headers=headers)


@router.get(
    "/archive",
    response_class=FileResponse,
    responses={
        200: {"content": {"application/zip": {}}, "description": "The archive."},
        206: {"content": {"application/zip": {}}, "description": "A part of it."},
        **_SAME,
        **documented((401, 404, 416, 422)),
    },
)
def archive(request: Request, _device: Caller, version: Version = None) -> Response:
    """The package with all that belongs to it, as a zip file. `Range` and `If-Range` resume a download."""
    service = _service(request)
    found = service.models.find(version)
    headers = _headers(found.sha256)
    if _known(request, headers):
        return Response(status_code=304, headers=headers)
    _check_range(request.headers.get("range"), found)
    return FileResponse(
        service.models.file(found, ARCHIVE), media_type="application/zip", headers=headers,
        filename=f"hearth-small-{found.version}.zip",
    )  # fmt: skip


@router.get("/registry-pack", responses={**_SAME, **documented((401, 404, 422, 503))})
def pack(request: Request, _device: Caller, version: Version = None) -> Response:
    """The home for the model on a phone: names, ids, features and own actions of what assistants may see."""
    service = _service(request)
    found = service.models.find(version)
    made = service.models.pack(found, service.worker.home, service.worker.registry)
    headers = _headers(made["version"])
    if _known(request, headers):
        return Response(status_code=304, headers=headers)
    return JSONResponse({"ok": True, "model": found.version, **made}, headers=headers)


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _headers(tag: str) -> dict[str, str]:
    return {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache"}


def _known(request: Request, headers: dict[str, str]) -> bool:
    tags = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    return headers["ETag"] in tags


def _check_range(asked: str | None, found: Published) -> None:
    """Refuse a range that cannot be served in the one shape of errors; the rest is the framework's.

    :raises BadRange: it is no range of bytes, or lies beyond the end.
    """
    if asked is None:
        return
    match = _RANGE.fullmatch(asked.strip())
    if match is None or not _within(match[1], match[2], match[3], found.bytes):
        raise BadRange(f"The archive has {found.bytes} bytes; this range is none of it")


def _within(first: str | None, last: str | None, ending: str | None, size: int) -> bool:
    if first is None:
        return int(ending or 0) > 0
    return int(first) < size and (not last or int(last) >= int(first))
