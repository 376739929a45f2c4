"""schedules/*.yaml: what is read, and what is wrong where."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from pipeline.domain import DayRange, Extra, FixedOrder, Medium, Rotation, Slot, YearDays
from pipeline.errors import Problem, Severity
from pipeline.messages import CATALOGUE, render
from pipeline.messages.schedule import MESSAGES
from pipeline.schedule import PROGRAMME
from tests.unit.schedule.site import programme, programme_text, read, slot_text

FULL = """\
programme: canh-bao-lua-dao
title: Cảnh báo lừa đảo trên không gian mạng
from: 2026-11-23
until: 2027-03-28
slots:
  - id: chieu
    days: [mon, wed, fri]
    at: "17:00"
    at_by_area: {an-quang: "17:30"}
    every: 2
    medium: loudspeaker
    areas: [an-lao]
    except_areas: [an-hung]
    length: 10m
    play:
      bulletins: [gia-danh-cong-an, deepfake]
    repeat: 2
    late_by_at_most: 20m
    season: "11-15..02-28"
  - id: tin-nhan
    days: weekend
    at: [8:00, "16:30"]
    medium: sms
    contacts: [to-truong]
    play:
      rotate: {topics: [all], audience: [nguoi-cao-tuoi], count: 3}
except:
  - 2027-02-05..2027-02-11
  - 2026-12-24
  - tet
extra:
  - {slot: chieu, date: 2026-12-24, at: "19:00"}
"""


def test_a_programme_is_read_whole() -> None:
    found, reading = read(FULL)
    assert reading.problems == []
    assert found is not None
    assert (found.id, found.first, found.until) == ("canh-bao-lua-dao", date(2026, 11, 23), date(2027, 3, 28))
    assert (found.title, found.file) == ("Cảnh báo lừa đảo trên không gian mạng", "schedules/p.yaml")
    assert found.slots == (
        Slot(
            id="chieu",
            days=frozenset({0, 2, 4}),
            at=(time(17),),
            at_by_area={"an-quang": (time(17, 30),)},
            every=2,
            medium=Medium.LOUDSPEAKER,
            areas=("an-lao",),
            except_areas=("an-hung",),
            length=timedelta(minutes=10),
            play=FixedOrder(("gia-danh-cong-an", "deepfake")),
            repeat=2,
            late_by=timedelta(minutes=20),
            season=YearDays((11, 15), (2, 28)),
            line=6,
        ),
        Slot(
            id="tin-nhan",
            days=frozenset({5, 6}),
            at=(time(8), time(16, 30)),
            medium=Medium.SMS,
            contacts=("to-truong",),
            play=Rotation(("all",), ("nguoi-cao-tuoi",), 3),
            late_by=timedelta(hours=2),
            line=20,
        ),
    )
    christmas = date(2026, 12, 24)
    assert found.exceptions == (
        DayRange(date(2027, 2, 5), date(2027, 2, 11)),
        DayRange(christmas, christmas),
        "tet",
    )
    assert found.extra == (Extra("chieu", christmas, time(19), 32),)


def test_references_are_collected_with_their_places() -> None:
    _, reading = read(FULL)
    assert [(each.kind, each.id, each.node.line) for each in reading.references] == [
        ("area", "an-quang", 9),
        ("area", "an-lao", 12),
        ("area", "an-hung", 13),
        ("bulletin", "gia-danh-cong-an", 16),
        ("bulletin", "deepfake", 16),
        ("audience", "nguoi-cao-tuoi", 26),
        ("calendar", "tet", 30),
    ]


def test_defaults_are_those_of_the_medium() -> None:
    speaker, sms = programme(slot_text(), slot_text("id: t\nmedium: sms\ncontacts: [to-truong]", drop=["areas"])).slots
    assert (speaker.late_by, sms.late_by) == (timedelta(minutes=15), timedelta(hours=2))
    assert (speaker.length, speaker.repeat, speaker.every, speaker.season) == (None, 1, 1, None)
    assert (sms.areas, sms.except_areas, sms.at_by_area) == ((), (), {})


@pytest.mark.parametrize(
    ("line", "times"),
    [
        ('at: "17:00"', [time(17)]),
        ("at: 17:00", [time(17)]),
        ("at: 5:30", [time(5, 30)]),
        ("at: 05:30", [time(5, 30)]),
        ("at: [05:00, 06:59, 07:00]", [time(5), time(6, 59), time(7)]),
        ("at: [00:00, 23:59]", [time(0), time(23, 59)]),
    ],
)
def test_times_mean_the_same_quoted_or_not(line: str, times: list[time]) -> None:
    assert programme(slot_text(line)).slots[0].at == tuple(times)


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("days: daily", range(7)),
        ("days: weekdays", range(5)),
        ("days: weekend", (5, 6)),
        ("days: [sun]", (6,)),
        ("days: [sun, mon]", (0, 6)),
    ],
)
def test_days_are_one_word_or_a_list_of_names(line: str, days: range) -> None:
    assert programme(slot_text(line)).slots[0].days == frozenset(days)


@pytest.mark.parametrize("tail", ["except: tet", "except: [tet]", "except:\n  - tet"])
def test_one_exception_may_stand_without_a_list(tail: str) -> None:
    assert programme(tail=tail).exceptions == ("tet",)


@pytest.mark.parametrize("tail", ["except: 2026-12-24", "except: [2026-12-24..2026-12-24]"])
def test_an_excepted_day_is_a_range_of_one(tail: str) -> None:
    assert programme(tail=tail).exceptions == (DayRange(date(2026, 12, 24), date(2026, 12, 24)),)


def test_a_rotation_has_defaults() -> None:
    assert programme(slot_text("play: {rotate: {}}")).slots[0].play == Rotation(("all",), (), 1)


def test_exceptions_and_one_offs_outside_the_programme_are_allowed() -> None:
    found = programme(tail="except: [2020-01-01]\nextra: [{slot: s, date: 2020-01-01, at: '8:00'}]")
    assert len(found.exceptions) == len(found.extra) == 1


# Slot lines → code, and the place within the file: the slot begins on line 5, column 5.
BROKEN_SLOTS = [
    ("days: [daily]", "day_word_in_list", 6, 12),
    ("days: [mon, daily]", "day_word_in_list", 6, 17),
    ("days: [mon, mon]", "list_doubled", 6, 17),
    ("days: []", "list_empty", 6, 11),
    ("days: mon", "day_not_in_list", 6, 11),
    ("days: dayly", "bad_choice", 6, 11),
    ("days: [Monday]", "bad_choice", 6, 12),
    ('at: "24:00"', "bad_time", 7, 9),
    ("at: 17h00", "bad_time", 7, 9),
    ("at: 17:60", "bad_time", 7, 9),
    ("at: []", "list_empty", 7, 9),
    ("at: [5:00, 05:00]", "list_doubled", 7, 16),
    ("at_by_area: {an-quang: 25:00}", "bad_time", 11, 28),
    ("at_by_area: {an-quang: [5:00, 5:00]}", "list_doubled", 11, 35),
    ("at_by_area: [an-quang]", "expected_table", 11, 17),
    ("every: 0", "number_out_of_range", 11, 12),
    ("every: 1.5", "bad_whole_number", 11, 12),
    ("medium: radio", "bad_choice", 8, 13),
    ("areas: []", "list_empty", 9, 12),
    ("areas: an-lao", "expected_list", 9, 12),
    ("areas: [an-lao, an-lao]", "list_doubled", 9, 21),
    ("contacts: [to-truong]", "contacts_for_loudspeaker", 11, 5),
    ("length: 10", "bad_duration", 11, 13),
    ("length: 0s", "duration_out_of_range", 11, 13),
    ("late_by_at_most: 15", "bad_duration", 11, 22),
    ("play: {}", "play_nothing", 10, 11),
    ("play: {bulletins: []}", "list_empty", 10, 23),
    ("play: {bulletins: [a], rotate: {topics: [all]}}", "play_both", 10, 11),
    ("play: {rotate: {topics: [all, '14']}}", "all_topics_not_alone", 10, 29),
    ("play: {rotate: {topics: []}}", "list_empty", 10, 29),
    ("play: {rotate: {count: 0}}", "number_out_of_range", 10, 28),
    ("play: [a]", "expected_table", 10, 11),
    ("repeat: 0", "number_out_of_range", 11, 13),
    ("season: 12-01", "bad_season", 11, 13),
    ("season: 13-01..12-31", "bad_season", 11, 13),
    ("season: 02-30..03-01", "bad_season", 11, 13),
    ("tempo: fast", "key_unknown", 11, 5),
    ("except_area: [an-hung]", "key_unknown", 11, 5),
    ("id: Chiều", "bad_identifier", 5, 9),
]


@pytest.mark.parametrize(("line", "code", "row", "column"), BROKEN_SLOTS, ids=[each[0] for each in BROKEN_SLOTS])
def test_a_broken_slot_is_named_and_left_out(line: str, code: str, row: int, column: int) -> None:
    found, reading = read(programme_text(slot_text(line), slot_text("id: sound")))
    assert [place(each) for each in reading.problems] == [(code, row, column)]
    assert found is not None
    assert [slot.id for slot in found.slots] == ["sound"]


@pytest.mark.parametrize("key", ["id", "days", "at", "medium", "play"])
def test_every_required_key_of_a_slot_is_missed(key: str) -> None:
    found, reading = read(programme_text(slot_text(drop=[key])))
    assert [(each.code, each.params["key"]) for each in reading.problems] == [("key_missing", key)]
    assert found is not None
    assert found.slots == ()


@pytest.mark.parametrize(
    ("lines", "drop", "code"),
    [
        ("medium: loudspeaker", ["areas"], "areas_missing"),
        ("medium: sms", [], "contacts_missing"),
        ("medium: sms\ncontacts: [l]\nlength: 10m", [], "length_for_sms"),
        ("medium: sms\ncontacts: []", [], "list_empty"),
    ],
)
def test_a_medium_asks_for_its_own_keys(lines: str, drop: list[str], code: str) -> None:
    found, reading = read(programme_text(slot_text(lines, drop)))
    assert [each.code for each in reading.problems] == [code]
    assert found is not None
    assert found.slots == ()


def test_repeating_an_sms_is_a_warning_and_does_not_happen() -> None:
    found, reading = read(programme_text(slot_text("medium: sms\ncontacts: [l]\nrepeat: 2")))
    assert [(each.code, each.severity) for each in reading.problems] == [("repeat_for_sms", Severity.WARNING)]
    assert found is not None
    assert found.slots[0].repeat == 1


# What follows the slots → code and place; the tail begins on line 11.
BROKEN_TAILS = [
    ("except: 2027-02-30", "bad_date", 11, 9),
    ("except: [24/12/2026]", "bad_date", 11, 10),
    ("except: [2027-02-11..2027-02-05]", "except_reversed", 11, 10),
    ("except: [2027-02-11..tet]", "bad_date", 11, 10),
    ("except: [Tết]", "bad_identifier", 11, 10),
    ("except: {tet: yes}", "expected_text", 11, 9),
    ("extra: {slot: s, date: 2026-12-24, at: 9:00}", "expected_list", 11, 8),
    ("extra: [{slot: s, date: 2026-12-24}]", "key_missing", 11, 9),
    ("extra: [{slot: s, date: 2026-12-24, at: [9:00, 10:00]}]", "expected_text", 11, 41),
    ("extra: [{slot: toi, date: 2026-12-24, at: 9:00}]", "reference_unknown", 11, 16),
    (
        "extra:\n  - {slot: s, date: 2026-12-24, at: 9:00}\n  - {slot: s, date: 2026-12-24, at: 09:00}",
        "extra_doubled",
        13,
        5,
    ),
    ("extras: []", "key_unknown", 11, 1),
]


@pytest.mark.parametrize(("tail", "code", "row", "column"), BROKEN_TAILS, ids=[each[0] for each in BROKEN_TAILS])
def test_what_is_wrong_after_the_slots_leaves_them_on(tail: str, code: str, row: int, column: int) -> None:
    found, reading = read(programme_text(tail=tail))
    assert [place(each) for each in reading.problems] == [(code, row, column)]
    assert found is not None
    assert [slot.id for slot in found.slots] == ["s"]


def test_of_equal_one_offs_one_is_kept_and_an_unknown_slot_makes_none() -> None:
    found, _ = read(
        programme_text(
            tail="extra: [{slot: s, date: 2026-12-24, at: 9:00}, {slot: s, date: 2026-12-24, at: 9:00},"
            " {slot: t, date: 2026-12-24, at: 9:00}]"
        )
    )
    assert found is not None
    assert [each.slot for each in found.extra] == ["s"]


def test_a_one_off_of_a_broken_slot_is_not_blamed() -> None:
    found, reading = read(programme_text(slot_text("every: 0"), tail="extra: [{slot: s, date: 2026-12-24, at: 9:00}]"))
    assert [each.code for each in reading.problems] == ["number_out_of_range"]
    assert found is not None
    assert found.extra == ()


def test_a_misspelt_slot_of_a_one_off_is_guessed() -> None:
    text = programme_text(slot_text("id: buoi-chieu"), tail="extra: [{slot: buoi-chiue, date: 2026-12-24, at: 9:00}]")
    _, reading = read(text)
    assert [(each.code, each.params["close"]) for each in reading.problems] == [
        ("reference_unknown_close", "buoi-chieu")
    ]
    assert "slot" not in {each.kind for each in reading.references}


def test_two_slots_with_one_id_are_an_error_and_the_first_stays() -> None:
    found, reading = read(programme_text(slot_text(), slot_text("at: 6:00")))
    assert [place(each) for each in reading.problems] == [("slot_doubled", 11, 9)]
    assert found is not None
    assert [slot.at for slot in found.slots] == [(time(17),)]


@pytest.mark.parametrize(
    ("head", "codes"),
    [
        ("from: 23/11/2026", ["bad_date"]),
        ("from: 2026-11-23\nuntil: hôm nay", ["bad_date"]),
        ("from: 2026-11-23\nuntil: 2026-11-22", ["until_before_from"]),
    ],
)
def test_without_its_days_a_programme_cannot_go_on(head: str, codes: list[str]) -> None:
    found, reading = read(programme_text(slot_text("every: 0"), head=head))
    assert found is None
    assert sorted(each.code for each in reading.problems) == sorted([*codes, "number_out_of_range"])


def test_from_and_until_may_be_the_same_day() -> None:
    assert programme(head="from: 2026-11-23\nuntil: 2026-11-23").until == date(2026, 11, 23)


@pytest.mark.parametrize("key", ["programme", "title", "from", "slots"])
def test_every_required_key_of_a_programme_is_missed(key: str) -> None:
    text = "programme: p\ntitle: T\nfrom: 2026-11-23\nslots: []\n"
    _, reading = read("".join(line for line in text.splitlines(keepends=True) if not line.startswith(key)))
    assert ("key_missing", key) in [(each.code, each.params.get("key")) for each in reading.problems]


@pytest.mark.parametrize("text", ["[]", "programme", "slots: {}"])
def test_what_is_no_programme_is_named_and_nothing_comes_of_it(text: str) -> None:
    found, reading = read(text)
    assert found is None
    assert reading.problems.errors


def test_a_slot_that_holds_an_anchor_is_left_out() -> None:
    found, reading = read(programme_text(slot_text("every: &n 1"), slot_text("id: sound")))
    assert reading.problems.errors
    assert found is not None
    assert [slot.id for slot in found.slots] == ["sound"]


@pytest.mark.parametrize("slot", ["  - s", "  - [s]"])
def test_a_slot_that_is_no_table_is_named_and_left_out(slot: str) -> None:
    found, reading = read(programme_text(slot, slot_text()))
    assert [place(each) for each in reading.problems] == [("expected_table", 5, 5)]
    assert found is not None
    assert [each.id for each in found.slots] == ["s"]


def test_every_sentence_is_complete_in_both_languages() -> None:
    texts = [*(each[0] for each in BROKEN_SLOTS), "medium: sms\ncontacts: [l]\nrepeat: 2"]
    found = [problem for text in texts for problem in read(programme_text(slot_text(text)))[1].problems]
    found += [problem for tail, *_ in BROKEN_TAILS for problem in read(programme_text(tail=tail))[1].problems]
    for problem in found:
        for lang in ("vi", "en"):
            sentence, hint = render(problem.code, problem.params, lang)
            assert problem.code in CATALOGUE
            assert hint
            assert "{" not in sentence + hint


def test_every_code_has_a_hint() -> None:
    assert all(all(message) for message in MESSAGES.values())


def test_every_key_is_described_in_the_schema() -> None:
    schema = PROGRAMME.schema()
    slot = schema["properties"]["slots"]["items"]
    assert set(schema["required"]) == {"programme", "title", "from", "slots"}
    assert set(slot["required"]) == {"id", "days", "at", "medium", "play"}
    assert all(each["description"] for each in [*schema["properties"].values(), *slot["properties"].values()])


def place(problem: Problem) -> tuple[str, int, int]:
    return problem.code.removesuffix("_close"), problem.line, problem.column
