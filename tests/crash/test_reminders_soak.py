"""A hundred thousand reminders on each database, two kills, a change of the clocks: `make soak`. The count goes to docs/operations/performance.md."""

from pathlib import Path

import pytest

from bench import report
from tests.crash.test_reminders import held, live_through
from tests.doubles.telegram import TelegramDouble
from tests.soaking import NAMES

pytestmark = [pytest.mark.crash, pytest.mark.soak]
NUMBER = 100_000
HEADING = "| database | reminders | sent | dropped, shown | taken back | unknown | calls out at the kills | twice | lost | when and where |"


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def test_a_hundred_thousand_leave_once_or_say_why_not(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    server = request.getfixturevalue("postgres") if engine == "postgresql" else None
    database = server.create() if server is not None else ""
    async with TelegramDouble(open_chats=True, record=False) as double:
        tally = await live_through(engine, database, tmp_path, double, NUMBER)
    found = (tally.number, tally.sent, tally.dropped, tally.dead, tally.unknown, tally.leased, tally.doubled, tally.lost)
    report.write_row("reminders-soak", HEADING, f"| {NAMES[engine]} | {' | '.join(map(str, found))} | {report.machine()} |")
    held(tally)
    if server is not None:
        server.drop(database)
