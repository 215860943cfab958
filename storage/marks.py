"""What is told of a person and lapses by itself: « sans logement », by them or with their knowledge. Sealed; the nightly purge removes the lapsed."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import col, select

from storage import tables
from storage.engine import Work

LIVES = timedelta(days=60)
PLACE = "mark.what"


class What(StrEnum):
    """What is told."""

    UNHOUSED = "unhoused"


def put(work: Work, person_id: int, what: What, caseworker_id: int | None = None) -> datetime:
    """Note it, for 60 days from now; when it lapses. `caseworker_id`: who noted it, None where the person said it."""
    take_away(work, person_id, what)
    lapses = work.now + LIVES
    sealed = work.vault.seal(PLACE, what)
    work.session.add(tables.Mark(person_id=person_id, what=sealed, caseworker_id=caseworker_id, at=work.now, lapses_at=lapses))
    work.session.flush()
    return lapses


def take_away(work: Work, person_id: int, what: What) -> bool:
    """It is so no more; False where it was not noted."""
    found = [row for row in _of(work, person_id) if work.vault.open(PLACE, row.what) == what]
    for row in found:
        work.session.delete(row)
    work.session.flush()
    return bool(found)


def until(work: Work, person_id: int, what: What) -> datetime | None:
    """Until when it is noted, None where it is not, or has lapsed."""
    return next((row.lapses_at for row in _of(work, person_id) if row.lapses_at > work.now and work.vault.open(PLACE, row.what) == what), None)


def _of(work: Work, person_id: int) -> list[tables.Mark]:
    return list(work.session.exec(select(tables.Mark).where(col(tables.Mark.person_id) == person_id)))
