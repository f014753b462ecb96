"""The store: one writer thread that commits what waits together, and readers beside it."""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, event, make_url
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlmodel import Session, create_engine

from actions.errors import HearthError

_T = TypeVar("_T")
_BATCH = 256
_STOP = None


class StoreError(HearthError):
    """The database cannot be used."""

    code = "store_unavailable"
    hint = "Check that the database is there, writable and not locked; `hearthbridge doctor` tells more."


class _Job:
    """Work that waits for the writer."""

    def __init__(self, work: Callable[[Session], Any]) -> None:
        self.work = work
        self.result: Future[Any] = Future()


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
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write_all, name="store-writer", daemon=True)
        self._writer.start()

    async def write(self, work: Callable[[Session], _T]) -> _T:
        """Run `work` in the writer's next transaction; returns when it is committed.

        `work` may run twice (its transaction is rolled back first), so it must only touch the session.

        :raises StoreError: the database is locked, read-only, full or away; nothing was written.
        :raises IntegrityError: `work` broke a constraint.
        """
        job = _Job(work)
        self._jobs.put(job)
        result: _T = await asyncio.wrap_future(job.result)
        return result

    async def read(self, work: Callable[[Session], _T]) -> _T:
        """Run `work` on a connection of its own.

        :raises StoreError: the database cannot be read.
        """
        return await asyncio.to_thread(self._read, work)

    def close(self) -> None:
        """Finish what waits, and close."""
        self._jobs.put(_STOP)
        self._writer.join()
        self.engine.dispose()

    def _read(self, work: Callable[[Session], _T]) -> _T:
        try:
            with Session(self.engine) as session:
                return work(session)
        except SQLAlchemyError as error:
            raise _plain(error) from error

    def _write_all(self) -> None:
        while (job := self._jobs.get()) is not _STOP:
            jobs = [job]
            while len(jobs) < _BATCH:
                try:
                    more = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if more is _STOP:
                    self._jobs.put(_STOP)
                    break
                jobs.append(more)
            self._commit(jobs)

    def _commit(self, jobs: list[_Job]) -> None:
        try:
            with Session(self.engine, expire_on_commit=False) as session:
                results = [job.work(session) for job in jobs]
                session.commit()
        except Exception as error:
            if len(jobs) > 1:
                # One bad job must not take the others with it.
                for job in jobs:
                    self._commit([job])
            else:
                jobs[0].result.set_exception(_plain(error))
        else:
            for job, result in zip(jobs, results, strict=True):
                job.result.set_result(result)


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
            return create_engine(url, pool_pre_ping=True, pool_size=5)
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).expanduser().parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"timeout": 5, "check_same_thread": False})
    except (SQLAlchemyError, ImportError, OSError) as error:
        hint = "A path: sqlite:////var/lib/hearthbridge.db; or Postgres with `pip install hearthbridge[postgres]`."
        raise StoreError(f"The database address cannot be used: {error}", hint=hint) from error
    event.listen(engine, "connect", _pragmas)
    return engine


def _pragmas(connection: Any, _record: Any) -> None:
    # WAL lets readers and the writer work at once; NORMAL survives a killed process, and a power cut loses
    # at most the last commits, never the database.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")
