"""Workshops: which are to come, one of them with what it is about, a place in it or on its list. Only once the head has turned them on.

Whom a workshop is for is said before anybody is signed up, and « si c'est toi » is all that is asked: neither the age nor the answer is kept. What
is done with a seat one has is in handlers/seats.py.
"""

from bot.messages import Choice, Json, Kind, Purpose
from bot.plain import plain
from bot.routing import ANSWER, Rank, Turn, both, choices, on, words
from bot.rules.openings import Mode
from bot.rules.slots import Slot
from content.understanding.times import pick
from content.understanding.when import when
from content.understanding.workshops import asks_for_a_place, names_a_workshop
from content.words import Text, Words, _
from handlers.appointment_words import LABELS, Button, brief, capital, discreet, listed, short
from handlers.asking import answered
from handlers.buttons import MENU, NO_WORDS, PERSON, YES, YES_WORDS, button, buttons, labelled
from handlers.deciding import agrees
from handlers.greeting import greeting
from handlers.meant import free_words
from handlers.my_data import TURN_ON, WORKSHOPS_ON
from handlers.notice import notice
from handlers.open_danger import in_danger
from handlers.reminder_words import LEAVE_SEAT
from handlers.social import STILL_HERE
from handlers.young import too_young_to_choose
from storage import consents, hours, reminders, seats, switches, workshops
from storage.announcements import SEE
from storage.consents import Choice as Chosen
from storage.engine import Work
from storage.reminders import State as Step
from storage.seats import InLine, Over, Seat, State
from storage.switches import Switch
from storage.workshops import Session, Workshop

LIST, LINE, UNLIST = "workshops", "workshop:line:", "workshop:unlist:"
FILE = "seat:file:"
"""Prefix of the button that gives a seat's calendar file; its session's token follows (handlers/seats.py)."""
MOST = 8
"""Sessions shown at once."""
SHORT = 6
"""Words that may choose one of them, and do nothing else."""
NONE_OF_THEM = frozenset(map(plain, ("aucun", "aucune", "aucun des deux", "pas interesse", "none", "none of them", "ولا واحدة")))
LISTED = "workshops"
"""The question: which of those shown, with their tokens as its data."""
SIGNING = "workshop"
OTHERS = f"{ANSWER}others"
LIST_LABEL = _("Prochains ateliers")
OTHERS_LABEL, ON_THE_LIST, WAIT_NO_MORE = _("Autres dates"), _("Sur la liste"), _("Ne plus attendre")
WHICH = _("Voici les prochains ateliers. Lequel t'intéresse ?")
NOT_THEN = _("Pas d'atelier à ce moment-là.")
NONE = _("Aucun atelier n'est prévu pour l'instant. Une personne peut te dire ce qui se prépare.")
ONE, ONE_FULL = _("{titre} : {rdv}"), _("{titre} : {rdv}. Complet, avec une liste d'attente")
TELL_ME = _("Pour qu'on te dise les prochains : « Ateliers : oui ». Tu arrêtes quand tu veux.")
SIGN_UP = _("Je t'inscris ?")
FOR_AGES = _("Cet atelier est pour les {premier}-{dernier} ans. Si c'est toi, je t'inscris ?")
FOR_SOME = _("Cet atelier est pour {qui}. Si c'est toi, je t'inscris ?")
FOR_SOME_AGES = _("Cet atelier est pour {qui}, de {premier} à {dernier} ans. Si c'est toi, je t'inscris ?")
NOT_FOR = _("Alors sans doute pas celui-là pour l'instant. Une personne peut vérifier avec toi, ou trouver autre chose.")
FULL = _("Cet atelier est complet. On peut te mettre sur la liste : si une place se libère, on t'écrit, dans l'ordre des demandes.")
IN_LINE = _("C'est noté sur la liste. Ce n'est pas encore une place.")
JUST_FULL = _("La dernière place vient de partir. Tu es sur la liste : ce n'est pas encore une place.")
WAITING = _("Tu attends déjà une place pour cet atelier, dans l'ordre des demandes.")
UNLISTED = _("D'accord, tu n'attends plus.")
TAKEN = _("C'est réservé.")
WRITES = _("Je t'écris avant : jour, heure, lieu, rien d'autre.")
YOURS = _("Tu as une place à cet atelier.")
GONE = _("Cet atelier n'est plus prévu, ou il a déjà commencé.")


# -- parts that seats share


_ITS_NAME = words(
    *("atelier", "ateliers", "les ateliers", "mes ateliers", "mon atelier", "workshop", "workshops", "my workshops", "ورشات", "الورشات", "ورشاتي")
)


def on_now(turn: Turn) -> bool:
    """Whether there is anything of the kind."""
    return switches.on(turn.work, Switch.WORKSHOPS)


def slot_of(session: Session) -> Slot:
    """Its time and place, as an appointment's are said."""
    return Slot(session.starts_at, session.ends_at, 0, session.place_id, Mode.ON_SITE)


def when_and_where(work: Work, said: Words, session: Session) -> str:
    """« mardi 8 décembre, 14 h, à Carvin »."""
    return brief(work, said, slot_of(session))


def list_button(turn: Turn) -> Choice:
    """To the workshops to come."""
    return button(turn, LIST, OTHERS_LABEL)


def seat_buttons(said: Words, session: Session) -> tuple[Choice, ...]:
    """« Mon agenda » and « Je ne peux pas », of a seat one has."""
    file, leave = f"{FILE}{session.token}", f"{LEAVE_SEAT}{session.token}"
    return labelled(said, file, LABELS[Button.FILE]), labelled(said, leave, LABELS[Button.DROP])


def tell_taken(turn: Turn, session: Session, seat: Seat, text: Text = TAKEN) -> None:
    """It is theirs: when, where, how to get there, and that one message comes before."""
    before = notice(turn, greeting(turn))
    lines = [turn.words.say(text), discreet(turn.work, turn.words, slot_of(session))]
    if any(step.state is Step.PLANNED for step in reminders.steps(turn.work, seat_id=seat.id)):
        lines.append(turn.words.say(WRITES))
    ways, card = (*seat_buttons(turn.words, session), *buttons(turn, MENU)), "" if before else "appointment"
    turn.reply_content(before + "\n".join(lines), *ways, card=card, ends=True, purpose=Purpose.SERVICE)


def tell_in_line(turn: Turn, session: Session, text: Text = IN_LINE) -> None:
    """They wait, and know that it is no seat."""
    before = notice(turn, greeting(turn))
    wait_no_more = button(turn, f"{UNLIST}{session.token}", WAIT_NO_MORE)
    turn.reply_content(before + turn.words.say(text), wait_no_more, *buttons(turn, MENU), ends=True, purpose=Purpose.SERVICE)


def tell_gone(turn: Turn) -> None:
    """There is nothing to take any more."""
    others = [list_button(turn)] if on_now(turn) else []
    turn.reply(GONE, *others, *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)


# -- which are to come


def _asked(turn: Turn) -> bool:
    """Words that ask for a place, or name the day of one."""
    if not free_words(turn) or in_danger(turn) or not names_a_workshop(turn.text) or not on_now(turn):
        return False
    return asks_for_a_place(turn.text) or _named(turn) is not None


@on(Rank.CHOICE, lambda turn: turn.choice == LIST and on_now(turn))
@on(Rank.TEXT, both(_ITS_NAME, on_now), _asked)
def show(turn: Turn) -> None:
    """Those to come, the soonest first; the one that the words name at once."""
    named = _named(turn) if free_words(turn) else None
    if named is not None:
        tell(turn, named)
        return
    show_all(turn)


def show_all(turn: Turn, before: str = "") -> None:
    """The same, whatever the words name. `before` is said first."""
    found = workshops.to_come(turn.work)[:MOST]
    if not found:
        turn.reply_content(_with_choice(turn, NONE, before), *_choose(turn), *buttons(turn, PERSON, MENU), ends=True)
        return
    body = f"{_with_choice(turn, WHICH, before)}\n\n{listed(_line(turn, each) for each in found)}"
    offered = [Choice(f"{SEE}{each.token}", short(turn.work, turn.words, each.starts_at)) for each in found]
    shown: dict[str, Json] = {"sessions": [each.token for each in found]}
    turn.ask_content(LISTED, body, *offered, *_choose(turn), *buttons(turn, PERSON, MENU), data=shown, ends=True, stays=False)


def _named(turn: Turn) -> Session | None:
    """The one session that the words mean, where they name its day."""
    found, zone = workshops.to_come(turn.work)[:MOST], hours.zone(turn.work)
    said = when(turn.text, turn.now, zone)
    meant = pick(said, [slot_of(each) for each in found], zone) if said.names_a_day else ()
    return next((each for each in found if slot_of(each) == meant[0]), None) if len(meant) == 1 else None


def _line(turn: Turn, session: Session) -> str:
    text = ONE_FULL if session.full else ONE
    return turn.words.say(text, titre=session.workshop.title, rdv=when_and_where(turn.work, turn.words, session))


def _with_choice(turn: Turn, text: Text, before: str = "") -> str:
    """With the way to be told of others, for who has not chosen it."""
    said = greeting(turn) + " ".join(filter(None, (before, turn.words.say(text))))
    return f"{said} {turn.words.say(TELL_ME)}" if _choose(turn) else said


def _choose(turn: Turn) -> tuple[Choice, ...]:
    """« Ateliers : oui », but for who said yes, and who is too young to be asked."""
    if too_young_to_choose(turn) or Chosen.ANNOUNCEMENTS in consents.chosen(turn.work, turn.lane.person_id):
        return ()
    return (button(turn, f"{TURN_ON}{Chosen.ANNOUNCEMENTS}", WORKSHOPS_ON),)


# -- one of them, in words


def _right_after(turn: Turn) -> bool:
    """Written right after the list."""
    asked = turn.question
    return asked is not None and asked.id == LISTED and asked.last == turn.number - 1 and turn.inbound.kind in (Kind.TEXT, Kind.EDITED)


def _of_those_shown(turn: Turn) -> tuple[Session, ...] | None:
    """The sessions that a few words mean of those just shown: none where there is none then; None where the words are about something else."""
    asked = turn.question
    if asked is None or not _right_after(turn) or turn.choice is not None or len(turn.plain.split()) > SHORT or in_danger(turn):
        return None
    tokens, zone = asked.data.get("sessions"), hours.zone(turn.work)
    shown = [each for each in workshops.to_come(turn.work) if isinstance(tokens, list) and each.token in tokens]
    said = when(turn.text, turn.now, zone)
    if said.names_a_time or said.place is not None:
        meant = pick(said, [slot_of(each) for each in shown], zone)
        return tuple(each for each in shown if slot_of(each) in meant)
    if agrees(turn):
        return tuple(shown)
    return tuple(each for each in shown if turn.plain == plain(each.workshop.title)) or None


@on(Rank.QUESTION, lambda turn: _right_after(turn) and free_words(turn) and (turn.plain in NO_WORDS or turn.plain in NONE_OF_THEM))
def none_of_them(turn: Turn) -> None:
    """« aucun »: nothing is asked any more."""
    turn.close_question()
    turn.reply(STILL_HERE, *buttons(turn, PERSON, MENU), ends=True)


@on(Rank.QUESTION, lambda turn: _of_those_shown(turn) is not None)
def choose(turn: Turn) -> None:
    """« celui de jeudi », « le 17 », « le dernier »; the list once more where that is none of them, or several."""
    found = _of_those_shown(turn) or ()
    turn.close_question()
    if len(found) == 1:
        tell(turn, found[0])
    else:
        show_all(turn, "" if found else turn.words.say(NOT_THEN))


# -- one of them


@on(Rank.CHOICE, choices(SEE))
def see(turn: Turn) -> None:
    """One session, by its button."""
    session = workshops.find(turn.work, (turn.choice or "").removeprefix(SEE))
    if session is None or session.cancelled or session.starts_at <= turn.now or not on_now(turn):
        tell_gone(turn)
    else:
        tell(turn, session)


def tell(turn: Turn, session: Session) -> None:
    """What it is about, when and where; whether they are in it already, or may be, or may wait."""
    sits = next((seat for seat in seats.of_person(turn.work, turn.lane.person_id) if seat.session_id == session.id), None)
    if sits is not None and sits.state is State.TAKEN:
        tell_taken(turn, session, sits, YOURS)
        return
    of = session.workshop
    about = "\n".join(filter(None, (of.title, of.about, capital(when_and_where(turn.work, turn.words, session)) + ".")))
    head = greeting(turn) + about
    others = list_button(turn)
    if sits is None and seats.waits(turn.work, session.id, turn.lane.person_id):
        body = f"{head}\n\n{turn.words.say(WAITING)}"
        turn.reply_content(body, button(turn, f"{UNLIST}{session.token}", WAIT_NO_MORE), others, *buttons(turn, MENU), ends=True)
    elif sits is None and session.full:
        body = f"{head}\n\n{turn.words.say(FULL)}"
        turn.reply_content(body, button(turn, f"{LINE}{session.token}", ON_THE_LIST), others, *buttons(turn, MENU), ends=True)
    else:
        body = f"{head}\n\n{_may_be_in(turn.words, of)}"
        turn.ask_content(SIGNING, body, button(turn, YES), button(turn, OTHERS, OTHERS_LABEL), data={"session": session.token})


def _may_be_in(said: Words, of: Workshop) -> str:
    """The question, with whom it is for."""
    first, _dash, last = of.ages.partition("-")
    if of.measure and of.ages:
        return said.say(FOR_SOME_AGES, qui=of.measure, premier=first, dernier=last)
    if of.ages:
        return said.say(FOR_AGES, premier=first, dernier=last)
    return said.say(FOR_SOME, qui=of.measure) if of.measure else said.say(SIGN_UP)


# -- a place


_answers = answered(SIGNING)


def _decides(turn: Turn) -> bool:
    return _answers(turn) and (turn.choice in (YES, OTHERS) or turn.plain in YES_WORDS or turn.plain in NO_WORDS)


@on(Rank.QUESTION, _decides)
def decide(turn: Turn) -> None:
    """A yes takes the place; anything else leaves it."""
    asked = turn.question
    token = "" if asked is None else str(asked.data.get("session"))
    turn.close_question()
    session = workshops.find(turn.work, token)
    if turn.choice == YES or turn.plain in YES_WORDS:
        sign_up(turn, token)
    elif turn.choice is None and session is not None and (session.workshop.ages or session.workshop.measure):
        turn.reply(NOT_FOR, *buttons(turn, PERSON), list_button(turn), *buttons(turn, MENU), ends=True)
    else:
        show(turn)


@on(Rank.CHOICE, choices(LINE))
def wait(turn: Turn) -> None:
    """« Sur la liste ». Where a place was given back meanwhile and nobody waits, it is theirs."""
    sign_up(turn, (turn.choice or "").removeprefix(LINE), IN_LINE)


def sign_up(turn: Turn, token: str, in_line: Text = JUST_FULL) -> None:
    """Take a place, or wait for one; what comes of it."""
    found = seats.take(turn.work, token, turn.lane.person_id)
    session = workshops.find(turn.work, token)
    if session is None or isinstance(found, Over):
        tell_gone(turn)
    elif isinstance(found, InLine):
        tell_in_line(turn, session, in_line)
    else:
        tell_taken(turn, session, found)


@on(Rank.CHOICE, choices(UNLIST))
def wait_no_more(turn: Turn) -> None:
    """Leave the line. A seat that was given since stays: it is given back by its own button, which asks back."""
    token, person = (turn.choice or "").removeprefix(UNLIST), turn.lane.person_id
    session = workshops.find(turn.work, token)
    if session is not None and seats.waits(turn.work, session.id, person):
        seats.give_back(turn.work, token, person)
    turn.reply(UNLISTED, *([list_button(turn)] if on_now(turn) else []), *buttons(turn, MENU), ends=True)
