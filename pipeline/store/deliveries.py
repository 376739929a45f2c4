"""Who is sent what next: deliveries that are due, claimed with a lease, resumed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain import Delivery, Occurrence, Priority, State
from pipeline.errors import NotFoundError
from pipeline.store.database import portions
from pipeline.store.rows import CLAIMABLE, PREEMPTED, PlannedRow
from pipeline.store.tables import IN_FLIGHT, IN_FLIGHT_STATES, deliveries, occurrences

_OWN_TO_STORE = ("area", "lease_until", "number", "day", "parts")
OCCURRENCE_COLUMNS = [each for each in occurrences.c if each.name not in ("too_late", "digest", "swept_at")]
DELIVERY_COLUMNS = [each for each in deliveries.c if each.name not in _OWN_TO_STORE]


def planned_row(row: sa.Row[Any], counts: Mapping[State, int] | None = None) -> PlannedRow:
    """From a row of OCCURRENCE_COLUMNS."""
    occurrence = Occurrence(
        programme=row.programme,
        slot=row.slot,
        start=row.start,
        medium=row.medium,
        title=row.title,
        bulletins=row.bulletins,
        targets=row.targets,
        areas=row.areas,
        length=row.length_s,
        repeat=row.repeat,
        late_by=row.late_by_s,
        priority=row.priority,
    )
    return PlannedRow(
        id=row.id,
        occurrence=occurrence,
        counts=counts or {},
        expanded_at=row.expanded_at,
        handed_over_at=row.handed_over_at,
        cancelled_at=row.cancelled_at,
        missed_at=row.missed_at,
        code=row.code,
        paused_at=row.paused_at,
    )


def delivery(row: sa.Row[Any]) -> Delivery:
    """From a row of DELIVERY_COLUMNS."""
    values = row._asdict()
    return Delivery(occurrence=values.pop("occurrence_id"), since=values.pop("updated_at"), **values)


def due(
    connection: Connection,
    channel: str,
    now: datetime,
    lead: timedelta,
    retry_before: datetime,
    limit: int | None = None,
    least: Priority = Priority.ROUTINE,
) -> list[PlannedRow]:
    """Occurrences of which the channel could be handed something: the urgent first, then by start."""
    waits = sa.exists().where(
        deliveries.c.occurrence_id == occurrences.c.id, deliveries.c.channel == channel, _may_be_claimed(retry_before)
    )
    query = (
        sa.select(*OCCURRENCE_COLUMNS)
        .where(
            occurrences.c.swept_at.is_(None), occurrences.c.cancelled_at.is_(None), occurrences.c.paused_at.is_(None)
        )
        .where(occurrences.c.start <= now + lead, occurrences.c.too_late >= now, waits)
        .where(occurrences.c.priority >= least)
        .order_by(occurrences.c.priority.desc(), occurrences.c.start, occurrences.c.id)
        .limit(limit)
    )
    return [planned_row(row) for row in connection.execute(query)]


def lock_claimable(
    connection: Connection, channel: str, rows: Sequence[PlannedRow], now: datetime, retry_before: datetime, limit: int
) -> list[Delivery]:
    """Deliveries of occurrences that nobody else is about to claim, in the order the occurrences are given.

    Beyond an occurrence's own lateness only what was cut and goes on may still be claimed.
    """
    found: list[Delivery] = []
    for portion in portions(rows):
        in_time = [row.id for row in portion if now <= row.occurrence.too_late]
        late = [row.id for row in portion if now > row.occurrence.too_late]
        still_useful: sa.ColumnElement[bool] = deliveries.c.occurrence_id.in_(in_time)
        if late:
            goes_on = sa.and_(deliveries.c.occurrence_id.in_(late), deliveries.c.resume_of.is_not(None))
            still_useful = sa.or_(still_useful, goes_on) if in_time else goes_on
        order = sa.case({row.id: place for place, row in enumerate(portion)}, value=deliveries.c.occurrence_id)
        query = (
            sa.select(*DELIVERY_COLUMNS)
            .where(still_useful, deliveries.c.channel == channel, _may_be_claimed(retry_before))
            .order_by(*([order] if len(portion) > 1 else []), deliveries.c.id)
            .limit(limit - len(found))
            .with_for_update(skip_locked=True)
        )
        found += [delivery(row) for row in connection.execute(query)]
        if len(found) >= limit:
            break
    return found


def hold(connection: Connection, ids: Sequence[int], now: datetime, lease: timedelta) -> None:
    """Mark locked deliveries as being sent."""
    for portion in portions(ids):
        connection.execute(
            sa.update(deliveries)
            .where(deliveries.c.id.in_(portion))
            .values(
                state=State.SENDING,
                attempt=deliveries.c.attempt + 1,
                fence=deliveries.c.fence + 1,
                lease_until=now + lease,
                updated_at=now,
            )
        )


def freeze(
    connection: Connection, rows: Iterable[PlannedRow], admitted: Mapping[int, Occurrence], now: datetime
) -> None:
    """From the first claim on an occurrence says what is really handed over: its admitted bulletins."""
    fresh = [row for row in rows if row.handed_over_at is None]
    for portion in portions(row.id for row in fresh):
        first = sa.update(occurrences).where(occurrences.c.id.in_(portion))
        connection.execute(first.values(handed_over_at=now, code=""))
    for row in fresh:
        wish = admitted.get(row.id, row.occurrence)
        if (wish.bulletins, wish.priority) != (row.occurrence.bulletins, row.occurrence.priority):
            cut = sa.update(occurrences).where(occurrences.c.id == row.id)
            connection.execute(cut.values(bulletins=wish.bulletins, priority=wish.priority))


def resume(connection: Connection, ids: Collection[int], now: datetime) -> list[int]:
    """One new PLANNED row for each delivery that was INTERRUPTED, or pre-empted before it sounded, and has none yet.

    It may start as late after `now` as the occurrence after its start. Returns the ids of the new rows.
    """
    made: list[int] = []
    for portion in portions(sorted(ids)):
        resumed = deliveries.alias("resumed")
        waited = sa.and_(deliveries.c.state == State.CANCELLED, deliveries.c.code == PREEMPTED)
        query = sa.select(*DELIVERY_COLUMNS, deliveries.c.area).where(
            deliveries.c.id.in_(portion),
            sa.or_(deliveries.c.state == State.INTERRUPTED, waited),
            ~sa.exists().where(resumed.c.resume_of == deliveries.c.id),
        )
        cut = connection.execute(query.order_by(deliveries.c.id).with_for_update()).all()
        for row in cut:
            following = sa.insert(deliveries).values(
                occurrence_id=row.occurrence_id,
                target=row.target,
                area=row.area,
                channel=row.channel,
                state=State.PLANNED,
                recording=row.recording,
                resume_of=row.id,
                updated_at=now,
            )
            made.append(connection.execute(following.returning(deliveries.c.id)).scalar_one())
        for planned in occurrences_by_id(connection, {row.occurrence_id for row in cut}).values():
            longer = sa.update(occurrences).where(occurrences.c.id == planned.id)
            last = max(planned.occurrence.too_late, now + planned.occurrence.late_by)
            connection.execute(longer.values(too_late=last, swept_at=None))
    return made


def some_waiting(connection: Connection, occurrence: int, size: int) -> list[int]:
    """Up to `size` deliveries of an occurrence that wait, locked; what somebody else holds is left out.

    Asked channel by channel and state by state, as the index is made: of a million that have gone none is looked at.
    """
    found: list[int] = []
    for channel in _channels_of(connection, occurrence):
        for state in CLAIMABLE:
            mine = (
                deliveries.c.occurrence_id == occurrence,
                deliveries.c.channel == channel,
                deliveries.c.state == state,
            )
            query = sa.select(deliveries.c.id).where(*mine).limit(size - len(found))
            found += connection.scalars(query.with_for_update(skip_locked=True))
            if len(found) >= size:
                return found
    return found


def _channels_of(connection: Connection, occurrence: int) -> Iterator[str]:
    """Each by one step in the index."""
    first = sa.select(sa.func.min(deliveries.c.channel)).where(deliveries.c.occurrence_id == occurrence)
    channel = connection.scalar(first)
    while channel is not None:
        yield channel
        channel = connection.scalar(first.where(deliveries.c.channel > channel))


def wake(connection: Connection, occurrence_ids: Iterable[int]) -> None:
    """Something of these occurrences waits again: the next sweep has to look at them."""
    for portion in portions(occurrence_ids):
        swept = sa.update(occurrences).where(occurrences.c.id.in_(portion), occurrences.c.swept_at.is_not(None))
        connection.execute(swept.values(swept_at=None))


def open_deliveries(connection: Connection, channel: str, states: Collection[State]) -> list[Delivery]:
    """Deliveries of a channel in the given states, in order of id."""
    query = sa.select(*DELIVERY_COLUMNS).where(deliveries.c.state.in_(states), deliveries.c.channel == channel)
    if IN_FLIGHT_STATES.issuperset(states):
        query = query.where(IN_FLIGHT)
    return [delivery(row) for row in connection.execute(query.order_by(deliveries.c.id))]


def by_id(connection: Connection, ids: Iterable[int]) -> list[Delivery]:
    """Those of the deliveries that exist, in order of id."""
    found: list[Delivery] = []
    for portion in portions(sorted(set(ids))):
        query = sa.select(*DELIVERY_COLUMNS).where(deliveries.c.id.in_(portion)).order_by(deliveries.c.id)
        found += [delivery(row) for row in connection.execute(query)]
    return found


def of_occurrence(connection: Connection, occurrence: int) -> list[Delivery]:
    """All deliveries of an occurrence, in order of id."""
    query = sa.select(*DELIVERY_COLUMNS).where(deliveries.c.occurrence_id == occurrence).order_by(deliveries.c.id)
    return [delivery(row) for row in connection.execute(query)]


def set_recording(connection: Connection, ids: Iterable[int], sha256: str) -> None:
    """Note what is handed over, by its hash."""
    for portion in portions(sorted(ids)):
        connection.execute(sa.update(deliveries).where(deliveries.c.id.in_(portion)).values(recording=sha256))


def set_recordings(connection: Connection, hashes: Mapping[int, str]) -> None:
    """Note what each delivery is handed."""
    update = sa.update(deliveries).where(deliveries.c.id == sa.bindparam("row"))
    rows = [{"row": row, "sha256_": sha256} for row, sha256 in sorted(hashes.items())]
    if rows:
        connection.execute(update.values(recording=sa.bindparam("sha256_")), rows)


def occurrence_by_id(connection: Connection, occurrence: int) -> PlannedRow:
    """NotFoundError where there is none."""
    found = occurrences_by_id(connection, [occurrence])
    if not found:
        raise NotFoundError("occurrence_unknown", occurrence=occurrence)
    return found[occurrence]


def occurrences_by_id(connection: Connection, ids: Iterable[int]) -> dict[int, PlannedRow]:
    """Those of the occurrences that exist, in order of id."""
    found: dict[int, PlannedRow] = {}
    for portion in portions(sorted(set(ids))):
        query = sa.select(*OCCURRENCE_COLUMNS).where(occurrences.c.id.in_(portion)).order_by(occurrences.c.id)
        found.update((row.id, planned_row(row)) for row in connection.execute(query))
    return found


def _may_be_claimed(retry_before: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        deliveries.c.state.in_(CLAIMABLE),
        sa.or_(deliveries.c.state == State.PLANNED, deliveries.c.updated_at <= retry_before),
    )
