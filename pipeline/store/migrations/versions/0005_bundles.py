"""USB sticks for loudspeakers without a network: what was on them, and what people said became of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "bundles",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("first", sa.Date, nullable=False),
        sa.Column("last", sa.Date, nullable=False),
        sa.Column("areas", sa.Text, nullable=False),
        sa.Column("manifest", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bundles"),
    )
    _rows()
    _answers()
    _outside()
    for table in ("bundles", "bundle_rows", "bundle_answers", "outside_airings"):
        _append_only(table)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _of_bundle(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", NUMBER, sa.Identity(), nullable=False),
        sa.Column("bundle_id", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundles.id"], name=f"fk_{table}_bundle_id"),
    ]


def _rows() -> None:
    op.create_table(
        "bundle_rows",
        *_of_bundle("bundle_rows"),
        _text("programme"),
        _text("slot"),
        sa.Column("start", INSTANT),
        _text("area"),
        _text("cluster"),
        sa.Column("bulletins", sa.Text, nullable=False),
        sa.Column("recording", sa.Text, nullable=False),
        sa.Column("length_s", sa.Double, nullable=False),
        sa.UniqueConstraint("bundle_id", "code", name="uq_bundle_rows_bundle_id_code"),
        sqlite_autoincrement=True,
    )


def _answers() -> None:
    op.create_table(
        "bundle_answers",
        *_of_bundle("bundle_answers"),
        sa.Column("played", sa.Boolean, nullable=False),
        sa.Column("started", INSTANT),
        _text("person"),
        _text("words"),
        sa.Column("entered_by", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("sheet", sa.Text, nullable=False),
        sa.UniqueConstraint("bundle_id", "code", name="uq_bundle_answers_bundle_id_code"),
        sqlite_autoincrement=True,
    )


def _outside() -> None:
    op.create_table(
        "outside_airings",
        *_of_bundle("outside_airings"),
        sa.Column("bulletins", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        _text("cluster"),
        sa.Column("start", INSTANT, nullable=False),
        sa.Column("ended", INSTANT, nullable=False),
        _text("programme"),
        _text("slot"),
        sa.Column("planned", INSTANT),
        sa.Column("recording", sa.Text, nullable=False),
        _text("person"),
        _text("words"),
        sa.Column("entered_by", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("sheet", sa.Text, nullable=False),
        sa.UniqueConstraint("bundle_id", "code", "area", "start", name="uq_outside_airings_bundle_id_code_area_start"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outside_airings_start", "outside_airings", ["start"])


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
