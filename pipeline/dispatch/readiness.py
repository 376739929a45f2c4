"""Which rows can be handed over now, and why the others wait or are missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from pipeline.dispatch.admission import OUTSIDE, Admission, Refusal
from pipeline.dispatch.order import Key, Step, key_of
from pipeline.dispatch.orders import FindRecording, HandOver, Orders
from pipeline.domain import AudioContent, Medium, Occurrence, Priority, Recording, TextContent
from pipeline.errors import LoaError
from pipeline.site import Site
from pipeline.store import PlannedRow

FALLBACK_WITHHELD = "fallback_withheld"
NOTHING_READY = {Medium.LOUDSPEAKER: "not_produced", Medium.SMS: "bulletin_without_sms"}


class Cutting(Protocol):
    """What production knows of an airing's bulletins, and the airing with only the first of them."""

    def steps(self, occurrence: Occurrence) -> Sequence[tuple[timedelta, tuple[str, ...]]]:
        """For each number of first bulletins: how long only those take, and which are heard."""

    def shortened(self, occurrence: Occurrence, steps: int, now: datetime) -> Recording | None:
        """The recording of only so many; None where it cannot be made."""

    def left_out(self, occurrence: Occurrence) -> tuple[str, ...]:
        """The bulletins for which the length of its slot has no room."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A row of which something can be handed over now: what of it may air, and what it sounds or reads like.

    `steps`: where it may end, the whole last. `left_out`: bulletins for which its own length has no room.
    """

    row: PlannedRow
    occurrence: Occurrence
    content: AudioContent | TextContent
    steps: tuple[Step, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        return key_of(self.occurrence)

    @property
    def length(self) -> timedelta:
        return self.steps[-1].length if self.steps else timedelta(0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be done with a row that is not ready: it waits, or is missed at once (`final`), for this reason."""

    code: str
    final: bool = False


class Readiness:
    """Judges rows; writes nothing. `left_out` collects the bulletins that airings go without, and why."""

    def __init__(
        self,
        site: Site,
        orders: Orders,
        refusal: Refusal,
        find: FindRecording,
        *,
        hand_over: HandOver,
        cutting: Cutting | None,
        fallback_from: Priority,
    ) -> None:
        self.site, self.orders, self.refusal, self.find = site, orders, refusal, find
        self.hand_over, self.cutting, self.fallback_from = hand_over, cutting, fallback_from
        self.left_out: dict[str, str] = {}

    def admission(self) -> Admission:
        """For one pass."""
        return Admission(self.site, self.refusal)

    def judge(self, admission: Admission, row: PlannedRow, now: datetime, channel: str = "") -> Ready | Verdict:
        """What can be handed over, or what is to be done with the row instead."""
        try:
            return self._judge(admission, row, now, channel)
        except LoaError as error:  # what is wrong with one must not keep the others
            return Verdict(error.code)

    def shortened(self, ready: Ready, steps: int, channel: str, now: datetime) -> Recording | None:
        """The file a channel is handed for only the first steps."""
        recording = self.cutting.shortened(ready.occurrence, steps, now) if self.cutting else None
        return self.hand_over(recording, channel) if recording else None

    def _judge(self, admission: Admission, row: PlannedRow, now: datetime, channel: str) -> Ready | Verdict:
        if not row.occurrence.bulletins:
            return Verdict("no_bulletins_left", final=True)
        admitted = admission.admit(row.occurrence, now)
        begun = row.handed_over_at is not None
        if admitted.code or (begun and admitted.left_out):  # what was frozen goes as it is, or not at all
            return Verdict(next(iter(admitted.left_out.values())))
        occurrence = admitted.occurrence
        if not begun and admission.is_planned_outside(occurrence):
            return Verdict(OUTSIDE, final=True)
        if admission.is_quiet(occurrence, now):
            return Verdict(OUTSIDE)
        if self._is_withheld(occurrence):
            return Verdict(FALLBACK_WITHHELD)
        content = self.orders.content(occurrence, partial(self._found, channel))
        if content is None:  # it stays planned until it is produced, or until it is too late and says so
            return Verdict(NOTHING_READY[occurrence.medium])
        self.left_out.update(admitted.left_out)
        return self._ready(row, occurrence, content)

    def _ready(self, row: PlannedRow, occurrence: Occurrence, content: AudioContent | TextContent) -> Ready:
        if not isinstance(content, AudioContent):
            return Ready(row, occurrence, content)
        whole = timedelta(seconds=content.recording.duration_s)
        left_out = self.cutting.left_out(occurrence) if self.cutting else ()
        before = [Step(*each) for each in self.cutting.steps(occurrence)[:-1]] if self.cutting else []
        heard = tuple(name for name in occurrence.bulletins if name not in left_out)
        return Ready(row, occurrence, content, (*before, Step(whole, heard)), left_out)

    def _is_withheld(self, occurrence: Occurrence) -> bool:
        """Whether it waits for a better voice: the station would rather be silent than speak with a fallback."""
        if occurrence.medium is not Medium.LOUDSPEAKER or occurrence.priority.rank >= self.fallback_from.rank:
            return False
        recording = self.find(occurrence)
        return recording is not None and recording.fallback

    def _found(self, channel: str, occurrence: Occurrence) -> Recording | None:
        recording = self.find(occurrence)
        return self.hand_over(recording, channel) if recording else None
