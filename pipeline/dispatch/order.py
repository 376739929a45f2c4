"""Who goes first on a cluster, when it begins and how much of it fits: pure.

Priority, then start, then programme and slot: the same on every machine, whatever the numbers of the rows. What cannot
begin at its time waits for the first gap within its lateness that holds the whole; where none does, as many whole
bulletins sound as the gap holds that takes most of them; where not even one fits, it is missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.domain import Occurrence
from pipeline.store import ONE_OFF

Key = tuple[int, datetime, str, int, str]
Closes = Callable[[datetime], datetime | None]
"""When the hours that hold a moment end: the moment itself where none holds it, None where they never end."""

SECOND = timedelta(seconds=1)


def key_of(occurrence: Occurrence) -> Key:
    """Sorts what goes first to the front. Requests of one moment go by their number."""
    number = len(occurrence.slot) if occurrence.programme == ONE_OFF else 0
    return -occurrence.priority.rank, occurrence.start, occurrence.programme, number, occurrence.slot


@dataclass(frozen=True, slots=True)
class Step:
    """An airing that ends behind its first bulletins: how long it takes and what is heard of it."""

    length: timedelta
    bulletins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """What a cluster hears, from when to when."""

    target: str
    rank: int
    begin: datetime
    end: datetime

    def overlaps(self, other: Span) -> bool:
        return self.begin < other.end and other.begin < self.end


@dataclass(frozen=True, slots=True)
class Place:
    """When an airing begins, how many of its steps sound, and when the gap ends that it lies in (None: never).

    `closing`: it is the hours that end the gap, not another airing.
    """

    begin: datetime
    steps: int
    until: datetime | None = None
    closing: bool = False


def place(
    steps: Sequence[Step], begin: datetime, last: datetime, spans: Iterable[Span], closes: Closes
) -> Place | None:
    """Where an airing sounds that may begin from `begin` to `last` between what its cluster hears already."""
    taken = sorted(spans, key=lambda span: (span.begin, span.end))
    best: Place | None = None
    for moment in sorted({begin, *(span.end for span in taken if begin < span.end <= last)}):
        found = _gap(steps, moment, taken, closes)
        if found.steps == len(steps):
            return found
        if best is None or found.steps > best.steps:
            best = found
    return best if best is not None and best.steps else None


def _gap(steps: Sequence[Step], moment: datetime, taken: Sequence[Span], closes: Closes) -> Place:
    if any(span.begin <= moment < span.end for span in taken):
        return Place(moment, 0)
    following = min((span.begin for span in taken if span.begin >= moment and span.end > moment), default=None)
    closing = closes(moment)
    ends = [each for each in (following, closing) if each is not None]
    until = min(ends, default=None)
    fits = len(steps) if until is None else sum(moment + each.length <= until for each in steps)
    return Place(moment, fits, until, closing is not None and until == closing)


def whole_second(moment: datetime) -> datetime:
    """The next full second: lists and devices know no finer time."""
    rest = moment.microsecond
    return moment if rest == 0 else moment + SECOND - timedelta(microseconds=rest)


def earliest(now: datetime, lead: timedelta) -> datetime:
    """The first moment for which a channel that wants its orders so long ahead can still be handed one."""
    return whole_second(now + lead) if lead else now


def arranged(rows: Mapping[int, Key], before: Iterable[tuple[int, int]]) -> list[int]:
    """The rows in their order, except that of each ruled pair (first, second) the first goes first.

    Rulings that lead in a circle lose against the order by key.
    """
    waits: dict[int, set[int]] = {row: set() for row in rows}
    for first, second in before:
        if first in rows and second in rows:
            waits[second].add(first)
            waits[first].discard(second)
    left = sorted(rows, key=lambda row: (rows[row], row))
    found: list[int] = []
    while left:
        following = next((row for row in left if not waits[row].intersection(left)), left[0])
        left.remove(following)
        found.append(following)
    return found
