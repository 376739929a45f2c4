"""What lies ahead: the dated calendar of a site, what is known of each airing, and everything worth saying about it.

airtime.py   how long an airing will sound before it is produced
order_ahead.py  what collisions will do
remarks.py   what keeps it from sounding as planned: expired, unaccepted, unproduced, without listeners
sums.py      airtime and SMS by day, slot and commune
against.py   another calendar to hold it against: last week's, the running one, one that was kept
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from pipeline.app import PLANNED_AT, PRODUCE_AHEAD_DAYS, has_store, open_store, require_usable, wall_clock
from pipeline.approval import Approvals
from pipeline.dispatch import expand_site
from pipeline.domain import Bulletin, Clock, Medium, Occurrence, Recording
from pipeline.errors import Problem
from pipeline.outlook import order_ahead
from pipeline.outlook import remarks as worth_saying
from pipeline.outlook.airtime import Reckoned, Reckoning
from pipeline.production import Production
from pipeline.production.assembly import Airing, is_beyond
from pipeline.schedule import OccurrenceKey, Remark
from pipeline.schedule import remarks as reviewed
from pipeline.site import Site, load_site

Recordings = Mapping[OccurrenceKey, Recording]


@dataclass(frozen=True, slots=True)
class Outlook:
    """The dated calendar of a site with what is known of each airing and everything worth saying about it.

    `recordings`: of airings that are produced; `reckoned`: what the others will take. `remarks` names the airings that
    each problem concerns, `left_out` the last bulletins of a list for which the length of its slot has no room.
    """

    site: Site
    first: date
    days: int
    occurrences: tuple[Occurrence, ...]
    recordings: Recordings
    reckoned: Mapping[OccurrenceKey, Reckoned]
    remarks: tuple[Remark, ...]
    left_out: Mapping[OccurrenceKey, tuple[str, ...]] = field(default_factory=dict)

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(each.problem for each in self.remarks)

    def airtime_s(self, occurrence: Occurrence) -> float | None:
        """As `Lengths`: measured, else reckoned; None where its slot's length stands for it."""
        return airtime_s(occurrence, self.recordings, self.reckoned)


def look_ahead(root: Path, first: date | None, days: int, clock: Clock = wall_clock) -> Outlook:
    """Expand the files over `days` days from `first` (the station's today where None) and review what they make.

    Nothing is rendered or written; recordings and contact lists are looked up where a database exists.
    """
    site = load_site(root)
    require_usable(site)
    begin = first or clock().astimezone(site.station.timezone).date()
    plan = expand_site(site, begin, days)
    known = _look_up(site, plan.occurrences) if has_store(site.root) else _Known(lambda _: "not_approved")
    reckoning = Reckoning(site)
    reckoned = {
        each.key: found
        for each in plan.occurrences
        if each.medium is Medium.LOUDSPEAKER and each.key not in known.recordings and (found := reckoning.of(each))
    }
    rooms = {each.key: found for each in plan.occurrences if (found := _room(each, known, reckoned))}
    said = [
        *(Remark(each) for each in site.problems),
        *worth_saying.at_empty(plan.problems, site, plan.occurrences),
        *_remarks(site, plan.occurrences, known, reckoned),
        *worth_saying.beyond_length(site, plan.occurrences, rooms),
        *worth_saying.dropping_out(site, plan.occurrences),
        *order_ahead.ahead(site, plan.occurrences, lambda each: _steps(each, known, reckoning)),
    ]
    left_out = {key: room.cut for key, room in rooms.items() if room.cut}
    return Outlook(site, begin, days, plan.occurrences, known.recordings, reckoned, tuple(said), left_out)


def _steps(occurrence: Occurrence, known: _Known, reckoning: Reckoning) -> Sequence[float]:
    made = known.recordings.get(occurrence.key)
    return reckoning.steps_s(occurrence, made.duration_s if made else None)


def _remarks(
    site: Site, occurrences: Sequence[Occurrence], known: _Known, reckoned: Mapping[OccurrenceKey, Reckoned]
) -> Iterator[Remark]:
    yield from worth_saying.lists_missing(occurrences, known.lists)
    yield from worth_saying.refusals(site, occurrences, known.refusal)
    yield from worth_saying.report_channels_running_out(site, occurrences)
    yield from _reviewed(site, occurrences, known.recordings, reckoned)
    yield from worth_saying.lists_empty(occurrences, known.lists)
    yield from worth_saying.not_produced([each for each in occurrences if known.is_due(each)], known.recordings)


def _room(occurrence: Occurrence, known: _Known, reckoned: Mapping[OccurrenceKey, Reckoned]) -> Reckoned | None:
    """What an airing needs that is longer than its slot allows, as produced or as reckoned; None where it fits."""
    found = known.produced.get(occurrence.key) or reckoned.get(occurrence.key)
    return found if found and (found.cut or found.beyond) else None


@dataclass(frozen=True, slots=True)
class _Known:
    """What a database knows of a calendar.

    `lists`: how many of each contact list may be sent to; `planned`: when the station last planned, and so rendered.
    """

    refusal: Callable[[Bulletin], str]
    recordings: Recordings = field(default_factory=dict)
    produced: Mapping[OccurrenceKey, Reckoned] = field(default_factory=dict)  # of slots with a length, as measured
    lists: Mapping[str, int] = field(default_factory=dict)
    planned: datetime | None = None

    def is_due(self, occurrence: Occurrence) -> bool:
        """Whether the station should have its recording: it renders a day ahead."""
        since = self.planned
        return since is not None and since <= occurrence.start < since + timedelta(days=PRODUCE_AHEAD_DAYS)


def _look_up(site: Site, occurrences: Iterable[Occurrence]) -> _Known:
    store = open_store(site.root)
    try:
        production, approvals = Production(site, store), Approvals(site, store)
        spoken = [each for each in occurrences if each.medium is Medium.LOUDSPEAKER]
        recordings = {each.key: made for each in spoken if (made := production.find(each)) is not None}
        timed = [each for each in spoken if each.length is not None and each.key in recordings]
        produced = {each.key: _measured(each, production.airing(each), recordings[each.key]) for each in timed}
        lists = {name: sum(store.contact_areas(name).values()) for name in store.contact_lists()}
        named = {name for each in occurrences for name in each.bulletins if name in site.bulletins}
        codes = {name: approvals.refusal(site.bulletins[name]) for name in sorted(named)}
        at = store.recall(PLANNED_AT)
        planned = datetime.fromisoformat(at) if at else None
        return _Known(lambda bulletin: codes[bulletin.id], recordings, produced, lists, planned)
    finally:
        store.close()


def _measured(occurrence: Occurrence, airing: Airing, recording: Recording) -> Reckoned:
    seconds, length = recording.duration_s, occurrence.length
    beyond = length is not None and is_beyond(seconds, length.total_seconds())
    return Reckoned(seconds, airing.needs_s, airing.dropped, beyond)


def airtime_s(
    occurrence: Occurrence, recordings: Recordings, reckoned: Mapping[OccurrenceKey, Reckoned]
) -> float | None:
    """Seconds measured; before an airing is produced its slot's length stands for it (None), else what is reckoned.

    Where even one bulletin is longer than that length, what is reckoned counts.
    """
    recording = recordings.get(occurrence.key)
    if recording is not None:
        return recording.duration_s
    found = reckoned.get(occurrence.key)
    return found.seconds if found and (occurrence.length is None or found.beyond) else None


def _reviewed(
    site: Site, occurrences: Iterable[Occurrence], recordings: Recordings, reckoned: Mapping[OccurrenceKey, Reckoned]
) -> list[Remark]:
    return reviewed(
        occurrences,
        programmes=site.programmes,
        windows=site.station.windows,
        limits=site.station.limits,
        lengths=lambda each: airtime_s(each, recordings, reckoned),
        zone=site.station.timezone,
        calendar=site.calendar,
        clusters=site.clusters,
    )


def review_plan(site: Site, occurrences: Iterable[Occurrence], recordings: Recordings) -> list[Problem]:
    """What windows, limits and neighbours say of planned occurrences: warnings."""
    return [each.problem for each in _reviewed(site, occurrences, recordings, {})]


def lists_missing(occurrences: Iterable[Occurrence], known: Iterable[str]) -> list[Problem]:
    """A warning for each contact list that a slot names and nobody has imported."""
    return [each.problem for each in worth_saying.lists_missing(occurrences, frozenset(known))]


def refusals(site: Site, occurrences: Iterable[Occurrence], refusal: Callable[[Bulletin], str]) -> list[Problem]:
    """A warning for each bulletin that is planned and would not be admitted today, by its reason."""
    return [each.problem for each in worth_saying.refusals(site, occurrences, refusal)]


def report_channels_running_out(site: Site, occurrences: Iterable[Occurrence]) -> list[Problem]:
    """A warning for each place to report to that nobody will vouch for when a bulletin that names it is due."""
    return [each.problem for each in worth_saying.report_channels_running_out(site, occurrences)]
