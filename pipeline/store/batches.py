"""SMS occurrences as batches: how far each is, and people who pause, resume or call one off."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain import Medium, State
from pipeline.errors import ConflictError, NotFoundError
from pipeline.store.deliveries import OCCURRENCE_COLUMNS, planned_row, some_waiting
from pipeline.store.receipts import settle
from pipeline.store.rows import CLAIMABLE, BatchRow, PlannedRow
from pipeline.store.tables import UNEXPANDED, deliveries, occurrences

PAUSED, CANCELLED = "batch_paused", "batch_cancelled"
GONE = (State.ACCEPTED, State.CONFIRMED, State.UNKNOWN, State.FAILED)
PAID = (State.ACCEPTED, State.CONFIRMED)  # what was refused costs nothing
DOUBTFUL = (State.UNKNOWN, State.SENDING)
LATELY = timedelta(minutes=1)  # over so long the pace is measured


def batches(connection: Connection, since: datetime, until: datetime, now: datetime) -> list[BatchRow]:
    """SMS occurrences with since ≤ start < until, by start; what the files took back before it began is left out."""
    query = (
        sa.select(*OCCURRENCE_COLUMNS)
        .where(occurrences.c.medium == Medium.SMS, occurrences.c.start >= since, occurrences.c.start < until)
        .where(sa.or_(occurrences.c.cancelled_at.is_(None), occurrences.c.handed_over_at.is_not(None), _CALLED_OFF))
        .order_by(occurrences.c.start, occurrences.c.id)
    )
    rows = [planned_row(row) for row in connection.execute(query)]
    return [_counted(connection, row, now) for row in rows]


def pause(connection: Connection, occurrence: int, now: datetime) -> PlannedRow:
    """Nothing more of it is claimed. ConflictError where nothing is left to pause."""
    row = _open(connection, occurrence, now)
    if row.paused_at is not None:
        raise ConflictError("batch_is_paused", batch=occurrence)
    held = sa.update(occurrences).where(occurrences.c.id == occurrence)
    connection.execute(held.values(paused_at=now, code=PAUSED))
    return row


def resume(connection: Connection, occurrence: int, now: datetime) -> PlannedRow:
    """It goes on. ConflictError where it is not paused, or too late by now."""
    row = _open(connection, occurrence, now)
    if row.paused_at is None:
        raise ConflictError("batch_not_paused", batch=occurrence)
    freed = sa.update(occurrences).where(occurrences.c.id == occurrence)
    connection.execute(freed.values(paused_at=None, code=""))
    return row


def call_off(connection: Connection, occurrence: int, now: datetime) -> PlannedRow:
    """From now on nothing of it is claimed; its deliveries follow in portions, see `cancel_waiting`."""
    row = _open(connection, occurrence, now)
    over = sa.update(occurrences).where(occurrences.c.id == occurrence)
    connection.execute(over.values(cancelled_at=now, code=CANCELLED, paused_at=None))
    return row


def cancel_waiting(connection: Connection, occurrence: int, now: datetime, size: int) -> tuple[int, bool]:
    """CANCELLED is what of a batch that was called off still waits, `size` or so; how many were, and whether more are.

    What is being sent may come back unsent: that opens the occurrence again, see `wake`.
    """
    ids = some_waiting(connection, occurrence, size)
    if len(ids) >= size:
        return settle(connection, ids, State.CANCELLED, CANCELLED, now), True
    query = sa.select(deliveries.c.id).where(
        deliveries.c.occurrence_id == occurrence, deliveries.c.state.in_(CLAIMABLE)
    )
    ids = list(connection.scalars(query.order_by(deliveries.c.id).with_for_update()))
    count = settle(connection, ids, State.CANCELLED, CANCELLED, now)
    connection.execute(sa.update(occurrences).where(occurrences.c.id == occurrence).values(swept_at=now))
    return count, False


def called_off(connection: Connection) -> list[int]:
    """Batches that were called off and of which something still waits: whoever did it may have died midway."""
    waits = sa.exists().where(deliveries.c.occurrence_id == occurrences.c.id, deliveries.c.state.in_(CLAIMABLE))
    query = sa.select(occurrences.c.id).where(occurrences.c.swept_at.is_(None), _CALLED_OFF, waits)
    return list(connection.scalars(query.order_by(occurrences.c.id)))


_CALLED_OFF = sa.and_(occurrences.c.cancelled_at.is_not(None), occurrences.c.code == CANCELLED)


def _open(connection: Connection, occurrence: int, now: datetime) -> PlannedRow:
    """A batch of which something may still go; NotFoundError, or ConflictError that says what became of it."""
    query = sa.select(*OCCURRENCE_COLUMNS).where(occurrences.c.id == occurrence, occurrences.c.medium == Medium.SMS)
    found = connection.execute(query.with_for_update()).one_or_none()
    if found is None:
        raise NotFoundError("batch_unknown", batch=occurrence)
    row = planned_row(found)
    if row.cancelled_at is not None:
        raise ConflictError("batch_is_cancelled", batch=occurrence)
    if row.missed_at is not None or row.occurrence.too_late < now:
        raise ConflictError("batch_too_late", batch=occurrence)
    waits = sa.exists().where(
        deliveries.c.occurrence_id == occurrence, deliveries.c.state.in_((*CLAIMABLE, State.SENDING))
    )
    unexpanded = sa.exists().where(occurrences.c.id == occurrence, UNEXPANDED)
    if not connection.scalar(sa.select(sa.or_(waits, unexpanded))):
        raise ConflictError("batch_is_over", batch=occurrence)
    return row


def _counted(connection: Connection, row: PlannedRow, now: datetime) -> BatchRow:
    mine = deliveries.c.occurrence_id == row.id
    counts: Counter[State] = Counter()
    reasons: Counter[str] = Counter()
    held: Counter[str] = Counter()
    parts = doubtful = 0
    query = sa.select(deliveries.c.state, deliveries.c.code, sa.func.count(), sa.func.sum(deliveries.c.parts))
    for state, code, count, paid in connection.execute(
        query.where(mine).group_by(deliveries.c.state, deliveries.c.code)
    ):
        counts[state] += count
        parts += int(paid or 0) if state in PAID else 0
        doubtful += int(paid or 0) if state in DOUBTFUL else 0
        if code:
            reasons[code] += count
            held[code] += count if state is State.RETRY else 0
    lately = sa.select(sa.func.count(), sa.func.min(deliveries.c.updated_at)).where(mine, deliveries.c.state.in_(GONE))
    recent, first = connection.execute(lately.where(deliveries.c.updated_at >= now - LATELY)).one()
    return BatchRow(row, dict(counts), dict(reasons), parts, recent, first, doubtful, dict(+held))
