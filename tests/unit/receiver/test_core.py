"""What a receiver does with plans, commands and trouble, in simulated time."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.domain import Priority
from pipeline.protocol.command import Order
from pipeline.protocol.journal import RETAINED, Kind
from pipeline.receiver.settings import ReceiverSettings
from pipeline.signing import SigningKey
from tests.unit.receiver.world import SECOND, START, Station, World, airing, hours

URGENT = Priority.EMERGENCY


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)
    monkeypatch.setattr("pipeline.receiver.journal.RESERVE", 4096)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_what_is_planned_sounds_on_its_second_and_is_written_down(world: World) -> None:
    one = airing("a", 10)
    world.give(world.station.plan([one]))
    world.go_to(20)
    (heard,) = world.heard(one)
    assert heard.since == one.begin
    assert heard.to_s == 60.0
    assert world.story("a") == ["started", "ended"]


def test_its_entries_name_it_for_when_no_plan_does(world: World) -> None:
    world.give(world.station.plan([airing("a", 10), airing("b", 20)]))
    world.go_to(12)
    world.kill()
    world.go_to(60)
    world.boot()
    named = {each.airing: each.facts["title"] for each in world.entries() if "title" in each.facts}
    assert named == {"a": "Bản tin a", "b": "Bản tin b"}
    assert world.story("b") == ["missed:off"]


def test_the_amplifier_is_switched_on_before_and_off_after(world: World) -> None:
    world.give(world.station.plan([airing("a", 10)], lead_in=2))
    world.pass_until(START + timedelta(minutes=10) - timedelta(seconds=4))
    assert not world.running._speaker.amplifier
    world.pass_until(START + timedelta(minutes=10) - timedelta(seconds=2))
    assert world.running._speaker.amplifier
    world.go_to(12)
    assert not world.running._speaker.amplifier


@pytest.mark.parametrize(
    ("pace", "story"), [(600, ["started", "stopped:device_swallows"]), (1.02, ["started", "ended"])]
)
def test_what_a_device_swallowed_at_once_did_not_sound(world: World, pace: float, story: list[str]) -> None:
    world.device_pace = pace
    world.give(world.station.plan([airing("a", 10)]))
    world.go_to(20)
    assert world.story("a") == story
    assert ("device_swallows" in world.running.status(0).faults) == (pace > 2)


def test_a_device_that_swallows_is_no_fault_once_something_sounded_on_it(world: World) -> None:
    world.device_pace = 600
    world.give(world.station.plan([airing("a", 1), airing("b", 3)]))
    world.go_to(2)
    assert "device_swallows" in world.running.status(0).faults
    world.device_pace = 1.02
    world.go_to(5)
    assert (world.story("b"), world.running.status(0).faults) == (["started", "ended"], ())


def test_it_needs_no_network_once_it_holds_plan_and_sounds(world: World) -> None:
    plan = world.station.plan([airing("a", 60 * 24 * 7)])
    world.give(plan)
    world.kill()
    world.boot()
    world.running.sounds.missing(world.running.needed())
    world.go_to(60 * 24 * 7 + 5)
    assert world.story("a") == ["started", "ended"]


def test_an_emergency_cuts_in_at_once_and_what_it_cut_goes_on_where_it_was(world: World) -> None:
    routine, urgent = airing("a", 10, seconds=120), airing("e", 11, seconds=30, priority=URGENT)
    world.give(world.station.plan([routine]))
    world.go_to(11)
    world.give(world.station.plan([routine, urgent], issued=world.now()))
    world.go_to(20)
    assert world.story("a") == ["started", "cut", "resumed", "ended"]
    assert world.story("e") == ["started", "ended"]
    first, second = world.heard(routine)
    (between,) = world.heard(urgent)
    assert between.since - urgent.begin < SECOND
    assert first.to_s == pytest.approx(second.from_s, abs=0.001)
    assert second.to_s == 120.0
    assert between.until <= second.since


def test_what_may_not_go_on_ends_with_the_cut(world: World) -> None:
    routine, urgent = airing("a", 10, seconds=120, resumes=False), airing("e", 11, seconds=30, priority=URGENT)
    world.give(world.station.plan([routine, urgent]))
    world.go_to(20)
    assert world.story("a") == ["started", "cut", "stopped:cut_for_urgent"]


def test_what_was_cut_does_not_go_on_beyond_its_time(world: World) -> None:
    routine = airing("a", 10, seconds=120, late=2)
    world.give(world.station.plan([routine, airing("e", 11, seconds=300, priority=URGENT)]))
    world.go_to(30)
    assert world.story("a") == ["started", "cut", "stopped:no_time_left"]


def test_a_priority_goes_before_a_routine_and_cuts_nobody(world: World) -> None:
    routine, prior = airing("a", 10), airing("p", 10, priority=Priority.PRIORITY)
    late = airing("q", 10.5, priority=Priority.PRIORITY)
    world.give(world.station.plan([routine, prior, late]))
    world.go_to(30)
    order = [each.sound for each in world.sounded]
    assert order == [prior.sound, late.sound, routine.sound]
    assert all(len(world.story(id)) == 2 for id in "apq")


def test_a_late_routine_does_not_keep_a_priority_from_its_time(world: World) -> None:
    routine = airing("a", 10, seconds=600, late=30)
    prior = airing("p", 15, late=1, priority=Priority.PRIORITY)
    world.give(world.station.plan([routine, prior]))
    world.kill()
    world.go_to(12)
    world.boot()
    world.running.sounds.missing(world.running.needed())
    world.go_to(60)
    assert world.story("p") == ["started", "ended"]
    assert world.story("a") == ["started", "ended"]
    assert world.heard(prior)[0].since == prior.begin


def test_equal_ones_queue_until_it_is_too_late(world: World) -> None:
    ones = [airing("a", 10, seconds=300), airing("b", 10, seconds=300), airing("c", 10, seconds=300, late=8)]
    world.give(world.station.plan(ones))
    world.go_to(40)
    assert [world.story(each.id) for each in ones] == [["started", "ended"], ["started", "ended"], ["missed:busy"]]


@pytest.mark.parametrize(
    ("windows", "own", "story"),
    [
        (("17:00-18:00",), (), ["missed:hours"]),  # it is 16:10
        ((), ("17:00-18:00",), ["missed:hours"]),
        (("16:00-16:10",), (), ["missed:hours"]),
        (("16:00-16:11",), (), ["started", "ended"]),
        (("16:00-16:10", "16:10-16:12"), (), ["started", "ended"]),
        (("16:12-17:00",), (), ["started", "ended"]),  # it waits for its hours
        (("16:00-17:00",), ("16:12-17:00",), ["started", "ended"]),
    ],
)
def test_nothing_sounds_outside_the_hours(
    tmp_path: Path, windows: tuple[str, ...], own: tuple[str, ...], story: list[str]
) -> None:
    settings = ReceiverSettings(always_trusted=True, free_space=10, windows=hours(*own) if own else None)
    world = World(tmp_path, settings=settings)
    world.give(world.station.plan([airing("a", 10)], windows=hours(*windows) if windows else None))
    world.go_to(60)
    assert world.story("a") == story


def test_an_emergency_passes_the_hours(world: World) -> None:
    world.give(world.station.plan([airing("e", 10, priority=URGENT)], windows=hours("05:00-06:00")))
    world.go_to(20)
    assert world.story("e") == ["started", "ended"]


def test_what_is_gone_from_a_newer_plan_does_not_sound(world: World) -> None:
    one, two = airing("a", 10), airing("b", 12)
    world.give(world.station.plan([one, two]))
    world.give(world.station.plan([two]))
    world.go_to(20)
    assert world.heard(one) == []
    assert world.story("a") == ["withdrawn"]


def test_what_sounds_and_is_gone_from_a_newer_plan_stops(world: World) -> None:
    one = airing("a", 10, seconds=300)
    world.give(world.station.plan([one]))
    world.go_to(11)
    world.give(world.station.plan([]))
    assert world.story("a") == ["started", "stopped:withdrawn"]
    assert world.heard(one)[0].to_s == pytest.approx(60, abs=1)


def test_what_comes_back_in_a_later_plan_sounds_once(world: World) -> None:
    one = airing("a", 10)
    world.give(world.station.plan([one]))
    world.give(world.station.plan([]))
    world.give(world.station.plan([one]))
    world.go_to(20)
    assert world.story("a") == ["withdrawn", "started", "ended"]


def test_what_sounded_when_the_power_failed_is_never_begun_again(world: World) -> None:
    one = airing("a", 10, seconds=120)
    world.give(world.station.plan([one]))
    world.go_to(11)
    world.kill()
    world.boot()
    world.running.sounds.missing(world.running.needed())
    world.go_to(40)
    assert world.story("a") == ["started", "stopped:died"]
    assert len(world.heard(one)) == 1


def test_what_was_due_while_it_was_off_says_so(world: World) -> None:
    world.give(world.station.plan([airing("a", 10), airing("b", 10, late=60)]))
    world.kill()
    world.go_to(40)
    world.boot()
    world.running.sounds.missing(world.running.needed())
    world.go_to(60)
    assert world.story("a") == ["missed:off"]
    assert world.story("b") == ["started", "ended"]


def test_a_sound_that_never_came_is_the_reason(world: World) -> None:
    world.give(world.station.plan([airing("a", 10)]), hold=False)
    world.go_to(40)
    assert world.story("a") == ["missed:sound_missing"]
    assert world.running.status(0).queue == 0


def test_a_sound_that_comes_late_is_still_played_in_time(world: World) -> None:
    one = airing("a", 10)
    world.give(world.station.plan([one]), hold=False)
    world.go_to(15)
    assert world.running.status(0).missing == 1
    world.hold(one)
    world.go_to(30)
    assert world.story("a") == ["started", "ended"]


def test_a_sound_changed_on_the_disk_is_not_played(world: World) -> None:
    one = airing("a", 10)
    world.give(world.station.plan([one]))
    path = world.folder / "var" / "sounds" / one.sound
    stat = path.stat()
    path.write_bytes(b"x" * one.size)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    world.go_to(40)
    assert world.story("a") == ["missed:sound_missing"]
    assert world.refused() == ["sound_altered"]


@pytest.mark.parametrize("code", ["device_busy", "device_missing", "relay_failed"])
def test_a_device_that_does_not_open_is_tried_again_while_it_is_in_time(world: World, code: str) -> None:
    world.give(world.station.plan([airing("a", 10), airing("b", 40)]))
    world.device_fault = code
    world.go_to(14)
    assert code in world.running.status(0).faults
    world.device_fault = ""
    world.go_to(35)
    assert world.story("a") == ["started", "ended"]
    world.device_fault = code
    world.go_to(90)
    assert world.story("b") == [f"failed:{code}"]


def test_an_undecodable_sound_is_not_tried_again(world: World) -> None:
    world.give(world.station.plan([airing("a", 10)]))
    world.device_fault = "recording_undecodable"
    world.go_to(12)
    assert world.story("a") == ["failed:recording_undecodable"]


# --- plans that are refused -------------------------------------------------------------------------------------------


def test_an_older_plan_is_refused_also_after_a_restart_and_without_the_state(world: World) -> None:
    old, new = world.station.plan([airing("a", 10)]), world.station.plan([])
    world.give(new)
    world.give(old)
    assert world.refused() == ["plan_older"]
    world.kill()
    (world.folder / "var" / "state.json").unlink()
    (world.folder / "var" / "plan.sealed").write_bytes(world.station.sealed(old))
    world.boot()
    world.give(old)
    world.go_to(20)
    assert world.refused() == ["plan_older"] * 2
    assert "plan_older" in world.running.status(0).faults
    assert world.sounded == []


def test_an_older_plan_that_a_broker_had_kept_is_refused_and_is_no_fault(world: World) -> None:
    old, new = world.station.plan([airing("a", 10)]), world.station.plan([])
    world.give(new)
    world.give(old, retained=True)
    (entry,) = [each for each in world.entries() if each.kind is Kind.REFUSED]
    assert (entry.code, entry.facts[RETAINED]) == ("plan_older", "yes")
    assert "plan_older" not in world.running.status(0).faults
    world.give(old)
    assert "plan_older" in world.running.status(0).faults, "over a line that keeps nothing somebody sent it"


def test_the_same_version_with_other_content_is_refused(world: World) -> None:
    world.give(world.station.plan([], version=5))
    world.give(world.station.plan([airing("a", 10)], version=5))
    world.go_to(20)
    assert world.refused() == ["plan_differs"]
    assert world.sounded == []


def test_the_same_plan_again_is_no_news(world: World) -> None:
    plan = world.station.plan([airing("a", 10)])
    for _ in range(3):
        world.give(plan, retained=True)
    assert [each.kind.value for each in world.entries()] == ["booted", "plan"]


@pytest.mark.parametrize(
    ("issued", "days", "code"),
    [(START - timedelta(days=9), 8, "plan_expired"), (START + timedelta(minutes=6), 8, "plan_from_future")],
)
def test_a_plan_out_of_its_time_is_refused(world: World, issued: object, days: float, code: str) -> None:
    world.give(world.station.plan([airing("a", 10)], issued=issued, days=days))  # type: ignore[arg-type]
    world.go_to(40)
    assert world.refused() == [code]
    assert world.sounded == []


def test_a_plan_of_another_key_or_receiver_is_refused(world: World) -> None:
    stranger, plan = Station(), world.station.plan([airing("a", 10)])
    world.arrive("plan", plan.sealed(stranger.key))
    world.arrive("plan", plan.sealed(SigningKey.make("k9")))
    world.arrive("plan", replace(plan, receiver="an-quang-02").sealed(world.station.key))
    world.arrive("plan", b"\x00 no plan")
    world.go_to(40)
    assert world.refused() == ["seal_forged", "seal_key_unknown", "plan_for_another", "document_unreadable"]
    assert world.sounded == []


def test_a_plan_that_came_before_its_key_is_followed_once_the_key_is_known(world: World) -> None:
    newer = SigningKey.make("k2")
    plan = world.station.plan([airing("a", 10)])
    world.hold(*plan.airings)
    world.arrive("plan", plan.sealed(newer))
    world.arrive("keyring", world.station.keyring(2, keys=[newer]))
    world.go_to(40)
    assert world.story("a") == ["started", "ended"]


def test_what_a_revoked_key_ordered_stops(world: World) -> None:
    newer = SigningKey.make("k2")
    world.give(world.station.plan([airing("a", 10, seconds=300), airing("b", 20)]))
    world.go_to(11)
    world.arrive("keyring", world.station.keyring(2, revoked=["k1"], keys=[newer]))
    world.go_to(60)
    assert world.story("a") == ["started", "stopped:seal_key_revoked"]
    assert world.story("b") == ["missed:seal_key_revoked"]
    world.arrive("keyring", world.station.keyring(1))
    assert world.refused() == ["keyring_older"]


def test_nothing_of_a_plan_that_ran_out_sounds(world: World) -> None:
    world.give(world.station.plan([airing("a", 10), airing("b", 40)], days=20 / 1440))
    world.go_to(90)
    assert world.story("a") == ["started", "ended"]
    assert world.story("b") == ["missed:plan_expired"]


def test_a_flood_of_forgeries_does_not_fill_the_disk(world: World) -> None:
    for number in range(200):
        world.arrive("plan", f"forged {number}".encode())
    assert len(world.refused()) == 5
    assert "document_unreadable" in world.running.status(0).faults
    world.go_to(61)
    world.arrive("plan", b"forged")
    assert [each.facts.get("more") for each in world.entries()][-1] == "195"


# --- commands ---------------------------------------------------------------------------------------------------------


def test_silence_stops_what_sounds_and_what_is_due(world: World) -> None:
    ones = [airing("a", 10, seconds=300), airing("b", 10), airing("c", 30)]
    world.give(world.station.plan(ones))
    world.go_to(11)
    world.arrive("command", world.command(Order.SILENCE))
    assert [(each.command, each.code) for each in world.replies] == [("c1", "")]
    world.go_to(40)
    assert [world.story(each.id) for each in ones] == [
        ["started", "stopped:silenced"], ["missed:silenced"], ["started", "ended"]
    ]  # fmt: skip


def test_silence_that_was_long_on_its_way_spares_what_was_ordered_since(world: World) -> None:
    routine = airing("a", 10, seconds=300)
    urgent = airing("e", 11, seconds=120, priority=URGENT)
    later = airing("f", 11.5, seconds=30, priority=URGENT)
    world.give(world.station.plan([routine]))
    world.go_to(10.9)
    command = world.command(Order.SILENCE)
    world.go_to(11)
    world.give(world.station.plan([routine, urgent, later], issued=world.now()))
    world.go_to(11.6)
    assert (world.story("a"), world.story("e")) == (["started", "cut"], ["started"])
    world.arrive("command", command)
    world.go_to(20)
    assert world.story("a") == ["started", "cut", "stopped:silenced"]
    assert (world.story("e"), world.story("f")) == (["started", "ended"], ["started", "ended"])


def test_silence_takes_what_an_older_plan_orders_whatever_clock_it_began_by(world: World) -> None:
    world.give(world.station.plan([airing("a", 10, seconds=300)]))
    world.go_to(9.99)
    command = world.command(Order.SILENCE)  # by a station whose clock is a little behind
    world.go_to(10.2)
    assert world.story("a") == ["started"]
    world.arrive("command", command)
    assert world.story("a") == ["started", "stopped:silenced"]


def test_silence_of_one_airing_leaves_the_others(world: World) -> None:
    world.give(world.station.plan([airing("a", 10, seconds=300), airing("b", 10)]))
    world.go_to(11)
    world.arrive("command", world.command(Order.SILENCE, airings=("b",)))
    world.go_to(40)
    assert world.story("a") == ["started", "ended"]
    assert world.story("b") == ["missed:silenced"]


def test_a_command_is_followed_once_also_over_a_restart(world: World) -> None:
    command = world.command(Order.STATUS)
    world.arrive("command", command)
    world.arrive("command", command)
    world.kill()
    world.boot()
    world.arrive("command", command)
    assert [each.code for each in world.replies] == ["", "command_repeated", "command_repeated"]


@pytest.mark.parametrize(
    ("wait", "retained", "code"),
    [(0, True, "command_retained"), (2, False, "command_over"), (-3, False, "command_early")],
)
def test_a_command_out_of_its_time_is_refused(world: World, wait: float, retained: bool, code: str) -> None:
    world.give(world.station.plan([airing("a", 5, seconds=1000)]))
    world.go_to(10)
    command = world.command(Order.SILENCE)
    world.offset = timedelta(minutes=wait)
    world.arrive("command", command, retained=retained)
    assert [each.code for each in world.replies] == [code]
    assert world.refused() == [code]
    assert world.story("a") == ["started"]


def test_a_tone_sounds_within_hours_and_not_into_an_airing(world: World) -> None:
    world.give(world.station.plan([airing("a", 10)], windows=hours("16:00-16:30")))
    world.arrive("command", world.command(Order.TONE, "c1"))
    world.pass_until(START + timedelta(seconds=10))
    world.arrive("command", world.command(Order.TONE, "c2"))
    world.pass_until(START + timedelta(minutes=10) - timedelta(seconds=5))
    world.arrive("command", world.command(Order.TONE, "c3"))
    world.go_to(40)
    world.arrive("command", world.command(Order.TONE, "c4"))
    said = {each.command: each.code for each in world.replies}
    assert said == {"c1": "", "c2": "tone_too_often", "c3": "busy", "c4": "hours"}
    assert world.story("a") == ["started", "ended"]


@pytest.mark.parametrize(("pace", "code"), [(600, "device_swallows"), (1.02, "")])
def test_a_tone_that_a_device_swallowed_at_once_did_not_sound(world: World, pace: float, code: str) -> None:
    world.device_pace = pace
    world.give(world.station.plan([]))
    world.arrive("command", world.command(Order.TONE, "c1"))
    world.go_to(1)
    assert [each.code for each in world.replies] == [code]
    assert [each.code for each in world.entries() if each.kind.value == "tone"] == [code]
    assert ("device_swallows" in world.running.status(0).faults) == bool(code)


def test_nor_once_a_tone_sounded_on_it(world: World) -> None:
    world.device_pace = 600
    world.give(world.station.plan([]))
    world.arrive("command", world.command(Order.TONE, "c1"))
    world.go_to(1)
    world.device_pace = 1.02
    world.arrive("command", world.command(Order.TONE, "c2"))
    world.go_to(3)
    assert [each.code for each in world.replies] == ["device_swallows", ""]
    assert world.running.status(0).faults == ()


# --- the clock --------------------------------------------------------------------------------------------------------


def in_doubt(tmp_path: Path, **facts: bool) -> World:
    """A machine without a clock of its own and without NTP, two days behind."""
    world = World(tmp_path, settings=ReceiverSettings(free_space=10))
    world.kill()
    world.machine.kept, world.machine.has_rtc = False, False
    world.offset = -timedelta(days=2)
    world.boot()
    return world


def test_while_the_clock_is_in_doubt_nothing_sounds_and_nothing_is_missed(tmp_path: Path) -> None:
    world = in_doubt(tmp_path)
    world.give(world.station.plan([airing("a", 10), airing("b", 120)]))
    world.go_to(60)
    assert world.story("a") == []
    assert not world.running.status(0).clock_trusted
    world.offset, world.machine.kept = timedelta(0), True
    world.go_to(150)
    assert world.story("a") == ["missed:clock"]
    assert world.story("b") == ["started", "ended"]


def test_a_clock_that_begins_in_1970_leaves_a_journal_that_can_be_read(tmp_path: Path) -> None:
    world = in_doubt(tmp_path)
    world.kill()
    world.offset = -timedelta(days=20_000)
    world.boot()
    world.give(world.station.plan([airing("a", 10)]))
    journal = world.running.journal.id
    world.kill()
    world.offset, world.machine.kept = timedelta(0), True
    world.boot()
    world.running.sounds.missing(world.running.needed())
    assert world.running.journal.id == journal
    world.go_to(30)
    assert world.story("a") == ["started", "ended"]


def test_an_emergency_from_the_line_sounds_in_doubt_and_its_entry_says_so(tmp_path: Path) -> None:
    world = in_doubt(tmp_path)
    world.go_to(30)
    urgent = airing("e", 30, seconds=30, priority=URGENT)
    world.give(world.station.plan([urgent], issued=world.true))
    world.go_to(32)
    assert world.story("e") == ["started", "ended"]
    assert world.entries("e")[0].facts["clock"] != ""


def test_an_old_emergency_that_a_broker_kept_does_not_sound_in_doubt(tmp_path: Path) -> None:
    world = in_doubt(tmp_path)
    world.give(world.station.plan([airing("e", -60 * 24 * 3, seconds=30, priority=URGENT)]), retained=True)
    world.go_to(32)
    assert world.sounded == []


def test_the_time_of_the_station_ends_the_doubt(tmp_path: Path) -> None:
    world = in_doubt(tmp_path)
    world.offset = timedelta(0)
    world.running.vouch(30.0)
    assert not world.running.status(0).clock_trusted
    world.running.vouch(1.2)
    world.running.turn()
    assert world.running.status(0).clock_trusted


@pytest.mark.parametrize("step", [-30, 30, -3600, 3600])
def test_a_step_of_the_clock_moves_what_waits_and_nothing_sounds_twice(world: World, step: float) -> None:
    one = airing("a", 10, late=120)
    world.give(world.station.plan([one]))
    world.pass_until(START + timedelta(minutes=10) - timedelta(seconds=2))
    world.offset = timedelta(seconds=step)
    world.go_to(200)
    assert world.story("a") == ["started", "ended"]
    (heard,) = world.heard(one)
    assert (
        abs(heard.since + world.offset - max(one.begin, START + timedelta(minutes=10, seconds=step - 2))) < 3 * SECOND
    )


# --- room -------------------------------------------------------------------------------------------------------------


def test_a_journal_that_takes_nothing_keeps_the_silence(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.give(world.station.plan([airing("a", 10)]))
    refuse = True
    write = os.write

    def failing(handle: int, content: bytes) -> int:
        if refuse and handle == world.running.journal._handle:
            raise OSError(5, "Input/output error")
        return write(handle, content)

    monkeypatch.setattr(os, "write", failing)
    world.go_to(12)
    assert world.sounded == []
    assert "journal_unwritable" in world.running.status(0).faults
    refuse = False
    world.go_to(20)
    assert world.story("a") == ["started", "ended"]


def test_what_has_happened_is_owed_to_a_disk_that_refuses(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.give(world.station.plan([airing("a", 10), airing("b", 10)]))
    world.pass_until(START + timedelta(minutes=10, seconds=30))
    write, refuse = os.write, True

    def failing(handle: int, content: bytes) -> int:
        if refuse and handle == world.running.journal._handle:
            raise OSError(5, "Input/output error")
        return write(handle, content)

    monkeypatch.setattr(os, "write", failing)
    world.go_to(14)
    assert world.story("a") == ["started"]
    refuse = False
    world.go_to(20)
    assert world.story("a") == ["started", "ended"]
    assert world.story("b") == ["started", "ended"]
    assert len(world.sounded) == 2


def test_it_ends_well_and_says_so(world: World) -> None:
    one = airing("a", 10, seconds=300)
    world.give(world.station.plan([one]))
    world.go_to(11)
    world.running.close()
    assert world.story("a") == ["started", "stopped:shut_down"]
    world.hand = None
    world.boot()
    assert world.entries()[-1].code == "ended_well"


def test_enrolled_at_another_station_it_begins_anew_and_takes_nothing_of_the_old_one_for_its_own(world: World) -> None:
    one = airing("a", 10)
    world.give(world.station.plan([one], version=50))
    world.go_to(20)
    first = world.running.journal.id
    world.kill()
    world.station = Station()
    world.boot()
    later = airing("a", 30)  # it numbers its airings as it likes
    world.give(world.station.plan([later], version=3))
    world.go_to(40)
    journal = world.running.journal
    assert journal.names() == [journal.id] > [first]
    assert [each.code for each in journal.entries(journal.id, 0, 1)] == ["another_station"]
    assert len(world.heard(one)) == 2
    world.kill()
    world.boot()
    assert world.running.journal.names() == [journal.id]
    assert world.running.plan_version == 3
    assert world.running.status(0).queue == 0
