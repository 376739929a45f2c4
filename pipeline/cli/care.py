"""What a station does besides airing: it mends its database, tells people, examines itself, copies its database."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline import doctor
from pipeline.app import Station, station_zone, wall_clock
from pipeline.backup import acknowledge, copy_daily, daily_copies, database_file, mend
from pipeline.errors import StoreError
from pipeline.messages import render
from pipeline.telling import Teller
from pipeline.telling.words import NEWS, sentence
from pipeline.unattended import BROKEN

if TYPE_CHECKING:
    from pipeline.daemon import Turn
    from pipeline.domain import Clock

LOG = logging.getLogger(__name__)

TELL_EVERY = timedelta(seconds=5)
WATCH_EVERY = timedelta(minutes=5)
AFTERNOON_EVERY = timedelta(minutes=5)
COPY_EVERY = timedelta(minutes=30)


class Care:
    """Looks after one station. `stopped` is set where only a new start can help: it mends the database."""

    def __init__(self, station: Station, stopped: threading.Event | None = None) -> None:
        self.station = station
        self.teller = Teller(station.site, station.store)
        self.is_well: Callable[[], bool] = lambda: True
        self.is_damaged = False
        self._stopped = stopped or threading.Event()
        self._since, self._logged = station.clock(), set[int]()

    def turns(self) -> tuple[Turn, ...]:
        """Lanes for a daemon."""
        from pipeline.daemon import Turn  # APScheduler, which a single pass never needs

        return (
            Turn("tell", self._guarded(self.tell), TELL_EVERY),
            Turn("watch", self._guarded(self.watch), WATCH_EVERY),
            Turn("afternoon", self._guarded(self.afternoon), AFTERNOON_EVERY),
            Turn("copy", self._guarded(self.copy), COPY_EVERY),
        )

    def tell(self) -> None:
        self.teller.site = self.station.site
        self.teller.run(self.station.clock(), well=self.is_well())
        self.log_notices()

    def log_notices(self) -> None:
        """What was noted since the start, once each: whoever sits at the console or reads the journal sees it too.

        Edits and broken files are logged where they are noticed, with more about them than a notice holds.
        """
        fresh = [each for each in self.station.store.open_notices() if each.first_at >= self._since]
        for each in fresh:
            if each.id not in self._logged and each.code not in (*BROKEN, *NEWS):
                LOG.warning("%s", ": ".join(filter(None, sentence(each))))
            self._logged.add(each.id)

    def watch(self) -> None:
        doctor.watch(self.station, self.teller, self.station.clock())

    def afternoon(self) -> None:
        doctor.afternoon(self.station, self.teller, self.station.clock())

    def copy(self) -> None:
        """By a clock in doubt nothing is copied: the newest copy must be the newest by its name."""
        trusted: Callable[[], bool] = getattr(self.station, "is_clock_trusted", lambda: True)
        if trusted():
            now = self.station.clock().astimezone(self.station.site.station.timezone)
            copy_daily(self.station.store, self.station.site.root, now)

    def _guarded(self, work: Callable[[], None]) -> Callable[[], None]:
        def guarded() -> None:
            try:
                work()
            except StoreError as error:
                if error.code == "store_damaged":
                    LOG.error("the database is damaged: the station ends and is mended at its next start")
                    self.is_damaged = True
                    self._stopped.set()
                raise

        return guarded


def mend_at_start(root: Path, clock: Clock = wall_clock) -> None:
    """Put the last copy in the place of a damaged database, and say so. Nobody else may have the station."""
    database = database_file(root)
    if database is None:
        return
    mended = mend(database, daily_copies(root), clock().astimezone(station_zone(root)))
    if mended is not None:
        LOG.warning("database mended: %s %s, the damaged one lies in %s", mended.code, mended.copy, mended.aside)


def take_up(station: Station) -> None:
    """Before anything is dispatched after a restoring: what may have gone out already is closed, and it is said."""
    code = acknowledge(station)
    if code:
        params = next((each.params for each in station.store.open_notices() if each.code == code), {})
        message, hint = render(code, params)
        click.echo(f"{message}: {hint}", err=True)
