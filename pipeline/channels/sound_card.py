"""The station's own sound card, through `pipeline.playout`.

One device plays one thing at a time. What comes while it plays is refused with RETRY `device_busy` and tried again
until it is too late: a queue in here would hide from dispatch what waits. CONFIRMED comes from `poll` only.

Clusters on one device hear the same wire. An airing for several of them is played once and answered for each; what
stops it for one stops it for all.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.channels.shelf import try_lock
from pipeline.domain import (
    AudioContent,
    Clock,
    Dedupe,
    Delivery,
    Evidence,
    Medium,
    Outgoing,
    Receipt,
    State,
)
from pipeline.errors import Outcome, SendError
from pipeline.playout import Played, Player, Playing, intact

if TYPE_CHECKING:
    from pipeline.config.channels import ChannelSettings

LEAD = timedelta(seconds=2)  # to decode before the moment; the wait for it is the player's
REMEMBERED = 200  # playings that are over, for a poll that comes twice

_Terms = tuple[str, timedelta, datetime]


def build(settings: ChannelSettings, root: Path, clock: Clock) -> SoundCard:
    """The channel of `type: sound_card`; `device` is a name ALSA knows."""
    device = settings.values.get("device", "")
    return SoundCard(settings.id, Player(device) if device else None, root / "var" / f"{settings.id}.playing", clock)


class SoundCard:
    """`lock`: held while this process plays, so that another one of the station neither plays over it nor buries it."""

    medium = Medium.LOUDSPEAKER
    max_batch = 100  # the clusters of one airing
    lead = LEAD
    alone = True
    dedupe = Dedupe.NONE  # after a restart nobody knows what has sounded
    evidence = Evidence.PLAYER

    def __init__(self, id: str, player: Player | None, lock: Path, clock: Clock) -> None:
        self.id, self._player, self._lock, self._clock = id, player, lock, clock
        self._threads = threading.RLock()
        self._playings: dict[int, Playing] = {}
        self._unasked: set[int] = set()  # deliveries whose end nobody has been told yet
        self._terms: _Terms | None = None  # of the last playing: what sounds, from where, since when
        self._latest: Playing | None = None
        self._held: weakref.finalize[..., SoundCard] | None = None

    @property
    def player(self) -> Player:
        """The player; SendError where no device is set."""
        if self._player is None:
            raise SendError("channel_setting_missing", Outcome.NOT_SENT, channel=self.id, setting="device")
        return self._player

    def check(self) -> None:
        """Player, decoder and device are there; a device that a process of the station is playing on is."""
        with self._threads:
            try:
                if not self._is_playing() and self._hold():
                    self.player.check()
            finally:
                self._release()

    def send(self, orders: Sequence[Outgoing]) -> list[Receipt]:
        """ACCEPTED: the player has it and waits for `start`. RETRY `device_busy`: something else is on it."""
        with self._threads:
            return [self._take(order) for order in orders]

    def poll(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        """What ended since; a delivery this process never had died with the one that had it."""
        with self._threads:
            told = [receipt for delivery in deliveries if (receipt := self._news(delivery))]
            self._release()
        return told

    def withdraw(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        """Silence within 2 s: INTERRUPTED where it had begun to sound, CANCELLED where it waited."""
        with self._threads:
            ours = [(each, self._playings[each.id]) for each in deliveries if each.id in self._playings]
            running = [(each, playing) for each, playing in ours if playing.result() is None]
            told = [self._receipt(each, played) for each, playing in running if (played := playing.stop())]
            self._release()
        return told

    def wait(self) -> None:
        """Until what plays has ended."""
        for playing in list(self._playings.values()):
            playing.wait()

    def _take(self, order: Outgoing) -> Receipt:
        state, code = self._start(order)
        ref = f"{self.player.device}/{order.key}" if state is State.ACCEPTED else ""
        return Receipt(order.delivery, self._clock(), state, code=code, ref=ref)

    def _start(self, order: Outgoing) -> tuple[State, str]:
        if order.delivery in self._playings:
            return State.ACCEPTED, ""  # the same order again is the same playing
        if not isinstance(order.content, AudioContent):
            return State.FAILED, "channel_needs_audio"
        if order.is_quiet(self._clock()):
            return State.FAILED, "outside_window"
        recording = order.content.recording
        if code := intact(recording):
            return State.FAILED, code
        terms = recording.sha256, order.offset, order.start
        if (shared := self._shared(terms)) is not None:
            self._remember(order.delivery, shared)
            return State.ACCEPTED, ""
        if self._is_playing() or not self._hold():
            return State.RETRY, "device_busy"
        try:
            playing = self.player.start(
                recording.path,
                duration_s=recording.duration_s,
                offset_s=order.offset.total_seconds(),
                at=order.start,
                clock=self._clock,
            )
        except SendError:
            self._release()
            raise
        self._terms, self._latest = terms, playing
        self._remember(order.delivery, playing)
        return State.ACCEPTED, ""

    def _shared(self, terms: _Terms) -> Playing | None:
        """What plays already, where it is the very same airing for another cluster."""
        if self._latest is None or self._latest.result() is not None:
            return None
        return self._latest if self._terms == terms else None

    def _is_playing(self) -> bool:
        return any(playing.result() is None for playing in self._playings.values())

    def _news(self, delivery: Delivery) -> Receipt | None:
        playing = self._playings.get(delivery.id)
        if playing is not None:
            played = playing.result()
            return self._receipt(delivery, played) if played else None
        if not self._hold():
            return None  # another process of the station is playing, and will tell
        return Receipt(delivery.id, self._clock(), State.INTERRUPTED, code="player_gone", ref=delivery.ref)

    def _receipt(self, delivery: Delivery, played: Played) -> Receipt:
        self._unasked.discard(delivery.id)
        evidence = Evidence.PLAYER if played.state is State.CONFIRMED else Evidence.NONE
        times = (played.started, played.ended)
        return Receipt(delivery.id, self._clock(), played.state, evidence, played.code, delivery.ref, *times)

    def _remember(self, delivery: int, playing: Playing) -> None:
        self._playings[delivery] = playing
        self._unasked.add(delivery)
        over = [id for id, each in self._playings.items() if each.result() and id not in self._unasked]
        for id in over[: max(0, len(self._playings) - REMEMBERED)]:
            del self._playings[id]

    def _hold(self) -> bool:
        if self._held is None:
            self._lock.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            if not try_lock(handle):
                os.close(handle)
                return False
            self._held = weakref.finalize(self, os.close, handle)
        return True

    def _release(self) -> None:
        """Let go of the lock once every end has been told: until then another process would call it lost."""
        if self._held is not None and not self._unasked:
            self._held()
            self._held = None
