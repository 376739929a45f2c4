"""A return sheet as people bring it back: XLSX, CSV, and what only looks like one."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from pipeline.bundle import returned
from pipeline.bundle.returned import SheetRow, is_not_played, parse_day, parse_time, read_sheet
from pipeline.bundle.sheet import sheet
from pipeline.errors import ContentError
from tests.bundles import contents

ID = "usb-20261123-4f7kq/001"
NFD = unicodedata.normalize("NFD", "không phát")
HEADER = "Mã,Ngày,Nơi phát,Đã phát lúc,Người phát,Ghi chú\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("17:02", time(17, 2)),
        ("5:30", time(5, 30)),
        ("05:30:00", time(5, 30)),
        ("17h02", time(17, 2)),
        ("17H", time(17)),
        ("17 giờ 02", time(17, 2)),
        ("17 giờ 02 phút", time(17, 2)),
        ("17g05", time(17, 5)),
        ("0:00", time(0)),
        ("23:59", time(23, 59)),
        *((text, None) for text in ("24:00", "25:00", "17:60", "17", "1702", "17.02", "17:2", "17:", "", "0.7097")),
        *((text, None) for text in ("-17:02", "17:02 pm", "5:30 sáng", "17:02-17:10", "xong", "١٧:٠٢")),
    ],
)
def test_a_time_is_read_or_it_is_none(text: str, found: time | None) -> None:
    assert parse_time(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("23/11/2026", date(2026, 11, 23)),
        ("Thứ hai 23/11/2026", date(2026, 11, 23)),
        ("3-1-2027", date(2027, 1, 3)),
        ("2026-11-23", date(2026, 11, 23)),
        ("2026-11-23T00:00:00", date(2026, 11, 23)),
        *((text, None) for text in ("31/02/2026", "11/23/2026", "23/11", "23/11/26", "", "hôm qua", "0/0/0000")),
        ("23/11/2026 24/11/2026", None),
        ("Chủ nhật, 29/11/2026", date(2026, 11, 29)),
    ],
)
def test_a_day_is_read_or_it_is_none(text: str, found: date | None) -> None:
    assert parse_day(text) == found


@pytest.mark.parametrize("text", ["không phát", "KHÔNG PHÁT", "khong phat", NFD, " Không ", "ko phát"])
def test_what_says_that_nothing_was_played(text: str) -> None:
    assert is_not_played(text)


@pytest.mark.parametrize("text", ["", "17:02", "đã phát", "không phát được", "phát"])
def test_what_does_not(text: str) -> None:
    assert not is_not_played(text)


def put(folder: Path, text: str | bytes, name: str = "phieu.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_sheet_somebody_saved_as_csv_is_read(sign: str, mark: str, tmp_path: Path) -> None:
    text = f"{mark}Phiếu\n\n{HEADER}{ID},Thứ hai 23/11/2026,Xã An Quang,17:02,Chị Hoa,ổn\n".replace(",", sign)
    (row,) = read_sheet(put(tmp_path, text)).rows
    assert row == SheetRow(4, ID, "thứ hai 23/11/2026", "Xã An Quang", "17:02", "Chị Hoa", "ổn")


def test_columns_may_be_moved_and_written_otherwise(tmp_path: Path) -> None:
    text = f"GHI CHU;DA PHAT LUC;x;ma\nok;17h;y;{ID.upper()}\n"
    (row,) = read_sheet(put(tmp_path, text)).rows
    assert (row.id, row.played, row.remark, row.person) == (ID, "17h", "ok", "")


def test_the_sheet_that_went_out_comes_back_as_it_was_filled_in(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheet(contents(tmp_path))))
    table = book.active
    assert table is not None
    for row, value in ((5, "17:02"), (6, time(17, 45)), (7, datetime(2026, 11, 23, 17, 2)), (8, 0.7097)):  # noqa: DTZ001
        table.cell(row, 7).value = value
    table.cell(5, 8).value = "=1+1"
    book.save(tmp_path / "back.xlsx")
    found = read_sheet(tmp_path / "back.xlsx")
    assert [each.played for each in found.rows][:5] == ["17:02", "17:45:00", "2026-11-23", "0.7097", ""]
    assert found.rows[0].person == ""
    assert found.rows[0].line == 5
    assert len(found.rows) == 12


def test_rows_without_an_id_say_nothing_unless_a_time_stands_in_them(tmp_path: Path) -> None:
    text = f"{HEADER},,,,,\n,x,y,,z,\n,,,17:02,,\n\n{ID},,,,,\n"
    assert [(each.line, each.id, each.played) for each in read_sheet(put(tmp_path, text)).rows] == [
        (4, "", "17:02"),
        (6, ID, ""),
    ]


def test_telephone_numbers_are_masked_as_they_are_read(tmp_path: Path) -> None:
    text = f"{HEADER}{ID},,gọi 0912345678,17:02,Hoa 0912.345.678,+84 912 345 678\n"
    (row,) = read_sheet(put(tmp_path, text)).rows
    assert "45678" not in repr(row).replace(" ", "").replace(".", "")
    assert row.person == "Hoa 091*****78"


def test_what_people_wrote_is_one_line_of_bounded_length(tmp_path: Path) -> None:
    text = f'{HEADER}{ID},,,17:02,"a\nb\x1b[31m",{"x" * 5_000}\n'
    (row,) = read_sheet(put(tmp_path, text)).rows
    assert row.person == "a b [31m"
    assert len(row.remark) == 200


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "sheet_no_header"),
        (b"\xff\xfe\x00", "sheet_unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "sheet_old_workbook"),
        (b"PK\x03\x04 and nothing", "sheet_unreadable"),
        ("Mã,Giờ\n".encode(), "sheet_no_header"),
        (b"a,b\n" * 40 + HEADER.encode(), "sheet_no_header"),
        (HEADER.encode() + b'"' + b"x" * 200_000 + b'"\n', "sheet_unreadable"),
        (HEADER.encode() + b"x,,,,,\n" * 101, "sheet_too_large"),
    ],
)
def test_what_is_no_sheet_is_refused(
    content: bytes, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(returned, "MOST_ROWS", 100)
    with pytest.raises(ContentError) as caught:
        read_sheet(put(tmp_path, content))
    assert caught.value.code == code


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "none.xlsx", "sheet_missing"), (tmp_path, "sheet_unreadable")):
        with pytest.raises(ContentError) as caught:
            read_sheet(path)
        assert caught.value.code == code
    with (tmp_path / "huge.csv").open("wb") as file:
        file.truncate(1 << 33)
    with pytest.raises(ContentError, match="sheet_too_large"):
        read_sheet(tmp_path / "huge.csv")


def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        for number in range(2_500):
            book.writestr(f"xl/{number}.xml", b"0")
    with pytest.raises(ContentError, match="sheet_too_large"):
        read_sheet(tmp_path / "bomb.xlsx")


def test_the_same_bytes_have_the_same_name(tmp_path: Path) -> None:
    first, second = put(tmp_path, HEADER, "a.csv"), put(tmp_path, HEADER, "b.csv")
    assert read_sheet(first).sha256 == read_sheet(second).sha256
