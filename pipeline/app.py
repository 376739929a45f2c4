"""Station: every part built from the files of a site, and one method per thing an operator or a clock does."""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from pipeline.addressees import retire
from pipeline.approval import Approvals
from pipeline.channels import Call, Channel, Foresees, Forgets, Plays
from pipeline.channels.registry import build_channel
from pipeline.clock import ClockTrust
from pipeline.config.station import ALWAYS
from pipeline.config.voices import URGENT_ONLY
from pipeline.dispatch import (
    LOOK_BACK,
    TEXTS_WITHIN_S,
    Dispatch,
    Refusal,
    Trouble,
    expand_site,
    history_of,
    places,
    ways,
)
from pipeline.domain import Bulletin, Clock, Medium, Occurrence, Priority, Receipt, State
from pipeline.edits import in_force
from pipeline.errors import ConfigError, ConflictError, SendError, Severity
from pipeline.fleet.fleet import fleet_of, settings_of
from pipeline.site import Site, load_site, stale
from pipeline.store import ONE_OFF, PlanChange

if TYPE_CHECKING:
    from pipeline.production import Production, Progress
    from pipeline.store import Store

PRODUCE_AHEAD_DAYS = 1
AHEAD_WITHIN_S = 120.0
PLANNED_AT = "planned_at"
PLAN_GAP = timedelta(minutes=5)
LONGEST_SLEEP = timedelta(days=366)
NOTICES_KEPT = timedelta(days=90)  # once they are settled


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
        self.fleet = fleet_of(site, store, clock)
        self._stand_behind(channels)
        self.desk = self._desk_for(site, production, channels)

    @classmethod
    def open(cls, root: Path, clock: Clock = wall_clock) -> Self:
        """The station of a folder, its database brought up to date. ConfigError where the files cannot carry one."""
        site = load_site(root)
        require_usable(site)
        return cls.of(site, clock)

    @classmethod
    def of(cls, site: Site, clock: Clock) -> Self:
        """The station of files that were read already."""
        store = open_store(site.root)
        return cls(site, store, production_of(site, store), build_channels(site, clock), clock)

    def tick(self) -> list[Trouble]:
        """One pass of everything; waits for what it started. What went wrong is returned."""
        self.plan()
        self.produce(PRODUCE_AHEAD_DAYS)
        self.produce_ahead()
        self.foresee()
        self.send_due()
        self.confirm()
        self.resolve()
        while self._play_out():  # a device plays one thing at a time: what waited for it follows
            self.send_due()
        self.tidy()
        return self.desk.troubles

    def _play_out(self) -> bool:
        """Wait for what plays on this machine; whether anything of it has ended."""
        players = [each for each in self.channels.values() if isinstance(each, Plays)]

        def playing() -> set[int]:
            return {each.id for player in players for each in self.store.open_deliveries(player.id, {State.ACCEPTED})}

        before = playing()
        for player in players:
            player.wait()
        self.confirm()
        return bool(before - playing())

    def plan(self) -> PlanChange:
        """Bring the planned rows in line with the files."""
        now = self.clock()
        self._plan_what_was_slept_through(now)
        change = self.desk.plan(now)
        self.store.remember(PLANNED_AT, now.isoformat(), now)
        return change

    def _plan_what_was_slept_through(self, now: datetime) -> None:
        """Rows for what the files asked for while nobody planned: too late by now, and said so instead of lost."""
        planned = self.store.recall(PLANNED_AT)
        since = max(datetime.fromisoformat(planned), now - LONGEST_SLEEP) if planned else now
        if since > now - PLAN_GAP:
            return
        site, zone = self.site, self.site.station.timezone
        first, last = (each.astimezone(zone).date() for each in (since, now))
        found = expand_site(site, first, (last - first).days + 1, history_of(site, self.store, now)).occurrences
        self.store.upsert_plan(
            [each for each in found if since <= each.start < now],
            ways(site),
            since=since,
            until=now,
            now=now,
            areas=places(site),
        )

    def send_due(self, medium: Medium | None = None) -> bool:
        """Hand over what is due; only what goes out by `medium`, where one is named.

        SMS alone take a few seconds at most; whether some are left that could go on at once.
        """
        return self.desk.send_due(self.clock(), medium, within_s=TEXTS_WITHIN_S if medium is Medium.SMS else None)

    def foresee(self) -> None:
        """Bring the plans that receivers hold in line with what lies ahead."""
        if self.fleet is not None:
            self.desk.foresee(self.clock())
            self.fleet.refresh(self.clock())

    def confirm(self) -> None:
        """Ask what became of what was handed over."""
        self.desk.confirm(self.clock())

    def resolve(self) -> None:
        """Ask the providers of SMS about what may or may not have gone out."""
        self.desk.resolve(self.clock())

    def hear(self, call: Call) -> Receipt | None:
        """Write down what a provider reports by itself."""
        return self.desk.hear(call)

    def send_urgent(self) -> None:
        """What cannot wait for the next turn of `send_due`: what commands ask, and what is EMERGENCY."""
        self.desk.answer_requests(self.clock())
        self.desk.send_urgent(self.clock())

    def produce(self, days: int, progress: Progress | None = None) -> None:
        """Render what the next days need; failures stand in `production.failures`."""
        now, production, desk = self.clock(), self.production, self.desk
        wanted = [*self.upcoming(now, days, production.site), *self.one_offs(now, days)]
        production.make(dict.fromkeys([*wanted, *desk.admit(wanted, now)]), now, progress)

    def produce_ahead(self, within_s: float = AHEAD_WITHIN_S) -> None:
        """Render, soonest first, what receivers are to hold days ahead; for at most about so long."""
        ahead = max((each.ahead for each in self.channels.values() if isinstance(each, Foresees)), default=None)
        if ahead is None:
            return
        now, production, began = self.clock(), self.production, time.monotonic()
        holds = {name for name, each in self.channels.items() if isinstance(each, Foresees)}
        failures = production.failures
        days = itertools.groupby(self._missing_ahead(now, ahead, holds), lambda each: each.start.date())
        for _, missing in days:
            wanted = list(missing)
            production.make(dict.fromkeys([*wanted, *self.desk.admit(wanted, now)]), now)
            failures += [each for each in production.failures if each not in failures]
            if time.monotonic() - began > within_s:
                break
        production.failures = failures

    def _missing_ahead(self, now: datetime, ahead: timedelta, holds: Collection[str]) -> list[Occurrence]:
        """What the clusters of these channels are to hold, and nobody has produced; first what has no sound at all."""
        clusters, production = self.site.clusters, self.production
        wanted = [*self.upcoming(now, ahead.days, production.site), *self.one_offs(now, ahead.days)]
        mine = [
            each for each in wanted if any(clusters[name].channel in holds for name in each.targets if name in clusters)
        ]
        admitted = zip(mine, self.desk.admit(mine, now), strict=True)
        missing = [(each, may) for each, may in admitted if may.bulletins and not production.is_made(may)]
        missing.sort(key=lambda pair: (production.find(pair[1]) is not None, pair[0].start))
        return [each for each, _ in missing]

    def tidy(self) -> None:
        """Delete what is over: hand-over files and lists with telephone numbers, notices, journals of receivers."""
        for channel in self.channels.values():
            if isinstance(channel, Forgets):
                channel.expire(self.clock())
        retire(self.store, self.clock(), self.today())
        self.store.prune_notices(self.clock() - NOTICES_KEPT, self.clock())
        if self.fleet is not None:
            self.fleet.forget(self.clock())

    def upcoming(self, now: datetime, days: int, site: Site | None = None) -> list[Occurrence]:
        """Loudspeaker occurrences of the files that are not yet too late and start within the next days."""
        site = site or self.site
        first = now.astimezone(site.station.timezone).date() - timedelta(days=1)
        until = now + timedelta(days=days)
        expanded = expand_site(site, first, days + 2, history_of(site, self.store, now)).occurrences
        return [
            each
            for each in expanded
            if each.medium is Medium.LOUDSPEAKER and now <= each.too_late and each.start < until
        ]

    def one_offs(self, now: datetime, days: int) -> list[Occurrence]:
        """What `loa send` has planned for the next days."""
        rows = [row.occurrence for row in self.store.occurrences(now - LOOK_BACK, now + timedelta(days=days))]
        return [each for each in rows if each.programme == ONE_OFF and now <= each.too_late]

    def today(self) -> date:
        """The calendar day at the station."""
        return self.clock().astimezone(self.site.station.timezone).date()

    def take_over(self, site: Site) -> None:
        """Run by other files from now on; what is under way ends by the old ones."""
        kept = {name for name, settings in site.channels.items() if self.site.channels.get(name) == settings}
        channels = {name: each for name, each in self.channels.items() if name in kept}
        channels |= build_channels(site, self.clock, without=channels)
        production = production_of(site, self.store)
        self._follow_fleet(site)
        self._stand_behind(channels)
        desk = self._desk_for(site, production, channels)
        desk.troubles = self.desk.troubles
        self.site, self.production, self.channels, self.desk = site, production, channels, desk

    def _follow_fleet(self, site: Site) -> None:
        settings = settings_of(site)
        if settings is None or self.fleet is None:
            self.fleet = fleet_of(site, self.store, self.clock)
        else:
            self.fleet.follow(site, settings)

    def _stand_behind(self, channels: Mapping[str, Channel]) -> None:
        """The plans of receivers are the station's, not the channel's."""
        for channel in channels.values():
            if isinstance(channel, Foresees):
                channel.plans = self.fleet

    def close(self) -> None:
        self.store.close()

    def _desk_for(self, site: Site, production: Production, channels: Mapping[str, Channel]) -> Dispatch:
        refusal = refusal_of(site, self.store, self.today)
        withheld = site.station.voices.air_fallback == URGENT_ONLY
        return Dispatch(
            site,
            self.store,
            production.find,
            channels,
            refusal=refusal,
            hand_over=production.hand_over,
            fallback_from=Priority.PRIORITY if withheld else Priority.ROUTINE,
            cutting=production,
        )


def production_of(site: Site, store: Store) -> Production:
    """What renders; with numpy behind it, which most commands do without."""
    from pipeline.production import Production

    return Production(site, store)


def refusal_of(site: Site, store: Store, today: Callable[[], date]) -> Refusal:
    """Outside rehearsals nothing airs that nobody accepted, nor what sends people to a place nobody vouches for."""
    approvals = Approvals(site, store)

    def refuse(bulletin: Bulletin) -> str:
        if code := approvals.refusal(bulletin):
            return code
        return "report_channel_stale" if stale(site, bulletin, today()) else ""

    return refuse


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
        yield ClockTrust(clock, store, always=in_force(load_site(root)).station.clock.trust == ALWAYS), clock()
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
    var = root / "var"
    from pipeline.store import Store

    store = Store(url, key=var / "keys" / "contacts.key", head=var / "audit-head", wishes=var / "wishes")
    store.migrate()
    store.recall_wishes(wall_clock())
    return store


def has_store(root: Path) -> bool:
    """Whether the site has a database yet: looking ahead does not make one."""
    return "LOA_DATABASE_URL" in os.environ or (root / "var" / "loa.db").is_file()


def station_zone(root: Path) -> ZoneInfo:
    """The zone a typed local time is meant in."""
    return in_force(load_site(root)).station.timezone
