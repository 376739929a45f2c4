"""A rotation that promises: each topic in every window for all who listen, or a word beforehand and what would help."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from pipeline.domain import Aired, Bulletin, DayRange, Priority
from pipeline.schedule import Plan
from tests.promises import REFUSED, Figures, try_out
from tests.unit.schedule.site import HANOI, bulletin, plan, programme, programme_text, read, slot_text

EXAMPLES = int(os.environ.get("LOA_PROMISES", "4"))
MONDAY = date(2026, 11, 23)


def shelf(topics: int, **more: Any) -> dict[str, Bulletin]:
    return {f"b{n}": bulletin(f"b{n}", str(n), **more.get(f"b{n}", {})) for n in range(1, topics + 1)}


def rotation(terms: str, lines: str = "") -> str:
    return slot_text(f"play: {{rotate: {{topics: [all], {terms}}}}}\n{lines}")


def heard(found: Plan) -> list[str]:
    return ["+".join(each.bulletins) for each in found.occurrences]


def codes(found: Plan) -> list[str]:
    return [each.code for each in found.problems]


# --- the promise ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", range(0, EXAMPLES, 2))
def test_each_commune_hears_each_topic_in_every_window_or_the_plan_says_no(start: int) -> None:
    figures = Figures()
    for seed in range(start, start + 2):
        try_out(seed, figures)
    assert figures.broken == []


def test_a_promise_takes_topics_in_turn_as_a_rotation_does() -> None:
    found = plan(programme(rotation("count: 2, within: 1 week")), first=MONDAY, days=4, bulletins=shelf(5))
    assert heard(found) == ["b1+b2", "b3+b4", "b5+b1", "b2+b3"]
    assert found.problems == ()


def test_bulletins_of_one_topic_alternate() -> None:
    books = {"a": bulletin("a", "1"), "b": bulletin("b", "1"), "c": bulletin("c", "2")}
    found = plan(programme(rotation("within: 1 week")), first=MONDAY, days=6, bulletins=books)
    assert heard(found) == ["a", "c", "b", "c", "a", "c"]


def test_slots_of_one_programme_share_their_promise() -> None:
    slots = (rotation("within: 1 week"), rotation("within: 1 week", "id: t\nat: '5:00'"))
    found = plan(programme(*slots), first=MONDAY, days=3, bulletins=shelf(5))
    assert heard(found) == ["b1", "b2", "b3", "b4", "b5", "b1"]
    (verdict,) = found.promises
    assert verdict.slots == ("s", "t")


def test_slots_for_other_audiences_promise_on_their_own() -> None:
    books = {
        "a": bulletin("a", "1", audience=("cao-tuoi",)),
        "b": bulletin("b", "2"),
        "c": bulletin("c", "3", audience=("cao-tuoi",)),
    }
    slots = (rotation("within: 1 week"), rotation("audience: [cao-tuoi], within: 1 week", "id: t\nat: '18:00'"))
    found = plan(programme(*slots), first=MONDAY, days=2, bulletins=books)
    assert heard(found) == ["a", "a", "b", "c"]


def test_no_topic_is_heard_twice_on_a_day_unless_it_is_asked_for() -> None:
    hours = "at: ['5:00', '11:00', '17:00']"
    once = plan(programme(rotation("within: 1 week", hours)), first=MONDAY, days=1, bulletins=shelf(2))
    assert heard(once) == ["b1", "b2", ""]
    assert codes(once) == ["rotation_told_today"]
    terms = "within: 1 week, twice_a_day: true"
    asked = plan(programme(rotation(terms, hours)), first=MONDAY, days=1, bulletins=shelf(2))
    assert heard(asked) == ["b1", "b2", "b1"]
    assert asked.problems == ()


@pytest.mark.parametrize("first", range(0, 40, 3))
def test_the_turn_is_the_same_from_whatever_day_the_plan_begins(first: int) -> None:
    books = shelf(9, b3={"expires": date(2026, 12, 6)}, b7={"received": datetime(2026, 12, 2, 8, tzinfo=HANOI)})
    slot = rotation("count: 2, within: 2 weeks", "at_by_area: {an-quang: ['6:00', '17:00']}")
    life = programme(slot, tail="except: [2026-12-03..2026-12-05]\nextra: [{slot: s, date: 2026-12-04, at: '9:00'}]")
    whole = plan(life, first=MONDAY, days=60, bulletins=books)
    begin = MONDAY + timedelta(first)
    part = plan(life, first=begin, days=5, bulletins=books)
    assert part.occurrences == tuple(each for each in whole.occurrences if 0 <= (each.start.date() - begin).days < 5)


def test_a_commune_that_shares_only_part_of_the_hours_hears_every_topic() -> None:
    slot = rotation("within: 2 weeks", "at: ['5:00', '17:00']\nat_by_area: {an-quang: '17:00'}")
    found = plan(programme(slot), first=MONDAY, days=60, bulletins=shelf(6))
    assert found.problems == ()
    told = [each.bulletins[0] for each in found.occurrences if "quang-1" in each.targets]
    assert all(len(set(told[n : n + 14])) == 6 for n in range(len(told) - 14))


def test_a_new_bulletin_goes_first_from_the_day_it_was_received() -> None:
    books = shelf(8, b5={"received": datetime(2026, 11, 25, 9, tzinfo=HANOI)})
    found = plan(programme(rotation("within: 2 weeks")), first=MONDAY, days=6, bulletins=books)
    assert heard(found) == ["b1", "b2", "b5", "b3", "b4", "b6"]


def test_a_new_bulletin_waits_where_every_turn_is_needed() -> None:
    books = shelf(7, b5={"received": datetime(2026, 11, 25, 9, tzinfo=HANOI)})
    found = plan(programme(rotation("within: 1 week")), first=MONDAY, days=14, bulletins=books)
    assert heard(found)[:7] == ["b1", "b2", "b5", "b3", "b4", "b6", "b7"]  # six were promised: one turn to spare
    assert found.problems == ()
    books["b8"] = bulletin("b8", "8", received=datetime(2026, 11, 26, 9, tzinfo=HANOI))
    assert codes(plan(programme(rotation("within: 1 week")), first=MONDAY, days=14, bulletins=books)) != []


def test_on_closed_days_what_is_urgent_is_told_in_turn() -> None:
    books = shelf(4, b2={"priority": Priority.PRIORITY}, b3={"priority": Priority.PRIORITY})
    closed = {"tang": (DayRange(date(2026, 11, 24), date(2026, 11, 25)),)}
    life = programme(rotation("within: 2 weeks"))
    found = plan(life, first=MONDAY, days=6, bulletins=books, calendar=closed, closed=("tang",))
    assert heard(found) == ["b1", "b2", "b3", "b4", "b1", "b2"]


# --- what cannot be kept ----------------------------------------------------------------------------------------------


def test_a_promise_that_cannot_be_kept_is_told_with_what_would_keep_it() -> None:
    slot = rotation("within: 1 week", "days: [mon, wed, fri]")
    found = plan(programme(slot), first=MONDAY, bulletins=shelf(8))
    (problem,) = found.problems
    assert problem.code == "promise_not_kept"
    facts = {name: problem.params[name] for name in ("weeks", "needed", "room", "bulletins", "longer")}
    assert facts == {"weeks": "1", "needed": "8", "room": "3", "bulletins": "3", "longer": "3"}
    for terms in ("count: 3, within: 1 week", "within: 3 weeks"):
        mended = plan(programme(rotation(terms, "days: [mon, wed, fri]")), first=MONDAY, days=90, bulletins=shelf(8))
        assert mended.problems == ()
    for terms in ("count: 2, within: 1 week", "within: 2 weeks"):
        assert codes(plan(programme(rotation(terms, "days: [mon, wed, fri]")), first=MONDAY, bulletins=shelf(8)))


def test_a_pause_that_breaks_a_promise_is_told_a_window_ahead() -> None:
    slot, pause = rotation("count: 4, within: 1 week"), "except: 2027-02-01..2027-02-10"
    life = programme(slot, tail=pause)
    assert codes(plan(life, first="2027-01-11", days=8, bulletins=shelf(4))) == []
    assert codes(plan(life, first="2027-01-25", days=8, bulletins=shelf(4))) == ["promise_needs_weeks"]
    assert codes(plan(life, first="2027-02-20", days=8, bulletins=shelf(4))) == []


def test_a_season_promises_nothing_outside_of_it() -> None:
    slot = rotation("count: 4, within: 1 week", "season: 12-01..12-31")
    assert codes(plan(programme(slot), first=MONDAY, days=60, bulletins=shelf(4))) == []


def test_a_suspended_slot_promises_nothing_while_it_rests() -> None:
    slot = rotation("count: 4, within: 1 week", "suspended: {from: 2026-12-10, until: 2027-01-20}")
    found = plan(programme(slot), first=MONDAY, days=60, bulletins=shelf(4))
    assert [each for each in codes(found) if each.startswith("promise_")] == []


def test_a_peak_airs_more_and_the_promise_goes_on() -> None:
    peak = "peak: {from: 2026-11-25, until: 2026-11-26, count: 3}"
    found = plan(programme(rotation("within: 2 weeks", peak)), first=MONDAY, days=6, bulletins=shelf(7))
    assert heard(found) == ["b1", "b2", "b3+b4+b5", "b6+b7+b1", "b2", "b3"]


def test_communes_that_come_later_are_promised_from_their_first_day() -> None:
    slot = rotation("within: 2 weeks", "at_by_area: {an-quang: '18:00'}")
    life = programme(slot, head="from: 2025-06-20")
    found = plan(life, first="2025-06-25", days=40, bulletins=shelf(10))
    assert codes(found) == []
    assert {each.start.date() for each in found.occurrences if "quang-1" in each.targets} >= {date(2025, 7, 1)}


def test_weeks_without_airings_count() -> None:
    found = plan(programme(rotation("count: 9, within: 1 week", "every: 2")), first="2026-12-01", bulletins=shelf(3))
    assert codes(found) == ["promise_needs_weeks"]


# --- the key ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["0 weeks", "4", "53 weeks", "4 months", "-1 week", "1.5 weeks", "x", "999999 weeks"])
def test_a_window_that_is_no_number_of_weeks_is_refused(value: str) -> None:
    _, reading = read(programme_text(rotation(f"within: {value}")))
    assert [each.code for each in reading.problems] == ["bad_weeks"]


@pytest.mark.parametrize("value", ["1 week", "4 weeks", "4w", "'52 weeks'"])
def test_a_window_may_be_written_as_people_do(value: str) -> None:
    assert programme(rotation(f"within: {value}"))


def test_twice_a_day_belongs_to_a_promise() -> None:
    _, reading = read(programme_text(rotation("twice_a_day: true")))
    assert [(each.code, each.column > 10) for each in reading.problems] == [("twice_a_day_without_within", True)]


# --- what was missed --------------------------------------------------------------------------------------------------


def history(found: Plan, **missed: str) -> dict[tuple[str, str, datetime], Aired]:
    """What became of occurrences: day of November → clusters that missed its airing."""
    lost = {number.removeprefix("d"): names.split() for number, names in missed.items()}
    return {
        (*each.key[:2], each.start.astimezone(UTC)): Aired(
            each.bulletins,
            {"an-quang": frozenset(lost.get(f"{each.start:%d}", ()))} if lost.get(f"{each.start:%d}") else {},
        )
        for each in found.occurrences
    }


def test_what_aired_as_planned_changes_nothing() -> None:
    life, books = programme(rotation("count: 3, within: 4 weeks")), shelf(24)
    pure = plan(life, first=MONDAY, days=20, bulletins=books)
    settled = history(plan(life, first=MONDAY, days=9, bulletins=books))
    assert plan(life, first=MONDAY, days=20, bulletins=books, history=settled).occurrences == pure.occurrences


def test_a_commune_that_missed_a_topic_hears_it_as_soon_as_it_is_back() -> None:
    life, books = programme(rotation("within: 4 weeks")), shelf(10)
    three = plan(life, first=MONDAY, days=3, bulletins=books)
    out = history(three, d24="quang-1", d25="quang-1")
    found = plan(life, first="2026-11-26", days=4, bulletins=books, history=out)
    assert heard(found) == ["b4", "b5", "b6", "b7"]  # nobody knows yet that it is back
    four = plan(life, first=MONDAY, days=4, bulletins=books, history=out)
    found = plan(life, first="2026-11-27", days=4, bulletins=books, history=history(four, d24="quang-1", d25="quang-1"))
    assert heard(found) == ["b2", "b3", "b5", "b6"]
    assert list(found.made_up.values()) == [("2",), ("3",)]


def test_nothing_is_made_up_where_every_turn_is_needed_for_the_others() -> None:
    life, books = programme(rotation("within: 1 week")), shelf(7)
    two = plan(life, first=MONDAY, days=2, bulletins=books)
    found = plan(life, first="2026-11-25", days=5, bulletins=books, history=history(two, d23="quang-1"))
    assert heard(found) == ["b3", "b4", "b5", "b6", "b7"]


def test_what_was_really_aired_counts_and_not_what_would_have_been() -> None:
    life, books = programme(rotation("within: 2 weeks")), shelf(5)
    key = ("p", "s", datetime.combine(MONDAY, time(17), HANOI))
    found = plan(life, first="2026-11-24", days=5, bulletins=books, history={key: Aired(("b4",))})
    assert heard(found) == ["b1", "b2", "b3", "b5", "b4"]


def test_what_was_kept_off_the_air_has_had_its_turn() -> None:
    life, books = programme(rotation("count: 2, within: 2 weeks")), shelf(5)
    key = ("p", "s", datetime.combine(MONDAY, time(17), HANOI))
    found = plan(life, first="2026-11-24", days=2, bulletins=books, history={key: Aired(("b2",))})
    assert heard(found) == ["b3+b4", "b5+b1"]


def test_codes_of_refusal_are_those_the_simulator_knows() -> None:
    from pipeline.messages import CATALOGUE

    assert {code for code in CATALOGUE if code.startswith("promise_")} == set(REFUSED)


# --- what nobody hears ------------------------------------------------------------------------------------------------


def named(topics: str, lines: str = "") -> str:
    return slot_text(f"play: {{rotate: {{topics: {topics}, count: 2, within: 2 weeks}}}}\n{lines}")


def test_a_topic_that_is_named_and_has_no_bulletin_breaks_the_promise() -> None:
    found = plan(programme(named('["1", "24"]')), first=MONDAY, days=7, bulletins=shelf(3))
    (verdict,) = found.promises
    assert (verdict.topics, verdict.unwritten, verdict.is_kept) == (("1", "24"), ("24",), False)
    assert codes(found) == ["topics_unwritten"]


@pytest.mark.parametrize(("topics", "kept"), [("[all]", True), ('["1", "2"]', False)])
def test_a_topic_whose_bulletins_run_out_is_named_with_the_day(topics: str, kept: bool) -> None:
    books = shelf(2, b2={"expires": date(2026, 11, 29)})
    for first in (MONDAY, MONDAY + timedelta(days=21)):  # before it and after
        found = plan(programme(named(topics)), first=first, days=7, bulletins=books)
        (verdict,) = found.promises
        assert (verdict.topics, verdict.gone) == (("1", "2"), {"2": date(2026, 11, 30)})
        assert verdict.is_kept is kept
        assert "topics_run_out" in codes(found)


def test_a_topic_that_another_bulletin_takes_up_or_that_ends_with_the_programme_is_not_gone() -> None:
    until = date(2026, 11, 29)
    books = shelf(2, b2={"expires": until})
    (verdict,) = plan(programme(named("[all]"), tail=f"until: {until}"), first=MONDAY, days=7, bulletins=books).promises
    assert not verdict.gone
    books["b3"] = bulletin("b3", "2", received=datetime(2026, 12, 1, 8, tzinfo=UTC))
    (verdict,) = plan(programme(named("[all]")), first=MONDAY, days=7, bulletins=books).promises
    assert not verdict.gone


@pytest.mark.parametrize("topics", [20, 21, 24])
def test_a_season_shorter_than_the_window_has_to_tell_everything_once(topics: int) -> None:
    text = rotation("count: 2, within: 4 weeks", "season: 12-01..12-10\ndays: daily")
    found = plan(programme(text), first=date(2026, 11, 30), days=28, bulletins=shelf(topics))
    (verdict,) = found.promises
    assert verdict.is_kept is (topics == 20)
    assert [(each.heard, len(each.unheard)) for each in verdict.short] == [(20, topics - 20)] * (topics > 20)
    assert ("topics_beyond_season" in codes(found)) is (topics > 20)


@pytest.mark.parametrize("lines", ["season: 12-01..12-20", "suspended: {from: 2026-12-01, until: 2027-01-25}"])
def test_the_best_possible_wait_is_never_longer_than_what_was_reached(lines: str) -> None:
    found = plan(programme(rotation("within: 4 weeks", lines)), first=MONDAY, days=56, bulletins=shelf(5))
    (verdict,) = found.promises
    assert 0 < verdict.best_days <= verdict.longest_days <= 28
