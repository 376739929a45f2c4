"""How long the store takes for a national plan and a large list, as ratios of a plain insert into the same disk."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.domain import Medium, Occurrence, Receipt, State
from pipeline.store import Store

NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
COMMUNES = 3_321
DAYS = 8
SLOTS = (5, 11, 17)
CONTACTS = 1_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """One imported contact, invented."""

    phone: str
    name: str
    area: str


def main() -> None:
    """Prints seconds a step, and `ratio_…`: over those of a bare insert of as many rows."""
    for step, seconds in measure().items():
        print(f"{step:24} {seconds:10.3f}")


def measure(contacts: int = CONTACTS) -> dict[str, float]:
    """Seconds by step, all on one disk and in one run."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/loa.db", key=Path(folder) / "keys" / "contacts.key")
        store.migrate()
        result = plan(store)
        result["claim_500"] = timed(lambda: claim(store))
        result["bare_80k"] = timed(lambda: bare(Path(folder) / "bare.db", DAYS * len(SLOTS) * COMMUNES))
        result["ratio_plan"] = result["plan_first"] / result["bare_80k"]
        result["bare_contacts"] = timed(lambda: bare(Path(folder) / "more.db", contacts))
        result |= lists(store, contacts)
        result["ratio_import"] = result["import"] / result["bare_contacts"]
        store.close()
    return {name: round(value, 3) for name, value in result.items()}


def plan(store: Store) -> dict[str, float]:
    """A national plan: written first, compared when nothing changed, followed when every bulletin changed."""
    wanted = occurrences()
    changed = [replace(each, bulletins=("khac",)) for each in wanted]
    return {
        "plan_first": timed(lambda: upsert(store, wanted)),
        "plan_same": timed(lambda: upsert(store, wanted)),
        "plan_changed": timed(lambda: upsert(store, changed)),
        "plan_removed": timed(lambda: upsert(store, changed[:-6])),
        "plan_revived": timed(lambda: upsert(store, changed)),
        "sweep_idle": timed(lambda: store.miss_late(NOW)),
        "due_idle": timed(lambda: store.due("khong-co", now=NOW + timedelta(days=1), lead=timedelta(days=8))),
    }


def claim(store: Store) -> None:
    """Five hundred loudspeakers claimed and accepted."""
    now = NOW + timedelta(hours=SLOTS[0])
    claimed = store.claim("kenh", now=now, limit=500, lease=timedelta(minutes=2))
    store.record([Receipt(each.delivery.id, now, State.ACCEPTED) for each in claimed])


def lists(store: Store, contacts: int) -> dict[str, float]:
    """A long list imported, imported again and expanded."""
    result = {"import": timed(lambda: store.import_contacts("dan", "thu", lines(contacts), now=NOW))}
    later = NOW + timedelta(hours=1)
    result["import_again_100k"] = timed(lambda: store.import_contacts("dan", "thu", lines(100_000), now=later))
    sms = Occurrence("p", "sms", NOW, Medium.SMS, "t", ("b",), ("dan",), late_by=timedelta(hours=2))
    store.upsert_plan([sms], {}, since=NOW - timedelta(seconds=1), until=NOW + timedelta(seconds=1), now=NOW)
    (row,) = store.sms_to_expand(NOW)
    result["expand"] = timed(lambda: store.expand_sms(row.id, ["dan"], channel="tin", now=NOW))
    result["claim_sms_500"] = timed(lambda: store.claim("tin", row.id, now=NOW, limit=500, lease=timedelta(minutes=2)))
    return result


def lines(count: int) -> Iterator[Line]:
    """Numbers nobody can have."""
    return (Line(f"840{number:09d}", f"Mẫu {number}", f"xa-{number % COMMUNES}") for number in range(count))


def occurrences() -> list[Occurrence]:
    targets = tuple(f"xa-{number:05d}-01" for number in range(COMMUNES))
    starts = [NOW + timedelta(days=day, hours=hour) for day in range(DAYS) for hour in SLOTS]
    return [Occurrence("p", f"{at:%H}", at, Medium.LOUDSPEAKER, "t", ("b",), targets) for at in starts]


def upsert(store: Store, wanted: list[Occurrence]) -> None:
    channels = dict.fromkeys(occurrences()[0].targets, "kenh")
    store.upsert_plan(wanted, channels, since=NOW, until=NOW + timedelta(days=DAYS), now=NOW)


def bare(path: Path, rows: int) -> None:
    """The least any insert of so many rows can take here."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, occurrence INTEGER, target TEXT, state TEXT)")
    connection.executemany(
        "INSERT INTO rows (occurrence, target, state) VALUES (?, ?, ?)",
        ((row // COMMUNES, f"xa-{row % COMMUNES:05d}-01", "planned") for row in range(rows)),
    )
    connection.commit()
    connection.close()


def timed(work: Callable[[], object]) -> float:
    """Seconds a call takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
