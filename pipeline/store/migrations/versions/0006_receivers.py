"""Receivers at the communes: who they are, what they were handed, what they say they did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _receivers()
    _belonging()
    _airings()
    _journals()
    _entries()
    _commands()
    _hearings()
    for table in ("receiver_entries", "hearings"):
        _append_only(table)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")


def _named(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _receivers() -> None:
    op.create_table(
        "receivers",
        _named("id"),
        sa.Column("enrolled_at", INSTANT),
        sa.Column("revoked_at", INSTANT),
        _count("plan_version"),
        sa.Column("plan", sa.LargeBinary),
        sa.Column("plan_at", INSTANT),
        sa.Column("plan_expires", INSTANT),
        _text("plan_key"),
        _text("status"),
        sa.Column("status_at", INSTANT),
        _text("over"),
        _count("held_version"),
        sa.Column("contact_at", INSTANT),
        _text("journal"),
        sa.Column("complete_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_receivers"),
    )


def _belonging() -> None:
    op.create_table(
        "receiver_certificates",
        _named("serial"),
        _named("receiver"),
        sa.Column("issued", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT),
        sa.PrimaryKeyConstraint("serial", name="pk_receiver_certificates"),
    )
    op.create_index("ix_receiver_certificates_receiver", "receiver_certificates", ["receiver"])
    op.create_table(
        "enrolment_codes",
        _named("id"),
        _named("receiver"),
        sa.Column("issued", INSTANT, nullable=False),
        sa.Column("expires", INSTANT, nullable=False),
        _named("digest"),
        sa.Column("wrong", sa.Integer, nullable=False, server_default="0"),
        _text("used_by"),
        sa.PrimaryKeyConstraint("id", name="pk_enrolment_codes"),
    )
    op.create_index("ix_enrolment_codes_receiver", "enrolment_codes", ["receiver"])


def _airings() -> None:
    op.create_table(
        "receiver_airings",
        sa.Column("delivery_id", NUMBER, nullable=False, autoincrement=False),
        _named("receiver"),
        _named("body"),
        _named("sound"),
        _named("bulletins"),
        _named("left_out"),
        _text("cause"),
        sa.Column("begins", INSTANT, nullable=False),
        sa.Column("over_at", INSTANT, nullable=False),
        _count("version"),
        sa.Column("handed_at", INSTANT),
        sa.Column("withdrawn_at", INSTANT),
        _count("gone_version"),
        sa.PrimaryKeyConstraint("delivery_id", name="pk_receiver_airings"),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name="fk_receiver_airings_delivery_id"),
    )
    op.create_index("ix_receiver_airings_receiver_over_at", "receiver_airings", ["receiver", "over_at"])
    op.create_index("ix_receiver_airings_over_at", "receiver_airings", ["over_at"])
    foreseen = sa.text("handed_at IS NULL")
    op.create_index(
        "ix_receiver_airings_foreseen",
        "receiver_airings",
        ["begins"],
        sqlite_where=foreseen,
        postgresql_where=foreseen,
    )


def _journals() -> None:
    op.create_table(
        "receiver_journals",
        _named("receiver"),
        _named("journal"),
        _count("held"),
        sa.Column("first_at", INSTANT, nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("receiver", "journal", name="pk_receiver_journals"),
    )


def _entries() -> None:
    op.create_table(
        "receiver_entries",
        sa.Column("id", NUMBER, sa.Identity(), nullable=False),
        _named("receiver"),
        _named("journal"),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        _named("kind"),
        _text("airing"),
        _text("code"),
        sa.Column("position_s", sa.Double, nullable=False, server_default="0"),
        _text("facts"),
        sa.Column("offset_s", sa.Double),
        sa.PrimaryKeyConstraint("id", name="pk_receiver_entries"),
        sa.UniqueConstraint("receiver", "journal", "seq", name="uq_receiver_entries_receiver_journal_seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_receiver_entries_airing", "receiver_entries", ["airing"])


def _commands() -> None:
    op.create_table(
        "receiver_commands",
        _named("id"),
        _named("receiver"),
        _named("kind"),
        _named("airings"),
        sa.Column("issued", INSTANT, nullable=False),
        sa.Column("expires", INSTANT, nullable=False),
        sa.Column("replied_at", INSTANT),
        _text("code"),
        sa.PrimaryKeyConstraint("id", name="pk_receiver_commands"),
    )
    op.create_index("ix_receiver_commands_receiver_issued", "receiver_commands", ["receiver", "issued"])


def _hearings() -> None:
    op.create_table(
        "hearings",
        sa.Column("id", NUMBER, sa.Identity(), nullable=False),
        sa.Column("delivery_id", NUMBER, nullable=False),
        _named("receiver"),
        _named("journal"),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        _named("verdict"),
        sa.Column("score", sa.Double, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name="pk_hearings"),
        sa.UniqueConstraint("receiver", "journal", "seq", name="uq_hearings_receiver_journal_seq"),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name="fk_hearings_delivery_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_hearings_delivery_id", "hearings", ["delivery_id"])
    op.create_index("ix_hearings_at", "hearings", ["at"])


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
