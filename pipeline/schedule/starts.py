"""Local day and time → the instant at which an occurrence starts, in zones whose clocks change too."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

_MINUTE = timedelta(minutes=1)


def start_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant, carrying its own UTC offset.

    A time that the clocks skip starts at the next minute that exists; one that they pass twice starts at the first.
    An offset of its own keeps comparisons and `start + length` right across a change, which a zone would not.
    """
    steady = steady_offset(day, zone)
    if steady is not None:
        return datetime.combine(day, at, steady)
    wall = datetime.combine(day, at)
    while _is_skipped(wall, zone):
        wall += _MINUTE
    offset = wall.replace(tzinfo=zone).utcoffset()
    return wall.replace(tzinfo=_fixed(offset or timedelta(0)))


@lru_cache(maxsize=4096)
def steady_offset(day: date, zone: ZoneInfo) -> timezone | None:
    """The offset that holds all through a day, or None where it changes: most days are settled once for all times."""
    moments = [datetime.combine(day, time(hour), zone).replace(fold=fold) for hour in range(24) for fold in (0, 1)]
    moments += [datetime.combine(day, time.max, zone).replace(fold=fold) for fold in (0, 1)]
    offsets = {moment.utcoffset() for moment in moments}
    return _fixed(offsets.pop() or timedelta(0)) if len(offsets) == 1 else None


def _is_skipped(wall: datetime, zone: tzinfo) -> bool:
    before, after = (wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return before is not None and after is not None and before < after


@lru_cache(maxsize=256)
def _fixed(offset: timedelta) -> timezone:
    return timezone(offset)
