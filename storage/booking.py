"""Owning the time of an appointment: a row and its cells, entered, changed and held together or not at all. The verbs that people use are in
storage/appointments.py and storage/waiting_list.py.
"""

import secrets
from datetime import datetime

from sqlmodel import col, select

from bot.rules.reminders import REMINDERS, Kind, Planned, plan
from bot.rules.slots import Slot
from bot.rules.walls import from_seconds, to_seconds
from storage import cells, hours, marks, motives, reminders
from storage.appointment_view import Appointment, Booking, State, read
from storage.engine import Wake, Work
from storage.motives import Motive
from storage.tables import Appointment as Row


def enter(work: Work, motive: Motive, booking: Booking, state: State, until: datetime | None = None) -> Row | None:
    """A new row with its cells, or nothing at all."""
    slot, seal = booking.slot, work.vault.seal
    since, end = _owned(motive, slot)
    row = Row(
        token=secrets.token_urlsafe(16),
        person_id=booking.person_id,
        thread_id=booking.thread_id,
        caseworker_id=slot.who,
        place_id=slot.place,
        motive=seal("appointment.motive", motive.token),
        mode=seal("appointment.mode", slot.mode),
        starts_at=slot.start,
        ends_at=slot.end,
        holds_from=since,
        holds_until=end,
        state=state.value,
        held_until=until,
        callback=seal("appointment.callback", booking.callback) if booking.callback else None,
        created_at=work.now,
        changed_at=work.now,
    )
    with work.session.begin_nested() as attempt:
        work.session.add(row)
        work.session.flush()
        if cells.take(work, row.id or 0, slot.who, cells.owned(since, end)):
            return row
        attempt.rollback()
    return None


def own_instead(work: Work, row: Row, motive: Motive, slot: Slot) -> bool:
    """Own the time of this slot instead of what it owns; False, and nothing changed, where it is taken.

    The new time is taken before the old is given back, so that two who change places cannot wait for one another.
    """
    old, old_who = cells.owned(row.holds_from, row.holds_until), row.caseworker_id
    since, until = _owned(motive, slot)
    new = cells.owned(since, until)
    kept = new if slot.who == old_who else range(0)
    with work.session.begin_nested() as attempt:
        if not cells.take(work, row.id or 0, slot.who, new, old if slot.who == old_who else range(0)):
            attempt.rollback()
            return False
    cells.leave(work, row.id or 0, old_who, old, kept)
    row.caseworker_id, row.place_id, row.mode = slot.who, slot.place, work.vault.seal("appointment.mode", slot.mode)
    row.starts_at, row.ends_at, row.holds_from, row.holds_until = slot.start, slot.end, since, until
    return True


def _owned(motive: Motive, slot: Slot) -> tuple[datetime, datetime]:
    start = to_seconds(slot.start)
    since, until = motive.needs.owned(start, slot.mode)
    longer = to_seconds(slot.end) - start - 60 * motive.needs.minutes
    return from_seconds(since), from_seconds(until + longer)


def plan_steps(work: Work, row: Row, motive: Motive, news: Kind | None) -> None:
    """Plan what is said and done of it from now on; `news` is told at once."""
    reminders.plan(work, _steps(work, row, motive, news), row.version, appointment_id=row.id)


def plan_again(work: Work, row: Row, motive: Motive) -> None:
    """The same once what the person wants has changed: nothing that was said is said again, nor something else in its place."""
    said = {step.kind for step in reminders.steps(work, appointment_id=row.id) if step.version == row.version and step.settled_at is not None}
    steps = [step for step in _steps(work, row, motive, None) if step.kind in motive.chain or step.kind.is_task or not said & {*REMINDERS}]
    reminders.plan(work, steps, row.version, appointment_id=row.id)
    if Kind.CALL not in {step.kind for step in steps}:
        reminders.kill_kind(work, Kind.CALL, row.id or 0)


def _steps(work: Work, row: Row, motive: Motive, news: Kind | None) -> tuple[Planned, ...]:
    return plan(
        work.now,
        row.starts_at,
        hours.zone(work),
        chain=motives.chain(work, motive),
        wants=reminders.wants(work, row.person_id),
        unhoused=marks.until(work, row.person_id, marks.What.UNHOUSED) is not None,
        news=news,
    )


def locked(work: Work, token: str) -> Row | None:
    """An appointment as it is now, whatever was read before, held until the unit ends."""
    found = select(Row).where(col(Row.token) == token).with_for_update()
    return work.session.exec(found.execution_options(populate_existing=True)).first()


def changed(work: Work, row: Row, *, sequence: bool = False) -> Appointment:
    """Write it; `sequence` where a calendar must take the change over."""
    row.changed_at = work.now
    row.sequence += sequence
    work.session.flush()
    work.notify(Wake.TALK, 0)
    return read(work, row)
