"""The interface of every way to wake a phone."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

DISPATCHER = "Hearth Dispatcher"
"""The one shortcut that is run: it fetches what is due."""


class Way(StrEnum):
    """What must happen on the phone's side before the dispatcher runs."""

    AUTOMATION = "automation"
    """Nothing: an automation runs it when the notification comes (iOS 27). It is imported switched off."""
    SERVER = "server"
    """Nothing: an app in the foreground of a spare device runs it."""
    TAP = "tap"
    """Somebody taps the notification."""


@dataclass(frozen=True, slots=True)
class Doorbell:
    """A push: that something is due, and not what. It passes through the servers of Apple and others."""

    turn: str
    """Comes back with results, where a way has them."""
    title: str = "Hearthbridge"
    text: str = "Something is waiting for this phone. Tap to do it."


@dataclass(frozen=True, slots=True)
class PushOutcome:
    """What became of the push itself; what the phone did is told by the phone."""

    sent: bool
    code: str = ""
    """Stable reason where it was not sent: push_unreachable, push_refused, push_limited."""
    detail: str = ""
    unclear: bool = False
    """It may have gone out: no other way may be tried, or the phone is rung twice."""


class PushTransport(Protocol):
    """One way to wake one phone."""

    @property
    def name(self) -> str:
        """For receipts: the service and the way."""

    @property
    def way(self) -> Way:
        """What must happen before the dispatcher runs."""

    async def push(self, bell: Doorbell) -> PushOutcome:
        """Ring; never raises for what networks and servers do."""
