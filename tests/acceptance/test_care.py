"""Looking after a station by what an operator types: doctor, status, tell, backup, restore."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.app import sole_station
from tests.acceptance.loa import LOA, loa
from tests.far_ends import HttpEnd, http_end
from tests.patience import PATIENCE_S
from tests.sites import FILES, STATION, write_site

TELLING = STATION + "telling: {to: [env:LOA_TELL_URL], ping: env:LOA_PING_URL}\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write_site(tmp_path / "site", {"config/station.yaml": TELLING})


@pytest.fixture
def web() -> Iterator[HttpEnd]:
    with http_end() as end:
        yield end


def addresses(web: HttpEnd) -> dict[str, str]:
    return {"LOA_TELL_URL": f"json://u:bimat@{web.address}/hook", "LOA_PING_URL": f"http://{web.address}/ping-bimat"}


class TestTell:
    def test_a_test_reaches_everybody_and_shows_no_secret(self, site: Path, web: HttpEnd) -> None:
        ran = loa("tell", "test", site=site, **addresses(web))
        assert ran.code == 0, ran.err
        assert {(method, path) for method, path, _ in web.requests} == {("POST", "/hook"), ("GET", "/ping-bimat")}
        assert ran.out.count("đã nhận") == 2
        assert "bimat" not in ran.out + ran.err

    def test_what_is_refused_is_named_by_its_variable(self, site: Path, web: HttpEnd) -> None:
        web.status = 500
        ran = loa("tell", "test", site=site, **{**addresses(web), "LOA_PING_URL": ""})
        assert ran.code == 1
        assert ran.out.count("KHÔNG") == 2
        assert "LOA_TELL_URL" in ran.out
        assert "bimat" not in ran.out + ran.err

    def test_where_nobody_is_named_it_says_how(self, tmp_path: Path) -> None:
        ran = loa("tell", "test", site=write_site(tmp_path / "site"))
        assert ran.code == 2
        assert "telling" in ran.err

    def test_a_missed_airing_reaches_the_people_once_in_both_languages(self, site: Path, web: HttpEnd) -> None:
        env = addresses(web)
        assert loa("tick", "--now", "2026-11-23T12:00:00", site=site, **env).code == 0
        assert loa("tick", "--now", "2026-11-23T17:16:00", site=site, **env).code == 1
        for minute in (17, 18, 30):
            loa("tick", "--now", f"2026-11-23T17:{minute}:30", site=site, **env)
        (said,) = [json.loads(body) for method, _, body in web.requests if method == "POST"]
        assert said["title"].startswith("Đài thử nghiệm: ")
        assert "17:00" in said["message"]
        assert "Lỡ lượt" in said["message"]
        assert "Missed" in said["message"]


class TestDoctor:
    def test_everything_that_is_missing_is_named_with_what_to_do(self, site: Path) -> None:
        ran = loa("doctor", "--json", site=site)
        assert ran.code == 1
        document = ran.json
        names = [each["name"] for each in document["checks"]]
        assert names[0] == "site_files"
        assert len(names) == len(set(names)) >= 16
        findings = [each for check in document["checks"] for each in check["findings"]]
        assert document["problems"] == sum(each["level"] == "problem" for each in findings) > 0
        assert {"address_unset", "address_bad"} <= {each["code"] for each in findings}
        assert all(each["message"] and each["hint"] for each in findings if each["level"] == "problem")

    def test_people_read_a_line_a_check_and_what_to_do(self, site: Path) -> None:
        ran = loa("doctor", site=site)
        assert ran.code == 1
        assert "Các tệp của đài" in ran.out
        assert " → " in ran.out
        assert ran.out.rstrip().endswith("việc phải làm.")

    def test_a_folder_without_a_site_is_a_finding_and_stays_empty(self, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        ran = loa("doctor", "--json", site=tmp_path / "empty")
        assert ran.code == 1
        assert [each["code"] for each in ran.json["checks"][0]["findings"]] == ["site_has_errors"]
        assert list((tmp_path / "empty").iterdir()) == []


class TestStatus:
    def test_it_is_read_in_ten_lines(self, site: Path) -> None:
        loa("tick", "--now", "2026-11-23T12:00:00", site=site)
        loa("tick", "--now", "2026-11-23T17:16:00", site=site)
        ran = loa("status", site=site)
        assert ran.code == 0
        assert len(ran.out.splitlines()) <= 10
        assert "ĐÀI KHÔNG CHẠY" in ran.out

    def test_a_station_that_does_not_run_is_never_called_free_of_trouble(self, site: Path) -> None:
        ran = loa("status", site=site)
        assert "ĐÀI KHÔNG CHẠY" in ran.out
        assert "Không có trục trặc" not in ran.out
        assert "không ai trông trục trặc" in ran.out

    def test_machines_read_the_same(self, site: Path) -> None:
        document = loa("status", "--json", site=site).json
        assert document["running"] is False
        assert set(document["media"]) == {"loudspeaker", "sms"}
        assert set(document["media"]["loudspeaker"]) == {"now", "next", "last"}
        assert document["media"]["loudspeaker"]["next"]["slot"] == "chieu"
        assert document["problems"] == []

    def test_open_problems_are_named(self, site: Path) -> None:
        loa("tick", "--now", "2026-11-23T12:00:00", site=site)
        loa("tick", "--now", "2026-11-23T17:16:00", site=site)
        (problem,) = loa("status", "--json", site=site).json["problems"]
        assert problem["code"] == "airing_missed"
        assert "17:00" in problem["message"]
        assert problem["hint"]


class TestBackup:
    def test_a_station_moves_to_another_machine(self, site: Path, tmp_path: Path) -> None:
        numbers = tmp_path / "list.csv"
        numbers.write_text("phone\n0912345678\n", encoding="utf-8")
        loa("contacts", "import", numbers, "--list", "to-truong", "--basis", "Quyết định 1", site=site)
        ran = loa("backup", "--to", tmp_path / "usb", "--keep", "3", site=site)
        assert ran.code == 0, ran.err
        keys, archive = sorted((tmp_path / "usb").iterdir())
        assert str(keys) in ran.out
        other = tmp_path / "other"
        done = loa("restore", archive, "--keys", keys, site=other)
        assert done.code == 0, done.err
        assert (other / "schedules/canh-bao.yaml").read_text(encoding="utf-8") == FILES["schedules/canh-bao.yaml"]
        plan = loa("plan", "--from", "2026-11-23", "--json", site=other)
        assert "contact_list_missing" not in {each["code"] for each in plan.json["problems"]}
        tick = loa("tick", "--now", "2026-11-28T09:00:05", site=other)
        assert "khôi phục" in tick.err
        for each in (ran, done, plan, tick):
            assert "912345678" not in each.out + each.err

    def test_without_its_keys_it_says_what_is_missing(self, site: Path, tmp_path: Path) -> None:
        numbers = tmp_path / "list.csv"
        numbers.write_text("phone\n0912345678\n", encoding="utf-8")
        loa("contacts", "import", numbers, "--list", "to-truong", "--basis", "Quyết định 1", site=site)
        loa("backup", "--to", tmp_path / "usb", site=site)
        done = loa("restore", sorted((tmp_path / "usb").iterdir())[1], site=tmp_path / "other")
        assert done.code == 1
        assert "khóa" in done.err

    def test_nothing_is_restored_while_a_station_runs(self, site: Path) -> None:
        loa("backup", site=site)
        (archive,) = (site / "var/backup").glob("*.tar.gz")
        with sole_station(site):
            assert loa("backup", site=site).code == 0
            ran = loa("restore", archive, site=site)
        assert ran.code == 1
        assert "đang chạy" in ran.err
        assert not list(site.glob("var.before-*"))

    def test_a_file_that_is_no_backup_is_wrong_input(self, site: Path, tmp_path: Path) -> None:
        (tmp_path / "x.tar.gz").write_text("không phải")
        for name in ("x.tar.gz", "nowhere.tar.gz"):
            ran = loa("restore", tmp_path / name, site=site)
            assert ran.code == 2
            assert name in ran.err


class TestDatabase:
    def test_a_damaged_one_is_mended_from_the_last_copy_and_said(self, site: Path) -> None:
        loa("tick", "--now", "2026-11-23T12:00:00", site=site)
        assert len(list((site / "var/backup").glob("loa-20261123-*.db"))) == 1
        (site / "var/loa.db").write_bytes(b"rubbish" * 4000)
        ran = loa("tick", "--now", "2026-11-23T17:02:00", site=site)
        assert "loa-20261123-120" in ran.err
        assert not list((site / "var/playout").rglob("*.m3u8"))
        codes = {each["code"] for each in loa("status", "--json", site=site).json["problems"]}
        assert codes == {"database_restored", "airing_missed"}
        (aside,) = (site / "var").glob("damaged-*")
        assert (aside / "loa.db").read_bytes().startswith(b"rubbish")
        again = loa("tick", "--now", "2026-11-23T17:03:00", site=site)
        assert "khôi phục" not in again.err

    @pytest.mark.parametrize("command", [("tick",), ("run",), ("status",)])
    def test_one_of_a_newer_loa_is_refused_with_a_sentence(self, site: Path, command: tuple[str]) -> None:
        loa("tick", "--now", "2026-11-23T12:00:00", site=site)
        with closing(sqlite3.connect(site / "var/loa.db")) as raw:
            raw.execute("UPDATE alembic_version SET version_num = '9999'")
            raw.commit()
        ran = loa(*command, site=site)
        assert ran.code == 1
        assert "9999" in ran.err
        assert "mới hơn" in ran.err
        with closing(sqlite3.connect(site / "var/loa.db")) as raw:
            assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)


def test_a_running_station_says_outside_that_it_lives(site: Path, web: HttpEnd) -> None:
    environ = {"PATH": "/usr/bin:/bin", "LOA_LANG": "vi", **addresses(web)}
    process = subprocess.Popen([LOA, "--site", str(site), "run"], stderr=subprocess.PIPE, text=True, env=environ)
    assert process.stderr is not None
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.extend(process.stderr or ()), daemon=True)
    reader.start()
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and not any(path == "/ping-bimat" for _, path, _ in web.requests):
        time.sleep(0.1)
    status = loa("status", "--json", site=site)
    process.terminate()
    assert process.wait(PATIENCE_S) == 0, said
    reader.join(PATIENCE_S)
    process.stderr.close()
    assert ("GET", "/ping-bimat", b"") in web.requests
    assert status.json["running"] is True
    assert "bimat" not in "".join(said)
    assert list((site / "var/backup").glob("loa-*.db"))
