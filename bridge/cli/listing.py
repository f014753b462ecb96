"""`tools`: what can be done."""

import json

import click

from actions.catalog import build_registry
from actions.catalog.own import load
from actions.dialects import DIALECTS
from actions.errors import HomeUnreachable
from actions.link import HomeLink
from bridge.cli.serving import home_link
from bridge.settings import load_settings


async def show_tools(dialect: str | None) -> None:
    """Print the registry as a table, or as a vendor's tools.

    :raises HomeUnreachable: Home Assistant does not answer.
    """
    settings = load_settings()
    if settings.home.url:
        link: HomeLink = home_link(settings)
    else:
        from actions.demo import DemoHome

        click.echo("No Home Assistant is set: this is the demo home.", err=True)
        link = DemoHome()
    await link.start()
    try:
        if not await link.ready(15):
            raise HomeUnreachable("Home Assistant does not answer")
        registry = build_registry(link.home, load(settings.actions_file) if settings.actions_file else ())
    finally:
        await link.stop()
    if dialect:
        click.echo(json.dumps(DIALECTS[dialect].tools(registry), indent=2, ensure_ascii=False))
        return
    for action in registry.values():
        click.echo(f"{action.name:32} {action.risk:11} {action.place:6} {action.description}")
