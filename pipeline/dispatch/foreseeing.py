"""What lies ahead for devices that hold a plan: each airing as it would be handed over by how things stand today.

The same approvals, hours, recordings and order decide as at hand-over, so that what a device holds for days is what it
is handed in the end, word for word; what changes meanwhile changes its plan.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.channels import Channel, Foreseen, Foresees
from pipeline.dispatch.loading import Loading
from pipeline.dispatch.orders import Orders
from pipeline.dispatch.readiness import Readiness, Ready
from pipeline.dispatch.timetable import Seat
from pipeline.domain import AudioContent
from pipeline.store import Claimed

if TYPE_CHECKING:
    from pipeline.store import Store

LOOK_AGAIN_S = 900.0  # a file may be gone, a place to report may have become stale: nothing writes that down


class Foreseeing:
    """Looks ahead for the channels that want it. `readiness`: one of its own, since what it judges is not due yet."""

    def __init__(self, store: Store, orders: Orders, readiness: Readiness, loading: Loading) -> None:
        self.store, self.orders, self.readiness, self.loading = store, orders, readiness, loading
        self._marks: dict[str, tuple[str, float]] = {}
        self._looking = threading.Lock()

    def look(self, channels: Mapping[str, Channel], now: datetime) -> None:
        """Hand over what is foreseen, where anything has changed since it was last."""
        with self._looking:
            for channel in channels.values():
                if isinstance(channel, Foresees) and channel.plans is not None:
                    mark = self._mark(channel, now)
                    if mark is not None:
                        channel.foresee(list(self._foreseen(channel, now)), now)
                        self._marks[channel.id] = mark, time.monotonic()

    def _mark(self, channel: Channel, now: datetime) -> str | None:
        """What things stand like; None where they stood so when it was last looked."""
        assert isinstance(channel, Foresees)
        today = now.astimezone(self.readiness.site.station.timezone).date()
        found = f"{today} {self.store.plan_mark(channel.id, now, now + channel.ahead)}"
        known, at = self._marks.get(channel.id, ("", 0.0))
        return None if found == known and time.monotonic() - at < LOOK_AGAIN_S else found

    def _foreseen(self, channel: Channel, now: datetime) -> Iterator[Foreseen]:
        assert isinstance(channel, Foresees)
        admission = self.readiness.admission()
        rows = self.store.due(channel.id, now=now, lead=channel.ahead)
        judged = [self.readiness.judge(admission, row, now, channel.id) for row in rows]
        for seat in self.loading.ahead(channel, [each for each in judged if isinstance(each, Ready)], now):
            if seat.delivery.channel == channel.id and (found := self._order(seat, channel, now)) is not None:
                yield found

    def _order(self, seat: Seat, channel: Channel, now: datetime) -> Foreseen | None:
        content, place = seat.ready.content, seat.place
        if place is None or not isinstance(content, AudioContent):
            return None
        if seat.is_cut:
            shortened = self.readiness.shortened(seat.ready, place.steps, channel.id, now)
            if shortened is None:
                return None
            content = AudioContent(shortened, content.title)
        order = self.orders.make(Claimed(seat.delivery, seat.ready.occurrence), content, place)
        adjusted = seat.adjustment(queued=place.begin > seat.ready.occurrence.start)
        if adjusted is None:
            return Foreseen(order, seat.steps[-1].bulletins)
        return Foreseen(order, adjusted.bulletins, adjusted.left_out, adjusted.code)
