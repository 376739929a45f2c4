"""What the loudspeaker has in hand, one thing at a time: it is begun, cut, stopped, and its end written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.domain import OVERTIME, Clock, Priority, State
from pipeline.errors import LoaError, SendError
from pipeline.playout import Played
from pipeline.protocol.journal import Kind
from pipeline.protocol.plan import Airing
from pipeline.receiver.hours import Hours
from pipeline.receiver.journal import Journal
from pipeline.receiver.loudspeaker import InHand, Order, Speaker
from pipeline.receiver.planner import Sounding, Trouble
from pipeline.receiver.refusals import Refusals
from pipeline.receiver.sounds import Sounds

TRY_AGAIN = (timedelta(seconds=2), timedelta(seconds=5), timedelta(seconds=10))
SET_BACK = timedelta(seconds=5)  # a clock that says a moment is still so far ahead was set meanwhile
NOT_NOW = frozenset({"clock", "off", "hours"})  # no trouble of the device: what becomes of it is decided anew
SWALLOWED = 3  # times faster than it sounds: no loudspeaker was there
HOPELESS = frozenset({"recording_undecodable"})  # trying again changes nothing


@dataclass(frozen=True, slots=True)
class Way:
    """How something is to sound. `facts`: what the entry of its begin says beside. `covered`: as in an `Order`.

    `latest`, `hours`: what binds its begin also where the machine stood still or its clock was set (None: nothing).
    """

    at: datetime
    offset_s: float
    gain_db: float
    lead_in: timedelta
    facts: dict[str, object]
    latest: datetime | None = None
    hours: Hours | None = None
    covered: timedelta = timedelta(0)

    def objection(self, airing: Airing, at: datetime, now: datetime) -> str:
        """Why it may not begin after all, at its last moment: `clock`, `off`, `hours`; empty where it may."""
        moment = max(now, at)
        if self.latest is not None and now < at - SET_BACK:
            return "clock"
        if self.latest is not None and moment > self.latest + OVERTIME:
            return "off"
        left = timedelta(seconds=airing.seconds - self.offset_s)
        return "hours" if self.hours is not None and not self.hours.hold(moment, left) else ""


@dataclass(slots=True)
class _Hand:
    airing: Airing
    at: datetime
    offset_s: float
    playing: InHand | None = None
    begun: bool = False

    @property
    def position_s(self) -> float:
        """From where the airing itself begins."""
        sounded = self.playing.position_s if self.playing is not None else 0.0
        return self.offset_s - self.airing.offset_s + sounded


class AtHand:
    """Not for several threads at once, but `begin` of an order, which the playing calls on its own."""

    def __init__(
        self,
        speaker: Speaker,
        journal: Journal,
        sounds: Sounds,
        refusals: Refusals,
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        self._speaker, self._journal, self._sounds = speaker, journal, sounds
        self._refusals, self._clock, self._wake = refusals, clock, wake
        self._hand: _Hand | None = None
        self._tries: dict[str, int] = {}
        self.troubles: dict[str, Trouble] = {}
        self.busy_until: datetime | None = None  # when something last ended or was stopped

    @property
    def sounding(self) -> Sounding | None:
        hand = self._hand
        return None if hand is None else Sounding(hand.airing, hand.at, hand.begun)

    @property
    def airing(self) -> str:
        """The id of what is in hand, or an empty text."""
        return self._hand.airing.id if self._hand is not None else ""

    @property
    def begun(self) -> str:
        """The id of what sounds, or an empty text."""
        return self._hand.airing.id if self._hand is not None and self._hand.begun else ""

    def mind_step(self) -> None:
        """The wall clock was set: what waits does so by the monotonic one."""
        if self._hand is not None and self._hand.playing is not None:
            self._hand.at = self._clock() + timedelta(seconds=self._hand.playing.left_s)

    def begin(self, airing: Airing, way: Way) -> None:
        """Take it in hand, once its sound is proven again."""
        if not self._sounds.prove(airing.sound):
            self._refusals.refuse("sound", "sound_altered", {"sound": airing.sound[:12]})
            self._wake()
            return
        hand = _Hand(airing, way.at, way.offset_s)
        order = Order(
            path=self._sounds.path(airing.sound),
            seconds=airing.seconds,
            offset_s=way.offset_s,
            at=way.at,
            gain_db=way.gain_db,
            lead_in=way.lead_in,
            begin=lambda: self._write_begin(hand, way),
            over=self._wake,
            urgent=airing.priority is Priority.EMERGENCY,
            airing=airing.id,
            first_s=airing.offset_s,
            covered=way.covered,
        )
        self._hand = hand
        try:
            hand.playing = self._speaker.arm(order)
        except SendError as error:
            self._hand = None
            self._put_off(airing, error.code)

    def _write_begin(self, hand: _Hand, way: Way) -> None:
        """On the playing's own thread, just before its first sample."""
        objection = way.objection(hand.airing, hand.at, self._clock())
        if objection:
            raise LoaError(objection)
        kind = Kind.RESUMED if self._journal.account(hand.airing.id).begun else Kind.STARTED
        self._journal.append(kind, hand.airing.id, position_s=hand.position_s, facts=way.facts)
        hand.begun = True

    def collect(self) -> None:
        """Whether it ended since, and how."""
        hand = self._hand
        if hand is None or hand.playing is None or (played := hand.playing.result()) is None:
            return
        self._hand = None
        if hand.begun:
            self._end(hand, played, Kind.STOPPED, played.code or "player_died")
        elif played.state is State.FAILED and played.code in HOPELESS:
            self._journal.note(Kind.FAILED, hand.airing.id, played.code)
        elif played.state is not State.CANCELLED and played.code not in NOT_NOW:
            self._put_off(hand.airing, played.code)

    def stop(self, code: str) -> None:
        """What is in hand ends for good."""
        self._take_away(Kind.STOPPED, code)

    def cut(self) -> None:
        """What is in hand makes room, and may go on."""
        self._take_away(Kind.CUT, "")

    def _take_away(self, kind: Kind, code: str) -> None:
        hand, self._hand = self._hand, None
        if hand is None or hand.playing is None:
            return
        played = hand.playing.stop()
        if hand.begun:
            self._end(hand, played, kind, code)

    def _end(self, hand: _Hand, played: Played | None, kind: Kind, code: str) -> None:
        self.busy_until = self._clock()
        if played is not None and played.state is State.CONFIRMED:
            kind, code = Kind.ENDED, ""
            if was_swallowed(played, hand.airing.seconds - hand.offset_s - SWALLOWED):
                kind, code = Kind.STOPPED, "device_swallows"
                self._refusals.note(Kind.FAULT, code, {"airing": hand.airing.id})
            else:
                self._refusals.settle("device_swallows")
        self._journal.note(kind, hand.airing.id, code, position_s=hand.position_s)

    def _put_off(self, airing: Airing, code: str) -> None:
        """The device did not take it, nothing has sounded: again in a moment."""
        tried = self._tries.get(airing.id, 0)
        self._tries[airing.id] = tried + 1
        self.troubles[airing.id] = Trouble(code, self._clock() + TRY_AGAIN[min(tried, len(TRY_AGAIN) - 1)])
        if tried == 0:
            self._refusals.note(Kind.FAULT, code, {"airing": airing.id})


def was_swallowed(played: Played, least_s: float) -> bool:
    """Whether it was over long before it can have sounded: a device such as ALSA's `null` takes everything at once."""
    if played.started is None or played.ended is None:
        return False
    return (played.ended - played.started).total_seconds() * SWALLOWED < least_s
