"""The test tone: one at a time, and an answer to who asked for it once it is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.domain import Clock, State
from pipeline.errors import SendError
from pipeline.protocol.command import Reply
from pipeline.protocol.journal import Kind
from pipeline.receiver.at_hand import was_swallowed
from pipeline.receiver.journal import Journal
from pipeline.receiver.loudspeaker import TONE, InHand, Speaker
from pipeline.receiver.refusals import Refusals

APART = timedelta(seconds=30)
Answer = Callable[[Reply, bytes], None]


@dataclass(frozen=True, slots=True)
class _Tone:
    playing: InHand
    command: str
    correlation: bytes


class Toning:
    """One loudspeaker's."""

    def __init__(
        self, speaker: Speaker, journal: Journal, refusals: Refusals, clock: Clock, wake: Callable[[], None]
    ) -> None:
        self._speaker, self._journal, self._refusals = speaker, journal, refusals
        self._clock, self._wake = clock, wake
        self._tone: _Tone | None = None
        self._last: datetime | None = None

    @property
    def is_sounding(self) -> bool:
        return self._tone is not None

    @property
    def is_too_soon(self) -> bool:
        return self._last is not None and abs(self._clock() - self._last) < APART

    def begin(self, command: str, correlation: bytes, gain_db: float, lead_in: timedelta) -> str:
        """The code of what keeps it from sounding; empty where it does."""
        self._last = self._clock()
        try:
            self._tone = _Tone(self._speaker.tone(gain_db, lead_in, self._wake), command, correlation)
        except SendError as error:
            return error.code
        return ""

    def stop(self) -> None:
        if self._tone is not None:
            self._tone.playing.stop()

    def collect(self, answer: Answer) -> None:
        """Where it is over: an entry, and the answer."""
        tone = self._tone
        if tone is None or (played := tone.playing.result()) is None:
            return
        self._tone = None
        code = "" if played.state is State.CONFIRMED else played.code
        if not code and was_swallowed(played, TONE.total_seconds()):
            code = "device_swallows"
            self._refusals.note(Kind.FAULT, code, {})
        elif not code:
            self._refusals.settle("device_swallows")
        self.say(tone.command, tone.correlation, code, answer)

    def say(self, command: str, correlation: bytes, code: str, answer: Answer) -> None:
        self._journal.note(Kind.TONE, code=code, facts={"id": command})
        answer(Reply(command, self._clock(), code), correlation)
