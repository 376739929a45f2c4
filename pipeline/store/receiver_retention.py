"""How long entries of receivers' journals are kept: what has become of each stands in receipts, which stay.

An entry's own time is its receiver's, which may be wrong by years. So the station marks once a day how far it has taken
entries in, and goes by its marks. Under the newest mark that is old enough entries go, and only those: the database
itself refuses to delete any other.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain import FINAL
from pipeline.store.receiver_journals import KEY
from pipeline.store.tables import deliveries
from pipeline.store.tables_receivers import receiver_entries, receiver_entry_marks

MARK_EVERY = timedelta(days=1)
_MARK, _ENTRY = receiver_entry_marks.c, receiver_entries.c


def mark(connection: Connection, now: datetime) -> None:
    """Once a day: note how far entries were taken in by now."""
    newest = connection.scalar(sa.select(_MARK.at).order_by(_MARK.last.desc()).limit(1))
    if newest is not None and newest <= now < newest + MARK_EVERY:  # one that was set by a clock ahead keeps nothing up
        return
    last = connection.scalar(sa.select(sa.func.max(_ENTRY.id))) or 0
    known = connection.scalar(sa.select(sa.func.max(_MARK.last))) or 0
    if last > known:
        connection.execute(sa.insert(receiver_entry_marks).values(last=last, at=now))


def due(connection: Connection, before: datetime) -> tuple[int, datetime] | None:
    """The newest mark up to a moment that nobody has gone by yet: the number it stands at, and when it was set."""
    query = sa.select(_MARK.last, _MARK.at, _MARK.pruned_at).where(_MARK.at <= before)
    row = connection.execute(query.order_by(_MARK.last.desc()).limit(1)).one_or_none()
    return None if row is None or row.pruned_at is not None else (row.last, row.at)


def open_up_to(connection: Connection, last: int, now: datetime) -> None:
    """From now on entries up to this number may be deleted; older marks say nothing more."""
    connection.execute(sa.update(receiver_entry_marks).where(_MARK.last == last).values(pruned_at=now))
    connection.execute(sa.delete(receiver_entry_marks).where(_MARK.last < last))


def opened(connection: Connection) -> int:
    """The number up to which entries may be deleted. 0: none."""
    return connection.scalar(sa.select(sa.func.max(_MARK.last)).where(_MARK.pruned_at.is_not(None))) or 0


def prune(connection: Connection, after: int, size: int) -> tuple[int, int]:
    """Look at the next `size` entries behind a number: the number of the last one, and how many were deleted.

    What speaks of an airing of which it is not yet settled what became of it stays.
    """
    last = opened(connection)
    query = sa.select(_ENTRY.id, _ENTRY.airing).where(_ENTRY.id > after, _ENTRY.id <= last)
    rows = connection.execute(query.order_by(_ENTRY.id).limit(size)).all()
    if not rows:
        return last, 0
    waiting = _waiting(connection, {row.airing for row in rows if row.airing})
    kept = [row.id for row in rows if row.airing in waiting]
    gone = sa.delete(receiver_entries).where(_ENTRY.id > after, _ENTRY.id <= rows[-1].id)
    if kept:
        gone = gone.where(_ENTRY.id.not_in(kept))
    return rows[-1].id, connection.execute(gone).rowcount


def _waiting(connection: Connection, airings: Iterable[str]) -> set[str]:
    """Those of the airings whose deliveries have not ended."""
    named = {int(found[1]): airing for airing in airings if (found := KEY.match(airing))}
    query = sa.select(deliveries.c.id).where(deliveries.c.id.in_(sorted(named)), deliveries.c.state.not_in(FINAL))
    return {named[number] for number in connection.scalars(query)}
