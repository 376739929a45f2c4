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
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pipeline.clock import Machine
from pipeline.dispatch.one_off import draft
from pipeline.domain import Occurrence, Priority, Recording
from pipeline.edits import Watch
from pipeline.fleet.ports import News, Over
from pipeline.protocol.journal import read_handed
from pipeline.protocol.plan import read_plan
from pipeline.protocol.status import read_status
from pipeline.signing import Keyring
from pipeline.site import Site
from pipeline.store import Store
from pipeline.unattended import Unattended
from tests.people import approve_everything
from tests.receivers.month_judge import FIRST, HOURS, Figures, Given, Judge, Sound, local
from tests.receivers.month_power import cut_power

REPOSITORY = Path(__file__).parents[2]
CLUSTERS = {
    "xa-an-lao-01": "xa-an-lao",
    "an-truong-01": "an-truong",
    "an-quang-01": "an-quang",
    "vinh-am-01": "vinh-am",
}
SETTLED = timedelta(hours=5)  # after the last event, with a line that stands
TIMES = ("05:02", "05:24", "05:48", "06:08", "17:03", "17:26", "17:51", "18:15", "18:36")


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
        bulletins = self.dice.choice(["deepfake, khoa-sim", "gia-danh-cong-an", "bay-tinh-cam, khoa-sim"])
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
            self._settle_given(True)
            return
        self._settle_given(None)
        power = self.dice.random() < 0.5
        off = (
            timedelta(minutes=2 * 90 ** self.dice.random()) if power else timedelta(seconds=self.dice.randrange(5, 90))
        )
        self.kill("power" if power else "kill", off)

    def _settle_given(self, sure: bool | None) -> None:
        for each in self.given:
            if each.sure is False:
                each.sure = sure

    def damage(self) -> None:
        if self.process is not None:
            self._put(damage=2)
            self._talk(self.true)

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
                answer = self.month.answer(self, datetime.fromtimestamp(said["t"], UTC), **said["ask"])
                assert self.process.stdin is not None
                try:
                    self.process.stdin.write(json.dumps(answer) + "\n")
                    self.process.stdin.flush()
                except BrokenPipeError:
                    return False
            elif "damaged" in said:
                for sound in said["damaged"]:
                    self.fetched.pop(sound, None)
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


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@dataclass
class Wire:
    """The broker: what is published reaches whoever is there."""

    month: Month

    def publish_plan(self, receiver: str, sealed: bytes) -> None:
        machine = self.month.machines[receiver]
        if machine.up and machine.process is not None:
            machine.arrivals = [each for each in machine.arrivals if each[0] == "command"]
            machine.arrivals.append(("keyring", _base64(self.month.fleet.keys().sealed_keyring), False))
            machine.arrivals.append(("plan", _base64(sealed), False))
            self.month.note_given(machine, sealed, machine.true)

    def publish_command(self, receiver: str, sealed: bytes, id: str, expires: datetime) -> None:
        machine = self.month.machines[receiver]
        if machine.up and machine.process is not None:
            machine.arrivals.append(("command", _base64(sealed), False))


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
        other = (
            ["edit"] * (days * 2) + ["urgent"] * max(1, days // 3) + ["stop"] * (days // 8) + ["keys"] * (days // 10)
        )
        other += ["clock"] * max(1, days // 2) + ["damage"] * max(1, days // 5)
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
        stack.enter_context(patch("pipeline.app.production_of", UniqueSounds))
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

    def answer(self, machine: Beside, at: datetime, what: str, **given: Any) -> Any:
        fleet = self.fleet
        if what == "keyring":
            return _base64(fleet.keys().sealed_keyring)
        if what == "plan":
            found = fleet.plan(machine.name, given["known"])
            if found is None:
                return None
            self.note_given(machine, found[1], at)
            return _base64(found[1])
        if what == "sound":
            path = fleet.sound(machine.name, given["sha256"])
            if path is None:
                return "down"
            machine.fetched[given["sha256"]].append(at)
            return _base64(path.read_bytes())
        if what == "held":
            return fleet.journal_held(machine.name, given["journal"])
        if what == "hand_in":
            piece = read_handed(base64.b64decode(given["piece"]))
            return fleet.take_journal(machine.name, piece)
        status = read_status(base64.b64decode(given["status"]))
        fleet.take_news([News(machine.name, status, self.now, Over.HTTPS)])
        return "ok"

    def note_given(self, machine: Beside, sealed: bytes, at: datetime) -> None:
        """`at`: by the receiver's own time, which runs behind the station's by a step."""
        keyring: Keyring = self.fleet.keys().keyring
        machine.given.append(Given(at, read_plan(sealed, keyring, machine.name)))

    # --- the verdict ----------------------------------------------------------------------------------------------

    def judge(self) -> Figures:
        return Judge(self).figures


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
