"""Programmes → dated occurrences: every settled case of the format."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pipeline.areas import AreaTree
from pipeline.domain import Area, DayRange, Medium, Priority, Programme, SpeakerCluster, YearDays
from pipeline.schedule import Plan
from pipeline.schedule.starts import start_of
from tests.unit.schedule.site import AREAS, CLUSTERS, bulletin, plan, programme, slot_text, starts

MONDAY = "2026-11-23"
ALL_TARGETS = ("hung-1", "hung-2", "quang-1", "quang-2")
TET = {"tet": (YearDays((12, 28), (1, 5), lunar=True),)}


def targets(found: Plan) -> dict[str, tuple[str, ...]]:
    return {f"{each.start:%m-%d %H:%M}": each.targets for each in found.occurrences}


def codes(found: Plan) -> list[str]:
    return [problem.code for problem in found.problems]


# --- days and times ---------------------------------------------------------------------------------------------------


def test_an_occurrence_carries_what_its_slot_says() -> None:
    slot = slot_text("length: 10m\nrepeat: 2\nlate_by_at_most: 20m")
    (found,) = plan(programme(slot), first=MONDAY, days=1).occurrences
    assert found.start.isoformat() == "2026-11-23T17:00:00+07:00"
    assert (found.programme, found.slot, found.title, found.medium) == ("p", "s", "Cảnh báo", Medium.LOUDSPEAKER)
    assert (found.bulletins, found.targets) == (("a",), ALL_TARGETS)
    assert found.areas == ("an-hung-1", "an-hung-2", "an-quang")
    assert (found.length, found.repeat, found.late_by) == (timedelta(minutes=10), 2, timedelta(minutes=20))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("daily", "Mon Tue Wed Thu Fri Sat Sun"),
        ("weekdays", "Mon Tue Wed Thu Fri"),
        ("weekend", "Sat Sun"),
        ("[sun]", "Sun"),
        ("[mon]", "Mon"),
        ("[mon, sun]", "Mon Sun"),
    ],
)
def test_weekdays_are_local_and_include_sunday_and_monday(days: str, expected: str) -> None:
    found = plan(programme(slot_text(f"days: {days}")), first=MONDAY, days=7)
    assert [f"{each.start:%a}" for each in found.occurrences] == expected.split()


@pytest.mark.parametrize("at", ["00:00", "05:00", "06:59", "07:00", "23:59"])
def test_early_and_late_hours_stay_on_their_local_day(at: str) -> None:
    found = plan(programme(slot_text(f'days: [sun]\nat: "{at}"')), first=MONDAY, days=7)
    assert starts(found) == [f"Sun 11-29 {at}"]
    assert found.occurrences[0].start.utcoffset() == timedelta(hours=7)


def test_a_list_of_times_makes_one_occurrence_each() -> None:
    found = plan(programme(slot_text('at: ["17:00", 5:30]')), first=MONDAY, days=2)
    assert starts(found) == ["Mon 11-23 05:30", "Mon 11-23 17:00", "Tue 11-24 05:30", "Tue 11-24 17:00"]


def test_the_first_and_the_last_day_of_a_programme_air() -> None:
    life = programme(head="from: 2026-11-24\nuntil: 2026-11-26")
    assert starts(plan(life, first=MONDAY, days=10)) == ["Tue 11-24 17:00", "Wed 11-25 17:00", "Thu 11-26 17:00"]


def test_the_last_day_asked_for_is_whole_and_the_next_is_not() -> None:
    found = plan(programme(slot_text('at: ["00:00", "23:59"]')), first=MONDAY, days=1)
    assert starts(found) == ["Mon 11-23 00:00", "Mon 11-23 23:59"]


def test_every_second_week_counts_from_the_monday_week_of_from() -> None:
    every = programme(slot_text("days: [mon, sun]\nevery: 2"), head="from: 2026-11-25")
    assert starts(plan(every, first=MONDAY, days=29)) == [
        "Sun 11-29 17:00",
        "Mon 12-07 17:00",
        "Sun 12-13 17:00",
        "Mon 12-21 17:00",
    ]


def test_weeks_are_counted_over_the_new_year() -> None:
    every = programme(slot_text("days: [thu]\nevery: 3"), head="from: 2026-12-17")
    assert starts(plan(every, first="2026-12-14", days=60)) == ["Thu 12-17 17:00", "Thu 01-07 17:00", "Thu 01-28 17:00"]


def test_a_leap_day_airs() -> None:
    assert starts(plan(programme(), first="2028-02-28", days=3)) == [
        "Mon 02-28 17:00",
        "Tue 02-29 17:00",
        "Wed 03-01 17:00",
    ]


def test_past_days_may_be_asked_for() -> None:
    assert len(plan(programme(head="from: 2020-01-01"), first="2020-01-01", days=3).occurrences) == 3


def test_occurrences_are_sorted_by_start_programme_and_slot() -> None:
    slots = [slot_text("id: z"), slot_text("id: b"), slot_text('id: m\nat: "5:00"')]
    one = programme(*slots)
    two = Programme("a", "A", one.first, None, one.slots, file="schedules/a.yaml")
    keys = [(each.start.hour, each.programme, each.slot) for each in plan(one, two, first=MONDAY, days=1).occurrences]
    assert keys == [(5, "a", "m"), (5, "p", "m"), (17, "a", "b"), (17, "a", "z"), (17, "p", "b"), (17, "p", "z")]


@pytest.mark.parametrize(
    ("season", "expected"),
    [
        ("12-31..01-01", ["12-31", "01-01"]),
        ("12-30..12-30", ["12-30"]),
        ("01-02..12-29", ["12-28", "12-29", "01-02", "01-03"]),
        ("02-01..02-28", []),
    ],
)
def test_a_season_comes_every_year_and_may_wrap(season: str, expected: list[str]) -> None:
    found = plan(programme(slot_text(f"season: {season}"), head="from: 2025-01-01"), first="2026-12-28", days=7)
    assert [f"{each.start:%m-%d}" for each in found.occurrences] == expected


@pytest.mark.parametrize(
    ("season", "year", "expected"),
    [
        ("02-29..03-01", 2027, ["03-01"]),
        ("02-28..02-29", 2027, ["02-28"]),
        ("02-29..02-29", 2027, []),
        ("02-29..02-29", 2028, ["02-29"]),
    ],
)
def test_the_29th_of_february_stands_only_in_leap_years(season: str, year: int, expected: list[str]) -> None:
    found = plan(programme(slot_text(f"season: {season}")), first=f"{year}-02-26", days=6)
    assert [f"{each.start:%m-%d}" for each in found.occurrences] == expected


# --- exceptions and one-offs ------------------------------------------------------------------------------------------


def test_an_exception_removes_what_starts_on_its_days_both_ends_included() -> None:
    found = plan(programme(tail="except: [2026-11-24..2026-11-26, 2026-11-28]"), first=MONDAY, days=7)
    assert [f"{each.start:%a}" for each in found.occurrences] == ["Mon", "Fri", "Sun"]


def test_an_exception_applies_to_every_slot() -> None:
    found = plan(programme(slot_text(), slot_text("id: t\nat: 5:00"), tail="except: 2026-11-23"), first=MONDAY, days=1)
    assert found.occurrences == ()


def test_an_occurrence_that_runs_over_midnight_is_kept_whole() -> None:
    night = programme(slot_text('at: "23:55"\nlength: 20m'), tail="except: 2026-11-24")
    assert starts(plan(night, first=MONDAY, days=2)) == ["Mon 11-23 23:55"]


def test_a_named_set_may_be_lunar() -> None:
    found = plan(programme(tail="except: tet"), first="2027-02-02", days=12, calendar=TET)
    assert [f"{each.start:%m-%d}" for each in found.occurrences] == ["02-02", "02-03", "02-11", "02-12", "02-13"]


def test_a_named_set_may_hold_solar_days_of_every_year_and_ranges() -> None:
    sets = {"nghi": (YearDays((9, 2), (9, 2)), DayRange(date(2026, 9, 4), date(2026, 9, 5)))}
    year = programme(head="from: 2025-01-01", tail="except: nghi")
    found = plan(year, first="2026-09-01", days=6, calendar=sets)
    assert [f"{each.start:%m-%d}" for each in found.occurrences] == ["09-01", "09-03", "09-06"]


def test_a_set_that_does_not_exist_excepts_nothing() -> None:
    assert len(plan(programme(tail="except: tet"), first=MONDAY, days=7).occurrences) == 7


def extra(day: str, at: str, slot: str = "s") -> str:
    return f"extra: [{{slot: {slot}, date: {day}, at: '{at}'}}]"


def test_a_one_off_adds_and_does_not_move() -> None:
    found = plan(programme(slot_text("days: [tue]"), tail=extra("2026-11-24", "19:00")), first=MONDAY, days=7)
    assert starts(found) == ["Tue 11-24 17:00", "Tue 11-24 19:00"]


@pytest.mark.parametrize(
    ("slot", "head", "tail", "day"),
    [
        ("days: [tue]", "from: 2026-11-23", "", "2026-11-25"),
        ("days: [mon]\nevery: 4", "from: 2026-11-23", "", "2026-11-30"),
        ("days: daily", "from: 2026-11-23", "except: 2026-11-25", "2026-11-25"),
        ("days: daily", "from: 2026-12-20", "", "2026-11-25"),
        ("days: daily", "from: 2026-11-01\nuntil: 2026-11-20", "", "2026-11-25"),
        ("season: 01-01..01-31", "from: 2026-11-01", "", "2026-11-25"),
    ],
)
def test_a_one_off_ignores_days_weeks_exceptions_life_and_season(slot: str, head: str, tail: str, day: str) -> None:
    text = f"{tail}\n{extra(day, '19:00')}"
    found = plan(programme(slot_text(slot), head=head, tail=text), first=day, days=1)
    assert f"{date.fromisoformat(day):%a %m-%d} 19:00" in starts(found)


def test_a_one_off_on_a_regular_time_is_one_occurrence_with_all_areas() -> None:
    slot = slot_text("at_by_area: {an-quang: 17:30}")
    found = plan(programme(slot, tail=extra(MONDAY, "17:00")), first=MONDAY, days=1)
    assert targets(found) == {"11-23 17:00": ALL_TARGETS, "11-23 17:30": ("quang-1", "quang-2")}


def test_a_one_off_goes_to_all_areas_at_its_own_time() -> None:
    slot = slot_text("at_by_area: {an-quang: 17:30}\nexcept_areas: [an-hung-1]")
    found = plan(programme(slot, tail=extra("2026-11-24", "19:00")), first="2026-11-24", days=1)
    assert targets(found)["11-24 19:00"] == ("hung-2", "quang-1", "quang-2")


def test_a_one_off_outside_the_days_asked_for_is_not_shown() -> None:
    assert (
        plan(
            programme(slot_text("days: [mon]"), tail=extra("2026-12-05", "19:00")), first="2026-11-24", days=3
        ).occurrences
        == ()
    )


# --- areas ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("areas: [an-lao]", ALL_TARGETS),
        ("areas: [an-hung]", ("hung-1", "hung-2")),
        ("areas: [an-hung-2, an-quang]", ("hung-2", "quang-1", "quang-2")),
        ("areas: [an-lao, an-hung]", ALL_TARGETS),
        ("except_areas: [an-hung]", ("quang-1", "quang-2")),
        ("except_areas: [an-hung-1, an-quang]", ("hung-2",)),
        ("areas: [khong-co]", ()),
    ],
)
def test_an_area_means_all_beneath_it(lines: str, expected: tuple[str, ...]) -> None:
    (found,) = plan(programme(slot_text(lines)), first=MONDAY, days=1).occurrences
    assert found.targets == expected


def test_areas_and_their_clusters_count_only_while_they_are_valid() -> None:
    found = plan(programme(head="from: 2025-01-01"), first="2025-06-30", days=2)
    assert targets(found) == {"06-30 17:00": ("cu", "hung-1", "hung-2"), "07-01 17:00": ALL_TARGETS}


def test_a_slot_whose_areas_have_ended_stays_without_targets() -> None:
    tree = AreaTree([*AREAS, Area("xa-cu", "Xã cũ", parent="an-lao", valid_until=date(2025, 6, 30))])
    found = plan(programme(slot_text("areas: [xa-cu]")), first=MONDAY, days=1, areas=tree)
    assert [(each.targets, each.areas) for each in found.occurrences] == [((), ())]
    assert [each.code for each in found.problems] == ["area_ended"]


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ("{an-quang: 17:30}", {"17:00": ("hung-1", "hung-2"), "17:30": ("quang-1", "quang-2")}),
        ("{an-hung: 17:30}", {"17:00": ("quang-1", "quang-2"), "17:30": ("hung-1", "hung-2")}),
        (
            "{an-hung: 17:30, an-hung-2: 18:00}",
            {"17:00": ("quang-1", "quang-2"), "17:30": ("hung-1",), "18:00": ("hung-2",)},
        ),
        ("{an-lao: 17:30, an-hung-2: 17:00}", {"17:00": ("hung-2",), "17:30": ("hung-1", "quang-1", "quang-2")}),
        (
            "{an-quang: [5:30, 17:30]}",
            {"05:30": ("quang-1", "quang-2"), "17:00": ("hung-1", "hung-2"), "17:30": ("quang-1", "quang-2")},
        ),
        ("{an-quang: 17:30, an-hung: 17:30}", {"17:30": ALL_TARGETS}),
        ("{an-quang: 17:00}", {"17:00": ALL_TARGETS}),
        ("{an-lao: 18:00}", {"18:00": ALL_TARGETS}),
        ("{quang-hung: 18:00}", {"17:00": ALL_TARGETS}),
        (
            "{an-quang: 17:30, an-hung-1: 18:00, an-hung-2: 18:00}",
            {"17:30": ("quang-1", "quang-2"), "18:00": ("hung-1", "hung-2")},
        ),
    ],
)
def test_an_own_hour_replaces_the_whole_at_for_the_area_and_all_beneath(own: str, expected: dict[str, Any]) -> None:
    found = plan(programme(slot_text(f"at_by_area: {own}")), first=MONDAY, days=1)
    assert {f"{each.start:%H:%M}": each.targets for each in found.occurrences} == expected


def test_own_hours_make_one_occurrence_per_distinct_hour() -> None:
    slot = slot_text("at: [5:00, 17:00]\nat_by_area: {an-quang: [5:00, 18:00]}")
    assert targets(plan(programme(slot), first=MONDAY, days=1)) == {
        "11-23 05:00": ALL_TARGETS,
        "11-23 17:00": ("hung-1", "hung-2"),
        "11-23 18:00": ("quang-1", "quang-2"),
    }


def test_an_excepted_commune_takes_its_own_hour_with_it() -> None:
    slot = slot_text("at_by_area: {an-quang: 17:30}\nexcept_areas: [an-quang]")
    found = plan(programme(slot), first=MONDAY, days=1)
    assert targets(found) == {"11-23 17:00": ("hung-1", "hung-2")}
    assert codes(found) == ["own_hours_elsewhere"]


def test_an_hour_of_an_area_above_the_slot_counts() -> None:
    slot = slot_text("areas: [an-quang]\nat_by_area: {an-lao: 18:00}")
    assert targets(plan(programme(slot), first=MONDAY, days=1)) == {"11-23 18:00": ("quang-1", "quang-2")}


def test_an_own_hour_holds_while_its_area_is_valid() -> None:
    slot = slot_text("at_by_area: {quang-hung: 18:00}")
    found = plan(programme(slot, head="from: 2025-01-01"), first="2025-06-30", days=2)
    assert targets(found) == {
        "06-30 17:00": ("hung-1", "hung-2"),
        "06-30 18:00": ("cu",),
        "07-01 17:00": ALL_TARGETS,
    }


def test_a_commune_without_clusters_keeps_its_hour() -> None:
    tree = AreaTree([*AREAS, Area("an-tho", "Xã An Thọ", parent="an-lao")])
    slot = slot_text("at_by_area: {an-quang: 17:30, an-hung: 17:30}")
    assert targets(plan(programme(slot), first=MONDAY, days=1, areas=tree)) == {
        "11-23 17:00": (),
        "11-23 17:30": ALL_TARGETS,
    }


def test_a_region_with_a_cluster_of_its_own_keeps_its_hour() -> None:
    clusters = {each.id: each for each in [*CLUSTERS, SpeakerCluster("vung", "Vùng", "an-lao", "thu-muc")]}
    slot = slot_text("at_by_area: {an-quang: 17:30, an-hung: 17:30}")
    assert targets(plan(programme(slot), first=MONDAY, days=1, clusters=clusters)) == {
        "11-23 17:00": ("vung",),
        "11-23 17:30": ALL_TARGETS,
    }


# --- SMS --------------------------------------------------------------------------------------------------------------

SMS = "medium: sms\ncontacts: [truong, dan]\n"


def sms(lines: str = "", drop: tuple[str, ...] = ("areas",)) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    found = plan(programme(slot_text(SMS + lines, drop)), first=MONDAY, days=1)
    return {f"{each.start:%H:%M}": (each.targets, each.areas) for each in found.occurrences}


def test_sms_go_to_contact_lists_and_without_areas_to_everybody() -> None:
    assert sms() == {"17:00": (("dan", "truong"), ())}


def test_sms_are_narrowed_by_areas() -> None:
    assert sms("areas: [an-hung]", ()) == {"17:00": (("dan", "truong"), ("an-hung", "an-hung-1", "an-hung-2"))}


def test_sms_with_an_excepted_area_still_reach_those_whose_area_nobody_knows() -> None:
    assert sms("except_areas: [an-hung]") == {"17:00": (("dan", "truong"), ("", "an-lao", "an-quang", "quang-hung"))}


def test_sms_of_a_commune_with_its_own_hour_go_once() -> None:
    assert sms("at_by_area: {an-quang: 18:00}") == {
        "17:00": (("dan", "truong"), ("", "an-hung", "an-hung-1", "an-hung-2", "an-lao")),
        "18:00": (("dan", "truong"), ("an-quang", "quang-hung")),
    }


def test_sms_whose_areas_have_ended_reach_nobody_rather_than_everybody() -> None:
    tree = AreaTree([*AREAS, Area("xa-cu", "Xã cũ", parent="an-lao", valid_until=date(2025, 6, 30))])
    found = plan(programme(slot_text(SMS + "areas: [xa-cu]")), first=MONDAY, days=1, areas=tree)
    assert [(each.targets, each.areas) for each in found.occurrences] == [((), ())]


# --- bulletins --------------------------------------------------------------------------------------------------------


def test_expired_bulletins_drop_out_after_their_last_day() -> None:
    shelf = {"a": bulletin("a", expires=date(2026, 11, 23)), "b": bulletin("b")}
    found = plan(programme(slot_text("play: {bulletins: [a, b]}")), first=MONDAY, days=2, bulletins=shelf)
    assert [each.bulletins for each in found.occurrences] == [("a", "b"), ("b",)]
    assert found.problems == ()


def test_an_occurrence_whose_bulletins_have_all_expired_stays_with_a_warning() -> None:
    shelf = {"a": bulletin("a", expires=date(2026, 11, 24))}
    found = plan(programme(), first=MONDAY, days=4, bulletins=shelf)
    assert [each.bulletins for each in found.occurrences] == [("a",), ("a",), (), ()]
    (problem,) = found.problems
    assert (problem.code, problem.severity, problem.file, problem.line) == (
        "bulletins_expired",
        "warning",
        "schedules/p.yaml",
        5,
    )
    assert dict(problem.params) == {"slot": "s", "first": "2026-11-25 17:00", "count": "2"}


def test_a_missing_bulletin_is_left_out_and_named() -> None:
    found = plan(programme(slot_text("play: {bulletins: [x, a, y, x]}")), first=MONDAY, days=2)
    assert [each.bulletins for each in found.occurrences] == [("a",), ("a",)]
    (problem,) = found.problems
    assert (problem.code, problem.params["bulletins"], problem.params["count"]) == ("bulletins_missing", "x, y", "2")


def test_with_every_bulletin_missing_the_occurrence_stays() -> None:
    found = plan(programme(), first=MONDAY, days=1, bulletins={})
    assert [each.bulletins for each in found.occurrences] == [()]
    assert codes(found) == ["bulletins_missing"]


def test_a_bulletin_may_stand_twice_in_a_fixed_order() -> None:
    shelf = {"a": bulletin("a"), "b": bulletin("b")}
    found = plan(programme(slot_text("play: {bulletins: [a, b, a]}")), first=MONDAY, days=1, bulletins=shelf)
    assert found.occurrences[0].bulletins == ("a", "b", "a")


def test_an_sms_slot_names_bulletins_without_an_sms_text() -> None:
    found = plan(programme(slot_text(SMS, ["areas"])), first=MONDAY, days=1, bulletins={"a": bulletin("a", sms=None)})
    assert codes(found) == ["bulletins_without_sms"]


@pytest.mark.parametrize(
    ("priorities", "highest"),
    [
        ("routine routine", Priority.ROUTINE),
        ("routine priority", Priority.PRIORITY),
        ("emergency priority", Priority.EMERGENCY),
    ],
)
def test_the_priority_is_the_highest_of_the_bulletins(priorities: str, highest: Priority) -> None:
    first, second = map(Priority, priorities.split())
    shelf = {"a": bulletin("a", priority=first), "b": bulletin("b", priority=second)}
    found = plan(programme(slot_text("play: {bulletins: [a, b]}")), first=MONDAY, days=1, bulletins=shelf)
    assert found.occurrences[0].priority is highest


def test_an_expired_emergency_no_longer_counts() -> None:
    shelf = {"a": bulletin("a"), "b": bulletin("b", priority=Priority.EMERGENCY, expires=date(2026, 11, 22))}
    found = plan(programme(slot_text("play: {bulletins: [a, b]}")), first=MONDAY, days=1, bulletins=shelf)
    assert found.occurrences[0].priority is Priority.ROUTINE


# --- clocks that change -----------------------------------------------------------------------------------------------

BERLIN, HAVANA, APIA, LORD_HOWE = map(
    ZoneInfo, ["Europe/Berlin", "America/Havana", "Pacific/Apia", "Australia/Lord_Howe"]
)


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        (BERLIN, "2026-03-29", "01:59", "2026-03-29T01:59:00+01:00"),
        (BERLIN, "2026-03-29", "02:00", "2026-03-29T03:00:00+02:00"),
        (BERLIN, "2026-03-29", "02:30", "2026-03-29T03:00:00+02:00"),
        (BERLIN, "2026-03-29", "03:00", "2026-03-29T03:00:00+02:00"),
        (BERLIN, "2026-10-25", "01:59", "2026-10-25T01:59:00+02:00"),
        (BERLIN, "2026-10-25", "02:30", "2026-10-25T02:30:00+02:00"),
        (BERLIN, "2026-10-25", "03:00", "2026-10-25T03:00:00+01:00"),
        (HAVANA, "2026-03-08", "00:30", "2026-03-08T01:00:00-04:00"),
        (LORD_HOWE, "2026-10-04", "02:10", "2026-10-04T02:30:00+11:00"),
        (APIA, "2011-12-30", "17:00", "2011-12-31T00:00:00+14:00"),
    ],
)
def test_a_skipped_time_starts_at_the_next_and_a_doubled_one_at_the_first(
    zone: ZoneInfo, day: str, at: str, expected: str
) -> None:
    assert start_of(date.fromisoformat(day), time.fromisoformat(at), zone).isoformat() == expected


@pytest.mark.parametrize(
    "zone", [BERLIN, HAVANA, LORD_HOWE, ZoneInfo("America/Asuncion"), ZoneInfo("Asia/Ho_Chi_Minh")]
)
@pytest.mark.parametrize("around", [date(2023, 3, 20), date(2023, 10, 1), date(2023, 10, 25)])
def test_a_start_is_the_first_minute_at_which_local_clocks_show_the_time_or_later(zone: ZoneInfo, around: date) -> None:
    for offset in range(-8, 15):
        day = around + timedelta(offset)
        minute = datetime.combine(day, time(0), UTC) - timedelta(hours=15)
        local = []
        for _ in range(2 * 24 * 12):
            local.append((minute, minute.astimezone(zone).replace(tzinfo=None)))
            minute += timedelta(minutes=5)
        for at in (time(0), time(0, 30), time(1, 30), time(2), time(2, 15), time(2, 30), time(3)):
            expected = next(instant for instant, wall in local if wall >= datetime.combine(day, at))
            assert start_of(day, at, zone) == expected


def test_a_doubled_hour_airs_once() -> None:
    found = plan(programme(slot_text('at: "02:30"'), head="from: 2026-01-01"), first="2026-10-25", days=1, zone=BERLIN)
    assert [each.start.isoformat() for each in found.occurrences] == ["2026-10-25T02:30:00+02:00"]


def test_two_times_that_the_clocks_skip_fall_together() -> None:
    slot = slot_text('at: "02:30"\nat_by_area: {an-quang: "03:00"}')
    found = plan(programme(slot, head="from: 2026-01-01"), first="2026-03-29", days=1, zone=BERLIN)
    assert targets(found) == {"03-29 03:00": ALL_TARGETS}


def test_a_start_that_the_clocks_carry_into_the_next_day_is_found_there() -> None:
    skipped = programme(slot_text("days: [fri]"), head="from: 2011-12-01")
    assert plan(skipped, first="2011-12-30", days=1, zone=APIA).occurrences == ()
    (found,) = plan(skipped, first="2011-12-31", days=1, zone=APIA).occurrences
    assert found.start.isoformat() == "2011-12-31T00:00:00+14:00"


def test_the_ends_of_the_calendar_are_no_trouble() -> None:
    always = programme(slot_text("season: 12-01..01-31"), head="from: 0001-01-01", tail="except: tet")
    assert len(plan(always, first=date.max, days=1000, calendar=TET).occurrences) == 1
    assert len(plan(always, first=date.min, days=2, calendar=TET).occurrences) == 2
