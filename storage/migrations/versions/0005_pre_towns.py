"""Before: the town of a place, and what a calendar kept elsewhere said of itself when it was last read."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("place", sa.Column("town", sa.String(), nullable=False, server_default=""))
    op.add_column("busy_source", sa.Column("etag", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("busy_source", "etag")
    op.drop_column("place", "town")
