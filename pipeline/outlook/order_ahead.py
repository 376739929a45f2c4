"""What a collision will do, by the order the station goes by: who waits, who is cut, who is missed, who must be asked.

The rules are those of `pipeline.dispatch.order`, on the files alone: nothing has gone wrong and nobody has decided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from pipeline.config.order import CONFIGURED
from pipeline.dispatch.admission import windows_of
from pipeline.dispatch.collisions import by_settings
from pipeline.dispatch.order import Place, Span, Step, arranged, key_of, place, whole_second
from pipeline.domain import Medium, Occurrence, Priority
from pipeline.schedule import Findings, Remark
from pipeline.site import Site

ONE_DEVICE = "sound_card"  # plays one thing at a time, for all its clusters

Steps = Callable[[Occurrence], Sequence[float]]
"""Seconds of an airing of only its first bulletins, for each number of them."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An airing as its cluster is to hear it."""

    number: int
    occurrence: Occurrence
    steps: tuple[Step, ...]

    @property
    def length(self) -> timedelta:
        return self.steps[-1].length

    @property
    def name(self) -> str:
        return f"{self.occurrence.programme}/{self.occurrence.slot}"


def ahead(site: Site, occurrences: Iterable[Occurrence], steps: Steps) -> list[Remark]:
    """At each slot that does not sound as planned on some cluster: what becomes of it, and behind whom."""
    findings, told = Findings(site.programmes), set[tuple[int, str]]()
    for lane, crowd in _crowds(site, occurrences, steps):
        for code, each, other, begins in _outcomes(site, crowd):
            if (each.number, code) not in told:  # once an airing, however many clusters hear it
                told.add((each.number, code))
                slot, start = (each.occurrence.programme, each.occurrence.slot), each.occurrence.start
                late = f"{each.occurrence.late_by.total_seconds() / 60:g}"
                findings.add(slot, code, start, other=other, cluster=lane, begins=begins, late=late)
    return findings.remarks()


def _crowds(site: Site, occurrences: Iterable[Occurrence], steps: Steps) -> Iterator[tuple[str, list[_Wanted]]]:
    """By cluster (of one device: its channel): the airings, where several follow each other without a gap."""
    lanes: dict[str, list[_Wanted]] = defaultdict(list)
    alone = {name for name, each in site.channels.items() if each.type == ONE_DEVICE}
    of = {name: each.channel if each.channel in alone else name for name, each in site.clusters.items()}
    for number, each in enumerate(occurrences):
        if each.medium is Medium.LOUDSPEAKER and each.bulletins and _may_start(site, each):
            lengths = steps(each)
            if lengths:
                wanted = _Wanted(number, each, tuple(Step(timedelta(seconds=s), ()) for s in lengths))
                for lane in dict.fromkeys(of.get(target, target) for target in each.targets):
                    lanes[lane].append(wanted)
    for lane, found in lanes.items():
        yield from ((lane, crowd) for crowd in _together(found) if len(crowd) > 1)


def _may_start(site: Site, occurrence: Occurrence) -> bool:
    windows = windows_of(site, occurrence)
    return windows is None or windows.allow(occurrence.start.astimezone(site.station.timezone))


def _together(wanted: Sequence[_Wanted]) -> Iterator[list[_Wanted]]:
    crowd: list[_Wanted] = []
    reached: datetime | None = None
    for each in wanted:  # by start
        start = each.occurrence.start
        if reached is None or start >= reached:
            if crowd:
                yield crowd
            crowd, reached = [], start
        crowd.append(each)
        reached = whole_second(max(reached, start) + each.length)
    yield crowd


def _outcomes(site: Site, crowd: Sequence[_Wanted]) -> Iterator[tuple[str, _Wanted, str, str]]:
    """Code, airing, the one it has to do with, and when it begins."""
    asked = list(_asked(site, crowd))
    if site.station.order.collisions != CONFIGURED:
        for first, second in asked:
            yield "airings_need_order", second, first.name, ""
    by_number = {each.number: each for each in crowd}
    before = [(first.number, second.number) for first, second in asked]
    taken: list[tuple[Span, _Wanted]] = []
    for number in arranged({each.number: key_of(each.occurrence) for each in crowd}, before):
        each = by_number[number]
        rank, zone = each.occurrence.priority.rank, site.station.timezone
        spans = [span for span, _ in taken if span.rank >= rank]
        found = _placed(site, each, spans)
        other = _in_the_way(each, found, taken)
        if found is not None:
            end = whole_second(found.begin + each.steps[found.steps - 1].length)
            taken.append((Span("", rank, found.begin, end), each))
        code = _code(each, found)
        if code and other is not None:
            begins = f"{found.begin.astimezone(zone):%H:%M:%S}" if found is not None else ""
            yield code, each, other.name, begins


def _asked(site: Site, crowd: Sequence[_Wanted]) -> Iterator[tuple[_Wanted, _Wanted]]:
    """PRIORITY airings of different programmes that want to sound at once, as the settings would order them."""
    wanted = [each for each in crowd if each.occurrence.priority is Priority.PRIORITY]
    for one, other in combinations(wanted, 2):
        apart = one.occurrence.programme != other.occurrence.programme
        starts = one.occurrence.start, other.occurrence.start
        if apart and (starts[1] < starts[0] + one.length or starts[0] == starts[1]):
            first, second = sorted((one, other), key=lambda each: by_settings(each.occurrence, site.station.order))
            yield first, second


def _placed(site: Site, each: _Wanted, spans: Sequence[Span]) -> Place | None:
    windows, zone = windows_of(site, each.occurrence), site.station.timezone

    def closes(moment: datetime) -> datetime | None:
        return None if windows is None else windows.closes(moment.astimezone(zone))

    return place(each.steps, each.occurrence.start, each.occurrence.too_late, spans, closes)


def _code(each: _Wanted, found: Place | None) -> str:
    if found is None:
        return "airing_will_be_missed"
    if found.steps < len(each.steps):
        return "" if found.closing else "airing_will_be_cut"
    return "airing_will_wait" if found.begin > each.occurrence.start else ""


def _in_the_way(each: _Wanted, found: Place | None, taken: Sequence[tuple[Span, _Wanted]]) -> _Wanted | None:
    """Behind whom it begins; of what has no room or is cut, who takes it."""
    rank = each.occurrence.priority.rank
    equals = [(span, other) for span, other in taken if span.rank >= rank]
    if found is not None and found.begin > each.occurrence.start:
        return next((other for span, other in equals if span.end == found.begin), None)
    moment = each.occurrence.start if found is None else found.until or found.begin
    return next((other for span, other in equals if span.begin <= moment < span.end), None)
