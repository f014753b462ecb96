"""A demo home for tests that does not make them wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from actions.demo import DemoHome
from actions.home import State

ROUNDS = 200
"""Of the event loop: the demo home at pace 0 shows a change within these, or never."""


class QuickHome(DemoHome):
    """The demo home, which shows at once what it will ever show."""

    def __init__(self) -> None:
        super().__init__(pace=0)

    async def wait_for(self, entity_id: str, met: Callable[[State], bool], timeout: float) -> bool:
        """Wait as long as the demo home needs, counted in rounds: on a busy machine seconds pass without any."""
        waiting = asyncio.ensure_future(super().wait_for(entity_id, met, timeout))
        try:
            for _ in range(ROUNDS):
                await asyncio.sleep(0)
                if waiting.done():
                    return waiting.result()
            return False
        finally:
            waiting.cancel()
