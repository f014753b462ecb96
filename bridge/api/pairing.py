"""POST /v1/pair, POST /v1/pair/codes, and the pairing page.

Nobody gets a code for being at a certain address: a reverse proxy on this machine makes every visitor look local,
and many add no header that would tell. Codes are made by the command line (which can read the store anyway) or with
a token that has the scope `admin`. The page makes nothing and knows nothing: it draws the code of its address.
"""

import re
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from actions.errors import HearthError
from bridge.address import pairing_link, phone_url
from bridge.api.auth import Admin
from bridge.api.bodies import Body, Optional, Short
from bridge.api.errors import documented
from bridge.devices import ALL_SCOPES
from bridge.pages import pairing_page
from bridge.service import Service

router = APIRouter()
_CODE = re.compile(r"\d{4}-?\d{4}")
_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}


class PairIn(Body):
    """A code, and what the device is called."""

    code: Short
    name: Short
    kind: Annotated[Short | None, Optional] = Field(
        None, description='"shortcut" (a phone), "mac" (the agent), "home_assistant".'
    )


class Paired(BaseModel):
    """The new device's token, shown this once."""

    ok: bool = True
    token: str
    device: str
    """Its name, with a number where it was taken."""
    url: str | None
    """Where phones reach this bridge, where that is known."""
    scopes: list[str]


class CodeIn(Body):
    """What the device may do that will use the code."""

    scopes: list[str] = Field(["ask"], min_length=1, max_length=10)


class NewCode(BaseModel):
    """A code, shown this once."""

    ok: bool = True
    code: str
    expires: datetime
    link: str | None
    """What the QR code says."""


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


@router.post("/v1/pair", responses={200: {"model": Paired}, **documented((400, 403, 413, 422, 429, 503))})
async def pair(body: PairIn, request: Request) -> Paired:
    """Turn a pairing code into a token. A code works once, so an Idempotency-Key gives nothing again."""
    kind = (body.kind or "").casefold()
    if kind not in ("", "shortcut", "mac", "phone", "home_assistant"):
        hint = "Send 'shortcut', 'mac', 'home_assistant', or leave it out."
        raise HearthError(f"There is no kind of device '{body.kind}'", code="invalid_kind", hint=hint)
    address = request.client.host if request.client else ""
    kind = "shortcut" if kind == "phone" else kind
    service = _service(request)
    device, token = await service.pairing.redeem(body.code, body.name, kind, address)
    url = phone_url(service.settings.server)
    return Paired(token=token, device=device.name, url=url, scopes=sorted(device.scopes))


@router.post(
    "/v1/pair/codes",
    responses={200: {"model": NewCode}, **documented((400, 401, 403, 413, 422, 503))},
)
async def new_code(body: CodeIn, request: Request, _device: Admin) -> NewCode:
    """Make a pairing code; for a token with the scope `admin`."""
    unknown = sorted(set(body.scopes) - set(ALL_SCOPES))
    if unknown:
        hint = f"There are: {', '.join(ALL_SCOPES)}."
        raise HearthError(f"There is no scope '{', '.join(unknown)}'", code="invalid_scope", hint=hint)
    service = _service(request)
    code = await service.pairing.new_code(body.scopes)
    url = phone_url(service.settings.server)
    return NewCode(code=code.shown, expires=code.expires, link=pairing_link(url, code.digits) if url else None)


@router.get("/pair", include_in_schema=False)
async def page(request: Request, code: Annotated[str, Query(max_length=20)] = "") -> Response:
    """The pairing page: a code to scan, or on the phone the button that opens Hearth Setup."""
    digits = code.replace("-", "") if _CODE.fullmatch(code) else None
    content = pairing_page(phone_url(_service(request).settings.server), digits)
    return Response(content, media_type="text/html; charset=utf-8", headers=_PAGE_HEADERS)
