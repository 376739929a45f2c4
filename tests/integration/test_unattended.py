"""The station with nobody in the office: its clock in doubt, its files edited or broken, the days it slept through."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from pipeline.channels import Channel
from pipeline.config.channels import CHANNEL_MEDIA
from pipeline.contacts import ListFacts, sample_contacts
from pipeline.domain import Priority, State
from pipeline.edits import Watch
from pipeline.errors import ConfigError, StoreError
from pipeline.site import Site
from pipeline.unattended import Unattended
from tests.people import approve_everything
from tests.sites import FILES, write_site
from tests.year import ZONE, FarEnd, SimulatedMachine, StubProduction, World

SCHEDULE = "schedules/canh-bao.yaml"
BROKEN = FILES[SCHEDULE] + "\n  - [\n"
DAILY = (
    FILES[SCHEDULE].replace("[mon, wed, fri]", "daily").replace("length: 10m", "length: 10m\n    late_by_at_most: 15m")
)
FIVE = datetime(2026, 11, 23, 17, 0, tzinfo=ZONE)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class Place:
    """One site with its outside world; `start` is what the machine does when it is switched on."""

    def __init__(self, root: Path) -> None:
        self.root = write_site(root, {SCHEDULE: DAILY})
        self.world = World(random.Random(1), now=FIVE - 60 * MINUTE)
        approve_everything(self.start().site, self.station.store)

    def start(self) -> Unattended:
        self.station, self.problems = Unattended.stand_by(self.root, self.world.clock, SimulatedMachine(self.world))
        return self.station

    def restart(self) -> Unattended:
        self.station.close()
        return self.start()

    def goes_to(self, moment: datetime) -> None:
        self.world.now = moment
        for work in (self.station.follow_edits, self.station.plan, self.station.send_due, self.station.confirm):
            work()

    def states(self, moment: datetime) -> set[tuple[State, str]]:
        rows = self.station.store.occurrences(moment, moment + timedelta(seconds=1))
        return {(each.state, each.code) for row in rows for each in self.station.store.deliveries_of(row.id)}

    def notices(self) -> dict[str, str]:
        return {each.code: each.subject for each in self.station.store.open_notices()}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    world: list[World] = []

    def channels(site: Site, clock: Callable[[], datetime], without: Collection[str] = ()) -> dict[str, Channel]:
        owner = clock.__self__  # type: ignore[attr-defined]
        world[:] = [owner]
        names = {name: CHANNEL_MEDIA[each.type] for name, each in site.channels.items() if name not in without}
        return {name: FarEnd(name, medium, owner, askable=True) for name, medium in names.items()}

    parts: dict[str, Any] = {"production_of": StubProduction, "build_channels": channels}
    with (
        patch.multiple("pipeline.app", **parts),
        patch("pipeline.unattended.Watch", functools.partial(Watch, quiet_s=0)),
    ):
        here = Place(tmp_path)
        yield here
        here.station.close()


def test_nothing_airs_by_a_clock_in_doubt_and_what_that_cost_is_named(place: Place) -> None:
    place.goes_to(FIVE - 30 * MINUTE)
    place.world.offset = 40 * MINUTE
    place.goes_to(FIVE - 29 * MINUTE)  # the machine says 17:11
    assert not place.world.sounds
    assert place.states(FIVE) == {(State.PLANNED, "")}
    assert "clock_stepped" in place.notices()
    place.goes_to(FIVE + 30 * MINUTE)
    place.world.offset = timedelta(0)
    place.goes_to(FIVE + 31 * MINUTE)
    assert place.states(FIVE) == {(State.MISSED, "clock_untrusted")}
    assert "clock_stepped" not in place.notices()
    assert not place.world.sounds


def test_an_emergency_that_is_asked_for_at_once_needs_no_clock(place: Place) -> None:
    place.goes_to(FIVE - 30 * MINUTE)
    place.world.offset = 10 * DAY
    place.goes_to(FIVE - 29 * MINUTE)
    store, desk, now = place.station.store, place.station.desk, place.world.clock()
    wanted = next(row.occurrence for row in store.occurrences(FIVE, FIVE + MINUTE))
    urgent = replace(wanted, programme="_send", priority=Priority.EMERGENCY, start=now)
    row = desk.insert(urgent, "an", now)
    later = desk.insert(replace(urgent, start=now + MINUTE), "an", now)  # at a time: that has to wait for the clock
    place.station.send_urgent()
    assert {each.state for each in store.deliveries_of(row.id)} == {State.ACCEPTED}
    place.world.now += 2 * MINUTE
    place.station.send_urgent()
    assert {each.state for each in store.deliveries_of(later.id)} == {State.PLANNED}
    place.station.confirm()
    heard = store.as_run(now - MINUTE, now + MINUTE)
    assert {each.note for each in heard} == {"clock_in_doubt"}
    assert "emergency_clock_in_doubt" in [entry.action for entry in store.audit_entries(9)]
    assert "airing_by_doubted_clock" in place.notices()
    assert place.states(FIVE) == {(State.PLANNED, "")}


def test_a_clock_in_doubt_deletes_nobody(place: Place) -> None:
    place.goes_to(FIVE - 30 * MINUTE)
    store, limit = place.station.store, ListFacts(retention_days=30)
    people = sample_contacts("to-truong", 3)
    store.import_contacts("to-truong", "thu", people, facts=limit, now=place.world.clock())
    place.world.offset = 400 * DAY
    place.station.tidy()
    assert store.contact_count("to-truong") == 3
    assert "clock_stepped" in place.notices()
    place.world.offset = timedelta(0)
    place.world.now += 31 * DAY
    place.station.tidy()
    assert store.contact_count("to-truong") == 0


def test_a_clock_that_is_mended_in_time_costs_nothing(place: Place) -> None:
    place.goes_to(FIVE - 30 * MINUTE)
    place.world.offset = 3 * DAY
    place.goes_to(FIVE - 20 * MINUTE)
    place.world.offset = timedelta(0)
    place.goes_to(FIVE)
    assert {state for state, _ in place.states(FIVE)} == {State.ACCEPTED}
    assert set(place.world.sounds.values()) == {1}
    assert all({state for state, _ in place.states(FIVE + day * DAY)} == {State.PLANNED} for day in range(1, 4))


def test_a_clock_set_back_airs_nothing_twice(place: Place) -> None:
    place.goes_to(FIVE)
    place.world.offset = -10 * MINUTE
    place.goes_to(FIVE + 5 * MINUTE)
    place.goes_to(FIVE + 10 * MINUTE)
    assert set(place.world.sounds.values()) == {1}


def test_an_edit_takes_effect_for_what_was_not_handed_over_and_is_told(place: Place) -> None:
    place.goes_to(FIVE)
    write_site(place.root, {SCHEDULE: DAILY.replace('"17:00"', '"17:40"')})
    place.goes_to(FIVE + MINUTE)
    assert {state for state, _ in place.states(FIVE)} == {State.CONFIRMED}
    assert place.states(FIVE + DAY) == {(State.CANCELLED, "plan_removed")}
    assert place.states(FIVE + DAY + 40 * MINUTE) == {(State.PLANNED, "")}
    assert "edit_moves" in place.notices()


def test_broken_files_change_nothing_and_are_told_until_they_are_mended(place: Place) -> None:
    place.goes_to(FIVE - 5 * MINUTE)
    write_site(place.root, {SCHEDULE: BROKEN})
    place.goes_to(FIVE)
    assert {state for state, _ in place.states(FIVE)} == {State.ACCEPTED}
    assert place.states(FIVE + DAY) == {(State.PLANNED, "")}
    assert place.notices()["site_broken"] == SCHEDULE
    write_site(place.root, {SCHEDULE: DAILY})
    place.goes_to(FIVE + MINUTE)
    assert "site_broken" not in place.notices()


@pytest.mark.parametrize(
    "broken", [SCHEDULE, "config/areas.yaml"], ids=["a programme", "what no station can do without"]
)
def test_a_restart_among_broken_files_goes_on_with_the_last_good_ones(place: Place, broken: str) -> None:
    (place.root / broken).write_text("a: [", encoding="utf-8")
    place.restart()
    assert any(problem.file == broken for problem in place.problems)
    assert place.notices()["site_broken"] == broken
    place.goes_to(FIVE)
    assert {state for state, _ in place.states(FIVE)} == {State.ACCEPTED}


def test_a_station_that_never_had_good_files_runs_with_what_is_whole(tmp_path: Path) -> None:
    root = write_site(tmp_path, {SCHEDULE: DAILY, "schedules/hong.yaml": "a: ["})
    station, problems = Unattended.stand_by(root, lambda: FIVE)
    assert [programme.id for programme in station.site.programmes] == ["canh-bao"]
    assert problems
    station.close()
    (root / "config" / "areas.yaml").unlink()
    with pytest.raises(ConfigError):
        Unattended.stand_by(root, lambda: FIVE)


def test_the_days_slept_through_are_in_the_books_with_their_reason(place: Place) -> None:
    place.goes_to(FIVE)
    place.world.now = FIVE + 20 * DAY + 30 * MINUTE
    place.restart()
    place.goes_to(place.world.now)
    for day in range(1, 21):
        assert place.states(FIVE + day * DAY) == {(State.MISSED, "too_late")}, day
    assert {state for state, _ in place.states(FIVE + 21 * DAY)} == {State.PLANNED}


def test_a_full_disk_keeps_nothing_off_the_air(place: Place) -> None:
    with patch("pipeline.edits.shutil.copytree", side_effect=OSError(28, "No space left on device")):
        place.restart()
        place.goes_to(FIVE)
    assert {state for state, _ in place.states(FIVE)} == {State.ACCEPTED}


def test_a_fault_of_a_lane_is_noted_by_its_code_alone(place: Place) -> None:
    place.station.note_fault("dispatch", StoreError("store_busy", why="84912345678"))
    place.station.note_fault("plan", ZeroDivisionError("84912345678"))
    said = {each.subject: dict(each.params) for each in place.station.store.open_notices()}
    assert said["dispatch"] == {"lane": "dispatch", "why": "store_busy"}
    assert said["plan"] == {"lane": "plan", "why": "ZeroDivisionError"}
