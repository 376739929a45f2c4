"""config/report_channels.yaml: where people report, with the day on which somebody last made sure of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pipeline import documents
from pipeline.config.entries import Declared, EntriesOf
from pipeline.documents import Node
from pipeline.fields import Day, Field, Reading, Record, Text, Whole

WAY_ID = r"[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*"  # a number, a name or a web address: 156, VNeID, canhbao.khonggianmang.vn


@dataclass(frozen=True, slots=True)
class ReportChannel:
    """A number or address for reports; `valid_until` is the last day on which `checked` still vouches for it."""

    id: str
    read: str
    purpose: str
    checked: date
    valid_days: int = 365

    @property
    def valid_until(self) -> date:
        days_left = (date.max - self.checked).days
        return self.checked + timedelta(days=min(self.valid_days, days_left))


def cited(text: str, channels: Iterable[ReportChannel]) -> tuple[ReportChannel, ...]:
    """The report channels that a text names, each as a word of its own: `113`, not `1132` nor `0.113`."""
    return tuple(each for each in channels if re.search(rf"(?<![\w.,]){re.escape(each.id)}(?!\w|[.,]\d)", text))


def _report_channel(values: Mapping[str, Any], place: documents.Mapping, reading: Reading) -> ReportChannel:
    return ReportChannel(purpose=values["for"], **{name: value for name, value in values.items() if name != "for"})


REPORT_CHANNEL = Record(
    (
        Field(
            "id",
            Text(limit=64, pattern=WAY_ID, example="156"),
            "số hoặc địa chỉ, đúng như viết trong bản tin",
            "the number or address as bulletins write it",
            required=True,
        ),
        Field("read", Text(limit=300, one_line=True), "cách đọc trên loa", "how it is read aloud", required=True),
        Field(
            "for", Text(limit=300, one_line=True), "tiếp nhận phản ánh gì", "what it takes reports of", required=True
        ),
        Field("checked", Day(), "ngày kiểm tra gần nhất", "the day it was last checked", required=True),
        Field("valid_days", Whole(1, 36_500), "dùng được bao nhiêu ngày sau khi kiểm tra", "days a check is good for"),
    )
)

REPORT_CHANNELS = Record(
    (
        Field(
            "report_channels",
            EntriesOf(REPORT_CHANNEL, _report_channel),
            "các kênh phản ánh",
            "the report channels",
            required=True,
        ),
    )
)


def read_report_channels(node: Node, reading: Reading) -> Declared[ReportChannel]:
    """Report channels in the order of the file."""
    values: Mapping[str, Any] = REPORT_CHANNELS.read(node, reading) or {}
    return values.get("report_channels") or Declared()
