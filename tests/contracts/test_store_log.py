"""Both stores: what became of each airing, with planned, delivered, played and heard each for itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from pipeline.domain import Evidence, Receipt, State
from pipeline.protocol.hearing import Hearing, Verdict
from pipeline.protocol.journal import Kind
from pipeline.store import Adjustment, BundleKept, BundleRow, Note, Store, Told, reading
from pipeline.store.rows_log import ClockNote, Delivered, Logged, LogWish, Played
from pipeline.store.rows_receivers import Issued, LaidDown, Said
from tests.fleets import JOURNAL, entries, write_delivery
from tests.stores import NOW, START, WEEK, airing, plan, sent, text

MINUTE = timedelta(minutes=1)
ALL = LogWish(START - WEEK, START + WEEK)
BOTH = ("gia-danh-cong-an", "deepfake")


def log(store: Store, **values: Any) -> list[Logged]:
    return list(store.log(replace(ALL, **values)))


def one(store: Store, cluster: str = "loa-1") -> Logged:
    (found,) = (each for each in log(store) if each.cluster == cluster)
    return found


@pytest.fixture
def number(store: Store) -> int:
    """The delivery to loa-1 of a plan with loa-1 and loa-2, both being handed over."""
    plan(store, airing(), text())
    return min(each.id for each in sent(store))


def test_what_was_only_planned_is_neither_delivered_nor_played_nor_heard(store: Store) -> None:
    plan(store, airing(targets=("loa-2", "loa-1")), text())
    first, second = log(store)
    assert (first.cluster, second.cluster) == ("loa-1", "loa-2")
    assert (first.start, first.programme, first.slot, first.area) == (START, "canh-bao", "chieu", "an-quang")
    assert (first.bulletins, first.left_out, first.channel, first.state) == (BOTH, (), "thu-muc", State.PLANNED)
    assert (first.delivered, first.delivered_at, first.played, first.heard) == (Delivered.NO, None, None, "")


def test_what_was_taken_over_is_delivered_and_proves_no_playing(store: Store, number: int) -> None:
    assert one(store).delivered is Delivered.UNKNOWN
    store.record([Receipt(number, START - MINUTE, State.ACCEPTED)])
    found = one(store)
    assert (found.delivered, found.delivered_at, found.played) == (Delivered.YES, START - MINUTE, None)
    assert not found.is_confirmed


@pytest.mark.parametrize(
    ("state", "delivered"),
    [(State.UNKNOWN, Delivered.UNKNOWN), (State.RETRY, Delivered.NO), (State.FAILED, Delivered.NO)],
)
def test_what_nobody_took_over_is_not_called_delivered(
    store: Store, number: int, state: State, delivered: Delivered
) -> None:
    store.record([Receipt(number, START, state, code="no_answer")])
    found = one(store)
    assert (found.delivered, found.state, found.code, found.played) == (delivered, state, "no_answer", None)


def test_what_was_once_in_doubt_and_failed_is_not_called_undelivered(store: Store, number: int) -> None:
    store.record([Receipt(number, START, State.UNKNOWN)])
    store.record([Receipt(number, START + MINUTE, State.FAILED, Evidence.DEVICE, "device_failed")])
    assert one(store).delivered is Delivered.UNKNOWN


def test_of_two_confirmations_the_one_that_names_its_start_counts(store: Store, number: int) -> None:
    store.record([Receipt(number, START, State.CONFIRMED, Evidence.PERSON)])
    best = Receipt(number, START, State.CONFIRMED, Evidence.PLAYER, started=START, ended=START + MINUTE)
    store.record([best])
    assert one(store).played == Played(State.CONFIRMED, Evidence.PLAYER, START, START + MINUTE)
    assert one(store, "loa-2").played is None


def test_what_was_interrupted_is_not_confirmed_and_says_how_far_it_came(store: Store, number: int) -> None:
    cut = Receipt(number, START, State.INTERRUPTED, Evidence.PLAYER, "preempted", started=START, ended=START + MINUTE)
    store.record([cut])
    found = one(store)
    assert found.played == Played(State.INTERRUPTED, Evidence.PLAYER, START, START + MINUTE)
    assert (found.is_confirmed, found.code, found.delivered) == (False, "preempted", Delivered.YES)


def test_what_goes_on_is_a_line_of_its_own(store: Store, number: int) -> None:
    store.record([Receipt(number, START, State.INTERRUPTED, Evidence.PLAYER, "preempted", started=START)])
    store.resume([number], START + MINUTE)
    first, second = (each for each in log(store) if each.cluster == "loa-1")
    assert (first.resume_of, second.resume_of) == (None, number)


def test_a_confirmation_of_what_had_been_called_off_is_shown_beside_its_state(store: Store, number: int) -> None:
    store.record([Receipt(number, START, State.CANCELLED, code="stopped")])
    store.record([Receipt(number, START, State.CONFIRMED, Evidence.DEVICE, started=START)])
    found = one(store)
    assert (found.state, found.code, found.is_confirmed) == (State.CANCELLED, "stopped", True)


def test_what_was_cut_is_left_out_and_why_is_told(store: Store, number: int) -> None:
    ends = START + MINUTE
    store.adjust([Adjustment(number, "cut_to_hours", START, ends, BOTH[:1], BOTH[1:])], START)
    found = one(store)
    assert (found.bulletins, found.left_out, found.note) == (BOTH[:1], BOTH[1:], "cut_to_hours")


def test_who_played_it_is_told_where_a_sheet_says_so(store: Store, number: int) -> None:
    store.record([Receipt(number, START, State.ACCEPTED)])
    row = BundleRow("001", BOTH, "cd" * 32, MINUTE, ("canh-bao", "chieu", START), "an-quang", "loa-1")
    kept = BundleKept("usb-1", NOW, date(2026, 11, 23), date(2026, 11, 29), ("an-quang",), "ab" * 32)
    store.keep_bundle(kept, [row, replace(row, code="002", cluster="loa-2")], Note("lan", "bundle_made", "usb-1"))
    other = replace(row, code="002", cluster="loa-2")
    for each, person in ((row, "Chị Hoa"), (other, "Ông Ba")):
        store.take_told([Told("usb-1", each, START, person, "", "lan", START, "12" * 32)])
    assert one(store).played == Played(State.CONFIRMED, Evidence.PERSON, START, START + MINUTE, person="Chị Hoa")
    other_played = one(store, "loa-2").played
    assert other_played is not None
    assert other_played.person == "Ông Ba"


# --- receivers --------------------------------------------------------------------------------------------------------


def laid(store: Store, number: int = 1, **values: Any) -> None:
    write_delivery(store, number, "xa-1", START, state=values.pop("state", State.SENDING))
    given = {"bulletins": ("a",), "handed": START, **values}
    store.lay_airings([LaidDown(number, "xa-1", "{}", f"{number:064x}", START, START + MINUTE, **given)])


def journal(store: Store, *kinds: Any, offset_s: float | None = 0.1, first: int = 1, **facts: str) -> None:
    store.take_journal("xa-1", entries(*kinds, at=START, first=first, **facts), START + MINUTE, offset_s)


PLAYED = ((Kind.STARTED, "loa-1"), (Kind.ENDED, "loa-1"))


@pytest.mark.parametrize(
    ("offset_s", "facts", "clock"),
    [
        (0.4, {}, ClockNote.GOOD),
        (-35.0, {}, ClockNote.MENDED),
        (None, {}, ClockNote.UNCHECKED),
        (0.1, {"clock": "clock_unset"}, ClockNote.DOUBTED),
    ],
)
def test_what_the_times_of_a_device_are_worth_is_told(
    store: Store, offset_s: float | None, facts: dict[str, str], clock: ClockNote
) -> None:
    laid(store)
    journal(store, *PLAYED, offset_s=offset_s, **facts)
    played = one(store, "xa-1").played
    assert played is not None
    assert (played.evidence, played.clock) == (Evidence.DEVICE, clock)


def test_the_clock_of_another_machine_says_nothing(store: Store) -> None:
    laid(store)
    journal(store, *PLAYED)
    store.take_journal("xa-2", entries(*PLAYED, at=START, clock="clock_unset"), START, 60.0)
    played = one(store, "xa-1").played
    assert played is not None
    assert played.clock is ClockNote.GOOD


@pytest.mark.parametrize(("holds", "delivered"), [(3, Delivered.YES), (2, Delivered.NO)])
def test_what_is_foreseen_is_delivered_once_its_receiver_holds_the_plan(
    store: Store, holds: int, delivered: Delivered
) -> None:
    laid(store, state=State.PLANNED, handed=None)
    store.certify_receiver("xa-1", "01", START + WEEK, START, anew=True)
    store.issue_plans([Issued("xa-1", 2, b"", "k-1", START, START + WEEK)])
    store.issue_plans([Issued("xa-1", 3, b"", "k-1", START, START + WEEK, deliveries=(1,))])
    store.note_said([Said("xa-1", "{}", JOURNAL, START, "broker", contact=True, complete=False, holds=holds)])
    assert one(store, "xa-1").delivered is delivered


def test_of_several_verdicts_the_best_is_told_and_proves_no_playing(store: Store) -> None:
    laid(store)
    for place, verdict in enumerate((Verdict.UNSURE, Verdict.PARTLY, Verdict.NOT_HEARD), 1):
        journal(store, (Kind.HEARD, "loa-1"), first=place, **Hearing(verdict).as_facts())
    found = one(store, "xa-1")
    assert (found.heard, found.played) == ("partly", None)


def test_what_nobody_ordered_is_told_by_when_it_began_or_was_learned_of(store: Store) -> None:
    store.take_journal("xa-1", entries((Kind.STARTED, "x"), at=START - WEEK), START, None)
    store.take_journal("xa-2", entries((Kind.STARTED, "y"), at=START), START + WEEK, None)

    def told(since: int, until: int) -> list[str]:
        found = store.unordered_between(START + since * MINUTE, START + until * MINUTE)
        return [each.airing for each in found]

    assert told(0, 1) == ["x", "y"]
    assert told(1, 9) == []
    assert told(-1, 0) == []


# --- what is asked for ------------------------------------------------------------------------------------------------


def test_airings_come_in_the_order_of_time_and_only_those_of_the_time_asked_for(store: Store) -> None:
    plan(store, airing(START + MINUTE), airing(), airing(slot="am"), airing(START - MINUTE))
    told = [(each.start, each.slot, each.cluster) for each in log(store, since=START, until=START + MINUTE)]
    assert told == [(START, slot, cluster) for slot in ("am", "chieu") for cluster in ("loa-1", "loa-2")]


def test_only_the_areas_asked_for_are_told(store: Store) -> None:
    plan(store, airing(targets=("loa-1", "loa-3")))
    assert [each.cluster for each in log(store, areas={"quang-hung"})] == ["loa-3"]
    assert log(store, areas=set()) == []


@pytest.mark.parametrize(
    ("asked", "count"),
    [({"deepfake"}, 1), ({"deepfake", "x_y"}, 2), ({"x_y"}, 1), ({"x%"}, 0), ({"fake"}, 0), ({"xzy"}, 0), (set(), 0)],
)
def test_only_airings_of_the_bulletins_asked_for_are_told(store: Store, asked: set[str], count: int) -> None:
    plan(store, airing(targets=("loa-1",)), airing(slot="am", targets=("loa-1",), bulletins=("x_y",)))
    assert len(log(store, bulletins=asked)) == count


def test_a_bulletin_is_known_as_long_as_an_airing_of_it_is_in_the_books(store: Store) -> None:
    plan(store, airing(), text(bulletins=("chi-nhan-tin",)))
    assert store.is_logged("deepfake")
    assert not store.is_logged("chi-nhan-tin")


def test_a_long_log_is_read_in_portions_and_nothing_is_lost_between_them(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_HEADS", 3)
    monkeypatch.setattr(reading, "AT_ONCE", 4)
    read: list[int] = []
    rows = reading.log_rows

    def counted(connection: Any, wish: LogWish, ids: Any) -> list[Logged]:
        read.append(len(ids))
        return rows(connection, wish, ids)

    monkeypatch.setattr(reading, "log_rows", counted)
    wanted = [airing(START + n // 3 * MINUTE, slot=f"luot-{n % 3}") for n in range(10)]
    plan(store, *wanted)
    assert [each.slot for each in log(store) if each.cluster == "loa-1"] == [each.slot for each in wanted]
    assert read == [2, 1] * 3 + [1]
