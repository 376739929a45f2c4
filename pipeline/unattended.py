"""The station with nobody in the office: it doubts its clock, follows its files, and notes its own faults."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from pipeline.app import Station, require_usable, wall_clock
from pipeline.clock import ClockTrust, Machine
from pipeline.config.station import ALWAYS
from pipeline.dispatch import HORIZON, LOOK_BACK, expand_site
from pipeline.domain import Clock, Medium, State
from pipeline.edits import Watch, has_errors, in_force, take
from pipeline.errors import LoaError, Problem, Severity
from pipeline.fleet.key_watch import MET_BY_LANES
from pipeline.messages import render, say
from pipeline.schedule import difference
from pipeline.site import Site, load_site
from pipeline.store import PlanChange

LOG = logging.getLogger(__name__)

CLOCK_UNTRUSTED = "clock_untrusted"
BROKEN = ("site_broken", "site_broken_bare")  # the last good files stand in; nothing does
CLOCK_DOUBTS = ("clock_before_release", "clock_stepped", "clock_behind", "clock_unset")


class Unattended(Station):
    """A station that watches its clock and its files. Made by `stand_by`."""

    def __init__(self, *parts: Any, **more: Any) -> None:
        super().__init__(*parts, **more)
        self.trust: ClockTrust | None = None  # None: whoever gave the clock vouches for it
        self._doubt: str | None = None  # not asked yet
        self._doubting = threading.Lock()
        self._files: Watch | None = None
        self._whole = False  # the files that were last read are those it goes by

    @classmethod
    def stand_by(
        cls, root: Path, clock: Clock = wall_clock, machine: Machine | None = None
    ) -> tuple[Self, tuple[Problem, ...]]:
        """The station as it runs unattended: watching its files and its clock. And what is wrong with the files.

        Where anything is, it goes on with the last good ones; without those, with what is whole.
        """
        files = Watch(root)
        station, problems = cls.for_one_pass(root, clock)
        station._files = files
        station._whole = not has_errors(station.site) and not any(each.severity is Severity.ERROR for each in problems)
        always = station.site.station.clock.trust == ALWAYS
        station.trust = ClockTrust(clock, station.store, always=always, machine=machine)
        return station, problems

    @classmethod
    def for_one_pass(cls, root: Path, clock: Clock = wall_clock) -> tuple[Self, tuple[Problem, ...]]:
        """The same for a station that is woken from outside: by the same files, told of in the same way."""
        found = _read(root)
        site = in_force(found)
        require_usable(site)
        station = cls.of(site, clock)
        station._note_files(found.problems, kept=site is not found)
        return station, found.problems

    def plan(self) -> PlanChange:
        """As any station; while the clock is in doubt the rows stay as they are."""
        return super().plan() if self.is_clock_trusted() else PlanChange()

    def send_due(self, medium: Medium | None = None) -> bool:
        """As any station, but nothing by a clock in doubt."""
        return self.is_clock_trusted() and super().send_due(medium)

    def foresee(self) -> None:
        """As any station, but nothing by a clock in doubt."""
        if self.is_clock_trusted():
            super().foresee()

    def resolve(self) -> None:
        """As any station, but nothing by a clock in doubt: when an order went out is what the answer goes by."""
        if self.is_clock_trusted():
            super().resolve()

    def tidy(self) -> None:
        """As any station, but a clock in doubt deletes nothing: one that jumps a year would take every list along."""
        if self.is_clock_trusted():
            super().tidy()

    def send_urgent(self) -> None:
        """As any station; by a clock in doubt what needs none: a stop, and an EMERGENCY that is asked for at once."""
        if self.is_clock_trusted():
            super().send_urgent()
        else:
            self.desk.answer_requests(self.clock())
            self.desk.send_urgent(self.clock(), clock_in_doubt=True)

    def take_over(self, site: Site) -> None:
        """Run by other files from now on."""
        super().take_over(site)
        if self.trust is not None:
            self.trust.always = site.station.clock.trust == ALWAYS

    # --- a clock in doubt ---------------------------------------------------------------------------------------------

    def is_clock_trusted(self) -> bool:
        """Whether anything may air by the clock. A doubt is told, and what it cost is MISSED with that reason.

        Nothing is called too late by a clock that may be wrong: rows wait until it is trusted again.
        """
        if self.trust is None:
            return True
        with self._doubting:
            doubt = self.trust.refusal()
            if doubt != self._doubt:
                self._note_doubt(doubt, self.clock())
                self._doubt = doubt
        return not doubt

    def _note_doubt(self, doubt: str, now: datetime) -> None:
        if doubt:
            LOG.warning("the clock is in doubt: %s", doubt)
            shown = f"{now.astimezone(self.site.station.timezone):%d/%m/%Y %H:%M}"
            self.store.notice(doubt, params={"now": shown}, now=now)
        elif self._doubt:
            self._miss_doubted(now)
        self.store.settle_notices([code for code in CLOCK_DOUBTS if code != doubt], now)

    def _miss_doubted(self, now: datetime) -> None:
        for row in self.store.occurrences(now - LOOK_BACK - HORIZON, now):
            waits = row.counts.get(State.PLANNED, 0) and row.handed_over_at is None and row.missed_at is None
            if waits and row.occurrence.too_late < now:
                self.store.miss_occurrence(row.id, now, CLOCK_UNTRUSTED)

    # --- edits and faults ---------------------------------------------------------------------------------------------

    def follows_files(self) -> bool:
        """Whether it goes by the files as they lie there at this moment."""
        return self._files is not None and self._whole and self._files.is_settled()

    def follow_edits(self) -> bool:
        """Take over files that were changed and are whole; True where the station now runs by them."""
        if self._files is None or not self._files.changed():
            return False
        try:
            found = take(self.site.root)
        except OSError:
            self._files.again()
            raise
        kept = not found.usable or in_force(found) is not found
        self._whole = not has_errors(found)
        self._note_files(found.problems, kept=kept)
        if has_errors(found):
            _log_errors(found.problems, kept=kept)
        if kept:
            return False
        self._tell_changes(found)
        self.take_over(found)
        return True

    def note_fault(self, lane: str, error: BaseException) -> None:
        """Somebody has to know that a part of the station failed and is tried again."""
        code = error.code if isinstance(error, LoaError) else type(error).__name__
        if code in MET_BY_LANES:
            return
        self.store.notice("lane_failed", lane, {"lane": lane, "why": code}, now=self.clock())

    def _note_files(self, problems: Iterable[Problem], *, kept: bool) -> None:
        now, told = self.clock(), set[tuple[str, str]]()
        for code, facts in broken_files(problems, kept=kept):
            self.store.notice(code, facts["file"], facts, now=now)
            told.add((code, facts["file"]))
        self.store.settle_notices(BROKEN, now, keep=told)

    def _tell_changes(self, site: Site) -> None:
        first = self.today()
        before, after = (expand_site(each, first, HORIZON.days).occurrences for each in (self.site, site))
        now = self.clock()
        for change in difference(before, after):
            LOG.info("%s", say(change.code, **change.params))
            subject = "/".join((change.params["programme"], change.params["slot"], now.isoformat(timespec="seconds")))
            self.store.notice(change.code, subject, change.params, now=now)


def broken_files(problems: Iterable[Problem], *, kept: bool) -> Iterator[tuple[str, dict[str, str]]]:
    """Each file with an error: the code it is told by, and its first error as facts. `kept`: others stand in for it."""
    first: dict[str, Problem] = {}
    for each in problems:
        if each.severity is Severity.ERROR:
            first.setdefault(each.file, each)
    for file, problem in first.items():
        yield BROKEN[not kept], {**problem.params, "file": file, "line": str(problem.line), "why": problem.code}


def _log_errors(problems: Iterable[Problem], *, kept: bool) -> None:
    LOG.warning("%s", say("last_good_used" if kept else "last_good_missing"))
    for each in problems:
        if each.severity is Severity.ERROR:
            message, hint = render(each.code, each.params)
            LOG.warning("%s:%s:%s: %s", each.file, each.line, each.column, f"{message}: {hint}" if hint else message)


def _read(root: Path) -> Site:
    """The files as they are; a full disk keeps no copy of them, and keeps nothing off the air."""
    try:
        return take(root)
    except OSError as error:
        LOG.warning("no copy of the files can be kept: %s", error.strerror)
        return load_site(root)
