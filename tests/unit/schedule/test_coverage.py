"""Topics × communes × weeks: what is planned, and what was heard by its evidence."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pipeline.domain import Evidence, Medium, Occurrence
from pipeline.schedule.coverage import Cell, Hearing, cover, weeks_from
from tests.unit.schedule.site import HANOI

MONDAY = date(2026, 11, 23)
TOPIC_OF = {"a": "1", "b": "2", "c": "2"}


def airing(
    day: int, *bulletins: str, areas: tuple[str, ...] = ("x", "y"), medium: Medium = Medium.LOUDSPEAKER
) -> Occurrence:
    start = datetime.combine(MONDAY + timedelta(days=day), datetime.min.time(), HANOI)
    return Occurrence("p", "s", start, medium, "p", bulletins, ("k",), areas)


def cells(
    *occurrences: Occurrence, hearings: tuple[Hearing, ...] = ()
) -> dict[tuple[str, ...], dict[str, tuple[Cell, ...]]]:
    weeks = weeks_from(MONDAY, 2)
    found = cover(occurrences, hearings, topics=["1", "2"], areas=["x", "y"], topic_of=TOPIC_OF, weeks=weeks)
    return {group.areas: dict(group.rows) for group in found}


def test_communes_that_hear_the_same_stand_together() -> None:
    assert cells(airing(0, "a"), airing(6, "a"), airing(7, "b")) == {
        ("x", "y"): {"1": (Cell(2), Cell()), "2": (Cell(), Cell(1))}
    }


def test_two_bulletins_of_a_topic_in_one_airing_are_one_hearing() -> None:
    assert cells(airing(0, "b", "c"))["x", "y"]["2"][0] == Cell(1)


def test_what_lies_outside_the_weeks_and_what_is_texted_is_left_out() -> None:
    found = cells(airing(-1, "a"), airing(14, "a"), airing(1, "a", medium=Medium.SMS), airing(1, "gone"))
    assert all(cell.is_gap for rows in found.values() for row in rows.values() for cell in row)


def test_evidence_is_kept_apart_and_several_clusters_do_not_add_up() -> None:
    told = [
        Hearing(MONDAY, "x", "k1", ("a",), Evidence.DEVICE),
        Hearing(MONDAY, "x", "k2", ("a",), Evidence.DEVICE),
        Hearing(MONDAY, "x", "k2", ("a",), Evidence.PERSON),
    ]
    found = cells(airing(0, "a"), hearings=tuple(told))
    assert found["x",]["1"][0] == Cell(1, {Evidence.DEVICE: 1, Evidence.PERSON: 1})
    assert found["y",]["1"][0] == Cell(1)
