"""What an operator types, and what comes back."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.loa import loa
from tests.patience import PATIENCE_S
from tests.sites import FILES, SCRIPT, approve_all, write_site


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write_site(tmp_path / "site")


def test_help_names_every_command() -> None:
    ran = loa("--help")
    assert ran.code == 0
    for command in (
        "check",
        "plan",
        "produce",
        "rehearse",
        "run",
        "tick",
        "speech",
        "sms",
        "say",
        "contacts",
        "bulletin",
    ):
        assert command in ran.out


def test_a_mistyped_command_is_answered_with_the_nearest(site: Path) -> None:
    ran = loa("chek", site=site)
    assert ran.code == 2
    assert "check" in ran.err


class TestCheck:
    def test_a_clean_site_has_no_problems(self, site: Path) -> None:
        ran = loa("check", "--json", site=site)
        assert ran.json == {"problems": []}
        assert ran.code == 0

    def test_site_may_stand_after_the_command(self, site: Path) -> None:
        assert loa("check", "--site", site).code == 0

    def test_every_problem_is_named_with_file_line_and_hint(self, tmp_path: Path) -> None:
        broken = (
            FILES["schedules/canh-bao.yaml"].replace("[mon, wed, fri]", "[mon, tues]").replace("deepfake", "deepfak")
        )
        root = write_site(tmp_path, {"schedules/canh-bao.yaml": broken})
        ran = loa("check", "--json", site=root)
        assert ran.code == 2
        found = {(each["file"], each["line"], each["severity"]) for each in ran.json["problems"]}
        assert {("schedules/canh-bao.yaml", 6, "error"), ("schedules/canh-bao.yaml", 11, "error")} <= found
        assert all(each["hint"] and each["message"] and each["code"] for each in ran.json["problems"])

    def test_people_read_one_line_a_problem(self, tmp_path: Path) -> None:
        root = write_site(tmp_path, {"config/calendar.yaml": "sets: {tet: [2026-13-01]}\n"})
        ran = loa("check", site=root)
        assert ran.code == 2
        assert ran.out.startswith("config/calendar.yaml:1:")
        assert ": error: " in ran.out

    def test_a_folder_without_a_site_is_one_clear_error(self, tmp_path: Path) -> None:
        ran = loa("check", "--json", site=tmp_path / "nowhere")
        assert ran.code == 2
        assert len(ran.json["problems"]) == 1


class TestPlan:
    def test_a_week_is_dated_and_sorted(self, site: Path) -> None:
        ran = loa("plan", "--from", "2026-11-23", "--days", "7", "--json", site=site)
        assert ran.code == 0
        document = ran.json
        assert document["timezone"] == "Asia/Ho_Chi_Minh"
        starts = [each["start"] for each in document["occurrences"]]
        assert starts == [
            "2026-11-23T17:00:00+07:00",
            "2026-11-25T17:00:00+07:00",
            "2026-11-27T17:00:00+07:00",
            "2026-11-28T09:00:00+07:00",
        ]
        first = document["occurrences"][0]
        assert first["bulletins"] == ["gia-danh-cong-an", "deepfake"]
        assert first["targets"] == 2
        assert first["length_s"] is None
        assert first["recording"] is None

    def test_a_list_nobody_imported_is_a_warning(self, site: Path) -> None:
        problems = loa("plan", "--from", "2026-11-23", "--json", site=site).json["problems"]
        assert {(each["code"], each["severity"]) for each in problems} == {
            ("contact_list_missing", "warning"),
            ("bulletin_held_back", "warning"),
        }

    def test_a_broken_bulletin_stops_only_what_needs_it(self, tmp_path: Path) -> None:
        root = write_site(tmp_path, {"scripts_audio/deepfake.md": "---\ntitle: x\n---\n"})
        ran = loa("plan", "--from", "2026-11-23", "--days", "1", "--json", site=root)
        assert ran.code == 2
        (only,) = ran.json["occurrences"]
        assert only["bulletins"] == ["gia-danh-cong-an"]
        assert any("deepfake" in each["message"] for each in ran.json["problems"])

    @pytest.mark.parametrize(
        "arguments",
        [("--from", "23/11/2026"), ("--from", "2026-02-30"), ("--days", "0"), ("--days", "1001"), ("--days", "x")],
    )
    def test_wrong_arguments_exit_with_2(self, site: Path, arguments: tuple[str, str]) -> None:
        assert loa("plan", *arguments, site=site).code == 2


class TestText:
    def test_speech_answers_line_by_line(self, site: Path) -> None:
        ran = loa("speech", site=site, stdin="Hãy gọi 113.\n\nUBND xã thông báo.\n")
        assert ran.out.split("\n") == ["Hãy gọi một một ba.", "", "Ủy ban nhân dân xã thông báo.", ""]
        assert ran.code == 0

    def test_speech_names_the_line_of_what_it_cannot_read(self, site: Path) -> None:
        ran = loa("speech", site=site, stdin="Xin chào.\nMã QXZW.\n")
        assert ran.code == 1
        assert ran.err.startswith("2: ")
        assert "QXZW" in ran.err

    def test_sms_measures_json_lines(self) -> None:
        ran = loa(
            "sms", "--jsonl", stdin=json.dumps("Canh bao") + "\n" + json.dumps("Cảnh báo", ensure_ascii=False) + "\n"
        )
        plain, accented = map(json.loads, ran.out.splitlines())
        assert (plain["encoding"], plain["segments"], plain["forced_by"]) == ("GSM-7", 1, [])
        assert (accented["encoding"], accented["folded"], accented["folded_segments"]) == ("UCS-2", "Canh bao", 1)

    def test_sms_names_the_line_that_is_not_json(self) -> None:
        ran = loa("sms", "--jsonl", stdin='"a"\nb\n')
        assert ran.code == 2
        assert "2" in ran.err

    def test_say_writes_a_playable_mp3(self, site: Path, tmp_path: Path) -> None:
        out = tmp_path / "chao.mp3"
        assert loa("say", "Xin chào bà con, hãy gọi 113.", "-o", out, site=site).code == 0
        assert out.stat().st_size > 8_000


def test_a_rehearsed_week_is_on_disk_and_a_second_one_renders_nothing(site: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = loa("rehearse", "--from", "2026-11-23T00:00", "--days", "7", "--out", out, "--json", site=site)
    assert ran.code == 0, ran.err
    document = ran.json
    assert document["occurrences"] == 4
    assert document["deliveries"]["loudspeaker"]["confirmed"] == 6
    assert sum(document["deliveries"]["loudspeaker"].values()) == 6
    assert document["deliveries"]["sms"]["accepted"] == sum(document["deliveries"]["sms"].values()) > 0
    (recording,) = document["recordings"]
    assert (out / recording["path"]).is_file()
    assert abs(recording["lufs"] + 16) <= 0.5
    assert recording["dbtp"] <= -1.0
    with (out / document["as_run"]).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    assert {row["evidence"] for row in rows} == {"virtual"}
    assert {row["area"] for row in rows} == {"an-quang", "an-hung"}
    again = loa("rehearse", "--from", "2026-11-23T00:00", "--days", "7", "--out", out, "--json", site=site)
    assert again.json["recordings"] == document["recordings"]
    planned = loa("plan", "--from", "2026-11-23", "--json", site=site).json["occurrences"][0]
    assert planned["recording"] == recording["sha256"]


class TestAir:
    @pytest.fixture
    def site(self, tmp_path: Path, spoken: Callable[[Path], Path]) -> Path:
        return spoken(write_site(tmp_path / "site"))

    def test_a_rehearsal_never_empties_a_folder_that_is_not_its_own(self, site: Path, tmp_path: Path) -> None:
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "letter.txt").write_text("keep")
        assert loa("rehearse", "--out", tmp_path / "mine", site=site).code == 2
        assert (tmp_path / "mine" / "letter.txt").read_text() == "keep"

    def test_a_rehearsal_holds_as_many_people_as_the_list_and_no_real_number(self, site: Path, tmp_path: Path) -> None:
        numbers = tmp_path / "list.csv"
        numbers.write_text("phone,name\n" + "".join(f"091234567{d},Bà {d}\n" for d in range(5)), encoding="utf-8")
        assert loa("contacts", "import", numbers, "--list", "to-truong", "--basis", "Quyết định 1", site=site).code == 0
        out = tmp_path / "out"
        ran = loa("rehearse", "--from", "2026-11-28T00:00", "--days", "1", "--out", out, "--json", site=site)
        assert [each["recipients"] for each in ran.json["sms"]] == [5]
        written = "".join(path.read_text("utf-8-sig") for path in out.rglob("*.csv"))
        assert "8491234567" not in written
        assert "Bà" not in written

    def test_two_rehearsals_never_share_a_folder(self, site: Path, tmp_path: Path) -> None:
        import fcntl
        import os

        out = tmp_path / "out"
        out.mkdir()
        (out / "rehearsal.json").write_text("{}")
        handle = os.open(out, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(handle, fcntl.LOCK_EX)
        assert loa("rehearse", "--out", out, site=site).code == 2
        os.close(handle)
        assert (out / "rehearsal.json").exists()

    def test_a_slot_that_reaches_nobody_is_said_and_the_rest_is_rehearsed(self, tmp_path: Path) -> None:
        areas = FILES["config/areas.yaml"].replace("clusters:", "  - {id: phu-lien, name: Phù Liễn}\nclusters:")
        reaches = 'areas: [an-lao, phu-lien]\n    at_by_area: {phu-lien: "17:30"}'
        programme = FILES["schedules/canh-bao.yaml"].replace("areas: [an-lao]", reaches)
        root = write_site(tmp_path / "s", {"config/areas.yaml": areas, "schedules/canh-bao.yaml": programme})
        ran = loa(
            "rehearse", "--from", "2026-11-23T00:00", "--days", "1", "--out", tmp_path / "out", "--json", site=root
        )
        assert ran.json["deliveries"]["loudspeaker"]["confirmed"] == 2
        assert "rehearsal_trouble" in {each["code"] for each in ran.json["problems"]}

    def test_one_pass_hands_over_what_is_due_and_a_second_hands_over_nothing(self, site: Path) -> None:
        approve_all(site)
        first = loa("tick", "--now", "2026-11-23T17:00:05", site=site)
        assert first.code == 0, first.err
        lists = sorted((site / "var" / "playout").rglob("2026-11-23.m3u8"))
        assert [path.parent.name for path in lists] == ["an-hung-01", "an-quang-01"]
        before = [path.read_bytes() for path in lists]
        assert loa("tick", "--now", "2026-11-23T17:00:20", site=site).code == 0
        assert [path.read_bytes() for path in lists] == before

    def test_nothing_airs_that_nobody_approved_and_it_is_said(self, site: Path) -> None:
        waiting = loa("tick", "--now", "2026-11-23T17:00:05", site=site)
        assert waiting.code == 1
        assert "phê duyệt" in waiting.err
        approve_all(site)
        assert loa("tick", "--now", "2026-11-23T17:05:00", site=site).code == 0
        assert len(list((site / "var" / "playout").rglob("2026-11-23.m3u8"))) == 2

    def test_a_stale_hotline_holds_back_only_what_names_it(self, tmp_path: Path) -> None:
        stale = 'report_channels: [{id: "113", read: một một ba, for: công an, checked: 2026-11-01, valid_days: 5}]\n'
        root = write_site(tmp_path, {"config/report_channels.yaml": stale})
        approve_all(root)
        held = loa("tick", "--now", "2026-11-23T17:00:05", site=root)
        assert held.code == 0
        assert "quá hạn kiểm tra" in held.err
        listed = (root / "var" / "playout" / "an-quang-01" / "manifest.json").read_text(encoding="utf-8")
        aired = json.loads(listed)["items"][0]["duration_s"]
        problems = loa("plan", "--from", "2026-11-23", "--json", site=root).json["problems"]
        late = [each for each in problems if each["code"] == "report_channel_runs_out"]
        assert [each["file"] for each in late] == ["scripts_audio/gia-danh-cong-an.md"]
        fresh = write_site(tmp_path / "fresh")
        approve_all(fresh)
        assert loa("tick", "--now", "2026-11-23T17:00:05", site=fresh).code == 0
        both = (fresh / "var" / "playout" / "an-quang-01" / "manifest.json").read_text(encoding="utf-8")
        assert aired < json.loads(both)["items"][0]["duration_s"] - 3

    def test_what_is_too_late_is_missed_and_said(self, site: Path) -> None:
        approve_all(site)
        assert loa("tick", "--now", "2026-11-23T12:00:00", site=site).code == 0
        late = loa("tick", "--now", "2026-11-23T17:16:00", site=site)
        assert late.code == 1
        assert "chieu" in late.err
        assert not list((site / "var" / "playout").rglob("*.m3u8"))

    def test_sms_are_handed_over_once_with_no_number_in_any_output(self, site: Path, tmp_path: Path) -> None:
        approve_all(site)
        numbers = tmp_path / "list.csv"
        numbers.write_text("số điện thoại,họ tên\n0912345678,Bác Tư\n0987654321,Cô Ba\n", encoding="utf-8")
        imported = loa(
            "contacts", "import", numbers, "--list", "to-truong", "--basis", "Quyết định 1", "--json", site=site
        )
        assert imported.json == {"rows": 2, "imported": 2, "repaired": 0, "updated": 0, "duplicates": 0, "rejected": []}
        ran = loa("tick", "--now", "2026-11-28T09:00:05", site=site)
        assert ran.code == 0, ran.err
        (batch,) = (site / "var" / "handover").rglob("*.csv")
        assert "84912345678" in batch.read_text(encoding="utf-8-sig")
        assert oct(batch.stat().st_mode & 0o777) == "0o600"
        again = loa("tick", "--now", "2026-11-28T09:01:00", site=site)
        assert loa("plan", "--from", "2026-11-23", "--json", site=site).json["problems"] == []
        assert len(list((site / "var" / "handover").rglob("*.csv"))) == 1
        for text in (ran.out, ran.err, again.out, again.err, imported.out, imported.err):
            assert "912345678" not in text


def test_produce_is_repeatable(site: Path) -> None:
    ran = loa("produce", "--days", "7", "--json", site=site)
    assert ran.code == 0, ran.err
    assert ran.json["rendered"] > 0
    again = loa("produce", "--days", "7", "--json", site=site)
    assert again.json["rendered"] == 0


def test_a_bulletin_shows_how_it_will_be_read(site: Path) -> None:
    ran = loa("bulletin", "show", "gia-danh-cong-an", "--json", site=site)
    wanted = {"written": "113", "spoken": "một một ba", "offset": SCRIPT.split("---\n")[2].index("113")}
    assert any(wanted.items() <= reading.items() for reading in ran.json["readings"])
    assert loa("bulletin", "show", "gia-danh", site=site).code == 2


def test_the_station_starts_and_stops_cleanly(site: Path) -> None:
    from tests.acceptance.loa import LOA

    process = subprocess.Popen([LOA, "--site", str(site), "run"], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    with process.stderr as said:
        line = said.readline()
        process.terminate()
        assert process.wait(PATIENCE_S) == 0
    assert "Đài thử nghiệm" in line
