"""After: an index holds the rows that have what it is about, and no others.

Most messages have no dedup key, a step is of an appointment or of a seat, and names no message until it has become one: an entry for each that has
nothing cost as much as the others, each time a row was added or changed. The previous release names its indexes without their condition when it
writes once: so this goes in after it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

CHANGED = ("address", "conversation")
"""Each thing said changes a row of both, in columns that no index has: where its page has room left, PostgreSQL need not touch their indexes."""
ABOUT = ("appointment_id", "seat_id")
NAMES = {"uq": "%(table_name)s_%(column_0_N_name)s_key"}
"""PostgreSQL names a constraint so by itself; SQLite has no name for it."""


def upgrade() -> None:
    with op.batch_alter_table("outbound", naming_convention=NAMES) as batch:
        batch.drop_constraint("outbound_dedup_key_key", type_="unique")
    _index("ix_outbound_dedup_key", "outbound", ["dedup_key"], unique=True)
    op.drop_index("ix_reminder_message", "reminder")
    with op.batch_alter_table("reminder", naming_convention=NAMES) as batch:
        for about in ABOUT:
            batch.drop_constraint(f"reminder_{about}_version_kind_key_key", type_="unique")
    for about in ABOUT:
        _index(f"ix_reminder_{about}", "reminder", [about, "version", "kind_key"], unique=True)
    _index("ix_reminder_message", "reminder", ["conversation_id", "number"])
    _say("SET (fillfactor = 80)")


def downgrade() -> None:
    _say("RESET (fillfactor)")
    op.drop_index("ix_reminder_message", "reminder")
    for about in ABOUT:
        op.drop_index(f"ix_reminder_{about}", "reminder")
    with op.batch_alter_table("reminder", naming_convention=NAMES) as batch:
        for about in ABOUT:
            batch.create_unique_constraint(f"reminder_{about}_version_kind_key_key", [about, "version", "kind_key"])
    op.create_index("ix_reminder_message", "reminder", ["conversation_id", "number"])
    op.drop_index("ix_outbound_dedup_key", "outbound")
    with op.batch_alter_table("outbound", naming_convention=NAMES) as batch:
        batch.create_unique_constraint("outbound_dedup_key_key", ["dedup_key"])


def _index(name: str, table: str, columns: list[str], *, unique: bool = False) -> None:
    """Of the rows that have the first of these columns."""
    has = sa.text(f"{columns[0]} IS NOT NULL")
    op.create_index(name, table, columns, unique=unique, sqlite_where=has, postgresql_where=has)


def _say(change: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in CHANGED:
            op.execute(sa.text(f"ALTER TABLE {table} {change}"))
