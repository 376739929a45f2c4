"""Whose turn it is: bulletins heard in turn, each once before any is heard again.

The turn follows from the files alone, whatever day the plan begins on: a queue is run forward from the slot's first
airing. Days without an airing (excepted, out of season) take no turn. One-offs do: who listens hears them too.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time

from pipeline.domain import Bulletin, Rotation
from pipeline.schedule.days import SlotDays

ALL = "all"
Airing = tuple[int, time]  # day (ordinal) and local time


def candidates(bulletins: Iterable[Bulletin], rotation: Rotation) -> list[Bulletin]:
    """The bulletins a rotation chooses from, in their order: by topic (2 before 10), then by id.

    Of the audiences one is enough; a rotation that names none takes every bulletin of its topics.
    """
    topics, audience = set(rotation.topics), set(rotation.audience)
    chosen = [
        each
        for each in bulletins
        if (ALL in topics or each.topic in topics) and (not audience or audience & set(each.audience))
    ]
    return sorted(chosen, key=lambda each: (_natural(each.topic), each.id))


def _natural(text: str) -> list[tuple[int, int, str]]:
    parts = re.findall(r"\d+|\D+", text)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]


class Turns:
    """A queue of bulletins: `take` hands out the next `count` and puts them at the end."""

    def __init__(self, bulletins: Iterable[Bulletin], count: int) -> None:
        self._queue = deque(bulletins)
        self._count = count
        self._expiries = sorted({each.expires for each in self._queue if each.expires is not None})

    @property
    def expiries(self) -> tuple[date, ...]:
        """The last days of those still waiting, in their order."""
        return tuple(self._expiries)

    def retire(self, day: date) -> None:
        """Drop what has expired by this day; the others keep their places."""
        if self._expiries and self._expiries[0] < day:
            self._queue = deque(each for each in self._queue if not each.is_expired(day))
            self._expiries = [each for each in self._expiries if each >= day]

    def skip(self, airings: int) -> None:
        """What as many calls of `take` would leave."""
        if self._queue:
            self._queue.rotate(-(airings * self._taken % len(self._queue)))

    def take(self) -> tuple[str, ...]:
        """Ids of the next airing: `count`, or each once where fewer are left."""
        taken = tuple(self._queue[index].id for index in range(self._taken))
        self.skip(1)
        return taken

    @property
    def _taken(self) -> int:
        return min(self._count, len(self._queue))


def rotate(
    choice: Sequence[Bulletin],
    count: int,
    hours: Iterable[tuple[time, ...]],
    days: SlotDays,
    extra: Sequence[Airing],
    window: tuple[int, int],
) -> dict[Airing, tuple[str, ...]]:
    """The bulletins of every airing within the window (first and last day).

    `hours` are the times of the slot's groups of areas, its own `at` first. Each group hears a sequence of its own, so
    that groups with the same number of airings hear the same; where two share an hour, the first group's turn counts.
    """
    airings: dict[Airing, tuple[str, ...]] = {}
    for group in dict.fromkeys(hours):
        for airing, ids in _sequence(Turns(choice, count), sorted(group), days, extra, window):
            airings.setdefault(airing, ids)
    return airings


def out_of_step(at: tuple[time, ...], own: Mapping[str, tuple[time, ...]]) -> list[str]:
    """Areas that share an hour with others, but with another number of airings or at another place in the day.

    At that hour they hear the turn of the others, so that some bulletins may never come round to them.
    """
    behind: dict[str, None] = {}
    places: dict[time, tuple[int, int]] = {}
    for area, hours in (("", at), *own.items()):
        for place, hour in enumerate(sorted(hours)):
            if places.setdefault(hour, (len(hours), place)) != (len(hours), place):
                behind[area] = None
    return list(behind)


def _sequence(
    turns: Turns, hours: Sequence[time], days: SlotDays, extra: Sequence[Airing], window: tuple[int, int]
) -> Iterator[tuple[Airing, tuple[str, ...]]]:
    first, last = window
    regularly = set(hours)
    one_offs = sorted(airing for airing in set(extra) if not (airing[1] in regularly and airing[0] in days))

    def airings_before(day: int) -> int:
        return days.before(day) * len(hours) + bisect_left(one_offs, (day, time.min))

    done = 0
    for expiry in turns.expiries:
        gone = expiry.toordinal() + 1
        if gone >= first:
            break
        turns.skip(airings_before(gone) - done)
        done = airings_before(gone)
        turns.retire(date.fromordinal(gone))
    turns.skip(airings_before(first) - done)
    regular = {(day, at) for day in days.between(first, last) for at in hours}
    for day, at in sorted(regular.union(airing for airing in one_offs if first <= airing[0] <= last)):
        turns.retire(date.fromordinal(day))
        yield (day, at), turns.take()
