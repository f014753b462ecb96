"""What phones are to do, in the store: each action is given out, begun and settled once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import func, or_
from sqlmodel import Session, col, select, update

from actions.receipt import Receipt, Status
from bridge.phone.taking import check, settle, take_word, unknown
from bridge.phone.words import PhoneAct, silence
from bridge.reply import DeviceAction
from bridge.settings import PhoneSettings
from bridge.store import Store
from bridge.store.tables import ActRow, DeviceRow, PhoneActionRow, now
from shortcuts.phone.availability import Rate

Word: TypeAlias = tuple[str, str, str | None]
"""A phone's word on one action: id, status, detail."""


@dataclass(frozen=True, slots=True)
class Due:
    """What a phone has fetched: the actions of one turn."""

    turn: str | None = None
    actions: tuple[DeviceAction, ...] = ()


class PhoneQueue:
    """Phone actions in the store."""

    def __init__(self, store: Store, settings: PhoneSettings) -> None:
        self._store = store
        self._lasts = timedelta(seconds=settings.action_seconds)
        self._lease = timedelta(seconds=settings.lease_seconds)
        self._result = timedelta(seconds=settings.result_seconds)

    async def phones(self) -> list[DeviceRow]:
        """The paired devices that do phone actions, oldest first."""

        def find(session: Session) -> list[DeviceRow]:
            active = select(DeviceRow).where(col(DeviceRow.revoked).is_(None), col(DeviceRow.kind) != "")
            return list(session.exec(active.order_by(col(DeviceRow.created))))

        return await self._store.read(find)

    async def add(self, turn: str, device: str, action: DeviceAction, *, inline: bool, rate: Rate | None) -> bool:
        """Write down what a phone is to do; False when it did so much of that kind that it would balk.

        :raises StoreError: it is not written, so it must not go out.
        """
        row: dict[str, Any] = {
            "id": action.id,
            "turn": turn,
            "device": device,
            "kind": action.kind,
            "args": action.args,
            "confirm": action.confirm,
            "inline": inline,
        }

        def work(session: Session) -> bool:
            created = now()
            if rate is not None and _recent(session, device, action.kind, created, rate) >= rate.count:
                return False
            session.add(PhoneActionRow(**row, created=created, expires=created + self._lasts))
            return True

        return await self._store.write(work)

    async def take(self, device: str) -> Due:
        """Give out what is due for a device: the oldest turn's actions that were not begun, leased to this call."""

        def work(session: Session) -> Due:
            present = now()
            due = session.exec(_due(device, present).with_for_update()).all()
            first = [row for row in due if row.turn == due[0].turn]
            for row in first:
                row.leased = present + self._lease
                session.add(row)
            return Due(first[0].turn, tuple(device_action(row) for row in first)) if first else Due()

        return await self._store.write(work)

    async def report(self, turn: str, results: Sequence[Word], device: str) -> list[str]:
        """Take a phone's word on its actions: (id, status, detail) each; returns the exchange's act ids concerned.

        All of them are taken, or none. The first final word stands, and a second "started" is refused, since the
        action may have been done by then.

        :raises ActionError: an action that is not this phone's, is too old, or was begun before.
        """

        def work(session: Session) -> list[str]:
            rows = {}
            for identity, status, _ in results:
                row = session.exec(
                    select(PhoneActionRow).where(PhoneActionRow.id == identity).with_for_update()
                ).first()
                check(row, turn, device, status)
                rows[identity] = row
            for identity, status, detail in results:
                row = rows[identity]
                assert row is not None  # noqa: S101  # check
                take_word(session, row, status, detail)
            return list(rows)

        if not results:
            raise unknown()
        return await self._store.write(work)

    def _late(self) -> Any:
        present = now()
        begun = col(PhoneActionRow.started)
        late = or_(begun.is_(None) & (col(PhoneActionRow.expires) <= present), begun <= present - self._result)
        named = select(PhoneActionRow, DeviceRow.name).join(DeviceRow, col(DeviceRow.id) == PhoneActionRow.device)
        return named.where(col(PhoneActionRow.settled).is_(None), late)

    async def sweep(self) -> list[str]:
        """Settle as unknown what phones stayed silent about; returns the ids. Nothing is done again."""

        def work(session: Session) -> list[str]:
            found = session.exec(self._late().with_for_update(of=PhoneActionRow)).all()
            for row, name in found:
                reason = "no_result" if row.started else "never_started"
                settle(session, row, Status.UNKNOWN, reason, silence(row, name))
            return [row.id for row, _ in found]

        # Most of the time there is nothing, and then nothing is written.
        late = await self._store.read(lambda session: session.exec(self._late()).first())
        return await self._store.write(work) if late else []

    async def woken(self, turn: str, device: str, route: str) -> None:
        """Note that a push for a turn's actions went out."""
        mine = update(PhoneActionRow).where(col(PhoneActionRow.turn) == turn, col(PhoneActionRow.device) == device)
        mine = mine.where(col(PhoneActionRow.inline).is_(False), col(PhoneActionRow.settled).is_(None))
        await self._store.write(lambda session: session.exec(mine.values(pushed=now(), route=route)))

    async def give_up(self, turn: str, reason: str, detail: str) -> int:
        """Settle as failed what of a turn was not begun and now will not be; returns how many that are."""

        def work(session: Session) -> int:
            mine = select(PhoneActionRow).where(
                col(PhoneActionRow.turn) == turn,
                col(PhoneActionRow.inline).is_(False),
                col(PhoneActionRow.started).is_(None),
                col(PhoneActionRow.leased).is_(None),
                col(PhoneActionRow.settled).is_(None),
            )
            rows = session.exec(mine).all()
            for row in rows:
                settle(session, row, Status.FAILED, reason, detail)
            return len(rows)

        return await self._store.write(work)

    async def of_acts(self, acts: Sequence[str]) -> list[PhoneAct]:
        """The phone actions among these acts, with their receipts, in their order."""

        def find(session: Session) -> list[PhoneAct]:
            mine = (
                select(PhoneActionRow, ActRow.receipt, DeviceRow.name)
                .join(ActRow, col(ActRow.id) == PhoneActionRow.id)
                .join(DeviceRow, col(DeviceRow.id) == PhoneActionRow.device)
                .where(col(PhoneActionRow.id).in_(acts))
            )
            found = {
                row.id: PhoneAct(row, Receipt.model_validate(told), name) for row, told, name in session.exec(mine)
            }
            return [found[act] for act in acts if act in found]

        return await self._store.read(find)


def device_action(row: PhoneActionRow) -> DeviceAction:
    """What the phone is sent."""
    return DeviceAction(id=row.id, kind=row.kind, args=row.args, confirm=row.confirm)


def _due(device: str, present: datetime) -> Any:
    return (
        select(PhoneActionRow)
        .where(
            col(PhoneActionRow.device) == device,
            col(PhoneActionRow.inline).is_(False),
            col(PhoneActionRow.settled).is_(None),
            col(PhoneActionRow.started).is_(None),
            col(PhoneActionRow.expires) > present,
            or_(col(PhoneActionRow.leased).is_(None), col(PhoneActionRow.leased) <= present),
        )
        .order_by(col(PhoneActionRow.created))
    )


def _recent(session: Session, device: str, kind: str, present: datetime, rate: Rate) -> int:
    since = present - timedelta(seconds=rate.seconds)
    mine = select(func.count()).where(
        col(PhoneActionRow.device) == device, col(PhoneActionRow.kind) == kind, col(PhoneActionRow.created) > since
    )
    return session.exec(mine).one()
