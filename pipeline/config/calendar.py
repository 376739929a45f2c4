"""config/calendar.yaml: named sets of days on which programmes may pause."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline import documents
from pipeline.documents import Node
from pipeline.domain import DayRange, YearDays
from pipeline.fields import Field, ListOf, Named, Reading, Record, TableOf, Text, parse_day, scalar, shown

LEAP_YEAR = 2000  # its February has 29 days
LUNAR_MONTH = 30


def parse_month_day(text: str, *, lunar: bool) -> tuple[int, int] | None:
    """`12-28` as (month, day) of some year."""
    match = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text, re.ASCII)
    if not match:
        return None
    month, day = int(match[1]), int(match[2])
    if not 1 <= month <= 12:
        return None
    return (month, day) if 1 <= day <= (LUNAR_MONTH if lunar else monthrange(LEAP_YEAR, month)[1]) else None


@dataclass(frozen=True)
class Yearly:
    """`12-28..01-05`, or one day `03-10`, of every year; may run over the new year."""

    lunar: bool

    def read(self, node: Node, reading: Reading) -> YearDays | None:
        value = scalar(node, reading)
        if value is None:
            return None
        ends = [parse_month_day(part.strip(), lunar=self.lunar) for part in value.split("..")]
        first, last = ends[0], ends[-1]
        if len(ends) > 2 or first is None or last is None:
            reading.error(node, "bad_month_day", value=shown(value))
            return None
        return YearDays(first, last, self.lunar)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\d{1,2}-\d{1,2}(\.\.\d{1,2}-\d{1,2})?$"}


class PlainDays:
    """`2026-12-01` or `2026-12-01..2026-12-02`."""

    def read(self, node: Node, reading: Reading) -> DayRange | None:
        value = scalar(node, reading)
        if value is None:
            return None
        ends = [parse_day(part.strip()) for part in value.split("..")]
        first, last = ends[0], ends[-1]
        if len(ends) > 2 or first is None or last is None:
            reading.error(node, "bad_days", value=shown(value))
            return None
        if last < first:
            reading.error(node, "days_reversed", value=shown(value))
            return None
        return DayRange(first, last)

    def schema(self) -> dict[str, Any]:
        day = r"\d{4}-\d{2}-\d{2}"
        return {"type": "string", "pattern": rf"^{day}(\.\.{day})?$"}


NOTICE = Text(limit=200, one_line=True)
ENTRY = Record(
    (
        Field("lunar", Yearly(lunar=True), "tháng-ngày âm lịch, hằng năm", "lunar month-day, every year"),
        Field("yearly", Yearly(lunar=False), "tháng-ngày dương lịch, hằng năm", "solar month-day, every year"),
        Field("days", PlainDays(), "một ngày, hoặc ngày đầu..ngày cuối", "a day, or first..last"),
        Field(
            "notice",
            NOTICE,
            "thông báo hay công văn quy định những ngày này, hiện ra cùng lịch",
            "the notice that declared these days, shown with the plan",
        ),
    )
)


class Days:
    """Plain days, or one of `{lunar: "12-28..01-05"}`, `{yearly: "09-02"}`, `{days: 2026-12-01}` with its `notice`."""

    def read(self, node: Node, reading: Reading) -> DayRange | YearDays | None:
        return self._entry(node, reading) if isinstance(node, documents.Mapping) else PlainDays().read(node, reading)

    def _entry(self, node: documents.Mapping, reading: Reading) -> DayRange | YearDays | None:
        start = len(reading.problems)
        values = ENTRY.read(node, reading) or {}
        if reading.failed_since(start):
            return None
        notice: str = values.pop("notice", "")
        if notice and not values:
            reading.error(node, "notice_without_days", value=shown(notice))
            return None
        if len(values) != 1:
            reading.error(node, "days_one_calendar")
            return None
        days: DayRange | YearDays = next(iter(values.values()))
        return replace(days, notice=notice)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [PlainDays().schema(), ENTRY.schema()]}


SETS: TableOf[tuple[DayRange | YearDays, ...]] = TableOf(
    ListOf[DayRange | YearDays](Days(), or_one=True, distinct=False)
)


class SetsOfDays:
    """Names, each with its days. A set of which any part is unreadable is left out as a whole."""

    def read(self, node: Node, reading: Reading) -> CalendarFile | None:
        found = CalendarFile()
        if not isinstance(node, documents.Mapping):
            SETS.read(node, reading)
            return None
        for name, key in node.keys.items():
            start = len(reading.problems)
            one = documents.Mapping(key.file, key.line, key.column, {name: key}, {name: node.values[name]})
            days = SETS.read(one, reading) or {}
            found.names.append(name)
            if not reading.failed_since(start) and not node.values[name].flawed:
                found.sets.update(days)
        return found

    def schema(self) -> dict[str, Any]:
        return SETS.schema()


@dataclass
class CalendarFile:
    """`names` has every set that stands in the file, `sets` those that could be read.

    `closed` names those on whose days the station airs nothing that is ROUTINE.
    """

    sets: dict[str, tuple[DayRange | YearDays, ...]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    closed: tuple[str, ...] = ()


CALENDAR = Record(
    (
        Field("sets", SetsOfDays(), "các tập ngày có tên", "named sets of days", required=True),
        Field(
            "closed",
            ListOf(Named("calendar"), or_one=True),
            "các tập ngày mà cả đơn vị chỉ phát bản tin ưu tiên và khẩn cấp, ví dụ [quoc-tang]",
            "sets of days on which the whole station airs PRIORITY and EMERGENCY only, as in [quoc-tang]",
        ),
    )
)


def read_calendar(node: Node, reading: Reading) -> CalendarFile:
    """The sets of days by name."""
    values: Mapping[str, Any] = CALENDAR.read(node, reading) or {}
    found: CalendarFile = values.get("sets") or CalendarFile()
    return replace(found, closed=values.get("closed", ()))
