"""Random sets of airings on few clusters, run through the real desk in simulated time, against rules written anew.

A set is three clusters of one folder, or one device; nothing of a set touches another. What sounded is what the far
ends were made to play. `python -m tests.order --sets 2000` prints the figures.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time as clocks
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from pipeline.dispatch import Dispatch
from pipeline.domain import (
    FINAL,
    Dedupe,
    Delivery,
    Evidence,
    Medium,
    Occurrence,
    Outgoing,
    Priority,
    Receipt,
    Recording,
    State,
    Window,
    Windows,
)
from pipeline.site import load_site
from pipeline.store import PlannedRow, Store
from tests.sites import write_site

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = datetime(2026, 11, 23, tzinfo=ZONE)
OPEN, CLOSE = time(17), time(18)
TICK = timedelta(seconds=30)
LEAD = timedelta(minutes=10)
FRAME_S = 10  # what stands around the bulletins of an airing


@dataclass
class World:
    now: datetime = DAY + timedelta(hours=16, minutes=40)

    def clock(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Sound:
    cluster: str
    begin: datetime
    end: datetime
    delivery: int
    sha256: str
    whole: bool


@dataclass
class FarEnd:
    """The devices of a folder; each plays exactly what it was given, when it was to."""

    id: str
    world: World
    lead: timedelta
    medium: Medium = Medium.LOUDSPEAKER
    max_batch: int = 50
    dedupe: Dedupe = Dedupe.NONE
    evidence: Evidence = Evidence.PLAYER
    waiting: dict[int, tuple[Outgoing, datetime]] = field(default_factory=dict)
    sounds: list[Sound] = field(default_factory=list)

    is_device: ClassVar[bool] = False

    def check(self) -> None: ...

    def send(self, orders: Sequence[Outgoing]) -> list[Receipt]:
        return [self._take(order) for order in orders]

    def _take(self, order: Outgoing) -> Receipt:
        now = self.world.now
        if order.is_quiet(now):
            return Receipt(order.delivery, now, State.FAILED, code="outside_window")
        if self.is_device and self.waiting:
            return Receipt(order.delivery, now, State.RETRY, code="device_busy")
        begin = max(order.start, now) if self.is_device else order.start
        self.waiting[order.delivery] = order, begin
        return Receipt(order.delivery, now, State.ACCEPTED)

    def poll(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        over = [each.id for each in deliveries if each.id in self.waiting and self._end(each.id) <= self.world.now]
        return [self._over(id, self._end(id), State.CONFIRMED, Evidence.PLAYER) for id in over]

    def withdraw(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        found = []
        for each in deliveries:
            if each.id in self.waiting and self._end(each.id) > self.world.now:
                if self.waiting[each.id][1] >= self.world.now:
                    del self.waiting[each.id]
                    found.append(Receipt(each.id, self.world.now, State.CANCELLED))
                else:
                    found.append(self._over(each.id, self.world.now, State.INTERRUPTED, Evidence.NONE))
        return found

    def _over(self, id: int, end: datetime, state: State, evidence: Evidence) -> Receipt:
        order, begin = self.waiting.pop(id)
        sha256 = order.content.recording.sha256  # type: ignore[union-attr]
        where = self.id if self.is_device else order.target
        self.sounds.append(Sound(where, begin, end, id, sha256, state is State.CONFIRMED))
        return Receipt(id, self.world.now, state, evidence, started=begin, ended=end)

    def _end(self, id: int) -> datetime:
        order, begin = self.waiting[id]
        return begin + order.length


class Device(FarEnd):
    """One device on the station."""

    alone = True
    is_device = True


@dataclass
class Recordings:
    """Bulletins of known lengths; an airing may end behind each."""

    store: Store
    lengths: dict[str, int] = field(default_factory=dict)  # seconds
    heard: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by hash

    def find(self, occurrence: Occurrence) -> Recording | None:
        return self._made(occurrence.bulletins)

    def steps(self, occurrence: Occurrence) -> list[tuple[timedelta, tuple[str, ...]]]:
        names = occurrence.bulletins
        return [(self.length(names[:count]), names[:count]) for count in range(1, len(names) + 1)]

    def shortened(self, occurrence: Occurrence, steps: int, _: datetime) -> Recording | None:
        return self._made(occurrence.bulletins[:steps])

    def left_out(self, _: Occurrence) -> tuple[str, ...]:
        return ()

    def length(self, names: Sequence[str]) -> timedelta:
        return timedelta(seconds=FRAME_S + sum(self.lengths[name] for name in names))

    def _made(self, names: tuple[str, ...]) -> Recording:
        sha256 = "+".join(names)
        made = Recording(sha256, Path("a.mp3"), self.length(names).total_seconds(), -16.0, -1.5, "v", False)
        if sha256 not in self.heard:
            self.heard[sha256] = names
            self.store.save_recording(sha256, made, DAY)
        return made


@dataclass
class Set:
    """Airings that know of each other. `calm`: nothing unforeseen happens, so that every begin can be reckoned."""

    number: int
    alone: bool
    calm: bool
    clusters: list[str]
    planned: list[Occurrence]
    sudden: list[Occurrence]


@dataclass
class Figures:
    sets: int = 0
    deliveries: Counter[str] = field(default_factory=Counter)
    bulletins: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    reckoned: int = 0
    wrong: list[str] = field(default_factory=list)


def make_set(number: int, dice: random.Random, recordings: Recordings) -> Set:
    alone, calm = number % 3 == 0, number % 2 == 0
    clusters = [f"c{number}-{at}" for at in range(1 if alone else 3)]
    sudden: list[Occurrence] = []
    planned = [airing(number, at, clusters, dice, recordings) for at in range(dice.randint(2, 7))]
    if not calm:
        urgent = [each for each in planned if each.priority is Priority.EMERGENCY]
        planned = [each for each in planned if each not in urgent]
        sudden = urgent
    else:
        planned = [each for each in planned if each.start >= DAY + timedelta(hours=16, minutes=50)]
    return Set(number, alone, calm, clusters, planned, sudden)


def airing(number: int, at: int, clusters: list[str], dice: random.Random, recordings: Recordings) -> Occurrence:
    names = tuple(f"b{number}-{at}-{which}" for which in range(dice.randint(1, 5)))
    for name in names:
        recordings.lengths[name] = dice.randint(2, 40) * 10
    priority = dice.choices(tuple(Priority), (6, 3, 1))[0]
    return Occurrence(
        programme=f"p{dice.randint(0, 9)}",
        slot=f"s{number}-{at}",
        start=DAY + timedelta(hours=17, minutes=dice.choice((*range(0, 58, 2), 0, 0, 10, 10, 55))),
        medium=Medium.LOUDSPEAKER,
        title="Cảnh báo",
        bulletins=names,
        targets=tuple(dice.sample(clusters, dice.randint(1, len(clusters)))),
        late_by=timedelta(minutes=dice.choice((0, 2, 5, 15, 15, 30))),
        priority=priority,
    )


class Trial:
    """Some sets at once on one desk. `asleep`: how long the station is off at five o'clock."""

    def __init__(
        self,
        root: Path,
        sets: int,
        seed: int,
        asleep: timedelta = timedelta(0),
        tick: timedelta = TICK,
        *,
        asks: bool = False,
    ) -> None:
        self.tick, self.asks = tick, asks
        self.dice, self.world, self.asleep = random.Random(seed), World(), asleep
        self.store = Store(f"sqlite:///{root / 'loa.db'}")
        self.store.migrate()
        self.recordings = Recordings(self.store)
        self.sets = [make_set(number, self.dice, self.recordings) for number in range(sets)]
        self.figures = Figures(sets=sets)
        self.ends: dict[str, FarEnd] = {"folder": FarEnd("folder", self.world, LEAD)}
        self.ways: dict[str, str] = {}
        for each in self.sets:
            way = f"d{each.number}" if each.alone else "folder"
            if each.alone:
                self.ends[way] = Device(way, self.world, timedelta(0))
            self.ways |= dict.fromkeys(each.clusters, way)
        self.windows = Windows((Window(OPEN, CLOSE, frozenset(range(7))),))
        site = load_site(write_site(root / "site"))
        bulletin = site.bulletins["deepfake"]
        site = replace(
            site,
            station=replace(site.station, windows={Medium.LOUDSPEAKER: self.windows}),
            bulletins={name: replace(bulletin, id=name) for name in self.recordings.lengths},
            programmes=(),
        )
        ends: dict[str, Any] = dict(self.ends)
        self.desk = Dispatch(site, self.store, self.recordings.find, ends, cutting=self.recordings, asks=asks)

    def run(self) -> Figures:
        planned = [each for one in self.sets for each in one.planned]
        self._plan(planned)
        sudden = sorted((each for one in self.sets for each in one.sudden), key=lambda each: each.start)
        five = DAY + timedelta(hours=17)
        while self.world.now < DAY + timedelta(hours=19, minutes=30):
            if not five <= self.world.now < five + self.asleep:
                while sudden and sudden[0].start <= self.world.now:
                    now = sudden.pop(0)
                    self.store.insert_one_off(now, self.ways, areas={}, now=self.world.now)
                self.desk.send_due(self.world.now)
                self.desk.confirm(self.world.now)
            self.world.now += self.tick
        for each in self.sets:
            self._judge(each)
        self.store.close()
        return self.figures

    def _plan(self, planned: Sequence[Occurrence]) -> None:
        until, now = DAY + timedelta(days=1), self.world.now
        shuffled = self.dice.sample(list(planned), len(planned))  # the numbers of the rows must decide nothing
        for each in range(0, len(shuffled), 50):
            done = shuffled[: each + 50]
            self.store.upsert_plan(done, self.ways, since=DAY, until=until, now=now)

    # --- the rules, written anew ----------------------------------------------------------------------------------

    def _judge(self, one: Set) -> None:
        slots = {each.slot for each in (*one.planned, *one.sudden)}
        rows = [row for row in self.store.occurrences(DAY, DAY + timedelta(days=1)) if row.occurrence.slot in slots]
        of = {each.id: (row, each) for row in rows for each in self.store.deliveries_of(row.id)}
        sounds = [sound for end in self.ends.values() for sound in end.sounds if sound.delivery in of]
        by_place: dict[str, list[Sound]] = defaultdict(list)
        for sound in sorted(sounds, key=lambda each: each.begin):
            by_place[sound.cluster].append(sound)
        for where, heard in by_place.items():
            for before, after in pairwise(heard):
                if before.end > after.begin:
                    self._wrong(one, f"two at once on {where}: {before.begin:%H:%M:%S} {after.begin:%H:%M:%S}")
        urgent = {
            (sound.cluster, sound.begin)
            for sound in sounds
            if of[sound.delivery][0].occurrence.priority is Priority.EMERGENCY
        }
        for sound in sounds:
            occurrence = of[sound.delivery][0].occurrence
            closes = self.windows.closes(sound.begin)
            if occurrence.priority is not Priority.EMERGENCY and (
                closes == sound.begin or sound.end > (closes or sound.end)
            ):
                self._wrong(one, f"{occurrence.slot} outside the hours: {sound.begin:%H:%M:%S}-{sound.end:%H:%M:%S}")
            if not sound.whole and not any(w == sound.cluster and abs(sound.end - b) <= self.tick for w, b in urgent):
                self._wrong(one, f"{occurrence.slot} cut off at {sound.end:%H:%M:%S} for no emergency")
        self._count(one, rows, sounds)
        if one.calm and not one.alone and not self.asleep and not self.asks:
            self._reckon(one, rows, by_place, of)

    def _count(self, one: Set, rows: Sequence[PlannedRow], sounds: Sequence[Sound]) -> None:
        """Every delivery has ended with a reason, and what was heard, left out and missed is what was planned."""
        heard = {each.delivery: self.recordings.heard[each.sha256] for each in sounds if each.whole}
        for row in rows:
            deliveries = self.store.deliveries_of(row.id)
            adjusted = self.store.adjustments([each.id for each in deliveries])
            replaced = {each.resume_of for each in deliveries}
            for each in deliveries:
                self.figures.deliveries[each.state.value] += 1
                if each.state not in FINAL or (each.state is not State.CONFIRMED and not each.code):
                    self._wrong(one, f"{row.occurrence.slot} ended as {each.state} {each.code}")
                change = adjusted.get(each.id)
                if change and each.state is State.CONFIRMED:
                    self.figures.changes[change.code] += 1
                said = change.bulletins if change else row.occurrence.bulletins
                if each.state is State.CONFIRMED and set(heard[each.id]) != set(said) and each.resume_of is None:
                    self._wrong(one, f"{row.occurrence.slot} says {said} and was {heard[each.id]}")
                if each.id in replaced:
                    continue
                aired = len(said) if each.state is State.CONFIRMED else 0
                cut = len(change.left_out) if change and aired else 0
                self.figures.bulletins["aired"] += aired
                self.figures.bulletins["cut"] += cut
                self.figures.bulletins["missed"] += len(row.occurrence.bulletins) - aired - cut
                if aired and aired + cut != len(row.occurrence.bulletins):
                    self._wrong(one, f"{row.occurrence.slot} does not add up: {aired} {cut}")

    def _reckon(
        self,
        one: Set,
        rows: Sequence[PlannedRow],
        by_place: dict[str, list[Sound]],
        of: dict[int, tuple[PlannedRow, Delivery]],
    ) -> None:
        """Second by second, in the order of the rule: where each airing of a folder ought to have sounded."""
        found = {
            (each.cluster, of[each.delivery][0].occurrence.slot): each for all in by_place.values() for each in all
        }
        for cluster in one.clusters:
            busy: list[tuple[int, int]] = []
            ordered = sorted(
                (row.occurrence for row in rows if cluster in row.occurrence.targets),
                key=lambda each: (-each.priority.rank, each.start, each.programme, each.slot),
            )
            for each in ordered:
                lengths = [int(length.total_seconds()) for length, _ in self.recordings.steps(each)]
                begin = int((each.start - DAY).total_seconds())
                wanted = brute(lengths, begin, int(each.late_by.total_seconds()), busy, each.priority)
                sound = found.get((cluster, each.slot))
                got = None
                if sound is not None:
                    got = int((sound.begin - DAY).total_seconds()), int((sound.end - DAY).total_seconds())
                self.figures.reckoned += 1
                if wanted != got:
                    self._wrong(one, f"{each.slot} on {cluster}: {got} where {wanted} was due")
                if wanted is not None:
                    busy.append(wanted)

    def _wrong(self, one: Set, what: str) -> None:
        self.figures.wrong.append(f"set {one.number}: {what}")


def brute(
    lengths: Sequence[int], start: int, late_by: int, busy: Sequence[tuple[int, int]], priority: Priority
) -> tuple[int, int] | None:
    """Try every second: the whole as soon as may be, else the most bulletins, else nothing."""
    opens, closes = OPEN.hour * 3600, CLOSE.hour * 3600
    if priority is not Priority.EMERGENCY and not opens <= start < closes:
        return None
    best: tuple[int, int, int] | None = None
    for begin in range(start, start + late_by + 1):
        for count in range(len(lengths), 0, -1):
            end = begin + lengths[count - 1]
            late = priority is not Priority.EMERGENCY and (end > closes or begin >= closes)
            if late or any(begin < b and a < end for a, b in busy):
                continue
            if best is None or count > best[0]:
                best = count, begin, end
            break
    return best[1:] if best else None


def run(sets: int, seed: int, at_once: int = 60, tick: timedelta = TICK) -> Figures:
    """All the sets, some at once; of four trials the station sleeps in one for a while, and in one asks a person."""
    total = Figures()
    for trial, first in enumerate(range(0, sets, at_once)):
        asleep, asks = timedelta(minutes=(0, 0, 12, 0)[trial % 4]), trial % 4 == 3
        with tempfile.TemporaryDirectory(prefix="loa-order-") as folder:
            found = Trial(Path(folder), min(at_once, sets - first), seed + trial, asleep, tick, asks=asks).run()
        total.sets += found.sets
        total.reckoned += found.reckoned
        for name in ("deliveries", "bulletins", "changes"):
            getattr(total, name).update(getattr(found, name))
        total.wrong += [f"trial {trial} (seed {seed + trial}): {each}" for each in found.wrong]
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tick", type=int, default=int(TICK.total_seconds()), help="seconds between two passes")
    asked = parser.parse_args()
    began = clocks.monotonic()
    facts = vars(run(asked.sets, asked.seed, tick=timedelta(seconds=asked.tick))) | {
        "seconds": round(clocks.monotonic() - began)
    }
    print(json.dumps(facts, indent=1, ensure_ascii=False))  # noqa: T201


if __name__ == "__main__":
    main()
