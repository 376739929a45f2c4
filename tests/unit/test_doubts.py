"""What may have gone out: asked about where somebody can be asked, repeated once where it must, else left alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.channels import UNSENT_AFTER, Doubt, Taken
from pipeline.dispatch.doubts import REPEATED, Doubts
from pipeline.domain import (
    Contact,
    Dedupe,
    Delivery,
    Evidence,
    Medium,
    Occurrence,
    Outgoing,
    Priority,
    Receipt,
    State,
    TextContent,
)
from pipeline.errors import Outcome, SendError
from pipeline.store import Claimed, PlannedRow
from pipeline.store.doubts import Doubtful

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class Provider:
    """Can be asked; answers what it is told to."""

    id, medium, evidence = "tin-nhan", Medium.SMS, Evidence.NONE

    def __init__(self, dedupe: Dedupe, answer: Sequence[Receipt] | SendError = ()) -> None:
        self.dedupe, self.answer = dedupe, answer
        self.asked: list[Doubt] = []

    def look_up(self, doubts: Sequence[Doubt], taken: Taken) -> list[Receipt]:
        self.asked += doubts
        if isinstance(self.answer, SendError):
            raise self.answer
        return list(self.answer)


class Rows:
    """The store, as far as it is asked here."""

    def __init__(self, *rows: Doubtful) -> None:
        self.rows = list(rows)
        self.said: list[Receipt] = []
        self.fences: dict[int, int] = {}
        self.parts: dict[int, int] = {}

    def doubtful(self, channel: str, limit: int) -> list[Doubtful]:
        return self.rows[:limit]

    def refs_taken(self, refs: Any) -> set[str]:
        return set()

    def record(self, said: Sequence[Receipt], *, fences: Mapping[int, int], parts: Mapping[int, int]) -> int:
        self.said += said
        self.parts |= parts
        self.fences |= fences
        return len(said)


class Made:
    """Orders without a site."""

    def content(self, occurrence: Occurrence, find: Any) -> None:
        return None

    def make(self, claimed: Claimed, content: Any) -> Outgoing:
        row = claimed.delivery
        phone = {"phone": claimed.contact.phone if claimed.contact else ""}
        return Outgoing(row.id, f"loa-{row.id}", claimed.occurrence.key, NOW, row.target, phone, content)


def row(
    number: int, priority: Priority = Priority.ROUTINE, *, ago: timedelta = UNSENT_AFTER, attempt: int = 1
) -> Doubtful:
    occurrence = Occurrence("p", "s", NOW, Medium.SMS, "t", ("b",), ("dan",), priority=priority)
    unknown = Delivery(number, 1, f"dan/{number}", "tin-nhan", State.UNKNOWN, attempt=attempt, fence=7, since=NOW - ago)
    person = Contact(number, "dan", "84900000000", "", "", False)
    return Doubtful(unknown, PlannedRow(1, occurrence, handed_over_at=NOW - timedelta(hours=1)), person)


def resolve(provider: Provider, rows: Rows, now: datetime = NOW) -> Doubts:
    doubts = Doubts(rows, Made(), lambda _: None)  # type: ignore[arg-type]
    doubts.resolve({provider.id: provider}, now)  # type: ignore[dict-item]
    return doubts


def test_a_doubt_is_asked_about_with_the_time_in_which_it_can_have_gone_out() -> None:
    provider = Provider(Dedupe.LOOKUP, [Receipt(1, NOW, State.ACCEPTED, ref="SM1")])
    rows = Rows(row(1))
    resolve(provider, rows)
    (asked,) = provider.asked
    assert (asked.first, asked.since) == (NOW - timedelta(hours=1), NOW - UNSENT_AFTER)
    assert [(each.delivery, each.ref) for each in rows.said] == [(1, "SM1")]
    assert rows.fences == {1: 7}


def test_one_whose_person_is_gone_cannot_be_asked_about() -> None:
    provider = Provider(Dedupe.LOOKUP)
    resolve(provider, Rows(row(1)._replace(contact=None)))
    assert provider.asked == []


def test_who_does_not_answer_is_asked_again_and_nothing_is_decided() -> None:
    provider = Provider(Dedupe.LOOKUP, SendError("sms_no_answer", Outcome.UNKNOWN))
    rows = Rows(row(1, Priority.EMERGENCY))
    doubts = resolve(provider, rows)
    doubts.resolve({provider.id: provider}, NOW + timedelta(seconds=1))  # type: ignore[dict-item]
    assert (len(provider.asked), rows.said) == (1, [])
    doubts.resolve({provider.id: provider}, NOW + timedelta(seconds=6))  # type: ignore[dict-item]
    assert len(provider.asked) == 2


@pytest.mark.parametrize(
    ("dedupe", "given", "again"),
    [
        (Dedupe.NONE, row(1, Priority.EMERGENCY), True),
        (Dedupe.NONE, row(1, Priority.EMERGENCY, attempt=2), False),
        (Dedupe.NONE, row(1, Priority.EMERGENCY, ago=timedelta(seconds=59)), False),
        (Dedupe.NONE, row(1, Priority.PRIORITY), False),
        (Dedupe.NONE, row(1), False),
        (Dedupe.LOOKUP, row(1, Priority.EMERGENCY), False),
    ],
)
def test_only_an_emergency_that_nobody_can_be_asked_about_goes_a_second_time(
    dedupe: Dedupe, given: Doubtful, again: bool
) -> None:
    rows = Rows(given)
    resolve(Provider(dedupe), rows)
    assert [(each.state, each.code) for each in rows.said] == ([(State.RETRY, REPEATED)] if again else [])


class Worded(Made):
    """Orders with a text of two parts."""

    def content(self, occurrence: Occurrence, find: Any) -> Any:
        return TextContent("a" * 200)


def test_what_is_found_sent_is_billed_though_its_sender_died_before_it_was_counted() -> None:
    rows = Rows(row(1), row(2))
    provider = Provider(Dedupe.LOOKUP, [Receipt(1, NOW, State.ACCEPTED)])
    Doubts(rows, Worded(), lambda _: None).resolve({provider.id: provider}, NOW)  # type: ignore[arg-type,dict-item]
    assert rows.parts == {1: 2}
