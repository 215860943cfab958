"""The schema, brought up and down. Alembic is imported only when there is something to do: at most starts there is not."""

from sqlalchemy import URL, create_engine
from sqlmodel import SQLModel

from storage import tables
from storage.connections import open_sqlite, sqlite_path

ALL = tables.Secret


def bring_up(url: URL, *, migrate: bool) -> None:
    """See that the schema is this release's."""
    if url.drivername == "sqlite":
        open_sqlite(sqlite_path(url), writes=True).close()
    engine = create_engine(url.set(drivername={"postgresql": "postgresql+psycopg"}.get(url.drivername, url.drivername)))
    SQLModel.metadata.create_all(engine)
    engine.dispose()
