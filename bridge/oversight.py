"""Oversight: what all devices ask and what comes of it, told as it happens to those who may see it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Any

from sqlmodel import Session, col, select

from actions.errors import HomeError
from actions.link import HomeLink
from bridge.exchange import Exchange
from bridge.feed import Feed, News
from bridge.own import Own
from bridge.phone.words import PhoneAct
from bridge.reply import Reply
from bridge.store import Store
from bridge.store.tables import DeviceRow, ExchangeRow, TurnRow, now
from bridge.tally import Tally, cost_of
from bridge.tiers.base import Tier

API = 1
"""The version of the HTTP surface; it grows without a new one as long as old callers go on working."""
_STATUS_EVERY_S = 0.2


@dataclass(frozen=True, slots=True)
class _Question:
    """A confirmation that waits for its yes."""

    turn: str
    device: str
    text: str | None
    until: datetime

    def facts(self) -> dict[str, Any]:
        return {"turn_id": self.turn, "device": self.device, "question": self.text}


class Oversight:
    """Counts, and feeds those who follow."""

    def __init__(self, store: Store, link: HomeLink, own: Own, tiers: Sequence[Tier], confirm_s: int) -> None:
        self._store = store
        self._link = link
        self._own = own
        self._tiers = tiers
        self._confirm = timedelta(seconds=confirm_s)
        self._tally = Tally()
        self._last: dict[str, Any] | None = None
        self._open: dict[str, _Question] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._telling: asyncio.TimerHandle | None = None
        self.feed = Feed()

    async def start(self) -> None:
        """Count what was before, and wait on for what is still to be confirmed.

        :raises StoreError: the store cannot be read.
        """
        await self._tally.load(self._store)
        for question in await self._store.read(_open_questions):
            self._wait_for(question)

    def stop(self) -> None:
        """End the feed and the waiting."""
        self.feed.close()
        for timer in (*self._timers.values(), self._telling):
            if timer is not None:
                timer.cancel()
        self._timers.clear()

    def turn(self, exchange: Exchange, reply: Reply) -> None:
        """A request was worked on to its end."""
        spent = reply.timings_ms.get("total")
        self._tally.count(exchange.tier, exchange.decision, spent, exchange.tiers)
        self.answered(exchange.turn)
        if exchange.pending is not None and exchange.pending.kind == "confirm":
            until = now() + self._confirm
            self._wait_for(_Question(exchange.turn, exchange.device.name, reply.ask, until))
        self._last = {
            "at": exchange.created.isoformat(),
            "device": exchange.device.name,
            "tier": exchange.tier,
            "decision": exchange.decision,
        }
        if self.feed.followed:
            self.feed.publish(News("turn", _turn_facts(exchange, reply)))
            self.changed()

    def phone(self, acts: Sequence[PhoneAct]) -> None:
        """Phones told, or kept silent about, what became of their actions."""
        for act in acts:
            if act.receipt.status.settled:
                self.feed.publish(News("phone", _phone_facts(act)))

    def changed(self) -> None:
        """The status is another; it is told soon, once for what changes together."""
        if self.feed.followed and self._telling is None:
            self._telling = asyncio.get_running_loop().call_later(_STATUS_EVERY_S, self._tell_status)

    def status(self) -> dict[str, Any]:
        """How the bridge is; JSON."""
        return {
            "ok": True,
            "id": self._own.id,
            "version": version("hearthbridge"),
            "api": API,
            "home": self._home(),
            "tiers": [{"name": tier.name, "version": getattr(tier, "version", None)} for tier in self._tiers],
            "read_only": self._own.read_only,
            "pending_confirmations": len(self._open),
            "today": self._tally.facts(),
            "last_turn": self._last,
        }

    def _home(self) -> dict[str, Any]:
        try:
            home = self._link.home
        except HomeError as error:
            return {"connected": False, "code": error.code, "entities": None, "exposed": None}
        return {"connected": True, "code": None, "entities": len(home.entities), "exposed": len(home.exposed)}

    def _tell_status(self) -> None:
        self._telling = None
        self.feed.publish(News("status", self.status()))

    def _wait_for(self, question: _Question) -> None:
        self._open[question.turn] = question
        left = (question.until - now()).total_seconds()
        loop = asyncio.get_running_loop()
        self._timers[question.turn] = loop.call_later(max(0.0, left), self._unanswered, question.turn)

    def answered(self, turn: str) -> None:
        """What was asked in this turn waits no longer."""
        self._open.pop(turn, None)
        if timer := self._timers.pop(turn, None):
            timer.cancel()

    def _unanswered(self, turn: str) -> None:
        self._timers.pop(turn, None)
        if question := self._open.pop(turn, None):
            self.feed.publish(News("unanswered", question.facts()))
            self.changed()


def _open_questions(session: Session) -> list[_Question]:
    """The confirmations that a restart left waiting."""
    waiting = select(TurnRow, DeviceRow.name).join(DeviceRow).where(col(TurnRow.pending_until) > now())
    questions = []
    for turn, device in session.exec(waiting):
        if turn.pending is None or turn.pending["kind"] != "confirm" or turn.pending_until is None:
            continue
        last = select(ExchangeRow.reply).where(col(ExchangeRow.turn) == turn.id)
        reply = session.exec(last.order_by(col(ExchangeRow.created).desc())).first()
        questions.append(_Question(turn.id, device, (reply or {}).get("ask"), turn.pending_until))
    return questions


def _phone_facts(act: PhoneAct) -> dict[str, Any]:
    return {
        "turn_id": act.row.turn,
        "id": act.row.id,
        "phone": act.phone,
        "action": act.receipt.action,
        "name": act.receipt.name,
        "status": str(act.receipt.status),
        "reason": act.receipt.reason,
        "detail": act.receipt.detail,
    }


def _turn_facts(exchange: Exchange, reply: Reply) -> dict[str, Any]:
    return {
        "turn_id": exchange.turn,
        "device": exchange.device.name,
        "person": exchange.request.get("person"),
        "area": exchange.area,
        "language": exchange.language,
        "text": exchange.request["text"],
        "say": reply.say,
        "ask": reply.ask,
        "tier": exchange.tier,
        "decision": exchange.decision,
        "ms": reply.timings_ms.get("total"),
        "cost_usd": cost_of(exchange.tiers),
        "receipts": [
            {
                "action": receipt.action,
                "target": receipt.target,
                "name": receipt.name,
                "status": str(receipt.status),
                "reason": receipt.reason,
            }
            for receipt in reply.receipts
        ],
    }
