"""What goes wrong where people type, pipe and point at things: one clear line, the right exit code, no traceback."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.loa import Ran, loa
from tests.sites import FILES, write_site

LEXICON = "readings: [{write: CCB, read: cựu chiến binh}]\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write_site(tmp_path / "site", {"config/lexicon.yaml": LEXICON})


def _is_refused(ran: Ran, *words: str) -> bool:
    lines = ran.err.strip().splitlines()
    return ran.code == 2 and "Usage" not in ran.err and bool(lines) and all(word in lines[-1] for word in words)


class TestLines:
    def test_a_nest_of_brackets_is_no_string(self) -> None:
        assert _is_refused(loa("sms", "--jsonl", stdin="[" * 200_000), "dòng 1")

    @pytest.mark.parametrize("command", ["speech", "sms"])
    def test_bytes_that_are_no_text_are_named_by_their_line(self, command: str) -> None:
        ran = loa(command, stdin=b"a\n\xff\nb\n")
        assert _is_refused(ran, "dòng 2", "UTF-8")
        assert len(ran.out.splitlines()) == 1

    def test_half_a_character_and_another_locale_stop_nothing(self) -> None:
        ran = loa("sms", "--jsonl", stdin='"\\ud800 đ"\n', PYTHONIOENCODING="latin-1")
        assert ran.code == 0
        assert "đ" in json.loads(ran.out)["forced_by"]


class TestOutputs:
    @pytest.mark.parametrize("options", [("-o", "no/x.mp3"), ("-o", "x.mp3", "--plot", "no/x.svg")])
    def test_a_folder_that_is_not_there_is_said_before_anything_is_spoken(
        self, tmp_path: Path, options: tuple[str, ...]
    ) -> None:
        placed = [str(tmp_path / each) if "." in each else each for each in options]
        assert _is_refused(loa("say", "xin chào", *placed), str(tmp_path / "no"))
        assert not list(tmp_path.iterdir())

    def test_what_cannot_be_written_is_named(self) -> None:
        assert _is_refused(loa("say", "xin chào", "-o", "/proc/x.mp3"), "/proc/x.mp3")

    def test_a_rehearsal_that_cannot_be_written_is_refused(self, site: Path) -> None:
        assert _is_refused(loa("rehearse", "--out", "/proc/x", site=site), "/proc/x")

    @pytest.mark.parametrize("text", ["", "…", "😀"])
    def test_nothing_to_say_is_a_wrong_use_and_leaves_no_file(self, tmp_path: Path, text: str) -> None:
        ran = loa("say", text, "-o", tmp_path / "x.mp3")
        assert ran.code == 2
        assert "không có chữ nào để đọc" in ran.err
        assert not list(tmp_path.iterdir())

    def test_a_database_address_is_refused_without_its_password(self, site: Path) -> None:
        ran = loa("produce", site=site, LOA_DATABASE_URL="postgresql+psycopg://u:geheim@h:notaport/x")
        assert ran.code == 1
        assert "LOA_DATABASE_URL" in ran.err
        assert "geheim" not in ran.err


class TestWithoutASite:
    @pytest.mark.parametrize("command", [("speech",), ("sms", "--jsonl"), ("say", "x", "-o", "x.mp3")])
    @pytest.mark.parametrize("folder", ["nowhere", "empty", "loop"])
    def test_a_folder_that_is_named_must_be_a_site(self, tmp_path: Path, command: tuple[str, ...], folder: str) -> None:
        (tmp_path / "empty").mkdir()
        (tmp_path / "loop").symlink_to("loop")
        for ran in (
            loa(*command, site=tmp_path / folder, stdin='"113"\n'),
            loa(*command, "--site", tmp_path / folder, stdin='"113"\n'),
        ):
            assert _is_refused(ran, "--site")
            assert not ran.out

    def test_texts_are_read_where_no_site_is(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "config").mkdir()  # of some other program
        monkeypatch.chdir(tmp_path)
        assert loa("sms", stdin="x\n").code == 0
        assert loa("speech", stdin="ngày 5/12\n").code == 0
        assert loa("say", "xin chào", "-o", "x.mp3").code == 0

    def test_the_current_folder_is_the_site_where_it_is_one(self, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(site)
        assert loa("speech", stdin="CCB\n").out == "Cựu chiến binh\n"


class TestABrokenSite:
    @pytest.mark.parametrize("text", ["readings: [", "", LEXICON.replace("read:", "raed:")])
    @pytest.mark.parametrize("command", [("speech",), ("say", "CCB", "-o", "x.mp3")])
    def test_readings_of_its_own_are_never_lost_in_silence(
        self, site: Path, monkeypatch: pytest.MonkeyPatch, text: str, command: tuple[str, ...]
    ) -> None:
        (site / "config" / "lexicon.yaml").write_text(text, encoding="utf-8")
        monkeypatch.chdir(site)
        for ran in (loa(*command, stdin="CCB\n"), loa(*command, site=site, stdin="CCB\n")):
            assert _is_refused(ran, "config/lexicon.yaml:")
            assert not ran.out

    def test_only_what_speaks_needs_the_voices(self, tmp_path: Path) -> None:
        root = write_site(
            tmp_path / "site", {"config/station.yaml": "voices: [\n", "schedules/canh-bao.yaml": "a: b\n"}
        )
        assert _is_refused(loa("say", "x", "-o", tmp_path / "x.mp3", site=root), "config/station.yaml:")
        assert loa("speech", site=root, stdin="xin chào\n").code == 0

    def test_a_broken_programme_keeps_nobody_from_listening(self, tmp_path: Path) -> None:
        root = write_site(tmp_path / "site", {"schedules/canh-bao.yaml": "a: b\n", "config/areas.yaml": "a: b\n"})
        ran = loa("say", "xin chào", "-o", tmp_path / "x.mp3", site=root)
        assert (ran.code, ran.err) == (0, "")

    def test_a_name_cannot_forge_a_line(self, tmp_path: Path) -> None:
        root = write_site(tmp_path / "site", {"schedules/b:1:1: error: x\nc\x1b[31m.yaml": FILES["config/topics.yaml"]})
        ran = loa("check", site=root)
        assert ran.code == 2
        assert all(line.startswith("schedules/") for line in ran.out.splitlines())
        assert "\x1b" not in ran.out


class TestPlan:
    def test_a_title_is_text_and_nothing_else(self, tmp_path: Path) -> None:
        title = "Lừa [/đảo] :smile: [bold]"
        programme = FILES["schedules/canh-bao.yaml"].replace("Cảnh báo lừa đảo", f'"{title}"')
        ran = loa("plan", "--from", "2026-11-23", site=write_site(tmp_path, {"schedules/canh-bao.yaml": programme}))
        assert ran.code == 0
        assert title in ran.out

    def test_a_calendar_too_long_for_a_table_is_told_line_by_line(self, tmp_path: Path) -> None:
        hours = ", ".join(f'"{minute // 60}:{minute % 60:02}"' for minute in range(1_440))
        programme = FILES["schedules/canh-bao.yaml"].replace('"17:00"', f"[{hours}]")
        ran = loa(
            *("plan", "--from", "2026-11-23", "--days", "2"),
            site=write_site(tmp_path, {"schedules/canh-bao.yaml": programme}),
        )
        airings = [line for line in ran.out.splitlines() if re.match(r"  \d\d:\d\d  ", line)]
        assert len(airings) == 1_440
        assert airings[0].startswith("  00:00  Cảnh báo lừa đảo · chieu ")
        assert "· Giả danh công an" in airings[0]
        assert airings[-1].startswith("  23:59  ")


def test_a_hand_over_folder_that_is_a_file_is_told_without_holes(site: Path) -> None:
    (site / "var").mkdir()
    (site / "var" / "handover").write_text("", encoding="utf-8")
    list_ = site / "list.csv"
    list_.write_text("phone\n0912345678\n", encoding="utf-8")
    assert loa("contacts", "import", list_, "--list", "to-truong", "--basis", "QĐ 1", site=site).code == 0
    ran = loa("tick", "--now", "2026-11-28T09:00:05", site=site)
    assert ran.code == 1
    assert not [hole for hole in ("{", "}", "()", "“”") if hole in ran.err]


def test_a_thin_install_checks_files_and_says_what_a_station_needs(tmp_path: Path) -> None:
    root = write_site(tmp_path)
    start = "import sys; sys.modules['sqlalchemy'] = None; from pipeline.cli import main; main()"

    def thin(command: str) -> subprocess.CompletedProcess[str]:
        asked = [sys.executable, "-c", start, "--site", str(root), command]
        return subprocess.run(asked, capture_output=True, text=True, check=False)

    assert thin("check").returncode == 0
    assert thin("plan").returncode == 0
    produced = thin("produce")
    assert produced.returncode == 1
    assert "loa[station]" in produced.stderr
    assert "Traceback" not in produced.stderr
