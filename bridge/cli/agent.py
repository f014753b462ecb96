"""`agent`: a Mac that fetches what is due for it, runs it, and reports."""

import asyncio
from typing import Any

import click
import httpx

from actions.errors import HearthError
from shortcuts.push.mac import command, perform

_WAIT_S = 50
_PAUSE_S = 5.0


class AgentError(HearthError):
    """The bridge refused the agent, or cannot be reached."""

    code = "bridge_refused"


async def run(url: str, token: str | None, *, code: str | None, name: str, once: bool) -> None:
    """Work until interrupted, or until nothing is due.

    :raises NoMac: there is no `shortcuts` command here.
    :raises AgentError: the code or token is not good, or with `once` the bridge is away.
    """
    command()
    async with httpx.AsyncClient(base_url=url, timeout=_WAIT_S + 15) as client:
        if token is None:
            token = await _pair(client, code, name)
        client.headers["Authorization"] = f"Bearer {token}"
        while True:
            try:
                busy = await _round(client, 0 if once else _WAIT_S)
            except (httpx.HTTPError, ValueError) as error:
                if once:
                    hint = "Check --url, and that the bridge runs."
                    raise AgentError(f"No answer from {url}: {type(error).__name__}", hint=hint) from error
                click.echo(f"No answer from {url} ({type(error).__name__}); trying again.", err=True)
                await asyncio.sleep(_PAUSE_S)
                continue
            if once and not busy:
                return


async def _pair(client: httpx.AsyncClient, code: str | None, name: str) -> str:
    if code is None:
        raise AgentError("The agent needs a token", hint="Pair it: --code CODE, from `hearthbridge pair`.")
    paired = _good((await client.post("/v1/pair", json={"code": code, "name": name, "kind": "mac"})).json())
    click.echo(f"Paired as {paired['device']}. Its token, shown this once; from now on start the agent with it:\n")
    click.echo(f"  HEARTHBRIDGE_TOKEN={paired['token']}\n")
    return str(paired["token"])


async def _round(client: httpx.AsyncClient, wait: float) -> bool:
    """Fetch and do what is due; False when nothing was."""
    due = _good((await client.get("/v1/device/next", params={"wait": wait})).json())
    for action in due["device_actions"]:
        await _do(client, due["turn_id"], action)
    return bool(due["device_actions"])


async def _do(client: httpx.AsyncClient, turn: str, action: dict[str, Any]) -> None:
    if action.get("confirm"):
        # Nobody sits at this computer to say yes.
        why = "It needs a yes on the device; set the shortcut's risk to 'reversible' to run it on a Mac"
        await _report(client, turn, action["id"], "failed", why)
        click.echo(f"Not done, it would need a yes here: {action['confirm']}", err=True)
        return
    begun = await _report(client, turn, action["id"], "started")
    if not begun.get("ok"):
        # Too old, or begun before: then it must not be done.
        click.echo(f"Not done: {begun['error']['message']}", err=True)
        return
    ran = await perform(action["kind"], action["args"])
    click.echo(f"{action['kind']} {action['args'].get('name', '')}: {ran.status}")
    await _report(client, turn, action["id"], ran.status, ran.detail)


async def _report(
    client: httpx.AsyncClient, turn: str, action: str, status: str, detail: str = ""
) -> dict[str, Any]:
    result = {"id": action, "status": status, "detail": detail}
    answer: dict[str, Any] = (await client.post("/v1/results", json={"turn_id": turn, "results": [result]})).json()
    return answer


def _good(answer: dict[str, Any]) -> dict[str, Any]:
    if not answer.get("ok"):
        error = answer.get("error", {})
        message = str(error.get("message", "The bridge refused"))
        raise AgentError(message, code=error.get("code"), hint=error.get("hint"))
    return answer
