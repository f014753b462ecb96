"""The Idempotency-Key: read by hand, since declaring a header costs each request more than all else of its kind."""

from typing import Any

from fastapi import Request

from actions.errors import HearthError

_LONGEST = 200
DOCUMENTED: dict[str, Any] = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "Makes a retry safe: the same answer for 24 hours.",
            "schema": {"type": "string", "minLength": 1, "maxLength": _LONGEST},
        }
    ]
}


def idempotency_key(request: Request) -> str | None:
    """The key of a request, if it has one.

    :raises HearthError: it is empty or too long.
    """
    key = request.headers.get("idempotency-key")
    if key is not None and (not key.strip() or len(key) > _LONGEST):
        hint = f"Leave it out, or make it unique, {_LONGEST} characters at most."
        raise HearthError("The Idempotency-Key cannot be used", code="invalid_key", hint=hint)
    return key
