"""Receivers asked to be silent, and airings taken out of their plans; what is known of them by then, and no more.

An answer proves that nothing sounds now. Whether anything had begun is the journal's to say, which mostly follows the
answer within a second; what neither journal nor status names stays open until it has been heard of.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.channels import Hushed
from pipeline.domain import FINAL, Clock, Delivery, Evidence, Receipt, State
from pipeline.errors import AccessError
from pipeline.fleet.commanding import Commanding
from pipeline.fleet.issuing import Issuing
from pipeline.fleet.journals import status_of
from pipeline.fleet.plans import KEY
from pipeline.fleet.reasons import why_unusable
from pipeline.protocol.command import Order
from pipeline.store.rows_receivers import LaidDown, ReceiverRow

if TYPE_CHECKING:
    from pipeline.store import Store

LOG = logging.getLogger(__name__)

SILENT_S = 2.5  # how long a stop waits for the receivers' word
UNASKED, UNANSWERED, REFUSED = "receiver_stop_unasked", "receiver_stop_unanswered", "receiver_stop_refused"

WaitFor = Callable[[Callable[[], bool], float], None]
"""Waits until it is so, looking whenever a receiver has spoken, for so many seconds at most."""


@dataclass(frozen=True, slots=True)
class _Known:
    """Of deliveries: how they stood in the plans, and when those began that are known to have begun."""

    laid: Mapping[int, LaidDown]
    rows: Mapping[str, ReceiverRow]
    playing: Collection[int]
    spoken: Collection[str]

    def may_have_begun(self, delivery: int, now: datetime) -> bool:
        found = self.laid.get(delivery)
        return found is not None and (found.begins <= now or delivery in self.playing)

    def never_began(self, delivery: int) -> bool:
        """Its receiver took a plan without it, and all that it did until then is here and does not name it; or no plan
        was ever issued for it."""
        found = self.laid[delivery]
        row = self.rows.get(found.receiver)
        if row is None or not row.plan_version:
            return True
        told, whole = 0 < found.gone <= row.held_version, row.complete_at is not None
        return told and whole and row.complete_at == row.contact_at and KEY.format(delivery) not in self.spoken


class Silencing:
    """For one channel's receivers."""

    def __init__(self, store: Store, issuing: Issuing, commanding: Commanding, clock: Clock, wait_for: WaitFor) -> None:
        self._store, self._issuing, self._commanding = store, issuing, commanding
        self._clock, self._wait_for = clock, wait_for

    def silence(self, channel: str, members: Collection[str], deliveries: Sequence[Delivery], now: datetime) -> Hushed:
        """Let these receivers be silent, whatever sounds there and by whichever plan, and take deliveries back."""
        known = self._known(deliveries)
        commands = self._command(dict.fromkeys(members, ()), now)
        self._take_out(channel, known, members, now)
        return self._hushed(known, deliveries, commands, members, now)

    def take_back(self, channel: str, deliveries: Sequence[Delivery], now: datetime) -> list[Receipt]:
        """The same of what these deliveries have begun, and of nothing else."""
        known = self._known(deliveries)
        self._take_out(channel, known, (), now)
        named: dict[str, tuple[str, ...]] = {}
        for each in deliveries:
            if known.may_have_begun(each.id, now):
                receiver = known.laid[each.id].receiver
                named[receiver] = (*named.get(receiver, ()), KEY.format(each.id))
        return list(self._hushed(known, deliveries, self._command(named, now), named, now).receipts)

    def _known(self, deliveries: Sequence[Delivery]) -> _Known:
        laid = self._store.airings_laid(each.id for each in deliveries)
        rows = {each.id: each for each in self._store.receivers({each.receiver for each in laid.values()})}
        sounding = {name: status.playing for name, row in rows.items() if (status := status_of(row)) is not None}
        playing = {id for id, each in laid.items() if sounding.get(each.receiver) == KEY.format(id)}
        return _Known(laid, rows, playing, self._store.airings_spoken_of(KEY.format(id) for id in laid))

    def _command(self, asked: Mapping[str, tuple[str, ...]], now: datetime) -> dict[str, str]:
        try:
            return self._commanding.give(Order.SILENCE, asked, now)
        except (AccessError, OSError) as error:
            LOG.warning("no receiver could be asked to be silent: %s", why_unusable(error))
            return {}

    def _take_out(self, channel: str, known: _Known, members: Collection[str], now: datetime) -> None:
        """Also what has begun there and is settled: whoever lost its journal would begin it again."""
        changed = {*self._store.withdraw_airings(channel, known.laid, now), *self._store.withdraw_begun(members, now)}
        try:
            self._issuing.issue(changed, now, at_once=True)
        except (AccessError, OSError) as error:  # fetched later: the rows say already what is out
            LOG.warning("plans could not be sealed: %s", why_unusable(error))

    def _hushed(
        self,
        known: _Known,
        deliveries: Sequence[Delivery],
        commands: Mapping[str, str],
        asked: Collection[str],
        now: datetime,
    ) -> Hushed:
        until = time.monotonic() + SILENT_S
        replies = self._commanding.wait(commands.values(), SILENT_S) if commands else {}
        answered = {name for name, id in commands.items() if id in replies and not replies[id].code}
        unanswered = {
            name: REFUSED if commands.get(name) in replies else UNANSWERED if name in commands else UNASKED
            for name in asked
            if name not in answered
        }
        begun = [each.id for each in deliveries if known.may_have_begun(each.id, now)]
        open_ = {id for id in begun if known.laid[id].receiver in answered and not known.never_began(id)}
        if open_:
            self._wait_for(lambda: not self._still_open(open_), until - time.monotonic())
        sounded = self._sounded(known, self._still_open(open_))
        receipts = [
            Receipt(each.id, now, State.CANCELLED, ref=each.ref)
            for each in deliveries
            if each.id not in begun or known.never_began(each.id)
        ]
        receipts += [self._interrupted(each, sounded[each.id]) for each in deliveries if each.id in sounded]
        return Hushed(tuple(receipts), frozenset(answered), unanswered)

    def _still_open(self, ids: Collection[int]) -> set[int]:
        return {each.id for each in self._store.deliveries(ids) if each.state not in FINAL}

    def _sounded(self, known: _Known, ids: Collection[int]) -> dict[int, datetime]:
        """Those that began by journal or status, and when (by the plan, where only the status says so)."""
        began = self._store.airings_began({KEY.format(id): known.laid[id].receiver for id in ids})
        return {
            id: began.get(KEY.format(id), known.laid[id].begins)
            for id in ids
            if id in known.playing or KEY.format(id) in began
        }

    def _interrupted(self, delivery: Delivery, began: datetime) -> Receipt:
        stopped = self._clock()
        times = min(began, stopped), stopped
        return Receipt(delivery.id, stopped, State.INTERRUPTED, Evidence.NONE, "", delivery.ref, *times)
