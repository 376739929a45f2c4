"""Several requests of one line at a time, each in a thread that keeps its connection; the caller always gets away."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from pipeline.channels.line import Gate, Line, LineError, monotonic

LOG = logging.getLogger(__name__)

T = TypeVar("T")

LANES = 4  # calls at once: while one is claimed or written down, the others are on the line
LOOK_EVERY_S = 0.25
IDLE_S = 30.0
LAST_WORDS_S = 1.0  # what a line that was hung up takes to say so


class _Errand(Generic[T]):
    """One request on its way: done once it has a result or an error."""

    def __init__(self, work: Callable[[Gate], T], within_s: float, gate: Gate, all_done: threading.Semaphore) -> None:
        self.work, self.within_s, self.gate = work, within_s, gate
        self.result: T | LineError | None = None
        self._all_done = all_done

    def run(self) -> None:
        self.gate.deadline = min(self.gate.deadline, monotonic() + self.within_s)
        try:
            self.result = self.work(self.gate)
        except LineError as error:
            self.result = error
        except Exception:  # a thread that ended of it would be missed by all that come later
            LOG.exception("a request failed")
            self.result = LineError("sms_answer_unreadable", sent=not self.gate.shut())
        finally:
            self._all_done.release()

    def outcome(self) -> T | LineError:
        """The result; without one the request is given up, and whether it went out is known."""
        if self.result is not None:
            return self.result
        unsent = self.gate.shut()
        return LineError("sms_not_begun" if unsent else "sms_no_answer", sent=not unsent)


class Abreast:
    """At most `threads` requests in flight; a thread that has nothing to do for a while ends."""

    def __init__(self, line: Line, threads: int, name: str) -> None:
        self._line, self._threads, self._name = line, threads, name
        self._queue: SimpleQueue[Callable[[], None]] = SimpleQueue()  # `run` of errands
        self._lock = threading.Lock()
        self._started = self._wanted = 0

    def run(self, works: Sequence[Callable[[Gate], T]], within_s: float) -> list[T | LineError]:
        """What came of each, in order; each may take `within_s` from when its turn comes.

        Whatever the far end does this returns within that, times the turns, and a second or two.
        """
        turns = -(-len(works) // self._threads)
        until = monotonic() + within_s * turns
        done = threading.Semaphore(0)
        errands = [_Errand(work, within_s, Gate(until), done) for work in works]
        for errand in errands:
            self._queue.put(errand.run)
        self._start(len(works))
        waiting = len(errands)
        while waiting and monotonic() < until + LAST_WORDS_S:
            if done.acquire(timeout=LOOK_EVERY_S):
                waiting -= 1
            else:
                self._line.hang_up()
        outcomes: list[T | LineError] = list(map(_Errand.outcome, errands))
        return outcomes

    def _start(self, more: int) -> None:
        """Threads for so many errands more: others may have brought some that are still under way."""
        with self._lock:
            self._wanted += more
            while self._started < min(self._wanted, self._threads):
                self._started += 1
                threading.Thread(target=self._work, name=self._name, daemon=True).start()

    def _work(self) -> None:
        try:
            while True:
                try:
                    run = self._queue.get(timeout=IDLE_S)
                except Empty:
                    if self._leave():
                        return
                    continue
                try:
                    run()
                finally:
                    with self._lock:
                        self._wanted -= 1
        finally:
            self._line.close()

    def _leave(self) -> bool:
        """Whether one thread fewer is enough; who brings work looks under the same lock whether anybody is there."""
        with self._lock:
            leaves = self._queue.empty()
            self._started -= leaves
            return leaves
