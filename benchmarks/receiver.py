"""The receiver, for real: due time to first sample through `aplay`, start to ready, what it costs while it idles.

The sound device is an ALSA file on a FIFO; whoever reads its first byte notes the time. The station is a stand-in that
never answers: nothing of what is measured needs a network. But for `sent`: there all is real but the loudspeaker.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.clock import ClockTrust
from pipeline.domain import Priority
from pipeline.playout import Player, ffmpeg
from pipeline.protocol.journal import Handed
from pipeline.protocol.plan import Airing, ReceiverPlan
from pipeline.protocol.status import Status
from pipeline.receiver.core import Core
from pipeline.receiver.folder import Folder
from pipeline.receiver.loudspeaker import Loudspeaker, go_before_others
from pipeline.receiver.ports import Arrival, LineError
from pipeline.receiver.relay import Relay, RelaySettings
from pipeline.receiver.running import Running, wall_clock
from pipeline.receiver.settings import ReceiverSettings
from pipeline.signing import KEYRING, ROOT, Keyring, SigningKey, fingerprint, seal
from tests.acceptance.loa import LOA, loa
from tests.ports import free_port
from tests.receivers import mosquitto
from tests.sites import AREAS, PROGRAMME, SCRIPT, STATION, approve_all, write_site

ALSA = "/usr/share/alsa/alsa.conf"
STARTS = 200
APART_S = 1.2
IDLE_S = 60.0


class DeadLine:
    """A network that is not there."""

    def keyring(self) -> bytes:
        raise LineError("line_unreachable")

    def plan(self, known: int) -> bytes | None:
        raise LineError("line_unreachable")

    def sound(self, sha256: str, size: int, part: Path) -> None:
        raise LineError("line_unreachable")

    def held(self, journal: str) -> int:
        raise LineError("line_unreachable")

    def hand_in(self, piece: Handed) -> int:
        raise LineError("line_unreachable")

    def tell(self, status: Status) -> None:
        raise LineError("line_unreachable")

    def offset_s(self) -> float | None:
        return None


class Bench:
    """One receiver in a folder, with its station's keys."""

    def __init__(self, root: Path, device: str, relay: RelaySettings | None = None) -> None:
        self.root_key, self.key = SigningKey.make(ROOT), SigningKey.make("k1")
        self.folder = Folder(root)
        self.folder.prepare()
        settings = ReceiverSettings(device=device, always_trusted=True, free_space=10)
        public = self.key.public(datetime.now(UTC) - timedelta(days=1))
        keyring = seal(Keyring(self.root_key.raw, 1, (public,)).payload(), KEYRING, self.root_key)
        self.core = Core(
            self.folder,
            settings,
            "an-quang-01",
            self.root_key.raw,
            Loudspeaker(Player(device), Relay(relay), wall_clock),
            clock=wall_clock,
            trust=ClockTrust(wall_clock, self.folder, always=True),
            first_keyring=keyring,
        )
        self.running = Running(self.core, DeadLine(), DeadLine(), None)
        self.version = int(time.time() * 1000)

    def plan(self, airings: list[Airing], lead_in_s: float = 0.0) -> None:
        self.version += 1
        now = datetime.now(UTC)
        plan = ReceiverPlan(
            "an-quang-01",
            fingerprint(self.root_key.raw),
            self.version,
            now,
            now + timedelta(days=8),
            "Asia/Ho_Chi_Minh",
            tuple(airings),
            lead_in=timedelta(seconds=lead_in_s),
        )
        self.core.arrive("plan", Arrival(plan.sealed(self.key), retained=False))

    def keep(self, name: str, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        (self.folder.sounds / digest).write_bytes(content)
        return digest


def tone(seconds: float) -> bytes:
    source = f"sine=440:duration={seconds}:sample_rate=32000"
    form = ["-c:a", "libmp3lame", "-b:a", "64k", "-f", "mp3", "pipe:1"]
    command = [ffmpeg(), "-v", "error", "-f", "lavfi", "-i", source, *form]
    return subprocess.run(command, check=True, capture_output=True).stdout


class Ear:
    """Reads what the device is given, and notes when each playing gave its first byte."""

    def __init__(self, pipe: Path) -> None:
        os.mkfifo(pipe)
        self._pipe = pipe
        self.first: list[float] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        go_before_others()
        while True:
            with self._pipe.open("rb", buffering=0) as sound:
                noted = False
                while block := sound.read(65536):
                    if not noted and block.strip(b"\0"):
                        self.first.append(time.time())
                        noted = True


def starts(count: int = STARTS) -> dict[str, float]:
    """Milliseconds from the planned moment to the first sample that left `aplay`."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "asoundrc").write_text(f"<{ALSA}>\npcm.ear {{ type file slave.pcm null file {root}/ear format raw }}\n")
        os.environ["ALSA_CONFIG_PATH"] = str(root / "asoundrc")
        ear = Ear(root / "ear")
        bench = Bench(root, "ear")
        sound = tone(0.5)
        digest = bench.keep("tone", sound)
        bench.running.start()
        first = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=5)
        one = Airing("a", digest, len(sound), 0.5, first, first, title="đo")
        airings = []
        for number in range(count):
            begin = first + timedelta(seconds=number * APART_S)
            airings.append(replace(one, id=f"a{number}", begin=begin, latest=begin + timedelta(seconds=1)))
        bench.plan(airings)
        while datetime.now(UTC) < airings[-1].begin + timedelta(seconds=2):
            time.sleep(0.5)
        bench.running.stop()
        return judged(airings, ear.first)


def judged(airings: list[Airing], heard: list[float]) -> dict[str, float]:
    late = []
    for each in airings:
        found = [at - each.begin.timestamp() for at in heard if -0.1 < at - each.begin.timestamp() < APART_S - 0.1]
        late += found[:1]
    late.sort()
    return {
        "starts": len(airings),
        "heard": len(late),
        "p50_ms": 1000 * statistics.median(late),
        "p99_ms": 1000 * late[int(0.99 * (len(late) - 1))],
        "max_ms": 1000 * late[-1],
        "min_ms": 1000 * late[0],
    }


def urgent(count: int = 20) -> dict[str, float]:
    """Milliseconds from the arrival of a plan with an EMERGENCY that begins now to its first sample."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "asoundrc").write_text(f"<{ALSA}>\npcm.ear {{ type file slave.pcm null file {root}/ear format raw }}\n")
        os.environ["ALSA_CONFIG_PATH"] = str(root / "asoundrc")
        ear = Ear(root / "ear")
        bench = Bench(root, "ear")
        sound = tone(0.5)
        digest = bench.keep("tone", sound)
        bench.running.start()
        late = []
        for number in range(count):
            time.sleep(1.5)
            now = datetime.now(UTC)
            one = Airing(f"e{number}", digest, len(sound), 0.5, now, now + timedelta(minutes=5), Priority.EMERGENCY)
            before, began = len(ear.first), time.time()
            bench.plan([one])
            while len(ear.first) == before and time.time() - began < 5:
                time.sleep(0.002)
            late.append(1000 * (ear.first[-1] - began))
        bench.running.stop()
        return {"p50_ms": statistics.median(late), "max_ms": max(late)}


def sent(count: int = 10, lead_in: str = "0s") -> dict[str, float]:
    """Seconds from the start of `loa send --now` to the first sample: broker, TLS, a relay that is off, sounds held.

    `lead_in`: of receiver.yaml; the plan's is 2 s.
    """
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as name:
        root, took = Path(name), list[float]()
        with whole(root, lead_in) as (site, ear):
            for number in range(count + 1):
                until(lambda: (root / "relay").read_text() == "0")
                time.sleep(3)
                before, began = len(ear.first), time.time()
                ran = loa("send", "vo-de", "--areas", "an-quang", "--now", "--yes", site=site)
                assert ran.code == 0, ran.err
                until(lambda before=before: len(ear.first) > before)
                took += [ear.first[-1] - began] if number else []  # the first one has to be produced and fetched
                time.sleep(2)
        load = os.getloadavg()[0]
    return {"p50_s": statistics.median(took), "min_s": min(took), "max_s": max(took), "load": load}


@contextmanager
def whole(root: Path, lead_in: str) -> Iterator[tuple[Path, Ear]]:
    """A station, its broker and a receiver with a relay, each a process of its own."""
    site, folder, door, port = root / "dai", root / "may-thu", free_port(), free_port()
    write_site(site, station_files(door, port))
    approve_all(site)
    assert loa("speakers", "broker", "--out", root / "mq", site=site).code == 0
    (root / "asoundrc").write_text(f"<{ALSA}>\npcm.ear {{ type file slave.pcm null file {root}/ear format raw }}\n")
    environ, ear = {**os.environ, "ALSA_CONFIG_PATH": str(root / "asoundrc")}, Ear(root / "ear")
    quiet = {"env": environ, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with ExitStack() as opened:
        opened.enter_context(mosquitto.running(root / "mq", port))
        opened.enter_context(ended(subprocess.Popen([LOA, "--site", str(site), "run"], **quiet)))
        until((site / "var" / "station.bell").exists)
        code = loa("speakers", "enrol", "an-quang-01", site=site).out.strip()
        address = f"https://127.0.0.1:{door}"
        assert loa("receiver", "enrol", "--station", address, "--code", code, "--dir", folder).code == 0
        (root / "relay").write_text("0")
        settings = ["device: ear", "clock: {trust: always}", f"relay: {{file: {root}/relay}}", f"lead_in: {lead_in}"]
        (folder / "receiver.yaml").write_text("\n".join(settings))
        opened.enter_context(ended(subprocess.Popen([LOA, "receiver", "run", "--dir", str(folder)], **quiet)))

        def is_held() -> bool:
            (ours,) = (
                each for each in loa("speakers", "--json", site=site).json["speakers"] if each["id"] == "an-quang-01"
            )
            return bool(ours["to_come"] and ours["plan_held"] == ours["plan_issued"])

        until(is_held)
        yield site, ear


def station_files(door: int, port: int) -> dict[str, str | None]:
    channels = f"""\
channels:
  may-thu: {{type: receiver, listen: "127.0.0.1:{door}", address: "https://127.0.0.1:{door}", broker: "mqtts://127.0.0.1:{port}"}}
  ban-giao: {{type: sms_file, path: var/handover}}
sms: {{channel: ban-giao}}
"""
    always = STATION.replace('"05:00-06:30": daily, "17:00-19:00": daily', '"00:00-24:00": daily')
    return {
        "config/station.yaml": always + "clock: {trust: always}\n",
        "config/areas.yaml": re.sub("channel: thu-muc, address: {folder: [^}]*}", "channel: may-thu", AREAS),
        "config/channels.yaml": channels,
        "schedules/canh-bao.yaml": PROGRAMME.replace("days: [mon, wed, fri]", "days: daily"),
        "scripts_audio/vo-de.md": SCRIPT.replace("category:", "priority: emergency\ncategory:"),
    }


@contextmanager
def ended(child: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        child.terminate()
        child.wait()


def until(true: Callable[[], bool], within_s: float = 120.0) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def idle_child(root: Path) -> None:
    """A receiver with a week's plan that has nothing to do; prints when it is ready."""
    bench = Bench(root, "null")
    begin = datetime.now(UTC) + timedelta(hours=1)
    airings = []
    for number in range(200):
        at = begin + timedelta(hours=number * 0.9)
        airings.append(
            Airing(f"a{number}", bench.keep(f"{number}", f"{number}".encode()), len(str(number)), 60.0, at, at)
        )
    bench.running.start()
    bench.plan(airings)
    print("ready", flush=True)
    threading.Event().wait()


def idle(seconds: float = IDLE_S) -> dict[str, float]:
    """Memory and processor of a process that holds a week's plan and cannot reach its station."""
    with tempfile.TemporaryDirectory() as name:
        began = time.monotonic()
        command = [
            sys.executable,
            "-c",
            f"from benchmarks.receiver import idle_child; idle_child(__import__('pathlib').Path({name!r}))",
        ]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        child.stdout.readline()
        ready = time.monotonic() - began
        time.sleep(3)
        before = _cpu_s(child.pid)
        time.sleep(seconds)
        used, memory = _cpu_s(child.pid) - before, _rss_mb(child.pid)
        child.kill()
        child.wait()
        child.stdout.close()
        return {"ready_s": ready, "cpu_percent": 100 * used / seconds, "rss_mb": memory}


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _rss_mb(pid: int) -> float:
    line = next(each for each in Path(f"/proc/{pid}/status").read_text().splitlines() if each.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def main() -> None:
    count = int(os.environ.get("LOA_STARTS", STARTS))
    print("due to first sample", json.dumps({name: round(value, 1) for name, value in starts(count).items()}))
    print("emergency to first sample", json.dumps({name: round(value, 1) for name, value in urgent().items()}))
    if mosquitto.is_there("mosquitto"):
        print("`loa send` to first sample", json.dumps({name: round(value, 2) for name, value in sent().items()}))
    print("idle", json.dumps({name: round(value, 2) for name, value in idle().items()}))


if __name__ == "__main__":
    main()
