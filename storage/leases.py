"""What only one process does at a time (table `lease`): polling an account, for one. Told by the database's clock, on one host the machine's."""

from sqlalchemy import Float, bindparam, delete, or_

from storage import tables
from storage.engine import Work, statement, table, upsert
from storage.machine import machine_now

LEASE = table(tables.Lease)
SECONDS = 30.0

_UNTIL = machine_now() + bindparam("seconds", type_=Float())
_TAKE = upsert(
    lambda insert: (
        insert(LEASE)
        .values(name=bindparam("which"), holder=bindparam("holder"), until=_UNTIL)
        .on_conflict_do_update(
            index_elements=("name",),
            set_={"holder": bindparam("holder"), "until": _UNTIL},
            where=or_(LEASE.c.holder == bindparam("holder"), LEASE.c.until < machine_now()),
        )
        .returning(LEASE.c.name)
    )
)
_RELEASE = statement(delete(LEASE).where(LEASE.c.name == bindparam("which"), LEASE.c.holder == bindparam("holder")))


def take(work: Work, name: str, seconds: float = SECONDS) -> bool:
    """Take it or keep it for so long from now; False while another process has it. To be renewed well before it ends."""
    values = {"which": name, "holder": work.holder, "seconds": seconds, "elapsed": work.elapsed, "skew": work.skew}
    return work.execute(_TAKE, values).fetchone() is not None


def release(work: Work, name: str) -> None:
    """Let another process have it at once. Does nothing for one who has lost it."""
    work.execute(_RELEASE, {"which": name, "holder": work.holder})
