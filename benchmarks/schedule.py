"""How long planning takes: a year of a station, and a week of the country's 3,321 communes, with the database too.

Two peers, neither of which knows exceptions or turns. The plainest loop there is asks of every minute of the stretch
whether a slot starts then. APScheduler's CronTrigger is asked for one start after the other; where communes have hours
of their own it needs a trigger for each. Both run over one of what they need and are multiplied.
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time as clock
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
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


def plan(programmes: list[Programme], days: int, clusters: Mapping[str, SpeakerCluster] = CLUSTERS) -> Plan:
    return expand(
        programmes, bulletins=SHELF, areas=TREE, clusters=clusters, calendar=TET, zone=ZONE, first=FIRST, days=days
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


def by_cron(slots: tuple[Slot, ...], days: int) -> int:
    """The other peer: starts of some slots, asked of a CronTrigger each."""
    from apscheduler.triggers.cron import CronTrigger

    begin = datetime.combine(FIRST, time(0), ZONE)
    end, found = begin + timedelta(days), 0
    for slot in slots:
        weekdays = ",".join(str(day) for day in sorted(slot.days))
        (at,) = slot.at
        trigger = CronTrigger(day_of_week=weekdays, hour=at.hour, minute=at.minute, timezone=ZONE)
        start, now = None, begin
        while (start := trigger.get_next_fire_time(start, now)) < end:
            found, now = found + 1, start + timedelta(seconds=1)
    return found


def seconds(work: Callable[..., object], *of: object) -> float:
    """The middle of five runs, in seconds of processor: others may be at work on the machine."""
    taken = []
    for _ in range(5):
        begin = clock.process_time()
        work(*of)
        taken.append(clock.process_time() - begin)
    return statistics.median(taken)


def against_peers() -> None:
    station = [programme(f"p-{n}", ("p-1",)) for n in range(10)]
    communes = [programme(f"c-{n}", (f"c-{n}",)) for n in range(COMMUNES)]
    own = {f"c-{n}": (time(6 + n % 12, n % 60),) for n in range(0, COMMUNES, 3)}
    country = [programme("ca-nuoc", ("vn",), own)]
    province = {each: cluster for each, cluster in CLUSTERS.items() if TREE.by_id[cluster.area or ""].parent == "p-1"}
    for title, programmes, days, triggers, clusters in (
        ("one programme, 98 communes, a year", station[:1], 365, 1, province),
        ("10 programmes, 98 communes, a year", station, 365, 10, province),
        ("one programme, 3,321 communes, a third with hours of their own, 8 days", country, 8, COMMUNES, CLUSTERS),
        ("3,321 programmes of one commune, 8 days", communes, 8, COMMUNES, CLUSTERS),
    ):
        found = plan(programmes, days, clusters)
        planning = seconds(plan, programmes, days, clusters)
        reading = seconds(lambda programmes=programmes, found=found: look(programmes, found))  # type: ignore[misc]
        one = programmes[0].slots
        peer = seconds(lambda one=one, days=days: every_minute(one, days)) * len(programmes)  # type: ignore[misc]
        cron = seconds(lambda one=one, days=days: by_cron(one, days)) * triggers  # type: ignore[misc]
        sys.stdout.write(
            f"{title}: {len(found.occurrences)} occurrences planned in {planning:.3f} s, reviewed in {reading:.3f} s;"
            f" planning is {peer / planning:.1f} times as fast as looking at every minute,"
            f" {cron / planning:.1f} times as fast as CronTrigger\n"
        )


def with_database(communes: int) -> None:
    """A country of 34 provinces, each with a programme of three slots a day: planned for the first time, and again."""
    from pipeline.store import Store

    tree = AreaTree(
        [TREE.by_id["vn"], *(TREE.by_id[f"p-{n}"] for n in range(34))] + [TREE.by_id[f"c-{n}"] for n in range(communes)]
    )
    clusters = {name: CLUSTERS[name] for name in (f"k-{n}" for n in range(communes))}
    programmes = [programme(f"p-{n}", (f"p-{n}",)) for n in range(34)]
    now = datetime.combine(FIRST, time(0), ZONE)
    ways, places = ({each.id: text for each in clusters.values()} for text in ("thu-muc", ""))
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/loa.db", key=Path(folder) / "keys" / "contacts.key")
        store.migrate()
        taken = []
        for _ in range(2):
            begin = clock.perf_counter()
            found = expand(
                programmes, bulletins=SHELF, areas=tree, clusters=clusters, calendar=TET, zone=ZONE, first=FIRST, days=8
            ).occurrences
            store.upsert_plan(found, ways, since=now, until=now + timedelta(8), now=now, areas=places)
            taken.append(clock.perf_counter() - begin)
        store.close()
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(
        f"{communes} communes × 3 slots × 8 days with the database: {sum(len(each.targets) for each in found)}"
        f" deliveries planned in {taken[0]:.2f} s, again in {taken[1]:.2f} s; {used} MB at most so far\n"
    )


def main() -> None:
    for communes in (830, 1660, COMMUNES):
        with_database(communes)
    against_peers()


if __name__ == "__main__":
    main()
