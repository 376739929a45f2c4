"""Vietnam's lunar calendar, against dates that were printed in calendars."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pipeline.domain import DayRange, YearDays
from pipeline.schedule.lunar import lunar_days

# First day of the lunar year in Vietnam. 1968, 1969, 1985, 2007 and 2030 differ from China's.
TET = """
1968-01-29 1969-02-16 1970-02-06 1975-02-11 1976-01-31 1980-02-16 1985-01-21 1986-02-09 1990-01-27 1995-01-31 1996-02-19
1997-02-07 1998-01-28 1999-02-16 2000-02-05 2001-01-24 2002-02-12 2003-02-01 2004-01-22 2005-02-09 2006-01-29 2007-02-17
2008-02-07 2009-01-26 2010-02-14 2011-02-03 2012-01-23 2013-02-10 2014-01-31 2015-02-19 2016-02-08 2017-01-28 2018-02-16
2019-02-05 2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13
2030-02-02 2031-01-23 2032-02-11 2033-01-31 2034-02-19 2035-02-08 2040-02-12 2045-02-17 2050-01-23 2055-01-28 2060-02-02
"""


def lunar(first: tuple[int, int], last: tuple[int, int], begin: str, end: str) -> list[tuple[str, str]]:
    found = lunar_days(YearDays(first, last, lunar=True), date.fromisoformat(begin), date.fromisoformat(end))
    return [(each.first.isoformat(), each.last.isoformat()) for each in found]


def days(ranges: list[tuple[str, str]]) -> int:
    return sum((date.fromisoformat(last) - date.fromisoformat(first)).days + 1 for first, last in ranges)


@pytest.mark.parametrize("tet", TET.split())
def test_the_year_begins_on_the_day_of_the_vietnamese_calendar(tet: str) -> None:
    year = tet[:4]
    assert lunar((1, 1), (1, 1), f"{year}-01-01", f"{year}-12-31") == [(tet, tet)]


@pytest.mark.parametrize(
    ("month_day", "day"),
    [
        ((3, 10), "2026-04-26"),  # Giỗ Tổ
        ((4, 15), "2026-05-31"),  # Phật đản
        ((7, 15), "2026-08-27"),  # Vu lan
        ((8, 15), "2026-09-25"),  # Trung thu
        ((12, 23), "2027-01-30"),  # Ông Táo, of the lunar year before
        ((7, 15), "2025-09-06"),  # after a leap sixth month
    ],
)
def test_feasts_fall_on_their_days(month_day: tuple[int, int], day: str) -> None:
    begin, end = date.fromisoformat(day) - timedelta(150), date.fromisoformat(day) + timedelta(150)
    assert lunar(month_day, month_day, begin.isoformat(), end.isoformat()) == [(day, day)]


def test_a_stretch_over_the_new_year_is_whole_every_year() -> None:
    assert lunar((12, 28), (1, 5), "2026-01-01", "2028-12-31") == [
        ("2026-02-15", "2026-02-16"),  # the twelfth month had 29 days
        ("2026-02-17", "2026-02-21"),
        ("2027-02-04", "2027-02-05"),
        ("2027-02-06", "2027-02-10"),
        ("2028-01-24", "2028-01-25"),
        ("2028-01-26", "2028-01-30"),
    ]


def test_a_stretch_is_cut_to_the_days_asked_for() -> None:
    assert lunar((12, 28), (1, 5), "2027-02-05", "2027-02-07") == [
        ("2027-02-05", "2027-02-05"),
        ("2027-02-06", "2027-02-07"),
    ]


def test_a_thirtieth_is_the_twenty_ninth_of_a_short_month() -> None:
    assert lunar((12, 30), (12, 30), "2026-01-01", "2026-03-01") == [("2026-02-16", "2026-02-16")]
    assert lunar((12, 30), (12, 30), "2024-01-01", "2024-03-01") == [("2024-02-09", "2024-02-09")]  # had a 30th
    assert lunar((12, 30), (1, 1), "2026-01-01", "2026-03-01") == [
        ("2026-02-16", "2026-02-16"),
        ("2026-02-17", "2026-02-17"),
    ]


def test_a_leap_month_does_not_count() -> None:
    # 2025 has a sixth month (06-25 to 07-24) and a leap sixth month (07-25 to 08-22).
    assert lunar((6, 1), (6, 30), "2025-01-01", "2025-12-31") == [("2025-06-25", "2025-07-24")]
    assert lunar((6, 20), (7, 2), "2025-01-01", "2025-12-31") == [
        ("2025-07-14", "2025-07-24"),
        ("2025-08-23", "2025-08-24"),
    ]


def test_the_whole_lunar_year_lacks_only_the_leap_month() -> None:
    assert days(lunar((1, 1), (12, 30), "2026-01-01", "2026-12-31")) == 365
    assert days(lunar((1, 1), (12, 30), "2025-01-01", "2025-12-31")) == 365 - 29


def test_outside_the_range_of_the_calendar_there_are_no_lunar_days() -> None:
    assert lunar((1, 1), (12, 30), "1700-01-01", "1800-12-31") == []
    assert lunar((1, 1), (12, 30), "2150-01-01", "9999-12-31") == []
    assert len(lunar((1, 1), (1, 1), "1890-01-01", "2110-12-31")) == 200


def test_days_come_as_ranges_of_the_domain() -> None:
    found = list(lunar_days(YearDays((1, 1), (1, 1), lunar=True), date(2026, 2, 1), date(2026, 2, 28)))
    assert found == [DayRange(date(2026, 2, 17), date(2026, 2, 17))]
