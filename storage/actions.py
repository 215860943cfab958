"""One-time ids: a form or a client that says the same thing twice is heard once."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from storage.engine import Work
from storage.tables import Action

KEPT = 30 * 24 * 3600.0


def first_time(work: Work, kind: str, token: str) -> bool:
    """Use a one-time id; False where it was used already, by this process or another. It is remembered thirty days."""
    dialect = sqlite if work.dialect == "sqlite" else postgresql
    key = work.vault.lookup("action.token_key", token)
    used = (
        dialect.insert(Action)
        .values(kind=kind, token_key=key, expires_at=work.elapsed + KEPT, used_at=work.elapsed)
        .on_conflict_do_nothing(index_elements=["kind", "token_key"])
        .returning(col(Action.id))
    )
    return work.session.execute(used).first() is not None


def used(work: Work, kind: str, token: str) -> bool:
    """Whether a one-time id was used already, without using it."""
    key = work.vault.lookup("action.token_key", token)
    return work.session.exec(select(Action.id).where(col(Action.kind) == kind, col(Action.token_key) == key)).first() is not None
