"""Before: links that answer a message where its channel has no buttons."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "answer_link",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("token_key", sa.LargeBinary(), nullable=False),
        sa.Column("conversation_id", BIG, sa.ForeignKey("conversation.id"), nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("token_key"),
    )
    op.create_index("ix_answer_link_conversation_id", "answer_link", ["conversation_id"])
    op.create_index("ix_answer_link_expires_at", "answer_link", ["expires_at"])


def downgrade() -> None:
    op.drop_table("answer_link")
