"""Both stores: sticks that were made, and what a return sheet says of their lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from pipeline.domain import Evidence, Receipt, State
from pipeline.errors import NotFoundError
from pipeline.store import Adjustment, BundleKept, BundleRow, Note, Store, Taken, Told
from pipeline.store.tables_bundles import KEPT_TABLES
from tests.stores import NOW, START, WEEK, airing, only, plan, sent, states

BUNDLE = BundleKept("usb-1", NOW, date(2026, 11, 23), date(2026, 11, 29), ("an-quang",), "ab" * 32)
LENGTH = timedelta(seconds=90)
KEY = ("canh-bao", "chieu", START)
FIRST = BundleRow("001", ("gia-danh-cong-an", "deepfake"), "cd" * 32, LENGTH, KEY, "an-quang", "loa-1")
SECOND = replace(FIRST, code="002", cluster="loa-2")
FREE = BundleRow("T01", ("deepfake",), "ef" * 32, LENGTH)
LATER = START + timedelta(hours=3)


def keep(store: Store, *rows: BundleRow) -> None:
    store.keep_bundle(BUNDLE, rows or (FIRST, SECOND, FREE), Note("lan", "bundle_made", BUNDLE.id))


def told(row: BundleRow = FIRST, started: datetime | None = START, **values: str) -> Told:
    given = {"person": "Chị Hoa", "words": "", "entered_by": "lan", "sheet": "12" * 32, **values}
    return Told(BUNDLE.id, row, started, at=LATER, **given)


def accepted(store: Store) -> None:
    plan(store, airing())
    store.record([Receipt(each.id, START, State.ACCEPTED) for each in sent(store)])


def said(store: Store, target: str = "loa-1") -> list[Receipt]:
    (found,) = (each for each in store.deliveries_of(only(store).id) if each.target == target)
    return store.receipts_of(found.id)


def test_a_stick_and_its_lines_are_kept_as_they_were_made(store: Store) -> None:
    assert store.bundle("usb-1") is None
    keep(store)
    assert store.bundle("usb-1") == BUNDLE
    assert list(store.bundle_rows("usb-1").values()) == [FIRST, SECOND, FREE]
    assert store.bundle_rows("usb-2") == {}


def test_what_was_played_is_confirmed_by_a_person_with_its_times(store: Store) -> None:
    accepted(store)
    keep(store)
    assert store.take_told([told()]) == [Taken.CONFIRMED]
    assert states(store) == {"loa-1": State.CONFIRMED, "loa-2": State.ACCEPTED}
    last = said(store)[-1]
    assert (last.state, last.evidence, last.at) == (State.CONFIRMED, Evidence.PERSON, LATER)
    assert (last.started, last.ended) == (START, START + LENGTH)
    (row,) = store.as_run(START, START + WEEK)
    assert (row.cluster, row.evidence, row.end - row.start) == ("loa-1", Evidence.PERSON, LENGTH)


def test_what_was_not_played_is_never_confirmed(store: Store) -> None:
    accepted(store)
    keep(store)
    assert store.take_told([told(started=None, words="mất điện")]) == [Taken.NOT_PLAYED]
    last = said(store)[-1]
    assert (last.state, last.evidence, last.code) == (State.FAILED, Evidence.PERSON, "person_not_played")
    assert states(store)["loa-1"] is State.FAILED
    assert store.as_run(START, START + WEEK) == []


@pytest.mark.parametrize("started", [START, None])
def test_the_same_sheet_twice_changes_nothing(store: Store, started: datetime | None) -> None:
    accepted(store)
    keep(store)
    store.take_told([told(started=started)])
    before = said(store)
    again = replace(told(started=started), at=LATER + timedelta(days=1), sheet="34" * 32)
    assert store.take_told([again, again]) == [Taken.KNOWN, Taken.KNOWN]
    assert said(store) == before


def test_a_line_is_answered_once_and_not_otherwise(store: Store) -> None:
    accepted(store)
    keep(store)
    later = START + timedelta(minutes=5)
    assert store.take_told([told(), told(started=later), told(started=None)]) == [
        Taken.CONFIRMED,
        Taken.OTHERWISE,
        Taken.OTHERWISE,
    ]
    assert store.take_told([told(started=None)]) == [Taken.OTHERWISE]
    assert [each.state for each in said(store)] == [State.ACCEPTED, State.CONFIRMED]


def test_a_delivery_that_ended_otherwise_keeps_its_state_beside_the_receipt(store: Store) -> None:
    plan(store, airing())
    store.miss_late(START + timedelta(hours=1))
    keep(store)
    assert store.take_told([told()]) == [Taken.BESIDE]
    assert states(store)["loa-1"] is State.MISSED
    assert said(store)[-1].evidence is Evidence.PERSON
    (row,) = store.as_run(START, START + WEEK)
    assert (row.state, row.evidence) == (State.MISSED, Evidence.PERSON)


def test_what_a_player_confirmed_stays_confirmed_though_somebody_denies_it(store: Store) -> None:
    accepted(store)
    keep(store)
    confirmed = [each.id for each in store.deliveries_of(only(store).id)]
    store.record([Receipt(each, START, State.CONFIRMED, Evidence.PLAYER, started=START) for each in confirmed])
    assert store.take_told([told(started=None, words="loa câm")]) == [Taken.BESIDE]
    assert states(store)["loa-1"] is State.CONFIRMED
    assert said(store)[-1].state is State.FAILED


def test_what_still_waits_to_be_handed_over_is_not_answered_yet(store: Store) -> None:
    plan(store, airing())
    keep(store)
    assert store.take_told([told()]) == [Taken.WAITING]
    assert said(store) == []
    store.miss_late(START + timedelta(hours=1))
    assert store.take_told([told()]) == [Taken.BESIDE]


def test_an_airing_that_the_station_never_planned_stands_for_itself(store: Store) -> None:
    keep(store)
    assert store.take_told([told(), told(SECOND, None)]) == [Taken.OUTSIDE, Taken.NOTED]
    assert store.take_told([told(), told(SECOND, None)]) == [Taken.KNOWN, Taken.KNOWN]
    (found,) = store.outside_airings(START, START + WEEK)
    assert (found.key, found.area, found.cluster, found.start, found.end) == (
        KEY,
        "an-quang",
        "loa-1",
        START,
        START + LENGTH,
    )


def test_a_free_airing_is_one_however_often_its_sheet_is_read(store: Store) -> None:
    keep(store)
    here = replace(told(FREE, words="chợ Kênh"), area="an-quang")
    there = replace(here, area="an-hung")
    later = replace(here, started=START + timedelta(minutes=10))
    assert store.take_told([here, there, here]) == [Taken.OUTSIDE, Taken.OUTSIDE, Taken.KNOWN]
    assert store.take_told([here, later]) == [Taken.KNOWN, Taken.OUTSIDE]
    found = store.outside_airings(START, START + WEEK)
    assert [(each.area, each.start, each.words) for each in found] == [
        ("an-quang", START, "chợ Kênh"),
        ("an-hung", START, "chợ Kênh"),
        ("an-quang", START + timedelta(minutes=10), "chợ Kênh"),
    ]
    assert found[0].key is None
    assert found[0].bulletins == ("deepfake",)
    assert store.outside_airings(START + timedelta(minutes=1), START + timedelta(minutes=10)) == []


def test_a_sheet_of_many_lines_is_taken_in_portions(store: Store) -> None:
    keep(store)
    many: Sequence[Told] = [
        replace(told(FREE), area="an-quang", started=START + timedelta(minutes=number)) for number in range(1_201)
    ]
    assert set(store.take_told(many)) == {Taken.OUTSIDE}
    assert len(store.outside_airings(START, START + WEEK)) == 1_201


def test_nothing_of_it_is_ever_changed_or_removed(store: Store) -> None:
    accepted(store)
    keep(store)
    store.take_told([told(), replace(told(FREE), area="an-quang")])
    for table in KEPT_TABLES:
        last = list(table.c)[-1]
        for statement in (sa.delete(table), sa.update(table).values({last.name: last})):
            with pytest.raises(sa.exc.DBAPIError, match="append-only"), store._database.write() as connection:
                connection.execute(statement)


def test_a_line_of_an_unknown_stick_is_refused_by_the_database(store: Store) -> None:
    with pytest.raises((sa.exc.IntegrityError, NotFoundError)):
        store.take_told([replace(told(FREE), area="an-quang")])


def test_what_was_replanned_since_is_not_proven_by_what_the_stick_held(store: Store) -> None:
    accepted(store)
    keep(store)
    other = replace(FIRST, bulletins=("deepfake", "khoa-sim"))
    assert store.take_told([told(other)]) == [Taken.DIFFERENT]
    assert store.take_told([told(other)]) == [Taken.KNOWN]
    assert states(store)["loa-1"] is State.ACCEPTED
    assert store.as_run(START, START + WEEK) == []
    (found,) = store.outside_airings(START, START + WEEK)
    assert (found.bulletins, found.key, found.cluster) == (("deepfake", "khoa-sim"), KEY, "loa-1")
    assert store.take_told([told(replace(SECOND, bulletins=("x",)), None)]) == [Taken.NOT_PLAYED]


def test_what_was_cut_on_its_way_is_proven_as_it_was_cut(store: Store) -> None:
    accepted(store)
    keep(store)
    first = store.deliveries_of(only(store).id)[0].id
    store.adjust([Adjustment(first, "cut_to_length", START, START + LENGTH, ("deepfake",), ("gia-danh-cong-an",))], NOW)
    assert store.take_told([told(), told(SECOND)]) == [Taken.DIFFERENT, Taken.CONFIRMED]
    assert store.take_told([told(replace(FIRST, code="009", bulletins=("deepfake",)))]) == [Taken.CONFIRMED]
    assert [row.bulletins for row in store.as_run(START, START + WEEK)] == [
        ("deepfake",),
        ("gia-danh-cong-an", "deepfake"),
    ]


# --- what came back ---------------------------------------------------------------------------------------------------


def test_of_each_stick_it_is_known_what_nobody_spoke_of(store: Store) -> None:
    keep(store)
    (found,) = store.bundle_states(date(2026, 11, 29))
    assert (found.kept, found.lines, found.told, found.outside, found.missing) == (BUNDLE, 2, 0, 0, 2)
    assert store.bundle_states(date(2026, 11, 30)) == []
    store.take_told([told(SECOND, None, words="mưa")])
    (found,) = store.bundle_states(date(2026, 11, 29))
    assert (found.told, found.missing) == (1, 1)
    assert store.bundle_untold(BUNDLE.id) == ["001"]


def test_an_airing_that_the_sheet_of_another_stick_speaks_of_is_not_missing(store: Store) -> None:
    keep(store)
    other = replace(BUNDLE, id="usb-2", made_at=NOW + timedelta(hours=1))
    store.keep_bundle(other, [replace(FIRST, code="009")], Note("lan", "bundle_made", other.id))
    store.take_told([replace(told(replace(FIRST, code="009")), bundle="usb-2")])
    newest, oldest = store.bundle_states(date(2026, 11, 1))
    assert (newest.kept.id, newest.missing) == ("usb-2", 0)
    assert (oldest.kept.id, oldest.told, oldest.missing) == (BUNDLE.id, 1, 1)


def test_a_stick_to_be_played_freely_is_back_with_the_first_airing(store: Store) -> None:
    keep(store, FREE)
    (found,) = store.bundle_states(date(2026, 11, 1))
    assert (found.lines, found.missing) == (0, 1)
    store.take_told([told(FREE, area="an-quang")])
    (found,) = store.bundle_states(date(2026, 11, 1))
    assert (found.outside, found.missing) == (1, 0)
    assert [(each.bulletins, each.area, each.start) for each in store.bundle_outside(BUNDLE.id)] == [
        (("deepfake",), "an-quang", START)
    ]
