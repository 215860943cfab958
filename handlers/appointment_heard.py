"""What free words say of an appointment, joined from two readers: what they want among everything (`Turn.meaning`), how they answer about one that
is to come (`Turn.heard`). Where the robot spoke of one last, it is their subject; otherwise only what is plain counts.
"""

from bot.routing import Test, Turn, both
from content.understanding.appointment import Answer, bare
from content.understanding.asking import asks_the_way, names_an_appointment, speaks_of_an_appointment
from content.understanding.examples import SOCIAL
from content.understanding.workshops import names_a_workshop
from handlers.appointment_words import Button
from handlers.buttons import NO_WORDS
from handlers.meant import free_words
from handlers.own_appointments import ABOUT, just_over, offered_last, to_come

A_SEAT = "seat:"
"""What the ids of a seat's buttons begin with (handlers/reminder_words.py, handlers/workshops.py)."""
LABELS = {"my-appointments": Answer.WHEN, "cancel-appointment": Answer.CANCEL, "move-appointment": Answer.MOVE}
BOOK = "book-appointment"
NEAR = frozenset({"service-horaires-lieux", "service-documents-rdv"})
"""Pages about coming here: who has an appointment is told where that one is, which may be elsewhere, and what it asks for."""
A_FEW = 3
"""Words that ask for nothing beside."""
COURTEOUS = NEAR | frozenset(SOCIAL)
ALWAYS = frozenset({"talk-to-human", "my-data", "change-language", "stop", "for-someone-else"})
"""What anybody may ask at any time, and is not to be missed: a person, one's data, a language, no more messages, something for somebody else."""
ON_THE_WAY = frozenset({"outside-transport"})
"""What is no housing, unless it is about coming to an appointment."""


def said(turn: Turn) -> Answer | None:
    """How these words answer about an appointment; None where they are about something else.

    `Turn.heard` takes any words for an answer. Right after the robot spoke of an appointment they are one, unless they surely want something else;
    otherwise only those that name it, or coming, and what the other reader surely takes for such.
    """
    if not free_words(turn) or names_a_workshop(turn.text):
        return None
    found = _said(turn)
    return None if found is not None and _of_a_seat(turn) else found


def _said(turn: Turn) -> Answer | None:
    label = turn.meaning.sure
    by_label = LABELS.get(label or "")
    if _asks_the_way(turn, label):
        return Answer.WHEN
    if _takes_over(turn, label):
        return turn.heard.sure
    if label in NEAR:
        return Answer.WHEN if turn.heard.sure is Answer.WHEN else None
    if label not in (None, BOOK) and by_label is None and not bare(turn.text):
        return None  # most messages end here: they are not read a second time
    heard = turn.heard
    if heard.yes is not None:
        return (Answer.CONFIRM if heard.yes else Answer.CANCEL) if _is_subject(turn) else by_label
    if heard.answer is Answer.OTHER or (label is not None and by_label is None and (label != BOOK or heard.answer is Answer.WHEN)):
        return by_label
    if heard.sure is None and _is_subject(turn):
        return Answer.WHEN if heard.answer is Answer.CONFIRM else by_label or heard.answer  # no yes is guessed: it is shown, with its buttons
    named = heard.late or speaks_of_an_appointment(turn.text) or _is_subject(turn)  # who is late is so for something
    return heard.sure or by_label if named else by_label


def _asks_the_way(turn: Turn, label: str | None) -> bool:
    """How to get there, of who has an appointment to come."""
    about = label is None or label in ON_THE_WAY or label in NEAR or label in LABELS
    return about and asks_the_way(turn.text) and bool(to_come(turn))


def _takes_over(turn: Turn, label: str | None) -> bool:
    """An answer that the other reader takes for something else: « merci, je viens » for thanks, « je viens demain » for the page about coming.

    Right after a message about an appointment, whatever it takes them for, but for what anybody may always ask; otherwise only where they name one.
    """
    if label is None or label in LABELS or label == BOOK or (label in ALWAYS and not _only_comes(turn)):
        return False
    named = label in COURTEOUS and speaks_of_an_appointment(turn.text)
    return (named or _is_subject(turn)) and turn.heard.sure not in (None, Answer.OTHER)


def _only_comes(turn: Turn) -> bool:
    """« i'll come », and nothing more."""
    return len(turn.plain.split()) <= A_FEW and turn.heard.sure is Answer.CONFIRM


def elsewhere(turn: Turn) -> bool:
    """They surely want something that is no answer, as a page or the menu: nothing else is to be looked for in their words."""
    label = turn.meaning.sure
    return label is not None and label not in LABELS and label != BOOK and label not in SOCIAL


def _of_a_seat(turn: Turn) -> bool:
    """The robot spoke of a place in a workshop right before, and these words name no appointment: they are about that place (handlers/seats.py)."""
    return (offered_last(turn, A_SEAT, ABOUT) or "").startswith(A_SEAT) and not names_an_appointment(turn.text)


def _is_subject(turn: Turn) -> bool:
    """The robot spoke of an appointment right before. A bare « non » answers the question whether they come, and nothing else."""
    return offered_last(turn, Button.COME if turn.plain in NO_WORDS else ABOUT) is not None


def wants_when(turn: Turn) -> bool:
    """« c quand mon rdv », where one is to come."""
    return said(turn) is Answer.WHEN and bool(to_come(turn))


def confirms(turn: Turn) -> bool:
    """« c ok j viens », and « oui » to a reminder."""
    return said(turn) is Answer.CONFIRM and bool(to_come(turn))


def cancels(turn: Turn) -> bool:
    """« jpeu pas venir 2main », and « non » to a reminder; just after its end too. Never enough to cancel: it is asked back."""
    return said(turn) is Answer.CANCEL and (bool(to_come(turn)) or just_over(turn) is not None)


def moves(turn: Turn) -> bool:
    """« on peut decaler », where one is to come."""
    return said(turn) is Answer.MOVE and bool(to_come(turn)) and not turn.heard.late


def comes_late(turn: Turn) -> bool:
    """« jserai en retard »: the appointment is kept, and whoever waits is to know."""
    return said(turn) is Answer.MOVE and turn.heard.late and bool(to_come(turn))


def for_one(test: Test) -> Test:
    """The button of such words (`act:my-appointments`), where there is what it is about: without, another module says so."""
    return both(test, lambda turn: bool(to_come(turn)))
