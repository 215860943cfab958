"""Moving an appointment: by the button of a reminder, or by words. Other times at the same place, one of them asked back, then moved.

Without a yes nothing changes and the seat stays. Where it was moved or cancelled meanwhile, the question comes back once with what is true now.
"""

from dataclasses import replace

from bot.messages import Choice, Purpose
from bot.routing import Rank, Turn, choices, means, on, question
from bot.rules.slots import Slot
from content.understanding.times import When, pick
from content.words import _
from handlers import slots_offered as slots
from handlers.appointment_words import Button, brief, full, moment, name_of, named_in, offered, short
from handlers.buttons import MENU, PERSON, buttons
from handlers.greeting import greeting
from handlers.looking import Looking, Moving, can_book
from handlers.meant import ACT, free_words, keep_others
from handlers.meant import MOVE as LABEL
from handlers.open_danger import in_danger
from handlers.slots_offered import ask_back, ask_ours, asked_slot, looked_for, offer, under_a_human
from handlers.time_said import choose, decision, said_of_time
from storage import appointment_view, appointments, hours
from storage.appointment_view import Appointment, Taken

WHICH = "appointment-which"
"""The question: which of several."""
WHICH_ONE = _("Lequel tu veux déplacer ?")
NONE_AHEAD = _("Je ne vois pas de rendez-vous à venir pour toi ici. S'il a été pris autrement, une personne de l'équipe peut regarder.")
NOW_AT = _("Ton rendez-vous a changé. C'est maintenant : {rdv}.")
MOVED = _("C'est fait.")
FREED = _("La place de {jour} est libre pour quelqu'un d'autre.")


@on(Rank.TEXT, lambda turn: means(LABEL)(turn) and not in_danger(turn) and _may(turn))
@on(Rank.CHOICE, lambda turn: choices(f"{ACT}{LABEL}")(turn) and _may(turn))
def by_words(turn: Turn) -> None:
    """Which one, where there are several."""
    if free_words(turn):
        keep_others(turn, LABEL)
    ahead = appointment_view.to_come(turn.work, turn.lane.person_id)
    said = said_of_time(turn)
    named = pick(said, [each.slot for each in ahead], hours.zone(turn.work)) if len(ahead) > 1 else ()
    if len(named) == 1:
        start_moving(turn, next(each for each in ahead if each.slot == named[0]))
    elif len(ahead) == 1:
        start_moving(turn, ahead[0], said)
    elif ahead:
        which = [Choice(name_of(each, Button.MOVE), short(turn.work, turn.words, each.slot.start)) for each in ahead]
        ask_ours(turn, WHICH, greeting(turn) + turn.words.say(WHICH_ONE), *which, *buttons(turn, MENU), data={})
    else:
        turn.reply_content(greeting(turn) + turn.words.say(NONE_AHEAD), *slots.ways_to_book(turn), *buttons(turn, PERSON, MENU), ends=True)


def _may(turn: Turn) -> bool:
    """There is something to move, or to book: else a person answers."""
    return can_book(turn.work) or bool(appointment_view.to_come(turn.work, turn.lane.person_id))


@on(Rank.ALLOWED, choices(Button.MOVE))
def by_button(turn: Turn) -> None:
    """The button of a message about it: under a human too."""
    token, version = named_in(turn.choice or "", Button.MOVE)
    found = appointment_view.find(turn.work, token)
    if found is None or found.person_id != turn.lane.person_id:
        slots.nothing_of_it(turn)
    elif not slots.stands(turn, found):
        slots.gone(turn)
    else:
        start_moving(turn, found, before="" if version == found.version else _now_at(turn, found))


def start_moving(turn: Turn, appointment: Appointment, said: When | None = None, before: str = "") -> None:
    """Other times for it, at the same place and in the same way; those that were `said`, where there are some. `before` is said first."""
    slot, zone = appointment.slot, hours.zone(turn.work)
    moving = Moving(appointment.token, appointment.version)
    looking = Looking(appointment.motive, moving, frozenset({slot.place}), frozenset({slot.mode}))
    old_one = said is not None and said.names_a_day and not said.names_an_hour and not said.but and said.on(slot.day(zone))
    if said is None or not said.says or old_one:  # « décaler mon rdv de jeudi » names the one that stands
        offer(turn, looking, before=before)
    else:
        choose(turn, looking, [slot] if said.earlier or said.later else [], said, before)


@on(Rank.ALLOWED, lambda turn: under_a_human(slots.MOVE)(turn) and decision(turn) is not None)
@on(Rank.QUESTION, lambda turn: question(slots.MOVE)(turn) and decision(turn) is not None)
def decide(turn: Turn) -> None:
    """A yes moves it, as it was when it was asked; a no leaves it."""
    looking, slot = looked_for(turn.question), asked_slot(turn.question)
    old = None if looking is None or looking.moving is None else appointment_view.find(turn.work, looking.moving.token)
    if looking is None or looking.moving is None or slot is None or old is None or old.person_id != turn.lane.person_id:
        slots.nothing_of_it(turn)
    elif decision(turn) is False:
        slots.leave(turn, looking)
    else:
        _move(turn, looking, old, slot)


def _move(turn: Turn, looking: Looking, old: Appointment, slot: Slot) -> None:
    if looking.moving is None:
        return
    found = appointments.move(turn.work, old.token, looking.moving.version, slot)
    if isinstance(found, Appointment):
        _told(turn, old, found)
    elif isinstance(found, Taken):
        offer(turn, looking, slots.ALREADY_PAST if slot.start <= turn.now else slots.NOT_FREE)
    elif slots.stands(turn, found.now) and found.now is not None:
        again = replace(looking, moving=Moving(found.now.token, found.now.version))
        ask_back(turn, again, slot, _now_at(turn, found.now))
    else:
        slots.gone(turn)


def _told(turn: Turn, old: Appointment, found: Appointment) -> None:
    """Where it is now, all of it, and that the other time is somebody else's."""
    turn.close_question()
    freed = turn.words.say(FREED, jour=moment(turn.work, turn.words, old.slot.start))
    body = "\n".join((turn.words.say(MOVED), full(turn.work, turn.words, found), freed))
    ways = offered(turn.words, found, Button.FILE, Button.MOVE, Button.DROP)
    turn.reply_content(body, *ways, card="appointment", ends=True, purpose=Purpose.SERVICE)


def _now_at(turn: Turn, appointment: Appointment) -> str:
    return turn.words.say(NOW_AT, rdv=brief(turn.work, turn.words, appointment.slot)) + " "
