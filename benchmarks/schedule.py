"""How long planning takes: a year of a station, and a week of the country's 3,321 communes.

The peer is the plainest loop there is: asking of every minute of the stretch whether a slot starts then, with neither
areas nor exceptions nor turns. It runs over one programme and is multiplied by their number.
"""

from __future__ import annotations

import statistics
import sys
import time as clock
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipeline.areas import AreaTree
from pipeline.domain import (
    Area,
    Bulletin,
    Category,
    FixedOrder,
    Limits,
    Medium,
    Programme,
    Rotation,
    Slot,
    Source,
    SpeakerCluster,
    Window,
    Windows,
    YearDays,
)
from pipeline.schedule import Plan, expand, review

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
COMMUNES = 3321
FIRST = date(2026, 11, 23)
DAILY = frozenset(range(7))
TET = {"tet": (YearDays((12, 28), (1, 5), lunar=True),)}
TURNS, ORDER = Rotation(("all",), count=3), FixedOrder(("b-1", "b-2"))

TREE = AreaTree(
    [Area("vn", "Việt Nam")]
    + [Area(f"p-{n}", "Tỉnh", parent="vn") for n in range(34)]
    + [Area(f"c-{n}", "Xã", parent=f"p-{n % 34}") for n in range(COMMUNES)]
)
CLUSTERS = {f"k-{n}": SpeakerCluster(f"k-{n}", "Cụm loa", f"c-{n}", "thu-muc") for n in range(COMMUNES)}
SHELF = {f"b-{n}": Bulletin(f"b-{n}", "…", str(n), Category.TRICK, Source("…"), "…") for n in range(1, 25)}


def programme(name: str, areas: tuple[str, ...], own: Mapping[str, tuple[time, ...]] | None = None) -> Programme:
    slots = tuple(
        Slot(
            f"s-{hour}",
            DAILY,
            (time(hour),),
            Medium.LOUDSPEAKER,
            TURNS if hour > 6 else ORDER,
            at_by_area=own or {},
            areas=areas,
            length=timedelta(minutes=10),
        )
        for hour in (5, 11, 17)
    )
    return Programme(name, name, date(2024, 1, 1), None, slots, ("tet",))


def plan(programmes: list[Programme], days: int) -> Plan:
    return expand(
        programmes, bulletins=SHELF, areas=TREE, clusters=CLUSTERS, calendar=TET, zone=ZONE, first=FIRST, days=days
    )


def look(programmes: list[Programme], found: Plan) -> None:
    review(
        found.occurrences,
        programmes=programmes,
        windows={Medium.LOUDSPEAKER: Windows((Window(time(5), time(18), DAILY),))},
        limits=Limits(timedelta(minutes=60)),
        lengths=lambda _: 600.0,
        zone=ZONE,
        calendar=TET,
    )


def every_minute(slots: tuple[Slot, ...], days: int) -> int:
    """The peer: starts of some slots, found by looking at every minute of the days."""
    moment, found = datetime.combine(FIRST, time(0), ZONE), 0
    for _ in range(days * 24 * 60):
        found += sum(moment.weekday() in slot.days and moment.time() in slot.at for slot in slots)
        moment += timedelta(minutes=1)
    return found


def seconds(work: Callable[[], object]) -> float:
    """The middle of three runs."""
    taken = []
    for _ in range(3):
        begin = clock.perf_counter()
        work()
        taken.append(clock.perf_counter() - begin)
    return statistics.median(taken)


def main() -> None:
    station = [programme(f"p-{n}", ("p-1",)) for n in range(10)]
    communes = [programme(f"c-{n}", (f"c-{n}",)) for n in range(COMMUNES)]
    own = {f"c-{n}": (time(6 + n % 12, n % 60),) for n in range(0, COMMUNES, 3)}
    country = [programme("ca-nuoc", ("vn",), own)]
    for title, programmes, days in (
        ("10 programmes, 98 communes, a year", station, 365),
        ("one programme, 3,321 communes, a third with hours of their own, 8 days", country, 8),
        ("3,321 programmes of one commune, 8 days", communes, 8),
    ):
        found = plan(programmes, days)
        planning = seconds(lambda programmes=programmes, days=days: plan(programmes, days))  # type: ignore[misc]
        reading = seconds(lambda programmes=programmes, found=found: look(programmes, found))  # type: ignore[misc]
        one = programmes[0].slots
        peer = seconds(lambda one=one, days=days: every_minute(one, days)) * len(programmes)  # type: ignore[misc]
        sys.stdout.write(
            f"{title}: {len(found.occurrences)} occurrences planned in {planning:.3f} s, reviewed in {reading:.3f} s;"
            f" planning is {peer / planning:.1f} times as fast as looking at every minute\n"
        )


if __name__ == "__main__":
    main()
