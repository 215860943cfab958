"""`palier rotate-keys`: a new data key, and everything sealed again with it, while the service runs.

Small units, one batch of rows each, so that turns go between them; a value that changes meanwhile is left to the next pass. Started again after
it was killed, it goes on where it was: a row that the newest key sealed is left alone. The old key is removed when nothing uses it any more and
every process has had time to learn the new one (`keys.FRESH_SECONDS`).
"""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, func, literal, or_, select, update
from sqlmodel import SQLModel

from bot.clock import Clock
from bot.errors import StorageError
from bot.settings import Settings
from storage import tables
from storage.crypto import HIGHEST_NUMBER
from storage.engine import Storage, Wake, Work, open_storage, table
from storage.keys import ALL_KEYS, DATA, FRESH_SECONDS, NEW_KEY, key_row

SECRET = table(tables.Secret)
BATCH = 32
GRACE_SECONDS = 3 * FRESH_SECONDS
Say = Callable[[str], None]


async def rotate(settings: Settings, clock: Clock, say: Say) -> None:
    """Make a new data key (or go on with an unfinished rotation), seal everything again, remove the old key."""
    storage = await open_storage(settings, clock, migrate=False)
    try:
        number = await begin(storage)
        say(f"data key {number}: sealing everything again")
        await seal_all(storage, number, say)
        if wait := await storage.read(_still_young, number):
            say(f"waiting {wait:.0f} s, so that every running process has learned the new key")
            await clock.wait(asyncio.Event(), wait)
        await seal_all(storage, number, say)
        await storage.run(_remove_others, number)
        say("done: the old key is removed")
    finally:
        await storage.close()


async def begin(storage: Storage) -> int:
    """The number of the key to move to: a new one, unless an earlier rotation was not finished. This process writes with it from now on."""
    number = await storage.run(_begin, storage)
    await storage.run(_learn, storage)
    return number


async def seal_all(storage: Storage, number: int, say: Say) -> None:
    """Seal with key `number` whatever another key has sealed."""
    for each in sealed_tables():
        done, after = 0, 0
        while (batch := await storage.run(_seal_batch, each, number, after)) is not None:
            after, count = batch
            done += count
        if done:
            say(f"{each.name}: {done} rows sealed again")


def sealed_tables() -> Iterator[Table]:
    """The tables with a sealed column."""
    return (each for each in SQLModel.metadata.sorted_tables if _sealed(each))


def _sealed(each: Table) -> list[str]:
    return [column.name for column in each.columns if column.info.get("sealed")]


def _begin(work: Work, storage: Storage) -> int:
    numbers = [row[1] for row in work.execute(ALL_KEYS) if row[0] == DATA]
    if len(numbers) > 1:
        return int(max(numbers))
    number = int(max(numbers)) + 1
    if number > HIGHEST_NUMBER:
        raise StorageError(f"there is no data key after number {HIGHEST_NUMBER}")
    work.execute(NEW_KEY, key_row(storage.keyring.wrapper, DATA, number, work.elapsed))
    work.notify(Wake.SETTING, 0)
    return number


def _learn(work: Work, storage: Storage) -> None:
    storage.keyring.take(work.execute(ALL_KEYS))


def _seal_batch(work: Work, each: Table, number: int, after: int) -> tuple[int, int] | None:
    """Seal some rows beyond id `after`: the last id looked at and how many were sealed; None at the end of the table."""
    names = _sealed(each)
    found = select(each.c.id, *(each.c[name] for name in names)).where(each.c.id > after, _other(each, number)).order_by(each.c.id).limit(BATCH)
    rows = work.session.execute(found).all()
    for row in rows:
        before = dict(zip(names, row[1:], strict=True))
        stale = {name: bytes(blob) for name, blob in before.items() if blob is not None and blob[0] != number}
        fresh = {
            name: work.vault.seal_bytes(f"{each.name}.{name}", work.vault.open_bytes(f"{each.name}.{name}", blob)) for name, blob in stale.items()
        }
        same = and_(each.c.id == row[0], *(each.c[name] == blob for name, blob in stale.items()))
        work.session.execute(update(each).where(same).values(fresh))
    return (int(rows[-1][0]), len(rows)) if rows else None


def _other(each: Table, number: int) -> ColumnElement[bool]:
    """Rows with a value that another key has sealed: the number is a value's first byte."""
    mark = literal(bytes((number,)))
    return or_(*(func.substr(each.c[name], 1, 1) != mark for name in _sealed(each)))


def _still_young(work: Work, number: int) -> float:
    """Seconds until a unit begun before every process knew the key must have ended."""
    made: datetime = work.session.execute(select(SECRET.c.created_at).where(SECRET.c.kind == DATA, SECRET.c.number == number)).scalar_one()
    return max(0.0, made.timestamp() + GRACE_SECONDS - work.elapsed)


def _remove_others(work: Work, number: int) -> None:
    for each in sealed_tables():
        used: Any = work.session.execute(select(each.c.id).where(_other(each, number)).limit(1)).first()
        if used is not None:
            raise StorageError(f"a row of {each.name} still uses an old key: run `palier rotate-keys` again")
    work.session.execute(delete(SECRET).where(SECRET.c.kind == DATA, SECRET.c.number != number))
    work.notify(Wake.SETTING, 0)
