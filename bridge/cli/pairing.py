"""`pair`: tokens for devices."""

from collections.abc import Sequence

import click

from bridge.devices import SCOPES, Devices
from bridge.settings import load_settings
from bridge.store import Store, migrate


async def run(name: str | None, scopes: Sequence[str], *, listing: bool, revoke: str | None) -> None:
    """Make, list or revoke; works beside a running service, on the same store.

    :raises DeviceError: the name is taken or not known.
    """
    store = Store(load_settings().store.url)
    try:
        migrate(store.engine)
        devices = Devices(store)
        if revoke:
            await devices.revoke(revoke)
            click.echo(f"{revoke} has no access any more.")
        elif listing:
            await _list(devices)
        else:
            device, token = await devices.pair(name or click.prompt("Name of the device"), scopes or SCOPES)
            click.echo(f"{device.name} is paired. Its token, shown this once:\n\n  {token}\n")
    finally:
        store.close()


async def _list(devices: Devices) -> None:
    rows = await devices.all()
    if not rows:
        click.echo("No device is paired yet: hearthbridge pair --name NAME")
    for row in rows:
        state = f"revoked {row.revoked:%Y-%m-%d %H:%M}" if row.revoked else "active"
        seen = f"last seen {row.seen:%Y-%m-%d %H:%M}" if row.seen else "never seen"
        click.echo(f"{row.name:30} {state:24} {seen:28} {', '.join(row.scopes)}")
