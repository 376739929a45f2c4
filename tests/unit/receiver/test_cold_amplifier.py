"""What sounds while the amplifier is still cold: an EMERGENCY's own signal at most, and never a word."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain import Priority
from pipeline.playout import Cues
from pipeline.receiver.loudspeaker import Loudspeaker, Order
from pipeline.receiver.relay import Relay, RelaySettings
from pipeline.receiver.settings import ReceiverSettings
from tests.unit.receiver.world import SECOND, START, World, airing

URGENT = Priority.EMERGENCY


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)


def first_sample_s(world: World, *, first_word_s: float, lead_in_s: float = 2.0, **more: Any) -> float:
    """Seconds from the arrival of an EMERGENCY that begins now to its first sample, with a cold amplifier."""
    urgent = airing("e", 0, seconds=30, priority=more.pop("priority", URGENT), first_word_s=first_word_s, **more)
    world.give(world.station.plan([urgent], lead_in=lead_in_s))
    world.go_to(5)
    (heard,) = world.heard(urgent)
    return (heard.since - urgent.begin).total_seconds()


@pytest.mark.parametrize(
    ("first_word_s", "lead_in_s", "expected"),
    [(2.0, 2.0, 0.0), (5.0, 2.0, 0.0), (0.0, 2.0, 2.0), (0.5, 2.0, 1.5), (2.0, 5.0, 3.0)],
)
def test_an_emergency_waits_only_for_what_its_signal_does_not_cover(
    tmp_path: Path, first_word_s: float, lead_in_s: float, expected: float
) -> None:
    assert first_sample_s(World(tmp_path), first_word_s=first_word_s, lead_in_s=lead_in_s) == pytest.approx(expected)


def test_an_amplifier_that_takes_longer_here_than_the_plan_says_is_waited_for(tmp_path: Path) -> None:
    settings = ReceiverSettings(always_trusted=True, free_space=10, lead_in=timedelta(seconds=6))
    assert first_sample_s(World(tmp_path, settings=settings), first_word_s=2.0) == pytest.approx(4.0)


def test_a_signal_that_is_over_where_it_begins_covers_nothing(tmp_path: Path) -> None:
    assert first_sample_s(World(tmp_path), first_word_s=2.0, offset_s=1.5) == pytest.approx(1.5)
    assert first_sample_s(World(tmp_path / "b"), first_word_s=2.0, offset_s=10.0) == pytest.approx(2.0)


@pytest.mark.parametrize("priority", [Priority.ROUTINE, Priority.PRIORITY])
def test_all_others_find_the_amplifier_as_warm_as_ever(tmp_path: Path, priority: Priority) -> None:
    assert first_sample_s(World(tmp_path), first_word_s=2.0, priority=priority) == pytest.approx(2.0)


def test_what_is_planned_begins_on_its_second_with_an_amplifier_that_had_its_whole_time(tmp_path: Path) -> None:
    world = World(tmp_path)
    for number, priority in enumerate(Priority):
        one = airing(f"a{number}", 10 * (number + 1), priority=priority, first_word_s=2.0)
        world.give(world.station.plan([one], lead_in=2))
        world.pass_until(one.begin - 2 * SECOND)
        assert world.running._speaker.amplifier, priority
        world.pass_until(one.begin + 90 * SECOND)
        assert [each.since for each in world.heard(one)] == [one.begin]


def test_what_was_cut_goes_on_with_a_word(tmp_path: Path) -> None:
    world = World(tmp_path)
    urgent = airing("e", 0, seconds=60, priority=URGENT, first_word_s=2.0)
    world.give(world.station.plan([urgent], lead_in=2))
    world.go_to(0.5)
    world.running._hand.cut()
    world.running._speaker.amplifier = False
    world.go_to(5)
    first, second = world.heard(urgent)
    assert second.since - first.until == timedelta(seconds=2)


# --- the loudspeaker itself -------------------------------------------------------------------------------------------


class Cued:
    """A player that keeps what it was given."""

    cues = Cues()

    def start(self, path: Path, *, cues: Cues, **_: object) -> None:
        self.cues = cues


def still_needed_s(relay: Relay, *, lead_in: timedelta, covered: timedelta, urgent: bool) -> float:
    player = Cued()
    order = Order(Path("x"), 10.0, 0.0, START, 0.0, lead_in, lambda: None, lambda: None, urgent=urgent)
    Loudspeaker(player, relay, lambda: datetime.now(UTC)).arm(replace(order, covered=covered))  # type: ignore[arg-type]
    rouse: Callable[[Callable[[], bool]], float] | None = player.cues.rouse
    assert rouse is not None
    needed = rouse(lambda: False)
    relay.off()
    return needed


def test_the_time_is_counted_from_when_the_relay_is_on(tmp_path: Path) -> None:
    path = tmp_path / "value"
    path.write_text("0")
    relay, ten, two = Relay(RelaySettings(file=(str(path), "1", "0"))), timedelta(minutes=10), timedelta(seconds=2)
    assert 0 < still_needed_s(relay, lead_in=ten, covered=two, urgent=True) <= 598
    assert still_needed_s(relay, lead_in=two, covered=two, urgent=True) == 0.0
    assert still_needed_s(relay, lead_in=ten, covered=timedelta(0), urgent=False) == 0.0, "it had its time before"


def test_an_emergency_does_not_wait_for_an_amplifier_that_cannot_be_switched_on(tmp_path: Path) -> None:
    relay = Relay(RelaySettings(command=(("/bin/false",), ("/bin/true",))))
    assert still_needed_s(relay, lead_in=timedelta(minutes=10), covered=timedelta(0), urgent=True) == 0.0
    assert relay.fault == "relay_failed"
