"""Core statements compiled once, at import, to the SQL text of both dialects.

The road runs them on the driver's own cursor: SQLAlchemy's per-execution cost is larger than SQLite's. Values go in and come out as the driver
knows them: a Moment is microseconds (`columns.to_moment`), a sealed column is bytes.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import JSON, BigInteger, ColumnElement, Table, UpdateBase, bindparam, cast, create_engine, func, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from bot.errors import StorageError

PARAMETER = re.compile(r"(?<!:):(\w+)|%\((\w+)\)s")
SQLITE = create_engine("sqlite://", paramstyle="named").dialect
POSTGRESQL = make_url("postgresql+psycopg://").get_dialect()()  # compiles; the driver itself is loaded only where there is a PostgreSQL
PLAIN = re.compile(r"[\w .:-]*")


@dataclass(frozen=True, slots=True)
class Text:
    """SQL for one driver, the values that the statement itself fixes, and whether rows come back."""

    sql: str
    fixed: Mapping[str, Any]
    asks: bool

    def values(self, given: Mapping[str, object]) -> Mapping[str, object]:
        """What the driver is handed: what the statement fixes, then what the caller gives."""
        return {**self.fixed, **given} if self.fixed else given


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of the road, ready for both drivers. Its parameters are the names of its `bindparam`s."""

    sqlite: Text
    postgresql: Text


class Insert(Protocol):
    """`sqlalchemy.dialects.<dialect>.insert`: knows `on_conflict_do_nothing` and `on_conflict_do_update`."""

    def __call__(self, table: Any) -> Any: ...


def statement(core: ClauseElement | None = None, *, sqlite: ClauseElement | None = None, postgresql: ClauseElement | None = None) -> Statement:
    """Compile one construct for both dialects, or one for each where they differ. Row locks (`with_for_update`) are dropped on SQLite.

    Raises StorageError for what cannot be compiled once and for all: an `in_` of a list (its length is part of the text).
    """
    for_sqlite, for_postgresql = sqlite if sqlite is not None else core, postgresql if postgresql is not None else core
    if for_sqlite is None or for_postgresql is None:
        raise StorageError("a statement needs a form for each dialect")
    return Statement(_compile(for_sqlite, SQLITE), _compile(for_postgresql, POSTGRESQL))


def upsert(build: Callable[[Insert], ClauseElement]) -> Statement:
    """Compile what `build` makes of each dialect's own insert: `upsert(lambda insert: insert(table).values(…).on_conflict_do_nothing())`."""
    return statement(sqlite=build(sqlite.insert), postgresql=build(postgresql.insert))


@dataclass(frozen=True, slots=True)
class Among:
    """`column` is one of the numbers of a JSON list given as the parameter `name`, for each dialect: a set, whatever its length, in one text."""

    sqlite: ColumnElement[bool]
    postgresql: ColumnElement[bool]


def among(column: ColumnElement[Any], name: str) -> Among:
    """Give the value as `json.dumps([…])`."""
    each = func.json_each(bindparam(name)).table_valued("value")
    one = func.json_array_elements_text(cast(bindparam(name), JSON)).column_valued("one")
    return Among(column.in_(select(each.c.value)), column.in_(select(cast(one, BigInteger))))


def table(model: type[Any]) -> Table:
    """The Core table of a table class."""
    found = model.__table__
    if not isinstance(found, Table):
        raise StorageError(f"{model.__name__} has no table")
    return found


def _compile(core: ClauseElement, dialect: Dialect) -> Text:
    compiled = core.compile(dialect=dialect)
    if not isinstance(compiled, SQLCompiler):
        raise StorageError(f"not a statement: {core}")
    if compiled.post_compile_params or compiled.literal_execute_params:
        raise StorageError(f"this statement's text depends on its values: {core}")
    required = {name for name, bind in compiled.binds.items() if bind.required}
    fixed = {name: value for name, value in compiled.params.items() if name not in required}
    if isinstance(core, UpdateBase):
        fixed.update(_defaults(compiled))
    return _written(str(compiled), fixed, asks=_asks(core))


def _written(sql: str, fixed: dict[str, Any], *, asks: bool) -> Text:
    """Write plain fixed values into the text: a planner may use a partial index only where it can read the constant."""
    plain = {name: _literal(value) for name, value in fixed.items() if value is None or isinstance(value, str | int | float)}

    def write(found: re.Match[str]) -> str:
        return plain.get(found[1] or found[2], found[0])

    kept = {name: value for name, value in fixed.items() if name not in plain}
    return Text(PARAMETER.sub(write, sql), kept, asks)


def _literal(value: str | float | None) -> str:
    if value is None:
        return "NULL"
    if not isinstance(value, str):
        return repr(int(value) if isinstance(value, bool) else value)
    if not PLAIN.fullmatch(value):
        raise StorageError(f"give {value!r} as a parameter: a constant of a statement is a plain word")
    return f"'{value}'"


def _defaults(compiled: SQLCompiler) -> dict[str, object]:
    """Python-side column defaults that the statement leaves out: plain values only, as nothing calls a function at execution."""
    found: dict[str, object] = {}
    for column in (*compiled.insert_prefetch, *compiled.update_prefetch):
        if not isinstance(column.default, ScalarElementColumnDefault):
            raise StorageError(f"{column} has a default that only the ORM can make: give it a value")
        found[column.key] = column.default.arg
    return found


def _asks(core: ClauseElement) -> bool:
    """True where rows come back: a question, or a change that returns what it did."""
    return not isinstance(core, UpdateBase) or core._returning != ()
