"""The report: outcomes as a page of tables and plots."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from coreml_export.evaluation.errors import confusion, kind_of, worst
from coreml_export.evaluation.figures import Figures, calibration_error, figures, grouped, reliability
from coreml_export.evaluation.outcomes import Outcome

_HEAD = ("cases", "right %", "95 % interval", "answered %", "precision %", "harm %", "at 99 % precision", "AURC",
         "p50 ms", "p95 ms")  # fmt: skip
_KEY = """\
*Right*: just what is right was called, or nothing where nothing may be. *Answered*: something was called, at the
model's threshold; *precision*: of those, what was right; *harm*: wrong calls made, of all cases.
*At 99 % precision*: the largest share that could be answered with 99 % of the answers right. *AURC*: the area under
the curve of risk over coverage, lower is better. Intervals are Wilson's.
"""
_MOST_CONFUSED = 25


def render(seen: Sequence[Outcome], plots: Mapping[str, Path], made_of: str, unpredicted: int = 0) -> str:
    """The report as Markdown.

    :param made_of: a line that says what was measured.
    :param plots: by their titles; they lie beside the report.
    :param unpredicted: how many cases had no prediction.
    """
    missing = f" {unpredicted} had no prediction and count as not answered." if unpredicted else ""
    drawn = [f"![{title}]({path.name})" for title, path in plots.items()]
    parts = [
        "# Evaluation of the small tier",
        f"{made_of} {len(seen)} cases.{missing}",
        _table(("", *_HEAD), [("all", *_cells(figures(seen)))]),
        _KEY,
        _by("source", seen, lambda each: each.source),
        _by("kind", seen, lambda each: each.kind),
        _by("language", seen, lambda each: each.language),
        *drawn[:2],
        _reliability(seen),
        *drawn[2:],
        _confusion(seen),
        _kinds(seen),
        _worst(seen),
    ]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def render_tries(seen: Sequence[Outcome]) -> str:
    """The part of the report on actions that a home got only when the program ran."""
    wrong = [
        (each.id, _cell(each.utterance), kind_of(each), _code(each.wanted), _code(each.called))
        for each in seen
        if not each.right
    ]
    parts = [
        "## Own actions added at run time",
        _table(("", *_HEAD), [("all", *_cells(figures(seen)))]),
        _table(("try", "said", "", "right", "called"), wrong) if wrong else "All are right.",
    ]
    return "\n\n".join(parts) + "\n"


def _by(name: str, seen: Sequence[Outcome], key: Callable[[Outcome], str]) -> str:
    rows = [(group, *_cells(figures(inside))) for group, inside in grouped(seen, key).items()]
    return f"## By {name}\n\n{_table((name, *_HEAD), rows)}"


def _cells(told: Figures) -> tuple[str, ...]:
    return (
        str(told.count),
        _percent(told.right / told.count),
        f"{_percent(told.low)} to {_percent(told.high)}",
        _percent(told.answered),
        _percent(told.precision),
        _percent(told.harm),
        _percent(told.at_99),
        f"{told.aurc:.3f}",
        _number(told.p50),
        _number(told.p95),
    )


def _reliability(seen: Sequence[Outcome]) -> str:
    bins = reliability(seen)
    rows = [
        (_percent(b.said), _percent(b.right), f"{_percent(b.low)} to {_percent(b.high)}", str(b.count))
        for b in bins
    ]
    error = f"Mean distance of what was said from what was so: {_percent(calibration_error(bins))} %."
    return f"## What confidence means\n\n{_table(('said %', 'right %', '95 % interval', 'calls'), rows)}\n\n{error}"


def _confusion(seen: Sequence[Outcome]) -> str:
    rows = [
        (wanted, called, str(count))
        for (wanted, called), count in confusion(seen).most_common()
        if wanted != called
    ]
    table = _table(("right", "called", "times"), rows[:_MOST_CONFUSED])
    return f"## Which actions were confused\n\n{table if rows else 'None.'}"


def _kinds(seen: Sequence[Outcome]) -> str:
    kinds = grouped((each for each in seen if not each.right), kind_of)
    rows = [(kind, str(len(inside))) for kind, inside in sorted(kinds.items(), key=lambda each: -len(each[1]))]
    return f"## What was wrong\n\n{_table(('', 'cases'), rows) if rows else 'Nothing.'}"


def _worst(seen: Sequence[Outcome]) -> str:
    rows = [
        (
            each.id,
            _cell(each.utterance),
            f"{each.confidence:.3f}",
            kind_of(each),
            _code(each.wanted),
            _code(each.called),
        )
        for each in worst(seen)
    ]
    table = _table(("case", "said", "confidence", "", "right", "called"), rows)
    return f"## The surest wrong calls\n\n{table if rows else 'None.'}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows))


def _code(calls: Sequence[Mapping[str, object]]) -> str:
    told = [
        f"{call.get('intent') or call.get('action')} {json.dumps(call['slots'], ensure_ascii=False)}"
        for call in calls
    ]
    return f"`{_cell('; '.join(told))}`" if told else "nothing"


def _cell(text: str) -> str:
    """Text as it may stand in a cell."""
    return " ".join(text.split()).replace("|", "\\|").replace("`", "'").replace("<", "&lt;")


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"
