"""Both stores: one message a number and day, what a sender may start, batches that pause and end."""

from __future__ import annotations

import multiprocessing
import threading
import time
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from pipeline.domain import Occurrence, Priority, Receipt, State
from pipeline.errors import ConflictError, NotFoundError
from pipeline.store import DayLimit, Note, PlannedRow, Store
from pipeline.store.database import Database
from tests.patience import PATIENCE_S
from tests.stores import LEASE, NOW, START, Person, plan, text

TODAY = DayLimit(date(2026, 11, 23), 1)
TOMORROW = DayLimit(date(2026, 11, 24), 1)
NOTE = Note("an", "sms_pause", "x", {})
ANN, BOB = Person("84912345671", name="An"), Person("84912345672", name="Bình")


def bring(store: Store, *people: Person, list_id: str = "to-truong") -> None:
    store.import_contacts(list_id, "b", people, now=NOW)


def planned(store: Store, *wanted: Occurrence) -> list[PlannedRow]:
    plan(store, *wanted)
    return store.occurrences(START - timedelta(days=7), START + timedelta(days=7))


def expand(store: Store, row: PlannedRow, limit: DayLimit | None = TODAY, **values: Any) -> int | None:
    return store.expand_sms(row.id, row.occurrence.targets, channel="tin", now=START, limit=limit, **values)


def states(store: Store, row: PlannedRow) -> dict[str, tuple[State, str]]:
    return {each.target: (each.state, each.code) for each in store.deliveries_of(row.id)}


# --- one message a number and day -------------------------------------------------------------------------------------


def test_a_number_that_has_a_message_planned_for_the_day_gets_no_second_one_and_it_is_on_record(store: Store) -> None:
    bring(store, ANN, BOB)
    bring(store, ANN, list_id="truong-thon")
    first, second = planned(store, text(), text(START + timedelta(hours=1), ("truong-thon", "to-truong"), slot="b"))
    assert expand(store, first, areas=()) == 2
    assert expand(store, second) == 2
    assert set(states(store, second).values()) == {(State.CANCELLED, "sms_day_limit")}


def test_an_emergency_is_never_held_back_and_is_counted(store: Store) -> None:
    bring(store, ANN)
    urgent = text(slot="gap", priority=Priority.EMERGENCY)
    first, again, later = planned(store, urgent, text(slot="gap-2", priority=Priority.EMERGENCY), text(slot="z"))
    assert [expand(store, first), expand(store, again)] == [1, 1]
    assert set(states(store, again).values()) == {(State.PLANNED, "")}
    expand(store, later)
    assert set(states(store, later).values()) == {(State.CANCELLED, "sms_day_limit")}


@pytest.mark.parametrize(("most", "state"), [(1, State.CANCELLED), (2, State.PLANNED)])
def test_the_ceiling_is_the_stations(store: Store, most: int, state: State) -> None:
    bring(store, ANN)
    first, second = planned(store, text(), text(slot="z"))
    expand(store, first, DayLimit(TODAY.day, most))
    expand(store, second, DayLimit(TODAY.day, most))
    assert [each for each, _ in states(store, second).values()] == [state]


@pytest.mark.parametrize("state", [State.CANCELLED, State.FAILED])
def test_what_was_not_sent_does_not_count(store: Store, state: State) -> None:
    bring(store, ANN)
    first, second = planned(store, text(), text(slot="z"))
    expand(store, first)
    (held,) = store.claim("tin", first.id, now=START, limit=9, lease=LEASE)
    store.record([Receipt(held.delivery.id, START, state, code="x")])
    expand(store, second)
    assert set(states(store, second).values()) == {(State.PLANNED, "")}


def test_another_day_is_another_message(store: Store) -> None:
    bring(store, ANN)
    first, second = planned(store, text(), text(START + timedelta(days=1), slot="z"))
    expand(store, first)
    expand(store, second, TOMORROW)
    assert set(states(store, second).values()) == {(State.PLANNED, "")}


def test_what_goes_a_day_later_than_planned_counts_on_the_day_it_goes(store: Store) -> None:
    bring(store, ANN, BOB)
    late, fresh = planned(store, text(late_by=timedelta(hours=23)), text(START + timedelta(hours=15), slot="z"))
    expand(store, late)
    bring(store, Person("84912345673"))
    expand(store, fresh, TOMORROW)
    then = START + timedelta(hours=16)
    claimed = store.claim_all("tin", [(fresh, fresh.occurrence)], now=then, limit=9, lease=LEASE, today=TOMORROW)
    assert len(claimed) == 3
    assert store.claim_all("tin", [(late, late.occurrence)], now=then, limit=9, lease=LEASE, today=TOMORROW) == []
    assert set(states(store, late).values()) == {(State.CANCELLED, "sms_day_limit")}


# --- expanded in portions ---------------------------------------------------------------------------------------------


def test_portions_make_one_delivery_a_number_whatever_breaks_off(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.store.store_sms.EXPAND_PORTION", 2)
    bring(store, *(Person(f"8491234567{digit}") for digit in range(5)))
    bring(store, *(Person(f"8491234567{digit}") for digit in range(3, 8)), list_id="truong-thon")
    (row,) = planned(store, text(lists=("truong-thon", "to-truong")))
    real, calls = store._database.write, 0

    def breaking(**values: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise OSError("đĩa hỏng")
        return real(**values)

    monkeypatch.setattr(store._database, "write", breaking)
    with pytest.raises(OSError, match="đĩa hỏng"):
        expand(store, row)
    monkeypatch.setattr(store._database, "write", real)
    assert 0 < len(states(store, row)) < 8
    assert store.sms_to_expand(START) != []
    expand(store, row)
    assert len(states(store, row)) == 8
    assert sum(target.startswith("truong-thon/") for target in states(store, row)) == 5
    assert store.sms_to_expand(START) == []


def test_a_contact_made_anew_while_it_is_expanded_is_not_sent_to_twice(store: Store, store_url: str) -> None:
    bring(store, ANN)
    (row,) = planned(store, text())
    expand(store, row)
    database = Database(store_url)
    with database.write() as connection:
        connection.execute(sa.text("DELETE FROM contacts"))
        connection.execute(sa.text("UPDATE occurrences SET expanded_at = NULL"))
    database.close()
    bring(store, ANN)
    assert expand(store, row) is None
    assert len(states(store, row)) == 1


# --- what a sender may start ------------------------------------------------------------------------------------------


def test_a_sender_that_was_idle_begins_with_one(store: Store) -> None:
    seldom = 0.01  # a second: the next is ready when this test is over, however slowly it runs
    assert [store.take_rate("UBND", seldom, 50).granted for _ in range(3)] == [1, 0, 0]
    assert store.take_rate("OTHER", seldom, 50).granted == 1
    assert 0 < store.take_rate("UBND", seldom, 50).wait_s <= 1 / seldom


def test_what_was_not_used_may_be_used_by_another(store: Store) -> None:
    assert store.take_rate("UBND", 1, 50).granted == 1
    store.give_back_rate("UBND", 1)
    assert store.take_rate("UBND", 1, 50).granted == 1


def test_less_than_is_worth_a_transaction_is_left_to_grow(store: Store) -> None:
    assert store.take_rate("UBND", 20, 50, least=5).granted == 0
    granted = []
    while not granted or not granted[-1]:
        granted.append(store.take_rate("UBND", 20, 50, least=5).granted)
        time.sleep(0.02)
    assert granted[-1] >= 5


def test_a_clock_that_was_set_back_does_not_silence_a_sender(store: Store, store_url: str) -> None:
    assert store.take_rate("UBND", 1, 50).granted == 1
    database = Database(store_url)
    with database.write() as connection:
        connection.execute(sa.text("UPDATE rates SET at = at + 3600"))
    database.close()
    store.take_rate("UBND", 100, 50)
    time.sleep(0.05)
    assert store.take_rate("UBND", 100, 50).granted >= 1


def test_many_threads_together_start_no_more_than_one_sender_may(store: Store) -> None:
    rate, totals = 200, []
    begin = threading.Barrier(4)

    def work() -> None:
        begin.wait()
        began, taken = time.monotonic(), 0
        while time.monotonic() - began < 0.5:
            grant = store.take_rate("UBND", rate, 10)
            taken += grant.granted
            if not grant.granted:
                time.sleep(grant.wait_s)
        totals.append((taken, began, time.monotonic()))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = max(end for *_, end in totals) - min(began for _, began, _ in totals)
    assert sum(taken for taken, *_ in totals) <= 1 + rate * (seconds + 0.002)  # the clock has milliseconds


def test_threads_of_several_processes_start_no_more_than_one_sender_may(store_url: str) -> None:
    context, rate = multiprocessing.get_context("spawn"), 100
    told: Any = context.Queue()
    workers = [context.Process(target=ask_for_rate, args=(store_url, rate, told)) for _ in range(2)]
    for worker in workers:
        worker.start()
    said = [told.get(timeout=PATIENCE_S) for _ in workers]
    for worker in workers:
        worker.join()
    seconds = max(end for *_, end in said) - min(began for _, began, _ in said)
    assert 0 < sum(taken for taken, *_ in said) <= 1 + 1.02 * rate * seconds


def ask_for_rate(url: str, rate: int, told: Any) -> None:
    """Four threads that start all they may for half a second; how many that were, and from when to when."""
    store, counts = Store(url), [0] * 4
    began = time.time()

    def work(place: int) -> None:
        while time.time() - began < 0.5:
            counts[place] += store.take_rate("UBND", rate, 10).granted
            time.sleep(0.002)

    threads = [threading.Thread(target=work, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()
    told.put((sum(counts), began, time.time()))


# --- batches ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def batch(store: Store) -> PlannedRow:
    bring(store, *(Person(f"8491234567{digit}") for digit in range(5)))
    (row,) = planned(store, text())
    expand(store, row)
    return row


def test_of_a_paused_batch_nothing_more_is_claimed_until_it_is_resumed(store: Store, batch: PlannedRow) -> None:
    first = store.claim_all("tin", [(batch, batch.occurrence)], now=START, limit=2, lease=LEASE)
    store.pause_batch(batch.id, NOTE, START)
    assert len(first) == 2
    assert store.due("tin", now=START) == []
    assert store.claim("tin", batch.id, now=START, limit=9, lease=LEASE) == []
    assert store.claim_all("tin", [(batch, batch.occurrence)], now=START, limit=9, lease=LEASE) == []
    store.resume_batch(batch.id, NOTE, START)
    assert len(store.claim("tin", batch.id, now=START, limit=9, lease=LEASE)) == 3


def test_a_batch_paused_before_its_time_is_not_even_looked_up(store: Store) -> None:
    bring(store, ANN)
    (row,) = planned(store, text())
    store.pause_batch(row.id, NOTE, NOW)
    assert store.sms_to_expand(START) == []


def test_what_is_still_paused_when_its_time_is_over_is_missed_for_that_reason(store: Store, batch: PlannedRow) -> None:
    store.pause_batch(batch.id, NOTE, START)
    (missed,) = store.miss_late(START + timedelta(days=1))
    assert (missed.code, missed.count) == ("batch_paused", 5)


def test_a_batch_called_off_sends_nothing_more_and_says_why(
    store: Store, batch: PlannedRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.store.store_sms.SETTLE_PORTION", 2)
    (held,) = store.claim_all("tin", [(batch, batch.occurrence)], now=START, limit=1, lease=LEASE)
    assert store.cancel_batch(batch.id, NOTE, START) == 4
    assert store.claim("tin", batch.id, now=START, limit=9, lease=LEASE) == []
    store.record([Receipt(held.delivery.id, START, State.RETRY, code="refused")])
    store.finish_cancelling(START)
    assert set(states(store, batch).values()) == {(State.CANCELLED, "batch_cancelled")}
    assert [entry.action for entry in store.audit_entries(9)] == ["sms_pause"]


@pytest.mark.parametrize(
    ("before", "then", "code"),
    [
        ("pause_batch", "pause_batch", "batch_is_paused"),
        ("", "resume_batch", "batch_not_paused"),
        ("cancel_batch", "resume_batch", "batch_is_cancelled"),
        ("cancel_batch", "cancel_batch", "batch_is_cancelled"),
    ],
)
def test_what_cannot_be_done_to_a_batch_is_refused(
    store: Store, batch: PlannedRow, before: str, then: str, code: str
) -> None:
    if before:
        getattr(store, before)(batch.id, NOTE, START)
    with pytest.raises(ConflictError) as caught:
        getattr(store, then)(batch.id, NOTE, START)
    assert caught.value.code == code


def test_a_batch_that_is_over_or_too_late_or_unknown_cannot_be_paused(store: Store, batch: PlannedRow) -> None:
    for number, moment, code in ((batch.id, START + timedelta(days=1), "batch_too_late"), (99, START, "batch_unknown")):
        with pytest.raises((ConflictError, NotFoundError)) as caught:
            store.pause_batch(number, NOTE, moment)
        assert caught.value.code == code
    held = store.claim("tin", batch.id, now=START, limit=9, lease=LEASE)
    store.record([Receipt(each.delivery.id, START, State.ACCEPTED) for each in held])
    with pytest.raises(ConflictError) as over:
        store.pause_batch(batch.id, NOTE, START)
    assert over.value.code == "batch_is_over"


def test_a_late_batch_is_written_off_in_portions_and_told_once(
    store: Store, batch: PlannedRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.store.store_deliveries.LATE_PORTION", 2)
    (missed,) = store.miss_late(START + timedelta(days=1))
    assert (missed.code, missed.count) == ("too_late", 5)
    assert {state for state, _ in states(store, batch).values()} == {State.MISSED}


def test_a_batch_is_counted_with_its_parts_and_its_pace(store: Store, batch: PlannedRow) -> None:
    held = store.claim("tin", batch.id, now=START, limit=3, lease=LEASE)
    ids = [each.delivery.id for each in held]
    store.record([Receipt(each, START, State.ACCEPTED) for each in ids], parts=dict.fromkeys(ids, 2))
    (found,) = store.batches(START - timedelta(days=1), START + timedelta(days=1), START + timedelta(seconds=30))
    assert found.counts == {State.ACCEPTED: 3, State.PLANNED: 2}
    assert (found.parts, found.doubtful_parts, found.recent, found.recent_since) == (6, 0, 3, START)


# --- whom it would go to ----------------------------------------------------------------------------------------------


def test_whom_it_would_go_to_is_whom_it_goes_to(store: Store) -> None:
    bring(store, ANN, BOB, Person("84912345673", area="an-quang"), Person("84912345674", consent="no"))
    bring(store, ANN, list_id="truong-thon")
    store.opt_out(BOB.phone, NOW)
    first, second = planned(store, text(lists=("truong-thon",)), text(lists=("truong-thon", "to-truong"), slot="z"))
    expand(store, first)
    lists = second.occurrence.targets
    would = store.reached(lists, (), limit=TODAY, occurrence=second.id)
    assert [(each.list, each.area, each.withheld, each.count) for each in would] == [
        ("truong-thon", "", True, 1),
        ("to-truong", "an-quang", False, 1),
    ]
    assert (store.unwelcome_in(lists, ()), store.doubled_in(lists, ())) == (2, 1)
    assert [each.phone for each in store.reached_contacts(lists, (), limit=TODAY)] == ["84912345673"]
    expand(store, second)
    planned_now = [target for target, (state, _) in states(store, second).items() if state is State.PLANNED]
    assert planned_now == ["to-truong/3"]


def test_who_got_nothing_for_the_sake_of_a_batch_that_was_called_off_gets_one_of_the_others(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.store.store_sms.SETTLE_PORTION", 1)
    bring(store, ANN, BOB)
    bring(store, ANN, BOB, Person("84912345673"), list_id="truong-thon")
    first, over, second, third = planned(
        store,
        text(late_by=timedelta(hours=3)),
        text(START + timedelta(hours=1), ("truong-thon",), slot="b"),
        text(START + timedelta(hours=1), ("to-truong",), slot="c"),
        text(START + timedelta(minutes=1), ("to-truong",), slot="d", late_by=timedelta(minutes=5)),
    )
    for row in (first, over, second, third):
        expand(store, row)
    (gone,) = store.claim("tin", first.id, now=START, limit=1, lease=LEASE)
    store.record([Receipt(gone.delivery.id, START, State.ACCEPTED)])
    later = START + timedelta(hours=1)
    store.cancel_batch(first.id, NOTE, later)
    store.reach_again(TODAY, later)
    spent = (State.CANCELLED, "sms_day_limit")
    assert sorted(states(store, second).values()) == [spent, (State.PLANNED, ""), (State.PLANNED, "")]
    assert list(states(store, third).values()) == [spent] * 2
    assert list(states(store, over).values()) == [spent] * 2
    assert len(store.claim("tin", second.id, now=later, limit=9, lease=LEASE)) == 2


# --- large ones are closed in portions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("close", "state"), [("miss_occurrence", State.MISSED), ("cancel_occurrence", State.CANCELLED)]
)
def test_a_large_batch_is_closed_in_portions_with_a_receipt_each(
    store: Store, batch: PlannedRow, monkeypatch: pytest.MonkeyPatch, close: str, state: State
) -> None:
    monkeypatch.setattr("pipeline.store.store_plan.CLOSE_PORTION", 2)
    monkeypatch.setattr("pipeline.store.opened.LONG_S", PATIENCE_S)  # a portion that takes long is followed by less
    writes, real = [], store._database.write
    monkeypatch.setattr(store._database, "write", lambda **values: writes.append(1) or real(**values))
    getattr(store, close)(batch.id, START, "bulletin_withdrawn")
    assert set(states(store, batch).values()) == {(state, "bulletin_withdrawn")}
    assert len(writes) == 3
    receipts = [store.receipts_of(each.id) for each in store.deliveries_of(batch.id)]
    assert [[(said.state, said.code, said.at) for said in each] for each in receipts] == [
        [(state, "bulletin_withdrawn", START)]
    ] * 5


def test_a_portion_that_holds_others_up_is_followed_by_a_smaller_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = {"now": 100.0}
    monkeypatch.setattr("pipeline.store.opened.time.monotonic", lambda: clock["now"])
    sizes = [5_000]
    for took in (0.3, 0.3, 0.1, 0.01, 5, 5, 5, 5):
        clock["now"] += took
        sizes.append(store._next_size(sizes[-1], 5_000, clock["now"] - took))
    assert sizes == [5_000, 2_500, 1_250, 1_250, 2_500, 1_250, 625, 500, 500]


def test_nothing_is_claimed_of_a_batch_that_was_called_off_by_somebody_who_died_then(
    store: Store, batch: PlannedRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_cancel_waiting", lambda *_: 0)
    store.cancel_batch(batch.id, NOTE, START)
    assert set(states(store, batch).values()) == {(State.PLANNED, "")}
    assert store.due("tin", now=START) == []
    assert store.claim_all("tin", [(batch, batch.occurrence)], now=START, limit=9, lease=LEASE) == []
    assert store.claim("tin", batch.id, now=START, limit=9, lease=LEASE) == []


def test_what_has_gone_is_left_as_it_is_when_its_batch_is_called_off(store: Store, batch: PlannedRow) -> None:
    held = [each.delivery.id for each in store.claim("tin", batch.id, now=START, limit=2, lease=LEASE)]
    store.record([Receipt(held[0], START, State.ACCEPTED, ref="SM1")])
    assert store.cancel_batch(batch.id, NOTE, START) == 3
    found = {each.id: each for each in store.deliveries_of(batch.id)}
    assert [(found[each].state, found[each].code, found[each].ref) for each in held] == [
        (State.ACCEPTED, "", "SM1"),
        (State.SENDING, "", ""),
    ]


def test_what_comes_back_unsent_after_its_batch_was_called_off_is_called_off_too(
    store: Store, batch: PlannedRow
) -> None:
    (held,) = store.claim("tin", batch.id, now=START, limit=1, lease=LEASE)
    store.cancel_batch(batch.id, NOTE, START)
    store.finish_cancelling(START)
    store.record([Receipt(held.delivery.id, START, State.RETRY, code="refused")])
    assert store.due("tin", now=START) == []
    store.finish_cancelling(START)
    assert set(states(store, batch).values()) == {(State.CANCELLED, "batch_cancelled")}
