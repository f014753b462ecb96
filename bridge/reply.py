"""The reply to a request, as every caller gets it."""

from typing import Any

from pydantic import BaseModel

from actions.receipt import Receipt


class DeviceAction(BaseModel):
    """Something that the phone must do."""

    id: str
    kind: str
    args: dict[str, Any] = {}
    confirm: str | None = None


class Undo(BaseModel):
    """How to take a turn back."""

    turn_id: str


class Reply(BaseModel):
    """What to say, what to ask, what the phone must do, and what was done."""

    ok: bool = True
    turn_id: str
    say: str
    """One or two sentences for a person."""
    ask: str | None = None
    """A question to put to the person; the answer goes into the next request with this `turn_id`."""
    choices: list[str] = []
    """What may be answered, where it is a choice."""
    pending: bool = False
    """The work goes on: fetch the result with `GET /v1/turns/{turn_id}?wait=seconds`."""
    device_actions: list[DeviceAction] = []
    receipts: list[Receipt] = []
    tier: str | None = None
    """Which tier understood it."""
    decision: str | None = None
    undo: Undo | None = None
    warnings: list[str] = []
    timings_ms: dict[str, float] = {}
