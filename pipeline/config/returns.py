"""`returns:` of a hand-over channel: how the operator's return file says who was reached."""

from __future__ import annotations

from pipeline.config.provider import Meanings
from pipeline.fields import Field, ListOf, Record, Text

_NAMES = ListOf(Text(limit=100, one_line=True), or_one=True, empty=False)

RETURNS = Field(
    "returns",
    Record(
        (
            Field(
                "number", _NAMES, "tên cột số điện thoại; Loa tự biết các tên thường gặp", "name of the number's column"
            ),
            Field("status", _NAMES, "tên cột kết quả; Loa tự biết các tên thường gặp", "name of the result's column"),
            Field("reached", _NAMES, "các từ nghĩa là đã tới máy", "words that mean: on the handset"),
            Field(
                "failed",
                Meanings(),
                "các từ nghĩa là không tới, mỗi từ kèm lý do",
                "words that mean: not reached, each with its reason",
            ),
        )
    ),
    "tệp kết quả của nhà mạng viết thế nào",
    "how the operator's return file is written",
)
