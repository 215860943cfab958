"""Notices shown and choices made, with their words and their time. A choice is off until somebody makes it, and one word takes it back."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select as choose_from
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.engine import Work, among, statement, table
from storage.tables import Consent

CONSENT = table(Consent)
NOTICE, CHOICE = "notice", "choice"
INFORMATION = "information"
_BY = among(CONSENT.c.person_id, "people")
_CHOSEN = choose_from(CONSENT.c.person_id, CONSENT.c.purpose).where(CONSENT.c.kind == CHOICE, CONSENT.c.withdrawn_at.is_(None))
CHOSEN_BY = statement(sqlite=_CHOSEN.where(_BY.sqlite), postgresql=_CHOSEN.where(_BY.postgresql))


class Choice(StrEnum):
    """What somebody may choose, each alone. `no_surveys` and `no_reminders` refuse what is sent otherwise; `full_reminders` lets them say more."""

    ANNOUNCEMENTS = "announcements"
    FALLBACK = "fallback"
    CHECKUP = "checkup"
    PARTNER = "partner"
    NO_SURVEYS = "no_surveys"
    NO_REMINDERS = "no_reminders"
    FULL_REMINDERS = "full_reminders"


@dataclass(frozen=True, slots=True)
class Given:
    """A notice or a choice as it was shown or made. `withdrawn_at`: when a choice was taken back."""

    kind: str
    purpose: str
    version: str
    text: str
    at: datetime
    withdrawn_at: datetime | None


def show_notice(work: Work, person_id: int, version: str, text: str) -> None:
    """Write down that these words were shown."""
    _add(work, person_id, NOTICE, INFORMATION, version, text)


def notice_shown(work: Work, person_id: int, version: str) -> bool:
    """Whether this edition of the notice was shown to this person."""
    found = select(Consent.id).where(col(Consent.person_id) == person_id, col(Consent.kind) == NOTICE, col(Consent.version) == version)
    return work.session.exec(found.limit(1)).first() is not None


def choose(work: Work, person_id: int, choice: Choice, version: str, text: str) -> bool:
    """Make a choice, in these words; False where it stands already."""
    if _standing(work, person_id, choice):
        return False
    _add(work, person_id, CHOICE, choice.value, version, text)
    return True


def take_back(work: Work, person_id: int, choice: Choice | None = None) -> int:
    """Take a choice back, or all of them; how many stood."""
    standing = _standing(work, person_id, choice)
    for row in standing:
        row.withdrawn_at = work.now
    work.session.flush()
    return len(standing)


def chosen(work: Work, person_id: int) -> Mapping[Choice, datetime]:
    """The choices that stand, and since when."""
    return {Choice(work.vault.open("consent.purpose", row.purpose)): row.at for row in _standing(work, person_id)}


def chosen_by(work: Work, people: Collection[int]) -> Mapping[int, frozenset[Choice]]:
    """The choices that stand of each of these people who made any."""
    found: dict[int, set[Choice]] = {}
    for person_id, purpose in work.execute(CHOSEN_BY, {"people": json.dumps(sorted(people))}).fetchall() if people else ():
        found.setdefault(person_id, set()).add(Choice(work.vault.open("consent.purpose", purpose)))
    return {person_id: frozenset(choices) for person_id, choices in found.items()}


def history(work: Work, person_id: int) -> tuple[Given, ...]:
    """Everything shown and chosen, oldest first."""
    return tuple(_given(work, row) for row in work.session.exec(_of(person_id)))


def _of(person_id: int) -> SelectOfScalar[Consent]:
    return select(Consent).where(col(Consent.person_id) == person_id).order_by(col(Consent.id))


def _standing(work: Work, person_id: int, choice: Choice | None = None) -> list[Consent]:
    rows = work.session.exec(_of(person_id).where(col(Consent.kind) == CHOICE, col(Consent.withdrawn_at).is_(None))).all()
    return [row for row in rows if choice is None or work.vault.open("consent.purpose", row.purpose) == choice]


def _add(work: Work, person_id: int, kind: str, purpose: str, version: str, text: str) -> None:
    seal = work.vault.seal
    row = Consent(
        person_id=person_id,
        kind=kind,
        purpose=seal("consent.purpose", purpose),
        version=version,
        text=seal("consent.text", text),
        at=work.now,
    )
    work.session.add(row)
    work.session.flush()


def _given(work: Work, row: Consent) -> Given:
    open_ = work.vault.open
    return Given(
        kind=row.kind,
        purpose=open_("consent.purpose", row.purpose),
        version=row.version,
        text=open_("consent.text", row.text),
        at=row.at,
        withdrawn_at=row.withdrawn_at,
    )
