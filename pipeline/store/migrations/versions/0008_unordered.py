"""What receivers say they aired although nobody had ordered it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"

INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "unordered_airings",
        sa.Column("receiver", sa.Text, nullable=False),
        sa.Column("journal", sa.Text, nullable=False),
        sa.Column("airing", sa.Text, nullable=False),
        sa.Column("began", INSTANT, nullable=False),
        sa.Column("ended", INSTANT),
        sa.Column("code", sa.Text, nullable=False, server_default=""),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("receiver", "journal", "airing", name="pk_unordered_airings"),
    )
    op.create_index("ix_unordered_airings_taken_at", "unordered_airings", ["taken_at"])
