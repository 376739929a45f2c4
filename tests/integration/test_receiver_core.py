"""A receiver as it stands at a commune: `loa receiver run` in its own process, real `aplay`, real TLS, real kills."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.fleet.ports import Over
from pipeline.protocol.command import Order
from pipeline.protocol.plan import Airing
from tests.acceptance.loa import LOA
from tests.channel_cases import tone
from tests.patience import PATIENCE_S
from tests.receivers import mosquitto as real
from tests.receivers.mosquitto import ALSA, needs
from tests.receivers.stations import Stand, now, standing

pytestmark = needs("aplay")
RECEIVER = "an-quang-01"
WITHIN_S = PATIENCE_S
HEAVY = (
    "numpy",
    "sqlalchemy",
    "rich",
    "requests",
    "pydub",
    "openpyxl",
    "phonenumbers",
    "apscheduler",
    "twilio",
    "gtts",
)


class Commune:
    """An enrolled receiver's folder, with a relay that is a file and a sound device that is another."""

    def __init__(self, stand: Stand, root: Path) -> None:
        self.stand, self.root = stand, root
        stand.enrol(root, RECEIVER)
        self.relay, self.out = root / "relay", root / "out.raw"
        self.relay.write_text("1")  # left on by somebody
        (root / "asoundrc").write_text(
            f"<{ALSA}>\npcm.paced {{ type file slave.pcm {{ type null }} file {self.out} format raw }}\n"
        )
        settings = f"device: paced\nclock: {{trust: always}}\nfree_space: 10\nrelay: {{file: {self.relay}}}\n"
        (root / "receiver.yaml").write_text(settings, encoding="utf-8")

    def environment(self) -> dict[str, str]:
        return {**os.environ, "ALSA_CONFIG_PATH": str(self.root / "asoundrc"), "LOA_LANG": "vi"}

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        log = (self.root / "log").open("ab")
        command = [LOA, "receiver", "run", "--dir", str(self.root)]
        with log, subprocess.Popen(command, stderr=log, stdout=log, env=self.environment()) as child:
            try:
                yield child
            finally:
                if child.poll() is None:
                    child.terminate()
                child.wait(WITHIN_S)

    def loa(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [LOA, "receiver", *words, "--dir", str(self.root)]
        return subprocess.run(
            command, env=self.environment(), capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )

    def sounds(self, id: str, seconds: float, in_s: float, *, late_s: float = 300.0) -> Airing:
        content = tone(seconds)
        digest = hashlib.sha256(content).hexdigest()
        path = self.root.parent / f"{digest}.mp3"
        path.write_bytes(content)
        self.stand.ledger.sounds[RECEIVER, digest] = path
        begin = now() + timedelta(seconds=in_s)
        return Airing(id, digest, len(content), seconds, begin, begin + timedelta(seconds=late_s), title="Bản tin thử")

    def kinds(self) -> list[tuple[str, str]]:
        return self.stand.kinds(RECEIVER)


def comes(what: Callable[[], bool], within_s: float = WITHIN_S) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.02)  # asks a process beside this one
    return False


@pytest.fixture
def commune(tmp_path: Path) -> Iterator[Commune]:
    with standing(tmp_path / "station", broker=Path(real.PROGRAM).exists()) as stand:
        yield Commune(stand, tmp_path / "receiver")


def test_the_whole_way_from_a_plan_to_the_journal_at_the_station(commune: Commune) -> None:
    with commune.running() as child:
        assert comes(lambda: ("booted", "") in commune.kinds()), (commune.root / "log").read_text()
        one = commune.sounds("loa-1", 1.0, 4.0)
        commune.stand.publish(commune.stand.plan_of(RECEIVER, one))
        assert comes(lambda: ("ended", "") in commune.kinds()), (commune.root / "log").read_text()
        assert comes(lambda: commune.relay.read_text() == "0")
        entries = {each.kind.value: each for each in commune.stand.ledger.entries[RECEIVER]}
        assert one.begin - timedelta(seconds=0.5) <= entries["started"].at <= one.latest
        assert commune.out.stat().st_size > 48_000 * 4 * 0.9
        status = json.loads(commune.loa("status", "--json").stdout)
        assert (status["running"], status["plan"]["version"], status["queue"]) == (True, 1, 0)
        assert commune.loa("run").returncode == 1
        child.send_signal(signal.SIGTERM)
        assert child.wait(WITHIN_S) == 0
    lines = commune.loa("status").stdout.splitlines()
    assert len(lines) <= 10
    assert RECEIVER in lines[0]
    told = commune.loa("journal").stdout
    assert "phát xong “Bản tin thử” (loa-1)" in told
    assert json.loads(commune.loa("journal", "--json").stdout)["entries"][0]["kind"] == "booted"


def test_killed_while_it_sounds_it_falls_silent_lets_go_of_the_amplifier_and_never_begins_again(
    commune: Commune,
) -> None:
    one = commune.sounds("loa-1", 20.0, 3.0, late_s=600)
    (commune.root / "asoundrc").write_text(
        f"<{ALSA}>\npcm.paced {{ type file slave.pcm null file {commune.root}/pipe }}\n"
    )
    os.mkfifo(commune.root / "pipe")
    commune.stand.publish(commune.stand.plan_of(RECEIVER, one))
    with commune.running() as child:
        reader = os.open(commune.root / "pipe", os.O_RDONLY)  # plays as long as somebody reads
        try:
            assert os.read(reader, 4096)
            assert commune.relay.read_text() == "1"
            child.kill()
            child.wait()
        finally:
            os.close(reader)
    assert comes(lambda: commune.relay.read_text() == "0")
    (commune.root / "asoundrc").write_text(f"<{ALSA}>\npcm.paced {{ type file slave.pcm null file {commune.out} }}\n")
    with commune.running():
        assert comes(lambda: ("stopped", "died") in commune.kinds())
        time.sleep(1.0)  # it would begin again now
    assert [kind for kind, _ in commune.kinds() if kind in ("started", "resumed")] == ["started"]
    assert not commune.out.exists()


@needs("mosquitto")
def test_silence_stops_what_sounds_and_a_tone_is_answered(commune: Commune) -> None:
    stand = commune.stand
    (commune.root / "asoundrc").write_text(
        f"<{ALSA}>\npcm.paced {{ type file slave.pcm null file {commune.root}/pipe }}\n"
    )
    os.mkfifo(commune.root / "pipe")
    with commune.running():
        one = commune.sounds("loa-1", 30.0, 2.0, late_s=600)
        stand.publish(stand.plan_of(RECEIVER, one))
        reader = os.open(commune.root / "pipe", os.O_RDONLY)
        try:
            assert os.read(reader, 4096)
            assert comes(lambda: any(each.over is Over.BROKER for each in stand.ledger.news)), "it hears its broker"
            command = stand.command(RECEIVER, Order.SILENCE)
            stand.gate.publish_command(RECEIVER, command.sealed(stand.keys.signing()), command.id, command.expires)
            assert comes(lambda: ("stopped", "silenced") in commune.kinds()), commune.kinds()
            assert comes(lambda: commune.relay.read_text() == "0")
        finally:
            os.close(reader)


def test_what_runs_beside_an_amplifier_needs_none_of_the_stations_packages(commune: Commune) -> None:
    script = (
        "import sys, pathlib, threading\n"
        "from pipeline.receiver.building import build\n"
        f"with build(pathlib.Path({str(commune.root)!r})) as (running, _):\n"
        "    running.start(); threading.Event().wait(2.0); running.stop()\n"
        f"print([each for each in {HEAVY!r} if each in sys.modules])\n"
        "print(int(next(l for l in open('/proc/self/status') if l.startswith('VmRSS')).split()[1]) // 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=commune.environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    heavy, memory = done.stdout.splitlines()
    assert heavy == "[]"
    assert int(memory) < 50


def test_wrong_settings_are_named_with_their_place(commune: Commune) -> None:
    (commune.root / "receiver.yaml").write_text("device: default\nloudest: 3\nrelais: {}\n", encoding="utf-8")
    done = commune.loa("check")
    assert done.returncode == 2
    assert "receiver.yaml:2:10" in done.stderr
    assert "receiver.yaml:3:1" in done.stderr


def test_the_examination_names_what_is_wrong(commune: Commune) -> None:
    good = json.loads(commune.loa("check", "--relay", "--json").stdout)["checks"]
    assert {each["what"]: each["code"] for each in good} == dict.fromkeys(
        ("identity", "player", "clock", "disk", "line", "relay"), ""
    )
    (commune.root / "receiver.yaml").write_text("device: khong-co\nrelay: {file: /khong/co}\n", encoding="utf-8")
    done = commune.loa("check", "--relay")
    assert done.returncode == 1
    assert "Thiết bị âm thanh: không" in done.stdout or "Thiết bị âm thanh:" in done.stdout
    assert "rơ-le" in done.stdout


def test_a_folder_that_was_never_enrolled_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [LOA, "receiver", "run", "--dir", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 1
    assert "loa receiver enrol" in done.stderr


def test_an_older_plan_published_by_somebody_is_in_the_journal(commune: Commune) -> None:
    stand = commune.stand
    with commune.running():
        stand.publish(stand.plan_of(RECEIVER, version=5))
        assert comes(lambda: ("plan", "") in commune.kinds())
        stand.gate.publish_plan(RECEIVER, replace(stand.plan_of(RECEIVER), version=4).sealed(stand.keys.signing()))
        if Path(real.PROGRAM).exists():
            assert comes(lambda: ("refused", "plan_older") in commune.kinds())
