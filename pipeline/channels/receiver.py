"""Loa's own receivers at the communes, each with a signed plan of the days to come; `docs/fleet.md`.

The channel is thin: it says what can be ordered at all. What a receiver is handed is an airing of its plan, and plans
are kept, sealed and sent by the station's fleet, which the station puts behind the channel (`plans`). ACCEPTED: the
receiver has said that it holds the plan and every sound of it. CONFIRMED comes out of its journal, maybe weeks later.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.channels import Foreseen, Hushed, Plans
from pipeline.domain import AudioContent, Clock, Dedupe, Delivery, Evidence, Medium, Outgoing, Receipt, State
from pipeline.errors import Outcome, SendError
from pipeline.playout import intact

if TYPE_CHECKING:
    from pipeline.config.channels import ChannelSettings

LEAD = timedelta(minutes=10)
AHEAD = timedelta(days=8)
NEEDED = ("listen", "address")


def build(settings: ChannelSettings, root: Path, clock: Clock) -> ReceiverChannel:
    """The channel of `type: receiver`."""
    missing = next((each for each in NEEDED if not settings.values.get(each)), "")
    return ReceiverChannel(settings.id, clock, missing=missing)


class ReceiverChannel:
    """`missing`: a setting that is not there, and `check` says so. `plans`: put there by the station."""

    medium = Medium.LOUDSPEAKER
    max_batch = 200  # plans that are sealed and sent in one go
    lead = LEAD
    ahead = AHEAD
    dedupe = Dedupe.KEY  # a receiver begins an airing once, however many plans hold it
    evidence = Evidence.DEVICE

    def __init__(self, id: str, clock: Clock, *, missing: str = "") -> None:
        self.id, self._clock, self._missing = id, clock, missing
        self.plans: Plans | None = None

    def check(self) -> None:
        """The settings are there."""
        if self._missing:
            raise SendError("channel_setting_missing", Outcome.NOT_SENT, channel=self.id, setting=self._missing)

    def send(self, orders: Sequence[Outgoing]) -> list[Receipt]:
        """ACCEPTED where the receiver is known to hold it, UNKNOWN `receiver_not_heard` where it has not said so."""
        plans, now = self._plans(), self._clock()
        refused = {order.delivery: code for order in orders if (code := self._refusal(order, now))}
        laid = plans.lay_down([each for each in orders if each.delivery not in refused], now)
        said = {each.delivery: each for each in laid}
        for delivery, code in refused.items():
            said[delivery] = Receipt(delivery, now, State.FAILED, code=code)
        return [said[order.delivery] for order in orders]

    def withdraw(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        """Out of the plans: CANCELLED what has not begun, INTERRUPTED what sounded, as soon as that is known."""
        return self._plans().take_back(deliveries, self._clock())

    def poll(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        """ACCEPTED what a receiver holds by now, MISSED what its journal, whole by now, says nothing of."""
        return self._plans().news(deliveries, self._clock())

    def silence(self, targets: Collection[str] | None, deliveries: Sequence[Delivery], now: datetime) -> Hushed:
        return self._plans().silence(targets, deliveries, now)

    def foresee(self, orders: Sequence[Foreseen], now: datetime) -> None:
        self._plans().foresee([each for each in orders if isinstance(each.order.content, AudioContent)], now)

    def adopt(self, now: datetime) -> None:
        if self.plans is not None:
            self.plans.adopt(now)

    def _plans(self) -> Plans:
        self.check()
        if self.plans is None:
            raise SendError("receiver_plans_unset", Outcome.NOT_SENT, channel=self.id)
        return self.plans

    def _refusal(self, order: Outgoing, now: datetime) -> str:
        if not isinstance(order.content, AudioContent):
            return "channel_needs_audio"
        if order.is_quiet(now):
            return "outside_window"
        return intact(order.content.recording)
