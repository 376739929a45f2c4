"""The tables of what leaves on a USB stick, and of what a person says became of it; on the metadata of `tables.py`."""

from __future__ import annotations

import sqlalchemy as sa

from pipeline.store.tables import Instant, Length, Names, append_only, metadata

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _row_id() -> sa.Column[int]:
    return sa.Column("id", _NUMBER, sa.Identity(), primary_key=True)


def _bundle() -> sa.Column[str]:
    return sa.Column("bundle_id", sa.Text, sa.ForeignKey("bundles.id"), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


bundles = sa.Table(
    "bundles",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("first", sa.Date, nullable=False),  # days of the station, both included
    sa.Column("last", sa.Date, nullable=False),
    sa.Column("areas", Names, nullable=False),  # as they were asked for; none: everywhere
    sa.Column("manifest", sa.Text, nullable=False),  # sha256
)

bundle_rows = sa.Table(  # a line of the printed list: an airing for one cluster, or one bulletin to be played freely
    "bundle_rows",
    metadata,
    _row_id(),
    _bundle(),
    sa.Column("code", sa.Text, nullable=False),  # of the line, within its bundle
    _text("programme"),  # empty: outside any programme
    _text("slot"),
    sa.Column("start", Instant),
    _text("area"),
    _text("cluster"),
    sa.Column("bulletins", Names, nullable=False),
    sa.Column("recording", sa.Text, nullable=False),
    sa.Column("length_s", Length, nullable=False),
    sa.UniqueConstraint("bundle_id", "code"),
    sqlite_autoincrement=True,
)

bundle_answers = sa.Table(  # what a return sheet says of a planned line, once
    "bundle_answers",
    metadata,
    _row_id(),
    _bundle(),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("played", sa.Boolean, nullable=False),
    sa.Column("started", Instant),
    _text("person"),  # who played it, as the sheet names them
    _text("words"),  # why it was not played, or whatever else was written
    sa.Column("entered_by", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("sheet", sa.Text, nullable=False),  # sha256
    sa.UniqueConstraint("bundle_id", "code"),
    sqlite_autoincrement=True,
)

outside_airings = sa.Table(  # airings by hand that no delivery stands for
    "outside_airings",
    metadata,
    _row_id(),
    _bundle(),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("bulletins", Names, nullable=False),
    sa.Column("area", sa.Text, nullable=False),
    _text("cluster"),
    sa.Column("start", Instant, nullable=False),
    sa.Column("ended", Instant, nullable=False),
    _text("programme"),  # what it had been planned as, where the station never planned a row for it
    _text("slot"),
    sa.Column("planned", Instant),
    sa.Column("recording", sa.Text, nullable=False),
    _text("person"),
    _text("words"),
    sa.Column("entered_by", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("sheet", sa.Text, nullable=False),
    sa.UniqueConstraint("bundle_id", "code", "area", "start"),
    sa.Index(None, "start"),
    sqlite_autoincrement=True,
)

KEPT_TABLES = (bundles, bundle_rows, bundle_answers, outside_airings)

for _table in KEPT_TABLES:
    for _dialect, _statements in append_only(_table.name).items():
        for _statement in _statements:
            sa.event.listen(_table, "after_create", sa.DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]
