"""A slot held for somebody who waited: taken, left, or gone because the time to say was over. Whoever did not take it may stay on the list.

What is held for somebody is written by a job (handlers/reminder_words.py); here its buttons and the words that follow it are answered.
"""

import re

from bot.messages import Choice, Purpose
from bot.routing import Rank, Turn, choices, on
from bot.waiting import deadline
from content.understanding.appointment import Answer
from content.words import _
from handlers.appointment_heard import NEAR, elsewhere
from handlers.appointment_words import Button, brief, discreet, offered
from handlers.asking import answered
from handlers.buttons import MENU, NO, NO_WORDS, PERSON, YES, YES_WORDS, button, buttons
from handlers.meant import free_words
from handlers.own_appointments import mine, offered_last
from handlers.reminder_words import I_TAKE_IT, LEAVE_OFFER, NO_THANKS, TAKE_OFFER
from handlers.slots_offered import WAIT_NO_MORE, WAIT_NO_MORE_LABEL, WAITS, WAITS_NO_MORE, ways_to_book
from storage import appointment_view, hours, waiting_list
from storage.appointment_view import Appointment, State

STAYING = "offer-stay"
BOOKED = _("C'est réservé : {rdv}.")
PASSED_ON = _("Cette place est partie à la personne suivante. Tu restes sur la liste ?")
LEFT = _("D'accord, la place va à quelqu'un d'autre. Tu restes sur la liste ?")
HELD_UNTIL = _("Il t'attend jusqu'à {limite}.")
NOT_THERE = _("Cette place n'est plus là. Tu peux prendre un rendez-vous quand tu veux.")
_TAKES = re.compile(r"\b(?:j ?)?(?:prends?|pren)\b|\btake\b|\bاخذ")
_LIKES = re.compile(r"\bj?veux?\b|\b\w?interess?\w*|\b(?:want|like|have) it\b|(?:اريده|نبغيه|بغيته)")
_NOT = re.compile(r"\b(?:pas|pa|plus|autres?|plutot|mais|not|dont|don t|no|other|another|but|لا|اخر)\b")
FEW = 4
"""Words that are about what is held, whatever they may mean elsewhere, and whatever was said in between."""


@on(Rank.ALLOWED, choices(TAKE_OFFER))
def take(turn: Turn) -> None:
    """By its button."""
    _take(turn, (turn.choice or "").removeprefix(TAKE_OFFER))


@on(Rank.ALLOWED, choices(LEAVE_OFFER))
def leave(turn: Turn) -> None:
    """« Non merci »: it goes to the next at once."""
    _leave(turn, (turn.choice or "").removeprefix(LEAVE_OFFER))


def takes(turn: Turn) -> bool:
    """« ok jprend », right after the offer; in so many words, as long as it is held, or went."""
    if not free_words(turn) or _NOT.search(turn.plain):
        return False
    takes_it = _in_so_many_words(turn)
    if offered_last(turn, TAKE_OFFER) is None:
        return takes_it and (_held(turn) is not None or bool(waiting_list.aside(turn.work, turn.lane.person_id)))
    if takes_it or turn.plain in YES_WORDS:
        return True
    return not elsewhere(turn) and (turn.heard.sure is Answer.CONFIRM or bool(_TAKES.search(turn.plain) or _LIKES.search(turn.plain)))


def leaves(turn: Turn) -> bool:
    """« non merci », « jpeu pas », right after the offer; « jla prends pas » as long as it is held."""
    if not free_words(turn):
        return False
    refuses_it = bool(_TAKES.search(turn.plain) or _LIKES.search(turn.plain)) and _NOT.search(turn.plain) is not None
    if offered_last(turn, LEAVE_OFFER) is None:
        return refuses_it and len(turn.plain.split()) <= FEW and _held(turn) is not None
    if turn.plain in NO_WORDS:
        return True
    return not elsewhere(turn) and (turn.heard.sure is Answer.CANCEL or refuses_it)


def asks(turn: Turn) -> bool:
    """« c ou », « c quand », right after the offer."""
    if not free_words(turn) or offered_last(turn, TAKE_OFFER) is None:
        return False
    return turn.heard.sure is Answer.WHEN or turn.meaning.sure in NEAR


@on(Rank.TEXT, asks)
def tell(turn: Turn) -> None:
    """What is held, once more, with until when."""
    of = mine(turn, _spoken_of(turn, TAKE_OFFER))
    if of is None or of.state is not State.HELD or of.held_until is None or of.held_until <= turn.now:
        _gone(turn)
        return
    until = deadline(of.held_until, turn.now, hours.zone(turn.work), turn.words)
    body = f"{discreet(turn.work, turn.words, of.slot)}\n{turn.words.say(HELD_UNTIL, limite=until)}"
    offers = (Choice(f"{TAKE_OFFER}{of.token}", turn.words.say(I_TAKE_IT)), Choice(f"{LEAVE_OFFER}{of.token}", turn.words.say(NO_THANKS)))
    turn.reply_content(body, *offers, ends=True, purpose=Purpose.SERVICE)


def _in_so_many_words(turn: Turn) -> bool:
    """« je le prends », and nothing more."""
    return _TAKES.search(turn.plain) is not None and len(turn.plain.split()) <= FEW


def _held(turn: Turn) -> Appointment | None:
    """What is held for them now, whatever was said since they were told."""
    held = next((waiter.held for waiter in waiting_list.of_person(turn.work, turn.lane.person_id) if waiter.held), None)
    return None if held is None else appointment_view.of_id(turn.work, held)


def _spoken_of(turn: Turn, prefix: str) -> str:
    """The token of what was offered last, else of what is held, "" for neither."""
    offered_now = offered_last(turn, prefix)
    held = None if offered_now is not None else _held(turn)
    return (offered_now or "").removeprefix(prefix) if held is None else held.token


@on(Rank.TEXT, takes)
def take_in_words(turn: Turn) -> None:
    """The one that was spoken of last."""
    _take(turn, _spoken_of(turn, TAKE_OFFER))


@on(Rank.TEXT, leaves)
def leave_in_words(turn: Turn) -> None:
    """The same, said."""
    _leave(turn, _spoken_of(turn, LEAVE_OFFER))


def _take(turn: Turn, token: str) -> None:
    of = mine(turn, token)
    if of is not None and of.state is State.HELD:
        taken = waiting_list.accept(turn.work, token)
        if isinstance(taken, Appointment):
            _booked(turn, taken)
            return
        waiting_list.decline(turn.work, token)  # its time is over, and nobody has looked since
    if of is not None and of.state.stands and of.slot.end > turn.now:
        _booked(turn, of)
    else:
        _gone(turn)


def _booked(turn: Turn, of: Appointment) -> None:
    file = offered(turn.words, of, Button.FILE, Button.DROP)
    turn.reply(BOOKED, *file, *buttons(turn, MENU), ends=True, purpose=Purpose.SERVICE, rdv=brief(turn.work, turn.words, of.slot))


def _leave(turn: Turn, token: str) -> None:
    of = mine(turn, token)
    if of is not None and of.state is State.HELD and waiting_list.decline(turn.work, token):
        _ask(turn, turn.words.say(LEFT))
    elif of is not None and of.state.stands and of.slot.end > turn.now:
        _booked(turn, of)
    else:
        _gone(turn)


def _gone(turn: Turn) -> None:
    """It is held no more, or never was for them."""
    if waiting_list.aside(turn.work, turn.lane.person_id):
        _ask(turn, turn.words.say(PASSED_ON))
    else:
        turn.reply(NOT_THERE, *ways_to_book(turn), *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)


def _ask(turn: Turn, body: str) -> None:
    turn.ask_content(STAYING, body, button(turn, YES), button(turn, NO), stays=False)


_answers = answered(STAYING)


def decides(turn: Turn) -> bool:
    """A yes or a no, in so many words or by its button."""
    return turn.choice in (YES, NO) or turn.plain in YES_WORDS or turn.plain in NO_WORDS


@on(Rank.ALLOWED, lambda turn: _answers(turn) and decides(turn))
def stay(turn: Turn) -> None:
    """A yes puts them back, at the end; a no ends it."""
    turn.close_question()
    stays = turn.choice == YES or turn.plain in YES_WORDS
    places = [_decided(turn, waiter.token, stays=stays) for waiter in waiting_list.aside(turn.work, turn.lane.person_id)]
    token = next((place for place in places if place), None)
    if token is None:
        turn.reply(WAITS_NO_MORE, *ways_to_book(turn), *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)
        return
    no_more = Choice(f"{WAIT_NO_MORE}{token}", turn.words.say(WAIT_NO_MORE_LABEL))
    turn.reply(WAITS, no_more, *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)


def _decided(turn: Turn, token: str, *, stays: bool) -> str | None:
    if stays:
        return waiting_list.again(turn.work, token)
    waiting_list.leave(turn.work, token)
    return None
