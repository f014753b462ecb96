"""The interface to a home, which the Home Assistant link and the demo home both implement."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from actions.home import Home, State


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """One call as it goes out: always with explicit targets, or none where the service takes none."""

    domain: str
    service: str
    targets: tuple[str, ...] = ()
    """Entity ids. Never an area or "all": what is called is what was resolved."""
    data: Mapping[str, Any] = field(default_factory=dict)
    answers: bool = False
    """Ask for the service's response data."""
    ticket: str | None = None
    """Of a request that came through our integration in Home Assistant: the call is made in that person's name."""

    @property
    def name(self) -> str:
        """`light.turn_on`."""
        return f"{self.domain}.{self.service}"


class HomeLink(Protocol):
    """A home that can be seen and acted on."""

    @property
    def home(self) -> Home:
        """The live snapshot.

        :raises HomeUnreachable: nothing was ever loaded, or the home is away.
        :raises HomeAuthFailed: the token was refused.
        """

    @property
    def connected(self) -> bool:
        """Whether calls can go out now."""

    async def start(self) -> None:
        """Begin to connect, and keep connected until `stop`; returns at once."""

    async def stop(self) -> None:
        """Close the connection and end every task."""

    async def ready(self, timeout: float) -> bool:
        """Wait until the first snapshot is loaded; False after `timeout` seconds."""

    async def call(self, call: ServiceCall) -> Mapping[str, Any]:
        """Send one call; returns the service's response data, {} when it has none.

        Success means that the home accepted it, not that anything changed: read back with `wait_for`.

        :raises HomeUnreachable: not connected; nothing was sent.
        :raises HomeRefused: the home answered with an error.
        :raises HomeLost: the connection broke, or no answer came in time: the outcome is unknown.
        """

    async def wait_for(self, entity_id: str, met: Callable[[State], bool], timeout: float) -> bool:
        """Wait until the entity's state satisfies `met`; False after `timeout` seconds.

        Looks at the present state first. Goes on over a reconnect.
        """


@runtime_checkable
class EventSource(Protocol):
    """A home that tells of its events."""

    def on_event(self, event_type: str, listener: Callable[[Mapping[str, Any]], None]) -> None:
        """Call `listener` with the data of each such event, from the next connection on; it must be quick."""


@runtime_checkable
class CameraSource(Protocol):
    """A home whose cameras can be looked through."""

    async def snapshot(self, entity_id: str) -> bytes:
        """A picture of now, as the camera gives it.

        :raises HomeError: the camera gives none.
        """
