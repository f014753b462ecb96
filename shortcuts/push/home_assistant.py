"""Waking a phone by Home Assistant's companion app."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from actions.errors import HomeError, HomeLost
from actions.link import HomeLink, ServiceCall
from shortcuts.push.base import DISPATCHER, Doorbell, PushOutcome, Way

RESULT_EVENT = "ios.shortcut_run"


@dataclass(frozen=True, slots=True)
class HomeAssistantPush:
    """A notification of the companion app: tapped, it runs the dispatcher, or an automation of the phone does."""

    link: HomeLink
    service: str
    """`mobile_app_annas_iphone`."""
    way: Way = Way.TAP

    @property
    def name(self) -> str:
        """For receipts."""
        return f"home_assistant:{self.way}"

    async def push(self, bell: Doorbell) -> PushOutcome:
        """Ring; see `PushTransport`."""
        data: dict[str, Any] = {"tag": "hearthbridge", "group": "hearthbridge"}
        if self.way is Way.TAP:
            # What is beside the name becomes the shortcut's input, and comes back with its result.
            data["shortcut"] = {"name": DISPATCHER, "turn_id": bell.turn}
        call = ServiceCall("notify", self.service, (), {"title": bell.title, "message": bell.text, "data": data})
        try:
            await self.link.call(call)
        except HomeLost as error:
            return PushOutcome(sent=False, code="push_unreachable", detail=error.message, unclear=True)
        except HomeError as error:
            return PushOutcome(sent=False, code="push_refused", detail=error.message)
        return PushOutcome(sent=True)


@dataclass(frozen=True, slots=True)
class ShortcutRun:
    """What the companion app tells of a shortcut that a notification ran."""

    turn: str
    status: str
    """success, failure or cancelled."""
    error: str = ""


def shortcut_run(event: Mapping[str, Any]) -> ShortcutRun | None:
    """Read the data of an `ios.shortcut_run` event; None when it is not about a push of ours."""
    given = event.get("input")
    # Depending on its version the app puts the notification's own keys beside `input` or into it.
    turn = given.get("turn_id") if isinstance(given, Mapping) else event.get("turn_id")
    status = event.get("status")
    if event.get("name") != DISPATCHER or not isinstance(turn, str) or not isinstance(status, str):
        return None
    return ShortcutRun(turn, status.casefold(), str(event.get("error") or ""))
