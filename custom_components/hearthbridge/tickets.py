"""Tickets: the bridge decides what is done, and Home Assistant does it in the name of the person who asked.

A request carries a ticket. While it is worked on, the bridge sends its service calls to the WebSocket command
`hearthbridge/act` with that ticket, and they run with the context of the request: the logbook names the person, and
what that person may not control is refused as ever.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from homeassistant.components import websocket_api
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers import instance_id
from homeassistant.util.hass_dict import HassKey

from .compat import vol
from .const import DOMAIN

_LATE_S = 60.0
"""A request that is answered `pending` is still worked on."""
TICKETS: HassKey[Tickets] = HassKey(f"{DOMAIN}_tickets")


class Tickets:
    """The tickets that are good now."""

    def __init__(self, hass: HomeAssistant, home: str) -> None:
        """`home` names this Home Assistant, so that a ticket of another one is told from one that is used up."""
        self._hass = hass
        self._home = home
        self._contexts: dict[str, tuple[Context, float]] = {}
        """Whom each stands for, and until when in the loop's time."""

    @contextmanager
    def issue(self, context: Context) -> Iterator[str]:
        """A ticket for `context`, good until shortly after the end of the block."""
        now = self._hass.loop.time()
        self._contexts = {key: kept for key, kept in self._contexts.items() if kept[1] > now}
        ticket = f"{self._home}:{secrets.token_urlsafe(16)}"
        self._contexts[ticket] = (context, math.inf)
        try:
            yield ticket
        finally:
            self._contexts[ticket] = (context, self._hass.loop.time() + _LATE_S)

    def is_ours(self, ticket: str) -> bool:
        """Whether it was issued here, however long ago."""
        return ticket.partition(":")[0] == self._home

    def context(self, ticket: str) -> Context | None:
        """Whom a ticket stands for; None for one that is not good, or not any more."""
        context, until = self._contexts.get(ticket, (None, 0.0))
        return context if until > self._hass.loop.time() else None


async def async_setup_tickets(hass: HomeAssistant) -> None:
    """Be ready to issue tickets, and to act on them."""
    hass.data[TICKETS] = Tickets(hass, (await instance_id.async_get(hass))[:8])
    websocket_api.async_register_command(hass, _act)


@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/act",
        vol.Required("ticket"): str,
        vol.Required("domain"): str,
        vol.Required("service"): str,
        vol.Optional("service_data"): dict,
        vol.Optional("target"): dict,
        vol.Optional("return_response", default=False): bool,
    }
)
@websocket_api.async_response
async def _act(hass: HomeAssistant, connection: websocket_api.ActiveConnection, msg: dict[str, Any]) -> None:
    """Call a service in the name of whom the ticket stands for."""
    tickets, ticket = hass.data[TICKETS], msg["ticket"]
    if not tickets.is_ours(ticket):
        connection.send_error(msg["id"], "other_home", "Another Home Assistant issued this ticket")
        return
    context = tickets.context(ticket)
    if context is None:
        connection.send_error(msg["id"], "ticket_expired", "The request that this belongs to is over")
        return
    # A context for each call, below the request's: the logbook then shows both, and whose it was.
    called = Context(user_id=context.user_id, parent_id=context.id)
    response = await hass.services.async_call(
        msg["domain"],
        msg["service"],
        msg.get("service_data"),
        blocking=True,
        context=called,
        target=msg.get("target"),
        return_response=msg["return_response"],
    )
    connection.send_result(msg["id"], {"context": called, "response": response})


@callback
def tickets_of(hass: HomeAssistant) -> Tickets:
    """The tickets of this Home Assistant."""
    return hass.data[TICKETS]
