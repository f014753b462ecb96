"""A ToolCall: a name and arguments, as a model gives them, before anything is believed."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class ToolCall(BaseModel):
    """One call as a tier or a vendor's model put it."""

    model_config = ConfigDict(frozen=True)

    name: str
    arguments: dict[str, Any] = Field(default_factory=dict)
    id: str | None = None
    """The vendor's id of this call, echoed in the answer to it."""
    unreadable: str | None = None
    """Why the arguments could not be read (malformed or truncated JSON); such a call is never performed."""
