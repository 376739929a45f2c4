"""Channels: ways out. One module per kind; `registry.py` names them by the `type` of config/channels.yaml."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from pipeline.domain import Dedupe, Delivery, Evidence, Medium, Outgoing, Receipt


class Channel(Protocol):
    """A way out, set up in config/channels.yaml."""

    id: str
    medium: Medium
    max_batch: int  # orders a call
    lead: timedelta  # how long before `start` it wants to be handed the order
    dedupe: Dedupe  # what protects a repeat
    evidence: Evidence  # what its CONFIRMED rests on; NONE: it never confirms

    def check(self) -> None:
        """SendError(NOT_SENT) where settings, permission or device are missing; before any network."""

    def send(self, orders: Sequence[Outgoing]) -> list[Receipt]:
        """Start and return: one receipt per order, in order. SendError only when the whole call failed."""

    def withdraw(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        """Stop what plays, take back what waits: a receipt for each delivery that was still out."""


@runtime_checkable
class Confirms(Protocol):
    """The second face of a channel that learns later what became of an order."""

    def poll(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        """Receipts for those deliveries of which there is news; never waits. They may date from before a restart."""


UNSENT_AFTER = timedelta(seconds=60)  # what a provider does not list earlier than this may still come into its list


@dataclass(frozen=True, slots=True)
class Doubt:
    """A delivery that may or may not have gone out, with the order as it was handed over.

    Nothing of it went out before `first`, and nothing after `since`.
    """

    delivery: Delivery
    order: Outgoing
    first: datetime
    since: datetime


Taken = Callable[[Collection[str]], Collection[str]]
"""Those of a far end's names (`Delivery.ref`) that deliveries of ours hold already: they speak of no other."""


@runtime_checkable
class LooksUp(Protocol):
    """The face of a channel whose far end can be asked whether it knows of an order."""

    def look_up(self, doubts: Sequence[Doubt], taken: Taken) -> list[Receipt]:
        """A receipt for each doubt that is over; it may take as long as some requests do.

        RETRY only for what is listed nowhere `UNSENT_AFTER` behind `since`. SendError where nobody answers.
        """


@dataclass(frozen=True, slots=True)
class Call:
    """What a far end reports by itself of a delivery: `target` is path and query as they were asked for."""

    delivery: int
    target: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)  # names in small letters
    body: bytes = field(repr=False)


@runtime_checkable
class Hears(Protocol):
    """The face of a channel whose far end reports by itself what became of an order."""

    def hear(self, call: Call) -> Receipt | None:
        """The receipt; None where the report says nothing new. AccessError where it is forged or unreadable."""


@runtime_checkable
class Examines(Protocol):
    """The face of a channel whose far end can be asked whether it would take orders, without giving it one."""

    def examine(self) -> None:
        """SendError(NOT_SENT) where it would not, or nobody answers."""


@runtime_checkable
class Forgets(Protocol):
    """The face of a channel whose files must not lie about for ever."""

    def expire(self, now: datetime) -> list[str]:
        """Delete what has been kept long enough; the names of what went."""


@runtime_checkable
class Plays(Protocol):
    """The face of a channel that plays on this machine: a single pass waits for what it started."""

    def wait(self) -> None:
        """Return once nothing plays any more."""


@runtime_checkable
class Paced(Protocol):
    """The face of a provider that takes only so many messages a second of one sender (0: as many as come).

    Channels of one `sender` share what it may start; without a name each has its own.
    """

    rate: int
    sender: str


@runtime_checkable
class Overlaps(Protocol):
    """The face of a channel that takes several calls of `send` at once.

    `lanes`: so many calls; together they are never handed more than `max_batch` orders.
    """

    lanes: int


@dataclass(frozen=True, slots=True)
class Foreseen:
    """An order that is not due yet, as it would be handed over by how things stand. `bulletins`: those heard.

    `cause`: the code why it is not as planned, where it is not; `left_out`: what is lost by it.
    """

    order: Outgoing
    bulletins: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Hushed:
    """What came of asking devices to be silent. `unanswered`: those that do not say they are, with the code why.

    `receipts`: of deliveries of which it is known by now; of the rest their devices tell later what had sounded.
    """

    receipts: tuple[Receipt, ...] = ()
    answered: frozenset[str] = frozenset()
    unanswered: Mapping[str, str] = field(default_factory=dict)


class Plans(Protocol):
    """The plans of the devices of a channel: laid down, sealed and sent by the station that stands behind it."""

    def lay_down(self, orders: Sequence[Outgoing], now: datetime) -> list[Receipt]:
        """A receipt for each order, in order."""

    def take_back(self, deliveries: Sequence[Delivery], now: datetime) -> list[Receipt]: ...
    def silence(self, targets: Collection[str] | None, deliveries: Sequence[Delivery], now: datetime) -> Hushed: ...
    def news(self, deliveries: Sequence[Delivery], now: datetime) -> list[Receipt]: ...
    def foresee(self, orders: Sequence[Foreseen], now: datetime) -> None: ...
    def adopt(self, now: datetime) -> None: ...


@runtime_checkable
class Foresees(Protocol):
    """The face of a channel whose devices hold a plan of the days to come, and go by it without the station.

    They let by themselves what is more urgent go first, so nothing is taken from them for that.
    """

    ahead: timedelta
    plans: Plans | None  # whoever makes the channel part of a station puts them there

    def foresee(self, orders: Sequence[Foreseen], now: datetime) -> None:
        """All that is to come until `now` + `ahead` and was not handed over yet; what is no longer among it is off."""

    def adopt(self, now: datetime) -> None:
        """What has begun by a plan without having been handed over counts as handed over."""

    def silence(self, targets: Collection[str] | None, deliveries: Sequence[Delivery], now: datetime) -> Hushed:
        """Ask these devices (None: all) to stop whatever sounds, and take these deliveries out of their plans."""


@runtime_checkable
class Resumes(Protocol):
    """The face of a channel that can begin within a recording (`Outgoing.offset`).

    `alone`: all its clusters hear one player, which plays one thing at a time.
    """

    alone: bool
