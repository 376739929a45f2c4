"""Peaks, hours by time of year, suspensions and closed days: on which days a slot is aired, and how."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from pipeline.domain import DayRange, Priority, YearDays
from pipeline.schedule import Plan
from tests.unit.schedule.site import bulletin, plan, programme, slot_text, starts

MONDAY = "2026-11-23"
WEEKLY = 'days: [mon]\nat: "17:00"'


def airings(slot: str, first: str = "2026-11-30", days: int = 14, **more: Any) -> list[str]:
    return starts(plan(programme(slot), first=first, days=days, **more))


# --- peaks ------------------------------------------------------------------------------------------------------------


def test_a_peak_raises_the_frequency_and_ends_by_itself() -> None:
    slot = slot_text(f'{WEEKLY}\npeak: {{from: 2026-12-03, until: 2026-12-05, days: daily, at: ["5:30", "17:00"]}}')
    assert airings(slot) == [
        "Mon 11-30 17:00",
        *(f"{day} {hour}" for day in ("Thu 12-03", "Fri 12-04", "Sat 12-05") for hour in ("05:30", "17:00")),
        "Mon 12-07 17:00",
    ]


def test_a_peak_on_some_days_leaves_the_other_days_of_its_stretch_silent() -> None:
    slot = slot_text("days: daily\npeak: {from: 2026-12-01, until: 2026-12-06, days: [wed]}")
    assert airings(slot, days=8) == ["Mon 11-30 17:00", "Wed 12-02 17:00", "Mon 12-07 17:00"]


def test_a_peak_says_how_often_and_how_long() -> None:
    slot = slot_text("peak: {from: 2026-12-01, until: 2026-12-01, repeat: 3, length: 20m}\nlength: 5m")
    found = plan(programme(slot), first="2026-11-30", days=3).occurrences
    assert [(each.repeat, each.length) for each in found] == [
        (1, timedelta(minutes=5)),
        (3, timedelta(minutes=20)),
        (1, timedelta(minutes=5)),
    ]


def test_weeks_of_a_peak_are_counted_from_the_peak_where_it_says_so() -> None:
    every = "days: [mon]\nevery: 2\npeak: {from: 2026-12-07, until: 2026-12-27"
    assert airings(slot_text(f"{every}, every: 1}}"), days=28) == [
        "Mon 12-07 17:00",
        "Mon 12-14 17:00",
        "Mon 12-21 17:00",
    ]
    assert airings(slot_text(f"{every}, every: 2}}"), days=28) == ["Mon 12-07 17:00", "Mon 12-21 17:00"]
    assert airings(slot_text(f'{every}, at: "18:00"}}'), days=28) == ["Mon 12-07 18:00", "Mon 12-21 18:00"]


def by_hour(found: Plan) -> dict[str, tuple[str, ...]]:
    return {f"{each.start:%H:%M}": each.targets for each in found.occurrences}


@pytest.mark.parametrize(
    ("peak", "expected"),
    [
        ('at: ["5:30", "18:00"]', {"05:30": "h", "18:00": "h", "17:30": "q"}),
        (
            'at: ["5:30", "18:00"], at_by_area: {an-quang: ["5:45", "17:30"]}',
            {"05:30": "h", "18:00": "h", "05:45": "q", "17:30": "q"},
        ),
        ("at_by_area: {an-hung: 6:00}", {"06:00": "h", "17:30": "q"}),
        ("at_by_area: {an-hung-1: 6:00}", {"06:00": "h1", "17:00": "h2", "17:30": "q"}),
        ("repeat: 2", {"17:00": "h", "17:30": "q"}),
    ],
)
def test_an_areas_own_hours_stand_in_a_peak_unless_the_peak_gives_it_others(
    peak: str, expected: dict[str, str]
) -> None:
    names = {"q": ("quang-1", "quang-2"), "h": ("hung-1", "hung-2"), "h1": ("hung-1",), "h2": ("hung-2",)}
    slot = slot_text(f"at_by_area: {{an-quang: 17:30}}\npeak: {{from: 2026-12-01, until: 2026-12-01, {peak}}}")
    found = programme(slot, silent=False)
    assert by_hour(plan(found, first="2026-12-01", days=1)) == {hour: names[key] for hour, key in expected.items()}
    assert by_hour(plan(found, first="2026-12-02", days=1)) == {"17:00": names["h"], "17:30": names["q"]}


def test_a_rotation_hears_more_in_its_peak_and_goes_on_where_it_stood() -> None:
    shelf = {f"b{n}": bulletin(f"b{n}", str(n)) for n in range(1, 8)}
    play = "play: {rotate: {topics: [all], count: 1}}\npeak: {from: 2026-11-25, until: 2026-11-26, count: 3}"
    found = plan(programme(slot_text(play)), first=MONDAY, days=6, bulletins=shelf)
    heard = ["+".join(each.bulletins) for each in found.occurrences]
    assert heard == ["b1", "b2", "b3+b4+b5", "b6+b7+b1", "b2", "b3"]
    later = plan(programme(slot_text(play)), first="2026-11-26", days=2, bulletins=shelf)
    assert ["+".join(each.bulletins) for each in later.occurrences] == heard[3:5]


def test_a_one_off_within_a_peak_takes_its_counts() -> None:
    shelf = {f"b{n}": bulletin(f"b{n}", str(n)) for n in range(1, 8)}
    play = "play: {rotate: {count: 1}}\ndays: [mon]\npeak: {from: 2026-11-24, until: 2026-11-26, count: 2, repeat: 2}"
    tail = "extra: [{slot: s, date: 2026-11-25, at: 19:00}, {slot: s, date: 2026-11-28, at: 19:00}]"
    found = plan(programme(slot_text(play), tail=tail, silent=False), first=MONDAY, days=7, bulletins=shelf)
    assert [("+".join(each.bulletins), each.repeat) for each in found.occurrences] == [
        ("b1", 1),
        ("b2+b3", 2),
        ("b4", 1),
    ]


@pytest.mark.parametrize(
    ("lines", "tail"),
    [
        ("season: 01-01..11-30", ""),
        ("suspended: {until: 2026-12-31}", ""),
        ("", "except: [2026-12-01..2026-12-02]"),
        ("", "suspended: {from: 2026-12-01, until: 2026-12-02}"),
        ("", "until: 2026-11-30"),
    ],
)
def test_a_peak_opens_no_day_that_something_closes(lines: str, tail: str) -> None:
    slot = slot_text(f'peak: {{from: 2026-12-01, until: 2026-12-02, at: ["5:00", "6:00"]}}\n{lines}')
    assert starts(plan(programme(slot, tail=tail, silent=False), first="2026-12-01", days=2)) == []


# --- hours by time of year --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "hour"),
    [("2026-12-31", "05:30"), ("2027-03-31", "05:30"), ("2027-04-01", "05:00"), ("2027-09-30", "05:00")],
)
def test_hours_follow_the_time_of_year(day: str, hour: str) -> None:
    slot = slot_text('at: "17:00"\nat_by_season: {"04-01..09-30": "5:00", "10-01..03-31": "5:30"}')
    assert airings(slot, first=day, days=1) == [f"{date.fromisoformat(day):%a %m-%d} {hour}"]


def test_the_rest_of_the_year_keeps_at() -> None:
    slot = slot_text('at_by_season: {"12-25..01-02": ["6:00", "18:00"]}')
    found = airings(slot, first="2026-12-24", days=11)
    assert (found[0], found[1], len(found), found[-1]) == ("Thu 12-24 17:00", "Fri 12-25 06:00", 20, "Sun 01-03 17:00")


def test_own_hours_stand_in_a_season_unless_it_gives_others() -> None:
    season = '"11-01..11-30": {at: "16:00", at_by_area: {an-quang: "16:30"}}, "12-01..12-31": "16:00"'
    slot = slot_text(f"at_by_area: {{an-quang: 17:30}}\nat_by_season: {{{season}}}")
    quang, hung = ("quang-1", "quang-2"), ("hung-1", "hung-2")
    assert by_hour(plan(programme(slot), first="2026-11-30", days=1)) == {"16:00": hung, "16:30": quang}
    assert by_hour(plan(programme(slot), first="2026-12-01", days=1)) == {"16:00": hung, "17:30": quang}
    assert by_hour(plan(programme(slot), first="2027-01-01", days=1)) == {"17:00": hung, "17:30": quang}


def test_the_hours_of_a_peak_are_stronger_than_those_of_the_season() -> None:
    lines = 'at_by_season: {"12-01..12-31": "16:00"}\npeak: [{from: 2026-12-02, until: 2026-12-02, at: "6:00"}, '
    slot = slot_text(lines + "{from: 2026-12-03, until: 2026-12-03, repeat: 2}]")
    assert airings(slot, first="2026-12-01", days=3) == ["Tue 12-01 16:00", "Wed 12-02 06:00", "Thu 12-03 16:00"]


# --- suspensions ------------------------------------------------------------------------------------------------------


def test_a_suspended_slot_airs_again_the_day_after() -> None:
    found = plan(programme(slot_text("suspended: {until: 2026-11-25, reason: Sửa loa}")), first=MONDAY, days=4)
    assert starts(found) == ["Thu 11-26 17:00"]
    (told,) = found.problems
    assert (told.code, told.params["until"], told.params["reason"]) == ("slot_suspended", "2026-11-25", "Sửa loa")


def test_a_suspension_may_begin_later_and_there_may_be_several() -> None:
    slot = slot_text("suspended: [{from: 2026-11-24, until: 2026-11-24}, {from: 2026-11-26, until: 2026-11-28}]")
    assert airings(slot, MONDAY, 7) == ["Mon 11-23 17:00", "Wed 11-25 17:00", "Sun 11-29 17:00"]


def test_a_suspended_programme_suspends_every_slot_and_one_offs_stay() -> None:
    tail = "suspended: {from: 2026-11-24, until: 2026-11-30}\nextra: [{slot: s, date: 2026-11-25, at: 19:00}]"
    found = plan(programme(slot_text(), slot_text("id: t"), tail=tail), first=MONDAY, days=7)
    assert starts(found) == ["Mon 11-23 17:00", "Mon 11-23 17:00", "Wed 11-25 19:00"]
    assert [each.code for each in found.problems] == ["slot_suspended", "slot_suspended"]


def test_a_suspension_that_is_over_is_not_told() -> None:
    found = plan(programme(slot_text("suspended: {until: 2026-11-25}")), first="2026-11-26", days=4)
    assert (len(found.occurrences), found.problems) == (4, ())


def test_a_suspended_rotation_takes_no_turn() -> None:
    shelf = {f"b{n}": bulletin(f"b{n}", str(n)) for n in range(1, 4)}
    slot = slot_text("play: {rotate: {count: 1}}\nsuspended: {from: 2026-11-24, until: 2026-11-25}")
    found = plan(programme(slot), first=MONDAY, days=4, bulletins=shelf)
    assert [each.bulletins for each in found.occurrences] == [("b1",), ("b2",)]


# --- closed days ------------------------------------------------------------------------------------------------------

MOURNING = {
    "calendar": {"quoc-tang": (DayRange(date(2026, 11, 24), date(2026, 11, 25), "Thông báo số 12"),)},
    "closed": ("quoc-tang",),
}
BOOKS = {
    "a": bulletin("a"),
    "bao": bulletin("bao", "2", priority=Priority.PRIORITY),
    "lu": bulletin("lu", "3", priority=Priority.EMERGENCY),
}


def heard(found: Plan) -> list[str]:
    return [f"{each.start:%d}: {'+'.join(each.bulletins)}" for each in found.occurrences]


def test_on_a_closed_day_nothing_routine_starts_and_the_plan_says_why() -> None:
    found = plan(programme(slot_text()), first=MONDAY, days=4, bulletins=BOOKS, **MOURNING)
    assert heard(found) == ["23: a", "26: a"]
    (told,) = found.problems
    assert (told.code, told.params["why"]) == ("slot_rests_on_closed_day", "quoc-tang, Thông báo số 12")
    assert (told.params["first"], told.params["count"]) == ("2026-11-24 17:00", "2")


def test_on_a_closed_day_what_is_urgent_is_aired_alone() -> None:
    found = plan(
        programme(slot_text("play: {bulletins: [a, bao, a]}")), first=MONDAY, days=2, bulletins=BOOKS, **MOURNING
    )
    assert heard(found) == ["23: a+bao+a", "24: bao"]
    assert [each.priority for each in found.occurrences] == [Priority.PRIORITY, Priority.PRIORITY]


def test_one_offs_of_routine_bulletins_rest_on_a_closed_day_too() -> None:
    tail = "extra: [{slot: s, date: 2026-11-24, at: 19:00}]"
    found = plan(programme(slot_text("days: [mon]"), tail=tail), first=MONDAY, days=4, bulletins=BOOKS, **MOURNING)
    assert heard(found) == ["23: a"]
    assert [each.code for each in found.problems] == ["slot_rests_on_closed_day"]


def test_a_rotation_takes_turns_among_what_is_urgent_on_closed_days_and_goes_on_after_them() -> None:
    slot = slot_text("play: {rotate: {count: 1}}")
    found = plan(programme(slot), first=MONDAY, days=5, bulletins=BOOKS, **MOURNING)
    assert heard(found) == ["23: a", "24: bao", "25: lu", "26: bao", "27: lu"]


def test_days_close_by_the_moon_and_by_the_sun_too() -> None:
    calendar = {"tet": (YearDays((12, 28), (1, 5), lunar=True),), "quoc-khanh": (YearDays((9, 2), (9, 2)),)}
    closed = {"calendar": calendar, "closed": ("tet", "quoc-khanh")}
    head = "from: 2026-01-05"
    assert len(plan(programme(head=head), first="2027-02-03", days=9, bulletins=BOOKS, **closed).occurrences) == 2
    assert len(plan(programme(head=head), first="2027-09-01", days=3, bulletins=BOOKS, **closed).occurrences) == 2
