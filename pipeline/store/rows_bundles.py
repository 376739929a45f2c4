"""What the store returns and takes of USB sticks, beyond the words of `domain`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from pipeline.store.rows import OccurrenceKey


@dataclass(frozen=True, slots=True)
class BundleKept:
    """A stick that was made: its days (of the station, both included), and the sha256 of its manifest."""

    id: str
    made_at: datetime
    first: date
    last: date
    areas: tuple[str, ...]
    manifest: str


@dataclass(frozen=True, slots=True)
class BundleRow:
    """A line of a stick's list. `key` is None for a bulletin that is played freely, outside any programme."""

    code: str
    bulletins: tuple[str, ...]
    recording: str  # sha256
    length: timedelta
    key: OccurrenceKey | None = None
    area: str = ""
    cluster: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a return sheet says of one line: who entered it and when, from which sheet (sha256)."""

    bundle: str
    row: BundleRow
    started: datetime | None  # None: it was not played
    person: str  # who played it
    words: str  # why it was not played, or a remark
    entered_by: str
    at: datetime
    sheet: str
    area: str = ""  # of a free airing: where it was

    @property
    def ended(self) -> datetime | None:
        return None if self.started is None else self.started + self.row.length


@dataclass(frozen=True, slots=True)
class BundleState:
    """What came back of a stick. `told`: planned lines that a sheet spoke of, of this stick or of another with the same
    airing; `outside`: airings by hand that no delivery stands for."""

    kept: BundleKept
    lines: int
    told: int
    outside: int

    @property
    def missing(self) -> int:
        """Planned lines nobody has spoken of; 1 where nothing was planned and nothing came back."""
        return self.lines - self.told if self.lines else int(not self.outside)


class Taken(StrEnum):
    """What became of what a sheet says."""

    CONFIRMED = "confirmed"  # the delivery is CONFIRMED by it
    NOT_PLAYED = "not_played"  # the delivery is FAILED by it, and says so
    BESIDE = "beside"  # kept as a receipt of a delivery whose state had ended otherwise, and stays
    OUTSIDE = "outside"  # kept as an airing that no delivery stands for
    DIFFERENT = "different"  # likewise: its delivery stands for other bulletins by now
    NOTED = "noted"  # not played, and no delivery was ever planned: kept as an answer only
    KNOWN = "known"  # it was said before
    OTHERWISE = "otherwise"  # something else was said before: refused
    WAITING = "waiting"  # its delivery is still to be handed over: refused for now


@dataclass(frozen=True, slots=True)
class OutsideAiring:
    """An airing by hand that no delivery stands for. `key`: what it had been planned as, where it had."""

    bundle: str
    code: str
    bulletins: tuple[str, ...]
    area: str
    cluster: str
    start: datetime
    end: datetime
    key: OccurrenceKey | None
    recording: str  # sha256
    person: str
    words: str
    entered_by: str
    at: datetime
    sheet: str
