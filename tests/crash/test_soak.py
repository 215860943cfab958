"""Fifty kills on each database: `make soak`. The count goes to docs/operations/performance.md."""

from pathlib import Path

import pytest

from bench import report
from storage.connections import locate
from tests.crash.test_kills import kill_rounds
from tests.doubles.telegram import TelegramDouble
from tests.soaking import NAMES

pytestmark = [pytest.mark.crash, pytest.mark.soak]
ROUNDS = 50
HEADING = "| database | kills | updates taken | lost in | lost out | doubled | unknown, sent again and marked | when and where |"


async def test_fifty_kills_lose_nothing(database: str, tmp_path: Path) -> None:
    async with TelegramDouble() as double:
        tally = await kill_rounds(database, tmp_path, double, ROUNDS)
    figures = (NAMES[locate(database).drivername], tally.rounds, tally.updates, tally.lost_in, tally.lost_out, tally.doubled, tally.unknown)
    report.write_row("soak", HEADING, f"| {' | '.join(map(str, figures))} | {report.machine()} |")
    assert tally.faults == []
    assert (tally.lost_in, tally.lost_out, tally.doubled) == (0, 0, 0)
