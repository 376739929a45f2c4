"""Airtime and SMS by day, slot and commune, beside what the station allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from pipeline.domain import Medium, Occurrence
from pipeline.outlook import Outlook
from pipeline.schedule import airtime
from pipeline.schedule.ceilings import by_day
from pipeline.schedule.hearing import Sounding

SlotKey = tuple[str, str]


@dataclass(slots=True)
class Airtime:
    """Seconds, and what they rest on: with `allowed` a slot's length stands in, with `reckoned` a reckoning."""

    seconds: float = 0.0
    allowed: bool = False
    reckoned: bool = False

    def add(self, seconds: float, rests_on: Airtime) -> None:
        self.seconds += seconds
        self.allowed |= rests_on.allowed
        self.reckoned |= rests_on.reckoned


@dataclass(slots=True)
class DaySum:
    """A day: its airings and SMS, and the cluster on which most is heard."""

    day: date
    airings: int = 0
    sms: int = 0
    cluster: str = ""
    most: Airtime = field(default_factory=Airtime)


@dataclass(slots=True)
class SlotSum:
    """A slot: how often it goes out and how long it takes in all."""

    count: int = 0
    medium: Medium = Medium.LOUDSPEAKER
    airtime: Airtime = field(default_factory=Airtime)


@dataclass(frozen=True, slots=True)
class Sums:
    """`communes`: area → day → what its busiest cluster has."""

    days: tuple[DaySum, ...]
    slots: Mapping[SlotKey, SlotSum]
    communes: Mapping[str, Mapping[date, Airtime]]


def reckon(outlook: Outlook) -> Sums:
    """The sums of a calendar. An airing that runs over midnight counts on both days."""
    days = {day: DaySum(day) for day in (outlook.first + timedelta(each) for each in range(outlook.days))}
    slots: dict[SlotKey, SlotSum] = {}
    used: dict[date, dict[str, Airtime]] = {}
    zone = outlook.site.station.timezone
    for each in outlook.occurrences:
        day = days.setdefault(each.start.date(), DaySum(each.start.date()))
        slot = slots.setdefault((each.programme, each.slot), SlotSum(medium=each.medium))
        slot.count += 1
        if each.medium is Medium.SMS:
            day.sms += 1
            continue
        day.airings += 1
        length, rests_on = airtime(each, outlook.airtime_s), _rests_on(outlook, each)
        slot.airtime.add(length.total_seconds(), rests_on)
        for when, seconds in by_day(Sounding(each, each.start + length), zone):
            clusters = used.setdefault(when, {})
            for name in each.targets:
                clusters.setdefault(name, Airtime()).add(seconds, rests_on)
    for when, clusters in used.items():
        name = max(clusters, key=lambda cluster, known=clusters: known[cluster].seconds)  # type: ignore[misc]
        day = days.setdefault(when, DaySum(when))
        day.cluster, day.most = name, clusters[name]
    return Sums(tuple(days[each] for each in sorted(days)), slots, _by_commune(outlook, used))


def _rests_on(outlook: Outlook, occurrence: Occurrence) -> Airtime:
    if occurrence.key in outlook.recordings:
        return Airtime()
    reckoned = outlook.airtime_s(occurrence) is not None
    return Airtime(allowed=not reckoned and occurrence.length is not None, reckoned=reckoned)


def _by_commune(outlook: Outlook, used: Mapping[date, Mapping[str, Airtime]]) -> Mapping[str, Mapping[date, Airtime]]:
    """By the commune in which a cluster stands on the day; one that stands in none any more counts for its last."""
    found: dict[str, dict[date, Airtime]] = {}
    for day, clusters in used.items():
        for name, heard in clusters.items():
            cluster = outlook.site.clusters[name]
            busiest = found.setdefault(cluster.area_on(day) or cluster.area, {})
            if day not in busiest or heard.seconds > busiest[day].seconds:
                busiest[day] = heard
    return dict(sorted(found.items()))
