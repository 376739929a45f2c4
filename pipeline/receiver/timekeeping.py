"""What time it is, as far as this machine can know: its wall clock, the doubt about it, what the station says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipeline.clock import ClockTrust
from pipeline.domain import Clock

STEPPED_S = 0.2  # the wall clock against the monotonic one, from one look to the next
TOLD_S = 2.0  # a step that goes into the journal, and how far off the station's time ours may be to be believed
DATED_S = 3.0  # by which an answer of the station may seem later than it was
NOBODY_SET, EARLIEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2000, 1, 2, tzinfo=UTC)
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Look:
    """`step_s`: how far the wall clock was set since the last look; `changed`: whether its trust is another."""

    step_s: float
    changed: bool

    @property
    def is_step(self) -> bool:
        return abs(self.step_s) > STEPPED_S

    @property
    def is_told(self) -> bool:
        return abs(self.step_s) > TOLD_S


def readable(moment: datetime) -> datetime:
    """A time that documents can hold: a clock nobody has set may say 1970. It goes on from one moment to the next."""
    return moment if moment >= EARLIEST else EARLIEST + (moment - NOBODY_SET) % YEAR


class Timekeeping:
    """One clock. `doubt`: the code of what speaks against it, empty where it is trusted; as of the last look.

    `trusted_since`: when a doubt ended; `offset_s`: against the station's, None where nobody has compared them.
    """

    def __init__(self, clock: Clock, trust: ClockTrust, monotonic: Callable[[], float]) -> None:
        self._wall, self._trust, self.monotonic = clock, trust, monotonic
        self.doubt = ""
        self.trusted_since: datetime | None = None
        self.offset_s: float | None = None
        self._ahead = self._ahead_of_monotonic()

    def now(self) -> datetime:
        """By the wall clock, whatever it is worth."""
        return readable(self._wall())

    def look(self) -> Look:
        """What has become of it since the last look."""
        ahead = self._ahead_of_monotonic()
        step, self._ahead = ahead - self._ahead, ahead
        before, self.doubt = self.doubt, self._trust.refusal()
        if before and not self.doubt:
            self.trusted_since = self.now()
        return Look(step, self.doubt != before)

    def must_look(self) -> bool:
        """Whether it was set, or its trust changed, since. Cheap: asked every second."""
        return abs(self._ahead_of_monotonic() - self._ahead) > STEPPED_S or self._trust.refusal() != self.doubt

    def vouch(self, offset_s: float | None) -> bool:
        """The station's time was asked. Whether the doubt may be over by it: `look` says so."""
        self.offset_s = offset_s
        if offset_s is None or abs(offset_s) > TOLD_S or self.doubt in ("", "clock_before_release"):
            return False
        self._trust.vouch()
        return True

    def of_station(self, offset_s: float | None) -> datetime | None:
        """A moment at the station that is over by now, where ours is so far ahead of its; None: nobody knows."""
        if offset_s is None:
            return None
        try:
            return self._wall() - timedelta(seconds=offset_s + DATED_S)
        except OverflowError:
            return None

    def pinned(self, moment: datetime) -> float:
        """A moment that is over now, for `since`: time goes on from there whatever is done to the wall clock."""
        return moment.timestamp() - self.monotonic()

    def since(self, pin: float) -> datetime:
        """A moment that is over by now, and was pinned before."""
        return datetime.fromtimestamp(pin + self.monotonic(), UTC)

    def _ahead_of_monotonic(self) -> float:
        return self.now().timestamp() - self.monotonic()
