"""Whose turn it is: bulletins heard in turn, each once before any is heard again.

The turn follows from the files alone, whatever day the plan begins on: a queue is run forward from the slot's first
airing. Days without an airing (excepted, suspended …) take no turn. One-offs do: who listens hears them too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time
from functools import lru_cache
from typing import NamedTuple

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
    return sorted(chosen, key=lambda each: (natural(each.topic), each.id))


@lru_cache(maxsize=4096)
def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """The order of topics: 2 before 10."""
    parts = re.findall(r"\d+|\D+", text)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


class Turns:
    """A queue of bulletins: `take` hands out the next `count` and puts them at the end."""

    def __init__(self, bulletins: Iterable[Bulletin], count: int) -> None:
        self._count = count
        self._next = 0
        self._line_up(list(bulletins))

    @property
    def expiries(self) -> tuple[date, ...]:
        """The last days of those still waiting, in their order."""
        return tuple(self._expiries)

    def retire(self, day: date) -> None:
        """Drop what has expired by this day; the others keep their places."""
        if self._expiries and self._expiries[0] < day:
            waiting = self._ring[self._next :] + self._ring[: self._next]
            self._line_up([each for each in waiting if not each.is_expired(day)])

    def skip(self, airings: int) -> None:
        """What as many calls of `take` would leave."""
        self.pass_over(airings * self.taken(self._count))

    def pass_over(self, bulletins: int) -> None:
        """Put as many to the end, one after the other."""
        if self._ring:
            self._next = (self._next + bulletins) % len(self._ring)

    def take(self, count: int | None = None) -> tuple[str, ...]:
        """Ids of the next airing: `count`, or each once where fewer are left."""
        number = self.taken(self._count if count is None else count)
        place = self._next, number
        ids = self._told.get(place)  # the queue goes round: the same airings come again
        if ids is None:
            twice = self._ring + self._ring
            ids = self._told[place] = tuple(each.id for each in twice[self._next : self._next + number])
        self.pass_over(number)
        return ids

    def taken(self, count: int) -> int:
        """How many an airing of `count` takes now."""
        return min(count, len(self._ring))

    def _line_up(self, bulletins: list[Bulletin]) -> None:
        self._ring, self._next = bulletins, 0
        self._told: dict[tuple[int, int], tuple[str, ...]] = {}
        self._expiries = sorted({each.expires for each in bulletins if each.expires is not None})


class Leg(NamedTuple):
    """Days on which areas keep the same hours (sorted) and hear so many bulletins an airing."""

    days: SlotDays
    bulletins: int
    hours: tuple[time, ...]


Legs = tuple[Leg, ...]  # no day in two of them


def rotate(
    choice: Sequence[Bulletin], groups: Iterable[Legs], extra: Mapping[Airing, int], window: tuple[int, int]
) -> dict[Airing, tuple[str, ...]]:
    """The bulletins of every airing within the window (first and last day).

    `groups`: the hours of the slot's groups of areas, those of its own `at` first; `extra`: one-offs with their counts.
    Each group hears a sequence of its own, so that groups with the same number of airings hear the same; where two
    share an hour, the first group's turn counts.
    """
    airings: dict[Airing, tuple[str, ...]] = {}
    for legs in dict.fromkeys(groups):
        told = dict(_sequence(Turns(choice, 1), legs, extra, window))
        airings = {**told, **airings} if airings else told
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
    turns: Turns, legs: Legs, extra: Mapping[Airing, int], window: tuple[int, int]
) -> Iterator[tuple[Airing, tuple[str, ...]]]:
    first, last = window
    one_offs = {airing: extra[airing] for airing in sorted(extra) if not any(_holds(leg, airing) for leg in legs)}

    def told_before(day: int) -> int:
        """Bulletins heard before a day, if the queue had always been as long as it is now."""
        regular = sum(leg.days.before(day) * len(leg.hours) * turns.taken(leg.bulletins) for leg in legs)
        return regular + sum(turns.taken(count) for airing, count in one_offs.items() if airing[0] < day)

    since = 0
    for expiry in turns.expiries:
        gone = expiry.toordinal() + 1
        if gone >= first:
            break
        turns.pass_over(told_before(gone) - told_before(since))
        since = gone
        turns.retire(date.fromordinal(gone))
    turns.pass_over(told_before(first) - told_before(since))
    if len(legs) == 1 and not one_offs and not turns.expiries:
        (leg,) = legs
        for day in leg.days.between(first, last):
            for at in leg.hours:
                yield (day, at), turns.take(leg.bulletins)
        return
    airings = {(day, at): leg.bulletins for leg in legs for day in leg.days.between(first, last) for at in leg.hours}
    airings |= {airing: count for airing, count in one_offs.items() if first <= airing[0] <= last}
    ageing = bool(turns.expiries)
    for airing in sorted(airings):
        if ageing:
            turns.retire(date.fromordinal(airing[0]))
        yield airing, turns.take(airings[airing])


def _holds(leg: Leg, airing: Airing) -> bool:
    return airing[1] in leg.hours and airing[0] in leg.days
