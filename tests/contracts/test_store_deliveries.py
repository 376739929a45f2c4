"""Both stores: nothing is held twice, nothing is forgotten, nothing moves back."""

from __future__ import annotations

import threading
from datetime import timedelta
from itertools import permutations

import pytest
import sqlalchemy as sa

from pipeline.domain import Evidence, Priority, Receipt, State
from pipeline.errors import NotFoundError, TransitionError
from pipeline.store import Store
from pipeline.store.database import Database
from tests.stores import LEASE, NOW, START, airing, claim, only, plan, rows, sent, states, text

SECOND = timedelta(seconds=1)
MICRO = timedelta(microseconds=1)


# --- due and claimed --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "lead", "found"),
    [
        (START - MICRO, timedelta(0), False),
        (START, timedelta(0), True),
        (START - timedelta(days=2), timedelta(days=2), True),
        (START - timedelta(days=2) - MICRO, timedelta(days=2), False),
        (airing().too_late, timedelta(0), True),
        (airing().too_late + MICRO, timedelta(0), False),
    ],
)
def test_it_is_due_from_the_lead_to_the_last_useful_moment(
    store: Store, now: object, lead: timedelta, found: bool
) -> None:
    plan(store, airing())
    assert bool(store.due("thu-muc", now=now, lead=lead)) is found  # type: ignore[arg-type]
    claimed = store.claim("thu-muc", now=now, lead=lead, limit=9, lease=LEASE)  # type: ignore[arg-type]
    assert bool(claimed) is found


def test_a_claim_says_all_that_sending_needs(store: Store) -> None:
    plan(store, airing())
    first, second = claim(store)
    assert first.occurrence == airing()
    assert (first.delivery.target, second.delivery.target) == ("loa-1", "loa-2")
    assert (first.delivery.state, first.delivery.attempt, first.delivery.fence) == (State.SENDING, 1, 1)
    assert only(store).handed_over_at == START
    assert store.deliveries_of(only(store).id) == [first.delivery, second.delivery]


def test_a_claim_takes_only_its_own_channel(store: Store) -> None:
    plan(store, airing(targets=("loa-1", "loa-3")))
    assert [each.target for each in sent(store, "may-tram")] == ["loa-3"]
    assert sent(store, "khac") == []
    assert states(store) == {"loa-1": State.PLANNED, "loa-3": State.SENDING}


def test_a_batch_never_mixes_occurrences_and_the_urgent_goes_first(store: Store) -> None:
    late = timedelta(hours=1)
    plan(
        store,
        airing(START - timedelta(minutes=2), slot="thuong-truoc", late_by=late),
        airing(START - timedelta(minutes=1), slot="uu-tien", late_by=late, priority=Priority.PRIORITY),
        airing(START, slot="khan", late_by=late, priority=Priority.EMERGENCY),
        airing(START - timedelta(minutes=1), slot="thuong-sau", late_by=late),
    )
    expected = ["khan", "uu-tien", "thuong-truoc", "thuong-sau"]
    assert [row.occurrence.slot for row in store.due("thu-muc", now=START)] == expected
    batches = []
    while batch := claim(store, limit=10):
        assert len({each.delivery.occurrence for each in batch}) == 1
        batches.append(batch[0].occurrence.slot)
    assert batches == expected


def test_a_claim_takes_no_more_than_its_limit(store: Store) -> None:
    plan(store, airing())
    assert [len(claim(store, limit=1)) for _ in range(3)] == [1, 1, 0]


def test_one_occurrence_can_be_claimed_ahead_of_the_others(store: Store) -> None:
    plan(store, airing(slot="a"), airing(slot="b"))
    second = rows(store)[1]
    claimed = store.claim("thu-muc", second.id, now=START, limit=9, lease=LEASE)
    assert {each.delivery.occurrence for each in claimed} == {second.id}
    assert store.claim("thu-muc", second.id, now=START, limit=9, lease=LEASE) == []
    first = rows(store)[0].id
    assert store.claim("thu-muc", first, now=airing().too_late + MICRO, limit=9, lease=LEASE) == []


def test_a_retry_is_claimed_again_with_a_higher_fence_once_it_has_waited(store: Store) -> None:
    plan(store, airing(targets=("loa-1",)))
    (held,) = sent(store)
    store.record([Receipt(held.id, START, State.RETRY, code="rate_limited")])
    wait = timedelta(seconds=30)
    early = store.claim("thu-muc", now=START + wait - MICRO, limit=1, lease=LEASE, retry_after=wait)
    assert early == []
    assert store.due("thu-muc", now=START + wait - MICRO, retry_after=wait) == []
    (again,) = store.claim("thu-muc", now=START + wait, limit=1, lease=LEASE, retry_after=wait)
    assert (again.delivery.attempt, again.delivery.fence) == (2, 2)


def test_many_claimers_never_hold_the_same_delivery(store: Store, store_url: str) -> None:
    targets = [f"loa-{number}" for number in range(120)]
    plan(store, airing(targets=targets), channels=dict.fromkeys(targets, "thu-muc"))
    held: list[int] = []

    def work() -> None:
        mine = Store(store_url)
        while batch := claim(mine, limit=7):
            held.extend(each.delivery.id for each in batch)
        mine.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(held) == sorted({each.id for each in store.deliveries_of(only(store).id)})


def test_planning_and_claiming_at_once_neither_lose_nor_double(store: Store, store_url: str) -> None:
    plan(store, *(airing(START + SECOND * number) for number in range(8)))
    now = START + SECOND * 8
    held: list[int] = []

    def work() -> None:
        mine = Store(store_url)
        while batch := claim(mine, now=now, limit=1):
            held.extend(each.delivery.id for each in batch)
        mine.close()

    thread = threading.Thread(target=work)
    thread.start()
    for round_ in range(4):
        plan(store, *(airing(START + SECOND * number, title=str(round_)) for number in range(8)), now=now)
    thread.join()
    held += [each.delivery.id for batch in iter(lambda: claim(store, now=now), []) for each in batch]
    assert len(held) == len(set(held)) == 16
    assert store.delivery_counts()[airing().medium][State.SENDING] == 16


# --- receipts ---------------------------------------------------------------------------------------------------------


def _one(store: Store) -> int:
    plan(store, airing(targets=("loa-1",)))
    return sent(store)[0].id


def test_a_receipt_moves_the_state_and_is_kept_whole(store: Store) -> None:
    number = _one(store)
    said = Receipt(
        number,
        START + SECOND,
        State.CONFIRMED,
        Evidence.DEVICE,
        code="tốt",
        ref="SM1",
        started=START + MICRO,
        ended=START + timedelta(minutes=5),
    )
    assert store.record([said]) == 1
    assert store.receipts_of(number) == [said]
    (found,) = store.deliveries([number])
    assert (found.state, found.ref, found.code) == (State.CONFIRMED, "SM1", "tốt")
    assert store.changed_at([number]) == {number: START + SECOND}


def test_the_same_receipt_twice_is_stored_once(store: Store) -> None:
    number = _one(store)
    said = Receipt(number, START, State.ACCEPTED, ref="SM1")
    assert store.record([said, said]) == 1
    assert store.record([said]) == 0
    assert store.receipts_of(number) == [said]


@pytest.mark.parametrize(
    "order", list(permutations((State.ACCEPTED, State.CONFIRMED, State.UNKNOWN))), ids=lambda order: "-".join(order)
)
def test_receipts_in_any_order_end_confirmed(store: Store, order: tuple[State, ...]) -> None:
    number = _one(store)
    for step, state in enumerate(order):
        store.record([Receipt(number, START + SECOND * step, state)])
    assert states(store) == {"loa-1": State.CONFIRMED}
    assert [each.state for each in store.receipts_of(number)] == list(order)


def test_a_late_word_leaves_the_reason_that_stands(store: Store) -> None:
    number = _one(store)
    store.record([Receipt(number, START, State.FAILED, code="bad_number", ref="SM1")])
    store.record([Receipt(number, START + SECOND, State.ACCEPTED, code="queued", ref="SM2")])
    store.record([Receipt(number, START + SECOND, State.FAILED)])
    (found,) = store.deliveries([number])
    assert (found.state, found.code, found.ref) == (State.FAILED, "bad_number", "SM1")
    assert store.changed_at([number]) == {number: START}


def test_a_step_forward_clears_the_reason_of_the_step_before(store: Store) -> None:
    number = _one(store)
    store.record([Receipt(number, START, State.UNKNOWN, code="timed_out")])
    store.record([Receipt(number, START, State.ACCEPTED)])
    assert store.deliveries([number])[0].code == ""


def test_the_word_of_an_older_claim_is_kept_but_moves_nothing(store: Store) -> None:
    number = _one(store)
    store.record([Receipt(number, START, State.RETRY)], fences={number: 1})
    sent(store, now=START + SECOND)
    assert store.record([Receipt(number, START + SECOND, State.FAILED, code="x", ref="r")], fences={number: 1}) == 0
    (found,) = store.deliveries([number])
    assert (found.state, found.code, found.ref, found.fence) == (State.SENDING, "", "", 2)
    assert len(store.receipts_of(number)) == 2
    assert store.record([Receipt(number, START + SECOND * 2, State.ACCEPTED)], fences={number: 2}) == 1


def test_receipts_for_a_stranger_write_nothing(store: Store) -> None:
    number = _one(store)
    with pytest.raises(NotFoundError) as caught:
        store.record([Receipt(number, START, State.ACCEPTED), Receipt(999, START, State.ACCEPTED)])
    assert (caught.value.code, dict(caught.value.params)) == ("delivery_unknown", {"delivery": "999"})
    assert store.receipts_of(number) == []


def test_one_senseless_receipt_does_not_lose_the_others(store: Store) -> None:
    plan(store, airing())
    first, second = store.deliveries_of(only(store).id)
    claim(store, limit=1)
    said = [Receipt(second.id, START, State.CONFIRMED), Receipt(first.id, START, State.CONFIRMED)]
    with pytest.raises(TransitionError):
        store.record(said)
    assert states(store) == {"loa-1": State.CONFIRMED, "loa-2": State.PLANNED}
    assert store.receipts_of(second.id) == said[:1]
    assert store.record(said) == 0


@pytest.mark.parametrize("statement", ["UPDATE receipts SET code = 'x'", "DELETE FROM receipts"])
def test_receipts_can_neither_be_changed_nor_deleted(store: Store, store_url: str, statement: str) -> None:
    number = _one(store)
    store.record([Receipt(number, START, State.ACCEPTED)])
    database = Database(store_url)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.write() as connection:
        connection.execute(sa.text(statement))
    database.close()
    assert len(store.receipts_of(number)) == 1


def test_what_was_handed_over_is_noted_by_its_hash(store: Store) -> None:
    plan(store, airing())
    first, second = sent(store)
    store.set_recording([first.id], "abc")
    assert [each.recording for each in store.deliveries([first.id, second.id])] == ["abc", ""]


def test_open_deliveries_are_those_of_the_channel_and_states(store: Store) -> None:
    plan(store, airing(targets=("loa-1", "loa-2", "loa-3")))
    first, second = sent(store)
    sent(store, "may-tram")
    store.record([Receipt(first.id, START, State.ACCEPTED)])
    assert [each.id for each in store.open_deliveries("thu-muc", {State.ACCEPTED, State.UNKNOWN})] == [first.id]
    assert [each.id for each in store.open_deliveries("thu-muc", {State.SENDING})] == [second.id]
    assert store.open_deliveries("thu-muc", {State.PLANNED, State.CONFIRMED}) == []
    assert store.open_deliveries("thu-muc", set()) == []


# --- too late, lost, called off ---------------------------------------------------------------------------------------


def test_what_still_waits_beyond_its_lateness_is_missed_with_a_receipt(store: Store) -> None:
    wanted = airing(targets=("loa-1", "loa-2", "loa-3"))
    plan(store, wanted)
    (held,) = sent(store, "may-tram")
    store.record([Receipt(held.id, START, State.RETRY)])
    assert store.miss_late(airing().too_late) == []
    now = airing().too_late + MICRO
    (missed,) = store.miss_late(now)
    assert (missed.occurrence, missed.code, missed.count) == (wanted, "too_late", 3)
    assert set(states(store).values()) == {State.MISSED}
    assert store.receipts_of(held.id)[-1] == Receipt(held.id, now, State.MISSED, code="too_late")
    assert store.miss_late(now) == []


def test_what_is_out_is_not_missed(store: Store) -> None:
    plan(store, airing())
    first, second = sent(store)
    store.record([Receipt(first.id, START, State.ACCEPTED)])
    assert store.miss_late(START + timedelta(days=1)) == []
    assert states(store) == {"loa-1": State.ACCEPTED, "loa-2": State.SENDING}
    store.record([Receipt(second.id, START + timedelta(days=1), State.RETRY)])
    (missed,) = store.miss_late(START + timedelta(days=1))
    assert missed.count == 1
    assert states(store) == {"loa-1": State.ACCEPTED, "loa-2": State.MISSED}


def test_an_occurrence_without_targets_is_not_silent(store: Store) -> None:
    plan(store, airing(targets=()))
    (missed,) = store.miss_late(START + timedelta(days=1))
    assert (missed.code, missed.count) == ("no_clusters", 1)
    assert (only(store).code, only(store).missed_at) == ("no_clusters", START + timedelta(days=1))
    assert store.miss_late(START + timedelta(days=2)) == []


def test_an_occurrence_that_lost_all_its_targets_is_not_silent(store: Store) -> None:
    plan(store, airing())
    plan(store, airing(targets=()))
    assert [each.code for each in store.miss_late(START + timedelta(days=1))] == ["no_clusters"]


def test_an_sms_never_expanded_is_not_silent(store: Store) -> None:
    plan(store, text())
    assert store.miss_late(text().too_late) == []
    (missed,) = store.miss_late(text().too_late + MICRO)
    assert (missed.occurrence, missed.code) == (text(), "too_late")
    assert only(store).missed_at == text().too_late + MICRO
    assert store.sms_to_expand(START) == []


def test_a_cancelled_occurrence_is_not_missed(store: Store) -> None:
    plan(store, airing(), text())
    plan(store)
    assert store.miss_late(START + timedelta(days=1)) == []
    assert [row.missed_at for row in rows(store)] == [None, None]


def test_a_revived_occurrence_is_swept_again(store: Store) -> None:
    plan(store, airing(), now=NOW)
    plan(store, now=NOW)
    late = START + timedelta(days=1)
    assert store.miss_late(late) == []
    plan(store, airing(), now=late)
    assert [each.code for each in store.miss_late(late)] == ["too_late"]


def test_a_lost_lease_makes_unknown_what_was_being_sent(store: Store) -> None:
    plan(store, airing())
    first, second = sent(store)
    store.record([Receipt(second.id, START, State.ACCEPTED)])
    assert store.expire_leases(START + LEASE) == []
    (lost,) = store.expire_leases(START + LEASE + MICRO)
    assert lost.id == first.id
    assert states(store) == {"loa-1": State.UNKNOWN, "loa-2": State.ACCEPTED}
    assert store.deliveries([first.id])[0].code == "lease_lost"
    assert store.expire_leases(START + timedelta(days=1)) == []
    store.record([Receipt(first.id, START + LEASE * 2, State.ACCEPTED)], fences={first.id: first.fence})
    assert states(store)["loa-1"] is State.ACCEPTED


def test_an_occurrence_missed_for_a_reason_says_so_and_keeps_what_is_out(store: Store) -> None:
    plan(store, airing())
    claim(store, limit=1)
    store.miss_occurrence(only(store).id, START, "not_produced")
    assert (only(store).missed_at, only(store).code) == (START, "not_produced")
    assert states(store) == {"loa-1": State.SENDING, "loa-2": State.MISSED}
    store.miss_occurrence(only(store).id, START + SECOND, "other")
    assert only(store).code == "not_produced"


def test_what_was_called_off_is_not_sent(store: Store) -> None:
    plan(store, airing())
    store.cancel_occurrence(only(store).id, NOW, "stopped")
    assert (only(store).cancelled_at, only(store).code) == (NOW, "stopped")
    assert set(states(store).values()) == {State.CANCELLED}
    assert claim(store) == []
    assert store.miss_late(START + timedelta(days=1)) == []


def test_an_interrupted_delivery_is_resumed_by_one_new_row(store: Store) -> None:
    number = _one(store)
    store.set_recording([number], "abc")
    assert store.resume([number], START) == []
    store.record([Receipt(number, START, State.INTERRUPTED, code="preempted")])
    (following,) = store.resume([number], START)
    assert (following.resume_of, following.target, following.state, following.recording) == (
        number,
        "loa-1",
        State.PLANNED,
        "abc",
    )
    assert store.resume([number], START) == []
    assert [each.id for each in sent(store)] == [following.id]
    assert not plan(store, airing(title="khác"))


# --- what was confirmed -----------------------------------------------------------------------------------------------


def test_the_as_run_log_names_only_what_was_confirmed(store: Store) -> None:
    plan(store, airing(targets=("loa-1", "loa-2", "loa-3")), text())
    first, second = sent(store)
    (third,) = sent(store, "may-tram")
    store.set_recording([first.id], "abc")
    end = START + timedelta(minutes=5)
    store.record([Receipt(first.id, end, State.CONFIRMED, Evidence.PLAYER, started=START + SECOND, ended=end)])
    store.record([Receipt(second.id, end, State.ACCEPTED, started=START, ended=end)])
    store.record([Receipt(third.id, end, State.INTERRUPTED, Evidence.PLAYER, started=START, ended=end)])
    (row,) = store.as_run(START, START + SECOND)
    assert (row.start, row.end, row.programme, row.slot) == (START + SECOND, end, "canh-bao", "chieu")
    assert (row.area, row.cluster, row.recording) == ("an-quang", "loa-1", "abc")
    assert (row.bulletins, row.evidence, row.state) == (airing().bulletins, Evidence.PLAYER, State.CONFIRMED)
    assert store.as_run(START + MICRO, START + timedelta(days=1)) == []


def test_an_airing_confirmed_twice_is_one_line(store: Store) -> None:
    number = _one(store)
    end = START + timedelta(minutes=5)
    store.record([Receipt(number, end, State.CONFIRMED, Evidence.PERSON)])
    store.record([Receipt(number, end + SECOND, State.CONFIRMED, Evidence.DEVICE, started=START + SECOND, ended=end)])
    store.record([Receipt(number, end + SECOND, State.CONFIRMED, Evidence.DEVICE, started=START, ended=end)])
    (row,) = store.as_run(START, START + SECOND)
    assert (row.start, row.end, row.evidence) == (START + SECOND, end, Evidence.DEVICE)


def test_a_confirmation_without_times_claims_no_airtime(store: Store) -> None:
    number = _one(store)
    store.record([Receipt(number, START + timedelta(days=1), State.CONFIRMED, Evidence.PERSON)])
    (row,) = store.as_run(START, START + SECOND)
    assert (row.start, row.end) == (START, START)
