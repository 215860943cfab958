"""Erasing a person: what each table declares (`holding`) is done to every row that leads to them, children first, in one transaction. What no
reference leads to, the questions kept without their name, is found by its keyed hash (storage/gaps.py).

A part of somebody goes the same way: what hangs on one conversation or one thread (`rows_under`). Every erasure that a person or the head asked
for is in the ledger (storage/ledger.py), written before the commit, so that no backup can bring back what it does not name.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Select, Table, and_, delete, exists, or_, select, text, true, union, update
from sqlmodel import SQLModel

from bot.errors import StorageError
from storage import formers, gaps, ledger, tables
from storage.columns import RANDOM, Holding, Leaving, led_to
from storage.engine import Storage, Work, statement, table
from storage.ledger import Erasure

PERSON, ADDRESS, BUCKET = table(tables.Person), table(tables.Address), table(tables.Bucket)
CONVERSATION, LINK, THREAD, RANGE = (table(noun) for noun in (tables.Conversation, tables.Link, tables.Thread, tables.ThreadRange))
CHUNK = table(tables.MediaChunk)
MOST, PIECES = 400, 8
"""How many ids a statement names; how many pieces of files go in one unit."""
T = TypeVar("T")
Owned = Mapping[str, Sequence[int]]
Range = tuple[int, int | None]
"""Message numbers from, to; to the end where it is None."""

_PAST = statement(
    sqlite=text("UPDATE sqlite_sequence SET seq = max(seq, :last) WHERE name = 'person'"),
    postgresql=text("SELECT setval(pg_get_serial_sequence('person', 'id'), GREATEST(:last, (SELECT last_value FROM person_id_seq)))"),
)
_COUNTED = statement(
    sqlite=text("INSERT INTO sqlite_sequence (name, seq) SELECT 'person', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'person')"),
    postgresql=text("SELECT 1"),
)


async def erase(storage: Storage, file: Path, person: int) -> Erasure:
    """Erase one person, for good: the ledger first, then the database."""
    line = Erasure(person, storage.clock.now(), keeping())
    for each in await storage.read(formers.whole, person):
        ledger.write(file, replace(line, person=each))
    while await storage.run(_lighten, person):
        pass
    await storage.run(erase_rows, person)
    return line


async def replay_erasures(storage: Storage, file: Path) -> int:
    """Erase again all that the ledger names, after a restore and before the service starts; how many people were there again."""
    lines = ledger.read(file)
    back = 0
    for line in lines:
        back += await storage.run(erase_rows if line.whole else forget_unfollowed, line.person)
    if lines:
        await storage.run(_never_again, max(line.person for line in lines))
    return back


def _lighten(work: Work, person: int) -> bool:
    lock(work, person)
    return remove_pieces(work, rows_of(work, person))


def erase_rows(work: Work, person: int) -> bool:
    """Do what every table declares to one person's rows; False if nobody has this id. Their addresses are locked: no turn goes on meanwhile."""
    lock(work, person)
    for former in reversed(formers.of(work, person)):  # the rows they were written under, empty but for what is written once
        erase_rows(work, former)
    gaps.erase(work, person)
    owned = rows_of(work, person)
    if not owned[PERSON.name]:
        return False
    leave(work, owned)
    for some in _chunks([f"person:{address}" for address in owned[ADDRESS.name]]):
        work.session.execute(delete(BUCKET).where(BUCKET.c.name.in_(some)))
    return True


def remove_pieces(work: Work, owned: Owned) -> bool:
    """Remove some pieces of the files among these rows; True while there are more. Overwriting takes time, and other people are writing."""
    for some in _chunks(owned.get(CHUNK.name, ())):
        found = _ids(work, select(CHUNK.c.id).where(CHUNK.c.id.in_(some)).limit(PIECES))
        work.session.execute(delete(CHUNK).where(CHUNK.c.id.in_(found)))
        return True
    return False


def forget_unfollowed(work: Work, person: int) -> bool:
    """Erase what only the robot knows of somebody the team follows: all that is outside the ranges of their threads. False where nobody is there."""
    lock(work, person)
    gaps.erase(work, person)
    found = conversations_of(work, person)
    for conversation in found:
        forget_outside(work, conversation, ranges_of(work, conversation))
    return bool(found)


def conversations_of(work: Work, person: int) -> list[int]:
    """Every conversation of a person."""
    return _ids(work, select(CONVERSATION.c.id).join(LINK, LINK.c.id == CONVERSATION.c.link_id).where(LINK.c.person_id == person))


def forget_outside(work: Work, conversation: int, kept: Sequence[Range] = ()) -> None:
    """Erase what was said in a conversation outside these ranges, with all that hangs on it, and what the robot had in mind."""
    leave(work, unfollowed_rows(work, conversation, kept))
    work.session.execute(update(CONVERSATION).where(CONVERSATION.c.id == conversation).values(state=None))


def unfollowed_rows(work: Work, conversation: int, kept: Sequence[Range] = ()) -> Owned:
    """The ids of what hangs on a conversation outside these ranges, by table. What a thread tells of is the thread's."""

    def outside(each: Table) -> ColumnElement[bool]:
        tests: list[ColumnElement[bool]] = [true()]
        if "number" in each.c:
            tests.append(or_(each.c.number.is_(None), _outside(each.c.number, kept)))
        if "thread_id" in each.c:
            tests.append(each.c.thread_id.is_(None))
        return and_(*tests)

    return rows_under(work, CONVERSATION.name, [conversation], outside)


def ranges_of(work: Work, conversation: int, threads: Iterable[int] | None = None) -> list[Range]:
    """The ranges of message numbers that threads (all of them, or these) follow in a conversation."""
    found = select(RANGE.c.first_number, RANGE.c.last_number).where(RANGE.c.conversation_id == conversation)
    if threads is not None:
        found = found.where(RANGE.c.thread_id.in_(list(threads)))
    return [(first, last) for first, last in work.session.execute(found)]


def erase_thread(work: Work, thread: int) -> None:
    """Erase a thread with its alerts, notes, tasks and events. What was said in it stays with its conversation."""
    erase_under(work, THREAD.name, [thread])


def erase_under(work: Work, root: str, ids: Sequence[int]) -> None:
    """Erase these rows of a table with all that hangs on them."""
    leave(work, {**rows_under(work, root, ids, lambda each: true()), root: ids})


def rows_of_thread(work: Work, thread: int) -> Owned:
    """The ids of what hangs on a thread, by table."""
    return rows_under(work, THREAD.name, [thread], lambda each: true())


def lock(work: Work, person: int) -> None:
    """Take every address of a person: until the unit ends nothing is accepted, answered or sent for them."""
    mine = select(LINK.c.address_id).where(LINK.c.person_id == person)
    work.session.execute(select(ADDRESS.c.id).where(ADDRESS.c.id.in_(mine)).order_by(ADDRESS.c.id).with_for_update()).all()


def leave(work: Work, owned: Owned) -> None:
    """Do to these rows what their tables declare, children first."""
    leaving, stranger = holdings(), secrets.randbits(62)
    for each in reversed(SQLModel.metadata.sorted_tables):
        holding, ids = leaving[each.name], owned.get(each.name, ())
        if holding.leaving is Leaving.DELETE:
            for some in _chunks(ids):
                work.session.execute(delete(each).where(each.c.id.in_(some)))
        elif holding.leaving is Leaving.BLANK:
            blank = _blanks(each, holding, stranger)
            for some in _chunks(ids):
                work.session.execute(update(each).where(each.c.id.in_(some)).values(blank))


def rows_of(work: Work, person: int) -> Owned:
    """The ids of every row that leads to a person, by table."""
    owned: dict[str, Sequence[int]] = {PERSON.name: _ids(work, select(PERSON.c.id).where(PERSON.c.id == person))}
    for name, holding in holdings().items():
        if holding.path:
            owned[name] = _ids(work, _reached(SQLModel.metadata.tables[name], holding, person))
    return owned


def rows_under(work: Work, root: str, ids: Sequence[int], wanted: Callable[[Table], ColumnElement[bool]]) -> Owned:
    """The ids of the rows that hang on these rows of table `root`, by table, the root left out. `wanted` chooses among those directly on it."""
    owned: dict[str, Sequence[int]] = {root: ids}
    for each in SQLModel.metadata.sorted_tables:
        found: set[int] = set()
        for above in {path[0] for path in holdings()[each.name].paths} & owned.keys():
            key = _reference(each, SQLModel.metadata.tables[above])
            if key is not None:
                chosen = wanted(each) if above == root else true()
                found.update(row for some in _chunks(owned[above]) for row in _ids(work, select(each.c.id).where(each.c[key].in_(some), chosen)))
        if found:
            owned[each.name] = sorted(found)
    del owned[root]
    return owned


def keeping() -> tuple[str, ...]:
    """The tables that keep rows of an erased person, without identity."""
    return tuple(sorted(name for name, holding in holdings().items() if holding.leaving in {Leaving.BLANK, Leaving.KEEP}))


def _never_again(work: Work, last: int) -> None:
    """Give nobody an id that the ledger names."""
    work.execute(_COUNTED)
    work.execute(_PAST, {"last": last})


@cache
def holdings() -> Mapping[str, Holding]:
    """What every table declares, by name."""
    return {model.__tablename__: model.holding for model in _models(SQLModel)}


def _models(base: type[Any]) -> Iterator[type[Any]]:
    for child in base.__subclasses__():
        if hasattr(child, "__table__"):
            yield child
        yield from _models(child)


def _reached(start: Table, holding: Holding, person: int) -> Select[tuple[int]]:
    """The ids of a table's rows that lead to a person by one of its declared paths."""
    ways = [_at_the_end_of(start, path, person) for path in holding.paths]
    return ways[0] if len(ways) == 1 else select(union(*ways).subquery().c.id)  # with « or », PostgreSQL would read the whole table


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


def _blanks(each: Table, holding: Holding, stranger: int) -> dict[str, str | int | None]:
    """What blanking writes: nothing in what is sealed or leads to somebody, and what the table says of itself, of which `stranger` may be a part."""
    gone = {column.name: None for column in each.columns if column.nullable and (column.info.get("sealed") or _leads(column))}
    return {**gone, **{name: stranger if value == RANDOM else value for name, value in holding.becomes}}


def _leads(column: Column[Any]) -> bool:
    """Whether it refers to a row of somebody's."""
    there = led_to(column)
    return there == PERSON.name or (there is not None and bool(holdings()[there].path))


def _outside(number: Column[int], kept: Sequence[Range]) -> ColumnElement[bool]:
    return and_(true(), *(number < first if last is None else or_(number < first, number > last) for first, last in kept))


def _ids(work: Work, found: Select[tuple[int]]) -> list[int]:
    return list(work.session.execute(found).scalars())


def _chunks(ids: Sequence[T]) -> Iterator[Sequence[T]]:
    return (ids[start : start + MOST] for start in range(0, len(ids), MOST))
