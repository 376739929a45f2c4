"""What a change of the files changes on the calendar, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pipeline.domain import Medium, Occurrence
from pipeline.messages import render
from pipeline.schedule import difference

MONDAY = datetime(2026, 11, 23, 17, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def airing(start: datetime = MONDAY, slot: str = "chieu") -> Occurrence:
    return Occurrence("canh-bao", slot, start, Medium.LOUDSPEAKER, "Cảnh báo", ("a", "b"), ("loa-1", "loa-2"))


WEEK = [airing(MONDAY + 2 * day * DAY) for day in range(3)]


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (WEEK, []),
        (
            [*WEEK, airing(MONDAY + DAY)],
            ["canh-bao/chieu: thêm 1 lượt phát trong những ngày tới, đầu tiên lúc 24/11 17:00"],
        ),
        (WEEK[1:], ["canh-bao/chieu: bỏ 1 lượt phát trong những ngày tới, đầu tiên lúc 23/11 17:00"]),
        (
            [replace(each, start=each.start + HOUR) for each in WEEK],
            ["canh-bao/chieu: 3 lượt phát đổi giờ, đầu tiên 23/11 17:00 chuyển sang 18:00"],
        ),
        (
            [replace(each, start=each.start + DAY) for each in WEEK],
            [
                "canh-bao/chieu: bỏ 3 lượt phát trong những ngày tới, đầu tiên lúc 23/11 17:00",
                "canh-bao/chieu: thêm 3 lượt phát trong những ngày tới, đầu tiên lúc 24/11 17:00",
            ],
        ),
        (
            [WEEK[0], *(replace(each, bulletins=("a", "c", "d", "e")) for each in WEEK[1:])],
            ["canh-bao/chieu: 2 lượt phát đổi bản tin, đầu tiên 25/11 17:00: a, c, d +1"],
        ),
        (
            [replace(each, targets=("loa-1",)) for each in WEEK],
            ["canh-bao/chieu: 3 lượt phát đổi nơi nhận, đầu tiên 23/11 17:00: loa-1"],
        ),
        (
            [replace(WEEK[0], length=HOUR), *WEEK[1:]],
            ["canh-bao/chieu: 1 lượt phát đổi thời lượng, tên hoặc mức ưu tiên, đầu tiên 23/11 17:00"],
        ),
        (
            [replace(WEEK[0], start=MONDAY + HOUR, bulletins=("c",)), *WEEK[1:]],
            [
                "canh-bao/chieu: 1 lượt phát đổi giờ, đầu tiên 23/11 17:00 chuyển sang 18:00",
                "canh-bao/chieu: 1 lượt phát đổi bản tin, đầu tiên 23/11 17:00: c",
            ],
        ),
    ],
    ids=["nothing", "comes", "goes", "moves", "to another day", "bulletins", "targets", "length", "moves and changes"],
)
def test_a_change_is_told_in_words(after: list[Occurrence], said: list[str]) -> None:
    assert [render(change.code, change.params, "vi")[0] for change in difference(WEEK, after)] == said


def test_slots_are_told_apart() -> None:
    before = [airing(slot="sang")]
    after = [airing(slot="chieu")]
    assert [(change.code, change.params["slot"]) for change in difference(before, after)] == [
        ("edit_comes", "chieu"),
        ("edit_goes", "sang"),
    ]


def test_two_moves_on_one_day_are_paired_in_order() -> None:
    before = [airing(MONDAY), airing(MONDAY + HOUR)]
    after = [airing(MONDAY + HOUR / 2), airing(MONDAY + 2 * HOUR)]
    (change,) = difference(before, after)
    assert change.code == "edit_moves"
    assert (change.params["count"], change.params["to"]) == ("2", "17:30")
