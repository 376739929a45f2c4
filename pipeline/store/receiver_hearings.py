"""What microphones beside receivers made of airings. It stands beside the receipts and never touches one."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.errors import ContentError
from pipeline.protocol.hearing import Hearing, Verdict
from pipeline.protocol.journal import Entry, Kind
from pipeline.store.database import insert_many
from pipeline.store.rows_receivers import HeardRow, LaidDown
from pipeline.store.tables_receivers import hearings, receiver_entries

KEY = "loa-"
_SOUNDED = (Verdict.HEARD.value, Verdict.PARTLY.value)


def keep(
    connection: Connection, receiver: str, journal: str, fresh: Sequence[Entry], mine: Mapping[str, LaidDown]
) -> None:
    """The hearings among new entries. One that is not in its form stays an entry, and says nothing."""
    found = ((each, _hearing(each.facts)) for each in fresh if each.kind is Kind.HEARD and each.airing in mine)
    rows = [
        {
            "delivery_id": mine[each.airing].delivery,
            "receiver": receiver,
            "journal": journal,
            "seq": each.seq,
            "at": each.at,
            "verdict": hearing.verdict.value,
            "score": hearing.score,
        }
        for each, hearing in found
        if hearing is not None
    ]
    insert_many(connection, hearings, rows)


def last(connection: Connection, since: datetime) -> dict[str, HeardRow]:
    """The last hearing of each receiver, of those since a moment of its clock."""
    return _last(connection, since, sa.true())


def last_telling(connection: Connection, since: datetime) -> dict[str, HeardRow]:
    """The last that says something of the amplifier: heard, in part at least; or not heard although its journal says
    that the airing ended."""
    entry = receiver_entries.c
    ended = sa.exists().where(
        entry.airing == sa.literal(KEY) + sa.cast(hearings.c.delivery_id, sa.Text),
        entry.receiver == hearings.c.receiver,
        entry.kind == Kind.ENDED.value,
    )
    missed = sa.and_(hearings.c.verdict == Verdict.NOT_HEARD.value, ended)
    return _last(connection, since, sa.or_(hearings.c.verdict.in_(_SOUNDED), missed))


def _last(connection: Connection, since: datetime, such: sa.ColumnElement[bool]) -> dict[str, HeardRow]:
    newest = sa.select(sa.func.max(hearings.c.id)).where(hearings.c.at >= since, such).group_by(hearings.c.receiver)
    entry, heard = receiver_entries.c, hearings.c
    told = sa.and_(entry.receiver == heard.receiver, entry.journal == heard.journal, entry.seq == heard.seq)
    query = (
        sa.select(heard.receiver, heard.delivery_id, heard.at, entry.facts)
        .join(receiver_entries, told)
        .where(heard.id.in_(newest))
    )
    found = {}
    for receiver, delivery, at, facts in connection.execute(query):
        if (hearing := _hearing(json.loads(facts or "{}"))) is not None:
            found[receiver] = HeardRow(receiver, delivery, at, hearing)
    return found


def _hearing(facts: Mapping[str, str]) -> Hearing | None:
    with contextlib.suppress(ContentError):
        return Hearing.read_facts(facts)
    return None
