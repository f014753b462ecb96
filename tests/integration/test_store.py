"""The store and the record, on SQLite and on Postgres."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, select

import bridge.store as store_package
from bridge.store import Store, StoreError, migrate
from bridge.store.migrate import HEAD, current
from bridge.store.tables import DeviceRow, HomeRow, now
from tests.integration.conftest import use_pragma


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    store = Store(store_url)
    migrate(store.engine)
    yield store
    store.close()


@pytest.fixture
async def lite(tmp_path: Path) -> AsyncIterator[Store]:
    """SQLite with little patience."""
    store = Store(f"sqlite:///{tmp_path / 'lite.db'}")
    migrate(store.engine)
    use_pragma(store, "busy_timeout=50")
    yield store
    store.close()


def row(name: str, created: datetime | None = None) -> DeviceRow:
    return DeviceRow(id=name, name=name, token_hash=f"hash of {name}", scopes=["ask"], created=created or now())


def add(name: str) -> Any:
    return lambda session: session.add(row(name))


async def names(store: Store) -> list[str]:
    return await store.read(lambda session: sorted(session.exec(select(DeviceRow.name))))


def test_the_newest_revision_is_the_one_that_is_named() -> None:
    folder = Path(store_package.__file__).with_name("migrations")
    assert ScriptDirectory(str(folder)).get_current_head() == HEAD


def test_the_migrations_make_the_tables_of_the_code(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, SQLModel.metadata) == []


def test_migrating_twice_changes_nothing(store: Store) -> None:
    migrate(store.engine)
    assert current(store.engine) == HEAD


def test_a_newer_database_is_refused(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="not known") as caught:
        migrate(store.engine)
    assert "newer Hearthbridge" in caught.value.hint
    assert inspect(store.engine).has_table("turn")


async def test_what_is_written_can_be_read(store: Store) -> None:
    await store.write(add("phone"))
    assert await names(store) == ["phone"]


async def test_times_come_back_in_utc_whatever_the_zone_of_the_database(store: Store) -> None:
    when = datetime(2026, 11, 24, 7, 30, 0, 123456, tzinfo=UTC)
    await store.write(lambda session: session.add(row("phone", when)))
    found = await store.read(lambda session: session.exec(select(DeviceRow)).one())
    assert found.created == when
    assert found.created.utcoffset() == timedelta(0)


async def test_many_writes_at_once_are_all_kept(store: Store) -> None:
    await asyncio.gather(*(store.write(add(f"phone {number}")) for number in range(300)))
    assert len(await names(store)) == 300


async def test_one_bad_write_does_not_take_the_others_with_it(store: Store) -> None:
    await store.write(add("a"))
    written = await asyncio.gather(*map(store.write, map(add, "abcd")), return_exceptions=True)
    assert [type(one) for one in written] == [IntegrityError, type(None), type(None), type(None)]
    assert await names(store) == ["a", "b", "c", "d"]


async def test_a_fault_in_the_work_is_told_to_its_caller_alone(store: Store) -> None:
    def faulty(session: Session) -> None:
        session.add(row("half"))
        raise ZeroDivisionError

    faults = await asyncio.gather(store.write(faulty), store.write(add("whole")), return_exceptions=True)
    assert isinstance(faults[0], ZeroDivisionError)
    assert await names(store) == ["whole"]


async def test_a_note_is_written_and_may_fail_in_silence(store: Store) -> None:
    store.note(add("noted"))
    store.note(add("noted"))
    await store.write(add("later"))
    assert await names(store) == ["later", "noted"]


async def test_who_gives_up_waiting_does_not_stop_the_writer(store: Store) -> None:
    go = threading.Event()
    slow = asyncio.create_task(store.write(lambda _session: go.wait(60)))
    await asyncio.sleep(0.05)
    waiting = asyncio.create_task(store.write(add("given up")))
    await asyncio.sleep(0)
    for task in (slow, waiting):
        task.cancel()
    go.set()
    await asyncio.gather(slow, waiting, return_exceptions=True)
    async with asyncio.timeout(30):
        await store.write(add("next"))
    assert "next" in await names(store)


async def test_errors_do_not_show_what_was_written(store: Store) -> None:
    await store.write(add("phone"))
    with pytest.raises(IntegrityError) as caught:
        await store.write(add("phone"))
    assert "hash of phone" not in str(caught.value)


async def test_what_comes_in_one_round_is_one_transaction(lite: Store) -> None:
    begun: list[Any] = []
    event.listen(lite.engine, "begin", begun.append)
    await asyncio.gather(*(lite.write(add(str(n))) for n in range(100)))
    assert len(begun) == 1
    assert len(await names(lite)) == 100


async def test_a_locked_database_is_unavailable_for_all_at_once(lite: Store) -> None:
    blocker = sqlite3.connect(str(lite.engine.url.database), isolation_level=None)
    blocker.execute("BEGIN EXCLUSIVE")
    tries: list[Any] = []
    event.listen(lite.engine, "begin", tries.append)
    failed = await asyncio.gather(*(lite.write(add(str(n))) for n in range(20)), return_exceptions=True)
    assert {type(one) for one in failed} == {StoreError}
    assert len(tries) < 10  # not one for each: every try waits for the lock
    assert await names(lite) == []  # readers go on
    blocker.close()
    await lite.write(add("after"))
    assert await names(lite) == ["after"]


async def test_a_read_only_database_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "read-only.db"
    first = Store(f"sqlite:///{path}")
    migrate(first.engine)
    first.close()
    store = Store(f"sqlite:///file:{path}?mode=ro&uri=true")
    try:
        with pytest.raises(StoreError) as caught:
            await store.write(add("phone"))
        assert caught.value.code == "store_unavailable"
        assert "readonly" in caught.value.message
        assert "INSERT" not in caught.value.message
    finally:
        store.close()


async def test_a_full_database_is_unavailable_and_the_next_write_works(lite: Store) -> None:
    def fill(session: Session) -> None:
        session.connection().exec_driver_sql("PRAGMA max_page_count=40")
        session.add(HomeRow(version="big", created=now(), content=bytes(4_000_000)))

    with pytest.raises(StoreError, match="full"):
        await lite.write(fill)
    await lite.write(add("small"))
    assert await names(lite) == ["small"]


@pytest.mark.parametrize(
    "url",
    ["sqlite:////proc/nowhere/x.db", "nonsense", "sqlite+nonsense:///x.db", "oracle://x", "postgresql://h:port/x"],
)
def test_an_address_that_cannot_be_used(url: str) -> None:
    with pytest.raises(StoreError) as caught:
        Store(url)
    assert caught.value.hint


def test_postgres_that_is_not_there(tmp_path: Path) -> None:
    store = Store(f"postgresql+psycopg://someone:secret-password@/x?host={tmp_path}")
    with pytest.raises(StoreError) as caught:
        migrate(store.engine)
    assert "secret-password" not in caught.value.message
    store.close()
