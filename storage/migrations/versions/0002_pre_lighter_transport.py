"""Before: the transport refers to its conversation alone.

A conversation leads to its address. The second reference cost each turn a page in two more indexes, which is what a large database felt most.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("inbound", "outbound")
NAMES = {"fk": "%(table_name)s_%(column_0_name)s_fkey"}
"""PostgreSQL names a reference so by itself; SQLite has no name for it."""


def upgrade() -> None:
    for table in TABLES:
        op.drop_index(f"ix_{table}_address_id", table)
        with op.batch_alter_table(table, naming_convention=NAMES) as batch:
            batch.drop_constraint(f"{table}_address_id_fkey", type_="foreignkey")
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_outbound_rejoining", "outbound", ["address_id"], sqlite_where=waiting, postgresql_where=waiting)


def downgrade() -> None:
    op.drop_index("ix_outbound_rejoining", "outbound")
    for table in TABLES:
        _forget_the_gone(table)
        with op.batch_alter_table(table, naming_convention=NAMES) as batch:
            batch.create_foreign_key(f"{table}_address_id_fkey", "address", ["address_id"], ["id"])
        op.create_index(f"ix_{table}_address_id", table, ["address_id"])


def _forget_the_gone(table: str) -> None:
    """A row that outlived its address would break the reference."""
    rows, address = sa.table(table, sa.column("address_id")), sa.table("address", sa.column("id"))
    gone = rows.c.address_id.not_in(sa.select(address.c.id))
    op.execute(rows.update().where(gone).values(address_id=None) if table == "inbound" else rows.delete().where(gone))
