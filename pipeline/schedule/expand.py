"""Programmes → Plan: every occurrence that starts on some days, from the files alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from pipeline.areas import AreaTree
from pipeline.domain import (
    Bulletin,
    DayRange,
    FixedOrder,
    Medium,
    Occurrence,
    Priority,
    Programme,
    Rotation,
    Slot,
    SpeakerCluster,
    YearDays,
)
from pipeline.errors import Problem
from pipeline.schedule.days import SlotDays, Span, spans, within, without
from pipeline.schedule.findings import Findings, SlotKey
from pipeline.schedule.reach import Hours, Reach, Targets
from pipeline.schedule.rotation import Airing, candidates, out_of_step, rotate
from pipeline.schedule.starts import start_of

Calendar = Mapping[str, Sequence[DayRange | YearDays]]
Turntable = Mapping[Airing, tuple[str, ...]]
Content = Callable[[Airing], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Plan:
    """Occurrences sorted by start, programme and slot, and the warnings that concern them."""

    occurrences: tuple[Occurrence, ...]
    problems: tuple[Problem, ...]


def expand(
    programmes: Sequence[Programme],
    *,
    bulletins: Mapping[str, Bulletin],
    areas: AreaTree,
    clusters: Mapping[str, SpeakerCluster],
    calendar: Calendar,
    zone: ZoneInfo,
    first: date,
    days: int,
) -> Plan:
    """Every occurrence whose start, in local time, lies on the `days` days from `first`.

    Starts are aware and carry their own UTC offset. `targets` are sorted cluster ids, for SMS the ids of contact lists.
    """
    last = date.fromordinal(min(first.toordinal() + days - 1, date.max.toordinal()))
    findings = Findings(programmes)
    work = _Expansion(bulletins, Reach(areas, clusters.values()), Openings(calendar), zone, findings, first, last)
    occurrences = [each for programme in programmes for each in work.programme(programme)]
    occurrences.sort(key=lambda each: (each.start, each.programme, each.slot))
    return Plan(tuple(occurrences), tuple(findings.problems()))


class Openings:
    """When slots are open: the life of their programme, within their season, without its excepted days."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._closed: dict[tuple[object, ...], list[Span]] = {}

    def days(self, programme: Programme, slot: Slot, last: date) -> SlotDays:
        """The slot's days, from the first of its programme up to `last`."""
        until = last if programme.until is None else min(last, programme.until)
        open_spans: list[Span] = []
        if programme.first <= until:
            open_spans = spans([DayRange(programme.first, until)], programme.first, until)
            if slot.season is not None:
                open_spans = within(open_spans, spans([slot.season], programme.first, until))
            open_spans = without(open_spans, self._exceptions(programme, until))
        monday = programme.first.toordinal() - programme.first.weekday()
        return SlotDays(slot.days, slot.every, monday, tuple(open_spans))

    def _exceptions(self, programme: Programme, until: date) -> list[Span]:
        key = programme.exceptions, programme.first, until
        if key not in self._closed:
            found: list[DayRange | YearDays] = []
            for each in programme.exceptions:
                found.extend(self._calendar.get(each, ()) if isinstance(each, str) else [each])
            self._closed[key] = spans(found, programme.first, until)
        return self._closed[key]


@dataclass
class _Expansion:
    bulletins: Mapping[str, Bulletin]
    reach: Reach
    openings: Openings
    zone: ZoneInfo
    findings: Findings
    first: date
    last: date

    def __post_init__(self) -> None:
        # A start that the clocks skip can move on into the next day: one day more is looked at, then cut off.
        self.window = max(1, self.first.toordinal() - 1), self.last.toordinal()
        self._choices: dict[Rotation, list[Bulletin]] = {}
        self._turns: dict[tuple[object, ...], Turntable] = {}
        self._priorities: dict[tuple[str, ...], Priority] = {}

    def programme(self, programme: Programme) -> Iterator[Occurrence]:
        for slot in programme.slots:
            yield from self._slot(programme, slot)

    def _slot(self, programme: Programme, slot: Slot) -> Iterator[Occurrence]:
        days = self.openings.days(programme, slot, self.last)
        extra = sorted({(each.date.toordinal(), each.at) for each in programme.extra if each.slot == slot.id})
        low, high = self.window
        one_offs = [airing for airing in extra if low <= airing[0] <= high]
        regular = list(days.between(low, high))
        if not regular and not one_offs:
            return
        if slot.at_by_area and regular:
            self._examine_own_hours((programme.id, slot.id), slot, date.fromordinal(regular[0]))
        content = self._content(slot, days, extra)
        for start, airing, targets in self._starts(slot, regular, one_offs):
            if self.first <= start.date() <= self.last:
                occurrence = self._occurrence(programme, slot, start, targets, content(airing))
                self._examine(occurrence, slot)
                yield occurrence

    def _starts(
        self, slot: Slot, regular: Sequence[int], one_offs: Sequence[Airing]
    ) -> Iterator[tuple[datetime, Airing, Targets]]:
        """Every start of a slot once, with the airing it stems from and all whom it reaches."""
        timetable: dict[int, Hours] = {}  # by epoch of the areas
        found: dict[datetime, tuple[Airing, Targets]] = {}

        def note(day: date, at: time, targets: Targets) -> None:
            start = start_of(day, at, self.zone)
            airing, others = found.get(start, ((day.toordinal(), at), None))
            found[start] = airing, targets if others is None else others | targets

        for day in map(date.fromordinal, regular):
            epoch = self.reach.epoch(day)
            if epoch not in timetable:
                timetable[epoch] = self.reach.hours(slot, day)
            for at, targets in timetable[epoch].items():
                note(day, at, targets)
        for ordinal, at in one_offs:
            day = date.fromordinal(ordinal)
            note(day, at, self.reach.whole(slot, day))
        for start, (airing, targets) in found.items():
            yield start, airing, targets

    def _content(self, slot: Slot, days: SlotDays, extra: Sequence[Airing]) -> Content:
        """What is aired: airing → ids of bulletins that exist and have not expired."""
        play = slot.play
        if isinstance(play, Rotation):
            turns = self._turns_of(play, (slot.at, *slot.at_by_area.values()), days, tuple(extra))
            return lambda airing: turns.get(airing, ())
        known = [self.bulletins[each] for each in play.bulletins if each in self.bulletins]
        lasting = tuple(each.id for each in known)
        if all(each.expires is None for each in known):
            return lambda airing: lasting
        return lambda airing: tuple(each.id for each in known if not each.is_expired(date.fromordinal(airing[0])))

    def _turns_of(
        self, play: Rotation, hours: tuple[tuple[time, ...], ...], days: SlotDays, extra: tuple[Airing, ...]
    ) -> Turntable:
        """The turns of a rotation. Many communes keep the same hours: reckoned once for all of them."""
        key = play, hours, days, extra
        if key not in self._turns:
            if play not in self._choices:
                self._choices[play] = candidates(self.bulletins.values(), play)
            self._turns[key] = rotate(self._choices[play], play.count, hours, days, extra, self.window)
        return self._turns[key]

    def _occurrence(
        self, programme: Programme, slot: Slot, start: datetime, targets: Targets, bulletins: tuple[str, ...]
    ) -> Occurrence:
        return Occurrence(
            programme=programme.id,
            slot=slot.id,
            start=start,
            medium=slot.medium,
            title=programme.title,
            bulletins=bulletins,
            targets=targets.ids,
            areas=targets.areas,
            length=slot.length,
            repeat=slot.repeat,
            late_by=slot.late_by,
            priority=self._priority(bulletins),
        )

    def _priority(self, bulletins: tuple[str, ...]) -> Priority:
        """The highest of the bulletins."""
        if bulletins not in self._priorities:
            found = (self.bulletins[each].priority for each in bulletins)
            self._priorities[bulletins] = max(found, key=lambda each: each.rank, default=Priority.ROUTINE)
        return self._priorities[bulletins]

    def _examine_own_hours(self, key: SlotKey, slot: Slot, on: date) -> None:
        """Note areas whose own hours do not do what somebody may have meant."""
        if strays := self.reach.strays(slot, on):
            self.findings.add(key, "own_hours_elsewhere", areas=_listed(strays))
        if isinstance(slot.play, Rotation) and (behind := out_of_step(slot.at, slot.at_by_area)):
            self.findings.add(key, "rotation_out_of_step", areas=_listed(behind))

    def _examine(self, occurrence: Occurrence, slot: Slot) -> None:
        """Note what will be missing from an occurrence."""
        key, start, play = (occurrence.programme, occurrence.slot), occurrence.start, slot.play
        named = play.bulletins if isinstance(play, FixedOrder) else ()
        missing = [each for each in named if each not in self.bulletins]
        if missing:
            self.findings.add(key, "bulletins_missing", start, bulletins=_listed(missing))
        if not occurrence.bulletins and isinstance(play, Rotation):
            self.findings.add(key, "rotation_empty", start)
        elif not occurrence.bulletins and len(missing) < len(named):
            self.findings.add(key, "bulletins_expired", start)
        if occurrence.medium is Medium.SMS:
            silent = [each for each in occurrence.bulletins if not self.bulletins[each].sms]
            if silent:
                self.findings.add(key, "bulletins_without_sms", start, bulletins=_listed(silent))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(names))
