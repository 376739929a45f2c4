"""What the stores tell of SMS that went out, and take from people and return files."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.contacts.returns import ReturnedRow, ReturnWords
from pipeline.dispatch.returned import take_returns
from pipeline.domain import Evidence, Receipt, State
from pipeline.errors import ConflictError, NotFoundError
from pipeline.store import Note, Store
from tests.contracts.test_store_contacts import ANN, BOB, bring, expand
from tests.stores import LEASE, START, plan, text

LATER = START + timedelta(minutes=1)
NOTE = Note("lan", "sms_resolved", "1")
WORDS = ReturnWords()


@pytest.fixture
def sent(store: Store) -> Store:
    """Two deliveries of the list to-truong, both taken over."""
    bring(store, ANN, BOB)
    expand(store, "to-truong")
    claimed = store.claim("tin", now=START, limit=2, lease=LEASE)
    store.record([Receipt(each.delivery.id, START, State.ACCEPTED, ref="b.csv") for each in claimed])
    return store


def doubt(store: Store) -> None:
    bring(store, ANN, BOB)
    expand(store, "to-truong")
    store.claim("tin", now=START, limit=2, lease=LEASE)
    store.record([Receipt(1, START, State.UNKNOWN, code="sms_no_answer")])


def state(store: Store, delivery: int = 1) -> State:
    return store.deliveries([delivery])[0].state


def test_deliveries_are_counted_by_list_area_state_and_reason(sent: Store) -> None:
    sent.record([Receipt(2, LATER, State.FAILED, code="sms_expired")])
    found = {(each.list, each.area, each.state, each.code): each.count for each in sent.sms_tallies()}
    assert found == {
        ("to-truong", ANN.area, State.ACCEPTED, ""): 1,
        ("to-truong", BOB.area, State.FAILED, "sms_expired"): 1,
    }
    assert sent.sms_tallies(list_id="to") == [], "a list whose id begins alike is another"
    assert sent.sms_tallies(START + timedelta(seconds=1)) == []


def test_deliveries_come_one_by_one_with_their_people(sent: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.store.store_outcomes.OUTCOMES_PAGE", 1)
    found = list(sent.sms_outcomes())
    assert [each.contact.phone for each in found if each.contact] == [ANN.phone, BOB.phone]
    assert list(sent.sms_outcomes(states=[State.UNKNOWN])) == []
    assert ANN.phone not in repr(found)


def test_a_marked_number_is_still_shown(sent: Store) -> None:
    sent.record([Receipt(1, LATER, State.FAILED, code="sms_bad_number")])
    first = next(sent.sms_outcomes())
    assert first.contact is not None
    assert first.contact.phone == ANN.phone


@pytest.mark.parametrize(
    ("was_sent", "now", "reached"),
    [
        (True, LATER, State.ACCEPTED),
        (False, LATER, State.RETRY),
        (False, START + timedelta(days=2), State.MISSED),
    ],
)
def test_a_person_ends_a_doubt(store: Store, was_sent: bool, now: object, reached: State) -> None:
    doubt(store)
    assert store.say_of_sms(1, sent=was_sent, note=NOTE, now=now) is reached  # type: ignore[arg-type]
    assert state(store) is reached
    assert store.receipts_of(1)[-1].evidence is Evidence.PERSON
    assert store.audit_entries(1)[0].action == "sms_resolved"


def test_only_a_doubt_can_be_ended_and_a_refusal_is_not_noted(sent: Store) -> None:
    for delivery, error in ((1, ConflictError), (99, NotFoundError)):
        with pytest.raises(error):
            sent.say_of_sms(delivery, sent=True, note=NOTE, now=LATER)
    assert sent.audit_entries(5) == []


def test_a_return_file_is_matched_by_number_within_its_channel(sent: Store) -> None:
    rows = [
        ReturnedRow(2, ANN.phone, "Delivered"),
        ReturnedRow(3, BOB.phone, "hết hạn"),
        ReturnedRow(4, ANN.phone, "ok"),
    ]
    assert take_returns(sent, "khac", rows, WORDS, batch="", now=LATER).strangers == 2
    assert take_returns(sent, "tin", rows, WORDS, batch="c.csv", now=LATER).strangers == 2
    found = take_returns(sent, "tin", rows, WORDS, batch="b.csv", now=LATER)
    assert (found.rows, found.reached, found.failed, found.open) == (3, 1, 1, 1)
    assert (state(sent, 1), state(sent, 2)) == (State.CONFIRMED, State.FAILED)
    assert sent.receipts_of(1)[-1].evidence is Evidence.RETURN_FILE
    again = take_returns(sent, "tin", rows, WORDS, batch="", now=LATER)
    assert (again.reached, again.failed, again.known) == (0, 0, 2)


def test_two_rows_of_one_number_count_once(sent: Store) -> None:
    rows = [ReturnedRow(2, ANN.phone, "delivered"), ReturnedRow(3, ANN.phone, "failed")]
    found = take_returns(sent, "tin", rows, WORDS, batch="", now=LATER)
    assert (found.reached, found.failed, found.known) == (1, 0, 1)


def test_a_return_file_read_again_later_says_nothing_of_the_next_batch(sent: Store) -> None:
    old = [ReturnedRow(2, ANN.phone, "thành công")]
    assert take_returns(sent, "tin", old, WORDS, batch="", now=LATER).reached == 1
    later = START + timedelta(days=6)
    plan(sent, text(lists=("to-truong",), start=later))
    (row,) = sent.sms_to_expand(later)
    sent.expand_sms(row.id, ("to-truong",), channel="tin", now=later)
    claimed = sent.claim("tin", now=later, limit=2, lease=LEASE)
    sent.record([Receipt(each.delivery.id, later, State.ACCEPTED, ref="c.csv") for each in claimed])
    found = take_returns(sent, "tin", old, WORDS, batch="", now=later)
    assert (found.reached, found.known, found.doubled) == (0, 0, 1)
    assert take_returns(sent, "tin", old, WORDS, batch="b.csv", now=later).known == 1
    assert take_returns(sent, "tin", old, WORDS, batch="c.csv", now=later).reached == 1


def test_what_one_channel_holds_speaks_of_no_delivery_of_another(sent: Store) -> None:
    assert sent.refs_taken(["b.csv", "c.csv", ""]) == {"b.csv"}, "two channels may send through one account"
