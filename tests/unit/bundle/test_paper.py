"""The printed list, the QR pictures and the return sheet."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from pipeline.bundle import qr
from pipeline.bundle.page import page
from pipeline.bundle.sheet import COLUMNS, sheet
from tests.bundles import HOSTILE, bulletin, contents


class Tags(HTMLParser):
    """Counts tags and finds what reaches beyond the file."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.reaching: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in {"meta", "col", "br", "path"}:
            self.open.append(tag)
        self.reaching += [name for name, _ in attrs if name in {"src", "href", "onload", "onclick"}]

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(text: str) -> Tags:
    found = Tags()
    found.feed(text)
    assert found.open == []
    return found


def test_the_list_has_a_row_a_cluster_and_a_card_a_bulletin(tmp_path: Path) -> None:
    text = page(contents(tmp_path))
    found = read(text)
    assert found.tags.count("svg") == 1
    words = " ".join(found.words)
    for each in (
        "001",
        "002",
        "T01",
        "17:00",
        "1′30″",
        "Xã An Quang",
        "Thứ hai 23/11/2026",
        "Đã phát lúc",
        "29/11/2026",
    ):
        assert each in words
    assert text.count('<td class="fill"></td>') == 2 + 1 + 8
    assert "@page { size: A4 landscape" in text


def test_the_list_reaches_for_nothing_beyond_itself(tmp_path: Path) -> None:
    text = page(contents(tmp_path))
    assert read(text).reaching == []
    outside = [each for each in re.findall(r"https?://[^\s\"<]+", text) if each != "http://www.w3.org/2000/svg"]
    assert outside == []
    assert "url(" not in text


def test_what_people_wrote_is_never_a_tag(tmp_path: Path) -> None:
    made = contents(tmp_path)
    hostile = replace(made, station=HOSTILE, bulletins={"deepfake": bulletin(title=HOSTILE)})
    lines = tuple(replace(each, title=HOSTILE) for each in made.lines)
    found = read(page(replace(hostile, lines=lines)))
    assert "script" not in found.tags
    assert any(HOSTILE in each for each in found.words)


def test_what_was_left_out_is_named_with_its_reason(tmp_path: Path) -> None:
    assert "khoa-sim: bản tin chưa được phê duyệt" in page(contents(tmp_path))


def test_a_picture_says_what_it_is_who_vouches_and_where_to_report(tmp_path: Path) -> None:
    assert qr.words(contents(tmp_path), "deepfake").split("\n") == [
        "Cuộc gọi giả giọng",
        "Nguồn: Công an thành phố Hải Phòng",
        "Phản ánh, trình báo: 156; 113",
        "Mã bản tin: deepfake (usb-20261123-4f7kq)",
    ]


def test_a_picture_holds_lines_that_are_short_enough_to_be_read(tmp_path: Path) -> None:
    long = replace(contents(tmp_path), bulletins={"deepfake": bulletin(title="Ệ" * 5_000 + "\n\n")})
    words = qr.words(long, "deepfake")
    assert max(map(len, words.split("\n"))) == qr.MOST
    assert qr.png(words).startswith(b"\x89PNG")


def test_a_picture_is_a_square_with_its_white_border(tmp_path: Path) -> None:
    data = qr.png(qr.words(contents(tmp_path), "deepfake"))
    width, height = struct.unpack(">II", data[16:24])
    assert width == height
    assert (width // qr.SCALE - 2 * qr.QUIET - 17) % 4 == 0


def rows(data: bytes) -> list[tuple[str | None, ...]]:
    table = openpyxl.load_workbook(io.BytesIO(data)).active
    assert table is not None
    return [tuple(each) for each in table.iter_rows(values_only=True)]  # type: ignore[arg-type]


def test_the_sheet_has_a_row_for_each_line_and_for_free_airings(tmp_path: Path) -> None:
    found = rows(sheet(contents(tmp_path)))
    header = found[3]
    assert header == ("Mã", "Ngày", "Giờ", "Nơi phát", "Nội dung", "Dài", "Đã phát lúc", "Người phát", "Ghi chú")
    assert len(header) == len(COLUMNS)
    ids = [each[0] for each in found[4:]]
    assert ids == ["usb-20261123-4f7kq/001", "usb-20261123-4f7kq/002", *["usb-20261123-4f7kq/T01"] * 10]
    assert found[4][1:6] == (
        "Thứ hai 23/11/2026",
        "17:00",
        "Xã An Quang – Cụm loa an-quang-01",
        "Cảnh báo lừa đảo: Cuộc gọi giả giọng",
        "1′30″",
    )
    assert all(each[6:] == (None, None, None) for each in found[4:])


@pytest.mark.parametrize("title", [HOSTILE, "=1+1", "+84 x", "@SUM(A1)", "-2", "a\x07b", "\ufffe"])
def test_no_cell_of_the_sheet_is_a_formula(title: str, tmp_path: Path) -> None:
    made = contents(tmp_path)
    hostile = replace(made, station=title, bulletins={"deepfake": bulletin(title=title)})
    lines = tuple(replace(each, title=title) for each in made.lines)
    data = sheet(replace(hostile, lines=lines))
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_what_is_filled_in_stays_text_to_a_spreadsheet(tmp_path: Path) -> None:
    table = openpyxl.load_workbook(io.BytesIO(sheet(contents(tmp_path)))).active
    assert table is not None
    assert {table.cell(5, column).number_format for column in range(1, 10)} == {"@"}
