"""Plots of the report card, as SVG that is the same for the same figures."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot as plt  # after the choice of what draws

mpl.rcParams["svg.hashsalt"] = "hearthbridge"
_BINS = 10
_PRECISION = 0.99
Answered = Sequence[Sequence[Any]]
"""Confidence, and whether it was right."""


def pareto_plot(variants: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Size against accuracy."""
    figure, axes = plt.subplots(figsize=(6, 3.6), layout="constrained")
    sizes = [variant["megabytes"] for variant in variants]
    accuracy = [100 * variant["accuracy"]["package"] for variant in variants]
    axes.plot(sizes, accuracy, "o-", color="#0a7")
    for variant, x, y in zip(variants, sizes, accuracy, strict=True):
        axes.annotate(variant["precision"], (x, y), textcoords="offset points", xytext=(6, 6))
    axes.set_xlabel("package, MB")
    axes.set_ylabel("right, %")
    axes.set_xlim(left=0)
    axes.margins(y=0.3)
    axes.grid(alpha=0.3)
    _save(figure, path)


def calibration_plot(answered: Answered, path: Path) -> None:
    """How often a confidence is right."""
    figure, axes = plt.subplots(figsize=(4.5, 3.8), layout="constrained")
    bins = _binned(answered)
    axes.plot([0, 1], [0, 1], color="#888", linewidth=1)
    axes.scatter([b[0] for b in bins], [b[1] for b in bins], s=[20 + b[2] for b in bins], color="#0a7", alpha=0.7)
    axes.set_xlabel("confidence")
    axes.set_ylabel("right")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.05)
    axes.grid(alpha=0.3)
    _save(figure, path)


def reliability(answered: Answered) -> dict[str, float] | None:
    """The expected calibration error, and the share that can be answered at 99 % precision."""
    if not answered:
        return None
    bins = _binned(answered)
    error = sum(abs(confidence - right) * count for confidence, right, count in bins) / len(answered)
    right = covered = 0
    for index, (_, good) in enumerate(sorted(answered, key=lambda each: -each[0]), 1):
        right += bool(good)
        covered = index if right / index >= _PRECISION else covered
    return {"error": error, "coverage": covered / len(answered)}


def _binned(answered: Answered) -> list[tuple[float, float, int]]:
    """Mean confidence, share right, and count of each tenth that has any."""
    made = []
    for number in range(_BINS):
        within = [each for each in answered if min(int(each[0] * _BINS), _BINS - 1) == number]
        if within:
            count = len(within)
            made.append((sum(e[0] for e in within) / count, sum(bool(e[1]) for e in within) / count, count))
    return made


def _save(figure: Any, path: Path) -> None:
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
