"""The schema as the code knows it; `migrations/` must lead to exactly this (a test compares both databases)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect

from pipeline.domain import Evidence, Medium, Priority, Role, State

_instant = lru_cache(maxsize=4096)(datetime.fromisoformat)  # thousands of rows start together


class Instant(sa.TypeDecorator[datetime]):
    """An aware datetime, kept as UTC: `timestamptz`, or in SQLite ISO text of one width, which sorts as time does."""

    impl = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("a time without its zone")
        value = value.astimezone(UTC)
        return value.isoformat(timespec="microseconds") if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | str | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return _instant(value) if isinstance(value, str) else value.astimezone(UTC)


class Length(sa.TypeDecorator[timedelta]):
    """A timedelta as seconds."""

    impl = sa.Double()
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> float | None:
        return None if value is None else value.total_seconds()

    def process_result_value(self, value: float | None, dialect: Dialect) -> timedelta | None:
        return None if value is None else timedelta(seconds=value)


class Rank(sa.TypeDecorator[Priority]):
    """A priority as its rank, so that the database can put the urgent first."""

    impl = sa.SmallInteger()
    cache_ok = True

    def process_bind_param(self, value: Priority | None, dialect: Dialect) -> int | None:
        return None if value is None else value.rank

    def process_result_value(self, value: int | None, dialect: Dialect) -> Priority | None:
        return None if value is None else tuple(Priority)[value]


class Names(sa.TypeDecorator[tuple[str, ...]]):
    """A tuple of texts as a JSON list."""

    impl = sa.Text()
    cache_ok = True

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(list(value), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        return None if value is None else tuple(json.loads(value))


def _word(enum: type[StrEnum]) -> sa.Enum:
    return sa.Enum(enum, native_enum=False, length=16, values_callable=lambda members: [each.value for each in members])


def _row_id() -> sa.Column[int]:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("id", number, sa.Identity(), primary_key=True)


def _refers(to: str, name: str, *, nullable: bool = False) -> sa.Column[int]:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, number, sa.ForeignKey(f"{to}.id"), nullable=nullable)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

occurrences = sa.Table(
    "occurrences",
    metadata,
    _row_id(),
    sa.Column("programme", sa.Text, nullable=False),
    sa.Column("slot", sa.Text, nullable=False),
    sa.Column("start", Instant, nullable=False),
    sa.Column("medium", _word(Medium), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("priority", Rank, nullable=False),
    sa.Column("bulletins", Names, nullable=False),
    sa.Column("targets", Names, nullable=False),
    sa.Column("areas", Names, nullable=False),
    sa.Column("length_s", Length),
    sa.Column("repeat", sa.Integer, nullable=False),
    sa.Column("late_by_s", Length, nullable=False),
    sa.Column("too_late", Instant, nullable=False),  # start + late_by: compared by every tick
    sa.Column("digest", sa.LargeBinary, nullable=False),  # of everything the files say about it
    sa.Column("expanded_at", Instant),  # its deliveries exist
    sa.Column("handed_over_at", Instant),  # the first of them was claimed: frozen
    sa.Column("cancelled_at", Instant),
    sa.Column("missed_at", Instant),
    _text("code"),  # why it was cancelled or missed
    sa.Column("swept_at", Instant),  # too late, and nothing of it waits any more
    sa.Column("paused_at", Instant),  # nothing more of it is claimed until somebody lets it go on
    sa.UniqueConstraint("programme", "slot", "start"),
    sa.Index(None, "start"),
    sqlite_autoincrement=True,
)

WAITING = occurrences.c.swept_at.is_(None)
UNEXPANDED = sa.and_(
    occurrences.c.expanded_at.is_(None), occurrences.c.cancelled_at.is_(None), occurrences.c.missed_at.is_(None)
)
sa.Index("ix_occurrences_waiting", occurrences.c.too_late, sqlite_where=WAITING, postgresql_where=WAITING)
sa.Index("ix_occurrences_unexpanded", occurrences.c.start, sqlite_where=UNEXPANDED, postgresql_where=UNEXPANDED)

deliveries = sa.Table(
    "deliveries",
    metadata,
    _row_id(),
    _refers("occurrences", "occurrence_id"),
    sa.Column("target", sa.Text, nullable=False),
    _text("area"),  # of the target when it was planned: a proof keeps the name of its day
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("state", _word(State), nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
    sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
    sa.Column("lease_until", Instant),
    _text("ref"),
    _text("code"),
    _text("recording"),
    _refers("deliveries", "resume_of", nullable=True),
    sa.Column("updated_at", Instant, nullable=False),
    sa.Column("number", sa.LargeBinary),  # SMS: the keyed HMAC of whom it goes to, as in contacts.lookup
    sa.Column("day", sa.Date),  # SMS: the station's day it is meant for, once claimed the day it went
    sa.Column("parts", sa.Integer),  # SMS: what is paid for
    sa.Index(None, "occurrence_id", "channel", "state"),
    sqlite_autoincrement=True,
)

FIRST_OF_TARGET = deliveries.c.resume_of.is_(None)
RESUMED = deliveries.c.resume_of.is_not(None)
IN_FLIGHT_STATES = frozenset({State.SENDING, State.ACCEPTED, State.RETRY, State.UNKNOWN})
# written out, not bound: only so do both databases see that a query asks for no more than the index holds
IN_FLIGHT = sa.text("state IN ('sending', 'accepted', 'retry', 'unknown')")
sa.Index(
    "uq_deliveries_target",
    deliveries.c.occurrence_id,
    deliveries.c.target,
    unique=True,
    sqlite_where=FIRST_OF_TARGET,
    postgresql_where=FIRST_OF_TARGET,
)
NUMBERED = sa.text("number IS NOT NULL")  # written out like IN_FLIGHT
sa.Index(  # a number is told a thing once, whatever lists it stands in and however often its contact was made anew
    "uq_deliveries_number",
    deliveries.c.number,
    deliveries.c.occurrence_id,
    unique=True,
    sqlite_where=NUMBERED,
    postgresql_where=NUMBERED,
)
NAMED = sa.text("ref <> ''")  # written out like IN_FLIGHT
sa.Index("ix_deliveries_ref", deliveries.c.ref, sqlite_where=NAMED, postgresql_where=NAMED)
sa.Index("uq_deliveries_resume_of", deliveries.c.resume_of, unique=True, sqlite_where=RESUMED, postgresql_where=RESUMED)
sa.Index(
    "ix_deliveries_in_flight",
    deliveries.c.state,
    deliveries.c.channel,
    sqlite_where=IN_FLIGHT,
    postgresql_where=IN_FLIGHT,
)

rates = sa.Table(  # one row a sender: how many may be started now
    "rates",
    metadata,
    sa.Column("sender", sa.Text, primary_key=True),
    sa.Column("tokens", sa.Double, nullable=False),
    sa.Column("at", sa.Double, nullable=False),  # seconds since 1970 by the database's own clock
    sa.Column("granted", sa.Integer, nullable=False),  # by the last statement
)

receipts = sa.Table(
    "receipts",
    metadata,
    _row_id(),
    _refers("deliveries", "delivery_id"),
    sa.Column("at", Instant, nullable=False),
    sa.Column("state", _word(State), nullable=False),
    sa.Column("evidence", _word(Evidence), nullable=False),
    _text("code"),
    _text("ref"),
    sa.Column("started", Instant),
    sa.Column("ended", Instant),
    sa.Column("digest", sa.LargeBinary, nullable=False),  # the same receipt twice is one
    sa.UniqueConstraint("delivery_id", "digest"),
)

adjustments = sa.Table(
    "adjustments",
    metadata,
    _refers("deliveries", "delivery_id"),
    sa.Column("at", Instant, nullable=False),
    sa.Column("code", sa.Text, nullable=False),  # why it was not handed over as planned
    sa.Column("begins", Instant, nullable=False),
    sa.Column("ends", Instant, nullable=False),
    sa.Column("bulletins", Names, nullable=False),  # those it lets be heard
    sa.Column("left_out", Names, nullable=False),
    _text("params"),  # JSON of the sentence's parameters
    sa.PrimaryKeyConstraint("delivery_id"),
)

rulings = sa.Table(
    "rulings",
    metadata,
    _row_id(),
    _refers("occurrences", "first_id"),
    _refers("occurrences", "second_id"),
    _text("person"),  # empty: nobody ruled in time, the station went by its own order
    sa.Column("at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

recordings = sa.Table(
    "recordings",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("duration_s", sa.Double, nullable=False),
    sa.Column("lufs", sa.Double, nullable=False),
    sa.Column("dbtp", sa.Double, nullable=False),
    sa.Column("voice", sa.Text, nullable=False),
    sa.Column("fallback", sa.Boolean, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
)

contact_lists = sa.Table(
    "contact_lists",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("basis", sa.Text, nullable=False),
    sa.Column("channel", sa.Text),
    sa.Column("imported_at", Instant, nullable=False),
    _text("purpose"),
    _text("source"),  # who handed the numbers over
    _text("consent"),  # how its people agreed, where they were asked
    sa.Column("retention_days", sa.Integer),  # a number no import has named for so long is deleted
)

contacts = sa.Table(
    "contacts",
    metadata,
    _row_id(),
    sa.Column("list_id", sa.Text, sa.ForeignKey("contact_lists.id"), nullable=False),
    sa.Column("lookup", sa.LargeBinary, nullable=False),  # keyed HMAC of the number
    sa.Column("phone", sa.LargeBinary, nullable=False),  # encrypted, like name and note
    sa.Column("name", sa.LargeBinary),
    sa.Column("note", sa.LargeBinary),
    _text("area"),
    _text("consent"),
    sa.Column("consent_date", sa.Date),
    sa.Column("sample", sa.Boolean, nullable=False),
    _text("blocked"),  # why nothing is sent to it
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),  # the last import that named it
    sa.UniqueConstraint("list_id", "lookup"),
    sa.Index(None, "list_id", "id"),
    sqlite_autoincrement=True,  # `list/id` names a target for ever
)

do_not_contact = sa.Table(
    "do_not_contact",
    metadata,
    sa.Column("lookup", sa.LargeBinary, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    _text("code"),
)

contact_keys = sa.Table(
    "contact_keys",
    metadata,
    sa.Column("fingerprint", sa.LargeBinary, primary_key=True),  # keyed itself: it tells a wrong key, nothing else
    sa.Column("made_at", Instant, nullable=False),
)

persons = sa.Table(
    "persons",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", _word(Role), nullable=False),
    sa.Column("passphrase", sa.Text, nullable=False),  # argon2id, with its salt and cost
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("disabled_at", Instant),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),  # wrong passphrases in a row
    sa.Column("failed_at", Instant),
)

approvals = sa.Table(
    "approvals",
    metadata,
    _row_id(),
    sa.Column("bulletin", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),  # of everything that was accepted
    sa.Column("person", sa.Text, sa.ForeignKey("persons.id"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index(None, "bulletin"),
    sqlite_autoincrement=True,
)

withdrawals = sa.Table(
    "withdrawals",
    metadata,
    _row_id(),
    sa.Column("bulletin", sa.Text, nullable=False),
    _text("person"),
    _text("reason"),
    sa.Column("at", Instant, nullable=False),
    sa.Index(None, "bulletin"),
    sqlite_autoincrement=True,
)

audit = sa.Table(
    "audit",
    metadata,
    _row_id(),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    _text("subject"),
    _text("detail"),  # canonical JSON
    sa.Column("previous", sa.LargeBinary, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False, unique=True),  # over the entry and `previous`
    sqlite_autoincrement=True,
)

notices = sa.Table(
    "notices",
    metadata,
    _row_id(),
    sa.Column("code", sa.Text, nullable=False),
    _text("subject"),
    _text("params"),  # JSON of the sentence's parameters
    sa.Column("first_at", Instant, nullable=False),
    sa.Column("last_at", Instant, nullable=False),
    sa.Column("count", sa.Integer, nullable=False, server_default="1"),
    sa.Column("told_at", Instant),
    sa.Column("settled_at", Instant),
    sqlite_autoincrement=True,
)
OPEN_NOTICE = notices.c.settled_at.is_(None)
sa.Index(
    "uq_notices_open",
    notices.c.code,
    notices.c.subject,
    unique=True,
    sqlite_where=OPEN_NOTICE,
    postgresql_where=OPEN_NOTICE,
)

requests = sa.Table(
    "requests",
    metadata,
    _row_id(),
    sa.Column("kind", sa.Text, nullable=False),  # what a command asks of the running station: stop
    sa.Column("areas", Names, nullable=False),
    _text("actor"),
    sa.Column("at", Instant, nullable=False),
    sa.Column("done_at", Instant),
    _text("result"),  # JSON
    sqlite_autoincrement=True,
)

memory = sa.Table(
    "memory",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)

KEPT_TABLES = (receipts, approvals, withdrawals, audit, rulings)


def append_only(table: str) -> dict[str, tuple[str, ...]]:
    """What makes a database refuse to change or remove a row of a table, by dialect."""
    return {
        "sqlite": tuple(
            f"CREATE TRIGGER {table}_keep_{verb} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} are append-only'); END"
            for verb in ("update", "delete")
        ),
        "postgresql": (
            f"CREATE FUNCTION {table}_keep() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} are append-only'; END $$",
            f"CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_keep()",
        ),
    }


for _table in KEPT_TABLES:
    for _dialect, _statements in append_only(_table.name).items():
        for _statement in _statements:
            sa.event.listen(_table, "after_create", sa.DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]
