"""Order on a cluster: what is cut, moved and missed, who decides between PRIORITY airings, and random sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.config.order import OrderSettings
from pipeline.dispatch import Dispatch
from pipeline.domain import Occurrence, Outgoing, Priority, Receipt, State
from pipeline.errors import ConflictError, NotFoundError
from pipeline.messages import render
from pipeline.site import load_site
from pipeline.store import PlannedRow, Store
from tests.integration.test_dispatch import START, ZONE
from tests.order import DAY, FarEnd, Recordings, World, run
from tests.sites import write_site
from tests.stores import airing as planned

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
CLUSTER = "an-quang-01"


@dataclass
class Place:
    """A desk with one list whose devices play what they are told; bulletins `a` to `e` take two minutes each."""

    root: Path
    order: OrderSettings = field(default_factory=OrderSettings)
    asks: bool = True
    lead: timedelta = 10 * MINUTE

    def __post_init__(self) -> None:
        self.world = World(START - 60 * MINUTE)
        self.store = Store(f"sqlite:///{self.root / 'loa.db'}", key=self.root / "key")
        self.store.migrate()
        self.recordings = Recordings(self.store, dict.fromkeys("abcde", 120))
        self.end = FarEnd("thu-muc", self.world, self.lead)
        site = load_site(write_site(self.root / "site"))
        bulletin = site.bulletins["deepfake"]
        bulletins = {name: replace(bulletin, id=name) for name in "abcde"}
        self.site = replace(site, bulletins=bulletins, programmes=(), station=replace(site.station, order=self.order))
        ends: dict[str, Any] = {"thu-muc": self.end}
        self.desk = Dispatch(self.site, self.store, self.recordings.find, ends, cutting=self.recordings, asks=self.asks)

    def put(self, *wanted: Occurrence) -> list[PlannedRow]:
        ways = dict.fromkeys([name for each in wanted for name in each.targets], "thu-muc")
        return [self.store.insert_one_off(each, ways, areas={}, now=self.world.now) for each in wanted]

    def go(self, until: datetime, step: timedelta = 30 * SECOND) -> None:
        while self.world.now <= until:
            self.desk.send_due(self.world.now)
            self.desk.confirm(self.world.now)
            self.world.now += step

    def heard(self) -> list[tuple[str, str, str]]:
        """When what began and ended."""
        sounds = sorted(self.end.sounds, key=lambda each: each.begin)
        return [
            (f"{each.begin.astimezone(ZONE):%H:%M:%S}", f"{each.end.astimezone(ZONE):%H:%M:%S}", each.sha256)
            for each in sounds
        ]

    def told(self) -> dict[str, Mapping[str, str]]:
        return {each.code: each.params for each in self.store.open_notices()}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.store.close()


def airing(minute: float = 0, bulletins: str = "abc", **more: Any) -> Occurrence:
    given = {"programme": f"p{minute:g}", "bulletins": tuple(bulletins), "length": None, **more}
    return planned(START + minute * MINUTE, (CLUSTER,), **given)


def priority(minute: float = 0, bulletins: str = "a", **more: Any) -> Occurrence:
    return airing(minute, bulletins, priority=Priority.PRIORITY, **more)


# --- cut and moved ----------------------------------------------------------------------------------------------------


def test_what_would_end_outside_the_hours_is_cut_between_bulletins_and_said(place: Place) -> None:
    (row,) = place.put(airing(115))  # 18:55; the hours end at 19:00
    place.go(START + 150 * MINUTE)
    assert place.heard() == [("18:55:00", "18:59:10", "a+b")]
    (delivery,) = place.store.deliveries_of(row.id)
    change = place.store.adjustments([delivery.id])[delivery.id]
    assert (change.code, change.bulletins, change.left_out) == ("cut_to_hours", ("a", "b"), ("c",))
    assert [each.bulletins for each in place.store.as_run(DAY, DAY + timedelta(days=1))] == [("a", "b")]
    assert place.told()["airing_cut"]["bulletins"] == "c"
    assert place.told()["airing_cut"]["why"] == "cut_to_hours"


def test_what_has_no_room_for_one_bulletin_is_missed_for_that_reason(place: Place) -> None:
    (row,) = place.put(airing(118))
    place.go(START + 150 * MINUTE)
    assert place.heard() == []
    assert [(each.state, each.code) for each in place.store.deliveries_of(row.id)] == [
        (State.MISSED, "no_room_in_hours")
    ]


def test_an_emergency_is_never_cut_to_the_hours(place: Place) -> None:
    place.put(airing(118, priority=Priority.EMERGENCY))
    place.go(START + 150 * MINUTE)
    assert place.heard() == [("18:58:00", "19:04:10", "a+b+c")]


def test_the_later_of_two_waits_for_the_end_of_the_first(place: Place) -> None:
    rows = place.put(airing(), airing(4, "d"))
    place.go(START + 30 * MINUTE)
    assert place.heard() == [("17:00:00", "17:06:10", "a+b+c"), ("17:06:10", "17:08:20", "d")]
    (delivery,) = place.store.deliveries_of(rows[1].id)
    assert place.store.adjustments([delivery.id])[delivery.id].code == "moved_behind"
    assert place.told()["airing_moved"]["begins"] == "17:06:10"


def test_what_cannot_wait_so_long_is_missed_and_says_why(place: Place) -> None:
    rows = place.put(airing(), airing(4, "d", late_by=MINUTE))
    place.go(START + 30 * MINUTE)
    assert [(each.state, each.code) for each in place.store.deliveries_of(rows[1].id)] == [
        (State.MISSED, "cluster_busy")
    ]


def test_of_one_start_the_programme_decides_and_not_the_number_of_the_row(place: Place) -> None:
    place.put(airing(bulletins="b", programme="z"), airing(bulletins="a", programme="y"))
    place.go(START + 30 * MINUTE)
    assert [sha256 for _, _, sha256 in place.heard()] == ["a", "b"]


def test_a_priority_to_come_is_left_its_time_and_nothing_is_cut_midway(place: Place) -> None:
    place.put(airing(bulletins="abcde", late_by=5 * MINUTE), priority(5, "a"))
    place.go(START + 40 * MINUTE)
    assert place.heard() == [("17:00:00", "17:04:10", "a+b"), ("17:05:00", "17:07:10", "a")]


def test_what_can_be_whole_within_its_lateness_is_moved_rather_than_cut(place: Place) -> None:
    place.put(airing(bulletins="abcde", late_by=15 * MINUTE), priority(5, "a"))
    place.go(START + 40 * MINUTE)
    assert place.heard() == [("17:05:00", "17:07:10", "a"), ("17:07:10", "17:17:20", "a+b+c+d+e")]


def test_what_is_late_because_nobody_was_there_gives_way_to_what_is_on_time(place: Place) -> None:
    rows = place.put(airing(bulletins="abcde", late_by=8 * MINUTE), airing(10, "d"))
    place.world.now = START + 5 * MINUTE
    place.go(START + 40 * MINUTE)
    assert place.heard() == [("17:05:00", "17:09:10", "a+b"), ("17:10:00", "17:12:10", "d")]
    (delivery,) = place.store.deliveries_of(rows[0].id)
    assert place.store.adjustments([delivery.id])[delivery.id].code == "cut_for_next"


def test_what_is_late_and_fits_says_when_it_began(place: Place) -> None:
    rows = place.put(airing())
    place.world.now = START + 5 * MINUTE
    place.go(START + 40 * MINUTE)
    assert place.heard() == [("17:05:00", "17:11:10", "a+b+c")]
    (delivery,) = place.store.deliveries_of(rows[0].id)
    assert place.store.adjustments([delivery.id])[delivery.id].code == "started_late"


# --- who decides ------------------------------------------------------------------------------------------------------


def test_two_priorities_wait_for_a_person_who_decides(place: Place) -> None:
    place.put(priority(0, "a", programme="y"), priority(0, "b", programme="z"))
    place.desk.rule.tell(place.world.now)
    assert set(place.told()) == {"order_collision"}
    place.go(START - 4 * MINUTE)
    assert place.end.waiting == {}
    assert {row.code for row in place.store.occurrences(DAY, DAY + timedelta(days=1))} == {"order_undecided"}
    place.desk.rule.decide("z", "y", "an", place.world.now)
    place.go(START + 30 * MINUTE)
    assert [sha256 for _, _, sha256 in place.heard()] == ["b", "a"]
    assert [entry.action for entry in place.store.audit_entries(9)] == ["order_decided"]
    place.desk.rule.tell(place.world.now)
    assert "order_collision" not in place.told()


def test_what_was_decided_early_is_on_time(place: Place) -> None:
    rows = place.put(priority(0, "a", programme="y"), priority(1, "b", programme="z"))
    place.desk.rule.decide(str(rows[1].id), str(rows[0].id), "an", place.world.now)
    place.go(START + 30 * MINUTE)
    assert place.heard() == [("17:01:00", "17:03:10", "b"), ("17:03:10", "17:05:20", "a")]


def test_a_later_decision_counts(place: Place) -> None:
    place.put(priority(0, "a", programme="y"), priority(0, "b", programme="z"))
    place.desk.rule.decide("z", "y", "an", place.world.now)
    place.desk.rule.decide("y", "z", "binh", place.world.now)
    place.go(START + 30 * MINUTE)
    assert [sha256 for _, _, sha256 in place.heard()] == ["a", "b"]


def test_where_nobody_decides_in_time_both_sound_and_people_are_told(place: Place) -> None:
    place.end.lead = timedelta(0)
    rows = place.put(priority(0, "a", programme="y"), priority(0, "b", programme="z"))
    place.go(START + 60 * MINUTE, step=3 * MINUTE)  # as after a restart, nobody looks every second
    assert [sha256 for _, _, sha256 in place.heard()] == ["a", "b"]
    assert "17:05:00" < place.heard()[0][0] < "17:12:00"
    assert "order_unruled" in place.told()
    assert [each.person for each in place.store.rulings([row.id for row in rows])] == [""]


def test_settings_decide_where_they_are_to_and_nobody_waits(tmp_path: Path) -> None:
    place = Place(tmp_path, OrderSettings("configured", ("z", "y")))
    place.put(priority(0, "a", programme="y"), priority(0, "b", programme="z"))
    place.go(START + 30 * MINUTE)
    assert place.heard() == [("17:00:00", "17:02:10", "b"), ("17:02:10", "17:04:20", "a")]
    assert "order_collision" not in place.told()
    place.store.close()


def test_a_rehearsal_waits_for_nobody(tmp_path: Path) -> None:
    place = Place(tmp_path, asks=False)
    place.put(priority(0, "a", programme="y"), priority(0, "b", programme="z"))
    place.go(START + 30 * MINUTE)
    assert [begin for begin, _, _ in place.heard()] == ["17:00:00", "17:02:10"]
    place.store.close()


def test_what_cannot_wait_is_not_asked_about(place: Place) -> None:
    place.put(priority(0, "a", programme="y", late_by=timedelta(0)), priority(0, "b", programme="z"))
    place.go(START + 30 * MINUTE)
    assert [begin for begin, _, _ in place.heard()] == ["17:00:00", "17:02:10"]
    assert "order_unruled" in place.told()


def handed(place: Place) -> list[tuple[datetime, datetime]]:
    """When each order was handed over, and the start it was given."""
    taken: list[tuple[datetime, datetime]] = []
    take = place.end._take

    def noting(order: Outgoing) -> Receipt:
        taken.append((place.world.now, order.start))
        return take(order)

    place.end._take = noting  # type: ignore[method-assign]
    return taken


@pytest.mark.parametrize("step", [37.3, 60, 300], ids=lambda step: f"{step}s")
@pytest.mark.parametrize("late", [15, 120], ids=lambda late: f"{late}m")
@pytest.mark.parametrize("decided", [None, 3], ids=lambda each: f"decided {each}")
def test_what_waited_for_a_decision_is_handed_over_a_lead_ahead(
    place: Place, decided: int | None, late: int, step: float
) -> None:
    whole = {"late_by": late * MINUTE}
    rows = place.put(priority(0, "a", programme="y", **whole), priority(0.5, "b", programme="z", **whole))
    taken = handed(place)
    if decided is not None:
        place.go(START - decided * MINUTE, step * SECOND)
        if place.end.waiting:
            return  # it could not wait so long: nothing is late
        place.desk.rule.decide("z", "y", "an", place.world.now)
    place.go(START + 150 * MINUTE, step * SECOND)
    assert len(taken) == 2
    assert step == 300 or all(start >= at + place.lead for at, start in taken)  # seldom passes leave no lead
    assert [each.whole for each in place.end.sounds] == [True, True]
    for row in rows:
        (delivery,) = place.store.deliveries_of(row.id)
        assert delivery.state is State.CONFIRMED
        moved = place.store.adjustments([delivery.id]).get(delivery.id)
        assert moved is None or moved.code in ("decided_late", "moved_behind")


def test_a_pass_that_comes_too_late_for_the_lead_still_lets_both_sound(place: Place) -> None:
    place.put(priority(0, "a", programme="y"), priority(0, "b", programme="z"))
    place.world.now = START + 10 * MINUTE + timedelta(seconds=0.4)
    taken = handed(place)
    place.go(START + 40 * MINUTE)
    assert [each.whole for each in place.end.sounds] == [True, True]
    assert f"{taken[0][1].astimezone(ZONE):%H:%M:%S}" == "17:12:50"  # the last moment at which both have room
    assert place.told()["airing_moved"]["why"] in ("decided_late", "moved_behind")


@pytest.mark.parametrize(
    "others",
    [
        [priority(0, "b", programme="y", slot="other")],  # the same programme: its own affair
        [priority(5, "b", programme="z")],  # not at once
        [airing(0, "b", programme="z")],  # not of the same class
        [replace(priority(0, "b", programme="z"), targets=("an-hung-01",))],  # elsewhere
    ],
    ids=["programme", "time", "class", "cluster"],
)
def test_only_what_collides_is_asked_about(place: Place, others: Sequence[Occurrence]) -> None:
    place.put(priority(0, "a", programme="y"), *others)
    assert place.desk.rule.open(place.world.now) == []
    with pytest.raises(NotFoundError):
        place.desk.rule.decide("y", "z", "an", place.world.now)


def test_a_name_that_means_both_decides_nothing(place: Place) -> None:
    place.put(priority(0, "a", programme="y"), priority(0, "b", programme="z"))
    with pytest.raises(ConflictError):
        place.desk.rule.decide("y", "y", "an", place.world.now)


def test_every_delivery_that_went_nowhere_is_counted_whatever_the_reason(place: Place) -> None:
    both = (CLUSTER, "an-hung-01")
    late = airing(2, "d", late_by=timedelta(0))
    place.put(replace(airing(), targets=both), replace(late, targets=both))
    place.go(START + 30 * MINUTE)
    assert {(each.code, each.slot, each.count) for each in place.desk.troubles} == {("cluster_busy", late.slot, 2)}


def test_a_hint_about_a_busy_cluster_also_holds_for_what_was_missed() -> None:
    _, hint = render("cluster_busy", lang="vi")
    assert "không cần làm gì" not in hint
    assert "đã lỡ thì không phát nữa" in hint


# --- all of it --------------------------------------------------------------------------------------------------------


def test_random_sets_never_break_the_order() -> None:
    found = run(12, 7, at_once=4, tick=2 * MINUTE)
    assert found.wrong == []
    assert found.reckoned > 10
    assert {"aired", "cut", "missed"} <= set(found.bulletins)


def test_the_judge_of_random_sets_is_awake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.dispatch.timetable.Timetable._ahead", lambda *_: [])
    assert run(12, 3, at_once=12, tick=2 * MINUTE).wrong
