"""Both stores: entries of receivers' journals go when they are old enough, and nothing else goes with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from pipeline.domain import State
from pipeline.protocol.journal import Kind
from pipeline.store import Store
from pipeline.store.rows_receivers import Issued, LaidDown
from pipeline.store.store_receivers import MOST_PRUNED
from tests.fleets import JOURNAL, entries, states, utc, write_delivery

START = utc(2026, 11, 23, 10)
LATER = START + timedelta(minutes=20)
KEEP = timedelta(days=400)
DAY = timedelta(days=1)


@pytest.fixture
def kept(store: Store) -> Store:
    """Deliveries 1 and 2 stand in a plan of xa-1; it has said that 1 ended and that 2 began."""
    laid = []
    for number in (1, 2):
        write_delivery(store, number, "xa-1", START, state=State.SENDING)
        facts = {"sound": f"{number:064x}", "begins": START, "over_at": START + timedelta(minutes=30), "handed": START}
        laid.append(LaidDown(number, "xa-1", "{}", bulletins=("gia-danh-cong-an",), **facts))  # type: ignore[arg-type]
    store.lay_airings(laid)
    store.issue_plans([Issued("xa-1", 7, b"sealed", "k-1", START, START + timedelta(days=12), (1, 2))])
    piece = entries(
        (Kind.BOOTED, ""), (Kind.STARTED, "loa-1"), (Kind.ENDED, "loa-1"), (Kind.STARTED, "loa-2"), at=START
    )
    store.take_journal("xa-1", piece, LATER, None)
    return store


def numbers(store: Store, journal: str = JOURNAL) -> list[int]:
    return [each.seq for each in store.receiver_entries("xa-1", journal)]


def audited(store: Store) -> list[dict[str, object]]:
    return [dict(each.detail) for each in store.audit_entries(100) if each.action == "entries_pruned"]


def test_nothing_goes_before_its_time(kept: Store) -> None:
    assert kept.prune_entries(LATER, KEEP) == 0
    assert kept.prune_entries(LATER + KEEP - timedelta(seconds=1), KEEP) == 0
    assert numbers(kept) == [1, 2, 3, 4]
    assert audited(kept) == []


def test_what_is_old_goes_and_what_a_delivery_still_waits_for_stays(kept: Store) -> None:
    kept.prune_entries(LATER, KEEP)
    assert kept.prune_entries(LATER + KEEP, KEEP) == 3
    assert numbers(kept) == [4], "nobody knows yet what became of 2"
    assert kept.prune_entries(LATER + KEEP + DAY, KEEP) == 0


def test_what_was_waited_for_goes_once_it_is_settled(kept: Store) -> None:
    kept.prune_entries(LATER, KEEP)
    kept.prune_entries(LATER + KEEP, KEEP)
    after = LATER + KEEP + timedelta(hours=1)
    kept.take_journal("xa-1", entries((Kind.ENDED, "loa-2"), at=START, first=5), after, None)
    assert states(kept, [2]) == {2: ("confirmed", "")}, "its beginning was still there"
    assert kept.prune_entries(after, KEEP) == 1
    assert numbers(kept) == [5]


def test_what_was_taken_in_lately_stays_whatever_the_machine_calls_its_time(kept: Store) -> None:
    kept.prune_entries(LATER, KEEP)
    late = LATER + KEEP - DAY
    kept.take_journal("xa-1", entries((Kind.BOOTED, ""), at=utc(1970, 1, 1), first=5), late, None)
    kept.prune_entries(LATER + KEEP, KEEP)
    assert numbers(kept) == [4, 5]


def test_receipts_and_states_stay_as_they_were(kept: Store) -> None:
    before = kept.receipts_of(1), states(kept, [1, 2])
    kept.prune_entries(LATER, KEEP)
    kept.prune_entries(LATER + KEEP, KEEP)
    assert (kept.receipts_of(1), states(kept, [1, 2])) == before


def pruned_whole(store: Store) -> datetime:
    store.take_journal("xa-1", entries((Kind.ENDED, "loa-2"), at=START, first=5), LATER, None)
    store.prune_entries(LATER, KEEP)
    assert store.prune_entries(LATER + KEEP, KEEP) == 5
    return LATER + KEEP


def test_a_machine_that_hands_in_again_what_is_gone_makes_no_doubles_and_no_gaps(kept: Store) -> None:
    now = pruned_whole(kept)
    assert kept.journal_held("xa-1", JOURNAL) == 5
    again = entries((Kind.BOOTED, ""), (Kind.STARTED, "loa-1"), (Kind.ENDED, "loa-1"), at=START)
    entered = kept.take_journal("xa-1", again, now, None)
    assert (entered.held, entered.fresh, entered.differs) == (5, 0, False)
    more = entries((Kind.STARTED, "loa-2"), (Kind.ENDED, "loa-2"), (Kind.BOOTED, ""), at=START, first=4)
    assert kept.take_journal("xa-1", more, now, None).held == 6
    assert numbers(kept) == [6]
    assert [len(kept.receipts_of(number)) for number in (1, 2)] == [1, 1]


def test_a_machine_that_repeats_in_a_new_journal_what_is_gone_proves_nothing_twice(kept: Store) -> None:
    now = pruned_whole(kept)
    again = entries((Kind.BOOTED, ""), (Kind.STARTED, "loa-1"), (Kind.ENDED, "loa-1"), at=START)
    assert kept.take_journal("xa-1", replace(again, journal="0002-new"), now, None).fresh == 3
    assert len(kept.receipts_of(1)) == 1


def test_the_audit_log_says_from_when_on_entries_are_gone(kept: Store) -> None:
    kept.prune_entries(LATER, KEEP)
    kept.prune_entries(LATER + KEEP, KEEP)
    kept.prune_entries(LATER + KEEP + timedelta(hours=1), KEEP)
    assert audited(kept) == [{"before": f"{LATER:%d/%m/%Y %H:%M}", "days": 400}]


def test_marks_are_set_once_a_day_and_none_is_kept_beyond_its_use(kept: Store) -> None:
    for hour in range(24 * 4):
        at = LATER + timedelta(hours=hour)
        kept.take_journal("xa-1", entries((Kind.BOOTED, ""), at=at, first=5 + hour), at, None)
        kept.prune_entries(at, 2 * DAY)
    assert numbers(kept)[:2] == [4, 4 + 26], "what came in within the hour of the mark two days ago is gone"
    with kept._database.read() as connection:
        marks = connection.scalar(sa.text("SELECT count(*) FROM receiver_entry_marks"))
    assert marks == 3


def test_a_mark_that_was_set_by_a_clock_ahead_keeps_nothing_up(kept: Store) -> None:
    kept.prune_entries(LATER + 10 * KEEP, 20 * KEEP)
    kept.take_journal("xa-1", entries((Kind.BOOTED, ""), at=LATER, first=5), LATER, None)
    kept.prune_entries(LATER, KEEP)
    assert kept.prune_entries(LATER + KEEP, KEEP) == 4
    assert numbers(kept) == [4]


def test_what_is_much_goes_in_portions_and_what_is_left_with_the_next_turn(kept: Store) -> None:
    first, count = 5, 2 * MOST_PRUNED
    while first < count:
        kept.take_journal("xa-1", entries(*[(Kind.BOOTED, "")] * 500, at=START, first=first), LATER, None)
        first += 500
    kept.prune_entries(LATER, KEEP)
    assert kept.prune_entries(LATER + KEEP, KEEP, within_s=0.0) == 0
    assert len(audited(kept)) == 1, "what is told is that they may go"
    assert kept.prune_entries(LATER + KEEP, KEEP, within_s=600.0) == first - 2
    assert numbers(kept) == [4]


def test_the_database_itself_keeps_what_no_mark_lets_go(kept: Store) -> None:
    kept.prune_entries(LATER, KEEP)
    statement = sa.text("DELETE FROM receiver_entries WHERE seq = 1")
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), kept._database.write() as connection:
        connection.execute(statement)
    kept.prune_entries(LATER + KEEP, KEEP, within_s=0.0)
    kept.take_journal("xa-1", entries((Kind.BOOTED, ""), at=START, first=5), LATER + KEEP, None)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), kept._database.write() as connection:
        connection.execute(sa.text("DELETE FROM receiver_entries WHERE seq = 5"))
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), kept._database.write() as connection:
        connection.execute(sa.text("UPDATE receiver_entries SET code = 'x'"))
