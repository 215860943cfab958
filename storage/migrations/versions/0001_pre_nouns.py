"""Before: the nouns of the road, from nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "action",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("token_key", sa.LargeBinary(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.Float(53), nullable=False),
        sa.Column("used_at", sa.Float(53), nullable=True),
        sa.UniqueConstraint("kind", "token_key"),
    )
    op.create_table(
        "address",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("peer", sa.LargeBinary(), nullable=False),
        sa.Column("peer_key", sa.LargeBinary(), nullable=False),
        sa.Column("fence", BIG, nullable=False),
        sa.Column("sending", BIG, nullable=True),
        sa.Column("position", BIG, nullable=False),
        sa.Column("stopped_until", sa.Float(53), nullable=False),
        sa.Column("opted_out_at", sa.BigInteger(), nullable=True),
        sa.Column("blocked_at", sa.BigInteger(), nullable=True),
        sa.Column("last_inbound_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("channel", "account", "peer_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "attempt",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("who_key", sa.LargeBinary(), nullable=False),
        sa.Column("window_start", sa.Float(53), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.UniqueConstraint("what", "who_key", "window_start"),
    )
    op.create_table(
        "bucket",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("tokens", sa.Float(53), nullable=False),
        sa.Column("at", sa.Float(53), nullable=False),
        sa.Column("stopped_until", sa.Float(53), nullable=False),
    )
    op.create_table(
        "caseworker",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("email_key", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.UniqueConstraint("email_key"),
        sa.UniqueConstraint("token"),
    )
    op.create_table(
        "absence",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("caseworker_id", BIG, sa.ForeignKey("caseworker.id"), nullable=False),
        sa.Column("days", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("token"),
    )
    op.create_index("ix_absence_caseworker_id", "absence", ["caseworker_id"])
    op.create_table(
        "closure",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("first_day", sa.String(), nullable=False),
        sa.Column("last_day", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.UniqueConstraint("token"),
    )
    op.create_table(
        "place",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("week", sa.Text(), nullable=False),
        sa.UniqueConstraint("token"),
    )
    op.create_table(
        "confidential",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "job_run",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("planned_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("leased_until", sa.Float(53), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.UniqueConstraint("job", "key", "planned_at"),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", sa.Float(53), nullable=False),
    )
    op.create_table(
        "monthly_count",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=True),
        sa.Column("subject_key", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.UniqueConstraint("month", "kind", "channel", "subject_key"),
    )
    op.create_table(
        "person",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("name_key", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_key", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("token"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "poster",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.UniqueConstraint("code"),
    )
    op.create_table(
        "receipt",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("external_key", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_receipt_external_key", "receipt", ["external_key"])
    op.create_table(
        "secret",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("kind", "number"),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
    )
    op.create_table(
        "consent",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("person_id", BIG, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("purpose", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
    )
    op.create_index("ix_consent_person_id", "consent", ["person_id"])
    op.create_table(
        "link",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("address_id", BIG, sa.ForeignKey("address.id"), nullable=False),
        sa.Column("person_id", BIG, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("proof", sa.String(), nullable=False),
    )
    op.create_index("ix_link_address_id", "link", ["address_id"])
    op.create_index(
        "ix_link_current", "link", ["address_id"], unique=True, sqlite_where=sa.text("until IS NULL"), postgresql_where=sa.text("until IS NULL")
    )
    op.create_index("ix_link_person_id", "link", ["person_id"])
    op.create_table(
        "login",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("caseworker_id", BIG, sa.ForeignKey("caseworker.id"), nullable=False),
        sa.Column("token_key", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", sa.Float(53), nullable=False),
        sa.Column("expires_at", sa.Float(53), nullable=False),
        sa.UniqueConstraint("token_key"),
    )
    op.create_index("ix_login_caseworker_id", "login", ["caseworker_id"])
    op.create_table(
        "thread",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("person_id", BIG, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("theme", sa.LargeBinary(), nullable=True),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("owner_id", BIG, sa.ForeignKey("caseworker.id"), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("promised_at", sa.BigInteger(), nullable=True),
        sa.Column("promised_since", sa.BigInteger(), nullable=True),
        sa.Column("promises_missed", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.UniqueConstraint("token"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_thread_person_id", "thread", ["person_id"])
    op.create_index(
        "ix_thread_promised",
        "thread",
        ["promised_at"],
        sqlite_where=sa.text("promised_at IS NOT NULL"),
        postgresql_where=sa.text("promised_at IS NOT NULL"),
    )
    op.create_table(
        "alert",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("thread_id", BIG, sa.ForeignKey("thread.id"), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("acknowledged_at", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_by", BIG, sa.ForeignKey("caseworker.id"), nullable=True),
        sa.Column("passed_at", sa.BigInteger(), nullable=True),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("again_at", sa.BigInteger(), nullable=True),
    )
    op.create_index("ix_alert_thread_id", "alert", ["thread_id"])
    op.create_index(
        "ix_alert_waiting",
        "alert",
        ["raised_at"],
        sqlite_where=sa.text("acknowledged_at IS NULL"),
        postgresql_where=sa.text("acknowledged_at IS NULL"),
    )
    op.create_table(
        "audit",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("caseworker_id", BIG, sa.ForeignKey("caseworker.id"), nullable=True),
        sa.Column("person_id", BIG, sa.ForeignKey("person.id"), nullable=True),
        sa.Column("thread_id", BIG, sa.ForeignKey("thread.id"), nullable=True),
        sa.Column("stranger", BIG, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_person_id", "audit", ["person_id"])
    op.create_index("ix_audit_thread_id", "audit", ["thread_id"])
    _keep_audit_as_written()
    op.create_table(
        "note",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("thread_id", BIG, sa.ForeignKey("thread.id"), nullable=False),
        sa.Column("caseworker_id", BIG, sa.ForeignKey("caseworker.id"), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_note_thread_id", "note", ["thread_id"])
    op.create_table(
        "conversation",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("link_id", BIG, sa.ForeignKey("link.id"), nullable=False),
        sa.Column("language", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("last_number", BIG, nullable=False),
        sa.Column("last_human_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("link_id"),
        sa.UniqueConstraint("token"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "task",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person_id", BIG, sa.ForeignKey("person.id"), nullable=True),
        sa.Column("thread_id", BIG, sa.ForeignKey("thread.id"), nullable=True),
        sa.Column("caseworker_id", BIG, sa.ForeignKey("caseworker.id"), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("done_by", BIG, sa.ForeignKey("caseworker.id"), nullable=True),
        sa.UniqueConstraint("token"),
    )
    op.create_index("ix_task_person_id", "task", ["person_id"])
    op.create_index("ix_task_thread_id", "task", ["thread_id"])
    op.create_table(
        "download",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("person_id", BIG, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("token_key", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.Float(53), nullable=False),
        sa.UniqueConstraint("token_key"),
    )
    op.create_index("ix_download_person_id", "download", ["person_id"])
    op.create_table(
        "erasing",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("person_id", BIG, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("conversation_id", BIG, sa.ForeignKey("conversation.id"), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_erasing_conversation_id", "erasing", ["conversation_id"])
    op.create_index("ix_erasing_person_id", "erasing", ["person_id"])
    op.create_table(
        "hold",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("thread_id", BIG, sa.ForeignKey("thread.id"), nullable=False),
        sa.Column("caseworker_id", BIG, sa.ForeignKey("caseworker.id"), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_hold_thread_id", "hold", ["thread_id"])
    op.create_table(
        "crisis",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("conversation_id", BIG, sa.ForeignKey("conversation.id"), nullable=False),
        sa.Column("crisis", sa.LargeBinary(), nullable=False),
        sa.Column("step", sa.LargeBinary(), nullable=True),
        sa.Column("watched_phone", sa.LargeBinary(), nullable=True),
        sa.Column("how_to_answer", sa.LargeBinary(), nullable=True),
        sa.Column("number", BIG, nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("card_due_at", sa.BigInteger(), nullable=True),
        sa.Column("last_card_at", sa.BigInteger(), nullable=True),
        sa.Column("quiet_until", sa.BigInteger(), nullable=True),
    )
    op.create_index(
        "ix_crisis_card_due",
        "crisis",
        ["card_due_at"],
        sqlite_where=sa.text("card_due_at IS NOT NULL"),
        postgresql_where=sa.text("card_due_at IS NOT NULL"),
    )
    op.create_index("ix_crisis_conversation_id", "crisis", ["conversation_id"])
    op.create_table(
        "event",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("conversation_id", BIG, sa.ForeignKey("conversation.id"), nullable=True),
        sa.Column("thread_id", BIG, sa.ForeignKey("thread.id"), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_event_conversation_id", "event", ["conversation_id"])
    op.create_index("ix_event_thread_id", "event", ["thread_id"])
    op.create_table(
        "inbound",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("external_key", sa.LargeBinary(), nullable=False),
        sa.Column("address_id", BIG, sa.ForeignKey("address.id"), nullable=True),
        sa.Column("conversation_id", BIG, sa.ForeignKey("conversation.id"), nullable=True),
        sa.Column("number", BIG, nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.Float(53), nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("handled_at", sa.BigInteger(), nullable=True),
        sa.UniqueConstraint("channel", "account", "external_key"),
    )
    op.create_index("ix_inbound_address_id", "inbound", ["address_id"])
    op.create_index("ix_inbound_conversation_id", "inbound", ["conversation_id"])
    op.create_index("ix_inbound_parked", "inbound", ["id"], sqlite_where=sa.text("state = 'parked'"), postgresql_where=sa.text("state = 'parked'"))
    op.create_index(
        "ix_inbound_waiting",
        "inbound",
        ["address_id", "id"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "media",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("conversation_id", BIG, sa.ForeignKey("conversation.id"), nullable=True),
        sa.Column("number", BIG, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("mime", sa.LargeBinary(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.Float(53), nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("provider_id", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("treated_at", sa.BigInteger(), nullable=True),
        sa.UniqueConstraint("token"),
    )
    op.create_index("ix_media_message", "media", ["conversation_id", "number"])
    op.create_index(
        "ix_media_announced", "media", ["retry_at"], sqlite_where=sa.text("state = 'announced'"), postgresql_where=sa.text("state = 'announced'")
    )
    op.create_table(
        "message",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("conversation_id", BIG, sa.ForeignKey("conversation.id"), nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("caseworker_id", BIG, sa.ForeignKey("caseworker.id"), nullable=True),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("conversation_id", "number"),
    )
    op.create_table(
        "outbound",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("address_id", BIG, sa.ForeignKey("address.id"), nullable=False),
        sa.Column("conversation_id", BIG, sa.ForeignKey("conversation.id"), nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("resent", sa.Integer(), nullable=False),
        sa.Column("next_call", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.Float(53), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("dedup_key", sa.LargeBinary(), nullable=True),
        sa.Column("template", sa.LargeBinary(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("dedup_key"),
    )
    op.create_index("ix_outbound_address_id", "outbound", ["address_id"])
    op.create_index(
        "ix_outbound_due", "outbound", ["address_id", "position"], sqlite_where=sa.text("state = 'due'"), postgresql_where=sa.text("state = 'due'")
    )
    op.create_index("ix_outbound_message", "outbound", ["conversation_id", "number"])
    op.create_index(
        "ix_outbound_waiting", "outbound", ["retry_at"], sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'")
    )
    op.create_table(
        "thread_range",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("thread_id", BIG, sa.ForeignKey("thread.id"), nullable=False),
        sa.Column("conversation_id", BIG, sa.ForeignKey("conversation.id"), nullable=False),
        sa.Column("first_number", BIG, nullable=False),
        sa.Column("last_number", BIG, nullable=True),
    )
    op.create_index("ix_thread_range_conversation_id", "thread_range", ["conversation_id"])
    op.create_index("ix_thread_range_thread_id", "thread_range", ["thread_id"])
    op.create_table(
        "delivery",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("outbound_id", BIG, sa.ForeignKey("outbound.id"), nullable=False),
        sa.Column("call_index", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("fence", BIG, nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("leased_until", sa.Float(53), nullable=False),
        sa.Column("external_id", sa.LargeBinary(), nullable=True),
        sa.Column("external_key", sa.LargeBinary(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.UniqueConstraint("outbound_id", "call_index"),
    )
    op.create_index(
        "ix_delivery_external",
        "delivery",
        ["external_key"],
        sqlite_where=sa.text("external_key IS NOT NULL"),
        postgresql_where=sa.text("external_key IS NOT NULL"),
    )
    op.create_index(
        "ix_delivery_leased", "delivery", ["leased_until"], sqlite_where=sa.text("state = 'leased'"), postgresql_where=sa.text("state = 'leased'")
    )
    op.create_table(
        "media_chunk",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("media_id", BIG, sa.ForeignKey("media.id"), nullable=False),
        sa.Column("chunk_index", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("media_id", "chunk_index"),
    )


def _keep_audit_as_written() -> None:
    """A row of the audit changes once, when its person is erased: the ids go, a random number comes, nothing else."""
    same = " AND ".join(f"NEW.{name} {{is_}} OLD.{name}" for name in ("id", "act", "caseworker_id", "at"))
    allowed = f"{same} AND OLD.stranger IS NULL AND NEW.stranger IS NOT NULL AND NEW.person_id IS NULL AND NEW.thread_id IS NULL"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER audit_is_kept BEFORE UPDATE ON audit WHEN NOT ({allowed.format(is_='IS')}) "
            "BEGIN SELECT RAISE(ABORT, 'the audit is kept as it was written'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit is kept as it was written' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER audit_is_kept BEFORE UPDATE ON audit FOR EACH ROW WHEN (NOT ({allowed.format(is_='IS NOT DISTINCT FROM')})) "
        "EXECUTE FUNCTION audit_is_kept()"
    )


def downgrade() -> None:
    for name in (
        "media_chunk",
        "delivery",
        "thread_range",
        "outbound",
        "message",
        "media",
        "inbound",
        "download",
        "erasing",
        "hold",
        "event",
        "crisis",
        "task",
        "conversation",
        "note",
        "audit",
        "alert",
        "thread",
        "login",
        "link",
        "consent",
        "setting",
        "secret",
        "receipt",
        "poster",
        "person",
        "monthly_count",
        "lease",
        "job_run",
        "confidential",
        "place",
        "closure",
        "absence",
        "caseworker",
        "bucket",
        "attempt",
        "address",
        "action",
    ):
        op.drop_table(name)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION audit_is_kept")
