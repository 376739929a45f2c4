"""How long a rotation that promises takes to plan: one programme for the country's 3,321 communes, with what was aired.

24 topics, three airings a day of three bulletins, four weeks, a year behind it; 2 % of the last weeks' deliveries were
missed. The peer is the same programme without a promise.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import sqlalchemy as sa

from benchmarks.schedule import CLUSTERS, COMMUNES, FIRST, SHELF, TET, TREE, ZONE, programme, seconds
from pipeline.domain import Programme, Rotation
from pipeline.schedule import NO_HISTORY, History, Plan, expand
from pipeline.store import Store
from pipeline.store.tables import occurrences

SINCE = date(2025, 11, 24)
BEHIND = timedelta(weeks=4, days=1)
OWN = {f"c-{n}": (time(6 + n % 12, n % 60),) for n in range(0, COMMUNES, 3)}


def country(within: int, own: dict[str, tuple[time, ...]] | None = None) -> Programme:
    made = programme("ca-nuoc", ("vn",), own)
    turns = Rotation(("all",), (), 3, within)
    return replace(made, first=SINCE, slots=tuple(replace(each, play=turns) for each in made.slots))


def plan(made: Programme, first: date, days: int, history: History = NO_HISTORY) -> Plan:
    return expand(
        [made],
        bulletins=SHELF,
        areas=TREE,
        clusters=CLUSTERS,
        calendar=TET,
        zone=ZONE,
        first=first,
        days=days,
        history=history,
    )


def aired(store: Store, made: Programme, now: datetime) -> None:
    """Four weeks of rows, handed over and confirmed but for every fiftieth."""
    past = plan(made, (now - BEHIND).date(), BEHIND.days).occurrences
    ways, places = dict.fromkeys(CLUSTERS, "thu-muc"), {name: each.area for name, each in CLUSTERS.items()}
    store.upsert_plan(past, ways, since=now - 2 * BEHIND, until=now, now=now - 2 * BEHIND, areas=places)
    with store._database.write() as connection:
        connection.execute(sa.update(occurrences).values(handed_over_at=now))
        connection.execute(sa.text("UPDATE deliveries SET state = 'confirmed' WHERE id % 50 > 0"))
        connection.execute(sa.text("UPDATE deliveries SET state = 'failed' WHERE id % 50 = 0"))


def main() -> None:
    now = datetime.combine(FIRST, time(4), ZONE).astimezone(UTC)
    for title, own in (("all at the same hours", None), ("a third with hours of their own", OWN)):
        made = country(4, own)
        with tempfile.TemporaryDirectory() as folder:
            store = Store(f"sqlite:///{Path(folder) / 'loa.db'}")
            store.migrate()
            aired(store, made, now)
            history = store.settled([made.id], now - BEHIND)
            reading = seconds(lambda store=store, made=made: store.settled([made.id], now - BEHIND))  # type: ignore[misc]
            store.close()
        planning = seconds(lambda made=made, history=history: plan(made, FIRST, 8, history))  # type: ignore[misc]
        plain = seconds(lambda own=own: plan(country(0, own), FIRST, 8))  # type: ignore[misc]
        sys.stdout.write(
            f"{COMMUNES} communes, {title}: what was aired is read in {reading:.3f} s, 8 days are planned in"
            f" {planning:.3f} s, {planning / plain:.1f} times as long as without a promise\n"
        )


if __name__ == "__main__":
    main()
