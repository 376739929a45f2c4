"""What `loa contacts import` says of a file, and what it refuses to keep in plain text."""

from __future__ import annotations

import os
from pathlib import Path

import openpyxl
import pytest

from tests.acceptance.loa import Ran, loa
from tests.sites import write_site

NUMBER = "0912345678"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write_site(tmp_path / "site")


def bring(site: Path, file: Path, list_id: str = "to-truong", basis: str = "Quyết định 1") -> Ran:
    return loa("contacts", "import", file, "--list", list_id, "--basis", basis, "--json", site=site)


def test_what_is_left_out_of_a_workbook_is_said_without_a_number(site: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append([f"DANH BẠ {NUMBER}"])
    book.active.append(["phone", "mật khẩu 0987654321"])
    book.active.append(["0912345679", "x"])
    book.create_sheet("Khác").append(["0912345680"])
    book.save(tmp_path / "a.xlsx")
    ran = bring(site, tmp_path / "a.xlsx")
    assert (ran.code, ran.json["imported"]) == (0, 1)
    said = [line for line in ran.err.splitlines() if line.startswith("a.xlsx:")]
    assert [": warning: " in line for line in said] == [True] * 3
    assert "1 trang khác" in ran.err
    assert "1 dòng phía trên" in ran.err
    assert "mật khẩu ***" in ran.err
    assert "987654321" not in ran.out + ran.err


def test_an_import_without_rows_says_so(site: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("phone,name\n")
    ran = bring(site, tmp_path / "a.csv")
    assert (ran.code, ran.json["rows"]) == (0, 0)
    assert "không có dòng nào" in ran.err


def test_a_list_whose_lines_end_in_cr_is_refused(site: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"phone,name\r0912345678,a\r0912345679,b\r")
    ran = bring(site, tmp_path / "a.csv")
    assert (ran.code, ran.out) == (2, "")
    assert "CR" in ran.err
    assert NUMBER not in ran.err


@pytest.mark.parametrize(
    ("list_id", "basis"),
    [(NUMBER, "QĐ"), ("0912 345 678", "QĐ"), ("to-truong", f"theo {NUMBER}"), ("to-truong", "\udcff")],
)
def test_no_number_and_no_broken_text_reaches_the_database(
    site: Path, tmp_path: Path, list_id: str, basis: str
) -> None:
    (tmp_path / "a.csv").write_text("phone\n0987654321\n")
    ran = bring(site, tmp_path / "a.csv", list_id, basis)
    assert (ran.code, ran.out) == (2, "")
    assert "345" not in ran.err
    assert not (site / "var" / "loa.db").exists()


def test_a_pipe_is_refused_at_once(site: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    ran = bring(site, tmp_path / "a.csv")
    assert (ran.code, ran.out) == (2, "")
    assert "không phải là tệp thường" in ran.err
