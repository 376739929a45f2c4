"""What a plan allows but somebody should read: warnings at the slot, and the occurrence stays.

Each kind is told once a slot, with how often it happens and when first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipeline.domain import Limits, Medium, Occurrence, Priority, Programme, Slot, Windows
from pipeline.errors import Problem
from pipeline.schedule.expand import Calendar, Openings
from pipeline.schedule.findings import Findings

Lengths = Callable[[Occurrence], float | None]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Airing:
    """An occurrence with the end that is known or allowed for it (`end` == its start where neither is)."""

    occurrence: Occurrence
    end: datetime

    @property
    def slot(self) -> tuple[str, str]:
        return self.occurrence.programme, self.occurrence.slot


def review(
    occurrences: Iterable[Occurrence],
    *,
    programmes: Sequence[Programme],
    windows: Mapping[Medium, Windows],
    limits: Limits,
    lengths: Lengths,
    zone: ZoneInfo,
    calendar: Calendar,
) -> list[Problem]:
    """Warnings on planned occurrences, which come sorted by start.

    `lengths`: seconds of airtime, None where nothing is produced yet; then the slot's own `length` stands for it.
    A medium without windows may be used at any hour.
    """
    findings = Findings(programmes)
    airings = [_Airing(each, each.start + _length(each, lengths)) for each in occurrences]
    _find_idle_slots(programmes, calendar, findings)
    _find_untargeted(airings, findings)
    _find_outside(airings, windows, zone, findings)
    _find_collisions(airings, findings)
    _find_overruns(airings, limits, zone, findings)
    _find_doubled_sms(airings, limits, zone, findings)
    return findings.problems()


def _length(occurrence: Occurrence, lengths: Lengths) -> timedelta:
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
        if openings.days(programme, slot, last).before(last.toordinal() + 1):
            return True
    return False


# --- targets ----------------------------------------------------------------------------------------------------------


def _find_untargeted(airings: Iterable[_Airing], findings: Findings) -> None:
    for airing in airings:
        if not airing.occurrence.targets:
            findings.add(airing.slot, "no_targets", airing.occurrence.start)


# --- windows ----------------------------------------------------------------------------------------------------------


def _find_outside(
    airings: Iterable[_Airing], windows: Mapping[Medium, Windows], zone: ZoneInfo, findings: Findings
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
        findings.add(airing.slot, code, occurrence.start, closes=closes, rule=allowed.rule or "config/station.yaml")


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


# --- collisions and limits --------------------------------------------------------------------------------------------


def _find_collisions(airings: Iterable[_Airing], findings: Findings) -> None:
    """Two occurrences at once on the same cluster; told at the later one."""
    busy: dict[str, _Airing] = {}
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


def _find_overruns(airings: Iterable[_Airing], limits: Limits, zone: ZoneInfo, findings: Findings) -> None:
    """More airtime on a cluster and day than the station allows; told at the occurrences that go beyond it."""
    if limits.airtime_per_day is None:
        return
    allowed_s = limits.airtime_per_day.total_seconds()
    used_s: dict[tuple[str, date], float] = {}
    for airing in airings:
        told = airing.occurrence.medium is not Medium.LOUDSPEAKER
        for day, seconds in _by_day(airing, zone):
            for cluster in airing.occurrence.targets:
                total = used_s[cluster, day] = used_s.get((cluster, day), 0.0) + seconds
                if total > allowed_s and not told:
                    minutes, limit = round(total / 60, 1), round(allowed_s / 60, 1)
                    findings.add(
                        airing.slot,
                        "airtime_over_limit",
                        day,
                        cluster=cluster,
                        minutes=f"{minutes:g}",
                        limit=f"{limit:g}",
                    )
                    told = True


def _by_day(airing: _Airing, zone: ZoneInfo) -> Iterator[tuple[date, float]]:
    """Seconds of airtime by local day: an occurrence that runs over midnight counts on both."""
    begin = airing.occurrence.start
    if begin < airing.end and airing.end.astimezone(zone).date() == begin.date():
        yield begin.date(), (airing.end - begin).total_seconds()
        return
    while begin < airing.end:
        local = begin.astimezone(zone)
        midnight = datetime.combine(local.date() + _DAY, time.min, zone).astimezone(begin.tzinfo)
        ends = min(airing.end, midnight)
        yield local.date(), (ends - begin).total_seconds()
        begin = ends


def _find_doubled_sms(airings: Iterable[_Airing], limits: Limits, zone: ZoneInfo, findings: Findings) -> None:
    """More SMS to the same numbers of a list on one day than the station allows. EMERGENCY does not count."""
    sent: dict[tuple[str, date], dict[str, int]] = {}
    for airing in airings:
        occurrence = airing.occurrence
        if occurrence.medium is not Medium.SMS or occurrence.priority is Priority.EMERGENCY:
            continue
        day = occurrence.start.date()
        for contacts in occurrence.targets:
            most = _count_sms(sent.setdefault((contacts, day), {}), occurrence.areas)
            if most > limits.sms_per_number_per_day:
                findings.add(
                    airing.slot, "sms_over_limit", day, list=contacts, sms=most, limit=limits.sms_per_number_per_day
                )
                break


_EVERYBODY = "*"


def _count_sms(sent: dict[str, int], areas: Sequence[str]) -> int:
    """Count one more SMS to these areas (none named: everybody); the most that anybody has now got."""
    for area in areas or (_EVERYBODY,):
        sent[area] = sent.get(area, 0) + 1
    everybody = sent.get(_EVERYBODY, 0)
    others = (count for area, count in sent.items() if area != _EVERYBODY and (not areas or area in areas))
    return everybody + max(others, default=0)
