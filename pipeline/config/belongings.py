"""Where an area or a cluster lies, where that changes on a date: a list of places, each with its first or last day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from pipeline import documents
from pipeline.documents import Node
from pipeline.domain import Belonging
from pipeline.fields import Day, Field, Named, Reading, Record, refuse_shape

_FROM = Field(
    "from", Day(), "ngày đầu tiên thuộc nơi này; bỏ trống: từ trước tới nay", "first day in it; without: always"
)
_UNTIL = Field("until", Day(), "ngày cuối cùng còn thuộc nơi này; bỏ trống: không thời hạn", "last day in it, included")
PARENT = Record((Field("parent", Named("area"), "địa bàn cấp trên", "the area above", True), _FROM, _UNTIL))
PLACE = Record((Field("area", Named("area"), "địa bàn đặt loa", "area it stands in", True), _FROM, _UNTIL))


@dataclass(frozen=True)
class Belongings:
    """`[{parent: X, until: 2025-06-30}, {parent: Y, from: 2025-07-01}]`, read in the order of time; no day in two."""

    record: Record
    key: str

    def read(self, node: Node, reading: Reading) -> tuple[Belonging, ...] | None:
        if not isinstance(node, documents.Sequence):
            refuse_shape(node, "expected_list", reading)
            return None
        if not node.items:
            reading.error(node, "list_empty")
            return None
        start = len(reading.problems)
        found: list[tuple[Belonging, Node]] = []
        for each in node.items:
            values = self.record.read(each, reading)
            if values is None or each.flawed or reading.failed_since(start):
                continue
            belonging = Belonging(values[self.key], values.get("from"), values.get("until"))
            if belonging.first and belonging.last and belonging.last < belonging.first:
                reading.error(each, "belonging_reversed", first=belonging.first, last=belonging.last)
            found.append((belonging, each))
        if reading.failed_since(start):
            return None
        found.sort(key=lambda each: each[0].first or date.min)
        _check_order(found, reading)
        return None if reading.failed_since(start) else tuple(each for each, _ in found)

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.record.schema(), "minItems": 1}


def _check_order(found: Sequence[tuple[Belonging, Node]], reading: Reading) -> None:
    for (one, _), (other, place) in pairwise(found):
        first = other.first or date.min
        if one.last is None or one.last >= first:
            day = first if other.first else one.last or one.first or first
            reading.error(place, "belongings_overlap", day=day, value=other.area, other=one.area)
        elif first - one.last > timedelta(1):
            since, until = one.last + timedelta(1), first - timedelta(1)
            reading.warning(place, "belongings_gap", since=since, until=until)
