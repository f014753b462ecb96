"""Reading server-sent events."""

import json
from collections.abc import AsyncIterator
from typing import Any

from .errors import Unreadable

MOST = 4_000_000
"""Bytes of one event; a stream that sends more without an end is none of the bridge's."""


async def events(chunks: AsyncIterator[bytes]) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """The events of a stream, each as its kind and its data.

    aiohttp's own lines end at 64 KiB, and a long answer is longer.

    :raises Unreadable: it is no stream of JSON objects.
    """
    waiting = bytearray()
    async for chunk in chunks:
        waiting += chunk
        while (end := waiting.find(b"\n\n")) >= 0:
            if end > MOST:
                break
            frame = bytes(waiting[:end])
            del waiting[: end + 2]
            if event := _event(frame):
                yield event
        if len(waiting) > MOST:
            raise Unreadable("an event without an end")


def _event(frame: bytes) -> tuple[str, dict[str, Any]] | None:
    kind, content = "message", []
    for line in frame.split(b"\n"):
        name, _, value = line.partition(b":")
        if name == b"event":
            kind = value.strip().decode("utf-8", "replace")
        elif name == b"data":
            content.append(value.removeprefix(b" "))
        elif name and not line.startswith(b":"):
            raise Unreadable("not a stream of events")
    if not content:
        return None
    return kind, object_of(b"\n".join(content))


def object_of(content: bytes) -> dict[str, Any]:
    """A JSON object.

    :raises Unreadable: it is none.
    """
    try:
        data = json.loads(content)
    except ValueError as error:
        raise Unreadable("not JSON") from error
    if not isinstance(data, dict):
        raise Unreadable("not an object")
    return data
