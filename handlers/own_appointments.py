"""Somebody's own appointments, as a turn finds them: those to come, the one that a button or words are about. Of anybody else's nothing is told."""

from collections.abc import Iterator
from datetime import timedelta

from bot.messages import Choice
from bot.plain import stuck, stuck_label
from bot.routing import Turn
from handlers.appointment_words import Button, offered
from storage import appointment_view, messages
from storage.appointment_view import Appointment
from storage.engine import Work
from storage.lanes import Lane

ABOUT = "appointment:"
"""What the ids of an appointment's buttons begin with (handlers/appointment_words.py)."""
DANGERS = ("crisis:", "urgence")
"""What the ids of a danger's buttons begin with."""
LATELY = timedelta(hours=24)
"""How long after its end an appointment may still be what is spoken of."""
EARLY, STILL_THERE = timedelta(minutes=45), timedelta(minutes=30)
"""How long before an appointment somebody may be there already, and how long after its end they may still wait."""
THE_WORD = ("rdv", "rendez vous", "appointment", "موعد", "رانديفو")
"""Said alone: the one there is, or, of who has none, the first."""


def to_come(turn: Turn) -> tuple[Appointment, ...]:
    """Those that stand and are not over, the soonest first."""
    return appointment_view.to_come(turn.work, turn.lane.person_id)


def just_over(turn: Turn) -> Appointment | None:
    """The last one that ended within a day and of which nobody has said what came, if any."""
    since = turn.now - LATELY
    found = [each for each in appointment_view.of_person(turn.work, turn.lane.person_id) if each.state.stands and since < each.slot.end <= turn.now]
    return found[-1] if found else None


def mine(turn: Turn, token: str) -> Appointment | None:
    """The appointment of this token, where it is theirs."""
    found = appointment_view.find(turn.work, token)
    return found if found is not None and found.person_id == turn.lane.person_id else None


def offered_last(turn: Turn, *prefixes: str) -> str | None:
    """The id of a button of these kinds under what the robot said right before these words, the newest first."""
    return next((name for name in turn.offered_before if name.startswith(prefixes)), None)


def _shown_last(work: Work, lane: Lane) -> Iterator[Choice]:
    """The buttons under what the robot said last, before words that are not yet part of the conversation."""
    return (choice for said in messages.robot_said_before(work, lane.conversation_id, lane.number + 1) for choice in said.choices)


def writes_a_button(work: Work, lane: Lane, text: str) -> bool:
    """Whether these words, not yet part of the conversation, are the label of a button that the robot has just shown: none of a danger's."""
    return stuck(text) in {stuck_label(choice.label) for choice in _shown_last(work, lane) if not choice.id.startswith(DANGERS)}


def about_one(work: Work, lane: Lane) -> bool:
    """Whether what the robot said last, before words that are not yet part of the conversation, was about an appointment."""
    return any(choice.id.startswith(ABOUT) for choice in _shown_last(work, lane))


def begins_about_now(work: Work, person_id: int) -> Appointment | None:
    """The appointment that somebody may be waiting for where it is to be: a little before it begins, and a little after it should be over."""
    found = appointment_view.of_person(work, person_id)
    return next((each for each in found if each.state.stands and each.slot.start - EARLY <= work.now < each.slot.end + STILL_THERE), None)


def acts_on(turn: Turn, of: Appointment, *, come: bool = True) -> tuple[Choice, ...]:
    """What can be done with an appointment to come. `come` is left out where it is known."""
    first = (Button.COME,) if come else ()
    return offered(turn.words, of, *first, Button.MOVE, Button.DROP, Button.FILE)
