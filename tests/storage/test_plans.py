"""What goes is found by indexes: on a large database no statement of the purge or of an erasure reads a whole table, whatever the engine."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, event, insert, text
from sqlmodel import SQLModel

from bot.rules.keeping import LONGEST
from storage import appointment_view, busy, consents, erasure, lines, openings, people, reaching, reminders, retention, seats, tables, waiting_list
from storage.columns import to_moment
from storage.engine import Storage, Work, table
from tests.storage.filling import NOT_FILLED, value

PEOPLE = 1_500
SOME = "[700, 701, 702]"
LATER = timedelta(days=800)
PARIS = ZoneInfo("Europe/Paris")
WHOLE = re.compile(r"^SCAN (\w+?)(?:_\d+)?$|^SCAN (\w+?)(?:_\d+)? USING COVERING INDEX|Seq Scan on (?!hold\b)(\w+)")
"""Holds are few, whatever the size of the rest: PostgreSQL may read those in force first."""
Said = tuple[str, Any]


def crowd(work: Work) -> None:
    """A row of everybody in every table, under the same number everywhere, and some events of nobody."""
    for each in SQLModel.metadata.sorted_tables:
        if each.name in NOT_FILLED:
            continue
        rows = []
        for number in range(1, PEOPLE + 1):
            ids = dict.fromkeys(SQLModel.metadata.tables, number)
            row = {column.name: value(work, column, f"p{number}", ids) for column in each.columns}
            rows.append(row | ({"id": number} if "id" in each.columns else {}))
        work.session.execute(insert(each), rows)
        if work.dialect != "sqlite" and "id" in each.columns:
            work.session.execute(text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"), {"name": each.name, "last": PEOPLE})
    nobody = [{"kind": "shelter_call", "at": work.now} for _ in range(20)]
    work.session.execute(insert(table(tables.Event)), nobody)
    work.session.execute(text("ANALYZE"))


@contextmanager
def heard(connection: Connection) -> Iterator[list[Said]]:
    """Every statement that is run meanwhile, with its values."""
    said: dict[str, Any] = {}

    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:
        said.setdefault(statement, values)

    found: list[Said] = []
    event.listen(connection, "before_cursor_execute", hear)
    try:
        yield found
    finally:
        event.remove(connection, "before_cursor_execute", hear)
        found += said.items()


def whole_tables(work: Work, said: list[Said]) -> list[str]:
    """The statements that read a whole table, with the lines of their plans that say so."""
    explain = "EXPLAIN QUERY PLAN" if work.dialect == "sqlite" else "EXPLAIN"
    if work.dialect != "sqlite":  # as where the tables are too large to be read whole for less than a hundred rows by index
        work.session.execute(text("SET LOCAL random_page_cost = 0.1"))
    wrong = []
    for statement, values in said:
        plan = work.session.connection().exec_driver_sql(f"{explain} {statement}", values)
        lines = [str(row[-1]).strip() for row in plan]
        wrong += [f"{line} in {statement}" for line in lines if _reads_all(line)]
    return wrong


def _reads_all(line: str) -> bool:
    found = WHOLE.search(line)
    return found is not None and any(name in SQLModel.metadata.tables for name in found.groups())


def purged(work: Work) -> list[str]:
    at = retention.terms(LONGEST, work.now + LATER, PARIS)
    with heard(work.session.connection()) as said:
        for kind in retention.KINDS:
            found = retention.find(work, kind, at, 3)
            retention.lighten(work, kind, found, at)
            gone = retention.remove(work, kind, found, at)
            assert gone == len(found)
            assert gone or kind in (retention.BESIDE, retention.CONVERSATIONS), kind
    assert len(said) > 50
    return whole_tables(work, said)


def erased(work: Work) -> list[str]:
    with heard(work.session.connection()) as said:
        erasure.remove_pieces(work, erasure.rows_of(work, 700))
        assert erasure.erase_rows(work, 700)
        erasure.forget_unfollowed(work, 701)
        erasure.erase_thread(work, 702)
    assert len(said) > 50
    return whole_tables(work, said)


def gathered(work: Work) -> list[str]:
    """What a slot is looked for in, and what falls due: statements of the driver's cursor, with their values."""
    at = to_moment(work.now + LATER)
    asked = [
        (openings.TAKEN, {"since": at, "until": at + 10**12, "but": 0}),
        (reminders.DUE, {"now": at, "most": 200}),
        (reminders.CLAIM, {"now": at, "ids": SOME}),
        (reminders.WRITTEN, {"conversation": 700, "said": 1}),
        (reminders.UNDO, {"conversation": 700, "said": 1, "why": "blocked", "now": at}),
        (reaching.WAYS_OF, {"people": SOME}),
        (reaching.DANGERS_IN, {"conversations": SOME}),
        (lines.ENDS_IF_FREE, {"ids": SOME}),
        (consents.CHOSEN_BY, {"people": SOME}),
    ]
    said: list[Said] = [((each.sqlite if work.dialect == "sqlite" else each.postgresql).sql, values) for each, values in asked]
    return whole_tables(work, said)


def looked_up(work: Work) -> list[str]:
    """What is asked of one person's appointments, of a week and of the holds that are over."""
    with heard(work.session.connection()) as said:
        appointment_view.to_come(work, 700)
        appointment_view.between(work, work.now + LATER, work.now + 2 * LATER)
        appointment_view.between(work, work.now + LATER, work.now + 2 * LATER, 700)
        appointment_view.held_between(work, work.now + LATER, work.now + 2 * LATER)
        appointment_view.expected(work)
        busy.times(work, work.now + LATER, work.now + 2 * LATER)
        people.called(work, [699, 700])
        waiting_list.lapse(work)
        seats.lapse(work)
    assert len(said) > 9
    return whole_tables(work, said)


def careless(work: Work) -> list[str]:
    with heard(work.session.connection()) as said:
        work.session.execute(text("SELECT id FROM message WHERE at < 3"))
    return whole_tables(work, said)


@pytest.fixture
async def large(storage: Storage) -> Storage:
    await storage.run(crowd)
    return storage


async def test_no_statement_of_a_purge_an_erasure_or_the_calendar_reads_a_whole_table(large: Storage) -> None:
    assert await large.run(purged) == []
    assert await large.run(erased) == []
    assert await large.run(gathered) == []
    assert await large.run(looked_up) == []
    (seen,) = await large.run(careless)
    assert "message" in seen, "the plans are read: a careless statement is seen"
