"""The record: turns, exchanges and acts in the store, complete enough to replay a turn and learn from it."""

import json
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, insert, update
from sqlmodel import Session, SQLModel, col, select

from actions.home import Home
from actions.plan import Step
from actions.receipt import Receipt, Status
from bridge.exchange import Exchange, Pending
from bridge.reply import Reply
from bridge.store import Store
from bridge.store.tables import ActRow, ExchangeRow, HomeRow, TurnRow, now

IDEMPOTENT_FOR = timedelta(hours=24)


def _table(row: type[SQLModel]) -> Table:
    # Plain inserts: the object-relational layer's bookkeeping would cost more than the writing.
    return row.__table__  # type: ignore[attr-defined,no-any-return]


_TURN, _EXCHANGE, _ACT, _HOME = (_table(row) for row in (TurnRow, ExchangeRow, ActRow, HomeRow))
_SETTLE = (
    update(_ACT)
    .where(_ACT.c.id == bindparam("act"))
    .values(receipt=bindparam("new_receipt"), status=bindparam("new_status"), settled=bindparam("when"))
)


class Record:
    """Writes and finds exchanges."""

    def __init__(self, store: Store, *, confirm_seconds: int) -> None:
        self._store = store
        self._confirm = timedelta(seconds=confirm_seconds)
        self._homes: set[str] = set()

    async def open(self, exchange: Exchange) -> None:
        """Write the exchange and its intended acts; nothing may be done before this has returned.

        :raises StoreError: nothing was written.
        """
        await self._store.write(self._writing(exchange))
        exchange.stored = True

    async def settle(self, receipts: Sequence[Receipt]) -> None:
        """Write outcomes."""
        rows = _settled(receipts)
        if rows:
            await self._store.write(lambda session: session.connection().execute(_SETTLE, rows))

    async def close(self, exchange: Exchange) -> None:
        """Write the reply, the outcomes and what is left pending."""
        if not exchange.stored:
            await self._store.write(self._writing(exchange))
            exchange.stored = True
            return
        rows = _settled(list(exchange.receipts.values()))
        values = _finish(exchange)
        turn = self._pending(exchange)

        def work(session: Session) -> None:
            connection = session.connection()
            if rows:
                connection.execute(_SETTLE, rows)
            connection.execute(update(_EXCHANGE).where(_EXCHANGE.c.id == exchange.id).values(**values))
            if exchange.pending is not None:
                connection.execute(update(_TURN).where(_TURN.c.id == exchange.turn).values(**turn))

        await self._store.write(work)

    def _writing(self, exchange: Exchange) -> Any:
        home = exchange.home
        version = self._new_home(home)
        turn = self._pending(exchange)
        acts = _acts(exchange)
        row = {
            "id": exchange.id,
            "turn": exchange.turn,
            "device": exchange.device.id,
            "created": exchange.created,
            "idempotency_key": exchange.idempotency_key,
            "fingerprint": exchange.fingerprint,
            "request": exchange.request,
            "home_version": home.version if home else None,
            "registry_version": exchange.registry.version if exchange.registry else None,
            **_finish(exchange),
        }

        def work(session: Session) -> None:
            connection = session.connection()
            if version is not None and session.get(HomeRow, version["version"]) is None:
                connection.execute(insert(_HOME), [version])
            if exchange.new_turn:
                new = {"id": exchange.turn, "device": exchange.device.id, "created": exchange.created, **turn}
                connection.execute(insert(_TURN), [new])
            elif exchange.pending is not None:
                connection.execute(update(_TURN).where(_TURN.c.id == exchange.turn).values(**turn))
            connection.execute(insert(_EXCHANGE), [row])
            if acts:
                connection.execute(insert(_ACT), acts)
            if version is not None:
                self._homes.add(version["version"])

        return work

    def _new_home(self, home: Home | None) -> dict[str, Any] | None:
        if home is None or home.version in self._homes:
            return None
        content = zlib.compress(json.dumps(home.compact(), ensure_ascii=False).encode())
        return {"version": home.version, "created": now(), "content": content}

    def _pending(self, exchange: Exchange) -> dict[str, Any]:
        pending = exchange.pending
        until = now() + self._confirm if pending else None
        return {"pending": pending.dump() if pending else None, "pending_until": until}

    async def owner(self, turn: str) -> str | None:
        """The device that a turn belongs to; None for no such turn."""
        return await self._store.read(
            lambda s: s.exec(select(TurnRow.device).where(col(TurnRow.id) == turn)).first()
        )

    async def take_pending(self, turn: str) -> tuple[Pending, bool] | None:
        """Take out what a turn left to settle, once: a second caller gets None. The flag says if it is too late."""

        def work(session: Session) -> tuple[Pending, bool] | None:
            row = session.exec(select(TurnRow).where(col(TurnRow.id) == turn).with_for_update()).first()
            if row is None or row.pending is None:
                return None
            pending, until = Pending.load(row.pending), row.pending_until
            row.pending, row.pending_until = None, None
            session.add(row)
            return pending, until is None or until.replace(tzinfo=UTC) < datetime.now(UTC)

        return await self._store.write(work)

    async def replayed(self, device: str, key: str) -> ExchangeRow | None:
        """The exchange that a device already made under an idempotency key; older ones are forgotten."""

        def work(session: Session) -> ExchangeRow | None:
            found = session.exec(
                select(ExchangeRow).where(
                    col(ExchangeRow.device) == device, col(ExchangeRow.idempotency_key) == key
                )
            ).first()
            if found is not None and found.created.replace(tzinfo=UTC) < datetime.now(UTC) - IDEMPOTENT_FOR:
                found.idempotency_key = None
                session.add(found)
                return None
            return found

        return await self._store.write(work)

    async def exchanges(self, turn: str) -> list[tuple[ExchangeRow, list[ActRow]]]:
        """A turn's exchanges with their acts, oldest first."""

        def find(session: Session) -> list[tuple[ExchangeRow, list[ActRow]]]:
            rows = session.exec(
                select(ExchangeRow).where(col(ExchangeRow.turn) == turn).order_by(col(ExchangeRow.created))
            ).all()
            return [
                (
                    row,
                    list(
                        session.exec(
                            select(ActRow).where(col(ActRow.exchange) == row.id).order_by(col(ActRow.position))
                        )
                    ),
                )
                for row in rows
            ]

        return await self._store.read(find)

    async def recover(self) -> int:
        """After a restart: what was intended and never settled is unknown; returns how many acts that are."""

        def work(session: Session) -> int:
            rows = session.exec(select(ActRow).where(col(ActRow.status) == Status.INTENDED)).all()
            for row in rows:
                unknown = {
                    "status": Status.UNKNOWN,
                    "reason": "bridge_restarted",
                    "detail": "The bridge was restarted before the outcome was seen",
                }
                row.receipt = {**row.receipt, **unknown}
                row.status, row.settled = Status.UNKNOWN, now()
                session.add(row)
            open_ones = session.exec(select(ExchangeRow).where(col(ExchangeRow.finished).is_(None))).all()
            for exchange in open_ones:
                exchange.finished, exchange.decision = now(), "interrupted"
                exchange.reply = Reply(
                    turn_id=exchange.turn,
                    say="I was restarted in the middle of this; look at the devices before you ask again.",
                    decision="interrupted",
                ).model_dump(mode="json")
                session.add(exchange)
            return len(rows)

        return await self._store.write(work)


def _finish(exchange: Exchange) -> dict[str, Any]:
    return {
        "finished": now() if exchange.reply else None,
        "tiers": exchange.tiers,
        "decision": exchange.decision,
        "reply": exchange.reply.model_dump(mode="json") if exchange.reply else None,
    }


def _acts(exchange: Exchange) -> list[dict[str, Any]]:
    steps = exchange.plan.steps if exchange.plan else ()
    position = 0
    rows = []
    for step in steps:
        for receipt in (r for r in exchange.receipts.values() if r.id.startswith(step.id)):
            rows.append(_act(exchange, step, receipt, position))
            position += 1
    return rows


def _act(exchange: Exchange, step: Step, receipt: Receipt, position: int) -> dict[str, Any]:
    return {
        "id": receipt.id,
        "exchange": exchange.id,
        "position": position,
        "place": str(step.place),
        "call": {**step.call.model_dump(), "data": dict(step.service.data) if step.service else step.arguments},
        "receipt": receipt.model_dump(mode="json"),
        "status": str(receipt.status),
        "created": exchange.created,
        "settled": now() if receipt.status.settled else None,
    }


def _settled(receipts: Sequence[Receipt]) -> list[dict[str, Any]]:
    return [
        {"act": r.id, "new_receipt": r.model_dump(mode="json"), "new_status": str(r.status), "when": now()}
        for r in receipts
        if r.status.settled
    ]
