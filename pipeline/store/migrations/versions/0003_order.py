"""What was cut or moved on its way to a cluster, and how collisions of PRIORITY airings were ruled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "adjustments",
        sa.Column("delivery_id", NUMBER, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("begins", INSTANT, nullable=False),
        sa.Column("ends", INSTANT, nullable=False),
        sa.Column("bulletins", sa.Text, nullable=False),
        sa.Column("left_out", sa.Text, nullable=False),
        sa.Column("params", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("delivery_id", name="pk_adjustments"),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name="fk_adjustments_delivery_id"),
    )
    op.create_table(
        "rulings",
        sa.Column("id", NUMBER, sa.Identity(), nullable=False),
        sa.Column("first_id", NUMBER, nullable=False),
        sa.Column("second_id", NUMBER, nullable=False),
        sa.Column("person", sa.Text, nullable=False, server_default=""),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rulings"),
        sa.ForeignKeyConstraint(["first_id"], ["occurrences.id"], name="fk_rulings_first_id"),
        sa.ForeignKeyConstraint(["second_id"], ["occurrences.id"], name="fk_rulings_second_id"),
        sqlite_autoincrement=True,
    )
    _append_only("rulings")


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
