"""Whom a slot reaches: its areas on a day, split by the hours that communes have of their own, and their targets."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time
from operator import attrgetter
from typing import NamedTuple

from pipeline.areas import AreaTree, first_days
from pipeline.domain import Medium, Slot, SpeakerCluster

_PLACE = attrgetter("area", "id")
NO_AREA = ""  # the area of a contact whose area nobody knows


class Targets(NamedTuple):
    """Sorted ids of clusters (for SMS: of contact lists), and the areas they lie in (for SMS: () narrows nothing)."""

    ids: tuple[str, ...]
    areas: tuple[str, ...]

    def __or__(self, other: Targets) -> Targets:
        """Both together."""
        if not self.ids or not other.ids:
            return self if self.ids else other
        every = not self.areas or not other.areas
        areas = () if every else tuple(sorted({*self.areas, *other.areas}))
        return Targets(tuple(sorted({*self.ids, *other.ids})), areas)


Hours = Mapping[time, Targets]
Epoch = tuple[int, int]  # of the areas, and of where the clusters stand


class Reach:
    """The tree of areas with its clusters. What it finds holds until an area or a cluster begins, ends or moves."""

    def __init__(self, tree: AreaTree, clusters: Iterable[SpeakerCluster]) -> None:
        self.tree = tree
        self._clusters = tuple(clusters)
        self._moves = sorted({day for each in self._clusters for stay in each.areas for day in first_days(stay)})
        self._standing: dict[int, dict[str, list[str]]] = {}
        self._beneath: dict[tuple[tuple[str, ...], int, bool], frozenset[str]] = {}
        self._whole: dict[tuple[object, ...], Targets] = {}

    def epoch(self, on: date) -> Epoch:
        """What stays the same while no area or cluster begins, ends or moves."""
        return self.tree.epoch(on), bisect_right(self._moves, on)

    def clusters(self, on: date) -> Mapping[str, Sequence[str]]:
        """Area → its clusters on a day."""
        move = bisect_right(self._moves, on)
        if move not in self._standing:
            standing: defaultdict[str, list[str]] = defaultdict(list)
            places = map(_PLACE, self._clusters) if not self._moves else self._places(on)
            for area, cluster in places:
                standing[area].append(cluster)
            self._standing[move] = standing
        return self._standing[move]

    def _places(self, on: date) -> Iterator[tuple[str, str]]:
        for cluster in self._clusters:
            if (area := cluster.area_on(on)) is not None:
                yield area, cluster.id

    def whole(self, slot: Slot, on: date) -> Targets:
        """All of the slot's areas."""
        asked = slot.medium, slot.areas, slot.except_areas, slot.contacts, bool(slot.at_by_area), self.epoch(on)
        if asked not in self._whole:
            self._whole[asked] = self._targets(slot, self._areas(slot, on), on)
        return self._whole[asked]

    def hours(self, slot: Slot, on: date) -> Hours:
        """The slot's targets by local time. A time left without areas by hours of their own is not there."""
        if not slot.at_by_area:
            return dict.fromkeys(sorted(slot.at), self.whole(slot, on))
        everywhere = self._areas(slot, on)
        bearers = self._bearers(slot, everywhere, on)
        found: dict[time, set[str]] = {}
        for at, areas in self._by_own_hours(slot, everywhere, on).items():
            if areas & bearers:
                for each in at:
                    found.setdefault(each, set()).update(areas)
        if not found:  # nobody is reached: the occurrences stay, at the hours they would have had
            found = {at: set() for hours in self._named_hours(slot, on) for at in hours}
        return {at: self._targets(slot, frozenset(areas), on) for at, areas in sorted(found.items())}

    def strays(self, slot: Slot, on: date) -> list[str]:
        """Areas with hours of their own that the slot does not reach on that day, though they exist."""
        everywhere = self._areas(slot, on)
        return [
            area for area in slot.at_by_area if self._is_valid(area, on) and not everywhere & self._under((area,), on)
        ]

    def _areas(self, slot: Slot, on: date) -> frozenset[str]:
        """Valid areas of the slot. Of an SMS slot that names none: all, and those whose area nobody knows."""
        if slot.areas or slot.medium is Medium.LOUDSPEAKER:
            found = self._under(slot.areas, on)
        else:
            found = self._under(tuple(self.tree.by_id), on) | {NO_AREA}
        if slot.except_areas:  # what succeeds an excepted area is more than it was: it is not silenced for its sake
            found -= self._under(slot.except_areas, on, inherit=False)
        # Contacts keep the area of the day on which they were imported.
        return found | self.tree.former(found, on) if slot.medium is Medium.SMS else found

    def _under(self, areas: tuple[str, ...], on: date, *, inherit: bool = True) -> frozenset[str]:
        key = areas, self.tree.epoch(on), inherit
        if key not in self._beneath:
            self._beneath[key] = self.tree.beneath(areas, on, inherit=inherit)
        return self._beneath[key]

    def _bearers(self, slot: Slot, areas: frozenset[str], on: date) -> frozenset[str]:
        """Areas for which an hour is worth an occurrence: no region whose communes all have hours of their own."""
        if slot.medium is Medium.SMS:
            return areas
        parents = {above for area in self._under(slot.areas, on) for above in self.tree.parents(area, on)}
        holding = self.clusters(on)
        return frozenset(area for area in areas if area in holding or area not in parents)

    def _by_own_hours(self, slot: Slot, areas: frozenset[str], on: date) -> dict[tuple[time, ...], frozenset[str]]:
        own = {area: at for area, at in slot.at_by_area.items() if self._is_valid(area, on)}
        if not own:
            return {slot.at: areas}
        groups: dict[tuple[time, ...], set[str]] = {slot.at: set()}
        for area in areas:
            nearest = next((step for step in self.tree.path(area, on) if step in own), None)
            groups.setdefault(slot.at if nearest is None else own[nearest], set()).add(area)
        return {at: frozenset(members) for at, members in groups.items()}

    def _named_hours(self, slot: Slot, on: date) -> set[tuple[time, ...]]:
        """The hours of the areas a slot names, whether they exist or not."""
        nearest = (
            next((step for step in (area, *self.tree.path(area, on)) if step in slot.at_by_area), None)
            for area in slot.areas
        )
        return {slot.at if area is None else slot.at_by_area[area] for area in nearest} or {slot.at}

    def _targets(self, slot: Slot, areas: frozenset[str], on: date) -> Targets:
        if slot.medium is Medium.LOUDSPEAKER:
            clusters = self.clusters(on)
            holding = sorted(area for area in areas if area in clusters)
            return Targets(tuple(sorted(each for area in holding for each in clusters[area])), tuple(holding))
        if not slot.areas and not slot.except_areas and not slot.at_by_area:
            return Targets(tuple(sorted(slot.contacts)), ())
        return Targets(tuple(sorted(slot.contacts)) if areas else (), tuple(sorted(areas)))

    def _is_valid(self, area: str, on: date) -> bool:
        return area in self.tree.by_id and self.tree.by_id[area].is_valid(on)
