"""Which airings are heard at once although they share no cluster: those of clusters within hearing distance.

Positions are put on a sphere and into cubes as wide as the distance, so that only clusters of neighbouring cubes are
compared: ten thousand clusters cost what their neighbourhoods cost. Where nothing else sounds, nothing is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from math import asin, cos, floor, radians, sin, sqrt
from typing import NamedTuple

from pipeline.domain import Occurrence, SpeakerCluster

EARTH_M = 6_371_008.8  # mean radius, IUGG

Position = tuple[float, float]
Cube = tuple[int, int, int]
AROUND = tuple(product((-1, 0, 1), repeat=3))
NOBODY: dict[int, list[Place]] = {}


def distance_m(one: Position, two: Position) -> float:
    """Metres along the surface between two positions in degrees (haversine)."""
    (lat_one, lon_one), (lat_two, lon_two) = ((radians(lat), radians(lon)) for lat, lon in (one, two))
    half = sin((lat_two - lat_one) / 2) ** 2 + cos(lat_one) * cos(lat_two) * sin((lon_two - lon_one) / 2) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(half)))


@dataclass(frozen=True, slots=True)
class Sounding:
    """An airing from its start to the end that is known or reckoned for it."""

    occurrence: Occurrence
    end: datetime

    @property
    def slot(self) -> tuple[str, str]:
        return self.occurrence.programme, self.occurrence.slot

    def is_at_once_with(self, later: Sounding) -> bool:
        """Whether one that starts no earlier begins while this one sounds."""
        return later.occurrence.start < self.end or later.occurrence.start == self.occurrence.start


@dataclass(frozen=True, slots=True)
class Overheard:
    """An airing that sounds already, and the clusters of the two that are within hearing distance."""

    earlier: Sounding
    cluster: str
    other: str
    metres: float


class Place(NamedTuple):
    """Where a cluster stands, and the cubes in which others do that may be within the distance."""

    cluster: str
    position: Position
    cube: Cube
    around: tuple[Cube, ...]


class Earshot:
    """Says of airings, given by start, what is heard beside each of them. Clusters without a position hear nothing.

    `metres`: the distance, 0 for none. Airings that share a cluster are left out: they collide there, and that is told.
    """

    def __init__(self, clusters: Iterable[SpeakerCluster], metres: float) -> None:
        self._metres = metres
        self._places = self._neighbours(clusters) if metres > 0 else {}
        self._waiting: list[Sounding] = []  # they sound and are not laid out yet
        self._laid_out: list[Sounding] = []
        self._cubes: dict[Cube, dict[int, list[Place]]] = {}  # by the number of the airing
        self._looked_at: datetime | None = None
        self._known: dict[int, tuple[Sequence[str], list[Place]]] = {}

    def hear(self, airing: Sounding) -> Overheard | None:
        """The first airing of other clusters that sounds within hearing distance of this one; it is remembered."""
        if not self._places or not self._places_of(airing.occurrence.targets):
            return None
        self._forget(airing)
        found = None
        if self._waiting or self._laid_out:
            self._lay_out()
            found = self._heard(airing)
        self._waiting.append(airing)
        return found

    def _forget(self, airing: Sounding) -> None:
        if airing.occurrence.start == self._looked_at:  # whatever sounded with the one before sounds now
            return
        self._looked_at = airing.occurrence.start
        self._waiting = [each for each in self._waiting if each.is_at_once_with(airing)]
        alive = [each for each in self._laid_out if each.is_at_once_with(airing)]
        if 2 * len(alive) < len(self._laid_out):  # what is left is laid out anew, and the others are gone
            self._waiting, self._laid_out, self._cubes = alive + self._waiting, [], {}

    def _lay_out(self) -> None:
        for sounding in self._waiting:
            number = len(self._laid_out)
            self._laid_out.append(sounding)
            for place in self._places_of(sounding.occurrence.targets):
                self._cubes.setdefault(place.cube, {}).setdefault(number, []).append(place)
        self._waiting = []

    def _heard(self, airing: Sounding) -> Overheard | None:
        own = airing.occurrence.targets
        beside: dict[int, bool] = {}
        for place in self._places_of(own):
            for cube in place.around:
                for number, places in self._cubes.get(cube, NOBODY).items():
                    earlier = self._laid_out[number]
                    if number not in beside:
                        apart = frozenset(own).isdisjoint(earlier.occurrence.targets)
                        beside[number] = apart and earlier.is_at_once_with(airing)
                    if beside[number] and (near := self._nearest(place.position, places)):
                        return Overheard(earlier, place.cluster, *near)
        return None

    def _nearest(self, position: Position, places: Iterable[Place]) -> tuple[str, float] | None:
        """The nearest cluster within the distance."""
        metres, other = min((distance_m(position, each.position), each.cluster) for each in places)
        return (other, metres) if metres <= self._metres else None

    def _places_of(self, targets: tuple[str, ...]) -> list[Place]:
        """Those of some clusters that have others near. By identity: the airings of a slot share thousands."""
        if id(targets) not in self._known:  # they are kept, so that their number is given to nobody else
            self._known[id(targets)] = targets, [self._places[name] for name in targets if name in self._places]
        return self._known[id(targets)][1]

    def _neighbours(self, clusters: Iterable[SpeakerCluster]) -> dict[str, Place]:
        """The clusters beside which another one stands."""
        cubes: dict[Cube, list[tuple[str, Position]]] = {}
        for each in clusters:
            if each.position is not None:
                cubes.setdefault(self._cube(each.position), []).append((each.id, each.position))
        found: dict[str, Place] = {}
        for cube, inside in cubes.items():
            x, y, z = cube
            around = tuple(near for dx, dy, dz in AROUND if (near := (x + dx, y + dy, z + dz)) in cubes)
            if len(inside) > 1 or len(around) > 1:
                found.update((name, Place(name, position, cube, around)) for name, position in inside)
        return found

    def _cube(self, position: Position) -> Cube:
        """A chord is no longer than its arc, so whoever is within the distance stands in a neighbouring cube."""
        lat, lon = map(radians, position)
        scale = EARTH_M / self._metres
        x, y, z = cos(lat) * cos(lon) * scale, cos(lat) * sin(lon) * scale, sin(lat) * scale
        return floor(x), floor(y), floor(z)
