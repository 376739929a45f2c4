"""Which topics a promise is about, and those that nobody hears: they have no bulletin, or a season is too short."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.domain import Rotation
from pipeline.schedule.days import Span
from pipeline.schedule.guarantee import Queue
from pipeline.schedule.rotation import ALL, natural
from pipeline.schedule.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Short:
    """A time shorter than the window, in which the topics `unheard` do not come once. Both days included."""

    first: date
    last: date
    heard: int
    unheard: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Promised:
    """What is promised: `topics`, with those `unwritten` of which no bulletin tells, and those that are `gone`.

    These by the day since which they have no bulletin any more.
    """

    topics: tuple[str, ...]
    gone: Mapping[str, date]
    unwritten: tuple[str, ...]


def promised(rotation: Rotation, shelf: Shelf, life: Sequence[Span], first: int, last: int) -> Promised:
    """Every topic that is named; of `[all]` every one that has a bulletin between two days of its life."""
    named = [] if ALL in rotation.topics else list(rotation.topics)
    topics, gone = dict.fromkeys(named), dict[str, int]()
    for low, high, present in shelf.stays(first, last):
        if not any(begin < high and low < end for begin, end in life):
            continue
        topics.update(dict.fromkeys(present))
        for topic in topics:
            if topic in present:
                gone.pop(topic, None)
            else:
                gone.setdefault(topic, low)
    unwritten = tuple(topic for topic in topics if topic not in shelf.topic_of.values())
    days = {topic: date.fromordinal(max(1, day)) for topic, day in _by_day(gone) if topic not in unwritten}
    return Promised(tuple(sorted(topics, key=natural)), days, unwritten)


def _by_day(gone: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(gone.items(), key=lambda each: each[1])


def short_spans(queue: Queue, first: int, last: int) -> Iterator[Short]:
    """Of the times that begin or last between two days and are shorter than the window those that leave topics out."""
    asked: dict[Span, set[int]] = {}
    for circle, spans in enumerate(queue.promise.life):
        for low, high in spans:
            if high - low < queue.promise.days and low <= last and first < high:
                asked.setdefault((low, high), set()).add(circle)
    for (low, high), circles in sorted(asked.items()):
        wanted = set().union(*(present for *_, present in queue.shelf.stays(low, high - 1)))
        heard: dict[int, set[str]] = {circle: set() for circle in circles}
        for turn in queue.turns:
            for circle in circles.intersection(turn.circles) if low <= turn.day < high else ():
                heard[circle].update(queue.shelf.topic_of[name] for name in queue.told.get(turn.key, ()))
        least = min(heard.values(), key=len)
        if unheard := wanted - least:
            days = date.fromordinal(low), date.fromordinal(high - 1)
            yield Short(*days, len(least), tuple(sorted(unheard, key=natural)))
