"""The small tier: the project's own model, which can only point at what is in the home."""

import asyncio
import time
from collections import OrderedDict
from dataclasses import replace
from typing import Any

from actions.action import Risk
from actions.home import Home
from actions.registry import Registry
from bridge.tiers.base import Kind, Understanding, Utterance
from bridge.tiers.small.confidence import marks_of, probability, readable, threshold
from bridge.tiers.small.errors import ModelError
from bridge.tiers.small.features import Context
from bridge.tiers.small.labels import Reject
from bridge.tiers.small.memory import Memory
from bridge.tiers.small.model import Model
from bridge.tiers.small.reading import Part, Reader, Reading

_UNSURE = 0.49
"""The most that is said of a reading below the threshold: the bridge acts on one half and more."""
_MEMORIES, _KNOWN = 8, 4096
_LONGEST = 600
"""Characters; longer texts are not kept, so that what people send cannot fill the memory."""
_COMMAND, _NOT_LATER = "conversation_command", "I cannot do things later yet, only at once."
_LEFT = {
    Reject.MISSING: "I did not find what “{}” is about",
    Reject.CANNOT: "that cannot be done: “{}”",
    Reject.ELSEWHERE: "I can do nothing about “{}”",
    Reject.UNCLEAR: "I did not understand “{}”",
}
Key = tuple[str, str, str, str, str | None, str]


class SmallTier:
    """Grounds a request in the home in milliseconds, and knows when it is unsure."""

    name = "small"

    def __init__(self, model: Model, *, later: bool = True) -> None:
        """:param later: whether commands for later can be carried out; if not, they are said to be for later.

        :raises ModelError: nothing tells how sure the model is.
        """
        self._later = later
        if not readable(model.calibration):
            raise ModelError(
                f"The model {model.version} is not calibrated, or by another version",
                hint="coreml-export calibrate --model FOLDER",
            )
        self.model = model
        self._reader = Reader(model)
        self._memories: OrderedDict[tuple[str, str], Memory] = OrderedDict()
        self._known: OrderedDict[Key, Understanding] = OrderedDict()

    @property
    def version(self) -> str:
        """Of its model."""
        return self.model.version

    async def understand(self, utterance: Utterance, home: Home, registry: Registry) -> Understanding:
        """Read one utterance. Never raises for what a person may say; never acts."""
        key = _key(utterance, home, registry)
        known = self._known.get(key) if key else None
        if known is not None:
            return known
        memory = self._memories.get((home.version, registry.version))
        if memory is None:
            # A large home takes a second; other requests go on meanwhile.
            memory = await asyncio.to_thread(self.remember, home, registry)
        since = time.perf_counter()
        context = Context(utterance.language, utterance.area, utterance.previous)
        reading = self._reader.read(utterance.text, home, registry, memory, context)
        understood = self._told(utterance, reading)
        trace = {**understood.trace, "ms": round((time.perf_counter() - since) * 1000, 2)}
        understood = replace(understood, trace=trace)
        if key is not None:
            self._known[key] = understood
            if len(self._known) > _KNOWN:
                self._known.popitem(last=False)
        return understood

    def remember(self, home: Home, registry: Registry) -> Memory:
        """Embed a home's rows and keep them."""
        memory = Memory.of(home, registry)
        self.model.remember(memory)
        self._memories[home.version, registry.version] = memory
        if len(self._memories) > _MEMORIES:
            self._memories.popitem(last=False)
        return memory

    def _told(self, utterance: Utterance, reading: Reading) -> Understanding:
        trace: dict[str, Any] = {"model": self.model.version, "parts": [_trace(part) for part in reading.parts]}
        if reading.problem:
            return Understanding(Kind.NOTHING, trace={**trace, "reason": reading.problem})
        chance = probability(marks_of(reading, utterance.language), self.model.calibration)
        asked = [part for part in reading.parts if part.call is not None and part.problem not in set(Reject)]
        sensitive = any(part.risk is Risk.SENSITIVE for part in asked)
        least = threshold(self.model.calibration, utterance.language, sensitive=sensitive)
        trace |= {"probability": round(chance, 4), "threshold": least}
        confidence = round(chance, 4) if chance >= least else round(min(chance, _UNSURE), 4)
        if not asked:
            reason = reading.parts[0].problem if reading.parts else "empty"
            return Understanding(Kind.NOTHING, confidence, trace={**trace, "reason": reason})
        if not self._later and any(_COMMAND in part.call.arguments for part in asked if part.call is not None):
            return Understanding(Kind.NOTHING, confidence, say=_NOT_LATER, trace={**trace, "reason": "delayed"})
        left = [part for part in reading.parts if part not in asked]
        say = "; ".join(_left(part, utterance.text, reading) for part in left)
        calls = tuple(part.call for part in asked if part.call is not None)
        return Understanding(
            Kind.CALLS, confidence, calls, say=f"{say[0].upper()}{say[1:]}." if say else "", trace=trace
        )


def _key(utterance: Utterance, home: Home, registry: Registry) -> Key | None:
    if len(utterance.text) > _LONGEST:
        return None
    previous = repr(utterance.previous) if utterance.previous else ""
    return home.version, registry.version, utterance.text, utterance.language, utterance.area, previous


def _left(part: Part, text: str, reading: Reading) -> str:
    words = reading.words
    said = text[words[part.first].start : words[part.last].end]
    reason = Reject(part.problem) if part.problem in set(Reject) else Reject.CANNOT
    return _LEFT[reason].format(said)


def _trace(part: Part) -> dict[str, Any]:
    return {
        "action": part.name,
        "chance": round(part.chance, 4),
        **({"problem": part.problem} if part.problem else {}),
        **({"call": part.call.model_dump(exclude_defaults=True)} if part.call else {}),
    }
