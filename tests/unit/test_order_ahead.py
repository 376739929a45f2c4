"""What a plan foresees of collisions: the same that the station's order does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.config.order import OrderSettings
from pipeline.domain import Medium, Occurrence, Priority
from pipeline.outlook.order_ahead import ahead
from pipeline.site import Site, load_site
from tests.sites import write_site

START = datetime(2026, 11, 23, 17, 0)  # noqa: DTZ001
SLOTS = "abcd"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    slot = (
        '  - {id: s, days: daily, at: "17:00", medium: loudspeaker, areas: [an-quang], play: {bulletins: [deepfake]}}'
    )
    programmes = {
        f"schedules/{name}.yaml": f"programme: {name}\ntitle: {name}\nfrom: 2026-11-02\nslots:\n{slot}\n"
        for name in SLOTS
    }
    return load_site(write_site(tmp_path / "site", programmes))


def airing(site: Site, name: str, minute: float = 0, minutes: int = 2, **more: Any) -> Occurrence:
    start = START.replace(tzinfo=site.station.timezone) + timedelta(minutes=minute)
    made = Occurrence(
        name, "s", start, Medium.LOUDSPEAKER, name, ("deepfake",), ("an-quang-01",), late_by=timedelta(minutes=15)
    )
    return replace(made, length=timedelta(minutes=minutes), **more)


def told(site: Site, *airings: Occurrence) -> set[tuple[str, str, str, str]]:
    """Programme, code, whom it has to do with, when it begins."""
    files = {f"schedules/{name}.yaml": name for name in SLOTS}
    found = ahead(site, sorted(airings, key=lambda each: (each.start, each.programme)), minutes)
    shown = ((each.problem, each.problem.params) for each in found)
    return {(files[each.file], each.code, params["other"][0], params["begins"]) for each, params in shown}


def minutes(occurrence: Occurrence) -> list[float]:
    """Airings of several bulletins may end every minute."""
    assert occurrence.length is not None
    whole = occurrence.length.total_seconds()
    return [whole] if whole <= 120 else [60.0 * count for count in range(1, round(whole / 60) + 1)]


def test_what_follows_without_meeting_is_not_spoken_of(site: Site) -> None:
    assert told(site, airing(site, "a"), airing(site, "b", 2), airing(site, "c", 30)) == set()


def test_the_later_waits_and_each_behind_the_one_before_it(site: Site) -> None:
    assert told(site, *(airing(site, name) for name in "abc")) == {
        ("b", "airing_will_wait", "a", "17:02:00"),
        ("c", "airing_will_wait", "b", "17:04:00"),
    }


def test_what_may_not_wait_is_missed_and_what_has_a_gap_is_cut(site: Site) -> None:
    short = airing(site, "b", late_by=timedelta(minutes=1))
    assert told(site, airing(site, "a"), short) == {("b", "airing_will_be_missed", "a", "")}
    urgent = airing(site, "c", 3, priority=Priority.PRIORITY)
    long = airing(site, "a", 0, 6, late_by=timedelta(minutes=1))
    assert told(site, long, urgent) == {("a", "airing_will_be_cut", "c", "17:00:00")}


def test_two_priorities_ask_for_a_person_unless_settings_decide(site: Site) -> None:
    pair = [airing(site, name, priority=Priority.PRIORITY) for name in "bc"]
    asked = told(site, airing(site, "a"), *pair)
    assert asked == {
        ("c", "airings_need_order", "b", ""),
        ("c", "airing_will_wait", "b", "17:02:00"),
        ("a", "airing_will_wait", "c", "17:04:00"),
    }
    settled = replace(site, station=replace(site.station, order=OrderSettings("configured", ("c", "b"))))
    assert told(settled, airing(settled, "a"), *pair) == {
        ("b", "airing_will_wait", "c", "17:02:00"),
        ("a", "airing_will_wait", "b", "17:04:00"),
    }


def test_clusters_of_one_sound_card_hear_one_after_the_other(site: Site) -> None:
    apart = [airing(site, "a"), airing(site, "b", targets=("an-hung-01",))]
    assert told(site, *apart) == set()
    card = replace(site.channels["thu-muc"], type="sound_card")
    alone = replace(site, channels={**site.channels, "thu-muc": card})
    assert told(alone, *apart) == {("b", "airing_will_wait", "a", "17:02:00")}


def test_what_starts_outside_the_hours_takes_no_room(site: Site) -> None:
    outside = airing(site, "a", 120)  # 19:00, the hours are over
    assert told(site, outside, airing(site, "b", 120)) == set()
