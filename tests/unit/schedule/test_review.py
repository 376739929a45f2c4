"""What a plan allows but somebody should read."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pipeline.domain import DayRange, Limits, Medium, Occurrence, Priority, Programme, Window, Windows, YearDays
from pipeline.errors import Problem, Severity
from pipeline.messages import render
from pipeline.schedule import remarks, review
from tests.unit.schedule.site import HANOI, bulletin, plan, programme, slot_text

MONDAY = "2026-11-23"
DAILY = frozenset(range(7))
MORNING = Window(time(5), time(6, 30), DAILY)
EVENING = Window(time(17), time(19), DAILY)
NIGHT = Window(time(22), time(0), DAILY)
SMS = "medium: sms\ncontacts: [dan]\n"
SMALL_HOURS = Window(time(0), time(1), DAILY)


def look(
    *programmes: Programme,
    windows: tuple[Window, ...] = (),
    sms: tuple[Window, ...] = (),
    days: int = 7,
    minutes: float | None = None,
    limits: Limits | None = None,
    **settings: Any,
) -> list[Problem]:
    calendar = settings.get("calendar", {})
    found = plan(*programmes, first=MONDAY, days=days, **settings)
    problems = review(
        found.occurrences,
        programmes=programmes,
        windows={Medium.LOUDSPEAKER: Windows(windows, "Quy chế số 1"), Medium.SMS: Windows(sms)},
        limits=limits or Limits(sms_per_number_per_day=9),
        lengths=lambda _: None if minutes is None else minutes * 60,
        zone=settings.get("zone", HANOI),
        calendar=calendar,
    )
    for problem in problems:
        for lang in ("vi", "en"):
            sentence, hint = render(problem.code, problem.params, lang)
            assert "{" not in sentence + hint
    assert {problem.severity for problem in problems} <= {Severity.WARNING}
    return problems


def codes(problems: list[Problem]) -> list[tuple[str, str, str]]:
    return [(each.code, each.params.get("first", ""), each.params["count"]) for each in problems]


def test_a_plan_within_everything_has_no_warning() -> None:
    assert look(programme(slot_text("length: 10m")), windows=(EVENING,), limits=Limits(timedelta(minutes=10))) == []


# --- slots that never start -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slot", "head", "tail"),
    [
        ("days: [mon]", "from: 2026-11-24\nuntil: 2026-11-29", ""),
        ("days: daily\nseason: 02-01..02-28", "from: 2026-11-23\nuntil: 2027-01-31", ""),
        ("days: daily", "from: 2026-11-23\nuntil: 2026-11-25", "except: 2026-11-01..2026-11-30"),
        ("days: daily", "from: 2026-11-23", "except: moi-ngay"),
        ("days: [mon]\nevery: 2", "from: 2026-11-24\nuntil: 2026-12-06", ""),
    ],
)
def test_a_slot_that_never_starts_is_told_at_its_line(slot: str, head: str, tail: str) -> None:
    every_day = {"moi-ngay": (YearDays((1, 1), (12, 31)),)}
    (problem,) = look(programme(slot_text(slot), head=head, tail=tail), calendar=every_day)
    assert (problem.code, problem.file, problem.params["slot"]) == ("slot_never_starts", "schedules/p.yaml", "s")
    assert problem.line == head.count("\n") + 5


@pytest.mark.parametrize(
    ("slot", "head", "tail"),
    [
        ("days: [mon]\nevery: 200", "from: 2026-11-24", ""),
        ("days: daily\nseason: 02-29..02-29", "from: 2026-11-24", ""),
        ("days: daily", "from: 2026-11-24", "except: 2026-01-01..2028-12-31"),
        ("days: [mon]", "from: 2026-11-24\nuntil: 2026-11-29", "extra: [{slot: s, date: 2027-01-01, at: '9:00'}]"),
        ("days: daily", "from: 2030-01-01", ""),
    ],
)
def test_a_slot_that_starts_late_or_once_is_not_told(slot: str, head: str, tail: str) -> None:
    assert look(programme(slot_text(slot), head=head, tail=tail)) == []


# --- targets ----------------------------------------------------------------------------------------------------------


def test_a_slot_without_targets_is_told_once_with_a_count() -> None:
    problems = look(programme(slot_text("areas: [khong-co]")))
    assert codes(problems) == [("no_targets", "2026-11-23 17:00", "7")]


# --- windows ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", ["05:00", "06:29", "17:00", "18:59"])
def test_a_start_within_a_window_is_allowed(at: str) -> None:
    assert look(programme(slot_text(f'at: "{at}"')), windows=(MORNING, EVENING)) == []


@pytest.mark.parametrize("at", ["04:59", "06:30", "06:59", "07:00", "16:59", "19:00", "23:59", "00:00"])
def test_a_start_outside_the_windows_is_told_with_the_rule(at: str) -> None:
    (problem,) = look(programme(slot_text(f'at: "{at}"')), windows=(MORNING, EVENING))
    assert codes([problem]) == [("starts_outside_windows", f"2026-11-23 {at}", "7")]
    assert problem.params["rule"] == "Quy chế số 1"


@pytest.mark.parametrize(("at", "told"), [("18:50", False), ("18:51", True)])
def test_the_end_counts_too(at: str, told: bool) -> None:
    problems = look(programme(slot_text(f'at: "{at}"\nlength: 10m')), windows=(EVENING,))
    assert [(each.code, each.params["closes"]) for each in problems] == (
        [("ends_outside_windows", "19:00")] if told else []
    )


def test_a_measured_length_is_taken_before_the_allowed_one() -> None:
    slot = programme(slot_text('at: "18:55"\nlength: 10m'))
    assert look(slot, windows=(EVENING,), minutes=4) == []
    assert [each.code for each in look(slot, windows=(EVENING,), minutes=6)] == ["ends_outside_windows"]


def test_windows_that_touch_are_one_also_over_midnight() -> None:
    late = programme(slot_text('at: "23:50"\nlength: 20m'))
    assert [each.code for each in look(late, windows=(NIGHT,))] == ["ends_outside_windows"]
    assert look(late, windows=(NIGHT, SMALL_HOURS)) == []
    assert (
        look(programme(slot_text('at: "06:20"\nlength: 20m')), windows=(MORNING, Window(time(6, 30), time(7), DAILY)))
        == []
    )


def test_windows_have_weekdays() -> None:
    weekdays = Window(time(17), time(19), frozenset(range(5)))
    assert codes(look(programme(), windows=(weekdays,))) == [("starts_outside_windows", "2026-11-28 17:00", "2")]


def test_an_emergency_passes_the_windows() -> None:
    shelf = {"a": bulletin("a", priority=Priority.EMERGENCY)}
    assert look(programme(slot_text("at: 3:15")), windows=(MORNING,), bulletins=shelf) == []
    urgent = {"a": bulletin("a", priority=Priority.PRIORITY)}
    assert len(look(programme(slot_text("at: 3:15")), windows=(MORNING,), bulletins=urgent)) == 1


def test_each_medium_has_its_own_windows() -> None:
    text = programme(slot_text("medium: sms\ncontacts: [dan]", ["areas"]))
    assert look(text, windows=(MORNING,), sms=(EVENING,)) == []
    assert [each.code for each in look(text, windows=(EVENING,), sms=(MORNING,))] == ["starts_outside_windows"]


# --- collisions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("at: 17:00\nlength: 10m", "at: 17:05", True),
        ("at: 17:00\nlength: 10m", "at: 17:10", False),
        ("at: 17:00", "at: 17:00", True),
        ("at: 17:00\nlength: 10m\nareas: [an-hung]", "at: 17:05\nareas: [an-quang]", False),
        ("at: 17:00\nlength: 10m\nareas: [an-hung-1]", "at: 17:05", True),
        ("at: 23:55\nlength: 10m", "at: 00:00", True),
    ],
)
def test_two_occurrences_at_once_on_a_cluster_are_told_at_the_later(first: str, second: str, told: bool) -> None:
    problems = look(programme(slot_text(first), slot_text(f"id: t\n{second}")))
    expected = [("t", "p/s")] if told else []
    assert [(each.params["slot"], each.params["other"]) for each in problems] == expected


def test_a_long_occurrence_collides_with_all_that_start_within_it() -> None:
    slots = [
        slot_text("at: 17:00\nlength: 1h"),
        slot_text("id: t\nat: 17:10\nlength: 5m"),
        slot_text("id: u\nat: 17:30"),
    ]
    problems = look(programme(*slots), days=1)
    assert [(each.params["slot"], each.params["other"]) for each in problems] == [("t", "p/s"), ("u", "p/s")]


# --- limits -----------------------------------------------------------------------------------------------------------


def test_airtime_over_the_limit_of_a_day_is_told_where_it_goes_beyond() -> None:
    slots = [slot_text("at: 5:00\nlength: 40m"), slot_text("id: t\nat: 17:00\nlength: 30m\nareas: [an-quang]")]
    (problem,) = look(programme(*slots), limits=Limits(timedelta(minutes=60)))
    assert (problem.code, problem.params["slot"], problem.params["count"]) == ("airtime_over_limit", "t", "7")
    assert (problem.params["first"], problem.params["minutes"], problem.params["limit"]) == (MONDAY, "70", "60")
    assert problem.params["cluster"] == "quang-1"


def test_a_day_over_its_limit_names_what_makes_it_and_the_rule() -> None:
    slots = [
        slot_text("at: 5:00\nlength: 40m"),
        slot_text("id: t\nat: 17:00\nlength: 30m\nareas: [an-quang]"),
        slot_text("id: u\nat: 18:00\nlength: 5m\nareas: [an-quang]"),
    ]
    limits = Limits(timedelta(minutes=60), rule="Quy chế số 2")
    told = {each.params["slot"]: each.params for each in look(programme(*slots), limits=limits)}
    assert {name: params["airings"] for name, params in told.items()} == {
        "t": "05:00 p/s 40 + 17:00 p/t 30",
        "u": "05:00 p/s 40 + 17:00 p/t 30 + 18:00 p/u 5",
    }
    assert {params["rule"] for params in told.values()} == {"Quy chế số 2"}
    (plain,) = look(programme(slot_text("length: 2h")), limits=Limits(timedelta(minutes=60)))
    assert (plain.params["rule"], plain.params["airings"]) == ("config/station.yaml, limits", "17:00 p/s 120")


def test_a_day_made_of_many_airings_names_the_last_of_them() -> None:
    hours = ", ".join(f"{hour}:00" for hour in range(5, 20))
    (problem,) = look(programme(slot_text(f"at: [{hours}]\nlength: 10m")), limits=Limits(timedelta(minutes=140)))
    assert problem.params["airings"].startswith("… + 14:00 p/s 10 + ")
    assert problem.params["airings"].endswith(" + 19:00 p/s 10")


def test_sms_over_the_limit_name_what_makes_them() -> None:
    slots = [slot_text(f"{SMS}at: 8:00", ["areas"]), slot_text(f"{SMS}id: t", ["areas"])]
    (problem,) = look(programme(*slots), limits=Limits(sms_per_number_per_day=1, rule="Quy chế số 2"))
    assert (problem.params["airings"], problem.params["rule"]) == ("08:00 p/s, 17:00 p/t", "Quy chế số 2")


def test_each_list_of_a_slot_is_counted_even_where_another_is_over_its_limit() -> None:
    slots = [
        slot_text("medium: sms\ncontacts: [dan]\nat: 8:00", ["areas"]),
        slot_text("medium: sms\ncontacts: [dan, truong]\nid: t\nat: 9:00", ["areas"]),
        slot_text("medium: sms\ncontacts: [truong]\nid: u\nat: 10:00", ["areas"]),
    ]
    found = look(programme(*slots), limits=Limits(sms_per_number_per_day=1))
    assert [(each.params["slot"], each.params["list"]) for each in found] == [("t", "dan"), ("u", "truong")]


def test_each_warning_knows_its_airings() -> None:
    slots = programme(slot_text("at: 4:00\nlength: 40m"), slot_text("id: t\nat: 4:10\nlength: 30m"))
    planned = plan(slots, first=MONDAY, days=2)
    found = remarks(
        planned.occurrences,
        programmes=[slots],
        windows={Medium.LOUDSPEAKER: Windows((MORNING,))},
        limits=Limits(timedelta(minutes=60)),
        lengths=lambda _: None,
        zone=HANOI,
        calendar={},
    )
    told = {
        (each.problem.code, each.problem.params["slot"]): [f"{at[1]} {at[2]:%d %H:%M}" for at in each.at]
        for each in found
    }
    assert told == {
        ("starts_outside_windows", "s"): ["s 23 04:00", "s 24 04:00"],
        ("starts_outside_windows", "t"): ["t 23 04:10", "t 24 04:10"],
        ("occurrences_collide", "t"): ["t 23 04:10", "t 24 04:10"],
        ("airtime_over_limit", "t"): ["t 23 04:10", "t 24 04:10"],
    }


def test_airtime_that_just_fills_the_limit_is_allowed() -> None:
    slots = [slot_text("at: 5:00\nlength: 30m"), slot_text("id: t\nat: 17:00\nlength: 30m")]
    assert look(programme(*slots), limits=Limits(timedelta(minutes=60))) == []


def test_airtime_over_midnight_counts_on_both_days() -> None:
    night = programme(slot_text('at: "23:50"\nlength: 20m'))
    assert look(night, limits=Limits(timedelta(minutes=20))) == []
    assert codes(look(night, limits=Limits(timedelta(minutes=15)))) == [("airtime_over_limit", "2026-11-24", "6")]


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("areas: [an-hung]", "areas: [an-hung]", True),
        ("areas: [an-hung]", "areas: [an-quang]", False),
        ("areas: [an-hung-1]", "areas: [an-lao]", True),
        ("at: 8:00", "areas: [an-quang]", True),
        ("areas: [an-quang]", "at: 18:00", True),
        ("contacts: [truong]", "areas: [an-quang]", False),
        ("days: [mon]", "days: [tue]", False),
    ],
)
def test_more_sms_than_allowed_to_the_same_people_are_told(first: str, second: str, told: bool) -> None:
    def slot(name: str, lines: str) -> str:
        return slot_text(f"{SMS}id: {name}\n{lines}", [] if "areas" in lines else ["areas"])

    found = look(programme(slot("s", first), slot("t", second)), limits=Limits(sms_per_number_per_day=1))
    assert [each.code for each in found] == (["sms_over_limit"] if told else [])


def test_own_hours_of_a_commune_do_not_double_its_sms() -> None:
    text = programme(slot_text(f"{SMS}at_by_area: {{an-quang: 18:00}}", ["areas"]))
    assert look(text, limits=Limits(sms_per_number_per_day=1)) == []


def test_an_emergency_does_not_count_as_an_sms_of_the_day() -> None:
    shelf = {"a": bulletin("a"), "x": bulletin("x", priority=Priority.EMERGENCY)}
    slots = [slot_text(f"{SMS}play: {{bulletins: [x]}}"), slot_text(f"{SMS}id: t")]
    assert look(programme(*slots), limits=Limits(sms_per_number_per_day=1), bulletins=shelf) == []


def test_an_occurrence_of_no_programme_is_reviewed_without_a_place() -> None:
    (found,) = plan(programme(slot_text("areas: [khong-co]")), first=MONDAY, days=1).occurrences
    assert isinstance(found, Occurrence)
    (problem,) = review(
        [found],
        programmes=[],
        windows={},
        limits=Limits(),
        lengths=lambda _: None,
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
        calendar={"x": (DayRange(date(2026, 1, 1), date(2026, 1, 1)),)},
    )
    assert (problem.code, problem.file, problem.line) == ("no_targets", "", 0)
