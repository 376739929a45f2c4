"""One-time codes: good once, for one machine, for a while, for a few tries; and what is kept tells nobody anything."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.errors import AccessError
from pipeline.fleet import codes
from pipeline.protocol.enrolment import SIGNS, EnrolmentCode, name_of
from tests.receivers.ledgers import MemoryLedger, SteppingClock

KEY = b"k" * 32
RECEIVER = "an-quang-01"


@pytest.fixture
def ledger() -> MemoryLedger:
    return MemoryLedger()


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def code(ledger: MemoryLedger, clock: SteppingClock) -> EnrolmentCode:
    text = codes.issue(ledger, RECEIVER, name_of(b"authority"), KEY, clock(), timedelta(hours=2))
    return EnrolmentCode.read(text)


def redeem(ledger: MemoryLedger, code: EnrolmentCode, clock: SteppingClock, public: str = "machine") -> str:
    return codes.redeem(ledger, code.id, code.secret, public, KEY, clock())


def wrong(code: EnrolmentCode) -> EnrolmentCode:
    sign = next(each for each in SIGNS if each != code.secret[-1])
    return EnrolmentCode(code.id, code.secret[:-1] + sign, code.authority)


def test_a_code_is_good_once_and_again_for_the_same_machine(
    ledger: MemoryLedger, code: EnrolmentCode, clock: SteppingClock
) -> None:
    assert redeem(ledger, code, clock) == RECEIVER
    assert redeem(ledger, code, clock) == RECEIVER, "the answer may have been lost"
    with pytest.raises(AccessError, match="code_used"):
        redeem(ledger, code, clock, "another machine")


def test_a_code_ends(ledger: MemoryLedger, code: EnrolmentCode, clock: SteppingClock) -> None:
    redeem(ledger, code, clock)
    clock.on(timedelta(hours=2))
    with pytest.raises(AccessError, match="code_over"):
        redeem(ledger, code, clock)


def test_a_wrong_secret_and_no_code_at_all_are_answered_alike(
    ledger: MemoryLedger, code: EnrolmentCode, clock: SteppingClock
) -> None:
    clock.on(timedelta(days=1))
    for tried in (wrong(code), EnrolmentCode("2222", code.secret, code.authority)):
        with pytest.raises(AccessError, match="code_wrong") as refused:
            redeem(ledger, tried, clock)
        assert not refused.value.params


def test_a_few_wrong_tries_end_a_code(ledger: MemoryLedger, code: EnrolmentCode, clock: SteppingClock) -> None:
    for _ in range(codes.MOST_WRONG):
        with pytest.raises(AccessError, match="code_wrong"):
            redeem(ledger, wrong(code), clock)
    with pytest.raises(AccessError, match="code_over"):
        redeem(ledger, code, clock)


def test_a_new_code_ends_the_one_before(ledger: MemoryLedger, code: EnrolmentCode, clock: SteppingClock) -> None:
    codes.issue(ledger, RECEIVER, code.authority, KEY, clock(), timedelta(hours=2))
    with pytest.raises(AccessError, match="code_wrong"):
        redeem(ledger, code, clock)


def test_a_code_of_another_station_is_wrong(ledger: MemoryLedger, code: EnrolmentCode, clock: SteppingClock) -> None:
    with pytest.raises(AccessError, match="code_wrong"):
        codes.redeem(ledger, code.id, code.secret, "machine", b"another key", clock())


def test_what_is_kept_holds_no_secret_and_shows_none(ledger: MemoryLedger, code: EnrolmentCode) -> None:
    (kept,) = ledger.codes.values()
    assert code.secret not in str([getattr(kept, name) for name in kept.__slots__])
    assert kept.digest not in repr(kept)
    assert code.secret not in repr(code)
