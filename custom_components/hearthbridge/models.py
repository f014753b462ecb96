"""What the bridge answers; fields that this version does not know are passed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from .errors import Unreadable


@dataclass(frozen=True, slots=True)
class Paired:
    """A new token."""

    token: str
    scopes: tuple[str, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read it.

        :raises Unreadable: it is something else.
        """
        return cls(_text(data, "token"), tuple(map(str, data.get("scopes") or ())))


@dataclass(frozen=True, slots=True)
class Status:
    """How the bridge is, and the day's figures."""

    id: str
    version: str
    api: int
    read_only: bool
    pending_confirmations: int
    tiers: tuple[str, ...]
    model_version: str | None
    """Of the small model, else of the first tier that has one."""
    turns: int
    local_share: float | None
    """0 to 1."""
    cost_usd: float
    latency_p50: float | None
    """Milliseconds."""
    latency_p95: float | None
    home_connected: bool
    exposed: int | None
    last_turn: Mapping[str, Any]
    """`at`, `device`, `tier`, `decision`; empty when there was none."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read it.

        :raises Unreadable: it is something else.
        """
        try:
            home, today = data["home"], data["today"]
            tiers = {str(tier["name"]): tier["version"] for tier in data["tiers"]}
            versions = [tiers.get("small"), *tiers.values()]
            return cls(
                id=str(data["id"]),
                version=str(data["version"]),
                api=int(data["api"]),
                read_only=bool(data["read_only"]),
                pending_confirmations=int(data["pending_confirmations"]),
                tiers=tuple(tiers),
                model_version=next((str(one) for one in versions if one), None),
                turns=int(today["turns"]),
                local_share=today["local_share"],
                cost_usd=float(today["cost_usd"]),
                latency_p50=today["latency_ms"]["p50"],
                latency_p95=today["latency_ms"]["p95"],
                home_connected=bool(home["connected"]),
                exposed=home["exposed"],
                last_turn=data["last_turn"] or {},
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Unreadable(f"a status that cannot be read: {error!r}") from error


@dataclass(frozen=True, slots=True)
class Reply:
    """The reply to a request."""

    turn_id: str
    say: str
    ask: str | None
    choices: tuple[str, ...]
    pending: bool
    decision: str | None
    tier: str | None
    receipts: tuple[Mapping[str, Any], ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read it.

        :raises Unreadable: it is something else.
        """
        receipts = data.get("receipts") or ()
        if not all(isinstance(receipt, dict) for receipt in receipts):
            raise Unreadable("receipts that cannot be read")
        return cls(
            turn_id=_text(data, "turn_id"),
            say=_text(data, "say"),
            ask=data.get("ask"),
            choices=tuple(map(str, data.get("choices") or ())),
            pending=bool(data.get("pending")),
            decision=data.get("decision"),
            tier=data.get("tier"),
            receipts=tuple(receipts),
        )

    def as_response(self) -> dict[str, Any]:
        """For an automation."""
        return {
            "turn_id": self.turn_id,
            "say": self.say,
            "ask": self.ask,
            "choices": list(self.choices),
            "pending": self.pending,
            "decision": self.decision,
            "tier": self.tier,
            "receipts": [dict(receipt) for receipt in self.receipts],
        }


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str):
        raise Unreadable(f"no {name}")
    return value
