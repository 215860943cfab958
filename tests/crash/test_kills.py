"""Nothing is lost whatever dies in between: processes killed with SIGKILL at random points under load, started again, and counted."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.crash.audit import Tally, audit, settled
from tests.crash.load import Load
from tests.doubles.telegram import TOKEN, TelegramDouble
from tests.processes import HOST, PalierProcess, free_port
from tests.waiting import until

pytestmark = pytest.mark.crash
ROUNDS = 5
JOIN = 20
"""People who begin to write in each round: on PostgreSQL those whose answer was on its way wait for the dead process's lease."""
SETTLES_WITHIN = 90.0


@pytest.fixture
async def double() -> AsyncIterator[TelegramDouble]:
    """The Bot API that outlives the kills."""
    async with TelegramDouble() as double:
        yield double


def settings(database: str, double: TelegramDouble, port: int) -> dict[str, str]:
    """A process that speaks to the double, and is called by it on `port`."""
    return {
        "DATABASE_URL": database,
        "PORT": str(port),
        "BASE_URL": f"http://{HOST}:{port}",
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_SECRET": "of-the-tests",
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_API_BASE": double.base,
    }


async def kill_rounds(database: str, folder: Path, double: TelegramDouble, rounds: int) -> Tally:
    """`palier run`, killed and started again `rounds` times while people write; then the count."""
    palier = PalierProcess(["run"], folder, settings(database, double, free_port()))
    load = Load(double)
    try:
        await palier.start()
        for _ in range(rounds):
            load.join(JOIN)
            await load.some_sends()
            palier.kill()
            await palier.start()
        await load.stop()
        await until(lambda: settled(database), "everything answered", SETTLES_WITHIN)
    finally:
        palier.kill()
    return audit(database, load, rounds)


async def test_nothing_is_lost_when_the_process_is_killed(database: str, tmp_path: Path, double: TelegramDouble) -> None:
    tally = await kill_rounds(database, tmp_path, double, ROUNDS)
    assert tally.faults == []
    assert (tally.lost_in, tally.lost_out, tally.doubled) == (0, 0, 0)
    assert tally.updates > ROUNDS * JOIN
