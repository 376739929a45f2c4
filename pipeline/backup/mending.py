"""A damaged database does not keep a station silent: the last copy takes its place, and nothing airs twice for it."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.app import Station
from pipeline.dispatch import expand_site, places, ways
from pipeline.domain import Medium, State
from pipeline.errors import LoaError
from pipeline.store import PlannedRow, Store
from pipeline.store.snapshots import is_whole

MARK = "database_put_back"  # remembered by a database that was put back, until the station has acted on it
LOOK_BACK = timedelta(days=1)
LONGEST_GAP = timedelta(days=366)
LONGEST_LEAD = timedelta(hours=1)
TAILS = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Mended:
    """`code`: database_restored or database_fresh. `copy`: what took the place, `aside`: where the damaged one lies."""

    code: str
    aside: Path
    copy: str = ""


def mend(database: Path, copies: list[Path], now: datetime) -> Mended | None:
    """Put the newest whole copy, or an empty database, in the place of a damaged one; None where it is whole.

    Call it before the database is opened, as the only process of the station. A database that is gone or empty while
    copies of it exist counts as damaged; one that never was does not.
    """
    if _is_sound(database, copies):
        return None
    aside = database.parent / f"damaged-{now:%Y%m%d-%H%M%S}"
    aside.mkdir(parents=True, exist_ok=True)
    for copy in (*copies, None):
        part = database.with_name(f"{database.name}.part")
        for tail in TAILS:
            part.with_name(part.name + tail).unlink(missing_ok=True)
        try:
            if copy is not None:
                shutil.copyfile(copy, part)
                part.chmod(0o600)
                if not part.stat().st_size or not is_whole(part):
                    continue
            code = "database_restored" if copy else "database_fresh"
            prepare(part, code, _made_at(copy, now), copy.name if copy else "", now)
        except (LoaError, OSError):
            if copy is None:
                raise
            continue
        for tail in TAILS:
            old = database.with_name(database.name + tail)
            if old.exists():
                old.replace(aside / old.name)
        part.replace(database)
        return Mended(code, aside, copy.name if copy else "")
    raise AssertionError("an empty database is always possible")


def prepare(database: Path, code: str, made_at: str, copy: str, now: datetime) -> None:
    """Bring a copy up to date and mark it, so that whoever opens it next knows what it is. StoreError: too new."""
    store = Store(f"sqlite:///{database}")
    try:
        store.migrate()
        store.skip_numbers(now)
        mark = {"code": code, "made_at": made_at, "copy": copy, "at": now.isoformat()}
        store.remember(MARK, json.dumps(mark), now)
    finally:
        store.close()
    for tail in TAILS[1:]:
        database.with_name(database.name + tail).unlink(missing_ok=True)


def acknowledge(station: Station) -> str:
    """After a restoring: what may have been handed over since the copy was made is not handed over again, and is told.

    Returns the code of what had happened, empty where nothing had. Until it has run nothing may be dispatched.
    """
    known = station.store.recall(MARK)
    if not known:
        return ""
    mark = json.loads(known)
    now = station.clock()
    made_at = datetime.fromisoformat(mark["made_at"])
    since = (
        max(min(made_at, now - LOOK_BACK), now - LONGEST_GAP)
        if mark["code"] == "database_restored"
        else now - LOOK_BACK
    )
    _plan_between(station, since, now + LONGEST_LEAD)
    for row in station.store.occurrences(since - LOOK_BACK, now + LONGEST_LEAD):
        if _waits(row) and row.occurrence.start - _lead(station, row) <= now:
            station.store.miss_occurrence(row.id, now, "database_restored")
    made = f"{made_at.astimezone(station.site.station.timezone):%H:%M %d/%m/%Y}"
    facts = {"copy": mark["copy"], "made": made}
    station.store.notice(mark["code"], mark["at"], facts, now=now)
    lost = station.store.lost_audit_heads()
    station.store.audit("loa", mark["code"], mark["copy"], {"made_at": mark["made_at"], "lost": lost}, now)
    station.store.remember(MARK, "", now)
    return str(mark["code"])


def _is_sound(database: Path, copies: list[Path]) -> bool:
    if not database.exists() or database.stat().st_size == 0:
        return not copies
    return is_whole(database)


def _made_at(copy: Path | None, now: datetime) -> str:
    moment = now if copy is None else datetime.fromtimestamp(copy.stat().st_mtime, tz=now.tzinfo)
    return moment.isoformat(timespec="seconds")


def _waits(row: PlannedRow) -> bool:
    """Whether it could still be handed over as far as this database knows."""
    if row.cancelled_at is not None or row.missed_at is not None:
        return False
    if row.occurrence.medium is Medium.SMS and row.expanded_at is None:
        return True
    return bool(row.counts.get(State.PLANNED, 0) or row.counts.get(State.RETRY, 0))


def _lead(station: Station, row: PlannedRow) -> timedelta:
    """How long before its start it may already lie with a player."""
    clusters = [station.site.clusters[each] for each in row.occurrence.targets if each in station.site.clusters]
    leads = [station.channels[each.channel].lead for each in clusters if each.channel in station.channels]
    return min(max(leads, default=timedelta(0)), LONGEST_LEAD)


def _plan_between(station: Station, since: datetime, until: datetime) -> None:
    """Rows for what the files asked for since the copy was made: each gets its state and its reason."""
    site, zone = station.site, station.site.station.timezone
    first, last = (each.astimezone(zone).date() for each in (since, until))
    found = expand_site(site, first, (last - first).days + 1).occurrences
    station.store.upsert_plan(
        [each for each in found if since <= each.start < until],
        ways(site),
        since=since,
        until=until,
        now=station.clock(),
        areas=places(site),
    )
