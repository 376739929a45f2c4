"""What the store says became of an airing: planned, delivered, played and heard, each for itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeline.domain import Evidence, State


class Delivered(StrEnum):
    """Whether the far end has the order and the file."""

    YES = "yes"  # it said so, or what it did later proves it
    NO = "no"
    UNKNOWN = "unknown"  # it was sent, and nobody knows whether it arrived


class ClockNote(StrEnum):
    """What the times of a device are worth. The station's own are not judged here."""

    GOOD = ""
    DOUBTED = "doubted"  # it doubted its clock itself when it began
    MENDED = "mended"  # its clock was off; the times are those of the station
    UNCHECKED = "unchecked"  # nobody compared it with the station's, or what says so is no longer kept


@dataclass(frozen=True, slots=True)
class Played:
    """What the best of the receipts about its sounding says: CONFIRMED before INTERRUPTED, then one with a start.

    `state` is one of these two. `person`: who played it, where a return sheet says so.
    """

    state: State
    evidence: Evidence
    started: datetime | None = None
    ended: datetime | None = None
    clock: ClockNote = ClockNote.GOOD
    person: str = ""


@dataclass(frozen=True, slots=True)
class Logged:
    """One delivery to a speaker cluster and what became of it. What was cut and went on is two: `resume_of`.

    `bulletins`: those it let be heard; `left_out`: planned with them, and cut. `code`: why it is in its `state`;
    `note`: why it was not handed over as planned. `heard`: the best verdict of a microphone, empty where none listened.
    """

    delivery: int
    start: datetime
    programme: str
    slot: str
    title: str
    area: str
    cluster: str
    channel: str
    bulletins: tuple[str, ...]
    left_out: tuple[str, ...]
    state: State
    code: str = ""
    note: str = ""
    resume_of: int | None = None
    delivered: Delivered = Delivered.NO
    delivered_at: datetime | None = None
    played: Played | None = None
    heard: str = ""

    @property
    def is_confirmed(self) -> bool:
        """Whether a receipt proves that it was played: so it may be of a row that had been called off."""
        return self.played is not None and self.played.state is State.CONFIRMED


@dataclass(frozen=True, slots=True)
class LogWish:
    """Airings with since ≤ start < until, in these areas, that were to bring one of these bulletins. None: all."""

    since: datetime
    until: datetime
    areas: Collection[str] | None = None
    bulletins: Collection[str] | None = None
