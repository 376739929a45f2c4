"""Generated sites with every key of programmes, areas and calendars, planned in two ways: see tests/programmes.py."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from tests.programmes import keys_of, look_at

WORLDS = int(os.environ.get("LOA_EXAMPLES", "200"))


def test_a_plan_of_files_is_what_a_look_at_every_day_area_and_turn_finds() -> None:
    keys: Counter[str] = Counter()
    lines = 0
    for seed in range(WORLDS):
        found = look_at(seed)
        assert not found.differs, (seed, found.more[:3], found.less[:3])
        keys.update(keys_of(found.world))
        lines += found.lines
    assert lines > 5 * WORLDS
    assert min(keys[each] for each in EVERY_KEY) > WORLDS // 20


EVERY_KEY = (
    *("slot.at_by_area", "slot.at_by_season", "slot.except_areas", "slot.peak", "slot.rotate", "slot.suspended"),
    *(
        "slot.every",
        "slot.season",
        "peak.at",
        "peak.at_by_area",
        "peak.count",
        "peak.days",
        "peak.every",
        "peak.repeat",
    ),
    *("slot.contacts", "slot.late_by_at_most", "windows.loudspeaker", "windows.sms"),
    *("programme.except", "programme.extra", "programme.suspended", "programme.until", "closed"),
    *("area.becomes", "area.parents", "area.valid_from", "area.valid_until", "cluster.areas"),
)


@pytest.mark.parametrize("seed", [425, 8583, 9195])
def test_a_slot_whose_only_time_of_year_or_peak_has_own_hours_is_planned_by_them(seed: int) -> None:
    found = look_at(seed)
    assert not found.differs, (found.more[:3], found.less[:3])
