"""Busy times: calendars that caseworkers keep elsewhere, read by a job (bot/rules/calendars.py), and whether they still can be read."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, insert
from sqlmodel import col, select

from bot.rules.calendars import Busy
from bot.rules.walls import DAY, Span, from_seconds
from storage import tables
from storage.engine import Wake, Work, table

BUSY = table(tables.Busy)
PLACE = "busy_source.address"
STALE = timedelta(hours=24)
"""A calendar that was not read for so long is shown as ill."""


class Kind(StrEnum):
    """How it is read: an address that gives iCalendar, or a CalDAV collection."""

    ICS = "ics"
    CALDAV = "caldav"


@dataclass(frozen=True, slots=True)
class Source:
    """A calendar to read. `address` may carry what opens it. `failure`: why the last try failed, "" for none; `unread`: events not understood."""

    token: str
    caseworker_id: int
    kind: Kind
    address: str
    read_at: datetime | None
    tried_at: datetime | None
    failure: str
    events: int
    unread: int

    def well(self, now: datetime) -> bool:
        """Whether what is known of it is fresh."""
        return self.read_at is not None and now - self.read_at < STALE


def sources(work: Work, caseworker_id: int | None = None) -> tuple[Source, ...]:
    """Every calendar, or those of one colleague."""
    found = select(tables.BusySource).order_by(col(tables.BusySource.id))
    rows = work.session.exec(found if caseworker_id is None else found.where(col(tables.BusySource.caseworker_id) == caseworker_id))
    return tuple(_source(work, row) for row in rows)


def add(work: Work, caseworker_id: int, kind: Kind, address: str) -> str:
    """One more calendar to read; its token."""
    row = tables.BusySource(token=secrets.token_urlsafe(16), caseworker_id=caseworker_id, kind=kind.value, address=work.vault.seal(PLACE, address))
    work.session.add(row)
    work.session.flush()
    work.notify(Wake.SETTING, 0)
    return row.token


def remove(work: Work, token: str) -> bool:
    """Read it no more, and forget when it was busy; False where it is gone."""
    row = _row(work, token)
    if row is not None:
        work.session.execute(delete(BUSY).where(BUSY.c.source_id == row.id))
        work.session.delete(row)
        work.session.flush()
        work.notify(Wake.SETTING, 0)
    return row is not None


def read(work: Work, token: str, found: Busy) -> bool:
    """It was read: what it is busy with replaces what was known; False where it is gone."""
    row = _row(work, token)
    if row is None:
        return False
    row.read_at = row.tried_at = work.now
    row.failure, row.events, row.unread = None, found.events, found.unread
    work.session.flush()
    work.session.execute(delete(BUSY).where(BUSY.c.source_id == row.id))
    pieces = [
        {"source_id": row.id, "caseworker_id": row.caseworker_id, "starts_at": from_seconds(since), "ends_at": from_seconds(until)}
        for since, until in _pieces(found.spans)
    ]
    if pieces:
        work.session.execute(insert(BUSY), pieces)
    return True


def failed(work: Work, token: str, why: str) -> bool:
    """It could not be read (`why` is a short code): what was known stays, and its illness is shown; False where it is gone."""
    row = _row(work, token)
    if row is not None:
        row.tried_at, row.failure = work.now, why
        work.session.flush()
    return row is not None


def times(work: Work, since: datetime, until: datetime) -> tuple[tuple[int, datetime, datetime], ...]:
    """When each colleague is busy elsewhere in this time, by caseworker's id: since when, until when. What with is not known."""
    mine = select(tables.Busy).where(col(tables.Busy.starts_at) >= since - timedelta(seconds=DAY), col(tables.Busy.starts_at) < until)
    rows = work.session.exec(mine.where(col(tables.Busy.ends_at) > since).order_by(col(tables.Busy.starts_at), col(tables.Busy.id)))
    return tuple((row.caseworker_id, row.starts_at, row.ends_at) for row in rows)


def _pieces(spans: Iterable[Span]) -> list[Span]:
    """The same time in spans of a day at most: what lasts longer is found by the day it takes."""
    return [(at, min(at + DAY, until)) for since, until in spans for at in range(since, until, DAY)]


def _row(work: Work, token: str) -> tables.BusySource | None:
    return work.session.exec(select(tables.BusySource).where(col(tables.BusySource.token) == token).with_for_update()).first()


def _source(work: Work, row: tables.BusySource) -> Source:
    return Source(
        token=row.token,
        caseworker_id=row.caseworker_id,
        kind=Kind(row.kind),
        address=work.vault.open(PLACE, row.address),
        read_at=row.read_at,
        tried_at=row.tried_at,
        failure=row.failure or "",
        events=row.events,
        unread=row.unread,
    )
