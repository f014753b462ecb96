"""The teller: a model's words on their way to a caller that can take them as they come.

One sentence is always held back. A model that means to act often says so first; held back, "I'll turn it on" is
dropped when the call comes, and the receipts speak. Pseudonyms are whole within a sentence, so this puts them back.
"""

import re
from collections.abc import AsyncIterable, Callable

from pydantic_ai import RunContext
from pydantic_ai.messages import (
    AgentStreamEvent,
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ToolCallPart,
)

from bridge.tiers.cloud.job import Job

_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])")


class Teller:
    """Hands on whole sentences, one late."""

    def __init__(self, tell: Callable[[str], None], show: Callable[[str], str]) -> None:
        self._tell = tell
        self._show = show
        self._held = ""

    async def listen(self, _ctx: RunContext[Job], events: AsyncIterable[AgentStreamEvent]) -> None:
        """Follow one answer of the model; pydantic-ai calls it."""
        self._held = ""
        async for event in events:
            if isinstance(event, PartStartEvent) and isinstance(event.part, ToolCallPart):
                self._held = ""
            elif isinstance(event, PartStartEvent) and isinstance(event.part, TextPart):
                self._take(event.part.content)
            elif isinstance(event, PartDeltaEvent) and isinstance(event.delta, TextPartDelta):
                self._take(event.delta.content_delta)

    def _take(self, words: str) -> None:
        self._held += words
        ends = [found.end() for found in _END.finditer(self._held)]
        # The last whole sentence stays, with what has begun behind it.
        if len(ends) > 1:
            self._tell(self._show(self._held[: ends[-2]]))
            self._held = self._held[ends[-2] :]
