"""Plans asked for on a thread of its own: each is handed over once, and never behind a newer one."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from pipeline.errors import StoreError
from pipeline.fleet import looking_up
from pipeline.fleet.looking_up import LookingUp
from tests.receivers.ledgers import MemoryLedger

PATIENCE_S = 60.0


class SlowLedger(MemoryLedger):
    """Answers only when it is let; `asked`: for whom, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.may = threading.Semaphore(0)
        self.turn = threading.Condition()
        self.failures: list[Exception] = []
        self.serials = {"a": {"1"}, "b": {"2"}}

    def plan(self, receiver: str, newer_than: int) -> tuple[int, bytes] | None:
        self._answer(receiver)
        return 7, b"plan of " + receiver.encode()

    def receivers(self) -> list[str]:
        self._answer("*")
        return sorted(self.serials)

    def _answer(self, whom: str) -> None:
        with self.turn:
            self.asked.append(whom)
            self.turn.notify_all()
        self.may.acquire()
        if self.failures:
            raise self.failures.pop(0)

    def wait(self, count: int) -> None:
        with self.turn:
            assert self.turn.wait_for(lambda: len(self.asked) >= count, PATIENCE_S)


class Place:
    def __init__(self) -> None:
        self.ledger, self.state, self.room = SlowLedger(), threading.Condition(), 100
        self.found: list[tuple[str, bytes | None]] = []
        self.looking = LookingUp(self.ledger, self.state, lambda: len(self.found) < self.room, self._take)
        self.looking.start()

    def _take(self, receiver: str, sealed: bytes | None) -> None:
        self.found.append((receiver, sealed))

    def let(self, times: int = 1) -> None:
        self.ledger.may.release(times)

    def wait(self, count: int) -> None:
        with self.state:
            assert self.state.wait_for(lambda: len(self.found) >= count, PATIENCE_S)


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setattr(looking_up, "AGAIN_AFTER_S", 0.01)
    made = Place()
    yield made
    made.let(100)
    made.looking.stop()


def test_everybody_is_asked_for_one_after_the_other(place: Place) -> None:
    place.looking.ask_all()
    place.let(3)
    place.wait(2)
    assert place.ledger.asked == ["*", "a", "b"]
    assert place.found == [("a", b"plan of a"), ("b", b"plan of b")]


def test_who_asks_never_waits(place: Place) -> None:
    place.looking.ask(["a"])
    place.ledger.wait(1)
    place.looking.ask(["b"])  # the ledger hangs meanwhile: this would never return
    place.looking.drop("b")
    place.looking.ask_all()


def test_what_is_decided_while_the_ledger_is_asked_is_not_followed_by_an_older_one(place: Place) -> None:
    place.looking.ask(["a", "b"])
    place.ledger.wait(1)
    place.looking.drop("a")
    place.let(2)
    place.wait(1)
    assert place.found == [("b", b"plan of b")]


def test_who_was_dropped_while_it_was_asked_who_there_are_is_not_asked_for(place: Place) -> None:
    place.looking.ask_all()
    place.ledger.wait(1)
    place.looking.drop("a")
    place.let(2)
    place.wait(1)
    assert place.found == [("b", b"plan of b")]


@pytest.mark.parametrize("whom", ["*", "a"])
def test_what_could_not_be_had_is_asked_for_again(place: Place, whom: str) -> None:
    place.ledger.failures.append(StoreError("store_unreachable", why="gone"))
    place.looking.ask_all() if whom == "*" else place.looking.ask(["a"])
    place.let(10)
    place.wait(2 if whom == "*" else 1)
    assert place.ledger.asked[:2] == [whom, whom]


def test_a_fault_of_ours_at_one_keeps_nothing_from_the_others(place: Place) -> None:
    place.ledger.failures.append(ValueError("a fault of ours"))
    place.looking.ask(["a", "b"])
    place.let(2)
    place.wait(1)
    assert place.found == [("b", b"plan of b")]


def test_no_more_is_asked_for_than_there_is_room(place: Place) -> None:
    place.room = 1
    place.looking.ask(["a", "b"])
    place.let(2)
    place.wait(1)
    with place.state:
        assert place.ledger.asked == ["a"]
        place.found.clear()
        place.state.notify_all()
    place.wait(1)
    assert place.found == [("b", b"plan of b")]


def test_what_is_postponed_is_done_in_a_while(place: Place) -> None:
    place.looking.postpone(lambda: place.looking.ask(["a"]))
    place.let()
    place.wait(1)
    assert place.found == [("a", b"plan of a")]
