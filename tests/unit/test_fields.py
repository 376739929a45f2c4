"""Kinds of values: what each takes, what it refuses, and that nothing is reported twice."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest

from pipeline.documents import parse
from pipeline.fields import (
    Choice,
    ClockTime,
    Day,
    Duration,
    Field,
    Flag,
    Identifier,
    Kind,
    ListOf,
    Named,
    Number,
    Reading,
    Record,
    TableOf,
    Text,
    Weekdays,
    Whole,
    closest,
    duration_text,
    identifier_from,
    resolve,
)
from pipeline.fields.shapes import day_meant


def _read(kind: Kind[Any], text: str) -> tuple[Any, list[str]]:
    reading = Reading()
    node = parse(text, "a.yaml", reading.problems)
    value = None if node is None else kind.read(node, reading)
    return value, [each.code for each in reading.problems]


ROW = Record((Field("id", Identifier(), "mã", "id", required=True), Field("at", ClockTime(), "giờ", "time")))

TAKEN = [
    (Text(), " Xã An Quang ", "Xã An Quang"),
    (Text(), "12", "12"),
    (Identifier(), "an-quang-01", "an-quang-01"),
    (Identifier(), "14", "14"),
    (Day(), "2026-11-23", date(2026, 11, 23)),
    (Day(), "2024-02-29", date(2024, 2, 29)),
    (ClockTime(), "5:30", time(5, 30)),
    (ClockTime(), "'05:30'", time(5, 30)),
    (ClockTime(), "00:00", time(0)),
    (ClockTime(), "23:59", time(23, 59)),
    (Duration(), "90s", timedelta(seconds=90)),
    (Duration(), "1h30m", timedelta(minutes=90)),
    (Duration(), "24h", timedelta(days=1)),
    (Duration(timedelta(0), timedelta(seconds=10)), "1500ms", timedelta(seconds=1.5)),
    (Duration(timedelta(0), timedelta(seconds=10)), "2s", timedelta(seconds=2)),
    (Whole(0, 10), "10", 10),
    (Whole(0, 10), "0", 0),
    (Number(0, 2), "1.25", 1.25),
    (Flag(), "true", True),
    (Flag(), "false", False),
    (Choice(("horn", "fm")), "fm", "fm"),
    (ListOf(Identifier()), "[a, b]", ("a", "b")),
    (ListOf(Identifier(), or_one=True), "a", ("a",)),
    (TableOf(ClockTime()), "{a: '17:30'}", {"a": time(17, 30)}),
    (Weekdays(), "daily", frozenset(range(7))),
    (Weekdays(), "weekdays", frozenset(range(5))),
    (Weekdays(), "weekend", frozenset({5, 6})),
    (Weekdays(), "[sun, mon]", frozenset({0, 6})),
    (ROW, "{id: a, at: 17:00}", {"id": "a", "at": time(17)}),
]

REFUSED = [
    (Text(limit=3), "abcd", "text_too_long"),
    (Text(pattern="[0-9]+"), "14A", "bad_format"),
    (Text(one_line=True), "|\n  a\n  b", "text_many_lines"),
    (Text(), "[a]", "expected_text"),
    (Text(), "''", "text_empty"),
    (Identifier(), "An-Quang", "bad_identifier"),
    (Identifier(), "an_quang", "bad_identifier"),
    (Identifier(), "an--quang", "bad_identifier"),
    (Identifier(), "-an", "bad_identifier"),
    (Identifier(), "a" * 65, "bad_identifier"),
    (Identifier(), "١٢", "bad_identifier"),
    (Day(), "23/11/2026", "bad_date"),
    (Day(), "2026-1-5", "bad_date"),
    (Day(), "2025-02-29", "bad_date"),
    (Day(), "2026-11-23T00:00", "bad_date"),
    (ClockTime(), "24:00", "bad_time"),
    (ClockTime(), "17h00", "bad_time"),
    (ClockTime(), "17:0", "bad_time"),
    (ClockTime(), "1020", "bad_time"),
    (ClockTime(), "-1:00", "bad_time"),
    (Duration(), "10", "bad_duration"),
    (Duration(), "1500ms", "bad_duration"),
    (Duration(timedelta(0), timedelta(seconds=5)), "1.5s", "bad_short_duration"),
    (Duration(timedelta(seconds=0.5), timedelta(seconds=5)), "350ms", "duration_out_of_range"),
    (Duration(), "10 m", "bad_duration"),
    (Duration(), "30m1h", "bad_duration"),
    (Duration(), "0s", "duration_out_of_range"),
    (Duration(), "25h", "duration_out_of_range"),
    (Whole(1, 5), "6", "number_out_of_range"),
    (Whole(1, 5), "2.0", "bad_whole_number"),
    (Whole(1, 5), "9999999999999", "bad_whole_number"),
    (Number(0, 2), "1,5", "bad_number"),
    (Number(0, 2), "1e0", "bad_number"),
    (Number(0, 2), "nan", "bad_number"),
    (Number(0, 2), "2.1", "number_out_of_range"),
    (Flag(), "yes", "bad_flag"),
    (Flag(), "True", "bad_flag"),
    (Choice(("horn", "fm")), "Horn", "bad_choice_close"),
    (Choice(("horn", "fm")), "zzz", "bad_choice"),
    (ListOf(Identifier()), "a", "expected_list"),
    (ListOf(Identifier()), "[a, a]", "list_doubled"),
    (ListOf(Identifier(), empty=False), "[]", "list_empty"),
    (TableOf(ClockTime()), "[a]", "expected_table"),
    (TableOf(ClockTime()), "{A: 17:30}", "bad_identifier"),
    (Weekdays(), "mon", "day_not_in_list"),
    (Weekdays(), "[daily]", "day_word_in_list"),
    (Weekdays(), "[mon, weekend]", "day_word_in_list"),
    (Weekdays(), "[monday]", "bad_choice_close"),
    (Weekdays(), "[mon, mon]", "list_doubled"),
    (Weekdays(), "[]", "list_empty"),
    (Weekdays(), "everyday", "bad_choice"),
    (Weekdays(), "daly", "bad_choice_close"),
    (ROW, "{at: 17:00}", "key_missing"),
    (ROW, "{id: a, at: }", "value_missing"),
    (ROW, "{id: a, on: x}", "key_unknown"),
    (ROW, "{id: a, att: 17:00}", "key_unknown_close"),
    (ROW, "[a]", "expected_table"),
    (ROW, "{id: &x a}", "yaml_anchor"),
    (ROW, "{id: *x}", "yaml_anchor"),
    (ListOf(Identifier()), "*x", "yaml_anchor"),
    (TableOf(Text()), "*x", "yaml_anchor"),
]


@pytest.mark.parametrize(("kind", "text", "value"), TAKEN)
def test_a_value_is_read_to_its_type(kind: Kind[Any], text: str, value: object) -> None:
    assert _read(kind, text) == (value, [])


@pytest.mark.parametrize(("kind", "text", "code"), REFUSED)
def test_a_wrong_value_is_one_problem(kind: Kind[Any], text: str, code: str) -> None:
    assert _read(kind, text)[1] == [code]


def test_a_misspelt_key_is_not_also_reported_as_missing() -> None:
    reading = Reading()
    node = parse("{idd: a}", "a.yaml", reading.problems)
    assert node is not None
    ROW.read(node, reading)
    assert [(each.code, each.params["close"]) for each in reading.problems] == [("key_unknown_close", "id")]


def test_every_problem_of_a_record_is_reported_in_one_run() -> None:
    assert _read(ROW, "{at: 25:00, màu: đỏ}")[1] == ["key_unknown", "key_missing", "bad_time"]


def test_a_long_value_is_shortened_where_it_is_repeated() -> None:
    reading = Reading()
    node = parse("x" * 5000, "a.yaml", reading.problems)
    assert node is not None
    Day().read(node, reading)
    assert len(reading.problems[0].params["value"]) <= 60


def test_ids_and_suggestions_come_without_accents_or_case() -> None:
    assert identifier_from("Tổ trưởng Đội 3") == "to-truong-doi-3"
    assert closest("Thủ đoạn", ["phap-luat", "thu-doan"]) == "thu-doan"
    assert closest("DAILY", ["daily", "weekend"]) == "daily"
    assert closest("zzz", ["daily"]) == ""


@pytest.mark.parametrize("text", ["90s", "10m", "1h30m", "24h", "1h1s"])
def test_a_duration_is_written_as_it_is_read(text: str) -> None:
    assert duration_text(_read(Duration(), text)[0]) == ("1m30s" if text == "90s" else text)


def test_references_are_resolved_with_the_nearest_id() -> None:
    reading = Reading()
    node = parse("[an-loa, an-lao, zzz]", "a.yaml", reading.problems)
    assert node is not None
    ListOf(Named("area")).read(node, reading)
    resolve(reading.references, {"area": {"an-lao"}}, reading.problems)
    assert [(each.code, each.column, each.params.get("close")) for each in reading.problems] == [
        ("reference_unknown_close", 2, "an-lao"),
        ("reference_unknown", 18, None),
    ]


def test_references_of_a_kind_that_could_not_be_read_are_left_alone() -> None:
    reading = Reading()
    node = parse("an-loa", "a.yaml", reading.problems)
    assert node is not None
    Named("area").read(node, reading)
    resolve(reading.references, {}, reading.problems)
    assert not reading.problems


@pytest.mark.parametrize(
    ("written", "meant"),
    [("thu2", "mon"), ("T2", "mon"), ("thứ hai", "mon"), ("thu-bay", "sat"), ("t7", "sat"), ("CN", "sun"),
     ("chủ nhật", "sun"), ("thu", ""), ("tue", ""), ("t8", ""), ("monday", "")],
)  # fmt: skip
def test_a_day_in_vietnamese_is_not_taken_for_the_english_one_it_resembles(written: str, meant: str) -> None:
    assert day_meant(written) == meant
