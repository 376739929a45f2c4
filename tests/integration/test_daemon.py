"""`loa run` as systemd and operators see it: one a site, ready when it is, told of edits, gone when it is told to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.app import is_station_running
from pipeline.store import Store
from tests.acceptance.loa import loa
from tests.patience import PATIENCE_S
from tests.sites import FILES, write_site

LOA = str(Path(sys.executable).with_name("loa"))
SCHEDULE = "schedules/canh-bao.yaml"


class Running:
    """A station in a process of its own, and the socket on which it talks to systemd."""

    def __init__(self, root: Path, socket_at: Path) -> None:
        self.root = root
        self.systemd = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.systemd.bind(str(socket_at))
        self.systemd.settimeout(PATIENCE_S)
        environ = {**os.environ, "LOA_LANG": "vi", "NOTIFY_SOCKET": str(socket_at)}
        self.process = subprocess.Popen([LOA, "--site", str(root), "run"], stderr=subprocess.PIPE, env=environ)

    def hears(self, word: str) -> None:
        while self.systemd.recv(100) != word.encode():
            pass

    def until(self, happened: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not happened():
            assert time.monotonic() < deadline
            assert self.process.poll() is None
            time.sleep(0.1)

    def stop(self) -> str:
        self.process.send_signal(signal.SIGTERM)
        said = self.process.communicate(timeout=PATIENCE_S)[1].decode()
        self.systemd.close()
        return said


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    station = Running(write_site(tmp_path / "site"), tmp_path / "notify")
    yield station
    station.process.kill()
    station.process.communicate()
    station.systemd.close()


def test_a_station_is_ready_alone_alive_and_stops_when_told(running: Running) -> None:
    running.hears("READY=1")
    assert is_station_running(running.root)
    for command in (("run",), ("tick",)):
        second = loa(*command, site=running.root)
        assert second.code == 1
        assert "đang chạy" in second.err
    running.hears("WATCHDOG=1")
    said = running.stop()
    assert running.process.returncode == 0, said
    assert "Traceback" not in said
    assert "Đã dừng." in said
    assert not is_station_running(running.root)


def test_a_killed_station_leaves_the_site_free(running: Running) -> None:
    running.hears("READY=1")
    running.process.kill()
    running.process.wait()
    assert not is_station_running(running.root)


def test_edits_are_taken_over_and_told_while_it_runs_and_broken_ones_are_not(running: Running) -> None:
    store = Store(f"sqlite:///{running.root / 'var' / 'loa.db'}")
    running.hears("READY=1")

    def noted(code: str) -> Callable[[], bool]:
        return lambda: code in {each.code for each in store.open_notices()}

    write_site(running.root, {SCHEDULE: FILES[SCHEDULE].replace('"17:00"', '"17:40"')})
    running.until(noted("edit_moves"))
    write_site(running.root, {SCHEDULE: "programme: [", "config/areas.yaml": "areas: {"})
    running.until(noted("site_broken"))
    said = running.stop()
    store.close()
    assert "17:40" in said
    again = Running(running.root, running.root / "notify")
    again.hears("READY=1")
    assert "bản tốt gần nhất" in again.stop()


def test_the_clock_is_shown_and_vouched_for(tmp_path: Path) -> None:
    root = write_site(tmp_path)
    shown = loa("clock", "show", "--json", site=root)
    assert shown.code == (0 if shown.json["trusted"] else 1)
    assert loa("clock", "trust", site=root).code == 0
    assert loa("clock", "show", "--json", site=root).json["trusted"]


def test_the_unit_of_systemd_names_this_site_and_where_it_may_write(tmp_path: Path) -> None:
    root = write_site(tmp_path / "đài 100%")
    shown = loa("service", "show", "--user", "loa", site=root)
    assert shown.code == 0
    assert f'--site "{root}" run'.replace("%", "%%") in shown.out
    assert f'ReadWritePaths="{root}/var"'.replace("%", "%%") in shown.out
    for line in ("User=loa", "Restart=always", "Type=notify", "ProtectSystem=strict", "NoNewPrivileges=yes"):
        assert line in shown.out.splitlines()
    assert "@" not in "".join(line for line in shown.out.splitlines() if line[:1] != "#")
    done = loa("service", "install", "--user", "loa", "--to", tmp_path, site=root)
    assert done.code == 0
    assert (tmp_path / "loa.service").read_text(encoding="utf-8") == shown.out
    refused = loa("service", "install", "--to", tmp_path / "no", site=root)
    assert refused.code == 1
    assert "sudo" in refused.err
    strange = write_site(tmp_path / 'a"b')
    assert loa("service", "show", site=strange).code == 2
