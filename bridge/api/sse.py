"""Server-sent events."""

import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.responses import StreamingResponse

MEDIA_TYPE = "text/event-stream"


def frame(kind: str, data: str | dict[str, Any]) -> str:
    """One event; `data` is JSON, or becomes it."""
    content = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"event: {kind}\ndata: {content}\n\n"


def event_stream(frames: AsyncIterator[str]) -> StreamingResponse:
    """A response of events; proxies are told to hand each on at once."""
    return StreamingResponse(
        frames, media_type=MEDIA_TYPE, headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    )
