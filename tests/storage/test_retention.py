"""What is over goes, nothing else does: compared with an oracle that knows no SQL, while the clock is turned."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.messages import Outbound, Purpose
from bot.rules.keeping import LONGEST, Keeping, span
from storage import lanes, line, marks, monthly, purge, retention, seats, tables, workshops
from storage.engine import Storage, Work, table
from storage.ledger import Erasure, write
from storage.monthly import Figure
from storage.workshops import Workshop
from tests.clock import TestClock
from tests.storage.diary import diary
from tests.storage.keeping import Life, counted, events, left, what_is_left

PARIS = ZoneInfo("Europe/Paris")
PERSON, LINK, CONVERSATION, MESSAGE, THREAD, MEDIA, EVENT = (
    table(noun)
    for noun in (
        *(tables.Person, tables.Link, tables.Conversation, tables.Message, tables.Thread),
        *(tables.Media, tables.Event),
    )
)


@pytest.mark.parametrize("seed", range(4))
async def test_a_night_leaves_what_the_rules_say(storage: Storage, clock: TestClock, tmp_path: Path, seed: int) -> None:
    life = Life(storage, clock, seed)
    await life.begin()
    happened = 0
    for _night in range(5):
        for _act in range(12):
            clock.turn(days=life.dice.choice((0, 0, 1, 3)))
            await life.act()
        clock.turn(days=life.dice.choice((0, 29, 30, 31, 400, 731)))
        before = await storage.read(what_is_left)
        happened = await storage.read(events) + await storage.read(counted)
        expected = left(life.everybody, clock.now())
        foreseen = await purge.count(storage, LONGEST, PARIS, tmp_path / "ledger")
        assert await storage.read(what_is_left) == before, "a dry run changes nothing"
        assert await purge.purge(storage, LONGEST, PARIS, tmp_path / "ledger") == foreseen
        assert await storage.read(what_is_left) == expected
        assert await storage.read(events) + await storage.read(counted) == happened, "an event is counted before it goes"
        assert not any((await purge.purge(storage, LONGEST, PARIS, tmp_path / "ledger")).values()), "a second night the same day finds nothing"
        life.forget(expected)


async def one_who_wrote(storage: Storage, clock: TestClock) -> Life:
    life = Life(storage, clock, 0)
    await life.begin()
    await life.somebody()
    await life.writes(life.everybody[0], life.everybody[0].chats[0])
    return life


async def run(storage: Storage, tmp_path: Path, keeping: Keeping = LONGEST) -> Mapping[str, int]:
    return await purge.purge(storage, keeping, PARIS, tmp_path / "ledger")


async def test_the_thirtieth_day_to_the_minute(storage: Storage, clock: TestClock, tmp_path: Path) -> None:
    await one_who_wrote(storage, clock)
    clock.turn(days=30)
    assert not any((await run(storage, tmp_path)).values())
    clock.turn(minutes=1)
    assert (await run(storage, tmp_path))["people"] == 1
    assert await storage.read(what_is_left) == (set(), set(), set(), set(), set())


async def test_the_head_may_shorten(storage: Storage, clock: TestClock, tmp_path: Path) -> None:
    await one_who_wrote(storage, clock)
    clock.turn(days=8)
    assert (await run(storage, tmp_path, Keeping(conversation=span("7 days"))))["people"] == 1


async def test_what_the_robot_says_first_keeps_nobody(storage: Storage, clock: TestClock, tmp_path: Path) -> None:
    life = await one_who_wrote(storage, clock)
    one = life.everybody[0]
    clock.turn(days=29)

    def announce(work: Work) -> None:
        lane = lanes.lane_of_conversation(work, one.chats[0].id)
        assert lane is not None
        line.put(work, lane, Outbound(lane.address, Purpose.ANNOUNCEMENT, "atelier"))
        lanes.keep(work, lane)

    await storage.run(announce)
    clock.turn(days=2)
    assert (await run(storage, tmp_path))["people"] == 1


async def test_somebody_who_writes_between_the_look_and_the_removal_stays(storage: Storage, clock: TestClock, tmp_path: Path) -> None:
    life = await one_who_wrote(storage, clock)
    clock.turn(days=31)
    at = retention.terms(LONGEST, clock.now(), PARIS)
    found = await storage.read(retention.find, retention.PEOPLE, at)
    await life.writes(life.everybody[0], life.everybody[0].chats[0])
    assert await storage.run(retention.remove, retention.PEOPLE, found, at) == 0
    assert len((await storage.read(what_is_left))[0]) == 1


async def test_a_treated_file_goes_after_thirty_days(storage: Storage, clock: TestClock, tmp_path: Path) -> None:
    life = await one_who_wrote(storage, clock)
    one = life.everybody[0]
    await life.asks(one, one.chats[0])
    await life.sends(one, one.chats[0])

    def treat(work: Work) -> None:
        work.session.execute(MEDIA.update().values(treated_at=work.now))

    await storage.run(treat)
    clock.turn(days=30)
    assert not any((await run(storage, tmp_path)).values())
    clock.turn(minutes=1)
    assert (await run(storage, tmp_path))["files"] == 1
    assert await storage.read(lambda work: work.session.execute(select(table(tables.MediaChunk))).all()) == []


async def test_events_of_nobody_become_the_count_of_their_month(storage: Storage, clock: TestClock, tmp_path: Path) -> None:
    """Midnight in Paris, not in Greenwich, ends a month."""
    clock.turn_to(datetime(2026, 3, 31, 22, 30, tzinfo=UTC))

    def call(work: Work) -> None:
        for _ in range(4):
            work.session.add(tables.Event(kind="shelter_call", at=work.now, detail=work.vault.seal("event.detail", "no_place")))

    await storage.run(call)
    clock.turn_to(datetime(2026, 4, 30, 21, 0, tzinfo=UTC))
    await storage.run(call)
    assert (await run(storage, tmp_path))["events"] == 0
    clock.turn_to(datetime(2026, 4, 30, 22, 0, tzinfo=UTC))
    assert (await run(storage, tmp_path))["events"] == 8
    assert await storage.read(monthly.figures) == [Figure("2026-04", "shelter_call", "", "no_place", 8)]


async def test_a_figure_under_five_is_not_shown(storage: Storage) -> None:
    for number in (4, 1):
        assert await storage.read(monthly.figures) == []
        await storage.run(monthly.add, Figure("2026-03", "page", "telegram", "aide-visale", number))
    assert [figure.number for figure in await storage.read(monthly.figures)] == [5]


async def test_old_copies_and_old_lines_go_with_the_backups(storage: Storage, clock: TestClock, tmp_path: Path) -> None:
    file = tmp_path / "ledger"
    write(file, Erasure(7, clock.now()))
    name = Path(str(storage.url.database)).name
    copies = [tmp_path / f"{name}.schema-{number:04}" for number in (1, 2)]
    for copy, days in zip(copies, (31, 29), strict=True):
        copy.write_bytes(b"")
        os.utime(copy, (0, clock.elapsed() - days * 24 * 3600))
    there = storage.dialect == "sqlite"
    assert await purge.count(storage, LONGEST, PARIS, file) == (await run(storage, tmp_path))
    assert [copy.exists() for copy in copies] == [not there, True]
    clock.turn(days=30)
    assert (await run(storage, tmp_path))["ledger lines"] == 1


async def test_an_appointment_keeps_somebody_until_long_after_it(storage: Storage, clock: TestClock, tmp_path: Path) -> None:
    """Person and address live as long as anything of theirs, an appointment to come included."""
    life = await one_who_wrote(storage, clock)
    await life.meets(life.everybody[0], life.everybody[0].chats[0], days=500, cancelled=False)
    for days in (31, 400, 69):  # the appointment is on the last of them
        clock.turn(days=days)
        assert (await run(storage, tmp_path))["people"] == 0
    clock.turn(days=730)
    assert (await run(storage, tmp_path))["people"] == 0
    clock.turn(days=2)
    assert (await run(storage, tmp_path))["people"] == 1
    counted = await storage.read(lambda work: work.session.execute(select(table(tables.MonthlyCount))).all())
    assert sorted((figure.kind, figure.number) for figure in counted) == [
        ("appointment by channel: booked", 1),
        ("appointment by place: booked", 1),
        ("appointment by reminder: booked", 1),
        ("appointment: booked", 1),
    ]


async def test_one_that_was_cancelled_is_none(storage: Storage, clock: TestClock, tmp_path: Path) -> None:
    life = await one_who_wrote(storage, clock)
    await life.meets(life.everybody[0], life.everybody[0].chats[0], days=500, cancelled=True)
    clock.turn(days=732)
    assert (await run(storage, tmp_path))["people"] == 1


async def test_what_lapses_goes_and_what_is_long_past_too(storage: Storage, clock: TestClock, tmp_path: Path) -> None:
    of = await diary(storage)
    zoe, adam = await of.person("zoe"), await of.person("adam")
    await storage.run(marks.put, zoe, marks.What.UNHOUSED)
    start = clock.now() + timedelta(days=61)
    workshop = await storage.run(workshops.put, Workshop("", "Chercher un logement"))
    (session,) = await storage.run(workshops.plan, workshop, of.place, [(start, start + timedelta(hours=2))], 1)
    for who in (zoe, adam):
        await storage.run(seats.take, session, who)
    clock.turn(days=59)
    gone = await run(storage, tmp_path)
    assert [gone[kind] for kind in (retention.MARKS, retention.LINES, retention.SESSIONS)] == [0, 0, 0]
    clock.turn(days=3)
    gone = await run(storage, tmp_path)
    assert [gone[kind] for kind in (retention.MARKS, retention.LINES, retention.SESSIONS)] == [1, 1, 0]
    clock.turn(days=740)
    gone = await run(storage, tmp_path)
    assert gone[retention.PEOPLE] > 0
    assert gone[retention.SESSIONS] == 1
