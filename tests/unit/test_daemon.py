"""Lanes: started when due, never twice at once, never waiting for each other."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.daemon import Lane
from pipeline.errors import StoreError

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def counting_lane(runs: list[int], every: timedelta = MINUTE) -> Lane:
    return Lane("count", lambda: runs.append(1), every)


@pytest.mark.parametrize(
    ("after", "runs_again"),
    [(timedelta(seconds=59), False), (MINUTE, True), (timedelta(days=1), True), (timedelta(seconds=-1), True)],
    ids=["before its turn", "at its turn", "after a long sleep", "after the clock was set back"],
)
def test_a_lane_runs_at_its_turn(after: timedelta, runs_again: bool) -> None:
    runs: list[int] = []
    lane = counting_lane(runs)
    lane.wake(NOON)
    assert lane.drain(5)
    lane.wake(NOON + after)
    assert lane.drain(5)
    assert len(runs) == 1 + runs_again


def test_a_busy_lane_is_not_started_twice_and_waking_it_returns_at_once() -> None:
    begun, let_go, runs = threading.Event(), threading.Event(), []

    def work() -> None:
        runs.append(1)
        begun.set()
        let_go.wait(10)

    lane = Lane("slow", work, MINUTE)
    lane.wake(NOON)
    assert begun.wait(5)
    lane.wake(NOON + 2 * MINUTE)
    assert not lane.drain(0.01)
    let_go.set()
    assert lane.drain(5)
    assert runs == [1]
    lane.wake(NOON + 2 * MINUTE)
    assert lane.drain(5)
    assert runs == [1, 1]


def test_a_lane_that_failed_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    runs: list[int] = []

    def work() -> None:
        runs.append(1)
        raise StoreError("database_busy")

    lane = Lane("failing", work, MINUTE)
    for minute in range(2):
        lane.wake(NOON + minute * MINUTE)
        assert lane.drain(5)
    assert len(runs) == 2
    assert "failing" in caplog.text
