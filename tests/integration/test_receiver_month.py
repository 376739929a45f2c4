"""A day of the simulated month (`tests/receivers/month.py`): the same judge, on a smaller stretch."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.receivers.month import Month


@pytest.mark.timeout(900)
def test_a_day_among_kills_power_cuts_and_a_dead_line_is_accounted_for(tmp_path: Path) -> None:
    month = Month(tmp_path, days=1, kills=14, seed=11, receivers=2)
    month.play()

    found = month.judge()

    assert found.wrong == []
    facts = found.facts
    assert facts["deaths"]["kill"] >= 2, facts
    assert facts["deaths"]["power"] >= 2, facts
    assert facts["line_up"] < 0.9, facts
    assert facts["states"]["confirmed"] >= 3, facts
    assert facts["entries"] >= 60, facts
    assert facts["played"] == facts["owed"], facts
