"""Generated programmes against a second, plain way of planning: look at every day, every area and every turn in order.

`LOA_EXAMPLES=10000 pytest tests/unit/schedule/test_against_brute_force.py` looks longer.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.areas import AreaTree
from pipeline.domain import (
    Area,
    Bulletin,
    DayRange,
    Extra,
    FixedOrder,
    Medium,
    Programme,
    Rotation,
    Slot,
    SpeakerCluster,
    YearDays,
)
from pipeline.schedule import expand
from tests.unit.schedule.site import HANOI, bulletin

T = TypeVar("T")

EXAMPLES = int(os.environ.get("LOA_EXAMPLES", "500"))

MID = date(2026, 12, 28)  # a Monday; the days around hold a new year, week and month ends
NAMES = ("tinh", "huyen", "xa-1", "xa-2", "thon-1", "thon-2", "rieng")
PARENTS = {"huyen": "tinh", "xa-1": "huyen", "xa-2": "huyen", "thon-1": "xa-1", "thon-2": "xa-1", "rieng": None}
TIMES = (time(0), time(5), time(6, 59), time(7), time(17), time(17, 30), time(23, 59))
SHELF = tuple(f"b{n}" for n in range(1, 6))
TET = YearDays((12, 28), (1, 5), lunar=True)
TET_2027 = frozenset(date(2027, 2, day) for day in range(4, 11))  # 28 of the last month to 5 of the first, as printed


@dataclass(frozen=True)
class World:
    programmes: tuple[Programme, ...]
    tree: AreaTree
    clusters: Mapping[str, SpeakerCluster]
    bulletins: Mapping[str, Bulletin]
    first: date
    days: int


# --- the plain way ----------------------------------------------------------------------------------------------------

Line = tuple[datetime, str, str, tuple[str, ...], tuple[str, ...]]


def plain(world: World) -> list[Line]:
    window = [world.first + timedelta(n) for n in range(world.days)]
    lines: list[Line] = []
    for programme in world.programmes:
        for slot in programme.slots:
            lines += plain_slot(world, programme, slot, window)
    return sorted(lines, key=lambda line: line[:3])


def plain_slot(world: World, programme: Programme, slot: Slot, window: list[date]) -> Iterator[Line]:
    turns = plain_turns(world, programme, slot, window[-1]) if isinstance(slot.play, Rotation) else {}
    for day in window:
        reached: dict[time, set[str]] = {}
        if airs(programme, slot, day):
            reached = plain_hours(world, slot, day)
        for extra in programme.extra:
            if extra.slot == slot.id and extra.date == day:
                clusters = {each.id for each in world.clusters.values() if reaches(world, slot, each.area, day)}
                reached.setdefault(extra.at, set()).update(clusters)
        for at, clusters in reached.items():
            if isinstance(slot.play, FixedOrder):
                ids = [each for each in slot.play.bulletins if alive(world, each, day)]
            else:
                ids = turns[day, at]
            start = datetime.combine(day, at, HANOI)
            yield start, programme.id, slot.id, tuple(ids), tuple(sorted(clusters))


def alive(world: World, name: str, day: date) -> bool:
    expires = world.bulletins[name].expires if name in world.bulletins else date.min
    return expires is None or day <= expires


def airs(programme: Programme, slot: Slot, day: date) -> bool:
    if day < programme.first or (programme.until and day > programme.until) or day.weekday() not in slot.days:
        return False
    monday = programme.first
    while monday.weekday() != 0:
        monday -= timedelta(1)
    if (day - monday).days // 7 % slot.every:
        return False
    if slot.season:
        low, high, today = slot.season.first, slot.season.last, (day.month, day.day)
        if not (low <= today <= high if low <= high else today >= low or today <= high):
            return False
    return not any(
        day in TET_2027 if each == "tet" else isinstance(each, DayRange) and each.first <= day <= each.last
        for each in programme.exceptions
    )


def chain(world: World, area: str, day: date) -> list[str]:
    """The area, if valid, and those above it: what has ended is passed over, what has not begun stops the way."""
    steps: list[str] = []
    current: str | None = area if world.tree.by_id[area].is_valid(day) else None
    while current is not None:
        found = world.tree.by_id[current]
        if found.valid_from is not None and day < found.valid_from:
            break
        steps.append(current)
        current = found.parent
    return steps


def reaches(world: World, slot: Slot, area: str, day: date) -> bool:
    above = set(chain(world, area, day))
    return bool(above & set(slot.areas)) and not above & set(slot.except_areas)


def hours_of(world: World, slot: Slot, area: str, day: date) -> tuple[time, ...]:
    above: str | None = area
    while above is not None:
        if above in slot.at_by_area and world.tree.by_id[above].is_valid(day):
            return slot.at_by_area[above]
        above = world.tree.by_id[above].parent
    return slot.at


def plain_hours(world: World, slot: Slot, day: date) -> dict[time, set[str]]:
    reached: dict[time, set[str]] = defaultdict(set)
    for area in world.tree.by_id:
        if not reaches(world, slot, area, day):
            continue
        mine = {each.id for each in world.clusters.values() if each.area == area}
        below = [
            each
            for each, parent in PARENTS.items()
            if parent == area and set(chain(world, each, day)) & set(slot.areas)
        ]
        if mine or not below or not slot.at_by_area:
            for at in hours_of(world, slot, area, day):
                reached[at] |= mine
    if not reached:
        for area in slot.areas:
            above: str | None = area
            while above is not None and above not in slot.at_by_area:
                above = world.tree.by_id[above].parent
            for at in slot.at if above is None else slot.at_by_area[above]:
                reached[at] |= set()
    return reached


def plain_turns(world: World, programme: Programme, slot: Slot, last: date) -> dict[tuple[date, time], list[str]]:
    """Every airing from the very first, each time those that were not heard for the longest."""
    assert isinstance(slot.play, Rotation)
    found: dict[tuple[date, time], list[str]] = {}
    for hours in (slot.at, *slot.at_by_area.values()):
        extras = {(each.date, each.at) for each in programme.extra if each.slot == slot.id}
        day = min([programme.first, *(each for each, _ in extras)])
        airings: list[tuple[date, time]] = []
        while day <= last:
            times = {at for each, at in extras if each == day} | (set(hours) if airs(programme, slot, day) else set())
            airings += [(day, at) for at in sorted(times)]
            day += timedelta(1)
        heard: dict[str, int] = {}
        told = 0
        for airing in airings:
            waiting = [name for name in sorted(world.bulletins) if alive(world, name, airing[0])]
            waiting.sort(key=lambda name: heard.get(name, -1))
            now = waiting[: slot.play.count]
            for name in now:
                told += 1
                heard[name] = told
            found.setdefault(airing, now)
    return found


# --- generated sites --------------------------------------------------------------------------------------------------


class Chance:
    """Draws the parts of a world. A seed a world: Hypothesis' own strategies take ten times as long to draw one."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def maybe(self) -> bool:
        return self.random.random() < 0.25

    def near(self) -> date:
        return MID + timedelta(self.random.randint(-40, 60))

    def some(self, choice: Sequence[T], least: int, most: int) -> tuple[T, ...]:
        return tuple(self.random.sample(choice, self.random.randint(least, most)))

    def month_day(self) -> tuple[int, int]:
        return self.random.randint(1, 12), self.random.randint(1, 28)

    def days(self) -> DayRange | str:
        first = self.near()
        return "tet" if self.maybe() else DayRange(first, first + timedelta(self.random.randint(0, 9)))

    def slot(self, name: str) -> Slot:
        plays: list[FixedOrder | Rotation] = [
            FixedOrder(self.some([*SHELF, "mat"], 1, 3)),
            Rotation(("all",), (), self.random.randint(1, 6)),
        ]
        return Slot(
            id=name,
            days=frozenset(self.some(range(7), 1, 7)),
            at=self.some(TIMES, 1, 3),
            medium=Medium.LOUDSPEAKER,
            play=self.random.choice(plays),
            at_by_area={area: self.some(TIMES, 1, 3) for area in self.some(NAMES, 0, 2)},
            every=self.random.choice([1, 1, 1, 2, 3]),
            areas=self.some(NAMES, 1, 3),
            except_areas=self.some(NAMES, 1, 2) if self.maybe() else (),
            season=YearDays(self.month_day(), self.month_day()) if self.maybe() else None,
        )

    def programme(self, name: str) -> Programme:
        first = self.near()
        return Programme(
            id=name,
            title=name,
            first=first,
            until=first + timedelta(self.random.randint(0, 60)) if self.maybe() else None,
            slots=tuple(map(self.slot, self.some("st", 1, 2))),
            exceptions=tuple(self.days() for _ in range(self.random.randint(0, 2))),
            extra=tuple(Extra("s", self.near(), self.random.choice(TIMES)) for _ in range(self.random.randint(0, 2))),
            file=f"schedules/{name}.yaml",
        )

    def area(self, name: str) -> Area:
        begin, end = (self.near() if self.maybe() else None for _ in range(2))
        return Area(name, name, parent=PARENTS.get(name), valid_from=begin, valid_until=end)

    def world(self) -> World:
        homes = [self.random.choice(NAMES) for _ in range(self.random.randint(0, 5))]
        return World(
            programmes=tuple(map(self.programme, self.some("pq", 1, 2))),
            tree=AreaTree(map(self.area, NAMES)),
            clusters={f"c{n}": SpeakerCluster(f"c{n}", "", home, "thu-muc") for n, home in enumerate(homes)},
            bulletins={name: bulletin(name, expires=self.near() if self.maybe() else None) for name in SHELF},
            first=self.near(),
            days=self.random.randint(1, 21),
        )


@settings(max_examples=EXAMPLES, deadline=None, database=None)
@given(st.integers(0, 2**64))
def test_a_plan_is_what_a_look_at_every_day_finds(seed: int) -> None:
    world = Chance(seed).world()
    found = expand(
        world.programmes,
        bulletins=world.bulletins,
        areas=world.tree,
        clusters=world.clusters,
        calendar={"tet": (TET,)},
        zone=HANOI,
        first=world.first,
        days=world.days,
    )
    lines = [(each.start, each.programme, each.slot, each.bulletins, each.targets) for each in found.occurrences]
    assert lines == plain(world)
