"""Before: the calendar: motives, openings, appointments with their cells, reminders, workshops; places have a kind and say how to get there."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = (
    "motive",
    "workshop",
    "busy_source",
    "opening",
    "busy",
    "feed",
    "workshop_session",
    "appointment",
    "appointment_cell",
    "waiting_for_slot",
    "mark",
    "seat",
    "seat_waiting",
    "reminder",
)
"""In the order they are made."""
ADDED = ("kind", "directions", "withdrawn_at")


def upgrade() -> None:
    op.add_column("place", sa.Column("kind", sa.String(), nullable=False, server_default="office"))
    op.add_column("place", sa.Column("directions", sa.Text(), nullable=False, server_default=""))
    op.add_column("place", sa.Column("withdrawn_at", sa.BigInteger(), nullable=True))
    _what_is_offered()
    _appointments()
    _seats_and_reminders()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    with op.batch_alter_table("place") as batch:
        for column in ADDED:
            batch.drop_column(column)


def _what_is_offered() -> None:
    op.create_table(
        "motive",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("discreet", sa.String(), nullable=False),
        sa.Column("bring", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("buffer_before", sa.Integer(), nullable=False),
        sa.Column("buffer_after", sa.Integer(), nullable=False),
        sa.Column("travel_before", sa.Integer(), nullable=False),
        sa.Column("travel_after", sa.Integer(), nullable=False),
        sa.Column("grid", sa.Integer(), nullable=False),
        sa.Column("notice", sa.Integer(), nullable=False),
        sa.Column("horizon", sa.Integer(), nullable=False),
        sa.Column("modes", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.UniqueConstraint("token"),
    )
    op.create_table(
        "workshop",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("ages", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.UniqueConstraint("token"),
    )
    op.create_table(
        "busy_source",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("caseworker_id", BIG, sa.ForeignKey("caseworker.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.Column("tried_at", sa.BigInteger(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("unread", sa.Integer(), nullable=False),
        sa.UniqueConstraint("token"),
    )
    op.create_index("ix_busy_source_caseworker_id", "busy_source", ["caseworker_id"])
    op.create_table(
        "opening",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("caseworker_id", BIG, sa.ForeignKey("caseworker.id"), nullable=False),
        sa.Column("place_id", BIG, sa.ForeignKey("place.id"), nullable=False),
        sa.Column("ranges", sa.String(), nullable=False),
        sa.Column("modes", sa.String(), nullable=False),
        sa.Column("first_day", sa.String(), nullable=False),
        sa.Column("last_day", sa.String(), nullable=True),
        sa.Column("rule", sa.String(), nullable=False),
        sa.UniqueConstraint("token"),
    )
    op.create_index("ix_opening_caseworker_id", "opening", ["caseworker_id"])
    op.create_index("ix_opening_place_id", "opening", ["place_id"])
    op.create_table(
        "busy",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("source_id", BIG, sa.ForeignKey("busy_source.id"), nullable=False),
        sa.Column("caseworker_id", BIG, sa.ForeignKey("caseworker.id"), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_busy_source_id", "busy", ["source_id"])
    op.create_index("ix_busy_starts_at", "busy", ["starts_at"])
    op.create_table(
        "feed",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("caseworker_id", BIG, sa.ForeignKey("caseworker.id"), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("secret_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("secret_key"),
    )
    op.create_index("ix_feed_caseworker_id", "feed", ["caseworker_id"])
    op.create_table(
        "workshop_session",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("workshop_id", BIG, sa.ForeignKey("workshop.id"), nullable=False),
        sa.Column("place_id", BIG, sa.ForeignKey("place.id"), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("announced_at", sa.BigInteger(), nullable=True),
        sa.Column("cancelled_at", sa.BigInteger(), nullable=True),
        sa.UniqueConstraint("token"),
    )
    op.create_index("ix_workshop_session_starts_at", "workshop_session", ["starts_at"])
    op.create_index("ix_workshop_session_workshop_id", "workshop_session", ["workshop_id"])


def _appointments() -> None:
    op.create_table(
        "appointment",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("person_id", BIG, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("thread_id", BIG, sa.ForeignKey("thread.id"), nullable=True),
        sa.Column("caseworker_id", BIG, sa.ForeignKey("caseworker.id"), nullable=False),
        sa.Column("place_id", BIG, sa.ForeignKey("place.id"), nullable=False),
        sa.Column("motive", sa.LargeBinary(), nullable=False),
        sa.Column("mode", sa.LargeBinary(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("holds_from", sa.BigInteger(), nullable=False),
        sa.Column("holds_until", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("callback", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("token"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_appointment_caseworker", "appointment", ["caseworker_id", "starts_at"])
    op.create_index(
        "ix_appointment_held", "appointment", ["held_until"], sqlite_where=sa.text("state = 'held'"), postgresql_where=sa.text("state = 'held'")
    )
    op.create_index("ix_appointment_person_id", "appointment", ["person_id"])
    op.create_index("ix_appointment_starts_at", "appointment", ["starts_at"])
    op.create_index("ix_appointment_thread_id", "appointment", ["thread_id"])
    op.create_table(
        "appointment_cell",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("caseworker_id", BIG, sa.ForeignKey("caseworker.id"), nullable=False),
        sa.Column("cell", BIG, nullable=False),
        sa.Column("appointment_id", BIG, sa.ForeignKey("appointment.id"), nullable=False),
        sa.UniqueConstraint("caseworker_id", "cell"),
    )
    op.create_index("ix_appointment_cell_appointment_id", "appointment_cell", ["appointment_id"])
    op.create_table(
        "waiting_for_slot",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("person_id", BIG, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("wish", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("appointment_id", BIG, sa.ForeignKey("appointment.id"), nullable=True),
        sa.UniqueConstraint("token"),
    )
    op.create_index("ix_waiting_for_slot_appointment_id", "waiting_for_slot", ["appointment_id"])
    op.create_index("ix_waiting_for_slot_person_id", "waiting_for_slot", ["person_id"])
    op.create_table(
        "mark",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("person_id", BIG, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("what", sa.LargeBinary(), nullable=False),
        sa.Column("caseworker_id", BIG, sa.ForeignKey("caseworker.id"), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("lapses_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_mark_lapses_at", "mark", ["lapses_at"])
    op.create_index("ix_mark_person_id", "mark", ["person_id"])


def _seats_and_reminders() -> None:
    op.create_table(
        "seat",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("session_id", BIG, sa.ForeignKey("workshop_session.id"), nullable=False),
        sa.Column("person_id", BIG, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("session_id", "number"),
        sa.UniqueConstraint("session_id", "person_id"),
        sa.UniqueConstraint("token"),
    )
    op.create_index("ix_seat_held", "seat", ["held_until"], sqlite_where=sa.text("state = 'held'"), postgresql_where=sa.text("state = 'held'"))
    op.create_index("ix_seat_person_id", "seat", ["person_id"])
    op.create_table(
        "seat_waiting",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("session_id", BIG, sa.ForeignKey("workshop_session.id"), nullable=False),
        sa.Column("person_id", BIG, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("session_id", "person_id"),
    )
    op.create_index("ix_seat_waiting_person_id", "seat_waiting", ["person_id"])
    op.create_table(
        "reminder",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("appointment_id", BIG, sa.ForeignKey("appointment.id"), nullable=True),
        sa.Column("seat_id", BIG, sa.ForeignKey("seat.id"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.LargeBinary(), nullable=False),
        sa.Column("kind_key", sa.LargeBinary(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("latest_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("conversation_id", BIG, nullable=True),
        sa.Column("number", BIG, nullable=True),
        sa.UniqueConstraint("seat_id", "version", "kind_key"),
        sa.UniqueConstraint("appointment_id", "version", "kind_key"),
    )
    op.create_index("ix_reminder_message", "reminder", ["conversation_id", "number"])
    op.create_index(
        "ix_reminder_due", "reminder", ["due_at"], sqlite_where=sa.text("state = 'planned'"), postgresql_where=sa.text("state = 'planned'")
    )
