"""What cannot wait for the plan: requests of commands to the running station, one-offs, what is on air right now."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain import Delivery, Medium, Occurrence, Priority, Recording, State
from pipeline.errors import NotFoundError
from pipeline.store import plan
from pipeline.store.database import portions
from pipeline.store.deliveries import (
    DELIVERY_COLUMNS,
    OCCURRENCE_COLUMNS,
    delivery,
    occurrences_by_id,
    planned_row,
)
from pipeline.store.order import adjusted
from pipeline.store.receipts import settle
from pipeline.store.recordings import COLUMNS
from pipeline.store.rows import CLAIMABLE, Airborne, PlannedRow, Request
from pipeline.store.tables import deliveries, occurrences, recordings, requests

OUT = (State.SENDING, State.ACCEPTED)
HELD_BACK = 2 * timedelta(days=1)  # beyond any lateness and any airing: what began before is over


# --- requests ---------------------------------------------------------------------------------------------------------


def ask(connection: Connection, kind: str, areas: Sequence[str], actor: str, now: datetime) -> int:
    """Leave a request for the running station; its number."""
    row = sa.insert(requests).values(kind=kind, areas=tuple(areas), actor=actor, at=now)
    number: int = connection.execute(row.returning(requests.c.id)).scalar_one()
    return number


def open_requests(connection: Connection) -> list[Request]:
    """Those nobody has carried out, the oldest first."""
    query = sa.select(requests).where(requests.c.done_at.is_(None)).order_by(requests.c.id)
    return [_request(row) for row in connection.execute(query)]


def request(connection: Connection, number: int) -> Request:
    """NotFoundError where there is none."""
    row = connection.execute(sa.select(requests).where(requests.c.id == number)).one_or_none()
    if row is None:
        raise NotFoundError("request_unknown", request=number)
    return _request(row)


def finish(connection: Connection, number: int, result: Mapping[str, Any], now: datetime) -> bool:
    """Note what came of a request. False: somebody was faster."""
    done = sa.update(requests).where(requests.c.id == number, requests.c.done_at.is_(None))
    text = json.dumps(dict(result), ensure_ascii=False, sort_keys=True)
    return connection.execute(done.values(done_at=now, result=text)).rowcount == 1


def _request(row: sa.Row[Any]) -> Request:
    values = row._asdict()
    return Request(**{**values, "result": json.loads(values["result"] or "{}")})


# --- one-offs ---------------------------------------------------------------------------------------------------------


def insert_one_off(
    connection: Connection,
    occurrence: Occurrence,
    channels: Mapping[str, str],
    areas: plan.Areas | plan.Places,
    now: datetime,
) -> int:
    """An occurrence beside the files, with its deliveries; the number of its row."""
    files = plan.wanted([occurrence], channels, areas, occurrence.start, occurrence.start + timedelta(microseconds=1))
    plan.apply(connection, files, plan.Diff(added=[occurrence.key]), now)
    query = sa.select(occurrences.c.id).where(
        occurrences.c.programme == occurrence.programme, occurrences.c.slot == occurrence.slot
    )
    number: int = connection.execute(query.where(occurrences.c.start == occurrence.start)).scalar_one()
    return number


# --- on air -----------------------------------------------------------------------------------------------------------


def airborne(
    connection: Connection,
    now: datetime,
    until: datetime,
    channel: str,
    targets: Collection[str] | None = None,
    since: datetime | None = None,
    *,
    doubtful: bool = False,
) -> list[Airborne]:
    """Loudspeaker deliveries of a channel that are out, of occurrences that start before `until`.

    `since`: only of those that might still have begun then. `doubtful`: what nobody has said it took too.
    """
    near = sa.select(occurrences.c.id).where(
        occurrences.c.start >= now - HELD_BACK, occurrences.c.start < until, occurrences.c.handed_over_at.is_not(None)
    )
    if since is not None:
        near = near.where(occurrences.c.too_late >= since)
    query = (
        sa.select(*DELIVERY_COLUMNS)
        .where(deliveries.c.occurrence_id.in_(near.where(occurrences.c.medium == Medium.LOUDSPEAKER)))
        .where(deliveries.c.channel == channel, deliveries.c.state.in_((*OUT, State.UNKNOWN) if doubtful else OUT))
        .order_by(deliveries.c.id)
    )
    out = [
        (delivery(row), row.updated_at) for row in connection.execute(query) if targets is None or row.target in targets
    ]
    rows = occurrences_by_id(connection, {each.occurrence for each, _ in out})
    lengths = recordings_by_hash(connection, {each.recording for each, _ in out if each.recording})
    moved = {id: (each.begins, each.ends) for id, each in adjusted(connection, (each.id for each, _ in out)).items()}
    return [
        Airborne(
            each, rows[each.occurrence].occurrence, since, _length(lengths.get(each.recording)), moved.get(each.id)
        )
        for each, since in out
    ]


def urgent_due(connection: Connection, now: datetime, lead: timedelta) -> bool:
    """Whether any EMERGENCY waits whose moment, less `lead`, has come and is not over."""
    query = sa.select(occurrences.c.id).where(
        occurrences.c.start >= now - HELD_BACK,
        occurrences.c.start <= now + lead,
        occurrences.c.too_late >= now,
        occurrences.c.priority == Priority.EMERGENCY,
        occurrences.c.swept_at.is_(None),
        occurrences.c.cancelled_at.is_(None),
        occurrences.c.missed_at.is_(None),
        occurrences.c.paused_at.is_(None),
    )
    return connection.execute(query.limit(1)).first() is not None


def undecided_priority(connection: Connection, since: datetime, until: datetime) -> list[PlannedRow]:
    """Loudspeaker occurrences of class PRIORITY with since ≤ start < until of which nothing was handed over yet."""
    query = sa.select(*OCCURRENCE_COLUMNS).where(
        occurrences.c.start >= since,
        occurrences.c.start < until,
        occurrences.c.priority == Priority.PRIORITY,
        occurrences.c.medium == Medium.LOUDSPEAKER,
        occurrences.c.handed_over_at.is_(None),
        occurrences.c.cancelled_at.is_(None),
        occurrences.c.missed_at.is_(None),
        occurrences.c.swept_at.is_(None),
    )
    rows = connection.execute(query.order_by(occurrences.c.start, occurrences.c.programme, occurrences.c.slot))
    return [planned_row(row) for row in rows]


def raised(connection: Connection, now: datetime, until: datetime) -> bool:
    """Whether anything above ROUTINE has been handed over that starts before `until` and may still sound."""
    query = sa.select(occurrences.c.id).where(
        occurrences.c.start >= now - HELD_BACK,
        occurrences.c.start < until,
        occurrences.c.priority > Priority.ROUTINE,
        occurrences.c.handed_over_at.is_not(None),
    )
    return connection.execute(query.limit(1)).first() is not None


def recordings_by_hash(connection: Connection, hashes: Collection[str]) -> dict[str, Recording]:
    """Those of the recordings that are known, whatever key they were made for."""
    found: dict[str, Recording] = {}
    for portion in portions(sorted(hashes)):
        query = sa.select(*(recordings.c[name] for name in COLUMNS)).where(recordings.c.sha256.in_(portion))
        for row in connection.execute(query):
            found[row.sha256] = Recording(**{**row._asdict(), "path": Path(row.path)})
    return found


def cancel_due(
    connection: Connection,
    channel: str,
    targets: Collection[str] | None,
    now: datetime,
    lead: timedelta,
    code: str,
) -> list[Delivery]:
    """CANCELLED is what a channel could be handed now for these targets (None: all); later airings stay."""
    query = (
        sa.select(*DELIVERY_COLUMNS)
        .where(deliveries.c.channel == channel, deliveries.c.state.in_(CLAIMABLE))
        .where(
            deliveries.c.occurrence_id.in_(
                sa.select(occurrences.c.id).where(
                    occurrences.c.start <= now + lead,
                    occurrences.c.too_late >= now,
                    occurrences.c.swept_at.is_(None),
                    occurrences.c.cancelled_at.is_(None),
                    occurrences.c.medium == Medium.LOUDSPEAKER,
                )
            )
        )
        .order_by(deliveries.c.id)
        .with_for_update()
    )
    found = [delivery(row) for row in connection.execute(query)]
    called_off = [each for each in found if targets is None or each.target in targets]
    settle(connection, [each.id for each in called_off], State.CANCELLED, code, now)
    return called_off


def note_wait(connection: Connection, ids: Iterable[int], code: str) -> None:
    """Why these occurrences, though due, do not go: the reason they will be MISSED for if nothing changes."""
    for portion in portions(sorted(ids)):
        open_ones = sa.update(occurrences).where(
            occurrences.c.id.in_(portion), occurrences.c.cancelled_at.is_(None), occurrences.c.missed_at.is_(None)
        )
        connection.execute(open_ones.values(code=code))


def _length(recording: Recording | None) -> timedelta | None:
    return timedelta(seconds=recording.duration_s) if recording else None
