"""Token buckets kept in the database, so that every process shares one pace. Machine time."""

from sqlalchemy import Integer, bindparam, cast, func, select, update

from storage import tables
from storage.engine import Work, statement, table, upsert

BUCKET = table(tables.Bucket)
_READ = statement(select(BUCKET.c.tokens, BUCKET.c.at, BUCKET.c.stopped_until).where(BUCKET.c.name == bindparam("which")).with_for_update())
_NEW: dict[str, object] = {name: bindparam(name) for name in ("name", "tokens", "at", "stopped_until")}
_ADD = upsert(lambda insert: insert(BUCKET).values(_NEW).on_conflict_do_nothing(index_elements=("name",)))
_WRITE = statement(
    update(BUCKET).where(BUCKET.c.name == bindparam("which")).values({name: bindparam(f"new_{name}") for name in ("tokens", "at", "stopped_until")})
)
_REACHED = statement(
    select(func.count(), func.min(BUCKET.c.at)).where(
        func.substr(BUCKET.c.name, 1, cast(bindparam("length"), Integer)) == bindparam("prefix"), BUCKET.c.at > bindparam("since")
    )
)


def _locked(work: Work, name: str, burst: float) -> tuple[float, float, float]:
    row = work.execute(_READ, {"which": name}).fetchone()
    if row is None:
        work.execute(_ADD, {"name": name, "tokens": burst, "at": work.elapsed, "stopped_until": 0.0})
        row = work.execute(_READ, {"which": name}).fetchone()
    if row is None:
        raise RuntimeError("a bucket just made is not there")
    return row[0], row[1], row[2]


def _write(work: Work, name: str, tokens: float, at: float, stopped_until: float) -> None:
    work.execute(_WRITE, {"which": name, "new_tokens": tokens, "new_at": at, "new_stopped_until": stopped_until})


def take(work: Work, name: str, per_second: float, burst: float) -> float:
    """Take one token; 0.0 if there was one, else the machine time at which to ask again."""
    tokens, at, stopped_until = _locked(work, name, burst)
    now = work.elapsed
    if stopped_until > now:
        return stopped_until
    tokens = min(burst, tokens + max(0.0, now - at) * per_second)
    if tokens < 1.0:
        return now + (1.0 - tokens) / per_second
    _write(work, name, tokens - 1.0, now, stopped_until)
    return 0.0


def stop(work: Work, name: str, until: float) -> None:
    """The provider named the whole account: nothing leaves it before `until`, and it starts again without a burst."""
    tokens, at, stopped_until = _locked(work, name, 0.0)
    _write(work, name, min(tokens, 1.0), max(at, until), max(until, stopped_until))


def stopped_after(work: Work, name: str, since: float) -> bool:
    """Whether a provider stopped this after a moment of machine time."""
    row = work.execute(_READ, {"which": name}).fetchone()
    return row is not None and row[2] > since


def reach(work: Work, prefix: str, address_id: int, most: int, seconds: float) -> float:
    """Count one person among the `most` of the last `seconds`; 0.0 if they are, else the machine time at which one of those is not any more.

    One that was counted lately is counted again for nothing. The counts of one account are made one after the other.
    """
    _locked(work, prefix, 0.0)
    name, since = f"{prefix}{address_id}", work.elapsed - seconds
    row = work.execute(_READ, {"which": name}).fetchone()
    if row is None or row[1] <= since:
        number, oldest = work.execute(_REACHED, {"prefix": prefix, "length": len(prefix), "since": since}).fetchone() or (0, 0.0)
        counted = number - 1  # the row that locks is none of them
        if counted >= most:
            return (oldest or work.elapsed) + seconds
        if row is None:
            work.execute(_ADD, {"name": name, "tokens": 0.0, "at": work.elapsed, "stopped_until": 0.0})
        else:
            _write(work, name, 0.0, work.elapsed, 0.0)
    return 0.0
