"""An exchange: one request of a turn while it is worked on."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from actions.call import ToolCall
from actions.home import Home
from actions.ids import new_id
from actions.plan import Plan
from actions.policy import Trust
from actions.receipt import Receipt
from actions.registry import Registry
from actions.validation import Problem
from bridge.devices import Device
from bridge.phone.side import NO_PHONE, PhoneSide
from bridge.reply import Reply
from bridge.store.tables import now
from bridge.tiers.base import NOTHING_ENCLOSED, Enclosed, Said


@dataclass(frozen=True, slots=True)
class Way:
    """How the caller wants a request to be worked on; not a part of what was asked."""

    ticket: str | None = None
    """See `ServiceCall.ticket`."""
    read_only: bool = False
    """Answer only; do nothing."""
    without: frozenset[str] = frozenset()
    """Names of tiers that are not asked."""
    tell: Callable[[str, Any], None] | None = None
    """Takes what there is before the reply: `text` (a piece of the answer), `calls` (what is about to be done)."""

    def speak(self) -> Callable[[str], None] | None:
        """Takes each piece of an answer as it comes; None when the caller waits for the whole."""
        tell = self.tell
        if tell is None:
            return None
        return lambda piece: tell("text", {"text": piece})


def words_only(take: Callable[[str], None]) -> Callable[[str, Any], None]:
    """`Way.tell` for who wants the words of the answer and nothing else."""

    def tell(kind: str, data: Any) -> None:
        if kind == "text":
            take(data["text"])

    return tell


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, checked."""

    text: str
    turn_id: str | None = None
    area: str | None = None
    language: str = "en"
    deadline_s: float = 8.0
    idempotency_key: str | None = None
    record: Mapping[str, Any] | None = None
    """What the record keeps of the request, beside the text."""
    calls: tuple[ToolCall, ...] | None = None
    """Tool calls of a program's own model; then nothing is understood, only carried out."""
    phone: PhoneSide = NO_PHONE
    """The phone that it comes from, or is for."""
    enclosed: Enclosed = NOTHING_ENCLOSED
    history: tuple[Said, ...] = ()
    """What was said before, where the caller keeps the conversation itself."""
    way: Way = field(default_factory=Way)
    """How it is to be worked on."""


@dataclass(slots=True)
class Pending:
    """What the next request of a turn may settle: a plan to confirm, or a choice to make."""

    kind: str
    """`confirm`, `choice`, `cloud` (may a model be asked?) or `talk` (a model asked something)."""
    calls: list[ToolCall]
    language: str
    keys: list[str | None] = field(default_factory=list)
    area: str | None = None
    fingerprint: str = ""
    """For `confirm`: what exactly was shown to the person."""
    problem: Problem | None = None
    """For `choice`: the question."""
    call_index: int = 0
    device: str | None = None
    """Name of the phone that the program wants it done on."""
    text: str = ""
    """For `cloud`: what was said."""
    trust: str = Trust.FULL

    def dump(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "kind": self.kind,
            "calls": [call.model_dump() for call in self.calls],
            "language": self.language,
            "keys": self.keys,
            "area": self.area,
            "fingerprint": self.fingerprint,
            "problem": self.problem.model_dump() if self.problem else None,
            "call_index": self.call_index,
            "device": self.device,
            "text": self.text,
            "trust": self.trust,
        }

    @classmethod
    def load(cls, data: dict[str, Any]) -> "Pending":
        """From JSON."""
        problem = Problem.model_validate(data["problem"]) if data["problem"] else None
        calls = [ToolCall.model_validate(call) for call in data["calls"]]
        return cls(**{**data, "calls": calls, "problem": problem})


@dataclass(slots=True)
class Exchange:
    """One request and all that becomes of it."""

    id: str
    turn: str
    device: Device
    request: dict[str, Any]
    """What is recorded of the request."""
    fingerprint: str
    new_turn: bool
    language: str
    area: str | None = None
    phone: PhoneSide = NO_PHONE
    way: Way = field(default_factory=Way)
    idempotency_key: str | None = None
    created: datetime = field(default_factory=now)
    started: float = field(default_factory=time.perf_counter)
    home: Home | None = None
    registry: Registry | None = None
    tiers: list[dict[str, Any]] = field(default_factory=list)
    tier: str | None = None
    plan: Plan | None = None
    keys: list[str | None] = field(default_factory=list)
    """Reply texts that the tier chose, a call each."""
    receipts: dict[str, Receipt] = field(default_factory=dict)
    decision: str | None = None
    pending: Pending | None = None
    """Left behind for the next request."""
    stored: bool = False
    overdue: bool = False
    """The caller was told `pending`; receipts are written as they come."""
    reply: Reply | None = None
    trust: Trust = Trust.FULL
    """How far what was understood is trusted."""
    agreed: bool = False
    """The person lets a cloud model be asked."""
    talk: bool = False
    """It answers a cloud model's question."""
    warnings: list[str] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)

    def lap(self, name: str, since: float) -> float:
        """Note the milliseconds since `since`; returns the time now."""
        present = time.perf_counter()
        self.timings[name] = round((present - since) * 1000, 3)
        return present


def begin(asked: Asked, device: Device) -> Exchange:
    """The exchange for a request, with the record of it and a fingerprint to know a retry by."""
    request = {"text": asked.text, "language": asked.language, "area": asked.area, **(asked.record or {})}
    if asked.calls is not None:
        request["calls"] = [call.model_dump() for call in asked.calls]
    return Exchange(
        id=new_id(),
        turn=asked.turn_id or new_id(),
        device=device,
        request=request,
        fingerprint=_fingerprint(request, asked) if asked.idempotency_key is not None else "",
        new_turn=asked.turn_id is None,
        language=asked.language,
        phone=asked.phone,
        way=asked.way,
        idempotency_key=asked.idempotency_key,
    )


def _fingerprint(request: Mapping[str, Any], asked: Asked) -> str:
    way = [asked.way.read_only, sorted(asked.way.without)]
    body = json.dumps([request, asked.turn_id, way], sort_keys=True, default=str)
    return hashlib.sha256(body.encode()).hexdigest()
