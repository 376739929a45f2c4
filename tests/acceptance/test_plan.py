"""`loa plan` as an operator uses it: the week, its sums, what differs, and the calendar for a telephone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.acceptance.loa import Ran, here, loa
from tests.sites import AREAS, PROGRAMME, STATION, approve_all, write_site

WEEK = ("plan", "--from", "2026-11-23")
FILE = "schedules/canh-bao.yaml"
TITLE, OTHER = "Giả danh công an, viện kiểm sát, tòa án", "Cuộc gọi giả giọng, giả mặt"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write_site(tmp_path / "site")


def edit(site: Path, old: str, new: str, name: str = FILE) -> None:
    path = site / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def changes(ran: Ran) -> list[tuple[str, str, list[str]]]:
    return [
        (each["kind"], each["slot"], [start[:16] for start in each["starts"]])
        for each in ran.json["difference"]["changes"]
    ]


class TestTheWeek:
    @pytest.mark.parametrize("width", [80, 120])
    def test_people_read_it_by_day_and_time_within_their_terminal(self, site: Path, width: int) -> None:
        ran = here(*WEEK, "--sums", site=site, COLUMNS=str(width))
        assert ran.code == 0
        lines = ran.out.splitlines()
        assert max(map(len, lines)) <= width
        assert "\x1b" not in ran.out
        days = [line for line in lines if line.endswith("/2026")]
        assert days == ["Thứ hai 23/11/2026", "Thứ tư 25/11/2026", "Thứ sáu 27/11/2026", "Thứ bảy 28/11/2026"]
        whole = " ".join(" ".join(lines).split())
        for words in ("17:00", "Cảnh báo lừa đảo", "chieu", "Xã An Hưng", "Xã An Quang", "2 cụm loa", "to-truong", "≈"):
            assert words in whole

    def test_it_says_what_is_allowed_and_by_which_rule(self, tmp_path: Path) -> None:
        ruled = STATION.replace("sms_per_number_per_day: 1}", "sms_per_number_per_day: 1, rule: Quy chế số 2}")
        ran = here(*WEEK, site=write_site(tmp_path, {"config/station.yaml": ruled}))
        assert "05:00-06:30 (hằng ngày); 17:00-19:00 (hằng ngày). Quy định: Quy chế số 1" in ran.out
        assert "60 phút trên mỗi cụm loa; 1 tin nhắn tới mỗi số. Quy định: Quy chế số 2" in ran.out
        assert "nhiều nhất ≤10′00″ ở cụm loa an-hung-01, tối đa 60 phút" in ran.out

    def test_what_concerns_an_airing_is_numbered_at_its_line(self, site: Path) -> None:
        edit(site, '"17:00"', '"20:00"')
        ran = here(*WEEK, site=site, COLUMNS="120")
        (told,) = [line for line in ran.err.splitlines() if line.startswith(f"{FILE}:5:1: warning: ")]
        number = told[told.rindex("[") + 1 : -1]
        marked = [line for line in ran.out.splitlines() if line.lstrip().startswith("20:00")]
        assert len(marked) == 3
        assert all(number in line[line.rindex("[") + 1 : -1].split(",") for line in marked)
        texted = next(line for line in ran.out.splitlines() if line.lstrip().startswith("09:00"))
        assert number not in texted[texted.rindex("[") + 1 : -1].split(",")

    def test_like_warnings_are_told_once_with_count_first_day_and_remedy(self, site: Path) -> None:
        ran = loa(*WEEK, site=site)
        (told,) = [line for line in ran.err.splitlines() if "phê duyệt" in line]
        for words in ("2 bản tin", "2026-11-23 17:00", "deepfake, gia-danh-cong-an", "loa bulletin approve"):
            assert words in told

    def test_a_hostile_title_steers_no_terminal(self, site: Path) -> None:
        edit(site, "title: Cảnh báo lừa đảo", 'title: "Cảnh \\u202e báo"')
        assert "\u202e" not in loa(*WEEK, site=site).out

    def test_days_without_an_airing_are_said_to_be_empty(self, site: Path) -> None:
        ran = here("plan", "--from", "2020-01-01", "--sums", site=site)
        assert (ran.code, "Không có lượt phát nào" in ran.out) == (0, True)

    def test_english_people_read_it_too(self, site: Path) -> None:
        ran = here(*WEEK, "--sums", site=site, LOA_LANG="en")
        for words in ("Mon 23 Nov/2026", "Rule: Quy chế số 1", "By slot:", "of 60 min"):
            assert words in ran.out

    def test_neighbours_within_earshot_are_named_with_their_distance(self, tmp_path: Path) -> None:
        placed = AREAS.replace("folder: an-quang-01}}", "folder: an-quang-01}, position: [20.8100, 106.5300]}")
        placed = placed.replace("folder: an-hung-01}}", "folder: an-hung-01}, position: [20.8120, 106.5300]}")
        other = PROGRAMME.replace("programme: canh-bao", "programme: khac").replace("[an-lao]", "[an-hung]")
        site = write_site(
            tmp_path,
            {
                "config/areas.yaml": placed,
                FILE: PROGRAMME.replace("[an-lao]", "[an-quang]"),
                "schedules/khac.yaml": other[: other.index("  - id: nhan-tin")],
            },
        )
        (problem,) = [each for each in here(*WEEK, "--json", site=site).json["problems"] if "overheard" in each["code"]]
        assert problem["file"] == "schedules/khac.yaml"
        assert "an-hung-01 chỉ cách cụm loa an-quang-01 222 m" in problem["message"]
        edit(site, "limits: {", "limits: {hearing_distance: 200m, ", "config/station.yaml")
        assert "overheard" not in here(*WEEK, "--json", site=site).out
        edit(site, "200m", "200", "config/station.yaml")
        ran = here("check", site=site)
        assert (ran.code, "200m" in ran.out or "400m" in ran.out) == (2, True)


class TestJson:
    def test_without_more_asked_it_holds_what_it_always_held(self, site: Path) -> None:
        document = here(*WEEK, "--json", site=site).json
        assert list(document) == ["timezone", "occurrences", "problems"]
        names = ["programme", "slot", "start", "medium", "bulletins", "targets", "length_s", "recording"]
        assert all(list(each) == names for each in document["occurrences"])
        assert {each["length_s"] for each in document["occurrences"]} == {None}

    def test_sums_come_with_what_they_rest_on(self, site: Path) -> None:
        ran = here(*WEEK, "--sums", "--json", site=site)
        sums, first = ran.json["sums"], ran.json["occurrences"][0]
        assert first["length_s"] is None
        assert 5 < first["reckoned_s"] < 120
        assert sums["days"][0] == {
            "date": "2026-11-23",
            "airings": 1,
            "sms": 0,
            "cluster": "an-hung-01",
            "airtime_s": 600.0,
            "rests_on": "length",
        }
        assert [(each["slot"], each["airings"]) for each in sums["slots"]] == [("chieu", 3), ("nhan-tin", 1)]
        assert sums["limits"]["airtime_per_day_s"] == 3600
        assert sums["windows"]["loudspeaker"]["rule"] == "Quy chế số 1"

    def test_what_should_be_produced_by_now_and_is_not_is_one_warning(
        self, site: Path, spoken: Callable[[Path], Path]
    ) -> None:
        approve_all(spoken(site))
        assert "airings_not_produced" not in here(*WEEK, "--json", site=site).out
        loa("tick", "--now", "2026-11-22T18:00", site=site)
        measured = here(*WEEK, "--days", "1", "--json", "--sums", site=site).json
        (only,) = measured["occurrences"]
        assert only["length_s"] > 5
        assert only["reckoned_s"] is None
        assert measured["sums"]["days"][0]["rests_on"] == "measured"
        assert measured["problems"] == []
        for file in (site / "var" / "audio").glob("*.mp3"):
            file.unlink()
        (problem,) = here(*WEEK, "--json", site=site).json["problems"][-1:]
        assert problem["code"] == "airings_not_produced"
        assert "1 lượt phát" in problem["message"]
        assert "2026-11-23 17:00" in problem["message"]

    def test_an_imported_list_without_numbers_is_told(self, site: Path) -> None:
        (site / "l.csv").write_text("phone\nkhông có\n", encoding="utf-8")
        here("contacts", "import", site / "l.csv", "--list", "to-truong", "--basis", "thử", site=site)
        problems = [each["code"] for each in here(*WEEK, "--json", site=site).json["problems"]]
        assert ("contact_list_empty" in problems) != ("contact_list_missing" in problems)


class TestDiff:
    def test_the_week_before_is_what_stands_in_the_files(self, site: Path) -> None:
        ran = here("plan", "--from", "2026-11-30", "--diff", "--against", "last-week", site=site)
        assert (ran.code, "Không có gì khác." in ran.out) == (0, True)
        first = here(*WEEK, "--diff", "--json", site=site)
        assert changes(first)[0][:2] == ("comes", "chieu")
        assert first.json["difference"]["against"] == "last-week"

    def test_it_says_what_differs_in_words(self, site: Path, tmp_path: Path) -> None:
        kept = tmp_path / "lich.json"
        kept.write_text(here(*WEEK, "--json", site=site).out, encoding="utf-8")
        edit(site, "bulletins: [gia-danh-cong-an, deepfake]", "bulletins: [deepfake]")
        edit(site, "[mon, wed, fri]", "[mon, wed, thu]")
        ran = here("plan", "--against", kept, site=site, COLUMNS="160")
        assert ran.code == 0
        assert f"Thứ hai 23/11 17:00; Thứ tư 25/11 17:00, Xã An Hưng, Xã An Quang: bỏ “{TITLE}”" in ran.out
        assert f"Thứ năm 26/11 17:00, Xã An Hưng, Xã An Quang: thêm lượt phát: “{OTHER}”" in ran.out
        assert f"Thứ sáu 27/11 17:00: không còn phát: “{TITLE}”, “{OTHER}”" in ran.out
        assert "nhan-tin" not in ran.out
        machine = here("plan", "--against", kept, "--json", site=site)
        assert ("bulletins", "chieu", ["2026-11-23T17:00", "2026-11-25T17:00"]) in changes(machine)
        english = here("plan", "--against", kept, site=site, LOA_LANG="en", COLUMNS="160").out
        assert f"“{TITLE}” dropped" in english

    def test_a_moved_hour_and_an_area_that_leaves_are_named(self, site: Path) -> None:
        ahead = max(datetime.now(UTC).date(), date(2026, 11, 22)) + timedelta(
            days=2
        )  # what lies behind is not compared
        edit(site, "except: [tet]", "")
        loa("tick", "--now", f"{ahead}T12:00", site=site)
        edit(site, '"17:00"', '"17:30"')
        edit(site, "areas: [an-lao]", "areas: [an-lao]\n    except_areas: [an-quang]")
        week = ("plan", "--from", f"{ahead + timedelta(days=1)}")
        ran = here(*week, "--diff", "--json", site=site)
        assert ran.json["difference"]["against"] == "running"
        assert {kind for kind, _, _ in changes(ran)} == {"moves", "targets"}
        words = " ".join(here(*week, "--diff", "--sums", site=site).out.split())
        assert "Cộng theo khung giờ" in words
        assert "chuyển sang 17:30" in words
        assert "thôi phát ở Cụm loa Quang Hưng" in words
        beyond = here("plan", "--from", f"{ahead + timedelta(days=30)}", "--diff", site=site)
        assert (beyond.code, "lịch đài đang chạy chỉ có từ" in beyond.err) == (2, True)

    @pytest.mark.parametrize("content", [None, '{"occurrences": 3}'])
    def test_a_file_that_is_no_plan_is_refused(self, site: Path, tmp_path: Path, content: str | None) -> None:
        if content is not None:
            (tmp_path / "x.json").write_text(content, encoding="utf-8")
        ran = here("plan", "--against", tmp_path / "x.json", site=site)
        assert (ran.code, "loa plan --json" in ran.err, ran.out) == (2, True, "")

    def test_without_a_running_plan_there_is_nothing_to_compare_with(self, site: Path) -> None:
        ran = here("plan", "--diff", "--against", "running", site=site)
        assert (ran.code, "last-week" in ran.err) == (2, True)
        assert not (site / "var").exists()

    def test_last_week_is_what_was_planned_then_not_what_the_files_say_now(self, site: Path) -> None:
        loa("tick", "--now", "2026-11-22T12:00", site=site)
        edit(site, '"17:00"', '"17:30"')
        ran = here("plan", "--from", "2026-11-30", "--diff", "--against", "last-week", "--json", site=site)
        assert [each[0] for each in changes(ran)] == ["moves"]
        assert "theo lịch đài đã lưu" in here("plan", "--from", "2026-11-30", "--against", "last-week", site=site).out


class TestIcs:
    def test_a_week_is_written_with_an_event_an_airing(self, site: Path, tmp_path: Path) -> None:
        out = tmp_path / "tuan.ics"
        ran = here(*WEEK, "--ics", out, site=site)
        assert (ran.code, "4 lượt" in ran.out) == (0, True)
        raw = out.read_bytes()
        assert raw.count(b"BEGIN:VEVENT\r\n") == raw.count(b"\r\nUID:") == 4
        text = raw.replace(b"\r\n ", b"").decode()
        assert "DTSTART:20261123T100000Z\r\n" in text
        assert f"· {OTHER}".replace(",", "\\,") in text
        assert "LOCATION:Xã An Hưng\\, Xã An Quang\r\n" in text
        again = tmp_path / "lan-nua.ics"
        here(*WEEK, "--ics", again, site=site)
        assert again.read_bytes() == raw

    def test_no_telephone_number_is_in_it(self, site: Path, tmp_path: Path) -> None:
        (site / "l.csv").write_text("phone,name\n0912345678,Lan\n", encoding="utf-8")
        assert here("contacts", "import", site / "l.csv", "--list", "to-truong", "--basis", "thử", site=site).code == 0
        here(*WEEK, "--ics", tmp_path / "w.ics", site=site)
        text = (tmp_path / "w.ics").read_text(encoding="utf-8")
        assert "912345678" not in text
        assert "Lan" not in text

    def test_json_stays_alone_on_stdout(self, site: Path, tmp_path: Path) -> None:
        ran = loa(*WEEK, "--json", "--ics", tmp_path / "w.ics", site=site)
        assert len(json.loads(ran.out)["occurrences"]) == 4
        assert (tmp_path / "w.ics").exists()

    @pytest.mark.parametrize("where", ["khong-co/w.ics", "."])
    def test_a_file_that_cannot_be_written_is_named(self, site: Path, tmp_path: Path, where: str) -> None:
        ran = here(*WEEK, "--ics", tmp_path / where, site=site)
        assert ran.code == 2
        assert ran.err
        assert not list(tmp_path.glob("*.part"))


def test_looking_at_a_plan_changes_nothing(site: Path) -> None:
    loa("tick", "--now", "2026-11-22T12:00", site=site)

    def rows() -> list[object]:
        with sqlite3.connect(f"file:{site / 'var' / 'loa.db'}?mode=ro", uri=True) as database:
            return database.execute("select programme, slot, start, digest, code from occurrences").fetchall()

    before = rows()
    edit(site, '"17:00"', '"17:30"')
    loa("plan", "--diff", site=site)
    for more in (["--sums"], ["--json"], ["--ics", str(site / "w.ics")]):
        here("plan", *more, site=site)
    assert rows() == before


def test_a_slot_that_is_moved_after_its_hand_over_is_said_to_air_twice(
    tmp_path: Path, spoken: Callable[[Path], Path]
) -> None:
    root = spoken(write_site(tmp_path / "site"))
    approve_all(root)
    assert loa("tick", "--now", "2026-11-23T16:55:00", site=root).code == 0
    programme = root / "schedules/canh-bao.yaml"
    programme.write_text(programme.read_text(encoding="utf-8").replace("17:00", "17:30"), encoding="utf-8")
    ran = loa("tick", "--now", "2026-11-23T16:56:00", site=root)
    assert "Lượt 23/11 17:00" in ran.err
    assert "hôm nay sẽ phát cả hai lần" in ran.err
    assert "airing_twice" in [each["code"] for each in loa("status", "--json", site=root).json["problems"]]
    later = loa("tick", "--now", "2026-11-24T05:00:00", site=root)
    assert "cả hai lần" not in later.err
