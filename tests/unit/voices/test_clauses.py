from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.voices.clauses import LONGEST, ends_sentence, pack


@given(st.text(st.sampled_from("ab ế.,!? …-"), max_size=400))
def test_nothing_that_sounds_is_lost_and_nothing_is_too_long(text: str) -> None:
    pieces = list(pack(text))
    assert all(0 < len(piece) <= LONGEST for piece in pieces)
    assert all(any(letter.isalnum() for letter in piece) for piece in pieces)
    letters = "".join(filter(str.isalnum, text))
    assert "".join(filter(str.isalnum, "".join(pieces))) == letters


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Xin chào.", ["Xin chào."]),
        ("a" * 60 + ", " + "b" * 30 + ". " + "c" * 20, ["a" * 60 + ", " + "b" * 30 + ".", "c" * 20]),
        ("word " * 30, [("word " * 20).strip(), ("word " * 10).strip()]),
        ("x" * 130, ["x" * 100, "x" * 30]),
        ("Một. … !!! Hai.", ["Một. Hai."]),
        ("...", []),
        ("", []),
    ],
)
def test_pieces_end_at_clauses(text: str, pieces: list[str]) -> None:
    assert pack(text) == pieces


def test_of_as_few_pieces_those_that_end_with_sentences() -> None:
    text = f"{'a' * 50}. {'b' * 40}, {'c' * 30}, {'d' * 20}."
    assert pack(text) == [f"{'a' * 50}.", f"{'b' * 40}, {'c' * 30}, {'d' * 20}."]


@given(st.lists(st.integers(1, 60), min_size=1, max_size=12))
def test_no_other_way_needs_fewer_pieces(lengths: list[int]) -> None:
    clauses = ["x" * length + "," for length in lengths]
    needed, room = 0, -1
    for clause in clauses:  # greedy packing in order is the least there can be
        room -= len(clause) + 1
        if room < 0:
            needed, room = needed + 1, LONGEST - len(clause)
    assert len(pack(" ".join(clauses))) == needed


@pytest.mark.parametrize(("piece", "ends"), [("Hết.", True), ("Sao?”", True), ("một,", False), ("một", False)])
def test_a_pause_belongs_behind_a_sentence(piece: str, ends: bool) -> None:
    assert ends_sentence(piece) is ends
