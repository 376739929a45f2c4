"""Which bulletins lean on which report channel."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.config.report_channels import ReportChannel, cited

CHANNELS = [
    ReportChannel(id, "…", "…", date(2026, 11, 1)) for id in ("113", "156", "canhbao.khonggianmang.vn", "VNeID")
]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Hãy gọi 113.", ["113"]),
        ("Gọi 113, hoặc 156!", ["113", "156"]),
        ("Thiệt hại 113.000 đồng", []),
        ("Số 1132 và 0113", []),
        ("Vào canhbao.khonggianmang.vn để báo.", ["canhbao.khonggianmang.vn"]),
        ("Mở VNeID; VNeIDX thì không", ["VNeID"]),
    ],
)
def test_a_channel_is_cited_as_a_word_of_its_own(text: str, named: list[str]) -> None:
    assert [each.id for each in cited(text, CHANNELS)] == named
