"""What became of an appointment's reminders, in words: each step, done, to come or not done and why. For the desk.

« Rappel 48 h : envoyé mardi 24 novembre à 10 h 30 », « Rappel 48 h : pas envoyé, trop tard ».
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from typing_extensions import override

from backend.show import REASONS, Show
from bot.messages import Status
from bot.rules.reminders import Kind
from storage.reminders import UNKNOWN, Dropped, State, Step

NAMES: Mapping[Kind, str] = {
    Kind.CONFIRMATION: "Confirmation",
    Kind.MOVED: "Nouvelle date",
    Kind.CANCELLED: "Annonce de l'annulation",
    Kind.WEEK: "Rappel 7 jours",
    Kind.TWO_DAYS: "Rappel 48 h",
    Kind.DAY_BEFORE: "Rappel de la veille",
    Kind.HOURS: "Rappel 3 h",
    Kind.CALL: "Appel",
    Kind.OFFER: "Proposition de la place",
    Kind.MISSED: "Message après l'absence",
}
WHY: Mapping[str, str] = {
    **REASONS,
    Dropped.TOO_LATE: "trop tard",
    "expired": "trop tard",
    Dropped.CHANGED: "le rendez-vous avait changé",
    Dropped.UNWANTED: "la personne ne veut pas de rappel",
    Dropped.UNREACHABLE: "aucune messagerie où lui écrire",
    Dropped.SHARED: "son téléphone est partagé, on n'y écrit pas en premier",
    Dropped.HELD_BACK: "mieux vaut ne pas écrire à ce moment-là, c'est à vous de voir",
    Dropped.FAILED: "une erreur du robot",
}
ARRIVED: Mapping[str, str] = {Status.SENT: "envoyé", Status.DELIVERED: "distribué", Status.READ: "lu"}


@dataclass(frozen=True, slots=True)
class StepSaid:
    """A step in words. `missing`: it was to be done and was not, or perhaps not."""

    what: str
    state: str
    missing: bool

    @override
    def __str__(self) -> str:
        return f"{self.what}\u00a0: {self.state}"


def said(step: Step, show: Show, now: datetime) -> StepSaid:
    """One step."""
    state, missing = _state(step, show, now)
    return StepSaid(show.said(NAMES[step.kind]), show.said(state), missing)


def _state(step: Step, show: Show, now: datetime) -> tuple[str, bool]:
    at = show.moment(step.settled_at, now) if step.settled_at is not None else ""
    match step.state:
        case State.PLANNED:
            return f"prévu {show.moment(step.due_at, now)}", step.latest_at < now
        case State.DEAD:
            return "retiré, le rendez-vous a changé", False
        case State.DROPPED:
            unwanted = step.reason in (Dropped.UNWANTED, Dropped.CHANGED)
            return f"pas envoyé, {WHY.get(step.reason, 'refusé par la messagerie')}", not unwanted
        case State.WRITTEN if step.kind.is_task:
            return f"noté dans les choses à faire {at}", False
    if step.status == UNKNOWN:
        return f"parti {at}, on ne sait pas s'il est arrivé", True
    if step.status == Status.FAILED:
        return f"pas arrivé, refusé par la messagerie {at}", True
    return (f"{ARRIVED[step.status]} {at}", False) if step.status in ARRIVED else (f"écrit {at}, part bientôt", False)
