"""What a rotation with a promise may choose from, day by day: topics with those of their bulletins that may be aired.

A bulletin joins on the day it was received (front matter `received`; without it it has always been there) and leaves
when it expires. A topic is there as long as one of its bulletins is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.domain import Bulletin, Priority

Topics = Mapping[str, tuple[Bulletin, ...]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days, from `first` on, on which the same may be aired. `since`: the first day of a topic's unbroken stay."""

    first: int
    topics: Topics
    urgent: Topics  # what may be aired on days on which nothing ROUTINE is
    since: Mapping[str, int]


class Shelf:
    """Bulletins in the order in which a rotation takes them."""

    def __init__(self, choice: Sequence[Bulletin]) -> None:
        self.topic_of = {each.id: each.topic for each in choice}
        self.joined = {each.id: joined(each) for each in choice}
        changes = {0, *self.joined.values(), *(each.expires.toordinal() + 1 for each in choice if each.expires)}
        self._stretches: list[Stretch] = []
        since: dict[str, int] = {}
        for day in sorted(changes):
            alive = [each for each in choice if joined(each) <= day <= _last(each)]
            since = {each.topic: since.get(each.topic, day) for each in alive}
            urgent = [each for each in alive if each.priority is not Priority.ROUTINE]
            self._stretches.append(Stretch(day, _by_topic(alive), _by_topic(urgent), since))
        self.days = [each.first for each in self._stretches]
        self._latest = sorted((day, each.id) for each in choice if (day := joined(each)))

    def on(self, day: int) -> Stretch:
        return self._stretches[bisect_right(self.days, day) - 1]

    def stays(self, first: int, last: int) -> Iterator[tuple[int, int, Topics]]:
        """From day to day (the last excluded) what may be aired between two days, both included."""
        ends = [*self.days[1:], last + 1]
        for stretch, end in zip(self._stretches, ends, strict=True):
            low, high = max(first, stretch.first), min(last + 1, end)
            if low < high:
                yield low, high, stretch.topics

    def received(self, first: int, last: int) -> list[str]:
        """The bulletins that joined from `first` to `last`, the newest first."""
        low, high = bisect_right(self._latest, (first, "")), bisect_right(self._latest, (last + 1, ""))
        return [name for _, name in reversed(self._latest[low:high])]


def joined(bulletin: Bulletin) -> int:
    """The first day on which a bulletin may be aired, as its ordinal; 0 where nobody wrote when it was received."""
    return bulletin.received.date().toordinal() if bulletin.received else 0


def _last(bulletin: Bulletin) -> float:
    return bulletin.expires.toordinal() if bulletin.expires else float("inf")


def _by_topic(bulletins: Iterable[Bulletin]) -> Topics:
    found: dict[str, list[Bulletin]] = {}
    for each in bulletins:
        found.setdefault(each.topic, []).append(each)
    return {topic: tuple(each) for topic, each in found.items()}
