"""The day's figures: how many turns, how many of them handled locally, how fast, what they cost."""

import statistics
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from bridge.store import Store
from bridge.store.tables import ExchangeRow

CLOUD = "cloud"
"""The tier that is not local."""
_UNHANDLED = frozenset({"not_understood", "failed", "interrupted"})
_KEPT = 1000
"""Latencies that the median and the 95th percentile are taken from."""


@dataclass(slots=True)
class Tally:
    """Counts requests since midnight, in this machine's time zone."""

    day: date = field(default_factory=lambda: datetime.now().astimezone().date())
    turns: int = 0
    handled: int = 0
    local: int = 0
    cost: float = 0.0
    """US dollars."""
    spent: deque[float] = field(default_factory=lambda: deque(maxlen=_KEPT))
    """Milliseconds of the last requests."""

    async def load(self, store: Store) -> None:
        """Count what the store has of today.

        :raises StoreError: it cannot be read.
        """
        today = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        since = select(ExchangeRow.reply, ExchangeRow.tiers).where(col(ExchangeRow.created) >= today)

        def find(session: Session) -> Sequence[Any]:
            return session.exec(since.order_by(col(ExchangeRow.created))).all()

        for reply, tiers in await store.read(find):
            if reply is not None:
                self.count(reply["tier"], reply["decision"], reply["timings_ms"].get("total"), tiers)

    def count(
        self, tier: str | None, decision: str | None, spent_ms: float | None, tiers: Sequence[Mapping[str, Any]]
    ) -> None:
        """Count one request; `tiers` is its trace."""
        self.roll()
        self.turns += 1
        self.cost += cost_of(tiers)
        if spent_ms is not None:
            self.spent.append(spent_ms)
        if decision not in _UNHANDLED:
            self.handled += 1
            self.local += tier != CLOUD

    def roll(self) -> None:
        """Begin again on a new day."""
        today = datetime.now().astimezone().date()
        if today != self.day:
            self.day, self.turns, self.handled, self.local, self.cost = today, 0, 0, 0, 0.0
            self.spent.clear()

    def facts(self) -> dict[str, Any]:
        """As JSON; null where nothing is known yet."""
        self.roll()
        return {
            "turns": self.turns,
            "local_share": round(self.local / self.handled, 4) if self.handled else None,
            "cost_usd": round(self.cost, 6),
            "latency_ms": {"p50": _percentile(self.spent, 50), "p95": _percentile(self.spent, 95)},
        }


def cost_of(tiers: Sequence[Mapping[str, Any]]) -> float:
    """What the tiers of one request cost together, in US dollars."""
    costs = [(tier.get("trace") or {}).get("usd") for tier in tiers]
    return sum(float(cost) for cost in costs if isinstance(cost, int | float))


def _percentile(values: Sequence[float], percent: int) -> float | None:
    if not values:
        return None
    if len(values) == 1:
        return round(values[0], 1)
    return round(statistics.quantiles(values, n=100, method="inclusive")[percent - 1], 1)
