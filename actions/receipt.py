"""A Receipt: what became of one act on one target, read back from the world."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict


class Status(StrEnum):
    """Where an act stands."""

    INTENDED = "intended"
    """Written before the act."""
    DONE = "done"
    """The state that it should bring about was seen."""
    FAILED = "failed"
    """It was not carried out, for a known reason."""
    UNKNOWN = "unknown"
    """It went out, but its effect was not seen."""

    @property
    def settled(self) -> bool:
        """Whether nothing more is expected."""
        return self is not Status.INTENDED


class Receipt(BaseModel):
    """One act on one target."""

    model_config = ConfigDict(frozen=True)

    id: str
    """Unique within the service; where a phone acts, this is the action id that it reports on."""
    action: str
    """Name of the registry's action."""
    service: str | None = None
    """The Home Assistant service that was called."""
    target: str | None = None
    """Entity id; null for an act without one (a timer)."""
    name: str
    """The target's name for a person."""
    status: Status
    reason: str | None = None
    """Stable code of why it failed or is unknown: unavailable, unsupported, timed_out, home_lost, ..."""
    detail: str | None = None
    """The same for a person."""
    before: dict[str, Any] | None = None
    """State and the attributes that matter, as they were; what undo restores."""
    after: dict[str, Any] | None = None
    """The same, as they were read back."""
