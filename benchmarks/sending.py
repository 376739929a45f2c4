"""SMS under rules: how long others wait while a large list is looked up, and how exact a sender's rate is."""

from __future__ import annotations

import multiprocessing
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from benchmarks.store import CONTACTS, NOW, lines
from pipeline.domain import Medium, Occurrence
from pipeline.store import DayLimit, Note, Store

RATES = (10, 100, 400)
SECONDS = 8.0
THREADS, PROCESSES = 4, 2


def main() -> None:
    """Prints seconds a step, the longest wait of another writer, and what was started over what may be."""
    for step, figure in {**expanding(), **pacing()}.items():
        print(f"{step:24} {figure:10.3f}")


def expanding(contacts: int = CONTACTS) -> dict[str, float]:
    """A list looked up twice on a day: once for all, once for nobody, while somebody else writes; then called off."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/loa.db", key=Path(folder) / "contacts.key")
        store.migrate()
        store.import_contacts("dan", "thu", lines(contacts), now=NOW)
        wanted = [_text("sang"), _text("chieu")]
        store.upsert_plan(wanted, {}, since=NOW - timedelta(1), until=NOW + timedelta(1), now=NOW)
        limit = DayLimit(NOW.date(), 1)
        first, second = (row.id for row in store.sms_to_expand(NOW))
        result: dict[str, float] = {}
        for name, row in (("expand", first), ("expand_day_full", second)):
            work = _expansion(store, row, limit)
            result |= {f"{name}{tail}": figure for tail, figure in _beside_a_writer(store, work).items()}
        off = _beside_a_writer(store, lambda: store.cancel_batch(first, Note("an", "x", "y", {}), NOW))
        result |= {f"cancel{tail}": figure for tail, figure in off.items()}
        store.close()
    return result


def pacing() -> dict[str, float]:
    """What four threads of two processes were granted, over what the rate allows in the time they asked."""
    result = {}
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/loa.db"
        store = Store(url)
        store.migrate()
        for rate in RATES:
            granted: multiprocessing.Queue[tuple[int, float, float]] = multiprocessing.Queue()
            given = (url, rate, granted)
            workers = [multiprocessing.Process(target=_ask, args=given) for _ in range(PROCESSES)]
            for worker in workers:
                worker.start()
            said = [granted.get() for _ in workers]
            for worker in workers:
                worker.join()
            seconds = max(end for *_, end in said) - min(begin for _, begin, _ in said)
            result[f"ratio_rate_{rate}"] = sum(count for count, *_ in said) / (rate * seconds)
        store.close()
    return result


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


def _expansion(store: Store, row: int, limit: DayLimit) -> Callable[[], object]:
    return lambda: store.expand_sms(row, ["dan"], channel="tin", now=NOW, limit=limit)


def _beside_a_writer(store: Store, work: Callable[[], object]) -> dict[str, float]:
    waits: list[float] = []
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            began = time.perf_counter()
            store.remember("x", "y", NOW)
            waits.append(time.perf_counter() - began)
            time.sleep(0.02)

    writer = threading.Thread(target=write)
    writer.start()
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    done.set()
    writer.join()
    return {"": seconds, "_longest_wait": max(waits)}


if __name__ == "__main__":
    main()
