"""What an operator reads: the right cause, the right place, days off that are seen, and no English left in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.acceptance.loa import here
from tests.sites import AREAS, CALENDAR, PROGRAMME, SCRIPT, STATION, write_site

SCHEDULE, SETS = "schedules/canh-bao.yaml", "config/calendar.yaml"
DAILY = PROGRAMME.replace("[mon, wed, fri]", "daily")


def problems(site: Path, *command: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = here(*command, "--json", site=site).json["problems"]
    return found


# --- days off ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "off", "why"),
    [
        ("[tet]", ["05/02/2027", "06/02/2027", "07/02/2027"], "tet"),
        ("[2027-02-05]", ["05/02/2027"], "except 05/02"),
        ("[2027-02-06..2027-02-28]", ["06/02/2027", "07/02/2027"], "except 06/02–28/02"),
        ("[2027-02-05..2027-02-28]", ["05/02/2027", "06/02/2027", "07/02/2027"], "except 05/02–28/02"),
        ("[2027-03-01]", [], ""),
    ],
)
def test_days_that_a_programme_leaves_out_stand_in_the_plan_with_their_reason(
    tmp_path: Path, days: str, off: list[str], why: str
) -> None:
    sets = "sets: {tet: [{days: 2027-02-05..2027-02-11, notice: Thông báo số 5}]}\n"
    site = write_site(tmp_path, {SETS: sets, SCHEDULE: DAILY.replace("[tet]", days)})
    text = " ".join(here("plan", "--from", "2027-02-05", "--days", "3", site=site).out.split())
    assert text.count("không phát canh-bao/chieu") == len(off)
    for day in off:
        assert re.search(rf"{day} (?:[^/]*? )?không phát canh-bao/chieu[^:]*: ngày nghỉ của chương trình \({why}", text)
    assert ("Không có lượt phát nào" in text) is (days == "[2027-02-05..2027-02-28]" or days == "[tet]")


def test_a_day_on_which_a_slot_would_not_air_anyway_is_no_day_off(tmp_path: Path) -> None:
    site = write_site(tmp_path, {SCHEDULE: PROGRAMME.replace("[tet]", "2026-11-24")})  # a Tuesday
    assert "không phát" not in here("plan", "--from", "2026-11-23", "--days", "3", site=site).out


def test_what_is_routine_rests_on_a_closed_day_and_has_not_expired(tmp_path: Path) -> None:
    closed = CALENDAR.replace("sets: {", "sets: {tang: [2026-11-23], ") + "closed: [tang]\n"
    urgent = SCRIPT.replace("source:", "priority: priority\nsource:")
    site = write_site(tmp_path, {SETS: closed, "scripts_audio/gia-danh-cong-an.md": urgent})
    found = {each["code"]: each for each in problems(site, "plan", "--from", "2026-11-23", "--days", "1")}
    assert "bulletins_drop_out" not in found
    assert "“tang”" in found["bulletins_rest"]["message"]
    assert "deepfake" in found["bulletins_rest"]["message"]
    assert "expires" not in found["bulletins_rest"]["hint"]


# --- hints ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["Asia/Hanoi", "GMT+7", "UTC+7", "Hà Nội", "Asia/Ho_Chi_Minh_City", "Việt Nam"])
def test_the_hint_for_a_wrong_time_zone_is_vietnams(tmp_path: Path, zone: str) -> None:
    site = write_site(tmp_path, {"config/station.yaml": STATION.replace("Asia/Ho_Chi_Minh", zone)})
    (found,) = (each for each in problems(site, "check") if each["code"] == "bad_timezone")
    assert re.findall(r"\w+/\w+", found["hint"]) == ["Asia/Ho_Chi_Minh"]


@pytest.mark.parametrize(
    ("position", "code", "limits"),
    [
        ("[200, 106.5]", "number_out_of_range", ("-90", "90")),
        ("[-95, 100]", "number_out_of_range", ("-90", "90")),
        ("[20.8, 181]", "number_out_of_range", ("-180", "180")),
        ("[106.5, 20.8]", "position_swapped", ()),
        ("[20.8]", "position_not_two", ()),
    ],
)
def test_a_position_is_held_against_the_limits_of_its_own_half(
    tmp_path: Path, position: str, code: str, limits: tuple[str, ...]
) -> None:
    areas = AREAS.replace("{folder: an-hung-01}}", f"{{folder: an-hung-01}}, position: {position}}}")
    site = write_site(tmp_path, {"config/areas.yaml": areas})
    (found,) = problems(site, "check")[:1]
    assert found["code"] == code
    numbers = re.findall(r"(?<![\w.])-?\d+(?![\w.])", found["message"] + " " + found["hint"])
    assert set(limits) <= set(numbers)
    assert not limits or ("180" in numbers) is ("180" in limits)


def test_a_promise_is_missed_from_the_first_day_on_which_it_could_be_kept(tmp_path: Path) -> None:
    play = "play: {rotate: {topics: [all], within: 1 week}}"
    text = PROGRAMME.replace("play: {bulletins: [gia-danh-cong-an, deepfake]}", play).replace(
        "[mon, wed, fri]", "[mon]"
    )
    site = write_site(tmp_path, {SCHEDULE: text})
    found = problems(site, "plan", "--from", "2026-11-23", "--days", "14")
    assert "kể từ 23/11/2026" in next(each["message"] for each in found if each["code"].startswith("promise_"))


@pytest.mark.parametrize("name", ["zzzzzz", "qq"])
def test_nothing_is_called_closest_where_nothing_is_close(tmp_path: Path, name: str) -> None:
    said = here("bulletin", "show", name, site=write_site(tmp_path)).err
    assert "gần giống" not in said
    assert "–" not in said
    assert "gần giống nhất: deepfake" in here("bulletin", "show", "deepfak", site=tmp_path).err


# --- no English left in -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        ("plan", "--ics", "/tmp"),
        ("plan", "--against"),
        ("plan", "--days"),
        ("plan", "--json=1"),
        ("plan", "a", "b"),
        ("plan", "--from", "9999-12-30"),
        ("check", "a"),
        ("bulletin", "nope"),
        ("speech", "/tmp"),
        ("speech", "/does/not/exist"),
        ("rehearse", "--out", "/etc/hostname"),
    ],
)
def test_a_wrong_command_line_is_answered_in_vietnamese(tmp_path: Path, command: tuple[str, ...]) -> None:
    ran = here(*command, site=write_site(tmp_path))
    assert ran.code == 2
    words = set(re.findall(r"\b[a-z]{2,}\b", re.sub(r"“[^”]*”|loa [a-z]+ --help|error|--\w+", "", ran.err)))
    assert not words & {"is", "an", "the", "not", "does", "such", "requires", "argument", "got", "unexpected", "value"}


def test_a_day_beyond_what_is_reckoned_with_is_called_that(tmp_path: Path) -> None:
    said = here("plan", "--from", "9999-12-30", site=write_site(tmp_path)).err
    assert "không phải là ngày" not in said
    assert "2200-12-31" in said
