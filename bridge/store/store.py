"""The store: one writer thread that commits what waits together, and readers beside it."""

import asyncio
import contextlib
import queue
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic_core import to_json
from sqlalchemy import Connection, Engine, Executable, event, make_url
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError
from sqlmodel import Session, create_engine

from actions.errors import HearthError

_T = TypeVar("_T")
_BATCH = 256
_READERS = 5


class StoreError(HearthError):
    """The database cannot be used."""

    code = "store_unavailable"
    hint = "Check that the database is there, writable and not locked; `hearthbridge doctor` tells more."


@dataclass(frozen=True, slots=True)
class Change:
    """Rows for one statement."""

    order: int
    """Lower ones are executed first, so that rows come after those that they refer to."""
    statement: Executable
    rows: Sequence[Mapping[str, Any]]


class _Job:
    """Work, or changes, that wait for the writer."""

    __slots__ = ("changes", "done", "loop", "work")

    def __init__(self, work: Callable[[Session], Any] | None, changes: Sequence[Change] = ()) -> None:
        self.work = work
        self.changes = changes
        self.loop = asyncio.get_running_loop()
        self.done: asyncio.Future[Any] = self.loop.create_future()


class Store:
    """Turns, devices and timers in SQLite (WAL) or Postgres.

    Writes go to one thread, which takes all that wait and commits them in one transaction: under load a commit is
    shared, and no two writes of this process lock each other out.
    """

    def __init__(self, url: str) -> None:
        """Open the database; `migrate` makes its tables.

        :param url: SQLAlchemy URL, `sqlite:///path/to.db` or `postgresql+psycopg://...`.
        """
        self.engine = _engine(url)
        self._jobs: deque[_Job] = deque()
        self._wake: queue.SimpleQueue[bool] = queue.SimpleQueue()
        """True: there are jobs; False: that was all."""
        self._waking: asyncio.AbstractEventLoop | None = None
        """The loop that wakes the writer at the end of its present round."""
        self._writer = threading.Thread(target=self._write_all, name="store-writer", daemon=True)
        self._writer.start()
        # Its own threads, so that `close` can wait for a read whose caller was given up.
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="store-reader")

    async def write(self, work: Callable[[Session], _T]) -> _T:
        """Run `work` in the writer's next transaction; returns when it is committed.

        `work` may run twice (its transaction is rolled back first), so it must only touch the session.

        :raises StoreError: the database is locked, read-only, full or away; nothing was written.
        :raises IntegrityError: `work` broke a constraint.
        """
        result: _T = await self._hand_over(_Job(work)).done
        return result

    async def apply(self, changes: Sequence[Change]) -> None:
        """Execute changes in the writer's next transaction, together with those of other callers.

        Statements that wait at the same time are executed once for all their rows, which is most of what makes
        many small turns cheap.

        :raises StoreError: the database is locked, read-only, full or away; nothing was written.
        :raises IntegrityError: a row broke a constraint.
        """
        await self._hand_over(_Job(None, changes)).done

    def note(self, work: Callable[[Session], Any]) -> None:
        """Run `work` in the writer's next transaction, without waiting; it is lost when that fails."""
        job = self._hand_over(_Job(work))
        job.done.add_done_callback(lambda done: None if done.cancelled() else done.exception())

    async def read(self, work: Callable[[Session], _T]) -> _T:
        """Run `work` on a connection of its own.

        :raises StoreError: the database cannot be read.
        """
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    def close(self) -> None:
        """Finish what waits, and close."""
        self._wake.put(False)
        self._writer.join()
        self._readers.shutdown()
        self.engine.dispose()

    def _read(self, work: Callable[[Session], _T]) -> _T:
        try:
            with Session(self.engine) as session:
                return work(session)
        except SQLAlchemyError as error:
            raise _plain(error) from error

    def _hand_over(self, job: _Job) -> _Job:
        """Give the writer a job. It is woken once for all of a round of the loop, which costs more than the job."""
        self._jobs.append(job)
        if self._waking is not job.loop:
            self._waking = job.loop
            job.loop.call_soon(self._wake_up)
        return job

    def _wake_up(self) -> None:
        self._waking = None
        self._wake.put(True)

    def _write_all(self) -> None:
        more = True
        while more:
            more = self._wake.get()
            while self._jobs:
                self._commit([self._jobs.popleft() for _ in range(min(len(self._jobs), _BATCH))])

    def _commit(self, jobs: list[_Job]) -> None:
        try:
            with self.engine.begin() as connection:
                results = [_work(connection, job.work) for job in jobs]
                _execute(connection, [change for job in jobs for change in job.changes])
        except Exception as error:
            if len(jobs) > 1 and not isinstance(error, OperationalError):
                # One bad job must not take the others with it. (A locked or full database is so for all of them:
                # to wait for it once more for each would take minutes.)
                for job in jobs:
                    self._commit([job])
            else:
                _tell(jobs, [None] * len(jobs), _plain(error))
        else:
            _tell(jobs, results)


def _tell(jobs: Sequence[_Job], results: Sequence[Any], error: Exception | None = None) -> None:
    """Wake those who wait: once for each loop, since waking a loop costs more than what it then does."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Job, Any]]] = {}
    for job, result in zip(jobs, results, strict=True):
        by_loop.setdefault(job.loop, []).append((job, result))
    for loop, told in by_loop.items():
        # The loop is closed when its caller was given up in the meantime.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_settle, told, error)


def _settle(told: Sequence[tuple[_Job, Any]], error: Exception | None) -> None:
    for job, result in told:
        if job.done.done():
            continue
        if error is None:
            job.done.set_result(result)
        else:
            job.done.set_exception(error)


def _work(connection: Connection, work: Callable[[Session], Any] | None) -> Any:
    if work is None:
        return None
    with Session(connection, expire_on_commit=False) as session:
        result = work(session)
        session.flush()
        return result


def _execute(connection: Connection, changes: Sequence[Change]) -> None:
    merged: dict[int, tuple[Executable, list[Mapping[str, Any]]]] = {}
    for change in changes:
        merged.setdefault(change.order, (change.statement, []))[1].extend(change.rows)
    for order in sorted(merged):
        connection.execute(*merged[order])


def _json(value: Any) -> str:
    return to_json(value).decode()


# hide_parameters: what was said must not reach a log by way of an error's text.
_COMMON: dict[str, Any] = {"json_serializer": _json, "hide_parameters": True}


def _plain(error: Exception) -> Exception:
    """The database's own errors, without SQL and values in their text."""
    if isinstance(error, IntegrityError) or not isinstance(error, SQLAlchemyError):
        return error
    cause = getattr(error, "orig", None) or error
    return StoreError(f"The database cannot be used: {str(cause).splitlines()[0]}")


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            connect: dict[str, Any] = {"connect_timeout": 5}
            return create_engine(url, pool_pre_ping=True, pool_size=_READERS + 1, connect_args=connect, **_COMMON)
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).expanduser().parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"timeout": 5, "check_same_thread": False}, **_COMMON)
    except (SQLAlchemyError, ImportError, OSError, ValueError) as error:
        hint = "A path: sqlite:////var/lib/hearthbridge.db; or Postgres with `pip install hearthbridge[postgres]`."
        raise StoreError(f"The database address cannot be used: {error}", hint=hint) from error
    event.listen(engine, "connect", _pragmas)
    return engine


def _pragmas(connection: Any, _record: Any) -> None:
    # WAL lets readers and the writer work at once; NORMAL survives a killed process, and a power cut loses
    # at most the last commits, never the database.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")
