"""What microphones say of airings, at the station: beside the receipts, never in their place; and who is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.speakers_list import facts_of
from pipeline.fleet import watch
from pipeline.fleet.fleet import Fleet
from pipeline.fleet.watch import Speaker
from pipeline.messages import render
from pipeline.protocol.hearing import Hearing, Verdict
from pipeline.protocol.journal import Entry, Kind
from pipeline.store import Store
from tests.channel_cases import order, recording
from tests.fleets import JOURNAL, ZONE, FarReceivers, entries, fleet_at, states, utc, write_delivery

START = utc(2026, 11, 23, 10)
NAME = "xa-1"
SAID = {
    Verdict.HEARD: Hearing(Verdict.HEARD, 40.0, 1.0, 0.0, 60.0, 0.2, -30.5),
    Verdict.PARTLY: Hearing(Verdict.PARTLY, 40.0, 0.4, 0.0, 24.0, 0.2, -31.0, "listening_ended_early"),
    Verdict.NOT_HEARD: Hearing(Verdict.NOT_HEARD, 1.0, reason="listening_silence"),
    Verdict.UNSURE: Hearing(Verdict.UNSURE, 6.0, 0.1, reason="listening_faint"),
}
NOTICE = "receiver_not_heard_aloud"


@dataclass
class Set:
    store: Store
    fleet: Fleet
    root: Path
    now: datetime = START
    written: int = 0

    def tell(
        self, number: int, *said: Verdict, ended: Kind | None = Kind.ENDED, facts: dict[str, str] | None = None
    ) -> None:
        """The receiver's journal of one airing an hour after the one before: it began, came to an end, and was heard
        so."""
        self.now += timedelta(hours=1)
        write_delivery(self.store, number, NAME, self.now)
        made = order(number, recording(self.root / "made", 1.0), start=self.now.astimezone(ZONE), target=NAME)
        self.store.claim("may-thu", 1_000 + number, now=self.now, limit=1, lease=timedelta(minutes=2))
        self.store.record(self.fleet.lay_down([made], self.now))
        kinds = [(Kind.STARTED, f"loa-{number}"), (ended, f"loa-{number}")] if ended is not None else []
        heard = [{**SAID[each].as_facts(), **(facts or {})} for each in said]
        self._hand_in([Entry(0, self.now, kind, airing) for kind, airing in kinds])
        self._hand_in([Entry(0, self.now, Kind.HEARD, f"loa-{number}", facts=each) for each in heard])

    def _hand_in(self, made: list[Entry]) -> None:
        numbered = tuple(replace(each, seq=self.written + place) for place, each in enumerate(made, 1))
        self.written += len(made)
        piece = replace(entries((Kind.BOOTED, ""), at=self.now), journal=JOURNAL, entries=numbered)
        assert not numbered or self.fleet.take_journal(NAME, piece) == self.written

    def speaker(self) -> Speaker:
        return watch.survey(self.fleet, self.now)[0]

    def problems(self) -> list[str]:
        return [code for code, _ in self.speaker().problems if code == NOTICE]


@pytest.fixture
def station(tmp_path: Path, empty_sqlite: Path) -> Iterator[Set]:
    path = tmp_path / "loa.db"
    path.write_bytes(empty_sqlite.read_bytes())
    store = Store(f"sqlite:///{path}")
    made: list[Set] = []

    def clock() -> datetime:
        return made[0].now if made else START

    fleet = fleet_at(tmp_path, store, clock, [NAME])
    made.append(Set(store, fleet, tmp_path))
    fleet.issuing.wire = FarReceivers(fleet, clock)
    yield made[0]
    store.close()


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize(
    ("ended", "state"), [(Kind.ENDED, "confirmed"), (Kind.STOPPED, "interrupted"), (None, "accepted")]
)
def test_no_verdict_makes_or_unmakes_a_receipt(station: Set, verdict: Verdict, ended: Kind | None, state: str) -> None:
    station.tell(3, verdict, ended=ended)
    assert states(station.store, [3])[3][0] == state
    truths = station.store.truths("may-thu", START, START + timedelta(days=1))
    assert (truths.played, truths.heard) == (int(state == "confirmed"), int(verdict is Verdict.HEARD))


def test_an_airing_that_ended_and_was_not_heard_is_told_until_the_next_is_heard(station: Set) -> None:
    class Teller:
        def __init__(self) -> None:
            self.told: dict[str, dict[str, Any]] = {}

        def note(self, code: str, now: datetime, subject: str = "", **params: object) -> None:
            self.told[code] = {"subject": subject, **params}

        def settle(self, codes: Any, now: datetime, keep: Any = frozenset()) -> None:
            for code in [each for each in self.told if each in codes and (each, NAME) not in keep]:
                del self.told[code]

    teller = Teller()
    station.tell(3, Verdict.NOT_HEARD)
    watch.tell(station.fleet, teller, station.now)
    facts = teller.told[NOTICE]
    assert facts["subject"] == NAME
    message, hint = render(NOTICE, {name: str(each) for name, each in facts.items()})
    assert f"{station.now.astimezone(ZONE):%H:%M %d/%m}" in message
    assert "im lặng" in message
    assert f"loa speakers tone {NAME}" in hint
    station.tell(4, Verdict.HEARD)
    watch.tell(station.fleet, teller, station.now)
    assert NOTICE not in teller.told


SETTLING = {
    "heard": ([Verdict.HEARD], Kind.ENDED, False),
    "heard in part": ([Verdict.PARTLY], Kind.ENDED, False),
    "unsure": ([Verdict.UNSURE], Kind.ENDED, True),
    "not heard again": ([Verdict.NOT_HEARD], Kind.ENDED, True),
    "heard, of what was stopped": ([Verdict.HEARD], Kind.STOPPED, False),
    "first not, then heard": ([Verdict.NOT_HEARD, Verdict.HEARD], Kind.ENDED, False),
    "first heard, then not": ([Verdict.HEARD, Verdict.NOT_HEARD], Kind.ENDED, True),
    "nothing": ([], Kind.ENDED, True),
}


@pytest.mark.parametrize("case", SETTLING)
def test_what_settles_it_is_a_sound_and_nothing_else(station: Set, case: str) -> None:
    said, ended, open_still = SETTLING[case]
    station.tell(3, Verdict.NOT_HEARD)
    station.tell(4, *said, ended=ended)
    assert bool(station.problems()) is open_still


@pytest.mark.parametrize("ended", [Kind.STOPPED, Kind.FAILED, None])
def test_what_did_not_end_need_not_be_heard(station: Set, ended: Kind | None) -> None:
    station.tell(3, Verdict.NOT_HEARD, ended=ended)
    assert station.problems() == []
    heard = station.speaker().heard
    assert heard is not None
    assert heard.hearing.verdict is Verdict.NOT_HEARD, "it is shown all the same"


def test_a_week_later_it_is_no_news_of_the_amplifier(station: Set) -> None:
    station.tell(3, Verdict.NOT_HEARD)
    station.now += watch.HEARD_LATELY + timedelta(minutes=1)
    assert station.problems() == []
    assert station.speaker().heard is None


@pytest.mark.parametrize("facts", [{"verdict": "loud"}, {"score": "nan"}, {"share": "7"}, {"reason": "x"}])
def test_a_hearing_that_is_malformed_says_nothing(station: Set, facts: dict[str, str]) -> None:
    station.tell(3, Verdict.HEARD)
    station.tell(4, Verdict.NOT_HEARD, facts=facts)
    heard = station.speaker().heard
    assert heard is not None
    assert (heard.delivery, station.problems()) == (3, [])
    assert states(station.store, [4])[4][0] == "confirmed"


def test_a_hearing_that_says_more_than_we_know_is_heard(station: Set) -> None:
    station.tell(3, Verdict.HEARD)
    station.tell(4, Verdict.NOT_HEARD, facts={"x-later": "x"})
    heard = station.speaker().heard
    assert heard is not None
    assert heard.delivery == 4


def test_a_hearing_of_an_airing_of_somebody_else_counts_for_nobody(station: Set) -> None:
    station.tell(3, Verdict.HEARD)
    station._hand_in([Entry(0, station.now, Kind.HEARD, "loa-77", facts=SAID[Verdict.NOT_HEARD].as_facts())])
    heard = station.speaker().heard
    assert heard is not None
    assert heard.delivery == 3


def test_the_list_says_what_was_heard_last(station: Set) -> None:
    assert facts_of(station.speaker(), station.now, ZONE)["heard"] is None
    station.tell(3, Verdict.NOT_HEARD)
    station.tell(4, Verdict.PARTLY)
    assert facts_of(station.speaker(), station.now, ZONE)["heard"] == {
        "at": station.now.astimezone(ZONE).isoformat(timespec="seconds"),
        "airing": 4,
        **SAID[Verdict.PARTLY].as_json(),
    }
