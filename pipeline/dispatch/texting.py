"""SMS into one channel: the urgent first, never more claimed than may go now, and looked at anew all the time.

A batch may take hours. So every half second what may go is judged again: hours that have ended, a bulletin withdrawn,
a batch paused or called off, an EMERGENCY that has come meanwhile. Where a channel takes several calls at once each has
a lane: while one waits for the far end another claims its portion or writes down what was said.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.channels import Channel, Overlaps, Paced
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
        self.store, self._judge, self.handing, self._limit = store, judge, handing, limit
        self.monotonic, self._nap = monotonic, nap

    def serve(self, round_: Round) -> bool:
        """Send what is due; whether something is left that could go on at once."""
        channel = round_.channel
        lanes = min(channel.lanes, channel.max_batch) if isinstance(channel, Overlaps) else 1
        portions = _Portions(self, round_, channel.max_batch // lanes)
        if lanes == 1:
            self._run_lane(portions)
        else:
            with ThreadPoolExecutor(lanes, "texts") as pool:
                for lane in [pool.submit(self._run_lane, portions) for _ in range(lanes)]:
                    lane.result()
        return portions.time_is_over

    def _run_lane(self, portions: _Portions) -> None:
        while (taken := portions.take()) is not None:
            load, batch = taken
            portions.sent(load, batch, went=self.handing.send(load, batch))

    def look(self, round_: Round, now: datetime, without: set[int]) -> Ready | None:
        """What goes next."""
        channel = round_.channel
        rows = self.store.due(
            channel.id, now=now, lead=channel.lead, retry_after=round_.retry_after, least=round_.least
        )
        rows = [row for row in rows if row.id not in without and round_.wanted(row)]
        return min(self._judge(rows, now, channel.id), key=lambda each: each.key, default=None)

    def claim(self, load: Load) -> list[Claimed] | None:
        """As much of a load as may go now; None: its sender has to wait, and has waited a little."""
        limit = self._may_go(load)
        if not limit:
            return None
        batch = self.handing.claim_some(load, limit, self._limit(load.now))
        self._give_back(load.channel, limit - len(batch))
        return batch

    def _may_go(self, load: Load) -> int:
        channel = load.channel
        if not isinstance(channel, Paced) or not channel.rate:
            return load.limit
        worth = max(1, int(channel.rate * WORTH_S))
        grant = self.store.take_rate(channel.sender or channel.id, channel.rate, load.limit, worth)
        if not grant.granted:
            self._nap(min(grant.wait_s, LONGEST_NAP_S))
        return grant.granted

    def _give_back(self, channel: Channel, count: int) -> None:
        if count and isinstance(channel, Paced) and channel.rate:
            self.store.give_back_rate(channel.sender or channel.id, count)


class _Portions:
    """What one call of `serve` sends, a portion at a time: of at most `size` texts, so that all lanes together never
    hold more than the channel has in flight. One lane takes at a time; the others would only ask the same."""

    def __init__(self, texting: Texting, round_: Round, size: int) -> None:
        self._texting, self._round, self._size = texting, round_, size
        self._began = self._looked = texting.monotonic()
        self._next: Ready | None = None
        self._useless: set[int] = set()  # nothing of it went: going on at once would not help
        self._turn, self._telling = threading.Lock(), threading.Lock()
        self.time_is_over = False

    def take(self) -> tuple[Load, list[Claimed]] | None:
        """The next portion, claimed for whoever asks; None where there is none or the time is over."""
        with self._turn:
            while (load := self._load()) is not None:
                batch = self._texting.claim(load)
                if batch:
                    return load, batch
                if batch is not None:
                    self._useless.add(load.group[0].row.id)
            return None

    def sent(self, load: Load, batch: Sequence[Claimed], *, went: bool) -> None:
        """A portion was sent; `went`: at least some of it."""
        if not went:
            self._useless.add(load.group[0].row.id)
        with self._telling:
            self._round.after_each(batch, load.group[0], load.now)

    def _load(self) -> Load | None:
        now = self._texting.monotonic()
        passed = now - self._began
        self.time_is_over = self._round.within_s is not None and passed >= self._round.within_s
        if self.time_is_over:
            return None
        moment = self._round.begun + timedelta(seconds=passed)
        known = self._next
        if known is None or known.row.id in self._useless or now - self._looked >= LOOK_AGAIN_S:
            self._next, self._looked = self._texting.look(self._round, moment, self._useless), now
        if self._next is None:
            return None
        return Load(self._round.channel, [self._next], moment, self._round.retry_after, self._size)
