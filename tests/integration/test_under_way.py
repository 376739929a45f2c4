"""What `loa status` says is on the air: by its time, or because a machine says that it plays it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipeline.doctor.status import LATELY, whats_under_way
from pipeline.domain import Recording, State
from pipeline.fleet.fleet import Fleet
from pipeline.fleet.watch import survey
from pipeline.store import Store
from pipeline.store.tables import deliveries
from tests.fleets import FarReceivers, fleet_at, utc, write_delivery

NOW = utc(2026, 11, 23, 8)
MINUTE = timedelta(minutes=1)
NAME = "an-quang-01"


@pytest.fixture
def store(tmp_path: Path, empty_sqlite: Path) -> Iterator[Store]:
    (tmp_path / "loa.db").write_bytes(empty_sqlite.read_bytes())
    opened = Store(f"sqlite:///{tmp_path / 'loa.db'}")
    yield opened
    opened.close()


@pytest.fixture
def fleet(tmp_path: Path, store: Store) -> Fleet:
    made = fleet_at(tmp_path, store, lambda: NOW, [NAME])
    write_delivery(store, 7, NAME, NOW - 20 * MINUTE, state=State.ACCEPTED)
    return made


def on_air(fleet: Fleet, at: datetime = NOW) -> set[int]:
    rows = fleet.store.occurrences(NOW - timedelta(hours=2), NOW + timedelta(hours=2))
    return set(whats_under_way(fleet.store, rows, at, survey(fleet, at)))


@pytest.mark.parametrize(
    ("playing", "ago", "found"),
    [
        ("loa-7", timedelta(0), {1_007}),
        ("loa-7", LATELY, set()),
        ("", timedelta(0), set()),
        ("loa-999", timedelta(0), set()),
        ("tone", timedelta(0), set()),
    ],
)
def test_what_a_receiver_says_it_plays_is_on_the_air_however_late_it_began(
    fleet: Fleet, playing: str, ago: timedelta, found: set[int]
) -> None:
    FarReceivers(fleet, lambda: NOW - ago).say(NAME, playing=playing)
    assert on_air(fleet) == found


def test_a_receiver_that_took_its_leave_plays_nothing(fleet: Fleet) -> None:
    FarReceivers(fleet, lambda: NOW).say(NAME, playing="loa-7", online=False)
    assert on_air(fleet) == set()


def test_a_one_off_lasts_as_long_as_its_file(fleet: Fleet, store: Store) -> None:
    sha256 = "ab" * 32
    store.save_recording("key", Recording(sha256, Path("x.mp3"), 148.0, -16.0, -1.5, "espeak-ng/vi", False), NOW)
    with store._database.write() as connection:
        connection.execute(sa.update(deliveries).values(recording=sha256))
    start = NOW - 20 * MINUTE
    for seconds, found in ((100, {1_007}), (147, {1_007}), (149, set())):
        assert on_air(fleet, start + timedelta(seconds=seconds)) == found, seconds
