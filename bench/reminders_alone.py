"""The rows of a release, written once more with nothing read, worded or sealed: the time that the database and its driver take for themselves."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, select, update

from storage import tables
from storage.engine import Statement, Storage, Work, statement, table

ADDRESS, CONVERSATION, MESSAGE, OUTBOUND, REMINDER = (
    table(noun) for noun in (tables.Address, tables.Conversation, tables.Message, tables.Outbound, tables.Reminder)
)
UNITS = 500
Rows = Sequence[Mapping[str, Any]]


def _kept(of: Table) -> list[str]:
    return [column.name for column in of.columns if column.name != "id"]


def _adding(of: Table) -> Statement:
    return statement(insert(of).values({name: bindparam(name) for name in _kept(of)}))


def _changing(of: Table, *names: str) -> Statement:
    return statement(update(of).where(of.c.id == bindparam("row_id")).values({name: bindparam(f"new_{name}") for name in names}))


WRITES: tuple[tuple[Table, Statement, tuple[str, ...]], ...] = (
    (OUTBOUND, _adding(OUTBOUND), ()),
    (MESSAGE, _adding(MESSAGE), ()),
    (ADDRESS, _changing(ADDRESS, "position"), ("position",)),
    (CONVERSATION, _changing(CONVERSATION, "last_number"), ("last_number",)),
    (REMINDER, _changing(REMINDER, "state", "settled_at", "conversation_id", "number"), ("state", "settled_at", "conversation_id", "number")),
)
"""What a release writes for each reminder: two rows added, three changed."""


async def rows_alone(storage: Storage, number: int) -> float:
    """How many reminders' rows a second; the release and the sending are over, and what they said is taken away first."""
    rows = await storage.read(_read, number)
    await storage.run(_forget)
    began = time.perf_counter()
    for first in range(0, number, UNITS):
        await storage.run(_write, rows, first)
    return number / (time.perf_counter() - began)


def _read(work: Work, number: int) -> list[Rows]:
    return [_rows(work, of, changed, number) for of, _text, changed in WRITES]


def _rows(work: Work, of: Table, changed: tuple[str, ...], number: int) -> Rows:
    names = changed or tuple(_kept(of))
    asked = select(of.c.id, *(of.c[name] for name in names)).order_by(of.c.id).limit(number)
    if of is REMINDER:
        asked = asked.where(of.c.number.is_not(None))
    found = work.execute(statement(asked)).fetchall()
    begin = "new_" if changed else ""
    return [{"row_id": row[0]} | {f"{begin}{name}": value for name, value in zip(names, row[1:], strict=True)} for row in found]


def _forget(work: Work) -> None:
    for of in (tables.Delivery, tables.Outbound, tables.Message):
        work.session.execute(delete(table(of)))
    work.session.execute(update(REMINDER).values(state="planned"))


def _write(work: Work, rows: Sequence[Rows], first: int) -> None:
    with work.gather():
        for (_of, text, _changed), those in zip(WRITES, rows, strict=True):
            for row in those[first : first + UNITS]:
                work.execute(text, row)
