"""What may happen between two threads of a receiver, and at the last moment before a first sample."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.domain import Priority
from pipeline.protocol.command import Order
from pipeline.protocol.journal import Kind
from pipeline.protocol.plan import Airing
from pipeline.receiver import core as module
from pipeline.receiver.planner import View
from pipeline.receiver.ports import Arrival
from pipeline.receiver.settings import ReceiverSettings
from tests.patience import PATIENCE_S
from tests.unit.receiver.test_core import in_doubt
from tests.unit.receiver.world import SECOND, START, World, airing, hours

URGENT = Priority.EMERGENCY


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_full_disk_never_makes_two_threads_wait_for_each_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    core, write = world.running, os.write
    world.give(world.station.plan([airing("a", 10)]))
    (core.journal._folder / "reserve").unlink()
    in_the_journal, go_on = threading.Event(), threading.Event()

    def full(handle: int, content: bytes) -> int:
        if handle == core.journal._handle:
            in_the_journal.set()
            go_on.wait(PATIENCE_S)
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(handle, content)

    monkeypatch.setattr(os, "write", full)
    writing = threading.Thread(target=lambda: core.journal.note(Kind.FAULT, code="disk_full"), daemon=True)
    turning = threading.Thread(target=core.status, args=(0,), daemon=True)
    with core._lock:  # as while it turns
        writing.start()
        assert in_the_journal.wait(PATIENCE_S)
        go_on.set()
        writing.join(PATIENCE_S)
        assert not writing.is_alive(), "who writes waits for who turns, who waits for the journal"
    turning.start()
    turning.join(PATIENCE_S)
    assert not turning.is_alive()


def test_what_begins_while_the_next_step_is_thought_about_is_not_taken_for_dead(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = airing("a", 10)
    world.give(world.station.plan([one]))
    decide = module.decide

    def interrupted(view: View) -> object:
        hand = world.hand
        if hand is not None and view.sounding is not None and not hand.noticed and world.true >= one.begin - SECOND:
            world.true = one.begin - timedelta(seconds=0.4)
            hand.pass_time()  # the playing's own thread
        return decide(view)

    monkeypatch.setattr(module, "decide", interrupted)
    world.pass_until(one.begin - timedelta(seconds=0.8))
    world.running.turn()
    world.go_to(15)
    assert world.story("a") == ["started", "ended"]


def test_what_was_kept_from_its_moment_by_a_machine_that_stood_still_does_not_sound_at_a_quiet_hour(
    world: World,
) -> None:
    one = airing("a", 10, late=300)
    world.give(world.station.plan([one], windows=hours("16:00-17:00")))
    world.pass_until(one.begin - SECOND)
    assert world.hand is not None
    world.true = START + timedelta(hours=2)  # SIGSTOP, a machine that swaps, a host that was suspended
    world.hand.pass_time()
    world.go_to(180)
    assert world.sounded == []
    assert world.story("a") == ["missed:hours"]


def test_what_was_kept_from_its_moment_until_it_is_too_late_does_not_sound(world: World) -> None:
    one = airing("a", 10, late=1, priority=URGENT)
    world.give(world.station.plan([one]))
    world.pass_until(one.begin - SECOND)
    assert world.hand is not None
    world.true = one.latest + timedelta(minutes=5)
    world.hand.pass_time()
    world.go_to(30)
    assert world.sounded == []
    assert [each.partition(":")[0] for each in world.story("a")] == ["missed"]


@pytest.mark.parametrize("minutes", [-90, 90])
def test_a_clock_set_in_the_last_moment_begins_nothing_at_a_quiet_hour(world: World, minutes: float) -> None:
    one = airing("a", 10, late=5)
    world.give(world.station.plan([one], windows=hours("16:00-17:00")))
    world.pass_until(one.begin - SECOND)
    assert world.hand is not None
    world.offset = timedelta(minutes=minutes)
    world.true = one.begin - timedelta(seconds=0.4)
    world.hand.pass_time()
    world.pass_until(one.begin + 10 * SECOND)
    assert world.sounded == []
    assert "started" not in world.story("a")


def test_what_is_a_little_late_at_its_last_moment_still_sounds(world: World) -> None:
    one = airing("a", 10, late=0)
    world.give(world.station.plan([one], windows=hours("16:10-16:11")))
    world.pass_until(one.begin - SECOND)
    assert world.hand is not None
    world.true = one.begin + SECOND
    world.hand.pass_time()
    world.go_to(15)
    assert world.story("a") == ["started", "ended"]


def test_a_tone_for_which_the_amplifier_warms_up_ends_inside_the_hours(world: World) -> None:
    world.give(world.station.plan([], windows=hours("16:00-16:30"), lead_in=20.0))
    world.pass_until(START + timedelta(minutes=29, seconds=50))
    world.arrive("command", world.command(Order.TONE, "c1"))
    assert [each.code for each in world.replies] == ["hours"]


def test_an_emergency_in_doubt_is_not_tried_again_and_again_by_a_key_that_was_revoked(tmp_path: Path) -> None:
    world = in_doubt(tmp_path)
    urgent = airing("e", 0, seconds=30, priority=URGENT)
    world.give(world.station.plan([urgent], issued=world.true), hold=False)
    world.arrive("keyring", world.station.keyring(2, revoked=["k1"]))
    world.hold(urgent)
    for _ in range(3):
        world.running.turn()
    assert world.hand is None
    assert world.story("e") == []


def test_a_newer_plan_is_not_lost_to_an_older_one_that_arrives_behind_it(world: World) -> None:
    older, newer = world.station.plan([airing("a", 10)]), world.station.plan([airing("a", 10), airing("b", 20)])
    for each in (newer, older):
        world.running.arrive("plan", Arrival(world.station.sealed(each), retained=False))
    world.running.turn()
    assert world.running.plan_version == newer.version


def test_a_flood_of_plans_is_not_kept(world: World) -> None:
    sealed = world.station.sealed(world.station.plan([airing("a", 10)]))
    for _ in range(1_000):
        world.running.arrive("plan", Arrival(sealed, retained=False))
    assert len(world.running._arrivals) < 10


def test_what_sounds_now_is_kept_when_room_is_made(world: World) -> None:
    one: Airing = airing("a", 10, seconds=600)
    world.give(world.station.plan([one, airing("b", 60)]))
    world.go_to(12)
    assert world.running.needed()[0].sha256 == one.sound
    world.running.sounds.evict(world.running.needed(), 1, keep=1)
    assert world.running.sounds.is_held(one.sound)
    assert world.running.status(0).queue == 1


def test_what_sounded_when_the_power_failed_is_accounted_for_at_once_also_while_the_clock_is_in_doubt(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, settings=ReceiverSettings(free_space=10))
    world.give(world.station.plan([airing("a", 10, seconds=300)]))
    world.go_to(12)
    assert world.story("a") == ["started"]
    world.kill()
    world.machine.kept, world.machine.has_rtc = False, False
    world.offset = -timedelta(days=2)
    world.boot()
    assert not world.running.status(0).clock_trusted
    assert world.story("a") == ["started", "stopped:died"]


def test_an_older_plan_is_refused_though_journal_and_plan_are_lost(world: World) -> None:
    older = world.station.sealed(world.station.plan([airing("a", 10)]))
    world.give(world.station.plan([airing("b", 10)]))
    world.kill()
    shutil.rmtree(world.folder / "var" / "journal")
    (world.folder / "var" / "plan.sealed").unlink()
    world.boot()
    world.arrive("plan", older)
    assert world.running.plan_version == 0
    assert "plan_older" in world.refused()
