"""SQLAlchemy's view of a connection of ours. There is one engine for each kind of database in a process: what it has compiled for one
connection serves all the others, and it looks at the server once.
"""

import sqlite3
from collections.abc import Mapping
from functools import lru_cache
from threading import local
from typing import Any

from sqlalchemy import Connection, create_engine

from storage.connections import QUIET_ENGINE, Raw

COMPILED = 1500
"""Statements kept compiled: more than the product has, so that none is compiled twice."""
OPTIONS: Mapping[str, Mapping[str, Any]] = {"sqlite://": {}, "postgresql+psycopg://": {"use_native_hstore": False}}


def seen(raw: Raw) -> Connection:
    """This connection as SQLAlchemy sees it. It stays ours: we open it, close it, and say what begins and ends on it."""
    return _view("sqlite://" if isinstance(raw, sqlite3.Connection) else "postgresql+psycopg://").of(raw)


class _View:
    """An engine that opens nothing: its pool is lent the connection that the thread brings."""

    def __init__(self, address: str) -> None:
        self._lent = local()
        self._engine = create_engine(address, creator=self._take, query_cache_size=COMPILED, **QUIET_ENGINE, **OPTIONS[address])

    def of(self, raw: Raw) -> Connection:
        self._lent.raw = raw
        try:
            return self._engine.connect()
        finally:
            del self._lent.raw

    def _take(self) -> Any:
        return self._lent.raw


@lru_cache(maxsize=2)
def _view(address: str) -> _View:
    return _View(address)
