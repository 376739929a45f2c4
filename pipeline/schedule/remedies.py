"""What would keep a promise that cannot be kept, tried out; and how much room its airings have at best."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.schedule.circles import Shape
from pipeline.schedule.days import Span, within
from pipeline.schedule.guarantee import Promise, Queue, Turn
from pipeline.schedule.shelf import Shelf

WEEK = 7


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would keep a promise, each by itself: bulletins an airing, weeks of the window; None: nothing of that kind.

    `needed`: the topics that each window must have room for; `room`: what the narrowest has.
    """

    needed: int
    room: int
    count: int | None
    weeks: int | None


@dataclass(frozen=True, slots=True)
class Trial:
    """The airings of some shapes from a day on, as if nothing had been heard before."""

    shelf: Shelf
    shapes: Sequence[Shape]
    twice_a_day: bool
    first: int
    last: int

    def keeps(self, count: int, weeks: int) -> bool:
        """Whether each airing with `count` bulletins at least keeps a promise of so many weeks."""
        until = self.last + weeks * WEEK
        for shape in self.shapes:
            life = tuple(tuple(within(spans, [(self.first, until + 1)])) for spans in shape.life)
            legs = tuple(leg._replace(takes=max(leg.takes, count)) for leg in shape.legs)
            turns = [turn for turn in Shape(legs, shape.extra, life).turns(until) if turn.day >= self.first]
            if Queue(self.shelf, Promise(weeks * WEEK, life, self.twice_a_day), turns).run(until, 0).waits:
                return False
        return True


def _places(turns: Sequence[Turn], circle: int, topics: int) -> Iterator[int]:
    """The days of a circle's turns, one for each topic that may be told in them."""
    day, told = 0, 0
    for turn in turns:
        if circle in turn.circles:
            told = 0 if turn.day != day else told
            day = turn.day
            for _ in range(min(turn.takes, topics - told)):
                told += 1
                yield day


def best_wait(turns: Sequence[Turn], topics: int, life: Sequence[Sequence[Span]]) -> int:
    """The longest wait, in days, that no order of the turns could make shorter: what so many of them in a row take.

    No wait goes over days for which nothing is promised (`life`, by circle). 0 where there are too few turns to tell.
    """
    longest = 0
    for circle in {each for turn in turns for each in turn.circles}:
        places = list(_places(turns, circle, topics))
        for low, high in life[circle]:
            days = places[bisect_left(places, low) : bisect_left(places, high)]
            longest = max([longest, *(days[place + topics] - days[place] for place in range(len(days) - topics))])
    return longest


def room(turns: Sequence[Turn], topics: int, days: int, first: int) -> int:
    """How many topics fit into the narrowest window from a day on, of those that end by the last turn."""
    least = topics
    for circle in {each for turn in turns for each in turn.circles}:
        found = list(_places(turns, circle, topics))
        for day in range(first, turns[-1].day - days + 2):
            least = min(least, bisect_left(found, day + days) - bisect_left(found, day))
    return least
