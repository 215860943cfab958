"""What a caseworker does about an appointment: each act is one unit of work, written into the audit.

What a person is told of it is a reminder that storage plans in the same unit; a job says it by day (bot/rules/reminders.py).
"""

from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from bot.rules.reminders import Wants
from bot.rules.slots import Slot
from storage import appointment_view, appointments, audit, booking, crises, erasure, lanes, marks, reaching, reminders, threads
from storage.appointment_view import Appointment, Booking, By, Changed, Outcome, Taken
from storage.audit import Act
from storage.caseworkers import Member
from storage.engine import Work
from storage.marks import What
from storage.reaching import Silent


class Reach(StrEnum):
    """How somebody learns what the team decides about an appointment."""

    MESSAGE = "message"
    QUIET = "quiet"
    """They chose « pas de rappel »: they are told what is moved or cancelled, and nothing else."""
    CALL = "call"
    """Somebody else may read their phone, or shares it, or they said how to be written to: a colleague calls."""

    def said(self, act: str) -> str:
        """What a page says was done (`?fait=`): « booked », « moved-call »."""
        told = self is Reach.MESSAGE or (self is Reach.QUIET and act != "booked")
        return act if told else f"{act}-{self}"


Found = TypeVar("Found", Appointment | Taken, Appointment | Changed, Appointment | Taken | Changed)


def book(work: Work, by: Member, thread: str, motive: str, slot: Slot, callback: str, *, freely: bool) -> Appointment | Taken | None:
    """An appointment for whoever this thread is about; None where there is no such thread."""
    held = threads.find(work, thread)
    if held is None:
        return None
    wanted = Booking(held.person_id, motive, slot, By.TEAM, freely=freely, thread_id=held.id, callback=callback)
    return _written(work, by, appointments.book(work, wanted))


def move(work: Work, by: Member, token: str, version: int, slot: Slot, *, freely: bool) -> Appointment | Taken | Changed:
    """Another time, place or colleague, as long as it is what the colleague saw."""
    return _written(work, by, appointments.move(work, token, version, slot, By.TEAM, freely=freely))


def cancel(work: Work, by: Member, token: str, version: int) -> Appointment | Changed:
    """It will not be, and the person is told."""
    return _written(work, by, appointments.cancel(work, token, version, By.TEAM))


def close(work: Work, by: Member, token: str, was: str, outcome: Outcome) -> Appointment | Changed:
    """What came of it, or what came of it after all. `was` is what its page said of it: a colleague who said otherwise meanwhile is not overruled."""
    booking.locked(work, token)
    before = appointment_view.find(work, token)
    if before is not None and before.outcome is outcome:
        return before
    if before is None or (before.outcome or "") != was:
        return Changed(before)
    return _written(work, by, appointments.close(work, token, outcome))


def reach_at(work: Work, by: Member, token: str, callback: str) -> bool:
    """Another number for this appointment, or none; False where it is gone."""
    found = appointment_view.find(work, token)
    if found is None or not appointments.reach_at(work, token, callback):
        return False
    audit.write(work, Act.MET, by=by.id, person=found.person_id, thread=found.thread_id)
    return True


def mark_unhoused(work: Work, by: Member, thread: str, *, on: bool) -> bool:
    """Note that whoever this thread is about has no home, with their knowledge, or take it back; False where there is no such thread.

    A call is planned before each appointment they have already, or no more: a message is never the only way.
    """
    held = threads.find(work, thread)
    if held is None:
        return False
    if on:
        marks.put(work, held.person_id, What.UNHOUSED, by.id)
    else:
        marks.take_away(work, held.person_id, What.UNHOUSED)
    appointments.plan_anew(work, held.person_id)
    audit.write(work, Act.MARKED, by=by.id, person=held.person_id, thread=held.id)
    return True


def open_thread(work: Work, by: Member, token: str) -> str | None:
    """Open a thread about somebody who booked by themselves, so that colleagues can write to them; its token. The robot keeps the conversation.

    It is in the conversation where they wrote last. None where the appointment is gone, or its person has no conversation any more.
    """
    found = appointment_view.find(work, token)
    held = lanes.lanes_of_person(work, found.person_id) if found is not None else []
    if found is None or not held:
        return None
    lane = max(held, key=lambda lane: lane.last_inbound_at.timestamp() if lane.last_inbound_at else 0.0)
    thread = threads.open_for(work, lane)
    lanes.keep(work, lane)
    audit.write(work, Act.MET, by=by.id, person=found.person_id, thread=thread)
    return threads.token_of(work, thread)


def unhoused_until(work: Work, person_id: int) -> datetime | None:
    """Until when it is noted that somebody has no home."""
    return marks.until(work, person_id, What.UNHOUSED)


def reach(work: Work, person_id: int) -> Reach:
    """How somebody learns what is decided here."""
    if any(crises.written_with_care(work, each) for each in erasure.conversations_of(work, person_id)):
        return Reach.CALL
    if reaching.ways(work, {person_id}, frozenset())[person_id] is Silent.SHARED:
        return Reach.CALL
    return Reach.QUIET if reminders.wants(work, person_id) is Wants.NONE else Reach.MESSAGE


def opened(work: Work, by: Member, of: Appointment) -> None:
    """Write down that a colleague read this appointment."""
    if of.thread_id is not None:
        audit.opened(work, by.id, of.thread_id)
    else:
        audit.opened_of(work, by.id, of.person_id)


def _written(work: Work, by: Member, found: Found) -> Found:
    if isinstance(found, Appointment):
        audit.write(work, Act.MET, by=by.id, person=found.person_id, thread=found.thread_id)
    return found
