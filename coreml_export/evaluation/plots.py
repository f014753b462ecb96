"""Plots: the figures as pictures, in SVG."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from coreml_export.evaluation.errors import confusion
from coreml_export.evaluation.figures import curve, grouped, reliability, wilson
from coreml_export.evaluation.outcomes import Outcome

_BLUE, _GREY = "#3b6ea5", "#999999"
_MOST_ACTIONS = 24
"""The actions that are most often confused; more cannot be read."""


def write(seen: Sequence[Outcome], folder: Path) -> dict[str, Path]:
    """Draw all plots; returns each with its title."""
    drawn = {
        "Right, by source": ("accuracy", _accuracy(seen)),
        "Wrong calls, by the share of requests that is answered": ("risk-coverage", _risk(seen)),
        "What confidence means": ("reliability", _reliability(seen)),
        "Milliseconds a request": ("latency", _latency(seen)),
        "What was called for what": ("confusion", _confusion(confusion(seen))),
    }
    made = {}
    for title, (name, figure) in drawn.items():
        made[title] = folder / f"{name}.svg"
        # The same figures give the same bytes.
        with rc_context({"svg.hashsalt": "hearthbridge", "svg.fonttype": "none"}):
            figure.savefig(made[title], format="svg", metadata={"Date": None})
    return made


def _drawn(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure((width, height), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _accuracy(seen: Sequence[Outcome]) -> Figure:
    groups = grouped(seen, lambda each: each.source)
    figure, axes = _drawn(7, 1 + 0.3 * len(groups))
    for row, (name, inside) in enumerate(groups.items()):
        right = sum(each.right for each in inside)
        low, high = wilson(right, len(inside))
        axes.barh(row, right / len(inside), color=_BLUE)
        axes.plot([low, high], [row, row], color="black", linewidth=1)
        axes.text(1.01, row, f"{name} ({len(inside)})", va="center", fontsize=8)
    axes.set(xlim=(0, 1), yticks=[], xlabel="share that is right, with its 95 % interval")
    axes.invert_yaxis()
    return figure


def _risk(seen: Sequence[Outcome]) -> Figure:
    figure, axes = _drawn(6, 4)
    points = curve(seen)
    axes.step([p.coverage for p in points], [p.risk for p in points], where="post", color=_BLUE)
    answered = [each for each in seen if each.answered]
    if answered:
        wrong = sum(not each.right for each in answered) / len(answered)
        axes.plot(len(answered) / len(seen), wrong, "o", color="black", label="at the threshold")
    axes.axhline(0.01, color=_GREY, linestyle=":", label="1 %")
    axes.set(xlim=(0, 1), ylim=(0, None), xlabel="share of requests answered", ylabel="share of answers wrong")
    axes.legend(frameon=False)
    return figure


def _reliability(seen: Sequence[Outcome]) -> Figure:
    figure, axes = _drawn(5, 4.5)
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle=":")
    for each in reliability(seen):
        axes.plot([each.said, each.said], [each.low, each.high], color=_BLUE, linewidth=1)
        axes.plot(each.said, each.right, "o", color=_BLUE)
        axes.annotate(str(each.count), (each.said, each.right), (4, -10), textcoords="offset points", fontsize=7)
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="probability that was said", ylabel="share that was right")
    return figure


def _latency(seen: Sequence[Outcome]) -> Figure:
    figure, axes = _drawn(6, 3.5)
    spent = sorted(each.latency_ms for each in seen if each.latency_ms is not None)
    shares = [(place + 1) / len(spent) for place in range(len(spent))]
    axes.step(spent, shares, where="post", color=_BLUE)
    axes.set(ylim=(0, 1), xlabel="milliseconds", ylabel="share of requests")
    if spent:
        axes.set_xlim(0, spent[int(0.99 * (len(spent) - 1))] * 1.1 + 0.1)
    return figure


def _confusion(found: Mapping[tuple[str, str], int]) -> Figure:
    wrong: Counter[str] = Counter()
    for (wanted, called), count in found.items():
        if wanted != called:
            wrong.update({wanted: count, called: count})
    names = sorted(name for name, _ in wrong.most_common(_MOST_ACTIONS))
    size = 2 + 0.3 * len(names)
    figure, axes = _drawn(size + 1, size)
    for y, wanted in enumerate(names):
        for x, called in enumerate(names):
            count = found.get((wanted, called), 0)
            if count:
                colour = _GREY if wanted == called else _BLUE
                axes.text(x, y, str(count), ha="center", va="center", color=colour, fontsize=8)
    short = [name.removeprefix("Hass") for name in names]
    places = range(len(names))
    axes.set_xticks(places, short, rotation=90, fontsize=8)
    axes.set_yticks(places, short, fontsize=8)
    axes.set(xlim=(-0.5, len(names) - 0.5), ylim=(len(names) - 0.5, -0.5), xlabel="called", ylabel="right")
    return figure
