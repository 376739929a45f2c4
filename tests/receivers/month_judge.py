"""The judge of a simulated month: what sounded against what reached the receivers and what the station's books say."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pipeline.domain import FINAL, Occurrence, Priority, State
from pipeline.protocol.plan import ReceiverPlan
from pipeline.receiver.segments import read_all

if TYPE_CHECKING:
    from tests.receivers.month import Beside, Month

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST = datetime(2026, 11, 23, tzinfo=ZONE)
HOURS = ((5 * 60, 6 * 60 + 30), (17 * 60, 19 * 60))  # minutes of the day, as config/station.yaml has them
SLACK = timedelta(seconds=6)


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
    """A plan that was on its way to a receiver. `at`: when; `sure`: it lived on and took it; None: it may have died."""

    at: datetime
    plan: ReceiverPlan
    sure: bool | None = False

    @property
    def ids(self) -> set[str]:
        return {each.id for each in self.plan.airings}


@dataclass
class Figures:
    """What came of it. `wrong`: everything that must not be, in words."""

    facts: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


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
        for one, other in itertools.pairwise(sounds):
            if one.ended is None or one.whole or other.offset_s < one.offset_s:
                self._wrong(f"{name} went on after {one} with {other}")
        for each in sounds:
            if airing.priority is not Priority.EMERGENCY and not _in_hours(each):
                self._wrong(f"{name} sounded at a quiet hour: {local(each.began)} to {each.ended}")
            known = [given for given in machine.given if given.at < each.began - SLACK]
            sure = max((at for at, given in enumerate(known) if given.sure), default=len(known))
            may = known[sure:]  # it goes by the last it surely took, or by one that came while it died
            if may and not any(id in given.ids for given in may) and not self._came_after(machine, id, each):
                deleted = f"deleted by plan {may[0].plan.version} of {local(may[0].at)}"
                self._wrong(f"{name} sounded at {local(each.began)}, {deleted}; {self._said(machine, id)}")

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
            self._wrong(f"{name}: not accounted for; sounded {sounds}; {self._said(machine, id)}")
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

    def _said(self, machine: Beside, id: str) -> str:
        """What the journals at the station say of an airing."""
        said = [each for name in own_journals(machine) for each in self.store.receiver_entries(machine.name, name)]
        return "; ".join(
            f"{each.kind} {each.code} {dict(each.facts)} {local(each.at)}" for each in said if each.airing == id
        )

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
        ((after - at).total_seconds() for (at, is_up), (after, _) in itertools.pairwise(changes) if is_up),
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
