"""What receivers say, on its way to the ledger: the newest of each, nobody waits, one bad minute loses nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from pipeline.errors import StoreError
from pipeline.fleet import hearing as hearings
from pipeline.fleet.hearing import Hearing
from pipeline.fleet.ports import News, Over
from pipeline.protocol.command import Reply
from pipeline.protocol.status import Status
from tests.patience import PATIENCE_S
from tests.receivers.ledgers import MemoryLedger

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> MemoryLedger:
    monkeypatch.setattr(hearings, "GATHER_S", 0.01)
    monkeypatch.setattr(hearings, "AGAIN_S", 0.01)
    return MemoryLedger()


@pytest.fixture
def hearing(ledger: MemoryLedger) -> Iterator[Hearing]:
    made = Hearing(ledger)
    yield made
    made.stop()


def news(receiver: str, plan: int, over: Over = Over.BROKER) -> News:
    return News(receiver, Status(True, NOW, plan=plan, keyring=plan), NOW, over)


def wait(ledger: MemoryLedger, count: int) -> None:
    with ledger.arrived:
        assert ledger.arrived.wait_for(lambda: len(ledger.news) >= count, PATIENCE_S)


def test_of_each_receiver_only_the_newest_is_written_and_all_at_once(ledger: MemoryLedger, hearing: Hearing) -> None:
    for plan in range(50):
        for number in range(20):
            hearing.hear(news(f"cum-{number}", plan))
    hearing.start()
    wait(ledger, 20)
    assert {(each.receiver, each.status.plan) for each in ledger.news} == {(f"cum-{n}", 49) for n in range(20)}
    assert ledger.batches == 1


def test_what_the_broker_had_kept_never_replaces_what_is_said_now(ledger: MemoryLedger, hearing: Hearing) -> None:
    hearing.hear(news("cum", 1, Over.KEPT))
    hearing.hear(news("cum", 5))
    hearing.hear(news("cum", 1, Over.KEPT))
    hearing.start()
    wait(ledger, 1)
    assert [(each.status.plan, each.over) for each in ledger.news] == [(5, Over.BROKER)]


def test_what_could_not_be_written_is_written_later_unless_something_newer_came(
    ledger: MemoryLedger, hearing: Hearing
) -> None:
    ledger.error = StoreError("database_locked")
    hearing.hear(news("old", 1))
    hearing.hear(news("both", 1))
    hearing.start()
    threading.Event().wait(0.1)
    hearing.hear(news("both", 2))
    assert ledger.news == []
    ledger.error = None
    wait(ledger, 2)
    assert {(each.receiver, each.status.plan) for each in ledger.news} == {("old", 1), ("both", 2)}


def test_replies_come_in_order_and_before_anything_else(ledger: MemoryLedger, hearing: Hearing) -> None:
    for number in range(20):
        hearing.answer("cum", Reply(f"c-{number}", NOW), NOW)
    hearing.start()
    with ledger.arrived:
        assert ledger.arrived.wait_for(lambda: len(ledger.replies) == 20, PATIENCE_S)
    assert [reply.command for _, reply in ledger.replies] == [f"c-{number}" for number in range(20)]


def test_a_crowd_of_names_is_bounded(ledger: MemoryLedger, hearing: Hearing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearings, "MOST_NEWS", 10)
    for number in range(30):
        hearing.hear(news(f"cum-{number}", 1))
    hearing.hear(news("cum-3", 2))
    hearing.start()
    wait(ledger, 10)
    assert len(ledger.news) == 10
    assert ("cum-3", 2) in {(each.receiver, each.status.plan) for each in ledger.news}


def test_what_was_heard_before_the_end_is_still_written(ledger: MemoryLedger) -> None:
    made = Hearing(ledger)
    made.start()
    made.hear(news("cum", 1))
    made.stop()
    assert len(ledger.news) == 1


def test_a_station_that_cannot_write_ends_all_the_same(ledger: MemoryLedger) -> None:
    ledger.error = StoreError("database_locked")
    made = Hearing(ledger)
    made.hear(news("cum", 1))
    made.start()
    made.stop(5)
    assert made._thread is not None
    assert not made._thread.is_alive()


def test_who_answers_without_end_keeps_nobody_else_from_being_heard(ledger: MemoryLedger, hearing: Hearing) -> None:
    for number in range(500):
        hearing.answer("loud", Reply(f"c-{number}", NOW), NOW)
    hearing.answer("quiet", Reply("c-0", NOW), NOW)
    hearing.start()
    with ledger.arrived:
        assert ledger.arrived.wait_for(lambda: ("quiet", Reply("c-0", NOW)) in ledger.replies, PATIENCE_S)
    assert len(ledger.replies) == hearings.MOST_OF_ONE + 1


def test_one_whose_word_nobody_can_write_down_keeps_nobody_else_from_being_heard(
    ledger: MemoryLedger, hearing: Hearing, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = ledger.take_news

    def poisoned(found: Sequence[News]) -> None:
        if any(each.receiver == "cum-3" for each in found):
            raise ValueError("a fault of ours")
        take(found)

    monkeypatch.setattr(ledger, "take_news", poisoned)
    for number in range(10):
        hearing.hear(news(f"cum-{number}", 1))
    hearing.start()
    wait(ledger, 9)
    hearing.hear(news("cum-1", 2))
    wait(ledger, 10)
    assert "cum-3" not in {each.receiver for each in ledger.news}


def test_a_reply_that_is_a_fault_of_ours_ends_nothing(
    ledger: MemoryLedger, hearing: Hearing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("a fault of ours")

    monkeypatch.setattr(ledger, "take_reply", broken)
    hearing.answer("cum-1", Reply("c1", NOW), NOW)
    hearing.start()
    hearing.hear(news("cum-1", 1))
    wait(ledger, 1)
