"""The schema that the migrations make is the one the tables declare, up and down, on both engines."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect
from sqlmodel import SQLModel

from bot.errors import SchemaTooNew, StorageError
from bot.messages import Address, Outbound, Purpose
from bot.rules.reminders import Planned
from storage import lanes, line, migrate, reminders, schema
from storage.connections import connect, locate, sqlite_path
from storage.engine import Work, open_storage
from tests.clock import TestClock
from tests.conftest import ENGINES, settings_for
from tests.databases import PostgresServer
from tests.storage.diary import diary


@pytest.fixture(params=ENGINES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'new' / 'palier.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.create(empty=True)
    yield url
    server.drop(url)


def alchemy(url: str) -> str:
    return locate(url).set(drivername={"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}[locate(url).drivername]).render_as_string(False)


def tables(url: str) -> set[str]:
    engine = create_engine(alchemy(url))
    try:
        return set(inspect(engine).get_table_names()) - {"alembic_version"}
    finally:
        engine.dispose()


def say(url: str, sql: str) -> None:
    with closing(connect(locate(url))) as raw:
        raw.execute(sql)


def test_the_migrations_make_the_declared_tables(empty: str) -> None:
    assert migrate.current(empty) == schema.NOTHING
    assert migrate.upgrade(empty) == migrate.current(empty) == schema.newest()
    engine = create_engine(alchemy(empty))
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), SQLModel.metadata)
    engine.dispose()
    assert found == []


def test_partial_indexes_and_ids_are_as_declared(empty: str) -> None:
    migrate.upgrade(empty)
    engine = create_engine(alchemy(empty))
    seen = inspect(engine)
    for table in SQLModel.metadata.tables.values():
        for index in seen.get_indexes(table.name):
            declared = next((one for one in table.indexes if one.name == index["name"]), None)
            where = index["dialect_options"].get(f"{engine.dialect.name}_where")
            assert declared is None or (where is not None) == (declared.dialect_options["sqlite"]["where"] is not None), index
    engine.dispose()


def test_down_leaves_nothing_and_up_again_makes_all(empty: str) -> None:
    migrate.upgrade(empty)
    migrate.upgrade(empty)
    assert tables(empty) == set(SQLModel.metadata.tables)
    assert migrate.downgrade(empty) == schema.NOTHING
    assert tables(empty) == set()
    migrate.upgrade(empty)
    assert tables(empty) == set(SQLModel.metadata.tables)


def test_a_migration_that_fails_leaves_nothing_behind(empty: str) -> None:
    say(empty, "CREATE TABLE thread (id INTEGER)")
    with pytest.raises(Exception, match="already exists"):
        migrate.upgrade(empty)
    assert tables(empty) == {"thread"}
    assert migrate.current(empty) == schema.NOTHING


async def test_a_newer_schema_is_refused(empty: str, clock: TestClock) -> None:
    migrate.upgrade(empty)
    say(empty, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaTooNew):
        await open_storage(settings_for(empty), clock)
    with pytest.raises(SchemaTooNew):
        migrate.upgrade(empty)


async def test_opening_brings_the_schema_up_or_says_what_to_do(empty: str, clock: TestClock) -> None:
    with pytest.raises(StorageError, match="palier migrate"):
        await open_storage(settings_for(empty), clock, migrate=False)
    storage = await open_storage(settings_for(empty), clock)
    await storage.close()
    assert migrate.current(empty) == schema.newest()


async def test_what_is_written_once_is_so_before_the_last_migrations_too(empty: str, clock: TestClock) -> None:
    assert migrate.upgrade(empty, after=False) == schema.needed() < schema.newest()
    storage = await open_storage(settings_for(empty), clock, migrate=False)
    try:
        assert await storage.run(_put_twice) == [True, False]
        of = await diary(storage)
        mine = await of.book(await of.person("zoe"), of.at("2026-03-10 10:00"))
        (step,) = await storage.read(lambda work: reminders.steps(work, appointment_id=mine.id))
        again = Planned(step.kind, step.due_at, step.latest_at)
        await storage.run(lambda work: reminders.plan(work, [again], 1, appointment_id=mine.id))
        assert await storage.read(lambda work: reminders.steps(work, appointment_id=mine.id)) == (step,)
    finally:
        await storage.close()


def _put_twice(work: Work) -> list[bool]:
    lane = lanes.open_lane(work, Address("paper", "1", "ada"))
    same = Outbound(lane.address, Purpose.CRISIS, "appelle", dedup_key="once")
    return [line.put(work, lane, same) is not None for _ in range(2)]


def test_what_serves_does_not_keep_what_migrated(tmp_path: Path) -> None:
    open_new = "import sys; from storage import migrate; from storage.connections import locate\nmigrate.bring_up(locate(sys.argv[1]), allowed=True)"
    said = "print(sorted({name.partition('.')[0] for name in sys.modules} & {'alembic', 'mako'}))"
    url = f"sqlite:///{tmp_path / 'palier.db'}"
    done = subprocess.run([sys.executable, "-c", f"{open_new}\n{said}", url], cwd=migrate.HOME, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert migrate.current(url) == schema.newest()


def test_a_schema_that_cannot_be_brought_up_says_what_to_run(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'palier.db'}"
    say(url, "CREATE TABLE person (id INTEGER)")
    with pytest.raises(StorageError, match="palier migrate"):
        migrate.bring_up(locate(url), allowed=True)
    assert tables(url) == {"person"}


def test_a_file_is_copied_before_it_changes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'palier.db'}"
    migrate.upgrade(url)
    with closing(connect(locate(url))) as raw:
        copy = migrate.copy(raw, sqlite_path(locate(url)), schema.newest())
    assert copy.stat().st_mode & 0o077 == 0
    assert tables(f"sqlite:///{copy}") == set(SQLModel.metadata.tables)


def test_every_migration_says_its_number_and_kind() -> None:
    steps = schema.migrations()
    assert [step.revision for step in steps] == [f"{number:04}" for number in range(1, len(steps) + 1)]
    assert {step.kind for step in steps} <= schema.KINDS
    assert schema.needed() <= schema.newest()
