"""Weeks of kills, clock steps, edits, disk faults and outages in simulated time; `python -m tests.year`: a year."""

from __future__ import annotations

import logging

import pytest

from tests.year import run


@pytest.mark.timeout(900)
def test_among_a_hundred_events_nothing_is_lost_and_nothing_sounds_twice() -> None:
    logging.disable(logging.CRITICAL)
    try:
        figures = run(days=10, events=100, seed=4)
    finally:
        logging.disable(logging.NOTSET)
    assert figures["wrong"] == []
    assert figures["kills"] > 20
    assert figures["expected"] > 20
    assert figures["share"] >= 0.99
    assert figures["deliveries"]["confirmed"] > 300
