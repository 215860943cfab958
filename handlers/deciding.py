"""A yes or a no to a time that was asked back, by its button or in so many words. In doubt it is neither, and the question stands."""

from bot.plain import plain
from bot.routing import Turn
from content.understanding.appointment import Answer
from handlers.buttons import NO, NO_WORDS, YES, YES_WORDS
from handlers.meant import free_words

_NEGATIONS = ("pas", "non", "nan", "mais", "plutot", "autre", "sauf", "not", "no", "but", "rather", "لا", "لكن", "ليس")
_COMING = ("viens", "vien", "vient", "viendrai", "vindrai", "serai", "serais", "come", "coming", "there", "قادم", "ساتي", "جاي")
NEGATIONS, COMING = frozenset(map(plain, _NEGATIONS)), frozenset(map(plain, _COMING))
"""What turns a yes around; what may be said of the appointment as it is."""
SHORT = 6
"""Words of a refusal that asks for nothing else."""


def agrees(turn: Turn, *, to_a_change: bool = False) -> bool:
    """A yes. To a change, « je viens » is none: it may be said of what stands."""
    if turn.choice is not None:
        return turn.choice == YES
    if not free_words(turn):
        return False
    if turn.plain in YES_WORDS:
        return True
    said = set(turn.plain.split())
    heard = (turn.heard.sure is Answer.CONFIRM or turn.heard.yes is True) and not turn.lane.human
    return heard and not said & NEGATIONS and not (to_a_change and said & COMING)


def refuses(turn: Turn) -> bool:
    """A no."""
    if turn.choice is not None:
        return turn.choice == NO
    if not free_words(turn):
        return False
    no = turn.heard.sure is Answer.CANCEL or turn.heard.yes is False
    heard = no and not turn.lane.human and len(turn.plain.split()) <= SHORT
    return turn.plain in NO_WORDS or heard
