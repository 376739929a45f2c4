"""A simulated month of receivers among kills, power cuts, edits, clock steps and a line that is mostly down.

The station is the real one (`Unattended`, dispatch, fleet, SQLite on disk, real keys); every receiver is a process of
its own with the real core on a real folder (`month_child.py`), killed by SIGKILL at random calls to the disk. A power
cut also takes, or tears, what was not synced. Time, loudspeakers and the line are simulated. What the loudspeakers
sounded is noted here, outside all of them, and judged by itself. `python -m tests.receivers.month` prints the figures.
"""

from __future__ import annotations

import argparse
import base64
import functools
import hashlib
import json
import logging
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from pipeline.clock import Machine
from pipeline.dispatch.one_off import draft
from pipeline.domain import FINAL, Occurrence, Priority, Recording, State
from pipeline.edits import Watch
from pipeline.fleet.ports import News, Over
from pipeline.protocol.journal import read_handed
from pipeline.protocol.plan import ReceiverPlan, read_plan
from pipeline.protocol.status import read_status
from pipeline.receiver.journal import read_all
from pipeline.signing import Keyring
from pipeline.site import Site, load_site
from pipeline.store import Store
from pipeline.unattended import Unattended
from tests.people import approve_everything

REPOSITORY = Path(__file__).parents[2]
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST = datetime(2026, 11, 23, tzinfo=ZONE)
CLUSTERS = {
    "xa-an-lao-01": "xa-an-lao",
    "an-truong-01": "an-truong",
    "an-quang-01": "an-quang",
    "vinh-am-01": "vinh-am",
}
HOURS = ((5 * 60, 6 * 60 + 30), (17 * 60, 19 * 60))  # minutes of the day, as config/station.yaml has them
SLACK = timedelta(seconds=6)
SETTLED = timedelta(hours=30)  # after the last event, with a line that stands
TIMES = ("05:02", "05:24", "05:48", "06:08", "17:03", "17:26", "17:51", "18:15", "18:36")


def local(moment: datetime) -> datetime:
    return moment.astimezone(ZONE)


@dataclass
class Sound:
    """What a loudspeaker did: one stretch of one sound. `ended` None: it broke off when the process died."""

    sha256: str
    began: datetime
    offset_s: float
    ended: datetime | None = None
    whole: bool = False


@dataclass
class Given:
    """A plan that has reached a receiver. `at`: when."""

    at: datetime
    plan: ReceiverPlan


class SimulatedMachine(Machine):
    """The station's: its clock is never in doubt here."""

    def synchronised(self) -> bool | None:
        return True


class UniqueSounds:
    """Production in no time: every occurrence has a sound of its own, so that what sounded tells what it was."""

    def __init__(self, site: Site, store: Store, **_: Any) -> None:
        self.site, self.store = site, store
        self.failures: list[Any] = []

    def find(self, occurrence: Occurrence, *_: Any, **__: Any) -> Recording | None:
        return sound_of(self.site.root, occurrence) if occurrence.bulletins else None

    def make(self, *_: Any, **__: Any) -> None: ...

    def hand_over(self, recording: Recording, _: str) -> Recording | None:
        return recording

    def steps(self, occurrence: Occurrence) -> list[Any]:
        recording = self.find(occurrence)
        return [(timedelta(seconds=recording.duration_s), occurrence.bulletins)] if recording else []

    def shortened(self, *_: Any) -> Recording | None:
        return None

    def left_out(self, _: Occurrence) -> tuple[str, ...]:
        return ()


def sound_of(root: Path, occurrence: Occurrence) -> Recording:
    """A file nobody could play, of a length that follows from its name."""
    name = f"{occurrence.programme}/{occurrence.slot}/{occurrence.start.astimezone(UTC).isoformat()}"
    name += "/".join(occurrence.bulletins)
    seed = hashlib.sha256(name.encode()).digest()
    content = name.encode() + seed * (10 + seed[0] % 60)
    sha256 = hashlib.sha256(content).hexdigest()
    path = root / "var" / "audio" / f"{sha256}.mp3"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return Recording(sha256, path, 150.0 + seed[1], -16.0, -1.5, "espeak-ng/vi", False)


class Files:
    """The site, and the people who edit it."""

    def __init__(self, root: Path, dice: random.Random, receivers: list[str]) -> None:
        self.root, self.dice, self.count = root, dice, 0
        for folder in ("config", "schedules", "scripts_audio"):
            shutil.copytree(REPOSITORY / folder, root / folder)
        for each in (root / "schedules").iterdir():
            each.unlink()
        channels = root / "config" / "channels.yaml"
        channels.write_text(
            'channels:\n  may-thu: {type: receiver, listen: "127.0.0.1:8443", address: "https://127.0.0.1:8443"}\n'
        )
        areas = root / "config" / "areas.yaml"
        text, clusters = areas.read_text(encoding="utf-8").split("\nclusters:\n")
        kept = [each for each in clusters.splitlines() if any(f"id: {name}," in each for name in receivers)]
        assert len(kept) == len(receivers), clusters
        lines = "\n".join(each.replace("channel: thu-muc", "channel: may-thu") for each in kept)
        areas.write_text(f"{text}\nclusters:\n{lines}\n", encoding="utf-8")
        for at in range(4):
            self.add(TIMES[at * 2 : at * 2 + 2])

    @property
    def programmes(self) -> list[Path]:
        return sorted((self.root / "schedules").glob("*.yaml"))

    def add(self, times: tuple[str, ...] = ()) -> str:
        self.count += 1
        times = times or tuple(self.dice.sample(TIMES, 2))
        bulletins = self.dice.choice(["deepfake, khoa-sim", "gia-danh-cong-an", "viec-nhe-luong-cao, khoa-sim"])
        late = self.dice.choice([5, 15, 15, 30])
        at = ", ".join(f'"{each}"' for each in times)
        (self.root / "schedules" / f"p{self.count}.yaml").write_text(
            f"programme: p{self.count}\ntitle: Chuyên mục {self.count}\nfrom: 2026-01-05\nslots:\n  - id: s\n"
            f"    days: daily\n    at: [{at}]\n    medium: loudspeaker\n    areas: [an-lao, vinh-bao]\n"
            f"    play: {{bulletins: [{bulletins}]}}\n    late_by_at_most: {late}m\n",
            encoding="utf-8",
        )
        return "add"

    def remove(self) -> str:
        if len(self.programmes) < 4:
            return self.add()
        self.dice.choice(self.programmes).unlink()
        return "remove"

    def move(self) -> str:
        path = self.dice.choice(self.programmes)
        text = path.read_text(encoding="utf-8")
        old = self.dice.choice([each for each in TIMES if f'"{each}"' in text])
        new = self.dice.choice([each for each in TIMES if f'"{each}"' not in text])
        path.write_text(text.replace(f'"{old}"', f'"{new}"'), encoding="utf-8")
        return "move"

    def suspend(self, today: datetime) -> str:
        path = self.dice.choice(self.programmes)
        day = (local(today) + timedelta(days=self.dice.randrange(3))).date()
        text = path.read_text(encoding="utf-8")
        if "except:" in text:
            return self.move()
        path.write_text(f"{text}except: [{day}]\n", encoding="utf-8")
        return "except"


class Beside:
    """One receiver: its process, its power, its clock, its line, and everything its loudspeaker ever did."""

    def __init__(self, month: Month, name: str, root: Path, *, rtc: bool) -> None:
        self.month, self.name, self.rtc = month, name, rtc
        self.root, self.shadow = root / "folder", root / "shadow"
        self.root.mkdir(parents=True)
        self.process: subprocess.Popen[str] | None = None
        self.dice = random.Random(f"{month.seed}/{name}")
        self.true = month.now
        self.booted, self.boots = month.now, 0
        self.offset = timedelta(0)
        self.up = True
        self.off_until = month.now
        self.sounds: list[Sound] = []
        self.open: Sound | None = None
        self.given: list[Given] = []
        self.fetched: dict[str, list[datetime]] = defaultdict(list)
        self.disturbed: list[tuple[datetime, datetime]] = []  # stretches in which it was off, killed or in doubt
        self.arrivals: list[tuple[str, str, bool]] = []
        self.deaths: Counter[str] = Counter()

    # --- power ----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.receivers.month_child"], cwd=REPOSITORY, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        keys = self.month.fleet.keys()
        self._put(
            seed=self.dice.random(), root=str(self.root), shadow=str(self.shadow), receiver=self.name,
            key=_base64(keys.keyring.root), keyring=_base64(self.month.first_keyring), world=self._world(-1),
        )  # fmt: skip
        self._talk(self.month.now)

    def kill(self, kind: str, off: timedelta) -> None:
        """The process is gone; with the power also what was not synced."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self._close()
        self.deaths[kind] += 1
        now = self.month.now
        if self.open is not None:  # it fell silent at some moment since then
            self.sounds.append(self.open)
            self.open = None
        if kind == "power":
            cut_power(self.root, self.shadow, self.dice)
            self.boots += 1
            self.booted = now + off
            if not self.rtc:
                self.offset = -off - timedelta(seconds=self.dice.randrange(0, 3600))
            else:
                self.offset = timedelta(0)
        self.arrivals.clear()
        self.off_until = now + off
        self.disturbed.append((self.true - timedelta(minutes=1), self.off_until + timedelta(seconds=20)))

    def _close(self) -> None:
        assert self.process is not None
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()
        self.process = None

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self._close()

    # --- time -----------------------------------------------------------------------------------------------------

    def go(self, until: datetime, fuse: int = -1) -> None:
        """Live until then; `fuse`: die at that many calls to the disk."""
        if until <= self.off_until:
            self.true = until
            return
        self.true = max(self.true, self.off_until)
        if self.up:
            self.offset = timedelta(0)  # NTP
        if self.offset:
            self.disturbed.append((self.true, until + timedelta(seconds=1)))
        if self.process is None:
            self.start()
        arrivals, self.arrivals = self.arrivals if self.up else [], []
        self._put(world=self._world(fuse), until=until.timestamp(), arrive=arrivals)
        if self._talk(until):
            self.true = until
            return
        power = self.dice.random() < 0.5
        off = (
            timedelta(minutes=2 * 90 ** self.dice.random()) if power else timedelta(seconds=self.dice.randrange(5, 90))
        )
        self.kill("power" if power else "kill", off)

    def damage(self) -> None:
        if self.process is not None:
            self._put(damage=2)
            self._talk(self.true)
            for when in self.fetched.values():
                when.clear()  # whatever it holds by now is its own affair

    def _world(self, fuse: int) -> dict[str, Any]:
        return {
            "true": self.true.timestamp(), "offset": self.offset.total_seconds(), "booted": self.booted.timestamp(),
            "boot": f"{self.name}-{self.boots}", "rtc": self.rtc, "synchronised": self.up, "up": self.up, "fuse": fuse,
        }  # fmt: skip

    def _put(self, **facts: Any) -> None:
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(facts) + "\n")
        self.process.stdin.flush()

    def _talk(self, until: datetime) -> bool:
        """Serve it until it is done. False: it died."""
        assert self.process is not None
        assert self.process.stdout is not None
        for line in self.process.stdout:
            said = json.loads(line)
            if "ask" in said:
                answer = self.month.answer(self, **said["ask"])
                assert self.process.stdin is not None
                try:
                    self.process.stdin.write(json.dumps(answer) + "\n")
                    self.process.stdin.flush()
                except BrokenPipeError:
                    return False
            elif "sound" in said:
                self._note(said)
            elif "done" in said or "ready" in said:
                return True
        if self.process.wait() != -9:
            raise AssertionError(f"{self.name} failed by itself")
        return False

    def _note(self, said: dict[str, Any]) -> None:
        at = datetime.fromtimestamp(said["t"], UTC)
        if said["sound"] == "start":
            assert self.open is None, f"{self.name}: two sounds at once at {at}"
            self.open = Sound(said["sha256"], at, said["position_s"])
            return
        assert self.open is not None
        assert self.open.sha256 == said["sha256"]
        self.open.ended, self.open.whole = at, said["sound"] == "end"
        self.sounds.append(self.open)
        self.open = None


def cut_power(root: Path, shadow: Path, dice: random.Random) -> None:
    """What is found when the power is back: synced contents and names; of the rest nothing, all, or torn pieces."""
    synced: dict[str, bytes] = {}
    for each in (shadow / "files").glob("*"):
        if not each.name.endswith(".new"):
            synced[each.name] = each.read_bytes()
    for folder in [root / "var", *[each for each in (root / "var").rglob("*") if each.is_dir()]]:
        names = shadow / "names" / f"{folder.stat().st_ino}.json"
        before: dict[str, int] = json.loads(names.read_text()) if names.exists() else {}
        now = {each.name: each.stat().st_ino for each in folder.iterdir() if each.is_file()}
        contents = {inode: (folder / name).read_bytes() for name, inode in now.items()}
        for name in sorted(before.keys() | now.keys()):
            inode = dice.choice([before.get(name), now.get(name)])
            path = folder / name
            if inode is None:
                path.unlink(missing_ok=True)
                continue
            found = _found(synced.get(str(inode)), contents.get(inode), dice)
            if before.get(name) != inode or contents.get(inode) != found or now.get(name) != inode:
                path.unlink(missing_ok=True)
                path.write_bytes(found)
                path.chmod(0o600)
    shutil.rmtree(shadow)
    for part in ("files", "links", "names"):
        (shadow / part).mkdir(parents=True)
    for folder in [root / "var", *[each for each in (root / "var").rglob("*") if each.is_dir()]]:
        files = [each for each in folder.iterdir() if each.is_file()]  # what was found is what the disk holds
        inodes = {each.name: each.stat().st_ino for each in files}
        (shadow / "names" / f"{folder.stat().st_ino}.json").write_text(json.dumps(inodes))
        for each in files:
            (shadow / "links" / str(inodes[each.name])).hardlink_to(each)
            shutil.copyfile(each, shadow / "files" / str(inodes[each.name]))


def _found(synced: bytes | None, now: bytes | None, dice: random.Random) -> bytes:
    """One of the contents a file may be found with."""
    if now is None or now == synced:
        return synced or b""
    luck = dice.randrange(3)
    if luck == 0:
        return synced or b""
    if luck == 1 or not now.startswith(synced or b""):
        return now
    kept = len(synced or b"")
    torn = dice.randrange(kept, len(now) + 1)
    return now[:torn] + bytes(dice.randrange(0, len(now) - torn + 1))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@dataclass
class Wire:
    """The broker: what is published reaches whoever is there."""

    month: Month

    def publish_plan(self, receiver: str, sealed: bytes) -> None:
        machine = self.month.machines[receiver]
        if machine.up and machine.process is not None:
            machine.arrivals = [each for each in machine.arrivals if each[0] != "plan"]
            machine.arrivals.append(("plan", _base64(sealed), False))
            self.month.note_given(machine, sealed)

    def publish_command(self, receiver: str, sealed: bytes, id: str, expires: datetime) -> None:
        machine = self.month.machines[receiver]
        if machine.up and machine.process is not None:
            machine.arrivals.append(("command", _base64(sealed), False))


@dataclass
class Figures:
    """What came of it. `wrong`: everything that must not be, in words."""

    facts: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


class Month:
    """One run: `play`, then `judge`."""

    def __init__(self, root: Path, *, days: int, kills: int, seed: int, receivers: int = 3) -> None:
        self.root, self.days, self.seed = root / "station", days, seed
        self.dice = random.Random(seed)
        self.now = FIRST
        self.root.mkdir(parents=True)
        names = list(CLUSTERS)[:receivers]
        self.files = Files(self.root, self.dice, names)
        self.happened: Counter[str] = Counter()
        self.calls: dict[int, list[bytes]] = {}
        self.stopped: list[datetime] = []
        self.urgent: list[datetime] = []
        self.end = FIRST + timedelta(days=days)
        self.kills = sorted((self._moment(), self.dice.choice(names)) for _ in range(kills))
        other = ["edit"] * (days * 2) + ["urgent"] * (days // 3) + ["stop"] * (days // 8) + ["keys"] * (days // 10)
        other += ["clock"] * (days // 2) + ["damage"] * (days // 5)
        self.others = sorted((self._moment(), each) for each in other)
        self._build(root, names)

    def _build(self, root: Path, names: list[str]) -> None:
        with self._patched():
            (self.root / "var").mkdir(exist_ok=True)
            self.station, problems = Unattended.stand_by(self.root, lambda: self.now, SimulatedMachine())
            assert not [each for each in problems if each.severity.value == "error"], problems
            approve_everything(self.station.site, self.station.store)
        assert self.station.fleet is not None
        self.fleet = self.station.fleet
        self.first_keyring = self.fleet.keys().sealed_keyring
        for name in names:
            self.fleet.certified(name, f"serial-{name}", self.end + timedelta(days=900), self.now, anew=True)
        self.machines = {name: Beside(self, name, root / name, rtc=place % 3 != 2) for place, name in enumerate(names)}
        self.lines = {name: self._line(name) for name in names}
        self.fleet.issuing.wire = Wire(self)

    def _patched(self) -> ExitStack:
        stack = ExitStack()
        stack.enter_context(patch("pipeline.app.stale", lambda *_: False))
        stack.enter_context(patch("pipeline.app.Production", UniqueSounds))
        stack.enter_context(patch("pipeline.unattended.Watch", functools.partial(Watch, quiet_s=0)))
        return stack

    def _moment(self) -> datetime:
        """When something happens: most of it around airings."""
        moment = FIRST + self.dice.random() * timedelta(days=self.days)
        if self.dice.random() < 0.7:
            moment = moment.replace(hour=self.dice.choice([5, 5, 6, 17, 17, 18]), minute=self.dice.randrange(60))
        return moment

    def _line(self, name: str) -> list[tuple[datetime, bool]]:
        """When the network of a receiver comes and goes: up 30 % of the time, in stretches of minutes to days."""
        dice, at, up = random.Random(f"{self.seed}/line/{name}"), FIRST + timedelta(minutes=30), True
        changes = [(FIRST, True)]
        while at < self.end:
            up = not up
            changes.append((at, up))
            hours = dice.choice([0.1, 0.5, 2.0, 8.0, 20.0])
            at += timedelta(hours=hours * dice.uniform(0.5, 1.5) * (3 / 7 if up else 1.0))
        return [*changes, (self.end, True)]

    # --- playing --------------------------------------------------------------------------------------------------

    def play(self) -> None:
        """From the first day to the last, then a quiet stretch in which everything must come to its end."""
        with self._patched():
            for moment in self._moments():
                self._step(moment)
            for machine in self.machines.values():
                machine.end()

    def _moments(self) -> Iterator[datetime]:
        at = FIRST + timedelta(minutes=1)
        while at < self.end + SETTLED:
            yield at
            minutes = local(at).hour * 60 + local(at).minute
            near = any(first - 15 <= minutes < last + 15 for first, last in HOURS)
            at += timedelta(minutes=2 if near else 20)

    def _step(self, until: datetime) -> None:
        fuses: dict[str, int] = {}
        while self.kills and self.kills[0][0] <= until:
            fuses[self.kills.pop(0)[1]] = self.dice.choice([1, 3, 8, 20, 50])
        while self.others and self.others[0][0] <= until:
            self._happen(self.others.pop(0)[1])
        for name, changes in self.lines.items():
            machine = self.machines[name]
            while changes and changes[0][0] <= until:
                machine.up = changes.pop(0)[1]
        before, self.now = self.now, until
        self._tick()
        self.now = until
        for name, machine in self.machines.items():
            fuse = fuses.get(name, -1)
            died = sum(machine.deaths.values())
            machine.go(until, fuse)
            if fuse > 0 and died == sum(machine.deaths.values()) and machine.process is not None:
                self._kill_between(machine, before)

    def _kill_between(self, machine: Beside, _: datetime) -> None:
        """The fuse was longer than what it had to write: then it dies here."""
        power = machine.dice.random() < 0.6
        off = timedelta(minutes=2 * 90 ** machine.dice.random()) if power else timedelta(seconds=20)
        machine.kill("power" if power else "kill", off)

    def _tick(self) -> None:
        station = self.station
        station.follow_edits()
        station.plan()
        station.foresee()
        station.send_urgent()
        station.send_due()
        station.confirm()

    def _happen(self, kind: str) -> None:
        if kind == "edit":
            done = self.dice.choice([self.files.add, self.files.remove, self.files.move, self.files.move, None])
            kind = done() if done else self.files.suspend(self.now)
        elif kind == "urgent":
            self._send_urgent()
        elif kind == "stop":
            self.stopped.append(self.now)
            self.station.desk.stop([], self.now)
        elif kind == "keys":
            self.fleet.keys().rotate()
        elif kind == "clock":
            machine = self.dice.choice(list(self.machines.values()))
            machine.offset += self.dice.choice([-1, 1]) * self.dice.choice([timedelta(hours=1), timedelta(days=1)])
        elif kind == "damage":
            self.dice.choice(list(self.machines.values())).damage()
        self.happened[kind] += 1

    def _send_urgent(self) -> None:
        site = self.station.site
        bulletin = replace(next(iter(site.bulletins.values())), priority=Priority.EMERGENCY)
        self.urgent.append(self.now)
        self.station.desk.insert(draft(site, bulletin, ["an-lao", "vinh-bao"], self.now), "test", self.now)

    # --- the station's end of the line ----------------------------------------------------------------------------

    def answer(self, machine: Beside, what: str, **given: Any) -> Any:
        fleet = self.fleet
        if what == "keyring":
            return _base64(fleet.keys().sealed_keyring)
        if what == "plan":
            found = fleet.plan(machine.name, given["known"])
            if found is None:
                return None
            self.note_given(machine, found[1])
            return _base64(found[1])
        if what == "sound":
            path = fleet.sound(machine.name, given["sha256"])
            if path is None:
                return "down"
            machine.fetched[given["sha256"]].append(self.now)
            return _base64(path.read_bytes())
        if what == "held":
            return fleet.journal_held(machine.name, given["journal"])
        if what == "hand_in":
            piece = read_handed(base64.b64decode(given["piece"]))
            return fleet.take_journal(machine.name, piece)
        status = read_status(base64.b64decode(given["status"]))
        fleet.take_news([News(machine.name, status, self.now, Over.HTTPS)])
        return "ok"

    def note_given(self, machine: Beside, sealed: bytes) -> None:
        keyring: Keyring = self.fleet.keys().keyring
        machine.given.append(Given(self.now, read_plan(sealed, keyring, machine.name)))

    # --- the verdict ----------------------------------------------------------------------------------------------

    def judge(self) -> Figures:
        return Judge(self).figures


class Judge:
    """Looks at what sounded, at what reached the receivers and at the station's books; believes none of them alone."""

    def __init__(self, month: Month) -> None:
        self.month, self.store = month, month.station.store
        self.figures = Figures()
        self.states: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.owed = self.played = 0
        rows = self.store.occurrences(FIRST - timedelta(days=1), month.end)
        self.deliveries = {
            f"loa-{each.id}": (each, row.occurrence)
            for row in rows
            for each in self.store.deliveries_of(row.id)
            if each.target in month.machines
        }
        for machine in month.machines.values():
            self._judge(machine)
        self._sum_up()
        self.store.close()

    def _wrong(self, text: str) -> None:
        self.figures.wrong.append(text)

    def _judge(self, machine: Beside) -> None:
        airings = {each.id: each for given in machine.given for each in given.plan.airings}
        by_sound: dict[str, set[str]] = defaultdict(set)
        for each in airings.values():
            by_sound[each.sound].add(each.id)
        heard: dict[str, list[Sound]] = defaultdict(list)
        for sound in machine.sounds:
            ids = by_sound[sound.sha256]
            if len(ids) != 1:
                self._wrong(f"{machine.name} sounded {sound.sha256[:8]} of {sorted(ids)}")
                continue
            heard[next(iter(ids))].append(sound)
        for id, sounds in heard.items():
            self._judge_sounds(machine, id, airings[id], sounds)
        for id, (delivery, occurrence) in self.deliveries.items():
            if delivery.target == machine.name:
                self._judge_delivery(machine, id, delivery, occurrence, heard.get(id, []))
                killed = delivery.state is State.INTERRUPTED and delivery.code == "died"
                if id in airings and not killed:
                    self._judge_share(machine, id, airings, heard.get(id, []))
        self._judge_journal(machine, heard)

    def _judge_sounds(self, machine: Beside, id: str, airing: Any, sounds: list[Sound]) -> None:
        name = f"{machine.name} {id}"
        fresh = [each for each in sounds if abs(each.offset_s - airing.offset_s) < 0.01]
        if len(fresh) > 1:
            self._wrong(f"{name} began {len(fresh)} times: {[str(each.began) for each in fresh]}")
        for one, other in zip(sounds, sounds[1:], strict=False):
            if one.ended is None or one.whole or other.offset_s < one.offset_s:
                self._wrong(f"{name} went on after {one} with {other}")
        for each in sounds:
            if airing.priority is not Priority.EMERGENCY and not _in_hours(each):
                self._wrong(f"{name} sounded at a quiet hour: {local(each.began)} to {each.ended}")
            known = [given for given in machine.given if given.at < each.began - SLACK]
            if (
                known
                and id not in {one.id for one in known[-1].plan.airings}
                and not self._came_after(machine, id, each)
            ):
                self._wrong(f"{name} sounded at {local(each.began)}, deleted by plan {known[-1].plan.version}")

    def _came_after(self, machine: Beside, id: str, sound: Sound) -> bool:
        """A plan with it reached the machine in the very moment before."""
        late = [one for one in machine.given if sound.began - SLACK - timedelta(minutes=16) <= one.at <= sound.began]
        return any(id in {each.id for each in one.plan.airings} for one in late[-1:])

    def _judge_delivery(
        self, machine: Beside, id: str, delivery: Any, occurrence: Occurrence, sounds: list[Sound]
    ) -> None:
        name = f"{machine.name} {id} {occurrence.programme} {local(occurrence.start)} {delivery.state} {delivery.code}"
        self.states[delivery.state.value] += 1
        if delivery.state is not State.CONFIRMED:
            self.reasons[f"{delivery.state.value} {delivery.code}"] += 1
        whole = any(each.whole for each in sounds)
        if delivery.state not in FINAL:
            self._wrong(f"{name}: not accounted for; sounded {sounds}")
        if delivery.state is State.CONFIRMED and not whole:
            self._wrong(f"{name}: never sounded to its end: {sounds}")
        if delivery.state in (State.MISSED, State.FAILED) and sounds:
            self._wrong(f"{name}: but it sounded: {sounds}")
        if delivery.state not in (State.CONFIRMED, State.CANCELLED) and not delivery.code:
            self._wrong(f"{name}: no reason")
        if whole and delivery.state not in (State.CONFIRMED, State.CANCELLED):
            died = delivery.state is State.INTERRUPTED and delivery.code == "died"
            if not died:
                self._wrong(f"{name}: but it sounded to its end")

    def _judge_share(self, machine: Beside, id: str, airings: dict[str, Any], sounds: list[Sound]) -> None:
        """Whether it could have been played undisturbed, and was. What is moved or withdrawn meanwhile is left out."""
        seen = [given for given in machine.given if id in {each.id for each in given.plan.airings}]
        airing = next(each for each in seen[-1].plan.airings if each.id == id)
        length = timedelta(seconds=airing.seconds)
        last = airing.latest + length
        if any(
            seen[0].at < each.at <= last and id not in {one.id for one in each.plan.airings} for each in machine.given
        ):
            return
        if any(abs(each - airing.begin) < timedelta(hours=1) for each in (*self.month.stopped, *self.month.urgent)):
            return
        have = [when for when in machine.fetched.get(airing.sound, ()) if when <= airing.begin]
        first = [given.at for given in seen if airing in given.plan.airings]
        if not have or not first or airing.priority is Priority.EMERGENCY:
            return
        start = max(airing.begin, first[0] + timedelta(minutes=1), have[0] + timedelta(minutes=1))
        for begin, end in sorted(machine.disturbed):
            if begin < start + length + timedelta(seconds=10) and end > start - timedelta(seconds=10):
                start = end + timedelta(seconds=10)
        busy = [
            each for each in seen[-1].plan.airings
            if each.id != id and each.begin < start + length and each.latest + timedelta(seconds=each.seconds) > start
        ]  # fmt: skip
        if start > airing.latest - timedelta(seconds=5) or (busy and start > airing.begin):
            return
        if not _in_hours(Sound("", start, 0.0, start + length)):
            return
        self.owed += 1
        if any(each.whole for each in sounds):
            self.played += 1
        else:
            self.reasons[f"owed and not played: {machine.name} {id} {local(airing.begin)} from {local(start)}"] += 1

    def _judge_journal(self, machine: Beside, heard: dict[str, list[Sound]]) -> None:
        before = self.month.now - timedelta(minutes=20)
        own = [each for each in read_all(machine.root / "var" / "journal") if each.at < before]
        kept = {name: self.store.receiver_entries(machine.name, name) for name in own_journals(machine)}
        entries = [each for some in kept.values() for each in some]
        for name, some in kept.items():
            if [each.seq for each in some] != list(range(1, len(some) + 1)):
                self._wrong(f"{machine.name}: the journal {name} has gaps at the station")
        if len(entries) < len(own):
            self._wrong(f"{machine.name}: {len(own)} entries on the disk, {len(entries)} at the station")
        began = {each.airing for each in entries if each.kind.value in ("started", "resumed")}
        for id in heard:
            if id not in began:
                self._wrong(f"{machine.name} {id} sounded, and no journal says so")
        self.figures.facts.setdefault("entries", 0)
        self.figures.facts["entries"] += len(entries)

    def _sum_up(self) -> None:
        month = self.month
        self.figures.facts |= {
            "days": month.days,
            "receivers": len(month.machines),
            "seed": month.seed,
            "deaths": dict(sum((each.deaths for each in month.machines.values()), Counter())),
            "line_up": round(sum(_share(month, name) for name in month.machines) / len(month.machines), 3),
            "events": dict(month.happened),
            "deliveries": len(self.deliveries),
            "states": dict(self.states),
            "reasons": dict(self.reasons.most_common(40)),
            "sounds": sum(len(each.sounds) for each in month.machines.values()),
            "owed": self.owed,
            "played": self.played,
            "share": round(self.played / max(1, self.owed), 5),
        }


def own_journals(machine: Beside) -> list[str]:
    return sorted(each.name for each in (machine.root / "var" / "journal").iterdir() if each.is_dir())


def _share(month: Month, name: str) -> float:
    changes = month._line(name)
    up = sum(
        ((after - at).total_seconds() for (at, is_up), (after, _) in zip(changes, changes[1:], strict=False) if is_up),
        0.0,
    )
    return up / (month.end - FIRST).total_seconds()


def _in_hours(sound: Sound) -> bool:
    def minutes(moment: datetime) -> float:
        at = local(moment)
        return at.hour * 60 + at.minute + at.second / 60

    slack = SLACK.total_seconds() / 60
    begin, end = minutes(sound.began), minutes(sound.ended or sound.began)
    return any(first - slack <= begin and end <= last + slack for first, last in HOURS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--kills", type=int, default=240)
    parser.add_argument("--receivers", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        month = Month(Path(folder), days=chosen.days, kills=chosen.kills, seed=chosen.seed, receivers=chosen.receivers)
        month.play()
        figures = month.judge()
    print(json.dumps({**figures.facts, "wrong": figures.wrong}, indent=1, ensure_ascii=False))  # noqa: T201
    sys.exit(bool(figures.wrong))


if __name__ == "__main__":
    main()
