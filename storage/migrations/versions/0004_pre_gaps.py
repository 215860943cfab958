"""Before: questions the robot did not understand, kept apart from whoever asked."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "gap",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("who_key", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.LargeBinary(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("token"),
    )
    op.create_index("ix_gap_who_key", "gap", ["who_key"])
    op.create_index("ix_gap_at", "gap", ["at"])


def downgrade() -> None:
    op.drop_table("gap")
