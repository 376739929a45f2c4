"""`loa run` killed on the real clock: nothing goes out twice, nothing is lost, and a stop is clean."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kill import run


@pytest.mark.timeout(900)
def test_kills_of_the_running_station_neither_lose_nor_repeat(tmp_path: Path) -> None:
    figures = run(tmp_path, kills=5, seed=3)
    assert figures["wrong"] == []
    assert figures["lives"] == {"killed": 5}
    assert figures["went_out"] == figures["expected"]
