"""A simulated year of the sample station among kills, clock steps, edits, disk faults and outages.

The station is the real one (`Unattended`, dispatch, SQLite on disk); time, machine, voices and far ends are simulated.
The far end outlives every kill and remembers each sound. `python -m tests.year`
prints the figures.
"""

from __future__ import annotations

import argparse
import functools
import json
import logging
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from pipeline.channels import Channel
from pipeline.clock import Machine
from pipeline.config.channels import CHANNEL_MEDIA
from pipeline.contacts import sample_contacts
from pipeline.dispatch import expand_site
from pipeline.domain import (
    FINAL,
    Dedupe,
    Delivery,
    Evidence,
    Medium,
    Occurrence,
    Outgoing,
    Receipt,
    Recording,
    State,
)
from pipeline.edits import Watch, has_errors
from pipeline.errors import LoaError, Outcome, SendError, StoreError
from pipeline.site import Site, load_site
from pipeline.store import Store
from pipeline.unattended import Unattended
from tests.people import approve_everything

ROOT = Path(__file__).parents[1]
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST = datetime(2026, 11, 23, tzinfo=ZONE)
RECORDING = Recording("ab" * 32, Path("a.mp3"), 60.0, -16.0, -1.5, "espeak-ng/vi", False)
LENGTH = timedelta(seconds=RECORDING.duration_s)
GRID = timedelta(hours=1)
RESTART = timedelta(seconds=5)
SETTLE = timedelta(days=2)
SPEAKING = (State.SENDING, State.ACCEPTED, State.CONFIRMED, State.INTERRUPTED, State.UNKNOWN)

Target = tuple[tuple[str, str, datetime], str]
"""Occurrence key and target."""


class Killed(BaseException):
    """kill -9: nothing may catch it."""


@dataclass
class World:
    """What lies outside the station: time, power, disk, loudspeakers and telephones."""

    dice: random.Random
    now: datetime = FIRST
    offset: timedelta = timedelta(0)  # of the machine's clock
    synchronised: bool = False
    disk_fails: bool = False
    fuse: int | None = None  # calls until the station is killed
    sounds: Counter[Target] = field(default_factory=Counter)
    sms: Counter[Target] = field(default_factory=Counter)
    journal: dict[int, datetime] = field(default_factory=dict)  # delivery → when it began, by true time
    kills: int = 0

    def clock(self) -> datetime:
        return self.now + self.offset

    def tread(self) -> None:
        """One more step of the station; the last one where the fuse is burnt."""
        if self.fuse is None:
            return
        self.fuse -= 1
        if self.fuse < 0:
            self.fuse = None
            self.kills += 1
            raise Killed


class SimulatedMachine(Machine):
    def __init__(self, world: World) -> None:
        self.world = world

    def synchronised(self) -> bool:
        return self.world.synchronised

    def elapsed(self) -> float:
        return (self.world.now - FIRST).total_seconds()

    def boot(self) -> str:
        return "one"

    def keeps_time(self) -> bool:
        return True


class StubProduction:
    """Everything that has bulletins is recorded already."""

    def __init__(self, site: Site, store: Store, **_: Any) -> None:
        self.site, self.store = site, store
        self.failures: list[Any] = []

    def find(self, occurrence: Occurrence, *_: Any, **__: Any) -> Recording | None:
        return RECORDING if occurrence.bulletins else None

    def make(self, *_: Any, **__: Any) -> None: ...

    def hand_over(self, recording: Recording, _: str) -> Recording | None:
        return recording

    def steps(self, occurrence: Occurrence) -> list[Any]:
        return [(LENGTH, occurrence.bulletins)]

    def shortened(self, *_: Any) -> Recording | None:
        return None

    def left_out(self, _: Occurrence) -> tuple[str, ...]:
        return ()


class FarEnd:
    """A channel of the simulated station. `askable`: its far end knows after a restart what it was given."""

    lead = timedelta(0)
    dedupe = Dedupe.NONE
    evidence = Evidence.PLAYER

    def __init__(self, id: str, medium: Medium, world: World, *, askable: bool) -> None:
        self.id, self.medium, self.world, self.askable = id, medium, world, askable
        self.max_batch = 7 if askable else 1
        self._playing: set[int] = set()

    def check(self) -> None: ...

    def send(self, orders: Sequence[Outgoing]) -> list[Receipt]:
        self.world.tread()
        if self.world.disk_fails:
            if self.world.dice.random() < 0.5:
                raise OSError(5, "Input/output error")
            raise SendError("folder_unwritable", Outcome.NOT_SENT)
        return [self._take(order) for order in orders]

    def _take(self, order: Outgoing) -> Receipt:
        heard = self.world.sounds if self.medium is Medium.LOUDSPEAKER else self.world.sms
        heard[order.occurrence, order.target] += 1
        self.world.journal[order.delivery] = self.world.now
        self._playing.add(order.delivery)
        self.world.tread()
        return Receipt(order.delivery, self.world.clock(), State.ACCEPTED)

    def poll(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        self.world.tread()
        return [receipt for each in deliveries if (receipt := self._news(each))]

    def _news(self, delivery: Delivery) -> Receipt | None:
        now = self.world.clock()
        if not self.askable and delivery.id not in self._playing:
            return Receipt(delivery.id, now, State.INTERRUPTED, code="player_gone")
        began = self.world.journal.get(delivery.id)
        if began is None:
            return Receipt(delivery.id, now, State.RETRY, code="folder_not_listed")
        if self.world.now < began + LENGTH:
            return None
        return Receipt(delivery.id, now, State.CONFIRMED, self.evidence, started=now - LENGTH, ended=now)

    def withdraw(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        return []


def fragile_store(world: World) -> type[Store]:
    """The real store, killed between any two calls, refusing while the disk fails."""

    def wrap(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def call(*arguments: Any, **more: Any) -> Any:
            world.tread()
            if world.disk_fails:
                raise StoreError("store_disk_failed")
            result = method(*arguments, **more)
            world.tread()
            return result

        return call

    skipped = {"close", "migrate"}
    own = [name for name in dir(Store) if name[0] != "_" and name not in skipped]  # what it inherits is its own, too
    methods = {name: getattr(Store, name) for name in own if callable(getattr(Store, name))}
    return type("FragileStore", (Store,), {name: wrap(method) for name, method in methods.items()})


class Files:
    """The site on disk and the people who edit it; knows the last good files by itself."""

    def __init__(self, root: Path, dice: random.Random) -> None:
        self.root, self.dice = root, dice
        for folder in ("config", "schedules", "scripts_audio"):
            shutil.copytree(ROOT / folder, root / folder)
        self._put_on_sound_card()
        self.broken: dict[Path, str] = {}
        self.added: list[Path] = []
        self.unseen = False  # good files that the station has not read yet
        self.good = load_site(root)
        assert not has_errors(self.good), self.good.problems
        self._known: dict[tuple[date, int], tuple[Occurrence, ...]] = {}

    def edit(self) -> str:
        """One random edit; what it was."""
        kinds = [self.add, self.add, self.move, self.move, self.remove, self.breaks, self.mend, self.mend]
        done = self.dice.choice(kinds)()
        site = load_site(self.root)
        if not has_errors(site):
            self.good = site
            self.unseen = True
            self._known.clear()
        return done

    def add(self) -> str:
        number = self.dice.randrange(10**6)
        path = self.root / "schedules" / f"them-{number}.yaml"
        day = self.dice.choice(["mon", "tue", "wed", "thu", "fri", "sat", "sun", "mon, wed, sat"])
        at = f"{self.dice.choice([5, 17, 18])}:{self.dice.randrange(6, 28):02d}"
        path.write_text(
            f"programme: them-{number}\ntitle: Thêm {number}\nfrom: 2026-01-05\nslots:\n  - id: s\n    days: [{day}]\n"
            f'    at: "{at}"\n    medium: loudspeaker\n    areas: [an-lao]\n    length: 10m\n'
            f"    play: {{bulletins: [deepfake, khoa-sim]}}\n    late_by_at_most: {self.dice.choice([5, 15, 30])}m\n",
            encoding="utf-8",
        )
        self.added.append(path)
        return "add"

    def move(self) -> str:
        path = self.dice.choice(sorted((self.root / "schedules").glob("*.yaml")))
        if path in self.broken:
            return self.mend()
        text = path.read_text(encoding="utf-8")
        one, other = self.dice.sample(['"05:15"', '"05:20"', '"17:15"', '"17:25"', '"17:30"'], 2)
        path.write_text(text.replace(one, other), encoding="utf-8")
        return "move"

    def remove(self) -> str:
        if not self.added:
            return self.add()
        path = self.added.pop(self.dice.randrange(len(self.added)))
        self.broken.pop(path, None)
        path.unlink()
        return "remove"

    def breaks(self) -> str:
        if self.unseen:  # nobody could know what stood there in between
            return self.add()
        path = self.dice.choice(sorted((self.root / "schedules").glob("*.yaml")))
        text = self.broken.setdefault(path, path.read_text(encoding="utf-8"))
        path.write_text(text + self.dice.choice(["\n  - [\n", "\nslots: none\n", "\n\tx: y\n"]), encoding="utf-8")
        return "break"

    def mend(self) -> str:
        for path, text in self.broken.items():
            path.write_text(text, encoding="utf-8")
        self.broken.clear()
        return "mend"

    def between(self, first: datetime, last: datetime) -> list[Occurrence]:
        """What the last good files ask for with first < start ≤ last."""
        day, days = (
            first.astimezone(ZONE).date(),
            (last.astimezone(ZONE).date() - first.astimezone(ZONE).date()).days + 1,
        )
        if (day, days) not in self._known:
            self._known[day, days] = expand_site(self.good, day, days).occurrences
        return [each for each in self._known[day, days] if first < each.start <= last]

    def _put_on_sound_card(self) -> None:
        """One cluster hangs on the station's own amplifier."""
        channels = self.root / "config" / "channels.yaml"
        text = channels.read_text(encoding="utf-8")
        channels.write_text(
            text.replace("channels:\n", "channels:\n  may: {type: sound_card, device: default}\n", 1), encoding="utf-8"
        )
        areas = self.root / "config" / "areas.yaml"
        areas.write_text(
            areas.read_text(encoding="utf-8").replace("channel: thu-muc", "channel: may", 1), encoding="utf-8"
        )


@dataclass
class Ledger:
    """What should have happened, written by somebody who only looks at files, clock and far ends."""

    expected: dict[tuple[str, str, datetime], Occurrence] = field(default_factory=dict)
    airable: set[tuple[str, str, datetime]] = field(default_factory=set)


class Year:
    """One run. `play` goes through it, `figures` judges it."""

    def __init__(self, root: Path, *, days: int, events: int, seed: int) -> None:
        self.dice = random.Random(seed)
        self.world = World(self.dice)
        self.files = Files(root, self.dice)
        self.root, self.days = root, days
        self.ledger = Ledger()
        self.station: Unattended | None = None
        self.down_until = FIRST
        self.mend_disk_at = self.mend_clock_at = FIRST + timedelta(days=10**4)
        self.high_water = FIRST - timedelta(seconds=1)
        self.stood: dict[tuple[str, str, datetime], Occurrence] = {}  # what the files said when its time came
        self.happened: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.end = FIRST + timedelta(days=days)
        self.events = sorted(self._moment() for _ in range(events))

    def play(self) -> None:
        """From the first day to the last, then two quiet days in which everything must come to its end."""
        store = fragile_store(self.world)

        def open_store(at: Path) -> Store:
            opened = store(f"sqlite:///{at / 'var' / 'loa.db'}", key=at / "var" / "contacts.key")
            opened.migrate()
            return opened

        def channels(site: Site, _: Any, without: Collection[str] = ()) -> dict[str, Channel]:
            return {
                name: self._channel(name, CHANNEL_MEDIA[each.type])
                for name, each in site.channels.items()
                if name not in without
            }

        parts = {"open_store": open_store, "production_of": StubProduction, "build_channels": channels}
        (self.root / "var").mkdir()
        first = open_store(self.root)
        first.import_contacts(
            "to-truong", "thu", sample_contacts("to-truong", 6, sorted(self.files.good.areas.by_id)), now=FIRST
        )
        approve_everything(self.files.good, first)
        first.close()
        with (
            patch("pipeline.app.stale", lambda *_: False),  # in a year nobody looks the addresses up again
            patch.multiple("pipeline.app", **parts),
            patch("pipeline.unattended.Watch", functools.partial(Watch, quiet_s=0)),
        ):
            for moment in self._moments():
                self._go_to(moment)
            if self.station:
                self.station.close()

    # --- time ---------------------------------------------------------------------------------------------------------

    def _moment(self) -> datetime:
        """When something happens: half of it around airings."""
        moment = FIRST + self.dice.random() * timedelta(days=self.days)
        if self.dice.random() < 0.5:
            hour = self.dice.choice([5, 17, 17, 18])
            moment = moment.replace(hour=hour, minute=self.dice.randrange(5, 45))
        return moment

    def _moments(self) -> list[tuple[datetime, bool]]:
        grid = int((self.end + SETTLE - FIRST) / GRID)
        moments = {FIRST + number * GRID for number in range(grid)}
        for hour in (5, 17, 18):  # every third minute while things air
            for day in range(self.days):
                base = FIRST + timedelta(days=day, hours=hour)
                moments |= {base + timedelta(minutes=minute, seconds=1) for minute in range(4, 50, 3)}
        return sorted([*((each, False) for each in moments), *((each, True) for each in self.events)])

    def _go_to(self, step: tuple[datetime, bool]) -> None:
        self.world.now, is_event = step
        if self.world.now >= min(self.mend_disk_at, self.end):
            self.world.disk_fails = False
        if self.world.now >= min(self.mend_clock_at, self.end):
            self.world.offset, self.world.synchronised = timedelta(0), True
        else:
            self.world.synchronised = False
        if self.world.now >= self.end:
            self.files.mend()
            self.world.fuse = None
        self._look_at_files()
        if is_event:
            self._happen()
        if self.world.now >= min(self.down_until, self.end):
            self._pass()

    def _look_at_files(self) -> None:
        """What the files say, at the moment it begins, by a clock that is about right."""
        now = self.world.clock()
        if abs(self.world.offset) < timedelta(hours=1) and now > self.high_water:
            self.stood |= {each.key: each for each in self.files.between(self.high_water, now)}
            self.high_water = now

    def _happen(self) -> None:
        kind = self.dice.choices(["kill", "outage", "clock", "edit", "disk"], [45, 8, 10, 27, 10])[0]
        self.happened[kind if kind != "edit" else self.files.edit()] += 1
        if kind == "kill":
            self.world.fuse = int(self.dice.expovariate(1 / 25))
        elif kind == "outage":
            self._die()
            self.down_until = self.world.now + timedelta(minutes=2 * 1500 ** self.dice.random())
        elif kind == "clock":
            minutes = self.dice.choice([-10, 10, -1440, 1440])
            self.world.offset += timedelta(minutes=minutes)
            self.world.synchronised = False
            self.mend_clock_at = self.world.now + timedelta(minutes=self.dice.randrange(5, 90))
        elif kind == "disk":
            self.world.disk_fails = True
            self.mend_disk_at = self.world.now + timedelta(minutes=self.dice.randrange(1, 30))

    # --- the station --------------------------------------------------------------------------------------------------

    def _pass(self) -> None:
        """What the lanes do, one after the other; a fault costs its lane's turn and nothing else."""
        try:
            whole = self._start()
            for work in ("follow_edits", "plan", "send_due", "confirm") if whole else ():
                whole = self._lane(work) and whole
        except Killed:
            self._die()
            self.down_until = self.world.now + RESTART
            return
        if whole and self.station is not None and self.station.is_clock_trusted():
            self._enter()

    def _start(self) -> bool:
        if self.station is None:
            try:
                self.station, _ = Unattended.stand_by(self.root, self.world.clock, SimulatedMachine(self.world))
            except LoaError as error:
                self.faults[f"start {error.code}"] += 1
        return self.station is not None

    def _lane(self, work: str) -> bool:
        try:
            getattr(self.station, work)()
        except LoaError as error:
            self.faults[f"{work} {error.code}"] += 1
            return False
        return True

    def _die(self) -> None:
        if self.station is not None:
            Store.close(self.station.store)
            self.station = None

    def _enter(self) -> None:
        """A whole pass went by: what had come by now must be in the books, what may still start must have."""
        now = self.world.clock()
        first = min((each.start for each in self.stood.values()), default=now) - timedelta(seconds=1)
        still = {each.key for each in self.files.between(first, now)}
        self.ledger.expected |= {key: each for key, each in self.stood.items() if key in still}
        self.stood.clear()
        self.files.unseen = False
        for each in self.files.between(now - timedelta(hours=3), now):
            if now <= each.too_late and each.start < self.end and each.key in self.ledger.expected:
                self.ledger.airable.add(each.key)

    def _channel(self, name: str, medium: Medium) -> FarEnd:
        return FarEnd(name, medium, self.world, askable=name != "may")

    # --- the verdict --------------------------------------------------------------------------------------------------

    def figures(self) -> dict[str, Any]:
        """What came of it, and `wrong`: everything that must not be, in words."""
        store = Store(f"sqlite:///{self.root / 'var' / 'loa.db'}")
        rows = {row.occurrence.key: row for row in store.occurrences(FIRST - timedelta(days=2), self.end)}
        wrong: list[str] = []
        states: Counter[str] = Counter()
        reasons: Counter[str] = Counter()
        reached: dict[Target, State] = {}
        for key, row in rows.items():
            deliveries = store.deliveries_of(row.id)
            if not deliveries and not row.code:
                wrong.append(f"{key} has neither deliveries nor a reason")
            for each in deliveries:
                reached[key, each.target] = each.state
                states[each.state.value] += 1
                if each.state is not State.CONFIRMED:
                    reasons[f"{each.state.value} {each.code}"] += 1
                wrong += self._judge(key, each)
        store.close()
        wrong += [f"{key} was lost" for key in self.ledger.expected if key not in rows and key[2] < self.end]
        wrong += [f"{key} sounded {count} times" for key, count in self.world.sounds.items() if count > 1]
        wrong += [f"{key} was sent {count} times" for key, count in self.world.sms.items() if count > 1]
        wanted = [(key, target) for key in self.ledger.airable for target in self._targets(key)]
        aired = sum(bool(self.world.sounds[each]) for each in wanted)
        return {
            "days": self.days,
            "events": dict(sorted(self.happened.items())),
            "kills": self.world.kills,
            "occurrences": len(rows),
            "expected": len(self.ledger.expected),
            "deliveries": dict(states),
            "not_confirmed": dict(reasons.most_common()),
            "airable": len(wanted),
            "aired": aired,
            "share": round(aired / max(1, len(wanted)), 5),
            "sounds": sum(self.world.sounds.values()),
            "faults_survived": dict(self.faults.most_common()),
            "wrong": wrong,
        }

    def _judge(self, key: tuple[str, str, datetime], delivery: Delivery) -> list[str]:
        heard = self.world.sounds[key, delivery.target] + self.world.sms[key, delivery.target]
        place = f"{key} {delivery.target} {delivery.state.value} {delivery.code}"
        if delivery.state not in FINAL and delivery.state is not State.UNKNOWN:
            return [f"{place} has not ended"]
        if delivery.state is not State.CONFIRMED and not delivery.code:
            return [f"{place} has no reason"]
        if heard and delivery.state not in SPEAKING:
            return [f"{place} was heard all the same"]
        if delivery.state is State.CONFIRMED and not heard:
            return [f"{place} was never heard"]
        return []

    def _targets(self, key: tuple[str, str, datetime]) -> tuple[str, ...]:
        found = self.ledger.expected.get(key)
        return found.targets if found and found.medium is Medium.LOUDSPEAKER else ()


def run(days: int, events: int, seed: int) -> dict[str, Any]:
    """One simulated stretch in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="loa-year-") as folder:
        year = Year(Path(folder), days=days, events=events, seed=seed)
        year.play()
        return year.figures()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--events", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    began = time.monotonic()
    figures = run(asked.days, asked.events, asked.seed) | {"seconds": round(time.monotonic() - began)}
    print(json.dumps(figures, indent=1, ensure_ascii=False, default=str))  # noqa: T201


if __name__ == "__main__":
    main()
