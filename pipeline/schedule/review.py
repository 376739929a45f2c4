"""What a plan allows but somebody should read: warnings at the slot, and the occurrence stays.

Each kind is told once a slot, with how often it happens and when first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from pipeline.domain import Limits, Medium, Occurrence, Priority, Programme, Slot, SpeakerCluster, Windows
from pipeline.errors import Problem
from pipeline.schedule.ceilings import STATION_FILE, find_doubled_sms, find_overruns
from pipeline.schedule.findings import Findings, Remark
from pipeline.schedule.hearing import Earshot, Sounding
from pipeline.schedule.phases import Calendar, Openings

Lengths = Callable[[Occurrence], float | None]

_DAY = timedelta(days=1)


NO_CLUSTERS: Mapping[str, SpeakerCluster] = MappingProxyType({})


def review(
    occurrences: Iterable[Occurrence],
    *,
    programmes: Sequence[Programme],
    windows: Mapping[Medium, Windows],
    limits: Limits,
    lengths: Lengths,
    zone: ZoneInfo,
    calendar: Calendar,
    clusters: Mapping[str, SpeakerCluster] = NO_CLUSTERS,
) -> list[Problem]:
    """Warnings on planned occurrences, which come sorted by start.

    `lengths`: seconds of airtime, None where nothing is known of it; then the slot's own `length` stands for it.
    A medium without windows may be used at any hour. `clusters`: with positions, those that hear each other.
    """
    found = remarks(
        occurrences,
        programmes=programmes,
        windows=windows,
        limits=limits,
        lengths=lengths,
        zone=zone,
        calendar=calendar,
        clusters=clusters,
    )
    return [each.problem for each in found]


def remarks(
    occurrences: Iterable[Occurrence],
    *,
    programmes: Sequence[Programme],
    windows: Mapping[Medium, Windows],
    limits: Limits,
    lengths: Lengths,
    zone: ZoneInfo,
    calendar: Calendar,
    clusters: Mapping[str, SpeakerCluster] = NO_CLUSTERS,
) -> list[Remark]:
    """As `review`, each warning with the occurrences it concerns."""
    findings = Findings(programmes)
    airings = [Sounding(each, each.start + airtime(each, lengths)) for each in occurrences]
    _find_idle_slots(programmes, calendar, findings)
    _find_untargeted(airings, findings)
    _find_outside(airings, windows, zone, findings)
    _find_collisions(airings, findings)
    _find_overheard(airings, clusters, limits, findings)
    find_overruns(airings, limits, zone, findings)
    find_doubled_sms(airings, limits, findings)
    return findings.remarks()


def airtime(occurrence: Occurrence, lengths: Lengths) -> timedelta:
    """What an occurrence takes of its clusters' day: what is known of it, else what its slot allows it."""
    if occurrence.medium is Medium.SMS:
        return timedelta(0)
    seconds = lengths(occurrence)
    return (occurrence.length or timedelta(0)) if seconds is None else timedelta(seconds=seconds)


# --- slots that never start -------------------------------------------------------------------------------------------


def _find_idle_slots(programmes: Sequence[Programme], calendar: Calendar, findings: Findings) -> None:
    openings = Openings(calendar)
    for programme in programmes:
        with_extra = {each.slot for each in programme.extra}
        for slot in programme.slots:
            if slot.id not in with_extra and not _ever_starts(programme, slot, openings):
                findings.add((programme.id, slot.id), "slot_never_starts")


def _ever_starts(programme: Programme, slot: Slot, openings: Openings) -> bool:
    """Whether the slot has a day in its life. Of a life without end: within eight of its periods and eight years."""
    horizon = programme.first.toordinal() + 8 * (366 + 7 * slot.every)
    for ahead in (7 * slot.every, horizon - programme.first.toordinal()):
        last = date.fromordinal(min(programme.first.toordinal() + ahead, date.max.toordinal()))
        if any(phase.days.before(last.toordinal() + 1) for phase in openings.phases(programme, slot, last)):
            return True
    return False


# --- targets ----------------------------------------------------------------------------------------------------------


def _find_untargeted(airings: Iterable[Sounding], findings: Findings) -> None:
    for airing in airings:
        if not airing.occurrence.targets:
            findings.add(airing.slot, "no_targets", airing.occurrence.start)


# --- windows ----------------------------------------------------------------------------------------------------------


def _find_outside(
    airings: Iterable[Sounding], windows: Mapping[Medium, Windows], zone: ZoneInfo, findings: Findings
) -> None:
    known: dict[tuple[Medium, int, time, timedelta], timedelta | None] = {}  # a week repeats itself
    for airing in airings:
        occurrence = airing.occurrence
        allowed = windows.get(occurrence.medium)
        if allowed is None or not allowed.windows or occurrence.priority is Priority.EMERGENCY:
            continue
        start, end = occurrence.start.replace(tzinfo=None), airing.end.astimezone(zone).replace(tzinfo=None)
        key = occurrence.medium, start.weekday(), start.time(), end - start
        if key not in known:
            quiet = _first_outside(start, end, allowed)
            known[key] = None if quiet is None else quiet - start
        after = known[key]
        if after is None:
            continue
        code = "ends_outside_windows" if after else "starts_outside_windows"
        closes = f"{(start + after).time():%H:%M}"
        findings.add(airing.slot, code, occurrence.start, closes=closes, rule=allowed.rule or STATION_FILE)


def _first_outside(start: datetime, end: datetime, allowed: Windows) -> datetime | None:
    """The first local instant from `start` that no window holds, or None where windows reach without a gap to `end`."""
    reached = start
    while True:
        closing = max(_closings(reached, allowed), default=None)
        if closing is None:
            return reached
        if closing >= end:
            return None
        reached = closing


def _closings(moment: datetime, allowed: Windows) -> Iterator[datetime]:
    """When the windows that hold this local instant close; one that ends at 24:00 is written with `last` 00:00."""
    day = datetime.combine(moment, time.min)
    for window in allowed.windows:
        ends = datetime.combine(day, window.last) if window.last != time.min else day + _DAY
        if moment.weekday() in window.days and datetime.combine(day, window.first) <= moment < ends:
            yield ends


# --- collisions ------------------------------------------------------------------------------------------------------


def _find_collisions(airings: Iterable[Sounding], findings: Findings) -> None:
    """Two occurrences at once on the same cluster; told at the later one."""
    busy: dict[str, Sounding] = {}
    for airing in airings:
        start, told = airing.occurrence.start, False
        for cluster in airing.occurrence.targets if airing.occurrence.medium is Medium.LOUDSPEAKER else ():
            earlier = busy.get(cluster)
            if earlier is not None and not told and (start < earlier.end or start == earlier.occurrence.start):
                other = "/".join(earlier.slot)
                findings.add(airing.slot, "occurrences_collide", start, other=other, cluster=cluster)
                told = True
            if earlier is None or airing.end > earlier.end or earlier.end <= start:
                busy[cluster] = airing


def _find_overheard(
    airings: Iterable[Sounding], clusters: Mapping[str, SpeakerCluster], limits: Limits, findings: Findings
) -> None:
    """Two occurrences at once on clusters within hearing distance of each other; told at the later one."""
    earshot = Earshot(clusters.values(), limits.hearing_distance)
    for airing in airings:
        heard = earshot.hear(airing) if airing.occurrence.medium is Medium.LOUDSPEAKER else None
        if heard is not None:
            findings.add(
                airing.slot,
                "airings_overheard",
                airing.occurrence.start,
                other="/".join(heard.earlier.slot),
                cluster=heard.cluster,
                near=heard.other,
                metres=round(heard.metres),
                distance=f"{limits.hearing_distance:g}",
            )
