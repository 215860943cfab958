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
from storage import caseworkers, switches, tables
from storage.engine import Wake, Work, table
from storage.switches import Switch

BUSY = table(tables.Busy)
PLACE = "busy_source.address"
STALE = timedelta(hours=24)
"""A calendar that was not read for so long is shown as ill."""
AGAIN, AGAIN_AFTER_FAILURE = timedelta(minutes=10), timedelta(minutes=30)
"""How long until it is read again."""


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
    etag: str = ""

    def well(self, now: datetime) -> bool:
        """Whether what is known of it is fresh."""
        return self.read_at is not None and now - self.read_at < STALE

    def ill(self, now: datetime) -> bool:
        """Whether somebody has to see to it: tried, and nothing fresh is known."""
        return self.tried_at is not None and not self.well(now)

    def due(self, now: datetime) -> bool:
        """Whether it is to be read now."""
        return self.tried_at is None or now - self.tried_at >= (AGAIN_AFTER_FAILURE if self.failure else AGAIN)


def sources(work: Work, caseworker_id: int | None = None) -> tuple[Source, ...]:
    """Every calendar, or those of one colleague."""
    found = select(tables.BusySource).order_by(col(tables.BusySource.id))
    rows = work.session.exec(found if caseworker_id is None else found.where(col(tables.BusySource.caseworker_id) == caseworker_id))
    return tuple(_source(work, row) for row in rows)


def due(work: Work) -> tuple[Source, ...]:
    """Those to be read now: of who is still here, and none while the head has not turned it on."""
    if not switches.on(work, Switch.BUSY):
        return ()
    here = {member.id for member in caseworkers.team(work) if not member.disabled}
    return tuple(each for each in sources(work) if each.caseworker_id in here and each.due(work.now))


def any_due(work: Work) -> bool:
    """Whether there is one to be read now."""
    return bool(due(work))


def any_ill(work: Work, caseworker_id: int | None = None) -> bool:
    """Whether a calendar, anybody's or one colleague's, is not read as it should be, while calendars are read at all."""
    if not switches.on(work, Switch.BUSY):
        return False
    here = {member.id for member in caseworkers.team(work) if not member.disabled}
    return any(each.caseworker_id in here and each.ill(work.now) for each in sources(work, caseworker_id))


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


def ask_again(work: Work, token: str) -> bool:
    """Read it as soon as may be, whole; False where it is gone."""
    row = _row(work, token)
    if row is not None:
        row.tried_at, row.etag = None, ""
        work.session.flush()
    return row is not None


def unchanged(work: Work, token: str) -> bool:
    """It was asked, and says that it has not changed; False where it is gone."""
    row = _row(work, token)
    if row is not None:
        row.read_at = row.tried_at = work.now
        row.failure = None
        work.session.flush()
    return row is not None


def forget(work: Work, caseworker_id: int) -> None:
    """Somebody leaves: what opens their calendars goes with them."""
    for source in sources(work, caseworker_id):
        remove(work, source.token)


def read(work: Work, token: str, found: Busy, etag: str = "") -> bool:
    """It was read: what it is busy with replaces what was known, and it is asked by `etag` next time; False where it is gone."""
    row = _row(work, token)
    if row is None:
        return False
    row.read_at = row.tried_at = work.now
    row.failure, row.events, row.unread, row.etag = None, found.events, found.unread, etag
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
        row.tried_at, row.failure, row.etag = work.now, why, ""
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
        etag=row.etag,
    )
