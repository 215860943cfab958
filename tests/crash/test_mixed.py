"""Conversations of mixed kinds over four channels, one send in twenty going wrong, one call in five brought again, two kills: nothing is lost,
nothing is doubled beyond what says so, and each address keeps its order.

A tenth of them in `make test`, on SQLite, for test_kills.py kills on both engines; the whole on each with `make soak`.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic

import pytest

from bench import report
from storage.connections import locate
from storage.engine import open_storage
from tests.channels.town import on_every_channel
from tests.clock import TestClock
from tests.conftest import settings_for
from tests.crash.audit import settled
from tests.crash.mixed import Crowd, Providers
from tests.crash.tally import Tally, count
from tests.doubles.messenger import MessengerDouble
from tests.doubles.telegram import TelegramDouble
from tests.doubles.whatsapp import WhatsAppDouble
from tests.processes import HOST, KEY, PalierProcess, free_port
from tests.soaking import NAMES
from tests.waiting import until

pytestmark = pytest.mark.crash
WHOLE = 5_000
KILLS = 2
SEED = 20_261_130
PATIENCE, SETTLES_WITHIN = 1800.0, 300.0
HEADING = (
    "| database | conversations | messages | kills | calls gone wrong | brought again | lost in | lost out | doubled | unknown | sent again, marked"
    " | seconds | when and where |"
)


@pytest.fixture
async def providers() -> AsyncIterator[Providers]:
    """They outlive the kills, and go wrong now and then."""
    async with TelegramDouble(open_chats=True) as telegram, WhatsAppDouble() as meta, MessengerDouble() as page:
        found = Providers(telegram, meta, page)
        found.go_wrong(random.Random(SEED))
        yield found


def settings(database: str, providers: Providers, port: int) -> dict[str, str]:
    """A process on all channels, called by their doubles on `port`."""
    return {
        "DATABASE_URL": database,
        "PORT": str(port),
        "BASE_URL": f"http://{HOST}:{port}",
        "TRUSTED_PROXIES": HOST,
        **on_every_channel(providers.telegram.base, providers.whatsapp.base, providers.messenger.base),
    }


async def live_through(database: str, folder: Path, providers: Providers, many: int) -> tuple[Tally, Crowd]:
    """So many conversations, the process killed twice while they go on; then the count."""
    port = free_port()
    palier = PalierProcess(["run"], folder, settings(database, providers, port))
    crowd, dice = Crowd(providers, port, SEED), random.Random()
    try:
        await palier.start()
        living = asyncio.create_task(crowd.live(many))
        for nth in range(1, KILLS + 1):
            goal = many * nth // (KILLS + 1)
            await until(lambda goal=goal: living.done() or crowd.over >= goal, "some conversations", PATIENCE)  # type: ignore[misc]
            await asyncio.sleep(dice.uniform(0, 0.1))  # so that the kill falls anywhere
            palier.kill()
            await palier.start()
        await asyncio.wait_for(living, PATIENCE)
        await until(lambda: settled(database), "everything answered", SETTLES_WITHIN)
    finally:
        palier.kill()
        await crowd.close()
    storage = await open_storage(settings_for(database, KEY), TestClock(), migrate=False)
    tally = await count(storage, crowd)
    await storage.close()
    return tally, crowd


def held(tally: Tally, crowd: Crowd, providers: Providers) -> None:
    assert tally.faults == []
    assert (tally.lost_in, tally.lost_out, tally.doubled) == (0, 0, 0)
    assert providers.struck() > tally.arrived * 0.03
    assert crowd.brought_again > tally.messages * 0.15
    assert tally.messages > 2 * tally.conversations


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_tenth_of_it(database: str, tmp_path: Path, providers: Providers) -> None:
    held(*await live_through(database, tmp_path, providers, WHOLE // 10), providers)


@pytest.mark.soak
async def test_five_thousand_conversations(database: str, tmp_path: Path, providers: Providers) -> None:
    began = monotonic()
    tally, crowd = await live_through(database, tmp_path, providers, WHOLE)
    found = (
        tally.messages,
        KILLS,
        providers.struck(),
        crowd.brought_again,
        tally.lost_in,
        tally.lost_out,
        tally.doubled,
        tally.unknown,
        tally.marked,
        round(monotonic() - began),
    )
    row = (NAMES[locate(database).drivername], tally.conversations, *found, report.machine())
    report.write_row("mixed-soak", HEADING, f"| {' | '.join(map(str, row))} |")
    held(tally, crowd, providers)
