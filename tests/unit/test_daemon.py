"""Lanes: started when due, never twice at once, never waiting for each other; the alarm clock is set again."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.daemon import Alarm, Lane, Systemd
from pipeline.errors import StoreError
from tests.patience import PATIENCE_S

MINUTE = timedelta(minutes=1)


@dataclass
class Seconds:
    """A monotonic clock that is moved by hand."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def lane_of(work: Callable[[], object], seconds: Seconds, **more: float) -> Lane:
    return Lane("lane", work, MINUTE, monotonic=seconds, **more)


@pytest.mark.parametrize(
    ("after", "runs_again"),
    [(0, False), (59, False), (60, True), (86_400, True)],
    ids=["at once", "early", "due", "late"],
)
def test_a_lane_runs_at_its_turn_by_the_monotonic_clock(after: float, runs_again: bool) -> None:
    runs: list[int] = []
    seconds = Seconds()
    lane = lane_of(lambda: runs.append(1), seconds)
    lane.wake()
    assert lane.drain(PATIENCE_S)
    seconds.now += after
    lane.wake()
    assert lane.drain(PATIENCE_S)
    assert len(runs) == 1 + runs_again


@pytest.mark.parametrize(
    ("after", "on_the_second", "runs"),
    [(0.95, True, 2), (1.0, False, 1), (1.2, False, 1), (1.5, False, 2)],
    ids=["a trembling wake", "between seconds", "late between seconds", "overdue"],
)
def test_turns_of_a_second_belong_to_the_second(after: float, on_the_second: bool, runs: int) -> None:
    ran: list[int] = []
    seconds = Seconds()
    lane = Lane("lane", lambda: ran.append(1), timedelta(seconds=1), monotonic=seconds)
    lane.wake()
    assert lane.drain(PATIENCE_S)
    seconds.now += after
    lane.wake(on_the_second=on_the_second)
    assert lane.drain(PATIENCE_S)
    assert len(ran) == runs


def test_a_lane_in_a_hurry_runs_with_the_next_wake() -> None:
    runs: list[int] = []
    lane = lane_of(lambda: runs.append(1), Seconds())
    lane.wake()
    assert lane.drain(PATIENCE_S)
    lane.hurry()
    lane.wake()
    assert lane.drain(PATIENCE_S)
    assert runs == [1, 1]


def test_a_busy_lane_is_not_started_twice_and_waking_it_returns_at_once() -> None:
    begun, let_go, runs = threading.Event(), threading.Event(), []
    seconds = Seconds()

    def work() -> None:
        runs.append(1)
        begun.set()
        let_go.wait(PATIENCE_S)

    lane = lane_of(work, seconds)
    lane.wake()
    assert begun.wait(PATIENCE_S)
    seconds.now += 120
    lane.wake()
    assert not lane.drain(0.01)
    let_go.set()
    assert lane.drain(PATIENCE_S)
    assert runs == [1]
    lane.wake()
    assert lane.drain(PATIENCE_S)
    assert runs == [1, 1]


def test_a_slow_lane_keeps_no_other_waiting() -> None:
    let_go, ran = threading.Event(), threading.Event()
    slow, quick = lane_of(lambda: let_go.wait(PATIENCE_S), Seconds()), lane_of(ran.set, Seconds())
    for lane in (slow, quick):
        lane.wake()
    assert ran.wait(PATIENCE_S)
    let_go.set()


@pytest.mark.parametrize("error", [StoreError("store_busy"), ZeroDivisionError()], ids=["foreseen", "not foreseen"])
def test_a_fault_is_logged_and_told_and_never_ends_the_lane(caplog: pytest.LogCaptureFixture, error: Exception) -> None:
    runs: list[int] = []
    told: list[tuple[str, BaseException]] = []
    seconds = Seconds()

    def work() -> None:
        runs.append(1)
        if len(runs) < 3:
            raise error

    lane = Lane("failing", work, MINUTE, monotonic=seconds, failed=lambda name, fault: told.append((name, fault)))
    for well in (False, False, True):
        lane.wake()
        assert lane.drain(PATIENCE_S)
        assert lane.is_well is well
        seconds.now += 60
    assert told == [("failing", error)] * 2
    assert "failing" in caplog.text


def test_a_fault_that_cannot_even_be_told_ends_no_lane() -> None:
    seconds, runs = Seconds(), []

    def work() -> None:
        runs.append(1)
        raise StoreError("store_disk_full")

    def told(_: str, __: BaseException) -> None:
        raise StoreError("store_disk_full")

    lane = Lane("failing", work, MINUTE, monotonic=seconds, failed=told)
    for _ in range(2):
        lane.wake()
        assert lane.drain(PATIENCE_S)
        seconds.now += 60
    assert runs == [1, 1]


def test_a_lane_that_hangs_is_stuck_and_one_that_waits_for_its_turn_is_not() -> None:
    begun, let_go, seconds = threading.Event(), threading.Event(), Seconds()

    def work() -> None:
        begun.set()
        let_go.wait(PATIENCE_S)

    lane = lane_of(work, seconds, stuck_after_s=30.0)
    seconds.now += 3600
    assert not lane.is_stuck()
    lane.wake()
    assert begun.wait(PATIENCE_S)
    assert not lane.is_stuck()
    seconds.now += 31
    assert lane.is_stuck()
    let_go.set()
    assert lane.drain(PATIENCE_S)
    assert not lane.is_stuck()


def test_an_ended_lane_starts_nothing() -> None:
    runs: list[int] = []
    lane = lane_of(lambda: runs.append(1), Seconds())
    lane.end()
    lane.wake()
    assert lane.drain(PATIENCE_S)
    assert runs == []


def test_an_alarm_silenced_by_a_step_of_the_clock_is_set_again() -> None:
    rung = threading.Event()
    seconds = Seconds()
    alarm = Alarm(rung.set, UTC, every=timedelta(hours=1), monotonic=seconds)
    alarm.start()
    try:
        assert rung.wait(PATIENCE_S)
        rung.clear()
        alarm.scheduler.modify_job("wake", next_run_time=datetime.now(UTC) + timedelta(days=1))
        seconds.now += 4
        alarm.watch()
        assert alarm.scheduler.get_job("wake").next_run_time > datetime.now(UTC) + timedelta(hours=2)
        seconds.now += 2
        alarm.watch()
        assert rung.wait(PATIENCE_S)
    finally:
        alarm.stop()


def test_systemd_hears_each_word_and_its_absence_troubles_nobody(tmp_path: Path) -> None:
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as hears:
        hears.bind(str(address))
        hears.settimeout(PATIENCE_S)
        Systemd(str(address)).tell("READY=1")
        assert hears.recv(100) == b"READY=1"
    Systemd(str(address)).tell("WATCHDOG=1")
    Systemd("").tell("STOPPING=1")
