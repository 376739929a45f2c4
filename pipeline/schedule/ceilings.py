"""Airtime and SMS of a day against what the station allows, and from which airings a sum comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
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


def find_overruns(airings: Iterable[Sounding], limits: Limits, zone: ZoneInfo, findings: Findings) -> None:
    """More airtime on a cluster and day than the station allows; told at the occurrences that go beyond it."""
    if limits.airtime_per_day is None:
        return
    allowed_s = limits.airtime_per_day.total_seconds()
    used: dict[tuple[str, date], list[tuple[Occurrence, float]]] = {}
    used_s: dict[tuple[str, date], float] = {}
    for airing in airings:
        occurrence = airing.occurrence
        told = occurrence.medium is not Medium.LOUDSPEAKER
        for day, seconds in by_day(airing, zone):
            part = occurrence, seconds
            for cluster in occurrence.targets:
                key = cluster, day
                total = used_s[key] = used_s.get(key, 0.0) + seconds
                used.setdefault(key, []).append(part)
                if total > allowed_s and not told:
                    told = True
                    facts = {"cluster": cluster, "minutes": _minutes(total), "limit": _minutes(allowed_s)}
                    parts = _listed([f"{_named(each)} {_minutes(of)}" for each, of in used[key]], " + ")
                    facts |= {"rule": limits.rule or LIMITS_FILE, "airings": parts}
                    findings.add(airing.slot, "airtime_over_limit", day, start=occurrence.start, **facts)


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
