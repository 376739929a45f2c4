"""Both stores for tests, and short ways to put something into them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from pipeline.domain import Delivery, Medium, Occurrence, State
from pipeline.store import Claimed, PlanChange, PlannedRow, Store
from pipeline.store.database import Database
from pipeline.store.tables import metadata

HANOI_5PM = datetime(2026, 11, 23, 17, 0, tzinfo=UTC) - timedelta(hours=7)
START = HANOI_5PM
NOW = START - timedelta(hours=1)
LEASE = timedelta(minutes=2)
WEEK = timedelta(days=7)
CHANNELS = {"loa-1": "thu-muc", "loa-2": "thu-muc", "loa-3": "may-tram"}
AREAS = {"loa-1": "an-quang", "loa-2": "an-quang", "loa-3": "quang-hung"}


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    store = Store(f"sqlite:///{path}")
    store.migrate()
    store.close()
    return path


@pytest.fixture(scope="session")
def emptied_postgres(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated PostgreSQL database that every test empties."""
    url: str = request.getfixturevalue("postgres").make("loa_store")
    store = Store(url)
    store.migrate()
    store.close()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty, migrated database, on each kind in turn."""
    if request.param == "sqlite":
        path = tmp_path / "loa.db"
        shutil.copyfile(request.getfixturevalue("empty_sqlite"), path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("emptied_postgres")
    database = Database(url)
    with database.write() as connection:
        names = ", ".join(metadata.tables)
        connection.execute(sa.text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    database.close()
    return url


@pytest.fixture
def store(store_url: str, tmp_path: Path) -> Iterator[Store]:
    """An empty store with a place for its key."""
    store = Store(store_url, key=tmp_path / "keys" / "contacts.key")
    yield store
    store.close()


@dataclass(frozen=True, slots=True)
class Person:
    """A row as an import hands it over."""

    phone: str
    name: str = ""
    area: str = ""
    consent: str = ""
    consent_date: date | None = None
    note: str = ""


def airing(start: datetime = START, targets: Sequence[str] = ("loa-1", "loa-2"), **values: Any) -> Occurrence:
    """A loudspeaker occurrence."""
    given: dict[str, Any] = {
        "programme": "canh-bao",
        "slot": "chieu",
        "medium": Medium.LOUDSPEAKER,
        "title": "Cảnh báo lừa đảo",
        "bulletins": ("gia-danh-cong-an", "deepfake"),
        "areas": ("an-quang",),
        **values,
    }
    return Occurrence(start=start, targets=tuple(targets), **given)


def text(start: datetime = START, lists: Sequence[str] = ("to-truong",), **values: Any) -> Occurrence:
    """An SMS occurrence."""
    given = {"slot": "nhan-tin", "medium": Medium.SMS, "areas": (), "late_by": timedelta(hours=2), **values}
    return airing(start, lists, **given)


def plan(
    store: Store, *wanted: Occurrence, now: datetime = NOW, channels: Mapping[str, str] = CHANNELS, **values: Any
) -> PlanChange:
    """Upsert a plan of the week around START."""
    return store.upsert_plan(
        wanted, channels, since=START - WEEK, until=START + WEEK, now=now, **{"areas": AREAS, **values}
    )


def rows(store: Store) -> list[PlannedRow]:
    """Every occurrence of the week around START."""
    return store.occurrences(START - WEEK, START + WEEK)


def only(store: Store) -> PlannedRow:
    """The one occurrence there is."""
    (row,) = rows(store)
    return row


def states(store: Store, occurrence: int | None = None) -> dict[str, State]:
    """Target → state, of the one occurrence there is or of the given."""
    number = only(store).id if occurrence is None else occurrence
    return {each.target: each.state for each in store.deliveries_of(number)}


def claim(store: Store, channel: str = "thu-muc", now: datetime = START, limit: int = 100) -> list[Claimed]:
    """Whatever the channel can be handed first."""
    return store.claim(channel, now=now, limit=limit, lease=LEASE)


def sent(store: Store, channel: str = "thu-muc", now: datetime = START) -> list[Delivery]:
    """Deliveries just claimed."""
    return [each.delivery for each in claim(store, channel, now)]
