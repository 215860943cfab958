"""An appointment is booked: where, how to get there, what to bring; and when it will be recalled, which is what is really planned and may be sent."""

from datetime import timedelta

from bot.messages import Choice, Purpose
from bot.routing import Rank, Turn, choices, on
from bot.rules.openings import Mode
from bot.rules.reminders import LEADS, REMINDERS, Kind, Wants
from content.words import _
from handlers import relays, reminder_choices
from handlers.appointment_words import Button, full, moment, offered
from handlers.buttons import MENU, PERSON, button, buttons
from storage import crises, reminders
from storage.appointment_view import Appointment
from storage.reminders import State

FINE = "reminders:fine"
A_DAY_ONLY = frozenset({"messenger"})
"""Where nothing may be written to somebody a day after their last message."""
ONE_DAY = timedelta(days=1)
DONE = _("C'est réservé.")
CALLS_YOU = _("On t'appelle au numéro qui finit par {fin}.")
CALL_US = _("Sans numéro, on ne peut pas t'appeler. À l'heure du rendez-vous, appelle le {telephone}.")
NO_NUMBER = _("Sans numéro, on ne peut pas t'appeler. Tu peux en donner un à une personne de l'équipe quand tu veux.")
WRITES = _("Je t'écris {quand} : jour, heure, lieu, rien d'autre.")
WRITES_ALL = _("Je t'écris {quand}.")
WRITES_HERE = _("Pour le lire, reviens sur cette page.")
BY = {relays.SMS: _("Ce sera par SMS."), relays.EMAIL: _("Ce sera par e-mail.")}
AND = _("{un} et {deux}")
WRITES_NOTHING = _("Tu as choisi de ne pas recevoir de rappel. Ton rendez-vous tient quand même.")
WRITES_NOT_AFTER_STOP = _("Tu as écrit STOP : pas de rappel. Ton rendez-vous tient quand même. Pour un rappel : START.")
ON_THE_EVE = _("la veille")
ALL_SET = _("C'est noté. Un imprévu ? Écris ici, même au dernier moment.")
NOT_WRITTEN = _("Pas de rappel ici : garde bien le jour et l'heure. Ton rendez-vous tient quand même.")
BEFORE = {
    Kind.WEEK: _("une semaine avant"),
    Kind.TWO_DAYS: _("48 h avant"),
    Kind.HOURS: _("3 h avant"),
}
FINE_LABEL, NO_REMINDER_LABEL = _("Ça me va"), _("Pas de rappel")


def finish(turn: Turn, appointment: Appointment) -> None:
    """All there is to know, then when it will be recalled: what is really planned."""
    turn.close_question()
    lines = [turn.words.say(DONE), full(turn.work, turn.words, appointment), *_call(turn, appointment)]
    ways = offered(turn.words, appointment, Button.FILE, Button.MOVE, Button.DROP)
    recalled, offers = _recalled(turn, appointment)
    turn.reply_content("\n".join(lines), *ways, card="appointment", ends=not recalled, purpose=Purpose.SERVICE)
    if recalled:
        turn.reply_content(recalled, *offers, ends=True, purpose=Purpose.SERVICE)


def _call(turn: Turn, appointment: Appointment) -> list[str]:
    """For one by telephone: who calls whom."""
    if appointment.slot.mode is not Mode.PHONE:
        return []
    figures = "".join(letter for letter in appointment.callback if letter.isdecimal())
    if figures:
        return [turn.words.say(CALLS_YOU, fin=figures[-2:])]
    known = turn.library.service.phone
    return [turn.words.say(CALL_US, telephone=known) if known else turn.words.say(NO_NUMBER)]


def _recalled(turn: Turn, appointment: Appointment) -> tuple[str, tuple[Choice, ...]]:
    """When they will be written to, and the ways to say yes and no to it; "" where nothing will be."""
    wants = reminders.wants(turn.work, turn.lane.person_id)
    if wants is Wants.NONE:
        return turn.words.say(WRITES_NOTHING), buttons(turn, PERSON, MENU)
    if turn.lane.opted_out_at is not None:
        return turn.words.say(WRITES_NOT_AFTER_STOP), buttons(turn, PERSON, MENU)
    if crises.written_with_care(turn.work, turn.lane.conversation_id):
        return turn.words.say(NOT_WRITTEN), buttons(turn, PERSON, MENU)
    steps = [step for step in reminders.steps(turn.work, appointment_id=appointment.id) if step.state is State.PLANNED and step.kind in REMINDERS]
    a_day, beside = turn.lane.address.channel in A_DAY_ONLY, relays.ways(turn)
    may = [step for step in steps if beside or not a_day or step.due_at - turn.now < ONE_DAY]
    if not may:
        return (turn.words.say(NOT_WRITTEN), (*relays.asks(turn), *buttons(turn, PERSON, MENU))) if steps else ("", ())
    said = [_step(turn, appointment, step) for step in may]
    when = said[0] if len(said) == 1 else turn.words.say(AND, un=", ".join(said[:-1]), deux=said[-1])
    lines = [turn.words.say(WRITES_ALL if wants is Wants.FULL else WRITES, quand=when)]
    page = turn.lane.address.channel == "webchat"
    if page and not beside:
        lines.append(turn.words.say(WRITES_HERE))
    if beside and (a_day or page):
        lines.append(turn.words.say(BY[beside[0]]))
    return " ".join(lines), (button(turn, FINE, FINE_LABEL), button(turn, reminder_choices.NONE, NO_REMINDER_LABEL), *relays.asks(turn))


def _step(turn: Turn, appointment: Appointment, step: reminders.Step) -> str:
    """« 48 h avant »; the day and the hour themselves where the night moved it."""
    if step.kind is Kind.DAY_BEFORE:
        return turn.words.say(ON_THE_EVE)
    if step.due_at == appointment.slot.start - LEADS[step.kind]:
        return turn.words.say(BEFORE[step.kind])
    return moment(turn.work, turn.words, step.due_at)


@on(Rank.ALLOWED, choices(FINE))
def fine(turn: Turn) -> None:
    """Nothing changes."""
    turn.reply(ALL_SET, *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)
