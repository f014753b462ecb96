"""Calibration: fitting the probability that a reading is right, on cases that the network never saw."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actions.errors import HearthError
from bridge.evaluation.judge import right
from bridge.evaluation.predict import Scene, as_calls, utterance_of
from bridge.tiers.base import SURE
from bridge.tiers.small.confidence import marks_of, probability, standardised
from bridge.tiers.small.features import Context
from bridge.tiers.small.memory import Memory
from bridge.tiers.small.model import Model
from bridge.tiers.small.reading import Reader

Floats = NDArray[np.float64]
PRECISION = {"reversible": 0.93, "sensitive": 0.99}
"""The share of acts that must be right, by risk, on phrasings and names that are harder than those of a day."""
_RIDGE, _RIDGE_OF_PAIRS = 1.0, 100.0
_FOLDS, _BLOCKS = 5, 100
_ROUNDS = 30
_LEAST = 200
"""Answers of a language below which it has the threshold of all."""


_BOTH = 2


class NothingToFit(HearthError):
    """The readings do not tell when the model is right."""

    code = "nothing_to_fit"
    hint = "Train the model longer, or look at more cases with --count."


@dataclass(frozen=True, slots=True)
class Seen:
    """One case of the calibration."""

    language: str
    marks: Mapping[str, float]
    right: bool
    answered: bool


def observe(
    model: Model,
    said: Iterable[tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]],
    progress: Callable[[int], object] = int,
) -> list[Seen]:
    """Read cases, home by home, and see which readings are right."""
    reader = Reader(model)
    seen = []
    for made, cases in said:
        scene = Scene.of(made)
        memory = Memory.of(scene.home, scene.registry)
        for case in cases:
            scene.stand(case.get("state") or {})
            utterance = utterance_of(case)
            context = Context(utterance.language, utterance.area, utterance.previous)
            reading = reader.read(utterance.text, scene.home, scene.registry, memory, context)
            progress(1)
            if reading.problem:
                continue
            called = as_calls([(part.call, part.targets) for part in reading.calls if part.call], scene)
            seen.append(
                Seen(
                    utterance.language,
                    marks_of(reading, utterance.language),
                    right(_targeted(case), called, scene),
                    bool(called),
                )
            )
    return seen


def _targeted(case: Mapping[str, Any]) -> Mapping[str, Any]:
    """The case with what each call comes to, where the generator says what it chose."""
    said = case["expected"]["calls"]
    calls = [
        {**call, **({"targets": targets} if targets else {})}
        for call, targets in zip(said, case.get("targets") or [None] * len(said), strict=True)
    ]
    return {**case, "expected": {**case["expected"], "calls": calls}}


def fit(seen: Sequence[Seen]) -> dict[str, Any]:
    """The calibration of a model, from what it made of cases; thresholds by folds that are fitted without them.

    :raises NothingToFit: too few were answered, or it was always right or always wrong.
    """
    answered = [each for each in seen if each.answered]
    if len({each.right for each in answered}) < _BOTH:
        raise NothingToFit(f"Of {len(seen)} readings, {len(answered)} were answers, all right or all wrong")
    made, chances = _fitted(answered), np.zeros(len(answered))
    # Those that stand together are of one home: blocks of them go into a fold.
    fold = np.arange(len(answered)) * _BLOCKS // len(answered) % _FOLDS
    for number in range(_FOLDS):
        aside = fold == number
        chances[aside] = _chances(compress(answered, aside), _fitted(list(compress(answered, ~aside))))
    return {**made, "thresholds": thresholds(answered, chances), "reliability": reliability(answered, chances)}


def _chances(seen: Iterable[Seen], calibration: Mapping[str, Any]) -> Floats:
    return np.array([probability(each.marks, calibration) for each in seen])


def _fitted(answered: Sequence[Seen]) -> dict[str, Any]:
    names = sorted(answered[0].marks)
    values = np.array([[each.marks[name] for name in names] for each in answered])
    made: dict[str, Any] = {
        "marks": names,
        "mean": _rounded(values.mean(0)),
        "scale": _rounded(values.std(0) + 1e-6),
    }
    far = np.array([standardised(each.marks, made) for each in answered])
    return made | _logistic(far, np.array([each.right for each in answered], float))


def _logistic(far: Floats, truth: Floats) -> dict[str, Any]:
    """Logistic regression on marks and the products of two, with ridges, by Newton's method."""
    left, other = np.triu_indices(far.shape[1])
    products = far[:, left] * far[:, other]
    mean, scale = products.mean(0), products.std(0) + 1e-6
    rows = np.concatenate([np.ones((len(far), 1)), far, (products - mean) / scale], 1)
    ridge = np.concatenate([[0.0], np.full(far.shape[1], _RIDGE), np.full(len(mean), _RIDGE_OF_PAIRS)])
    weights = np.zeros(rows.shape[1])
    for _ in range(_ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        gradient = rows.T @ (chance - truth) + ridge * weights
        curvature = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.diag(ridge + 1e-6)
        weights -= np.linalg.solve(curvature, gradient)
    single, of_pairs = weights[1 : 1 + far.shape[1]], weights[1 + far.shape[1] :] / scale
    return {
        "weights": _rounded(single),
        "pairs": [_rounded(of_pairs[left == mark]) for mark in range(far.shape[1])],
        "bias": round(float(weights[0] - of_pairs @ mean), 6),
    }


def _rounded(values: Floats) -> list[float]:
    return [round(float(each), 6) for each in values]


def thresholds(answered: Sequence[Seen], chances: Floats) -> dict[str, dict[str, float]]:
    """By language and risk, the least probability from which on the stated share is right; never less than even."""
    languages = np.array([each.language for each in answered])
    truth = np.array([each.right for each in answered])
    made = {}
    for language in ("*", *sorted(set(languages.tolist()))):
        own = (languages == language) | (language == "*")
        if language == "*" or own.sum() >= _LEAST:
            made[language] = {
                risk: _threshold(chances[own], truth[own], share) for risk, share in PRECISION.items()
            }
    return made


def _threshold(chances: Floats, truth: NDArray[np.bool_], share: float) -> float:
    order = np.argsort(-chances)
    precision = np.cumsum(truth[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(precision >= share)
    if not len(enough):
        return 1.0
    return max(SURE, round(float(chances[order][enough[-1]]), 5))


def reliability(answered: Sequence[Seen], chances: Floats, bins: int = 10) -> list[dict[str, float]]:
    """How often readings are right, by the probability that was said: `said`, `right`, `count`."""
    truth = np.array([each.right for each in answered], float)
    place = np.minimum((chances * bins).astype(int), bins - 1)
    return [
        {
            "said": float(chances[place == i].mean()),
            "right": float(truth[place == i].mean()),
            "count": int((place == i).sum()),
        }
        for i in range(bins)
        if (place == i).any()
    ]
