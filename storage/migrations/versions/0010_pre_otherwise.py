"""Before: which way somebody chose where the one they write by is shut."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("otherwise", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("person", "otherwise")
