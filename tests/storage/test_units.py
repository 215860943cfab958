"""Units of work: one commit, each on its own, told after it."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col
from sqlmodel import select as choose

from bot.errors import StorageError
from storage.columns import to_moment
from storage.engine import Storage, Wake, Work, statement, table
from storage.tables import Event, Setting

EVENT = table(Event)
ADD = statement(insert(EVENT).values(kind=bindparam("kind"), at=bindparam("at")).returning(EVENT.c.id))
KINDS = statement(select(EVENT.c.kind).order_by(EVENT.c.id))


def add(work: Work, kind: str) -> int:
    row = work.execute(ADD, {"kind": kind, "at": to_moment(work.now)}).fetchone()
    assert row is not None
    return int(row[0])


def add_and_fail(work: Work, kind: str) -> None:
    add(work, kind)
    raise ValueError(kind)


def kinds(work: Work) -> list[str]:
    return [row[0] for row in work.execute(KINDS)]


async def test_a_unit_is_kept_when_it_returns(storage: Storage) -> None:
    assert await storage.run(add, "kept") > 0
    assert await storage.read(kinds) == ["kept"]


async def test_a_unit_that_raises_takes_back_only_itself(storage: Storage) -> None:
    calls = [storage.run(add_and_fail if number % 3 == 0 else add, f"{number}") for number in range(12)]
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert [isinstance(result, ValueError) for result in results] == [number % 3 == 0 for number in range(12)]
    assert sorted(await storage.read(kinds), key=int) == [f"{number}" for number in range(12) if number % 3]


async def test_session_and_cursor_share_one_transaction(storage: Storage) -> None:
    def both(work: Work) -> list[str]:
        work.session.add(Event(kind="by session", at=work.now))
        add(work, "by cursor")
        return list(work.session.exec(choose(Event.kind).order_by(col(Event.id))))

    assert await storage.run(both) == ["by session", "by cursor"]
    assert await storage.read(kinds) == ["by session", "by cursor"]


async def test_a_failed_flush_takes_back_only_its_unit(storage: Storage) -> None:
    def twice(work: Work) -> None:
        add(work, "lost")
        work.session.add_all([Setting(name="one", value="1"), Event(kind="lost", at=work.now)])
        work.session.flush()
        work.session.add(Setting(name="one", value="2"))

    results = await asyncio.gather(storage.run(add, "before"), storage.run(twice), storage.run(add, "after"), return_exceptions=True)
    assert isinstance(results[1], Exception)
    assert sorted(await storage.read(kinds)) == ["after", "before"]


async def test_nested_work_may_be_taken_back_inside_a_unit(storage: Storage) -> None:
    def nested(work: Work) -> None:
        work.session.add(Event(kind="kept", at=work.now))
        with suppress(ValueError), work.session.begin_nested():
            work.session.add(Event(kind="lost", at=work.now))
            work.session.flush()
            raise ValueError

    await storage.run(nested)
    assert await storage.read(kinds) == ["kept"]


@pytest.mark.parametrize("end", ["commit", "rollback"])
async def test_a_unit_cannot_end_the_transaction(storage: Storage, end: str) -> None:
    def ends(work: Work) -> None:
        add(work, "lost")
        getattr(work.session, end)()

    with pytest.raises(StorageError, match="unit of work"):
        await storage.run(ends)
    assert await storage.read(kinds) == []


async def test_sessions_are_strangers(storage: Storage) -> None:
    def leave(work: Work) -> Event:
        event = Event(kind="one", at=work.now)
        work.session.add(event)
        return event

    left = await storage.run(leave)

    def look(work: Work) -> bool:
        return left in work.session

    assert await storage.run(look) is False


async def test_an_unread_row_does_not_hold_the_transaction(storage: Storage) -> None:
    def careless(work: Work) -> Any:
        add(work, "one")
        add(work, "two")
        return work.execute(KINDS).fetchone()

    assert (await storage.run(careless))[0] == "one"
    assert await storage.read(kinds) == ["one", "two"]


async def test_reading_cannot_write(storage: Storage) -> None:
    with pytest.raises(Exception, match=r"readonly|read-only"):
        await storage.read(add, "refused")
    assert await storage.read(kinds) == []


async def test_time_is_read_once_per_unit(storage: Storage) -> None:
    def times(work: Work) -> tuple[object, float]:
        return work.now, work.elapsed

    assert await storage.run(times) == (storage.clock.now(), storage.clock.elapsed())


async def test_wakes_are_heard_after_the_commit_and_only_then(storage: Storage) -> None:
    heard: list[tuple[Wake, int]] = []
    stop = storage.subscribe(lambda wake, id: heard.append((wake, id)))

    def ring(work: Work, id: int) -> bool:
        work.notify(Wake.TURN, id)
        work.notify(Wake.TALK, id)
        if id == 2:
            raise ValueError
        return (Wake.TURN, id) in heard

    results = await asyncio.gather(*(storage.run(ring, id) for id in (1, 2, 3)), return_exceptions=True)
    assert [results[0], results[2]] == [False, False]
    assert sorted(heard) == [(Wake.TALK, 1), (Wake.TALK, 3), (Wake.TURN, 1), (Wake.TURN, 3)]
    stop()
    await storage.run(ring, 4)
    assert len(heard) == 4


async def test_a_subscriber_that_fails_hurts_nobody(storage: Storage) -> None:
    heard: list[int] = []

    def fails(wake: Wake, id: int) -> None:
        raise ValueError

    storage.subscribe(fails)
    storage.subscribe(lambda wake, id: heard.append(id))

    def ring(work: Work) -> None:
        work.notify(Wake.SETTING, 0)

    await storage.run(ring)
    assert heard == [0]


async def test_a_caller_that_goes_away_leaves_the_others_alone(storage: Storage) -> None:
    first, second = (asyncio.ensure_future(storage.run(add, kind)) for kind in ("first", "second"))
    await asyncio.sleep(0)
    first.cancel()
    await second
    assert "second" in await storage.read(kinds)


async def test_a_closed_database_says_so(storage: Storage) -> None:
    await storage.close()
    await storage.close()
    with pytest.raises(StorageError, match="closed"):
        await storage.run(add, "late")


async def test_a_fault_quotes_no_value(storage: Storage) -> None:
    def fails(work: Work) -> None:
        work.session.add_all([Setting(name="Yanis", value="1"), Setting(name="Yanis", value="2")])

    with pytest.raises(IntegrityError) as fault:
        await storage.run(fails)
    assert "parameters hidden" in str(fault.value)
