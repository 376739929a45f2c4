"""Vietnam's lunar calendar, reckoned at UTC+7: days of every lunar year → calendar days.

`lunar-vn` (the published rules of the Vietnamese calendar) agrees with positions of sun and moon from an independent
ephemeris on every day from 1968 to November 2072; it covers 1900 to 2100, and outside there are no lunar days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from pipeline.domain import DayRange, YearDays

LONGEST = 30  # days of a lunar month; the short ones have 29
_FIRST, _LAST = date(1900, 3, 1), date(2100, 10, 31)


class _Month(NamedTuple):
    number: int
    leap: bool
    first: date
    days: int


def lunar_days(year_days: YearDays, first: date, last: date) -> Iterable[DayRange]:
    """The calendar days of `year_days` in every lunar year, as far as they lie within `first` to `last`.

    A leap month does not count: its days belong to no stretch. A 30th is the 29th in a month that has no 30th.
    """
    for month in _months(first, last):
        for low, high in _stretches(year_days, month):
            begin = max(first, month.first + timedelta(low - 1))
            end = min(last, month.first + timedelta(high - 1))
            if begin <= end:
                yield DayRange(begin, end)


def _stretches(year_days: YearDays, month: _Month) -> Iterator[tuple[int, int]]:
    """Days of one month (from 1, both included) within the stretch, or within its two ends over the new year."""
    if month.leap:
        return
    begin, end = year_days.first, year_days.last
    ends = [(begin, end)] if begin <= end else [((1, 1), end), (begin, (12, LONGEST))]
    for low, high in ends:
        if low[0] <= month.number <= high[0]:
            from_day = min(low[1], month.days) if month.number == low[0] else 1
            yield from_day, min(high[1], month.days) if month.number == high[0] else month.days


def _months(first: date, last: date) -> Iterator[_Month]:
    """The lunar months that touch the days from `first` to `last`."""
    first, last = max(first, _FIRST), min(last, _LAST)
    if first > last:
        return
    day = first
    while day <= last:
        month = _month(day)
        yield month
        day = month.first + timedelta(month.days)


@lru_cache(maxsize=4096)
def _month(day: date) -> _Month:
    from lunar_vn import solar_to_lunar

    lunar = solar_to_lunar(day)
    first = day - timedelta(lunar.day - 1)
    days = LONGEST if solar_to_lunar(first + timedelta(LONGEST - 1)).day == LONGEST else LONGEST - 1
    return _Month(lunar.month, lunar.leap, first, days)
