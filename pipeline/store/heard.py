"""What became of settled occurrences: which bulletins they aired, and who did not hear them.

Settled is what was handed over, missed or called off by hand. Not heard: a loudspeaker delivery that ended MISSED,
FAILED, INTERRUPTED or CANCELLED (unless what was cut goes on), and the bulletins that were cut from one. Everything
else counts as heard until the far end says otherwise: a channel that confirms nothing must not have all repeated.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain import Aired, Medium, State
from pipeline.store.plan import BY_PLAN
from pipeline.store.rows import OccurrenceKey
from pipeline.store.tables import adjustments, deliveries, occurrences

LOST = (State.MISSED, State.FAILED, State.INTERRUPTED, State.CANCELLED)
FEW = 400  # programmes that a query names; it asks for all where there are more

Missed = dict[str, frozenset[str]]  # area → targets


def settled(connection: Connection, programmes: Collection[str], since: datetime) -> dict[OccurrenceKey, Aired]:
    """What became of the occurrences of some programmes that start from `since` on."""
    kept = occurrences.c
    by_hand = sa.and_(kept.cancelled_at.is_not(None), ~_by_plan(occurrences))
    too_late = sa.and_(kept.swept_at.is_not(None), kept.cancelled_at.is_(None))
    over = sa.or_(kept.handed_over_at.is_not(None), kept.missed_at.is_not(None), by_hand, too_late)
    wanted = [kept.start >= since, over]
    if len(programmes) <= FEW:
        wanted.append(kept.programme.in_(sorted(programmes)))
    missed, cut = _missed(connection, wanted), _cut(connection, wanted)
    query = sa.select(kept.id, kept.programme, kept.slot, kept.start, sa.type_coerce(kept.bulletins, sa.Text))
    return {
        (programme, slot, start): Aired(_names(bulletins), missed.get(row, {}), cut.get(row, {}))
        for row, programme, slot, start, bulletins in connection.execute(query.where(*wanted))
        if programme in programmes
    }


def _missed(connection: Connection, wanted: Sequence[sa.ColumnElement[bool]]) -> dict[int, Missed]:
    later = deliveries.alias()
    goes_on = sa.exists().where(later.c.resume_of == deliveries.c.id, later.c.state.not_in(LOST))
    query = (
        sa.select(deliveries.c.occurrence_id, deliveries.c.area, deliveries.c.target)
        .join(occurrences)
        .where(*wanted, occurrences.c.medium == Medium.LOUDSPEAKER)
        .where(deliveries.c.state.in_(LOST), ~_by_plan(deliveries), ~goes_on)
        .where(deliveries.c.resume_of.is_(None))
    )
    found: dict[int, dict[str, set[str]]] = {}
    for row, area, target in connection.execute(query):
        found.setdefault(row, {}).setdefault(area, set()).add(target)
    return {row: _frozen(areas) for row, areas in found.items()}


def _cut(connection: Connection, wanted: Sequence[sa.ColumnElement[bool]]) -> dict[int, dict[str, Missed]]:
    """By occurrence and bulletin: whom it was cut from."""
    query = (
        sa.select(deliveries.c.occurrence_id, deliveries.c.area, deliveries.c.target, adjustments.c.left_out)
        .join_from(adjustments, deliveries)
        .join(occurrences)
        .where(*wanted)
    )
    found: dict[int, dict[str, dict[str, set[str]]]] = {}
    for row, area, target, left_out in connection.execute(query):
        for bulletin in left_out:
            found.setdefault(row, {}).setdefault(bulletin, {}).setdefault(area, set()).add(target)
    return {row: {name: _frozen(areas) for name, areas in each.items()} for row, each in found.items()}


def _frozen(areas: dict[str, set[str]]) -> Missed:
    return {area: frozenset(targets) for area, targets in areas.items()}


def _by_plan(table: sa.Table) -> sa.ColumnElement[bool]:
    return table.c.code.startswith(BY_PLAN, autoescape=True)


@lru_cache(maxsize=4096)
def _names(text: str) -> tuple[str, ...]:
    found: Any = json.loads(text)
    return tuple(found)
