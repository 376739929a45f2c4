"""What pages and reports ask: occurrences with their counts, and what was confirmed played."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain import Medium, State
from pipeline.store.database import portions
from pipeline.store.deliveries import OCCURRENCE_COLUMNS, planned_row
from pipeline.store.rows import AsRunRow, FirstReceipt, PlannedRow
from pipeline.store.tables import adjustments, deliveries, occurrences, receipts


def planned(connection: Connection, since: datetime, until: datetime) -> list[PlannedRow]:
    """Occurrences with since ≤ start < until, by start, programme and slot, with the states of their deliveries."""
    counts: dict[int, dict[State, int]] = {}
    counting = (
        sa.select(deliveries.c.occurrence_id, deliveries.c.state, sa.func.count())
        .join(occurrences)
        .where(*_between(since, until))
        .group_by(deliveries.c.occurrence_id, deliveries.c.state)
    )
    for occurrence, state, number in connection.execute(counting):
        counts.setdefault(occurrence, {})[state] = number
    order = (occurrences.c.start, occurrences.c.programme, occurrences.c.slot)
    query = sa.select(*OCCURRENCE_COLUMNS).where(*_between(since, until)).order_by(*order)
    return [planned_row(row, counts.get(row.id)) for row in connection.execute(query)]


def delivery_counts(
    connection: Connection, since: datetime | None, until: datetime | None
) -> dict[Medium, dict[State, int]]:
    """Deliveries by medium and state of the occurrences that start between the two; every state is named."""
    counts = {medium: dict.fromkeys(State, 0) for medium in Medium}
    query = (
        sa.select(occurrences.c.medium, deliveries.c.state, sa.func.count())
        .join(occurrences)
        .where(*_between(since, until))
        .group_by(occurrences.c.medium, deliveries.c.state)
    )
    for medium, state, number in connection.execute(query.select_from(deliveries)):
        counts[medium][state] = number
    return counts


def as_run(connection: Connection, since: datetime, until: datetime) -> list[AsRunRow]:
    """Confirmed airings of occurrences that start between the two: one a delivery, however often it was confirmed.

    `bulletins` are those that were heard, without what was cut. Of several CONFIRMED receipts the first that names
    when it began counts, else the first.
    """
    columns = ("programme", "slot", "start", "bulletins")
    in_question = (
        sa.select(deliveries.c.id)
        .join(occurrences, deliveries.c.occurrence_id == occurrences.c.id)
        .where(occurrences.c.medium == Medium.LOUDSPEAKER, *_between(since, until))
    )
    query = (
        sa.select(
            *(occurrences.c[name] for name in columns),
            *(deliveries.c[name] for name in ("id", "area", "target", "recording")),
            deliveries.c.state.label("reached"),
            adjustments.c.bulletins.label("heard"),
            adjustments.c.code.label("note"),
            *(receipts.c[name] for name in ("started", "ended", "evidence")),
        )
        .join_from(receipts, deliveries, receipts.c.delivery_id == deliveries.c.id)
        .join(occurrences, deliveries.c.occurrence_id == occurrences.c.id)
        .outerjoin(adjustments, adjustments.c.delivery_id == deliveries.c.id)
        .where(receipts.c.state == State.CONFIRMED, receipts.c.delivery_id.in_(in_question))
        .order_by(deliveries.c.id, receipts.c.started.is_(None), receipts.c.id)
    )
    rows: dict[int, AsRunRow] = {}
    for row in connection.execute(query):
        rows.setdefault(row.id, _as_run_row(row))
    return sorted(rows.values(), key=lambda row: (row.start, row.programme, row.slot, row.cluster))


def first_receipts(connection: Connection) -> list[FirstReceipt]:
    """What was first taken over and first confirmed of every occurrence, the earliest first."""
    moment = sa.func.min(
        sa.case(
            (receipts.c.state == State.CONFIRMED, sa.func.coalesce(receipts.c.started, receipts.c.at)),
            else_=receipts.c.at,
        )
    )
    kept = (occurrences.c.bulletins, occurrences.c.medium, receipts.c.state, receipts.c.evidence)
    query = (
        sa.select(*kept, sa.type_coerce(moment, receipts.c.at.type).label("at"))
        .join_from(receipts, deliveries, receipts.c.delivery_id == deliveries.c.id)
        .join(occurrences, deliveries.c.occurrence_id == occurrences.c.id)
        .where(receipts.c.state.in_((State.ACCEPTED, State.CONFIRMED)))
        .group_by(occurrences.c.id, *kept)
    )
    return sorted((FirstReceipt(*row) for row in connection.execute(query)), key=lambda first: first.at)


def changed_at(connection: Connection, ids: Iterable[int]) -> dict[int, datetime]:
    """When each of the deliveries came to its state."""
    found: dict[int, datetime] = {}
    for portion in portions(ids):
        query = sa.select(deliveries.c.id, deliveries.c.updated_at).where(deliveries.c.id.in_(portion))
        found.update((row.id, row.updated_at) for row in connection.execute(query))
    return found


def _between(since: datetime | None, until: datetime | None) -> list[sa.ColumnElement[bool]]:
    bounds = []
    if since is not None:
        bounds.append(occurrences.c.start >= since)
    if until is not None:
        bounds.append(occurrences.c.start < until)
    return bounds


def _as_run_row(row: Any) -> AsRunRow:
    started = row.started or row.start
    return AsRunRow(
        start=started,
        end=row.ended or started,
        programme=row.programme,
        slot=row.slot,
        area=row.area,
        cluster=row.target,
        bulletins=row.bulletins if row.heard is None else row.heard,
        recording=row.recording,
        evidence=row.evidence,
        state=row.reached,
        note=row.note or "",
    )
