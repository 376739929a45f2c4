"""What nobody waits for any more is written down with its reason: too late, lease lost, called off. Never silence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain import Delivery, Medium, State
from pipeline.store.database import PORTION, portions
from pipeline.store.deliveries import (
    DELIVERY_COLUMNS,
    OCCURRENCE_COLUMNS,
    by_id,
    delivery,
    planned_row,
    some_waiting,
)
from pipeline.store.plan import BY_PLAN
from pipeline.store.receipts import settle
from pipeline.store.rows import CLAIMABLE, Missed
from pipeline.store.tables import IN_FLIGHT, UNEXPANDED, deliveries, occurrences

TOO_LATE = "too_late"
NO_CHANNEL = "cluster_without_channel"
NO_CLUSTERS = "no_clusters"
LEASE_LOST = "lease_lost"


def miss_late(connection: Connection, now: datetime) -> list[Missed]:
    """Whatever still waits beyond its lateness is MISSED, whole occurrences that never got a delivery too."""
    late = connection.execute(_unswept(now)).all()
    missed = _miss_deliveries(connection, late, now) + _miss_empty(connection, late, now)
    for portion in portions(row.id for row in late):
        connection.execute(sa.update(occurrences).where(occurrences.c.id.in_(portion)).values(swept_at=now))
    return missed


def miss_some_texts(connection: Connection, now: datetime, size: int) -> list[Missed]:
    """The same for at most `size` deliveries of SMS occurrences, which stay to be swept."""
    late = connection.execute(_unswept(now).where(occurrences.c.medium == Medium.SMS)).all()
    missed: list[Missed] = []
    for row in late:
        left = size - sum(each.count for each in missed)
        waiting = by_id(connection, some_waiting(connection, row.id, left)) if left > 0 else []
        missed += _missed(connection, {row.id: row}, waiting, now)
    return missed


def together(missed: Sequence[Missed]) -> list[Missed]:
    """One entry for each occurrence and reason."""
    counts: Counter[tuple[str, ...]] = Counter()
    first: dict[tuple[str, ...], Missed] = {}
    for each in missed:
        key = (each.occurrence.programme, each.occurrence.slot, each.occurrence.start.isoformat(), each.code)
        first.setdefault(key, each)
        counts[key] += each.count
    return [replace(each, count=counts[key]) for key, each in first.items()]


def anything_late(connection: Connection, now: datetime) -> bool:
    """Whether a sweep has anything to do; asked without locking anybody out."""
    return connection.execute(_unswept(now).limit(1)).first() is not None


def expire_leases(connection: Connection, now: datetime) -> list[Delivery]:
    """Deliveries whose holder has not been heard of within its lease: nobody knows whether they went out."""
    query = _lost(now).order_by(deliveries.c.id).with_for_update(skip_locked=True)
    lost = [delivery(row) for row in connection.execute(query)]
    settle(connection, [each.id for each in lost], State.UNKNOWN, LEASE_LOST, now)
    return lost


def any_lease_lost(connection: Connection, now: datetime) -> bool:
    """Whether `expire_leases` has anything to do; asked without locking anybody out."""
    return connection.execute(_lost(now).limit(1)).first() is not None


def miss_occurrence(connection: Connection, occurrence: int, now: datetime, code: str, size: int = PORTION) -> bool:
    """An occurrence that will not take place, and why; what of it still waits is MISSED for the same reason.

    False: only `size` of them so far.
    """
    return _close(connection, occurrence, State.MISSED, code, now, size, missed_at=now)


def cancel_occurrence(connection: Connection, occurrence: int, now: datetime, code: str, size: int = PORTION) -> bool:
    """Somebody called it off: what of it still waits is CANCELLED, and the files do not bring it back."""
    return _close(connection, occurrence, State.CANCELLED, code, now, size, cancelled_at=now)


def _unswept(now: datetime) -> sa.Select[Any]:
    return sa.select(*OCCURRENCE_COLUMNS).where(occurrences.c.swept_at.is_(None), occurrences.c.too_late < now)


def _lost(now: datetime) -> sa.Select[Any]:
    return sa.select(*DELIVERY_COLUMNS).where(
        deliveries.c.state == State.SENDING, IN_FLIGHT, deliveries.c.lease_until < now
    )


def _miss_deliveries(connection: Connection, late: Sequence[sa.Row[Any]], now: datetime) -> list[Missed]:
    rows = {row.id: row for row in late}
    waiting = (_missed(connection, rows, _lock_waiting(connection, portion), now) for portion in portions(rows))
    return [each for missed in waiting for each in missed]


def _missed(
    connection: Connection, rows: Mapping[int, sa.Row[Any]], waiting: Sequence[Delivery], now: datetime
) -> list[Missed]:
    counts: Counter[tuple[int, str]] = Counter()
    by_reason: dict[str, list[Delivery]] = defaultdict(list)
    for each in waiting:
        by_reason[_reason(rows[each.occurrence], each)].append(each)
    for code, those in by_reason.items():
        settle(connection, [each.id for each in those], State.MISSED, code, now)
        counts.update((each.occurrence, code) for each in those)
    return [Missed(planned_row(rows[row]).occurrence, code, count) for (row, code), count in counts.items()]


def _reason(row: sa.Row[Any], waiting: Delivery) -> str:
    """What kept it waiting; TOO_LATE where nothing did: nobody was there to send it."""
    if not waiting.channel:
        return NO_CHANNEL
    is_open = row.cancelled_at is None and row.missed_at is None
    refused = waiting.code if waiting.state is State.RETRY else ""
    return (row.code if is_open else "") or refused or TOO_LATE


def _miss_empty(connection: Connection, late: Sequence[sa.Row[Any]], now: datetime) -> list[Missed]:
    """SMS never expanded, and loudspeakers without any target."""
    wanted = sa.or_(deliveries.c.state != State.CANCELLED, ~deliveries.c.code.startswith(BY_PLAN, autoescape=True))
    nobody = ~sa.exists().where(deliveries.c.occurrence_id == occurrences.c.id, wanted)
    untold = sa.and_(occurrences.c.cancelled_at.is_(None), occurrences.c.missed_at.is_(None))
    missed: list[Missed] = []
    for portion in portions(row.id for row in late):
        for usual, which in ((TOO_LATE, UNEXPANDED), (NO_CLUSTERS, sa.and_(untold, nobody))):
            query = sa.select(*OCCURRENCE_COLUMNS).where(occurrences.c.id.in_(portion), which)
            for row in connection.execute(query).all():
                code = row.code or usual
                miss_occurrence(connection, row.id, now, code)
                missed.append(Missed(planned_row(row).occurrence, code, 1))
    return missed


def _lock_waiting(connection: Connection, ids: Sequence[int]) -> list[Delivery]:
    query = sa.select(*DELIVERY_COLUMNS).where(deliveries.c.occurrence_id.in_(ids), deliveries.c.state.in_(CLAIMABLE))
    return [delivery(row) for row in connection.execute(query.order_by(deliveries.c.id).with_for_update())]


def _close(
    connection: Connection, occurrence: int, state: State, code: str, now: datetime, size: int, **when: datetime
) -> bool:
    some = some_waiting(connection, occurrence, size)
    if len(some) >= size:
        settle(connection, some, state, code, now)
        return False
    waiting = _lock_waiting(connection, [occurrence])
    settle(connection, [each.id for each in waiting], state, code, now)
    open_ones = sa.update(occurrences).where(
        occurrences.c.id == occurrence, occurrences.c.cancelled_at.is_(None), occurrences.c.missed_at.is_(None)
    )
    connection.execute(open_ones.values(code=code, **when))
    return True
