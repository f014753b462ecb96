"""From a text to an Understanding."""

from dataclasses import dataclass
from typing import Any

from actions.call import ToolCall
from actions.home import Home
from actions.registry import Registry
from bridge.tiers.base import Kind, Understanding
from bridge.tiers.grammar.calls import call_of, entities_of
from bridge.tiers.grammar.compound import Compound, parts_of
from bridge.tiers.grammar.corpus import Corpus
from bridge.tiers.grammar.items import items_of
from bridge.tiers.grammar.names import Names
from bridge.tiers.grammar.reader import Reader
from bridge.tiers.grammar.reading import SPEAKS_ONLY, Reading, read
from bridge.tiers.grammar.texts import Texts
from bridge.tiers.grammar.unknown import find_unknown
from bridge.tiers.grammar.variants import unwrapped

_COMPOUND = 0.93
_UNKNOWN = 0.3
_COMMAND = "conversation_command"


@dataclass(frozen=True, slots=True)
class Scene:
    """What a text is understood in: a language, a home, what can be done, the room."""

    corpus: Corpus
    names: Names
    home: Home
    registry: Registry
    area: str | None
    """Chief name of the room."""


def understand(text: str, scene: Scene) -> Understanding:
    """Read a text. NOTHING comes with its `reason` in the trace and without nearest sentences."""
    reader = Reader(scene.corpus, scene.names, scene.area)
    readings = _readings(reader, text)
    if readings is None:
        return _unknown(text, scene) or nothing("work" if reader.spent else "no_match")
    delayed = next((r.match.slots[_COMMAND].text for r in readings if _COMMAND in r.match.slots), None)
    if delayed is not None:
        return nothing(
            "delayed", "I cannot do things later yet, only at once." if scene.corpus.language == "en" else ""
        )
    return _carried_out(readings, scene)


def nothing(reason: str, say: str = "", **more: Any) -> Understanding:
    """Not understood, and why."""
    return Understanding(Kind.NOTHING, say=say, trace={"reason": reason, **more})


def _unknown(text: str, scene: Scene) -> Understanding | None:
    """A call with a name that the home does not have, so that the resolver can ask for the right one."""
    if len(parts_of(text, scene.corpus.language)) > 1:
        return None
    unknown = find_unknown(text, scene.corpus, scene.names)
    if unknown is None or scene.registry.check(unknown.call)[1]:
        return None
    return Understanding(
        Kind.CALLS,
        confidence=_UNKNOWN,
        calls=(unknown.call,),
        responses=(unknown.response,),
        trace={"reason": "unknown_" + unknown.slot, "template": unknown.template},
    )


def _readings(reader: Reader, text: str) -> list[Reading] | None:
    whole = read(reader, text)
    if whole is not None and not _may_swallow(whole):
        return [whole]
    compound = Compound(reader, text).readings() or (
        Compound(reader, plain).readings() if (plain := unwrapped(text)) != text else None
    )
    if whole is None:
        return compound
    if compound and compound[0].match.intent == whole.match.intent and not any(r.match.free for r in compound[1:]):
        return compound
    return [whole]


def _may_swallow(reading: Reading) -> bool:
    """Whether free words at the end may hold another command: "announce dinner and turn off the TV"."""
    return _COMMAND not in reading.match.slots and any(" " in free for free in reading.match.free)


def _carried_out(readings: list[Reading], scene: Scene) -> Understanding:
    if len(readings) == 1 and readings[0].match.intent in SPEAKS_ONLY:
        return _spoken(readings[0], scene)
    calls: list[ToolCall] = []
    responses: list[str | None] = []
    confidence = _COMPOUND if len(readings) > 1 else 1.0
    least = 1.0
    for reading in readings:
        if reading.match.intent not in scene.registry:
            return nothing("not_in_registry", intent=reading.match.intent)
        for call in _calls(reading, scene):
            _, problems = scene.registry.check(call)
            if problems:
                return nothing("not_possible", intent=call.name, problem=problems[0].code, path=problems[0].path)
            calls.append(call)
            responses.append(reading.match.response)
        least = min(least, reading.confidence * _clear(reading, scene))
    return Understanding(
        Kind.CALLS,
        confidence=round(confidence * least, 3),
        calls=tuple(calls),
        responses=tuple(responses),
        trace={"matches": [_trace(reading) for reading in readings]},
    )


def _spoken(reading: Reading, scene: Scene) -> Understanding:
    texts = Texts(scene.corpus.language)
    say = texts.response(reading.match.intent, reading.match.response, slots={})
    return Understanding(Kind.ANSWER, reading.confidence, say=say or "", trace={"matches": [_trace(reading)]})


def _calls(reading: Reading, scene: Scene) -> list[ToolCall]:
    call = call_of(reading.match, scene.home, scene.registry)
    item = call.arguments.get("item")
    if not isinstance(item, str):
        return [call]
    items = items_of(item, scene.corpus.language)
    return [call.model_copy(update={"arguments": {**call.arguments, "item": each}}) for each in items]


def _clear(reading: Reading, scene: Scene) -> float:
    """Less where several things have the name and no place was said."""
    several = len(entities_of(reading.match, scene.home)) > 1
    return 0.7 if several and not {"area", "floor"} & set(reading.match.slots) else 1.0


def _trace(reading: Reading) -> dict[str, Any]:
    match = reading.match
    return {
        "text": reading.text,
        "intent": match.intent,
        "template": match.template,
        "response": match.response,
        "rivals": match.rivals,
    }
