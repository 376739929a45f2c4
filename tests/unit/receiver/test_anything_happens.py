"""Whatever is planned, edited, cut and killed: nothing twice, nothing in quiet hours, everything accounted for."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipeline.domain import OVERTIME, Priority
from pipeline.protocol.command import Order
from pipeline.protocol.journal import LAST, Kind
from pipeline.protocol.plan import Airing
from pipeline.receiver.hours import Hours
from pipeline.receiver.settings import ReceiverSettings
from tests.unit.receiver.world import START, Sounded, World, airing, hours

END = 240  # minutes; what is planned lies before, with room to be late
JITTER = timedelta(seconds=0.1)
OPEN = hours("16:00-17:10", "17:30-18:15", "18:15-19:00")
EXAMPLES = int(os.environ.get("LOA_EXAMPLES", "20"))
PHASES = [each for each in Phase if os.environ.get("LOA_SHRINK", "1") == "1" or each is not Phase.shrink]


@dataclass(frozen=True)
class Happening:
    minute: float
    what: str
    number: int
    amount: float
    near: bool  # to the begin of an airing, rather than at some minute

    def placed(self, first: list[tuple[int, dict[str, object]]]) -> Happening:
        """With its minute known."""
        if not self.near:
            return self
        begin = first[self.number % len(first)][1]["minutes"]
        return replace(self, minute=begin + self.amount / 6, amount=self.amount / 3)  # type: ignore[operator]


MINUTES = st.floats(0, END - 60).map(lambda each: round(each, 2))
AIRINGS = st.builds(
    lambda number, minutes, seconds, late, priority, resumes: (
        number, {"minutes": minutes, "seconds": seconds, "late": late, "priority": priority, "resumes": resumes}
    ),
    st.integers(0, 11), MINUTES, st.floats(30, 900), st.sampled_from([0, 1, 5, 15, 40]),
    st.sampled_from([Priority.ROUTINE] * 4 + [Priority.PRIORITY] * 2 + [Priority.EMERGENCY]), st.booleans(),
)  # fmt: skip
HAPPENINGS = st.builds(
    Happening,
    MINUTES,
    st.sampled_from(["add", "add", "kill", "kill", "remove", "remove", "move", "again", "silence", "fault", "lose"]),
    st.integers(0, 11),
    st.floats(0.02, 45),
    st.booleans(),
)


@pytest.fixture(scope="module", autouse=True)
def quick_disk() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        patch.setattr("pipeline.receiver.journal.RESERVE", 4096)
        yield


class Story:
    """One history, and all that must hold of it."""

    def __init__(self, folder: Path, first: list[tuple[int, dict[str, object]]], own: bool) -> None:
        sets = ReceiverSettings(always_trusted=True, free_space=10, windows=hours("16:00-18:50") if own else None)
        self.world = World(folder, settings=sets)
        self.ordered: dict[str, Airing] = {}  # as the last plan had it
        self.ever: dict[str, list[Airing]] = {}
        self.orders: list[tuple[float, set[str]]] = []
        self.down_until = 0.0
        self.downs: list[tuple[float, float]] = []
        for number, facts in first:
            self.ordered[f"x{number}"] = airing(f"x{number}", **facts)  # type: ignore[arg-type]
        self.plan(0.0)

    def plan(self, minute: float) -> None:
        if self.world.core is None:
            return
        for id, each in self.ordered.items():
            self.ever.setdefault(id, []).append(each)
        self.orders.append((minute, set(self.ordered)))
        self.world.give(self.world.station.plan(self.ordered.values(), issued=self.world.true, windows=OPEN))

    def live(self, each: Happening) -> None:
        self.go_to(each.minute)
        id = f"x{each.number}"
        if each.what == "kill" and self.world.core is not None:
            self.world.kill()
            self.down_until = each.minute + each.amount
            self.downs.append((each.minute, self.down_until))
        elif self.world.core is None:
            return
        elif each.what == "remove":
            self.ordered.pop(id, None)
            self.plan(each.minute)
        elif each.what == "move" and id in self.ordered:
            by = timedelta(minutes=each.amount - 20)
            old = self.ordered[id]
            self.ordered[id] = replace(old, begin=old.begin + by, latest=old.latest + by)
            self.plan(each.minute)
        elif each.what == "add":
            urgent = Priority.EMERGENCY if each.number % 2 else Priority.ROUTINE
            self.ordered.setdefault(f"y{each.number}", airing(f"y{each.number}", each.minute, priority=urgent))
            self.plan(each.minute)
        elif each.what == "again":
            self.plan(each.minute)
        elif each.what == "silence":
            self.world.arrive("command", self.world.command(Order.SILENCE, f"c{each.minute}"))
        elif each.what == "fault":
            self.world.device_fault = "device_busy" if each.amount > 20 else ""
        elif each.what == "lose" and id in self.ordered:
            (self.world.folder / "var" / "sounds" / self.ordered[id].sound).unlink(missing_ok=True)

    def go_to(self, minute: float) -> None:
        if self.world.core is None and minute >= self.down_until:
            self.world.go_to(self.down_until)
            self.world.boot()
            self.world.running.sounds.missing(self.world.running.needed())
        self.world.go_to(minute)

    def end(self) -> None:
        self.go_to(END + 60)
        if self.world.core is None:
            self.go_to(self.down_until)
        self.world.device_fault = ""
        self.world.go_to(END + 400)

    # --- what must hold ----------------------------------------------------------------------------------------------

    def check(self) -> None:
        for id, forms in self.ever.items():
            heard = self.world.heard(forms[0])
            self.never_twice(id, heard)
            self.only_in_hours(forms[0], heard)
            self.only_in_time(id, forms, heard)
            self.accounted_for_once(id, heard)
            self.never_after_withdrawal(id, heard)
        self.one_at_a_time()
        self.urgent_ones_at_once()
        assert [each.seq for each in self.world.entries()] == list(range(1, len(self.world.entries()) + 1))

    def never_twice(self, id: str, heard: list[Sounded]) -> None:
        story = self.world.story(id)
        assert story.count("started") <= 1, story
        for one, two in pairwise(heard):
            assert two.from_s >= one.to_s - 0.01, (id, heard)

    def only_in_hours(self, of: Airing, heard: list[Sounded]) -> None:
        if of.priority is Priority.EMERGENCY:
            return
        plan = self.world.station.plan([], version=1)
        zone = plan.local(START).tzinfo
        for each in heard:
            length = each.until - each.since - OVERTIME
            assert Hours(zone, (OPEN,)).hold(each.since, max(timedelta(0), length)), (of.id, each)  # type: ignore[arg-type]
            assert (
                each.until
                <= max(plan.local(each.since).replace(hour=19, minute=0, second=0, microsecond=0), each.since)
                + OVERTIME
            )

    def only_in_time(self, id: str, forms: list[Airing], heard: list[Sounded]) -> None:
        for each in heard:
            assert any(form.begin - JITTER <= each.since <= form.latest + JITTER for form in forms), (id, each)

    def accounted_for_once(self, id: str, heard: list[Sounded]) -> None:
        entries = self.world.entries(id)
        last = [each for each in entries if each.kind in LAST]
        withdrawn = [each for each in entries if each.kind is Kind.WITHDRAWN]
        assert len(last) <= 1, self.world.story(id)
        assert last or withdrawn, self.world.story(id)
        if last:
            assert entries[-1] is not None
            assert entries[-1] == last[0], self.world.story(id)
        if heard:
            assert self.world.story(id)[0] in ("started", "withdrawn"), self.world.story(id)
        if last and last[0].kind is Kind.ENDED:
            of = self.ever[id][0]
            assert sum(each.to_s - each.from_s for each in heard) == pytest.approx(of.seconds, abs=0.5)

    def never_after_withdrawal(self, id: str, heard: list[Sounded]) -> None:
        for place, (minute, ids) in enumerate(self.orders):
            until = self.orders[place + 1][0] if place + 1 < len(self.orders) else END + 400
            if id not in ids:
                first, last = START + timedelta(minutes=minute), START + timedelta(minutes=until)
                assert all(each.until <= first + JITTER or each.since >= last - JITTER for each in heard), id

    def one_at_a_time(self) -> None:
        sounded = sorted(self.world.sounded, key=lambda each: each.since)
        for one, two in pairwise(sounded):
            assert two.since >= one.until - timedelta(milliseconds=1)

    def urgent_ones_at_once(self) -> None:
        """An EMERGENCY alone among its kind, with power and sound, begins within a second."""
        urgent = [forms[0] for forms in self.ever.values() if forms[0].priority is Priority.EMERGENCY]
        if len(urgent) != 1 or any(each != urgent[0] for each in self.ever[urgent[0].id]):
            return
        (one,) = urgent
        first, last = (one.begin - START) / timedelta(minutes=1), (one.end - START) / timedelta(minutes=1)
        known = [minute for minute, ids in self.orders if one.id in ids]
        disturbed = any(begin <= last and end >= first for begin, end in self.downs)
        if known[0] <= first and all(one.id in ids for _, ids in self.orders) and not disturbed and not self.faulty:
            (heard,) = self.world.heard(one)
            assert heard.since - one.begin <= timedelta(seconds=1)

    faulty = False


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=EXAMPLES <= 20,
    phases=PHASES,
)
@given(
    st.lists(AIRINGS, min_size=5, max_size=12, unique_by=lambda each: each[0]),
    st.lists(HAPPENINGS, min_size=4, max_size=10),
    st.booleans(),
)
def test_nothing_twice_nothing_in_quiet_hours_all_accounted_for(
    first: list[tuple[int, dict[str, object]]], happenings: list[Happening], own: bool
) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        story = Story(folder, first, own)
        story.faulty = any(each.what in ("fault", "lose", "silence", "remove", "move") for each in happenings)
        for each in sorted((each.placed(first) for each in happenings), key=lambda each: each.minute):
            story.live(each)
        story.end()
        story.check()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
