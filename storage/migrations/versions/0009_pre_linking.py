"""Before: several apps of one person, the order in which they want to be written to, and a telephone that others read."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STANDS = sa.text("undone_at IS NULL")


def upgrade() -> None:
    op.add_column("person", sa.Column("ways", sa.LargeBinary(), nullable=True))
    op.add_column("address", sa.Column("shared", sa.LargeBinary(), nullable=True))
    op.create_table(
        "joining",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("former_id", BIG, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("into_id", BIG, nullable=False),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("caseworker_id", BIG, sa.ForeignKey("caseworker.id"), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("lent", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.UniqueConstraint("token"),
    )
    op.create_index("ix_joining_former_id", "joining", ["former_id"])
    op.create_index("ix_joining_into", "joining", ["into_id"])
    op.create_index("ix_joining_standing", "joining", ["former_id"], unique=True, sqlite_where=STANDS, postgresql_where=STANDS)
    op.create_table(
        "joined",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("joining_id", BIG, sa.ForeignKey("joining.id"), nullable=False),
        sa.Column("noun", sa.String(), nullable=False),
        sa.Column("which", BIG, nullable=False),
        sa.Column("change", sa.String(), nullable=False),
    )
    op.create_index("ix_joined_joining_id", "joined", ["joining_id"])
    op.create_table(
        "link_code",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("person_id", BIG, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("conversation_id", BIG, sa.ForeignKey("conversation.id"), nullable=False),
        sa.Column("code_key", sa.LargeBinary(), nullable=False),
        sa.Column("claimed_by", BIG, sa.ForeignKey("conversation.id"), nullable=True),
        sa.Column("expires_at", sa.Float(53), nullable=False),
        sa.UniqueConstraint("code_key"),
    )
    op.create_index("ix_link_code_person_id", "link_code", ["person_id"])
    op.create_index("ix_link_code_conversation_id", "link_code", ["conversation_id"])
    op.create_index("ix_link_code_claimed_by", "link_code", ["claimed_by"])


def downgrade() -> None:
    for name in ("link_code", "joined", "joining"):
        op.drop_table(name)
    op.drop_column("address", "shared")
    op.drop_column("person", "ways")
