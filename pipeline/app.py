"""Station: every part built from the files of a site, and one method per thing an operator or a clock does."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.channels import Channel, Forgets, Plays
from pipeline.channels.registry import build_channel
from pipeline.contacts import ImportPlan, check_rows, read_contacts
from pipeline.dispatch import Dispatch, Trouble, expand_site
from pipeline.domain import Clock, Medium, Occurrence, Recording
from pipeline.errors import ConfigError, Problem, SendError, Severity
from pipeline.production import Production, Progress, speak
from pipeline.schedule import review
from pipeline.site import Site, empty_site, load_site
from pipeline.store import Counts, PlanChange, Store

PRODUCE_AHEAD_DAYS = 1


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

    @classmethod
    def open(cls, root: Path, clock: Clock = wall_clock) -> Station:
        """The station of a folder, its database brought up to date. ConfigError where the files cannot carry one."""
        site = load_site(root)
        require_usable(site)
        store = open_store(site.root)
        channels: dict[str, Channel] = {}
        for settings in site.channels.values():
            try:
                channels[settings.id] = build_channel(settings, site.root, clock)
            except SendError:
                continue  # named by `loa check`; a channel that cannot be built never stops the others
        return cls(site, store, Production(site, store), channels, clock)

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
        """Bring the planned rows in line with the files."""
        return self.desk.plan(self.clock())

    def send_due(self) -> None:
        """Hand over what is due and ask what became of what was handed over."""
        self.desk.send_due(self.clock())
        self.desk.confirm(self.clock())

    def produce(self, days: int, progress: Progress | None = None) -> None:
        """Render what the next days need; failures stand in `production.failures`."""
        now = self.clock()
        self.production.make(self.upcoming(now, days), now, progress)

    def tidy(self) -> None:
        """Delete hand-over files whose time is over: they hold telephone numbers."""
        for channel in self.channels.values():
            if isinstance(channel, Forgets):
                channel.expire(self.clock())

    def upcoming(self, now: datetime, days: int) -> list[Occurrence]:
        """Loudspeaker occurrences of the files that are not yet too late and start within the next days."""
        first = now.astimezone(self.site.station.timezone).date() - timedelta(days=1)
        until = now + timedelta(days=days)
        expanded = expand_site(self.site, first, days + 2).occurrences
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
