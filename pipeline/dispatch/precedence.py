"""Who goes first on a cluster: priority, then start, then the row's number. What is cut goes on where a channel can.

A channel that plays on one device (`Resumes.alone`) holds one thing at a time. Others are handed their orders ahead;
there what is more urgent takes out the entries that would sound beside it, and what comes after waits for its end.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipeline.channels import Channel, Resumes
from pipeline.domain import AudioContent, Delivery, Occurrence, Receipt, State, TextContent
from pipeline.errors import SendError
from pipeline.store import Airborne, PlannedRow, Store
from pipeline.store.deliveries import PREEMPTED

LOG = logging.getLogger(__name__)

SOON = timedelta(seconds=2)
REWIND = timedelta(seconds=0.5)  # played again after a cut, so that no word is lost
WORTH_RESUMING = timedelta(seconds=2)  # of the recording that must be left
LENGTH_UNKNOWN = timedelta(hours=1)

Record = Callable[[Sequence[Receipt]], object]


@dataclass(frozen=True, slots=True)
class Ready:
    """A row of which something can be handed over now: what of it may air, and what it sounds or reads like."""

    row: PlannedRow
    occurrence: Occurrence
    content: AudioContent | TextContent

    @property
    def order(self) -> tuple[int, datetime, int]:
        return -self.occurrence.priority.rank, self.occurrence.start, self.row.id


@dataclass(frozen=True, slots=True)
class Span:
    """What a cluster hears, from when to when."""

    target: str
    rank: int
    begin: datetime
    end: datetime

    def overlaps(self, other: Span) -> bool:
        return self.begin < other.end and other.begin < self.end


class Precedence:
    """Clears the way on the clusters of a channel. `record` writes receipts down."""

    def __init__(self, store: Store, record: Record) -> None:
        self.store, self._record = store, record

    def is_alone(self, channel: Channel) -> bool:
        """Whether a channel plays one thing at a time on all its clusters."""
        return isinstance(channel, Resumes) and channel.alone

    def make_way(self, channel: Channel, ready: Sequence[Ready], now: datetime) -> list[Span]:
        """Take out what must give way to what is ready or has begun. Returns all that others may have to wait for."""
        until = now + channel.lead + SOON
        if not any(each.occurrence.priority.rank for each in ready) and not self.store.raised(now, until):
            return []
        out = self.store.airborne(channel.id, now=now, until=until)
        spans = [_span(each) for each in out]
        urgent = [span for each in ready if each.occurrence.priority.rank for span in _spans(each, now)]
        urgent += [span for span in spans if span.rank]
        by_target: dict[str, list[Span]] = defaultdict(list)
        for span in urgent:
            by_target[span.target].append(span)
        in_the_way = [
            each for each, span in zip(out, spans, strict=True) if _must_go(span, by_target[span.target], now)
        ]
        self.take_out(channel, in_the_way, now)
        return urgent

    def free_device(self, channel: Channel, ready: Sequence[Ready], now: datetime) -> bool:
        """Whether the first of `ready` may have the device: it is free, or holds only what is less urgent."""
        out = self.store.airborne(channel.id, now=now, until=now + channel.lead + SOON)
        rank = ready[0].occurrence.priority.rank
        if any(each.occurrence.priority.rank >= rank for each in out):
            return False
        self.take_out(channel, out, now)
        return True

    def take_out(self, channel: Channel, out: Sequence[Airborne], now: datetime) -> None:
        """Withdraw what has to give way, and let it go on later where that is possible."""
        if not out:
            return
        try:
            receipts = channel.withdraw([each.delivery for each in out])
        except SendError as error:
            LOG.warning("channel %s could not withdraw: %s", channel.id, error.code)
            return
        self._record([relabelled(receipt, PREEMPTED) for receipt in receipts])
        lengths = {each.delivery.id: each.length for each in out}
        again = [each.delivery for each in receipts if self._goes_on(channel, each, lengths.get(each.delivery))]
        self.store.resume(again, now)

    def _goes_on(self, channel: Channel, receipt: Receipt, length: timedelta | None) -> bool:
        if receipt.state is State.CANCELLED:
            return True  # it never sounded
        if receipt.state is not State.INTERRUPTED or not isinstance(channel, Resumes):
            return False
        (delivery,) = self.store.deliveries([receipt.delivery])
        heard = self.offset(delivery) + _heard(receipt)
        return length is None or length - heard > WORTH_RESUMING

    def offset(self, delivery: Delivery) -> timedelta:
        """Where in its recording a delivery begins: behind what those it continues were heard of."""
        total = timedelta(0)
        while delivery.resume_of is not None:
            said = self.store.receipts_of(delivery.resume_of)
            heard = max((_heard(each) for each in said if each.state is State.INTERRUPTED), default=timedelta(0))
            total += max(timedelta(0), heard - REWIND)
            (delivery,) = self.store.deliveries([delivery.resume_of])
        return total


def start_after(span: Span, others: Iterable[Span]) -> datetime:
    """When `span` may begin on its cluster so that it cuts nothing more urgent."""
    begin = span.begin
    for other in sorted(others, key=lambda each: each.begin):
        moved = Span(span.target, span.rank, begin, begin + (span.end - span.begin))
        if other.target == span.target and other.rank > span.rank and moved.overlaps(other):
            begin = other.end
    return begin


def relabelled(receipt: Receipt, code: str) -> Receipt:
    """What a withdrawal brought about, with the reason we had for it."""
    return replace(receipt, code=code) if receipt.state in (State.INTERRUPTED, State.CANCELLED) else receipt


def _must_go(span: Span, urgent: Iterable[Span], now: datetime) -> bool:
    """A span gives way to a more urgent one that has come, or that comes before it has begun."""
    return any(
        other.rank > span.rank and span.overlaps(other) and (other.begin <= now + SOON or span.begin >= other.begin)
        for other in urgent
    )


def _span(out: Airborne) -> Span:
    """A late one was moved, nobody noted how far: it may sound until its length after its last useful start."""
    length = LENGTH_UNKNOWN if out.length is None else out.length
    start = out.occurrence.start
    moved = out.delivery.resume_of is not None
    end = max(out.since, start) + length + (out.occurrence.late_by if moved else timedelta(0))
    return Span(out.delivery.target, out.occurrence.priority.rank, start, end)


def _spans(ready: Ready, now: datetime) -> list[Span]:
    if not isinstance(ready.content, AudioContent):
        return []
    begin = max(ready.occurrence.start, now)
    end = begin + timedelta(seconds=ready.content.recording.duration_s)
    return [Span(target, ready.occurrence.priority.rank, begin, end) for target in ready.occurrence.targets]


def _heard(receipt: Receipt) -> timedelta:
    if receipt.started is None or receipt.ended is None:
        return timedelta(0)
    return max(timedelta(0), receipt.ended - receipt.started)
