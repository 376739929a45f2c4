"""Contacts: numbers as people and spreadsheets write them, lists as they bring them, counts that add up."""

from __future__ import annotations

import os
import random
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import phonenumbers
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.contacts import (
    ContactFile,
    ImportPlan,
    ParsedNumber,
    Rejection,
    all_numbers,
    area_matcher,
    check_rows,
    mask,
    parse_number,
    read_contacts,
    read_numbers,
    require_plain,
    sample_contacts,
)
from pipeline.contacts.files import NAMES, Row
from pipeline.contacts.numbers import SINCE_2018
from pipeline.contacts.rows import read_day
from pipeline.domain import Area
from pipeline.errors import ContentError
from pipeline.messages import render
from pipeline.messages.contacts import MESSAGES

# --- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "0912345678",
        "84912345678",
        "+84912345678",
        "0084912345678",
        "0912 345 678",
        "0912.345.678",
        "0912-345-678",
        "(+84) 912 345 678",
        "+84 (0)912 345 678",
        " 0912345678\t",
        "'0912345678",
        "0912\u00a0345\u00a0678",
        "0912\u200b345678",
        "\ufeff0912345678",
        "０９１２３４５６７８",
        "0912345678;",
        "0912,345,678",
    ],
)
def test_a_mobile_number_is_taken_however_it_is_spaced(written: str) -> None:
    assert parse_number(written) == ParsedNumber("84912345678")


@pytest.mark.parametrize(
    "written",
    ["912345678", "912 345 678", "0912345678.0", "912345678.0", "912345678,0", "84912345678.0", "9.12345678E8",
     "9.12345678e+08", "9,12345678E+08", "9.123456780E+008", "8.4912345678E10"],
)  # fmt: skip
def test_what_a_spreadsheet_did_without_loss_is_taken_and_counted(written: str) -> None:
    assert parse_number(written) == ParsedNumber("84912345678", repaired=True)


@pytest.mark.parametrize(
    ("written", "how"),
    [
        ("912345678", "repaired_zero_lost"),
        ("912 345 678", "repaired_zero_lost"),
        ("0912345678.0", "repaired_decimal_cut"),
        ("912345678,0", "repaired_decimal_cut"),
        ("9.12345678E8", "repaired_powers_undone"),
        ("0912345678", ""),
        ("0912 345 678", ""),
    ],
)
def test_what_was_mended_is_named(written: str, how: str) -> None:
    found = parse_number(written)
    assert isinstance(found, ParsedNumber)
    assert found.how == how


def test_a_lost_zero_before_84_is_not_taken_for_the_country_code() -> None:
    assert parse_number("841234567") == ParsedNumber("84841234567", repaired=True)
    assert parse_number("0841234567") == ParsedNumber("84841234567")


REJECTED = {
    "empty": ["", "   ", "\u00a0", "\ufeff", "-", "'"],
    "not_a_number": ["abc", "không có", "N/A", "#N/A", "0912345678a", "0912345678 (Zalo)", "ĐT: 0912345678",
                     "9.51E+08", "9.5E8", "9.1234567E8", "9.51E+8", "9E8", "8.49E+10", "9.123456785E8", "nan", "inf",
                     "0" * 500, "true", "٠٩١٢٣٤٥٦٧٨"],
    "two_numbers": ["0912.345.678;0987654321", "0912345678, 0987654321", "0912345678/0987654321", "0912345678/79",
                    "0912345678 - 0987654321", "0912345678 0987654321", "0912345678\n0987654321",
                    "0912345678 hoặc 0987654321", "0912345678 và 0987654321", "09123456780987654321",
                    "+84912345678+84987654321", "84912345678 84987654321", "02253842342 / 0912345678",
                    "Ba 0912345678, Tư 0987654321", "01681234567;0912345678", "0912345678 113",
                    "0912345678|0987654321"],
    "invalid": ["0912345", "091234567", "09123456789", "0912 345 6789", "12345", "0", "0000000000", "0999", "84912",
                "+84 12", "+0912345678", "+999123456789", "091234567.0", "+1 123", "0692342593"],
    "old_eleven_digits": ["01681234567", "0168 123 4567", "1681234567", "+841681234567", "841681234567",
                          "01201234567", "01991234567", "01861234567", "1681234567.0", "01612345678"],
    "landline": ["02253842342", "0225.3842.342", "+842253842342", "2253842342", "02438251234", "024 3825 1234"],
    "service_number": ["18001091", "1800 1091", "1800.599.920", "19001006", "113", "156", "5656", "1022", "9029"],
    "foreign": ["+1 650 253 0000", "+85512345678", "0012025550123", "+8613800138000", "+66 81 234 5678"],
}  # fmt: skip


@pytest.mark.parametrize(("code", "written"), [(code, each) for code, several in REJECTED.items() for each in several])
def test_what_is_no_single_vietnamese_mobile_is_refused_with_its_code(code: str, written: str) -> None:
    found = parse_number(written)
    assert isinstance(found, Rejection)
    assert found.code == code
    for lang in ("vi", "en"):
        sentence, hint = render(found.message, found.params, lang)
        assert sentence
        assert hint
        assert "{" not in sentence + hint
        assert not re.search(r"\d{9}", sentence + hint)


def test_the_hint_of_an_old_number_names_the_new_prefix_and_masks_the_number() -> None:
    found = parse_number("0168 765 4321")
    assert isinstance(found, Rejection)
    hint = render(found.code, found.params, "vi")[1]
    assert "0168" in hint
    assert "038" in hint
    assert "843******21" in hint
    assert "7654321" not in hint


def test_every_prefix_of_before_2018_leads_to_a_valid_one_and_is_never_applied() -> None:
    assert len(SINCE_2018) == 21
    for old, new in SINCE_2018.items():
        assert isinstance(parse_number(f"0{new}1234567"), ParsedNumber)
        assert parse_number(f"0{old}1234567") == Rejection(
            "old_eleven_digits", params={"old": f"0{old}", "new": f"0{new}", "masked": mask(f"84{new}1234567")}
        )


def slow_verdict(written: str) -> str | None:
    """What the library itself says of digits."""
    try:
        number = phonenumbers.parse(written, "VN")
    except phonenumbers.NumberParseException:
        return None
    mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    return f"84{number.national_number}" if number.country_code == 84 and mobile else None


def test_the_fast_path_never_differs_from_the_library() -> None:
    chance = random.Random(2018)
    taken = 0
    for _ in range(5_000):
        written = chance.choice(["0", "84", "+84", "", "0084"]) + str(
            chance.randrange(10 ** chance.choice([7, 8, 9, 9, 9, 10]))
        )
        found = parse_number(written)
        assert (found.phone if isinstance(found, ParsedNumber) else None) == slow_verdict(written), written
        taken += isinstance(found, ParsedNumber)
    assert taken > 500


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=40) | st.text("0123456789+-. ;/()eE,'", max_size=30))
def test_no_cell_breaks_the_reading_and_only_mobiles_are_taken(written: str) -> None:
    assert all(each.isdecimal() for each in all_numbers(written)[0])
    found = parse_number(written)
    if isinstance(found, ParsedNumber):
        assert slow_verdict("+" + found.phone) == found.phone
    else:
        assert found.code in REJECTED
        assert all(render(found.message, found.params))


@pytest.mark.parametrize(
    ("phone", "masked"),
    [("84912345678", "849******78"), ("840000000001", "840*******01"), ("0912345678", "091*****78"),
     ("123456", "***56"), ("113", "***"), ("", "***")],
)  # fmt: skip
def test_a_masked_number_shows_its_beginning_and_its_last_two_digits(phone: str, masked: str) -> None:
    assert mask(phone) == masked


@pytest.mark.parametrize(
    ("written", "phones", "left"),
    [
        ("0912345678", ("84912345678",), ""),
        ("0912345678; 0987654321", ("84912345678", "84987654321"), ""),
        ("0912 345 678 0987.654.321", ("84912345678", "84987654321"), ""),
        ("09123456780987654321", ("84912345678", "84987654321"), ""),
        ("0912345678/0987654321/01201234567", ("84912345678", "84987654321", "841201234567", "84701234567"), ""),
        ("0912345678 - 02253842342", ("84912345678",), "landline"),
        ("0168 123 4567", ("841681234567", "84381234567"), ""),
        ("0198 123 4567", ("841981234567",), "old_eleven_digits"),
        ("abc", (), "not_a_number"),
        ("113", (), "service_number"),
    ],
)
def test_a_wish_to_be_left_alone_reaches_every_number_of_a_cell(
    written: str, phones: tuple[str, ...], left: str
) -> None:
    found, unread = all_numbers(written)
    assert (found, unread.code if unread else "") == (phones, left)


def test_no_number_stands_in_a_repr() -> None:
    plan = check_rows([Row(2, "0912345678", "Nguyễn Văn A", note="bí mật")])
    shown = repr([parse_number("0912345678"), Row(2, "0912345678", "Nguyễn Văn A"), list(plan), plan])
    assert "912345678" not in shown
    assert "Nguyễn" not in shown
    assert "bí mật" not in shown


# --- CSV --------------------------------------------------------------------------------------------------------------

ReadCsv = Callable[[str | bytes], list[Row]]


@pytest.fixture
def csv_rows(tmp_path: Path) -> ReadCsv:
    def read(content: str | bytes) -> list[Row]:
        path = tmp_path / "danh-ba.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(read_contacts(path))

    return read


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("border", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_csv_is_read_with_either_border_line_end_and_with_or_without_bom(
    csv_rows: ReadCsv, bom: str, border: str, end: str
) -> None:
    lines = ["name|phone|area", "Nguyễn Văn A|0912345678|an-quang", '"Trần, Thị; B"|0987654321|']
    content = bom + end.join(lines).replace("|", border) + end
    assert csv_rows(content) == [
        Row(2, "0912345678", "Nguyễn Văn A", "an-quang"),
        Row(3, "0987654321", "Trần, Thị; B"),
    ]


@pytest.mark.parametrize("header", sorted({name for names in NAMES.values() for name in names}))
def test_headers_are_compared_in_nfc_without_case_and_outer_blanks(csv_rows: ReadCsv, header: str) -> None:
    column = next(column for column, names in NAMES.items() if header in names)
    written = f"  {unicodedata.normalize('NFD', header).upper()}\u00a0"
    other = "ghi chú" if column == "phone" else "phone"
    (row,) = csv_rows(f"{written},{other}\n0912345678,0987654321\n")
    assert getattr(row, column) == "0912345678"


def test_a_line_ends_in_lf_or_crlf_and_nothing_else(csv_rows: ReadCsv) -> None:
    rows = csv_rows(
        "phone,name\n0912345678,A\u2028B\n0912345679,C\x0bD\x0c\n0912345680,E\rF\r\r\n0912345681,G\x85H\x1cI\r\n0912345682,K"
    )
    assert [(row.line, row.phone[-2:]) for row in rows] == [(2, "78"), (3, "79"), (4, "80"), (5, "81"), (6, "82")]
    names = [row.name for row in check_rows(rows)]
    assert names == ["A B", "C D", "E F", "G H I", "K"]


def test_a_line_is_the_physical_one_on_which_the_row_begins(csv_rows: ReadCsv) -> None:
    rows = csv_rows('\n\nphone,name\r\n\n0912345678,"hai\ndòng\r\nba"\n;\n,\n"0912345679",x\n   \n0912345680,"y"')
    assert [(row.line, row.phone) for row in rows] == [
        (5, "0912345678"),
        (8, ";"),
        (10, "0912345679"),
        (12, "0912345680"),
    ]


def test_a_header_of_a_database_has_underscores_for_blanks(csv_rows: ReadCsv) -> None:
    (row,) = csv_rows("SO_DIEN_THOAI,ho_ten,Địa_bàn\n0912345678,Bà Năm,an-quang\n")
    assert (row.phone, row.name, row.area) == ("0912345678", "Bà Năm", "an-quang")


def test_a_list_of_one_column_never_loses_a_second_number(csv_rows: ReadCsv) -> None:
    rows = csv_rows('Số điện thoại\n0912.345.678;0987654321\n0912345678,0987654321\n"0912345678"\n')
    assert [row.phone for row in rows] == ["0912.345.678;0987654321", "0912345678,0987654321", "0912345678"]


def test_a_second_number_pushed_out_of_its_column_is_two_numbers(csv_rows: ReadCsv) -> None:
    plan = check_rows(csv_rows("phone,name\n0912345678,0987654321,Ba\n0912345679,Tổ 3, An Quang\n"))
    (row,) = plan
    assert [(each.line, each.code) for each in plan.rejected] == [(2, "two_numbers")]
    assert (row.name, row.note) == ("Tổ 3", "An Quang")
    assert [(each.line, each.code) for each in plan.warnings] == [(3, "contact_cells_beyond")]


def test_title_rows_above_the_header_are_left_out_and_said(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("UBND XÃ AN QUANG;;\nDANH SÁCH TỔ TRƯỞNG;;\n\nSTT;Họ và tên (*);Số điện thoại\n1;A;0912345678\n")
    found = read_contacts(path)
    assert list(found) == [Row(5, "0912345678", "A")]
    assert [(each.code, dict(each.params)) for each in found.problems] == [
        ("contacts_rows_above_header", {"count": "2"}),
        ("contacts_column_unused", {"column": "STT"}),
    ]


def test_excel_may_name_the_border_on_the_first_line(csv_rows: ReadCsv) -> None:
    assert csv_rows("sep=;\nname;phone\nA;0912345678\n") == [Row(3, "0912345678", "A")]


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "contacts_empty", None),
        (b"\n\n  \n", "contacts_empty", None),
        (b"\xef\xbb\xbf", "contacts_empty", None),
        (b"name,note\nA,b\n", "contacts_no_phone_column", "1"),
        (b"0912345678,A\n0987654321,B\n", "contacts_no_phone_column", "1"),
        ("phone,name\n0912345678,A\n0987654321,Bình\n".encode("latin-1"), "contacts_not_utf8", "3"),
        ("phone,name\n0912345678,A\n".encode("utf-16"), "contacts_not_utf8", "1"),
        (b"phone\tname\n0912345678\tA\n", "contacts_no_phone_column", "1"),
        ("phone,số điện thoại\n0912345678,1\n".encode(), "contacts_column_doubled", "1"),
        (b'phone,name\n0912345678,"A\n0987654321,B\n', "contacts_bad_quotes", "2"),
        (b'phone,name\n0912345678,A\n0987654321,"B" C\n', "contacts_bad_quotes", "3"),
        (b"phone\n" + b"9" * 200_000, "contacts_line_too_long", "2"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "contacts_old_workbook", None),
        (b"PK\x03\x04" + b"\0" * 600, "contacts_broken_workbook", None),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_a_hint(csv_rows: ReadCsv, content: bytes, code: str, line: str | None) -> None:
    with pytest.raises(ContentError) as caught:
        csv_rows(content)
    assert (caught.value.code, caught.value.params.get("line")) == (code, line)
    assert all(render(code, caught.value.params, "vi"))


def test_a_file_that_is_not_there_is_said_not_thrown(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="contacts_unreadable"):
        read_contacts(tmp_path / "missing.csv")


def test_a_nul_becomes_a_blank_and_its_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"phone,name\n0912345678,A\0B\n0912345679,C\n" + b"0912345670,\0\n" * 30)
    found = read_contacts(tmp_path / "a.csv")
    assert [row.name for row in found][:2] == ["A B", "C"]
    told = [each.line for each in found.problems if each.code == "contacts_nul"]
    assert told[:2] == [2, 4]
    assert len(told) == 20


def test_a_fault_far_down_names_its_line(csv_rows: ReadCsv) -> None:
    content = b"phone\n" + b"0912345678\n" * 500 + b"\xff\n"
    with pytest.raises(ContentError) as caught:
        csv_rows(content)
    assert caught.value.params["line"] == "502"


PIECES = [b",", b";", b'"', b"\r", b"\n", b"\r\n", b"\0", b"\x0b", b" ", b"0912345678", "\u2028".encode()]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60), st.lists(st.sampled_from(PIECES)))
def test_no_bytes_break_the_reading_of_a_file(csv_rows: ReadCsv, start: bytes, pieces: list[bytes]) -> None:
    for content in (start, b"phone,name\n" + start + b"".join(pieces), b"phone\n" + b"".join(pieces)):
        try:
            rows = csv_rows(content)
        except ContentError as error:
            assert error.code in MESSAGES  # noqa: PT017
        else:
            plan = check_rows(rows)
            assert len(list(plan)) + plan.duplicates + len(plan.rejected) == plan.rows == len(rows)
            assert all(1 < row.line <= content.count(b"\n") + 1 for row in rows)


# --- XLSX -------------------------------------------------------------------------------------------------------------


def workbook(path: Path, rows: Iterable[Iterable[Any]], *, second: bool = False) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(list(row))
    if second:
        book.create_sheet("Khác").append(["phone", "0999999999"])
    book.save(path)
    return path


def test_a_workbook_gives_its_rows_as_text(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "list.csv",  # what a file is, its first bytes say
        [
            ["DANH BẠ"],
            [],
            ["Họ tên", "SĐT", "Ngày đồng ý", "Đồng ý"],
            ["A", 912345678, datetime(2026, 1, 31), True],  # noqa: DTZ001
            ["B", "0987654321", "31/01/2026", "x"],
            [None, None, None, None],
            ["C", 84912345679.0, None, None],
            ["D", 9.12345678098765e18, None, None],
            ["E", 91234567.8, None, None],
            ["F", None, None, None],
        ],
        second=True,
    )
    found = read_contacts(path)
    assert list(found) == [
        Row(4, "912345678", "A", consent_date="2026-01-31", consent="true"),
        Row(5, "0987654321", "B", consent_date="31/01/2026", consent="x"),
        Row(7, "84912345679", "C"),
        Row(8, "9.123457e+18", "D"),
        Row(9, "9.12345678000000e+07", "E"),
        Row(10, "", "F"),
    ]
    assert [each.code for each in found.problems] == ["contacts_other_sheets", "contacts_rows_above_header"]
    plan = check_rows(read_contacts(path))
    assert [(row.phone, row.repaired, row.consent_date) for row in plan] == [
        ("84912345678", True, date(2026, 1, 31)),
        ("84987654321", False, date(2026, 1, 31)),
        ("84912345679", False, None),
    ]
    assert [(each.line, each.code) for each in plan.rejected] == [
        (8, "not_a_number"),
        (9, "not_a_number"),
        (10, "empty"),
    ]


def test_the_sheet_with_the_phone_column_is_read_wherever_it_stands_and_hidden_rows_are_told(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["Bìa"], ["Danh sách tổ trưởng"]], second=True)
    book = openpyxl.load_workbook(path)
    book["Khác"].append(["0912345678"])
    book["Khác"].row_dimensions[2].hidden = True
    book.save(path)
    found = read_contacts(path)
    assert [(row.line, row.phone) for row in found] == [(2, "0912345678")]
    told = {each.code: each.params for each in found.problems}
    assert told["contacts_other_sheets"] == {"sheet": "Khác", "others": "1"}
    assert told["contacts_hidden_rows"] == {"count": "1"}


def test_a_phone_column_behind_all_limits_is_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="contacts_no_phone_column"):
        read_contacts(workbook(tmp_path / "a.xlsx", [["x"] * 256 + ["phone"]]))


def rewritten(path: Path, part: str, content: bytes) -> Path:
    changed = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.infolist():
            if each.filename != part:
                new.writestr(each.filename, old.read(each))
        new.writestr(part, content)
    return changed


SHEET = "xl/worksheets/sheet1.xml"
OPEN = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


@pytest.mark.parametrize(
    ("part", "content", "code"),
    [
        ("xl/sharedStrings.xml", b"<sst>" + b" " * 130_000_000, "contacts_workbook_too_large"),
        (SHEET, b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>', "contacts_broken_workbook"),
        (SHEET, OPEN + b"<sheetData><row r='1'>", "contacts_broken_workbook"),
        ("xl/workbook.xml", b"<nonsense/>", "contacts_broken_workbook"),
    ],
)  # fmt: skip
def test_a_bomb_or_a_broken_workbook_is_refused(tmp_path: Path, part: str, content: bytes, code: str) -> None:
    path = rewritten(workbook(tmp_path / "a.xlsx", [["phone"], ["0912345678"]]), part, content)
    with pytest.raises(ContentError, match=code):
        list(read_contacts(path))


def sheet(*rows: tuple[object, str, str]) -> bytes:
    """A worksheet below a header `phone,name`: number of a row, place and text of its one cell."""
    cell = "<c r='{}' t='inlineStr'><is><t>{}</t></is></c>"
    lines = [f"<row r='1'>{cell.format('A1', 'phone')}{cell.format('B1', 'name')}</row>"]
    lines += [f"<row r='{number}'>{cell.format(place, text)}</row>" for number, place, text in rows]
    return OPEN + f"<dimension ref='A1:XFD99999999999'/><sheetData>{''.join(lines)}</sheetData></worksheet>".encode()


def with_sheet(tmp_path: Path, content: bytes) -> Path:
    return rewritten(workbook(tmp_path / "a.xlsx", [["phone"]]), SHEET, content)


@pytest.mark.parametrize("row", [1_048_577, 99_999_999_999, 0, -1])
def test_a_sheet_cannot_have_rows_the_format_has_not(tmp_path: Path, row: int) -> None:
    path = with_sheet(tmp_path, sheet((row, "A9", "0912345678")))
    with pytest.raises(ContentError, match="contacts_broken_workbook"):
        list(read_contacts(path))


def test_no_row_of_a_sheet_is_lost_whatever_its_number(tmp_path: Path) -> None:
    path = with_sheet(
        tmp_path, sheet((1_048_576, "A9", "0912345678"), (5, "A5", "0912345679"), (5, "A5", "0912345680"))
    )
    assert [(row.line, row.phone) for row in read_contacts(path)] == [
        (1_048_576, "0912345678"),
        (5, "0912345679"),
        (5, "0912345680"),
    ]


def test_a_cell_far_to_the_right_makes_a_row_that_is_named(tmp_path: Path) -> None:
    path = with_sheet(tmp_path, sheet((2, "XFD2", "0912345678"), (3, "IW3", "0912345679")))
    assert list(read_contacts(path)) == [Row(2, beyond=("0912345678",)), Row(3, beyond=("0912345679",))]
    plan = check_rows(read_contacts(path))
    assert list(plan) == []
    assert [(each.line, each.code) for each in plan.rejected] == [(2, "empty"), (3, "empty")]


def test_a_second_cell_for_the_same_place_is_not_lost(tmp_path: Path) -> None:
    twice = "0912345678</t></is></c><c r='A2' t='inlineStr'><is><t>0987654321"
    plan = check_rows(read_contacts(with_sheet(tmp_path, sheet((2, "A2", twice)))))
    assert list(plan) == []
    assert [each.code for each in plan.rejected] == ["two_numbers"]


DOCTYPE = '<!DOCTYPE worksheet [<!ENTITY b "0912345678">]>'


@pytest.mark.parametrize(
    "prolog",
    [f"<!-- {'x' * 5_000} -->{DOCTYPE}", f"<?x {'y' * 9_000}?>{DOCTYPE}", " " * 8_192 + DOCTYPE, " " * 1_100_000],
    ids=["comment", "instruction", "blanks", "without end"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", [SHEET, "xl/other.bin"])
def test_no_document_type_passes_wherever_it_stands(tmp_path: Path, prolog: str, encoding: str, part: str) -> None:
    body = sheet((2, "A2", "&b;" if DOCTYPE in prolog else "x")).decode().split("?>", 1)[1]
    path = rewritten(workbook(tmp_path / "a.xlsx", [["phone"]]), part, (prolog + body).encode(encoding))
    with pytest.raises(ContentError, match="contacts_broken_workbook"):
        list(read_contacts(path))


def test_a_picture_in_a_workbook_is_no_xml_and_no_harm(tmp_path: Path) -> None:
    path = rewritten(
        workbook(tmp_path / "a.xlsx", [["phone"], ["0912345678"]]), "xl/media/a.png", bytes(range(256)) * 80
    )
    assert [row.phone for row in read_contacts(path)] == ["0912345678"]


# --- what is said about the file --------------------------------------------------------------------------------------


@pytest.mark.timeout(60)  # opening a pipe nobody writes to never ends
def test_only_a_regular_file_is_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    for path in (tmp_path / "pipe.csv", tmp_path):
        with pytest.raises(ContentError, match="contacts_not_regular"):
            read_contacts(path)


@pytest.mark.parametrize(
    "content",
    [
        "phone,name\r0912345678,a\r0912345679,b\r",
        "phone,name\r0912345678,a\r0912345679,b\n",
        "sđt\r0912345678\r0912345679",
        "DANH BẠ\nname;phone\rA;02253842342\r\n",
    ],
)
def test_a_header_that_swallows_the_list_is_an_error_and_no_empty_list(csv_rows: ReadCsv, content: str) -> None:
    with pytest.raises(ContentError) as caught:
        csv_rows(content)
    assert caught.value.code == "contacts_lone_return"
    assert "0912345678" not in str(caught.value)


def test_a_carriage_return_without_a_number_in_the_header_is_a_blank(csv_rows: ReadCsv) -> None:
    assert csv_rows("ĐT hỏi\r0912345678\nsố\rđiện thoại,name\r\r\n0912345679,x\n") == [Row(3, "0912345679", "x")]


@pytest.mark.parametrize("content", ["phone\n", "phone,name\n\n,\n", "phone,name\rA,B"])
def test_a_list_without_rows_is_said(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content)
    found = read_contacts(path)
    assert list(found) == []
    assert "contacts_no_rows" in [each.code for each in found.problems]


def test_a_number_in_a_header_or_in_the_name_of_a_sheet_is_masked(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("phone,0987654321,An +84 (0)987-654-321\x1b[31m,０９８７６５４３２１\n0912345678,x,y,z\n")
    shown = [each.params["column"] for each in read_contacts(path).problems]
    assert shown == ["***", "An *** [31m", "***"]
    book = openpyxl.Workbook()
    book.active.title = "Ba 0987.654.321"
    book.active.append(["phone"])
    book.create_sheet("Khác")
    book.save(tmp_path / "a.xlsx")
    (other, _) = list(read_all(tmp_path / "a.xlsx").problems)
    assert other.params == {"sheet": "Ba ***", "others": "1"}


def read_all(path: Path) -> ContactFile:
    found = read_contacts(path)
    assert list(found) == []
    return found


@pytest.mark.parametrize(
    ("list_id", "basis", "code"),
    [
        ("0912345678", "QĐ 1", "list_holds_number"),
        ("to-84912345678", "QĐ 1", "list_holds_number"),
        ("nha-912345678", "QĐ 1", "list_holds_number"),
        ("0912 345 678", "QĐ 1", "list_holds_number"),
        ("l", "theo 0912345678", "basis_holds_number"),
        ("l", "theo ông A (+84) 912.345.678", "basis_holds_number"),
        ("l", "gọi ０９１２ 345 678", "basis_holds_number"),
        ("l", "máy bàn 0225 3842342", "basis_holds_number"),
        ("l", "QĐ \udcff", "basis_not_text"),
    ],
)
def test_no_number_becomes_the_name_or_the_basis_of_a_list(list_id: str, basis: str, code: str) -> None:
    with pytest.raises(ContentError) as caught:
        require_plain(list_id, basis)
    assert (caught.value.code, caught.value.params) == (code, {})


@pytest.mark.parametrize(
    ("list_id", "basis"),
    [
        ("to-truong", "Quyết định số 830/QĐ-TTg ngày 05/01/2024"),
        ("ds-2026-11-23", "QĐ 123/2024/QĐ-UBND, 05.01.2026 - 31.12.2026"),
        ("xa-11644-thon-3", "Nghị định 13/2023/NĐ-CP; hồ sơ 2026.000.123.456"),
        ("khoi-1990-2026", "họp ngày 2026-11-23 17:00, biên bản 01-02-2026"),
    ],
)
def test_numbers_of_papers_days_and_places_are_no_telephone_numbers(list_id: str, basis: str) -> None:
    require_plain(list_id, basis)


@pytest.mark.timeout(60)  # to sort so many marks takes minutes
@pytest.mark.parametrize("column", ["phone", "name", "area", "consent", "note"])
def test_marks_piled_on_a_letter_cost_no_time_and_no_row(column: str) -> None:
    pile = "a" + "\u0301\u0323" * 40_000
    rows = [Row(line, **{"phone": f"091234567{line}", column: pile}) for line in range(1, 9)]
    plan = check_rows(rows, areas=AREAS)
    assert sum(1 for _ in plan) + len(plan.rejected) == 8
    with pytest.raises(ContentError):
        require_plain(pile + "0912345678", "QĐ")


# --- rows -------------------------------------------------------------------------------------------------------------


def test_the_counts_add_up_and_every_refusal_names_its_line() -> None:
    rows = [
        Row(2, "0912345678", "A"),
        Row(3, "912345679", "B"),
        Row(4, "+84 912 345 678", "A lần nữa"),
        Row(5, "02253842342", "C"),
        Row(6, "02253842342", "C lần nữa"),
        Row(7, "", "D"),
        Row(8, "912345679.0", "B lần nữa"),
    ]
    plan = check_rows(rows)
    taken = list(plan)
    assert [(row.line, row.phone, row.name, row.repaired) for row in taken] == [
        (2, "84912345678", "A", False),
        (3, "84912345679", "B", True),
    ]
    assert (plan.rows, plan.accepted, plan.repaired, plan.duplicates) == (7, 2, 1, 2)
    assert [(each.line, each.code) for each in plan.rejected] == [(5, "landline"), (6, "landline"), (7, "empty")]
    assert plan.rows == plan.accepted + plan.duplicates + len(plan.rejected)


AREAS = {
    area.id: area
    for area in (
        Area("an-lao", "Khu vực An Lão"),
        Area("an-quang", "Xã An Quang", "14350", "an-lao", valid_from=date(2025, 7, 1)),
        Area("quang-hung", "Xã Quang Hưng", "11644", "an-lao", None, date(2025, 6, 30), ("an-quang",)),
        Area("chia-doi", "Xã Chia Đôi", "11645", "an-lao", None, date(2025, 6, 30), ("an-quang", "an-lao")),
        Area("thon-1", "Thôn 1", "", "an-quang"),
        Area("thon-1b", "Thôn 1", "", "an-lao"),
    )
}


@pytest.mark.parametrize(
    ("written", "area"),
    [
        ("an-quang", "an-quang"),
        ("14350", "an-quang"),
        (" XÃ AN QUANG ", "an-quang"),
        (unicodedata.normalize("NFD", "Xã An Quang"), "an-quang"),
        ("xa an quang", "an-quang"),
        ("Quang Hưng", None),
        ("Xã Quang Hưng", "an-quang"),
        ("quang-hung", "an-quang"),
        ("11644", "an-quang"),
        ("Xã Chia Đôi", None),
        ("chia-doi", None),
        ("Thôn 1", None),
        ("thon-1", "thon-1"),
        ("nơi khác", None),
    ],
)
def test_an_area_is_known_by_id_code_or_a_name_that_leaves_no_doubt(written: str, area: str | None) -> None:
    assert area_matcher(AREAS.values(), date(2026, 11, 23))(written) == area


def test_without_a_day_an_area_of_before_stays_what_it_is() -> None:
    assert area_matcher(AREAS.values())("Xã Quang Hưng") == "quang-hung"


def accept(**cells: Any) -> tuple[Any, ImportPlan]:
    plan = check_rows([Row(9, "0912345678", **cells)], areas=AREAS, on=date(2026, 11, 23))
    (row,) = plan
    return row, plan


@pytest.mark.parametrize(
    ("cells", "kept", "warned"),
    [
        ({"area": "Xã An Quang"}, ("an-quang", "", None, ""), []),
        ({"area": "Xóm Mới", "note": "hẹn chiều"}, ("", "", None, "hẹn chiều; area=Xóm Mới"), ["contact_area_unknown"]),
        ({"consent": " Có "}, ("", "yes", None, ""), []),
        ({"consent": "ĐỒNG Ý"}, ("", "yes", None, ""), []),
        ({"consent": "không"}, ("", "no", None, ""), ["contact_consent_refused"]),
        ({"consent": "hỏi lại"}, ("", "", None, "consent=hỏi lại"), ["contact_consent_unclear"]),
        ({"consent_date": "5/1/2026"}, ("", "", date(2026, 1, 5), ""), []),
        ({"consent_date": "31/02/2026"}, ("", "", None, "consent_date=31/02/2026"), ["contact_consent_date_unclear"]),
        ({"consent_date": "23/11/2026"}, ("", "", date(2026, 11, 23), ""), []),
        ({"consent_date": "24/11/2026"}, ("", "", date(2026, 11, 24), ""), ["contact_consent_date_ahead"]),
        ({"area": " ", "consent": "\t", "consent_date": " ", "note": " "}, ("", "", None, ""), []),
    ],
)
def test_what_cannot_be_read_beside_the_number_moves_to_the_note_and_is_said(
    cells: dict[str, Any], kept: tuple[Any, ...], warned: list[str]
) -> None:
    row, plan = accept(**cells)
    assert (row.area, row.consent, row.consent_date, row.note) == kept
    assert [(each.line, each.code) for each in plan.warnings] == [(9, code) for code in warned]
    assert dict(plan.warned) == {code: 1 for code in warned}  # noqa: C420


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-11-23", date(2026, 11, 23)),
        ("2026-11-23 08:00:00", date(2026, 11, 23)),
        ("23/11/2026", date(2026, 11, 23)),
        ("3-1-2026", date(2026, 1, 3)),
        ("03.01.2026 7:30", date(2026, 1, 3)),
        ("11/23/2026", None),
        ("23/11-2026", None),
        ("23/11/26", None),
        ("", None),
    ],
)
def test_a_day_is_read_as_vietnamese_write_it(written: str, day: date | None) -> None:
    assert read_day(written) == day


def test_many_warnings_are_all_counted_and_the_first_kept() -> None:
    plan = check_rows((Row(line, f"09{line:08d}", area="?") for line in range(10_000_000, 10_001_500)), areas=AREAS)
    assert sum(1 for _ in plan) == 1_500
    assert plan.warned["contact_area_unknown"] == 1_500
    assert len(plan.warnings) == 1_000


def test_what_was_repaired_and_who_stands_twice_is_named_by_line_and_masked() -> None:
    plan = check_rows(
        [Row(2, "912345678"), Row(3, "0987654321"), Row(4, "+84 912 345 678"), Row(4, "0987.654.321"), Row(5, "9.87E8")]
    )
    assert [each.line for each in plan] == [2, 3]
    assert [(each.line, each.code, dict(each.params)) for each in plan.warnings] == [
        (2, "repaired_zero_lost", {"masked": "849******78"}),
        (4, "contact_doubled", {"first": "2", "masked": "849******78"}),
        (4, "contact_doubled", {"first": "3", "masked": "849******21"}),
    ]
    assert (plan.rows, plan.accepted, plan.repaired, plan.duplicates, len(plan.rejected)) == (5, 2, 1, 2, 1)


def test_many_warnings_of_one_kind_never_hide_another() -> None:
    rows = [
        Row(2, "912345678"),
        *(Row(line, "0987654321", area="?") for line in range(3, 2_500)),
    ]
    plan = check_rows([*rows, Row(10_000, "0912345678.0")], areas=AREAS)
    assert sum(1 for _ in plan) == 2
    assert plan.warned["contact_doubled"] == 2_497
    kept = [each.code for each in plan.warnings]
    assert kept.count("contact_doubled") == 1_000
    assert kept[0] == "repaired_zero_lost"


def test_whoever_was_forgotten_is_not_brought_back_unseen() -> None:
    plan = check_rows(
        [Row(2, "0912345678"), Row(3, "0987654321"), Row(4, "0912345678")], forgotten="84912345678".__eq__
    )
    assert [each.line for each in plan] == [3]
    assert [(each.line, each.code) for each in plan.rejected] == [(2, "forgotten"), (4, "forgotten")]
    assert plan.rows == plan.accepted + plan.duplicates + len(plan.rejected)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("0912345678\n\n 0987 654 321 \nabc", [(1, "0912345678"), (3, "0987 654 321"), (4, "abc")]),
        ("\ufeff0912345678\r\n0987654321\r\n", [(1, "0912345678"), (2, "0987654321")]),
        ("name;số điện thoại\nAnn;0912345678\n", [(2, "0912345678")]),
    ],
)
def test_numbers_are_read_bare_or_below_a_header(tmp_path: Path, content: str, found: list[tuple[int, str]]) -> None:
    (tmp_path / "a.txt").write_bytes(content.encode())
    assert [tuple(each) for each in read_numbers(tmp_path / "a.txt")] == found


def test_a_workbook_without_a_header_is_said_to_have_none(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["0912345678"])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(ContentError) as caught:
        list(read_numbers(tmp_path / "a.xlsx"))
    assert caught.value.code == "contacts_no_phone_column"


@pytest.mark.parametrize("fact", ["purpose", "source", "consent"])
def test_no_number_stands_among_what_is_said_of_a_list(fact: str) -> None:
    for text, code in (("gọi 0912 345 678", "list_fact_holds_number"), ("\udcff", "list_fact_not_text")):
        with pytest.raises(ContentError) as caught:
            require_plain("to-truong", "QĐ 1", **{fact: text})
        assert caught.value.code == code
        assert "345" not in str(caught.value)
    require_plain("to-truong", "QĐ 1", **{fact: None})


def test_samples_say_what_they_are_and_can_reach_nobody() -> None:
    samples = sample_contacts("to-truong", 12, ["an-quang", "an-lao"])
    assert [each.name for each in samples[:2]] == ["Mẫu 01", "Mẫu 02"]
    assert all(each.sample and each.list == "to-truong" for each in samples)
    assert {each.area for each in samples} == {"an-quang", "an-lao"}
    assert len({each.phone for each in samples} | {each.phone for each in sample_contacts("khac", 12, [])}) == 24
    for each in samples:
        assert each.phone.startswith("840")
        assert not phonenumbers.is_possible_number(phonenumbers.parse("+" + each.phone)) or not isinstance(
            parse_number(each.phone[2:]), ParsedNumber
        )
    assert samples == sample_contacts("to-truong", 12, ["an-quang", "an-lao"])


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_every_sentence_stands_in_both_languages_with_a_remedy(code: str) -> None:
    message = MESSAGES[code]
    assert all(message)
    assert (
        re.findall(r"\{\w+\}", message.vi + message.hint_vi).sort()
        == re.findall(r"\{\w+\}", message.en + message.hint_en).sort()
    )


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        (Row(2, "0912345671", "+84912345602"), ["contact_name_holds_number"]),
        (Row(2, "0912345671", "Lê Thị Hoa (0912 345 602)"), ["contact_name_holds_number"]),
        (Row(2, "0912345671", "Lê Thị Hoa", note="vợ: 0912.345.602"), ["contact_note_holds_number"]),
        (Row(2, "0912345671", "Tổ 12, nhà 113", note="quyết định 830 ngày 05/12/2025"), []),
        (Row(2, "0912345671", "Ông Bảy 1954"), []),
    ],
)
def test_a_number_where_a_name_or_a_note_should_stand_is_told_at_the_import(row: Row, codes: list[str]) -> None:
    plan = check_rows([row])
    (taken,) = plan
    assert taken.phone == "84912345671"
    assert [each.code for each in plan.warnings] == codes
