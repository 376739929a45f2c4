"""What makes a slot differ for a while: peaks, hours by time of year, suspensions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from pipeline.documents import Mapping, Node, Scalar, Sequence
from pipeline.domain import Medium, Peak, Rotation, SeasonHours, Suspension, YearDays
from pipeline.fields import Day, Duration, Field, Reading, Record, Text, Weekdays, Whole, refuse_shape, shown
from pipeline.schedule.kinds import OWN_HOURS, TIMES, parse_season

T = TypeVar("T")

LEAP_YEAR = 2024  # 02-29 is a day of it
_MONTH_LAST = re.compile(r"^(1[3-9]|2\d|3[01])-(\d\d)$", re.ASCII)  # 20-11 for 11-20
SEASON_PATTERN = r"^\d{2}-\d{2}\s*\.\.\s*\d{2}-\d{2}$"

PEAK = Record(
    (
        Field("from", Day(), "ngày đầu của đợt cao điểm", "first day of the peak", True),
        Field(
            "until",
            Day(),
            "ngày cuối của đợt; hôm sau tự trở lại như thường",
            "last day; the day after all is as before",
            True,
        ),
        Field("days", Weekdays(), "các thứ trong tuần của đợt", "its days of the week"),
        Field("at", TIMES, "giờ phát trong đợt, thay cho at", "its hours, instead of at"),
        Field(
            "at_by_area",
            OWN_HOURS,
            "giờ riêng của địa bàn trong đợt; nơi không ghi ở đây vẫn giữ giờ riêng của mình",
            "hours of areas in the peak; areas not named here keep the hours they have of their own",
        ),
        Field(
            "every",
            Whole(1, 1000),
            "cứ N tuần một lần, tính từ tuần chứa ngày from của đợt",
            "every N weeks, counted from the Monday week of the peak's from",
        ),
        Field(
            "length",
            Duration(),
            "thời lượng tối đa một lượt phát loa trong đợt",
            "airtime it may take at most in the peak",
        ),
        Field(
            "repeat",
            Whole(1, 100),
            "đọc toàn bộ mấy lần trong một lượt phát loa",
            "how often the whole is read in one airing",
        ),
        Field(
            "count", Whole(1, 1000), "với luân phiên: số bản tin mỗi lượt phát", "of a rotation: bulletins an airing"
        ),
    )
)

MAX_PEAKS = 50
FOR_LOUDSPEAKERS = ("length", "repeat")


@dataclass(frozen=True)
class Peaks:
    """`{from: 2026-12-01, until: 2026-12-31, days: daily, repeat: 2}`, one or a list; no day in two of them."""

    def read(self, node: Node, reading: Reading) -> tuple[Peak, ...] | None:
        found = _each(node, self._peak, reading)
        if found is None:
            return None
        if len(found) > MAX_PEAKS:
            reading.error(node, "peaks_too_many", count=len(found), limit=MAX_PEAKS)
            return None
        found.sort(key=lambda each: each[0].first)
        latest: Peak | None = None
        for peak, place in found:
            if latest is not None and peak.first <= latest.last:
                until = min(peak.last, latest.last)
                reading.error(place, "peaks_overlap", first=latest.line, since=peak.first, until=until)
            if latest is None or peak.last > latest.last:
                latest = peak
        return tuple(peak for peak, _ in found)

    def _peak(self, node: Node, reading: Reading) -> Peak | None:
        start = len(reading.problems)
        values = PEAK.read(node, reading)
        if values is None or not isinstance(node, Mapping) or node.flawed or reading.failed_since(start):
            return None
        first, last = values.pop("from"), values.pop("until")
        if last < first:
            reading.error(node.values["until"], "peak_reversed", first=first, until=last)
            return None
        if not values:
            reading.warning(node, "peak_changes_nothing")
        return Peak(first, last, line=node.line, column=node.column, **values)

    def schema(self) -> dict[str, Any]:
        return _one_or_more(PEAK)


SEASON_HOURS = Record(
    (
        Field("at", TIMES, "giờ phát trong khoảng này", "the hours in this stretch"),
        Field("at_by_area", OWN_HOURS, "giờ riêng của địa bàn trong khoảng này", "hours of areas in this stretch"),
    )
)


@dataclass(frozen=True)
class HoursBySeason:
    """`{"05-01..09-30": "05:00"}`: stretches of every year with their hours; no day of the year in two of them."""

    def read(self, node: Node, reading: Reading) -> tuple[SeasonHours, ...] | None:
        if not isinstance(node, Mapping):
            refuse_shape(node, "expected_table", reading)
            return None
        start = len(reading.problems)
        found: list[SeasonHours] = []
        lines: dict[tuple[int, int], Scalar] = {}
        for name, key in node.keys.items():
            days = parse_season(name)
            hours = _season_hours(node.values[name], name, reading)
            if days is None:
                reading.error(key, "bad_season_hours", value=shown(name), close=_meant(name))
            elif hours is not None:
                _check_shared(days, key, lines, reading)
                found.append(SeasonHours(days, **hours))
        return None if reading.failed_since(start) else tuple(found)

    def schema(self) -> dict[str, Any]:
        hours = {"anyOf": [TIMES.schema(), SEASON_HOURS.schema()]}
        return {"type": "object", "propertyNames": {"pattern": SEASON_PATTERN}, "additionalProperties": hours}


def _meant(written: str) -> str:
    """The stretch with month and day the right way round, or an example."""
    turned = "..".join(_MONTH_LAST.sub(r"\2-\1", each.strip()) for each in written.split(".."))
    return turned if parse_season(turned) else "05-01..09-30"


def _season_hours(node: Node, name: str, reading: Reading) -> dict[str, Any] | None:
    if not isinstance(node, Mapping):
        at = TIMES.read(node, reading)
        return None if at is None else {"at": at}
    start = len(reading.problems)
    values = SEASON_HOURS.read(node, reading)
    if not values and not reading.failed_since(start):
        reading.error(node, "season_hours_empty", value=shown(name))
    return values or None


def _check_shared(days: YearDays, key: Scalar, lines: dict[tuple[int, int], Scalar], reading: Reading) -> None:
    """Note the first day that lies in an earlier stretch too."""
    mine = list(_days_of(days))
    shared = next((day for day in mine if day in lines), None)
    if shared is not None:
        other, day = lines[shared], f"{shared[0]:02}-{shared[1]:02}"
        reading.error(
            key, "seasons_overlap", value=shown(key.value), other=shown(other.value), first=other.line, day=day
        )
    for day_of_year in mine:
        lines.setdefault(day_of_year, key)


def _days_of(days: YearDays) -> Iterable[tuple[int, int]]:
    """Every (month, day) of a leap year within the stretch."""
    day, last = date(LEAP_YEAR, *days.first), date(LEAP_YEAR, *days.last)
    for _ in range((last - day).days % 366 + 1):
        yield day.month, day.day
        day = (day + timedelta(1)).replace(year=LEAP_YEAR)


SUSPENSION = Record(
    (
        Field(
            "from", Day(), "ngày đầu tạm dừng; bỏ trống: từ đầu", "first day of the rest; without: from the beginning"
        ),
        Field(
            "until",
            Day(),
            "ngày cuối còn nghỉ; hôm sau phát lại",
            "last day of the rest, included; it airs again the day after",
            True,
        ),
        Field("reason", Text(limit=200, one_line=True), "lý do, hiện ra cùng lịch", "why, shown with the plan"),
    )
)


@dataclass(frozen=True)
class Suspensions:
    """`{until: 2026-12-15, reason: sửa loa}`, one or a list."""

    def read(self, node: Node, reading: Reading) -> tuple[Suspension, ...] | None:
        found = _each(node, self._suspension, reading)
        return None if found is None else tuple(suspension for suspension, _ in found)

    def _suspension(self, node: Node, reading: Reading) -> Suspension | None:
        start = len(reading.problems)
        values = SUSPENSION.read(node, reading)
        if values is None or not isinstance(node, Mapping) or node.flawed or reading.failed_since(start):
            return None
        first, last = values.get("from"), values["until"]
        if first is not None and last < first:
            reading.error(node.values["until"], "suspension_reversed", first=first, until=last)
            return None
        return Suspension(first, last, values.get("reason", ""), node.line)

    def schema(self) -> dict[str, Any]:
        return _one_or_more(SUSPENSION)


def check_peaks(values: dict[str, Any], medium: Medium, node: Mapping, reading: Reading) -> None:
    """Note what a slot's peaks ask that does not go with the rest of the slot."""
    written = node.values.get("peak")
    places = written.items if isinstance(written, Sequence) else (written,)
    written_at = {(place.line, place.column): place for place in places if isinstance(place, Mapping)}
    for peak in values.get("peak", ()):
        place = written_at[peak.line, peak.column]
        if peak.count is not None and "play" in values and not isinstance(values["play"], Rotation):
            reading.error(place.keys["count"], "peak_count_without_rotation")
        for key in FOR_LOUDSPEAKERS if medium is Medium.SMS else ():
            if key in place.keys:
                reading.error(place.keys[key], "peak_length_for_sms", key=key)
        behind = [area for area, at in values.get("at_by_area", {}).items() if len(at) < len(peak.at)]
        if behind := [area for area in behind if area not in peak.at_by_area]:
            reading.warning(place.keys["at"], "peak_own_hours_kept", areas=", ".join(behind))


def _each(node: Node, read: Callable[[Node, Reading], T | None], reading: Reading) -> list[tuple[T, Node]] | None:
    """What stands in a list, or alone without one; None where a list or table belongs and neither stands."""
    if not isinstance(node, (Mapping, Sequence)):
        refuse_shape(node, "expected_table", reading)
        return None
    if isinstance(node, Sequence) and not node.items:
        reading.error(node, "list_empty")
    found = [(read(each, reading), each) for each in (node.items if isinstance(node, Sequence) else (node,))]
    return [(value, place) for value, place in found if value is not None]


def _one_or_more(record: Record) -> dict[str, Any]:
    return {"anyOf": [record.schema(), {"type": "array", "items": record.schema(), "minItems": 1}]}
