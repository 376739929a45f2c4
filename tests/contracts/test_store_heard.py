"""Both stores: what became of settled occurrences, and who did not hear them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.domain import Aired, Evidence, Receipt, State
from pipeline.store import Adjustment, Store
from tests.stores import NOW, START, WEEK, airing, claim, only, plan, text

KEY = airing().key
BOTH = ("gia-danh-cong-an", "deepfake")


def settled(store: Store) -> dict[object, Aired]:
    return dict(store.settled(["canh-bao"], START - WEEK))


def hand_over(store: Store, **ends: State) -> None:
    """Hand the one airing over; `loa_2=State.FAILED` says what becomes of a target, the others are accepted."""
    plan(store, airing())
    for each in claim(store):
        state = ends.get(each.delivery.target.replace("-", "_"), State.ACCEPTED)
        evidence = Evidence.PLAYER if state is State.CONFIRMED else Evidence.NONE
        store.record([Receipt(each.delivery.id, START, state, evidence)], fences={})


def test_what_still_follows_the_files_is_not_settled(store: Store) -> None:
    plan(store, airing())
    assert settled(store) == {}


@pytest.mark.parametrize("state", [State.ACCEPTED, State.CONFIRMED, State.UNKNOWN])
def test_what_was_handed_over_counts_as_heard_until_somebody_says_otherwise(store: Store, state: State) -> None:
    hand_over(store, loa_2=state)
    assert settled(store) == {KEY: Aired(BOTH)}


@pytest.mark.parametrize("state", [State.FAILED, State.INTERRUPTED])
def test_who_did_not_hear_it_is_named_by_area(store: Store, state: State) -> None:
    hand_over(store, loa_2=state)
    assert settled(store) == {KEY: Aired(BOTH, {"an-quang": frozenset({"loa-2"})})}


def test_an_occurrence_that_was_missed_was_heard_by_nobody(store: Store) -> None:
    plan(store, airing())
    store.miss_late(START + timedelta(hours=1))
    assert settled(store) == {KEY: Aired(BOTH, {"an-quang": frozenset({"loa-1", "loa-2"})})}


def test_a_target_that_left_the_files_missed_nothing(store: Store) -> None:
    plan(store, airing())
    plan(store, airing(targets=("loa-1",)))
    claim(store)
    assert settled(store) == {KEY: Aired(BOTH)}


def test_what_the_files_took_back_is_not_settled(store: Store) -> None:
    plan(store, airing())
    plan(store)
    assert settled(store) == {}


def test_a_bulletin_that_was_cut_was_not_heard(store: Store) -> None:
    hand_over(store)
    (first, _) = store.deliveries_of(only(store).id)
    store.adjust([Adjustment(first.id, "cut_to_hours", START, START, BOTH[:1], BOTH[1:])], NOW)
    assert settled(store) == {KEY: Aired(BOTH, {}, {"deepfake": {"an-quang": frozenset({first.target})}})}


def test_other_programmes_and_earlier_days_are_left_out(store: Store) -> None:
    plan(store, airing(), airing(programme="khac"), airing(START - timedelta(days=1)))
    store.miss_late(START + timedelta(hours=1))
    assert list(store.settled(["khac"], START)) == [("khac", *KEY[1:])]


def test_a_number_that_got_no_sms_is_no_commune_that_missed_something(store: Store) -> None:
    plan(store, text())
    store.miss_late(START + timedelta(hours=3))
    assert [each.missed for each in settled(store).values()] == [{}]
