"""What goes over the wire: the address of the WebSocket, and messages as JSON."""

import json
import logging
from typing import Any
from urllib.parse import urlsplit, urlunsplit

_log = logging.getLogger(__name__)

MAX_MESSAGE = 4_000_000
"""Home Assistant drops a client whose message is longer than 4 MiB, and with it every other call."""


def websocket_url(url: str) -> str:
    """The WebSocket address of a Home Assistant: `http://ha:8123/` -> `ws://ha:8123/api/websocket`.

    :raises ValueError: not an http, https, ws or wss address.
    """
    parts = urlsplit(url if "://" in url else f"http://{url}")
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
    if scheme not in ("ws", "wss") or not parts.hostname:
        raise ValueError("The address of Home Assistant must look like http://homeassistant.local:8123")
    path = parts.path.rstrip("/").removesuffix("/websocket").removesuffix("/api")
    return urlunsplit((scheme, parts.netloc, f"{path}/api/websocket", "", ""))


def encode(message: dict[str, Any]) -> str:
    """One message as JSON.

    :raises ValueError: Home Assistant would drop the whole connection over it: NaN, a lone surrogate, too long.
    """
    try:
        text = json.dumps(message, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
        size = len(text.encode())
    except TypeError as error:
        raise ValueError(str(error)) from error
    if size > MAX_MESSAGE:
        raise ValueError(f"{size} bytes are too long for one message")
    return text


def messages(payload: str | bytes) -> list[dict[str, Any]]:
    """The messages in one frame: one, or a batch of them, or none when it is garbage."""
    try:
        found = json.loads(payload)
    except (ValueError, RecursionError):
        _log.warning("Ignored %d bytes from Home Assistant that are no JSON", len(payload))
        return []
    return [message for message in (found if isinstance(found, list) else [found]) if isinstance(message, dict)]
