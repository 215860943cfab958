"""A seat one has, or is offered: taken, left, given back, told again. Giving back is asked back; what is offered waits until an hour that was said.

The buttons of a seat's messages are answered while a human owns the conversation too, marked; free words are then the human's.
"""

from bot.messages import Choice, Purpose
from bot.plain import plain
from bot.routing import ANSWER, Rank, Turn, choices, on
from content.understanding.appointment import Answer
from content.understanding.asking import names_an_appointment
from content.understanding.workshops import gives_back_a_place, names_a_workshop
from content.words import _
from handlers import agenda
from handlers.appointment_heard import NEAR, elsewhere
from handlers.asking import answered
from handlers.buttons import MENU, NO, NO_WORDS, PERSON, YES, YES_WORDS, button, buttons, labelled
from handlers.greeting import greeting
from handlers.meant import free_words
from handlers.open_danger import in_danger
from handlers.own_appointments import offered_last
from handlers.reminder_words import LEAVE_SEAT, TAKE_SEAT
from handlers.upcoming import see_you
from handlers.workshops import (
    FILE,
    YOURS,
    list_button,
    on_now,
    seat_buttons,
    show_all,
    sign_up,
    tell_gone,
    tell_in_line,
    tell_taken,
    when_and_where,
)
from storage import appointment_view, feeds, hours, seats, workshops
from storage.seats import InLine, Seat, State
from storage.workshops import Session

GIVING_BACK, STAYING = "seat-drop", "seat-stay"
STAYS = f"{ANSWER}seat-kept"
STAYS_LABEL = _("Non, je viens")
ASK = _("Tu ne peux pas venir {rdv} : c'est bien ça ?")
GIVEN_BACK = _("C'est fait : ta place est libre pour quelqu'un d'autre. Tu peux en reprendre une quand tu veux.")
KEPT = _("D'accord, rien n'a changé : ta place est toujours là, {rdv}.")
LEFT = _("D'accord. Cette place va à la personne suivante. Tu peux en demander une autre quand tu veux.")
TOO_LATE = _("Cette place est partie à la personne suivante. Tu restes sur la liste ?")
NOT_STAYING = _("D'accord, tu n'attends plus.")
_TAKES = frozenset(
    map(plain, ("je la prends", "jla prends", "je prends", "jprend", "jprends", "ok jprend", "je la veux", "i take it", "i'll take it", "اخذها"))
)
MY_WORKSHOPS = frozenset(map(plain, ("mes ateliers", "mon atelier", "ma place", "my workshops", "my workshop", "ورشاتي", "ورشتي")))
LATE = _("Pas de souci. Viens même en retard : {rdv}.")
TAKE_ANOTHER = _("Ta place reste à toi : {rdv}. Tu peux en prendre une autre, puis rendre celle-là.")
ABOUT_IT = 12
"""Words that may answer a message about a seat without naming it."""
SHORT = 5
"""Words of what answers an offer, and nothing else."""


def _session(turn: Turn, prefix: str) -> Session | None:
    return workshops.find(turn.work, (turn.choice or "").removeprefix(prefix))


def _of(turn: Turn, session: Session) -> Seat | None:
    return next((seat for seat in seats.of_person(turn.work, turn.lane.person_id) if seat.session_id == session.id), None)


def _mine(turn: Turn, state: State) -> tuple[Session, Seat] | None:
    """The next session to come in which they have a seat of this sort."""
    sits = {seat.session_id: seat for seat in seats.of_person(turn.work, turn.lane.person_id) if seat.state is state}
    found = (workshops.of_id(turn.work, session) for session in sits)
    coming = [each for each in found if each is not None and not each.cancelled and each.starts_at > turn.now]
    first = min(coming, key=lambda each: each.starts_at, default=None)
    return None if first is None else (first, sits[first.id])


# -- what is offered


@on(Rank.ALLOWED, choices(TAKE_SEAT))
def take(turn: Turn) -> None:
    """« Je la prends », by its button; whoever comes too late is told, and keeps a place in the line if they wish."""
    session = _session(turn, TAKE_SEAT)
    if session is None:
        tell_gone(turn)
    elif session.full and _of(turn, session) is None:
        too_late(turn, session)
    else:
        sign_up(turn, session.token)


def _offered(turn: Turn) -> bool:
    """A short yes or no in words, while a seat is held for them and nothing else is asked."""
    if not free_words(turn) or turn.question is not None or len(turn.plain.split()) > SHORT:
        return False
    return (_agrees(turn) or _refuses(turn)) and _mine(turn, State.HELD) is not None


def _agrees(turn: Turn) -> bool:
    return turn.plain in YES_WORDS or turn.plain in _TAKES


def _refuses(turn: Turn) -> bool:
    return turn.plain in NO_WORDS or (_may_answer(turn, SHORT) and turn.heard.sure is Answer.CANCEL and _is_subject(turn))


@on(Rank.TEXT, _offered)
def answer_offer(turn: Turn) -> None:
    """« ok jprend »: the seat that is held."""
    held = _mine(turn, State.HELD)
    if held is None:
        tell_gone(turn)
    elif _agrees(turn):
        sign_up(turn, held[0].token)
    else:
        _leave(turn, held[0])


def too_late(turn: Turn, session: Session) -> None:
    """It went to the next: whether they stay on the list is asked."""
    turn.ask(STAYING, TOO_LATE, button(turn, YES), button(turn, NO), data={"session": session.token})


_says_whether = answered(STAYING)


@on(Rank.ALLOWED, lambda turn: _says_whether(turn) and (turn.choice in (YES, NO) or turn.plain in YES_WORDS | NO_WORDS))
def stay(turn: Turn) -> None:
    """On the list again, at its end; or no more."""
    asked = turn.question
    session = workshops.find(turn.work, "" if asked is None else str(asked.data.get("session")))
    turn.close_question()
    if session is None:
        tell_gone(turn)
    elif turn.choice == YES or turn.plain in YES_WORDS:
        found = seats.take(turn.work, session.token, turn.lane.person_id)
        if isinstance(found, InLine):
            tell_in_line(turn, session)
        elif isinstance(found, Seat):
            tell_taken(turn, session, found)
        else:
            tell_gone(turn)
    else:
        turn.reply(NOT_STAYING, *buttons(turn, MENU), ends=True, purpose=Purpose.SERVICE)


# -- given back


@on(Rank.ALLOWED, choices(LEAVE_SEAT))
def leave(turn: Turn) -> None:
    """« Non merci » leaves what is offered; « Je ne peux pas » is asked back."""
    session = _session(turn, LEAVE_SEAT)
    seat = None if session is None else _of(turn, session)
    if session is None or seat is None or session.starts_at <= turn.now:
        tell_gone(turn)
    elif seat.state is State.HELD:
        _leave(turn, session)
    else:
        ask_back(turn, session)


def _leave(turn: Turn, session: Session) -> None:
    seats.give_back(turn.work, session.token, turn.lane.person_id)
    turn.reply(LEFT, *_others(turn), *buttons(turn, MENU), ends=True, purpose=Purpose.SERVICE)


def _is_subject(turn: Turn) -> bool:
    """The robot spoke of a seat right before these words."""
    return offered_last(turn, LEAVE_SEAT) is not None


def _may_answer(turn: Turn, most: int) -> bool:
    """So many words at most, that do not surely ask for something else: whoever comes may be taken for asking what to bring."""
    return free_words(turn) and len(turn.plain.split()) <= most and (not elsewhere(turn) or turn.meaning.sure in NEAR)


def _answers(turn: Turn, answer: Answer, label: str) -> bool:
    """Words that answer so about a seat they have: naming the workshop, right after one was spoken of, or where there is no appointment that they
    could be about."""
    if not free_words(turn):
        return False
    named, meant = names_a_workshop(turn.text), turn.meaning.sure == label
    heard = (named or _may_answer(turn, ABOUT_IT)) and turn.heard.sure is answer
    if not (heard or (meant and not named)) or in_danger(turn) or _mine(turn, State.TAKEN) is None:
        return False  # the words are looked at before the database
    if named:
        return True
    ahead = appointment_view.to_come(turn.work, turn.lane.person_id)
    if ahead and names_an_appointment(turn.text):
        return False
    return _is_subject(turn) or (meant and not ahead)


def _cannot_come(turn: Turn) -> bool:
    """« jpeu pas venir a latelier », « desinscris moi »."""
    gives_back = free_words(turn) and gives_back_a_place(turn.text) and not in_danger(turn) and _mine(turn, State.TAKEN) is not None
    return gives_back or _answers(turn, Answer.CANCEL, "cancel-appointment")


@on(Rank.TEXT, _cannot_come)
def cannot_come(turn: Turn) -> None:
    """The next one they have a seat in."""
    mine = _mine(turn, State.TAKEN)
    if mine is None:
        tell_gone(turn)
    else:
        ask_back(turn, mine[0])


def ask_back(turn: Turn, session: Session) -> None:
    """Nothing is given back by guess."""
    body = greeting(turn) + turn.words.say(ASK, rdv=when_and_where(turn.work, turn.words, session))
    turn.ask_content(GIVING_BACK, body, button(turn, YES), labelled(turn.words, STAYS, STAYS_LABEL), data={"session": session.token})


_gives_back = answered(GIVING_BACK)


@on(
    Rank.ALLOWED,
    lambda turn: _gives_back(turn) and (turn.choice in (YES, STAYS) or turn.plain in YES_WORDS | NO_WORDS or turn.heard.sure is Answer.CONFIRM),
)
def give_back(turn: Turn) -> None:
    """A yes to that question alone gives it back."""
    asked = turn.question
    session = workshops.find(turn.work, "" if asked is None else str(asked.data.get("session")))
    turn.close_question()
    if session is None or _of(turn, session) is None:
        tell_gone(turn)
    elif turn.choice == YES or (turn.choice is None and turn.plain in YES_WORDS):
        if seats.give_back(turn.work, session.token, turn.lane.person_id):
            turn.reply(GIVEN_BACK, *_others(turn), *buttons(turn, MENU), ends=True, purpose=Purpose.SERVICE)
        else:
            tell_gone(turn)
    else:
        where = when_and_where(turn.work, turn.words, session)
        turn.reply(KEPT, *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE, rdv=where)


# -- told again


@on(Rank.ALLOWED, choices(FILE))
def file(turn: Turn) -> None:
    """« Mon agenda »."""
    session = _session(turn, FILE)
    entry = None if session is None or _of(turn, session) is None else feeds.card_of(turn.work, session.token)
    if session is None or entry is None:
        tell_gone(turn)
    else:
        agenda.hand_over(turn, entry, session.token)


def _comes(turn: Turn) -> bool:
    """« ok », « jviens » to a message about a seat."""
    if not _may_answer(turn, SHORT) or not (turn.heard.sure is Answer.CONFIRM or turn.heard.yes is True):
        return False
    return not in_danger(turn) and _mine(turn, State.TAKEN) is not None and _is_subject(turn)


@on(Rank.TEXT, _comes)
def comes(turn: Turn) -> None:
    """« C'est noté, à mardi. » Nothing of it is kept: a seat is theirs until they give it back."""
    mine = _mine(turn, State.TAKEN)
    if mine is None:
        tell_gone(turn)
        return
    day = mine[0].starts_at.astimezone(hours.zone(turn.work)).date()
    turn.reply_content(see_you(turn, day), *seat_buttons(turn.words, mine[0]), *buttons(turn, MENU), ends=True, purpose=Purpose.SERVICE)


@on(Rank.TEXT, lambda turn: _answers(turn, Answer.MOVE, "move-appointment"))
def other_dates(turn: Turn) -> None:
    """« on peut decaler »: a place is not moved, another one may be taken. Who only comes late comes."""
    mine = _mine(turn, State.TAKEN)
    if mine is None:
        tell_gone(turn)
        return
    where = when_and_where(turn.work, turn.words, mine[0])
    if turn.heard.late or not on_now(turn):
        said = LATE if turn.heard.late else KEPT
        turn.reply(said, *seat_buttons(turn.words, mine[0]), *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE, rdv=where)
    else:
        show_all(turn, turn.words.say(TAKE_ANOTHER, rdv=where))


def _asks_when(turn: Turn) -> bool:
    """« c kan mon atelier »; « c kan mon rdv » where there is no appointment and a seat."""
    if turn.plain in MY_WORKSHOPS:
        return free_words(turn) and not in_danger(turn) and _mine(turn, State.TAKEN) is not None
    return " prochain" not in f" {turn.plain}" and _answers(turn, Answer.WHEN, "my-appointments")


@on(Rank.TEXT, _asks_when)
def tell_again(turn: Turn) -> None:
    """Their seat: when, where, how to get there."""
    mine = _mine(turn, State.TAKEN)
    if mine is None:
        tell_gone(turn)
    else:
        tell_taken(turn, *mine, YOURS)


def _others(turn: Turn) -> tuple[Choice, ...]:
    return (list_button(turn),) if on_now(turn) else ()
