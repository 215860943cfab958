"""What waits to be said where its person is no more: taken out of the line, and a reminder among it is planned anew, to go where they are."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, and_, or_, select, update

from bot.messages import Purpose
from storage import messages, tables
from storage.engine import Work, table
from storage.reminders import State

OUTBOUND, DELIVERY, MESSAGE, REMINDER = (table(noun) for noun in (tables.Outbound, tables.Delivery, tables.Message, tables.Reminder))
APPOINTMENT, SEAT, CONVERSATION, LINK = (table(noun) for noun in (tables.Appointment, tables.Seat, tables.Conversation, tables.Link))
ELSEWHERE = "elsewhere"
"""Why it was not said, as a code."""
_SAME = and_(REMINDER.c.conversation_id == OUTBOUND.c.conversation_id, REMINDER.c.number == OUTBOUND.c.number)


def withdraw(work: Work, conversations: Sequence[int], purposes: Collection[Purpose] = frozenset(Purpose)) -> None:
    """Withdraw all that waits in these conversations, or what waits of these purposes. What is under way arrives."""
    _take_out(work, _waiting(conversations).where(OUTBOUND.c.purpose.in_([each.value for each in purposes])))


def withdraw_others(work: Work, conversations: Sequence[int]) -> None:
    """Withdraw the reminders among it that are another person's than the conversation's."""
    whose = select(LINK.c.person_id).join(CONVERSATION, CONVERSATION.c.link_id == LINK.c.id).where(CONVERSATION.c.id == OUTBOUND.c.conversation_id)
    met = APPOINTMENT.c.person_id != whose.scalar_subquery()
    sat = SEAT.c.person_id != whose.scalar_subquery()
    about = (
        _waiting(conversations)
        .join(REMINDER, _SAME)
        .outerjoin(APPOINTMENT, APPOINTMENT.c.id == REMINDER.c.appointment_id)
        .outerjoin(SEAT, SEAT.c.id == REMINDER.c.seat_id)
    )
    _take_out(work, about.where(or_(met, sat)))


def _waiting(conversations: Sequence[int]) -> Select[tuple[int, int, int]]:
    called = select(DELIVERY.c.id).where(DELIVERY.c.outbound_id == OUTBOUND.c.id, DELIVERY.c.state == "leased").exists()
    found = select(OUTBOUND.c.id, OUTBOUND.c.conversation_id, OUTBOUND.c.number)
    return found.where(OUTBOUND.c.conversation_id.in_(conversations), OUTBOUND.c.state.in_(("due", "waiting")), ~called)


def _take_out(work: Work, found: Select[tuple[int, int, int]]) -> None:
    for row, conversation, number in work.session.execute(found).all():
        work.session.execute(update(OUTBOUND).where(OUTBOUND.c.id == row).values(state="dropped", failure=ELSEWHERE))
        said = and_(MESSAGE.c.conversation_id == conversation, MESSAGE.c.number == number)
        work.session.execute(update(MESSAGE).where(said).values(status=messages.DROPPED))
        planned = and_(REMINDER.c.conversation_id == conversation, REMINDER.c.number == number, REMINDER.c.state == State.WRITTEN.value)
        again = {"state": State.PLANNED.value, "settled_at": None, "conversation_id": None, "number": None}
        work.session.execute(update(REMINDER).where(planned).values(again))
