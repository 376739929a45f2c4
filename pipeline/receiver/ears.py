"""The receiver hears itself: a microphone records while an airing sounds, and what it took is compared afterwards.

Playing only leaves word here and goes on; two threads do the rest. What they find goes into the journal with the next
turn of the clockwork, so that none of them ever stands between an airing and its entry.
"""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import queue
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from pipeline.domain import State
from pipeline.listening import Microphone, conclude, record
from pipeline.protocol.hearing import Hearing, Verdict
from pipeline.protocol.journal import Kind
from pipeline.receiver.journal import Journal
from pipeline.receiver.loudspeaker import InHand, Order, Speaker
from pipeline.receiver.settings import MicrophoneSettings

LOG = logging.getLogger(__name__)

TAIL_S = 17.0  # a sound is looked for so late; a shorter file would leave open whether a call of seconds came
SHORTEST_S = 3.0  # less cannot be placed
LONGEST_S = 3500.0  # what a recorder takes at once, less its margins
WAITING = 3  # recordings of the microphone that wait for their comparison
ENDS_WITHIN_S = 3.0
STUCK_S = 60.0  # beyond its length, after which nobody waits for its end
NEAR_S = 0.5  # of the beginning

Record = Callable[[str, float, Path], Microphone]
Conclude = Callable[..., tuple[Hearing | None, str]]


@dataclass(slots=True)
class _Part:
    """An airing, or what sounded of it in one go. `lead_s`: from the recorder's start to the first sample."""

    order: Order
    ready: threading.Event = field(default_factory=threading.Event)  # `playing` is known
    playing: InHand | None = None
    begun: bool = False
    microphone: Microphone | None = None
    lead_s: float = 0.0
    to_s: float = 0.0
    ended: bool = False  # by itself, after its last sample

    @property
    def is_whole(self) -> bool:
        return self.ended and self.order.offset_s - self.order.first_s <= NEAR_S


def lacks() -> str:
    """The code of what is not installed; empty where a microphone can be used."""
    if importlib.util.find_spec("numpy") is None:  # looked for, never loaded: it costs more memory than all the rest
        return "listening_not_installed"
    return "" if shutil.which("arecord") else "recorder_missing"


class Ears:
    """One microphone. `folder`: for what it takes, emptied at every start: it may hold people's voices.

    Nothing here raises for what is wrong with a microphone: `fault` says it, and the journal once.
    """

    def __init__(
        self,
        settings: MicrophoneSettings,
        folder: Path,
        *,
        lacking: Callable[[], str] = lacks,
        take: Record = record,
        compare: Conclude = conclude,
        tail_s: float = TAIL_S,
    ) -> None:
        self._settings, self._folder = settings, folder
        self._journal: Journal | None = None
        self._wake: Callable[[], None] = lambda: None
        self._take, self._compare, self._tail_s = take, compare, tail_s
        self._words: queue.SimpleQueue[tuple[_Part, bool] | None] = queue.SimpleQueue()  # whether it is over
        self._waiting: deque[_Part] = deque()
        self._changed = threading.Condition()
        self._told: deque[tuple[Kind, str, str, Mapping[str, object]]] = deque()
        self._closed = False
        self._number = 0
        self.fault = ""
        self._empty()
        self._fails(lacking())
        self._threads = [
            threading.Thread(target=work, name=name, daemon=True)
            for name, work in (("ears", self._listen), ("comparing", self._compare_all))
        ]
        if not self.fault:
            for thread in self._threads:
                thread.start()

    def attach(self, journal: Journal, wake: Callable[[], None]) -> None:
        """Where to write. `wake`: called on any thread when `tell` should be called."""
        self._journal, self._wake = journal, wake

    # --- from the playing's and the clockwork's threads ------------------------------------------------------------

    def say(self, part: _Part, *, over: bool) -> None:
        """It begins in a moment, or it is over. Returns at once."""
        if self._threads[0].is_alive():
            self._words.put((part, over))

    def tell(self) -> None:
        """Write down what was found since."""
        while self._journal is not None and self._told:
            kind, airing, code, facts = self._told.popleft()
            self._journal.note(kind, airing, code, facts=facts)

    def close(self) -> None:
        """End; what was not compared yet is dropped."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._words.put(None)
        if self._threads[0].is_alive():
            self._threads[0].join(ENDS_WITHIN_S)
        self._empty()

    # --- the recorder ------------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        held: _Part | None = None
        until = 0.0
        while not self._closed:
            try:
                word = self._words.get(timeout=None if held is None else max(0.0, until - time.monotonic()))
            except queue.Empty:
                self._let_go(held)
                held = None
                continue
            if word is None:
                break
            part, is_over = word
            if not is_over:
                self._let_go(held)
                held = self._begin(part)
                until = time.monotonic() + part.order.seconds + STUCK_S
            elif part is held:
                self._measure(part)
                until = time.monotonic() + self._tail_s
        if held is not None and held.microphone is not None:
            held.microphone.finish()

    def _begin(self, part: _Part) -> _Part | None:
        """Record until well after its end; a player that hangs ends the recorder no later."""
        length = part.order.seconds - part.order.offset_s
        if not part.ready.wait(ENDS_WITHIN_S) or part.playing is None or not SHORTEST_S <= length <= LONGEST_S:
            return None
        self._number += 1
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            seconds = max(0.0, part.playing.left_s) + length + self._tail_s + 1.0
            part.microphone = self._take(self._settings.device, seconds, self._folder / f"{self._number}.wav")
        except Exception:  # the next airing is listened to all the same
            LOG.exception("the microphone was not begun")
            self._fails("microphone_failed")
            return None
        part.lead_s = time.monotonic() + part.playing.left_s - part.microphone.began
        return part

    def _measure(self, part: _Part) -> None:
        """How far it came."""
        assert part.playing is not None
        played = part.playing.result()
        part.ended = played is not None and played.state is State.CONFIRMED
        part.to_s = part.order.seconds if part.ended else part.order.offset_s + part.playing.position_s

    def _let_go(self, part: _Part | None) -> None:
        """What was taken waits for its comparison; the oldest makes room."""
        if part is None or part.microphone is None:
            return
        taken = part.microphone.finish()
        if taken.code:
            self._fails(taken.code)
        elif part.to_s - part.order.offset_s < SHORTEST_S:
            _delete(taken.path)
        else:
            with self._changed:
                dropped = self._waiting.popleft() if len(self._waiting) >= WAITING else None
                self._waiting.append(part)
                self._changed.notify_all()
            if dropped is not None and dropped.microphone is not None:
                _delete(dropped.microphone.path)
                self._fails("listening_behind", dropped.order.airing)

    # --- the comparison ----------------------------------------------------------------------------------------------

    def _compare_all(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if self._closed:
                    return
                part = self._waiting.popleft()
            assert part.microphone is not None
            try:
                found, code = self._compare(
                    part.microphone,
                    part.order.path,
                    lead_s=part.lead_s,
                    from_s=part.order.offset_s,
                    to_s=None if part.ended else part.to_s,
                    usual_db=self._settings.usual_db,
                )
            except Exception:  # the thread goes on listening; what was taken of people is deleted
                LOG.exception("what the microphone took was not compared")
                found, code = None, "listening_failed"
                _delete(part.microphone.path)
            if found is None:
                self._fails(code)
            else:
                self._found(part, found)

    def _found(self, part: _Part, found: Hearing) -> None:
        if found.verdict is Verdict.HEARD and not part.is_whole:
            found = replace(found, verdict=Verdict.PARTLY)  # all of what sounded, which was not all of it
        self.fault = ""
        self._tell(Kind.HEARD, part.order.airing, "", found.as_facts())

    def _fails(self, code: str, dropped: str = "") -> None:
        known, self.fault = self.fault, code
        if code and (code != known or dropped):
            LOG.warning("listening back: %s", code)
            self._tell(Kind.FAULT, "", code, {"airing": dropped} if dropped else {})

    def _tell(self, kind: Kind, airing: str, code: str, facts: Mapping[str, object]) -> None:
        self._told.append((kind, airing, code, facts))
        self._wake()

    def _empty(self) -> None:
        with contextlib.suppress(OSError):
            for path in self._folder.iterdir():
                _delete(path)


class Overheard:
    """A loudspeaker beside which a microphone listens."""

    def __init__(self, speaker: Speaker, ears: Ears) -> None:
        self._speaker, self._ears = speaker, ears

    def arm(self, order: Order) -> InHand:
        part = _Part(order)

        def begin() -> None:
            order.begin()  # what may keep the silence
            part.begun = True
            self._ears.say(part, over=False)

        def over() -> None:
            order.over()
            if part.begun:
                self._ears.say(part, over=True)

        part.playing = self._speaker.arm(replace(order, begin=begin, over=over))
        part.ready.set()
        return part.playing

    def tone(self, gain_db: float, lead_in: timedelta, over: Callable[[], None]) -> InHand:
        return self._speaker.tone(gain_db, lead_in, over)

    def warm_up(self, lead_in: timedelta) -> timedelta:
        return self._speaker.warm_up(lead_in)

    def tend(self, *, idle: bool) -> None:
        self._ears.tell()
        self._speaker.tend(idle=idle)

    @property
    def fault(self) -> str:
        return self._speaker.fault or self._ears.fault


def _delete(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
