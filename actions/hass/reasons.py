"""Why there is no connection, for a person: the HTTP stack's own texts name its pools and retries."""

import os
import socket
import ssl
from collections.abc import Iterator

from homeassistant_api.errors import ReceivingError, ResponseError
from niquests.exceptions import HTTPError


def reason_of(error: BaseException) -> str:
    """A few words that go after "Home Assistant is not connected: "."""
    chain = tuple(_chain(error))
    if isinstance(error, HTTPError) and error.response is not None:
        return f"it answered with HTTP status {error.response.status_code}"
    if any(isinstance(one, ReceivingError) for one in chain):
        return "it closed the connection"
    if any(isinstance(one, ResponseError) for one in chain):
        return "what answers at its address is not Home Assistant"
    for one in chain:
        if isinstance(one, socket.gaierror):
            return "its name is not known in this network"
        if isinstance(one, ssl.SSLError):
            return f"TLS failed ({getattr(one, 'verify_message', '') or one.reason or 'no reason given'})"
        if isinstance(one, OSError) and one.errno:
            return os.strerror(one.errno).lower()
    if isinstance(error, TimeoutError):
        return "it does not answer"
    return f"what answers at its address is not understood ({type(error).__name__})"


def _chain(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__
