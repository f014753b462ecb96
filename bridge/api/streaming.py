"""POST /v1/ask with `Accept: text/event-stream`: what there is to tell before the reply, then the reply."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import structlog

from actions.errors import HearthError
from bridge.api.errors import body
from bridge.api.sse import frame
from bridge.devices import Device
from bridge.exchange import Asked
from bridge.reply import Reply
from bridge.turns import Turns

log = structlog.get_logger()


async def asking(turns: Turns, asked: Asked, device: Device) -> AsyncIterator[str]:
    """The events of one request: `text`, `calls`, and last `reply` or `error`.

    A caller that leaves does not end the work: it is recorded, and can be fetched.
    """
    told: asyncio.Queue[tuple[str, Any] | None] = asyncio.Queue()
    way = replace(asked.way, tell=lambda kind, data: told.put_nowait((kind, data)))
    task = asyncio.create_task(turns.ask(replace(asked, way=way), device))

    def ended(task: asyncio.Task[Reply]) -> None:
        if not task.cancelled():
            task.exception()
        told.put_nowait(None)

    task.add_done_callback(ended)
    while (news := await told.get()) is not None:
        kind, data = news
        yield frame(kind, data if isinstance(data, dict) else {kind: data})
    yield _last(task)


def _last(task: asyncio.Task[Reply]) -> str:
    try:
        return frame("reply", task.result().model_dump_json())
    except HearthError as error:
        return frame("error", body(error.code, error.message, error.hint))
    except Exception as error:
        log.error("unexpected", exc_info=error)
        return frame("error", body("internal_error", "Something went wrong in the bridge", "It was logged."))
