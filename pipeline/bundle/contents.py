"""What is on a stick: the lines of its list, the bulletins on their own, and what was left out and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from pipeline.domain import Bulletin, Recording
from pipeline.store import BundleRow, OccurrenceKey


@dataclass(frozen=True, slots=True)
class Place:
    """A cluster as it is called on paper, with the commune it stands in."""

    area: str
    area_name: str
    cluster: str = ""
    cluster_name: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One airing at one cluster. `start` is local time of the station, `file` the path of its sound on the stick.

    `bulletins` are those that are heard, in their order.
    """

    code: str
    key: OccurrenceKey
    start: datetime
    place: Place
    title: str
    bulletins: tuple[str, ...]
    recording: Recording
    file: str

    def as_row(self) -> BundleRow:
        """As the store keeps it."""
        length = timedelta(seconds=self.recording.duration_s)
        sha256 = self.recording.sha256
        return BundleRow(self.code, self.bulletins, sha256, length, self.key, self.place.area, self.place.cluster)


@dataclass(frozen=True, slots=True)
class Single:
    """A bulletin on its own, to be played where no programme plays. `until`: the last day on which it may be."""

    code: str
    bulletin: str
    recording: Recording
    until: date
    file: str

    def as_row(self) -> BundleRow:
        """As the store keeps it."""
        return BundleRow(
            self.code, (self.bulletin,), self.recording.sha256, timedelta(seconds=self.recording.duration_s)
        )


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What may not go on the stick: `name` is a bulletin, or programme/slot of `count` airings; the first of them."""

    name: str
    code: str
    count: int = 1
    first: datetime | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """A stick before it is written. `first` to `last`: its days at the station, both included.

    `bulletins`: every bulletin that is heard on it; `reports`: by bulletin, where people report. `by_themselves`: names
    of clusters whose channel confirms what it plays, so that no stick is needed there.
    """

    id: str
    station: str
    made_at: datetime  # local time of the station
    first: date
    last: date
    areas: tuple[str, ...]
    lines: tuple[Line, ...]
    singles: tuple[Single, ...]
    bulletins: Mapping[str, Bulletin]
    reports: Mapping[str, tuple[str, ...]]
    left_out: tuple[LeftOut, ...] = ()
    by_themselves: tuple[str, ...] = ()
    failures: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def rows(self) -> tuple[BundleRow, ...]:
        """As the store keeps them."""
        return *(each.as_row() for each in self.lines), *(each.as_row() for each in self.singles)

    @property
    def sounds(self) -> Mapping[str, Recording]:
        """Path → recording, in the order they are to be written: cheap players play in that order."""
        planned = {each.file: each.recording for each in self.lines}
        return planned | {each.file: each.recording for each in self.singles}
