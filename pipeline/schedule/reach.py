"""Whom a slot reaches: its areas on a day, split by the hours that communes have of their own, and their targets."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from typing import NamedTuple

from pipeline.areas import AreaTree
from pipeline.domain import Medium, Slot, SpeakerCluster

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


class Reach:
    """The tree of areas with its clusters. What it finds holds until an area begins or ends."""

    def __init__(self, tree: AreaTree, clusters: Iterable[SpeakerCluster]) -> None:
        self.tree = tree
        self._clusters: dict[str, list[str]] = {}
        for cluster in clusters:
            self._clusters.setdefault(cluster.area, []).append(cluster.id)
        begins = {area.valid_from for area in tree.by_id.values() if area.valid_from}
        ends = {
            area.valid_until + timedelta(1) for area in tree.by_id.values() if area.valid_until not in (None, date.max)
        }
        self._changes = sorted(begins | ends)
        self._beneath: dict[tuple[tuple[str, ...], int], frozenset[str]] = {}

    def epoch(self, on: date) -> int:
        """A number that stays the same while no area begins or ends."""
        return bisect_right(self._changes, on)

    def whole(self, slot: Slot, on: date) -> Targets:
        """All of the slot's areas."""
        return self._targets(slot, self._areas(slot, on))

    def hours(self, slot: Slot, on: date) -> Hours:
        """The slot's targets by local time. A time left without areas by hours of their own is not there."""
        everywhere = self._areas(slot, on)
        bearers = self._bearers(slot, everywhere, on)
        found: dict[time, set[str]] = {}
        for at, areas in self._by_own_hours(slot, everywhere, on).items():
            if areas & bearers:
                for each in at:
                    found.setdefault(each, set()).update(areas)
        if not found:  # nobody is reached: the occurrences stay, at the hours they would have had
            found = {at: set() for hours in self._named_hours(slot) for at in hours}
        return {at: self._targets(slot, frozenset(areas)) for at, areas in sorted(found.items())}

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
        return found - self._under(slot.except_areas, on) if slot.except_areas else found

    def _under(self, areas: tuple[str, ...], on: date) -> frozenset[str]:
        key = areas, self.epoch(on)
        if key not in self._beneath:
            self._beneath[key] = self.tree.beneath(areas, on)
        return self._beneath[key]

    def _bearers(self, slot: Slot, areas: frozenset[str], on: date) -> frozenset[str]:
        """Areas for which an hour is worth an occurrence: no region whose communes all have hours of their own."""
        if slot.medium is Medium.SMS or not slot.at_by_area:
            return areas
        parents = {self.tree.by_id[area].parent for area in self._under(slot.areas, on)}
        return frozenset(area for area in areas if area in self._clusters or area not in parents)

    def _by_own_hours(self, slot: Slot, areas: frozenset[str], on: date) -> dict[tuple[time, ...], frozenset[str]]:
        own = {area: at for area, at in slot.at_by_area.items() if self._is_valid(area, on)}
        if not own:
            return {slot.at: areas}
        groups: dict[tuple[time, ...], set[str]] = {slot.at: set()}
        for area in areas:
            nearest = next((step for step in self.tree.path(area) if step in own), None)
            groups.setdefault(slot.at if nearest is None else own[nearest], set()).add(area)
        return {at: frozenset(members) for at, members in groups.items()}

    def _named_hours(self, slot: Slot) -> set[tuple[time, ...]]:
        """The hours of the areas a slot names, whether they exist or not."""
        nearest = (
            next((step for step in (area, *self.tree.path(area)) if step in slot.at_by_area), None)
            for area in slot.areas
        )
        return {slot.at if area is None else slot.at_by_area[area] for area in nearest} or {slot.at}

    def _targets(self, slot: Slot, areas: frozenset[str]) -> Targets:
        if slot.medium is Medium.LOUDSPEAKER:
            holding = sorted(area for area in areas if area in self._clusters)
            return Targets(tuple(sorted(each for area in holding for each in self._clusters[area])), tuple(holding))
        if not slot.areas and not slot.except_areas and not slot.at_by_area:
            return Targets(tuple(sorted(slot.contacts)), ())
        return Targets(tuple(sorted(slot.contacts)) if areas else (), tuple(sorted(areas)))

    def _is_valid(self, area: str, on: date) -> bool:
        return area in self.tree.by_id and self.tree.by_id[area].is_valid(on)
