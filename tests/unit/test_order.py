"""Who goes first, where an airing lies, and when hours end: pure."""

from __future__ import annotations

import random
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.dispatch.order import Place, Span, Step, arranged, key_of, place, whole_second
from pipeline.domain import (
    AudioContent,
    Medium,
    Occurrence,
    Outgoing,
    Priority,
    Recording,
    TextContent,
    Window,
    Windows,
)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FIVE = datetime(2026, 11, 23, 17, 0, tzinfo=ZONE)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
DAILY = frozenset(range(7))
STEPS = tuple(Step(minutes * MINUTE, ("abc"[:count],)) for count, minutes in enumerate((2, 4, 7), 1))
NEVER = Windows((Window(time(0), time(0), DAILY),)).closes


def airing(
    programme: str = "p", slot: str = "s", start: datetime = FIVE, priority: Priority = Priority.ROUTINE
) -> Occurrence:
    return Occurrence(programme, slot, start, Medium.LOUDSPEAKER, "t", ("b",), ("c",), priority=priority)


def span(begin: float, end: float) -> Span:
    return Span("c", 0, FIVE + begin * MINUTE, FIVE + end * MINUTE)


def closes(after: float) -> Windows:
    return Windows((Window(time(17), (FIVE + after * MINUTE).time(), DAILY),))


def test_priority_then_start_then_programme_then_slot() -> None:
    wanted = [
        airing("z", priority=Priority.EMERGENCY, start=FIVE + MINUTE),
        airing("z", priority=Priority.PRIORITY),
        airing("a", start=FIVE - MINUTE),
        airing("_send", "9"),
        airing("_send", "10"),
        airing("a", "x"),
        airing("a", "y"),
        airing("b", "a"),
    ]
    shuffled = random.Random(1).sample(wanted, len(wanted))
    assert sorted(shuffled, key=key_of) == wanted


@pytest.mark.parametrize(
    ("before", "order"),
    [
        ([], [1, 2, 3]),
        ([(3, 1)], [2, 3, 1]),
        ([(1, 3), (3, 1)], [2, 3, 1]),  # the later ruling counts
        ([(3, 1), (2, 3)], [2, 3, 1]),
        ([(2, 1), (3, 2), (1, 3)], [1, 3, 2]),  # a circle: the common order breaks it
        ([(9, 1)], [1, 2, 3]),  # of something that is not there
    ],
)
def test_rulings_come_before_the_common_order(before: list[tuple[int, int]], order: list[int]) -> None:
    rows = {number: key_of(airing(str(number))) for number in (1, 2, 3)}
    assert arranged(rows, before) == order


@pytest.mark.parametrize(
    ("spans", "closing", "last", "begin", "steps"),
    [
        ([], None, 15, 0, 3),
        ([span(-5, 3)], None, 15, 3, 3),  # behind what sounds
        ([span(5, 6)], None, 15, 6, 3),  # whole, though it could begin sooner
        ([span(5, 6)], None, 5, 0, 2),  # it cannot wait so long: as much as fits
        ([span(1, 6), span(9, 12)], None, 6, 6, 1),
        ([span(1, 6)], None, 5, None, 0),  # no room at all
        ([span(5, 6)], 13, 15, 6, 3),
        ([span(5, 6)], 12, 15, 0, 2),  # behind it the hours would end too soon
        ([], 4, 15, 0, 2),
        ([], 4.5, 15, 0, 2),
        ([], 1, 15, None, 0),
        ([span(0, 7)], None, 7, 7, 3),  # the last moment is still in time
        ([span(2, 2.5), span(4, 4.5)], None, 2, 0, 1),  # of two gaps as large the earlier
    ],
)
def test_whole_as_soon_as_may_be_else_as_much_as_fits(
    spans: list[Span], closing: float | None, last: float, begin: float | None, steps: int
) -> None:
    ends = NEVER if closing is None else closes(closing).closes
    found = place(STEPS, FIVE, FIVE + last * MINUTE, spans, ends)
    assert (found and (found.begin, found.steps)) == (None if begin is None else (FIVE + begin * MINUTE, steps))


def test_a_place_says_what_ends_its_gap() -> None:
    assert place(STEPS, FIVE, FIVE, [], closes(4).closes) == Place(FIVE, 2, FIVE + 4 * MINUTE, closing=True)
    assert place(STEPS, FIVE, FIVE, [span(5, 6)], closes(9).closes) == Place(FIVE, 2, FIVE + 5 * MINUTE, closing=False)


@pytest.mark.parametrize(
    ("windows", "moment", "end"),
    [
        ([(5, 6, DAILY)], "2026-11-23T05:30", "2026-11-23T06:00"),
        ([(5, 6, DAILY)], "2026-11-23T06:00", "2026-11-23T06:00"),
        ([(5, 6, DAILY), (6, 8, DAILY)], "2026-11-23T05:30", "2026-11-23T08:00"),  # no gap between them
        ([(17, 0, DAILY), (0, 1, DAILY)], "2026-11-23T17:30", "2026-11-24T01:00"),  # across midnight
        ([(17, 0, DAILY), (0, 1, frozenset({0}))], "2026-11-23T17:30", "2026-11-24T00:00"),  # Monday's hour is over
        ([(17, 0, frozenset({6})), (0, 1, frozenset({0}))], "2026-11-29T23:30", "2026-11-30T01:00"),  # Sunday night
        ([(0, 0, DAILY)], "2026-11-23T17:30", None),
        ([], "2026-11-23T17:30", "2026-11-23T17:30"),
    ],
)
def test_hours_say_when_they_end(windows: list[tuple[int, int, frozenset[int]]], moment: str, end: str | None) -> None:
    hours = Windows(tuple(Window(time(first), time(last), days) for first, last, days in windows))
    found = hours.closes(datetime.fromisoformat(moment).replace(tzinfo=ZONE))
    assert found == (None if end is None else datetime.fromisoformat(end).replace(tzinfo=ZONE))


@pytest.mark.parametrize(
    ("start", "seconds", "quiet"),
    [(0, 60, False), (0, 125, True), (0, 124, False), (-1, 60, True), (2, 1, True)],  # the hours are two minutes
)
def test_a_channel_refuses_what_would_sound_beyond_the_hours(start: float, seconds: float, quiet: bool) -> None:
    recording = Recording("ab" * 32, Path("a.mp3"), seconds + 1, -16.0, -1.5, "v", False)
    order = Outgoing(1, "k", ("p", "s", FIVE), FIVE + start * MINUTE, "c", {}, AudioContent(recording, "t"), closes(2))
    assert order.is_quiet(FIVE - 9 * MINUTE) is quiet


def test_a_text_has_no_length() -> None:
    order = Outgoing(1, "k", ("p", "s", FIVE), FIVE + 119 * SECOND, "c", {}, TextContent("t"), closes(2))
    assert not order.is_quiet(FIVE)


def test_lists_know_full_seconds_only() -> None:
    assert whole_second(FIVE) == FIVE
    assert whole_second(FIVE + timedelta(microseconds=1)) == FIVE + SECOND
    assert whole_second(FIVE.astimezone(UTC) + timedelta(microseconds=999_999)) == FIVE + SECOND
