from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.voices.clauses import LONGEST, pack


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
    assert list(pack(text)) == pieces
