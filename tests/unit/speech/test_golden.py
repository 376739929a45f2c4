"""The shared sentences and our own: every one must be read exactly."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.speech import read_line

GOLDEN = Path(__file__).parents[2] / "golden"


def sentences(name: str) -> list[tuple[str, str]]:
    lines = (GOLDEN / name).read_text(encoding="utf-8").split("\n")[1:]
    return [(cells[0], cells[1]) for cells in (line.split("\t") for line in lines) if len(cells) >= 3]


def choices(expected: str) -> re.Pattern[str]:
    """A row of the matrix: `{a|b}` takes either; case, blanks and stops are not judged there."""
    signs = {"{": "(?:", "}": ")", "|": "|"}
    return re.compile("".join(signs.get(char) or re.escape(char) for char in bare(expected, "{|}")))


def bare(text: str, kept: str = "") -> str:
    return "".join(char for char in text.lower() if char.isalnum() or char in kept)


@pytest.mark.parametrize(("written", "expected"), sentences("speech.tsv"))
def test_shared_sentence_is_read_as_agreed(written: str, expected: str) -> None:
    assert read_line(written).paragraphs[0] in expected.split(" | ")


@pytest.mark.parametrize(("written", "expected"), sentences("speech_own.tsv"))
def test_own_sentence_is_read_as_agreed(written: str, expected: str) -> None:
    assert read_line(written).paragraphs[0] in expected.split(" | ")


@pytest.mark.parametrize(("written", "expected"), sentences("speech_reviewed.tsv"))
def test_a_reading_once_reviewed_stays(written: str, expected: str) -> None:
    assert read_line(written).paragraphs[0] == expected


@pytest.mark.parametrize(("written", "expected"), sentences("speech_unseen.tsv"))
def test_a_sentence_of_somebody_who_had_not_seen_the_reader_is_read_as_they_expect(written: str, expected: str) -> None:
    assert read_line(written).paragraphs[0] in expected.split(" | ")


@pytest.mark.parametrize(("written", "expected"), sentences("speech_carried.tsv"))
def test_a_rule_carries_over_to_sentences_it_was_not_made_for(written: str, expected: str) -> None:
    assert read_line(written).paragraphs[0] == expected


@pytest.mark.parametrize(("written", "expected"), sentences("speech_matrix.tsv"))
def test_every_kind_is_read_in_every_context(written: str, expected: str) -> None:
    assert choices(expected).fullmatch(bare(read_line(written).paragraphs[0]))
