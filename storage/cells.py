"""Owning time: the cells of an appointment, taken and given back. The database lets each be owned once, whatever processes ask at the same time."""

from datetime import datetime

from sqlalchemy import bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite

from bot.rules.cells import cells
from bot.rules.walls import to_seconds
from storage import tables
from storage.engine import Work, statement, table

CELL = table(tables.AppointmentCell)
_FREE = statement(delete(CELL).where(CELL.c.appointment_id == bindparam("which")))


def owned(since: datetime, until: datetime) -> range:
    """The cells of a time, in order."""
    return cells((to_seconds(since), to_seconds(until)))


def take(work: Work, appointment_id: int, caseworker_id: int, wanted: range, kept: range = range(0)) -> bool:
    """Own these cells; False where somebody else owns one of them: the caller takes back what was taken. `kept` are its own already.

    Always in the same order, so that no two who want the same wait for one another.
    """
    new = [cell for cell in wanted if cell not in kept]
    if not new:
        return True
    dialect = sqlite if work.dialect == "sqlite" else postgresql
    rows = [{"caseworker_id": caseworker_id, "cell": cell, "appointment_id": appointment_id} for cell in new]
    taking = dialect.insert(CELL).values(rows).on_conflict_do_nothing(index_elements=("caseworker_id", "cell")).returning(CELL.c.id)
    return len(work.session.execute(taking).all()) == len(new)


def leave(work: Work, appointment_id: int, caseworker_id: int, wanted: range, kept: range = range(0)) -> None:
    """Give these cells back, but those that are `kept`."""
    left = [cell for cell in wanted if cell not in kept]
    gone = delete(CELL).where(CELL.c.caseworker_id == caseworker_id, CELL.c.cell.in_(left), CELL.c.appointment_id == appointment_id)
    work.session.execute(gone)


def free(work: Work, appointment_id: int) -> None:
    """Give back all that an appointment owns."""
    work.execute(_FREE, {"which": appointment_id})
