"""`hearthbridge`: the commands, and how their errors are shown."""

import asyncio
import platform
import sys
from importlib.metadata import version
from pathlib import Path

import click

from actions.errors import HearthError

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


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
    """Get a spoken request done in the home and on the phone, verified and private."""


@main.command()
@click.option("--port", default=8765, show_default=True, help="0 takes any free one.")
@click.option("--host", default="127.0.0.1", show_default=True)
def demo(port: int, host: str) -> None:
    """Run the whole service on a built-in home: offline, no account, no key, no Home Assistant."""
    from bridge.cli.serving import run_demo

    run_demo(host, port)


@main.command()
def serve() -> None:
    """Run the service on your Home Assistant (settings: docs/configuration.md)."""
    from bridge.cli.serving import run_serve

    run_serve()


@main.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--url", envvar="HEARTHBRIDGE_URL", help="Address of a running service; the demo home when left out.")
@click.option("--token", envvar="HEARTHBRIDGE_TOKEN", help="A device's token.")
@click.option("--area", help="Room that you are in.")
@click.option("--locale", default="en", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the reply as it came.")
def ask(
    text: tuple[str, ...], url: str | None, token: str | None, area: str | None, locale: str, as_json: bool
) -> None:
    """Say something and see what was done: hearthbridge ask turn on the kitchen lights."""
    from bridge.cli.asking import ask as run

    run(" ".join(text), url=url, token=token, area=area, locale=locale, as_json=as_json)


@main.command("eval")
@click.option("--homes", type=_FILE, required=True, help="Homes, a line of JSON each.")
@click.option("--cases", type=_FILE, multiple=True, required=True, help="Cases, a line of JSON each.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File of predictions.")
@click.option(
    "--model", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Another model folder."
)
@click.option(
    "--tier",
    "tiers",
    type=click.Choice(("small", "grammar")),
    multiple=True,
    default=("small", "grammar"),
    show_default=True,
    help="Which of the local tiers are asked, in their order.",
)
@click.argument("more", nargs=-1, type=_FILE, metavar="[CASES]...")
def evaluate(
    homes: Path,
    cases: tuple[Path, ...],
    out: Path,
    model: Path | None,
    tiers: tuple[str, ...],
    more: tuple[Path, ...],
) -> None:
    """Run the local tiers over homes and cases, and write what they would call: --cases ONE [TWO ...]."""
    from bridge.cli.evaluating import evaluate as run

    run(homes, (*cases, *more), out, model=model, tiers=tiers)


@main.command()
@click.option("--dialect", type=click.Choice(["openai", "anthropic", "gemini", "mcp"]), help="Print as JSON tools.")
def tools(dialect: str | None) -> None:
    """List what can be done in your home, or in the demo home when none is set up."""
    from bridge.cli.listing import show_tools

    asyncio.run(show_tools(dialect))


@main.command()
@click.option("--name", help='Make a token at once, for a device of this name: "Anna\'s iPhone".')
@click.option("--token-only", is_flag=True, help="Make a token at once; asks for the name.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(["ask", "act", "phone", "oversee", "admin"]),
    help="What it may do; a code: ask; a token: ask and act.",
)
@click.option("--home-assistant", is_flag=True, help="A code for our integration in Home Assistant.")
@click.option("--list", "listing", is_flag=True, help="Show the paired devices.")
@click.option("--revoke", metavar="NAME", help="End a device's access.")
def pair(
    name: str | None,
    token_only: bool,
    scopes: tuple[str, ...],
    home_assistant: bool,
    listing: bool,
    revoke: str | None,
) -> None:
    """Show a code that pairs a phone; or make a token, list devices, or revoke one."""
    from bridge.cli.pairing import run, run_home_assistant

    if home_assistant:
        asyncio.run(run_home_assistant())
    else:
        asyncio.run(run(name, scopes, token_only=token_only, listing=listing, revoke=revoke))


@main.command()
@click.option("--url", envvar="HEARTHBRIDGE_URL", required=True, help="Address of the bridge.")
@click.option("--token", envvar="HEARTHBRIDGE_TOKEN", help="This Mac's token.")
@click.option("--code", help="A pairing code, the first time; prints the token.")
@click.option("--name", default=platform.node, show_default="this computer's name", help="With --code.")
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
def agent(url: str, token: str | None, code: str | None, name: str, once: bool) -> None:
    """On a Mac: run your own shortcuts there when the bridge is asked to."""
    from bridge.cli.agent import run

    asyncio.run(run(url, token, code=code, name=name, once=once))


@main.command()
@click.argument("turn", required=False)
@click.option("--last", default=20, show_default=True, help="How many exchanges.")
@click.option("--sent", is_flag=True, help="Print what left the house, byte for byte.")
@click.option("--json", "as_json", is_flag=True, help="Everything, a JSON object a line.")
def log(turn: str | None, last: int, sent: bool, as_json: bool) -> None:
    """Show what was asked, where it went and why, what was done, and what left the house."""
    from bridge.cli.history import show

    asyncio.run(show(turn, last, bodies=sent, as_json=as_json))


@main.command()
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write to.")
def lessons(out: Path) -> None:
    """Write what cloud models understood well, for the small model to learn from (needs cloud.teach)."""
    from bridge.cli.history import teach

    asyncio.run(teach(out))


@main.command()
def doctor() -> None:
    """Test the settings, the store, the home and the port, and say what to mend."""
    from bridge.cli.doctor import run

    sys.exit(asyncio.run(run()))


class _Lazy(click.Group):
    """A group whose commands are imported only when it is used, so that they cost no other command its start."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands' names."""
        return self._group().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command."""
        return self._group().get_command(ctx, cmd_name)

    @staticmethod
    def _group() -> click.Group:
        from bridge.cli.shortcuts import shortcuts

        return shortcuts


main.add_command(_Lazy("shortcuts", help="The shortcuts for iPhone, Watch and Mac: build, recipe, sign."))
