"""People and their approvals, the audit log, notices, requests to the running station, its memory."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.String(16)


def upgrade() -> None:
    _people()
    _audit()
    _station()
    for table in ("approvals", "withdrawals", "audit"):
        _append_only(table)


def _row_id() -> sa.Column[int]:
    return sa.Column("id", NUMBER, sa.Identity(), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _people() -> None:
    op.create_table(
        "persons",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", WORD, nullable=False),
        sa.Column("passphrase", sa.Text, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("disabled_at", INSTANT),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        sa.Column("failed_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_persons"),
    )
    op.create_table(
        "approvals",
        _row_id(),
        sa.Column("bulletin", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_approvals"),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name="fk_approvals_person"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_approvals_bulletin", "approvals", ["bulletin"])
    op.create_table(
        "withdrawals",
        _row_id(),
        sa.Column("bulletin", sa.Text, nullable=False),
        _text("person"),
        _text("reason"),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_withdrawals"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_withdrawals_bulletin", "withdrawals", ["bulletin"])


def _audit() -> None:
    op.create_table(
        "audit",
        _row_id(),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        _text("subject"),
        _text("detail"),
        sa.Column("previous", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sa.UniqueConstraint("hash", name="uq_audit_hash"),
        sqlite_autoincrement=True,
    )


def _station() -> None:
    op.create_table(
        "notices",
        _row_id(),
        sa.Column("code", sa.Text, nullable=False),
        _text("subject"),
        _text("params"),
        sa.Column("first_at", INSTANT, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("count", sa.Integer, nullable=False, server_default="1"),
        sa.Column("told_at", INSTANT),
        sa.Column("settled_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sqlite_autoincrement=True,
    )
    only = sa.text("settled_at IS NULL")
    op.create_index(
        "uq_notices_open", "notices", ["code", "subject"], unique=True, sqlite_where=only, postgresql_where=only
    )
    op.create_table(
        "requests",
        _row_id(),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("areas", sa.Text, nullable=False),
        _text("actor"),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT),
        _text("result"),
        sa.PrimaryKeyConstraint("id", name="pk_requests"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "memory",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_memory"),
    )


def _append_only(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_keep_{verb} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} are append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_keep() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} are append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_keep()"
    )
