"""What `loa contacts import` says of a file, and what it refuses to keep in plain text."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import openpyxl
import pytest

from tests.acceptance.loa import Ran, here, loa
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


# --- what is told of a list -------------------------------------------------------------------------------------------


def test_repairs_and_duplicates_are_told_by_line_and_masked(site: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("phone\n912345678\n9.12345679E8\n0912345678\n0912345680.0\n")
    ran = bring(site, tmp_path / "a.csv")
    assert ran.json == {"rows": 4, "imported": 3, "repaired": 3, "updated": 0, "duplicates": 1, "rejected": []}
    lines = [line for line in ran.err.splitlines() if line.startswith("a.csv:")]
    assert [line.split(": ")[0] for line in lines] == ["a.csv:2:1", "a.csv:3:1", "a.csv:4:1", "a.csv:5:1"]
    assert "số 0 ở đầu" in lines[0]
    assert "lũy thừa" in lines[1]
    assert "đã có ở dòng 2" in lines[2]
    assert "thập phân" in lines[3]
    assert all("849******" in line for line in lines)
    assert not re.search(r"\d{9}", ran.err)


def test_a_list_says_why_it_is_kept_and_an_update_keeps_that(site: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("phone\n0912345678\n")
    facts = ("--purpose", "cảnh báo", "--source", "UBND xã", "--consent", "phiếu", "--retention", "365")
    first = here(*importing(tmp_path), "--basis", "QĐ 1", *facts, "--channel", "ban-giao", site=site)
    assert (first.code, first.err) == (0, "")
    assert here(*importing(tmp_path), site=site).code == 0
    (told,) = here("contacts", "lists", "--json", site=site).json["lists"]
    assert {name: told[name] for name in ("id", "purpose", "basis", "source", "consent", "channel", "contacts")} == {
        "id": "to-truong",
        "purpose": "cảnh báo",
        "basis": "QĐ 1",
        "source": "UBND xã",
        "consent": "phiếu",
        "channel": "ban-giao",
        "contacts": 1,
    }
    assert told["retention_days"] == 365
    assert told["first_deleted"]
    assert "cảnh báo" in here("contacts", "lists", site=site).out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "--basis"),
        (("--basis", " "), "căn cứ"),
        (("--basis", "QĐ", "--channel", "thu-muc"), "thu-muc"),
        (("--basis", "QĐ", "--channel", "0912345678"), "ban-giao"),
        (("--basis", "QĐ", "--retention", "-1"), "--retention"),
        (("--basis", "QĐ", "--purpose", "gọi 0912345678"), "số điện thoại"),
    ],
)
def test_a_list_that_cannot_be_kept_so_is_refused(
    site: Path, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    (tmp_path / "a.csv").write_text("phone\n0987654321\n")
    ran = here(*importing(tmp_path), *options, site=site)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "12345678" not in ran.err


def importing(folder: Path) -> tuple[str | Path, ...]:
    return ("contacts", "import", folder / "a.csv", "--list", "to-truong")


# --- one person's request ---------------------------------------------------------------------------------------------


@pytest.fixture
def brought(site: Path, tmp_path: Path) -> Path:
    (tmp_path / "a.csv").write_text(
        f"phone,name,area,note\n{NUMBER},Nguyễn Thị Mẫu,an-quang,hàng xóm\n0987654321,B,,\n"
    )
    assert here(*importing(tmp_path), "--basis", "QĐ 1", site=site).code == 0
    return site


@pytest.mark.parametrize("given", [("-",), ()])
def test_a_number_comes_by_standard_input(brought: Path, given: tuple[str, ...]) -> None:
    ran = here("contacts", "show", *given, "--json", site=brought, stdin=f"{NUMBER}\n")
    assert ran.code == 0
    assert ran.json["number"] == "849******78"
    (entry,) = ran.json["lists"]
    assert (entry["list"], entry["name"], entry["area"], entry["note"]) == (
        "to-truong",
        "Nguyễn Thị Mẫu",
        "an-quang",
        "hàng xóm",
    )
    assert "345678" not in ran.out + ran.err
    assert "Nguyễn Thị Mẫu" in here("contacts", "show", NUMBER, site=brought).out


@pytest.mark.parametrize("command", ["show", "forget", "opt-out"])
def test_a_number_that_is_none_is_refused_and_not_repeated(site: Path, command: str) -> None:
    for typed in ("", "abc", "0912345", "02253842342", "0912345678 0987654321"):
        ran = here("contacts", command, "-", site=site, stdin=typed)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err
        assert not typed or typed not in ran.err


def test_a_number_may_be_typed_with_blanks_and_a_second_one_is_not_repeated(brought: Path) -> None:
    assert here("contacts", "show", "0912", "345", "678", "--json", site=brought).json["number"] == "849******78"
    for command in ("show", "forget", "opt-out", "export"):
        ran = here("contacts", command, NUMBER, "0987654321", site=brought)
        assert (ran.code, ran.out) == (2, "")
        assert "hai số" in ran.err
        assert not re.search(r"\d{6}", ran.err)


def test_a_list_says_to_whom_nothing_is_sent_and_why(brought: Path) -> None:
    here("contacts", "opt-out", NUMBER, site=brought)
    ran = here("contacts", "list", "to-truong", "--json", site=brought)
    assert [each["blocked"] for each in ran.json["contacts"]] == ["opted_out", ""]
    assert "từ chối" in here("contacts", "list", "to-truong", site=brought).out
    assert "từ chối" in here("contacts", "show", NUMBER, site=brought).out


def test_a_list_is_shown_masked_and_a_page_at_a_time(brought: Path) -> None:
    first = here("contacts", "list", "to-truong", "--count", "1", "--json", site=brought).json["contacts"]
    rest = here("contacts", "list", "to-truong", "--after", str(first[0]["id"]), "--json", site=brought).json[
        "contacts"
    ]
    assert [each["number"] for each in first + rest] == ["849******78", "849******21"]
    ran = here("contacts", "list", "khac", site=brought)
    assert (ran.code, ran.out) == (2, "")


def test_an_export_holds_everything_for_its_owner_only(brought: Path, tmp_path: Path) -> None:
    out = tmp_path / "cua-toi.json"
    ran = here("contacts", "export", "-", "--out", out, site=brought, stdin=NUMBER)
    assert ran.code == 0
    assert out.stat().st_mode & 0o777 == 0o600
    told = json.loads(out.read_text())
    assert (told["number"], told["lists"][0]["basis"]) == ("+84912345678", "QĐ 1")
    again = here("contacts", "export", "-", "--out", out, site=brought, stdin=NUMBER)
    assert (again.code, again.out) == (2, "")
    shown = here("contacts", "export", "-", site=brought, stdin=NUMBER)
    assert shown.json["number"] == "849******78"
    assert "345678" not in ran.out + again.err + shown.out


def test_nothing_is_deleted_where_nobody_can_be_asked(brought: Path) -> None:
    ran = here("contacts", "forget", "-", site=brought, stdin=NUMBER)
    assert (ran.code, ran.out) == (2, "")
    assert "--yes" in ran.err
    assert len(here("contacts", "show", NUMBER, "--json", site=brought).json["lists"]) == 1


def test_a_file_of_wishes_stops_every_number_it_names_and_fails_for_what_is_left(brought: Path, tmp_path: Path) -> None:
    (tmp_path / "dnc.txt").write_text(f"{NUMBER}; 0987 654 321\n0120 123 4567\nabc\n")
    ran = here("contacts", "opt-out", "--file", tmp_path / "dnc.txt", "--json", site=brought)
    assert (ran.code, ran.json["added"]) == (1, 4)
    assert [(each["line"], each["code"]) for each in ran.json["rejected"]] == [(3, "not_a_number")]
    assert re.findall(r"dnc\.txt:(\d):1: (\w+)", ran.err) == [("1", "warning"), ("2", "warning"), ("3", "error")]
    for number in (NUMBER, "0987654321", "0701234567"):
        assert here("contacts", "show", number, "--json", site=brought).json["left_alone"] == "opted_out"


def test_who_is_forgotten_does_not_come_back_unseen(brought: Path, tmp_path: Path) -> None:
    ran = here("contacts", "forget", "-", "--yes", "--json", site=brought, stdin=NUMBER)
    assert ran.json == {
        "number": "849******78",
        "contacts": 1,
        "called_off": 0,
        "taken_out": 0,
        "in_doubt": 0,
        "marked": True,
        "left_in": [],
    }
    assert here("contacts", "show", NUMBER, "--json", site=brought).json["lists"] == []
    again = here(*importing(tmp_path), "--json", site=brought)
    assert (again.code, again.json["updated"]) == (0, 1)
    assert [(each["line"], each["code"]) for each in again.json["rejected"]] == [(2, "forgotten")]
    assert here("contacts", "opt-in", "-", "--basis", "gặp ngày 1/12", site=brought, stdin=NUMBER).code == 0
    assert here(*importing(tmp_path), "--json", site=brought).json["imported"] == 1


def test_a_number_is_tried_again_with_a_reason(brought: Path) -> None:
    unblock = ("contacts", "unblock", "-", "--reason", "đã gọi thử")
    assert here(*unblock, "--json", site=brought, stdin=NUMBER).json == {
        "number": "849******78",
        "entries": 0,
        "left_alone": None,
    }
    assert here("contacts", "unblock", "-", "--reason", " ", site=brought, stdin=NUMBER).code == 2
    assert here("contacts", "unblock", "-", "--reason", NUMBER, site=brought, stdin=NUMBER).code == 2
    assert here("contacts", "opt-out", "-", site=brought, stdin=NUMBER).code == 0
    ran = here(*unblock, site=brought, stdin=NUMBER, LOA_LANG="en")
    assert "Still nothing" in ran.out
    assert NUMBER[1:] not in ran.out + ran.err


def test_without_a_mark_the_next_list_brings_a_number_back(brought: Path, tmp_path: Path) -> None:
    ran = here("contacts", "forget", "-", "--without-mark", "--yes", site=brought, stdin=NUMBER)
    assert ran.code == 0
    assert here(*importing(tmp_path), "--json", site=brought).json["imported"] == 1


def test_files_of_numbers_are_left_alone(brought: Path, tmp_path: Path) -> None:
    (tmp_path / "dnc.txt").write_text(f"{NUMBER}\nabc\n")
    ran = here("contacts", "do-not-contact", "import", tmp_path / "dnc.txt", "--json", site=brought)
    assert (ran.code, ran.json["added"], [each["code"] for each in ran.json["rejected"]]) == (1, 1, ["not_a_number"])
    ran = here("contacts", "opt-out", "--file", tmp_path / "dnc.txt", "--json", site=brought)
    assert (ran.json["added"], ran.json["repeated"]) == (0, 1)
    assert here("contacts", "opt-out", "0987654321", "--json", site=brought).json["added"] == 1
    (told,) = here("contacts", "lists", "--json", site=brought).json["lists"]
    assert (told["contacts"], told["reachable"]) == (2, 0)
    assert here("contacts", "opt-out", NUMBER, "--file", tmp_path / "dnc.txt", site=brought).code == 2


def test_an_older_copy_put_back_undoes_no_wish(brought: Path) -> None:
    assert here("backup", site=brought).code == 0
    here("contacts", "forget", "-", "--yes", site=brought, stdin=NUMBER)
    (archive,) = [each for each in (brought / "var" / "backup").glob("loa-*.tar.gz") if "keys" not in each.name]
    assert here("restore", archive, site=brought).code == 0
    shown = here("contacts", "show", NUMBER, "--json", site=brought).json
    assert (shown["lists"], shown["left_alone"]) == ([], "forgotten")


def test_the_log_says_who_looked_and_never_at_which_number(brought: Path) -> None:
    here("contacts", "show", NUMBER, site=brought)
    here("contacts", "forget", NUMBER, "--yes", site=brought)
    told = here("audit", "list", "--json", site=brought).json["entries"]
    assert [each["action"] for each in told] == ["contacts_imported", "contact_shown", "contact_forgotten"]
    assert not re.search(r"\d{9}", " ".join(each["text"] + str(each["detail"]) for each in told))
    assert here("audit", "verify", site=brought).code == 0
