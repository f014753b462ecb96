"""Errors as JSON: {"ok": false, "error": {"code", "message", "hint"}}, with the status that HTTP wants."""

from collections.abc import Iterable
from typing import Any, Literal

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from actions.errors import CallRejected, HearthError
from actions.text import nearest
from actions.validation import Problem

log = structlog.get_logger()

STATUS = {
    "missing_token": 401,
    "invalid_token": 401,
    "revoked_token": 401,
    "missing_scope": 403,
    "unknown_turn": 404,
    "unknown_action": 404,
    "not_found": 404,
    "invalid_code": 403,
    "turn_busy": 409,
    "action_begun": 409,
    "action_expired": 410,
    "rate_limited": 429,
    "idempotency_conflict": 409,
    "too_large": 413,
    "no_model": 404,
    "invalid_range": 416,
    "payload_invalid": 422,
    "invalid_call": 422,
    "invalid_image": 422,
    "invalid_key": 422,
    "home_unreachable": 503,
    "home_auth_failed": 503,
    "home_lost": 503,
    "store_unavailable": 503,
    "extra_missing": 501,
    "invalid_messages": 422,
}


class ErrorDetail(BaseModel):
    """What went wrong."""

    code: str
    """Stable."""
    message: str
    hint: str
    """What to do next."""
    field: str | None = None
    """The field of the body that it is about."""
    problems: list[Problem] | None = None
    """What is wrong with each tool call."""


class ErrorReply(BaseModel):
    """The one shape of an error."""

    ok: Literal[False]
    error: ErrorDetail


_MEANING = {
    400: "The body is not JSON, or holds what is not supported.",
    401: "No token, or one that is not known or was revoked.",
    403: "The token lacks a scope.",
    404: "There is no such turn, action or model.",
    405: "The address takes another method.",
    409: "The turn is being worked on, or the Idempotency-Key was used for another request.",
    410: "The phone action is too old.",
    413: "The body is too large.",
    416: "The range is not within the archive.",
    422: "A field is missing, unknown or wrong.",
    429: "Too many tries.",
    503: "The home or the store is away.",
}


def documented(statuses: Iterable[int]) -> dict[int | str, dict[str, Any]]:
    """`responses` of a route for the OpenAPI document."""
    return {status: {"model": ErrorReply, "description": _MEANING[status]} for status in statuses}


_PLAIN = {
    400: ("invalid_json", "The body cannot be read", "Send a JSON object, UTF-8."),
    404: ("not_found", "There is no such address", "See docs/http-api.md, or /docs of the running service."),
    405: ("method_not_allowed", "This address takes another method", "See docs/http-api.md."),
}


def body(code: str, message: str, hint: str = "", **more: Any) -> dict[str, Any]:
    """The one shape of an error."""
    return {"ok": False, "error": {"code": code, "message": message, "hint": hint, **more}}


def answer(status: int, content: dict[str, Any]) -> JSONResponse:
    """An error response."""
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {"Retry-After": "2"} if status == 503 else None
    return JSONResponse(content, status, headers)


def install(app: FastAPI) -> None:
    """Answer every error of `app` in that shape."""
    app.add_exception_handler(HearthError, _hearth)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


async def _hearth(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HearthError)  # noqa: S101  # FastAPI gives only these
    more: dict[str, Any] = {}
    if isinstance(error, CallRejected):
        more["problems"] = [problem.model_dump(exclude_none=True) for problem in error.problems]
    return answer(STATUS.get(error.code, 400), body(error.code, error.message, error.hint, **more))


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:])
    if first["type"] == "json_invalid":
        return answer(400, body("invalid_json", "The body is not JSON", "Send a JSON object, UTF-8."))
    if first["type"] == "extra_forbidden":
        close = ", ".join(nearest(where.rpartition(".")[2], _FIELDS))
        hint = f"Leave it out{f', or did you mean: {close}' if close else ''}."
        return answer(422, body("unknown_field", f"There is no field '{where}'", hint, field=where))
    code = "missing_field" if first["type"] == "missing" else "invalid_field"
    hint = "See docs/http-api.md." if where else "Send a JSON object, with Content-Type: application/json."
    return answer(422, body(code, f"{where or 'body'}: {first['msg']}", hint, field=where))


_FIELDS = (
    "text",
    "image",
    "url",
    "clipboard",
    "turn_id",
    "device",
    "area",
    "locale",
    "deadline_ms",
    "person",
    "read_only",
    "without_tiers",
    "ticket",
    "dialect",
    "calls",
)


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    other = ("http_error", str(error.detail), "See docs/http-api.md.")
    code, message, hint = _PLAIN.get(error.status_code, other)
    response = answer(error.status_code, body(code, message, hint))
    response.headers.update(error.headers or {})
    return response


async def _unexpected(_request: Request, error: Exception) -> JSONResponse:
    log.error("unexpected", exc_info=error)
    hint = "It was logged; please report it with the log line."
    return answer(500, body("internal_error", "Something went wrong in the bridge", hint))
