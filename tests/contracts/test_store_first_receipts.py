"""What was first said of every occurrence, on both databases."""

from __future__ import annotations

from datetime import timedelta

from pipeline.domain import Evidence, Medium, Receipt, State
from pipeline.store import FirstReceipt, Store
from tests.stores import START, airing, plan, sent

MINUTE = timedelta(minutes=1)


def test_of_each_occurrence_the_first_taken_over_and_the_first_confirmed_are_told(store: Store) -> None:
    plan(store, airing())
    one, two = sorted(sent(store), key=lambda each: each.target)
    store.record([Receipt(each.id, START + n * MINUTE, State.ACCEPTED) for n, each in enumerate((two, one), 1)])
    began = START + 3 * MINUTE
    store.record(
        [
            Receipt(one.id, START + 9 * MINUTE, State.CONFIRMED, Evidence.DEVICE, started=began),
            Receipt(two.id, START + 5 * MINUTE, State.CONFIRMED, Evidence.DEVICE),
        ]
    )
    bulletins = ("gia-danh-cong-an", "deepfake")
    assert store.first_receipts() == [
        FirstReceipt(bulletins, Medium.LOUDSPEAKER, State.ACCEPTED, Evidence.NONE, START + MINUTE),
        FirstReceipt(bulletins, Medium.LOUDSPEAKER, State.CONFIRMED, Evidence.DEVICE, began),
    ]


def test_evidence_of_two_kinds_is_kept_apart(store: Store) -> None:
    plan(store, airing())
    one, two = sent(store)
    store.record(
        [
            Receipt(one.id, START + MINUTE, State.CONFIRMED, Evidence.PERSON),
            Receipt(two.id, START, State.CONFIRMED, Evidence.PLAYER),
        ]
    )
    assert [each.evidence for each in store.first_receipts()] == [Evidence.PLAYER, Evidence.PERSON]


def test_what_failed_or_waits_was_neither(store: Store) -> None:
    plan(store, airing())
    one, _ = sent(store)
    store.record([Receipt(one.id, START, State.FAILED)])
    assert store.first_receipts() == []
