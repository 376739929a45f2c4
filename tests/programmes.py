"""Generated sites against a second way of planning, written from the handbook alone: look at every day, area and turn.

A world is what people write (`config/areas.yaml`, `config/calendar.yaml`, `schedules/*.yaml`) as plain data. The house
reads it as files and expands it; `expected` looks at the same data day by day and shares no code with the house.
`python -m tests.programmes 10000` prints what it looked at and every world in which the two differ.
"""

from __future__ import annotations

import argparse
import json
import sys
import time as clock
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from pipeline import documents
from pipeline.areas import AreaTree
from pipeline.config.areas import read_areas
from pipeline.config.calendar import read_calendar
from pipeline.config.station import read_station
from pipeline.domain import Bulletin, Category, Limits, Occurrence, Priority, Source
from pipeline.fields import Reading
from pipeline.schedule import expand, read_programme, remarks
from tests.unit.schedule.site import HANOI

ONE = timedelta(1)
MID = date(2026, 12, 28)  # a Monday; the days around hold a new year, a Tết, ends of weeks and months
TET = (date(2027, 2, 4), date(2027, 2, 10))  # 28 of the last month to 5 of the first, as printed in calendars
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORDS = {"daily": WEEKDAYS, "weekdays": WEEKDAYS[:5], "weekend": WEEKDAYS[5:]}
HOURS = ("00:00", "05:00", "06:59", "07:00", "17:00", "17:30", "23:59")
LEAVES = ("xa-1", "xa-2", "rieng", "xa-moi")  # none lies beneath another: their hours never meet
MARKS = ("00:00", "05:00", "06:59", "07:00", "17:00", "17:01", "21:30", "24:00")
LISTS = ("l1", "l2", "l3")
BOOKS = ("b1", "b2", "b3", "b4", "b5")

Data = dict[str, Any]
EVERYBODY = "*"


class Line(NamedTuple):
    """One occurrence. `late`: minutes it may be late; `quiet`: it starts when its medium may not be used."""

    start: str
    programme: str
    slot: str
    bulletins: tuple[str, ...]
    targets: tuple[str, ...]
    areas: tuple[str, ...]
    repeat: int
    late: int
    quiet: bool


@dataclass
class World:
    """What people wrote, and the days to plan."""

    areas: dict[str, Data]
    clusters: dict[str, Data]
    sets: dict[str, list[Any]]
    closed: list[str]
    windows: dict[str, dict[str, Any]]
    programmes: list[Data]
    books: dict[str, Data]
    first: date
    days: int


# --- the second way ---------------------------------------------------------------------------------------------------


def expected(world: World) -> list[Line]:
    window = [world.first + ONE * n for n in range(world.days)]
    lines: list[Line] = []
    for programme in world.programmes:
        for slot in programme["slots"]:
            lines += slot_lines(world, programme, slot, window)
    return sorted(lines)


def slot_lines(world: World, programme: Data, slot: Data, window: Sequence[date]) -> Iterator[Line]:
    turns = all_turns(world, programme, slot, window[-1]) if "rotate" in slot["play"] else {}
    for day in window:
        reached: dict[str, set[str]] = {}
        if airs(world, programme, slot, day):
            reached = hours_reached(world, slot, day)
        for extra in programme.get("extra", []):
            if extra["slot"] == slot["id"] and extra["date"] == str(day):
                reached.setdefault(extra["at"], set()).update(reached_by_extra(world, slot, day))
        for at, found in reached.items():
            if "rotate" in slot["play"]:
                ids = tuple(turns[day, at])
            else:
                ids = tuple(each for each in slot["play"]["bulletins"] if may_air(world, each, day))
            if is_closed(world, day) and not ids:
                continue
            repeat = int(peak_of(slot, day).get("repeat", slot.get("repeat", 1)))
            whom = contacts_and_areas(slot, found) if texts(slot) else clusters_and_areas(world, found, day)
            quiet = is_quiet(world, slot["medium"], ids, day, at)
            late = minutes(slot.get("late_by_at_most", "2h" if texts(slot) else "15m"))
            yield Line(f"{day}T{at}", programme["programme"], slot["id"], ids, *whom, repeat, late, quiet)


def texts(slot: Data) -> bool:
    return bool(slot["medium"] == "sms")


def minutes(written: str) -> int:
    return int(written[:-1]) * {"m": 1, "h": 60}[written[-1]]


def is_quiet(world: World, medium: str, ids: Sequence[str], day: date, at: str) -> bool:
    if medium not in world.windows or any(world.books[each]["priority"] == "emergency" for each in ids):
        return False
    for hours, days in world.windows[medium].items():
        first, last = hours.split("-")
        if WEEKDAYS[day.weekday()] in (WORDS[days] if isinstance(days, str) else days) and first <= at < last:
            return False
    return True


def clusters_and_areas(world: World, found: set[str], day: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
    where = {stands_in(world.clusters[each], day) for each in found}
    return tuple(sorted(found)), tuple(sorted(each for each in where if each))


# SMS: lists of people, of whom each keeps the area of the day on which they were brought in; of some nobody knows it


def contacts_and_areas(slot: Data, places: set[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    lists = tuple(sorted(slot["contacts"])) if places else ()
    return lists, () if EVERYBODY in places else tuple(sorted(places))


def texted(world: World, slot: Data, day: date) -> set[str]:
    """The areas, former ones too, whose people get it; "" are those of whom nobody knows where they live."""
    found = {area for area in world.areas if reaches(world, slot, area, day)}
    found |= {area for area in world.areas if found & set(heirs(world, area, day))}
    return found if "areas" in slot else found | {""}


def hours_texted(world: World, slot: Data, day: date) -> dict[str, set[str]]:
    reached: dict[str, set[str]] = defaultdict(set)
    owned = any(hours_for(slot, area, day) for area in own_areas(slot))
    whole = not owned and not slot.get("areas") and not slot.get("except_areas")
    for place in [EVERYBODY] if whole else texted(world, slot, day):
        own = hours_at(world, slot, place, day) if place in world.areas else hours_for(slot, None, day)
        for at in own:
            reached[at].add(place)
    return reached or would_be_reached(world, slot, day)


def would_be_reached(world: World, slot: Data, day: date) -> dict[str, set[str]]:
    """Nobody is there: the occurrences stay, at the hours they would have had."""
    reached: dict[str, set[str]] = {}
    for area in slot["areas"]:
        own = (hours_for(slot, step, day) for step in first_way_up(world, area, day))
        for at in next((each for each in own if each), None) or hours_for(slot, None, day):
            reached[at] = set()
    return reached


def reached_by_extra(world: World, slot: Data, day: date) -> set[str]:
    if not texts(slot):
        return targets(world, slot, day, world.areas)
    narrowed = slot.get("areas") or slot.get("except_areas") or slot.get("at_by_area")
    return texted(world, slot, day) if narrowed else {EVERYBODY}


def may_air(world: World, name: str, day: date) -> bool:
    if name not in world.books or str(day) > world.books[name].get("expires", "9999"):
        return False
    return not is_closed(world, day) or world.books[name]["priority"] != "routine"


def airs(world: World, programme: Data, slot: Data, day: date) -> bool:
    if not programme["from"] <= str(day) <= programme.get("until", "9999"):
        return False
    if any(in_days(world, each, day) for each in programme.get("except", [])):
        return False
    if "season" in slot and not in_season(slot["season"], day):
        return False
    for rest in as_list(programme.get("suspended", [])) + as_list(slot.get("suspended", [])):
        if rest.get("from", "0000") <= str(day) <= rest["until"]:
            return False
    peak = peak_of(slot, day)
    days = peak.get("days", slot["days"])
    if WEEKDAYS[day.weekday()] not in (WORDS[days] if isinstance(days, str) else days):
        return False
    since = peak["from"] if "every" in peak else programme["from"]
    weeks = (monday(day) - monday(date.fromisoformat(since))).days // 7
    return weeks % peak.get("every", slot.get("every", 1)) == 0


def monday(day: date) -> date:
    while day.weekday():
        day -= ONE
    return day


def as_list(value: Any) -> list[Data]:
    return value if isinstance(value, list) else [value]


def peak_of(slot: Data, day: date) -> Data:
    return next((each for each in as_list(slot.get("peak", [])) if each["from"] <= str(day) <= each["until"]), {})


def in_season(season: str, day: date) -> bool:
    first, last = season.split("..")
    today = f"{day:%m-%d}"
    return first <= today <= last if first <= last else today >= first or today <= last


def in_days(world: World, written: str, day: date) -> bool:
    if written in world.sets:
        return any(in_entry(each, day) for each in world.sets[written])
    first, _, last = written.partition("..")
    return first <= str(day) <= (last or first)


def in_entry(entry: Any, day: date) -> bool:
    if isinstance(entry, str):
        entry = {"days": entry}
    if "lunar" in entry:
        return TET[0] <= day <= TET[1]
    if "yearly" in entry:
        return in_season(entry["yearly"], day)
    first, _, last = entry["days"].partition("..")
    return bool(first <= str(day) <= (last or first))


def is_closed(world: World, day: date) -> bool:
    return any(in_days(world, name, day) for name in world.closed)


# areas: from the bottom upwards, while the house goes from the top downwards


def has_ended(world: World, area: str, day: date) -> bool:
    return str(day) > world.areas[area].get("valid_until", "9999")


def is_valid(world: World, area: str, day: date) -> bool:
    return world.areas[area].get("valid_from", "0000") <= str(day) and not has_ended(world, area, day)


def heirs(world: World, area: str, day: date) -> list[str]:
    found: list[str] = []
    for each in world.areas[area].get("becomes", []) if has_ended(world, area, day) else []:
        found += [each] if is_valid(world, each, day) else heirs(world, each, day)
    return list(dict.fromkeys(found))


def written_parent(world: World, area: str, day: date) -> str | None:
    for each in world.areas[area].get("parents", []):
        if each.get("from", "0000") <= str(day) <= each.get("until", "9999"):
            return str(each["parent"])
    return world.areas[area].get("parent")


def above(world: World, area: str, day: date) -> set[str]:
    """The area and all it lies in; through what has ended to its successors, or past it where it has none."""
    found: set[str] = set()
    waiting = [area]
    while waiting:
        step = waiting.pop()
        if step in found or str(day) < world.areas[step].get("valid_from", "0000"):
            continue
        found.add(step)
        waiting += next_up(world, step, day)
    return found


def next_up(world: World, area: str, day: date) -> list[str]:
    """Of a former area its successors; those written beneath it do not count, and it is passed over for their sake."""
    parent = written_parent(world, area, day)
    following = heirs(world, area, day)
    outside = [each for each in following if area not in written_above(world, each, day)]
    passed_over = not following or len(outside) < len(following)
    return [*outside, parent] if passed_over and parent else outside


def written_above(world: World, area: str, day: date) -> list[str]:
    found: list[str] = []
    step = written_parent(world, area, day)
    while step is not None and step not in found:
        found.append(step)
        step = written_parent(world, step, day)
    return found


def covers(world: World, named: Sequence[str], area: str, day: date, *, inherit: bool) -> bool:
    meant = {each for name in named for each in [name, *(heirs(world, name, day) if inherit else [])]}
    return is_valid(world, area, day) and bool(meant & above(world, area, day))


def reaches(world: World, slot: Data, area: str, day: date) -> bool:
    if not is_valid(world, area, day):
        return False
    if "areas" in slot and not covers(world, slot["areas"], area, day, inherit=True):
        return False
    return not covers(world, slot.get("except_areas", []), area, day, inherit=False)


def stands_in(cluster: Data, day: date) -> str | None:
    for each in cluster.get("areas", []):
        if each.get("from", "0000") <= str(day) <= each.get("until", "9999"):
            return str(each["area"])
    return cluster.get("area")


def targets(world: World, slot: Data, day: date, areas: Any) -> set[str]:
    reached = {area for area in areas if reaches(world, slot, area, day)}
    return {name for name, cluster in world.clusters.items() if stands_in(cluster, day) in reached}


def first_way_up(world: World, area: str, day: date) -> list[str]:
    steps: list[str] = []
    step: str | None = area
    while step is not None and step not in steps:
        steps.append(step)
        step = next(iter(next_up(world, step, day)), None)
    return steps


def hours_for(slot: Data, area: str | None, day: date) -> list[str]:
    """The hours on a day at an area that has its own, or else of all the others."""
    season = next((each for key, each in slot.get("at_by_season", {}).items() if in_season(key, day)), {})
    season = season if isinstance(season, dict) else {"at": season}
    for written in (peak_of(slot, day), season, slot):
        key = "at" if area is None else "at_by_area"
        found = written.get(key, []) if area is None else written.get(key, {}).get(area, [])
        if found:
            return [found] if isinstance(found, str) else list(found)
    return []


def own_areas(slot: Data) -> list[str]:
    seasons = [each for each in slot.get("at_by_season", {}).values() if isinstance(each, dict)]
    written = [slot, *seasons, *sorted(as_list(slot.get("peak", [])), key=lambda each: str(each["from"]))]
    return list(dict.fromkeys(area for each in written for area in each.get("at_by_area", {})))


def hours_at(world: World, slot: Data, area: str, day: date) -> list[str]:
    for step in first_way_up(world, area, day):
        if is_valid(world, step, day) and (own := hours_for(slot, step, day)):
            return own
    return hours_for(slot, None, day)


def hours_reached(world: World, slot: Data, day: date) -> dict[str, set[str]]:
    if texts(slot):
        return hours_texted(world, slot, day)
    reached: dict[str, set[str]] = defaultdict(set)
    owned = any(hours_for(slot, area, day) for area in own_areas(slot))
    inner = {
        written_parent(world, area, day)
        for area in world.areas
        if is_valid(world, area, day) and covers(world, slot["areas"], area, day, inherit=True)
    }
    for area in world.areas:
        if not reaches(world, slot, area, day):
            continue
        mine = targets(world, slot, day, [area])
        if mine or area not in inner or not owned:
            for at in hours_at(world, slot, area, day):
                reached[at] |= mine
    return reached or would_be_reached(world, slot, day)


def all_turns(world: World, programme: Data, slot: Data, last: date) -> dict[tuple[date, str], list[str]]:
    """Every airing from the very first, each time what was not heard for the longest; closed days on their own."""
    extras = {(date.fromisoformat(e["date"]), e["at"]) for e in programme.get("extra", []) if e["slot"] == slot["id"]}
    first = min([date.fromisoformat(programme["from"]), *(day for day, _ in extras)])
    found: dict[tuple[date, str], list[str]] = {}
    for area in (None, *own_areas(slot)):
        heard: dict[bool, dict[str, int]] = {False: {}, True: {}}
        told = 0
        day = first
        while day <= last:
            times = {at for on, at in extras if on == day}
            if airs(world, programme, slot, day):
                times |= set((hours_for(slot, area, day) if area else []) or hours_for(slot, None, day))
            for at in sorted(times):
                turn = heard[is_closed(world, day)]
                waiting = [name for name in sorted(world.books) if may_air(world, name, day)]
                waiting.sort(key=lambda name, turn=turn: turn.get(name, -1))  # type: ignore[misc]
                now = waiting[: peak_of(slot, day).get("count", slot["play"]["rotate"]["count"])]
                for name in now:
                    told += 1
                    turn[name] = told
                found.setdefault((day, at), now)
            day += ONE
    return found


# --- worlds -----------------------------------------------------------------------------------------------------------


class Chance:
    """Draws a world from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def maybe(self, likely: float = 0.25) -> bool:
        return self.random.random() < likely

    def near(self, low: int = -40, high: int = 60) -> date:
        return MID + ONE * self.random.randint(low, high)

    def some(self, choice: Sequence[str], least: int, most: int) -> list[str]:
        return self.random.sample(choice, self.random.randint(least, min(most, len(choice))))

    def stretch(self, longest: int = 25) -> tuple[str, str]:
        first = self.near()
        return str(first), str(first + ONE * self.random.randint(0, longest))

    def season(self) -> str:
        first, last = (date(2024, 1, 1) + ONE * self.random.randint(0, 365) for _ in range(2))
        return f"{first:%m-%d}..{last:%m-%d}"

    def hours(self) -> Any:
        found = self.some(HOURS, 1, 3)
        return found[0] if len(found) == 1 and self.maybe(0.5) else found

    def own_hours(self, choice: Sequence[str]) -> Data:
        return {area: self.hours() for area in self.some(choice, 1, 2)}

    def days(self) -> Any:
        return self.random.choice(list(WORDS)) if self.maybe(0.4) else self.some(WEEKDAYS, 1, 7)

    def peak(self, first: date, choice: Sequence[str], *, rotates: bool, speaks: bool) -> tuple[Data, date]:
        last = first + ONE * self.random.randint(0, 20)
        found: Data = {"from": str(first), "until": str(last)}
        optional: Data = {
            "days": self.days(),
            "at": self.hours(),
            "at_by_area": self.own_hours(choice),
            "every": self.random.randint(1, 3),
            **({"repeat": self.random.randint(1, 3)} if speaks else {}),
            **({"count": self.random.randint(1, 6)} if rotates else {}),
        }
        found |= {key: value for key, value in optional.items() if self.maybe(0.4)}
        return found, last + ONE * self.random.randint(1, 9)

    def peaks(self, choice: Sequence[str], *, rotates: bool, speaks: bool) -> Any:
        found: list[Data] = []
        first = self.near(-30, 40)
        for _ in range(self.random.randint(1, 3)):
            peak, first = self.peak(first, choice, rotates=rotates, speaks=speaks)
            found.append(peak)
        self.random.shuffle(found)
        return found[0] if len(found) == 1 else found

    def seasons(self, choice: Sequence[str]) -> Data:
        """Stretches of the year that share no day."""
        marks = sorted(self.random.sample(range(1, 366), self.random.choice([2, 4])))
        found: Data = {}
        for low, high in zip(marks[::2], marks[1::2], strict=True):
            first, last = (date(2024, 1, 1) + ONE * each for each in (low, high - 1))
            both = {"at": self.hours(), "at_by_area": self.own_hours(choice)}
            value = self.hours() if self.maybe(0.5) else both if self.maybe(0.5) else {"at_by_area": both["at_by_area"]}
            found[f"{first:%m-%d}..{last:%m-%d}"] = value
        return found

    def rest(self) -> Data:
        first, last = self.stretch(20)
        return {"until": last, **({"from": first} if self.maybe(0.6) else {}), "reason": "Sửa loa"}

    def slot(self, name: str, names: Sequence[str]) -> Data:
        rotates, speaks = self.maybe(0.5), self.maybe(0.65)
        choice = LEAVES if rotates else names
        play: Data = {"bulletins": [*self.some([*BOOKS, "mat"], 1, 3)]}
        if rotates:
            play = {"rotate": {"topics": ["all"], "count": self.random.randint(1, 6)}}
        found: Data = {"id": name, "days": self.days(), "at": self.hours(), "medium": "sms", "play": play}
        if speaks:
            found |= {"medium": "loudspeaker", "areas": self.some(names, 1, 3)}
        else:
            found["contacts"] = self.some(LISTS, 1, 2)
        optional: Data = {
            "at_by_area": self.own_hours(choice),
            "every": self.random.randint(1, 3),
            "except_areas": self.some(names, 1, 2),
            "season": self.season(),
            **({"repeat": self.random.randint(1, 3)} if speaks else {"areas": self.some(names, 1, 3)}),
            "late_by_at_most": self.random.choice(["5m", "45m", "3h"]),
            "at_by_season": self.seasons(choice),
            "peak": self.peaks(choice, rotates=rotates, speaks=speaks),
            "suspended": self.rest() if self.maybe(0.6) else [self.rest(), self.rest()],
        }
        return found | {key: value for key, value in optional.items() if self.maybe(0.35)}

    def windows(self) -> Data:
        """Hours that share no minute."""
        marks = sorted(self.random.sample(MARKS, self.random.choice([2, 4])))
        return {f"{first}-{last}": self.days() for first, last in zip(marks[::2], marks[1::2], strict=True)}

    def programme(self, name: str, names: Sequence[str]) -> Data:
        first = self.near(-60, 30)
        found: Data = {"programme": name, "title": name, "from": str(first)}
        if self.maybe():
            found["until"] = str(first + ONE * self.random.randint(0, 60))
        found["slots"] = [self.slot(each, names) for each in self.some("st", 1, 2)]
        if self.maybe(0.4):
            dates = ["..".join(self.stretch(9)), str(self.near()), "tet", "le", "tang"]
            found["except"] = self.some(dates, 1, 3)
        if self.maybe(0.15):
            found["suspended"] = self.rest()
        ids = [each["id"] for each in found["slots"]]
        extras = {(self.random.choice(ids), str(self.near()), self.random.choice(HOURS)) for _ in range(3)}
        if self.maybe(0.5):
            found["extra"] = [{"slot": slot, "date": day, "at": at} for slot, day, at in sorted(extras)]
        return found

    def areas(self) -> dict[str, Data]:
        found: dict[str, Data] = {
            "tinh": {},
            "huyen": {"parent": "tinh"},
            "xa-1": {"parent": "huyen"},
            "xa-2": {"parent": "huyen"},
            "xa-moi": {"parent": self.random.choice(["tinh", "huyen"])},
            "thon-1": {"parent": "xa-1"},
            "thon-2": {"parent": "xa-1"},
            "rieng": {},
        }
        for name, area in found.items():
            if self.maybe():
                area["valid_from"] = str(self.near(-40, 10))
            if self.maybe():
                area["valid_until"] = str(self.near(11, 60))
                later = {"xa-1": ["xa-moi", "xa-2"], "xa-2": ["xa-moi"], "huyen": ["xa-1", "xa-moi", "rieng"]}
                if name in later and self.maybe(0.8):
                    area["becomes"] = self.some(later[name], 1, 2)
        for name in ("thon-1", "thon-2"):
            if self.maybe(0.4):
                change = self.near()
                there, gap = self.random.choice(["xa-2", "xa-moi", "rieng"]), ONE * self.random.randint(0, 2)
                was = {"parent": "xa-1", "until": str(change)}
                found[name]["parents"] = [{"parent": there, "from": str(change + ONE + gap)}, was]
                del found[name]["parent"]
        return found

    def cluster(self, names: Sequence[str]) -> Data:
        if self.maybe(0.7):
            return {"area": self.random.choice(names)}
        change = self.near()
        was, then = self.some(names, 2, 2)
        return {"areas": [{"area": was, "until": str(change)}, {"area": then, "from": str(change + ONE)}]}

    def world(self) -> World:
        areas = self.areas()
        names = list(areas)
        tang = "..".join(self.stretch(3))
        return World(
            areas=areas,
            clusters={f"c{n}": self.cluster(names) for n in range(self.random.randint(0, 6))},
            sets={
                "tet": [{"lunar": "12-28..01-05"}],
                "le": [{"yearly": self.season()}] if self.maybe() else [{"yearly": "12-31..01-01"}, str(self.near())],
                "tang": [{"days": tang, "notice": "Thông báo số 12"}],
            },
            windows={each: self.windows() for each in ("loudspeaker", "sms") if self.maybe(0.6)},
            closed=self.some(["tang", "le", "tet"], 1, 2) if self.maybe(0.35) else [],
            programmes=[self.programme(each, names) for each in self.some("pq", 1, 2)],
            books={
                name: {
                    "priority": self.random.choice(["routine", "routine", "priority", "emergency"]),
                    **({"expires": str(self.near())} if self.maybe() else {}),
                }
                for name in BOOKS
            },
            first=self.near(-45, 60),
            days=self.random.randint(1, 21),
        )


# --- the house --------------------------------------------------------------------------------------------------------


def planned(world: World) -> list[Line]:
    """What the house makes of the world once it has read it as files."""
    reading = Reading()
    areas = read_areas(_node(_areas_file(world), "config/areas.yaml", reading), reading)
    calendar = read_calendar(
        _node({"sets": world.sets, "closed": world.closed}, "config/calendar.yaml", reading), reading
    )
    names = [f"schedules/{each['programme']}.yaml" for each in world.programmes]
    nodes = [_node(each, name, reading) for each, name in zip(world.programmes, names, strict=True)]
    programmes = [read_programme(node, name, reading) for node, name in zip(nodes, names, strict=True)]
    station = {"name": "Trạm", **({"windows": world.windows} if world.windows else {})}
    windows = read_station(_node(station, "config/station.yaml", reading), reading).windows
    assert not reading.problems.errors, reading.problems
    whole = [each for each in programmes if each is not None]
    found = expand(
        whole,
        bulletins={name: _bulletin(name, book) for name, book in world.books.items()},
        areas=AreaTree(areas.areas.things.values()),
        clusters=areas.clusters.things,
        calendar=calendar.sets,
        zone=HANOI,
        first=world.first,
        days=world.days,
        closed=calendar.closed,
    ).occurrences
    said = remarks(
        found,
        programmes=whole,
        windows=windows,
        limits=Limits(),
        lengths=lambda _: None,
        zone=HANOI,
        calendar=calendar.sets,
    )
    quiet = {key for each in said if each.problem.code == "starts_outside_windows" for key in each.at}
    return sorted(_line(each, quiet) for each in found)


def _line(each: Occurrence, quiet: AbstractSet[tuple[str, str, datetime]]) -> Line:
    start, late = f"{each.start:%Y-%m-%dT%H:%M}", each.late_by // timedelta(minutes=1)
    whom = each.bulletins, each.targets, each.areas
    return Line(start, each.programme, each.slot, *whom, each.repeat, late, each.key in quiet)


def _areas_file(world: World) -> Data:
    areas = [{"id": name, "name": name, **area} for name, area in world.areas.items()]
    clusters = [{"id": name, "name": name, "channel": "k", **each} for name, each in world.clusters.items()]
    return {"areas": areas, "clusters": clusters}


def _bulletin(name: str, book: Mapping[str, str]) -> Bulletin:
    expires = date.fromisoformat(book["expires"]) if "expires" in book else None
    priority = Priority(book["priority"])
    return Bulletin(name, name, name[1:], Category.TRICK, Source("…"), "…", priority=priority, expires=expires)


def _node(data: Data, name: str, reading: Reading) -> documents.Node:
    node = documents.parse(json.dumps(data, ensure_ascii=False), name, reading.problems)
    assert node is not None, reading.problems
    return node


@dataclass(frozen=True)
class Found:
    """What a look at one world found: how many lines, and those that only one of the two ways has."""

    world: World
    lines: int
    differs: bool = False
    more: Sequence[Line] = ()
    less: Sequence[Line] = ()


def look_at(seed: int) -> Found:
    """Both ways through the world of a seed."""
    world = Chance(seed).world()
    house, second = planned(world), expected(world)
    if house == second:
        return Found(world, len(house))
    more, less = (tuple(each for each in one if each not in other) for one, other in ((house, second), (second, house)))
    return Found(world, len(house), True, more, less)


def keys_of(world: World) -> set[str]:
    """What stands in a world, to see that nothing is left out."""
    slots = [slot for each in world.programmes for slot in each["slots"]]
    found = {f"slot.{key}" for slot in slots for key in (*slot, *slot["play"])}
    found |= {f"peak.{key}" for slot in slots for each in as_list(slot.get("peak", [])) for key in each}
    found |= {f"programme.{key}" for each in world.programmes for key in each}
    found |= {f"area.{key}" for each in world.areas.values() for key in each}
    found |= {f"cluster.{key}" for each in world.clusters.values() for key in each}
    found |= {f"medium.{each['medium']}" for each in slots} | {f"windows.{each}" for each in world.windows}
    return found | ({"closed"} if world.closed else set())


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("worlds", type=int, nargs="?", default=10_000)
    options.add_argument("--from", type=int, default=0, dest="first")
    asked = options.parse_args()
    begin, lines, keys, programmes, differing = clock.perf_counter(), 0, Counter[str](), 0, 0
    for seed in range(asked.first, asked.first + asked.worlds):
        found = look_at(seed)
        lines += found.lines
        programmes += len(found.world.programmes)
        keys.update(keys_of(found.world))
        if found.differs:
            differing += 1
            sys.stdout.write(f"seed {seed}: only planned {found.more[:3]}, only expected {found.less[:3]}\n")
    sys.stdout.write(
        f"{asked.worlds} worlds, {programmes} programmes, {lines} occurrences: {differing} differ;"
        f" {clock.perf_counter() - begin:.0f} s\n"
    )
    sys.stdout.write("worlds that hold " + ", ".join(f"{key} {count}" for key, count in sorted(keys.items())) + "\n")
    return int(bool(differing))


if __name__ == "__main__":
    sys.exit(main())
