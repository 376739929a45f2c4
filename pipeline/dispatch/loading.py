"""What one pass hands to one channel: what is due and decided, each airing where the order gives it its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from pipeline.channels import Channel, Foresees
from pipeline.dispatch.handing import Load
from pipeline.dispatch.order import Span, earliest
from pipeline.dispatch.orders import Orders
from pipeline.dispatch.precedence import SOON, Precedence, span_of
from pipeline.dispatch.readiness import Readiness, Ready
from pipeline.dispatch.ruling import Rule
from pipeline.dispatch.timetable import CLUSTER_BUSY, DEVICE_BUSY, UNDECIDED, Seat, Timetable
from pipeline.domain import Medium, Priority
from pipeline.store import Airborne

if TYPE_CHECKING:
    from pipeline.store import Store


class Loading:
    """Puts loads together. `queued`: something waited for its cluster."""

    def __init__(self, store: Store, precedence: Precedence, orders: Orders, readiness: Readiness, rule: Rule) -> None:
        self.store, self.precedence, self.orders = store, precedence, orders
        self.readiness, self.rule = readiness, rule
        self.queued = False

    def loads(self, channel: Channel, ready: Sequence[Ready], now: datetime, retry_after: timedelta) -> list[Load]:
        """What is handed over in this pass, in the order it goes."""
        if channel.medium is Medium.SMS:
            texts = sorted(ready, key=lambda each: each.key)
            return [Load(channel, [each], now, retry_after, channel.max_batch) for each in texts]
        ready = self._decided(channel, ready, now)
        if not ready and not self.store.raised(now, now + channel.lead + SOON):
            return []
        out = self.precedence.out(channel, now)
        if self.precedence.is_alone(channel):
            return self._load_of_device(channel, ready, out, now, retry_after)
        by_plan = isinstance(channel, Foresees)
        table = self._timetable(channel, ready, [span_of(each, by_plan=by_plan) for each in out], now)
        seats = {row.row.id: self._seated(table, row) for row in table.ready}
        soon = [each for each in table.ready if any(_goes(seat, channel, now) for seat in seats[each.row.id])]
        self.precedence.make_way(channel, out, (span for each in soon for span in _spans(seats[each.row.id])), now)
        self._note_waiting([each for each in table.ready if each not in soon], seats)
        by_delivery = {seat.delivery.id: seat for each in soon for seat in seats[each.row.id]}
        return [Load(channel, soon, now, retry_after, channel.max_batch, by_delivery)] if soon else []

    def ahead(self, channel: Channel, ready: Sequence[Ready], now: datetime) -> list[Seat]:
        """Where all that is to come sounds, by the order of today: what devices that hold a plan may go by."""
        out = [span_of(each, by_plan=True) for each in self.precedence.out(channel, now)]
        some = any(each.occurrence.priority is Priority.PRIORITY for each in ready)
        before = self.rule.before(now) if some else ()
        table = Timetable(self.readiness.site, ready, (), out, now=now, alone=False, before=before, lead=channel.lead)
        return [seat for each in table.ready for seat in self._seated(table, each)]

    def _load_of_device(
        self, channel: Channel, ready: Sequence[Ready], out: Sequence[Airborne], now: datetime, retry_after: timedelta
    ) -> list[Load]:
        """The first that may begin now, unless the device holds something as urgent: its end is known when it comes."""
        table = self._timetable(channel, ready, [], now) if ready else None
        for each in table.ready if table else ():
            rank = each.occurrence.priority.rank
            if any(other.occurrence.priority.rank >= rank for other in out):
                rest = table.ready[table.ready.index(each) :] if table else []
                self.store.note_wait([one.row.id for one in rest if one.row.code != DEVICE_BUSY], DEVICE_BUSY)
                break
            seats = self._seated(table, each) if table else []
            if any(_goes(seat, channel, now) for seat in seats):
                self.precedence.take_out(channel, out, now)
                by_delivery = {seat.delivery.id: seat for seat in seats}
                return [Load(channel, [each], now, retry_after, channel.max_batch, by_delivery, once=True)]
            self._note_waiting([each], {each.row.id: seats})
        return []

    def _decided(self, channel: Channel, ready: Sequence[Ready], now: datetime) -> Sequence[Ready]:
        """Without those that wait until somebody says which of two goes first."""
        if not any(each.occurrence.priority is Priority.PRIORITY for each in ready):
            return ready
        held = self.rule.held(channel.lead, now)
        self.store.note_wait([each.row.id for each in ready if each.row.id in held], UNDECIDED)
        return [each for each in ready if each.row.id not in held]

    def _timetable(self, channel: Channel, ready: Sequence[Ready], out: Sequence[Span], now: datetime) -> Timetable:
        coming = self._coming(channel, ready, now) if ready else []
        alone = self.precedence.is_alone(channel)
        some = any(each.occurrence.priority is Priority.PRIORITY for each in (*ready, *coming))
        table = partial(Timetable, self.readiness.site, ready, coming, out, now=now, alone=alone, lead=channel.lead)
        if not some:
            return table()
        held, due = self.rule.held(channel.lead, now), {each.row.id: each.occurrence for each in ready}
        return table(before=self.rule.before(now), held=held, begin_by=self.rule.begin_by(due, channel.lead, now))

    def _coming(self, channel: Channel, ready: Sequence[Ready], now: datetime) -> list[Ready]:
        """What is planned behind what is due, as far as it might get in its way."""
        until = max(max(each.occurrence.too_late, now + each.occurrence.late_by) + each.length for each in ready)
        known, admission = {each.row.id for each in ready}, self.readiness.admission()
        rows = self.store.due(channel.id, now=now, lead=until - now)
        judged = [
            self.readiness.judge(admission, row, now, channel.id)
            for row in rows
            if row.id not in known and (row.occurrence.start > now + channel.lead or row.code == UNDECIDED)
        ]
        return [each for each in judged if isinstance(each, Ready)]

    def _seated(self, table: Timetable, ready: Ready) -> list[Seat]:
        return table.seat(
            ready, self.store.deliveries_of(ready.row.id), lambda each, of: self.orders.remaining(each, of.steps)
        )

    def _note_waiting(self, waiting: Sequence[Ready], seats: Mapping[int, Sequence[Seat]]) -> None:
        """Why something that is ready cannot begin; what has no room will be missed for that reason."""
        by_code: dict[str, list[int]] = defaultdict(list)
        for each in waiting:
            code = next((seat.code for seat in seats[each.row.id] if seat.code), CLUSTER_BUSY)
            self.queued = True
            if each.row.code != code:
                by_code[code].append(each.row.id)
        for code, ids in by_code.items():
            self.store.note_wait(ids, code)


def _goes(seat: Seat, channel: Channel, now: datetime) -> bool:
    return seat.place is not None and seat.place.begin <= earliest(now, channel.lead)


def _spans(seats: Iterable[Seat]) -> list[Span]:
    return [
        Span(seat.delivery.target, seat.ready.occurrence.priority.rank, seat.place.begin, seat.end)
        for seat in seats
        if seat.place is not None and seat.end is not None
    ]
