"""The road's statements on one PostgreSQL connection: those that go together leave in one packet, prepared once, values and rows in binary.

psycopg's pipeline writes each statement to the socket by itself and makes a cursor for it, which cost more than the statement. Errors are psycopg's.
"""

import re
import select
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from struct import Struct
from typing import Any

from psycopg.adapt import Transformer
from psycopg.errors import OperationalError, error_from_result
from psycopg.pq import ConnStatus, ExecStatus, Format
from psycopg.pq.abc import PGconn, PGresult

from storage.bulk import Binaries, Floats, Integers, Words
from storage.postgres_connection import PostgresConnection

Asked = tuple[str, Mapping[str, object]]
"""SQL with its parameters as %(name)s, and their values."""

_PARAMETER = re.compile(r"%\((\w+)\)s|%%")
_INTEGER, _FLOAT = Struct(">q"), Struct(">d")
_LIST, _LENGTH, _LONG, _DOUBLE = Struct(">iiIii"), Struct(">i"), Struct(">iq"), Struct(">id")
_NOTHING = _LENGTH.pack(-1)


def _sized(data: bytes) -> bytes:
    return _LENGTH.pack(len(data)) + data


def _list_of(oid: int, one: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    """Makes the form of a list of one dimension: of which kind and how many, then each value behind its length."""

    def dump(values: Sequence[Any]) -> bytes:
        each = [_NOTHING if value is None else one(value) for value in values]
        return _LIST.pack(1, 1, oid, len(each), 1) + b"".join(each)

    return dump


_KINDS: Mapping[type, tuple[int, Callable[[Any], bytes | None]]] = {
    int: (20, _INTEGER.pack),
    float: (701, _FLOAT.pack),
    str: (25, str.encode),
    bytes: (17, bytes),
    bool: (16, lambda value: b"\x01" if value else b"\x00"),
    type(None): (0, lambda value: None),
    Integers: (1016, _list_of(20, lambda value: _LONG.pack(8, value))),
    Floats: (1022, _list_of(701, lambda value: _DOUBLE.pack(8, value))),
    Words: (1009, _list_of(25, lambda value: _sized(value.encode()))),
    Binaries: (1001, _list_of(17, _sized)),
}
"""How a value travels: the oid of its type, and its binary form. Every int is a bigint, so that one statement is prepared once."""


def _kind(value: object) -> tuple[int, Callable[[Any], bytes | None]]:
    """The same for a value of a narrower type (a StrEnum). Raises TypeError for what the road does not send."""
    for kind in (str, int, float, bytes):
        if isinstance(value, kind):
            return _KINDS[kind]
    raise TypeError(f"the road sends no {type(value).__name__} to PostgreSQL")


class Rows:
    """What a statement brought back, all of it here: a driver's cursor as far as the road uses one."""

    __slots__ = ("_rows", "rowcount")

    def __init__(self, rows: Sequence[tuple[Any, ...]] = (), rowcount: int = -1) -> None:
        self._rows = iter(rows)
        self.rowcount = rowcount

    def fetchone(self) -> tuple[Any, ...] | None:
        return next(self._rows, None)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return list(self._rows)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return self._rows


@dataclass(frozen=True, slots=True)
class Form:
    """A statement as the server reads it: parameters by place, and the names to take their values from."""

    sql: bytes
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A statement and its values, ready to leave. It is prepared once for each combination of the types of its values (their oids)."""

    key: tuple[str, tuple[int, ...]]
    sql: bytes
    data: list[bytes | None]


class Wire:
    """One connection's statements. Between two calls the connection is psycopg's as ever."""

    def __init__(self, raw: PostgresConnection) -> None:
        self.raw = raw
        self._pgconn: PGconn = raw.pgconn
        self._reader = Transformer(raw)
        self._forms: dict[str, Form] = {}
        self._prepared: dict[tuple[str, tuple[int, ...]], bytes] = {}
        self._numbers = count(1)
        self._poll = select.poll()
        self._poll.register(self._pgconn.socket, select.POLLIN)

    def send(self, asked: Sequence[Asked]) -> Rows:
        """Run these in order, in one round trip; what the last one brought. Raises what the first that failed raises: the rest was not run."""
        calls = [self._call(sql, values) for sql, values in asked]
        new = {call.key: call for call in calls if call.key not in self._prepared}
        pgconn = self._pgconn
        pgconn.enter_pipeline_mode()
        try:
            for call in calls:
                self._put(call)
            pgconn.pipeline_sync()
            rows = self._rows(self._last_result())
            pgconn.exit_pipeline_mode()
        except BaseException:
            for key in new:  # whether the server has it is not known: it gets another name
                self._prepared.pop(key, None)
            self._leave()
            raise
        return rows

    def _leave(self) -> None:
        """After a fault: let psycopg have the connection back, or close it where answers are still on their way."""
        try:
            self._pgconn.exit_pipeline_mode()
        except OperationalError:
            self.raw.close()

    def _call(self, sql: str, values: Mapping[str, object]) -> Call:
        form = self._forms.get(sql) or self._form(sql)
        data, oids = [], []
        for name in form.names:
            value = values[name]
            oid, dump = _KINDS.get(type(value)) or _kind(value)
            oids.append(oid)
            data.append(dump(value))
        return Call((sql, tuple(oids)), form.sql, data)

    def _put(self, call: Call) -> None:
        name = self._prepared.get(call.key)
        if name is None:
            name = self._prepared[call.key] = b"palier_%d" % next(self._numbers)
            self._pgconn.send_prepare(name, call.sql, call.key[1])
        self._pgconn.send_query_prepared(name, call.data, [Format.BINARY] * len(call.data), Format.BINARY)

    def _form(self, sql: str) -> Form:
        names: list[str] = []

        def place(found: re.Match[str]) -> str:
            name = found[1]
            if name is None:
                return "%"
            if name not in names:
                names.append(name)
            return f"${names.index(name) + 1}"

        text = _PARAMETER.sub(place, sql).encode()
        form = self._forms[sql] = Form(text, tuple(names))
        return form

    def _last_result(self) -> PGresult:
        """Read all the answers; the last one."""
        self._flush()
        results = list(iter(self._answer, None))
        for result in results:
            if result.status == ExecStatus.FATAL_ERROR:
                raise error_from_result(result, self.raw.info.encoding)
        return results[-1]

    def _answer(self) -> PGresult | None:
        """The next answer; None after the last."""
        while (result := self._next()) is None:  # stands between the answers of two statements
            if self._pgconn.status != ConnStatus.OK:
                raise OperationalError("the connection was lost")
        return None if result.status == ExecStatus.PIPELINE_SYNC else result

    def _next(self) -> PGresult | None:
        pgconn = self._pgconn
        while pgconn.is_busy():
            self._poll.poll()
            pgconn.consume_input()
        return pgconn.get_result()

    def _flush(self) -> None:
        pgconn = self._pgconn
        while pgconn.flush():
            self._poll.modify(pgconn.socket, select.POLLIN | select.POLLOUT)
            self._poll.poll()
            pgconn.consume_input()
        self._poll.modify(pgconn.socket, select.POLLIN)

    def _rows(self, result: PGresult) -> Rows:
        if result.status != ExecStatus.TUPLES_OK:
            return Rows((), result.command_tuples or 0)
        self._reader.set_pgresult(result)
        return Rows(self._reader.load_rows(0, result.ntuples, tuple), result.ntuples)
