"""What left the house for models: written byte for byte before it goes, then with what it cost."""

import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session, col, delete, insert, select, update

from actions.errors import HearthError
from actions.ids import new_id
from bridge.purse import CAP_WORDS, Cap, Purse
from bridge.settings import CloudSettings
from bridge.store import Store
from bridge.store.tables import SentRow, now

_MONTH = timedelta(days=32)


class OverCap(HearthError):
    """A request to a model would cost more than is left."""

    code = "over_budget"
    hint = "Raise cloud.day_usd, cloud.month_usd or cloud.device_day_usd, or wait."

    def __init__(self, cap: Cap) -> None:
        super().__init__(CAP_WORDS[cap].capitalize())
        self.cap = cap


@dataclass(slots=True)
class Parcel:
    """One request to a model on its way."""

    turn: str
    exchange: str
    device: str
    provider: str
    model: str
    most_usd: float = 0.0
    """The most that it can cost; counts until the true cost is known."""
    id: str = field(default_factory=new_id)
    left: bool = False
    """Whether it went out."""
    started: float = field(default_factory=time.perf_counter)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a request used."""

    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    usd: float = 0.0


class Sent:
    """The record of everything that leaves, and the purse that pays for it."""

    def __init__(self, store: Store, settings: CloudSettings) -> None:
        self._store = store
        self._keep = timedelta(days=settings.keep_days)
        self.purse = Purse(settings)

    async def start(self) -> None:
        """Count what was spent before, and forget what is too old.

        :raises StoreError: the database cannot be used.
        """
        paid = select(SentRow.at, SentRow.device, SentRow.usd).where(col(SentRow.at) > now() - _MONTH)
        self.purse.restore(await self._store.read(lambda session: session.exec(paid).all()))
        # Sums of the month must outlive a short `keep_days`.
        old = delete(SentRow).where(col(SentRow.at) < now() - max(self._keep, _MONTH))
        forget = update(SentRow).where(col(SentRow.at) < now() - self._keep).values(body=b"", headers={})
        await self._store.write(lambda session: (session.exec(old), session.exec(forget)))

    async def leave(self, parcel: Parcel, url: str, headers: Mapping[str, str], body: bytes) -> None:
        """Write what is about to leave; it may go once this has returned.

        :raises OverCap: it may cost more than is left; it must not go.
        :raises StoreError: it could not be written, so it must not go.
        """
        if parcel.most_usd and (cap := self.purse.reached(parcel.device, parcel.most_usd)):
            raise OverCap(cap)
        self.purse.add(parcel.device, parcel.most_usd)
        row = {
            "id": parcel.id,
            "exchange": parcel.exchange,
            "turn": parcel.turn,
            "device": parcel.device,
            "at": now(),
            "provider": parcel.provider,
            "model": parcel.model,
            "url": url,
            "headers": dict(headers),
            "body": zlib.compress(body, 1),
            "outcome": "sent",
            "input_tokens": 0,
            "cached_tokens": 0,
            "output_tokens": 0,
            "usd": parcel.most_usd,
        }
        parcel.left, parcel.started = True, time.perf_counter()
        try:
            await self._store.write(lambda session: session.exec(insert(SentRow).values(**row)))
        except Exception:
            self.purse.add(parcel.device, -parcel.most_usd)
            parcel.left = False
            raise

    def arrived(self, parcel: Parcel, outcome: str, cost: Cost) -> None:
        """Note what came of a parcel, and its true cost; nothing, where it never left."""
        if not parcel.left:
            return
        parcel.left = False
        self.purse.add(parcel.device, cost.usd - parcel.most_usd)
        values = {
            "outcome": outcome,
            "input_tokens": cost.input_tokens,
            "cached_tokens": cost.cached_tokens,
            "output_tokens": cost.output_tokens,
            "usd": cost.usd,
            "ms": round((time.perf_counter() - parcel.started) * 1000, 3),
        }
        # Lost in a crash, the most that it could cost stays counted.
        done = update(SentRow).where(col(SentRow.id) == parcel.id).values(**values)
        self._store.note(lambda session: session.exec(done))

    async def of_turn(self, turn: str) -> list[dict[str, Any]]:
        """Everything that left for a turn, oldest first, as JSON; `body` is exactly what was sent."""

        def find(session: Session) -> Sequence[SentRow]:
            return session.exec(select(SentRow).where(col(SentRow.turn) == turn).order_by(col(SentRow.at))).all()

        return [shown(row) for row in await self._store.read(find)]


def shown(row: SentRow | Row[Any]) -> dict[str, Any]:
    """One request as JSON."""
    body = zlib.decompress(row.body) if row.body else b""
    return {
        "id": row.id,
        "exchange": row.exchange,
        "at": row.at.isoformat(),
        "provider": row.provider,
        "model": row.model,
        "url": row.url,
        "headers": row.headers,
        "body": body.decode("utf-8", "replace"),
        "bytes": len(body),
        "outcome": row.outcome,
        "input_tokens": row.input_tokens,
        "cached_tokens": row.cached_tokens,
        "output_tokens": row.output_tokens,
        "usd": row.usd,
        "ms": row.ms,
    }
