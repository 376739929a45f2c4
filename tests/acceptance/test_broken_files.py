"""What an operator sees and what airs while a file is broken: in one pass as in a running station."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.edits import take
from tests.acceptance.loa import here
from tests.sites import CALENDAR, PROGRAMME, approve_all, write_site

SCHEDULE, SETS = "schedules/canh-bao.yaml", "config/calendar.yaml"
DAY = ("--from", "2026-11-23", "--days", "1")
BROKEN = {
    "a set that nobody declares": {SCHEDULE: PROGRAMME.replace("[tet]", "[tett]")},
    "a day that is none": {SCHEDULE: PROGRAMME.replace("[tet]", "[tet, 2026-13-01]")},
    "a rest that ends before it begins": {
        SCHEDULE: PROGRAMME + "suspended: {from: 2026-12-05, until: 2026-12-01, reason: Sửa loa}\n"
    },
    "a key that means its pauses": {SCHEDULE: PROGRAMME.replace("except:", "excpet:")},
    "a key that means its last day": {SCHEDULE: PROGRAMME.replace("from:", "untill: 2026-11-24\nfrom:")},
    "a bad line in its set": {SETS: CALENDAR.replace("12-28..01-05", "28-12")},
}


def broken(change: dict[str, str]) -> Callable[[Path], Path]:
    return lambda root: write_site(root, change)


@pytest.fixture(params=BROKEN.values(), ids=list(BROKEN))
def breaking(request: pytest.FixtureRequest) -> Callable[[Path], Path]:
    return broken(request.param)


def test_one_pass_goes_by_the_last_good_files_as_a_running_station_does(
    tmp_path: Path, breaking: Callable[[Path], Path]
) -> None:
    site = write_site(tmp_path)
    approve_all(site)
    take(site)
    breaking(site)
    ran = here("tick", "--now", "2026-11-23T12:00", site=site)
    assert ran.code == 2
    assert "bản tốt gần nhất, giữ ở var/last-good" in ran.err
    assert "2 đang chờ đến giờ" in ran.out
    status = here("status", site=site).out
    assert "dòng" in status
    assert "đài vẫn chạy theo bản tốt gần nhất" in status
    assert here("plan", "--diff", *DAY, site=site).out.count("không còn phát") == 0


def test_without_good_files_a_pause_that_cannot_be_read_is_red_wherever_one_looks(
    tmp_path: Path, breaking: Callable[[Path], Path]
) -> None:
    site = breaking(write_site(tmp_path))
    looked = here("check", site=site), here("plan", *DAY, site=site), here("doctor", site=site)
    assert [ran.code for ran in looked] == [2, 2, 1]
    assert "0 chương trình" in looked[0].err
    assert f"KHÔNG PHÁT: chương trình trong {SCHEDULE}" in looked[1].out
    ran = here("tick", "--now", "2026-11-23T12:00", site=site)
    assert ran.code == 2
    assert "chưa có bản tốt nào được giữ" in ran.err
    for _ in range(2):
        status = here("status", site=site).out
        assert "chưa có bản tốt nào để dùng thay" in status
        assert "đài vẫn chạy" not in status


@pytest.mark.parametrize("name", [name for name in BROKEN if "set" not in name or "nobody" in name])
def test_a_pause_that_cannot_be_read_is_an_error_at_its_key(tmp_path: Path, name: str) -> None:
    site = broken(BROKEN[name])(write_site(tmp_path))
    found = [each for each in here("check", "--json", site=site).json["problems"] if each["file"] == SCHEDULE]
    (held,) = (each for each in found if each["code"] == "programme_held_back")
    (cause, *_) = (each for each in found if each is not held)
    assert held["severity"] == "error"
    assert (held["line"], cause["severity"]) == (cause["line"], "error")


@pytest.mark.parametrize("title", ["!chu Tin", "Tin\ntitle: Tin khác", "''", None])
def test_a_title_that_cannot_be_read_is_an_error_and_silences_nothing(tmp_path: Path, title: str | None) -> None:
    line = "" if title is None else f"title: {title}\n"
    site = write_site(tmp_path, {SCHEDULE: PROGRAMME.replace("title: Cảnh báo lừa đảo\n", line)})
    ran = here("plan", *DAY, "--json", site=site)
    assert ran.code == 2
    assert [each["slot"] for each in ran.json["occurrences"]] == ["chieu"]


def test_a_copy_whose_name_comes_first_does_not_shut_out_the_programme_it_was_made_from(tmp_path: Path) -> None:
    other = PROGRAMME.replace('"17:00"', '"18:00"')
    site = write_site(tmp_path, {"schedules/A.yaml": other})
    ran = here("plan", *DAY, "--json", site=site)
    assert [each["start"][11:16] for each in ran.json["occurrences"]] == ["17:00"]
    (doubled,) = (each for each in ran.json["problems"] if each["code"] == "programme_doubled")
    assert doubled["file"] == "schedules/A.yaml"
