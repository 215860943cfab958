"""STOP and START."""

from bot.messages import Kind, Purpose
from bot.routing import Rank, Turn, choices, commands, kinds, on, words
from bot.rules.reminders import Wants
from content.words import _
from handlers.appointment_words import day
from handlers.buttons import MENU, PERSON, buttons
from handlers.my_data import ON, REMINDED, toggle
from handlers.own_appointments import to_come
from handlers.young import too_young_to_choose
from storage import consents, reminders
from storage.consents import Choice as Chosen

STOP = "stop"
"""The button that does it, where words were only guessed to ask for it."""
STOPPED = _("D'accord, on ne t'écrit plus en premier : ni rappels, ni ateliers, ni questions. Si tu écris, on répond. Pour reprendre : START.")
STOPPED_STANDS = _(
    "D'accord, on ne t'écrit plus en premier : ni rappels, ni ateliers, ni questions. Ton rendez-vous du {jour} tient toujours. "
    "Si tu écris, on répond. Pour reprendre : START."
)
STOPPED_STAND = _(
    "D'accord, on ne t'écrit plus en premier : ni rappels, ni ateliers, ni questions. Tes rendez-vous tiennent toujours : {jours}. "
    "Si tu écris, on répond. Pour reprendre : START."
)
STARTED = _("C'est repris : rappels de rendez-vous. Ateliers et annonces : non, sauf si tu le demandes.")
STARTED_WITHOUT = _("C'est repris, sans rappel de rendez-vous, comme tu l'as choisi. Ateliers et annonces : non, sauf si tu le demandes.")
STARTED_CHOSEN = _("C'est repris, comme tu l'as choisi : rappels {rappels}, ateliers et annonces {ateliers}.")
STOP_WORDS = (
    *("stop", "arret", "arrete", "arretez", "stop sms", "stop messages", "desabonnement", "desinscription", "plus de messages"),
    *("unsubscribe", "unsubscribe me", "stop messaging me", "no more messages", "quit"),
    *("توقف", "قف", "ستوب", "إيقاف", "أوقف", "إلغاء الاشتراك", "لا رسائل"),
)
START_WORDS = ("start", "reprendre", "reprise", "restart", "resubscribe", "ستارت", "استئناف", "ابدأ")


@on(Rank.STOP, words(*STOP_WORDS), commands(STOP), choices(STOP), kinds(Kind.STOPPED))
def stop(turn: Turn) -> None:
    """Nothing is sent first any more; what this person writes is answered, danger above all."""
    turn.lane.opted_out_at = turn.now
    turn.reply_content(_stopped(turn), *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)


def _stopped(turn: Turn) -> str:
    """What will not come any more, and what holds all the same."""
    days = [day(turn.work, turn.words, each.slot.start) for each in to_come(turn)]
    if not days:
        return turn.words.say(STOPPED)
    return turn.words.say(STOPPED_STANDS, jour=days[0]) if len(days) == 1 else turn.words.say(STOPPED_STAND, jours=", ".join(days))


@on(Rank.STOP, words(*START_WORDS))
def start_again(turn: Turn) -> None:
    """Take a STOP back: what was chosen before holds again."""
    turn.lane.opted_out_at = None
    workshops = Chosen.ANNOUNCEMENTS in consents.chosen(turn.work, turn.lane.person_id)
    wants = reminders.wants(turn.work, turn.lane.person_id)
    if workshops:
        said = turn.words.say(STARTED_CHOSEN, rappels=REMINDED[wants], ateliers=ON)
    else:
        said = turn.words.say(STARTED_WITHOUT if wants is Wants.NONE else STARTED)
    offered = () if workshops or too_young_to_choose(turn) else (toggle(turn, on=False),)
    turn.reply_content(said, *offered, *buttons(turn, MENU, PERSON), ends=True, purpose=Purpose.SERVICE)
