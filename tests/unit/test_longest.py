"""The order of the tests: what takes long begins at once, spread over all workers, and nothing is lost of the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.longest import LONGEST, dealt

TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize("name", LONGEST)
def test_what_is_called_long_is_there(name: str) -> None:
    file, *_, test = name.split("::")
    assert f"def {test}" in (TESTS / file).read_text(encoding="utf-8")


@pytest.mark.parametrize(("long", "others", "workers"), [(5, 40, 4), (7, 3, 2), (1, 100, 3), (9, 0, 4), (2, 1, 8)])
def test_each_worker_begins_with_its_share_of_them(long: int, others: int, workers: int) -> None:
    names = [f"long {number}" for number in range(long)]
    order = dealt(names, [f"other {number}" for number in range(others)], workers)
    assert sorted(order) == sorted([*names, *(f"other {number}" for number in range(others))])
    if others:
        assert [each for each in order if each.startswith("other")] == [f"other {number}" for number in range(others)]
    at = 0
    for worker in range(workers):  # as tests are handed out by xdist's worksteal
        size = (len(order) - at) // (workers - worker)
        share = names[worker::workers]
        assert others < long or order[at : at + len(share)] == share
        at += size
