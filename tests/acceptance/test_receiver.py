"""The whole way by processes: a station, a real broker, a receiver that enrols, plays and hands in its journal."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.loa import LOA, loa
from tests.patience import PATIENCE_S, until
from tests.ports import free_port
from tests.receivers import mosquitto as real
from tests.sites import AREAS, PROGRAMME, SCRIPT, STATION, approve_all, write_site

pytestmark = real.needs("mosquitto")

ALWAYS = STATION.replace('"05:00-06:30": daily, "17:00-19:00": daily', '"00:00-24:00": daily')
CLUSTERS = AREAS.replace("channel: thu-muc, address: {folder: an-quang-01}", "channel: may-thu").replace(
    "channel: thu-muc, address: {folder: an-hung-01}", "channel: may-thu"
)
PLAYER = """#!/usr/bin/env python3
import pathlib, sys, time
holds = pathlib.Path(__file__).with_name("holds")
if "/dev/null" not in " ".join(sys.argv):
    while sys.stdin.buffer.read(40000):
        time.sleep(0.1)
        while holds.exists():
            time.sleep(0.1)
"""


@dataclass
class Whole:
    """A station that runs, with one enrolled receiver that runs."""

    site: Path
    folder: Path
    path: str
    holds: Path  # while it is there, what sounds goes on sounding
    receiver: subprocess.Popen[str]

    def speakers(self, *more: str) -> dict[str, Any]:
        found = loa("speakers", "--json", *more, site=self.site).json
        return {each["id"]: each for each in found["speakers"]} | {"truths": found["last_7_days"]}

    def ours(self) -> dict[str, Any]:
        found: dict[str, Any] = self.speakers()["an-quang-01"]
        return found

    def start(self) -> None:
        self.receiver = _run([LOA, "receiver", "run", "--dir", str(self.folder)], self.path)


def _run(command: list[str], path: str) -> subprocess.Popen[str]:
    environ = {**os.environ, "PATH": path, "LOA_LANG": "vi"}
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environ)


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Whole]:
    site, folder = tmp_path / "dai", tmp_path / "may-thu"
    door, broker = free_port(), free_port()
    channels = f"""\
channels:
  may-thu:
    type: receiver
    listen: "127.0.0.1:{door}"
    address: "https://127.0.0.1:{door}"
    broker: "mqtts://127.0.0.1:{broker}"
    silent_after: 2m
  ban-giao: {{type: sms_file, path: var/handover}}
sms: {{channel: ban-giao}}
"""
    files = {
        "config/station.yaml": ALWAYS + "clock: {trust: always}\n",
        "config/areas.yaml": CLUSTERS,
        "config/channels.yaml": channels,
        "schedules/canh-bao.yaml": PROGRAMME.replace("days: [mon, wed, fri]", "days: daily"),
        "scripts_audio/vo-de.md": SCRIPT.replace("category:", "priority: emergency\ncategory:"),
    }
    write_site(site, files)
    approve_all(site)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "aplay").write_text(PLAYER)
    (tmp_path / "bin" / "aplay").chmod(0o755)
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    written = loa("speakers", "broker", "--out", tmp_path / "mq", site=site)
    assert written.code == 0, written.err
    with real.running(tmp_path / "mq", broker):
        station = _run([LOA, "--site", str(site), "run"], path)
        assert station.stderr is not None
        running, lines = [station], [station.stderr.readline()]
        try:
            until(lambda: _answers(door), "the station takes connections")
            code = loa("speakers", "enrol", "an-quang-01", site=site).out.strip()
            at = f"https://127.0.0.1:{door}"
            enrolled = loa("receiver", "enrol", "--station", at, "--code", code, "--dir", folder)
            assert enrolled.code == 0, enrolled.err
            (folder / "receiver.yaml").write_text("device: default\nclock: {trust: always}\n")
            receiver = _run([LOA, "receiver", "run", "--dir", str(folder)], path)
            made = Whole(site, folder, path, tmp_path / "bin" / "holds", receiver)
            running = [receiver, station]
            yield made
            running = [made.receiver, station]  # the one that was started last
        finally:
            for each in running:
                each.send_signal(signal.SIGTERM)
            for each in running:
                _, said = each.communicate(timeout=PATIENCE_S)
                assert "Traceback" not in said, lines[0] + said


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S):
        return True
    return False


@pytest.mark.timeout(900)
def test_from_enrolment_to_the_proof_that_it_sounded(whole: Whole) -> None:
    until(
        lambda: whole.ours()["to_come"] and whole.ours()["plan_held"] == whole.ours()["plan_issued"], "a plan is held"
    )
    assert (whole.ours()["state"], whole.ours()["well"]) == ("online", True)
    assert whole.speakers("--areas", "an-hung").keys() == {"an-hung-01", "truths"}
    assert whole.speakers()["an-hung-01"]["state"] == "unenrolled"

    whole.holds.touch()
    sent = loa("send", "vo-de", "--areas", "an-quang", "--now", "--yes", "--json", site=whole.site)
    assert set(sent.json["states"].values()) <= {"accepted", "unknown", "confirmed"}, sent.err
    until(lambda: whole.ours()["playing"], "it sounds")
    stopped = loa("stop", "--json", site=whole.site)
    assert (stopped.code, stopped.json["silenced"]) == (0, ["an-quang-01"]), stopped.err
    until(lambda: not whole.ours()["playing"], "it is silent")
    whole.holds.unlink()

    tone = loa("speakers", "tone", "an-quang-01", "--yes", "--json", site=whole.site)
    assert tone.json == {"receivers": [{"id": "an-quang-01", "sounded": True, "code": ""}]}, tone.err
    until(lambda: whole.ours()["test_tone"]["answered"], "the tone is in the list")

    loa("send", "vo-de", "--areas", "an-quang", "--now", "--yes", site=whole.site)
    until(lambda: whole.speakers()["truths"]["played"] == 1, "its journal has come")
    assert "an-quang-01" in loa("receiver", "status", "--dir", whole.folder).out

    coming = whole.ours()["to_come"]
    programme = whole.site / "schedules" / "canh-bao.yaml"
    programme.write_text(programme.read_text().replace("days: daily", "days: [sun]"))
    until(lambda: whole.ours()["to_come"] < coming, "what is deleted leaves the plan")
    until(lambda: whole.ours()["plan_held"] == whole.ours()["plan_issued"], "and the receiver has taken that plan")

    whole.receiver.kill()
    whole.receiver.communicate()
    until(lambda: whole.ours()["state"] == "silent", "the broker says that it is gone")
    assert not whole.ours()["well"]
    (whole.folder / "receiver.yaml").write_text((kept := (whole.folder / "receiver.yaml").read_text()) + "lien: 2\n")
    beside = loa("receiver", "status", "--dir", whole.folder, "--json").json
    assert {each["code"] for each in beside["faults"]} == {"receiver_not_running", "receiver_settings_wrong"}
    (whole.folder / "receiver.yaml").write_text(kept)
    assert "máy thu không chạy" in loa("receiver", "status", "--dir", whole.folder).out
    unwell = loa("speakers", "--problems", site=whole.site)
    assert (unwell.code, "mất liên lạc" in unwell.out) == (1, True)
    whole.start()
    until(lambda: whole.ours()["state"] == "online", "it is back")

    revoked = loa("speakers", "revoke", "an-quang-01", "--yes", site=whole.site)
    assert revoked.code == 0, revoked.err
    assert whole.ours()["state"] == "revoked"


def test_without_a_station_no_tone_is_promised(tmp_path: Path) -> None:
    channels = "channels:\n  may-thu: {type: receiver, listen: '127.0.0.1:8443', address: 'https://127.0.0.1:8443'}\n"
    files = {
        "config/station.yaml": ALWAYS,
        "config/areas.yaml": CLUSTERS,
        "config/channels.yaml": channels,
        "schedules/canh-bao.yaml": None,
    }
    site = write_site(tmp_path, files)
    asked = loa("speakers", "tone", "an-quang-01", "--yes", site=site)
    assert asked.code == 1
    assert "loa run" in asked.err
    assert loa("speakers", "tone", "an-quang-1", "--yes", site=site).code == 2
    assert "an-quang-01" in loa("speakers", "tone", "an-quang-1", "--yes", site=site).err
    assert loa("speakers", "tone", "--yes", site=site).code == 2
    shown = loa("speakers", site=site)
    assert (shown.code, shown.out.count("chưa ghi")) == (0, 2)


def test_a_station_without_receivers_says_so(tmp_path: Path) -> None:
    ran = loa("speakers", site=write_site(tmp_path))
    assert ran.code == 2
    assert "type: receiver" in ran.err
