"""Before: pages where papers are left, links to a private page, and what became of a paper that was seen."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "letterbox",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("person_id", BIG, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("conversation_id", BIG, sa.ForeignKey("conversation.id"), nullable=False),
        sa.Column("token_key", sa.LargeBinary(), nullable=False),
        sa.Column("caseworker_id", BIG, sa.ForeignKey("caseworker.id"), nullable=True),
        sa.Column("wanted", sa.LargeBinary(), nullable=True),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("token_key"),
    )
    op.create_table(
        "private_link",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("person_id", BIG, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("conversation_id", BIG, sa.ForeignKey("conversation.id"), nullable=False),
        sa.Column("token_key", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.Float(53), nullable=False),
        sa.UniqueConstraint("token_key"),
    )
    for table in ("letterbox", "private_link"):
        for column in ("person_id", "conversation_id"):
            op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_index("ix_letterbox_expires", "letterbox", ["expires_at"])
    with op.batch_alter_table("media") as media:
        media.add_column(sa.Column("seen_at", sa.BigInteger(), nullable=True))
        media.add_column(sa.Column("seen_by", BIG, sa.ForeignKey("caseworker.id", name="fk_media_seen_by"), nullable=True))
        media.add_column(sa.Column("seen_as", sa.LargeBinary(), nullable=True))
        media.add_column(sa.Column("scan", sa.String(), nullable=True))
        media.add_column(sa.Column("thumbnail", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("media") as media:
        for name in ("thumbnail", "scan", "seen_as", "seen_by", "seen_at"):
            media.drop_column(name)
    op.drop_table("private_link")
    op.drop_table("letterbox")
