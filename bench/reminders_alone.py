"""The rows of a release, written once more with nothing read, worded or sealed: the time that the database and its driver take for themselves."""

import time
from collections.abc import Sequence

from sqlalchemy import Table, delete, select, update

from storage import line, lines, messages, reminders, tables
from storage.bulk import ROW_ID, Bulk, Row
from storage.engine import Storage, Work, statement, table

REMINDER = table(tables.Reminder)
WRITES: tuple[tuple[Table, Bulk], ...] = (
    (table(tables.Outbound), line.PUT_ALL),
    (table(tables.Message), messages.SAY_ALL),
    (table(tables.Address), lines.LAST_IN_LINE),
    (table(tables.Conversation), lines.LAST_SAID),
    (REMINDER, reminders.SETTLE),
)
"""What a release writes for each reminder: two rows added, three changed."""
Rows = Sequence[Row]


async def rows_alone(storage: Storage, number: int) -> float:
    """How many reminders' rows a second; the release and the sending are over, and what they said is taken away first."""
    rows = await storage.read(_read, number)
    await storage.run(_forget)
    began = time.perf_counter()
    for first in range(0, number, reminders.AT_ONCE):
        await storage.run(_write, rows, first)
    return number / (time.perf_counter() - began)


def _read(work: Work, number: int) -> list[Rows]:
    return [_rows(work, of, change, number) for of, change in WRITES]


def _rows(work: Work, of: Table, change: Bulk, number: int) -> Rows:
    columns = (of.c["id" if name == ROW_ID else name.removeprefix("new_")] for name in change.names)
    asked = select(*columns).order_by(of.c.id).limit(number)
    if of is REMINDER:
        asked = asked.where(of.c.number.is_not(None))
    return work.execute(statement(asked)).fetchall()


def _forget(work: Work) -> None:
    for of in (tables.Delivery, tables.Outbound, tables.Message):
        work.session.execute(delete(table(of)))
    work.session.execute(update(REMINDER).values(state="planned"))


def _write(work: Work, rows: Sequence[Rows], first: int) -> None:
    for (_of, change), those in zip(WRITES, rows, strict=True):
        work.execute_many(change, those[first : first + reminders.AT_ONCE])
