"""Both stores: what receivers aired although nobody had ordered it is kept beside the receipts, and proves nothing."""

from __future__ import annotations

from datetime import timedelta

from pipeline.domain import State
from pipeline.protocol.journal import Kind
from pipeline.store import Store
from pipeline.store.rows_receivers import LaidDown, Unordered
from tests.fleets import entries, states, utc, write_delivery

START = utc(2026, 11, 23, 10)
LATER = START + timedelta(minutes=20)
SECOND = timedelta(seconds=1)


def test_what_nobody_had_ordered_is_kept_with_its_times(store: Store) -> None:
    piece = entries((Kind.STARTED, "loa-77"), (Kind.STOPPED, "loa-77", "silenced"), (Kind.STARTED, "x"), at=START)
    assert store.take_journal("xa-1", piece, LATER, None).strange == ("loa-77", "x")
    assert store.unordered_airings(LATER) == [
        Unordered("xa-1", "x", START + 2 * SECOND, None, "", LATER),
        Unordered("xa-1", "loa-77", START, START + SECOND, "silenced", LATER),
    ]
    assert store.unordered_airings(LATER + SECOND) == []


def test_an_end_that_comes_with_a_later_piece_is_added_once(store: Store) -> None:
    store.take_journal("xa-1", entries((Kind.STARTED, "loa-77"), at=START), LATER, None)
    store.take_journal("xa-1", entries((Kind.ENDED, "loa-77"), at=START, first=2), LATER + SECOND, None)
    more = entries((Kind.STARTED, "loa-77"), (Kind.ENDED, "loa-77"), at=LATER, first=3)
    store.take_journal("xa-1", more, LATER + SECOND, None)
    assert store.unordered_airings(LATER) == [Unordered("xa-1", "loa-77", START, START, "", LATER)]


def test_what_never_sounded_and_what_was_ordered_are_not_among_it(store: Store) -> None:
    write_delivery(store, 1, "xa-1", START, state=State.SENDING)
    store.lay_airings([LaidDown(1, "xa-1", "{}", f"{1:064x}", START, LATER, bulletins=("a",), handed=START)])
    kinds = ((Kind.MISSED, "loa-9"), (Kind.WITHDRAWN, "loa-8"), (Kind.BOOTED, ""))
    piece = entries((Kind.STARTED, "loa-1"), (Kind.ENDED, "loa-1"), *kinds, at=START)
    store.take_journal("xa-1", piece, LATER, None)
    assert store.unordered_airings(START) == []
    assert states(store, [1]) == {1: ("confirmed", "")}


def test_what_was_ordered_of_another_counts_for_neither(store: Store) -> None:
    write_delivery(store, 1, "xa-2", START, state=State.SENDING)
    store.lay_airings([LaidDown(1, "xa-2", "{}", f"{1:064x}", START, LATER, bulletins=("a",), handed=START)])
    store.take_journal("xa-1", entries((Kind.STARTED, "loa-1"), (Kind.ENDED, "loa-1"), at=START), LATER, None)
    assert [(each.receiver, each.airing) for each in store.unordered_airings(START)] == [("xa-1", "loa-1")]
    assert states(store, [1]) == {1: ("sending", "")}
