"""An urgent bulletin and a stop, as an operator gives them: with the station running, and without."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.acceptance.loa import LOA, loa
from tests.channel_cases import fake_player
from tests.patience import PATIENCE_S
from tests.sites import AREAS, CHANNELS, SCRIPT, STATION, write_site

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PASSPHRASE = "mưa nguồn chớp bể 1971"
ALWAYS = STATION.replace('"05:00-06:30": daily, "17:00-19:00": daily', '"00:00-24:00": daily')
NEVER = STATION.replace('"05:00-06:30": daily, "17:00-19:00": daily, ', '"00:00-00:01": mon, ')
URGENT = SCRIPT.replace("category:", "priority: emergency\ncategory:")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that may always speak, with one approved bulletin."""
    root = write_site(tmp_path_factory.mktemp("site"), {"config/station.yaml": ALWAYS + "clock: {trust: always}\n"})
    approve(root, "gia-danh-cong-an")
    return root


def approve(root: Path, *bulletins: str, person: str = "an") -> None:
    given = ("--passphrase-file", "-")
    added = loa("person", "add", person, "--name", person, "--role", "approver", *given, site=root, stdin=PASSPHRASE)
    assert added.code == 0, added.err
    approved = loa("bulletin", "approve", *bulletins, "--by", person, *given, site=root, stdin=PASSPHRASE)
    assert approved.code == 0, approved.err


@pytest.fixture
def running(site: Path) -> Iterator[Path]:
    station = subprocess.Popen([LOA, "--site", str(site), "run"], stderr=subprocess.PIPE, text=True)
    assert station.stderr is not None
    assert station.stderr.readline()
    yield site
    station.send_signal(signal.SIGTERM)
    assert station.wait(PATIENCE_S) == 0
    station.stderr.close()


def listed(site: Path, cluster: str = "an-quang-01") -> int:
    return sum(path.read_text().count("#EXTINF") for path in (site / "var" / "playout" / cluster).glob("*.m3u8"))


def send(site: Path, *more: str) -> Any:
    return loa("send", "gia-danh-cong-an", "--areas", "an-quang", *more, "--json", site=site)


def test_without_a_station_the_command_airs_it_and_stop_takes_it_back(site: Path) -> None:
    ran = send(site, "--now", "--repeat", "2")
    assert ran.code == 0, ran.err
    facts = ran.json
    assert facts["states"] == {"an-quang-01": "accepted"}
    assert [each["area"] for each in facts["clusters"]] == ["an-quang"]
    assert (facts["station_running"], facts["repeat"], facts["priority"]) == (False, 2, "routine")
    assert "Cụm loa Quang Hưng" in ran.err
    assert listed(site) == 1
    stopped = loa("stop", "--json", site=site)
    assert stopped.code == 0
    assert stopped.json["listed"] == ["an-quang-01"]
    assert listed(site) == 0
    assert "Không có gì" in loa("stop", site=site).err


def test_a_running_station_airs_it_within_a_moment_and_stops_it_when_told(running: Path) -> None:
    ran = send(running, "--now")
    assert ran.code == 0, ran.err
    assert ran.json["station_running"] is True
    stopped = loa("stop", "--areas", "an-quang", "--json", site=running)
    assert stopped.code == 0, stopped.err
    facts = stopped.json
    assert facts["listed"] + facts["withdrawn"] == ["an-quang-01"]
    assert listed(running) == 0


def test_what_is_planned_for_later_stays_through_a_stop(site: Path) -> None:
    later = (datetime.now(UTC).astimezone(ZONE) + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
    ran = send(site, "--at", later)
    assert ran.code == 0, ran.err
    assert ran.json["states"] == {"an-quang-01": "planned"}
    assert "loa run" in ran.err  # nobody is there to air it
    assert loa("stop", "--json", site=site).json["withdrawn"] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("gia-danh-cong-an", "--areas", "an-quang"), "--now"),
        (("gia-danh-cong-an", "--areas", "an-quang", "--now", "--at", "2030-01-01T05:00"), "--now"),
        (("gia-danh-cong-an", "--areas", "an-quan", "--now"), "an-quang"),
        (("gia-danh-cong", "--areas", "an-quang", "--now"), "gia-danh-cong-an"),
        (("gia-danh-cong-an", "--areas", "an-quang", "--at", "2020-01-01T05:00"), "2020"),
        (("gia-danh-cong-an", "--now"), "--areas"),
    ],
)
def test_a_wrong_request_is_named_and_airs_nothing(site: Path, arguments: tuple[str, ...], said: str) -> None:
    before = listed(site)
    ran = loa("send", *arguments, site=site)
    assert ran.code == 2
    assert said in ran.err
    assert listed(site) == before


def test_what_nobody_approved_is_refused_with_its_remedy(site: Path) -> None:
    ran = loa("send", "deepfake", "--areas", "an-quang", "--now", site=site)
    assert ran.code == 1
    assert "loa bulletin approve" in ran.err


def test_outside_the_hours_only_an_emergency_with_two_approvals_airs(tmp_path: Path) -> None:
    root = write_site(tmp_path, {"config/station.yaml": NEVER, "scripts_audio/khan-cap.md": URGENT})
    approve(root, "gia-danh-cong-an", "khan-cap")
    quiet = send(root, "--now")
    assert quiet.code == 1
    assert "khung giờ" in quiet.err
    alone = loa("send", "khan-cap", "--areas", "an-lao", "--now", site=root)
    assert alone.code == 1
    approve(root, "khan-cap", person="binh")
    ran = loa("send", "khan-cap", "--areas", "an-lao", "--now", site=root)
    assert ran.code == 0, ran.err
    assert [listed(root, each) for each in ("an-quang-01", "an-hung-01")] == [1, 1]
    assert "emergency_outside_window" in loa("audit", "list", "--json", site=root).out


def test_one_pass_plays_an_airing_once_for_all_clusters_of_a_device(tmp_path: Path) -> None:
    areas = AREAS.replace("thu-muc", "may-tram")
    channels = CHANNELS.replace("  ban-giao:", "  may-tram: {type: sound_card, device: loa}\n  ban-giao:")
    root = write_site(tmp_path / "site", {"config/areas.yaml": areas, "config/channels.yaml": channels})
    approve(root, "gia-danh-cong-an", "deepfake")
    fake_player(tmp_path / "bin")
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    ran = loa("tick", "--now", "2026-11-23T17:00:05", site=root, PATH=path)
    assert ran.code == 0, ran.err
    assert len((tmp_path / "bin" / "aplay.log").read_text().splitlines()) == 1
