"""A code that somebody asks for in one app and types in another: once, for ten minutes. The database knows a keyed hash of it."""

import secrets
from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage import attempts
from storage.attempts import Limit, Try
from storage.engine import Work
from storage.lanes import Lane
from storage.posters import LETTERS
from storage.tables import LinkCode

LENGTH, FIGURES = 8, 2
"""Of thirty-one signs: 6 x 10^11 codes, of which a few are in use, for ten minutes. At least two figures: words of a language have none."""
LIVES = 10 * 60.0
OF_ONE, OF_ALL = Limit("link_code", 5, 600.0), Limit("link_code_all", 500, 600.0)
"""Tries of one address, and of everybody together."""
PLACE = "link_code.code_key"


@dataclass(frozen=True, slots=True)
class Offered:
    """A code in use: whose, the conversation it was asked for in, and the one where it was typed, once its person said yes there."""

    id: int
    person_id: int
    conversation_id: int
    claimed_by: int | None


def make(work: Work, lane: Lane) -> str:
    """A new code of this person's; the one before dies."""
    drop(work, lane.person_id)
    code = _draw()
    work.session.add(
        LinkCode(
            person_id=lane.person_id,
            conversation_id=lane.conversation_id,
            code_key=work.vault.lookup(PLACE, code),
            expires_at=work.elapsed + LIVES,
        )
    )
    work.session.flush()
    return code


def may_try(work: Work, lane: Lane) -> bool:
    """Count a try, before it is made; whether it may be."""
    return attempts.count(work, [Try(OF_ONE, str(lane.address_id)), Try(OF_ALL, "")]) == 0.0


def find(work: Work, code: str) -> Offered | None:
    """The code of these letters, if it is in use."""
    return _offered(work, select(LinkCode).where(col(LinkCode.code_key) == work.vault.lookup(PLACE, code)))


def claimed_from(work: Work, row_id: int, conversation_id: int) -> Offered | None:
    """The code of this row, if it was asked for in this conversation, and typed and confirmed in another."""
    found = _offered(work, select(LinkCode).where(col(LinkCode.id) == row_id, col(LinkCode.conversation_id) == conversation_id))
    return found if found is not None and found.claimed_by is not None else None


def claim(work: Work, row_id: int, conversation_id: int) -> bool:
    """It was typed here; False where it was typed elsewhere already."""
    row = work.session.exec(select(LinkCode).where(col(LinkCode.id) == row_id).with_for_update()).first()
    if row is None or row.claimed_by is not None:
        return False
    row.claimed_by = conversation_id
    work.session.flush()
    return True


def drop(work: Work, person_id: int) -> None:
    """No code of this person's is in use any more."""
    work.session.execute(delete(LinkCode).where(col(LinkCode.person_id) == person_id))


def _offered(work: Work, asked: SelectOfScalar[LinkCode]) -> Offered | None:
    row = work.session.exec(asked).first()
    if row is None or row.expires_at <= work.elapsed:
        return None
    return Offered(row.id or 0, row.person_id, row.conversation_id, row.claimed_by)


def _draw() -> str:
    while True:
        code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        if sum(sign.isdecimal() for sign in code) >= FIGURES and not code.isdecimal():
            return code
