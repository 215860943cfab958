"""Private links to somebody's own data: a random token, good once and for thirty minutes. The database knows only its keyed hash."""

import secrets
from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.engine import Work
from storage.tables import Download

LIVES = 30 * 60.0
"""Seconds of machine time."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Whose data it opens, and the language they are told in."""

    person_id: int
    language: str


def make(work: Work, person_id: int, language: str) -> str:
    """A new link's token; those made before for the same person are worth nothing any more."""
    work.session.execute(delete(Download).where(col(Download.person_id) == person_id))
    token = secrets.token_urlsafe(32)
    row = Download(
        person_id=person_id,
        token_key=work.vault.lookup("download.token_key", token),
        language=work.vault.seal("download.language", language),
        expires_at=work.elapsed + LIVES,
    )
    work.session.add(row)
    work.session.flush()
    return token


def look(work: Work, token: str) -> Ticket | None:
    """What a token opens, without using it; None once it was used or is too old."""
    row = work.session.exec(_good(work, token)).first()
    return None if row is None else Ticket(row.person_id, work.vault.open("download.language", row.language))


def use(work: Work, token: str) -> Ticket | None:
    """The same, for the only time."""
    row = work.session.exec(_good(work, token).with_for_update()).first()
    if row is None:
        return None
    ticket = Ticket(row.person_id, work.vault.open("download.language", row.language))
    work.session.delete(row)
    work.session.flush()
    return ticket


def _good(work: Work, token: str) -> SelectOfScalar[Download]:
    key = work.vault.lookup("download.token_key", token)
    return select(Download).where(col(Download.token_key) == key, col(Download.expires_at) > work.elapsed)
