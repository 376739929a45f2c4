"""What a receiver and its station tell each other: status, journal, and plan and keyring where nobody brings them.

One thread calls `visit`; a network that is not there costs nothing but time.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from pipeline.messages import say
from pipeline.protocol.journal import MOST_ENTRIES, piece
from pipeline.receiver.core import Core
from pipeline.receiver.journal import JournalError
from pipeline.receiver.ports import Arrival, Broker, Line, LineError
from pipeline.receiver.standing import write_told
from pipeline.receiver.words import worded

LOG = logging.getLogger(__name__)

EVERY_S = 60.0
SOONEST_S = 5.0  # after the first failure; doubled with each one
JITTER = 0.2  # a thousand receivers must not knock at the same second
# Where a broker brings what is new, the station is asked every minute all the same: of a receiver that was revoked the
# broker says nothing, and a plan it lost nobody misses.
ASK_ANYWAY_S = 45.0
KEYRING_ANYWAY_S = 900.0
TRIM_EVERY_S = 6 * 3600.0


class Contact:
    """`broker` None: there is none, and the station is asked every time."""

    def __init__(
        self,
        core: Core,
        line: Line,
        broker: Broker | None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._core, self._line, self._broker = core, line, broker
        self._monotonic, self._chance = monotonic, chance
        self.is_connected = False  # to the broker
        self._held: dict[str, int] = {}  # by journal, as the station said
        self._done: set[str] = set()  # old journals it holds whole
        self._failures = 0
        self._fault = ""  # why the last visit failed
        self._asked = self._keyring_asked = self._trimmed = -1e9
        self.last_contact: datetime | None = None

    def visit(self, *, fetch: bool = False) -> float:
        """One round; seconds until the next."""
        if fetch:
            self._asked = self._keyring_asked = -1e9
        try:
            waiting = self._told_over_broker()
            self._ask()
            self._hand_in()
            if waiting:
                self._told_over_broker()  # else a receiver that is well seems to owe entries until the next round
            self._tell_over_line()
            self._fault = ""
        except LineError as error:
            self._failures += 1
            if error.code != self._fault:
                LOG.warning("%s", worded(error.code, error.params))
            self._fault = error.code
            if error.is_strange:
                self._core.refusals.refuse("station", error.code, error.params)
            return self._jittered(min(EVERY_S, SOONEST_S * 2 ** min(self._failures - 1, 10)))
        finally:
            told = self._core.status(self.waiting())
            faults = (*told.faults[:49], self._fault) if self._fault else told.faults
            write_told(self._core.folder, replace(told, faults=faults), self.last_contact)
        self._well()
        return self._jittered(EVERY_S)

    @property
    def is_well(self) -> bool:
        """The last visit went through: news may be told at once."""
        return not self._failures

    def waiting(self) -> int:
        """Entries the station does not hold yet, as far as is known."""
        journal = self._core.journal
        older = sum(
            max(0, journal.last(name) - self._held.get(name, 0)) for name in journal.names() if self._is_older(name)
        )
        return older + max(0, journal.written - self._held.get(journal.id, 0))

    def _is_older(self, journal: str) -> bool:
        return journal != self._core.journal.id and journal not in self._done

    def _well(self) -> None:
        if self._failures:
            LOG.info("%s", say("log_station_again"))
        self._failures = 0
        self.last_contact = self._core.now()
        self._core.vouch(self._line.offset_s())
        if self._monotonic() - self._trimmed > TRIM_EVERY_S:
            self._trimmed = self._monotonic()
            self._core.journal.trim(self._held)
            self._core.journal.keep_reserve()
            self._core.sounds.tidy((each.sha256 for each in self._core.needed()), time.time())

    def _told_over_broker(self) -> int:
        """How many entries it said are still waiting."""
        if self._broker is None or not self.is_connected:
            return 0
        waiting = self.waiting()
        self._broker.tell(self._core.status(waiting))
        return waiting

    def _tell_over_line(self) -> None:
        if self._broker is None or not self.is_connected:
            self._line.tell(self._core.status(self.waiting()))

    def _ask(self) -> None:
        """Keyring and plan, where no broker brings them. What they are worth is the core's to judge."""
        if self._is_told_since(self._asked, ASK_ANYWAY_S):
            return
        if not self._is_told_since(self._keyring_asked, KEYRING_ANYWAY_S):
            self._ask_keyring()
            self._keyring_asked = self._monotonic()
        plan = self._line.plan(self._core.plan_known)
        if plan is not None:
            offset_s = self._line.offset_s()
            self._core.vouch(offset_s)  # first: what is urgent in it is judged by what time it is
            self._core.arrive("plan", Arrival(plan, retained=False, offset_s=offset_s))
        self._asked = self._monotonic()

    def _ask_keyring(self) -> None:
        sealed = self._line.keyring()
        self._core.arrive("keyring", Arrival(sealed, retained=False))
        newer = self._core.orders.newer_than(sealed)
        if newer:
            try:
                self._line.hand_keyring(newer)
            except LineError as error:
                if error.code != "line_refusal":  # a station that takes none
                    raise

    def _is_told_since(self, asked: float, patience: float) -> bool:
        """Whether a broker has brought what is new, and the station was asked not long ago."""
        return self.is_connected and self._monotonic() - asked < patience

    def _hand_in(self) -> None:
        journal = self._core.journal
        for name in journal.names():
            if name == journal.id or self._is_older(name):
                self._hand_in_one(name)

    def _hand_in_one(self, name: str) -> None:
        journal = self._core.journal
        if name not in self._held or self._failures:
            self._held[name] = self._line.held(name)
        while self._held[name] < journal.last(name):
            entries = journal.entries(name, self._held[name], MOST_ENTRIES)
            if not entries:
                LOG.warning("%s", say("log_journal_ends", journal=name, held=self._held[name]))
                break
            before = self._held[name]
            self._held[name] = self._line.hand_in(piece(name, entries))
            if self._held[name] <= before:
                raise LineError("journal_not_taken", held=before)
        if name != journal.id:
            self._done.add(name)
        elif self._held[name] > journal.written:  # it holds what this journal has lost
            self._begin_anew()

    def _begin_anew(self) -> None:
        try:
            self._core.journal.begin_anew("journal_behind")
        except JournalError:
            LOG.warning("%s", say("log_no_other_journal"))

    def _jittered(self, seconds: float) -> float:
        return seconds * (1 + JITTER * (2 * self._chance() - 1))
