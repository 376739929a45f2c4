"""The values that only programmes have: excepted days, seasons, what is played, one-offs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.documents import Mapping, Node, Sequence
from pipeline.domain import DayRange, Extra, FixedOrder, Rotation, YearDays
from pipeline.fields import (
    ClockTime,
    Day,
    Field,
    Flag,
    ListOf,
    Named,
    Reading,
    Record,
    TableOf,
    Whole,
    parse_day,
    refuse_shape,
    scalar,
    shown,
)
from pipeline.schedule.rotation import ALL

TIMES = ListOf(ClockTime(), or_one=True, empty=False)
OWN_HOURS = TableOf(TIMES, refers="area")

_DATELIKE = re.compile(r"\d+[-/.]\d[\d/.-]*", re.ASCII)
_MONTH_DAY = re.compile(r"(\d\d)-(\d\d)", re.ASCII)


@dataclass(frozen=True)
class ExceptedDays:
    """A day, `first..last` with both ends, or the name of a set of config/calendar.yaml."""

    def read(self, node: Node, reading: Reading) -> DayRange | str | None:
        value = scalar(node, reading)
        if value is None:
            return None
        first, dots, last = (part.strip() for part in value.partition(".."))
        if dots:
            return self._range(first, last, node, reading)
        if not _DATELIKE.fullmatch(first):
            return Named("calendar").read(node, reading)
        day = Day().read(node, reading)
        return None if day is None else DayRange(day, day)

    def _range(self, first: str, last: str, node: Node, reading: Reading) -> DayRange | None:
        begin, end = parse_day(first), parse_day(last)
        for text, day in ((first, begin), (last, end)):
            if day is None:
                reading.error(node, "bad_date", value=shown(text))
        if begin is None or end is None:
            return None
        if end < begin:
            reading.error(node, "except_reversed", first=first, last=last)
            return None
        return DayRange(begin, end)

    def schema(self) -> dict[str, Any]:
        day = r"\d{4}-\d{2}-\d{2}"
        return {"type": "string", "pattern": rf"^({day}(\s*\.\.\s*{day})?|[a-z0-9]+(-[a-z0-9]+)*)$"}


@dataclass(frozen=True)
class Season:
    """Days of every year, `12-01..12-31` (month-day), both ends included; may wrap over the new year."""

    def read(self, node: Node, reading: Reading) -> YearDays | None:
        value = scalar(node, reading)
        if value is None:
            return None
        season = parse_season(value)
        if season is None:
            reading.error(node, "bad_season", value=shown(value))
        return season

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\d{2}-\d{2}\s*\.\.\s*\d{2}-\d{2}$"}


def parse_season(text: str) -> YearDays | None:
    """`12-01..12-31` and nothing looser."""
    first, _, last = (part.strip() for part in text.partition(".."))
    begin, end = _month_day(first), _month_day(last)
    return None if begin is None or end is None else YearDays(begin, end)


def _month_day(text: str) -> tuple[int, int] | None:
    match = _MONTH_DAY.fullmatch(text)
    if not match:
        return None
    month, day = int(match[1]), int(match[2])
    try:
        date(2024, month, day)  # a leap year: 02-29 is a day
    except ValueError:
        return None
    return month, day


@dataclass(frozen=True)
class Topics:
    """Ids of topics, or `[all]` alone."""

    def read(self, node: Node, reading: Reading) -> tuple[str, ...] | None:
        inner = Reading(problems=reading.problems)
        topics = ListOf(Named("topic"), empty=False).read(node, inner)
        reading.references.extend(each for each in inner.references if each.id != ALL)
        if topics and ALL in topics and len(topics) > 1:
            reading.error(node, "all_topics_not_alone")
            return None
        return topics

    def schema(self) -> dict[str, Any]:
        return ListOf(Named("topic"), empty=False).schema()


_WEEKS = re.compile(r"([1-9]\d?)\s*(w|week|weeks)", re.ASCII)
MOST_WEEKS = 52


@dataclass(frozen=True)
class Weeks:
    """`4 weeks`, from 1 to 52, as their number."""

    def read(self, node: Node, reading: Reading) -> int | None:
        value = scalar(node, reading)
        if value is None:
            return None
        match = _WEEKS.fullmatch(value.strip())
        if not match or int(match[1]) > MOST_WEEKS:
            reading.error(node, "bad_weeks", value=shown(value), most=MOST_WEEKS)
            return None
        return int(match[1])

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^[1-9]\d?\s*(w|week|weeks)$"}


ROTATION = Record(
    (
        Field(
            "topics",
            Topics(),
            "mã các chủ đề được phát luân phiên; [all] (mặc định) là mọi chủ đề",
            "ids of the topics taken in turn; [all] (the default) takes every topic",
        ),
        Field(
            "audience",
            ListOf(Named("audience")),
            "chỉ chọn bản tin dành cho một trong các đối tượng này; bỏ trống là mọi bản tin",
            "only bulletins meant for one of these audiences; without it all of them",
        ),
        Field("count", Whole(1, 1000), "số bản tin mỗi lượt phát, mặc định 1", "bulletins an airing, 1 by default"),
        Field(
            "within",
            Weeks(),
            "cam kết: trong mọi khoảng bấy nhiêu tuần (4 weeks), nơi nào cũng nghe mỗi chủ đề ít nhất một lần",
            "a promise: in every window of so many weeks (4 weeks) each place hears each topic at least once",
        ),
        Field(
            "twice_a_day",
            Flag(),
            "với within: một chủ đề được phát nhiều lần trong ngày (true); mặc định mỗi ngày nhiều nhất một lần",
            "with within: a topic may be heard several times a day (true); by default once a day at most",
        ),
    )
)

PLAY = Record(
    (
        Field(
            "bulletins",
            ListOf(Named("bulletin"), empty=False, distinct=False),
            "mã các bản tin, phát đúng theo thứ tự này",
            "ids of the bulletins, aired in this order",
        ),
        Field(
            "rotate",
            ROTATION,
            "phát luân phiên: mỗi bản tin được nghe một lần rồi mới lặp lại",
            "a fair rotation: each bulletin is heard once before any is heard again",
        ),
    )
)


@dataclass(frozen=True)
class Play:
    """Either a fixed order of bulletins or a rotation."""

    def read(self, node: Node, reading: Reading) -> FixedOrder | Rotation | None:
        start = len(reading.problems)
        values = PLAY.read(node, reading)
        if values is None or reading.failed_since(start):
            return None
        if len(values) != 1:
            reading.error(node, "play_both" if values else "play_nothing")
            return None
        if "bulletins" in values:
            return FixedOrder(values["bulletins"])
        rotate = values["rotate"]
        within = rotate.get("within", 0)
        if "twice_a_day" in rotate and not within:
            reading.error(_key_of(node, "rotate", "twice_a_day"), "twice_a_day_without_within")
            return None
        return Rotation(
            topics=rotate.get("topics", (ALL,)),
            audience=rotate.get("audience", ()),
            count=rotate.get("count", 1),
            within=within,
            twice_a_day=rotate.get("twice_a_day", False),
        )

    def schema(self) -> dict[str, Any]:
        return {**PLAY.schema(), "minProperties": 1, "maxProperties": 1}


def _key_of(node: Node, *path: str) -> Node:
    """Where a key stands that was read."""
    *above, last = path
    for key in above:
        node = node.values[key] if isinstance(node, Mapping) else node
    return node.keys[last] if isinstance(node, Mapping) else node


EXTRA = Record(
    (
        Field("slot", Named("slot"), "mã khung giờ của chương trình này", "id of a slot of this programme", True),
        Field("date", Day(), "ngày phát thêm", "the day of the one-off", True),
        Field("at", ClockTime(), "giờ phát thêm, giờ địa phương", "its local time", True),
    )
)


@dataclass(frozen=True)
class Extras:
    """One-offs; two equal ones are a mistake."""

    def read(self, node: Node, reading: Reading) -> tuple[Extra, ...] | None:
        if not isinstance(node, Sequence):
            refuse_shape(node, "expected_list", reading)
            return None
        seen: dict[tuple[object, ...], Extra] = {}
        for each in node.items:
            start = len(reading.problems)
            values = EXTRA.read(each, reading)
            if values is None or each.flawed or reading.failed_since(start):
                continue
            extra = Extra(values["slot"], values["date"], values["at"], each.line)
            first = seen.setdefault((extra.slot, extra.date, extra.at), extra)
            if first is not extra:
                reading.error(each, "extra_doubled", slot=extra.slot, first=first.line)
        return tuple(seen.values())

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": EXTRA.schema(), "uniqueItems": True}
