"""How a connection to PostgreSQL is opened. Apart, because the driver is loaded only where there is a PostgreSQL."""

from typing import Any

import psycopg
from psycopg.types.numeric import Int8Dumper
from sqlalchemy import URL
from typing_extensions import override

from bot.errors import StorageError
from storage.connections import CONNECT_SECONDS, conninfo, described


class PostgresConnection(psycopg.Connection[tuple[Any, ...]]):
    """A connection whose transaction only explicit SQL ends: SQLAlchemy, which shares it, cannot."""

    @override
    def commit(self) -> None:
        """Nothing: the engine says COMMIT itself."""

    @override
    def rollback(self) -> None:
        """Nothing: the engine says ROLLBACK itself."""


def open_postgres(url: URL) -> PostgresConnection:
    """A connection to this server, in autocommit mode. Every int travels as bigint, so that one statement is prepared once."""
    connection = PostgresConnection.connect(conninfo(url), autocommit=True, connect_timeout=CONNECT_SECONDS, application_name="palier")
    connection.adapters.register_dumper(int, Int8Dumper)
    connection.prepare_threshold = None  # psycopg, where it prepares, forgets everybody's statements after a ROLLBACK: the road's too
    return connection


def reach(url: URL) -> PostgresConnection:
    """The same, once, for who starts. Raises StorageError, saying why."""
    try:
        return open_postgres(url)
    except psycopg.OperationalError as fault:
        why = str(fault).strip().partition("\n")[0]
        raise StorageError(f"the database cannot be reached at {described(url)}: {why}") from fault
