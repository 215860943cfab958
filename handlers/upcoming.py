"""An appointment that exists: when it is, « je viens », and what is true where it changed meanwhile. Cancelling is in handlers/cancelling.py.

Buttons of an appointment's messages are answered while a human owns the conversation too, marked; free words are then the human's.
"""

from datetime import date, timedelta

from bot.messages import Purpose
from bot.routing import Rank, Turn, choices, on, words
from bot.rules.hours import ONE_DAY
from content.words import _
from handlers import moving
from handlers.appointment_heard import NEAR, confirms, for_one, moves, wants_when
from handlers.appointment_words import Button, discreet, full, named_in
from handlers.buttons import MENU, PERSON, buttons
from handlers.greeting import greeting
from handlers.meant import ACT, named, sure
from handlers.own_appointments import THE_WORD, acts_on, mine, offered_last, to_come
from handlers.slots_offered import gone, nothing_of_it, ways_to_book
from handlers.time_said import said_of_time
from storage import appointments, hours
from storage.appointment_view import Appointment, Changed, State

SAID_COMING = _("Tu as dit que tu viens.")
OVER = _("Ce rendez-vous est passé. Tu peux en prendre un autre.")
CHANGED = _("Ton rendez-vous a changé. Tu viens ?")
NOTED_TODAY = _("C'est noté, à tout à l'heure. Un imprévu ? Écris ici, même au dernier moment.")
NOTED_TOMORROW = _("C'est noté, à demain. Un imprévu ? Écris ici, même au dernier moment.")
NOTED = _("C'est noté, à {jour}. Un imprévu ? Écris ici, même au dernier moment.")
WEEK = timedelta(days=6)
"""From further on, a weekday alone names no day."""


# -- when


_names_them = words(
    *("mes rendez vous", "mon rendez vous", "mes rdv", "mon rdv", "my appointments", "مواعيدي"),
    *THE_WORD,
)


@on(Rank.TEXT, wants_when, for_one(_names_them))
@on(Rank.CHOICE, for_one(choices(f"{ACT}my-appointments")))
def tell(turn: Turn) -> None:
    """Each that is to come, the soonest first, with what can be done with it."""
    found = to_come(turn)
    for nth, each in enumerate(found):
        body = (greeting(turn) if nth == 0 else "") + details(turn, each)
        offered = acts_on(turn, each, come=each.state is State.BOOKED)
        page = named(turn, sure(turn) or "") if nth == len(found) - 1 and sure(turn) in NEAR else None
        turn.reply_content(body, *offered, *([] if page is None else [page]), ends=nth == len(found) - 1, purpose=Purpose.SERVICE)


def details(turn: Turn, of: Appointment) -> str:
    """Day, hour, place, the way there, what to bring; whether they said that they come."""
    said = full(turn.work, turn.words, of)
    return f"{said}\n{turn.words.say(SAID_COMING)}" if of.state is State.CONFIRMED else said


# -- « je viens »


@on(Rank.ALLOWED, choices(Button.COME))
def come(turn: Turn) -> None:
    """By its button."""
    confirm(turn, *named_in(turn.choice or "", Button.COME))


@on(Rank.TEXT, confirms)
def come_in_words(turn: Turn) -> None:
    """« c ok j viens »: the one that was spoken of last, else the next."""
    if (pressed := offered_last(turn, Button.COME)) is not None:
        confirm(turn, *named_in(pressed, Button.COME))
        return
    nearest = to_come(turn)[0]
    confirm(turn, nearest.token, nearest.version)


def confirm(turn: Turn, token: str, version: int) -> None:
    """It holds. Said twice, it is said; what changed meanwhile is told and asked anew."""
    if mine(turn, token) is None:
        nothing_of_it(turn)
        return
    found = appointments.confirm(turn.work, token, version)
    if isinstance(found, Changed):
        tell_truth(turn, found.now)
        return
    noted(turn, found)


def noted(turn: Turn, of: Appointment) -> None:
    """« C'est noté, à jeudi. »"""
    turn.reply_content(see_you(turn, of.slot.day(hours.zone(turn.work))), *acts_on(turn, of, come=False), ends=True, purpose=Purpose.SERVICE)


def see_you(turn: Turn, day: date) -> str:
    """The same words alone."""
    today = turn.now.astimezone(hours.zone(turn.work)).date()
    if day <= today:
        return turn.words.say(NOTED_TODAY)
    if day - today == ONE_DAY:
        return turn.words.say(NOTED_TOMORROW)
    return turn.words.say(NOTED, jour=turn.words.weekday(day) if day - today <= WEEK else turn.words.day(day))


# -- another date


@on(Rank.TEXT, moves)
def move_in_words(turn: Turn) -> None:
    """« on peut decaler »: the one that was spoken of last, else as its button does."""
    spoken, _version = named_in(offered_last(turn, Button.MOVE) or "", Button.MOVE)
    of = next((each for each in to_come(turn) if each.token == spoken), None)
    if of is None:
        moving.by_words(turn)
    else:
        moving.start_moving(turn, of, said_of_time(turn))


# -- what is true


def tell_truth(turn: Turn, now: Appointment | None) -> None:
    """It is no more what was answered: how it stands, and the question once more where it is still to come."""
    if now is None:
        nothing_of_it(turn)
    elif not now.state.stands:
        gone(turn)
    elif now.slot.end <= turn.now:
        turn.reply(OVER, *ways_to_book(turn), *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)
    else:
        body = f"{turn.words.say(CHANGED)}\n\n{discreet(turn.work, turn.words, now.slot)}"
        turn.reply_content(body, *acts_on(turn, now), ends=True, purpose=Purpose.SERVICE)
