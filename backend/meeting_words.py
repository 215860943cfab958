"""How an appointment and what came of it are said to a caseworker. It is about the appointment, and counts nobody.

Its reminders are worded in backend/steps.py.
"""

from collections.abc import Mapping
from datetime import datetime

from backend.show import Show
from storage.appointment_view import Appointment, Outcome, State
from storage.covered import Why

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.CAME: "Venue",
    Outcome.WARNED: "A prévenu",
    Outcome.PREVENTED: "Empêchée",
    Outcome.ABSENT: "Non venue",
    Outcome.OURS: "De notre côté",
}
"""What one tap says: « la personne est… »."""
MEANT: Mapping[Outcome, str] = {
    Outcome.CAME: "la personne est venue",
    Outcome.WARNED: "la personne avait prévenu",
    Outcome.PREVENTED: "la personne a été empêchée",
    Outcome.ABSENT: "la personne n'est pas venue",
    Outcome.OURS: "annulé ou absence de notre côté",
}
BRIEF: Mapping[Outcome, str] = {
    Outcome.CAME: "venue",
    Outcome.WARNED: "avait prévenu",
    Outcome.PREVENTED: "empêchée",
    Outcome.ABSENT: "non venue",
    Outcome.OURS: "pas eu lieu, de notre côté",
}
WHY: Mapping[Why, str] = {
    Why.LEFT: "{who} ne fait plus partie de l'équipe",
    Why.CLOSED: "le service est fermé ce jour-là",
    Why.HOLIDAY: "c'est un jour férié",
    Why.AWAY: "{who} ne sera pas là",
    Why.NO_PLACE: "l'équipe ne reçoit plus à ce lieu",
}

DONE: Mapping[str, str] = {
    "booked": "Le rendez-vous est pris. La personne reçoit la confirmation, de jour.",
    "booked-quiet": "Le rendez-vous est pris. La personne ne veut pas de rappel : dites-le-lui vous-même.",
    "booked-call": "Le rendez-vous est pris. Aucun message ne part : un appel s'ajoute dans « À faire ».",
    "moved": "Le rendez-vous est déplacé. La personne va le lire, de jour.",
    "moved-call": "Le rendez-vous est déplacé. Aucun message ne part : un appel s'ajoute dans « À faire ».",
    "cancelled": "Le rendez-vous est annulé. La personne va le lire, de jour.",
    "cancelled-call": "Le rendez-vous est annulé. Aucun message ne part : un appel s'ajoute dans « À faire ».",
    "closed": "C'est noté. Pour corriger, ouvrez le rendez-vous.",
}
"""What was just done (`?fait=`), by act and, where it is told otherwise than by a message, by how (backend/meetings.py, Reach)."""


def look(of: Appointment, now: datetime) -> str:
    """How an appointment is drawn: sure, unsure, held, came, missed, over (it came to something else), late (nobody has said what came)."""
    if of.state is State.HELD:
        return "held"
    if of.state is State.DONE:
        return {Outcome.CAME: "came", Outcome.ABSENT: "missed"}.get(of.outcome or Outcome.OURS, "over")
    if of.state.stands and of.slot.start <= now:
        return "late"
    return "sure" if of.state is State.CONFIRMED else "unsure"


def state(of: Appointment, show: Show, now: datetime) -> str:
    """The same in words."""
    if of.state is State.HELD:
        return f"proposé, jusqu'à {show.hour(of.held_until)}" if of.held_until else "proposé"
    if of.state is State.CANCELLED:
        return "annulé par la personne" if of.outcome is Outcome.WARNED else "annulé par l'équipe"
    if of.state is State.DONE:
        return BRIEF[of.outcome or Outcome.OURS]
    if of.slot.end <= now:
        return "à clore"
    if of.slot.start <= now:
        return "en cours"
    return "confirmé" if of.state is State.CONFIRMED else "à confirmer"
