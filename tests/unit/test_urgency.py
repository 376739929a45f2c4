"""In which order troubles are read, and how many of a kind."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pipeline.doctor.urgency import by_urgency, folded, moment_of
from pipeline.store import Notice

AT = datetime(2026, 11, 23, 4, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def notice(code: str, subject: str = "x", *, seen: int = 0, **params: str) -> Notice:
    moment = AT - timedelta(minutes=seen)
    return Notice(0, code, subject, params, moment, moment)


def test_what_is_about_to_happen_stands_before_what_is_so_and_before_later_days() -> None:
    found = by_urgency(
        [
            *(notice("order_collision", f"{day}", first_start=f"{day}/11 17:00") for day in range(25, 30)),
            notice("airing_missed", start="10/11 17:00"),
            notice("disk_low", seen=30),
            notice("airing_missed", "y", seen=5, start="23/11 04:00"),
            notice("order_unruled", first_start="23/11 05:00"),
            notice("bulletin_held", start="23/11 04:33"),
        ],
        AT,
    )
    assert [each.code for each in found[:4]] == ["bulletin_held", "order_unruled", "airing_missed", "disk_low"]
    assert [each.subject for each in found[4:9]] == ["25", "26", "27", "28", "29"]
    assert found[-1].params["start"] == "10/11 17:00"


def test_one_kind_takes_one_line_and_says_how_many_more_there_are() -> None:
    kinds = folded([notice("a", "1"), notice("b"), notice("a", "2"), notice("a", "3")])
    assert [(each.notice.code, each.notice.subject, each.more) for each in kinds] == [("a", "1", 2), ("b", "x", 0)]


@pytest.mark.parametrize(
    ("at", "start", "expected"),
    [
        ("2026-12-31T23:00", "01/01 05:00", "2027-01-01T05:00"),
        ("2027-01-01T01:00", "31/12 17:00", "2026-12-31T17:00"),
        ("2028-02-28T12:00", "29/02 05:00", "2028-02-29T05:00"),
        ("2026-02-28T12:00", "29/02 05:00", None),
        ("2026-11-23T12:00", "", None),
        ("2026-11-23T12:00", "chiều thứ hai", None),
    ],
)
def test_a_day_without_its_year_is_the_nearest(at: str, start: str, expected: str | None) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=AT.tzinfo)
    found = moment_of(notice("a", start=start), moment)
    assert (found and f"{found:%Y-%m-%dT%H:%M}") == expected


def test_of_two_airings_in_one_notice_the_first_to_come_counts() -> None:
    found = moment_of(notice("order_collision", first_start="25/11 17:05", second_start="25/11 17:00"), AT)
    assert found == AT.replace(day=25, hour=17, minute=0)
