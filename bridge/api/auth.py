"""Who asks: the device of a bearer token."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.security import HTTPBearer

from actions.errors import HearthError
from bridge.devices import AuthError, Device

_scheme = HTTPBearer(auto_error=False, description="A device's token, from `hearthbridge pair`.")


async def _device(request: Request) -> Device:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.casefold() != "bearer" or not token.strip():
        raise AuthError(
            "The request has no token",
            code="missing_token",
            hint="Send the header 'Authorization: Bearer TOKEN'; `hearthbridge pair` makes one.",
        )
    found: Device = await request.app.state.service.devices.authenticate(token.strip())
    return found


def scoped(scope: str) -> Callable[[Device], Awaitable[Device]]:
    """A dependency that asks for one of the token's scopes."""

    async def check(device: Annotated[Device, Depends(_device)]) -> Device:
        if scope not in device.scopes:
            hint = f"Pair a device with the scope '{scope}'."
            raise AuthError(f"This token may not do that: it lacks '{scope}'", code="missing_scope", hint=hint)
        return device

    return check


Caller = Annotated[Device, Depends(_device)]
Asker = Annotated[Device, Depends(scoped("ask"))]
Actor = Annotated[Device, Depends(scoped("act"))]
Documented = Depends(_scheme)
"""Makes the OpenAPI document say that a token is needed."""


async def _key(idempotency_key: Annotated[str | None, Header(max_length=200)] = None) -> str | None:
    if idempotency_key is not None and not idempotency_key.strip():
        raise HearthError(
            "The Idempotency-Key is empty", code="invalid_key", hint="Leave it out or make it unique."
        )
    return idempotency_key


IdempotencyKey = Annotated[str | None, Depends(_key)]
