"""Figures: how often outcomes are right, how much that can be trusted, and how well confidence tells them apart."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from coreml_export.evaluation.outcomes import Outcome

_Z = 1.96
"""Standard deviations on each side of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is told of one set of outcomes. Shares are 0 to 1; None where there is nothing to divide by."""

    count: int
    right: int
    low: float
    high: float
    """Wilson's 95 % interval of the share that is right."""
    answered: float
    precision: float | None
    harm: float
    """Wrong calls made, of all cases."""
    at_99: float
    """The largest share of cases that can be answered with 99 % of the answers right, by confidence."""
    aurc: float
    """The area under the curve of risk over coverage; lower is better."""
    p50: float | None
    p95: float | None
    """Milliseconds."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the curve of risk over coverage."""

    coverage: float
    risk: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Outcomes of like confidence: what was said, and what was so."""

    said: float
    right: float
    low: float
    high: float
    count: int


def figures(seen: Sequence[Outcome]) -> Figures:
    """The figures of at least one outcome."""
    right = sum(each.right for each in seen)
    answered = [each for each in seen if each.answered]
    sound = sum(each.right for each in answered)
    spent = [each.latency_ms for each in seen if each.latency_ms is not None]
    low, high = wilson(right, len(seen))
    return Figures(
        count=len(seen),
        right=right,
        low=low,
        high=high,
        answered=len(answered) / len(seen),
        precision=sound / len(answered) if answered else None,
        harm=(len(answered) - sound) / len(seen),
        at_99=coverage_at(seen, 0.99),
        aurc=aurc(seen),
        p50=percentile(spent, 0.5),
        p95=percentile(spent, 0.95),
    )


def wilson(right: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share, after Wilson; everything where nothing was counted."""
    if not count:
        return 0.0, 1.0
    share, square = right / count, _Z * _Z
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = _Z * math.sqrt(share * (1 - share) / count + square / (4 * count * count)) / (1 + square / count)
    return max(0.0, middle - half), min(1.0, middle + half)


def percentile(values: Sequence[float], share: float) -> float | None:
    """The least value that at least this share of them does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)] if values else None


def coverage_at(seen: Sequence[Outcome], precision: float) -> float:
    """The largest share that can be answered while this share of the answers is right, the surest first."""
    count = right = best = 0
    for each in _ranked(each for each in seen if each.answered):
        count += len(each)
        right += sum(outcome.right for outcome in each)
        if right >= precision * count - 1e-9:
            best = count
    return best / len(seen)


def aurc(seen: Sequence[Outcome]) -> float:
    """The mean risk over all coverages, what was not answered last; of equal confidences the average order."""
    count = wrong = area = 0.0
    left = [each for each in seen if not each.answered]
    for group in (*_ranked(each for each in seen if each.answered), *([left] if left else [])):
        share = sum(not each.right for each in group) / len(group)
        for _ in group:
            count += 1
            wrong += share
            area += wrong / count
    return area / len(seen)


def curve(seen: Sequence[Outcome]) -> list[Point]:
    """The share of wrong calls among those made, as less and less sure ones are made; thresholds left aside."""
    count = wrong = 0
    points = []
    for group in _ranked(each for each in seen if each.proposed):
        count += len(group)
        wrong += sum(not each.sound for each in group)
        points.append(Point(count / len(seen), wrong / count, group[0].confidence))
    return points


def reliability(seen: Sequence[Outcome], bins: int = 10) -> list[Bin]:
    """How often calls are right, by the probability that was said of them; thresholds left aside."""
    proposed = [each for each in seen if each.proposed]

    def place(each: Outcome) -> int:
        return min(bins - 1, int(each.confidence * bins))

    made = []
    for _, group in groupby(sorted(proposed, key=place), place):
        inside = list(group)
        right = sum(each.sound for each in inside)
        said = sum(each.confidence for each in inside) / len(inside)
        made.append(Bin(said, right / len(inside), *wilson(right, len(inside)), len(inside)))
    return made


def calibration_error(bins: Sequence[Bin]) -> float:
    """The mean distance of what was said from what was so."""
    count = sum(each.count for each in bins)
    return sum(abs(each.said - each.right) * each.count for each in bins) / count if count else 0.0


def grouped(seen: Iterable[Outcome], key: Callable[[Outcome], str]) -> dict[str, list[Outcome]]:
    """Outcomes by a key of theirs, in the order of the keys' first ones."""
    made: dict[str, list[Outcome]] = {}
    for each in seen:
        made.setdefault(key(each), []).append(each)
    return made


def _ranked(seen: Iterable[Outcome]) -> list[list[Outcome]]:
    """By falling confidence; equal ones together."""
    by_confidence: dict[float, list[Outcome]] = {}
    for each in seen:
        by_confidence.setdefault(each.confidence, []).append(each)
    return [by_confidence[confidence] for confidence in sorted(by_confidence, reverse=True)]
