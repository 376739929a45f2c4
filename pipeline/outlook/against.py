"""Another calendar to hold a plan against: last week's, the one the station runs by, or one that was kept as JSON."""

from __future__ import annotations

import json
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pipeline.app import PLANNED_AT, has_store, open_store, wall_clock
from pipeline.dispatch import HORIZON, expand_site
from pipeline.domain import Clock, Medium, Occurrence
from pipeline.edits import in_force
from pipeline.errors import ContentError
from pipeline.outlook import Outlook
from pipeline.schedule import OccurrenceKey
from pipeline.schedule.comparison import UNNAMED, SlotDifference, compare
from pipeline.site import Site
from pipeline.store import ONE_OFF

if TYPE_CHECKING:
    from pipeline.store import Store

KNOWN = (LAST_WEEK, RUNNING) = ("last-week", "running")
WEEK = timedelta(days=7)
KEPT_LIMIT = 16_000_000  # bytes: 1,000 days with forty airings each
MOST_TARGETS = 100_000  # of one airing
LOOK_BACK = timedelta(days=70)  # how far back a first row is looked for: it tells since when the station keeps any


@dataclass(frozen=True, slots=True)
class Against:
    """What a plan was held against between two instants, and what differs. `rows`: as the database has it."""

    name: str
    since: datetime
    until: datetime
    rows: bool
    differences: tuple[SlotDifference, ...]
    kept: Site | None = None  # the last good files, where those that lie there are broken: the station goes by these


def against(outlook: Outlook, other: str, clock: Clock = wall_clock) -> Against:
    """Hold a plan against `last-week`, `running` or the file of a kept one. ContentError where that cannot be had."""
    if other == LAST_WEEK:
        return _against_last_week(outlook)
    if other == RUNNING:
        return _against_running(outlook, clock())
    return _against_kept(outlook, Path(other))


def default(root: Path) -> str:
    """The running plan, where there is one."""
    return RUNNING if has_store(root) else LAST_WEEK


def _held(
    name: str,
    outlook: Outlook,
    span: tuple[datetime, datetime],
    other: Iterable[Occurrence],
    *,
    rows: bool,
    frozen: Collection[OccurrenceKey] = (),
) -> Against:
    since, until = span
    now = [each for each in outlook.occurrences if since <= each.start < until]
    before = [each for each in other if since <= each.start < until]
    return Against(name, since, until, rows, tuple(compare(before, now, frozen)))


def _span(outlook: Outlook) -> tuple[datetime, datetime]:
    zone = outlook.site.station.timezone
    days = min(outlook.days, (date.max - outlook.first).days)
    begin, end = (datetime.combine(day, time(), zone) for day in (outlook.first, outlook.first + timedelta(days=days)))
    return begin, end


# --- last week --------------------------------------------------------------------------------------------------------


def _against_last_week(outlook: Outlook) -> Against:
    """A week earlier as the rows have it, for days before the first row as the files of today make it."""
    begin, end = _span(outlook)
    since, until = begin - WEEK, end - WEEK
    zone = outlook.site.station.timezone
    rows: list[Occurrence] = []
    known_from = until
    if has_store(outlook.site.root):
        store = open_store(outlook.site.root)
        try:
            found = list(_rows(store, since - LOOK_BACK, until, zone))
        finally:
            store.close()
        if found:
            known_from = datetime.combine(min(each.start for each in found).date(), time(), zone)
            rows = [each for each in found if each.start >= since]
    files = [each for each in _a_week_before(outlook) if each.start < known_from]
    shifted = [replace(each, start=_later(each.start, zone)) for each in (*files, *rows)]
    return _held(LAST_WEEK, outlook, (begin, end), shifted, rows=bool(rows) or known_from <= since)


def _a_week_before(outlook: Outlook) -> tuple[Occurrence, ...]:
    if outlook.first.toordinal() <= WEEK.days:
        return ()
    return expand_site(outlook.site, outlook.first - WEEK, outlook.days).occurrences


def _later(start: datetime, zone: ZoneInfo) -> datetime:
    """The same local time a week on, as an aware time with its own offset."""
    local = start.astimezone(zone).replace(tzinfo=None) + WEEK
    return local.replace(tzinfo=zone)


def _rows(store: Store, since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[Occurrence]:
    """What the database has planned and nobody has called off, in local time, without what `loa send` asked for."""
    for row in store.occurrences(since, until):
        if row.cancelled_at is None and row.occurrence.programme != ONE_OFF:
            yield replace(row.occurrence, start=row.occurrence.start.astimezone(zone))


# --- the running plan -------------------------------------------------------------------------------------------------


def _against_running(outlook: Outlook, now: datetime) -> Against:
    """From now on, as far as the station has planned."""
    zone = outlook.site.station.timezone
    if not has_store(outlook.site.root):
        raise ContentError("running_plan_missing")
    store = open_store(outlook.site.root)
    try:
        planned = store.recall(PLANNED_AT)
        if planned is None:
            raise ContentError("running_plan_missing")
        begin, end = _span(outlook)
        since, until = max(begin, now), min(end, datetime.fromisoformat(planned) + HORIZON)
        if since >= until:
            days = {"first": f"{now.astimezone(zone):%d/%m/%Y}", "last": f"{until.astimezone(zone):%d/%m/%Y}"}
            raise ContentError("running_plan_elsewhere", **days)
        rows = list(_rows(store, since, until, zone))
        out = [row for row in store.occurrences(since, until) if row.handed_over_at is not None]
    finally:
        store.close()
    frozen = {row.occurrence.key for row in out}
    kept = in_force(outlook.site)
    is_other = kept is not outlook.site
    if is_other:
        plan = expand_site(kept, outlook.first, outlook.days).occurrences
        outlook = replace(outlook, site=kept, occurrences=plan)
    found = _held(RUNNING, outlook, (since.astimezone(zone), until.astimezone(zone)), rows, rows=True, frozen=frozen)
    return replace(found, kept=kept if is_other else None)


# --- a kept one -------------------------------------------------------------------------------------------------------


def _against_kept(outlook: Outlook, path: Path) -> Against:
    """The `--json` of an earlier plan: it has the number of the targets only, and nothing of length or title."""
    kept = _read_kept(path)
    like = {each.key: each for each in outlook.occurrences}
    slots = {(each.programme, each.slot): each for each in reversed(outlook.occurrences)}
    zone = outlook.site.station.timezone
    other = [_as_kept(each, like.get(each.key) or slots.get((each.programme, each.slot)), zone) for each in kept]
    return _held(str(path), outlook, _span(outlook), other, rows=False)


def kept_days(path: Path, zone: ZoneInfo) -> tuple[date, int] | None:
    """The first day of a kept plan and how many it covers, by its airings; None where it has none."""
    days = sorted(each.start.astimezone(zone).date() for each in _read_kept(path))
    return (days[0], (days[-1] - days[0]).days + 1) if days else None


def _as_kept(kept: Occurrence, now: Occurrence | None, zone: ZoneInfo) -> Occurrence:
    """A kept airing with everything its file does not hold taken from what it is today, so that it does not differ."""
    local = replace(kept, start=kept.start.astimezone(zone))
    if now is None:
        return local
    return replace(now, start=local.start, bulletins=kept.bulletins, targets=kept.targets, medium=kept.medium)


def _read_kept(path: Path) -> list[Occurrence]:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # a pipe or device may never end
            raise ContentError("kept_plan_unreadable", file=path)
        if found.st_size > KEPT_LIMIT:
            raise ContentError("kept_plan_too_large", file=path, limit=KEPT_LIMIT // 1_000_000)
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        raise ContentError("kept_plan_unreadable", file=path) from None
    entries = document.get("occurrences") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise ContentError("kept_plan_foreign", file=path)
    try:
        return [_kept(each) for each in entries]
    except (KeyError, TypeError, ValueError, OverflowError):
        raise ContentError("kept_plan_foreign", file=path) from None


@lru_cache(maxsize=1000)
def _unnamed(count: int) -> tuple[str, ...]:
    return (UNNAMED,) * count


def _kept(entry: Mapping[str, Any]) -> Occurrence:
    """KeyError, TypeError or ValueError where an entry is none of ours."""
    start, count = datetime.fromisoformat(entry["start"]), entry["targets"]
    names = [entry["programme"], entry["slot"], *entry["bulletins"]]
    whole = isinstance(count, int) and 0 <= count <= MOST_TARGETS and all(isinstance(each, str) for each in names)
    if start.tzinfo is None or not whole:
        raise ValueError
    return Occurrence(
        programme=entry["programme"],
        slot=entry["slot"],
        start=start,
        medium=Medium(entry["medium"]),
        title=entry["programme"],
        bulletins=tuple(entry["bulletins"]),
        targets=_unnamed(count),
    )
