"""An airing that was handed over before its slot was moved: the list keeps it, so it sounds at both times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.domain import Occurrence
from pipeline.store import PlannedRow

if TYPE_CHECKING:
    from pipeline.store import Store

TWICE = "airing_twice"


def tell_twice(store: Store, planned: Iterable[Occurrence], now: datetime, zone: ZoneInfo) -> None:
    """A notice for each airing of today that is out, that no file asks for any more, and whose slot starts once more.

    `planned`: what the files ask for, today's included.
    """
    today = datetime.combine(now.astimezone(zone).date(), time(), zone)
    end = today + timedelta(days=1)
    wanted: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for each in planned:
        if today <= each.start < end:
            wanted[each.programme, each.slot].append(each.start)
    open_now: set[tuple[str, str]] = set()
    for row in store.occurrences(today, end):
        again = _again(row, wanted[row.occurrence.programme, row.occurrence.slot], now)
        if again is not None:
            subject = f"{row.id}/{again.astimezone(zone):%H:%M}"
            open_now.add((TWICE, subject))
            store.notice(TWICE, subject, _facts(row.occurrence, again, zone), now=now, once=True)
    store.settle_notices([TWICE], now, keep=open_now)


def _again(row: PlannedRow, wanted: Iterable[datetime], now: datetime) -> datetime | None:
    """When the slot of an airing that is out and no longer asked for starts once more."""
    starts = list(wanted)
    if row.handed_over_at is None or row.cancelled_at or row.missed_at or row.occurrence.start in starts:
        return None
    return min((start for start in starts if start >= now), default=None)


def _facts(occurrence: Occurrence, again: datetime, zone: ZoneInfo) -> dict[str, str]:
    return {
        "programme": occurrence.programme,
        "slot": occurrence.slot,
        "title": occurrence.title,
        "start": f"{occurrence.start.astimezone(zone):%d/%m %H:%M}",
        "again": f"{again.astimezone(zone):%H:%M}",
    }
