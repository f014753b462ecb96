"""`coreml-export export`, `verify`, `lint`, `report` and `measure`."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from bridge.tiers.small.model import shipped_folder
from coreml_export.coreml.errors import NotInstalled, PackageError

_FOLDER = click.Path(path_type=Path, file_okay=False)
PRECISIONS, TARGETS = ("fp16", "int8", "6bit", "4bit"), ("iOS16", "iOS17", "iOS18")
SHIPPED = "int8"

_weights = click.option(
    "--weights",
    type=_FOLDER,
    default=shipped_folder,
    show_default="the shipped model",
    help="A packed model folder.",
)
_force = click.option("--force", is_flag=True, help="Write over what is there.")


@contextmanager
def _installed() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise NotInstalled(f"The export needs {error.name}") from error


@click.command()
@_weights
@click.option("--precision", type=click.Choice(PRECISIONS), default=SHIPPED, show_default=True)
@click.option("--target", default="iOS18", show_default=True, help=", ".join(TARGETS))
@click.option("--out", type=_FOLDER, required=True, help="Folder for the package and what belongs to it.")
@_force
def export(weights: Path, precision: str, target: str, out: Path, force: bool) -> None:
    """Make a Core ML package of a model, with all that an app needs beside it."""
    with _installed():
        from coreml_export.coreml.compress import Precision
        from coreml_export.coreml.exporting import export
    made = export(weights, Precision(precision), target, out, force=force)
    for package, size in made["bytes"].items():
        click.echo(f"{out / package}: {size / 1e6:.2f} MB, {precision}, {target}, model {made['version']}")
    click.echo(f"Next: coreml-export verify {out}")


@click.command()
@click.argument("exported", type=_FOLDER)
@_weights
@click.option("--every", type=click.IntRange(1), default=1, help="Read only each so many'th case of the test set.")
@click.option("--witness", is_flag=True, help="Run the network through Apple's Core AI runtime as well.")
def verify(exported: Path, weights: Path, every: int, witness: bool) -> None:
    """Run the saved program on golden vectors and the test set, and compare it with torch and ONNX."""
    with _installed():
        from coreml_export.coreml.cases import read_cases
        from coreml_export.coreml.exported import Exported
        from coreml_export.coreml.verify import readings, verify, write_result
        from coreml_export.coreml.witness import testify
    read, cases = Exported.read(exported), read_cases(every=every)
    with click.progressbar(length=readings(cases), label="Readings", file=sys.stderr) as bar:
        made = verify(read, weights, cases, bar.update)
    if witness:
        made["witness"] = testify(weights, cases)
    write_result(read, made)
    for key in ("accuracy", "agreement"):
        click.echo(f"{key}: " + ", ".join(f"{name} {value:.2%}" for name, value in made[key].items()))
    if "parity" in made:
        for key in ("parity", "parity_half"):
            click.echo(f"{key}: {max(made[key].values()):.2g}")
    else:
        click.echo("parity: not run, torch is not installed")
    _end(made["failures"])


@click.command()
@click.argument("exported", type=_FOLDER)
@click.option("--json", "as_json", is_flag=True, help="All findings as JSON.")
def lint(exported: Path, as_json: bool) -> None:
    """Check a package against the Neural Engine's rules; exit status 1 on an error."""
    with _installed():
        from coreml_export.coreml import lint as linting
        from coreml_export.coreml.interpreter import Saved
    packages = [exported] if exported.suffix == ".mlpackage" else sorted(exported.glob("*.mlpackage"))
    if not packages:
        raise PackageError(f"There is no package in {exported}", hint="Name a .mlpackage or a folder that has one.")
    findings = [finding for package in packages for finding in linting.lint(Saved(package))]
    if as_json:
        click.echo(json.dumps(linting.as_json(findings), indent=1))
    else:
        for finding in findings:
            click.echo(f"{finding.level} {finding.rule}: {finding.function} {finding.op}: {finding.reason}")
        errors = sum(finding.level == "error" for finding in findings)
        eligible = "" if errors else ": eligible for the Neural Engine by lint"
        click.echo(f"{errors} errors, {len(findings) - errors} warnings{eligible}")
    if any(finding.level == "error" for finding in findings):
        sys.exit(1)


@click.command()
@click.argument("exported", type=_FOLDER, nargs=-1, required=True)
@click.option("--out", type=_FOLDER, required=True, help="Folder for the card: card.md, card.html and plots.")
@click.option("--publish", type=_FOLDER, help="Folder of published models, which the bridge serves.")
@click.option("--force", is_flag=True, help="Below the thresholds too; the card says so.")
def report(exported: tuple[Path, ...], out: Path, publish: Path | None, force: bool) -> None:
    """Write the report card of verified exports, the one to be shipped first; and publish that one."""
    with _installed():
        from coreml_export.coreml.publish import publish as to_folder
        from coreml_export.coreml.report import report
    failures = report(exported, out, force=force)
    click.echo(f"{out / 'card.md'}" + (f", below {len(failures)} thresholds" if failures else ""))
    if publish is not None:
        click.echo(f"Published: {to_folder(exported[0], out / 'card.md', publish, kept=not failures)}")


@click.command()
@click.argument("exported", type=_FOLDER)
def measure(exported: Path) -> None:
    """On a Mac: where the ops are placed, and latency and memory on CPU, GPU and Neural Engine."""
    with _installed():
        from coreml_export.coreml.measure import measure
    made = measure(exported)
    for row in made["runs"]:
        click.echo(f"{row['function']} on {row['units']}: p50 {row['p50_ms']} ms, p95 {row['p95_ms']} ms")
    click.echo(f"Kept beside the package: run coreml-export report again for the card ({made['device']}).")


COMMANDS = (export, verify, lint, report, measure)


def _end(failures: list[str]) -> None:
    for failure in failures:
        click.secho(f"below threshold: {failure}", fg="red", err=True)
    click.echo("not good enough" if failures else "all thresholds are kept")
    if failures:
        sys.exit(1)
