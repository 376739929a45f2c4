"""How much a programme may hold: what is too much is an error at its place, at once."""

from __future__ import annotations

import pytest

from pipeline.schedule.programme import MOST_SLOTS, MOST_STARTS, most_starts
from tests.unit.schedule.site import programme, programme_text, read, slot_text

EVERY_MINUTE = ", ".join(f'"{minute // 60:02}:{minute % 60:02}"' for minute in range(1440))


def slots(count: int, at: str = '"17:00"') -> str:
    line = f"{{days: daily, at: {at}, medium: loudspeaker, areas: [an-lao], play: {{bulletins: [a]}}"
    return programme_text(*(f"  - {line}, id: s{number}}}" for number in range(count)))


def test_more_slots_than_anybody_can_hear_are_an_error_at_their_list() -> None:
    found, reading = read(slots(MOST_SLOTS))
    assert reading.problems == []
    assert found is not None
    found, reading = read(slots(MOST_SLOTS + 1))
    (problem,) = reading.problems
    assert (problem.code, problem.line, problem.params["count"]) == ("slots_too_many", 5, f"{MOST_SLOTS + 1}")
    assert found is None or not found.slots


def test_more_starts_a_day_than_that_silence_the_slots_beyond_them() -> None:
    found, reading = read(slots(3, f"[{EVERY_MINUTE}]"))
    (problem,) = reading.problems
    assert (problem.code, problem.line) == ("starts_too_many", 6)
    assert problem.params == {"slot": "s1", "limit": str(MOST_STARTS)}
    assert found is not None
    assert [slot.id for slot in found.slots] == ["s0"]


@pytest.mark.parametrize(
    ("changes", "starts"),
    [
        ("", 1),
        ('at: ["05:00", "17:00"]', 2),
        ('at_by_area: {an-quang: ["17:00", "17:30"], an-hung: "17:30"}', 2),
        ('at_by_season: {"05-01..09-30": ["04:00", "05:00", "16:00"]}', 3),
        ('peak: {from: 2026-12-01, until: 2026-12-31, at: ["05:00", "11:00", "17:00", "19:00"]}', 4),
    ],
)
def test_the_busiest_day_of_a_slot_counts(changes: str, starts: int) -> None:
    (slot,) = programme(slot_text(changes)).slots
    assert most_starts(slot) == starts
