"""`doctor`: tests the settings one after the other, and says what to mend."""

import errno
import socket
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass

import click

from actions.catalog.own import load
from actions.errors import HearthError
from actions.home import Home
from bridge.cli.serving import home_link
from bridge.devices import Devices
from bridge.settings import ProviderSettings, Settings, find_file, load_settings
from bridge.store import Store, migrate
from bridge.store.tables import HomeRow, now
from bridge.tiers.small import ModelError
from bridge.tiers.small import load as load_small


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    subject: str
    ok: bool
    message: str
    hint: str = ""


async def run() -> int:
    """Print every finding; returns the exit status: 0 when all is well."""
    well = True
    async for finding in examine():
        well &= finding.ok
        sign = click.style("✓", fg="green") if finding.ok else click.style("✗", fg="red")
        click.echo(f"{sign} {finding.subject}: {finding.message}")
        if finding.hint:
            click.echo(f"    {finding.hint}")
    return 0 if well else 1


async def examine() -> AsyncIterator[Finding]:
    """Look at the settings, own actions, store, devices, port and home."""
    try:
        settings = load_settings()
    except HearthError as error:
        yield _bad("settings", error)
        return
    yield Finding("settings", ok=True, message=f"read from {find_file() or 'the environment and defaults'}")
    if settings.actions_file:
        try:
            yield Finding("own actions", ok=True, message=f"{len(load(settings.actions_file))} found")
        except HearthError as error:
            yield _bad("own actions", error)
    yield _small(settings)
    async for finding in _store(settings):
        yield finding
    yield _port(settings)
    for provider in settings.cloud.providers:
        yield _provider(provider)
    async for finding in _home(settings):
        yield finding


def _small(settings: Settings) -> Finding:
    if not settings.small.enabled:
        return Finding("small model", ok=True, message="switched off")
    try:
        return Finding("small model", ok=True, message=f"version {load_small(settings.small.model).model.version}")
    except ModelError as error:
        return _bad("small model", error)


def _bad(subject: str, error: HearthError) -> Finding:
    return Finding(subject, ok=False, message=f"{error.message} ({error.code})", hint=error.hint)


async def _store(settings: Settings) -> AsyncIterator[Finding]:
    try:
        store = Store(settings.store.url)
    except HearthError as error:
        yield _bad("store", error)
        return
    try:
        migrate(store.engine)
        await _try_writing(store)
        yield Finding(
            "store", ok=True, message=f"{store.engine.url.render_as_string(hide_password=True)} is writable"
        )
        active = [row for row in await Devices(store).all() if row.revoked is None]
        hint = "" if active else "Pair one: hearthbridge pair --name NAME"
        yield Finding("devices", ok=bool(active), message=f"{len(active)} paired", hint=hint)
    except HearthError as error:
        yield _bad("store", error)
    finally:
        store.close()


async def _try_writing(store: Store) -> None:
    row = HomeRow(version=f"doctor-{uuid.uuid4().hex}", created=now(), content=b"")
    await store.write(lambda session: session.add(row))
    await store.write(lambda session: session.delete(session.merge(row)))


def _port(settings: Settings) -> Finding:
    address = (settings.server.host, settings.server.port)
    where = f"{address[0]}:{address[1]}"
    try:
        socket.create_server(address).close()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            hint = "Set HEARTHBRIDGE_SERVER__HOST to an address of this machine, and a port above 1023."
            return Finding("port", ok=False, message=f"cannot listen on {where} ({error.strerror})", hint=hint)
        hint = "Fine if that is Hearthbridge itself; else set HEARTHBRIDGE_SERVER__PORT to another."
        return Finding("port", ok=True, message=f"{where} is in use ({error.strerror})", hint=hint)
    only_here = address[0] in {"127.0.0.1", "localhost"}
    hint = "Phones cannot reach it: set HEARTHBRIDGE_SERVER__HOST=0.0.0.0 to let them." if only_here else ""
    return Finding("port", ok=True, message=f"{where} is free", hint=hint)


def _provider(provider: ProviderSettings) -> Finding:
    """Whether a model can be asked; it is not, since that would cost."""
    subject = f"cloud model {provider.label}"
    try:
        from bridge.tiers.cloud.prices import Price
    except ImportError:
        hint = "pip install 'hearthbridge[cloud]'"
        return Finding(subject, ok=False, message="the extra is not installed", hint=hint)
    price = Price.of(provider)
    if price is None:
        hint = "Give the provider a `price`: without one no cap could hold, and it is not asked."
        return Finding(subject, ok=False, message="nobody knows its price", hint=hint)
    return Finding(subject, ok=True, message=f"{provider.model}, price: {price.source}")


async def _home(settings: Settings) -> AsyncIterator[Finding]:
    try:
        link = home_link(settings)
    except HearthError as error:
        yield _bad("home", error)
        return
    await link.start()
    try:
        await link.ready(10)
        home = link.home
    except HearthError as error:
        yield _bad("home", error)
        return
    finally:
        await link.stop()
    yield Finding("home", ok=True, message=f"connected: {len(home.entities)} entities, {len(home.areas)} areas")
    yield _exposure(home)


def _exposure(home: Home) -> Finding:
    exposed = len(home.exposed)
    if not exposed:
        hint = "Expose some in Home Assistant: Settings > Voice assistants > Expose."
        return Finding("exposure", ok=False, message="no entity is exposed to assistants", hint=hint)
    homeless = sum(1 for entity in home.exposed if entity.area is None)
    hint = f"{homeless} of them are in no area, so 'the kitchen lights' cannot mean them." if homeless else ""
    return Finding("exposure", ok=True, message=f"{exposed} entities are exposed", hint=hint)
