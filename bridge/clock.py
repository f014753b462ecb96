"""The clock: timers that survive a restart, and the time itself."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlmodel import Session, col, delete, select

from actions.ids import new_id
from actions.plan import Query, Step
from actions.receipt import Receipt, Status
from actions.text import same
from bridge.store import Store, StoreError
from bridge.store.tables import TimerRow, now

Announce = Callable[["Timer"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Timer:
    """One timer, running or paused."""

    id: str
    device: str
    name: str | None
    seconds: int
    ends: datetime | None
    remaining: float | None

    @property
    def left(self) -> float:
        """Seconds to go."""
        if self.ends is None:
            return self.remaining or 0.0
        return max(0.0, (self.ends - now()).total_seconds())

    @property
    def label(self) -> str:
        """How a person knows it: "pasta", or "5 minutes"."""
        return self.name or spell(self.seconds)


class TimerError(Exception):
    """A timer act that cannot be done: a stable code and a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Clock:
    """Timers of all devices; each device sees its own."""

    def __init__(self, store: Store, announce: Announce) -> None:
        """Timers in `store`; `announce` is called when one ends."""
        self._store = store
        self._announce = announce
        self._timers: dict[str, Timer] = {}
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    async def start(self) -> None:
        """Load the timers and let them run; those that ended while the bridge was down end now."""
        rows = await self._store.read(lambda session: list(session.exec(select(TimerRow))))
        for row in rows:
            timer = Timer(row.id, row.device, row.name, row.seconds, row.ends, row.remaining)
            self._timers[timer.id] = timer
            self._schedule(timer)
        self._scheduler.start()

    def stop(self) -> None:
        """End the scheduler; the timers stay in the store."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def of(self, device: str) -> list[Timer]:
        """A device's timers, the next to end first."""
        return sorted((t for t in self._timers.values() if t.device == device), key=lambda timer: timer.left)

    def find(self, device: str, arguments: dict[str, Any]) -> list[Timer]:
        """The timers that a name or a start time means; all of the device's when neither is said."""
        timers = self.of(device)
        if name := arguments.get("name"):
            timers = [timer for timer in timers if timer.name is not None and same(timer.name, name)]
        keys = ("start_hours", "start_minutes", "start_seconds")
        if any(arguments.get(key) is not None for key in keys):
            hours, minutes, seconds = (arguments.get(key) or 0 for key in keys)
            timers = [timer for timer in timers if timer.seconds == hours * 3600 + minutes * 60 + seconds]
        return timers

    async def act(self, device: str, intent: str, arguments: dict[str, Any]) -> list[Timer]:
        """Carry out a timer intent; returns the timers that it was about, as they are now.

        :raises TimerError: no timer, or several, were meant.
        """
        if intent == "HassStartTimer":
            return [await self._begin(device, arguments)]
        if intent == "HassCancelAllTimers":
            timers = self.of(device)
            for timer in timers:
                await self._remove(timer)
            return timers
        timer = self._one(device, arguments)
        if intent == "HassCancelTimer":
            await self._remove(timer)
        else:
            timer = _changed(timer, intent, _length(arguments))
            await self._save(timer)
            self._timers[timer.id] = timer
            self._schedule(timer)
        return [timer]

    def _one(self, device: str, arguments: dict[str, Any]) -> Timer:
        found = self.find(device, arguments)
        if not found:
            raise TimerError("timer_not_found", "There is no such timer")
        if len(found) > 1:
            labels = ", ".join(timer.label for timer in found)
            raise TimerError("multiple_timers_matched", f"There are several timers: {labels}")
        return found[0]

    async def _begin(self, device: str, arguments: dict[str, Any]) -> Timer:
        seconds = _length(arguments)
        ends = now() + timedelta(seconds=seconds)
        timer = Timer(new_id(), device, arguments.get("name"), seconds, ends, None)
        await self._save(timer)
        self._timers[timer.id] = timer
        self._schedule(timer)
        return timer

    def _schedule(self, timer: Timer) -> None:
        if timer.ends is None:
            with contextlib.suppress(JobLookupError):
                self._scheduler.remove_job(timer.id)
            return
        self._scheduler.add_job(
            self._end,
            "date",
            run_date=timer.ends,
            args=[timer],
            id=timer.id,
            replace_existing=True,
            misfire_grace_time=None,
        )

    async def _end(self, timer: Timer) -> None:
        await self._announce(timer)
        await self._remove(timer)

    async def _save(self, timer: Timer) -> None:
        def work(session: Session) -> None:
            session.merge(
                TimerRow(
                    id=timer.id,
                    device=timer.device,
                    name=timer.name,
                    seconds=timer.seconds,
                    ends=timer.ends,
                    remaining=timer.remaining,
                    created=now(),
                )
            )

        await self._store.write(work)

    async def _remove(self, timer: Timer) -> None:
        await self._store.write(lambda session: session.exec(delete(TimerRow).where(col(TimerRow.id) == timer.id)))
        self._timers.pop(timer.id, None)
        with contextlib.suppress(JobLookupError):
            self._scheduler.remove_job(timer.id)


@dataclass(frozen=True, slots=True)
class ClockPerformer:
    """Carries out timer steps of one device; a timer is done when it is stored."""

    clock: Clock
    device: str

    async def perform(self, step: Step, intended: Sequence[Receipt]) -> AsyncIterator[Receipt]:
        """See `actions.perform.Performer`."""
        receipt = intended[0]
        try:
            timers = await self.clock.act(self.device, step.call.name, step.arguments)
        except TimerError as error:
            failed = {"status": Status.FAILED, "reason": error.code, "detail": str(error)}
            yield receipt.model_copy(update=failed)
        except StoreError as error:
            yield receipt.model_copy(
                update={"status": Status.FAILED, "reason": error.code, "detail": error.message}
            )
        else:
            after = {"timers": [facts(timer) for timer in timers]}
            name = ", ".join(timer.label for timer in timers) or "no timer"
            yield receipt.model_copy(update={"status": Status.DONE, "name": f"timer {name}", "after": after})

    def answer(self, query: Query) -> list[Timer]:
        """The timers that a question is about."""
        return self.clock.find(self.device, query.arguments)


def _changed(timer: Timer, intent: str, seconds: int) -> Timer:
    if intent == "HassPauseTimer":
        return replace(timer, ends=None, remaining=timer.left)
    if intent == "HassUnpauseTimer":
        return replace(timer, ends=now() + timedelta(seconds=timer.left), remaining=None)
    change = seconds if intent == "HassIncreaseTimer" else -seconds
    length = max(1, timer.seconds + change)
    if timer.ends is None:
        return replace(timer, seconds=length, remaining=max(0.0, timer.left + change))
    return replace(timer, seconds=length, ends=timer.ends + timedelta(seconds=change))


def facts(timer: Timer) -> dict[str, Any]:
    """A timer as Home Assistant's reply texts take it."""
    left = round(timer.left)
    hours, rest = divmod(left, 3600)
    minutes, seconds = divmod(rest, 60)
    start_hours, start_rest = divmod(timer.seconds, 3600)
    return {
        "id": timer.id,
        "name": timer.name or "",
        "is_active": timer.ends is not None,
        "total_seconds_left": left,
        "hours_left": hours,
        "minutes_left": minutes,
        "seconds_left": seconds,
        "rounded_hours_left": round(left / 3600),
        "rounded_minutes_left": round(rest / 60),
        "rounded_seconds_left": seconds,
        "start_hours": start_hours,
        "start_minutes": start_rest // 60,
        "start_seconds": start_rest % 60,
        "area": "",
    }


def _length(arguments: dict[str, Any]) -> int:
    return (
        (arguments.get("hours") or 0) * 3600
        + (arguments.get("minutes") or 0) * 60
        + (arguments.get("seconds") or 0)
    )


def spell(seconds: int) -> str:
    """A length of time in words: "1 hour 5 minutes"."""
    parts = [(seconds // 3600, "hour"), (seconds % 3600 // 60, "minute"), (seconds % 60, "second")]
    words = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    return " ".join(words) or "0 seconds"
