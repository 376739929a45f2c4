"""Topics × communes × weeks: how often each topic is planned for each commune, and how often it was heard there.

Evidence is kept apart: what a channel only took over is not heard. Communes with equal rows stand together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from pipeline.domain import Evidence, Medium, Occurrence

WEEK = timedelta(days=7)
Weeks = tuple[date, ...]  # the first day of each


class Hearing(NamedTuple):
    """What was confirmed on one cluster."""

    day: date
    area: str
    cluster: str
    bulletins: tuple[str, ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Cell:
    """A topic in a week: airings planned, and airings confirmed of the best-served cluster, by evidence."""

    planned: int = 0
    heard: Mapping[Evidence, int] = field(default_factory=dict)

    @property
    def is_gap(self) -> bool:
        return not self.planned and not self.heard


@dataclass(frozen=True, slots=True)
class Group:
    """Communes that are served alike: topic → a cell a week."""

    areas: tuple[str, ...]
    rows: Mapping[str, tuple[Cell, ...]]


def weeks_from(first: date, count: int) -> Weeks:
    return tuple(first + number * WEEK for number in range(count))


def cover(
    occurrences: Iterable[Occurrence],
    hearings: Iterable[Hearing],
    *,
    topics: Sequence[str],
    areas: Sequence[str],
    topic_of: Mapping[str, str],
    weeks: Weeks,
) -> list[Group]:
    """The matrix of loudspeaker airings, by groups of communes in the order given. Every topic has a row."""
    planned = _planned(occurrences, topic_of, weeks)
    heard = _heard(hearings, topic_of, weeks)
    groups: dict[tuple[object, ...], list[str]] = {}
    for area in areas:
        mine = planned.get(area, Counter()), heard.get(area, {})
        key = frozenset(mine[0].items()), frozenset((name, frozenset(each.items())) for name, each in mine[1].items())
        groups.setdefault(key, []).append(area)
    return [Group(tuple(named), _rows(named[0], planned, heard, topics, weeks)) for named in groups.values()]


def _rows(
    area: str, planned: _Planned, heard: _Heard, topics: Sequence[str], weeks: Weeks
) -> Mapping[str, tuple[Cell, ...]]:
    mine, told = planned.get(area, Counter()), heard.get(area, {})
    return {
        topic: tuple(Cell(mine[topic, number], told.get((topic, number), {})) for number in range(len(weeks)))
        for topic in topics
    }


_Planned = dict[str, Counter[tuple[str, int]]]
_Heard = dict[str, dict[tuple[str, int], dict[Evidence, int]]]


def _planned(occurrences: Iterable[Occurrence], topic_of: Mapping[str, str], weeks: Weeks) -> _Planned:
    counts: dict[tuple[str, ...], Counter[tuple[str, int]]] = {}  # by areas: thousands share an airing
    for each in occurrences:
        number = _week_of(each.start.date(), weeks)
        if each.medium is Medium.LOUDSPEAKER and number is not None:
            cells = {(topic_of[name], number) for name in each.bulletins if name in topic_of}
            counts.setdefault(each.areas, Counter()).update(cells)
    found: _Planned = {}
    for areas, shared in counts.items():
        for area in areas:
            found.setdefault(area, Counter()).update(shared)
    return found


def _heard(hearings: Iterable[Hearing], topic_of: Mapping[str, str], weeks: Weeks) -> _Heard:
    by_cluster: Counter[tuple[str, str, str, int, Evidence]] = Counter()
    for each in hearings:
        number = _week_of(each.day, weeks)
        if number is not None:
            for topic in {topic_of[name] for name in each.bulletins if name in topic_of}:
                by_cluster[each.area, each.cluster, topic, number, each.evidence] += 1
    found: _Heard = {}
    for (area, _, topic, number, evidence), count in by_cluster.items():
        cell = found.setdefault(area, {}).setdefault((topic, number), {})
        cell[evidence] = max(cell.get(evidence, 0), count)
    return found


def _week_of(day: date, weeks: Weeks) -> int | None:
    number = (day - weeks[0]).days // 7
    return number if 0 <= number < len(weeks) else None
