"""Names on a stick: cheap players sort them rightly, FAT32 takes them."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from pipeline.bundle import naming

START = datetime(2026, 11, 23, 5, 0)  # noqa: DTZ001
FIT = re.compile(r"[a-z0-9T][a-z0-9.-]*[a-z0-9]")
TITLES = (
    "Cảnh báo lừa đảo trên không gian mạng",
    "CON",
    "aux.mp3",
    "../../etc/passwd",
    'a<b>c:d"e/f\\g|h?i*j',
    "   ...   ",
    "😀😀",
    "Đ" * 300,
    "x\x00y\r\nz",
    "-rf",
)


@pytest.mark.parametrize("title", TITLES)
def test_any_title_gives_a_name_that_every_player_takes(title: str) -> None:
    for name in (
        naming.airing_file(1, START, title, 3),
        naming.numbered(7, title, 12),
        naming.numbered(7, title, 12, ".png"),
        naming.area_folder(2, title, 12),
    ):
        assert FIT.fullmatch(name), name
        assert len(name) <= naming.LONGEST
        assert name[0].isdigit()


def test_names_sort_as_they_play() -> None:
    names = [naming.airing_file(number, START.replace(hour=number % 24), "x", 120) for number in range(1, 121)]
    assert sorted(names) == names


def test_an_airing_is_named_by_its_place_hour_and_title() -> None:
    assert naming.airing_file(1, START.replace(hour=17), "Cảnh báo", 3) == "01-17h00-canh-bao.mp3"
    assert naming.day_folder(START.date()) == "2026-11-23-thu-hai"
    assert naming.day_folder(START.date().replace(day=29)) == "2026-11-29-chu-nhat"
    assert naming.words_file("a/01-x.mp3") == "a/01-x.txt"


@pytest.mark.parametrize(("count", "code"), [(9, "007"), (999, "007"), (1_000, "0007")])
def test_codes_have_one_length(count: int, code: str) -> None:
    assert naming.line_code(7, count) == code
