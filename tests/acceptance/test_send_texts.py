"""`loa send` by SMS, and looked at beforehand: to whom, how much, and what is wrong with what was asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.loa import loa
from tests.acceptance.test_urgent import URGENT, approve
from tests.sites import CHANNELS, SCRIPT, STATION, write_site

PRICED = CHANNELS.replace("path: var/handover", "path: var/handover, price_per_part: 400")
ALL_DAY = STATION.replace('"07:00-21:30"', '"00:00-24:00"')
CLOSED = STATION.replace('"07:00-21:30": daily', '"00:00-00:01": [mon]')
LIST = "phone,name,area\n0912345671,Lê Thị Hoa,an-quang\n0912345672,Trần An,an-hung\n0912345673,,an-quang\n"


def make(root: Path, station: str = ALL_DAY, script: str = SCRIPT, *, people: tuple[str, ...] = ("an",)) -> Path:
    site = write_site(
        root,
        {
            "config/station.yaml": station + "clock: {trust: always}\n",
            "config/channels.yaml": PRICED,
            "scripts_audio/gia-danh-cong-an.md": script,
        },
    )
    (root / "list.csv").write_text(LIST, encoding="utf-8")
    for name in ("truong-thon", "dan-cu"):
        assert loa("contacts", "import", str(root / "list.csv"), "--list", name, "--basis", "QĐ 1", site=site).code == 0
    for person in people:
        approve(site, "gia-danh-cong-an", person=person)
    return site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("site"))


def send(site: Path, *more: str) -> Any:
    return loa("send", "gia-danh-cong-an", *more, "--json", site=site)


def handed(site: Path) -> str:
    return "".join(path.read_text("utf-8-sig") for path in sorted((site / "var" / "handover").rglob("*.csv")))


def test_a_dry_run_shows_whom_and_what_it_costs_and_leaves_nothing_behind(site: Path) -> None:
    ran = send(site, "--contacts", "truong-thon,dan-cu", "--areas", "an-quang", "--dry-run")
    assert ran.code == 0, ran.err
    assert (ran.json["recipients"], ran.json["doubled"], ran.json["code"]) == (2, 2, "")
    assert [each["price_vnd"] for each in ran.json["variants"]] == [800, 800]
    shown = loa("send", "gia-danh-cong-an", "--contacts", "truong-thon", "--now", "--dry-run", site=site)
    assert shown.code == 0
    assert "Gửi tới 3 số" in shown.out
    assert "ghi ra tệp ngay" in shown.out
    assert "0912345671" not in shown.out + shown.err
    assert "84912345671" not in shown.out + shown.err
    assert loa("sms", "status", "--json", site=site).json["deliveries"]["accepted"] == 0
    assert not (site / "var" / "handover").exists()


def test_a_dry_run_of_loudspeakers_says_where_when_and_how_long_before_anything_is_rendered(site: Path) -> None:
    ran = send(site, "--areas", "an-lao", "--at", "2099-11-23T17:00", "--dry-run")
    assert ran.code == 0, ran.err
    assert [each["id"] for each in ran.json["clusters"]] == ["an-hung-01", "an-quang-01"]
    assert ran.json["start"] == "2099-11-23T17:00:00+07:00"
    assert ran.json["duration_s"] is None
    assert ran.json["reckoned_s"] > 5
    assert "Cụm loa Quang Hưng" in ran.err
    assert not (site / "var" / "audio").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--now",), "--contacts"),
        (("--contacts", "truong-thom", "--now"), "truong-thon"),
        (("--contacts", "truong-thon,khong-co", "--now"), "dan-cu, truong-thon"),
        (("--contacts", "truong-thon", "--areas", "an-quangg", "--now"), "an-quang"),
        (("--contacts", "truong-thon", "--now", "--repeat", "2"), "--repeat"),
        (("--contacts", "truong-thon"), "--now"),
        (("--contacts", "truong-thon", "--at", "2020-01-01T09:00"), "01/01/2020"),
    ],
)
def test_a_wrong_request_is_named_and_sends_nothing(site: Path, arguments: tuple[str, ...], said: str) -> None:
    ran = loa("send", "gia-danh-cong-an", *arguments, site=site)
    assert ran.code == 2
    assert said in ran.err
    assert not (site / "var" / "handover").exists()


def test_an_emergency_goes_by_sms_with_one_command_at_night_and_the_audit_log_says_so(tmp_path: Path) -> None:
    site = make(tmp_path, CLOSED, URGENT, people=("an", "binh"))
    before = loa("send", "gia-danh-cong-an", "--contacts", "truong-thon", "--dry-run", site=site)
    assert "vẫn gửi vì là tin khẩn cấp" in before.out
    ran = send(site, "--contacts", "truong-thon", "--now")
    assert ran.code == 0, ran.err
    assert ran.json["deliveries"] == {"accepted": 3}
    assert (ran.json["price_vnd"], ran.json["station_running"]) == (1200, False)
    assert handed(site).count("8491234567") == 3
    actions = [each["action"] for each in loa("audit", "list", "--json", site=site).json["entries"]]
    assert {"send", "emergency_outside_window"} <= set(actions)


def test_what_is_routine_waits_for_the_hours_of_sms_and_goes_once_a_number_and_day(tmp_path: Path) -> None:
    night = make(tmp_path / "night", CLOSED)
    assert send(night, "--contacts", "truong-thon", "--now").code == 1
    assert handed(night) == ""
    day = make(tmp_path / "day")
    assert send(day, "--contacts", "truong-thon", "--areas", "an-hung", "--now").code == 0
    again = send(day, "--contacts", "truong-thon,dan-cu", "--now")
    assert again.json["deliveries"] == {"accepted": 2, "cancelled": 1}
    assert again.json["reasons"] == {"sms_day_limit": 1}


def test_what_is_planned_for_later_is_a_batch_that_can_be_called_off(tmp_path: Path) -> None:
    site = make(tmp_path)
    ran = send(site, "--contacts", "truong-thon", "--at", "2099-11-23T09:00")
    assert ran.code == 0, ran.err
    assert ran.json["status"] == "waiting"
    off = loa("sms", "cancel", str(ran.json["batch"]), "--yes", "--json", site=site)
    assert off.code == 0, off.err
    assert loa("sms", "cancel", "9" * 30, "--yes", site=site).code == 1
