"""`ask`: one request from a terminal, with follow-up questions."""

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import click
import httpx

from actions.errors import HearthError

_SIGNS = {"done": ("✓", "green"), "failed": ("✗", "red"), "unknown": ("?", "yellow"), "intended": ("…", "yellow")}
_ADDRESS = "Start it with `hearthbridge demo` or `hearthbridge serve`, or correct HEARTHBRIDGE_URL."


def ask(text: str, *, url: str | None, token: str | None, area: str | None, locale: str, as_json: bool) -> None:
    """Send one request, print what came of it, and put its questions to the person."""
    body: dict[str, Any] = {"text": text, "area": area, "locale": locale}
    if url is None:
        asyncio.run(_on_demo(body, as_json=as_json))
        return
    if not token:
        raise HearthError(
            "No token", code="missing_token", hint="Set HEARTHBRIDGE_TOKEN; `hearthbridge pair` makes one."
        )
    with _client(url, token) as client:
        reply = _send(client, "POST", "/v1/ask", json=body)
        while True:
            while reply.get("pending"):
                click.echo(reply["say"], err=True)
                reply = _send(client, "GET", f"/v1/turns/{reply['turn_id']}", params={"wait": 30})
            _show(reply, as_json=as_json)
            if not reply.get("ask") or not sys.stdin.isatty():
                return
            again = {**body, "text": click.prompt(""), "turn_id": reply["turn_id"]}
            reply = _send(client, "POST", "/v1/ask", json=again)


def _client(url: str, token: str) -> httpx.Client:
    try:
        return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60)
    except httpx.InvalidURL as error:
        message = f"'{url}' is no address: {error}"
        raise HearthError(message, code="service_unreachable", hint=_ADDRESS) from error
    except UnicodeEncodeError as error:
        hint = "Copy it whole: it is letters, digits, - and _."
        raise HearthError("The token is not one of ours", code="invalid_token", hint=hint) from error


def _send(client: httpx.Client, method: str, path: str, **more: Any) -> dict[str, Any]:
    try:
        reply = client.request(method, path, **more).json()
    except httpx.HTTPError as error:
        message = f"The service does not answer: {error}"
        raise HearthError(message, code="service_unreachable", hint=_ADDRESS) from error
    except ValueError:
        reply = None
    match reply:
        case {"ok": True, "turn_id": str(), "say": str()}:
            return dict(reply)
        case {"ok": False, "error": {"code": str(code), "message": str(message), "hint": str(hint)}}:
            raise HearthError(message, code=code, hint=hint)
    raise HearthError("What answers there is not Hearthbridge", code="not_hearthbridge", hint=_ADDRESS)


async def _on_demo(body: dict[str, Any], *, as_json: bool) -> None:
    from actions.demo import DemoHome
    from bridge import log
    from bridge.exchange import Asked
    from bridge.service import Service
    from bridge.settings import StoreSettings, load_settings

    log.configure("error", "console")
    with tempfile.TemporaryDirectory(prefix="hearthbridge-ask-") as folder:
        settings = load_settings(store=StoreSettings(url=f"sqlite:///{Path(folder) / 'ask.db'}"))
        service = Service(settings, DemoHome())
        await service.start()
        try:
            device, _ = await service.devices.pair("terminal")
            asked = Asked(body["text"], area=body["area"], language=body["locale"], deadline_s=60)
            while True:
                reply = await service.turns.ask(asked, device)
                _show(reply.model_dump(mode="json"), as_json=as_json)
                if not reply.ask or not sys.stdin.isatty():
                    return
                text = await asyncio.to_thread(click.prompt, "")
                asked = Asked(text, turn_id=reply.turn_id, language=body["locale"], deadline_s=60)
        finally:
            await service.stop()


def _show(reply: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(reply, indent=2, ensure_ascii=False))
        return
    click.echo(reply["say"])
    for receipt in reply["receipts"]:
        sign, colour = _SIGNS[receipt["status"]]
        after = (receipt.get("after") or {}).get("state")
        seen = f" → {after}" if after else ""
        why = f"  ({receipt['detail']})" if receipt.get("detail") else ""
        click.echo(f"  {click.style(sign, fg=colour)} {receipt['name']}: {receipt['action']}{seen}{why}")
