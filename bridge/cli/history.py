"""`log` and `lessons`: what was asked, where it went and why, what left the house, and what can be learnt."""

import json
from pathlib import Path
from typing import Any

import click

from actions.errors import HearthError
from bridge import lessons
from bridge.record import Record
from bridge.sent import Sent
from bridge.settings import load_settings
from bridge.store import Store, migrate
from bridge.store.tables import ActRow, ExchangeRow

_SIGNS = {"done": "✓", "failed": "✗", "unknown": "?", "intended": "…"}


async def show(turn: str | None, last: int, *, bodies: bool, as_json: bool) -> None:
    """Print the last turns, or one; works beside a running service, on the same store.

    :raises HearthError: there is no such turn.
    """
    settings = load_settings()
    store = Store(settings.store.url)
    try:
        migrate(store.engine)
        record, sent = Record(store, confirm_seconds=settings.policy.confirm_seconds), Sent(store, settings.cloud)
        rows = await record.exchanges(turn) if turn else await record.latest(last)
        if not rows and turn:
            raise HearthError("There is no such turn", code="unknown_turn", hint="`hearthbridge log` lists them.")
        for exchange, acts in rows:
            left = [one for one in await sent.of_turn(exchange.turn) if one["exchange"] == exchange.id]
            if as_json:
                click.echo(json.dumps(_facts(exchange, acts, left), ensure_ascii=False))
            else:
                _print(exchange, acts, left, bodies=bodies)
    finally:
        store.close()


def _facts(exchange: ExchangeRow, acts: list[ActRow], left: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "at": exchange.created.isoformat(),
        "turn_id": exchange.turn,
        "request": exchange.request,
        "tiers": exchange.tiers,
        "decision": exchange.decision,
        "say": (exchange.reply or {}).get("say"),
        "receipts": [act.receipt for act in acts],
        "sent": left,
    }


def _print(exchange: ExchangeRow, acts: list[ActRow], left: list[dict[str, Any]], *, bodies: bool) -> None:
    when = exchange.created.astimezone()
    click.secho(f"{when:%Y-%m-%d %H:%M:%S}  {exchange.turn}  {exchange.decision or ''}", bold=True)
    click.echo(f"  said: {exchange.request.get('text') or json.dumps(exchange.request.get('calls'))}")
    for step in next((tier["routing"] for tier in exchange.tiers if "routing" in tier), ()):
        verb, who = ("asked", step["asked"]) if "asked" in step else ("left out", step["left_out"])
        click.echo(f"  {verb} {who}: {step['why'].replace('_', ' ')}")
    for act in acts:
        click.echo(f"  {_SIGNS[act.receipt['status']]} {act.receipt['name']}: {act.receipt['action']}")
    click.echo(f"  answer: {(exchange.reply or {}).get('say', '')}")
    for one in left:
        tokens = f"{one['input_tokens']} + {one['output_tokens']} tokens, {one['cached_tokens']} cached"
        cost = f"{one['outcome']}, {tokens}, ${one['usd']:.5f}"
        click.echo(f"  → {one['provider']} {one['model']}: {one['bytes']} bytes to {one['url']} ({cost})")
        if bodies:
            click.echo(one["body"])


async def teach(out: Path) -> None:
    """Write the lessons."""
    settings = load_settings()
    store = Store(settings.store.url)
    try:
        migrate(store.engine)
        number = await lessons.write(store, out)
    finally:
        store.close()
    click.echo(f"{number} lessons are in {out}.")
    if not settings.cloud.teach:
        click.echo("No new ones are kept: cloud.teach is off.")
