"""Batch by batch into a channel: claimed, handed over, written down. The one place that calls `Channel.send`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.channels import Channel
from pipeline.dispatch.order import earliest
from pipeline.dispatch.orders import Orders
from pipeline.dispatch.readiness import NOTHING_READY, Readiness, Ready
from pipeline.dispatch.timetable import CLUSTER_BUSY, QUEUED, Seat
from pipeline.dispatch.wording import parts
from pipeline.domain import AudioContent, Medium, Outgoing, Receipt, Recording, State, TextContent
from pipeline.errors import Outcome, SendError
from pipeline.store import Adjustment, Claimed, DayLimit

if TYPE_CHECKING:
    from pipeline.store import Store

LOG = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)

AFTER_FAILED_CALL: Mapping[Outcome, State] = {
    Outcome.NOT_SENT: State.RETRY,
    Outcome.UNKNOWN: State.UNKNOWN,
    Outcome.REFUSED: State.FAILED,
}

Record = Callable[[Sequence[Receipt], Sequence[Claimed], Mapping[int, str], Mapping[int, int]], None]
Told = Callable[[Sequence[tuple[Ready, Adjustment]], datetime], None]


@dataclass(frozen=True, slots=True)
class Load:
    """What one pass hands to one channel. `seats` by delivery; a text needs none. `limit`: orders a call."""

    channel: Channel
    group: Sequence[Ready]
    now: datetime
    retry_after: timedelta
    limit: int
    seats: Mapping[int, Seat] = field(default_factory=dict)
    once: bool = False  # a device that plays one thing at a time takes one airing, for all its clusters
    clock_in_doubt: bool = False  # what is noted of its times may be wrong


class Handing:
    """Hands loads over. `record` writes receipts down, `tell` says what was cut or moved."""

    def __init__(self, store: Store, orders: Orders, readiness: Readiness, record: Record, tell: Told) -> None:
        self.store, self.orders, self.readiness, self._record, self._tell = store, orders, readiness, record, tell

    def hand_over(self, load: Load, after_each: Callable[[Sequence[Claimed]], None]) -> None:
        """What is claimed when we die is what nobody can know, so never more than one call takes."""
        wanted = [(each.row, each.occurrence) for each in load.group]
        while wanted:
            first = wanted[: load.limit]  # each has a delivery that waits: one call takes no more
            batch = self.store.claim_all(
                load.channel.id, first, now=load.now, limit=load.limit, lease=LEASE, retry_after=load.retry_after
            )
            if len(batch) < load.limit:
                wanted = wanted[load.limit :]
            if not batch:
                continue
            if not self.send(load, batch):
                return
            after_each(batch)
            if load.once:
                return

    def claim_some(self, load: Load, limit: int, today: DayLimit) -> list[Claimed]:
        """At most `limit` texts, held for whoever sends them now."""
        wanted = [(each.row, each.occurrence) for each in load.group]
        return self.store.claim_all(
            load.channel.id, wanted, now=load.now, limit=limit, lease=LEASE, retry_after=load.retry_after, today=today
        )

    def send(self, load: Load, batch: Sequence[Claimed]) -> bool:
        """Send one batch and write down its receipts. False: nothing of it went and going on at once is useless."""
        orders, waiting = self._orders_of(load, batch)
        sent = [each for each, _ in orders]
        try:
            receipts = load.channel.send([order for _, order in orders]) if orders else []
        except SendError as error:
            receipts = _all_failed(sent, error.code, AFTER_FAILED_CALL[error.outcome], load.now)
        except Exception:
            LOG.exception("channel %s failed", load.channel.id)
            receipts = _all_failed(sent, "channel_fault", State.UNKNOWN, load.now)
        receipts += waiting
        hashes = {
            order.delivery: order.content.recording.sha256
            for _, order in orders
            if isinstance(order.content, AudioContent)
        }
        taken = {each.delivery: parts(each.content.text) for _, each in orders if isinstance(each.content, TextContent)}
        self._record(receipts, batch, hashes, taken)
        return any(receipt.state is not State.RETRY for receipt in receipts)

    def _orders_of(self, load: Load, batch: Sequence[Claimed]) -> tuple[list[tuple[Claimed, Outgoing]], list[Receipt]]:
        """The orders of a batch with what is written of them beforehand, and receipts for what has to wait."""
        by_row = {each.row.id: each for each in load.group}
        orders: list[tuple[Claimed, Outgoing]] = []
        waiting: list[Receipt] = []
        changed: list[tuple[Ready, Adjustment]] = []
        cuts: dict[tuple[int, int], Recording | None] = {}
        for each in batch:
            ready, seat = by_row[each.delivery.occurrence], load.seats.get(each.delivery.id)
            code = self._why_not(load, ready, seat, cuts)
            if code:
                waiting += _all_failed([each], code, State.RETRY, load.now)
                continue
            queued = seat is not None and _queued(seat, load)
            adjustment = seat.adjustment(queued=queued, clock_in_doubt=load.clock_in_doubt) if seat else None
            if adjustment is not None:
                changed.append((ready, adjustment))
            orders.append((each, self._order(each, ready, seat, cuts)))
        known = {adjustment.delivery for _, adjustment in changed}
        again = [each.delivery.id for each, _ in orders if each.delivery.attempt > 1 and each.delivery.id not in known]
        self.store.adjust([adjustment for _, adjustment in changed], load.now, unadjusted=again)
        if changed:
            self._tell(changed, load.now)
        return orders, waiting

    def _why_not(
        self, load: Load, ready: Ready, seat: Seat | None, cuts: dict[tuple[int, int], Recording | None]
    ) -> str:
        if load.channel.medium is Medium.SMS:
            return ""
        if seat is None or seat.place is None or seat.place.begin > earliest(load.now, load.channel.lead):
            return (seat.code if seat else "") or CLUSTER_BUSY
        if not seat.is_cut:
            return ""
        key = ready.row.id, seat.place.steps
        if key not in cuts:
            cuts[key] = self.readiness.shortened(ready, seat.place.steps, load.channel.id, load.now)
        return "" if cuts[key] else NOTHING_READY[Medium.LOUDSPEAKER]

    def _order(
        self, claimed: Claimed, ready: Ready, seat: Seat | None, cuts: Mapping[tuple[int, int], Recording | None]
    ) -> Outgoing:
        content = ready.content
        if seat is not None and seat.place is not None and seat.is_cut and isinstance(content, AudioContent):
            recording = cuts[ready.row.id, seat.place.steps]
            assert recording is not None
            content = replace(content, recording=recording)
        return self.orders.make(claimed, content, seat.place if seat else None)


def _queued(seat: Seat, load: Load) -> bool:
    """Whether it begins late because something else sounded, and not because nobody was there."""
    if seat.place is None:
        return False
    waited = seat.ready.row.code in QUEUED or seat.delivery.code in QUEUED or seat.delivery.resume_of is not None
    return waited or seat.place.begin > load.now + timedelta(seconds=1)


def _all_failed(batch: Sequence[Claimed], code: str, state: State, now: datetime) -> list[Receipt]:
    return [Receipt(delivery=each.delivery.id, at=now, state=state, code=code) for each in batch]
