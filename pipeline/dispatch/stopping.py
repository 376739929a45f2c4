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
CLUSTERS = ("silenced", "listed", "withdrawn", "quiet")  # the lists of a `Stopped`, in their order

Record = Callable[[Sequence[Receipt]], object]


@dataclass(frozen=True, slots=True)
class Stopped:
    """Clusters by what became of them. `listed`: taken out of a list, whose device may go on with what it has begun.

    `quiet`: their devices say that nothing sounds, and nothing is known to have.
    """

    silenced: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    quiet: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)  # cluster → why it could not be silenced
    code: str = ""  # why the request as a whole was not carried out

    def facts(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> Stopped:
        """From the result of a request."""
        lists = {name: tuple(facts.get(name, ())) for name in CLUSTERS}
        return cls(**lists, failed=dict(facts.get("failed", {})), code=facts.get("code", ""))

    def __or__(self, other: Stopped) -> Stopped:
        def both(name: str) -> tuple[str, ...]:
            return tuple(sorted({*getattr(self, name), *getattr(other, name)}))

        silenced, listed, withdrawn, quiet = map(both, CLUSTERS)
        return Stopped(silenced, listed, withdrawn, quiet, {**self.failed, **other.failed})


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
        if isinstance(channel, Foresees):
            return self._hush(channel.id, channel, targets, now)
        out = self.store.airborne(channel.id, now=now, until=now + HORIZON, targets=targets)
        names = {each.delivery.id: each.delivery.target for each in out}
        failed: dict[str, str] = {}
        receipts: list[Receipt] = []
        try:
            receipts = channel.withdraw([each.delivery for each in out]) if out else []
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

    def _hush(self, id: str, devices: Foresees, targets: Collection[str] | None, now: datetime) -> Stopped:
        """Of devices that go by plans of their own: each says that it is silent, or is named as one that does not."""
        out = self.store.airborne(id, now=now, until=now + HORIZON, targets=targets, doubtful=True)
        try:
            hushed = devices.silence(targets, [each.delivery for each in out], now)
        except SendError as error:
            LOG.warning("channel %s could not be silenced: %s", id, error.code)
            return Stopped(failed={each.delivery.target: error.code for each in out})
        self._record([relabelled(receipt, STOPPED) for receipt in hushed.receipts])
        standing = self.store.deliveries([each.delivery.id for each in out])  # their journals may have settled some
        sounded = {each.target for each in standing if each.state is State.INTERRUPTED}
        silent = {each.target for each in standing if each.state in (State.CANCELLED, State.MISSED)}
        return Stopped(
            silenced=tuple(sorted(sounded)),
            withdrawn=tuple(sorted(silent.difference(hushed.unanswered))),
            quiet=tuple(sorted(hushed.answered - sounded)),
            failed=dict(hushed.unanswered),
        )

    def _still_sounding(self, channel: Channel, rest: Sequence[Airborne], now: datetime) -> list[str]:
        """Clusters of which nobody says that they are quiet: by the channel's own word, else by the clock."""
        handed = [each for each in rest if each.delivery.state is not State.SENDING]  # that one obeys by itself
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
