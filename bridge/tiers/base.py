"""The Tier interface: what every way of understanding a request gives."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from actions.call import ToolCall
from actions.home import Home
from actions.registry import Registry


class Kind(StrEnum):
    """What a tier made of a request."""

    CALLS = "calls"
    """Tool calls to carry out (questions about the home among them)."""
    ANSWER = "answer"
    """Something to say; nothing to do."""
    QUESTION = "question"
    """Something to ask back before anything is done."""
    NOTHING = "nothing"
    """Not understood, or cannot be done; `say` may hold the reason."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What was said, and from where."""

    text: str
    language: str = "en"
    """BCP 47, as the caller gave it: "en", "de", "pt-BR"."""
    area: str | None = None
    """Area id of the room that it was said in."""
    device: str | None = None
    """Name of the device that it was said to."""
    speak: Callable[[str], None] | None = None
    """Takes each piece of an answer as it comes; None when the caller waits for the whole."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """One tier's reading of one utterance."""

    kind: Kind
    confidence: float = 0.0
    """Probability that carrying this out is what was meant, 0 to 1."""
    calls: tuple[ToolCall, ...] = ()
    say: str = ""
    """The answer or the question."""
    options: tuple[str, ...] = ()
    """The choices of a question."""
    nearest: tuple[str, ...] = ()
    """For NOTHING: sentences that it would have understood."""
    responses: tuple[str | None, ...] = ()
    """For each call, the key of the reply in the language's own texts ("lights_area"), if known."""
    trace: dict[str, Any] = field(default_factory=dict)
    """What the record should keep of how this came about; JSON. `cost`: what it cost, in US dollars."""


class Tier(Protocol):
    """A way of understanding: grammar, small or cloud."""

    name: str

    async def understand(self, utterance: Utterance, home: Home, registry: Registry) -> Understanding:
        """Read one utterance. Never raises for what a person may say; never acts."""
