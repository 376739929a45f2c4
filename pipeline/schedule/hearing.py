"""Which airings are heard at once although they share no cluster: those of clusters within hearing distance.

Positions are put on a sphere and into cubes as wide as the distance, so that only clusters of neighbouring cubes are
compared: ten thousand clusters cost what their neighbourhoods cost. Where nothing else sounds, nothing is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from math import asin, cos, floor, radians, sin, sqrt

from pipeline.domain import Occurrence, SpeakerCluster

EARTH_M = 6_371_008.8  # mean radius, IUGG

Position = tuple[float, float]
Cube = tuple[int, int, int]
AROUND = tuple(product((-1, 0, 1), repeat=3))


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


Place = tuple[Cube, str, Position]


@dataclass
class Earshot:
    """Says of airings, given by start, what is heard beside each of them. Clusters without a position hear nothing.

    Airings that share a cluster are left out: they collide there, which is told already.
    """

    clusters: Mapping[str, SpeakerCluster]
    metres: float
    _waiting: list[Sounding] = field(default_factory=list)  # they sound and are not laid out yet
    _laid_out: list[Sounding] = field(default_factory=list)
    _cubes: dict[Cube, dict[int, list[Place]]] = field(default_factory=dict)  # by the number of the airing
    _places: dict[int, Sequence[Place]] = field(default_factory=dict)
    _kept: list[tuple[str, ...]] = field(default_factory=list)  # so that no id of `_places` is given away again

    def hear(self, airing: Sounding) -> Overheard | None:
        """The first airing of other clusters that sounds within hearing distance of this one; it is remembered."""
        if self.metres <= 0 or not self._places_of(airing.occurrence.targets):
            return None
        self._forget(airing)
        found = None
        if self._waiting or self._laid_out:
            self._lay_out()
            found = self._heard(airing)
        self._waiting.append(airing)
        return found

    def _forget(self, airing: Sounding) -> None:
        self._waiting = [each for each in self._waiting if each.is_at_once_with(airing)]
        alive = [each for each in self._laid_out if each.is_at_once_with(airing)]
        if 2 * len(alive) < len(self._laid_out):  # what is left is laid out anew, and the others are gone
            self._waiting, self._laid_out, self._cubes = alive + self._waiting, [], {}

    def _lay_out(self) -> None:
        for sounding in self._waiting:
            number = len(self._laid_out)
            self._laid_out.append(sounding)
            for place in self._places_of(sounding.occurrence.targets):
                self._cubes.setdefault(place[0], {}).setdefault(number, []).append(place)
        self._waiting = []

    def _heard(self, airing: Sounding) -> Overheard | None:
        own = frozenset(airing.occurrence.targets)
        beside: dict[int, bool] = {}
        for (x, y, z), name, position in self._places_of(airing.occurrence.targets):
            for dx, dy, dz in AROUND:
                for number, places in self._cubes.get((x + dx, y + dy, z + dz), {}).items():
                    earlier = self._laid_out[number]
                    if number not in beside:
                        others = earlier.occurrence.targets
                        beside[number] = earlier.is_at_once_with(airing) and own.isdisjoint(others)
                    if beside[number] and (near := self._nearest(position, places)):
                        return Overheard(earlier, name, *near)
        return None

    def _nearest(self, position: Position, places: Iterable[Place]) -> tuple[str, float] | None:
        """The nearest cluster within the distance."""
        metres, other = min((distance_m(position, there), name) for _, name, there in places)
        return (other, metres) if metres <= self.metres else None

    def _places_of(self, targets: tuple[str, ...]) -> Sequence[Place]:
        """Where clusters stand. By identity: thousands of targets are shared by the airings of a slot."""
        if id(targets) not in self._places:
            self._kept.append(targets)
            self._places[id(targets)] = tuple(self._placed(targets))
        return self._places[id(targets)]

    def _placed(self, targets: Iterable[str]) -> Iterator[Place]:
        for name in targets:
            cluster = self.clusters.get(name)
            if cluster is not None and cluster.position is not None:
                yield self._cube(cluster.position), name, cluster.position

    def _cube(self, position: Position) -> Cube:
        """A chord is no longer than its arc, so whoever is within the distance stands in a neighbouring cube."""
        lat, lon = map(radians, position)
        scale = EARTH_M / self.metres
        x, y, z = cos(lat) * cos(lon) * scale, cos(lat) * sin(lon) * scale, sin(lat) * scale
        return floor(x), floor(y), floor(z)
