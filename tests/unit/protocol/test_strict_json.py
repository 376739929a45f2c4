"""JSON of somebody we do not trust."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import AccessError
from pipeline.strict_json import MOST_DEPTH, Table, dump, load

REFUSED = {
    "nothing": b"",
    "no JSON": b"plan",
    "no UTF-8": b'{"a":"\xff"}',
    "UTF-16": '{"a":1}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"a":1}',
    "surrogates in UTF-8": b'{"a":"\xed\xa0\x80"}',
    "bytes behind it": b'{"a":1} x',
    "a second document": b'{"a":1}{"a":2}',
    "cut off": b'{"a":1',
    "key said twice": b'{"a":1,"a":1}',
    "key said twice, once escaped": b'{"a":1,"\\u0061":1}',
    "key said twice deep down": b'{"a":[{"b":1,"b":2}]}',
    "key that is another once composed": '{"e\u0301":1,"\u00e9":2}'.encode(),
    "NaN": b'{"a":NaN}',
    "Infinity": b'{"a":-Infinity}',
    "a number of ten thousand digits": b'{"a":' + b"9" * 10_000 + b"}",
    "comment": b'{"a":1 /* x */}',
    "single quotes": b"{'a':1}",
    "comma at the end": b'{"a":1,}',
    "raw line break in a text": b'{"a":"x\ny"}',
    "too deep": b'{"a":' + b"[" * MOST_DEPTH + b"]" * MOST_DEPTH + b"}",
    "far too deep": b"[" * 500_000,
    "far too deep behind a text": b'{"\\"[":' + b'{"a":' * 100_000,
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_what_is_no_plain_json_is_refused(data: bytes) -> None:
    with pytest.raises(AccessError) as refused:
        load(data, "plan")
    assert refused.value.code == "document_unreadable"


def test_brackets_within_texts_are_not_nesting() -> None:
    text = "[{" * 50 + '\\"'
    assert load(json.dumps({"a": text}).encode(), "plan") == {"a": text}


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 1_000_000,
        b'{"a":"' + b'\\"' * 500_000,
        b'{"a":"' + b"\\" * 1_000_000,
        b"[" + b"[],{}," * 160_000 + b"1]",
        b'{"a":' + b"1" * 1_000_000 + b"}",
        b'{"a":1e' + b"9" * 1_000_000 + b"}",
        b'{"a":0.' + b"3" * 1_000_000 + b"}",
        b'"' + "e\u0301".encode() * 330_000,
    ],
    ids=["brackets", "escapes", "backslashes", "tables", "digits", "exponent", "fraction", "marks"],
)
def test_a_million_hostile_bytes_are_judged_at_once(data: bytes) -> None:
    began = time.process_time()
    try:
        load(data, "plan")
    except AccessError as refused:
        assert refused.code == "document_unreadable"  # noqa: PT017 some of them are JSON
    assert time.process_time() - began < 1.0


READ: dict[str, tuple[Any, Any]] = {
    "text that is a number": (1, lambda table: table.text("a", 10)),
    "text too long": ("x" * 11, lambda table: table.text("a", 10)),
    "text too long once composed apart": ("\u0958" * 6, lambda table: table.text("a", 10)),
    "empty text": ("", lambda table: table.text("a", 10)),
    "half a surrogate pair": ("\ud800", lambda table: table.text("a", 10)),
    "NUL": ("a\0b", lambda table: table.text("a", 10)),
    "escape sequence of a terminal": ("\x1b[2J", lambda table: table.text("a", 10)),
    "line separator": ("a\u2028b", lambda table: table.text("a", 10)),
    "true for a number": (True, lambda table: table.whole("a", 0, 9)),
    "true for a decimal": (True, lambda table: table.number("a", 0, 9)),
    "fraction for a whole": (1.0, lambda table: table.whole("a", 0, 9)),
    "number as text": ("1", lambda table: table.whole("a", 0, 9)),
    "number above": (10, lambda table: table.whole("a", 0, 9)),
    "number below": (-1, lambda table: table.number("a", 0, 9)),
    "number beyond every float": (10**4000, lambda table: table.number("a", 0, 9)),
    "number for a flag": (1, lambda table: table.flag("a")),
    "null for a text": (None, lambda table: table.text("a", 10)),
    "table for a list": ({}, lambda table: table.tables("a", 9)),
    "texts for tables": (["x"], lambda table: table.tables("a", 9)),
    "list for a table": ([], lambda table: table.table("a")),
    "too many": ([{}] * 10, lambda table: table.tables("a", 9)),
    "too many texts": (["x"] * 10, lambda table: table.texts("a", 9, 9)),
    "number among texts": (["x", 1], lambda table: table.texts("a", 9, 9)),
    "another form": ("../x", lambda table: table.matching("a", re.compile(r"[a-z]+\Z"), 10)),
    "form with a line break behind it": ("x\n", lambda table: table.matching("a", re.compile(r"[a-z]+\Z"), 10)),
}
MOMENTS = {
    "no zone": "2026-11-23T05:00:00",
    "a day": "2026-11-23",
    "a week": "2026-W48-1T05:00:00+07:00",
    "no colons": "20261123T050000+0700",
    "comma": "2026-11-23T05:00:00,5+07:00",
    "blank": "2026-11-23 05:00:00+07:00",
    "seconds of the zone": "2026-11-23T05:00:00+07:00:30",
    "no such day": "2026-02-30T05:00:00+07:00",
    "no such hour": "2026-11-23T24:00:00+07:00",
    "leap second": "2026-12-31T23:59:60+00:00",
    "long ago": "1999-12-31T23:59:59+00:00",
    "before the first day of all": "0001-01-01T00:00:00+14:00",
    "behind the last day of all": "9999-12-31T23:59:59-14:00",
    "far ahead": "2200-01-01T00:00:00+00:00",
    "a day wide zone": "2026-11-23T05:00:00+24:00",
    "other digits": "２０26-11-23T05:00:00+07:00",
    "a line break": "2026-11-23T05:00:00+07:00\n",
}
READ |= {f"time: {name}": (text, lambda table: table.moment("a")) for name, text in MOMENTS.items()}


@pytest.mark.parametrize(("value", "ask"), READ.values(), ids=READ)
def test_what_does_not_fit_its_key_is_refused(value: Any, ask: Any) -> None:
    with pytest.raises(AccessError) as refused:
        ask(Table({"a": value}, "plan"))
    assert refused.value.params == {"document": "plan", "why": "a"} or "plan.a" in refused.value.params["document"]


@pytest.mark.parametrize("literal", [b"1e400", b"-1e400", b"1e99999999"])
def test_a_number_that_overflows_into_infinity_lies_in_no_range(literal: bytes) -> None:
    with pytest.raises(AccessError):
        Table.of(b'{"a":' + literal + b"}", "plan").number("a", -1e308, 1e308)


def test_texts_arrive_composed() -> None:
    assert Table({"a": "Xa\u0303 An Quang"}, "plan").text("a", 20) == "Xã An Quang"


def test_a_key_that_nobody_asked_for_is_refused_without_its_tricks() -> None:
    table = Table({"\x1b[2J\n\ud800": 1}, "plan")
    with pytest.raises(AccessError) as refused:
        table.end()
    assert refused.value.params["why"] == r"\x1b[2J\n\ud800"


@pytest.mark.parametrize("names", [{"": 1}, {"x" * 61: 1}, {"a\nb": 1}, {"\udc00": 1}, {str(n): n for n in range(21)}])
def test_free_names_are_held_to_texts_too(names: dict[str, object]) -> None:
    with pytest.raises(AccessError):
        Table(names, "facts").names(20)


def test_null_is_not_the_same_as_saying_nothing() -> None:
    assert Table({"a": None}, "plan").is_null("a")
    with pytest.raises(AccessError):
        Table({}, "plan").is_null("a")


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(blacklist_categories=["Cs"]), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcxyz", max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text("abcxyz", max_size=4), VALUES, max_size=4))
@settings(max_examples=60, deadline=None)
def test_what_is_dumped_is_loaded_again_and_gives_the_same_bytes(value: dict[str, Any]) -> None:
    once = dump(value)
    assert dump(load(once, "x")) == once


@given(st.binary(max_size=60) | st.text('{}[]",:\\abu0189.eE+-tfn ', max_size=60).map(str.encode))
@settings(max_examples=200, deadline=None)
def test_any_bytes_give_a_value_or_a_refusal_and_nothing_else(data: bytes) -> None:
    try:
        Table.of(data, "x").text("a", 3)
    except AccessError as refused:
        assert refused.code == "document_unreadable"  # noqa: PT017
