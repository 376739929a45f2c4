"""A signing key is stolen: whatever was done with it, once it is revoked the station's next plan is followed again."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.domain import Priority
from pipeline.errors import AccessError
from pipeline.protocol.journal import Kind
from pipeline.protocol.plan import Airing, ReceiverPlan
from pipeline.receiver.folder import Folder
from pipeline.receiver.orders import Orders
from pipeline.receiver.standing import still_open
from pipeline.signing import SigningKey
from tests.unit.receiver.world import RECEIVER, START, Station, World, airing

REVOKED = "seal_key_revoked"
FAR = 2**53  # the highest version there is
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)
    monkeypatch.setattr("pipeline.receiver.journal.RESERVE", 4096)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


class Theft:
    """Somebody has `k1`; the station comes to know, and signs with `k2`."""

    def __init__(self, world: World) -> None:
        self.world, self.station, self.fresh = world, world.station, SigningKey.make("k2")

    def order(self, *airings: Airing, version: int = FAR, minutes: float = 0) -> None:
        """What the thief sends."""
        issued = START + minutes * MINUTE
        self.world.hold(*airings)
        self.world.arrive("plan", self.plan(*airings, version=version, minutes=minutes).sealed(self.station.key))
        assert self.world.running.plan_version == version, (issued, self.world.refused())

    def plan(self, *airings: Airing, version: int | None = None, minutes: float = 0) -> ReceiverPlan:
        return self.station.plan(airings, version=version, issued=START + minutes * MINUTE)

    def heal(self, *airings: Airing, version: int = 3, minutes: float = 0) -> None:
        """The station revokes what was stolen and signs anew, as `loa speakers keys revoke` has it do."""
        self.world.arrive("keyring", self.station.keyring(2, revoked=["k1"], keys=[self.fresh]))
        self.world.hold(*airings)
        self.world.arrive("plan", self.plan(*airings, version=version, minutes=minutes).sealed(self.fresh))


def restart(world: World, *, without: str = "") -> None:
    world.kill()
    if without:
        (world.folder / "var" / without).unlink()
    world.boot()


@pytest.mark.parametrize("when", ["at once", "after a restart", "without its state"])
def test_a_far_version_shuts_nothing_out_once_its_key_is_revoked(world: World, when: str) -> None:
    a, theft = airing("a", 10), Theft(world)
    world.give(world.station.plan([a]))
    theft.order()
    if when != "at once":
        restart(world, without="state.json" if when == "without its state" else "")
    world.give(world.station.plan([a], version=2))
    assert world.refused() == ["plan_older"], "as long as nobody knows of the theft"
    theft.heal(a)
    assert world.running.plan_version == 3
    restart(world)
    world.go_to(15)
    assert world.story("a") == ["withdrawn", "started", "ended"]


def test_the_counter_of_every_other_key_goes_on(world: World) -> None:
    theft = Theft(world)
    theft.order()
    theft.heal(version=7)
    world.arrive("plan", theft.plan(version=6).sealed(theft.fresh))
    world.arrive("plan", theft.plan(version=FAR - 1).sealed(world.station.key))
    restart(world)
    world.arrive("plan", theft.plan(version=6).sealed(theft.fresh))
    world.arrive("plan", theft.plan(airing("a"), version=7).sealed(theft.fresh))
    assert world.refused() == ["plan_older", "seal_key_revoked", "plan_older", "plan_differs"]


def test_a_version_that_the_thief_used_first_is_the_stations_all_the_same(world: World) -> None:
    theft, a = Theft(world), airing("a", 10)
    theft.order(version=3)
    theft.heal(a, version=3)
    world.go_to(15)
    assert world.story("a") == ["started", "ended"]


def test_what_the_thief_called_too_late_or_took_out_sounds_on_its_second(world: World) -> None:
    ours = [airing(f"loa-{number}", 20 + 2 * number) for number in range(1, 4)]
    burnt = [replace(each, begin=START - MINUTE, latest=START - MINUTE) for each in ours[:2]]
    theft = Theft(world)
    world.give(world.station.plan([ours[0], ours[2]]))
    theft.order(*burnt)
    assert world.story("loa-1") == world.story("loa-2") == ["missed:plan_late"]
    assert world.story("loa-3") == ["withdrawn"]
    theft.heal(*ours, minutes=1)
    restart(world)
    assert {each.id for each in still_open(Folder(world.folder), RECEIVER, world.station.root.raw, b"")} == {
        each.id for each in ours
    }
    world.go_to(40)
    for each in ours:
        assert world.story(each.id)[-2:] == ["started", "ended"]
        assert [heard.since for heard in world.heard(each)] == [each.begin]


def test_what_an_older_key_took_out_of_a_plan_by_the_one_in_force_is_back(world: World) -> None:
    a, theft = airing("a", 10), Theft(world)
    world.arrive("keyring", world.station.keyring(2, keys=[theft.fresh]))
    world.hold(a)
    world.arrive("plan", theft.plan(a, version=2).sealed(theft.fresh))
    theft.order()
    world.arrive("keyring", world.station.keyring(3, revoked=["k1"], keys=[theft.fresh]))
    world.arrive("plan", theft.plan(a, version=3).sealed(theft.fresh))
    world.go_to(15)
    assert world.story("a") == ["withdrawn", "started", "ended"]


def test_the_same_plan_in_other_letters_of_json_is_no_news(world: World) -> None:
    sealed = world.station.plan([]).sealed(world.station.key)
    world.arrive("plan", sealed)
    world.arrive("plan", json.dumps(json.loads(sealed), indent=1).encode())
    assert [each.kind for each in world.entries()].count(Kind.PLAN) == 1


def test_names_that_the_thief_used_up_before_their_time_are_good_later(world: World) -> None:
    theft, far = Theft(world), airing("loa-900", 10)
    theft.order(replace(far, begin=START + MINUTE, latest=START + MINUTE))
    theft.heal(minutes=2)  # knows nothing of it yet: behind it in the plan that is dropped it had its time
    world.go_to(5)
    world.arrive("plan", theft.plan(far, version=9, minutes=5).sealed(theft.fresh))
    world.go_to(15)
    assert world.story("loa-900")[-2:] == ["started", "ended"]


def test_between_revocation_and_the_next_plan_nothing_sounds_and_nothing_is_lost_for_good(world: World) -> None:
    theft, a, b = Theft(world), airing("a", 10, late=1), airing("b", 20)
    theft.order(a, b)
    world.arrive("keyring", world.station.keyring(2, revoked=["k1"], keys=[theft.fresh]))
    world.go_to(15)
    assert world.sounded == []
    theft.heal(a, b, minutes=15)
    world.go_to(25)
    assert world.story("a") == ["missed:seal_key_revoked", "missed:off"]
    assert world.story("b") == ["started", "ended"]


def revoke(theft: Theft) -> None:
    theft.world.arrive("keyring", theft.station.keyring(2, revoked=["k1"], keys=[theft.fresh]))


@pytest.mark.parametrize(("after", "story"), [(20, ["started", "ended"]), (40, ["started", f"stopped:{REVOKED}"])])
def test_what_sounds_goes_on_for_a_moment_until_the_stations_next_plan_holds_it(
    world: World, after: float, story: list[str]
) -> None:
    theft, a, b = Theft(world), airing("a", 10, seconds=300), airing("b", 10.2)
    theft.order(a, b)
    world.go_to(11)
    revoke(theft)
    world.go_to(11 + after / 60)
    world.arrive("plan", theft.plan(a, version=3, minutes=11).sealed(theft.fresh))
    world.go_to(30)
    assert world.story("a") == story
    [heard] = world.heard(a)
    assert heard.to_s == pytest.approx(300 if after < 30 else 90, abs=0.5)


def test_what_the_next_plan_does_not_hold_or_holds_otherwise_stops_with_it(world: World) -> None:
    theft, a = Theft(world), airing("a", 10, seconds=300)
    theft.order(a)
    world.go_to(11)
    revoke(theft)
    other = replace(a, sound="cd" * 32)
    theft.world.arrive("plan", theft.plan(other, version=3, minutes=11).sealed(theft.fresh))
    assert world.story("a") == ["started", "stopped:withdrawn"]
    assert world.heard(a)[0].to_s == pytest.approx(60, abs=0.5)


def test_nothing_begins_in_that_moment(world: World) -> None:
    theft = Theft(world)
    theft.order(airing("a", 10.2), airing("b", 10.4, priority=Priority.EMERGENCY))
    world.go_to(10.1)
    revoke(theft)
    world.go_to(12)
    assert world.sounded == []


def test_the_same_plan_again_is_no_news_also_after_its_key_was_revoked(world: World) -> None:
    theft = Theft(world)
    sealed = world.station.plan([]).sealed(world.station.key)
    world.arrive("plan", sealed)
    revoke(theft)
    world.arrive("plan", sealed, retained=True)
    assert world.refused() == []
    assert "seal_key_revoked" not in world.running.status(0).faults


def test_what_the_dropped_plan_needed_stays_on_the_disk_until_the_next_one_comes(world: World) -> None:
    theft, a, b = Theft(world), airing("a", 10, seconds=300), airing("b", 20)
    theft.order(a, b)
    world.go_to(11)
    revoke(theft)
    assert {each.sha256 for each in world.running.needed()} == {a.sound, b.sound}


def test_what_sounded_is_not_repeated_whoever_ordered_it(world: World) -> None:
    theft, a = Theft(world), airing("a", 10)
    theft.order(a)
    world.go_to(15)
    theft.heal(a, minutes=12)
    restart(world)
    world.go_to(40)
    assert world.story("a") == ["started", "ended"]


def test_the_journal_says_once_for_each_key_that_its_plans_are_disowned(world: World) -> None:
    theft = Theft(world)
    theft.order()
    theft.heal()
    restart(world)
    world.arrive("keyring", world.station.keyring(3, revoked=["k1", "k0"], keys=[theft.fresh]))
    found = [dict(each.facts) for each in world.entries() if each.kind is Kind.FAULT and each.code == "plan_disowned"]
    assert found == [{"key": "k1"}]


def test_power_that_fails_between_keyring_and_journal_leaves_nothing_open(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, theft = airing("loa-1", 10), Theft(world)
    theft.order(replace(a, begin=START - MINUTE, latest=START - MINUTE))
    with monkeypatch.context() as cut:
        cut.setattr(world.running.journal, "disown", lambda _: None)
        world.arrive("keyring", world.station.keyring(2, revoked=["k1"], keys=[theft.fresh]))
    restart(world)
    theft.heal(a, minutes=1)
    world.go_to(15)
    assert world.story("loa-1") == ["missed:plan_late", "started", "ended"]


def test_no_keyring_brings_a_revoked_key_back(world: World) -> None:
    """A station out of an older backup whose keys somebody turns over before it has heard of the revocation."""
    theft = Theft(world)
    theft.order()
    theft.heal()
    for ring in (3, 4):
        world.arrive("keyring", world.station.keyring(ring, keys=[theft.fresh]))
        world.arrive("plan", theft.plan(version=FAR).sealed(world.station.key))
        restart(world)
    assert world.refused() == ["seal_key_revoked"] * 2
    assert world.running.plan_version == 3


def test_a_counter_from_before_keys_were_told_apart_still_counts(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "state.json").write_text(json.dumps({"plan_version": 5, "plan_digest": "x"}), encoding="utf-8")
    world = World(tmp_path)
    for version, code in ((4, "plan_older"), (5, "plan_differs")):
        world.give(world.station.plan([], version=version))
        assert world.refused()[-1] == code
    world.give(world.station.plan([], version=6))
    assert world.running.plan_version == 6


def test_a_key_that_is_named_no_more_holds_no_counter_but_an_older_keyring_takes_none_away(tmp_path: Path) -> None:
    station, fresh = Station(), SigningKey.make("k2")
    folder = Folder(tmp_path)
    folder.prepare()

    def orders(first: bytes = b"") -> Orders:
        made = Orders(folder, RECEIVER, station.root.raw)
        made.read_keyring(first or station.keyring())
        return made

    mine = orders()
    mine.take_keyring(station.keyring(2, keys=[fresh]))
    found = mine.judge_plan(station.plan([], version=FAR).sealed(station.key), None, None)
    assert found is not None
    mine.keep_plan(found)
    next_one = station.plan([], version=9).sealed(fresh)
    with pytest.raises(AccessError, match="plan_older"):
        mine.judge_plan(next_one, None, None)
    named = Station()
    named.root, named.key = station.root, fresh
    mine.take_keyring(named.keyring(3))
    assert mine.judge_plan(next_one, None, None) is not None
    taken = mine.judge_plan(next_one, None, None)
    assert taken is not None
    mine.keep_plan(taken)
    folder.keyring.unlink()
    older = orders()
    assert older.faults == {"keyring_older"}
    with pytest.raises(AccessError, match="plan_older"):
        older.judge_plan(station.plan([], version=8).sealed(station.key), None, None)


Step = tuple[str, str, int]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("plan"), st.sampled_from(["k1", "k2", "k3"]), st.integers(1, 6)),
        st.tuples(st.just("revoke"), st.sampled_from(["k1", "k2"]), st.just(0)),
        st.tuples(st.just("restart"), st.just(""), st.just(0)),
    ),
    max_size=14,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_a_plan_is_taken_exactly_where_no_key_that_still_counts_has_signed_a_newer_one(steps: list[Step]) -> None:
    station = Station()
    keys = {"k1": station.key, "k2": SigningKey.make("k2"), "k3": SigningKey.make("k3")}
    with TemporaryDirectory() as place:
        folder = Folder(Path(place))
        folder.prepare()
        orders, ring, revoked, taken = Orders(folder, RECEIVER, station.root.raw), 1, set[str](), dict[str, int]()
        first = station.keyring(1, keys=[keys["k2"], keys["k3"]])
        orders.read_keyring(first)
        for what, key, version in steps:
            if what == "restart":
                orders = Orders(folder, RECEIVER, station.root.raw)
                orders.read_keyring(first)
            elif what == "revoke":
                ring, revoked = ring + 1, revoked | {key}
                orders.take_keyring(station.keyring(ring, revoked=revoked, keys=[keys["k2"], keys["k3"]]))
            else:
                newest = max((each for name, each in taken.items() if name not in revoked), default=0)
                plan = station.plan([], version=version).sealed(keys[key])
                refusal = "seal_key_revoked" if key in revoked else "plan_older" if version < newest else ""
                if refusal:
                    with pytest.raises(AccessError, match=refusal):
                        orders.judge_plan(plan, None, None)
                    continue
                found = orders.judge_plan(plan, None, None)
                assert found is not None
                orders.keep_plan(found)
                taken[key] = version
