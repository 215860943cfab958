"""Appointments as calendars take them: the secret address of a caseworker's, given, given anew, revoked; and one appointment of a young person's."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import col, select

from bot.rules.calendars import Entry
from bot.rules.hours import ONE_DAY
from bot.rules.openings import Mode
from storage import appointment_view, hours, places, tables, workshops
from storage.appointment_view import Appointment, State
from storage.engine import Work
from storage.workshops import Session

PAST, AHEAD = timedelta(days=60), timedelta(days=400)
"""What a calendar is told of, around now."""
ELSEWHERE = {Mode.PHONE: "Par téléphone", Mode.VIDEO: "En visio", Mode.HOME: "À domicile"}
"""Where an appointment is that somebody takes at a place with doors and nobody comes to."""


def secret_of(work: Work, caseworker_id: int) -> str:
    """The secret of a colleague's feed, "" where they have none."""
    row = work.session.exec(select(tables.Feed).where(col(tables.Feed.caseworker_id) == caseworker_id)).first()
    return "" if row is None else work.vault.open("feed.secret", row.secret)


def since(work: Work, caseworker_id: int) -> datetime | None:
    """When a colleague's address was made, None where they have none."""
    return work.session.exec(select(tables.Feed.created_at).where(col(tables.Feed.caseworker_id) == caseworker_id)).first()


def give(work: Work, caseworker_id: int) -> str:
    """A new secret; the one before opens nothing any more."""
    revoke(work, caseworker_id)
    secret = secrets.token_urlsafe(24)
    sealed, key = work.vault.seal("feed.secret", secret), work.vault.lookup("feed.secret_key", secret)
    work.session.add(tables.Feed(caseworker_id=caseworker_id, secret=sealed, secret_key=key, created_at=work.now))
    work.session.flush()
    return secret


def revoke(work: Work, caseworker_id: int) -> None:
    """The address opens nothing any more."""
    work.session.execute(delete(tables.Feed).where(col(tables.Feed.caseworker_id) == caseworker_id))


def whose(work: Work, secret: str) -> int | None:
    """Whose feed this secret opens; None for nobody's, and for somebody's who left."""
    here = select(tables.Feed.caseworker_id).join(tables.Caseworker, col(tables.Caseworker.id) == col(tables.Feed.caseworker_id))
    key = work.vault.lookup("feed.secret_key", secret)
    return work.session.exec(here.where(col(tables.Feed.secret_key) == key, col(tables.Caseworker.disabled_at).is_(None))).first()


def entries(work: Work, caseworker_id: int) -> list[Entry]:
    """A colleague's appointments as a calendar shows them, those cancelled too: a calendar takes them out only when told."""
    found = appointment_view.between(work, work.now - PAST, work.now + AHEAD, caseworker_id)
    known = {place: places.find(work, place) for place in {each.slot.place for each in found}}
    return [entry(each, known[each.slot.place]) for each in found]


def card_of(work: Work, token: str) -> Entry | None:
    """One appointment for the calendar of who has it, by its own token, until the day after it; one that was cancelled too, so that it goes.

    The same of a workshop's session, by its token: it says no more than that somebody may have a seat there.
    """
    found, session, zone = appointment_view.find(work, token), workshops.find(work, token), hours.zone(work)
    if found is not None and found.state is not State.HELD:
        given = entry(found, places.find(work, found.slot.place))
    elif session is not None:
        given = _of_session(work, session)
    else:
        return None
    over = work.now.astimezone(zone).date() - given.end.astimezone(zone).date() > ONE_DAY
    return None if over else given


def entry(of: Appointment, place: places.Place | None) -> Entry:
    """One appointment as a calendar shows it: when and where, and nothing else."""
    where = ELSEWHERE[of.slot.mode] if place is not None and place.kind.mode is not of.slot.mode and of.slot.mode in ELSEWHERE else _where(place)
    return Entry(of.token, of.sequence, of.slot.start, of.slot.end, of.changed_at, where, of.state is State.CANCELLED)


def _of_session(work: Work, of: Session) -> Entry:
    """A session in the same way. Its version rises where it moves; when it last did is not kept."""
    return Entry(of.token, of.version, of.starts_at, of.ends_at, work.now, _where(places.find(work, of.place_id)), of.cancelled)


def _where(place: places.Place | None) -> str:
    return "" if place is None else ", ".join(part for part in (place.name, place.address) if part)
