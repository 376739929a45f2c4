"""What a pattern is spared must be what it could not have found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given

from pipeline.domain import SpeechText
from pipeline.speech import BUILT_IN, read_line
from pipeline.speech.page import Page
from tests.unit.speech.test_golden import GOLDEN, sentences
from tests.unit.speech.test_properties import MANY, TEXTS


def read_without_sparing(text: str) -> SpeechText:
    def everywhere(self: Page, pattern: re.Pattern[str], *_: str, run: int = 0) -> Iterable[re.Match[str]]:
        return pattern.finditer(self.text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Page, "matches", everywhere)
        return read_line(text)


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("speech*.tsv")), ids=lambda path: path.stem)
def test_a_pattern_that_is_passed_over_would_have_found_nothing(path: Path) -> None:
    assert all(read_line(text) == read_without_sparing(text) for text, _ in sentences(path.name))


@MANY
@given(TEXTS)
def test_a_pattern_that_is_passed_over_would_have_found_nothing_in_any_text(text: str) -> None:
    assert read_line(text) == read_without_sparing(text)


@pytest.mark.parametrize(("text", "longest"), [("", 0), ("a", 0), ("1 22", 2), ("333", 3), ("4444 1", 4), ("55555", 4)])
def test_a_page_knows_its_longest_run_of_figures(text: str, longest: int) -> None:
    assert Page(text, BUILT_IN).longest_run == longest
