"""What an operator asks first: what is on the air, what comes, what was, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.app import has_store, is_station_running, open_store, require_usable, wall_clock
from pipeline.dispatch import expand_site
from pipeline.dispatch.admission import nothing_refused
from pipeline.dispatch.batches import Batches, Progress
from pipeline.doctor.urgency import by_urgency
from pipeline.domain import Clock, Medium, Occurrence, State
from pipeline.edits import in_force
from pipeline.fleet.fleet import fleet_of
from pipeline.fleet.plans import KEY_FORM
from pipeline.fleet.watch import Standing
from pipeline.fleet.watch import survey as look
from pipeline.site import Site, load_site
from pipeline.store import Notice, PlannedRow
from pipeline.telling.words import NEWS
from pipeline.unattended import BROKEN, broken_files

if TYPE_CHECKING:
    from pipeline.fleet.fleet import Fleet
    from pipeline.fleet.watch import Speaker
    from pipeline.store import Store

BACK, AHEAD = timedelta(days=8), timedelta(days=8)
WEEK = timedelta(days=7)
AT_LEAST = timedelta(minutes=1)
UNDER_WAY = (State.SENDING, State.ACCEPTED)
LATELY = timedelta(seconds=150)  # a receiver says every minute what it plays


@dataclass(frozen=True, slots=True)
class Line:
    """One occurrence and what became of its deliveries so far. `voices`: who spoke what was handed over."""

    occurrence: Occurrence
    counts: Mapping[State, int] = field(default_factory=dict)
    code: str = ""
    voices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MediumStatus:
    """`now`: it sounds, or is on its way; `next`: by the files; `last`: the newest that is over."""

    now: tuple[Line, ...] = ()
    next: Line | None = None
    last: Line | None = None


@dataclass(frozen=True, slots=True)
class ReceiversStatus:
    """How many of the receivers at the communes were heard of lately, and how many are not well.

    The four truths of the last week: planned, delivered, played, heard.
    """

    online: int
    of: int
    unwell: int
    planned: int
    delivered: int
    played: int
    heard: int
    unordered: int = 0  # what receivers aired in the last week although nobody had ordered it; in none of the four


@dataclass(frozen=True, slots=True)
class Status:
    """A station at one moment (`at`, local)."""

    station: str
    at: datetime
    running: bool
    media: Mapping[Medium, MediumStatus]
    problems: tuple[Notice, ...]
    texts: tuple[Progress, ...] = ()  # SMS batches of which something is still to go
    receivers: ReceiversStatus | None = None  # where the station has any

    @property
    def zone(self) -> tzinfo:
        """The station's."""
        assert self.at.tzinfo is not None
        return self.at.tzinfo


def survey(root: Path, clock: Clock = wall_clock) -> Status:
    """The status of a site. ConfigError where its files cannot carry a station."""
    found = load_site(root)
    site = in_force(found)
    require_usable(site)
    at = clock().astimezone(site.station.timezone)
    rows: list[PlannedRow] = []
    notices: list[Notice] = []
    voices: dict[int, tuple[str, ...]] = {}
    texts: list[Progress] = []
    under_way: frozenset[int] = frozenset()
    receivers: ReceiversStatus | None = None
    if has_store(root):
        store = open_store(root)
        rows, notices = store.occurrences(at - BACK, at + AHEAD), list(_problems(store))
        fleet = fleet_of(site, store, lambda: at)
        speakers = look(fleet, at) if fleet is not None else []
        under_way = whats_under_way(store, rows, at, speakers)
        voices = _voices(store, rows, at, under_way)
        texts = Batches(site, store, nothing_refused).under_way(at)
        receivers = _receivers(fleet, speakers, at) if fleet is not None else None
        store.close()
    coming = _coming(site, at, rows)
    media = {medium: _of_medium(medium, rows, coming, at, voices, under_way) for medium in Medium}
    problems = tuple(by_urgency((*_of_files(found, at, kept=site is not found), *_of_texts(texts, at), *notices), at))
    return Status(site.station.name, at, is_station_running(root), media, problems, tuple(texts), receivers)


def _receivers(fleet: Fleet, speakers: Sequence[Speaker], at: datetime) -> ReceiversStatus:
    online = sum(each.standing is Standing.ONLINE for each in speakers)
    truths = fleet.store.truths(fleet.settings.id, at - WEEK, at)
    unwell = sum(not each.is_well for each in speakers)
    four = (truths.planned, truths.delivered, truths.played, truths.heard)
    return ReceiversStatus(online, len(speakers), unwell, *four, len(fleet.store.unordered_airings(at - WEEK)))


def _of_files(found: Site, at: datetime, *, kept: bool) -> Iterator[Notice]:
    """Broken files as they lie there now: whoever asks need not wait for a station to look at them."""
    for code, facts in broken_files(found.problems, kept=kept):
        yield Notice(0, code, facts["file"], facts, at, at)


def _of_texts(texts: list[Progress], at: datetime) -> Iterator[Notice]:
    """Why what is tried again has not gone: a wrong password is no news of the sending alone."""
    for each in texts:
        occurrence = each.batch.occurrence
        for code, count in each.held.items():
            facts = {"title": occurrence.title, "count": str(count), "why": code}
            yield Notice(0, "sms_held", f"{occurrence.programme}/{occurrence.slot}", facts, at, at)


def _problems(store: Store) -> Iterator[Notice]:
    return (each for each in store.open_notices() if each.code not in NEWS and each.code not in BROKEN)


def _coming(site: Site, at: datetime, rows: list[PlannedRow]) -> list[Line]:
    """What the files and one-offs bring, without what was called off."""
    off = {row.occurrence.key for row in rows if row.cancelled_at is not None or row.missed_at is not None}
    own = [row.occurrence for row in rows if row.occurrence.programme.startswith("_")]
    found = [*expand_site(site, at.date(), AHEAD.days).occurrences, *own]
    return [
        Line(each) for each in sorted(found, key=lambda each: each.start) if each.start > at and each.key not in off
    ]


def _voices(
    store: Store, rows: list[PlannedRow], at: datetime, under_way: frozenset[int]
) -> dict[int, tuple[str, ...]]:
    """By row, of what sounds now and what sounded last: the voices of the files that were handed over."""
    spoken = (row for row in rows if row.occurrence.medium is Medium.LOUDSPEAKER and not _gone(row))
    begun = [row for row in spoken if row.occurrence.start <= at]
    asked = {row.id: row for row in (*(each for each in begun if each.id in under_way), *begun[-1:])}
    hashes = {row: {each.recording for each in store.deliveries_of(row) if each.recording} for row in asked}
    known = store.recordings_by_hash(sorted(set().union(*hashes.values())))
    return {
        row: tuple(sorted({known[each].spoken_by for each in found if each in known})) for row, found in hashes.items()
    }


def _of_medium(
    medium: Medium,
    rows: list[PlannedRow],
    coming: list[Line],
    at: datetime,
    voices: Mapping[int, tuple[str, ...]],
    under_way: frozenset[int],
) -> MediumStatus:
    begun = [row for row in rows if row.occurrence.medium is medium and row.occurrence.start <= at and not _gone(row)]
    sounding = [row for row in begun if row.id in under_way]
    over = [row for row in begun if row not in sounding]
    following = next((each for each in coming if each.occurrence.medium is medium), None)
    now = tuple(_line(row, voices) for row in sounding)
    return MediumStatus(now, following, _line(over[-1], voices) if over else None)


def _gone(row: PlannedRow) -> bool:
    return row.cancelled_at is not None and not row.handed_over_at


def whats_under_way(
    store: Store, rows: Sequence[PlannedRow], at: datetime, speakers: Sequence[Speaker]
) -> frozenset[int]:
    """The rows of what sounds now: as long as it lasts from its start, or as long as a machine says that it plays it
    (it began later than it was to, or goes on after something more urgent)."""
    here = (each.status for each in speakers if each.contact is not None and at - each.contact < LATELY)
    said = (KEY_FORM.match(status.playing) for status in here if status is not None and status.online)
    playing = store.deliveries(int(found[1]) for found in said if found)
    out = [row for row in rows if row.occurrence.start <= at and any(row.counts.get(each, 0) for each in UNDER_WAY)]
    lasting = {row.id for row in out if at < row.occurrence.start + (row.occurrence.length or _longest(store, row))}
    return frozenset(lasting | {each.occurrence for each in playing})


def _longest(store: Store, row: PlannedRow) -> timedelta:
    """Of the files that were handed over: a one-off has no length of its own."""
    if row.occurrence.medium is not Medium.LOUDSPEAKER:
        return AT_LEAST
    hashes = sorted({each.recording for each in store.deliveries_of(row.id) if each.recording})
    lengths = (each.duration_s for each in store.recordings_by_hash(hashes).values())
    return max(AT_LEAST, timedelta(seconds=max(lengths, default=0.0)))


def _line(row: PlannedRow, voices: Mapping[int, tuple[str, ...]]) -> Line:
    return Line(row.occurrence, row.counts, row.code, voices.get(row.id, ()))
