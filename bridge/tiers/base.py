"""The Tier interface: what every way of understanding a request gives."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from actions.call import ToolCall
from actions.home import Home
from actions.registry import Registry

SURE = 0.5
"""Below this confidence the next tier is asked too, and nothing is done without a yes."""


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
class Enclosed:
    """What came with the words: a picture or PDF as bytes, the address of a page, the clipboard."""

    image: bytes | None = None
    url: str | None = None
    clipboard: str | None = None

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.image or self.url or self.clipboard)


NOTHING_ENCLOSED = Enclosed()


@dataclass(frozen=True, slots=True)
class Said:
    """An earlier exchange of the same conversation."""

    text: str
    answer: str
    read: tuple[str, ...] = ()
    """What others may have written that the answer was made with; see `Understanding.read`."""


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds an utterance; tiers that read only words do not look at it."""

    turn: str = ""
    exchange: str = ""
    device: str = ""
    """Id of the device that asks."""
    until: float | None = None
    """By `time.perf_counter()`, when the caller wants a reply."""
    enclosed: Enclosed = NOTHING_ENCLOSED
    history: tuple[Said, ...] = ()
    tell: Callable[[str], None] | None = None
    """Takes the answer's words as they come, where the caller can."""


NO_CONTEXT = Context()


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
    previous: tuple[ToolCall, ...] = ()
    """What was called for just before, in the same turn."""
    context: Context = NO_CONTEXT


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
    read: tuple[str, ...] = ()
    """What others may have written that it was read with: "picture", "page", "states", ...; policy is wary then."""
    trace: dict[str, Any] = field(default_factory=dict)
    """What the record should keep of how this came about; JSON. `usd`: what it cost."""


class Tier(Protocol):
    """A way of understanding: grammar, small or cloud."""

    name: str

    async def understand(self, utterance: Utterance, home: Home, registry: Registry) -> Understanding:
        """Read one utterance. Never raises for what a person may say; never acts."""
