"""Posters: a short code for posters of one sort, and which page it opens. Who comes by one is counted by the month, without anybody.

The code that somebody came by stands in their first message, sealed with it, and nowhere else beside them.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from storage import hours, monthly, tables
from storage.engine import Work
from storage.monthly import Figure

ARRIVAL = "arrival"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No letter that a hand or an eye takes for another."""
LENGTH = 6


@dataclass(frozen=True, slots=True)
class Poster:
    """One code. `page` is the page it opens, "" for the welcome; `label` is what the team calls it, never said to anybody who comes by it."""

    code: str
    page: str
    label: str
    created_at: datetime
    withdrawn: bool


def add(work: Work, label: str, page: str) -> str:
    """A new code; drawn at random, so that it says nothing."""
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    work.session.add(tables.Poster(code=code, page=page, label=label, created_at=work.now))
    work.session.flush()
    return code


def posters(work: Work) -> tuple[Poster, ...]:
    """Every code, the newest first, those withdrawn last."""
    rows = work.session.exec(select(tables.Poster).order_by(col(tables.Poster.withdrawn_at).is_not(None), col(tables.Poster.id).desc()))
    return tuple(_poster(row) for row in rows)


def find(work: Work, code: str) -> Poster | None:
    """A code that is in use, or None: unknown, of another service, withdrawn."""
    if len(code) != LENGTH:
        return None
    row = work.session.exec(select(tables.Poster).where(col(tables.Poster.code) == code, col(tables.Poster.withdrawn_at).is_(None))).first()
    return None if row is None else _poster(row)


def withdraw(work: Work, code: str) -> None:
    """The posters are gone: who comes by one gets the plain welcome."""
    _mark(work, code, withdrawn=True)


def put_up_again(work: Work, code: str) -> None:
    """The posters are back."""
    _mark(work, code, withdrawn=False)


def count(work: Work, code: str) -> None:
    """Somebody came by this code: one more this month, and nobody."""
    monthly.add(work, Figure(work.now.astimezone(hours.zone(work)).strftime("%Y-%m"), ARRIVAL, "", code, 1))


def arrivals(work: Work) -> Mapping[str, Mapping[str, int]]:
    """By code, the months (« 2026-11 », the newest first) in which enough people came by it to be told, and how many."""
    found: dict[str, dict[str, int]] = {}
    for figure in reversed(monthly.figures(work)):
        if figure.kind == ARRIVAL:
            found.setdefault(figure.subject, {})[figure.month] = figure.number
    return found


def _mark(work: Work, code: str, *, withdrawn: bool) -> None:
    row = work.session.exec(select(tables.Poster).where(col(tables.Poster.code) == code).with_for_update()).first()
    if row is not None and (row.withdrawn_at is not None) != withdrawn:
        row.withdrawn_at = work.now if withdrawn else None
        work.session.flush()


def _poster(row: tables.Poster) -> Poster:
    return Poster(row.code, row.page, row.label, row.created_at, row.withdrawn_at is not None)
