"""Waking a phone by Pushcut's HTTP API."""

from dataclasses import dataclass
from urllib.parse import quote

from shortcuts.push.base import DISPATCHER, Doorbell, PushOutcome, Way

_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class PushcutPush:
    """A notification that somebody taps, or the Automation Server of a spare device."""

    key: str
    """API key of the account."""
    notification: str | None = None
    """Name of a notification made in the app; None runs the dispatcher by the Automation Server."""
    way: Way = Way.TAP
    url: str = "https://api.pushcut.io"

    def __repr__(self) -> str:
        return f"PushcutPush({self.notification!r}, {self.way})"

    @property
    def name(self) -> str:
        """For receipts."""
        return f"pushcut:{self.way}"

    async def push(self, bell: Doorbell) -> PushOutcome:
        """Ring; see `PushTransport`."""
        # Imported here: most bridges never push this way, and it would cost each of them at the start.
        import httpx

        path, body = self._request(bell)
        try:
            headers = {"API-Key": self.key}
            async with httpx.AsyncClient(base_url=self.url, timeout=_TIMEOUT_S, headers=headers) as client:
                answer = await client.post(path, json=body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            return PushOutcome(sent=False, code="push_unreachable", detail=f"Pushcut: {type(error).__name__}")
        except httpx.HTTPError as error:
            detail = f"Pushcut gave no answer: {type(error).__name__}"
            return PushOutcome(sent=False, code="push_unreachable", detail=detail, unclear=True)
        if answer.is_success:
            return PushOutcome(sent=True)
        code = "push_limited" if answer.status_code == httpx.codes.TOO_MANY_REQUESTS else "push_refused"
        unclear = answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR
        detail = f"Pushcut answered {answer.status_code}"
        return PushOutcome(sent=False, code=code, detail=detail, unclear=unclear)

    def _request(self, bell: Doorbell) -> tuple[str, dict[str, object]]:
        if self.notification is None:
            # "nowait": the result comes from the phone itself.
            return "/v1/execute", {"shortcut": DISPATCHER, "input": bell.turn, "timeout": "nowait"}
        path = f"/v1/notifications/{quote(self.notification, safe='')}"
        body: dict[str, object] = {"title": bell.title, "text": bell.text, "input": bell.turn}
        if self.way is Way.TAP:
            body["defaultAction"] = {"name": DISPATCHER, "shortcut": DISPATCHER, "input": bell.turn}
        return path, body
