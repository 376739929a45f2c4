"""SMS to many: what one sender may start a second, batches that pause, whose number a delivery goes to and when.

What is added to a table stands last in `tables.py` too, in the same order: PostgreSQL keeps the order of columns.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _sending()
    _lists()


def _sending() -> None:
    op.create_table(
        "rates",
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("tokens", sa.Double, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("granted", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("sender", name="pk_rates"),
    )
    op.add_column("occurrences", sa.Column("paused_at", INSTANT))
    op.add_column("deliveries", sa.Column("number", sa.LargeBinary))
    op.add_column("deliveries", sa.Column("day", sa.Date))
    op.add_column("deliveries", sa.Column("parts", sa.Integer))
    numbered = sa.text("number IS NOT NULL")
    op.create_index(
        "uq_deliveries_number",
        "deliveries",
        ["number", "occurrence_id"],
        unique=True,
        sqlite_where=numbered,
        postgresql_where=numbered,
    )
    named = sa.text("ref <> ''")
    op.create_index("ix_deliveries_ref", "deliveries", ["ref"], sqlite_where=named, postgresql_where=named)


def _lists() -> None:
    for name in ("purpose", "source", "consent"):
        op.add_column("contact_lists", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.add_column("contact_lists", sa.Column("retention_days", sa.Integer))
