"""The feed: what happens in the bridge, for those who follow it as it happens."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

_MOST_BEHIND = 200
"""News that may wait for one follower; one that is further behind is let go, and may come again."""


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened."""

    kind: str
    """`turn`, `phone`, `unanswered` or `status`."""
    data: dict[str, Any]


Inbox: TypeAlias = asyncio.Queue[News | None]
"""News for one follower; None ends it."""


class Feed:
    """Hands news to every follower; keeps nothing."""

    def __init__(self) -> None:
        self._inboxes: set[Inbox] = set()
        self._closed = False

    @property
    def followed(self) -> bool:
        """Whether anybody listens."""
        return bool(self._inboxes)

    @contextmanager
    def follow(self) -> Iterator[Inbox]:
        """An inbox, from now until the end of the block."""
        inbox: Inbox = asyncio.Queue()
        if self._closed:
            inbox.put_nowait(None)
        self._inboxes.add(inbox)
        try:
            yield inbox
        finally:
            self._inboxes.discard(inbox)

    def publish(self, news: News) -> None:
        """Hand it to everybody; never waits."""
        for inbox in tuple(self._inboxes):
            if inbox.qsize() >= _MOST_BEHIND:
                self._inboxes.discard(inbox)
                inbox.put_nowait(None)
            else:
                inbox.put_nowait(news)

    def close(self) -> None:
        """End every follower: a server that stops must not wait for them."""
        self._closed = True
        for inbox in self._inboxes:
            inbox.put_nowait(None)
