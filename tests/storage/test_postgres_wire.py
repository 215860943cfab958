"""The road's own way over a PostgreSQL connection: order, values, errors, and the connection left as psycopg expects it."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from bot.messages import Status
from storage.connections import locate
from storage.postgres_connection import PostgresConnection, open_postgres
from storage.postgres_wire import Wire
from tests.databases import PostgresServer

pytestmark = pytest.mark.postgres
PEOPLE = "CREATE TEMPORARY TABLE said (number integer PRIMARY KEY, words text, sealed bytea, at float8)"
SAY = "INSERT INTO said VALUES (%(number)s, %(words)s, %(sealed)s, %(at)s)"
ALL = "SELECT number, words, sealed, at, words LIKE '%%o%%' FROM said WHERE number >= %(least)s OR number = %(least)s ORDER BY number"


@pytest.fixture
def raw(postgres: PostgresServer) -> Iterator[PostgresConnection]:
    """A connection with a table of its own."""
    with closing(open_postgres(locate(postgres.url()))) as raw:
        raw.execute(PEOPLE)
        yield raw


def said(number: int, words: str | None, sealed: bytes | None = None, at: float | None = None) -> tuple[str, dict[str, object]]:
    return SAY, {"number": number, "words": words, "sealed": sealed, "at": at}


def test_values_come_back_as_they_went_whatever_is_missing(raw: PostgresConnection) -> None:
    wire = Wire(raw)
    rows = wire.send([said(1, "bonjour", b"\x00\xff", 1.5), said(2, None), said(3, Status.READ, b""), (ALL, {"least": 1})])
    expected = [(1, "bonjour", b"\x00\xff", 1.5, True), (2, None, None, None, None), (3, "read", b"", None, False)]
    assert rows.rowcount == 3
    assert rows.fetchone() == expected[0]
    assert rows.fetchall() == expected[1:]
    assert rows.fetchone() is None


def test_a_statement_is_prepared_once(raw: PostgresConnection) -> None:
    wire = Wire(raw)
    for number in range(5):
        wire.send([said(number, "x")])
    assert raw.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'palier%%'", {}).fetchone() == (1,)


def test_the_first_fault_is_told_and_nothing_after_it_is_run(raw: PostgresConnection) -> None:
    wire = Wire(raw)
    wire.send([("BEGIN", {}), said(1, "kept")])
    with pytest.raises(psycopg.errors.UniqueViolation):
        wire.send([said(2, "a"), said(1, "again", b"new"), said(3, "b"), (ALL, {"least": 0})])
    assert raw.info.transaction_status.name == "INERROR"
    raw.execute("ROLLBACK")
    assert wire.send([said(1, "after", b"new"), (ALL, {"least": 0})]).fetchall() == [(1, "after", b"new", None, False)]


def test_what_cannot_be_sent_is_refused_before_anything_leaves(raw: PostgresConnection) -> None:
    wire = Wire(raw)
    with pytest.raises(TypeError, match="list"):
        wire.send([said(1, "a"), (SAY, {"number": [2], "words": "b", "sealed": None, "at": None})])
    assert wire.send([(ALL, {"least": 0})]).fetchall() == []


def test_a_large_packet_passes(raw: PostgresConnection) -> None:
    wire = Wire(raw)
    sealed = bytes(500_000)
    assert wire.send([*(said(number, None, sealed) for number in range(20)), (ALL, {"least": 0})]).rowcount == 20


def test_a_lost_connection_is_said(raw: PostgresConnection, postgres: PostgresServer) -> None:
    wire = Wire(raw)
    wire.send([("BEGIN", {})])
    postgres.say(f"SELECT pg_terminate_backend({raw.info.backend_pid}, 5000)")
    with pytest.raises(psycopg.OperationalError):
        wire.send([said(1, "lost"), ("COMMIT", {})])
    assert raw.closed
