"""Appointments: booked, confirmed, moved, cancelled, and what came of them. Each verb is one unit: the time it owns, its reminders and itself change
together or not at all.

A verb answers with the appointment as it now is, with `Taken` and other slots, or with `Changed` where it is no longer what its caller saw: two
devices that answer one reminder differently are both told the truth.
"""

from sqlmodel import col, select

from bot.rules.reminders import Kind, afterwards, told
from bot.rules.slots import Slot, Wish, is_free, next_slots
from storage import cells, hours, motives, openings, reminders, waiting_list
from storage.appointment_view import STANDING, Appointment, Booking, By, Changed, Outcome, State, Taken, read
from storage.booking import changed, enter, locked, own_instead, plan_again, plan_steps
from storage.engine import Work
from storage.motives import Motive
from storage.tables import Appointment as Row


def book(work: Work, booking: Booking) -> Appointment | Taken:
    """Book a slot, or say that it is taken, with others. Booked twice by the same person, it is the same appointment."""
    motive = motives.find(work, booking.motive)
    slot = booking.slot
    if motive is None:
        return Taken(())
    if (mine := _booked_already(work, booking)) is not None:
        return read(work, mine)
    calendar = openings.Reading(work)
    if not _may(work, motive, slot, calendar, freely=booking.freely):
        return refusal(work, motive, slot, calendar)
    row = enter(work, motive, booking, State.BOOKED)
    if row is None:  # somebody has had it since the calendar was read
        return refusal(work, motive, slot)
    plan_steps(work, row, motive, Kind.CONFIRMATION if booking.by is By.TEAM else None)
    return changed(work, row)


def move(work: Work, token: str, version: int, slot: Slot, by: By = By.PERSON, *, freely: bool = False) -> Appointment | Taken | Changed:
    """Another time, place or colleague: the old time is free (and held for who waits), what was planned dies, what is to be said is planned anew."""
    row = _standing(work, token, version)
    if isinstance(row, Changed):
        return row
    motive = motives.find(work, work.vault.open("appointment.motive", row.motive))
    if motive is None:
        return Taken(())
    freed = read(work, row).slot
    calendar = openings.Reading(work, but=row.id or 0)  # one's own appointment is not in the way of a time that overlaps it
    if not _may(work, motive, slot, calendar, freely=freely) or not own_instead(work, row, motive, slot):
        return refusal(work, motive, slot)
    row.state, row.version, row.confirmed_at = State.BOOKED.value, row.version + 1, None
    reminders.kill(work, appointment_id=row.id)
    plan_steps(work, row, motive, Kind.MOVED if by is By.TEAM else None)
    moved = changed(work, row, sequence=True)
    waiting_list.offer_freed(work, freed)
    return moved


def cancel(work: Work, token: str, version: int, by: By = By.PERSON) -> Appointment | Changed:
    """It will not be: its time is free at once, however late it is said."""
    row = _standing(work, token, version)
    if isinstance(row, Changed):
        return row
    outcome = Outcome.WARNED if by is By.PERSON else Outcome.OURS
    row.state, row.version = State.CANCELLED.value, row.version + 1
    row.outcome = work.vault.seal("appointment.outcome", outcome)
    cells.free(work, row.id or 0)
    reminders.kill(work, appointment_id=row.id)
    if by is By.TEAM:
        reminders.plan(work, [told(Kind.CANCELLED, work.now, hours.zone(work))], row.version, appointment_id=row.id)
    gone = changed(work, row, sequence=True)
    waiting_list.offer_freed(work, gone.slot)
    return gone


def confirm(work: Work, token: str, version: int) -> Appointment | Changed:
    """« Je viens ». Said twice, it is said."""
    row = _standing(work, token, version)
    if isinstance(row, Changed):
        return row
    row.state, row.confirmed_at = State.CONFIRMED.value, row.confirmed_at or work.now
    return changed(work, row)


def close(work: Work, token: str, outcome: Outcome) -> Appointment | Changed:
    """Say what came of it, once it has begun; said again, it is put right. After a « non venu » one message goes, without reproach."""
    row = locked(work, token)
    if row is None or row.starts_at > work.now or row.state in (State.HELD, State.CANCELLED):
        return Changed(None if row is None else read(work, row))
    row.state, row.outcome = State.DONE.value, work.vault.seal("appointment.outcome", outcome)
    reminders.kill(work, appointment_id=row.id)
    if outcome is Outcome.ABSENT:
        steps = afterwards(work.now, hours.zone(work), wants=reminders.wants(work, row.person_id))
        reminders.plan(work, steps, row.version, appointment_id=row.id)
    return changed(work, row)


def reach_at(work: Work, token: str, callback: str) -> bool:
    """Keep another number for this appointment, or none; False where it is gone."""
    row = locked(work, token)
    if row is not None:
        row.callback = work.vault.seal("appointment.callback", callback) if callback else None
        work.session.flush()
    return row is not None


def plan_anew(work: Work, person_id: int) -> None:
    """What somebody wants of reminders, or what is noted of them, has changed: plan what it gives for all that is to come."""
    mine = select(Row).where(col(Row.person_id) == person_id, col(Row.state).in_(STANDING), col(Row.ends_at) > work.now)
    for row in work.session.exec(mine.order_by(col(Row.id)).with_for_update()).all():
        motive = motives.find(work, work.vault.open("appointment.motive", row.motive))
        if motive is not None:
            plan_again(work, row, motive)


def refusal(work: Work, motive: Motive, slot: Slot, calendar: openings.Reading | None = None) -> Taken:
    """Slots that are free instead of this one: at the same place and in the same way if there are any. `calendar` where it has just been read."""
    calendar = calendar or openings.Reading(work)
    near = Wish(motive.needs, modes=frozenset({slot.mode}), places=frozenset({slot.place}))
    return Taken(next_slots(calendar, near, work.now) or next_slots(calendar, Wish(motive.needs), work.now))


# -- parts


def _may(work: Work, motive: Motive, slot: Slot, calendar: openings.Reading, *, freely: bool) -> bool:
    """Whether this slot may be asked for at all: what comes from outside is looked for again among those that are free."""
    if freely:
        return slot.start > work.now and slot.start < slot.end
    return is_free(calendar, Wish(motive.needs), work.now, slot)


def _booked_already(work: Work, booking: Booking) -> Row | None:
    same = select(Row).where(col(Row.person_id) == booking.person_id, col(Row.starts_at) == booking.slot.start)
    return work.session.exec(same.where(col(Row.caseworker_id) == booking.slot.who, col(Row.state).in_(STANDING))).first()


def _standing(work: Work, token: str, version: int) -> Row | Changed:
    """An appointment that stands, as its caller saw it, held until the unit ends."""
    row = locked(work, token)
    if row is None or row.state not in STANDING or row.version != version or row.ends_at <= work.now:
        return Changed(None if row is None else read(work, row))
    return row
