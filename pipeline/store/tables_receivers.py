"""The tables of the receivers at the communes: who they are, what they were handed, what they say they did."""

from __future__ import annotations

import sqlalchemy as sa

from pipeline.store.tables import Instant, Names, append_only, metadata

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _row_id() -> sa.Column[int]:
    return sa.Column("id", _NUMBER, sa.Identity(), primary_key=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")


def _receiver() -> sa.Column[str]:
    return sa.Column("receiver", sa.Text, nullable=False)


receivers = sa.Table(
    "receivers",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),  # of its cluster
    sa.Column("enrolled_at", Instant),
    sa.Column("revoked_at", Instant),
    _count("plan_version"),  # of the plan issued last; only grows
    sa.Column("plan", sa.LargeBinary),  # as it was sealed
    sa.Column("plan_at", Instant),
    sa.Column("plan_expires", Instant),
    _text("plan_key"),  # the signing key it was sealed with
    _text("status"),  # JSON, as it was said last
    sa.Column("status_at", Instant),  # when, by the station's clock
    _text("over"),  # which way it came
    _count("held_version"),  # of the plan it says it goes by, every sound of it there
    sa.Column("contact_at", Instant),  # when something proved that the machine was there
    _text("journal"),  # the one it writes now
    sa.Column("complete_at", Instant),  # the last contact at which all of that journal was held here
)

receiver_certificates = sa.Table(
    "receiver_certificates",
    metadata,
    sa.Column("serial", sa.Text, primary_key=True),
    _receiver(),
    sa.Column("issued", Instant, nullable=False),
    sa.Column("until", Instant, nullable=False),
    sa.Column("revoked_at", Instant),
    sa.Index(None, "receiver"),
)

enrolment_codes = sa.Table(
    "enrolment_codes",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    _receiver(),
    sa.Column("issued", Instant, nullable=False),
    sa.Column("expires", Instant, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),  # keyed
    sa.Column("wrong", sa.Integer, nullable=False, server_default="0"),
    _text("used_by"),  # fingerprint of the public key it was used for
    sa.Index(None, "receiver"),
)

receiver_airings = sa.Table(  # what the plan of a receiver holds: foreseen, or handed over for good
    "receiver_airings",
    metadata,
    sa.Column("delivery_id", _NUMBER, sa.ForeignKey("deliveries.id"), primary_key=True, autoincrement=False),
    _receiver(),
    sa.Column("body", sa.Text, nullable=False),  # JSON of the airing as it stands in the plan
    sa.Column("sound", sa.Text, nullable=False),  # sha256
    sa.Column("bulletins", Names, nullable=False),  # those it lets be heard
    sa.Column("left_out", Names, nullable=False),
    _text("cause"),  # why it is not as planned: as in `adjustments`
    sa.Column("begins", Instant, nullable=False),
    sa.Column("over_at", Instant, nullable=False),  # even if it begins as late as it may
    _count("version"),  # the first plan that held it so; 0: none yet
    sa.Column("handed_at", Instant),
    sa.Column("withdrawn_at", Instant),
    _count("gone_version"),  # the first plan that held it no more; 0: none yet
    sa.Index(None, "receiver", "over_at"),
    sa.Index(None, "over_at"),
)
ONLY_FORESEEN = receiver_airings.c.handed_at.is_(None)
sa.Index(
    "ix_receiver_airings_foreseen",
    receiver_airings.c.begins,
    sqlite_where=ONLY_FORESEEN,
    postgresql_where=ONLY_FORESEEN,
)

receiver_journals = sa.Table(
    "receiver_journals",
    metadata,
    sa.Column("receiver", sa.Text, primary_key=True),
    sa.Column("journal", sa.Text, primary_key=True),
    _count("held"),  # entries, without a gap
    sa.Column("first_at", Instant, nullable=False),  # of its first entry, by the receiver's clock
    sa.Column("taken_at", Instant, nullable=False),  # the last piece, by the station's
)

receiver_entries = sa.Table(
    "receiver_entries",
    metadata,
    _row_id(),
    _receiver(),
    sa.Column("journal", sa.Text, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("at", Instant, nullable=False),  # by the receiver's clock, as it wrote it
    sa.Column("kind", sa.Text, nullable=False),
    _text("airing"),
    _text("code"),
    sa.Column("position_s", sa.Double, nullable=False, server_default="0"),
    _text("facts"),  # JSON
    sa.Column("offset_s", sa.Double),  # its clock minus the station's when it handed this in, where it said so
    sa.UniqueConstraint("receiver", "journal", "seq"),
    sa.Index(None, "airing"),
    sqlite_autoincrement=True,
)

receiver_entry_marks = sa.Table(  # how far entries had been taken in by when; `pruned_at`: from then on they may go
    "receiver_entry_marks",
    metadata,
    sa.Column("last", _NUMBER, primary_key=True, autoincrement=False),  # number of an entry
    sa.Column("at", Instant, nullable=False),
    sa.Column("pruned_at", Instant),
)

unordered_airings = sa.Table(  # what receivers say they aired although nobody had ordered it
    "unordered_airings",
    metadata,
    sa.Column("receiver", sa.Text, primary_key=True),
    sa.Column("journal", sa.Text, primary_key=True),
    sa.Column("airing", sa.Text, primary_key=True),
    sa.Column("began", Instant, nullable=False),  # by the receiver's clock
    sa.Column("ended", Instant),
    _text("code"),  # why it stopped
    sa.Column("taken_at", Instant, nullable=False),  # by the station's
    sa.Index(None, "taken_at"),
)

receiver_commands = sa.Table(
    "receiver_commands",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    _receiver(),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("airings", Names, nullable=False),
    sa.Column("issued", Instant, nullable=False),
    sa.Column("expires", Instant, nullable=False),
    sa.Column("replied_at", Instant),
    _text("code"),  # of the reply: why it was not followed
    sa.Index(None, "receiver", "issued"),
)

hearings = sa.Table(  # what a microphone beside a receiver made of an airing
    "hearings",
    metadata,
    _row_id(),
    sa.Column("delivery_id", _NUMBER, sa.ForeignKey("deliveries.id"), nullable=False),
    _receiver(),
    sa.Column("journal", sa.Text, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("score", sa.Double, nullable=False, server_default="0"),
    sa.UniqueConstraint("receiver", "journal", "seq"),
    sa.Index(None, "delivery_id"),
    sa.Index(None, "at"),
    sqlite_autoincrement=True,
)

_OPENED = "(SELECT coalesce(max(last), 0) FROM receiver_entry_marks WHERE pruned_at IS NOT NULL)"
ENTRIES_KEPT = {  # no entry is changed; none is deleted but under a mark that is old enough
    "sqlite": (
        append_only("receiver_entries")["sqlite"][0],
        f"CREATE TRIGGER receiver_entries_keep_delete BEFORE delete ON receiver_entries WHEN OLD.id > {_OPENED} "
        "BEGIN SELECT RAISE(ABORT, 'receiver_entries are append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION receiver_entries_keep() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF TG_OP = 'DELETE' AND OLD.id <= {_OPENED} THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION 'receiver_entries are append-only'; END $$",
        append_only("receiver_entries")["postgresql"][1],
    ),
}

for _table, _kept in ((receiver_entries, ENTRIES_KEPT), (hearings, append_only("hearings"))):
    for _dialect, _statements in _kept.items():
        for _statement in _statements:
            sa.event.listen(_table, "after_create", sa.DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]
