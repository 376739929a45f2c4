"""What keeps a planned airing from sounding as planned: each thing once, with the airings it concerns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType

from pipeline.domain import Bulletin, FixedOrder, Medium, Occurrence, Recording
from pipeline.errors import Problem, Severity
from pipeline.messages import say
from pipeline.outlook.airtime import Reckoned
from pipeline.schedule import Findings, OccurrenceKey, Remark
from pipeline.schedule.phases import Openings
from pipeline.site import Site, stale

RUNNING_OUT = timedelta(days=30)

Recordings = Mapping[OccurrenceKey, Recording]


def lists_missing(occurrences: Iterable[Occurrence], known: Collection[str]) -> list[Remark]:
    """For each contact list that a slot names and nobody has imported."""
    return [
        _remark("contact_list_missing", named, list=name)
        for name, named in _by_list(occurrences).items()
        if name not in known
    ]


def lists_empty(occurrences: Iterable[Occurrence], counts: Mapping[str, int]) -> list[Remark]:
    """For each imported contact list in which nobody may be sent to."""
    return [
        _remark("contact_list_empty", named, list=name)
        for name, named in _by_list(occurrences).items()
        if counts.get(name) == 0
    ]


def _by_list(occurrences: Iterable[Occurrence]) -> dict[str, list[Occurrence]]:
    found: dict[str, list[Occurrence]] = {}
    for each in occurrences:
        for name in each.targets if each.medium is Medium.SMS else ():
            found.setdefault(name, []).append(each)
    return dict(sorted(found.items()))


def refusals(site: Site, occurrences: Iterable[Occurrence], refusal: Callable[[Bulletin], str]) -> list[Remark]:
    """For each bulletin that is planned and would not be admitted today, by its reason."""
    used: dict[str, list[Occurrence]] = {}
    for each in occurrences:
        for name in dict.fromkeys(each.bulletins):
            used.setdefault(name, []).append(each)
    found: list[Remark] = []
    for name in sorted(used.keys() & site.bulletins.keys()):
        if code := refusal(site.bulletins[name]):
            facts = {"bulletin": name, "reason": say(code), "why": code}
            found.append(_remark("bulletin_held_back", used[name], site.bulletins[name].file, **facts))
    return found


def report_channels_running_out(site: Site, occurrences: Iterable[Occurrence]) -> list[Remark]:
    """For each place to report to that nobody will vouch for when a bulletin that names it is due.

    From 30 days before the limit of its last check; past it the bulletin is held back.
    """
    lost: dict[tuple[str, str], tuple[date, list[Occurrence]]] = {}
    known: dict[tuple[str, date], list[tuple[str, date]]] = {}
    for each in occurrences:
        day = each.start.date()
        for name in dict.fromkeys(each.bulletins):
            if (name, day) not in known and name in site.bulletins:
                found = stale(site, site.bulletins[name], day + RUNNING_OUT)
                known[name, day] = [(channel.id, channel.valid_until) for channel in found]
            for channel, until in known.get((name, day), ()):
                concerned = lost.setdefault((name, channel), (until, []))[1]
                if day > until:
                    concerned.append(each)
    return [
        _remark(
            "report_channel_runs_out",
            concerned,
            site.bulletins[name].file,
            bulletin=name,
            channel=channel,
            until=f"{until:%d/%m/%Y}",
        )
        for (name, channel), (until, concerned) in sorted(lost.items())
    ]


def not_produced(occurrences: Iterable[Occurrence], recordings: Recordings) -> list[Remark]:
    """Once: how many airings have no recording yet, and the first of them."""
    waiting = [
        each
        for each in occurrences
        if each.medium is Medium.LOUDSPEAKER and each.bulletins and each.targets and each.key not in recordings
    ]
    if not waiting:
        return []
    return [_remark("airings_not_produced", waiting, programme=waiting[0].programme, slot=waiting[0].slot)]


def beyond_length(
    site: Site, occurrences: Iterable[Occurrence], rooms: Mapping[OccurrenceKey, Reckoned]
) -> list[Remark]:
    """At each slot whose length leaves bulletins out, and where not even the first one fits."""
    findings = Findings(site.programmes)
    for each in occurrences:
        found = rooms.get(each.key)
        if found is None or each.length is None:
            continue
        slot, length = (each.programme, each.slot), each.length.total_seconds()
        if found.cut:
            lost, needs = ", ".join(dict.fromkeys(found.cut)), _clock(found.needs_s)
            findings.add(slot, "airing_over_length", each.start, bulletins=lost, needs=needs, length=_clock(length))
        if found.beyond:
            first, needs = each.bulletins[0], _clock(found.seconds)
            findings.add(slot, "airing_outlasts_length", each.start, bulletin=first, needs=needs, length=_clock(length))
    return findings.remarks()


def dropping_out(site: Site, occurrences: Iterable[Occurrence]) -> list[Remark]:
    """At each slot with a fixed order of which a part has expired, or rests on a closed day.

    Where nothing is left, the expansion says so.
    """
    orders = {
        (programme.id, slot.id): slot.play.bulletins
        for programme in site.programmes
        for slot in programme.slots
        if isinstance(slot.play, FixedOrder)
    }
    findings, openings = Findings(site.programmes), Openings(site.calendar, site.closed)
    for each in occurrences:
        slot, day = (each.programme, each.slot), each.start.date()
        if not each.bulletins or each.bulletins == orders.get(slot, each.bulletins):
            continue
        absent = [name for name in orders[slot] if name in site.bulletins and name not in each.bulletins]
        gone = [name for name in absent if site.bulletins[name].is_expired(day)]
        if gone:
            findings.add(slot, "bulletins_drop_out", each.start, bulletins=", ".join(dict.fromkeys(gone)))
        if resting := [name for name in absent if name not in gone]:
            named, why = ", ".join(dict.fromkeys(resting)), openings.why_closed(day)
            findings.add(slot, "bulletins_rest", each.start, bulletins=named, why=why)
    return findings.remarks()


def at_empty(problems: Iterable[Problem], site: Site, occurrences: Iterable[Occurrence]) -> Iterator[Remark]:
    """The warnings of an expansion, with the airings of their slot that have nothing to say."""
    lines = {
        (programme.id, slot.id): (programme.file, slot.line)
        for programme in site.programmes
        for slot in programme.slots
    }
    silent: dict[tuple[str, int], list[OccurrenceKey]] = {}
    for each in occurrences:
        if not each.bulletins:
            silent.setdefault(lines.get((each.programme, each.slot), ("", 0)), []).append(each.key)
    for problem in problems:
        yield Remark(problem, tuple(silent.get((problem.file, problem.line), ())))


def _remark(code: str, concerned: Sequence[Occurrence], file: str = "", **facts: str) -> Remark:
    first = {"first": f"{concerned[0].start:%Y-%m-%d %H:%M}"} if concerned else {}
    params = MappingProxyType({**facts, **first, "count": str(len(concerned))})
    return Remark(Problem(code, Severity.WARNING, file, params=params), tuple(each.key for each in concerned))


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}′{rest:02}″"
