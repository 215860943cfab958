"""« Je ne peux pas venir »: taken at any hour, always asked back with the day and the hour, done on a yes to that question alone."""

from datetime import timedelta

from bot.messages import Choice, Purpose
from bot.plain import plain
from bot.routing import ANSWER, Rank, Turn, choices, on, question
from content.understanding.appointment import Answer
from content.understanding.asking import speaks_of_an_appointment
from content.words import FRENCH, Text, _, words_of
from handlers.appointment_heard import cancels, comes_late, for_one
from handlers.appointment_words import Button, moment, name_of, named_in, short
from handlers.asking import answered
from handlers.buttons import MENU, NO_WORDS, PERSON, YES_WORDS, buttons, labelled
from handlers.greeting import greeting
from handlers.looking import moved
from handlers.meant import ACT, free_words
from handlers.moving import start_moving
from handlers.own_appointments import acts_on, just_over, mine, offered_last, to_come
from handlers.slots_offered import SLOTS, leave, looked_for, nothing_of_it, ways_to_book
from handlers.time_said import said_of_time
from handlers.upcoming import confirm, tell_truth
from storage import appointments, hours, tasks
from storage.appointment_view import Appointment, Changed

DROPPING = "appointment-drop"
OTHER_DATE, ONLY, STAYS = f"{ANSWER}drop-move", f"{ANSWER}drop", f"{ANSWER}drop-not"
OTHER_DATE_LABEL, ONLY_LABEL, STAYS_LABEL = _("Oui, autre date"), _("Oui, c'est tout"), _("Non, je viens")
ASK = _("Tu ne peux pas venir {quand} : c'est bien ça ?")
ASK_MOVED = _("Ton rendez-vous a changé. Tu ne peux pas venir {quand} : c'est bien ça ?")
TODAY, TOMORROW, THAT_DAY = _("aujourd'hui, {jour}, à {heure}"), _("demain, {jour}, à {heure}"), _("{jour}, à {heure}")
WHICH = _("Lequel ?")
CANCELLED = _("C'est noté : {quand}, c'est annulé. La place est libre pour quelqu'un d'autre. Tu peux en reprendre un quand tu veux.")
CANCELLED_LATE = _("C'est noté : {quand}, c'est annulé. Pas de souci. Tu peux en reprendre un quand tu veux.")
AFTER = _("Le rendez-vous est passé : {quand}. Pas de souci, c'est noté pour l'équipe. Tu peux en reprendre un quand tu veux.")
KEPT = _("D'accord, rien n'a changé : {quand}.")
LATE = _("C'est noté pour l'équipe, merci de le dire : {quand}. Viens même en retard.")
SHORTLY = timedelta(hours=24)
"""What is cancelled later than this before it begins is said to its caseworker, who may have set out."""

_ALSO_YES = (
    *("oui c tout", "oui c'est tout", "c tout", "c'est tout", "c ca", "c'est ca", "oui c ca", "oui c'est ca", "exact", "oui annule", "annule"),
    *("yes that's all", "that's all", "that's right", "yes cancel it", "cancel it", "نعم هذا كل شيء", "هذا كل شيء", "نعم الغاء"),
)
_YES = YES_WORDS | frozenset(map(plain, _ALSO_YES))
_ANOTHER = frozenset(map(plain, ("autre", "autres", "another", "other", "موعد", "اخر", "يوم")))
"""One of these words in a short answer asks for another date."""
SHORT = 6


# -- asked


@on(Rank.ALLOWED, choices(Button.DROP))
def drop(turn: Turn) -> None:
    """By its button. Where the appointment changed since, what is true now is what is asked."""
    token, version = named_in(turn.choice or "", Button.DROP)
    of = mine(turn, token)
    if of is None:
        nothing_of_it(turn)
    elif of not in to_come(turn):
        tell_truth(turn, of)
    else:
        ask_back(turn, of, ASK if of.version == version else ASK_MOVED)


@on(Rank.TEXT, cancels)
@on(Rank.CHOICE, for_one(choices(f"{ACT}cancel-appointment")))
def drop_in_words(turn: Turn) -> None:
    """The one that was spoken of last, or the only one; which, where there are several; the one that is just over."""
    found = to_come(turn)
    spoken, _version = named_in(offered_last(turn, Button.DROP) or "", Button.DROP)
    of = next((each for each in found if each.token == spoken), None) or (found[0] if len(found) == 1 else None)
    if of is not None:
        ask_back(turn, of)
    elif found:
        offered = (Choice(name_of(each, Button.DROP), short(turn.work, turn.words, each.slot.start)) for each in found)
        turn.reply(WHICH, *offered, *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)
    elif (over := just_over(turn)) is not None:
        if not tasks.waits_about(turn.work, over.person_id, tasks.Kind.NOT_COMING):
            tell_team(turn, over)
        turn.reply(
            AFTER,
            *ways_to_book(turn),
            *buttons(turn, PERSON, MENU),
            ends=True,
            purpose=Purpose.SERVICE,
            quand=moment(turn.work, turn.words, over.slot.start),
        )


def _gives_up(turn: Turn) -> bool:
    """« jveu annuler », « je viens pas », said to times that were shown."""
    if not question(SLOTS)(turn) or not free_words(turn) or turn.lane.human:
        return False
    return turn.heard.sure is Answer.CANCEL and speaks_of_an_appointment(turn.text) and not said_of_time(turn).says


@on(Rank.QUESTION, _gives_up)
def drop_instead(turn: Turn) -> None:
    """The one that was to be moved: asked back as any. Where nothing is booked yet, nothing will be."""
    looking = looked_for(turn.question)
    of = None if looking is None else moved(turn.work, looking)
    if of is not None and of in to_come(turn):
        ask_back(turn, of)
    elif looking is not None:
        leave(turn, looking)
    else:
        nothing_of_it(turn)


def ask_back(turn: Turn, of: Appointment, text: Text = ASK) -> None:
    """« Tu ne peux pas venir demain, jeudi 26, à 10 h 30 : c'est bien ça ? »"""
    names = ((OTHER_DATE, OTHER_DATE_LABEL), (ONLY, ONLY_LABEL), (STAYS, STAYS_LABEL))
    offered = [labelled(turn.words, name, label) for name, label in names]
    body = greeting(turn) + turn.words.say(text, quand=_that_day(turn, of))
    turn.ask_content(DROPPING, body, *offered, data={"token": of.token, "version": of.version})


def _that_day(turn: Turn, of: Appointment) -> str:
    """« demain, jeudi 26 novembre, à 10 h 30 »."""
    zone = hours.zone(turn.work)
    at = of.slot.start.astimezone(zone)
    ahead = (at.date() - turn.now.astimezone(zone).date()).days
    text = {0: TODAY, 1: TOMORROW}.get(ahead, THAT_DAY)
    return turn.words.say(text, jour=turn.words.day(at.date()), heure=turn.words.hour(at.time()))


# -- answered

_answers = answered(DROPPING)


def _decision(turn: Turn) -> str | None:
    """Which of the three answers this is: by its button, or in so many words; None for anything else, which changes nothing."""
    if turn.choice is not None:
        return turn.choice
    if turn.plain in _YES:
        return ONLY
    if turn.plain in NO_WORDS or _comes(turn):
        return STAYS
    words = turn.plain.split()
    another = len(words) <= SHORT and not _ANOTHER.isdisjoint(words)
    return OTHER_DATE if another or turn.heard.sure is Answer.MOVE else None


def _comes(turn: Turn) -> bool:
    """« non je viens »."""
    return turn.heard.sure is Answer.CONFIRM and speaks_of_an_appointment(turn.text)


@on(Rank.ALLOWED, lambda turn: _answers(turn) and _decision(turn) is not None)
def decide(turn: Turn) -> None:
    """A yes is done at once; another date goes on to one, and until it is chosen the appointment stands; a no keeps it."""
    asked, decision = turn.question, _decision(turn)
    data = {} if asked is None else asked.data
    of = mine(turn, str(data.get("token")))
    turn.close_question()
    if of is None or of not in to_come(turn):
        tell_truth(turn, of)
    elif of.version != data.get("version"):
        ask_back(turn, of, ASK_MOVED)
    elif decision == OTHER_DATE:
        start_moving(turn, of, said_of_time(turn))
    elif decision == ONLY:
        _cancel(turn, of)
    elif turn.choice == STAYS or _comes(turn):
        confirm(turn, of.token, of.version)
    else:
        turn.reply(KEPT, *acts_on(turn, of), ends=True, purpose=Purpose.SERVICE, quand=moment(turn.work, turn.words, of.slot.start))


def _cancel(turn: Turn, of: Appointment) -> None:
    gone = appointments.cancel(turn.work, of.token, of.version)
    if isinstance(gone, Changed):
        tell_truth(turn, gone.now)
        return
    begun = of.slot.start <= turn.now
    if of.slot.start - turn.now < SHORTLY:
        tell_team(turn, of)
    text = CANCELLED_LATE if begun else CANCELLED
    turn.reply(
        text,
        *ways_to_book(turn),
        *buttons(turn, PERSON, MENU),
        ends=True,
        purpose=Purpose.SERVICE,
        quand=moment(turn.work, turn.words, of.slot.start),
    )


@on(Rank.TEXT, comes_late)
def late(turn: Turn) -> None:
    """It stands: who waits is told once, and nothing is moved for a few minutes."""
    of = to_come(turn)[0]
    if not tasks.waits_about(turn.work, of.person_id, tasks.Kind.COMING_LATE):
        tell_team(turn, of, tasks.Kind.COMING_LATE)
    turn.reply(LATE, *acts_on(turn, of, come=False), ends=True, purpose=Purpose.SERVICE, quand=moment(turn.work, turn.words, of.slot.start))


def tell_team(turn: Turn, of: Appointment, kind: tasks.Kind = tasks.Kind.NOT_COMING) -> None:
    """Something for the caseworker who waits, or has set out: when it was to be, and nothing else."""
    tasks.add(
        turn.work,
        kind,
        text=words_of(FRENCH).moment(of.slot.start, hours.zone(turn.work)),
        person_id=of.person_id,
        thread_id=of.thread_id,
        caseworker_id=of.slot.who,
        due_at=max(of.slot.start, turn.now),
    )
