"""One receiver in simulated time, in a process of its own that may die at any instant. See `month.py`.

The core, its journal, its sounds and its contact with the station are the real ones, on a real folder. Simulated are
the clock, the loudspeaker and the line: both ends of the line speak over this process's standard streams. What was
synced to the disk is noted beside the folder, so that a power cut can take the rest away.
"""

from __future__ import annotations

import base64
import contextlib
import heapq
import itertools
import json
import logging
import os
import random
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.clock import ClockTrust, Machine
from pipeline.domain import State
from pipeline.errors import LoaError
from pipeline.playout import Played
from pipeline.protocol.journal import Handed
from pipeline.protocol.status import Status
from pipeline.receiver import contact as contact_module
from pipeline.receiver.contact import Contact
from pipeline.receiver.core import Core
from pipeline.receiver.folder import Folder
from pipeline.receiver.journal import JournalError
from pipeline.receiver.loudspeaker import InHand, Order
from pipeline.receiver.ports import Arrival, LineError
from pipeline.receiver.settings import ReceiverSettings
from pipeline.receiver.sounds import Fetching

NOTICE_S = 0.15
VISIT_EVERY_S = 300.0
MOST_ROUNDS = 20_000  # in one go: more of them is a loop that does not end
DELICATE = ("fsync", "write", "replace", "rename", "unlink", "ftruncate")


class World:
    """True time (seconds since 1970), the machine's clock and how far it is off, and the talk with the harness."""

    def __init__(self) -> None:
        self.true = self.offset = self.booted = 0.0
        self.boot, self.rtc, self.synchronised, self.up = "", True, True, False
        self.fuse = -1

    def clock(self) -> datetime:
        return datetime.fromtimestamp(self.true + self.offset, UTC)

    def monotonic(self) -> float:
        return self.true - self.booted

    def say(self, **facts: Any) -> None:
        sys.stdout.write(json.dumps(facts) + "\n")
        sys.stdout.flush()

    def ask(self, **facts: Any) -> Any:
        self.say(ask=facts, t=self.true)
        return json.loads(sys.stdin.readline())


class SimulatedMachine(Machine):
    def __init__(self, world: World) -> None:
        self.world = world

    def synchronised(self) -> bool | None:
        return self.world.synchronised

    def elapsed(self) -> float:
        return self.world.monotonic()

    def boot(self) -> str:
        return self.world.boot

    def keeps_time(self) -> bool:
        return self.world.rtc


class PipeLine:
    """The line to the station: the harness has it at its other end."""

    def __init__(self, world: World) -> None:
        self.world = world

    def _ask(self, **facts: Any) -> Any:
        if not self.world.up:
            raise LineError("line_down")
        answer = self.world.ask(**facts)
        if answer == "down":
            raise LineError("line_down")
        return answer

    def keyring(self) -> bytes:
        return base64.b64decode(self._ask(what="keyring"))

    def plan(self, known: int) -> bytes | None:
        found = self._ask(what="plan", known=known)
        return None if found is None else base64.b64decode(found)

    def sound(self, sha256: str, size: int, part: Path) -> None:
        begin = part.stat().st_size if part.exists() else 0
        content = base64.b64decode(self._ask(what="sound", sha256=sha256))
        with part.open("ab") as file:  # cut midway now and then: the next try goes on there
            file.write(content[begin : begin + random.choice((200, len(content), len(content)))])
        if part.stat().st_size < len(content):
            raise LineError("line_broken")

    def held(self, journal: str) -> int:
        return int(self._ask(what="held", journal=journal))

    def hand_in(self, piece: Handed) -> int:
        return int(self._ask(what="hand_in", piece=base64.b64encode(piece.payload()).decode()))

    def tell(self, status: Status) -> None:
        self._ask(what="tell", status=base64.b64encode(status.payload()).decode())

    def offset_s(self) -> float | None:
        return self.world.offset if self.world.up else None


class SimulatedSound:
    """One order in the hand of the simulated loudspeaker: `begin` a moment before, then it sounds, then it is over."""

    def __init__(self, speaker: SimulatedSpeaker, order: Order) -> None:
        self.speaker, self.order, self.world = speaker, order, speaker.world
        wait = max(0.0, (order.at - self.world.clock()).total_seconds())
        self.at = self.world.true + wait
        self.length = order.seconds - order.offset_s
        self.played: Played | None = None
        self.sounds_since: float | None = None
        speaker.plan(max(self.world.true, self.at - NOTICE_S), self.notice)

    def notice(self) -> None:
        if self.played is not None:
            return
        try:
            self.order.begin()
        except LoaError as error:
            self._end(Played(State.FAILED, error.code))
            return
        self.speaker.plan(self.at, self.start)

    def start(self) -> None:
        if self.played is not None:
            return
        self.sounds_since = self.world.true
        self.speaker.emit("start", self.order.path.name, self.order.offset_s)
        self.speaker.plan(self.world.true + self.length, self.finish)

    def finish(self) -> None:
        if self.played is None:
            self.speaker.emit("end", self.order.path.name, self.order.seconds)
            self._end(Played(State.CONFIRMED))

    def _end(self, played: Played) -> None:
        self.played = played
        self.order.over()

    @property
    def left_s(self) -> float:
        return self.at - self.world.true

    @property
    def position_s(self) -> float:
        return 0.0 if self.sounds_since is None else min(self.length, self.world.true - self.sounds_since)

    def result(self) -> Played | None:
        return self.played

    def stop(self) -> Played | None:
        if self.played is None:
            if self.sounds_since is None:
                self.played = Played(State.CANCELLED, "stopped")
            else:
                self.speaker.emit("stop", self.order.path.name, self.order.offset_s + self.position_s)
                self.played = Played(State.INTERRUPTED, "stopped")
        return self.played


class SimulatedSpeaker:
    """Keeps what is due in order of time. `tend` and the relay do nothing here."""

    fault = ""

    def __init__(self, world: World) -> None:
        self.world = world
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._count = itertools.count()

    def arm(self, order: Order) -> InHand:
        return SimulatedSound(self, order)

    def tone(self, gain_db: float, lead_in: timedelta, over: Callable[[], None]) -> InHand:
        raise NotImplementedError

    def warm_up(self, lead_in: timedelta) -> timedelta:
        return lead_in

    def tend(self, *, idle: bool) -> None:
        """Nothing to switch."""

    def plan(self, true: float, what: Callable[[], None]) -> None:
        heapq.heappush(self._due, (true, next(self._count), what))

    def emit(self, what: str, sound: str, position_s: float) -> None:
        self.world.say(sound=what, sha256=sound, t=self.world.true, position_s=position_s)

    @property
    def next(self) -> float | None:
        return self._due[0][0] if self._due else None

    def run_due(self) -> None:
        while self._due and self._due[0][0] <= self.world.true + 1e-6:
            heapq.heappop(self._due)[2]()


class Shadow:
    """Notes beside the folder what was synced: contents of files by inode, names of folders."""

    def __init__(self, root: Path, shadow: Path) -> None:
        self.root, self.shadow = root, shadow
        for name in ("files", "links", "names"):
            (shadow / name).mkdir(parents=True, exist_ok=True)

    def synced(self, handle: int) -> None:
        path = Path(f"/proc/self/fd/{handle}").readlink()
        if not path.is_relative_to(self.root):
            return
        if path.is_dir():
            names = {each.name: each.stat().st_ino for each in path.iterdir() if each.is_file()}
            self._put(self.shadow / "names" / f"{path.stat().st_ino}.json", json.dumps(names).encode())
            return
        inode = os.fstat(handle).st_ino
        with contextlib.suppress(OSError):
            self._put(self.shadow / "files" / str(inode), path.read_bytes())
        with contextlib.suppress(FileExistsError, FileNotFoundError):
            os.link(path, self.shadow / "links" / str(inode))  # so that no other file gets its number

    def _put(self, path: Path, content: bytes) -> None:
        part = path.with_name(path.name + ".new")
        part.write_bytes(content)
        _ORIGINAL["replace"](part, path)


_ORIGINAL: dict[str, Callable[..., Any]] = {name: getattr(os, name) for name in DELICATE}


def watch_disk(world: World, shadow: Shadow) -> None:
    """Count what touches the disk: at the end of the fuse this process dies, before or after the call."""

    def wrapped(name: str) -> Callable[..., Any]:
        original = _ORIGINAL[name]

        def call(*given: Any, **named: Any) -> Any:
            if name == "write" and given[0] <= 2:
                return original(*given, **named)
            world.fuse -= 1
            if world.fuse == 0:
                if name == "write" and random.random() < 0.5:
                    original(given[0], bytes(given[1])[: random.randrange(len(given[1]) + 1)])
                os.kill(os.getpid(), signal.SIGKILL)
            result = original(*given, **named)
            if name == "fsync":
                shadow.synced(given[0])
            return result

        return call

    for name in DELICATE:
        setattr(os, name, wrapped(name))


class Child:
    """Serves the harness: `go` until a moment, with what the world is like meanwhile."""

    def __init__(self, root: Path, receiver: str, station_key: bytes, first_keyring: bytes, world: World) -> None:
        self.world, self.folder = world, Folder(root)
        self.folder.prepare()
        self.speaker, self.line = SimulatedSpeaker(world), PipeLine(world)
        contact_module.EVERY_S = VISIT_EVERY_S
        self.core = Core(
            self.folder,
            ReceiverSettings(free_space=0),
            receiver,
            station_key,
            self.speaker,
            clock=world.clock,
            trust=ClockTrust(world.clock, self.folder, machine=SimulatedMachine(world)),
            first_keyring=first_keyring,
            monotonic=world.monotonic,
            answer=lambda reply, _: world.say(reply=reply.code, command=reply.command),
        )
        self.contact = Contact(self.core, self.line, None, monotonic=world.monotonic, chance=lambda: 0.5)
        self.fetching = Fetching(
            self.core.sounds, self.line, free=self.folder.free_bytes, refused=self._refused, monotonic=world.monotonic
        )
        self.visit_at = self.fetch_at = 0.0
        self.was_up = False

    def go(self, until: float) -> None:
        """Live through simulated time."""
        world = self.world
        if world.up and not self.was_up:
            self.fetching.hurry()
            self.visit_at = self.fetch_at = 0.0
        self.was_up = world.up
        seen = self.core.plan_version
        for _ in range(MOST_ROUNDS):
            self.speaker.run_due()
            asked = self.core.turn()
            if self.core.plan_version != seen:
                seen, self.fetch_at = self.core.plan_version, 0.0
            if world.true >= self.visit_at:
                self.visit_at = world.true + self.contact.visit()
                continue
            if world.true >= self.fetch_at:
                self.fetch_at = world.true + self.fetching.step(self.core.needed())
                continue
            moments = [until, self.visit_at, self.fetch_at]
            if asked is not None:
                moments.append(max(asked.timestamp() - world.offset, world.true + 1e-3))
            if self.speaker.next is not None:
                moments.append(self.speaker.next)
            world.true = max(world.true, min(moments))
            if world.true >= until:
                return
        raise AssertionError(f"no end of turns at {world.clock()}: asked {asked}, {moments}")

    def _refused(self, sha256: str, code: str) -> None:
        with contextlib.suppress(JournalError):
            self.core.refusals.refuse("sound", code, {"sound": sha256[:12]})


def main() -> None:
    logging.disable(logging.CRITICAL)
    setup = json.loads(sys.stdin.readline())
    random.seed(setup["seed"])
    world = World()
    _take(world, setup["world"])
    root = Path(setup["root"])
    (root / "var").mkdir(parents=True, exist_ok=True)
    watch_disk(world, Shadow(root, Path(setup["shadow"])))
    child = Child(root, setup["receiver"], base64.b64decode(setup["key"]), base64.b64decode(setup["keyring"]), world)
    world.say(ready=True)
    for line in sys.stdin:
        order = json.loads(line)
        if "damage" in order:
            _damage(child, order["damage"])
            continue
        _take(world, order["world"])
        for what, payload, retained in order.get("arrive", ()):
            child.core.arrive(what, Arrival(base64.b64decode(payload), retained))
        child.go(order["until"])
        world.say(done=world.true)


def _take(world: World, facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        setattr(world, name, value)


def _damage(child: Child, how_many: int) -> None:
    """Some sounds on the disk are no longer what they were."""
    files = sorted(each for each in child.folder.sounds.iterdir() if len(each.name) == 64)
    chosen = random.sample(files, min(how_many, len(files)))
    child.world.say(damaged=[each.name for each in chosen])
    for path in chosen:
        if random.random() < 0.5:
            path.unlink()
        else:
            content = bytearray(path.read_bytes())
            content[random.randrange(len(content))] ^= 1
            path.write_bytes(bytes(content))
    child.world.say(done=child.world.true)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
