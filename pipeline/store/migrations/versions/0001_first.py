"""The first schema: occurrences, deliveries, receipts, recordings, contacts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.String(16)


def upgrade() -> None:
    _occurrences()
    _deliveries()
    _receipts()
    _recordings()
    _contacts()


def _row_id() -> sa.Column[int]:
    return sa.Column("id", NUMBER, sa.Identity(), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _index(name: str, table: str, columns: list[str], *, where: str = "", unique: bool = False) -> None:
    only = sa.text(where) if where else None
    op.create_index(name, table, columns, unique=unique, sqlite_where=only, postgresql_where=only)


def _occurrences() -> None:
    op.create_table(
        "occurrences",
        _row_id(),
        sa.Column("programme", sa.Text, nullable=False),
        sa.Column("slot", sa.Text, nullable=False),
        sa.Column("start", INSTANT, nullable=False),
        sa.Column("medium", WORD, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("priority", sa.SmallInteger, nullable=False),
        sa.Column("bulletins", sa.Text, nullable=False),
        sa.Column("targets", sa.Text, nullable=False),
        sa.Column("areas", sa.Text, nullable=False),
        sa.Column("length_s", sa.Double),
        sa.Column("repeat", sa.Integer, nullable=False),
        sa.Column("late_by_s", sa.Double, nullable=False),
        sa.Column("too_late", INSTANT, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("expanded_at", INSTANT),
        sa.Column("handed_over_at", INSTANT),
        sa.Column("cancelled_at", INSTANT),
        sa.Column("missed_at", INSTANT),
        _text("code"),
        sa.Column("swept_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_occurrences"),
        sa.UniqueConstraint("programme", "slot", "start", name="uq_occurrences_programme_slot_start"),
        sqlite_autoincrement=True,
    )
    _index("ix_occurrences_start", "occurrences", ["start"])
    _index("ix_occurrences_waiting", "occurrences", ["too_late"], where="swept_at IS NULL")
    unexpanded = "expanded_at IS NULL AND cancelled_at IS NULL AND missed_at IS NULL"
    _index("ix_occurrences_unexpanded", "occurrences", ["start"], where=unexpanded)


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        _row_id(),
        sa.Column("occurrence_id", NUMBER, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        _text("area"),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
        sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
        sa.Column("lease_until", INSTANT),
        _text("ref"),
        _text("code"),
        _text("recording"),
        sa.Column("resume_of", NUMBER),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.ForeignKeyConstraint(["occurrence_id"], ["occurrences.id"], name="fk_deliveries_occurrence_id"),
        sa.ForeignKeyConstraint(["resume_of"], ["deliveries.id"], name="fk_deliveries_resume_of"),
        sqlite_autoincrement=True,
    )
    _index("ix_deliveries_occurrence_id_channel_state", "deliveries", ["occurrence_id", "channel", "state"])
    first, resumed = "resume_of IS NULL", "resume_of IS NOT NULL"
    _index("uq_deliveries_target", "deliveries", ["occurrence_id", "target"], where=first, unique=True)
    _index("uq_deliveries_resume_of", "deliveries", ["resume_of"], where=resumed, unique=True)
    in_flight = "state IN ('sending', 'accepted', 'retry', 'unknown')"
    _index("ix_deliveries_in_flight", "deliveries", ["state", "channel"], where=in_flight)


def _receipts() -> None:
    op.create_table(
        "receipts",
        _row_id(),
        sa.Column("delivery_id", NUMBER, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("evidence", WORD, nullable=False),
        _text("code"),
        _text("ref"),
        sa.Column("started", INSTANT),
        sa.Column("ended", INSTANT),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_receipts"),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name="fk_receipts_delivery_id"),
        sa.UniqueConstraint("delivery_id", "digest", name="uq_receipts_delivery_id_digest"),
    )
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


APPEND_ONLY = {
    "sqlite": tuple(
        f"CREATE TRIGGER receipts_keep_{verb} BEFORE {verb} ON receipts "
        "BEGIN SELECT RAISE(ABORT, 'receipts are append-only'); END"
        for verb in ("update", "delete")
    ),
    "postgresql": (
        "CREATE FUNCTION receipts_keep() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'receipts are append-only'; END $$",
        "CREATE TRIGGER receipts_keep BEFORE UPDATE OR DELETE ON receipts "
        "FOR EACH ROW EXECUTE FUNCTION receipts_keep()",
    ),
}


def _recordings() -> None:
    op.create_table(
        "recordings",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("duration_s", sa.Double, nullable=False),
        sa.Column("lufs", sa.Double, nullable=False),
        sa.Column("dbtp", sa.Double, nullable=False),
        sa.Column("voice", sa.Text, nullable=False),
        sa.Column("fallback", sa.Boolean, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_recordings"),
    )


def _contacts() -> None:
    op.create_table(
        "contact_lists",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("channel", sa.Text),
        sa.Column("imported_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact_lists"),
    )
    op.create_table(
        "contacts",
        _row_id(),
        sa.Column("list_id", sa.Text, nullable=False),
        sa.Column("lookup", sa.LargeBinary, nullable=False),
        sa.Column("phone", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.LargeBinary),
        sa.Column("note", sa.LargeBinary),
        _text("area"),
        _text("consent"),
        sa.Column("consent_date", sa.Date),
        sa.Column("sample", sa.Boolean, nullable=False),
        _text("blocked"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
        sa.ForeignKeyConstraint(["list_id"], ["contact_lists.id"], name="fk_contacts_list_id"),
        sa.UniqueConstraint("list_id", "lookup", name="uq_contacts_list_id_lookup"),
        sqlite_autoincrement=True,
    )
    _index("ix_contacts_list_id_id", "contacts", ["list_id", "id"])
    op.create_table(
        "do_not_contact",
        sa.Column("lookup", sa.LargeBinary, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        _text("code"),
        sa.PrimaryKeyConstraint("lookup", name="pk_do_not_contact"),
    )
    op.create_table(
        "contact_keys",
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_contact_keys"),
    )
