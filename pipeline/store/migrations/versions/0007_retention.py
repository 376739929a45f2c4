"""Entries of receivers' journals go once they are old enough: a mark says up to which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"

INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPENED = "(SELECT coalesce(max(last), 0) FROM receiver_entry_marks WHERE pruned_at IS NOT NULL)"


def upgrade() -> None:
    op.create_table(
        "receiver_entry_marks",
        sa.Column("last", NUMBER, nullable=False, autoincrement=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("pruned_at", INSTANT),
        sa.PrimaryKeyConstraint("last", name="pk_receiver_entry_marks"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER receiver_entries_keep_delete")
        op.execute(
            f"CREATE TRIGGER receiver_entries_keep_delete BEFORE delete ON receiver_entries WHEN OLD.id > {OPENED} "
            "BEGIN SELECT RAISE(ABORT, 'receiver_entries are append-only'); END"
        )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION receiver_entries_keep() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF TG_OP = 'DELETE' AND OLD.id <= {OPENED} THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION 'receiver_entries are append-only'; END $$"
    )
