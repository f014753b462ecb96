"""`coreml-export`: the small model's life, one command a stage."""

import sys
from importlib.metadata import version
from pathlib import Path

import click

from actions.errors import HearthError
from coreml_export.coreml.commands import COMMANDS
from coreml_export.evaluation.commands import evaluate
from coreml_export.training.commands import calibrate, train


class _Commands(click.Group):
    """Shows our own errors as two lines, and no stack trace."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; exit status 1 on an error of ours."""
        try:
            return super().invoke(ctx)
        except HearthError as error:
            click.secho(f"Error ({error.code}): {error.message}", fg="red", err=True)
            if error.hint:
                click.echo(f"What to do: {error.hint}", err=True)
            sys.exit(1)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("hearthbridge"))
def main() -> None:
    """Make the small model: its data, training, calibration, evaluation, and its package for phones."""


for command in (train, calibrate, evaluate, *COMMANDS):
    main.add_command(command)


def _languages(_ctx: click.Context, _param: click.Parameter, value: str) -> tuple[str, ...]:
    languages = tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))
    if not languages:
        raise click.BadParameter("name at least one language, such as en or en,de")
    return languages


@main.command()
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder for the files."
)
@click.option("--count", type=click.IntRange(1), default=10_000, show_default=True, help="How many cases.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The same seed, the same data.")
@click.option(
    "--language", "languages", callback=_languages, default="en", show_default=True, help="en, or en,de,fr."
)
@click.option(
    "--blocklist", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Digests to leave out."
)
@click.option("--split", type=click.Choice(("train", "valid")), default="train", show_default=True)
@click.option("--force", is_flag=True, help="Write over what is there.")
def data(
    out: Path, count: int, seed: int, languages: tuple[str, ...], blocklist: Path | None, split: str, force: bool
) -> None:
    """Generate homes and what is said in them, with the calls that are right."""
    from coreml_export.data.digest import read_blocklist
    from coreml_export.data.stream import Order
    from coreml_export.data.write import write

    blocked = read_blocklist(blocklist) if blocklist else frozenset()
    order = Order(count, seed, languages, "valid" if split == "valid" else "train", blocked)
    with click.progressbar(length=count, label="Cases", file=sys.stderr) as bar:
        made = write(order, out, force=force, progress=bar.update)
    click.echo(
        f"{made['cases']} cases in {made['homes']} homes: {out} "
        f"({made['dropped']['count']} failed the check, {made['blocked']['count']} were on the blocklist)"
    )
