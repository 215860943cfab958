"""One change of many rows: on SQLite a statement that the driver runs for each (for so many at a time, of those that are added), on PostgreSQL one
statement that is given a list for each column.

PostgreSQL takes several times as long to be told each row by itself as to write it; SQLite opens a table and its indexes anew for each run.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Column, ColumnElement, Float, Integer, LargeBinary, String, Table, bindparam, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.expression import ClauseElement, FromClause
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.errors import StorageError
from storage.statements import PARAMETER, statement

Row = Sequence[object]
ROW_ID = "row_id"
"""What finds the row of a change: the first value of each."""
TOGETHER = 50
"""How many rows SQLite is told of at a time."""
_NUMBERED = re.compile(r"\?(\d+)")
_ONE_ROW = re.compile(r"(?<= VALUES )\([^()]*\)")


class Integers(tuple[object, ...]):
    """The values of a column on their way to PostgreSQL, which has to be told of what kind they are."""


class Floats(tuple[object, ...]):
    """The same."""


class Words(tuple[object, ...]):
    """The same."""


class Binaries(tuple[object, ...]):
    """The same."""


Listed = type[Integers] | type[Floats] | type[Words] | type[Binaries]
_KINDS: tuple[tuple[type[TypeEngine[Any]], Listed, TypeEngine[Any]], ...] = (
    (Integer, Integers, BigInteger()),
    (Float, Floats, Float(53)),
    (String, Words, String()),
    (LargeBinary, Binaries, LargeBinary()),
)


@dataclass(frozen=True, slots=True)
class Bulk:
    """A change, ready for both drivers. A row is its values in the order of `names`; on PostgreSQL no two rows may be the same row of the table.

    `together` is `sqlite` for TOGETHER rows, None where each is told by itself.
    """

    names: tuple[str, ...]
    kinds: tuple[Listed, ...]
    sqlite: str
    together: str | None
    postgresql: str

    def lists(self, rows: Sequence[Row]) -> Mapping[str, object]:
        """The columns of these rows."""
        columns = zip(*rows, strict=True)
        return {name: kind(column) for name, kind, column in zip(self.names, self.kinds, columns, strict=True)}

    def by_many(self, rows: Sequence[Row]) -> Iterator[tuple[str, Iterable[Row]]]:
        """What SQLite runs, with the values of each run."""
        whole = 0
        if self.together is not None and len(rows) >= TOGETHER:
            whole = len(rows) - len(rows) % TOGETHER
            yield self.together, (tuple(chain.from_iterable(rows[n : n + TOGETHER])) for n in range(0, whole, TOGETHER))
        yield self.sqlite, rows[whole:]


def adding(of: Table, names: Sequence[str], fixed: Mapping[str, object], then: Callable[[Any], ClauseElement] = lambda added: added) -> Bulk:
    """Rows are added: `names` from each, `fixed` the same in all. `then` says what becomes of one that is there already."""
    listed = _listed({name: of.c[name] for name in names})
    one = sqlite.insert(of).values({name: bindparam(name) for name in names} | dict(fixed))
    same = [literal(value, of.c[name].type) for name, value in fixed.items()]
    every = postgresql.insert(of).from_select([*names, *fixed], select(*listed.c, *same))
    return _bulk(of, tuple(names), names, then(one), then(every))


def changing(of: Table, names: Sequence[str], fixed: Mapping[str, object], *where: ColumnElement[bool]) -> Bulk:
    """Rows are changed, each found by its id, where `where` holds of it."""
    new = {name: f"new_{name}" for name in names}
    listed = _listed({ROW_ID: of.c.id} | {new[name]: of.c[name] for name in names})
    found = update(of).where(*where)
    one = found.where(of.c.id == bindparam(ROW_ID)).values({name: bindparam(new[name]) for name in names} | dict(fixed))
    every = found.where(of.c.id == listed.c[ROW_ID]).values({name: listed.c[new[name]] for name in names} | dict(fixed))
    return _bulk(of, (ROW_ID, *new.values()), ("id", *names), one, every)


def _listed(columns: Mapping[str, Column[Any]]) -> FromClause:
    lists = [bindparam(name, type_=ARRAY(_kind(column)[1])) for name, column in columns.items()]
    return func.unnest(*lists).table_valued(*columns).render_derived(name="given")


def _kind(column: Column[Any]) -> tuple[Listed, TypeEngine[Any]]:
    plain = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    for kind, listed, typed in _KINDS:
        if isinstance(plain, kind):
            return listed, typed
    raise StorageError(f"{column} cannot be written in bulk")


def _bulk(of: Table, names: tuple[str, ...], columns: Sequence[str], one: ClauseElement, every: ClauseElement) -> Bulk:
    text = statement(sqlite=one, postgresql=every)
    if text.sqlite.fixed or text.postgresql.fixed:
        raise StorageError(f"what is the same in every row is a plain word or number: {text}")
    numbered = PARAMETER.sub(lambda found: f"?{names.index(found[1]) + 1}", text.sqlite.sql)
    kinds = tuple(_kind(of.c[column])[0] for column in columns)
    return Bulk(names, kinds, numbered, _together(numbered, len(names)), text.postgresql.sql)


def _together(one: str, width: int) -> str | None:
    """An INSERT of one row as that of many."""
    values = _ONE_ROW.search(one)
    if values is None:
        return None
    rows = ", ".join(_moved(values[0], n * width) for n in range(TOGETHER))
    return f"{one[: values.start()]}{rows}{one[values.end() :]}"


def _moved(row: str, by: int) -> str:
    """The parameters of a row behind those of the rows before it."""
    return _NUMBERED.sub(lambda found: f"?{int(found[1]) + by}", row)
