"""What may or may not have gone out: the provider is asked, and what it does not know goes again while in time."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.channels import UNSENT_AFTER, Channel, Confirms, Doubt, LooksUp
from pipeline.dispatch.orders import FindRecording, Orders
from pipeline.dispatch.wording import parts
from pipeline.domain import Dedupe, Delivery, Evidence, Medium, Priority, Receipt, State, TextContent
from pipeline.errors import SendError
from pipeline.store import Claimed

if TYPE_CHECKING:
    from pipeline.store import Store
    from pipeline.store.doubts import Doubtful

LOG = logging.getLogger(__name__)

MOST = 1_000  # doubts of one question
AGAIN_AFTER = timedelta(seconds=5)
NEWS_EVERY = timedelta(seconds=30)
NEWS_FOR = timedelta(days=3)  # what a provider has not reported by then it never will
MOST_NEWS = 20_000
LONG = timedelta(hours=1)  # what asking has not ended by then a person has to look at
REPEATED = "sms_emergency_again"
BY_KEY = "sms_repeat_by_key"


class Doubts:
    """Asks the providers of one station. `next_at`: when which of them is asked again."""

    def __init__(self, store: Store, orders: Orders, find: FindRecording) -> None:
        self.store, self._orders, self._find = store, orders, find
        self._next_look: dict[str, datetime] = {}
        self._next_news: dict[str, datetime] = {}

    def resolve(self, channels: Mapping[str, Channel], now: datetime) -> None:
        """Ask about doubts and, now and then, about what was taken over; takes as long as the providers do."""
        for channel in channels.values():
            if channel.medium is not Medium.SMS:
                continue
            if isinstance(channel, LooksUp) and _is_due(self._next_look, channel.id, now, AGAIN_AFTER):
                self._look_up(channel, channel, now)
            if not (isinstance(channel, LooksUp) and isinstance(channel, Confirms)):
                continue
            if channel.evidence is not Evidence.NONE and _is_due(self._next_news, channel.id, now, NEWS_EVERY):
                self._ask_news(channel.id, channel, now)

    def _look_up(self, channel: Channel, asked: LooksUp, now: datetime) -> None:
        found = self.store.doubtful(channel.id, MOST)
        doubts = [self._doubt(each, now) for each in found if each.contact is not None]
        if not doubts:
            del self._next_look[channel.id]  # the first doubt to come is asked about at once
            return
        try:
            receipts = asked.look_up(doubts, self.store.refs_taken)
        except SendError as error:
            LOG.warning("channel %s cannot be asked about %d doubts: %s", channel.id, len(doubts), error.code)
            return
        late = {each.delivery.id for each in found if now > each.row.occurrence.too_late}
        # too late to be repeated it stays a doubt: MISSED would say that it never went out
        receipts = [each for each in receipts if each.code != BY_KEY or each.delivery not in late]
        told = {each.delivery for each in receipts}
        silent = [each for each in found if each.delivery.id not in told and _may_repeat(channel, each, now)]
        again = [Receipt(each.delivery.id, now, State.RETRY, code=REPEATED) for each in silent]
        self._record([*receipts, *again], [each.delivery for each in found], _paid(doubts))

    def _ask_news(self, channel: str, asked: Confirms, now: datetime) -> None:
        waiting = self.store.taken_over(channel, now - NEWS_FOR, MOST_NEWS)
        try:
            receipts = asked.poll(waiting) if waiting else []
        except SendError as error:
            LOG.warning("channel %s cannot be asked for news: %s", channel, error.code)
            return
        self._record(receipts, waiting)

    def _doubt(self, each: Doubtful, now: datetime) -> Doubt:
        occurrence = each.row.occurrence
        content = self._orders.content(occurrence, self._find) or TextContent("")  # gone since: any words may be ours
        order = self._orders.make(Claimed(each.delivery, occurrence, each.contact), content)
        first = each.row.handed_over_at or occurrence.start
        return Doubt(each.delivery, order, first, each.delivery.since or now)

    def _record(
        self, receipts: Sequence[Receipt], asked: Sequence[Delivery], sizes: Mapping[int, int] | None = None
    ) -> None:
        """Only of those that nobody has claimed anew since: an old answer must not free what is on its way again."""
        if receipts:
            told = {each.delivery for each in receipts}
            known = {row: count for row, count in (sizes or {}).items() if row in told}
            self.store.record(receipts, fences={each.id: each.fence for each in asked}, parts=known)


def _paid(doubts: Sequence[Doubt]) -> dict[int, int]:
    """Parts of what is asked about: whoever sent it may have died before they were written down."""
    texts = {each.delivery.id: each.order.content for each in doubts}
    return {row: parts(each.text) for row, each in texts.items() if isinstance(each, TextContent) and each.text}


def _may_repeat(channel: Channel, each: Doubtful, now: datetime) -> bool:
    """Where nobody can be asked an EMERGENCY goes a second time, and never a third; all else waits for a person."""
    urgent = each.row.occurrence.priority is Priority.EMERGENCY
    quiet = now - (each.delivery.since or now) >= UNSENT_AFTER
    return channel.dedupe is Dedupe.NONE and urgent and quiet and each.delivery.attempt < 2


def next_question(channel: Channel | None, since: datetime, now: datetime) -> datetime | None:
    """When a doubt since a moment is asked about, or repeated under its key, by itself; None: a person has to look."""
    if channel is None or channel.dedupe is Dedupe.NONE or not isinstance(channel, LooksUp | Confirms):
        return None
    return max(now + AGAIN_AFTER, since + UNSENT_AFTER) if now - since < LONG else None


def same(one: Receipt, other: Receipt) -> bool:
    """Whether two receipts say the same of a delivery, whenever they came."""
    return (one.state, one.code, one.ref) == (other.state, other.code, other.ref)


def _is_due(times: dict[str, datetime], channel: str, now: datetime, every: timedelta) -> bool:
    """Whether its time has come; then the next is set. A clock that was set back does not silence it."""
    at = times.get(channel)
    if at is not None and now < at <= now + every:
        return False
    times[channel] = now + every
    return True
