"""What the station counts of its receivers: whether anything changed ahead, and how far airings have come."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain import State
from pipeline.store.rows_receivers import Truths
from pipeline.store.tables import (
    adjustments,
    approvals,
    deliveries,
    occurrences,
    recordings,
    rulings,
    withdrawals,
)
from pipeline.store.tables_receivers import hearings, receiver_airings, receivers

_DELIVERED = frozenset({State.ACCEPTED, State.CONFIRMED, State.INTERRUPTED})
_ROW = ("id", "digest", "priority", "too_late", "handed_over_at", "cancelled_at", "missed_at", "paused_at", "swept_at")


def mark(connection: Connection, channel: str, now: datetime, until: datetime) -> str:
    """Changes with whatever may change what is foreseen for a channel: rows, approvals, recordings, rulings, states."""
    rows = sa.select(*(occurrences.c[name] for name in _ROW)).where(
        occurrences.c.too_late >= now, occurrences.c.start <= until
    )
    counted = (
        sa.select(deliveries.c.state, sa.func.count(), sa.func.max(deliveries.c.updated_at))
        .join(occurrences, occurrences.c.id == deliveries.c.occurrence_id)
        .where(deliveries.c.channel == channel, occurrences.c.too_late >= now, occurrences.c.start <= until)
        .group_by(deliveries.c.state)
        .order_by(deliveries.c.state)
    )
    newest = [
        connection.scalar(sa.select(sa.func.max(each)))
        for each in (approvals.c.id, withdrawals.c.id, rulings.c.id, recordings.c.made_at, adjustments.c.at)
    ]
    found = [
        *(tuple(row) for row in connection.execute(rows.order_by(occurrences.c.id))),
        *(tuple(row) for row in connection.execute(counted)),
        newest,
    ]
    return hashlib.blake2b(repr(found).encode(), digest_size=16).hexdigest()


def truths(connection: Connection, channel: str, since: datetime, until: datetime) -> Truths:
    """Of a channel's deliveries: planned, delivered (the machine holds it, or has played it), played, heard."""
    mine = deliveries.c.channel == channel, occurrences.c.start >= since, occurrences.c.start < until
    states = (
        sa.select(deliveries.c.state, sa.func.count().label("number"))
        .join(occurrences, occurrences.c.id == deliveries.c.occurrence_id)
        .where(*mine)
        .group_by(deliveries.c.state)
    )
    counts = {row.state: int(row.number) for row in connection.execute(states)}
    ahead = (
        sa.select(sa.func.count())
        .select_from(receiver_airings)
        .join(deliveries, deliveries.c.id == receiver_airings.c.delivery_id)
        .join(occurrences, occurrences.c.id == deliveries.c.occurrence_id)
        .join(receivers, receivers.c.id == receiver_airings.c.receiver)
        .where(*mine, deliveries.c.state == State.PLANNED, receiver_airings.c.withdrawn_at.is_(None))
        .where(receiver_airings.c.version > 0, receivers.c.held_version >= receiver_airings.c.version)
    )
    heard = (
        sa.select(sa.func.count(sa.distinct(hearings.c.delivery_id)))
        .join(deliveries, deliveries.c.id == hearings.c.delivery_id)
        .join(occurrences, occurrences.c.id == deliveries.c.occurrence_id)
        .where(*mine, hearings.c.verdict == "heard")
    )
    return Truths(
        planned=sum(counts.values()) - counts.get(State.CANCELLED, 0),
        delivered=sum(counts.get(state, 0) for state in _DELIVERED) + (connection.scalar(ahead) or 0),
        played=counts.get(State.CONFIRMED, 0),
        heard=connection.scalar(heard) or 0,
        states=counts,
    )


def standing(connection: Connection, channel: str, states: Collection[State]) -> dict[str, int]:
    """How many deliveries of each receiver stand in these states."""
    query = (
        sa.select(deliveries.c.target, sa.func.count().label("number"))
        .where(deliveries.c.channel == channel, deliveries.c.state.in_(states))
        .group_by(deliveries.c.target)
    )
    return {row.target: int(row.number) for row in connection.execute(query)}
