"""What somebody wants of reminders, each a word or a tap: none, a day and a place alone, or all of it; and a call before an appointment for who has
no home just now, noted by their own yes alone, for the team, until it lapses.

A reminder says a day, an hour and a place unless « rappels complets » was chosen. What is chosen holds at once for what is to come.
"""

from bot.messages import Choice, Kind, Purpose
from bot.routing import ANSWER, Rank, Turn, beside, choices, on, words
from bot.rules.reminders import Wants
from content.understanding.asking import asks_full_reminders, asks_no_reminders, asks_reminders, says_no_home
from content.words import Text, _
from handlers.asking import answered, in_words
from handlers.buttons import DATA, MENU, NO, NO_WORDS, PERSON, YES_WORDS, button, buttons
from handlers.greeting import greeting
from handlers.my_data import ABOUT_CHOICES, CHOICES, CHOOSE, PHONE, PHONE_LABEL, chosen, day, no_choice, toggle
from handlers.notice import VERSION, notice
from handlers.open_danger import in_danger
from handlers.otherwise import otherwise_offered
from handlers.own_appointments import to_come
from handlers.relays import offered as relays
from handlers.young import too_young_to_choose
from storage import appointments, consents, marks, reminders, rights
from storage.consents import Choice as Chosen
from storage.marks import What

NONE, SOME, FULL, DISCREET = (f"reminders:{name}" for name in ("none", "some", "full", "discreet"))
CALL, NO_CALL = "mark:call", "mark:no-call"
CALLING = "mark-call"
NOTE = f"{ANSWER}mark"

NONE_LABEL, SOME_LABEL = _("Rappels : non"), _("Rappels : oui")
FULL_LABEL, DISCREET_LABEL = _("Rappels complets"), _("Rappels discrets")
CALL_LABEL, NO_CALL_LABEL, NOTE_LABEL = _("M'appeler avant"), _("Ne plus m'appeler"), _("Oui, le noter")
UNREMINDED = _("C'est noté : pas de rappel. Ton rendez-vous tient. Un imprévu ? Écris ici, même au dernier moment.")
UNREMINDED_LATER = _("C'est noté : pas de rappel de rendez-vous.")
REMINDED = _("C'est noté : rappels, oui. Le jour, l'heure et le lieu, rien d'autre.")
REMINDED_FULLY = _("C'est noté : rappels complets. Ils disent aussi pourquoi tu viens et le nom du service. Ça peut se lire sur ton écran.")
AFTER_STOP = _("Tu as écrit STOP : pour les recevoir, écris START.")
CALL_ASK = _(
    "Tu n'as pas de logement en ce moment ? Une personne peut t'appeler avant ton rendez-vous. "
    "Pour ça, on note « sans logement », pour l'équipe seulement, pendant 60 jours. On le note ?"
)
CALL_NOTED = _("C'est noté jusqu'au {jour} : une personne t'appelle avant ton rendez-vous. Pour l'enlever : « Mes données », « Mes choix ».")
NO_NUMBER = _("On n'a pas ton numéro. Tu peux le donner ici, ou le garder pour toi.")
NOT_NOTED = _("D'accord, rien n'est noté.")
TAKEN_AWAY = _("C'est enlevé : on n'en garde rien.")
OFFER_CALL = _("Avant ton rendez-vous, une personne peut t'appeler.")
OFFERED = "call_offered"


def reminder_toggles(turn: Turn) -> tuple[Choice, ...]:
    """The buttons that change what there is now, under « Mes choix »."""
    wants = reminders.wants(turn.work, turn.lane.person_id)
    offered: dict[Wants, tuple[tuple[str, Text], ...]] = {
        Wants.NONE: ((SOME, SOME_LABEL),),
        Wants.DISCREET: ((NONE, NONE_LABEL), (FULL, FULL_LABEL)),
        Wants.FULL: ((NONE, NONE_LABEL), (DISCREET, DISCREET_LABEL)),
    }
    noted = marks.until(turn.work, turn.lane.person_id, What.UNHOUSED) is not None
    return tuple(button(turn, name, label) for name, label in (*offered[wants], (NO_CALL, NO_CALL_LABEL) if noted else (CALL, CALL_LABEL)))


@on(Rank.ALLOWED, choices(CHOOSE), words(*CHOICES))
def show(turn: Turn) -> None:
    """« Mes choix »: each alone. Under 15 there is nothing to tick, but what was ticked before, and reminders can always be refused."""
    found = rights.summary(turn.work, turn.lane.person_id)
    if not found.chosen and too_young_to_choose(turn):
        no_choice(turn)
        return
    body = f"{chosen(turn, found)}\n\n{turn.words.say(ABOUT_CHOICES)}"
    workshops = toggle(turn, on=Chosen.ANNOUNCEMENTS in found.chosen)
    offered = (*reminder_toggles(turn), workshops, *relays(turn), *otherwise_offered(turn))
    turn.reply_content(body, *offered, *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)


# -- reminders


@on(Rank.ALLOWED, choices(NONE))
@on(Rank.TEXT, in_words(asks_no_reminders))
def none(turn: Turn) -> None:
    """A refusal, kept with its words. What was planned is not sent; what we ourselves change is told all the same."""
    said = turn.words.say(UNREMINDED if to_come(turn) else UNREMINDED_LATER)
    before = notice(turn, greeting(turn))
    consents.choose(turn.work, turn.lane.person_id, Chosen.NO_REMINDERS, VERSION, said)
    turn.reply_content(before + said, button(turn, SOME, SOME_LABEL), *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)


@on(Rank.ALLOWED, choices(SOME, DISCREET))
@on(Rank.TEXT, in_words(asks_reminders))
def some(turn: Turn) -> None:
    """As at first."""
    for choice in (Chosen.NO_REMINDERS, Chosen.FULL_REMINDERS):
        consents.take_back(turn.work, turn.lane.person_id, choice)
    _reminded(turn, turn.words.say(REMINDED))


@on(Rank.ALLOWED, choices(FULL))
@on(Rank.TEXT, in_words(asks_full_reminders))
def full(turn: Turn) -> None:
    """What one may read of oneself on a screen is one's own choice; under 15 there is none to make."""
    if too_young_to_choose(turn):
        no_choice(turn)
        return
    said, before = turn.words.say(REMINDED_FULLY), notice(turn, greeting(turn))
    consents.take_back(turn.work, turn.lane.person_id, Chosen.NO_REMINDERS)
    consents.choose(turn.work, turn.lane.person_id, Chosen.FULL_REMINDERS, VERSION, said)
    _reminded(turn, said, before)


def _reminded(turn: Turn, said: str, before: str = "") -> None:
    appointments.plan_anew(turn.work, turn.lane.person_id)
    after = f" {turn.words.say(AFTER_STOP)}" if turn.lane.opted_out_at is not None else ""
    turn.reply_content(before + said + after, *reminder_toggles(turn)[:-1], *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)


# -- a call before


@on(Rank.ALLOWED, choices(CALL))
def ask_call(turn: Turn) -> None:
    """What would be noted, for whom and for how long, before any yes."""
    turn.ask_content(CALLING, turn.words.say(CALL_ASK), button(turn, NOTE, NOTE_LABEL), button(turn, NO), stays=False)


_answers = answered(CALLING)


@on(Rank.ALLOWED, lambda turn: _answers(turn) and (turn.choice in (NOTE, NO) or turn.plain in YES_WORDS or turn.plain in NO_WORDS))
def note_call(turn: Turn) -> None:
    """Noted by a yes to that very question, and by nothing else."""
    turn.close_question()
    if turn.choice == NO or turn.plain in NO_WORDS:
        turn.reply(NOT_NOTED, *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)
        return
    before = notice(turn)
    lapses = marks.put(turn.work, turn.lane.person_id, What.UNHOUSED)
    appointments.plan_anew(turn.work, turn.lane.person_id)
    known = rights.summary(turn.work, turn.lane.person_id).phone
    body = [before + turn.words.say(CALL_NOTED, jour=day(turn, lapses))] + ([] if known else [turn.words.say(NO_NUMBER)])
    number = () if known else (button(turn, PHONE, PHONE_LABEL),)
    turn.reply_content(" ".join(body), *number, *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)


@on(Rank.ALLOWED, choices(NO_CALL))
def no_call(turn: Turn) -> None:
    """Taken away at once, with the call that was planned for it."""
    marks.take_away(turn.work, turn.lane.person_id, What.UNHOUSED)
    appointments.plan_anew(turn.work, turn.lane.person_id)
    turn.reply(TAKEN_AWAY, *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)


@beside
def offer_call(turn: Turn) -> None:
    """Somebody who has an appointment says that they have no home: the question is a button away, once. Nothing is noted of the words."""
    said = turn.inbound.kind in (Kind.TEXT, Kind.EDITED) and turn.choice is None and says_no_home(turn.text)
    if not said or turn.asks or turn.lane.human or in_danger(turn) or turn.lane.state.get(OFFERED) or not to_come(turn):
        return
    if marks.until(turn.work, turn.lane.person_id, What.UNHOUSED) is None:
        turn.lane.state[OFFERED] = True
        turn.reply(OFFER_CALL, button(turn, CALL, CALL_LABEL))
