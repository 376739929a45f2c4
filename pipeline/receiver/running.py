"""The receiver on the clock: threads that sleep until something is to be done.

`clockwork` turns the core, `contact` talks with the station, `sounds` fetches, `urgent` fetches for EMERGENCIES past a
download that takes minutes. None of them waits for another; what the broker brings is handed to the core at once.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from pipeline.errors import LoaError
from pipeline.messages import say
from pipeline.protocol.command import Order as Asked
from pipeline.protocol.command import Reply
from pipeline.receiver.contact import Contact
from pipeline.receiver.core import Core
from pipeline.receiver.journal import JournalError
from pipeline.receiver.loudspeaker import go_before_others
from pipeline.receiver.ports import Broker, Hearers, Line
from pipeline.receiver.sounds import Claims, Fetching, Wanted
from pipeline.receiver.words import worded
from pipeline.systemd import Systemd

LOG = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0  # at the clock, which nobody tells of a step
LEAST_S = 0.02  # nothing that is timed needs to be looked at oftener, and this thread goes before all others
SOON_S = 0.2  # news for the station wait so long for each other
ENDS_WITHIN_S = 5.0
STUCK_AFTER_S = 60.0
RENEW_EVERY_S = 86_400.0

Renew = Callable[[], None]


class Bell:
    """Something one thread waits for and others ring. A ring that comes early is not lost."""

    def __init__(self) -> None:
        self._state = threading.Condition()
        self._rung = False

    def ring(self) -> None:
        with self._state:
            self._rung = True
            self._state.notify_all()

    def wait(self, seconds: float) -> bool:
        """Whether it was rung meanwhile."""
        with self._state:
            rung = self._state.wait_for(lambda: self._rung, seconds)
            self._rung = False
            return rung


class Running:
    """Drives one core until `stop`. Each line belongs to one thread: `talk`, `download`, `urgent` for EMERGENCIES."""

    def __init__(
        self,
        core: Core,
        talk: Line,
        download: Line,
        broker: Broker | None,
        renew: Renew | None = None,
        *,
        urgent: Line | None = None,
    ) -> None:
        self.core, self._broker, self._renew = core, broker, renew
        self.contact = Contact(core, talk, broker)
        claims, free = Claims(), core.folder.free_bytes
        self._fetching, self._fetching_urgent = (
            Fetching(core.sounds, line, free=free, refused=self._refused, claims=claims)
            for line in (download, urgent or download)
        )
        self._has_urgent_lane = urgent is not None
        self._clock_bell, self._contact_bell, self._sounds_bell, self._urgent_bell = (Bell() for _ in range(4))
        self._ended = threading.Event()
        self._fetch = False
        self._seen = (-1, -1, -1)
        self._turned = time.monotonic()
        core.wake = self._clock_bell.ring
        core.obeying.answer = self._answer
        core.obeying.asked = self._asked
        if broker is not None:
            core.line_fault = lambda: getattr(broker, "fault", "")

    def run(self, stopped: threading.Event) -> None:
        """Block until `stopped` is set; ends well."""
        systemd = Systemd()
        self.start()
        systemd.tell("READY=1")
        while not stopped.wait(1.0):
            if time.monotonic() - self._turned < STUCK_AFTER_S:
                systemd.tell("WATCHDOG=1")
        systemd.tell("STOPPING=1")
        self.stop()

    def start(self) -> None:
        self._threads = [
            self._thread("clockwork", self._keep_time),
            self._thread("contact", self._keep_contact),
            self._thread("sounds", self._keep_sounds),
        ]
        if self._has_urgent_lane:
            self._threads.append(self._thread("urgent", self._keep_urgent_sounds))
        if self._broker is not None:
            self._broker.tell(self.core.status(0))  # what its last will is made of, from the first connection on
            self._broker.start(
                Hearers(
                    plan=lambda arrival: self.core.arrive("plan", arrival),
                    keyring=lambda arrival: self.core.arrive("keyring", arrival),
                    command=lambda arrival: self.core.arrive("command", arrival),
                    connected=self._connected,
                )
            )

    def stop(self) -> None:
        """Silence, the relay off, an entry, and the news of it told where that is quick."""
        self._ended.set()
        for bell in (self._clock_bell, self._contact_bell, self._sounds_bell, self._urgent_bell):
            bell.ring()
        self._threads[0].join(ENDS_WITHIN_S)
        self.core.close()
        if self._broker is not None:
            self._broker.stop()

    def _thread(self, name: str, work: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=self._guarded, args=(name, work), name=name, daemon=True)
        thread.start()
        return thread

    def _guarded(self, name: str, work: Callable[[], None]) -> None:
        """No fault of ours ends a thread: it is logged and goes on."""
        while not self._ended.is_set():
            try:
                work()
            except LoaError as error:
                LOG.warning("%s", say("log_part_failed", part=name, why=worded(error.code, error.params)))
                self._ended.wait(1.0)
            except Exception:  # a receiver whose thread died would be silent for days
                LOG.exception("%s", say("log_part_failed", part=name))
                self._ended.wait(1.0)

    # --- the clockwork -------------------------------------------------------------------------------------------

    def _keep_time(self) -> None:
        go_before_others()
        until: datetime | None = None
        woken = True
        while not self._ended.is_set():
            if woken or (until is not None and self.core.now() >= until) or self.core.must_look():
                until = self.core.turn()
                self._notice_news()
            self._turned = time.monotonic()
            woken = self._clock_bell.wait(self._until(until))

    def _until(self, until: datetime | None) -> float:
        if until is None:
            return LOOK_EVERY_S
        return min(LOOK_EVERY_S, max(LEAST_S, (until - self.core.now()).total_seconds()))

    def _notice_news(self) -> None:
        """Whether the station or the fetching should hear of what has changed."""
        seen = (self.core.plan_version, self.core.journal.written, self.core.orders.keyring.version)
        if seen == self._seen:
            return
        if seen[0] != self._seen[0]:
            self._urgent_bell.ring()
            self._sounds_bell.ring()
        self._seen = seen
        self._contact_bell.ring()

    # --- contact -------------------------------------------------------------------------------------------------

    def _keep_contact(self) -> None:
        due = 0.0
        while not self._ended.is_set():
            left = due - time.monotonic()
            if left > 0 and not self._contact_bell.wait(left):
                continue
            if self._ended.wait(SOON_S):
                return
            if self._fetch or self.contact.is_well or time.monotonic() >= due:
                fetch, self._fetch = self._fetch, False
                due = time.monotonic() + self.contact.visit(fetch=fetch)
                self._see_to_certificate()

    def _see_to_certificate(self) -> None:
        """Once a day, where the station answers: a certificate that ends soon is renewed."""
        if self._renew is None or not self.contact.is_well or time.monotonic() < self._renew_due:
            return
        self._renew_due = time.monotonic() + RENEW_EVERY_S
        self._renew()

    _renew_due = 0.0

    def _connected(self, is_connected: bool) -> None:
        self.contact.is_connected = is_connected
        if is_connected:
            self._asked(Asked.FETCH)

    def _asked(self, order: Asked) -> None:
        if order is Asked.FETCH:
            self._fetch = True
            for fetching in (self._fetching, self._fetching_urgent):
                fetching.hurry()
            self._urgent_bell.ring()
            self._sounds_bell.ring()
        self._contact_bell.ring()

    def _answer(self, reply: Reply, correlation: bytes) -> None:
        if self._broker is not None:
            self._broker.reply(reply, correlation)

    # --- sounds --------------------------------------------------------------------------------------------------

    def _keep_sounds(self) -> None:
        self._keep_fetching(self._fetching, self._sounds_bell, self.core.needed)

    def _keep_urgent_sounds(self) -> None:
        self._keep_fetching(self._fetching_urgent, self._urgent_bell, lambda: self.core.needed(urgent=True))

    def _keep_fetching(self, fetching: Fetching, bell: Bell, needed: Callable[[], Sequence[Wanted]]) -> None:
        while not self._ended.is_set():
            wait = fetching.step(needed())
            self.core.fetch_faults = self._fetching.faults | self._fetching_urgent.faults
            self._clock_bell.ring()  # something may be there that an airing waits for
            if wait == 0.0:
                self._contact_bell.ring()
            else:
                bell.wait(wait)

    def _refused(self, sha256: str, code: str) -> None:
        try:
            self.core.refusals.refuse("sound", code, {"sound": sha256[:12]})
        except JournalError as error:
            LOG.warning("%s", worded(error.code, error.params))


def wall_clock() -> datetime:
    return datetime.now(UTC)
