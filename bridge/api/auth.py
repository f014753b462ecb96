"""Who asks: the device of a bearer token."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from bridge.devices import AuthError, Device, Devices
from bridge.phone.side import HEADER, tag_of


class DeviceToken(HTTPBearer):
    """The device that a request comes from; one dependency, since each costs a request some of its time."""

    def __init__(self, scope: str | None = None) -> None:
        """Ask for a token, and for one of its scopes."""
        super().__init__(scheme_name="HTTPBearer", description="A device's token, from `hearthbridge pair`.")
        self._scope = scope

    async def __call__(self, request: Request) -> Device:  # type: ignore[override]
        """Find the device.

        :raises AuthError: no token, an unknown or revoked one, or one without the scope.
        """
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.casefold() != "bearer" or not token.strip():
            raise AuthError(
                "The request has no token",
                code="missing_token",
                hint="Send the header 'Authorization: Bearer TOKEN'; `hearthbridge pair` makes one.",
            )
        devices: Devices = request.app.state.service.devices
        device = await devices.authenticate(token.strip())
        if self._scope is not None and self._scope not in device.scopes:
            raise AuthError(
                f"This token may not do that: it lacks '{self._scope}'",
                code="missing_scope",
                hint=f"Pair a device with the scope '{self._scope}'.",
            )
        if tag := tag_of(request.headers.get(HEADER)):
            devices.note_shortcut(device, tag)
        return device


Caller = Annotated[Device, Depends(DeviceToken())]
Asker = Annotated[Device, Depends(DeviceToken("ask"))]
Actor = Annotated[Device, Depends(DeviceToken("act"))]
Overseer = Annotated[Device, Depends(DeviceToken("oversee"))]
Admin = Annotated[Device, Depends(DeviceToken("admin"))]
