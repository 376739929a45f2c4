"""The tree of areas: who lies beneath whom on a given day, and who answers for what is no longer there.

What lies beneath an area that has ended lies beneath its successors (`becomes`) from then on; where it has none,
beneath the area above it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from pipeline.domain import Area, Belonging

Children = Mapping[str, list[str]]


class AreaTree:
    """Areas by id. Unknown ids hold nothing; a parent that is its own descendant is refused where the file is read."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self.by_id: Mapping[str, Area] = {area.id: area for area in areas}
        self._changes = sorted({day for area in self.by_id.values() for day in _changes(area)})
        self._children: dict[int, Children] = {}
        self._heirs: dict[int, Mapping[str, tuple[str, ...]]] = {}

    def epoch(self, on: date) -> int:
        """A number that stays the same while no area begins, ends or moves."""
        return bisect_right(self._changes, on)

    def beneath(self, ids: Iterable[str], on: date, *, inherit: bool = True) -> frozenset[str]:
        """The given areas and all beneath them that are valid on the day.

        A given area that has ended stands for its successors and for what is still written beneath it; without
        `inherit` for the latter alone.
        """
        children = self._children_on(on)
        met: set[str] = set()
        waiting = [step for area in ids for step in (area, *(self.heirs(area, on) if inherit else ()))]
        while waiting:
            area = waiting.pop()
            if area not in met and area in self.by_id and self._has_begun(area, on):
                met.add(area)
                waiting.extend(children.get(area, ()))
        return frozenset(area for area in met if self.by_id[area].is_valid(on))

    def heirs(self, area: str, on: date) -> tuple[str, ...]:
        """The valid areas that have succeeded one that has ended, in the order of the file; else nothing."""
        if area not in self.by_id or not self.by_id[area].has_ended(on):
            return ()
        found: dict[str, None] = {}
        met = {area}
        waiting = list(reversed(self.by_id[area].becomes))
        while waiting:
            step = waiting.pop()
            if step in met or step not in self.by_id:
                continue
            met.add(step)
            if self.by_id[step].is_valid(on):
                found[step] = None
            elif self.by_id[step].has_ended(on):
                waiting.extend(reversed(self.by_id[step].becomes))
        return tuple(found)

    def former(self, areas: AbstractSet[str], on: date) -> frozenset[str]:
        """The areas that have ended and of which a successor is among these."""
        epoch = self.epoch(on)
        if epoch not in self._heirs:
            self._heirs[epoch] = {area: found for area in self.by_id if (found := self.heirs(area, on))}
        return frozenset(area for area, heirs in self._heirs[epoch].items() if not areas.isdisjoint(heirs))

    def parents(self, area: str, on: date) -> tuple[str, ...]:
        """The areas right above on a day: of a former one its successors, unless they still lie in it themselves."""
        if area not in self.by_id:
            return ()
        own = self.by_id[area].parent_on(on)
        above = () if own is None else (own,)
        if not (heirs := self.heirs(area, on)):
            return above
        outside = tuple(heir for heir in heirs if area not in self._written_above(heir, on))
        return outside if len(outside) == len(heirs) else outside + above

    def _written_above(self, area: str, on: date) -> Iterator[str]:
        """The parents of parents as they are written, whether they have ended or not."""
        met: set[str] = set()
        current = area
        while current in self.by_id and current not in met:
            met.add(current)
            current = self.by_id[current].parent_on(on) or ""
            yield current

    def path(self, area: str, on: date) -> tuple[str, ...]:
        """The area itself, the one above it on the day, and so on up to the root; of several successors the first."""
        steps: list[str] = []
        current = area
        while current in self.by_id and current not in steps:
            steps.append(current)
            current = next(iter(self.parents(current, on)), "")
        return tuple(steps)

    def _has_begun(self, area: str, on: date) -> bool:
        """What has ended is still a step on the way down; what has not begun is none."""
        begins = self.by_id[area].valid_from
        return begins is None or begins <= on

    def _children_on(self, on: date) -> Children:
        epoch = self.epoch(on)
        if epoch not in self._children:
            children: dict[str, list[str]] = {}
            for area in self.by_id:
                for above in self.parents(area, on):
                    children.setdefault(above, []).append(area)
            self._children[epoch] = children
        return self._children[epoch]


def _changes(area: Area) -> Iterator[date]:
    """The days from which on an area is there, is no longer there, or lies elsewhere."""
    yield from first_days(Belonging("", area.valid_from, area.valid_until))
    for each in area.parents:
        yield from first_days(each)


def first_days(belonging: Belonging) -> Iterator[date]:
    """The first day of it, and the first without it."""
    if belonging.first is not None:
        yield belonging.first
    if belonging.last is not None and belonging.last < date.max:
        yield belonging.last + timedelta(1)
