"""An EMERGENCY that comes to a machine that does not know the time: not once it is surely over."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.domain import Priority
from pipeline.receiver.contact import Contact
from pipeline.receiver.ports import Arrival
from tests.unit.receiver.test_contact import FakeLine
from tests.unit.receiver.test_core import in_doubt
from tests.unit.receiver.world import START, World, airing

URGENT = Priority.EMERGENCY
ONE = airing("e", 0, seconds=30, late=5, priority=URGENT)


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)


def arrive(world: World, minutes: float, *, dated: bool) -> None:
    """The plan was issued at START, and is fetched so many minutes later. `dated`: the answer says what time it is."""
    world.true = START + timedelta(minutes=minutes)
    world.hold(ONE)
    offset_s = world.offset.total_seconds() if dated else None
    sealed = world.station.sealed(world.station.plan([ONE]))
    world.running.arrive("plan", Arrival(sealed, retained=False, offset_s=offset_s))
    world.go_to(minutes + 1)


def trust_again(world: World) -> None:
    world.offset, world.machine.kept = timedelta(0), True
    world.pass_until(world.true + timedelta(minutes=1))


@pytest.mark.parametrize(
    "far", [timedelta(days=-2), timedelta(days=400), datetime(1970, 1, 1, tzinfo=START.tzinfo) - START]
)
@pytest.mark.parametrize(
    ("minutes", "story"), [(0.1, ["started", "ended"]), (4.9, ["started", "ended"]), (5.2, []), (14, [])]
)
def test_the_answer_that_brings_it_says_whether_it_is_over(
    tmp_path: Path, far: timedelta, minutes: float, story: list[str]
) -> None:
    world = in_doubt(tmp_path)
    world.offset = far
    arrive(world, minutes, dated=True)
    assert world.story("e") == story
    trust_again(world)
    assert [each.partition(":")[0] for each in world.story("e")] == (story or ["missed"])


def test_where_nobody_says_what_time_it_is_the_plan_itself_counts_from_when_it_came(tmp_path: Path) -> None:
    world = in_doubt(tmp_path)
    arrive(world, 14, dated=False)
    assert world.story("e") == ["started", "ended"], "nothing says how long ago it was issued"


def test_one_that_has_to_wait_for_its_sound_is_over_by_the_time_since_it_came(tmp_path: Path) -> None:
    world = in_doubt(tmp_path)
    world.running.arrive("plan", Arrival(world.station.sealed(world.station.plan([ONE])), retained=False))
    world.go_to(5.1)
    world.hold(ONE)
    world.go_to(8)
    assert world.story("e") == []
    trust_again(world)
    assert world.story("e") == ["missed:clock"]


def test_a_clock_that_is_set_meanwhile_makes_nothing_later_or_sooner(tmp_path: Path) -> None:
    world = in_doubt(tmp_path)
    world.running.arrive("plan", Arrival(world.station.sealed(world.station.plan([ONE])), retained=False))
    world.go_to(2)
    world.offset = timedelta(days=900)
    world.go_to(3)
    world.hold(ONE)
    world.go_to(5)
    assert world.story("e") == ["started", "ended"]


@pytest.mark.parametrize(("minutes", "story"), [(1, ["started", "ended"]), (14, ["missed:plan_late"])])
def test_a_machine_that_is_right_and_does_not_know_it_is_told_before_it_judges(
    tmp_path: Path, minutes: float, story: list[str]
) -> None:
    world = in_doubt(tmp_path)
    world.offset = timedelta(0)
    world.true = START + timedelta(minutes=minutes)
    world.hold(ONE)
    world.running.turn()
    line = FakeLine(world)
    line.sealed = world.station.sealed(world.station.plan([ONE]))
    arrived: list[str] = []
    arrive_at_core = world.running.arrive

    def turning(what: str, arrival: Arrival) -> None:
        arrive_at_core(what, arrival)
        world.running.turn()  # the clockwork is woken at once
        arrived.append(what)

    world.running.arrive = turning  # type: ignore[method-assign]
    Contact(world.running, line, None, monotonic=lambda: 0.0, chance=lambda: 0.5).visit()
    world.go_to(16)
    assert "plan" in arrived
    assert world.story("e") == story
    assert all("clock" not in each.facts for each in world.entries("e")), "the doubt was over before"
