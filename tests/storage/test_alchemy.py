"""SQLAlchemy's engine, one for all the connections of a process."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, event, select
from sqlalchemy.engine import Engine, ExecutionContext
from sqlalchemy.sql.compiler import Compiled

from bot.settings import Settings
from storage import tables
from storage.engine import Storage, Work, open_storage, table
from tests.clock import TestClock
from tests.conftest import settings_for
from tests.databases import SqliteTemplate

PERSON = table(tables.Person)


@pytest.fixture
def compiled() -> Iterator[list[Compiled]]:
    """What each statement that a session ran was compiled to."""
    found: list[Compiled] = []

    def note(_connection: Connection, _cursor: object, _sql: str, _values: object, context: ExecutionContext, _many: bool) -> None:
        if context.compiled is not None:
            found.append(context.compiled)

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


def look(work: Work) -> int:
    return len(work.session.execute(select(PERSON.c.id).where(PERSON.c.token == "nobody's")).all())


async def test_what_was_compiled_for_one_connection_serves_the_others(
    storage: Storage, settings: Settings, clock: TestClock, compiled: list[Compiled]
) -> None:
    """A writer, a reader, and those of a second door to the same database."""
    other = await open_storage(settings, clock, migrate=False)
    for each in (storage, other):
        assert (await each.run(look), await each.read(look)) == (0, 0)
    await other.close()
    assert len(compiled) == 4
    assert len(set(map(id, compiled))) == 1


async def test_each_thread_looks_at_its_own_database(storage: Storage, tmp_path_factory: pytest.TempPathFactory, clock: TestClock) -> None:
    """Many units at once over one engine: each finds what is in the database that it was asked of."""
    folder = tmp_path_factory.mktemp("other")
    other = await open_storage(settings_for(SqliteTemplate(folder).create(folder)), clock)

    def meet(work: Work) -> None:
        work.session.add(tables.Person(token="theirs", created_at=work.now))

    def count(work: Work) -> int:
        return len(work.session.execute(select(PERSON.c.id)).all())

    await other.run(meet)
    found = await asyncio.gather(*(each.read(count) for _ in range(20) for each in (storage, other)))
    await other.close()
    assert found == [0, 1] * 20
