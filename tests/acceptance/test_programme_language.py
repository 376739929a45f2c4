"""An operator's December: a peak, winter hours, a repair, a day of mourning, a commune that has been merged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.loa import here, loa
from tests.sites import AREAS, PROGRAMME, write_site

DECEMBER = PROGRAMME.replace(
    '    at: "17:00"\n',
    '    at: "17:00"\n'
    '    at_by_area: {an-hung: "17:45"}\n'
    '    at_by_season: {"12-10..02-28": "17:15"}\n'
    "    peak: {from: 2026-12-01, until: 2026-12-03, days: daily, repeat: 2}\n"
    "    suspended: {until: 2026-11-26, reason: Sửa loa}\n",
).replace("[an-lao]", "[xa-cu, an-hung]")
MERGED = AREAS.replace(
    "clusters:\n",
    "  - {id: xa-cu, name: Xã cũ, parent: an-lao, valid_until: 2025-06-30, becomes: [an-quang]}\nclusters:\n",
)
MOURNING = "sets: {tet: [{lunar: '12-28..01-05'}], quoc-tang: {days: 2026-12-02, notice: Thông báo số 12}}\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    changes = {"schedules/canh-bao.yaml": DECEMBER, "config/areas.yaml": MERGED}
    return write_site(tmp_path, {**changes, "config/calendar.yaml": MOURNING + "closed: [quoc-tang]\n"})


def test_the_calendar_follows_peak_season_repair_mourning_and_merger(site: Path) -> None:
    found = loa("plan", "--from", "2026-11-23", "--days", "20", "--json", site=site).json
    chieu = [each for each in found["occurrences"] if each["slot"] == "chieu"]
    assert [each["start"][5:16] for each in chieu] == [
        *("11-27T17:00", "11-27T17:45", "11-30T17:00", "11-30T17:45"),
        *("12-01T17:00", "12-01T17:45", "12-03T17:00", "12-03T17:45"),
        *("12-04T17:00", "12-04T17:45", "12-07T17:00", "12-07T17:45", "12-09T17:00", "12-09T17:45"),
        *("12-11T17:15", "12-11T17:45"),
    ]
    assert {each["targets"] for each in chieu} == {1}
    told = {each["code"]: each for each in found["problems"]}
    assert {"slot_suspended", "slot_rests_on_closed_day", "area_succeeded"} <= told.keys()
    assert "Sửa loa" in told["slot_suspended"]["message"]
    assert "Thông báo số 12" in told["slot_rests_on_closed_day"]["message"]
    assert "an-quang" in told["area_succeeded"]["hint"]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("until: 2026-12-03, days", "untill: 2026-12-03, days", "canh-bao.yaml:10:30: error"),
        ('"12-10..02-28"', '"10-13..28-02"', "canh-bao.yaml:9:20: error"),
        ("suspended: {until: 2026-11-26", "suspended: {until: 26/11", "canh-bao.yaml:11:24: error"),
    ],
)
def test_a_slip_is_named_with_its_place_and_what_was_meant(site: Path, old: str, new: str, place: str) -> None:
    path = site / "schedules/canh-bao.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    found = here("check", site=site)
    assert found.code == 2
    assert place in found.out


def test_a_programme_whose_rest_cannot_be_read_is_held_back_whole(site: Path) -> None:
    path = site / "schedules/canh-bao.yaml"
    path.write_text(
        path.read_text(encoding="utf-8") + "suspended: [{until: 2026-12-01}, {until: mai}]\n", encoding="utf-8"
    )
    found = here("check", "--json", site=site)
    assert {"bad_date", "programme_held_back"} <= {each["code"] for each in found.json["problems"]}
