"""Airtime of a calendar in words: what each length rests on, the sums, what they may be and by which rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from pipeline.cli.week import columns, wrapped
from pipeline.cli.words import length_words
from pipeline.domain import Medium
from pipeline.fields import DAY_WORDS, WEEKDAYS
from pipeline.messages import say

if TYPE_CHECKING:
    from pipeline.domain import Occurrence, Windows
    from pipeline.outlook import Outlook
    from pipeline.outlook.sums import Airtime, DaySum, Sums

ALLOWED, RECKONED = "≤", "≈"
LIMITS_FILE = "config/station.yaml"


def length_of(outlook: Outlook, occurrence: Occurrence) -> str:
    """Measured where it is produced, else as reckoned from its words."""
    recording, reckoned = outlook.recordings.get(occurrence.key), outlook.reckoned.get(occurrence.key)
    if recording is not None:
        return length_words(recording.duration_s)
    return RECKONED + length_words(reckoned.seconds) if reckoned else "–"


def day_words(outlook: Outlook, of: DaySum) -> str:
    """`3 lượt loa, 1 lượt nhắn tin; nhiều nhất ≤24′00″ ở cụm loa X, mức tối đa 60 phút`."""
    counts = {Medium.LOUDSPEAKER: of.airings, Medium.SMS: of.sms}
    words = ", ".join(say(f"slot_{medium.value}", count=count) for medium, count in counts.items() if count)
    if not of.cluster:
        return words
    limit = outlook.site.station.limits.airtime_per_day
    most = say("sum_most", most=_airtime(of.most), cluster=of.cluster)
    return "; ".join(filter(None, (words, most))) + (say("sum_of", limit=_minutes(limit)) if limit else "")


def _minutes(limit: timedelta) -> str:
    return f"{limit.total_seconds() / 60:g}"


def footer(outlook: Outlook) -> Iterator[str]:
    """What may be used, by which rule, and what the signs mean."""
    station = outlook.site.station
    for medium in sorted({each.medium for each in outlook.occurrences}):
        windows = station.windows.get(medium)
        name = say(f"medium_{medium.value}")
        if windows is None:
            yield say("hours_any", medium=name)
        else:
            hours = "; ".join(_hours(windows)) or say("hours_none")
            yield say("hours_allowed", medium=name, hours=hours, rule=windows.rule or LIMITS_FILE)
    limits = station.limits
    airtime = say("limit_airtime", limit=_minutes(limits.airtime_per_day)) if limits.airtime_per_day else ""
    sms = say("limit_sms", limit=limits.sms_per_number_per_day)
    yield say("limits_of_a_day", limits="; ".join(filter(None, (airtime, sms))), rule=limits.rule or LIMITS_FILE)
    if outlook.reckoned:
        waiting = [each.start for each in outlook.occurrences if each.key in outlook.reckoned]
        yield say("airings_to_produce", count=len(waiting), first=f"{waiting[0]:%H:%M %d/%m}", days=outlook.days)
        yield say("signs_of_lengths", reckoned=RECKONED, allowed=ALLOWED)


def tables(outlook: Outlook, sums: Sums) -> Iterator[str]:
    """The sums by slot, and by commune and day."""
    yield say("sums_by_slot")
    for (programme, slot), of in sorted(sums.slots.items()):
        taken = "" if of.medium is Medium.SMS else f"  {_airtime(of.airtime):>10}"
        yield f"  {f'{programme}/{slot}':<40}  {say(f'slot_{of.medium.value}', count=of.count):<16}{taken}".rstrip()
    if not sums.communes:
        return
    days = [each.day for each in sums.days]
    yield ""
    yield say("sums_by_commune")
    width = max(14, columns() - 2 - 9 * len(days)) if len(days) <= 10 else 24
    yield f"  {'':{width}}" + "".join(f"{f'{day:%d/%m}':>9}" for day in days)
    for area, by_day in sums.communes.items():
        name = outlook.site.areas.by_id[area].name if area in outlook.site.areas.by_id else area
        yield f"  {wrapped(name, width)[0]:{width}}" + "".join(f"{_cell(by_day.get(day)):>9}" for day in days)


def _cell(airtime: Airtime | None) -> str:
    return "–" if airtime is None else _airtime(airtime)


def _airtime(of: Airtime) -> str:
    return (ALLOWED if of.allowed else RECKONED if of.reckoned else "") + length_words(of.seconds)


def _hours(windows: Windows) -> Iterator[str]:
    from pipeline.fields import hours_text

    for each in windows.windows:
        word = next((word for word, days in DAY_WORDS.items() if frozenset(days) == each.days), None)
        days = say(f"days_{word}") if word else ", ".join(say(f"weekday_{day}") for day in sorted(each.days))
        yield f"{hours_text(each)} ({days})"


def document(outlook: Outlook, sums: Sums) -> dict[str, Any]:
    """The sums as machines read them: seconds, and on what they rest."""
    station = outlook.site.station
    limit = station.limits.airtime_per_day
    return {
        "days": [_day_facts(each) for each in sums.days],
        "slots": [
            {"programme": programme, "slot": slot, "medium": of.medium.value, "airings": of.count, **_facts(of.airtime)}
            for (programme, slot), of in sorted(sums.slots.items())
        ],
        "communes": [
            {"area": area, "days": [{"date": day.isoformat(), **_facts(by_day[day])} for day in sorted(by_day)]}
            for area, by_day in sums.communes.items()
        ],
        "limits": {
            "airtime_per_day_s": limit.total_seconds() if limit else None,
            "sms_per_number_per_day": station.limits.sms_per_number_per_day,
            "rule": station.limits.rule or LIMITS_FILE,
        },
        "windows": {
            medium.value: {"hours": _window_facts(windows), "rule": windows.rule or LIMITS_FILE}
            for medium, windows in station.windows.items()
        },
    }


def _day_facts(of: DaySum) -> dict[str, Any]:
    return {
        "date": of.day.isoformat(),
        "airings": of.airings,
        "sms": of.sms,
        "cluster": of.cluster or None,
        **_facts(of.most),
    }


def _facts(of: Airtime) -> dict[str, Any]:
    rests_on = "length" if of.allowed else "reckoned" if of.reckoned else "measured"
    return {"airtime_s": round(of.seconds, 1), "rests_on": rests_on}


def _window_facts(windows: Windows) -> Sequence[dict[str, Any]]:
    from pipeline.fields import hours_text

    return [
        {"hours": hours_text(each), "days": [WEEKDAYS[day] for day in sorted(each.days)]} for each in windows.windows
    ]


def days_of(sums: Sums) -> dict[date, DaySum]:
    return {each.day: each for each in sums.days}
