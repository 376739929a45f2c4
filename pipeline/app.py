"""Station: every part built from the files of a site, and one method per thing an operator or a clock does."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.channels import Channel, Forgets, Plays
from pipeline.channels.registry import build_channel
from pipeline.clock import ClockTrust
from pipeline.config.station import ALWAYS
from pipeline.contacts import ImportPlan, check_rows, read_contacts
from pipeline.dispatch import HORIZON, LOOK_BACK, Dispatch, Trouble, expand_site
from pipeline.domain import Clock, Medium, Occurrence, Recording, State
from pipeline.edits import Watch, has_errors, last_good, take
from pipeline.errors import ConfigError, ConflictError, LoaError, Problem, SendError, Severity
from pipeline.messages import say
from pipeline.production import Production, Progress, speak
from pipeline.schedule import difference, review
from pipeline.site import Site, empty_site, load_site
from pipeline.store import Counts, PlanChange, Store

LOG = logging.getLogger(__name__)

PRODUCE_AHEAD_DAYS = 1
CLOCK_UNTRUSTED = "clock_untrusted"
CLOCK_DOUBTS = ("clock_before_release", "clock_stepped", "clock_behind", "clock_unset")


def wall_clock() -> datetime:
    """The machine's time, aware."""
    return datetime.now(UTC)


class Station:
    """One site at work. Tests and rehearsals pass a clock, a store and channels of their own."""

    def __init__(
        self,
        site: Site,
        store: Store,
        production: Production,
        channels: Mapping[str, Channel],
        clock: Clock = wall_clock,
    ) -> None:
        self.site, self.store, self.production, self.clock = site, store, production, clock
        self.channels = channels
        self.desk = Dispatch(site, store, production.find, channels)
        self.trust: ClockTrust | None = None  # None: whoever gave the clock vouches for it
        self._doubt: str | None = None  # not asked yet
        self._doubting = threading.Lock()
        self._files: Watch | None = None

    @classmethod
    def open(cls, root: Path, clock: Clock = wall_clock) -> Station:
        """The station of a folder, its database brought up to date. ConfigError where the files cannot carry one."""
        site = load_site(root)
        require_usable(site)
        return cls._of(site, clock)

    @classmethod
    def stand_by(cls, root: Path, clock: Clock = wall_clock) -> tuple[Station, tuple[Problem, ...]]:
        """The station as it runs unattended: watching its files and its clock. And what is wrong with the files.

        Where anything is, it goes on with the last good ones; without those, with what is whole.
        """
        files = Watch(root)
        found = take(root)
        site = (last_good(root) if has_errors(found) else None) or found
        require_usable(site)
        station = cls._of(site, clock)
        station._files = files
        station.trust = ClockTrust(clock, station.store, always=site.station.clock.trust == ALWAYS)
        station._note_files(found.problems)
        return station, found.problems

    @classmethod
    def _of(cls, site: Site, clock: Clock) -> Station:
        store = open_store(site.root)
        return cls(site, store, Production(site, store), build_channels(site, clock), clock)

    def tick(self) -> list[Trouble]:
        """One pass of everything; waits for what it started. What went wrong is returned."""
        now = self.clock()
        self.desk.plan(now)
        self.produce(PRODUCE_AHEAD_DAYS)
        self.send_due()
        for channel in self.channels.values():
            if isinstance(channel, Plays):
                channel.wait()
        self.desk.confirm(self.clock())
        self.tidy()
        return self.desk.troubles

    def plan(self) -> PlanChange:
        """Bring the planned rows in line with the files; while the clock is in doubt they stay as they are."""
        return self.desk.plan(self.clock()) if self.is_clock_trusted() else PlanChange()

    def send_due(self) -> None:
        """Hand over what is due and ask what became of what was handed over. Nothing by a clock in doubt."""
        if self.is_clock_trusted():
            self.desk.send_due(self.clock())
        self.desk.confirm(self.clock())

    def send_urgent(self) -> None:
        """What cannot wait for the next turn of `send_due`."""

    def produce(self, days: int, progress: Progress | None = None) -> None:
        """Render what the next days need; failures stand in `production.failures`."""
        now, production = self.clock(), self.production
        production.make(self.upcoming(now, days, production.site), now, progress)

    def tidy(self) -> None:
        """Delete hand-over files whose time is over: they hold telephone numbers."""
        for channel in self.channels.values():
            if isinstance(channel, Forgets):
                channel.expire(self.clock())

    def upcoming(self, now: datetime, days: int, site: Site | None = None) -> list[Occurrence]:
        """Loudspeaker occurrences of the files that are not yet too late and start within the next days."""
        site = site or self.site
        first = now.astimezone(site.station.timezone).date() - timedelta(days=1)
        until = now + timedelta(days=days)
        expanded = expand_site(site, first, days + 2).occurrences
        return [
            each
            for each in expanded
            if each.medium is Medium.LOUDSPEAKER and now <= each.too_late and each.start < until
        ]

    def today(self) -> date:
        """The calendar day at the station."""
        return self.clock().astimezone(self.site.station.timezone).date()

    def close(self) -> None:
        self.store.close()

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

    def follow_edits(self) -> bool:
        """Take over files that were changed and are whole; True where the station now runs by them."""
        if self._files is None or not self._files.changed():
            return False
        try:
            found = take(self.site.root)
        except OSError:
            self._files.again()
            raise
        self._note_files(found.problems)
        good = not has_errors(found)
        if not good and (not found.usable or last_good(self.site.root) is not None):
            LOG.warning("the files hold errors: the last good ones stay in use")
            return False
        self._tell_changes(found)
        self.take_over(found)
        return True

    def take_over(self, site: Site) -> None:
        """Run by other files from now on; what is under way ends by the old ones."""
        kept = {name for name, settings in site.channels.items() if self.site.channels.get(name) == settings}
        channels = {name: each for name, each in self.channels.items() if name in kept}
        channels |= build_channels(site, self.clock, without=channels)
        production = Production(site, self.store)
        desk = Dispatch(site, self.store, production.find, channels)
        desk.troubles = self.desk.troubles
        self.site, self.production, self.channels, self.desk = site, production, channels, desk
        if self.trust is not None:
            self.trust.always = site.station.clock.trust == ALWAYS

    def note_fault(self, lane: str, error: BaseException) -> None:
        """Somebody has to know that a part of the station failed and is tried again."""
        code = error.code if isinstance(error, LoaError) else type(error).__name__
        self.store.notice("lane_failed", lane, {"lane": lane, "why": code}, now=self.clock())

    def _note_files(self, problems: Iterable[Problem]) -> None:
        now = self.clock()
        broken = {each.file: each for each in problems if each.severity is Severity.ERROR}
        for file, problem in broken.items():
            what = say(problem.code, **problem.params)
            self.store.notice("site_broken", file, {"file": file, "line": str(problem.line), "what": what}, now=now)
        self.store.settle_notices(["site_broken"], now, keep={("site_broken", file) for file in broken})

    def _tell_changes(self, site: Site) -> None:
        first = self.today()
        before, after = (expand_site(each, first, HORIZON.days).occurrences for each in (self.site, site))
        now = self.clock()
        for change in difference(before, after):
            LOG.info("%s", say(change.code, **change.params))
            subject = "/".join((change.params["programme"], change.params["slot"], change.code))
            self.store.notice(change.code, subject, change.params, now=now)


def build_channels(site: Site, clock: Clock, without: Collection[str] = ()) -> dict[str, Channel]:
    """The channels of a site by id. One that cannot be built is named by `loa check` and never stops the others."""
    channels: dict[str, Channel] = {}
    for settings in site.channels.values():
        if settings.id not in without:
            with contextlib.suppress(SendError):
                channels[settings.id] = build_channel(settings, site.root, clock)
    return channels


@contextlib.contextmanager
def clock_trust(root: Path, clock: Clock = wall_clock) -> Iterator[tuple[ClockTrust, datetime]]:
    """What the station of a folder holds of the machine's clock, and the time by it."""
    store = open_store(root)
    try:
        yield ClockTrust(clock, store, always=load_site(root).station.clock.trust == ALWAYS), clock()
    finally:
        store.close()


@contextlib.contextmanager
def sole_station(root: Path) -> Iterator[None]:
    """Be the one process that runs the station of a folder. ConflictError where another one is."""
    handle = _station_lock(root)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConflictError("station_running") from None
        yield
    finally:
        os.close(handle)


def is_station_running(root: Path) -> bool:
    """Whether some process holds the station of a folder."""
    try:
        with sole_station(root):
            return False
    except ConflictError:
        return True


def _station_lock(root: Path) -> int:
    path = root / "var" / "station.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)


def require_usable(site: Site) -> None:
    """ConfigError with all problems where the files hold nothing a station could be built from."""
    if not site.usable:
        raise ConfigError(problem for problem in site.problems if problem.severity is Severity.ERROR)


def open_store(root: Path) -> Store:
    """The station's database: `LOA_DATABASE_URL`, or SQLite under `var/`. Keys of contacts lie outside it."""
    url = os.environ.get("LOA_DATABASE_URL")
    if url is None:
        (root / "var").mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{root / 'var' / 'loa.db'}"
    store = Store(url, key=root / "var" / "keys" / "contacts.key", head=root / "var" / "audit-head")
    store.migrate()
    return store


def has_store(root: Path) -> bool:
    """Whether the site has a database yet: looking ahead does not make one."""
    return "LOA_DATABASE_URL" in os.environ or (root / "var" / "loa.db").is_file()


def station_zone(root: Path) -> ZoneInfo:
    """The zone a typed local time is meant in."""
    return load_site(root).station.timezone


@dataclass(frozen=True, slots=True)
class Outlook:
    """The dated calendar of a site with what is known of each airing and everything worth saying about it."""

    site: Site
    occurrences: tuple[Occurrence, ...]
    recordings: Mapping[tuple[str, str, datetime], Recording]
    problems: tuple[Problem, ...]


def look_ahead(root: Path, first: date | None, days: int, clock: Clock = wall_clock) -> Outlook:
    """Expand the files over `days` days from `first` (the station's today where None) and review what they make.

    Nothing is rendered or written; recordings and contact lists are looked up where a database exists.
    """
    site = load_site(root)
    require_usable(site)
    plan = expand_site(site, first or clock().astimezone(site.station.timezone).date(), days)
    recordings: dict[tuple[str, str, datetime], Recording] = {}
    lists: set[str] = set()
    if has_store(site.root):
        store = open_store(site.root)
        production = Production(site, store)
        spoken = [each for each in plan.occurrences if each.medium is Medium.LOUDSPEAKER]
        recordings = {each.key: made for each in spoken if (made := production.find(each)) is not None}
        lists = set(store.contact_lists())
        store.close()
    problems = [
        *site.problems,
        *plan.problems,
        *lists_missing(plan.occurrences, lists),
        *review_plan(site, plan.occurrences, recordings),
    ]
    return Outlook(site, plan.occurrences, recordings, tuple(problems))


def review_plan(
    site: Site, occurrences: Iterable[Occurrence], recordings: Mapping[tuple[str, str, datetime], Recording]
) -> list[Problem]:
    """What windows, limits and neighbours say of planned occurrences: warnings."""

    def length(occurrence: Occurrence) -> float | None:
        recording = recordings.get(occurrence.key)
        return recording.duration_s if recording else None

    return review(
        occurrences,
        programmes=site.programmes,
        windows=site.station.windows,
        limits=site.station.limits,
        lengths=length,
        zone=site.station.timezone,
        calendar=site.calendar,
    )


def lists_missing(occurrences: Iterable[Occurrence], known: Collection[str]) -> list[Problem]:
    """A warning for each contact list that a slot names and nobody has imported."""
    named = {name for each in occurrences if each.medium is Medium.SMS for name in each.targets}
    return [
        Problem("contact_list_missing", Severity.WARNING, params={"list": name}) for name in sorted(named - set(known))
    ]


def say_aloud(root: Path, text: str, out: Path, plot: Path | None = None) -> tuple[float, str]:
    """Speak one text through the site's voices and mastering into an MP3, with a picture of it where asked.

    Returns seconds and the voice. VoiceError where no voice can speak it.
    """
    site = load_site(root) if (root / "config").is_dir() else empty_site(root)
    with tempfile.TemporaryDirectory(prefix="loa-") as scratch:
        segment = speak(site, text, Path(scratch))
        shutil.copyfile(segment.path, out)
    if plot is not None:
        from pipeline.audio import picture

        plot.write_text(picture.draw(out, text[:80]), encoding="utf-8")
    return segment.duration_s, segment.voice


def import_contacts(
    root: Path, file: Path, list_id: str, basis: str, clock: Clock = wall_clock
) -> tuple[ImportPlan, Counts]:
    """Bring a CSV or XLSX list into the database: encrypted, each number once, what was refused named by its line."""
    site = load_site(root)
    require_usable(site)
    today = clock().astimezone(site.station.timezone).date()
    rows = check_rows(read_contacts(file), areas=site.areas.by_id, on=today)
    store = open_store(site.root)
    try:
        counts = store.import_contacts(list_id, basis, rows, now=clock())
    finally:
        store.close()
    return rows, counts
