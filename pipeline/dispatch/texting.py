"""SMS into one channel: the urgent first, never more claimed than may go now, and looked at anew all the time.

A batch may take hours. So every half second what may go is judged again: hours that have ended, a bulletin withdrawn,
a batch paused or called off, an EMERGENCY that has come meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.channels import Channel, Paced
from pipeline.dispatch.handing import Handing, Load
from pipeline.dispatch.readiness import Ready
from pipeline.domain import Priority
from pipeline.store import Claimed, DayLimit, PlannedRow

if TYPE_CHECKING:
    from pipeline.store import Store

LOOK_AGAIN_S = 0.5
LONGEST_NAP_S = 0.2
WORTH_S = 0.05  # so many seconds' messages are worth a transaction

Judge = Callable[[Sequence[PlannedRow], datetime, str], list[Ready]]
Monotonic = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Round:
    """What one call serves. `within_s`: how long it may take (None: until nothing is left)."""

    channel: Channel
    begun: datetime
    least: Priority
    retry_after: timedelta
    wanted: Callable[[PlannedRow], bool]
    after_each: Callable[[Sequence[Claimed], Ready, datetime], None]
    within_s: float | None = None


class Texting:
    """Sends texts. `limit`: how many a number may get on the day of a moment. `nap` waits for the sender's rate."""

    def __init__(
        self,
        store: Store,
        judge: Judge,
        handing: Handing,
        limit: Callable[[datetime], DayLimit],
        *,
        monotonic: Monotonic = time.monotonic,
        nap: Callable[[float], None] = time.sleep,
    ) -> None:
        self.store, self._judge, self._handing, self._limit = store, judge, handing, limit
        self._monotonic, self._nap = monotonic, nap

    def serve(self, round_: Round) -> bool:
        """Send what is due; whether something is left that could go on at once."""
        began = self._monotonic()
        useless: set[int] = set()  # nothing of it went: going on at once would not help
        while True:
            passed = self._monotonic() - began
            if round_.within_s is not None and passed >= round_.within_s:
                return True
            now = round_.begun + timedelta(seconds=passed)
            ready = self._ready(round_, now, useless)
            if not ready:
                return False
            if not self._send_for_a_moment(round_, ready[0], now):
                useless.add(ready[0].row.id)

    def _ready(self, round_: Round, now: datetime, without: set[int]) -> list[Ready]:
        channel = round_.channel
        rows = self.store.due(
            channel.id, now=now, lead=channel.lead, retry_after=round_.retry_after, least=round_.least
        )
        rows = [row for row in rows if row.id not in without and round_.wanted(row)]
        return sorted(self._judge(rows, now, channel.id), key=lambda each: each.key)

    def _send_for_a_moment(self, round_: Round, ready: Ready, now: datetime) -> bool:
        """Batches of one occurrence until it is time to look around; False where nothing was to be had or went."""
        load = Load(round_.channel, [ready], now, round_.retry_after, round_.channel.max_batch)
        began = self._monotonic()
        while True:
            limit = self._may_go(round_.channel)
            if not limit:
                if self._monotonic() - began >= LOOK_AGAIN_S:
                    return True
                continue
            moment = now + timedelta(seconds=self._monotonic() - began)
            batch, went = self._handing.hand_over_some(load, limit, moment, self._limit(moment))
            self._give_back(round_.channel, limit - len(batch))
            if not batch:
                return False
            round_.after_each(batch, ready, moment)
            if not went:
                return False
            if self._monotonic() - began >= LOOK_AGAIN_S:
                return True

    def _may_go(self, channel: Channel) -> int:
        """How many may be claimed now; waits a little where it is none."""
        if not isinstance(channel, Paced) or not channel.rate:
            return channel.max_batch
        worth = max(1, int(channel.rate * WORTH_S))
        grant = self.store.take_rate(channel.sender or channel.id, channel.rate, channel.max_batch, worth)
        if not grant.granted:
            self._nap(min(grant.wait_s, LONGEST_NAP_S))
        return grant.granted

    def _give_back(self, channel: Channel, count: int) -> None:
        if count and isinstance(channel, Paced) and channel.rate:
            self.store.give_back_rate(channel.sender or channel.id, count)
