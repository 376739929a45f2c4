"""Silence now: what sounds is stopped, what was handed over is taken back, what is due is called off.

A command reaches the running station by a row of `requests`; the station answers within a second.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipeline.channels import Channel, Confirms, Foresees
from pipeline.dispatch.calendar import HORIZON
from pipeline.dispatch.precedence import LENGTH_UNKNOWN, relabelled
from pipeline.domain import Evidence, Medium, Receipt, State
from pipeline.errors import SendError
from pipeline.store import Airborne

if TYPE_CHECKING:
    from pipeline.store import Store

LOG = logging.getLogger(__name__)

SEND, STOP = "send", "stop"
STOPPED = "stopped"
ANSWER_WITHIN = timedelta(minutes=1)  # an older request is not carried out: it would silence another airing
MAY_HAVE_SOUNDED = "withdrawn_after_start"

Record = Callable[[Sequence[Receipt]], object]


@dataclass(frozen=True, slots=True)
class Stopped:
    """Clusters by what became of them. `listed`: taken out of a list, whose device may go on with what it has begun."""

    silenced: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)  # cluster → why it could not be silenced
    code: str = ""  # why the request as a whole was not carried out

    def facts(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> Stopped:
        """From the result of a request."""
        lists = {name: tuple(facts.get(name, ())) for name in ("silenced", "listed", "withdrawn")}
        return cls(**lists, failed=dict(facts.get("failed", {})), code=facts.get("code", ""))

    def __or__(self, other: Stopped) -> Stopped:
        def both(name: str) -> tuple[str, ...]:
            return tuple(sorted({*getattr(self, name), *getattr(other, name)}))

        return Stopped(both("silenced"), both("listed"), both("withdrawn"), {**self.failed, **other.failed})


class Stopping:
    """Stops the loudspeakers of a station. `record` writes receipts down."""

    def __init__(self, store: Store, channels: Mapping[str, Channel], record: Record) -> None:
        self.store, self.channels, self._record = store, channels, record

    def stop(self, targets: Collection[str] | None, now: datetime) -> Stopped:
        """Silence these clusters (None: all); planned airings that are not due yet stay."""
        speakers = [each for each in self.channels.values() if each.medium is Medium.LOUDSPEAKER]
        if not speakers:
            return Stopped()
        called_off: set[str] = set()
        for channel in speakers:  # first, so that nothing new begins where it becomes quiet
            due = self.store.cancel_due(channel.id, targets, now=now, lead=channel.lead, code=STOPPED)
            called_off.update(each.target for each in due)
        with ThreadPoolExecutor(len(speakers)) as pool:
            results = list(pool.map(lambda channel: self._silence(channel, targets, now), speakers))
        total = Stopped(withdrawn=tuple(sorted(called_off)))
        for result in results:
            total |= result
        return total

    def _silence(self, channel: Channel, targets: Collection[str] | None, now: datetime) -> Stopped:
        holds = isinstance(channel, Foresees)
        out = self.store.airborne(channel.id, now=now, until=now + HORIZON, targets=targets, doubtful=holds)
        names = {each.delivery.id: each.delivery.target for each in out}
        failed: dict[str, str] = {}
        receipts: list[Receipt] = []
        try:
            if isinstance(channel, Foresees):
                channel.silence(targets, now)  # whatever sounds there, by whichever plan
            receipts = channel.withdraw([each.delivery for each in out]) if out or holds else []
        except SendError as error:
            LOG.warning("channel %s could not be silenced: %s", channel.id, error.code)
            failed = {each.delivery.target: error.code for each in out if _may_sound(each, now)}
        self._record([relabelled(receipt, STOPPED) for receipt in receipts])
        silent = {each.delivery for each in receipts}
        rest = [each for each in out if each.delivery.id not in silent and each.delivery.target not in failed]
        failed |= dict.fromkeys(self._still_sounding(channel, rest, now), "still_sounding")
        sounded = {each.delivery: each.code for each in receipts if each.state is State.INTERRUPTED}
        return Stopped(
            silenced=_names(names, (each for each, code in sounded.items() if code != MAY_HAVE_SOUNDED)),
            listed=_names(names, (each for each, code in sounded.items() if code == MAY_HAVE_SOUNDED)),
            withdrawn=_names(names, (each.delivery for each in receipts if each.state is State.CANCELLED)),
            failed=failed,
        )

    def _still_sounding(self, channel: Channel, rest: Sequence[Airborne], now: datetime) -> list[str]:
        """Clusters of which nobody says that they are quiet: by the channel's own word, else by the clock."""
        handed = [each for each in rest if each.delivery.state is not State.SENDING]  # that one obeys by itself
        if isinstance(channel, Foresees):  # a journal says later what has ended by now
            handed = [each for each in handed if _may_sound(each, now)]
        if isinstance(channel, Confirms) and channel.evidence is not Evidence.NONE and handed:
            ended = channel.poll([each.delivery for each in handed])
            self._record(ended)
            over = {each.delivery for each in ended}
            return [each.delivery.target for each in handed if each.delivery.id not in over]
        return [each.delivery.target for each in handed if _may_sound(each, now)]


def _may_sound(out: Airborne, now: datetime) -> bool:
    return now < max(out.since, out.occurrence.start) + (out.length or LENGTH_UNKNOWN)


def _names(names: Mapping[int, str], deliveries: Any) -> tuple[str, ...]:
    return tuple(sorted({names[each] for each in deliveries}))
