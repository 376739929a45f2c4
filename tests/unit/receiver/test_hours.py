"""When something may sound: from its first moment to its last, by the clocks of the commune."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pipeline.receiver.hours import Hours
from tests.unit.receiver.world import hours

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MINUTE = timedelta(minutes=1)


def local(day: int, clock: str) -> datetime:
    hour, minute = clock.split(":")
    return datetime(2026, 11, day, int(hour), int(minute), tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("begin", "minutes", "windows", "holds"),
    [
        ("05:00", 30, ("05:00-05:30",), True),
        ("05:01", 30, ("05:00-05:30",), False),  # it would end at a quiet hour
        ("04:59", 1, ("05:00-05:30",), False),
        ("05:20", 20, ("05:00-05:30", "05:30-06:00"), True),
        ("06:50", 20, ("05:00-07:00",), False),  # the day before, by UTC, until 07:00
        ("06:50", 20, ("05:00-09:00",), True),
        ("23:50", 20, ("22:00-00:00", "00:00-01:00"), True),
        ("23:50", 20, ("22:00-00:00",), False),
    ],
)
def test_it_ends_inside_the_hours_too(begin: str, minutes: float, windows: tuple[str, ...], holds: bool) -> None:
    found = Hours(ZONE, (hours(*windows),))
    assert found.hold(local(23, begin), minutes * MINUTE) is holds


def test_all_sets_bind_and_none_binds_nothing() -> None:
    both = Hours(ZONE, (hours("05:00-07:00"), hours("06:00-08:00")))
    assert [both.hold(local(23, each), MINUTE) for each in ("05:30", "06:30", "07:30")] == [False, True, False]
    assert Hours(ZONE).hold(local(23, "03:00"), MINUTE)


def test_it_waits_for_its_hours_and_no_longer_than_it_is_useful() -> None:
    found = Hours(ZONE, (hours("05:00-05:30", "17:00-17:30"),))
    assert found.first(local(23, "05:20"), 20 * MINUTE, local(23, "18:00")) == local(23, "17:00")
    assert found.first(local(23, "05:20"), 20 * MINUTE, local(23, "16:59")) is None
    assert found.first(local(23, "22:00"), 20 * MINUTE, local(24, "06:00")) == local(24, "05:00")
    assert found.first(local(23, "05:20"), 40 * MINUTE, local(25, "00:00")) is None
