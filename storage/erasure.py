"""Erasing a person: what each table declares (`holding`) is done to every row that leads to them, children first, in one transaction.

The erasure ledger is a file outside the database and its backups: one JSON line per person erased, with the internal id, the date and what was
kept. It is written before the commit, so that no backup can bring back somebody it does not name; a restore applies it again.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Select, Table, delete, exists, or_, select, text, update
from sqlmodel import SQLModel

from bot.errors import StorageError
from storage import tables
from storage.columns import Holding, Leaving
from storage.engine import Storage, Work, statement, table

PERSON, ADDRESS = table(tables.Person), table(tables.Address)
CHUNK = 400
LEDGER_DAYS = 30
Owned = Mapping[str, Sequence[int]]

_PAST = statement(
    sqlite=text("UPDATE sqlite_sequence SET seq = max(seq, :last) WHERE name = 'person'"),
    postgresql=text("SELECT setval(pg_get_serial_sequence('person', 'id'), GREATEST(:last, (SELECT last_value FROM person_id_seq)))"),
)
_COUNTED = statement(
    sqlite=text("INSERT INTO sqlite_sequence (name, seq) SELECT 'person', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'person')"),
    postgresql=text("SELECT 1"),
)


@dataclass(frozen=True, slots=True)
class Erasure:
    """A line of the ledger. `kept` names the tables that keep rows of theirs, without identity."""

    person: int
    at: datetime
    kept: tuple[str, ...] = ()


async def erase(storage: Storage, ledger: Path, person: int) -> Erasure:
    """Erase one person, for good: the ledger first, then the database."""
    line = Erasure(person, storage.clock.now(), keeping())
    write(ledger, line)
    await storage.run(erase_rows, person)
    return line


async def replay_erasures(storage: Storage, ledger: Path) -> int:
    """Erase again everybody the ledger names, after a restore and before the service starts; how many were there again."""
    lines = read(ledger)
    back = 0
    for line in lines:
        back += await storage.run(erase_rows, line.person)
    if lines:
        await storage.run(_never_again, max(line.person for line in lines))
    return back


def erase_rows(work: Work, person: int) -> bool:
    """Do what every table declares to one person's rows; False if nobody has this id. Their addresses are locked: no turn goes on meanwhile."""
    mine = _reached(ADDRESS, _holdings()[ADDRESS.name], person)
    work.session.execute(select(ADDRESS.c.id).where(ADDRESS.c.id.in_(mine)).order_by(ADDRESS.c.id).with_for_update()).all()
    owned = rows_of(work, person)
    if not owned[PERSON.name]:
        return False
    leaving = _holdings()
    for each in reversed(SQLModel.metadata.sorted_tables):
        holding, ids = leaving[each.name], owned.get(each.name, ())
        if holding.leaving is Leaving.DELETE:
            for some in _chunks(ids):
                work.session.execute(delete(each).where(each.c.id.in_(some)))
        elif holding.leaving is Leaving.BLANK:
            blank = _blanks(each, holding)
            for some in _chunks(ids):
                work.session.execute(update(each).where(each.c.id.in_(some)).values(blank))
    return True


def rows_of(work: Work, person: int) -> Owned:
    """The ids of every row that leads to a person, by table."""
    owned: dict[str, Sequence[int]] = {PERSON.name: _ids(work, select(PERSON.c.id).where(PERSON.c.id == person))}
    for name, holding in _holdings().items():
        if holding.path:
            owned[name] = _ids(work, _reached(SQLModel.metadata.tables[name], holding, person))
    return owned


def keeping() -> tuple[str, ...]:
    """The tables that keep rows of an erased person, without identity."""
    return tuple(sorted(name for name, holding in _holdings().items() if holding.leaving in {Leaving.BLANK, Leaving.KEEP}))


def write(ledger: Path, line: Erasure) -> None:
    """Add a line, durable on return. A new ledger is readable by its owner alone."""
    ledger.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = os.open(ledger, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        os.write(file, (json.dumps({"person": line.person, "at": line.at.isoformat(), "kept": line.kept}) + "\n").encode())
        os.fsync(file)
    finally:
        os.close(file)


def read(ledger: Path) -> list[Erasure]:
    """Every line, oldest first; none where there is no ledger. Raises StorageError for a line that cannot be read: nobody is forgotten silently."""
    if not ledger.exists():
        return []
    found = []
    for number, line in enumerate(ledger.read_text("utf-8").splitlines(), 1):
        try:
            values = json.loads(line)
            found.append(Erasure(int(values["person"]), datetime.fromisoformat(values["at"]), tuple(values["kept"])))
        except (ValueError, KeyError, TypeError) as fault:
            raise StorageError(f"{ledger}:{number}: not a line of an erasure ledger; mend it before anything is restored") from fault
    return found


def prune(ledger: Path, now: datetime) -> int:
    """Take away the lines older than the oldest backup; how many."""
    lines = read(ledger)
    kept = [line for line in lines if line.at > now - timedelta(days=LEDGER_DAYS)]
    if len(kept) < len(lines):
        fresh = ledger.with_name(ledger.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.touch(0o600)
        for line in kept:
            write(fresh, line)
        fresh.replace(ledger)
    return len(lines) - len(kept)


def _never_again(work: Work, last: int) -> None:
    """Give nobody an id that the ledger names."""
    work.execute(_COUNTED)
    work.execute(_PAST, {"last": last})


def _holdings() -> dict[str, Holding]:
    return {model.__tablename__: model.holding for model in _models(SQLModel)}


def _models(base: type[Any]) -> Iterator[type[Any]]:
    for child in base.__subclasses__():
        if hasattr(child, "__table__"):
            yield child
        yield from _models(child)


def _reached(start: Table, holding: Holding, person: int) -> Select[tuple[int]]:
    """The ids of a table's rows that lead to a person by one of its declared paths."""
    ways = [_at_the_end_of(start, path, person) for path in holding.paths]
    return ways[0] if len(ways) == 1 else select(start.c.id).where(or_(*(start.c.id.in_(way) for way in ways)))


def _at_the_end_of(start: Table, path: tuple[str, ...], person: int) -> Select[tuple[int]]:
    """Followed from the person, so that every step finds its rows by an index."""
    if not path:
        return select(start.c.id).where(start.c.id == person)
    here, there = start.alias(), SQLModel.metadata.tables[path[0]]
    further = _at_the_end_of(there, path[1:], person)
    if (key := _reference(start, there)) is not None:
        return select(here.c.id).where(here.c[key].in_(further))
    key = _reference(there, start)
    if key is None:
        raise StorageError(f"{start.name} does not lead to {there.name}")
    mine = select(there.c[key]).where(there.c.id.in_(further))
    shared = exists().where(there.c[key] == here.c.id, there.c.id.not_in(further))  # an address that changed hands stays with the other
    return select(here.c.id).where(here.c.id.in_(mine), ~shared)


def _reference(here: Table, there: Table) -> str | None:
    """The column of one table that refers to another."""
    return next((key.parent.name for key in here.foreign_keys if key.column.table is there), None)


def _blanks(each: Table, holding: Holding) -> dict[str, str | None]:
    """What blanking writes: nothing in what is sealed or refers to something else, and what the table says of itself."""
    gone = {column.name: None for column in each.columns if column.nullable and (column.info.get("sealed") or column.foreign_keys)}
    return {**gone, **dict(holding.becomes)}


def _ids(work: Work, found: Select[tuple[int]]) -> list[int]:
    return list(work.session.execute(found).scalars())


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
