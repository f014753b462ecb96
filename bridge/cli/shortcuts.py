"""`shortcuts`: build the files for the phone, sign them on a Mac, or print how to build them by hand."""

from pathlib import Path

import click

from shortcuts.library.minimal import NAME as MINIMAL
from shortcuts.made import BUILDERS, made, write
from shortcuts.recipe import as_html, as_markdown, lines
from shortcuts.signing import sign as sign_file
from shortcuts.texts import TEXTS
from shortcuts.workflow import Workflow

_LOCALE = click.option(
    "--locale", default="en", show_default=True, help=f"Language of the fixed texts: {', '.join(TEXTS)}."
)


@click.group()
def shortcuts() -> None:
    """The shortcuts for iPhone, Watch and Mac."""


@shortcuts.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="A folder.")
@_LOCALE
def build(out: Path, locale: str) -> None:
    """Write the shortcut files, without any secret and not signed yet."""
    for path in write(out, locale):
        click.echo(path)
    click.echo("Not signed yet: a phone refuses them. On a Mac: hearthbridge shortcuts sign --out SIGNED FILE...")


@shortcuts.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help=".md or .html")
@click.option("--name", type=click.Choice(list(BUILDERS)), default=MINIMAL, show_default=True)
@_LOCALE
def recipe(out: Path, name: str, locale: str) -> None:
    """Write how to build a shortcut by hand, on an iPhone alone."""
    workflow = _named(name, locale)
    render = as_html if out.suffix.casefold() in {".html", ".htm"} else as_markdown
    out.write_text(render(workflow, lines(workflow)), encoding="utf-8")
    click.echo(out)


@shortcuts.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="A folder.")
def sign(files: tuple[Path, ...], out: Path) -> None:
    """Sign shortcut files for anyone, with Apple's own tool: on a Mac only."""
    out.mkdir(parents=True, exist_ok=True)
    for path in files:
        click.echo(sign_file(path, out / path.name))


def _named(name: str, locale: str) -> Workflow:
    return next(workflow for workflow in made(locale) if workflow.name == name)
