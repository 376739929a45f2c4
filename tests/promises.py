"""Generated programmes that promise something, aired day by day with random misses, against the promise as it is said.

What each cluster hears is taken from the occurrences alone: in every window of N weeks each topic at least once, for
all that was aired for it, or the plan has said beforehand that this cannot be kept. `python -m tests.promises 2000`
prints the figures.
"""

from __future__ import annotations

import argparse
import sys
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random

from pipeline.areas import AreaTree
from pipeline.domain import (
    Aired,
    Area,
    Bulletin,
    DayRange,
    Extra,
    Medium,
    Occurrence,
    Programme,
    Rotation,
    Slot,
    SpeakerCluster,
)
from pipeline.schedule import Plan, expand
from tests.unit.schedule.site import HANOI, bulletin

REFUSED = ("promise_not_kept", "promise_needs_count", "promise_needs_weeks", "promise_hopeless")
FIRST = date(2026, 11, 23)
NAMES = ("x1", "x2", "x3", "x4")
TREE = AreaTree([Area("v", "Vùng"), *(Area(name, name, parent="v") for name in NAMES)])
CLUSTERS = {f"k{n}": SpeakerCluster(f"k{n}", "", NAMES[n % 4], "c") for n in range(6)}
HOURS = tuple(time(hour) for hour in (5, 6, 11, 17, 18))
DAY = timedelta(days=1)


@dataclass(frozen=True)
class World:
    programme: Programme
    bulletins: Mapping[str, Bulletin]
    days: int
    misses: float

    @property
    def terms(self) -> Rotation:
        play = self.programme.slots[0].play
        assert isinstance(play, Rotation)
        return play

    @property
    def window(self) -> int:
        return self.terms.within * 7

    def plan(self, first: date, days: int, history: Mapping[tuple[str, str, datetime], Aired] | None = None) -> Plan:
        return expand(
            [self.programme],
            bulletins=self.bulletins,
            areas=TREE,
            clusters=CLUSTERS,
            calendar={},
            zone=HANOI,
            first=first,
            days=days,
            history=history or {},
        )

    def alive(self, day: date) -> dict[str, set[str]]:
        """Topic → bulletins that may be aired."""
        found: dict[str, set[str]] = defaultdict(set)
        for each in self.bulletins.values():
            joined = each.received.date() if each.received else date.min
            if joined <= day and not each.is_expired(day):
                found[each.topic].add(each.id)
        return found


@dataclass
class Figures:
    worlds: int = 0
    refused: int = 0
    kept: int = 0
    broken: list[tuple[int, str]] = field(default_factory=list)
    missed: int = 0
    made_up: int = 0
    ratios: list[float] = field(default_factory=list)
    sooner: dict[float, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    late: Counter[str] = field(default_factory=Counter)


def world(seed: int) -> World:
    random = Random(seed)
    weeks, topics = random.randint(1, 4), random.choice([2, 3, 5, 7, 9, 12, 24])
    books = {}
    for topic in range(1, topics + 1):
        for version in range(random.choice([1, 1, 1, 2])):
            name = f"b{topic}-{version}"
            received = expires = None
            if random.random() < 0.15:
                received = datetime.combine(FIRST + random.randint(1, 40) * DAY, time(8), HANOI)
            elif random.random() < 0.1:
                expires = FIRST + random.randint(1, 40) * DAY
            books[name] = bulletin(name, str(topic), received=received, expires=expires)
    terms = Rotation(("all",), (), random.randint(1, 3), weeks, random.random() < 0.15)
    alike = random.random() < 0.6
    slots = tuple(_slot(random, name, terms, alike) for name in "st"[: random.randint(1, 2)])
    until = FIRST + 70 * DAY
    pauses = tuple(
        DayRange(day, day + random.randint(0, 3) * DAY)
        for day in (FIRST + random.randint(5, 50) * DAY for _ in range(random.choice([0, 0, 1, 2])))
    )
    extra = tuple(
        Extra(random.choice(slots).id, FIRST + random.randint(0, 50) * DAY, random.choice(HOURS))
        for _ in range(random.choice([0, 0, 1, 2]))
    )
    programme = Programme("p", "p", FIRST, until, slots, pauses, tuple(dict.fromkeys(extra)), "schedules/p.yaml")
    return World(programme, books, 71, random.choice([0.0, 0.02, 0.1, 0.3]))


def _slot(random: Random, name: str, terms: Rotation, alike: bool) -> Slot:
    own = {
        area: tuple(random.sample(HOURS, random.randint(1, 2))) for area in random.sample(NAMES, random.randint(0, 2))
    }
    return Slot(
        id=name,
        days=frozenset(random.sample(range(7), random.randint(2, 7))),
        at=tuple(random.sample(HOURS, random.randint(1, 2))),
        medium=Medium.LOUDSPEAKER,
        play=terms,
        at_by_area={} if alike else own,
        every=random.choice([1, 1, 1, 1, 2]),
        areas=("v",) if alike else tuple(random.sample(NAMES, random.randint(1, 4))),
    )


def try_out(seed: int, figures: Figures) -> None:
    """One world: planned, then aired day by day by what the plan of each day says."""
    here = world(seed)
    pure = here.plan(FIRST, here.days)
    figures.worlds += 1
    refused = any(each.code in REFUSED for each in pure.problems)
    figures.refused += refused
    offered = [(each, each.targets) for each in pure.occurrences]
    broken = unkept(here, offered)
    if refused != bool(broken):
        figures.broken.append((seed, f"the plan says {'no' if refused else 'yes'}: {broken[:1]}"))
        return
    if refused:
        if _alike(here) and not overfull(here, pure):
            figures.broken.append((seed, "refused, though every window has room"))
        return
    aired = air(here, Random(seed), figures)
    if late := unkept(here, [(each, each.targets) for each, _ in aired]):
        figures.broken.append((seed, f"with misses: {late[0]}"))
        return
    figures.kept += 1
    if not here.terms.twice_a_day and (twice := told_twice(here, [each for each, _ in aired])):
        figures.broken.append((seed, f"twice a day: {twice}"))
    _measure(here, pure, aired, figures)


def air(here: World, random: Random, figures: Figures) -> list[tuple[Occurrence, frozenset[str]]]:
    """Each day's airings as they are planned that morning, with those that missed them: known from then on."""
    history: dict[tuple[str, str, datetime], Aired] = {}
    aired: list[tuple[Occurrence, frozenset[str]]] = []
    out: set[str] = set()  # clusters that fail for days on end
    for number in range(here.days):
        day = FIRST + number * DAY
        plan = here.plan(day, 1, history)
        figures.made_up += sum(len(topics) for topics in plan.made_up.values())
        if here.misses:
            out = {each for each in CLUSTERS if random.random() < (0.7 if each in out else here.misses / 5)}
        for each in plan.occurrences:
            missed = frozenset(name for name in each.targets if name in out or random.random() < here.misses)
            figures.missed += len(missed)
            aired.append((each, missed))
            lost: dict[str, frozenset[str]] = defaultdict(frozenset)
            for name in missed:
                lost[CLUSTERS[name].area] |= {name}
            history[each.programme, each.slot, each.start.astimezone(UTC)] = Aired(each.bulletins, dict(lost))
    return aired


# --- the promise, as it is said ---------------------------------------------------------------------------------------


def hearings(here: World, aired: list[tuple[Occurrence, tuple[str, ...]]]) -> dict[tuple[str, str], list[int]]:
    """Cluster and topic → the days on which it was heard."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for occurrence, targets in aired:
        for cluster in targets:
            for name in occurrence.bulletins:
                found[cluster, here.bulletins[name].topic].append((occurrence.start.date() - FIRST).days)
    return found


def reached(here: World) -> set[str]:
    """Clusters that some slot of the programme names."""
    named = {area for slot in here.programme.slots for area in slot.areas}
    return {each.id for each in CLUSTERS.values() if "v" in named or each.area in named}


def unkept(here: World, aired: list[tuple[Occurrence, tuple[str, ...]]]) -> list[tuple[str, str, date]]:
    """Cluster, topic and first day of each window without it, of windows all through which it could be heard."""
    heard = hearings(here, aired)
    alive = [here.alive(FIRST + number * DAY) for number in range(here.days)]
    topics = {each.topic for each in here.bulletins.values()}
    found = []
    for topic in sorted(topics):
        for start in range(here.days - here.window + 1):
            if all(topic in alive[start + ahead] for ahead in range(here.window)):
                for cluster in sorted(reached(here)):
                    days = heard[cluster, topic]
                    place = bisect_right(days, start - 1)
                    if place == len(days) or days[place] >= start + here.window:
                        found.append((cluster, topic, FIRST + start * DAY))
    return found


def told_twice(here: World, aired: list[Occurrence]) -> list[tuple[str, str, date]]:
    """Cluster, topic and day where a topic was heard more than once a day."""
    counts = Counter(
        (cluster, here.bulletins[name].topic, each.start.date())
        for each in aired
        for cluster in each.targets
        for name in each.bulletins
    )
    return [key for key, count in counts.items() if count > 1]


def _alike(here: World) -> bool:
    return len({(slot.areas, tuple(slot.at_by_area)) for slot in here.programme.slots}) == 1 and not any(
        slot.at_by_area for slot in here.programme.slots
    )


def overfull(here: World, pure: Plan) -> bool:
    """Whether some window has fewer places than topics that could be heard in it; one that expires has its turn too."""
    places = Counter[int]()
    for each in pure.occurrences:
        places[(each.start.date() - FIRST).days] += here.terms.count
    alive = [here.alive(FIRST + number * DAY) for number in range(here.days)]
    for start in range(here.days - here.window + 1):
        span = range(start, start + here.window)
        topics = set.union(*(set(alive[day]) for day in span))
        once = not here.terms.twice_a_day
        room = sum(min(places[day], len(alive[day])) if once else places[day] for day in span)
        if room < len(topics):
            return True
    return False


# --- figures ----------------------------------------------------------------------------------------------------------


def _measure(here: World, pure: Plan, aired: list[tuple[Occurrence, frozenset[str]]], figures: Figures) -> None:
    for each in pure.promises:
        if each.best_days:
            figures.ratios.append(each.longest_days / each.best_days)
    heard = hearings(here, [(each, tuple(set(each.targets) - missed)) for each, missed in aired])
    lost = {each.key: missed for each, missed in aired}
    planned = hearings(here, [(each, tuple(set(each.targets) - lost[each.key])) for each in pure.occurrences])
    for each, missed in aired:
        day = (each.start.date() - FIRST).days
        for cluster in missed:
            for name in each.bulletins:
                topic = here.bulletins[name].topic
                after, before = (
                    next((later for later in days[cluster, topic] if later > day), None) for days in (heard, planned)
                )
                if after is not None and before is not None:
                    figures.sooner[here.misses].append((after - day, before - day))
    for name, days in (("drawn ahead", heard), ("by the files", planned)):
        for each in days.values():
            figures.late[name] += sum(two - one > here.window for one, two in pairwise(each))
    figures.late["all"] += sum(map(len, heard.values()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("worlds", type=int, nargs="?", default=2000)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    figures = Figures()
    for seed in range(chosen.seed, chosen.seed + chosen.worlds):
        try_out(seed, figures)
        if figures.worlds % 100 == 0:
            sys.stderr.write(f"{figures.worlds}: {figures.kept} kept, {figures.refused} refused, {figures.broken}\n")
    ratios = sorted(figures.ratios) or [0.0]
    sys.stdout.write(
        f"{figures.worlds} programmes: {figures.kept} kept, {figures.refused} refused beforehand,"
        f" {len(figures.broken)} otherwise\n"
        f"longest wait against the best possible: {ratios[len(ratios) // 2]:.2f} in the middle,"
        f" {ratios[int(len(ratios) * 0.95)]:.2f} at 95 %, {ratios[-1]:.2f} at worst\n"
        f"{figures.missed} misses, {figures.made_up} topics drawn ahead; waits longer than promised because of misses:"
        f" {figures.late['drawn ahead']} of {figures.late['all']},"
        f" {figures.late['by the files']} had nothing been drawn ahead\n"
    )
    for misses, waits in sorted(figures.sooner.items()):
        sys.stdout.write(
            f"  where {misses:.0%} miss: heard again after {sum(each for each, _ in waits) / len(waits):.2f} days,"
            f" had nothing been drawn ahead {sum(each for _, each in waits) / len(waits):.2f}\n"
        )
    for seed, why in figures.broken[:20]:
        sys.stdout.write(f"  {seed}: {why}\n")


if __name__ == "__main__":
    main()
