"""Outcomes: what predictions were worth, case by case."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bridge.evaluation.judge import right
from bridge.evaluation.predict import BadEvaluation, Case, Scene

Call = Mapping[str, Any]
OWN = "own action"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case with what was predicted for it."""

    id: str
    utterance: str
    language: str
    source: str
    kind: str
    """What is right: action, query or unsupported."""
    right: bool
    """Whether just what is right was called; to abstain is right where nothing may be called."""
    answered: bool
    """Whether something was called, surely enough."""
    proposed: bool
    """Whether there were calls at all, sure or not."""
    sound: bool
    """Whether those calls were right."""
    confidence: float
    latency_ms: float | None
    wanted: tuple[Call, ...]
    called: tuple[Call, ...]
    """The calls that were proposed."""

    @property
    def harm(self) -> bool:
        """Whether something was called that is not right."""
        return self.answered and not self.right


def outcomes(
    homes: Iterable[Mapping[str, Any]], cases: Iterable[Case], predictions: Iterable[Mapping[str, Any]]
) -> list[Outcome]:
    """The outcome of each case; one that nothing was predicted for counts as abstained.

    :raises BadEvaluation: a home is missing, or a prediction cannot be read or is there twice.
    """
    made = {home["id"]: home for home in homes}
    by_id = _by_id(predictions)
    scenes: dict[str, Scene] = {}
    found = []
    for case in cases:
        name = case["home_ref"]
        if name not in made:
            raise BadEvaluation(f"The case {case['id']} is said in the home {name}, which no file has")
        scene = scenes.get(name) or scenes.setdefault(name, Scene.of(made[name]))
        scene.stand(case.get("state") or {})
        found.append(_outcome(case, by_id.get(case["id"], {}), scene))
    return found


def names(calls: Sequence[Call]) -> list[str]:
    """What calls are for; own actions, which each home has others of, under one name."""
    return [str(call.get("intent") or OWN) for call in calls]


def _by_id(predictions: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    by_id: dict[str, Mapping[str, Any]] = {}
    for prediction in predictions:
        if not isinstance(prediction, dict) or "id" not in prediction:
            raise BadEvaluation("A prediction has no id")
        if prediction["id"] in by_id:
            raise BadEvaluation(f"The case {prediction['id']} is predicted twice")
        by_id[prediction["id"]] = prediction
    return by_id


def _outcome(case: Case, prediction: Mapping[str, Any], scene: Scene) -> Outcome:
    expected = case["expected"]
    try:
        calls = tuple(prediction.get("calls") or ())
        answered = bool(calls) and not prediction.get("abstain")
        sound = right(case, calls, scene)
        return Outcome(
            id=case["id"],
            utterance=case["utterance"],
            language=case.get("lang") or "en",
            source=case["source"],
            kind=expected["kind"],
            right=sound if answered else right(case, (), scene),
            answered=answered,
            proposed=bool(calls),
            sound=sound,
            confidence=float(prediction.get("confidence", 1.0)),
            latency_ms=prediction.get("latency_ms"),
            wanted=tuple(expected["calls"]),
            called=calls,
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadEvaluation(f"The case {case['id']} or its prediction cannot be read: {error!r}") from error
