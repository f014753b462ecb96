"""`coreml-export evaluate`."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from bridge.evaluation.predict import BadEvaluation, predict, read_lines
from bridge.tiers.small.model import Model, shipped_folder
from bridge.tiers.small.tier import SmallTier
from coreml_export.evaluation.outcomes import Outcome, outcomes
from coreml_export.evaluation.own_actions import as_cases
from coreml_export.training.commands import NoTraining

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_SET = Path(__file__).parent / "set"
REPORT = "report.md"
Json = dict[str, Any]


@click.command()
@click.option("--homes", type=_FILE, default=_SET / "homes.jsonl", show_default="the project's own", help="Homes.")
@click.option(
    "--cases", type=_FILE, multiple=True, default=(_SET / "cases.jsonl",), show_default="the project's own",
    help="What is said in them; several times.",
)  # fmt: skip
@click.option(
    "--predictions", type=_FILE, multiple=True, help="Of `hearthbridge eval`; the small tier when left out."
)
@click.option("--own-actions", type=_FILE, help="Tries of actions that a home gets when the program runs.")
@click.option("--model", type=_FOLDER, help="A model folder; the shipped one when left out.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder of the report."
)
def evaluate(
    homes: Path,
    cases: tuple[Path, ...],
    predictions: tuple[Path, ...],
    own_actions: Path | None,
    model: Path | None,
    out: Path,
) -> None:
    """Say what the model is worth, in tables and plots: report.md."""
    try:
        from coreml_export.evaluation import plots
        from coreml_export.evaluation.report import render, render_tries
    except ImportError as error:
        raise NoTraining(f"The report needs {error.name}") from error

    known, said = read_lines(homes), [row for path in cases for row in read_lines(path)]
    if not said:
        raise BadEvaluation("There is no case in the files")
    out.mkdir(parents=True, exist_ok=True)
    if predictions:
        made = [row for path in predictions for row in read_lines(path)]
        told = f"Predictions: {', '.join(path.name for path in predictions)}."
    else:
        tier = _tier(model)
        made, told = _predict(tier, known, said), f"Small tier alone, model {tier.model.version}."
    seen = outcomes(known, said, made)
    unpredicted = len({case["id"] for case in said} - {prediction["id"] for prediction in made})
    page = render(seen, plots.write(seen, out), told, unpredicted)
    summary = [f"{_right(seen)}: {out / REPORT}"]
    if own_actions is not None:
        more, tries = as_cases(known, read_lines(own_actions))
        tried = outcomes(more, tries, _predict(_tier(model), more, tries))
        page += f"\n{render_tries(tried)}"
        summary.insert(0, f"Own actions: {_right(tried)}")
    (out / REPORT).write_text(page, "utf-8")
    click.echo("\n".join(summary))


def _tier(model: Path | None) -> SmallTier:
    return SmallTier(Model(model or shipped_folder()))


def _predict(tier: SmallTier, homes: Sequence[Json], cases: Sequence[Json]) -> list[Json]:
    with click.progressbar(length=len(cases), label="Cases", file=sys.stderr) as bar:
        return asyncio.run(predict(tier, homes, cases, bar.update))


def _right(seen: Sequence[Outcome]) -> str:
    right = sum(each.right for each in seen)
    return f"{right} of {len(seen)} right ({100 * right / len(seen):.1f} %)"
