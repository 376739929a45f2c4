"""What the stores learn of numbers from what their providers say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.domain import ASKED_TO_STOP, NEVER_REACHED, Receipt, State
from pipeline.store import Note, Store
from tests.contracts.test_store_contacts import ANN, BOB, bring, expand
from tests.stores import LEASE, START

LATER = START + timedelta(minutes=1)


def fail(store: Store, delivery: int, code: str) -> None:
    store.record([Receipt(delivery, LATER, State.FAILED, code=code)])


def sent(store: Store) -> None:
    bring(store, ANN, BOB)
    bring(store, ANN, list_id="truong-thon")
    expand(store, "to-truong")
    store.claim("tin", now=START, limit=2, lease=LEASE)


@pytest.mark.parametrize("code", sorted(NEVER_REACHED))
def test_a_number_that_can_never_be_reached_is_marked_in_every_list(store: Store, code: str) -> None:
    sent(store)
    fail(store, 1, code)
    assert set(store.contacts([1, 2, 3])) == {2}


@pytest.mark.parametrize("code", sorted(ASKED_TO_STOP))
def test_whoever_told_the_provider_to_stop_is_left_alone_everywhere(store: Store, code: str) -> None:
    sent(store)
    fail(store, 1, code)
    assert set(store.contacts([1, 2, 3])) == {2}
    bring(store, ANN, list_id="moi", now=LATER)
    assert store.contact_areas("moi") == {}


@pytest.mark.parametrize("code", ["sms_unreachable", "sms_expired", "sms_no_credit", "sms_refused"])
def test_what_may_pass_marks_nobody(store: Store, code: str) -> None:
    sent(store)
    fail(store, 1, code)
    assert set(store.contacts([1, 2, 3])) == {1, 2, 3}


def test_a_marked_number_stays_marked_when_its_list_is_read_again(store: Store) -> None:
    sent(store)
    fail(store, 1, "sms_bad_number")
    bring(store, ANN, now=LATER)
    assert set(store.contacts([1])) == set()


def test_a_marked_number_is_tried_again_once_somebody_says_why(store: Store) -> None:
    sent(store)
    fail(store, 1, "sms_bad_number")
    note = Note("shell:ann", "contact_unblocked", "849******78", {"reason": "đã gọi thử"})
    assert store.unblock(ANN.phone, note, LATER) == 2
    assert set(store.contacts([1, 2, 3])) == {1, 2, 3}
    assert store.audit_entries(1)[0].action == "contact_unblocked"
    assert store.unblock(BOB.phone, note, LATER) == 0


def test_whoever_wants_to_be_left_alone_is_not_freed_with_a_mark(store: Store) -> None:
    sent(store)
    fail(store, 1, "sms_opted_out")
    store.unblock(ANN.phone, Note("shell:ann", "contact_unblocked"), LATER)
    assert set(store.contacts([1, 2, 3])) == {2}


def test_what_comes_too_late_to_count_marks_nobody(store: Store) -> None:
    sent(store)
    store.record([Receipt(1, LATER, State.CONFIRMED)])
    fail(store, 1, "sms_bad_number")
    assert set(store.contacts([1])) == {1}
