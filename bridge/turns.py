"""Turns: every request is answered by its deadline, once; what takes longer goes on and can be fetched."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from actions.errors import HearthError
from bridge.devices import Device
from bridge.exchange import Asked, Exchange, begin
from bridge.oversight import Oversight
from bridge.phone.phones import Phones, told
from bridge.record import Record
from bridge.reply import Reply
from bridge.store.tables import ActRow, ExchangeRow
from bridge.work import Worker

log = structlog.get_logger()
_FAILED_KEPT = 100


class TurnError(HearthError):
    """A request about a turn that cannot be answered."""

    code = "unknown_turn"


class Turns:
    """The turns of the whole service, running and past."""

    def __init__(self, worker: Worker, record: Record, phones: Phones, oversight: Oversight) -> None:
        self._worker = worker
        self._oversight = oversight
        self._record = record
        self._phones = phones
        self._running: dict[str, _Running] = {}
        self._keys: dict[tuple[str, str], _Running] = {}
        self._failed: OrderedDict[str, tuple[str, BaseException]] = OrderedDict()
        """Turns that failed, with nothing done, after their device was told `pending`."""

    async def ask(self, asked: Asked, device: Device) -> Reply:
        """Answer one request by its deadline; past it the reply is `pending` and the work goes on.

        :raises TurnError: no such turn, or it is being worked on.
        :raises HearthError: the home or the store is away; nothing was done.
        """
        exchange = begin(asked, device)
        running = self._same(exchange) or self._start(asked, exchange)
        left = asked.deadline_s - (time.perf_counter() - exchange.started)
        done, _ = await asyncio.wait({running.task}, timeout=max(0.0, left))
        if done:
            return running.task.result()
        running.exchange.overdue = True
        return _so_far(running.exchange)

    def _same(self, exchange: Exchange) -> "_Running | None":
        """The same request, already being worked on."""
        if exchange.idempotency_key is None:
            return None
        running = self._keys.get((exchange.device.id, exchange.idempotency_key))
        if running is not None and running.exchange.fingerprint != exchange.fingerprint:
            raise _conflict()
        return running

    def _start(self, asked: Asked, exchange: Exchange) -> "_Running":
        # No await in here, so that of two at once only one is first.
        if exchange.turn in self._running:
            raise _busy()
        self._failed.pop(exchange.turn, None)
        running = _Running(exchange, asyncio.create_task(self._run(asked, exchange)))
        self._running[exchange.turn] = running
        if exchange.idempotency_key is not None:
            self._keys[exchange.device.id, exchange.idempotency_key] = running
        running.task.add_done_callback(lambda task: self._ended(exchange, task))
        return running

    def _ended(self, exchange: Exchange, task: asyncio.Task[Reply]) -> None:
        self._running.pop(exchange.turn, None)
        if exchange.idempotency_key is not None:
            self._keys.pop((exchange.device.id, exchange.idempotency_key), None)
        # Taken here too, since nobody waits for it after the deadline.
        error = None if task.cancelled() else task.exception()
        if error is None or not exchange.overdue:
            return
        if isinstance(error, HearthError):
            log.warning("turn_failed", turn=exchange.turn, code=error.code)
        else:
            log.error("turn_failed", turn=exchange.turn, exc_info=error)
        if not exchange.stored:
            self._failed[exchange.turn] = (exchange.device.id, error)
            while len(self._failed) > _FAILED_KEPT:
                self._failed.popitem(last=False)

    async def _run(self, asked: Asked, exchange: Exchange) -> Reply:
        if exchange.idempotency_key is not None and (known := await self._replayed(exchange)) is not None:
            return known
        if not exchange.new_turn and await self._record.owner(exchange.turn) != exchange.device.id:
            raise TurnError("There is no such turn", hint="Leave turn_id out to begin a new one.")
        try:
            reply = await self._worker.work(asked, exchange)
        except Exception:
            # The answer took the question away, whatever became of it.
            self._oversight.answered(exchange.turn)
            raise
        log.info(
            "turn",
            turn=exchange.turn,
            device=exchange.device.name,
            tier=exchange.tier,
            decision=exchange.decision,
            receipts=[str(receipt.status) for receipt in reply.receipts],
            **exchange.timings,
        )
        self._oversight.turn(exchange, reply)
        return reply

    async def _replayed(self, exchange: Exchange) -> Reply | None:
        known = await self._record.replayed(exchange.device.id, exchange.idempotency_key or "")
        if known is None:
            return None
        fingerprint, reply = known
        if fingerprint != exchange.fingerprint:
            raise _conflict()
        if reply is None:
            raise _busy()
        return await self._phones.still_to_do(reply)

    async def find(self, turn: str, device: Device, wait_s: float = 0) -> dict[str, Any] | None:
        """A turn's last reply, with the record of its exchanges; None when the device has no such turn.

        :param wait_s: seconds to wait for a turn that is being worked on, and for phones that fetch its actions.
        :raises HearthError: why a turn that was `pending` came to nothing.
        """
        running = self._running.get(turn)
        end = time.perf_counter() + wait_s
        if running is not None and running.exchange.device.id == device.id:
            if wait_s > 0:
                await asyncio.wait({running.task}, timeout=wait_s)
            if not running.task.done():
                return {**_so_far(running.exchange).model_dump(mode="json"), "exchanges": []}
        owner, error = self._failed.get(turn, (None, None))
        if error is not None and owner == device.id:
            raise error
        if await self._record.owner(turn) != device.id:
            return None
        while True:
            news = self._phones.news
            await self._phones.sweep()
            rows = await self._record.exchanges(turn)
            shown, owed = await self._phones.shown(_history(turn, rows), rows[-1][0].tiers)
            left = end - time.perf_counter()
            if not owed or left <= 0:
                return shown
            await self._phones.wait(news, left)

    async def report(self, turn: str, results: Sequence[Any], device: Device) -> Reply:
        """Take a phone's word on its actions; the reply says how the request stands now.

        :raises ActionError: an action that is not this phone's, is too old, or was begun before.
        """
        owner = await self._record.owner(turn)
        if owner is None:
            raise TurnError("There is no such turn", hint="Send the turn_id that came with the actions.")
        words = [(result.id, result.status, result.detail) for result in results]
        acts = await self._phones.report(turn, words, device.id)
        if owner != device.id:
            return told(turn, acts)
        rows = await self._record.exchanges(turn)
        about = next(row for row in rows if any(act.id == words[0][0] for act in row[1]))
        shown, _ = await self._phones.shown(_history(turn, [about]), about[0].tiers)
        return Reply.model_validate(shown)

    async def stop(self) -> None:
        """Give running turns a moment; what is not settled then is recorded as unknown at the next start."""
        tasks = [running.task for running in self._running.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=2)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class _Running:
    exchange: Exchange
    task: asyncio.Task[Reply]


def _busy() -> TurnError:
    return TurnError(
        "This turn is still being worked on", code="turn_busy", hint="Fetch it with ?wait=, then go on."
    )


def _conflict() -> TurnError:
    return TurnError(
        "This Idempotency-Key was used for another request",
        code="idempotency_conflict",
        hint="Use a new key for each request; the same one only to send the same request again.",
    )


def _so_far(exchange: Exchange) -> Reply:
    return Reply(
        turn_id=exchange.turn,
        say="I am still working on it.",
        pending=True,
        receipts=list(exchange.receipts.values()),
        tier=exchange.tier,
        decision=exchange.decision,
    )


def _history(turn: str, rows: Sequence[tuple[ExchangeRow, Sequence[ActRow]]]) -> dict[str, Any]:
    last, acts = rows[-1]
    reply = last.reply or Reply(turn_id=turn, say="I am still working on it.", pending=True).model_dump(mode="json")
    exchanges = [
        {
            "at": row.created.isoformat(),
            "request": row.request,
            "home_version": row.home_version,
            "registry_version": row.registry_version,
            "tiers": row.tiers,
            "decision": row.decision,
            "say": (row.reply or {}).get("say"),
            "calls": [act.call for act in row_acts],
            "receipts": [act.receipt for act in row_acts],
        }
        for row, row_acts in rows
    ]
    return {**reply, "receipts": [act.receipt for act in acts], "exchanges": exchanges}
