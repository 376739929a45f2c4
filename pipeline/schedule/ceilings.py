"""Airtime and SMS of a day against what the station allows, and from which airings a sum comes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pipeline.domain import Limits, Medium, Occurrence, Priority
from pipeline.schedule.findings import Findings
from pipeline.schedule.hearing import Sounding

_DAY = timedelta(days=1)
STATION_FILE = "config/station.yaml"
LIMITS_FILE = f"{STATION_FILE}, limits"
SHOWN = 6  # airings of one sum


def by_day(airing: Sounding, zone: ZoneInfo) -> Iterator[tuple[date, float]]:
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


class _Over(NamedTuple):
    """An airing with which a cluster's day becomes too long."""

    airing: Sounding
    cluster: str
    day: date
    seconds: float


def find_overruns(airings: Sequence[Sounding], limits: Limits, zone: ZoneInfo, findings: Findings) -> None:
    """More airtime on a cluster and day than the station allows; told at the occurrences that go beyond it."""
    if limits.airtime_per_day is None:
        return
    allowed_s = limits.airtime_per_day.total_seconds()
    overs = list(_overs(airings, allowed_s, zone))
    first = {over.airing.slot: over for over in reversed(overs)}
    parts = _parts(airings, {(over.cluster, over.day) for over in first.values()}, zone)
    for over in overs:
        slot, start = over.airing.slot, over.airing.occurrence.start
        facts = {"cluster": over.cluster, "minutes": _minutes(over.seconds), "limit": _minutes(allowed_s)}
        if over is first[slot]:
            making = [each for each in parts[over.cluster, over.day] if each[0].start <= start]
            last = [f"{_named(each)} {_minutes(seconds)}" for each, seconds in making[-SHOWN - 1 :]]
            sums = _listed(last, " + ")
            facts |= {"rule": limits.rule or LIMITS_FILE, "airings": sums}
        findings.add(slot, "airtime_over_limit", over.day, start=start, **facts)


def _overs(airings: Iterable[Sounding], allowed_s: float, zone: ZoneInfo) -> Iterator[_Over]:
    used_s: dict[tuple[str, date], float] = {}
    for airing in airings:
        told = airing.occurrence.medium is not Medium.LOUDSPEAKER
        for day, seconds in by_day(airing, zone):
            for cluster in airing.occurrence.targets:
                total = used_s[cluster, day] = used_s.get((cluster, day), 0.0) + seconds
                if total > allowed_s and not told:
                    told = True
                    yield _Over(airing, cluster, day, total)


def _parts(
    airings: Iterable[Sounding], days: Collection[tuple[str, date]], zone: ZoneInfo
) -> Mapping[tuple[str, date], list[tuple[Occurrence, float]]]:
    """What some clusters' days are made of."""
    wanted: dict[date, set[str]] = {}
    for cluster, day in days:
        wanted.setdefault(day, set()).add(cluster)
    found: dict[tuple[str, date], list[tuple[Occurrence, float]]] = {each: [] for each in days}
    for airing in airings if days else ():
        for day, seconds in by_day(airing, zone):
            for cluster in wanted.get(day, set()).intersection(airing.occurrence.targets):
                found[cluster, day].append((airing.occurrence, seconds))
    return found


def find_doubled_sms(airings: Iterable[Sounding], limits: Limits, findings: Findings) -> None:
    """More SMS to the same numbers of a list on one day than the station allows. EMERGENCY does not count."""
    sent: dict[tuple[str, date], dict[str, int]] = {}
    named: dict[tuple[str, date], list[Occurrence]] = {}
    for airing in airings:
        occurrence = airing.occurrence
        if occurrence.medium is not Medium.SMS or occurrence.priority is Priority.EMERGENCY:
            continue
        day, told = occurrence.start.date(), False
        for contacts in occurrence.targets:
            key = contacts, day
            named.setdefault(key, []).append(occurrence)
            most = _count(sent.setdefault(key, {}), occurrence.areas)
            if most > limits.sms_per_number_per_day and not told:
                told = True
                facts = {"list": contacts, "sms": most, "limit": limits.sms_per_number_per_day}
                facts |= {"rule": limits.rule or LIMITS_FILE, "airings": _listed([_named(each) for each in named[key]])}
                findings.add(airing.slot, "sms_over_limit", day, start=occurrence.start, **facts)


_EVERYBODY = "*"


def _count(sent: dict[str, int], areas: Sequence[str]) -> int:
    """Count one more SMS to these areas (none named: everybody); the most that anybody has now got."""
    for area in areas or (_EVERYBODY,):
        sent[area] = sent.get(area, 0) + 1
    everybody = sent.get(_EVERYBODY, 0)
    others = (count for area, count in sent.items() if area != _EVERYBODY and (not areas or area in areas))
    return everybody + max(others, default=0)


def _named(occurrence: Occurrence) -> str:
    return f"{occurrence.start:%H:%M} {occurrence.programme}/{occurrence.slot}"


def _minutes(seconds: float) -> str:
    return f"{round(seconds / 60, 1):g}"


def _listed(names: Sequence[str], by: str = ", ") -> str:
    """The last ones: they are what goes beyond."""
    return by.join(["…"] * (len(names) > SHOWN) + list(names[-SHOWN:]))
