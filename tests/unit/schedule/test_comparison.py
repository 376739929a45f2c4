"""Two calendars of the same days, airing by airing."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from pipeline.domain import Medium, Occurrence, Priority
from pipeline.schedule.comparison import UNNAMED, Kind, Step, compare
from tests.unit.schedule.site import HANOI

MONDAY = datetime(2026, 11, 23, 17, 0, tzinfo=HANOI)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def airing(day: int = 0, **changes: object) -> Occurrence:
    made = Occurrence("p", "s", MONDAY + day * DAY, Medium.LOUDSPEAKER, "Cảnh báo", ("a", "b"), ("k1", "k2"))
    return replace(made, **changes)  # type: ignore[arg-type]


WEEK = [airing(0), airing(2), airing(4)]


def told(before: list[Occurrence], after: list[Occurrence]) -> list[tuple[str, tuple[str, ...], tuple[str, ...], int]]:
    return [
        (group[0].kind.value, group[0].gone, group[0].come, len(group))
        for each in compare(before, after)
        for group in each.groups
    ]


def every(**changes: object) -> list[Occurrence]:
    return [replace(each, **changes) for each in WEEK]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (WEEK, []),
        (WEEK[1:], [("goes", (), (), 1)]),
        ([*WEEK, airing(1)], [("comes", (), (), 1)]),
        ([replace(each, start=each.start + HOUR) for each in WEEK], [("moves", (), (), 3)]),
        (every(bulletins=("a", "c")), [("bulletins", ("b",), ("c",), 3)]),
        (every(bulletins=("a",)), [("bulletins", ("b",), (), 3)]),
        (every(bulletins=("a", "b", "b")), [("bulletins", (), ("b",), 3)]),
        (every(bulletins=("b", "a")), [("order", (), ("b", "a"), 3)]),
        (every(targets=("k2", "k3")), [("targets", ("k1",), ("k3",), 3)]),
        (every(length=HOUR), [("settings", ("length=",), ("length=3600",), 3)]),
        (every(repeat=2), [("settings", ("repeat=1",), ("repeat=2",), 3)]),
        (
            every(priority=Priority.PRIORITY),
            [("settings", ("priority=routine",), ("priority=priority",), 3)],
        ),
        (every(bulletins=("c",), priority=Priority.PRIORITY), [("bulletins", ("a", "b"), ("c",), 3)]),
        (
            [replace(WEEK[0], bulletins=("c", "b")), replace(WEEK[1], bulletins=("d", "b")), WEEK[2]],
            [("bulletins", ("a",), ("c",), 1), ("bulletins", ("a",), ("d",), 1)],
        ),
        ([replace(each, start=each.start + DAY) for each in WEEK], [("goes", (), (), 3), ("comes", (), (), 3)]),
    ],
)
def test_what_differs_is_told_with_what_goes_and_comes(after: list[Occurrence], expected: list[object]) -> None:
    assert told(WEEK, after) == expected


def test_of_a_kept_calendar_only_the_number_of_targets_is_compared() -> None:
    kept = [replace(each, targets=(UNNAMED,) * 2, priority=Priority.PRIORITY) for each in WEEK]
    assert told(kept, WEEK) == []
    assert told(kept, every(targets=("k1",))) == [("targets", ("2",), ("1",), 3)]


def test_slots_are_told_apart_in_their_order() -> None:
    found = compare([airing(slot="b")], [airing(slot="a")])
    assert [(each.slot, each.groups[0][0].kind) for each in found] == [
        (("p", "a"), Kind.COMES),
        (("p", "b"), Kind.GOES),
    ]


@pytest.mark.parametrize("seed", range(20))
def test_the_steps_turn_the_one_calendar_into_the_other(seed: int) -> None:
    draw = random.Random(seed)

    def some() -> list[Occurrence]:
        starts = draw.sample([MONDAY + day * DAY + hour * HOUR for day in range(7) for hour in range(4)], 12)
        return [
            airing(
                slot=draw.choice("st"),
                start=start,
                bulletins=tuple(draw.choices("abc", k=draw.randint(0, 3))),
                targets=tuple(sorted(draw.sample(["k1", "k2", "k3"], 2))),
            )
            for start in sorted(starts)
        ]

    before, after = some(), some()
    found = {each.key: each for each in before}
    steps = [step for each in compare(before, after) for group in each.groups for step in group]
    for step in sorted(steps, key=lambda step: step.kind is Kind.COMES):
        _apply(step, found)
    assert sorted(found.values(), key=lambda each: each.key) == sorted(after, key=lambda each: each.key)
    assert not compare(before, before)


def _apply(step: Step, found: dict[tuple[str, str, datetime], Occurrence]) -> None:
    if step.before:
        found.pop(step.before.key, None)
    if step.after:
        found[step.after.key] = step.after


def test_what_is_out_stays_whatever_the_files_say() -> None:
    before, moved = every(), every(start=MONDAY + HOUR)
    out = {before[0].key}
    (difference,) = compare(before[:1], moved[:1], out)
    assert [group[0].kind for group in difference.groups] == [Kind.STAYS, Kind.COMES]
    assert [group[0].kind for each in compare(before[:1], [], out) for group in each.groups] == [Kind.STAYS]
    assert compare(before[:1], [replace(before[0], bulletins=("a", "b", "c"))], out) == [], "c was not admitted"
    other = compare(before[:1], [replace(before[0], bulletins=("x",))], out)
    assert [group[0].kind for each in other for group in each.groups] == [Kind.STAYS]
