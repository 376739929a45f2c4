"""Which days a slot falls on. A day is its ordinal (`date.toordinal`), a span is half open: (first, last + 1)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import isleap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from functools import lru_cache
from operator import itemgetter

from pipeline.domain import DayRange, YearDays
from pipeline.schedule.lunar import lunar_days

Span = tuple[int, int]

WEEK = 7


def spans(days: Iterable[DayRange | YearDays], first: date, last: date) -> list[Span]:
    """Days of any kind as far as they lie within `first` to `last`: sorted spans that do not touch each other."""
    ranges: list[DayRange] = []
    for each in days:
        ranges.extend(_of_every_year(each, first, last) if isinstance(each, YearDays) else [each])
    low, high = first.toordinal(), last.toordinal() + 1
    clipped = ((max(low, each.first.toordinal()), min(high, each.last.toordinal() + 1)) for each in ranges)
    return joined(span for span in clipped if span[0] < span[1])


@lru_cache(maxsize=1024)
def _of_every_year(days: YearDays, first: date, last: date) -> tuple[DayRange, ...]:
    return tuple(lunar_days(days, first, last) if days.lunar else _solar_days(days, first, last))


def _solar_days(days: YearDays, first: date, last: date) -> Iterator[DayRange]:
    """A stretch of every year; 29 February stands only in leap years."""
    wraps = days.first > days.last
    for year in range(first.year - wraps, last.year + 1):
        begin = date.min if year < MINYEAR else _day_or_next(year, days.first)
        end = date.max if year + wraps > MAXYEAR else _day_or_previous(year + wraps, days.last)
        if begin <= end:
            yield DayRange(begin, end)


def _day_or_next(year: int, month_day: tuple[int, int]) -> date:
    return date(year, *month_day) if month_day != (2, 29) or isleap(year) else date(year, 3, 1)


def _day_or_previous(year: int, month_day: tuple[int, int]) -> date:
    return date(year, *month_day) if month_day != (2, 29) or isleap(year) else date(year, 2, 28)


def joined(found: Iterable[Span]) -> list[Span]:
    """Spans in their order, those that overlap or touch made one."""
    result: list[Span] = []
    for low, high in sorted(found):
        if result and low <= result[-1][1]:
            result[-1] = result[-1][0], max(high, result[-1][1])
        else:
            result.append((low, high))
    return result


def without(open_spans: Iterable[Span], closed: Sequence[Span]) -> list[Span]:
    """What is left of sorted spans once others, sorted too, are taken out."""
    result: list[Span] = []
    for low, high in open_spans:
        for hole_low, hole_high in _meeting((low, high), closed):
            if low < hole_low:
                result.append((low, hole_low))
            low = hole_high
        if low < high:
            result.append((low, high))
    return result


def within(open_spans: Iterable[Span], others: Sequence[Span]) -> list[Span]:
    """The days that lie in both; each of them sorted."""
    return [
        (max(low, other_low), min(high, other_high))
        for low, high in open_spans
        for other_low, other_high in _meeting((low, high), others)
    ]


def _meeting(span: Span, others: Sequence[Span]) -> Sequence[Span]:
    """Those of sorted spans, which do not touch each other, that share a day with this one."""
    low, high = span
    return others[bisect_right(others, low, key=itemgetter(1)) : bisect_left(others, high, key=itemgetter(0))]


@dataclass(frozen=True)
class SlotDays:
    """Weekdays in every `every`-th week of the open spans. Weeks begin on Monday; `monday` begins week 0."""

    weekdays: frozenset[int]
    every: int
    monday: int
    open: tuple[Span, ...]

    def between(self, first: int, last: int) -> Iterator[int]:
        """The days from `first` to `last`, both included, in their order."""
        daily = self.every == 1 and len(self.weekdays) == WEEK
        for low, high in self.open:
            days = range(max(low, first), min(high, last + 1))
            yield from days if daily else filter(self._matches, days)

    def before(self, day: int) -> int:
        """How many days come before this one. Arithmetic, so that a programme may be years old."""
        return sum(self._through(min(high, day)) - self._through(low) for low, high in self.open if low < day)

    def __contains__(self, day: int) -> bool:
        return bool(_meeting((day, day + 1), self.open)) and self._matches(day)

    def _matches(self, day: int) -> bool:
        week, weekday = divmod(day - self.monday, WEEK)
        return weekday in self.weekdays and week % self.every == 0

    def _through(self, day: int) -> int:
        """Matching days from the Monday of week 0 up to, but without, this day."""
        periods, rest = divmod(day - self.monday, WEEK * self.every)
        return periods * len(self.weekdays) + sum(weekday < rest for weekday in self.weekdays)
