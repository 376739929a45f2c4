"""Both stores: what was cut or moved, and rulings on collisions."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from pipeline.domain import Evidence, Priority, Receipt, State
from pipeline.store import Adjustment, Note, Ruling, Store
from tests.stores import NOW, START, airing, only, plan, rows, sent

MINUTE = timedelta(minutes=1)
CUT = ("gia-danh-cong-an",), ("deepfake",)


def test_the_as_run_log_names_what_was_heard_and_not_what_was_planned(store: Store) -> None:
    plan(store, airing(targets=("loa-1", "loa-2")))
    one, other = sent(store)
    store.adjust([Adjustment(one.id, "cut_to_hours", START, START + MINUTE, *CUT, {"until": "19:00"})], START)
    store.record(
        [
            Receipt(each.id, START, State.CONFIRMED, Evidence.PLAYER, started=START, ended=START + MINUTE)
            for each in (one, other)
        ]
    )
    heard = store.as_run(START, START + MINUTE)
    assert [(row.bulletins, row.note) for row in heard] == [
        (("gia-danh-cong-an",), "cut_to_hours"),
        (("gia-danh-cong-an", "deepfake"), ""),
    ]
    assert store.adjustments([one.id, other.id])[one.id].params == {"until": "19:00"}


def test_a_second_try_takes_the_place_of_the_first(store: Store) -> None:
    plan(store, airing(targets=("loa-1",)))
    (one,) = sent(store)
    first = Adjustment(one.id, "moved_behind", START + MINUTE, START + 2 * MINUTE, CUT[0])
    store.adjust([first], START)
    store.adjust([Adjustment(one.id, "cut_for_next", START, START + MINUTE, *CUT)], START)
    assert store.adjustments([one.id])[one.id].code == "cut_for_next"
    store.adjust([], START, unadjusted=[one.id])
    assert store.adjustments([one.id]) == {}


def test_what_is_out_says_from_when_to_when_it_sounds(store: Store) -> None:
    plan(store, airing(targets=("loa-1",)))
    (one,) = sent(store)
    store.adjust([Adjustment(one.id, "moved_behind", START + MINUTE, START + 2 * MINUTE, CUT[0])], START)
    (out,) = store.airborne("thu-muc", now=START, until=START + MINUTE)
    assert out.moved == (START + MINUTE, START + 2 * MINUTE)


def test_only_what_may_still_sound_is_out(store: Store) -> None:
    plan(store, airing(targets=("loa-1",)))
    sent(store)
    late = only(store).occurrence.too_late
    assert store.airborne("thu-muc", now=START, until=START + MINUTE, since=late)
    assert not store.airborne("thu-muc", now=START, until=START + MINUTE, since=late + MINUTE)


def test_rulings_are_kept_in_their_order_and_for_ever(store: Store) -> None:
    plan(store, airing(slot="a"), airing(slot="b"), airing(slot="c"))
    a, b, c = (row.id for row in rows(store))
    for first, second, person in ((a, b, "an"), (b, a, "binh"), (a, c, "")):
        store.rule(Ruling(first, second, person, NOW), Note(person or "station", "order_decided"))
    assert [(each.first, each.second, each.person) for each in store.rulings([a, b])] == [
        (a, b, "an"),
        (b, a, "binh"),
    ]
    assert len(store.audit_entries(9)) == 3
    with pytest.raises(sa.exc.DBAPIError), store._database.write() as connection:
        connection.exec_driver_sql("DELETE FROM rulings")


def test_only_priorities_of_which_nothing_went_out_can_still_be_ordered(store: Store) -> None:
    plan(store, airing(slot="a", priority=Priority.PRIORITY), airing(slot="b"))
    assert [row.occurrence.slot for row in store.undecided_priority(NOW, START + MINUTE)] == ["a"]
    assert not store.undecided_priority(NOW, START)
    sent(store)
    assert not store.undecided_priority(NOW, START + MINUTE)


def test_rulings_are_found_by_either_side(store: Store) -> None:
    plan(store, *(airing(slot=name, priority=Priority.PRIORITY) for name in ("mot", "hai", "ba")))
    a, b, c = (row.id for row in rows(store))
    for first, second in ((a, b), (b, c)):
        store.rule(Ruling(first, second, "an", NOW), Note("an", "order_decided", "x"))
    assert {(each.first, each.second) for each in store.rulings_about([b])} == {(a, b), (b, c)}
    assert [(each.first, each.second) for each in store.rulings_about([c])] == [(b, c)]
    assert store.rulings([c]) == []
