"""Judging: whether calls mean the same as those that are right."""

from collections.abc import Mapping, Sequence
from typing import Any

from actions.call import ToolCall
from actions.text import normalise
from bridge.evaluation.predict import Scene
from bridge.tiers.small.labels import SHOPPING
from bridge.tiers.trial import trial

_SELECTORS = frozenset({"name", "area", "floor", "domain", "device_class", "media_class"})
_SECONDS = {"hours": 3600, "minutes": 60, "seconds": 1}
_FREE = frozenset({"item", "message", "search_query", "conversation_command", "name"})
Canonical = tuple[str, list[str], list[tuple[str, str]]]


def right(case: Mapping[str, Any], called: Sequence[Mapping[str, Any]], scene: Scene) -> bool:
    """Whether just what is right was called: the same things, with the same values.

    :param called: calls as a prediction has them.
    """
    expected = case["expected"]
    area = (case.get("context") or {}).get("area")
    if expected["kind"] == "unsupported":
        return not called
    made = sorted(_canonical(call, scene, area) for call in called)
    choices = [expected["calls"], *expected.get("alternatives", [])]
    return any(made == sorted(_canonical(call, scene, area) for call in choice) for choice in choices)


def _canonical(call: Mapping[str, Any], scene: Scene, area: str | None) -> Canonical:
    name = call.get("intent") or call["action"]
    slots = {key: value[0] if isinstance(value, list) else value for key, value in call["slots"].items()}
    timer = "Timer" in name
    targets = call.get("targets")
    if targets is None and not timer:
        targets = trial(ToolCall(name=name, arguments=slots), scene.registry, scene.home, area).targets
    skipped = () if timer else _SELECTORS
    slots = _timed(slots) if timer else slots
    values = sorted((key, _plain(key, value)) for key, value in slots.items() if key not in skipped)
    return SHOPPING.get(name, name), sorted(set(targets or ())), values


def _timed(slots: Mapping[str, Any]) -> dict[str, Any]:
    """Durations in seconds: 90 minutes are an hour and a half."""
    made = {key: value for key, value in slots.items() if key.removeprefix("start_") not in _SECONDS}
    for prefix in ("", "start_"):
        length = sum(float(slots.get(prefix + unit, 0)) * seconds for unit, seconds in _SECONDS.items())
        if length:
            made[prefix + "seconds"] = length
    return made


def _plain(key: str, value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{float(value):.2f}"
    return normalise(str(value)) if key in _FREE else str(value).replace(" ", "").casefold()
