"""How much a receiver may write into the station's database through its journal.

A machine that was off-line for a month hands in about a megabyte; one that was stolen or is broken could fill the disk
within an hour. What is beyond the room stays with the receiver, which comes back with it: nothing is lost.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

from pipeline.protocol.journal import Entry

ROOM = 8_000_000  # bytes at once: half a year off-line
A_DAY = 8_000_000
ENTRY = 300  # of a row and its places in the indices
JOURNAL = 200_000  # what a journal of its own is counted as: a machine begins one when its disk was lost
TELL_EVERY_S = 600.0


class Room:
    """What each receiver may still hand in: it grows with time, up to ROOM. Forgotten when the station ends."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._left: dict[str, tuple[float, float]] = {}  # receiver → bytes, and when that was
        self._told: dict[str, float] = {}

    def is_left(self, receiver: str) -> bool:
        """Whether another piece may be taken."""
        with self._lock:
            return self._now(receiver) > 0

    def take(self, receiver: str, entries: Iterable[Entry], *, is_new: bool) -> None:
        """Count entries that were taken. `is_new`: they begin a journal."""
        size = sum(ENTRY + len(each.airing) + len(each.code) + _facts(each) for each in entries)
        if not size:
            return
        with self._lock:
            self._left[receiver] = self._now(receiver) - size - (JOURNAL if is_new else 0), self._monotonic()

    def has_to_be_told(self, receiver: str) -> bool:
        """True once in a while, for whoever has nothing left."""
        with self._lock:
            last, now = self._told.get(receiver), self._monotonic()
            if last is not None and now - last < TELL_EVERY_S:
                return False
            self._told[receiver] = now
            return True

    def _now(self, receiver: str) -> float:
        now = self._monotonic()
        left, at = self._left.get(receiver, (ROOM, now))
        return min(ROOM, left + (now - at) * A_DAY / 86_400)


def _facts(entry: Entry) -> int:
    return sum(len(name) + len(value) for name, value in entry.facts.items())
