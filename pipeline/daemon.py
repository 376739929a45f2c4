"""The station on the clock: APScheduler is the alarm clock, and every wake only starts things.

Each lane has a thread of its own and never waits for another. A lane that is still busy when its turn comes again is
not started twice. Turns are reckoned on the monotonic clock, so that no step of the wall clock hurries or silences a
lane; a watchdog sets the alarm clock again where a step has silenced it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler

from pipeline.domain import Medium
from pipeline.errors import LoaError
from pipeline.systemd import Systemd
from pipeline.unattended import Unattended

LOG = logging.getLogger(__name__)

WAKE_EVERY = timedelta(seconds=0.5)
URGENT_EVERY = timedelta(seconds=0.4)  # a little less than the wake, so that no wake finds it not yet due
DISPATCH_EVERY = timedelta(seconds=1)
EDITS_EVERY = timedelta(seconds=2)
PLAN_EVERY = timedelta(minutes=1)
PRODUCE_EVERY = timedelta(minutes=5)
FORESEE_EVERY = timedelta(seconds=5)
TIDY_EVERY = timedelta(hours=1)

EARLY_S = 0.1  # wakes tremble: a turn must not be put off by a whole wake for a millisecond
OVERDUE_S = 0.4
HALF_SECOND = 500_000  # microseconds
ONE_SECOND = timedelta(seconds=1)
SILENT_AFTER_S = 5.0  # without a wake: the wall clock was set back
STUCK_AFTER_S = 120.0  # a lane that must be quick and is still at it
STOP_WITHIN_S = 8.0

Monotonic = Callable[[], float]
Failed = Callable[[str, BaseException], object]


class Lane:
    """Work on a thread of its own, one at a time, no oftener than `every`. A run over `stuck_after_s` is stuck."""

    def __init__(
        self,
        name: str,
        work: Callable[[], object],
        every: timedelta,
        *,
        stuck_after_s: float | None = None,
        failed: Failed | None = None,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        self.name, self.work, self.every = name, work, every
        self.stuck_after_s = stuck_after_s
        self.is_well = True  # its last run ended as it should
        self._failed, self._monotonic = failed, monotonic
        self._due = self._began = monotonic()
        self._state = threading.Condition()
        self._asked = self._busy = self._ended = False
        self._thread: threading.Thread | None = None

    def wake(self, *, on_the_second: bool = True) -> None:
        """Start the work where it is due and idle. Returns at once.

        Between two seconds a lane of whole seconds is only started where it is overdue: its turn belongs to the second.
        """
        slack = -EARLY_S if on_the_second or self.every < ONE_SECOND else OVERDUE_S
        with self._state:
            if self._busy or self._ended or self._monotonic() < self._due + slack:
                return
            self._due = self._monotonic() + self.every.total_seconds()
            self._began = self._monotonic()
            self._asked = self._busy = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, name=self.name, daemon=True)
                self._thread.start()
            self._state.notify_all()

    def hurry(self) -> None:
        """Its turn comes with the next wake."""
        with self._state:
            self._due = self._monotonic()

    def is_stuck(self) -> bool:
        """Whether the run in hand takes longer than it ever should."""
        with self._state:
            limit = self.stuck_after_s
            return limit is not None and self._busy and self._monotonic() - self._began > limit

    def drain(self, seconds: float) -> bool:
        """Wait until the work in hand is done, at most so long. False where it is still busy."""
        with self._state:
            return self._state.wait_for(lambda: not self._busy, seconds)

    def end(self) -> None:
        """Start nothing more."""
        with self._state:
            self._ended = True
            self._state.notify_all()

    def _loop(self) -> None:
        while True:
            with self._state:
                self._state.wait_for(lambda: self._asked or self._ended)
                if not self._asked:
                    return
                self._asked = False
            self._run()
            with self._state:
                self._busy = False
                self._state.notify_all()

    def _run(self) -> None:
        try:
            self.work()
            self.is_well = True
        except LoaError as error:
            LOG.warning("%s failed and is tried again: %s", self.name, error)
            self._note(error)
        except Exception as error:
            LOG.exception("%s failed and is tried again", self.name)
            self._note(error)

    def _note(self, error: Exception) -> None:
        self.is_well = False
        if self._failed is None:
            return
        try:
            self._failed(self.name, error)
        except Exception:  # telling of a fault may meet the very same fault
            LOG.exception("the fault of %s could not be noted", self.name)


@dataclass(frozen=True, slots=True)
class Turn:
    """What a lane does and how often; `quick`: the station is not well while it hangs."""

    name: str
    work: Callable[[], object]
    every: timedelta
    quick: bool = False


class Daemon:
    """Wakes the lanes of one station until it is told to stop. `turns`: what else wants a lane of its own."""

    def __init__(self, station: Unattended, stopped: threading.Event, turns: Sequence[Turn] = ()) -> None:
        self.station, self.stopped = station, stopped
        own = (
            Turn("urgent", station.send_urgent, URGENT_EVERY, quick=True),
            Turn("dispatch", lambda: station.send_due(Medium.LOUDSPEAKER), DISPATCH_EVERY, quick=True),
            Turn("texts", self.send_texts, DISPATCH_EVERY),
            Turn("confirm", station.confirm, DISPATCH_EVERY),
            Turn("resolve", station.resolve, DISPATCH_EVERY),
            Turn("edits", self.follow_edits, EDITS_EVERY),
            Turn("plan", station.plan, PLAN_EVERY),
            Turn("produce", self.produce, PRODUCE_EVERY),
            Turn("foresee", station.foresee, FORESEE_EVERY),
            Turn("tidy", station.tidy, TIDY_EVERY),
        )
        self.lanes = {turn.name: self._lane(turn) for turn in (*own, *turns)}
        self.alarm = Alarm(self.wake, station.site.station.timezone)

    def run(self) -> bool:
        """Block until `stopped` is set. False where work was still in hand when the time to stop was over."""
        systemd = Systemd()
        self.station.plan()
        self.alarm.start()
        systemd.tell("READY=1")
        try:
            while not self.stopped.wait(1.0):
                self.alarm.watch()
                if self.is_alive():
                    systemd.tell("WATCHDOG=1")
        finally:
            systemd.tell("STOPPING=1")
            idle = self._stop()
        return idle

    def wake(self) -> None:
        """One beat: start every lane that is due."""
        on_the_second = self.station.clock().microsecond < HALF_SECOND
        for lane in self.lanes.values():
            lane.wake(on_the_second=on_the_second)

    def send_texts(self) -> None:
        """A few seconds of SMS; what is left goes on with the next wake, by the files as they are then."""
        if self.station.send_due(Medium.SMS):
            self.lanes["texts"].hurry()

    def produce(self) -> None:
        """The next day, then what receivers are to hold for longer."""
        self.station.produce(1)
        self.station.produce_ahead()

    def follow_edits(self) -> None:
        """Take over what was written to the files; planned and produced anew at once."""
        if self.station.follow_edits():
            self.lanes["plan"].hurry()
            self.lanes["produce"].hurry()

    def is_alive(self) -> bool:
        """Whether no lane that must be quick hangs."""
        return not any(lane.is_stuck() for lane in self.lanes.values())

    def is_well(self) -> bool:
        """Whether every lane is alive and its last run ended as it should: what a dead man's ping vouches for."""
        return self.is_alive() and all(lane.is_well for lane in self.lanes.values())

    def _lane(self, turn: Turn) -> Lane:
        limit = STUCK_AFTER_S if turn.quick else None
        return Lane(turn.name, turn.work, turn.every, stuck_after_s=limit, failed=self.station.note_fault)

    def _stop(self) -> bool:
        self.alarm.stop()
        for lane in self.lanes.values():
            lane.end()
        deadline = time.monotonic() + STOP_WITHIN_S
        return all(lane.drain(max(0.0, deadline - time.monotonic())) for lane in self.lanes.values())


class Alarm:
    """APScheduler's wake, and the watch over it: APScheduler waits by the wall clock."""

    def __init__(
        self,
        wake: Callable[[], object],
        zone: Any,
        *,
        every: timedelta = WAKE_EVERY,
        silent_after_s: float = SILENT_AFTER_S,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        self._wake, self._every, self._silent_after_s, self._monotonic = wake, every, silent_after_s, monotonic
        self._woken = monotonic()
        self.scheduler = BackgroundScheduler(timezone=zone)

    def start(self) -> None:
        self._woken = self._monotonic()
        self._set()
        self.scheduler.start()

    def watch(self) -> None:
        """Set the alarm anew where it has been silent for too long."""
        if self._monotonic() - self._woken > self._silent_after_s:
            LOG.warning("no wake for %.0f s: the clock was set back; the alarm is set again", self._silent_after_s)
            self._woken = self._monotonic()
            self._set()

    def stop(self) -> None:
        self.scheduler.shutdown(wait=False)

    def _set(self) -> None:
        """Wakes fall on whole seconds and between them: airings begin on whole minutes."""
        first = datetime.now(self.scheduler.timezone).replace(microsecond=0) + timedelta(seconds=1)
        self.scheduler.add_job(
            self._ring,
            "interval",
            seconds=self._every.total_seconds(),
            id="wake",
            replace_existing=True,
            start_date=first,
            next_run_time=first,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )

    def _ring(self) -> None:
        self._woken = self._monotonic()
        self._wake()
