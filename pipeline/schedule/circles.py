"""Who hears the same: the slots that share a promise → rounds of circles, each with its airings.

A circle is all areas that hear exactly the same airings; a round is the circles that share any, directly or through
others: its turns depend on nothing outside it. Rounds of one shape (the same days, counts and order of hours) take the
same turns, whatever the clock says, so that communes with hours of their own cost nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import NamedTuple

from pipeline.domain import Rotation, Slot
from pipeline.schedule.days import SlotDays, Span, joined, within
from pipeline.schedule.guarantee import Turn
from pipeline.schedule.phases import Phases, slot_on
from pipeline.schedule.reach import Reach, Targets
from pipeline.schedule.rotation import Airing

EVERYBODY, NOBODY = "*", "!"  # in place of areas: a list that is not narrowed, an airing that reaches no one


@dataclass(frozen=True, slots=True)
class SharedSlot:
    """A slot with what is known of its days. `life`: the spans for which it promises anything."""

    slot: Slot
    phases: Phases
    extra: tuple[Airing, ...]
    life: tuple[Span, ...]


class Leg(NamedTuple):
    """Days within a span on which a slot is heard alike: place of the hour in the round → circles."""

    slot: int
    days: SlotDays
    takes: int
    closed: bool
    span: Span
    hours: tuple[tuple[int, tuple[int, ...]], ...]


class Shape(NamedTuple):
    """All that decides about the turns of a round."""

    legs: tuple[Leg, ...]
    extra: tuple[Turn, ...]
    life: tuple[tuple[Span, ...], ...]

    def turns(self, last: int) -> list[Turn]:
        """Every airing up to a day, in order; one written twice reaches the circles of both."""
        found: dict[tuple[int, int, int], Turn] = {}
        for turn in (*self._regular(last), *(each for each in self.extra if each.day <= last)):
            key = turn.day, turn.at, turn.slot
            known = found.get(key)
            circles = sorted({*known.circles, *turn.circles}) if known else turn.circles
            found[key] = turn._replace(circles=tuple(circles))
        return [found[key] for key in sorted(found)]

    def _regular(self, last: int) -> Iterator[Turn]:
        for slot, days, takes, closed, (low, high), hours in self.legs:
            for day in days.between(low, min(high - 1, last)):
                for at, circles in hours:
                    yield Turn(day, at, slot, takes, circles, closed)


@dataclass(frozen=True, slots=True)
class Round:
    """Circles (their areas) and the hours of their airings in order."""

    circles: tuple[tuple[str, ...], ...]
    hours: tuple[time, ...]
    shape: Shape


class _Heard(NamedTuple):
    """A leg as it is found: local time → areas."""

    slot: int
    days: SlotDays
    takes: int
    closed: bool
    span: Span
    hours: Mapping[time, tuple[str, ...]]


class _Extra(NamedTuple):
    slot: int
    day: int
    at: time
    areas: tuple[str, ...]


def rounds(shared: Sequence[SharedSlot], reach: Reach, last: int, is_closed: Callable[[date], bool]) -> list[Round]:
    """The rounds of some slots, of what they air up to a day."""
    legs = list(_alike(shared, last) if _are_alike(shared) else _legs(shared, reach, last))
    extra = [
        _Extra(number, day, at, (EVERYBODY,) if _are_alike(shared) else _areas(reach.whole(each.slot, _date(day))))
        for number, each in enumerate(shared)
        for day, at in each.extra
        if day <= last
    ]
    circles = _circles(legs, extra)
    number_of = {area: number for number, areas in enumerate(circles) for area in areas}
    everybody = tuple(number for number, areas in enumerate(circles) if areas != (NOBODY,))

    def reached(areas: Iterable[str]) -> tuple[int, ...]:
        named = tuple(areas)
        return everybody if EVERYBODY in named else tuple(sorted({number_of[each] for each in named}))

    heard = [(leg, {at: reached(areas) for at, areas in leg.hours.items()}) for leg in legs]
    also = [(each, reached(each.areas)) for each in extra]
    life = [_life(areas, shared, legs) for areas in circles]
    together = _together([group for _, hours in heard for group in hours.values()] + [group for _, group in also])
    return [_round(members, circles, heard, also, life, shared, is_closed) for members in together]


# --- who hears what ---------------------------------------------------------------------------------------------------


def _are_alike(shared: Sequence[SharedSlot]) -> bool:
    """Whether all slots reach the same areas, at hours that are the same for all of them."""
    reached = {(each.slot.areas, each.slot.except_areas) for each in shared}
    return len(reached) == 1 and not any(phase.slot.at_by_area for each in shared for phase in each.phases)


def _alike(shared: Sequence[SharedSlot], last: int) -> Iterator[_Heard]:
    for number, each in enumerate(shared):
        for phase in each.phases:
            hours = dict.fromkeys(sorted(phase.slot.at), (EVERYBODY,))
            yield _Heard(number, phase.days, _takes(phase.slot), phase.closed, (0, last + 1), hours)


def _legs(shared: Sequence[SharedSlot], reach: Reach, last: int) -> Iterator[_Heard]:
    for number, each in enumerate(shared):
        for phase in each.phases:
            spans = phase.days.open
            for span in _epochs(reach, spans[0][0], min(spans[-1][1] - 1, last)):
                found = reach.hours(phase.slot, _date(span[0]))
                hours = {at: _areas(targets) for at, targets in found.items()}
                yield _Heard(number, phase.days, _takes(phase.slot), phase.closed, span, hours)


def _epochs(reach: Reach, first: int, last: int) -> Iterator[Span]:
    """Spans of days, the last included, within which no area or cluster begins, ends or moves."""
    while first <= last:
        low, high = first, last
        known = reach.epoch(_date(first))
        while low < high:
            middle = (low + high + 1) // 2
            if reach.epoch(_date(middle)) == known:
                low = middle
            else:
                high = middle - 1
        yield first, low + 1
        first = low + 1


def _areas(targets: Targets) -> tuple[str, ...]:
    if not targets.ids:
        return (NOBODY,)
    return targets.areas or (EVERYBODY,)


def _circles(legs: Sequence[_Heard], extra: Sequence[_Extra]) -> list[tuple[str, ...]]:
    """Areas that hear the same, in the order of their first areas."""
    signs: dict[str, list[tuple[int, time]]] = {}
    heard = [(areas, at) for leg in legs for at, areas in leg.hours.items()]
    heard += [(each.areas, each.at) for each in extra]
    for number, (areas, at) in enumerate(heard):
        for area in areas:
            signs.setdefault(area, []).append((number, at))
    groups: dict[tuple[tuple[int, time], ...], list[str]] = {}
    for area in sorted(signs):
        groups.setdefault(tuple(signs[area]), []).append(area)
    return [tuple(areas) for areas in groups.values()]


def _life(areas: Sequence[str], shared: Sequence[SharedSlot], legs: Sequence[_Heard]) -> tuple[Span, ...]:
    """The spans in which a circle has been promised anything: the lives of its slots while it is there."""
    if areas[0] == NOBODY:
        return ()
    found: set[Span] = set()
    for leg in legs:
        if any(areas[0] in each or EVERYBODY in each for each in leg.hours.values()):
            found.update(within(shared[leg.slot].life, [leg.span]))
    return tuple(joined(found))


# --- who shares an airing ---------------------------------------------------------------------------------------------


def _together(groups: Iterable[tuple[int, ...]]) -> list[list[int]]:
    """Circles that share airings, each set sorted, in the order of their first."""
    leader: dict[int, int] = {}

    def find(circle: int) -> int:
        while leader.setdefault(circle, circle) != circle:
            circle = leader[circle]
        return circle

    for group in set(groups):
        for circle in group:
            first, second = sorted((find(group[0]), find(circle)))
            leader[second] = first
    found: dict[int, list[int]] = {}
    for circle in sorted(leader):
        found.setdefault(find(circle), []).append(circle)
    return list(found.values())


def _round(
    members: Sequence[int],
    circles: Sequence[tuple[str, ...]],
    heard: Sequence[tuple[_Heard, Mapping[time, tuple[int, ...]]]],
    also: Sequence[tuple[_Extra, tuple[int, ...]]],
    life: Sequence[tuple[Span, ...]],
    shared: Sequence[SharedSlot],
    is_closed: Callable[[date], bool],
) -> Round:
    number = {circle: place for place, circle in enumerate(members)}
    mine = [(leg, {at: group for at, group in hours.items() if group[0] in number}) for leg, hours in heard]
    own = [(each, group) for each, group in also if group[0] in number]
    hours = sorted({at for _, found in mine for at in found} | {each.at for each, _ in own})
    place = {at: rank for rank, at in enumerate(hours)}

    def renumbered(group: Iterable[int]) -> tuple[int, ...]:
        return tuple(number[circle] for circle in group)

    legs = tuple(
        Leg(*leg[:-1], tuple((place[at], renumbered(found[at])) for at in sorted(found)))
        for leg, found in mine
        if found
    )
    extra = tuple(
        Turn(each.day, place[each.at], each.slot, _takes(on), renumbered(group), is_closed(_date(each.day)))
        for each, group in own
        for on in (slot_on(shared[each.slot].slot, _date(each.day)),)
    )
    lives = tuple(life[circle] for circle in members)
    return Round(tuple(circles[circle] for circle in members), tuple(hours), Shape(legs, extra, lives))


def _takes(slot: Slot) -> int:
    return slot.play.count if isinstance(slot.play, Rotation) else 1


def _date(day: int) -> date:
    return date.fromordinal(day)
