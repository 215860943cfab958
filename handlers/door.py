"""Somebody is where their appointment is to be, or waits to be called, and finds nobody: whoever can open is told, and where it is is said again.

It may be their own door all the same: the numbers are a tap away.
"""

from bot.messages import Choice, Purpose
from bot.routing import Rank, Turn, on
from content.crises import OPEN
from content.understanding.appointment import Answer
from content.understanding.asking import finds_nobody
from content.words import FRENCH, _, words_of
from handlers.appointment_words import Button, discreet, offered
from handlers.buttons import MENU, PERSON, buttons
from handlers.greeting import greeting
from handlers.meant import free_words
from handlers.own_appointments import begins_about_now
from handlers.slots_offered import ways_to_book
from storage import hours, tasks
from storage.appointment_view import Appointment

NOTED = _("C'est noté pour l'équipe : tu attends pour ton rendez-vous. Je ne sais pas quand elle va le lire.")
CALL_US = _("Personne ? Appelle le {telephone}.")
OWN_DOOR = "crisis-expulsion"
OWN_DOOR_LABEL = _("C'est chez moi")


def waits(turn: Turn) -> bool:
    """« jsui devant ya personne », at the hour of an appointment. Who asks where it is is told that, and nothing else."""
    if not free_words(turn) or not finds_nobody(turn.text) or turn.heard.sure is Answer.WHEN:
        return False
    return begins_about_now(turn.work, turn.lane.person_id) is not None


@on(Rank.TEXT, waits)
def tell(turn: Turn) -> None:
    """It stands; the team is told once, whoever is nearest to the door; where it is, and the telephone."""
    of = begins_about_now(turn.work, turn.lane.person_id)
    if of is None:
        return
    if not tasks.waits_about(turn.work, of.person_id, tasks.Kind.AT_THE_DOOR):
        _tell_team(turn, of)
    phone = turn.library.service.phone
    lines = [turn.words.say(NOTED), discreet(turn.work, turn.words, of.slot), *([turn.words.say(CALL_US, telephone=phone)] if phone else [])]
    another = offered(turn.words, of, Button.MOVE) if of.slot.end > turn.now else ways_to_book(turn)
    own = Choice(f"{OPEN}{OWN_DOOR}", turn.words.say(OWN_DOOR_LABEL))
    body = greeting(turn) + "\n".join(lines)
    turn.reply_content(body, *buttons(turn, PERSON), *another, own, *buttons(turn, MENU), ends=True, purpose=Purpose.SERVICE)


def _tell_team(turn: Turn, of: Appointment) -> None:
    when = words_of(FRENCH).moment(of.slot.start, hours.zone(turn.work))
    tasks.add(turn.work, tasks.Kind.AT_THE_DOOR, text=when, person_id=of.person_id, thread_id=of.thread_id, due_at=turn.now)
