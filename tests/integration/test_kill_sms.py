"""A few of the lives of `python -m tests.kill_sms`: nobody gets it twice, nobody is left out in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kill_sms import PROVIDERS, run


@pytest.mark.timeout(900)
@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_killed_at_random_nobody_is_sent_to_twice_and_nobody_forgotten(tmp_path: Path, provider: str) -> None:
    figures = run(tmp_path, provider, kills=3, recipients=60, seed=7, rate=100)
    assert figures["states"] == {"accepted": 60}
    assert (figures["sent_twice"], figures["reached"], figures["without_a_record"]) == (0, 60, 0)
    assert figures["doubts_by_kill"] <= figures["most_allowed"]
