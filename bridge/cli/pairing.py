"""`pair`: codes and tokens for devices."""

from collections.abc import Sequence

import click

from bridge.address import pairing_link, phone_url
from bridge.devices import HOME_ASSISTANT, SCOPES, Devices
from bridge.pages import qr_text
from bridge.pairing import Code, Pairing
from bridge.settings import ServerSettings, load_settings
from bridge.store import Store, migrate


async def run(
    name: str | None, scopes: Sequence[str], *, token_only: bool, listing: bool, revoke: str | None
) -> None:
    """Show a code, make a token, list or revoke; works beside a running service, on the same store.

    :raises DeviceError: the name is taken or not known.
    """
    settings = load_settings()
    store = Store(settings.store.url)
    try:
        migrate(store.engine)
        devices = Devices(store)
        if revoke:
            await devices.revoke(revoke)
            click.echo(f"{revoke} has no access any more.")
        elif listing:
            await _list(devices)
        elif not (name or token_only):
            _show(await Pairing(store, devices).new_code(scopes or ("ask",)), settings.server)
        else:
            device, token = await devices.pair(name or click.prompt("Name of the device"), scopes or SCOPES)
            click.echo(f"{device.name} is paired. Its token, shown this once:\n\n  {token}\n")
    finally:
        store.close()


async def run_home_assistant() -> None:
    """Show a code for our integration in Home Assistant."""
    settings = load_settings()
    store = Store(settings.store.url)
    try:
        migrate(store.engine)
        code = await Pairing(store, Devices(store)).new_code(HOME_ASSISTANT)
    finally:
        store.close()
    server = settings.server
    click.echo(f"Pairing code, valid once until {code.expires.astimezone():%H:%M}:  {code.shown}\n")
    click.echo("In Home Assistant: Settings > Devices & services > Add integration > Hearthbridge.")
    click.echo(f"The address: {phone_url(server) or f'http://127.0.0.1:{server.port}'}")
    if phone_url(server) is None:
        click.echo("From another machine the bridge is not reached yet: set HEARTHBRIDGE_SERVER__HOST=0.0.0.0.")


def _show(code: Code, server: ServerSettings) -> None:
    url = phone_url(server)
    click.echo(f"Pairing code, valid once until {code.expires.astimezone():%H:%M}:  {code.shown}\n")
    if url is None:
        click.echo("Phones cannot reach the bridge yet: set HEARTHBRIDGE_SERVER__PUBLIC_URL to its address, or")
        click.echo("HEARTHBRIDGE_SERVER__HOST=0.0.0.0 for phones in your home network, and start it again.")
        return
    click.echo(qr_text(pairing_link(url, code.digits)))
    click.echo(f"Scan it with the phone, or run Hearth Setup there and type the address {url} and the code.")
    click.echo(f"To show it on a screen: {pairing_link(url, code.digits)}")


async def _list(devices: Devices) -> None:
    rows = await devices.all()
    if not rows:
        click.echo("No device is paired yet: hearthbridge pair --name NAME")
    for row in rows:
        state = f"revoked {row.revoked:%Y-%m-%d %H:%M}" if row.revoked else "active"
        seen = f"last seen {row.seen:%Y-%m-%d %H:%M}" if row.seen else "never seen"
        kind = row.shortcut or row.kind or "program"
        click.echo(f"{row.name:30} {kind:12} {state:24} {seen:28} {', '.join(row.scopes)}")
