"""What people have to be told: one open notice per code and subject, however often it is noted again."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain import State
from pipeline.store.contacts import upsert
from pipeline.store.database import portions
from pipeline.store.deliveries import OCCURRENCE_COLUMNS, planned_row
from pipeline.store.rows import AiringTrouble, Notice
from pipeline.store.tables import OPEN_NOTICE, deliveries, notices, occurrences, receipts

TROUBLED = (State.MISSED, State.FAILED, State.INTERRUPTED, State.UNKNOWN)


def note(connection: Connection, code: str, subject: str, params: Mapping[str, str], now: datetime) -> None:
    """Open a notice, or count it once more and take over its newest facts."""
    facts = json.dumps(dict(params), ensure_ascii=False, sort_keys=True)
    values = {"code": code, "subject": subject, "params": facts, "first_at": now, "last_at": now}
    insert = upsert(connection, notices).values(**values)
    again = {"params": facts, "last_at": now, "count": notices.c.count + 1}
    connection.execute(
        insert.on_conflict_do_update(index_elements=["code", "subject"], index_where=OPEN_NOTICE, set_=again)
    )


def note_once(connection: Connection, code: str, subject: str, params: Mapping[str, str], now: datetime) -> None:
    """For what happened once, at its time: a later look at it opens nothing again, it only mends the facts."""
    same = sa.and_(notices.c.code == code, notices.c.subject == subject)
    known = connection.execute(sa.select(notices.c.id).where(same).limit(1)).first()
    if known is None:
        note(connection, code, subject, params, now)
        return
    facts = json.dumps(dict(params), ensure_ascii=False, sort_keys=True)
    connection.execute(sa.update(notices).where(same, OPEN_NOTICE).values(params=facts))


def settle(connection: Connection, codes: Collection[str], keep: Collection[tuple[str, str]], now: datetime) -> None:
    """Close the open notices of these codes, except those of `keep` (code, subject)."""
    query = sa.select(notices.c.id, notices.c.code, notices.c.subject).where(OPEN_NOTICE, notices.c.code.in_(codes))
    gone = [row.id for row in connection.execute(query) if (row.code, row.subject) not in keep]
    close(connection, gone, now)


def close(connection: Connection, ids: Iterable[int], now: datetime) -> None:
    """Nothing more is to be told of these."""
    for portion in portions(ids):
        connection.execute(sa.update(notices).where(notices.c.id.in_(portion)).values(settled_at=now))


def has_settled(connection: Connection, before: datetime) -> bool:
    """Whether any notice was settled before a moment."""
    return connection.execute(sa.select(notices.c.id).where(notices.c.settled_at < before).limit(1)).first() is not None


def prune(connection: Connection, before: datetime) -> int:
    """Forget what was settled before a moment; how many notices that were."""
    return connection.execute(sa.delete(notices).where(notices.c.settled_at < before)).rowcount


def mark_told(connection: Connection, ids: Iterable[int], now: datetime) -> None:
    """Somebody was told of these."""
    for portion in portions(ids):
        connection.execute(sa.update(notices).where(notices.c.id.in_(portion)).values(told_at=now))


def open_ones(connection: Connection) -> list[Notice]:
    """Everything that is not settled, the oldest first."""
    query = sa.select(notices).where(OPEN_NOTICE).order_by(notices.c.first_at, notices.c.id)
    return [_notice(row) for row in connection.execute(query)]


def next_receipt(connection: Connection, after: int, count: int) -> int:
    """The number of the `count`th receipt behind `after`, or of the newest: numbers may leap."""
    following = sa.select(receipts.c.id).where(receipts.c.id > after).order_by(receipts.c.id).limit(count).subquery()
    return int(connection.scalar(sa.select(sa.func.max(following.c.id))) or after)


def troubles(
    connection: Connection, after: int, last: int, since: datetime
) -> tuple[frozenset[int], list[AiringTrouble]]:
    """Occurrences touched by the receipts after < id ≤ last, and what of them is in trouble by now.

    Occurrences that started before `since` are left out. What was missed as a whole, without any delivery, is there
    too, however old its receipts.
    """
    rows = {row.id: row for row in connection.execute(_touched(after, last, since))}
    found: list[AiringTrouble] = []
    for portion in portions(rows):
        counting = (
            sa.select(
                deliveries.c.occurrence_id, deliveries.c.state, deliveries.c.code, sa.func.count().label("number")
            )
            .where(deliveries.c.occurrence_id.in_(portion), deliveries.c.state.in_(TROUBLED))
            .group_by(deliveries.c.occurrence_id, deliveries.c.state, deliveries.c.code)
            .order_by(deliveries.c.occurrence_id, deliveries.c.state, sa.desc("number"))
        )
        for each in connection.execute(counting):
            occurrence = planned_row(rows[each.occurrence_id]).occurrence
            found.append(AiringTrouble(each.occurrence_id, occurrence, each.state, each.code, each.number))
    return frozenset(rows), found + _missed_whole(connection, since)


def _touched(after: int, last: int, since: datetime) -> sa.Select[Any]:
    of_receipts = (
        sa.select(deliveries.c.occurrence_id)
        .join_from(receipts, deliveries, receipts.c.delivery_id == deliveries.c.id)
        .where(receipts.c.id > after, receipts.c.id <= last)
    )
    return sa.select(*OCCURRENCE_COLUMNS).where(occurrences.c.id.in_(of_receipts), occurrences.c.start >= since)


def _missed_whole(connection: Connection, since: datetime) -> list[AiringTrouble]:
    nobody = ~sa.exists().where(deliveries.c.occurrence_id == occurrences.c.id, deliveries.c.state != State.CANCELLED)
    query = sa.select(*OCCURRENCE_COLUMNS).where(
        occurrences.c.start >= since, occurrences.c.missed_at.is_not(None), nobody
    )
    rows = [planned_row(row) for row in connection.execute(query)]
    return [AiringTrouble(row.id, row.occurrence, State.MISSED, row.code, 1) for row in rows]


def _notice(row: Any) -> Notice:
    return Notice(
        id=row.id,
        code=row.code,
        subject=row.subject,
        params=json.loads(row.params or "{}"),
        first_at=row.first_at,
        last_at=row.last_at,
        count=row.count,
        told_at=row.told_at,
    )
