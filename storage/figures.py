"""What an operator watches: counts of rows by state, naming nobody."""

from collections.abc import Mapping

from sqlalchemy import func, select

from bot.errors import StorageError
from storage import tables
from storage.engine import Work, statement, table

INBOUND, OUTBOUND = table(tables.Inbound), table(tables.Outbound)
_INBOUND = {state: statement(select(func.count()).select_from(INBOUND).where(INBOUND.c.state == state)) for state in ("waiting", "parked")}
_OUTBOUND = {state: statement(select(func.count()).select_from(OUTBOUND).where(OUTBOUND.c.state == state)) for state in ("due", "waiting")}
PROBE = "a probe, kept nowhere"


def ready(work: Work) -> None:
    """Raise StorageError unless the database answers and the keys open what they seal. The schema was checked when it was opened."""
    if work.vault.open("ready.probe", work.vault.seal("ready.probe", PROBE)) != PROBE:
        raise StorageError("the keys do not open what they seal")
    waiting(work)


def waiting(work: Work) -> Mapping[str, int]:
    """How many turns wait or are parked, how many messages are due or told to wait."""
    found: dict[str, int] = {}
    for name, statements in (("turns", _INBOUND), ("sends", _OUTBOUND)):
        for state, counted in statements.items():
            row = work.execute(counted).fetchone()
            found[f"{name}_{state}"] = int(row[0]) if row else 0
    return found
