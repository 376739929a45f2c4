"""What a receiver may hand in of its journal: more than any honest one has, less than fills a disk."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipeline.errors import AccessError
from pipeline.fleet.flood import A_DAY, ENTRY, JOURNAL, ROOM, TELL_EVERY_S, Room
from pipeline.fleet.hearing import Hearing
from pipeline.protocol.journal import Entry, Kind
from tests.fleets import entries, utc
from tests.receivers.ledgers import MemoryLedger

AT = utc(2026, 11, 23, 8)


def some(count: int, **facts: str) -> Sequence[Entry]:
    return entries(*[(Kind.BOOTED, "")] * count, at=AT, **facts).entries


class Time:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_an_honest_machine_that_was_away_for_months_is_never_sent_away() -> None:
    room = Room(Time())
    for day in range(150):
        assert room.is_left("xa-1"), day
        room.take("xa-1", some(100, title="x" * 40), is_new=not day)


def test_who_has_written_too_much_waits_and_nobody_else_does() -> None:
    time = Time()
    room = Room(time)
    room.take("xa-1", some(ROOM // ENTRY + 1), is_new=False)
    assert not room.is_left("xa-1")
    assert room.is_left("xa-2")
    time.now += 86_400 * (ENTRY + 1) / A_DAY
    assert room.is_left("xa-1"), "it may go on after a while"


def test_what_stands_in_an_entry_counts_and_a_journal_of_its_own_too() -> None:
    room = Room(Time())
    room.take("xa-1", some(100, **{f"f{number}": "x" * 300 for number in range(20)}), is_new=False)
    room.take("xa-2", some(1), is_new=False)
    for number in range(ROOM // JOURNAL):
        room.take("xa-3", some(1), is_new=True)
        assert room.is_left("xa-3") == (number < ROOM // JOURNAL - 1)
    for _ in range(12):
        room.take("xa-1", some(100, **{f"f{number}": "x" * 300 for number in range(20)}), is_new=False)
    assert not room.is_left("xa-1")


def test_the_room_never_grows_beyond_its_size() -> None:
    time = Time()
    room = Room(time)
    room.take("xa-1", some(1), is_new=False)
    time.now += 30 * 86_400
    room.take("xa-1", some(ROOM // ENTRY + 1), is_new=False)
    assert not room.is_left("xa-1")


def test_people_are_told_once_in_a_while() -> None:
    time = Time()
    room = Room(time)
    assert [room.has_to_be_told("xa-1"), room.has_to_be_told("xa-1"), room.has_to_be_told("xa-2")] == [
        True,
        False,
        True,
    ]
    time.now += TELL_EVERY_S
    assert room.has_to_be_told("xa-1")


def test_what_a_device_says_beyond_is_let_go_and_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.fleet.adapters import Noted
    from pipeline.fleet.adapters.registry import adapter_of

    ledger = MemoryLedger()
    ledger.error = AccessError("journal_too_much")
    hearing = Hearing(ledger)
    hearing.note("xa-1", adapter_of("xa-1", {}), Noted(tuple(some(1))))
    assert hearing._hand_noted()
    assert not hearing._noted
