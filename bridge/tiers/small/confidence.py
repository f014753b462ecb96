"""Confidence: from what the heads say of a reading to a probability that it is right, and what is sure enough.

`calibration.json` holds, for the logistic model of `probability`: `marks` (the names of `marks_of`, in order),
`mean`, `scale` and `weights` (one a mark), `pairs` (for each mark the weights of its products with itself and those
after it) and `bias`; and `thresholds`, by language ("*" for all others) and risk ("reversible", "sensitive"), the
least probability that reached the stated precision on data of its own.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from actions.call import ToolCall
from bridge.tiers.small.labels import Reject
from bridge.tiers.small.reading import Part, Reading

_FLOOR = 1e-6
_FAR = 6.0
"""Standard deviations."""
_NOTHING = ToolCall(name="")
_QUESTIONS = ("HassGet", "HassClimateGet", "HassTimerStatus")


def marks_of(reading: Reading, language: str) -> dict[str, float]:
    """What tells how sure a reading is."""
    parts = reading.parts
    called = reading.calls
    logs = [math.log(max(_FLOOR, part.chance)) for part in parts]
    return {
        "all": sum(logs),
        "worst": min(logs, default=0.0),
        "action": _least(parts, "action", log=True),
        "slots": _least(parts, "slots", log=True),
        "boundary": _least(parts, "boundary", log=True),
        "runner_up": max((part.marks.get("runner_up", 0) for part in parts), default=0),
        "rejected": max((part.marks.get("rejected", 0) for part in called), default=0),
        "name_said": _least(called, "name_said"),
        "place_said": _least(called, "place_said"),
        "thing_left": max((part.marks.get("thing_left", 0) for part in called), default=0),
        "refused": float(sum(bool(part.problem) and part.problem not in set(Reject) for part in parts)),
        "not_called": float(len(parts) - len(called)),
        "calls": math.log(1 + len(called)),
        "words": math.log(1 + len(reading.words)),
        "unused_values": float(_unused(reading)),
        "unused_times": float(_unused_times(reading)),
        "timer": float(any("Timer" in part.name for part in called)),
        "later": float(any("conversation_command" in (part.call or _NOTHING).arguments for part in called)),
        "follows": float(reading.follows),
        "own": float(any(not part.name.startswith("Hass") for part in called)),
        "many": float(any(part.marks.get("many") for part in called)),
        "question": float(any(part.name.startswith(_QUESTIONS) for part in called)),
        "foreign": float(not language.startswith("en")),
    }


def readable(calibration: Mapping[str, Any]) -> bool:
    """Whether a calibration is one that this version can go by."""
    parts = {"marks", "mean", "scale", "weights", "pairs", "bias", "thresholds"}
    return parts <= calibration.keys() and set(calibration["marks"]) <= marks_of(Reading([], []), "en").keys()


def standardised(marks: Mapping[str, float], calibration: Mapping[str, Any]) -> list[float]:
    """Marks in order, each as how far it is from its mean; a far one counts no more than `_FAR`."""
    return [
        max(-_FAR, min(_FAR, (marks[name] - mean) / scale))
        for name, mean, scale in zip(calibration["marks"], calibration["mean"], calibration["scale"], strict=True)
    ]


def probability(marks: Mapping[str, float], calibration: Mapping[str, Any]) -> float:
    """The probability that a reading with these marks is right."""
    far = standardised(marks, calibration)
    score = float(calibration["bias"]) + sum(
        weight * value for weight, value in zip(calibration["weights"], far, strict=True)
    )
    for index, row in enumerate(calibration["pairs"]):
        score += far[index] * sum(weight * value for weight, value in zip(row, far[index:], strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def threshold(calibration: Mapping[str, Any], language: str, *, sensitive: bool) -> float:
    """The least probability that is sure enough to act on."""
    known = calibration["thresholds"]
    row = known.get(language.partition("-")[0].lower(), known["*"])
    return float(row["sensitive" if sensitive else "reversible"])


def _least(parts: Sequence[Part], key: str, *, log: bool = False) -> float:
    values = [part.marks[key] for part in parts if key in part.marks]
    least = min(values, default=1.0)
    return math.log(max(_FLOOR, least)) if log else least


def _unused_times(reading: Reading) -> int:
    """Durations that no call took."""
    calls = [part.call.arguments for part in reading.calls if part.call is not None]

    def taken(length: Mapping[str, int]) -> bool:
        return any(
            all(arguments.get(prefix + unit) == amount for unit, amount in length.items())
            for arguments in calls
            for prefix in ("", "start_")
        )

    return sum(isinstance(value.value, dict) and not taken(value.value) for value in reading.values)


def _unused(reading: Reading) -> int:
    """Values within parts that are called for, that no call took."""
    taken: list[Any] = []
    for part in reading.calls:
        if part.call is not None:
            taken += [abs(v) if isinstance(v, int | float) else v for v in part.call.arguments.values()]
    return sum(value.value not in taken and not isinstance(value.value, dict) for value in reading.values)
