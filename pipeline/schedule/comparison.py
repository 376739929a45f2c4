"""Two calendars of the same days, airing by airing: what comes, goes, moves, or says something else to others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeline.domain import Occurrence
from pipeline.schedule.difference import by_slot, pair
from pipeline.schedule.findings import OccurrenceKey, SlotKey

UNNAMED = ""  # a target of a kept calendar, which holds no more than their number


class Kind(StrEnum):
    COMES = "comes"
    GOES = "goes"
    STAYS = "stays"  # it was handed over before it was taken out or changed
    MOVES = "moves"
    BULLETINS = "bulletins"
    ORDER = "order"  # the same bulletins in another order
    TARGETS = "targets"
    SETTINGS = "settings"  # title, length, repeat, lateness, priority, medium


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that differs of one airing. `gone` and `come`: bulletins, targets, or settings as `name=value`."""

    kind: Kind
    before: Occurrence | None
    after: Occurrence | None
    gone: tuple[str, ...] = ()
    come: tuple[str, ...] = ()

    @property
    def airing(self) -> Occurrence:
        """The airing as it is now; where it goes, as it was."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def alike(self) -> tuple[object, ...]:
        """What steps share that one sentence can tell."""
        one, two = self.before, self.after
        times = (one.start.time(), two.start.time()) if self.kind is Kind.MOVES and one and two else ()
        at = self.airing.start.time() if self.kind in (Kind.COMES, Kind.GOES, Kind.STAYS) else None
        return self.kind, self.gone, self.come, times, at


@dataclass(frozen=True, slots=True)
class SlotDifference:
    """What differs of a slot: groups of steps that one sentence can tell, by their first airing."""

    slot: SlotKey
    groups: tuple[tuple[Step, ...], ...]


def compare(
    before: Iterable[Occurrence], after: Iterable[Occurrence], frozen: Collection[OccurrenceKey] = ()
) -> list[SlotDifference]:
    """What differs, by programme and slot. Both sides cover the same days and carry the station's local time.

    `frozen`: what of `before` is out already, so that no file changes it any more.
    """
    old, new = by_slot(before), by_slot(after)
    found: list[SlotDifference] = []
    for slot in sorted(old.keys() | new.keys()):
        groups: dict[tuple[object, ...], list[Step]] = {}
        kept = {start for start in old[slot] if (*slot, start) in frozen}
        for step in _steps(old[slot], new[slot], kept):
            groups.setdefault(step.alike, []).append(step)
        if groups:
            ordered = sorted(groups.values(), key=lambda group: group[0].airing.start)
            found.append(SlotDifference(slot, tuple(map(tuple, ordered))))
    return found


def _steps(
    old: Mapping[datetime, Occurrence], new: Mapping[datetime, Occurrence], frozen: Collection[datetime]
) -> Iterator[Step]:
    for start in sorted(frozen):
        if start not in new or _is_otherwise(old[start], new[start]):
            yield Step(Kind.STAYS, old[start], None)
    moved, gone, come = pair(sorted(old.keys() - new.keys() - set(frozen)), sorted(new.keys() - old.keys()))
    pairs = [(old[start], new[start]) for start in sorted((old.keys() & new.keys()) - set(frozen))]
    for start, to in moved:
        yield Step(Kind.MOVES, old[start], new[to])
        pairs.append((old[start], new[to]))
    for start in gone:
        yield Step(Kind.GOES, old[start], None)
    for start in come:
        yield Step(Kind.COMES, None, new[start])
    for one, two in pairs:
        yield from _changes(one, two)


def _is_otherwise(out: Occurrence, wanted: Occurrence) -> bool:
    """Whether what is out sounds what the files no longer say; bulletins that were not admitted it goes without."""
    return not set(out.bulletins) <= set(wanted.bulletins) or out.targets != wanted.targets


def _changes(one: Occurrence, two: Occurrence) -> Iterator[Step]:
    if one.bulletins != two.bulletins:
        gone, come = _replaced(one.bulletins, two.bulletins)
        reordered = not gone and not come
        yield Step(Kind.ORDER, one, two, (), two.bulletins) if reordered else Step(Kind.BULLETINS, one, two, gone, come)
    if UNNAMED in one.targets:
        if len(one.targets) != len(two.targets):
            yield Step(Kind.TARGETS, one, two, (str(len(one.targets)),), (str(len(two.targets)),))
    elif one.targets is not two.targets and one.targets != two.targets:
        yield Step(Kind.TARGETS, one, two, *_replaced(one.targets, two.targets))
    told = one.bulletins == two.bulletins and UNNAMED not in one.targets  # other bulletins bring their own priority
    settings = _settings(one, told), _settings(two, told)
    if settings[0] != settings[1]:
        yield Step(Kind.SETTINGS, one, two, *_replaced(*settings))


def _replaced(old: Sequence[str], new: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What goes and what comes, each in its order; said twice it counts twice."""
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    return tuple(gone.elements()), tuple(come.elements())


def _settings(each: Occurrence, with_priority: bool) -> tuple[str, ...]:
    length = "" if each.length is None else f"{each.length.total_seconds():g}"
    values = {
        "title": each.title,
        "length": length,
        "repeat": each.repeat,
        "late_by": f"{each.late_by.total_seconds():g}",
        "medium": each.medium.value,
        **({"priority": each.priority.value} if with_priority else {}),
    }
    return tuple(f"{name}={value}" for name, value in values.items())
