"""Whose turn it is: each bulletin once before any is heard again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import pytest

from pipeline.domain import Bulletin, Rotation, YearDays
from pipeline.schedule import Plan
from pipeline.schedule.rotation import Turns, candidates
from tests.unit.schedule.site import bulletin, plan, programme, slot_text

MONDAY = "2026-11-23"


def shelf(count: int, **more: date) -> dict[str, Bulletin]:
    return {f"b{n}": bulletin(f"b{n}", str(n), expires=more.get(f"b{n}")) for n in range(1, count + 1)}


def heard(found: Plan) -> list[str]:
    return ["+".join(each.bulletins) for each in found.occurrences]


def rotation(count: int = 1, lines: str = "", topics: str = "[all]") -> str:
    return slot_text(f"play: {{rotate: {{topics: {topics}, count: {count}}}}}\n{lines}")


def test_candidates_are_ordered_by_topic_as_numbers_and_then_by_id() -> None:
    books = [
        bulletin("z", "10"),
        bulletin("y", "2"),
        bulletin("b", "1"),
        bulletin("a", "1"),
        bulletin("x", "lua-dao-2"),
    ]
    found = candidates([*books, bulletin("w", "lua-dao-10")], Rotation(("all",)))
    assert [each.id for each in found] == ["a", "b", "y", "z", "x", "w"]


@pytest.mark.parametrize(
    ("topics", "audience", "expected"),
    [
        (("all",), (), "everybody old young"),
        (("1",), (), "everybody old"),
        (("1", "2"), ("cao-tuoi",), "old"),
        (("all",), ("cao-tuoi", "hoc-sinh"), "old young"),
        (("2",), ("cao-tuoi",), ""),
    ],
)
def test_candidates_match_a_topic_and_any_of_the_audiences(
    topics: tuple[str, ...], audience: tuple[str, ...], expected: str
) -> None:
    books = [
        bulletin("everybody", "1"),
        bulletin("old", "1", audience=("cao-tuoi", "phu-nu")),
        bulletin("young", "2", audience=("hoc-sinh",)),
    ]
    assert [each.id for each in candidates(books, Rotation(topics, audience))] == expected.split()


@pytest.mark.parametrize(
    ("candidates", "count", "expected"),
    [
        (3, 1, ["b1", "b2", "b3", "b1", "b2", "b3", "b1"]),
        (3, 2, ["b1+b2", "b3+b1", "b2+b3", "b1+b2", "b3+b1", "b2+b3", "b1+b2"]),
        (2, 3, ["b1+b2"] * 7),
        (1, 1, ["b1"] * 7),
    ],
)
def test_each_is_heard_once_before_any_is_heard_again(candidates: int, count: int, expected: list[str]) -> None:
    found = plan(programme(rotation(count)), first=MONDAY, days=7, bulletins=shelf(candidates))
    assert heard(found) == expected


def test_several_airings_a_day_go_on_in_turn() -> None:
    found = plan(programme(rotation(1, "at: [17:00, 5:00]")), first=MONDAY, days=2, bulletins=shelf(3))
    assert heard(found) == ["b1", "b2", "b3", "b1"]


@pytest.mark.parametrize("first", range(1, 30))
def test_the_turn_is_the_same_from_whatever_day_the_plan_begins(first: int) -> None:
    slot = rotation(2, "at: [5:00, 17:00]\nat_by_area: {an-quang: [6:00, 18:00], an-hung-1: 7:00}")
    tail = "except: [2026-12-03..2026-12-05, tet]\nextra: [{slot: s, date: 2026-12-04, at: '9:00'}]"
    settings = {
        "bulletins": shelf(7, b3=date(2026, 12, 6), b5=date(2026, 12, 6), b1=date(2026, 12, 15)),
        "calendar": {"tet": (YearDays((12, 28), (1, 5), lunar=True),)},
    }
    life = programme(slot, head="from: 2026-11-25", tail=tail)
    whole = plan(life, first="2026-11-20", days=60, **settings)
    begin = date(2026, 12, first)
    part = plan(life, first=begin, days=10, **settings)
    assert part.occurrences == tuple(each for each in whole.occurrences if 0 <= (each.start.date() - begin).days < 10)


def test_days_without_an_airing_take_no_turn() -> None:
    slot = rotation(1, "days: weekdays\nevery: 2\nseason: 11-24..12-31")
    found = plan(programme(slot, tail="except: 2026-11-26"), first=MONDAY, days=21, bulletins=shelf(9))
    assert heard(found) == ["b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8"]


def test_a_one_off_takes_its_turn() -> None:
    tail = "extra: [{slot: s, date: 2026-11-24, at: '19:00'}, {slot: s, date: 2026-11-20, at: '9:00'}]"
    found = plan(programme(rotation(), tail=tail), first="2026-11-20", days=6, bulletins=shelf(9))
    assert heard(found) == ["b1", "b2", "b3", "b4", "b5"]


def test_a_one_off_on_a_regular_time_takes_one_turn() -> None:
    tail = "extra: [{slot: s, date: 2026-11-24, at: '17:00'}]"
    assert heard(plan(programme(rotation(), tail=tail), first=MONDAY, days=3, bulletins=shelf(9))) == ["b1", "b2", "b3"]


def test_communes_with_their_own_hour_hear_the_same() -> None:
    slot = rotation(1, "at: [5:00, 17:00]\nat_by_area: {an-quang: [6:00, 18:00]}")
    found = plan(programme(slot), first=MONDAY, days=2, bulletins=shelf(9))
    assert heard(found) == ["b1", "b1", "b2", "b2", "b3", "b3", "b4", "b4"]


def test_a_commune_with_more_hours_runs_through_its_own_sequence() -> None:
    slot = rotation(1, "at_by_area: {an-quang: [6:00, 7:00, 8:00]}")
    found = plan(programme(slot), first=MONDAY, days=2, bulletins=shelf(3))
    by_area = {
        area: [each.bulletins[0] for each in found.occurrences if area in each.areas]
        for area in ("an-quang", "an-hung-1")
    }
    assert by_area == {"an-quang": ["b1", "b2", "b3", "b1", "b2", "b3"], "an-hung-1": ["b1", "b2"]}


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ("[6:00, 18:00]", False),
        ("[6:00, 17:00]", False),
        ("[6:00, 7:00, 8:00]", False),
        ("17:00", True),
        ("[17:00, 19:00]", True),
        ("[5:00, 17:00, 19:00]", True),
    ],
)
def test_a_commune_that_shares_only_part_of_the_hours_is_told(own: str, told: bool) -> None:
    slot = rotation(1, f"at: [5:00, 17:00]\nat_by_area: {{an-quang: {own}}}")
    found = plan(programme(slot), first=MONDAY, days=2, bulletins=shelf(4))
    assert [(each.code, each.params["areas"]) for each in found.problems] == (
        [("rotation_out_of_step", "an-quang")] if told else []
    )
    others = rotation(1, f"at: 4:00\nat_by_area: {{an-hung: [5:00, 17:00], an-quang: {own}}}")
    found = plan(programme(others), first=MONDAY, days=2, bulletins=shelf(4))
    assert bool(found.problems) is told
    fixed = plan(programme(slot_text(f"at: [5:00, 17:00]\nat_by_area: {{an-quang: {own}}}")), first=MONDAY)
    assert fixed.problems == ()


def test_an_expired_bulletin_leaves_and_the_others_keep_their_turn() -> None:
    found = plan(programme(rotation()), first=MONDAY, days=7, bulletins=shelf(4, b3=date(2026, 11, 23)))
    assert heard(found) == ["b1", "b2", "b4", "b1", "b2", "b4", "b1"]
    later = plan(programme(rotation()), first=MONDAY, days=7, bulletins=shelf(4, b1=date(2026, 11, 27)))
    assert heard(later) == ["b1", "b2", "b3", "b4", "b1", "b2", "b3"]


def test_no_rotation_repeats_while_others_wait_even_as_bulletins_expire() -> None:
    expiring = shelf(9, b2=date(2026, 12, 1), b9=date(2026, 12, 3), b4=date(2026, 12, 20))
    found = plan(programme(rotation(2)), first=MONDAY, days=60, bulletins=expiring)
    counts: Counter[str] = Counter()
    for each in found.occurrences:
        counts.update(each.bulletins)
        alive = [name for name, book in expiring.items() if not book.is_expired(each.start.date())]
        assert max(counts[name] for name in alive) - min(counts[name] for name in alive) <= 1


def test_a_rotation_without_candidates_stays_empty_with_a_warning() -> None:
    found = plan(programme(rotation(topics="['99']")), first=MONDAY, days=2, bulletins=shelf(3))
    assert [each.bulletins for each in found.occurrences] == [(), ()]
    assert [(each.code, each.params["count"]) for each in found.problems] == [("rotation_empty", "2")]


def test_a_rotation_that_has_run_out_stays_empty() -> None:
    found = plan(programme(rotation()), first="2027-01-01", days=1, bulletins=shelf(1, b1=date(2026, 12, 1)))
    assert [each.bulletins for each in found.occurrences] == [()]


@pytest.mark.parametrize(("size", "count", "airings"), [(5, 2, 7), (5, 5, 3), (3, 9, 4), (1, 1, 100), (0, 2, 5)])
def test_skipping_leaves_what_taking_would(size: int, count: int, airings: int) -> None:
    skipped, taken = Turns(shelf(size).values(), count), Turns(shelf(size).values(), count)
    skipped.skip(airings)
    for _ in range(airings):
        taken.take()
    assert rest(skipped) == rest(taken)


def rest(turns: Turns) -> Sequence[tuple[str, ...]]:
    return [turns.take() for _ in range(6)]
