"""What gives way to something more urgent, and goes on later where a channel can.

A channel that plays on one device (`Resumes.alone`) holds one thing at a time. Others are handed their orders ahead;
there what is more urgent takes out the entries that would sound beside it, and what comes after waits for its end.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.channels import Channel, Foresees, Resumes
from pipeline.dispatch.order import Span, whole_second
from pipeline.domain import Delivery, Receipt, State
from pipeline.errors import SendError
from pipeline.store import Airborne
from pipeline.store.rows import PREEMPTED

if TYPE_CHECKING:
    from pipeline.store import Store

LOG = logging.getLogger(__name__)

SOON = timedelta(seconds=2)
REWIND = timedelta(seconds=0.5)  # played again after a cut, so that no word is lost
WORTH_RESUMING = timedelta(seconds=2)  # of the recording that must be left
LENGTH_UNKNOWN = timedelta(hours=1)
LONGEST = timedelta(hours=8)  # no airing lasts longer: what might have begun before is over

Record = Callable[[Sequence[Receipt]], object]


class Precedence:
    """Clears the way on the clusters of a channel. `record` writes receipts down."""

    def __init__(self, store: Store, record: Record) -> None:
        self.store, self._record = store, record

    def is_alone(self, channel: Channel) -> bool:
        """Whether a channel plays one thing at a time on all its clusters."""
        return isinstance(channel, Resumes) and channel.alone

    def out(self, channel: Channel, now: datetime) -> list[Airborne]:
        """What is out and may still sound, or waits for its start."""
        until, holds = now + channel.lead + SOON, isinstance(channel, Foresees)
        return self.store.airborne(channel.id, now=now, until=until, since=now - LONGEST, doubtful=holds)

    def make_way(self, channel: Channel, out: Sequence[Airborne], seated: Iterable[Span], now: datetime) -> None:
        """Take out what would sound beside something more urgent: beside what is seated, or what has begun.

        Devices that hold a plan let by themselves what is more urgent go first, and go on afterwards.
        """
        if isinstance(channel, Foresees):
            return
        spans = [span_of(each) for each in out]
        by_target: dict[str, list[Span]] = defaultdict(list)
        for span in (*spans, *seated):
            if span.rank:
                by_target[span.target].append(span)
        in_the_way = [
            each for each, span in zip(out, spans, strict=True) if _must_go(span, by_target[span.target], now)
        ]
        self.take_out(channel, in_the_way, now)

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


def relabelled(receipt: Receipt, code: str) -> Receipt:
    """What a withdrawal brought about, with the reason we had for it."""
    return replace(receipt, code=code) if receipt.state in (State.INTERRUPTED, State.CANCELLED) else receipt


def span_of(out: Airborne, *, by_plan: bool = False) -> Span:
    """When it sounds; what was moved says so itself, of a resumed one nobody noted how late it may begin.

    `by_plan`: its device begins it in time by itself, whenever we hear of it.
    """
    rank = out.occurrence.priority.rank
    if out.moved is not None:
        return Span(out.delivery.target, rank, out.moved[0], whole_second(out.moved[1]))
    length = LENGTH_UNKNOWN if out.length is None else out.length
    start = out.occurrence.start
    if by_plan:
        return Span(out.delivery.target, rank, start, start + length)
    resumed = out.delivery.resume_of is not None
    end = max(out.since, start) + length + (out.occurrence.late_by if resumed else timedelta(0))
    return Span(out.delivery.target, rank, start, end)


def _must_go(span: Span, urgent: Iterable[Span], now: datetime) -> bool:
    """A span gives way to a more urgent one that has come, or that comes before it has begun."""
    return any(
        other.rank > span.rank and span.overlaps(other) and (other.begin <= now + SOON or span.begin > now + SOON)
        for other in urgent
    )


def _heard(receipt: Receipt) -> timedelta:
    if receipt.started is None or receipt.ended is None:
        return timedelta(0)
    return max(timedelta(0), receipt.ended - receipt.started)
