"""Strict YAML: nothing is guessed, everything knows its place, what is dangerous is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.documents import MAX_BYTES, Mapping, Node, Scalar, Sequence, decode, parse, read_text
from pipeline.errors import Problems


def _parse(text: str, first_line: int = 1) -> tuple[Node | None, Problems]:
    problems = Problems()
    return parse(text, "a.yaml", problems, first_line), problems


def _values(text: str) -> dict[str, str]:
    node, problems = _parse(text)
    assert not problems
    assert isinstance(node, Mapping)
    return {name: value.value for name, value in node.values.items() if isinstance(value, Scalar)}


@pytest.mark.parametrize(
    "written",
    ["17:00", "5:30", "05:30", "0113", "on", "No", "2025-12-05", "1_000", "0x1F", "1e3", "~", "null", "=", "<<"],
)
def test_what_yaml_would_guess_stays_as_written(written: str) -> None:
    assert _values(f"at: {written}\n") == {"at": written}
    assert _values(f'at: "{written}"\n') == {"at": written}


def test_every_node_knows_its_line_and_column() -> None:
    node, _ = _parse("slots:\n  - id: chiều\n    at: [a, 'b']\n", first_line=3)
    assert isinstance(node, Mapping)
    slots = node.values["slots"]
    assert isinstance(slots, Sequence)
    slot = slots.items[0]
    assert isinstance(slot, Mapping)
    times = slot.values["at"]
    assert isinstance(times, Sequence)
    places = [node.keys["slots"], slots, slot, slot.keys["at"], times, times.items[1]]
    assert [(each.line, each.column) for each in places] == [(3, 1), (4, 3), (4, 5), (5, 5), (5, 9), (5, 13)]


def test_columns_count_letters_not_bytes() -> None:
    node, _ = _parse("{tên: đường, mã: x}")
    assert isinstance(node, Mapping)
    assert node.keys["mã"].column == 14


def test_quoted_emptiness_is_a_value_and_a_bare_one_is_not() -> None:
    node, _ = _parse("a:\nb: ''\n")
    assert isinstance(node, Mapping)
    bare, quoted = node.values["a"], node.values["b"]
    assert isinstance(bare, Scalar)
    assert isinstance(quoted, Scalar)
    assert (bare.plain, quoted.plain) == (True, False)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: &x b\n", "yaml_anchor"),
        ("a: *x\n", "yaml_anchor"),
        ("a: !x b\n", "yaml_tag"),
        ("a: !!python/object/apply:os.system [ls]\n", "yaml_tag"),
        ("a: !e!x b\n", "yaml_tag"),
        ("a: b\na: c\n", "key_doubled"),
        ("? [a]\n: b\n", "key_not_text"),
        ("a: b\n---\nc: d\n", "yaml_many_documents"),
        ("<<: *x\n", "yaml_anchor"),
    ],
)
def test_what_the_house_refuses_is_named(text: str, code: str) -> None:
    _, problems = _parse(text)
    assert [each.code for each in problems] == [code]


def test_a_doubled_key_names_the_first_and_hides_nothing_else() -> None:
    node, problems = _parse("a: 1\nb:\n  c: 1\n  c: 2\na: 2\nd: 3\n")
    assert [(each.line, each.params["first"]) for each in problems] == [(4, "3"), (5, "1")]
    assert isinstance(node, Mapping)
    assert list(node.values) == ["a", "b", "d"]
    assert [value.flawed for value in node.values.values()] == [True, True, False]


def test_billion_laughs_do_not_expand() -> None:
    laughs = "".join(f"a{count}: &a{count} [{', '.join([f'*a{count - 1}'] * 9)}]\n" for count in range(1, 10))
    _, problems = _parse(laughs)
    assert {each.code for each in problems} == {"yaml_anchor"}


def test_canonically_equal_keys_are_the_same_key() -> None:
    _, problems = _parse('"\\u1EA1": 1\n"a\\u0323": 2\n')
    assert [each.code for each in problems] == ["key_doubled"]


@pytest.mark.timeout(60)  # to sort so many marks takes minutes
def test_marks_piled_up_by_escapes_are_refused_too() -> None:
    _, problems = _parse('a: b\nc: "' + "\\u0301\\u0323" * 100_000 + '"\n')
    assert [(each.code, each.line) for each in problems] == [("yaml_escape", 2)]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"\xef\xbb\xbfa: b\r\nc: d", "a: b\nc: d"),
        ("a: tiếng".encode(), "a: tiếng"),
        ("tie\u0302\u0301ng".encode(), "tiếng"),
    ],
)
def test_text_is_read_as_nfc_with_plain_line_ends(raw: bytes, text: str) -> None:
    problems = Problems()
    assert decode(raw, "a.yaml", problems) == text
    assert not problems


@pytest.mark.parametrize(
    ("raw", "code", "line", "column"),
    [
        (b"a: b\nc: \xff", "not_utf8", 2, 1),
        ("a: b".encode("utf-16"), "not_utf8", 1, 1),
        (b"a: b\nc: \x00", "control_character", 2, 4),
        (b"a: b\rc: d", "control_character", 1, 5),
        ("a: b\u2028c: d".encode(), "control_character", 1, 5),
        (b"\xc2\x85", "control_character", 1, 1),
        (("a: b\nc: de" + "\u0301\u0323" * 16).encode(), "marks_piled", 2, 36),
        (("# " + "\u0301\u0323" * 100).encode(), "marks_piled", 1, 33),
    ],
)
def test_bytes_that_are_no_text_are_refused_at_their_place(raw: bytes, code: str, line: int, column: int) -> None:
    problems = Problems()
    assert decode(raw, "a.yaml", problems) is None
    assert [(each.code, each.line, each.column) for each in problems] == [(code, line, column)]


def test_a_file_that_cannot_be_read_is_a_problem_and_no_exception(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "big").write_bytes(b" " * (MAX_BYTES + 1))
    for name, code in {
        "none": "file_missing",
        "pipe": "file_not_regular",
        ".": "file_not_regular",
        "big": "file_too_large",
    }.items():
        problems = Problems()
        assert read_text(tmp_path / name, name, problems) is None
        assert [each.code for each in problems] == [code]


YAML_PIECES = st.sampled_from(
    [
        "a",
        "b: ",
        "- ",
        "\n",
        "  ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "'",
        '"',
        "&x ",
        "*x",
        "!y ",
        "|",
        "\t",
        "#",
        "? ",
        "---\n",
        "đ",
        "\\",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(YAML_PIECES, max_size=30).map("".join))
def test_any_text_is_a_document_or_a_problem(text: str) -> None:
    node, problems = _parse(text)
    assert node is not None or problems.errors
