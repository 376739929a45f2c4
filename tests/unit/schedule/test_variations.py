"""Wrong peaks, hours by time of year and suspensions: each is named at its place, and what is right is read whole."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from pipeline.domain import Peak, SeasonHours, Suspension, YearDays
from pipeline.errors import Severity
from pipeline.messages import CATALOGUE, render
from pipeline.messages.programme_language import MESSAGES
from tests.unit.schedule.site import programme, programme_text, read, slot_text

PEAK = "peak: {from: 2026-12-01, until: 2026-12-31"
ROTATE = "play: {rotate: {count: 2}}"


def test_a_peak_is_read_whole() -> None:
    lines = (
        f'{PEAK}, days: weekdays, at: ["5:30", 17:00], at_by_area: {{an-quang: 6:00}}, every: 1, length: 15m,'
        f" repeat: 2, count: 4}}\n{ROTATE}"
    )
    (slot,) = programme(slot_text(lines)).slots
    assert slot.peaks == (
        Peak(
            date(2026, 12, 1),
            date(2026, 12, 31),
            days=frozenset(range(5)),
            at=(time(5, 30), time(17)),
            at_by_area={"an-quang": (time(6),)},
            every=1,
            length=timedelta(minutes=15),
            repeat=2,
            count=4,
            line=11,
            column=11,
        ),
    )


def test_peaks_stand_in_the_order_of_time() -> None:
    lines = "peak: [{from: 2027-05-01, until: 2027-05-02, repeat: 2}, {from: 2026-12-01, until: 2026-12-01, repeat: 3}]"
    (slot,) = programme(slot_text(lines)).slots
    assert [each.repeat for each in slot.peaks] == [3, 2]


def test_hours_by_season_are_read_whole() -> None:
    lines = 'at_by_season: {"05-01..09-30": 5:00, "12-25 .. 01-02": {at: [6:00, "18:00"], at_by_area: {an-hung: 7:00}}}'
    (slot,) = programme(slot_text(lines)).slots
    assert slot.seasons == (
        SeasonHours(YearDays((5, 1), (9, 30)), (time(5),)),
        SeasonHours(YearDays((12, 25), (1, 2)), (time(6), time(18)), {"an-hung": (time(7),)}),
    )


def test_suspensions_of_a_slot_and_of_the_programme_are_read_whole() -> None:
    lines = "suspended: [{until: 2026-12-15, reason: Sửa loa}, {from: 2027-01-01, until: 2027-01-02}]"
    found = programme(slot_text(lines), tail="suspended: {from: 2026-11-25, until: 2026-11-26}")
    assert found.slots[0].suspended == (
        Suspension(None, date(2026, 12, 15), "Sửa loa", 11),
        Suspension(date(2027, 1, 1), date(2027, 1, 2), "", 11),
    )
    assert [each.last for each in found.suspended] == [date(2026, 11, 26)]


SLIPS = [
    ("peak: hằng ngày", "expected_table", 11),
    ("peak: []", "list_empty", 11),
    ("peak: {from: 2026-12-01, repeat: 2}", "key_missing", 11),
    ("peak: {from: 2026-12-31, until: 2026-12-01, repeat: 2}", "peak_reversed", 37),
    ("peak: {from: 2026-12-01, until: 31/12/2026, repeat: 2}", "bad_date", 37),
    (f"{PEAK}, weekday: daily}}", "key_unknown", 49),
    (f"{PEAK}, day: daily}}", "key_unknown_close", 49),
    (f"{PEAK}, days: [daily]}}", "day_word_in_list", 56),
    (f"{PEAK}, at: 25:00}}", "bad_time", 53),
    (f"{PEAK}, at: [5:00, 05:00]}}", "list_doubled", 60),
    (f"{PEAK}, at: []}}", "list_empty", 53),
    (f"{PEAK}, every: 0}}", "number_out_of_range", 56),
    (f"{PEAK}, count: 4}}", "peak_count_without_rotation", 49),
    ("peak: [{from: 2026-12-01, until: 2026-12-05, repeat: 2}, {from: 2026-12-05, until: 2026-12-06, repeat: 3}]",
     "peaks_overlap", 62),
    (f"peak: [{', '.join(['{from: 2026-12-01, until: 2026-12-01, repeat: 2}'] * 51)}]", "peaks_too_many", 11),
    ("at_by_season: 5:00", "expected_table", 19),
    ('at_by_season: {"05-01": 5:00}', "bad_season_hours", 20),
    ('at_by_season: {"13-01..14-01": 5:00}', "bad_season_hours", 20),
    ('at_by_season: {"05-01..09-30": {}}', "season_hours_empty", 36),
    ('at_by_season: {"05-01..09-30": {hours: 5:00}}', "key_unknown", 37),
    ('at_by_season: {"05-01..09-30": 24:00}', "bad_time", 36),
    ('at_by_season: {"05-01..09-30": 5:00, "09-30..10-05": 5:00}', "seasons_overlap", 42),
    ('at_by_season: {"11-01..02-29": 5:00, "02-28..03-01": 5:00}', "seasons_overlap", 42),
    ("suspended: 2026-12-15", "expected_table", 16),
    ("suspended: {reason: Sửa loa}", "key_missing", 16),
    ("suspended: {from: 2026-12-15, until: 2026-12-14}", "suspension_reversed", 42),
    ("suspended: {until: 15/12/2026}", "bad_date", 24),
]  # fmt: skip


@pytest.mark.parametrize(("line", "code", "column"), SLIPS, ids=lambda each: str(each)[:40])
def test_a_slip_takes_the_slot_off_the_air_and_is_named_at_its_place(line: str, code: str, column: int) -> None:
    found, reading = read(programme_text(slot_text(line), slot_text("id: t")))
    assert [(each.code, each.line, each.column) for each in reading.problems] == [(code, 11, column)]
    assert found is not None
    assert [slot.id for slot in found.slots] == ["t"]


def test_an_sms_slot_has_no_length_or_repeat_in_its_peak() -> None:
    lines = f"medium: sms\ncontacts: [l]\n{PEAK}, repeat: 2, length: 5m, days: daily}}"
    _, reading = read(programme_text(slot_text(lines, ["areas"])))
    assert [each.code for each in reading.problems] == ["peak_length_for_sms", "peak_length_for_sms"]


@pytest.mark.parametrize(
    ("lines", "head", "code", "column"),
    [
        (f"{PEAK}}}", "", "peak_changes_nothing", 11),
        ("peak: {from: 2026-10-01, until: 2026-11-22, repeat: 2}", "", "peak_never_airs", 11),
        (f"{PEAK}, repeat: 2}}", "until: 2026-11-30", "peak_never_airs", 11),
        ("peak: {from: 2026-12-01, until: 2026-12-04, days: weekend}", "", "peak_never_airs", 11),
        (f"{PEAK}, repeat: 2}}\nsuspended: {{until: 2027-01-15}}", "", "peak_never_airs", 11),
        (f"at_by_area: {{an-quang: 6:00}}\n{PEAK}, at: [5:00, 6:00]}}", "", "peak_own_hours_kept", 49),
    ],
)
def test_what_is_allowed_but_hardly_meant_is_a_warning(lines: str, head: str, code: str, column: int) -> None:
    found, reading = read(programme_text(slot_text(lines), head=f"from: 2026-11-23\n{head}"))
    assert [(each.code, each.severity, each.column) for each in reading.problems] == [(code, Severity.WARNING, column)]
    assert found is not None
    assert len(found.slots) == 1


@pytest.mark.parametrize(
    "lines",
    [
        f"at_by_area: {{an-quang: 6:00}}\n{PEAK}, at: 5:00}}",
        f"at_by_area: {{an-quang: 6:00}}\n{PEAK}, at: [5:00, 6:00], at_by_area: {{an-quang: [6:00, 7:00]}}}}",
        'at_by_season: {"05-01..09-30": 5:00, "10-01..04-30": 5:30}',
        "peak: [{from: 2026-12-01, until: 2026-12-05, repeat: 2}, {from: 2026-12-06, until: 2026-12-06, repeat: 3}]",
    ],
)
def test_what_goes_together_is_not_told(lines: str) -> None:
    programme(slot_text(lines))


def test_areas_of_peaks_and_seasons_must_be_known() -> None:
    lines = f'{PEAK}, at_by_area: {{a: 6:00}}}}\nat_by_season: {{"05-01..09-30": {{at_by_area: {{b: 6:00}}}}}}'
    _, reading = read(programme_text(slot_text(lines)))
    assert {each.id for each in reading.references if each.kind == "area"} == {"an-lao", "a", "b"}


def test_a_suspension_of_the_whole_programme_that_cannot_be_read_is_an_error() -> None:
    found, reading = read(programme_text(tail="suspended: {until: mai}"))
    assert [each.code for each in reading.problems] == ["bad_date"]
    assert found is not None
    assert found.suspended == ()  # the site holds the programme back: it must not be aired into its rest


def test_every_sentence_is_complete_in_both_languages() -> None:
    found = [problem for line, *_ in SLIPS for problem in read(programme_text(slot_text(line)))[1].problems]
    for problem in found:
        for lang in ("vi", "en"):
            sentence, hint = render(problem.code, problem.params, lang)
            assert problem.code in CATALOGUE
            assert hint
            assert "{{" not in sentence + hint
            assert "…" not in sentence
    assert all(all(message) for message in MESSAGES.values())
