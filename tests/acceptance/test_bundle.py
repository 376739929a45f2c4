"""Operators' stories: a stick is made, checked, played from, and its sheet comes back."""

from __future__ import annotations

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from tests.acceptance.loa import Ran, here, loa
from tests.sites import PROGRAMME, approve_all, write_site

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PASSPHRASE = "sáo diều ngoài đê 27"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with an airing every evening, everything accepted, Hoa known by her passphrase."""
    daily = PROGRAMME.replace("days: [mon, wed, fri]", "days: daily").replace("except: [tet]\n", "")
    daily = daily.replace("from: 2026-11-23", "from: 2020-01-01")
    root = write_site(tmp_path_factory.mktemp("site"), {"schedules/canh-bao.yaml": daily})
    approve_all(root)
    added = ("person", "add", "hoa", "--name", "Phạm Thị Hoa", "--role", "editor", "--passphrase-file", "-")
    assert loa(*added, site=root, stdin=PASSPHRASE).code == 0
    return root


def tomorrow() -> str:
    return (datetime.now(ZONE) + timedelta(days=1)).date().isoformat()


@pytest.fixture(scope="module")
def made(site: Path) -> Ran:
    return loa("bundle", "--out", site / "usb", "--from", tomorrow(), "--days", "2", "--json", site=site)


@pytest.fixture
def stick(made: Ran, site: Path, tmp_path: Path) -> Path:
    assert made.code == 0, made.err
    shutil.copytree(site / "usb", tmp_path / "usb")
    return tmp_path / "usb"


def fill_in(stick: Path, out: Path, played: str, remark: str = "") -> Path:
    book = openpyxl.load_workbook(stick / "phieu-tra-loi.xlsx")
    table = book.active
    assert table is not None
    table["G5"], table["H5"], table["I5"] = played, "Anh Tuấn 0912345678", remark
    book.save(out)
    return out


def returned(site: Path, sheet: Path, *more: str, by: str = "hoa", word: str = PASSPHRASE) -> Ran:
    return here("bundle", "returned", sheet, "--by", by, "--passphrase-file", "-", *more, site=site, stdin=word)


def test_a_stick_is_made_in_one_command(made: Ran, stick: Path) -> None:
    facts = made.json
    assert (facts["airings"], facts["rows"], facts["left_out"]) == (2, 4, [])
    assert facts["singles"] == ["gia-danh-cong-an", "deepfake"]
    assert facts["signed"] is False
    assert facts["files"] == sum(path.is_file() for path in stick.rglob("*"))
    assert json.loads((stick / "manifest.json").read_bytes())["id"] == facts["bundle"]
    assert len(list((stick / "01-an-quang").rglob("*.mp3"))) == 2


def test_a_stick_that_is_whole_says_so(stick: Path, site: Path) -> None:
    ran = here("bundle", "check", stick, site=site)
    assert ran.code == 0
    assert "còn nguyên" in ran.out
    assert "Đúng là USB của trạm này." in ran.out
    assert here("bundle", "check", stick, "--json", site=site).json["proven"] is True


def test_a_stick_can_be_checked_where_there_is_no_station(stick: Path, tmp_path: Path) -> None:
    ran = here("bundle", "check", stick, "--json", site=tmp_path)
    assert (ran.code, ran.json["whole"], ran.json["proven"]) == (0, True, None)
    assert not (tmp_path / "var").exists()


def test_a_stick_that_was_altered_is_named_file_by_file(stick: Path, site: Path) -> None:
    (stick / "luu-dong" / "01-gia-danh-cong-an.mp3").write_bytes(b"something else")
    (stick / "luu-dong" / "nhac.mp3").write_bytes(b"music")
    ran = here("bundle", "check", stick, site=site)
    assert ran.code == 1
    assert "luu-dong/01-gia-danh-cong-an.mp3: error: tệp này không còn như lúc ghi" in ran.err
    assert "luu-dong/nhac.mp3: error: tệp này không phải do Loa ghi" in ran.err


def test_a_manifest_that_was_made_to_fit_is_not_this_stations(stick: Path, site: Path) -> None:
    text = (stick / "manifest.json").read_text(encoding="utf-8")
    (stick / "manifest.json").write_text(text.replace("Cuộc gọi", "Cuộc chơi"), encoding="utf-8")
    ran = here("bundle", "check", stick, site=site)
    assert ran.code == 1
    assert "khác với danh mục trạm đã ghi sổ" in ran.err


def test_a_bulletin_withdrawn_since_is_named(stick: Path, site: Path, tmp_path: Path) -> None:
    copy = tmp_path / "site"
    shutil.copytree(site, copy, ignore=shutil.ignore_patterns("cache", "audio", "usb"))
    withdrawn = here("bulletin", "withdraw", "deepfake", "--by", "hoa", "--reason", "sai số", site=copy)
    assert withdrawn.code == 0, withdrawn.err
    ran = here("bundle", "check", stick, site=copy)
    assert ran.code == 1
    assert "deepfake: error: bản tin đã bị rút" in ran.err


def test_what_has_not_been_yet_is_refused_with_file_and_row(stick: Path, site: Path, tmp_path: Path) -> None:
    ran = returned(site, fill_in(stick, tmp_path / "phieu.xlsx", "17:02"))
    assert ran.code == 1
    assert "phieu.xlsx:5:1: error: dòng 001: giờ phát chưa đến" in ran.err
    assert "0912345678" not in ran.out + ran.err


def test_a_time_that_is_none_is_told_with_what_to_write(stick: Path, site: Path, tmp_path: Path) -> None:
    ran = returned(site, fill_in(stick, tmp_path / "phieu.xlsx", "tối qua"), "--json")
    assert ran.code == 1
    (problem,) = ran.json["problems"]
    assert (problem["line"], problem["code"]) == (5, "sheet_row_bad_time")
    assert "17:02" in problem["hint"]
    assert (ran.json["rows"], ran.json["refused"], ran.json["confirmed"]) == (1, 1, 0)


def test_a_sheet_nobody_filled_in_says_nothing(stick: Path, site: Path) -> None:
    ran = returned(site, stick / "phieu-tra-loi.xlsx", "--json")
    assert ran.code == 0
    assert (ran.json["rows"], ran.json["blank"]) == (0, 14)


@pytest.mark.parametrize(("by", "word"), [("hoa", "sai mật khẩu"), ("ai-do", PASSPHRASE)])
def test_only_who_is_known_may_enter_a_sheet(by: str, word: str, stick: Path, site: Path) -> None:
    ran = returned(site, stick / "phieu-tra-loi.xlsx", by=by, word=word)
    assert ran.code == 1
    assert ran.out == ""


def test_nobody_accepted_means_no_stick(site: Path, tmp_path: Path) -> None:
    copy = write_site(tmp_path / "site")
    ran = here("bundle", "--out", tmp_path / "usb", "--bulletins", "deepfake", site=copy)
    assert ran.code == 1
    assert "không đưa vào USB: deepfake: bản tin chưa được phê duyệt" in ran.err
    assert not (tmp_path / "usb").exists()


def test_a_programme_that_cannot_be_read_is_named_though_a_stick_is_made(site: Path, tmp_path: Path) -> None:
    copy = tmp_path / "site"
    shutil.copytree(site, copy, ignore=shutil.ignore_patterns("usb"))
    (copy / "schedules" / "hong.yaml").write_text("programme: hong\n", encoding="utf-8")
    ran = here("bundle", "--out", tmp_path / "usb", "--days", "1", "--from", tomorrow(), "--json", site=copy)
    assert ran.code == 2
    assert ran.json["airings"] == 1
    assert "schedules/hong.yaml" in ran.err
    assert {each["file"] for each in ran.json["problems"] if each["severity"] == "error"} == {"schedules/hong.yaml"}


WRONG: dict[tuple[str, ...], str] = {
    (): "--out",
    ("--out", "{there}"): "đã có tệp",
    ("--out", "{tmp}/a/b"): "không có thư mục",
    ("--out", "{tmp}/x", "--from", "2020-01-01"): "ngày đã qua",
    ("--out", "{tmp}/x", "--areas", "an-quan"): "an-quang",
    ("--out", "{tmp}/x", "--bulletins", "deepfak"): "deepfake",
    ("--out", "{tmp}/x", "--days", "61"): "1 đến 60",
    ("check", "{tmp}"): "manifest.json",
    ("check", "{tmp}/none"): "manifest.json",
    ("returned", "{tmp}/none.xlsx", "--by", "hoa"): "none.xlsx",
}


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_wrong_input_is_named_and_changes_nothing(
    words: tuple[str, ...], made: Ran, site: Path, tmp_path: Path
) -> None:
    given = [each.format(tmp=tmp_path, there=site / "usb") for each in words]
    ran = here("bundle", *given, site=site)
    assert ran.code == 2
    assert WRONG[words] in ran.err
    assert list(tmp_path.iterdir()) == []
