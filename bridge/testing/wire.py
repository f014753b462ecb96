"""What the vendors' formats have in common: a usage, server-sent events, and one wire per vendor."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bridge.testing.script import Answer, Fault

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one answer."""

    input: int
    cached: int
    output: int


@dataclass(frozen=True, slots=True)
class Failure:
    """An error answer: HTTP status, the vendor's own kind, and words."""

    status: int
    kind: str
    message: str


class Wire(Protocol):
    """One vendor's format."""

    vendor: str
    event_stream: bool
    """Server-sent events; else a JSON object a line."""

    def body(self, answer: Answer, usage: Usage, model: str) -> Json:
        """A whole answer."""

    def events(self, answer: Answer, usage: Usage, model: str) -> Iterator[bytes]:
        """The same, streamed."""

    def error(self, failure: Failure) -> Json:
        """The body of an error."""


FAILURES: Mapping[Fault, Failure] = {
    Fault.RATE_LIMIT: Failure(429, "rate_limit", "Rate limit reached for requests"),
    Fault.QUOTA: Failure(429, "quota", "You exceeded your current quota, please check your plan"),
    Fault.ERROR: Failure(500, "server", "The server had an error while processing your request"),
    Fault.OVERLOADED: Failure(529, "overloaded", "Overloaded"),
    Fault.WRONG_KEY: Failure(401, "auth", "Incorrect API key provided"),
    Fault.NO_MODEL: Failure(404, "not_found", "The model does not exist or you do not have access to it"),
    Fault.TOO_LONG: Failure(400, "too_long", "This model's maximum context length is 8192 tokens"),
    Fault.BAD_IMAGE: Failure(400, "bad_image", "Could not process image"),
    Fault.ERROR_IN_200: Failure(200, "server", "Provider returned error"),
}


def arguments_of(answer: Answer, arguments: Mapping[str, Any]) -> str:
    """A call's arguments as JSON text; cut off where the answer says so."""
    text = json.dumps(arguments, ensure_ascii=False)
    return text[: max(1, len(text) // 2)] if answer.fault is Fault.BAD_JSON else text


def pieces(text: str, size: int = 12) -> Iterator[str]:
    """A text in the pieces that a stream has."""
    for start in range(0, len(text), size):
        yield text[start : start + size]


def event(data: Json | str, name: str | None = None) -> bytes:
    """One server-sent event."""
    content = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {content}\n\n".encode()
