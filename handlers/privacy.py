"""STOP and START."""

from bot.messages import Kind, Purpose
from bot.routing import Rank, Turn, choices, commands, kinds, on, words
from content.words import _
from handlers.buttons import MENU, PERSON, buttons

STOP = "stop"
"""The button that does it, where words were only guessed to ask for it."""
STOPPED = _("D'accord, on ne t'écrit plus en premier : ni rappels, ni ateliers, ni questions. Si tu écris, on répond. Pour reprendre : START.")
STARTED = _("C'est repris : on peut de nouveau t'écrire en premier. Ateliers et annonces : non, sauf si tu le demandes.")
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
    turn.reply(STOPPED, *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)


@on(Rank.STOP, words(*START_WORDS))
def start_again(turn: Turn) -> None:
    """Take a STOP back."""
    turn.lane.opted_out_at = None
    turn.reply(STARTED, *buttons(turn, MENU, PERSON), ends=True, purpose=Purpose.SERVICE)
