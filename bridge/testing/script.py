"""The script: what the stand-in vendors answer, and what they were asked."""

import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """What goes wrong with an answer."""

    RATE_LIMIT = "rate_limit"
    QUOTA = "quota"
    ERROR = "error"
    OVERLOADED = "overloaded"
    HANG = "hang"
    """No answer, ever; the connection stays open."""
    HALF = "half"
    """The answer breaks off in the middle."""
    BAD_JSON = "bad_json"
    """The arguments of each call are cut off."""
    CUT = "cut"
    """The model stopped at its token limit."""
    EMPTY = "empty"
    REFUSAL = "refusal"
    ERROR_IN_200 = "error_in_200"
    WRONG_KEY = "wrong_key"
    NO_MODEL = "no_model"
    TOO_LONG = "too_long"
    BAD_IMAGE = "bad_image"
    NOT_JSON = "not_json"
    """A web page, as a proxy in between would send."""


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call of an answer."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model answers."""

    text: str = ""
    calls: tuple[Call, ...] = ()
    fault: Fault | None = None
    retry_after: float | None = None
    """Seconds, for `RATE_LIMIT`."""
    delay_s: float = 0.0
    """How long the model takes."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as a vendor got it."""

    vendor: str
    path: str
    headers: Mapping[str, str]
    raw: bytes
    body: Mapping[str, Any]
    model: str
    streams: bool

    @property
    def text(self) -> str:
        """The whole body as text."""
        return self.raw.decode("utf-8", "replace")

    @property
    def prompt(self) -> str:
        """What counts for the cache: tools first, then everything said, in order."""
        body = self.body
        tools = body.get("tools") or []
        system = body.get("system") or body.get("systemInstruction") or body.get("instructions") or ""
        said = body.get("messages") or body.get("contents") or body.get("input") or []
        return "".join(
            json.dumps(part, ensure_ascii=False, separators=(",", ":")) for part in (tools, system, said)
        )


Next = Answer | Callable[[Seen], Answer]


class Script:
    """Answers in order; the last one again and again, unless it is told to run out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: deque[Next] = deque()
        self._otherwise: Next = Answer(fault=Fault.ERROR)
        self.seen: list[Seen] = []
        """What was asked, oldest first."""

    def play(self, *answers: Next, otherwise: Next | None = None) -> None:
        """Answer these in turn, then `otherwise`; forgets what was asked before."""
        with self._lock:
            self._answers = deque(answers)
            self._otherwise = otherwise or Answer(fault=Fault.ERROR)
            self.seen = []

    def answer(self, seen: Seen) -> Answer:
        """The next answer."""
        with self._lock:
            self.seen.append(seen)
            step = self._answers.popleft() if self._answers else self._otherwise
        return step if isinstance(step, Answer) else step(seen)
