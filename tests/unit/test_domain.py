"""The words of the house: where a delivery may go, and that a late word never moves it back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from pipeline.domain import (
    FINAL,
    TRANSITIONS,
    Bulletin,
    Category,
    Contact,
    DayRange,
    Medium,
    Occurrence,
    Outgoing,
    Priority,
    Source,
    State,
    TextContent,
    follow,
)
from pipeline.errors import TransitionError

S = State
NEVER_SENT_YET = frozenset({S.ACCEPTED, S.CONFIRMED, S.RETRY, S.UNKNOWN, S.INTERRUPTED})


def test_every_state_has_its_line_in_the_table() -> None:
    assert set(TRANSITIONS) == set(State)


def test_these_states_are_final() -> None:
    assert frozenset({S.CONFIRMED, S.INTERRUPTED, S.FAILED, S.MISSED, S.CANCELLED}) == FINAL


def test_every_state_can_be_reached_and_left() -> None:
    assert {state for following in TRANSITIONS.values() for state in following} == set(State) - {S.PLANNED}
    for state in set(State) - FINAL:
        assert TRANSITIONS[state] & FINAL, f"{state} has no way to an end"


def test_nothing_is_sent_but_by_claiming_it() -> None:
    assert {state for state, following in TRANSITIONS.items() if S.SENDING in following} == {S.PLANNED, S.RETRY}


def test_only_what_may_be_unsent_is_tried_again() -> None:
    assert {state for state, following in TRANSITIONS.items() if S.RETRY in following} == {S.SENDING, S.UNKNOWN}


def test_what_the_far_end_accepted_is_never_sent_again() -> None:
    reached, waiting = set[State](), [S.ACCEPTED]
    while waiting:
        following = TRANSITIONS[waiting.pop()] - reached
        reached |= following
        waiting += following
    assert not reached & {S.SENDING, S.RETRY, S.UNKNOWN, S.PLANNED}


@pytest.mark.parametrize(("current", "following"), [(a, b) for a in State for b in State if b in TRANSITIONS[a]])
def test_a_step_of_the_table_is_taken(current: State, following: State) -> None:
    assert follow(current, following) is following


@pytest.mark.parametrize("current", sorted(FINAL))
@pytest.mark.parametrize("following", list(State))
def test_an_end_is_an_end(current: State, following: State) -> None:
    assert follow(current, following) is current


@pytest.mark.parametrize("state", list(State))
def test_the_same_word_again_changes_nothing(state: State) -> None:
    assert follow(state, state) is state


@pytest.mark.parametrize("following", sorted(NEVER_SENT_YET))
def test_nothing_can_be_said_of_what_was_never_sent(following: State) -> None:
    with pytest.raises(TransitionError) as caught:
        follow(S.PLANNED, following)
    assert caught.value.code == "no_such_transition"
    assert dict(caught.value.params) == {"current": "planned", "following": following.value}


@pytest.mark.parametrize("late", [S.PLANNED, S.SENDING, S.UNKNOWN, S.RETRY])
def test_a_late_word_never_moves_back_what_was_accepted(late: State) -> None:
    assert follow(S.ACCEPTED, late) is S.ACCEPTED


@pytest.mark.parametrize("proof", [S.ACCEPTED, S.CONFIRMED, S.INTERRUPTED])
@pytest.mark.parametrize("doubt", [S.RETRY, S.UNKNOWN])
def test_a_proof_that_it_went_out_ends_the_doubt(doubt: State, proof: State) -> None:
    assert follow(doubt, proof) is proof


@pytest.mark.parametrize("order", list(permutations((S.ACCEPTED, S.UNKNOWN, S.RETRY))))
def test_whatever_came_before_a_confirmation_stands(order: tuple[State, ...]) -> None:
    state = S.SENDING
    for each in (*order, S.CONFIRMED, *order):
        state = follow(state, each)
    assert state is S.CONFIRMED


def test_whatever_is_out_can_be_taken_back() -> None:
    assert {state for state in State if S.CANCELLED in TRANSITIONS[state]} == set(State) - FINAL


def test_the_urgent_ranks_highest() -> None:
    assert sorted(Priority, key=lambda each: each.rank) == [Priority.ROUTINE, Priority.PRIORITY, Priority.EMERGENCY]


def test_the_last_useful_moment_belongs_to_it() -> None:
    start = datetime(2026, 11, 23, 10, tzinfo=UTC)
    occurrence = Occurrence("p", "s", start, Medium.SMS, "t", (), (), late_by=timedelta(hours=2))
    assert occurrence.too_late == start + timedelta(hours=2)
    assert occurrence.key == ("p", "s", start)


def test_a_bulletin_airs_on_the_day_it_expires_and_not_after() -> None:
    source = Source("Công an")
    bulletin = Bulletin("b", "t", "14", Category.TRICK, source, "lời", expires=date(2026, 11, 23))
    assert not bulletin.is_expired(date(2026, 11, 23))
    assert bulletin.is_expired(date(2026, 11, 24))


def test_both_ends_of_a_range_of_days_belong_to_it() -> None:
    days = DayRange(date(2027, 2, 5), date(2027, 2, 11))
    inside = [date(2027, 2, day) in days for day in (4, 5, 11, 12)]
    assert inside == [False, True, True, False]


def test_no_number_or_address_stands_in_a_repr() -> None:
    contact = Contact(1, "to-truong", "84912345678", "Nguyễn Thị Mẫu")
    start = datetime(2026, 11, 23, 10, tzinfo=UTC)
    outgoing = Outgoing(1, "k", ("p", "s", start), start, "t/1", {"phone": "84912345678"}, TextContent("x"))
    for text in (repr(contact), repr(outgoing), f"{contact}"):
        assert "912345678" not in text
        assert "Mẫu" not in text
