"""The station on the clock: APScheduler is the alarm clock, one wake a second, and every wake only starts things.

Each lane has a thread of its own and never waits for another: planning, producing and dispatching. A lane that is still
busy when its turn comes again is simply not started twice.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from pipeline.app import Station
from pipeline.errors import LoaError

LOG = logging.getLogger(__name__)

PLAN_EVERY = timedelta(minutes=1)
TIDY_EVERY = timedelta(hours=1)
PRODUCE_EVERY = timedelta(minutes=5)


class Lane:
    """Work that runs on its own thread, one at a time, no oftener than `every`."""

    def __init__(self, name: str, work: Callable[[], object], every: timedelta) -> None:
        self.name, self.work, self.every = name, work, every
        self._due: datetime | None = None
        self._busy = threading.Lock()

    def wake(self, now: datetime) -> None:
        """Start the work where it is due and idle. Returns at once. A clock that was set back makes it due, too."""
        if self._due is not None and self._due - self.every <= now < self._due:
            return
        if self._busy.acquire(blocking=False):
            self._due = now + self.every
            threading.Thread(target=self._run, name=self.name, daemon=True).start()

    def drain(self, seconds: float) -> bool:
        """Wait until the work in hand is done, at most so long. False where it is still busy."""
        done = self._busy.acquire(timeout=seconds)
        if done:
            self._busy.release()
        return done

    def _run(self) -> None:
        try:
            self.work()
        except LoaError:
            LOG.exception("%s failed; it is tried again", self.name)
        finally:
            self._busy.release()


class Daemon:
    """Wakes the ticks of one station until it is told to stop."""

    def __init__(self, station: Station, stopped: threading.Event) -> None:
        self.station = station
        self.lanes = (
            Lane("plan", station.plan, PLAN_EVERY),
            Lane("produce", lambda: station.produce(1), PRODUCE_EVERY),
            Lane("tidy", station.tidy, TIDY_EVERY),
            Lane("dispatch", station.send_due, timedelta(seconds=1)),
        )
        self.stopped = stopped

    def run(self) -> None:
        """Block until `stopped` is set; work in hand is finished before the return."""
        scheduler = BackgroundScheduler(timezone=self.station.site.station.timezone)
        scheduler.add_job(
            self.wake, "interval", seconds=1, id="wake", misfire_grace_time=None, coalesce=True, max_instances=1
        )
        self.station.plan()
        scheduler.start()
        try:
            self.stopped.wait()
        finally:
            scheduler.shutdown(wait=True)
            for lane in self.lanes:
                lane.drain(30.0)

    def wake(self) -> None:
        """One beat: start every lane that is due."""
        now = self.station.clock()
        for lane in self.lanes:
            lane.wake(now)
