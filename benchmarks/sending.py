"""SMS under rules: how long others wait while a large list is looked up, and how exact a sender's rate is."""

from __future__ import annotations

import contextlib
import multiprocessing
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from benchmarks.store import CONTACTS, NOW, lines
from pipeline.domain import Medium, Occurrence
from pipeline.store import DayLimit, Note, Store
from tests.postgres import Unavailable, running

RATES = (10, 100, 400)
SECONDS = 8.0
THREADS, PROCESSES = 4, 2


def main(contacts: int = CONTACTS) -> None:
    """Prints seconds a step, the longest wait of another writer, and what was started over what may be."""
    for step, figure in {**expanding(contacts), **pacing(), **pacing_postgres()}.items():
        print(f"{step:28} {figure:10.3f}")


def expanding(contacts: int = CONTACTS) -> dict[str, float]:
    """A list looked up by three batches while somebody else writes: for all, for nobody (the day is full), for all
    again; then the first is called off and the last becomes too late."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/loa.db", key=Path(folder) / "contacts.key")
        store.migrate()
        store.import_contacts("dan", "thu", lines(contacts), now=NOW)
        wanted = [_text("a"), _text("b"), _text("c")]
        store.upsert_plan(wanted, {}, since=NOW - timedelta(1), until=NOW + timedelta(1), now=NOW)
        limit = DayLimit(NOW.date(), 1)
        first, second, third = (row.id for row in store.sms_to_expand(NOW))
        result: dict[str, float] = {}
        for name, row, ceiling in (
            ("expand", first, limit),
            ("expand_day_full", second, limit),
            ("expand_again", third, None),
        ):
            work = _expansion(store, row, ceiling)
            result |= {f"{name}{tail}": figure for tail, figure in _beside_a_writer(store, work).items()}
        closing: dict[str, Callable[[], object]] = {
            "cancel": lambda: store.cancel_batch(first, Note("an", "x", "y", {}), NOW),
            "too_late": lambda: store.miss_late(NOW + timedelta(hours=3)),
        }
        for name, work in closing.items():
            result |= {f"{name}{tail}": figure for tail, figure in _beside_a_writer(store, work).items()}
        store.close()
    return result


def pacing() -> dict[str, float]:
    """What four threads of two processes were granted, over what the rate allows in the time they asked."""
    with tempfile.TemporaryDirectory() as folder:
        return {f"ratio_rate_{rate}": _ratio(f"sqlite:///{folder}/loa.db", rate) for rate in RATES}


def pacing_postgres() -> dict[str, float]:
    """The same on PostgreSQL; nothing where none can be had."""
    with contextlib.suppress(Unavailable), running() as server:
        url = server.make("rates")
        return {f"ratio_rate_{rate}_postgres": _ratio(url, rate) for rate in RATES}
    return {}


def _ratio(url: str, rate: int) -> float:
    store = Store(url)
    store.migrate()
    store.close()
    context = multiprocessing.get_context("spawn")
    granted: multiprocessing.Queue[tuple[int, float, float]] = context.Queue()
    workers = [context.Process(target=_ask, args=(url, rate, granted)) for _ in range(PROCESSES)]
    for worker in workers:
        worker.start()
    said = [granted.get() for _ in workers]
    for worker in workers:
        worker.join()
    seconds = max(end for *_, end in said) - min(begin for _, begin, _ in said)
    return sum(count for count, *_ in said) / (rate * seconds)


def _ask(url: str, rate: int, granted: multiprocessing.Queue[tuple[int, float, float]]) -> None:
    store = Store(url)
    counts = [0] * THREADS
    begin = time.time()

    def work(place: int) -> None:
        while time.time() - begin < SECONDS:
            grant = store.take_rate("UBND", rate, 50, max(1, rate // 20))
            counts[place] += grant.granted
            if not grant.granted:
                time.sleep(min(grant.wait_s, 0.2))

    threads = [threading.Thread(target=work, args=(place,)) for place in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    granted.put((sum(counts), begin, time.time()))


def _text(slot: str) -> Occurrence:
    return Occurrence("p", slot, NOW, Medium.SMS, "t", ("b",), ("dan",), late_by=timedelta(hours=2))


def _expansion(store: Store, row: int, limit: DayLimit | None) -> Callable[[], object]:
    return lambda: store.expand_sms(row, ["dan"], channel="tin", now=NOW, limit=limit)


def _beside_a_writer(store: Store, work: Callable[[], object]) -> dict[str, float]:
    waits: list[float] = []
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            began = time.perf_counter()
            store.remember("x", "y", NOW)
            waits.append(time.perf_counter() - began)
            done.wait(0.02)

    writer = threading.Thread(target=write)
    writer.start()
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    done.set()
    writer.join()
    return {"": seconds, "_longest_wait": max(waits)}


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
