"""What receivers say they aired although nobody had ordered it: no delivery stands for it, and yet it was heard.

So it is after a database was lost and an older copy put back, or where a machine is not what it says. It is kept beside
the receipts and proves nothing of any delivery.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.protocol.journal import Entry, Kind
from pipeline.store.contacts import upsert
from pipeline.store.rows_receivers import Unordered
from pipeline.store.tables_receivers import unordered_airings

MOST = 1_000  # a machine may claim what it likes
_KEPT = unordered_airings.c


def keep(
    connection: Connection, receiver: str, journal: str, fresh: Sequence[Entry], mine: Collection[str], now: datetime
) -> None:
    """What new entries say began or ended, of airings that were never laid down for this receiver."""
    for each in fresh:
        if not each.airing or each.airing in mine:
            continue
        if each.kind is Kind.STARTED:
            row = {"receiver": receiver, "journal": journal, "airing": each.airing, "began": each.at, "taken_at": now}
            connection.execute(upsert(connection, unordered_airings).values(row).on_conflict_do_nothing())
        elif each.kind in (Kind.ENDED, Kind.STOPPED):
            same = _KEPT.receiver == receiver, _KEPT.journal == journal, _KEPT.airing == each.airing
            ended = sa.update(unordered_airings).where(*same, _KEPT.ended.is_(None))
            connection.execute(ended.values(ended=each.at, code=each.code))


def taken_since(connection: Connection, since: datetime) -> list[Unordered]:
    """Those the station learned of since a moment, the newest first, at most MOST."""
    query = sa.select(unordered_airings).where(_KEPT.taken_at >= since)
    found = connection.execute(query.order_by(_KEPT.taken_at.desc(), _KEPT.began.desc(), _KEPT.airing).limit(MOST))
    return [_unordered(row) for row in found]


def between(connection: Connection, since: datetime, until: datetime) -> list[Unordered]:
    """Those that began between the two by their receiver's clock, or of which the station learned then (that clock may
    be wrong by years), by their beginning; at most MOST, the newest."""
    began = sa.and_(_KEPT.began >= since, _KEPT.began < until)
    taken = sa.and_(_KEPT.taken_at >= since, _KEPT.taken_at < until)
    query = sa.select(unordered_airings).where(sa.or_(began, taken))
    newest = connection.execute(query.order_by(_KEPT.began.desc(), _KEPT.receiver, _KEPT.airing).limit(MOST))
    return [_unordered(row) for row in newest][::-1]


def _unordered(row: sa.Row[Any]) -> Unordered:
    return Unordered(row.receiver, row.airing, row.began, row.ended, row.code, row.taken_at)
