"""Where Alembic comes in. `storage.migrate` hands it a connection inside a transaction that it ends itself."""

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

connection = context.config.attributes["connection"]
if not isinstance(connection, Connection):
    raise TypeError("migrations are run by storage.migrate")
context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
context.run_migrations()
