"""Both stores: what receivers are handed, and what their journals say, each entry once with the receipts it causes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from pipeline.domain import Evidence, State
from pipeline.protocol.hearing import Hearing, Verdict
from pipeline.protocol.journal import Kind
from pipeline.store import Store
from pipeline.store.rows_receivers import CodeRow, CommandRow, Issued, LaidDown, Said
from tests.fleets import JOURNAL, entries, states, utc, write_delivery

HEARD = Hearing(Verdict.HEARD, 40.0, 1.0, 0.0, 60.0, 0.2, -30.5)
START = utc(2026, 11, 23, 10)
NOW = START - timedelta(minutes=5)
LATER = START + timedelta(minutes=20)
CHANNEL = "may-thu"


def laid(number: int, receiver: str = "xa-1", body: str = "{}", **facts: object) -> LaidDown:
    given = {"sound": f"{number:064x}", "begins": START, "over_at": START + timedelta(minutes=30), **facts}
    return LaidDown(number, receiver, body, bulletins=("gia-danh-cong-an",), **given)  # type: ignore[arg-type]


def issued(version: int, *deliveries: int, receiver: str = "xa-1") -> Issued:
    return Issued(receiver, version, b"sealed", "k-1", NOW, NOW + timedelta(days=12), deliveries)


@pytest.fixture
def handed(store: Store) -> Store:
    """Deliveries 1 to 3 of the receiver xa-1 are handed over and stand in plan 7; 4 is foreseen, 5 is another's."""
    for number in range(1, 6):
        write_delivery(
            store,
            number,
            "xa-2" if number == 5 else "xa-1",
            START,
            state=State.PLANNED if number == 4 else State.SENDING,
        )
    store.lay_airings([*(laid(number, handed=NOW) for number in (1, 2, 3)), laid(4), laid(5, "xa-2", handed=NOW)])
    store.issue_plans([issued(7, 1, 2, 3, 4), issued(8, 5, receiver="xa-2")])
    return store


def told(store: Store, number: int) -> list[tuple[str, str, str]]:
    return [(each.state.value, each.evidence.value, each.code) for each in store.receipts_of(number)]


def test_what_is_laid_down_alike_keeps_the_plan_that_held_it_first(handed: Store) -> None:
    assert handed.lay_airings([laid(1, handed=NOW)]) == set()
    assert handed.airings_laid([1])[1].version == 7
    assert handed.lay_airings([laid(1, body='{"x": 1}', handed=NOW)]) == {"xa-1"}
    assert handed.airings_laid([1])[1].version == 0, "no plan has held it so"


def test_what_is_no_longer_foreseen_is_taken_back_and_what_was_handed_over_stays(handed: Store) -> None:
    assert handed.foresee_airings(CHANNEL, [], NOW) == {"xa-1"}
    standing = handed.laid_airings(["xa-1"], NOW)["xa-1"]
    assert [each.delivery for each in standing] == [1, 2, 3]
    assert handed.airings_laid([4])[4].withdrawn == NOW, "its row stays: the receiver may still report of it"


def test_what_comes_back_is_in_the_plan_again(handed: Store) -> None:
    handed.withdraw_airings(CHANNEL, [4], NOW)
    assert handed.foresee_airings(CHANNEL, [laid(4)], NOW) == {"xa-1"}
    assert handed.airings_laid([4])[4].withdrawn is None


def test_nothing_that_was_handed_over_meanwhile_is_laid_down_anew(handed: Store) -> None:
    assert handed.foresee_airings(CHANNEL, [laid(1, body='{"x": 2}'), laid(4)], NOW) == set()
    assert handed.airings_laid([1])[1].body == "{}"


def test_what_is_still_to_begin_is_counted_for_each(handed: Store) -> None:
    assert handed.coming_airings(NOW) == {"xa-1": (START, 4), "xa-2": (START, 1)}
    handed.withdraw_airings(CHANNEL, [4], NOW)
    assert handed.coming_airings(NOW)["xa-1"] == (START, 3)
    assert handed.coming_airings(START) == {}


def test_what_is_over_stands_in_no_plan(handed: Store) -> None:
    assert handed.laid_airings(None, START + timedelta(minutes=30)) == {}


def test_what_begins_by_a_plan_counts_as_handed_over(handed: Store) -> None:
    assert handed.adopt_airings(CHANNEL, START - timedelta(seconds=1)) == 0
    assert handed.adopt_airings(CHANNEL, START) == 1
    assert states(handed, [4]) == {4: ("unknown", "receiver_not_heard")}
    assert handed.deliveries([4])[0].recording == f"{4:064x}"
    assert handed.occurrence(1_004).handed_over_at == START
    assert handed.adopt_airings(CHANNEL, START) == 0


def test_what_a_receiver_may_play_by_an_old_plan_is_never_called_missed_here(handed: Store) -> None:
    handed.withdraw_airings(CHANNEL, [4], NOW)
    assert handed.adopt_airings(CHANNEL, START) == 0, "it may yet be laid down again"
    late = START + timedelta(minutes=15, seconds=1)
    assert handed.adopt_airings(CHANNEL, late) == 1
    handed.miss_late(late)
    assert states(handed, [4]) == {4: ("unknown", "receiver_not_heard")}


def test_what_a_receiver_knows_to_be_taken_back_is_missed_here(handed: Store) -> None:
    handed.withdraw_airings(CHANNEL, [4], NOW)
    handed.issue_plans([issued(9, 1, 2, 3)])
    assert handed.airings_laid([4])[4].gone == 9
    late = START + timedelta(minutes=16)
    handed.note_said([Said("xa-1", "{}", JOURNAL, START, "broker", contact=True, complete=True, holds=9)])
    assert handed.adopt_airings(CHANNEL, late) == 0
    handed.miss_late(late)
    assert states(handed, [4]) == {4: ("missed", "too_late")}


def test_what_stands_in_no_issued_plan_is_not_taken_for_handed_over(handed: Store) -> None:
    handed.foresee_airings(CHANNEL, [laid(4, body='{"x": 3}')], NOW)
    assert handed.adopt_airings(CHANNEL, START) == 0


def test_an_airing_that_ended_is_confirmed_by_the_device(handed: Store) -> None:
    piece = entries((Kind.BOOTED, ""), (Kind.STARTED, "loa-1"), (Kind.ENDED, "loa-1"), at=START)
    entered = handed.take_journal("xa-1", piece, LATER, 0.1)
    assert (entered.held, entered.fresh, entered.moved, entered.strange) == (3, 3, 1, ())
    (receipt,) = handed.receipts_of(1)
    assert (receipt.state, receipt.evidence, receipt.at) == (State.CONFIRMED, Evidence.DEVICE, LATER)
    assert (receipt.started, receipt.ended) == (START + timedelta(seconds=1), START + timedelta(seconds=2))
    assert receipt.ref == f"xa-1/{JOURNAL}#3"


@pytest.mark.parametrize(
    ("kinds", "state", "code"),
    [
        ([(Kind.STARTED, "loa-1"), (Kind.STOPPED, "loa-1", "died")], "interrupted", "died"),
        ([(Kind.MISSED, "loa-1", "clock")], "missed", "clock"),
        ([(Kind.FAILED, "loa-1", "device_missing")], "failed", "device_missing"),
        (
            [(Kind.STARTED, "loa-1"), (Kind.CUT, "loa-1"), (Kind.RESUMED, "loa-1"), (Kind.ENDED, "loa-1")],
            "confirmed",
            "",
        ),
        ([(Kind.ENDED, "loa-1")], "failed", ""),
        ([(Kind.STARTED, "loa-1"), (Kind.ENDED, "loa-1"), (Kind.STOPPED, "loa-1", "died")], "confirmed", ""),
    ],
)
def test_what_entries_come_to_is_the_state(handed: Store, kinds: list[tuple[Kind, str]], state: str, code: str) -> None:
    handed.take_journal("xa-1", entries(*kinds, at=START), LATER, None)
    assert states(handed, [1]) == {1: (state, code)}


@pytest.mark.parametrize(
    ("last", "state"),
    [((Kind.ENDED, "loa-1"), ("confirmed", "")), ((Kind.STOPPED, "loa-1", "died"), ("interrupted", "died"))],
)
def test_what_began_in_one_journal_ends_in_the_next(
    handed: Store, last: tuple[Kind, str], state: tuple[str, str]
) -> None:
    handed.take_journal("xa-1", entries((Kind.BOOTED, ""), (Kind.STARTED, "loa-1"), at=START), LATER, None)
    piece = entries((Kind.FAULT, "", "journal_damaged"), (Kind.BOOTED, ""), last, at=START + timedelta(minutes=1))
    handed.take_journal("xa-1", replace(piece, journal="0002-test"), LATER, None)
    assert states(handed, [1]) == {1: state}
    receipt = handed.receipts_of(1)[-1]
    assert receipt.started == START + timedelta(seconds=1)
    assert receipt.ref == "xa-1/0002-test#3"


@pytest.mark.parametrize(("code", "stays"), [("plan_late", True), ("off", True), ("silenced", False), ("clock", False)])
def test_what_is_called_too_late_before_its_time_is_not_believed(handed: Store, code: str, stays: bool) -> None:
    early = START - timedelta(hours=2)
    handed.take_journal("xa-1", entries((Kind.BOOTED, ""), (Kind.MISSED, "loa-1", code), at=early), LATER, None)
    assert (states(handed, [1])[1][0] != "missed") is stays
    if stays:
        more = entries((Kind.STARTED, "loa-1"), (Kind.ENDED, "loa-1"), at=START)
        again = replace(more, entries=tuple(replace(each, seq=each.seq + 2) for each in more.entries))
        handed.take_journal("xa-1", again, LATER, None)
        assert states(handed, [1]) == {1: ("confirmed", "")}


def test_what_a_damaged_journal_repeats_settles_nothing_twice(handed: Store) -> None:
    first = entries((Kind.BOOTED, ""), (Kind.STARTED, "loa-1"), (Kind.ENDED, "loa-1"), at=START)
    handed.take_journal("xa-1", first, LATER, None)
    again = entries((Kind.FAULT, "", "journal_damaged"), (Kind.BOOTED, ""), (Kind.STARTED, "loa-1"),
                    (Kind.ENDED, "loa-1"), at=START + timedelta(minutes=1))  # fmt: skip
    handed.take_journal("xa-1", replace(again, journal="0002-test"), LATER, None)
    assert states(handed, [1]) == {1: ("confirmed", "")}
    assert len(handed.receipts_of(1)) == 1


def test_a_piece_that_comes_twice_is_taken_once(handed: Store) -> None:
    piece = entries((Kind.STARTED, "loa-1"), (Kind.ENDED, "loa-1"), at=START)
    handed.take_journal("xa-1", piece, LATER, None)
    again = handed.take_journal("xa-1", piece, LATER + timedelta(days=1), None)
    assert (again.held, again.fresh, again.differs) == (2, 0, False)
    assert len(handed.receipts_of(1)) == 1
    assert len(handed.receiver_entries("xa-1", JOURNAL)) == 2


def test_pieces_that_overlap_give_each_entry_once(handed: Store) -> None:
    handed.take_journal("xa-1", entries((Kind.BOOTED, ""), (Kind.STARTED, "loa-1"), at=START), LATER, None)
    later = entries((Kind.STARTED, "loa-1"), (Kind.ENDED, "loa-1"), at=START + timedelta(seconds=1), first=2)
    assert handed.take_journal("xa-1", later, LATER, None).held == 3
    assert [each.seq for each in handed.receiver_entries("xa-1", JOURNAL)] == [1, 2, 3]
    assert states(handed, [1])[1][0] == "confirmed"


def test_a_piece_behind_a_gap_is_not_taken(handed: Store) -> None:
    assert handed.take_journal("xa-1", entries((Kind.ENDED, "loa-1"), at=START, first=2), LATER, None).held == 0
    handed.take_journal("xa-1", entries((Kind.BOOTED, ""), at=START), LATER, None)
    assert handed.take_journal("xa-1", entries((Kind.ENDED, "loa-1"), at=START, first=3), LATER, None).held == 1
    assert handed.receipts_of(1) == []


def test_a_journal_that_tells_otherwise_than_before_is_not_taken(handed: Store) -> None:
    handed.take_journal("xa-1", entries((Kind.STARTED, "loa-1"), at=START), LATER, None)
    told_anew = entries((Kind.STARTED, "loa-2"), (Kind.ENDED, "loa-2"), at=START)
    entered = handed.take_journal("xa-1", told_anew, LATER, None)
    assert (entered.held, entered.differs, handed.receipts_of(2)) == (1, True, [])


def test_a_receiver_confirms_nothing_that_is_anothers_or_nobodys(handed: Store) -> None:
    kinds = [(Kind.STARTED, key) for key in ("loa-5", "loa-77", "xyz")] + [
        (Kind.ENDED, key) for key in ("loa-5", "loa-77", "xyz")
    ]
    entered = handed.take_journal("xa-1", entries(*kinds, at=START), LATER, None)
    assert entered.strange == ("loa-5", "loa-77", "xyz")
    assert (entered.held, states(handed, [5])[5][0], handed.receipts_of(5)) == (6, "sending", [])


def test_an_airing_played_by_an_old_plan_stands_beside_its_cancellation(handed: Store) -> None:
    handed.cancel_due(CHANNEL, None, now=START, lead=timedelta(0), code="stopped")
    handed.withdraw_airings(CHANNEL, [], START)
    assert states(handed, [4]) == {4: ("cancelled", "stopped")}
    assert handed.airings_laid([4])[4].withdrawn == START, "what was called off leaves the plan though nobody named it"
    entered = handed.take_journal(
        "xa-1", entries((Kind.STARTED, "loa-4"), (Kind.ENDED, "loa-4"), at=START), LATER, None
    )
    assert entered.cancelled == (4,)
    assert states(handed, [4]) == {4: ("cancelled", "stopped")}
    assert ("confirmed", "device", "") in told(handed, 4)
    assert [each.cluster for each in handed.as_run(START, LATER)] == ["xa-1"]


def test_what_sounded_while_the_station_was_off_is_confirmed_out_of_the_plan(handed: Store) -> None:
    handed.take_journal("xa-1", entries((Kind.STARTED, "loa-4"), (Kind.ENDED, "loa-4"), at=START), LATER, None)
    assert states(handed, [4]) == {4: ("confirmed", "")}
    assert handed.occurrence(1_004).handed_over_at == LATER


def test_a_late_journal_moves_no_state_back(handed: Store) -> None:
    handed.take_journal("xa-1", entries((Kind.MISSED, "loa-1", "off"), at=START), LATER, None)
    other = entries((Kind.STARTED, "loa-1"), (Kind.ENDED, "loa-1"), at=START)
    handed.take_journal("xa-1", type(other)("0002-anew", other.entries), LATER + timedelta(days=20), None)
    assert states(handed, [1]) == {1: ("missed", "off")}
    assert [each[0] for each in told(handed, 1)] == ["unknown", "missed", "confirmed"]


def test_times_of_a_clock_that_is_off_are_mended_in_receipts_and_kept_in_the_journal(handed: Store) -> None:
    ahead = START + timedelta(hours=3)
    handed.take_journal("xa-1", entries((Kind.STARTED, "loa-1"), (Kind.ENDED, "loa-1"), at=ahead), LATER, 10_800.0)
    assert handed.receipts_of(1)[0].started == START
    assert handed.receiver_entries("xa-1", JOURNAL)[0].at == ahead


def test_a_hearing_is_kept_and_confirms_nothing(handed: Store) -> None:
    facts = HEARD.as_facts()
    handed.take_journal("xa-1", entries((Kind.HEARD, "loa-1"), at=START, **facts), LATER, None)
    handed.take_journal("xa-1", entries((Kind.HEARD, "loa-1"), at=START, first=2, **facts, more="x"), LATER, None)
    assert handed.receipts_of(1) == []
    assert {each.hearing for each in handed.last_hearings(START).values()} == {HEARD}
    assert handed.last_hearings(LATER) == {}
    denied = Hearing(Verdict.NOT_HEARD, reason="listening_silence").as_facts()
    handed.take_journal("xa-1", entries((Kind.HEARD, "loa-1"), at=START, first=3, **denied), LATER, None)
    assert handed.telling_hearings(START)["xa-1"].hearing == HEARD, "it never ended: nobody need hear it"
    found = handed.truths(CHANNEL, START, LATER)
    assert (found.played, found.heard) == (0, 1)


def test_a_hearing_after_the_end_says_nothing_twice(handed: Store) -> None:
    handed.take_journal("xa-1", entries((Kind.STARTED, "loa-1"), (Kind.ENDED, "loa-1"), at=START), LATER, None)
    more = entries((Kind.HEARD, "loa-1"), at=LATER, first=3, **HEARD.as_facts())
    handed.take_journal("xa-1", more, LATER, None)
    assert len(handed.receipts_of(1)) == 1


def test_the_four_truths_are_counted_apart(handed: Store) -> None:
    handed.take_journal("xa-1", entries((Kind.STARTED, "loa-1"), (Kind.ENDED, "loa-1"), at=START), LATER, None)
    before = handed.truths(CHANNEL, START, LATER)
    assert (before.planned, before.delivered, before.played, before.heard) == (5, 1, 1, 0)
    handed.note_said([Said("xa-1", "{}", JOURNAL, LATER, "broker", contact=True, complete=True, holds=7)])
    assert handed.truths(CHANNEL, START, LATER).delivered == 2, "and what it holds of what is still planned"


def test_entries_are_never_changed_or_removed(handed: Store) -> None:
    handed.take_journal("xa-1", entries((Kind.BOOTED, ""), at=START), LATER, None)
    for words in ("UPDATE receiver_entries SET code = 'x'", "DELETE FROM receiver_entries"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), handed._database.write() as connection:
            connection.execute(sa.text(words))


def test_older_news_never_replaces_newer(store: Store) -> None:
    store.issue_plans([issued(9)])
    store.note_said([Said("xa-1", "new", "j", LATER, "broker", contact=True, complete=True, holds=9)])
    store.note_said([Said("xa-1", "old", "j", NOW, "https", contact=True, complete=False, holds=3)])
    (row,) = store.receivers(["xa-1"])
    assert (row.status, row.contact_at, row.held_version, row.complete_at) == ("new", LATER, 9, LATER)


def test_a_plan_that_the_station_never_issued_is_held_by_nobody(store: Store) -> None:
    store.issue_plans([issued(9)])
    for holds, held in ((8, 8), (2**53, 8), (9, 9), (2**53, 9)):
        store.note_said([Said("xa-1", "{}", "j", NOW, "broker", contact=True, complete=True, holds=holds)])
        (row,) = store.receivers(["xa-1"])
        assert row.held_version == held, holds
    store.note_said([Said("xa-1", "{}", "other", NOW, "broker", contact=True, complete=True, holds=2**53)])
    (row,) = store.receivers(["xa-1"])
    assert row.held_version == 0


def test_a_machine_with_another_journal_holds_nothing_of_what_the_one_before_held(store: Store) -> None:
    store.note_said([Said("xa-1", "{}", "0001-old", NOW, "broker", contact=True, complete=True, holds=9)])
    store.note_said([Said("xa-1", "{}", "0001-new", LATER, "broker", contact=True, complete=True, holds=0)])
    assert store.receivers(["xa-1"])[0].held_version == 0
    store.note_said([Said("xa-1", "{}", "0001-old", LATER, "kept", contact=False, complete=False, holds=9)])
    store.note_said([Said("xa-1", "{}", "0001-new", LATER, "broker", contact=True, complete=True, holds=0)])


def test_of_many_commands_the_newest_of_its_kind_is_found_for_each(store: Store) -> None:
    store.note_said([Said(name, "{}", "j", NOW, "broker", contact=True, complete=True) for name in ("xa-1", "xa-2")])
    made = [
        CommandRow(f"{kind}-{receiver}-{minute}", receiver, kind, at, at + timedelta(minutes=1))
        for kind in ("tone", "silence")
        for receiver in ("xa-1", "xa-2")
        for minute in (3, 1, 2)
        if (at := NOW + timedelta(minutes=minute + (receiver == "xa-2"))) is not None
    ]
    store.keep_commands(made)
    found = {receiver: row.id for receiver, row in store.last_commands("tone").items()}
    assert found == {"xa-1": "tone-xa-1-3", "xa-2": "tone-xa-2-3"}
    store.note_reply("xa-1", "tone-xa-1-3", "busy", LATER)
    store.note_reply("xa-1", "tone-xa-1-2", "", LATER)
    found = {receiver: row.id for receiver, row in store.last_commands("tone", ["busy"]).items()}
    assert found == {"xa-1": "tone-xa-1-2", "xa-2": "tone-xa-2-3"}, "one that is not answered yet counts"


def test_what_the_broker_had_kept_proves_no_contact(store: Store) -> None:
    store.note_said([Said("xa-1", "old", "j", LATER, "kept", contact=False, complete=False, holds=3)])
    (row,) = store.receivers(["xa-1"])
    assert (row.status, row.contact_at) == ("old", None)


def test_a_code_is_used_once_but_twice_for_the_same_key(store: Store) -> None:
    store.keep_enrolment_code(CodeRow("A1", "xa-1", NOW, LATER, "digest"))
    assert (store.use_enrolment_code("A1", "key"), store.use_enrolment_code("A1", "key")) == (True, True)
    assert not store.use_enrolment_code("A1", "other")


def test_a_new_code_ends_the_one_before_and_wrong_tries_are_counted(store: Store) -> None:
    for number in (1, 2):
        store.keep_enrolment_code(CodeRow(f"A{number}", "xa-1", NOW, LATER, "digest"))
    store.wrong_enrolment_code("A2")
    first, second = store.enrolment_code("A1"), store.enrolment_code("A2")
    assert first is not None
    assert second is not None
    assert (first.expires, second.expires, second.wrong) == (NOW, LATER, 1)
    assert store.waiting_enrolments(NOW) == {"xa-1"}


def test_enrolled_anew_the_old_certificate_counts_no_more(store: Store) -> None:
    for serial, anew in (("a1", True), ("b2", False), ("c3", True)):
        store.certify_receiver("xa-1", serial, LATER, NOW, anew=anew)
    assert [store.is_receiver_enrolled("xa-1", each) for each in ("a1", "b2", "c3")] == [False, False, True]
    assert not store.is_receiver_enrolled("xa-2", "c3")
    assert [each[:2] for each in store.revoked_certificates()] == [("a1", "xa-1"), ("b2", "xa-1")]


def test_revoked_nothing_of_it_counts(store: Store) -> None:
    store.certify_receiver("xa-1", "a1", LATER, NOW, anew=True)
    store.keep_enrolment_code(CodeRow("A1", "xa-1", NOW, LATER, "digest"))
    assert store.revoke_receiver("xa-1", NOW) == 1
    assert (store.enrolled_receivers(), store.waiting_enrolments(NOW)) == (set(), set())
    assert store.revoke_receiver("xa-1", NOW) == 0


@pytest.mark.parametrize("ends", ["revoked", "another code"])
def test_a_code_that_was_used_lets_its_machine_in_no_more(store: Store, ends: str) -> None:
    store.keep_enrolment_code(CodeRow("A1", "xa-1", NOW, LATER, "digest"))
    assert store.use_enrolment_code("A1", "key")
    store.certify_receiver("xa-1", "a1", LATER, NOW, anew=True)
    if ends == "revoked":
        store.revoke_receiver("xa-1", NOW)
    else:
        store.keep_enrolment_code(CodeRow("A2", "xa-1", NOW, LATER, "digest"))
    code = store.enrolment_code("A1")
    assert code is not None
    assert code.expires <= NOW, "else a lost machine enrols itself again by asking once more"
