"""A caseworker reads what became of each reminder, and why one was not sent."""

from datetime import timedelta

import pytest

from backend import steps
from backend.show import Show
from bot.messages import Status
from bot.rules.reminders import Kind
from storage.reminders import Dropped, State, Step
from tests.rules.waiting import PARIS
from tests.storage.diary import paris

NOW = paris("2026-11-25 12:00")
SENT_AT = paris("2026-11-24 10:30")


def step(state: State, *, kind: Kind = Kind.TWO_DAYS, reason: str = "", status: str = "") -> Step:
    settled = None if state is State.PLANNED else SENT_AT
    return Step(kind, 1, SENT_AT, NOW + timedelta(hours=1), state, reason, settled, (7, 3) if status else None, status)


@pytest.mark.parametrize(
    ("of", "words", "missing"),
    [
        (step(State.PLANNED), "Rappel 48 h : prévu hier à 10 h 30", False),
        (step(State.WRITTEN, status=Status.SENT), "Rappel 48 h : envoyé hier à 10 h 30", False),
        (step(State.WRITTEN, status=Status.READ), "Rappel 48 h : lu hier à 10 h 30", False),
        (step(State.WRITTEN, status=Status.QUEUED), "Rappel 48 h : écrit hier à 10 h 30, part bientôt", False),
        (step(State.WRITTEN, status=Status.UNKNOWN), "Rappel 48 h : parti hier à 10 h 30, on ne sait pas s’il est arrivé", True),
        (step(State.WRITTEN, kind=Kind.CALL), "Appel : noté dans les choses à faire hier à 10 h 30", False),
        (step(State.DROPPED, reason=Dropped.TOO_LATE), "Rappel 48 h : pas envoyé, trop tard", True),
        (step(State.DROPPED, reason=Dropped.UNWANTED), "Rappel 48 h : pas envoyé, la personne ne veut pas de rappel", False),
        (step(State.DROPPED, reason="stopped"), "Rappel 48 h : pas envoyé, la personne a écrit STOP", True),
        (step(State.DROPPED, reason="some_code"), "Rappel 48 h : pas envoyé, refusé par la messagerie", True),
        (step(State.DEAD), "Rappel 48 h : retiré, le rendez-vous a changé", False),
    ],
)
def test_each_step_is_said(of: Step, words: str, missing: bool) -> None:
    said = steps.said(of, Show(PARIS, {}), NOW)
    assert str(said).replace("\u00a0", " ").replace("\u202f", " ") == words
    assert said.missing is missing


def test_every_kind_and_every_reason_has_words() -> None:
    assert set(steps.NAMES) == set(Kind)
    assert set(Dropped) <= set(steps.WHY)
