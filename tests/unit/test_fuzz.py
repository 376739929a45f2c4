"""A few hundred files that went wrong: see tests/fuzz.py."""

from __future__ import annotations

import os

from tests.fuzz import run

FILES = int(os.environ.get("LOA_EXAMPLES", "250"))


def test_whatever_happens_to_a_file_it_is_named_at_its_place_and_nothing_breaks() -> None:
    score = run(FILES)
    assert score.faults == []
    assert score.files == FILES
    assert len(score.codes) > 30
