"""Reminders by the thousand leave once each, or say why not: processes killed while they leave, across a change of the clocks, the service's clock
turned, the account's rate lifted.

A tenth of a tenth here; the whole of it with `make soak`.
"""

import random
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.clock import MachineClock
from bot.messages import Address
from storage import appointments, settings_store
from storage.columns import to_moment
from storage.engine import Storage, Wake, Work, open_storage
from tests.clock import TestClock
from tests.conftest import settings_for
from tests.crash.audit import ask
from tests.doubles.telegram import TOKEN, TelegramDouble
from tests.processes import HOST, KEY, PalierProcess, free_port
from tests.storage import reminded
from tests.storage.diary import diary, paris
from tests.waiting import until

pytestmark = pytest.mark.crash
NUMBER = 600
FIRST_CHAT = 7_300_000
PER_UNIT = 500


def spring(now: datetime) -> date:
    """The next Sunday on which the clocks go forward, of those a week ahead at least: time is only ever turned forward, from today."""
    ends = (date(now.year + more, 3, 31) for more in range(2))
    return next(day for end in ends if (day := end - timedelta(days=(end.weekday() + 1) % 7)) >= now.date() + timedelta(days=7))


SUNDAY = spring(MachineClock().now())
DAYS = tuple(SUNDAY + timedelta(days=after) for after in (-1, 1, 2, 3))
"""Of the appointments: two days before, the first half is said on Thursday and Saturday, the next on the Sunday on which the clocks change; those of
the last day are found too late."""
TURNS = tuple(f"{SUNDAY + timedelta(days=after)} {hour}" for after, hour in ((-3, "17:30"), (-1, "17:30"), (0, "19:30"), (2, "18:30")))
KILLED_IN = (0, 2)
CANCELLED = 10
"""One in so many of the third day is cancelled before it is due."""
PATIENCE = 3600.0


def start(n: int) -> datetime:
    """When appointment n begins: every fiftieth on the last day, the others on the three before, by the quarter of an hour."""
    day = DAYS[3] if n % 50 == 49 else DAYS[n % 3]
    return (paris(f"{day} 10:00") + timedelta(minutes=15 * (n % 24))).astimezone(UTC)


@pytest.fixture
async def double() -> AsyncIterator[TelegramDouble]:
    """The Bot API that outlives the kills, and to which anybody has written."""
    async with TelegramDouble(open_chats=True, record=False) as double:
        yield double


@dataclass
class Town:
    """A process, all who have an appointment, and what reached each of them."""

    palier: PalierProcess
    database: str
    number: int
    reached: Counter[int] = field(default_factory=Counter)
    leased: int = 0
    """Calls that were out when a process was killed."""
    _storage: Storage | None = None

    def heard(self, method: str, params: Mapping[str, Any], _result: object) -> None:
        if method == "sendMessage" and "Ton rendez-vous" in str(params["text"]):
            self.reached[int(params["chat_id"])] += 1

    async def open(self) -> Storage:
        if self._storage is None:
            self._storage = await open_storage(settings_for(self.database, KEY), TestClock(MachineClock().now()), migrate=False)
        return self._storage

    async def fill(self) -> None:
        """They have an appointment each, booked today."""
        storage = await self.open()
        of = await diary(storage, ("Camille",))
        account = TOKEN.partition(":")[0]
        for first in range(0, self.number, PER_UNIT):
            numbers = range(first, min(first + PER_UNIT, self.number))
            await storage.run(reminded.people, numbers, lambda n: Address("telegram", account, str(FIRST_CHAT + n)))
            await storage.run(reminded.appointments, numbers, start, who=of.team[0], place=of.place, motive=of.motive.token)
            await storage.run(reminded.planned, numbers, start)

    async def cancel_some(self) -> None:
        storage = await self.open()
        for n in range(2, self.number, 3 * CANCELLED):
            await storage.run(appointments.cancel, f"a{n}", 1)

    async def turn_to(self, text: str) -> None:
        """Turn the service's clock. On SQLite no process is told of another: it reads the clock as it starts."""
        alone = self.database.startswith("sqlite")
        if alone:
            self.palier.kill()
        await (await self.open()).run(_turn, paris(text) - MachineClock().now())
        if alone:
            await self.palier.start()

    async def kill_while_they_leave(self, before: int) -> None:
        """After a random number of sends more than so many; what was out then may be unknown."""
        goal = before + random.randint(self.number // 50, self.number // 6)
        await until(lambda: self.reached.total() >= goal, "some reminders", PATIENCE)
        self.palier.kill()
        ((out,),) = ask(self.database, "SELECT count(*) FROM delivery WHERE state = 'leased'")
        self.leased += int(str(out))
        await self.palier.start()

    def rest(self, moment: str) -> bool:
        """Whether all that is due by this moment was released, and left."""
        due = ask(self.database, f"SELECT count(*) FROM reminder WHERE state = 'planned' AND due_at <= {to_moment(paris(moment))}")  # noqa: S608
        out = ask(self.database, "SELECT count(*) FROM outbound WHERE state IN ('due', 'waiting') AND purpose = 'reminder'")
        calls = ask(self.database, "SELECT count(*) FROM delivery WHERE state = 'leased'")
        return due == out == calls == [(0,)]

    async def close(self) -> None:
        self.palier.kill()
        if self._storage is not None:
            await self._storage.close()


def _turn(work: Work, by: timedelta) -> None:
    work.notify(Wake.SETTING, 0)
    settings_store.put_clock_offset(work, by)


async def town(engine: str, database: str, folder: Path, double: TelegramDouble, number: int) -> Town:
    port = free_port()
    given = {
        "PORT": str(port),
        "BASE_URL": f"http://{HOST}:{port}",
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_SECRET": "of-the-tests",
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_API_BASE": double.base,
        "TELEGRAM_PER_SECOND": "100000",
    }
    if engine == "sqlite":
        database = f"sqlite:///{folder / 'palier.db'}"
    palier = await PalierProcess(["run"], folder, given | {"DATABASE_URL": database}).start()
    found = Town(palier, database, number)
    double.on_call = found.heard
    return found


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of so many reminders. `doubled`: people who were told twice; `lost`: steps that ended as nothing that is shown."""

    number: int
    sent: int
    dropped: int
    dead: int
    unknown: int
    leased: int
    doubled: int
    lost: int
    left: str


async def live_through(engine: str, database: str, folder: Path, double: TelegramDouble, number: int) -> Tally:
    """The clock is turned from day to day; twice the process is killed while reminders leave."""
    here = await town(engine, database, folder, double, number)
    try:
        await here.fill()
        await here.cancel_some()
        for nth, moment in enumerate(TURNS):
            before = here.reached.total()
            await here.turn_to(moment)
            if nth in KILLED_IN:
                await here.kill_while_they_leave(before)
            await until(partial(here.rest, moment), f"rest after {moment}", PATIENCE)
        return tally(here)
    finally:
        await here.close()


def tally(here: Town) -> Tally:
    states = (
        "SELECT reminder.state, message.status, count(*) FROM reminder LEFT JOIN message"  # noqa: S608
        " ON message.conversation_id = reminder.conversation_id AND message.number = reminder.number"
        f" WHERE reminder.appointment_id >= {reminded.FIRST} GROUP BY 1, 2"
    )
    found = {(str(state), str(status)): int(str(count)) for state, status, count in ask(here.database, states)}
    sent, unknown = found.pop(("written", "sent"), 0), found.pop(("written", "unknown"), 0)
    dropped = sum(found.pop(key) for key in list(found) if key[0] == "dropped")
    dead = found.pop(("dead", "None"), 0)
    doubled = sum(count > 1 for count in here.reached.values())
    return Tally(here.number, sent, dropped, dead, unknown, here.leased, doubled, sum(found.values()) + max(0, sent - len(here.reached)), str(found))


def held(found: Tally) -> None:
    """Each ends sent, visibly dropped, taken back with its appointment, or unknown and shown; none twice."""
    assert (found.doubled, found.lost) == (0, 0), found
    assert found.sent + found.dropped + found.dead + found.unknown == found.number, found
    assert found.unknown <= found.leased, found
    assert found.dropped >= found.number // 50 - 1, found
    assert found.sent > found.number // 2, found


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def test_each_leaves_once_or_says_why_not(engine: str, request: pytest.FixtureRequest, tmp_path: Path, double: TelegramDouble) -> None:
    server = request.getfixturevalue("postgres") if engine == "postgresql" else None
    database = server.create() if server is not None else ""
    held(await live_through(engine, database, tmp_path, double, NUMBER))
    if server is not None:
        server.drop(database)
