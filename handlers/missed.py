"""After an appointment that did not take place: another one, asked for by a button or in words, without a count, a condition or a reproach.

The message before it is written by a job (handlers/reminder_words.py).
"""

from bot.routing import Rank, Turn, choices, on
from content.understanding.appointment import Answer
from content.understanding.asking import makes_excuses
from handlers import reminding
from handlers.appointment_heard import elsewhere
from handlers.appointment_words import Button, named_in
from handlers.buttons import NO_WORDS, YES_WORDS
from handlers.meant import free_words
from handlers.own_appointments import mine, offered_last
from handlers.slots_offered import nothing_of_it, offer_slots
from storage.appointment_view import State


@on(Rank.ALLOWED, choices(Button.AGAIN))
def another(turn: Turn) -> None:
    """By its button."""
    _offer(turn, named_in(turn.choice or "", Button.AGAIN)[0])


def excuses(turn: Turn) -> bool:
    """« dsl g zappé », « oui », « une autre date », right after that message."""
    if not free_words(turn) or (elsewhere(turn) and turn.plain not in YES_WORDS):
        return False
    answers = turn.plain in YES_WORDS or turn.heard.sure in (Answer.MOVE, Answer.CANCEL) or makes_excuses(turn.text)
    return answers and offered_last(turn, Button.AGAIN) is not None


@on(Rank.TEXT, excuses)
def another_in_words(turn: Turn) -> None:
    """The one that was spoken of last."""
    _offer(turn, named_in(offered_last(turn, Button.AGAIN) or "", Button.AGAIN)[0])


def refuses(turn: Turn) -> bool:
    """« non merci », right after that message."""
    return free_words(turn) and turn.plain in NO_WORDS and offered_last(turn, Button.AGAIN) is not None


@on(Rank.TEXT, refuses)
def enough(turn: Turn) -> None:
    """Nothing more is asked."""
    reminding.enough(turn)


def _offer(turn: Turn, token: str) -> None:
    of = mine(turn, token)
    if of is None:
        nothing_of_it(turn)
        return
    offer_slots(turn, of.motive, of.slot, f"{turn.words.say(reminding.FINE)} " if of.state is State.DONE else "")
