"""The record: turns, exchanges and acts in the store, complete enough to replay a turn and learn from it."""

import json
import zlib
from collections.abc import Sequence
from datetime import timedelta
from enum import IntEnum, auto
from typing import Any

from sqlalchemy import Executable, Table, bindparam, insert, update
from sqlmodel import Session, SQLModel, col, select

from actions.home import Home
from actions.plan import Step
from actions.receipt import Receipt, Status
from bridge.exchange import Exchange, Pending
from bridge.reply import Reply
from bridge.store import Change, Store, StoreError
from bridge.store.tables import ActRow, ExchangeRow, HomeRow, PhoneActionRow, TurnRow, now

IDEMPOTENT_FOR = timedelta(hours=24)
_CONVERSATION = timedelta(hours=1)
_LOOKED_THROUGH = 20


def _table(row: type[SQLModel]) -> Table:
    # Plain inserts: the object-relational layer's bookkeeping would cost more than the writing.
    return row.__table__  # type: ignore[attr-defined,no-any-return]


_TURN, _EXCHANGE, _ACT, _HOME = (_table(row) for row in (TurnRow, ExchangeRow, ActRow, HomeRow))


class _Do(IntEnum):
    """What is written, in the order that keeps references whole."""

    ADD_HOME = auto()
    ADD_TURN = auto()
    LEAVE_PENDING = auto()
    ADD_EXCHANGE = auto()
    ADD_ACT = auto()
    SETTLE_ACT = auto()
    FINISH_EXCHANGE = auto()


_STATEMENTS: dict[_Do, Executable] = {
    _Do.ADD_HOME: insert(_HOME),
    _Do.ADD_TURN: insert(_TURN),
    # What an update sets are the keys of its rows.
    _Do.LEAVE_PENDING: update(_TURN).where(_TURN.c.id == bindparam("turn")),
    _Do.ADD_EXCHANGE: insert(_EXCHANGE),
    _Do.ADD_ACT: insert(_ACT),
    # The first outcome stands.
    _Do.SETTLE_ACT: update(_ACT).where(_ACT.c.id == bindparam("act"), _ACT.c.status == str(Status.INTENDED)),
    _Do.FINISH_EXCHANGE: update(_EXCHANGE).where(_EXCHANGE.c.id == bindparam("exchange")),
}


def _change(do: _Do, *rows: dict[str, Any]) -> Change:
    return Change(do, _STATEMENTS[do], rows)


class Record:
    """Writes and finds exchanges."""

    def __init__(self, store: Store, *, confirm_seconds: int) -> None:
        self._store = store
        self._confirm = timedelta(seconds=confirm_seconds)
        self._homes: set[str] = set()
        self._late: list[Exchange] = []
        """Done, but not written yet: the database could not be used."""

    async def open(self, exchange: Exchange) -> None:
        """Write the exchange and its intended acts; nothing may be done before this has returned.

        :raises StoreError: nothing was written.
        """
        await self._catch_up()
        home = self._new_home(exchange.home)
        changes = [_change(_Do.ADD_HOME, home)] if home else []
        if exchange.new_turn:
            turn = {"id": exchange.turn, "device": exchange.device.id, "created": exchange.created}
            changes.append(_change(_Do.ADD_TURN, {**turn, **self._pending(exchange)}))
        elif exchange.pending is not None:
            changes.append(_change(_Do.LEAVE_PENDING, {"turn": exchange.turn, **self._pending(exchange)}))
        changes.append(_change(_Do.ADD_EXCHANGE, _row(exchange)))
        if acts := _acts(exchange):
            changes.append(_change(_Do.ADD_ACT, *acts))
        try:
            await self._store.apply(changes)
        except Exception:
            self._homes.discard(home["version"] if home else "")
            raise
        exchange.stored = True

    async def settle(self, receipts: Sequence[Receipt]) -> None:
        """Write outcomes."""
        if rows := _settled(receipts):
            await self._store.apply([_change(_Do.SETTLE_ACT, *rows)])

    async def close(self, exchange: Exchange) -> None:
        """Write the reply, the outcomes and what is left pending.

        :raises StoreError: nothing was written; what was opened is tried again when the database is next used.
        """
        if not exchange.stored:
            await self.open(exchange)
            return
        changes = [_change(_Do.FINISH_EXCHANGE, {"exchange": exchange.id, **_finish(exchange)})]
        if rows := _settled(list(exchange.receipts.values())):
            changes.append(_change(_Do.SETTLE_ACT, *rows))
        if exchange.pending is not None:
            changes.append(_change(_Do.LEAVE_PENDING, {"turn": exchange.turn, **self._pending(exchange)}))
        try:
            await self._store.apply(changes)
        except StoreError:
            self._late.append(exchange)
            raise

    async def _catch_up(self) -> None:
        while self._late:
            try:
                await self.close(self._late.pop())
            except StoreError:
                return

    def _new_home(self, home: Home | None) -> dict[str, Any] | None:
        if home is None or home.version in self._homes:
            return None
        # Noted at once, so that of two turns that wait for the writer only one brings it.
        self._homes.add(home.version)
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

    async def turn_that_said(self, device: str, say: str) -> str | None:
        """The turn of a device that last said these words, within the last hour; None when none did."""

        def find(session: Session) -> str | None:
            mine = select(ExchangeRow).where(
                col(ExchangeRow.device) == device, col(ExchangeRow.created) > now() - _CONVERSATION
            )
            last = session.exec(mine.order_by(col(ExchangeRow.created).desc()).limit(_LOOKED_THROUGH))
            return next((row.turn for row in last if row.reply and row.reply.get("say") == say), None)

        return await self._store.read(find)

    async def take_pending(self, turn: str) -> tuple[Pending, bool] | None:
        """Take out what a turn left to settle, once: a second caller gets None. The flag says if it is too late."""

        def work(session: Session) -> tuple[Pending, bool] | None:
            row = session.exec(select(TurnRow).where(col(TurnRow.id) == turn).with_for_update()).first()
            if row is None or row.pending is None:
                return None
            pending, until = Pending.load(row.pending), row.pending_until
            row.pending, row.pending_until = None, None
            session.add(row)
            return pending, until is None or until < now()

        return await self._store.write(work)

    async def replayed(self, device: str, key: str) -> tuple[str, Reply | None] | None:
        """What a device already asked under an idempotency key: the fingerprint and the reply, if there is one.

        After 24 hours the key is forgotten.
        """

        def work(session: Session) -> tuple[str, Reply | None] | None:
            mine = select(ExchangeRow).where(
                col(ExchangeRow.device) == device, col(ExchangeRow.idempotency_key) == key
            )
            found = session.exec(mine).first()
            if found is None:
                return None
            if found.created < now() - IDEMPOTENT_FOR:
                found.idempotency_key = None
                session.add(found)
                return None
            return found.fingerprint, _reply(found, _acts_of(session, found))

        await self._catch_up()
        return await self._store.write(work)

    async def exchanges(self, turn: str) -> list[tuple[ExchangeRow, list[ActRow]]]:
        """A turn's exchanges with their acts, oldest first."""

        def find(session: Session) -> list[tuple[ExchangeRow, list[ActRow]]]:
            rows = session.exec(
                select(ExchangeRow).where(col(ExchangeRow.turn) == turn).order_by(col(ExchangeRow.created))
            ).all()
            return [(row, _acts_of(session, row)) for row in rows]

        await self._catch_up()
        return await self._store.read(find)

    async def latest(self, most: int) -> list[tuple[ExchangeRow, list[ActRow]]]:
        """The last exchanges of all devices with their acts, oldest first."""

        def find(session: Session) -> list[tuple[ExchangeRow, list[ActRow]]]:
            rows = session.exec(select(ExchangeRow).order_by(col(ExchangeRow.created).desc()).limit(most)).all()
            return [(row, _acts_of(session, row)) for row in reversed(rows)]

        return await self._store.read(find)

    async def recover(self) -> int:
        """After a restart: what was intended and never settled is unknown; returns how many acts that are."""

        def work(session: Session) -> int:
            self._homes = set(session.exec(select(HomeRow.version)))
            # What a phone was given is the phone's to tell, and is settled when it stays silent.
            given = col(ActRow.id).in_(select(PhoneActionRow.id))
            rows = session.exec(select(ActRow).where(col(ActRow.status) == Status.INTENDED, ~given)).all()
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


def _acts_of(session: Session, row: ExchangeRow) -> list[ActRow]:
    mine = select(ActRow).where(col(ActRow.exchange) == row.id).order_by(col(ActRow.position))
    return list(session.exec(mine))


def _reply(row: ExchangeRow, acts: Sequence[ActRow]) -> Reply | None:
    """A reply as it was given; its receipts are kept as acts, where they may have been settled since."""
    return Reply.model_validate({**row.reply, "receipts": [act.receipt for act in acts]}) if row.reply else None


def _row(exchange: Exchange) -> dict[str, Any]:
    return {
        "id": exchange.id,
        "turn": exchange.turn,
        "device": exchange.device.id,
        "created": exchange.created,
        "idempotency_key": exchange.idempotency_key,
        "fingerprint": exchange.fingerprint,
        "request": exchange.request,
        "home_version": exchange.home.version if exchange.home else None,
        "registry_version": exchange.registry.version if exchange.registry else None,
        **_finish(exchange),
    }


def _finish(exchange: Exchange) -> dict[str, Any]:
    return {
        "finished": now() if exchange.reply else None,
        "tiers": exchange.tiers,
        "decision": exchange.decision,
        # As they are: the store writes models as JSON by itself, and the receipts are kept as acts.
        "reply": exchange.reply.model_copy(update={"receipts": []}) if exchange.reply else None,
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
        "call": {**dict(step.call), "data": dict(step.service.data) if step.service else step.arguments},
        "receipt": receipt,
        "status": str(receipt.status),
        "created": exchange.created,
        "settled": now() if receipt.status.settled else None,
    }


def _settled(receipts: Sequence[Receipt]) -> list[dict[str, Any]]:
    when = now()
    return [
        {"act": r.id, "receipt": r, "status": str(r.status), "settled": when} for r in receipts if r.status.settled
    ]
