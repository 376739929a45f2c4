"""Programmes → Plan: every occurrence that starts on some days, from the files alone."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from itertools import chain
from operator import attrgetter
from zoneinfo import ZoneInfo

from pipeline.areas import AreaTree
from pipeline.domain import (
    Bulletin,
    FixedOrder,
    Medium,
    Occurrence,
    Priority,
    Programme,
    Rotation,
    Slot,
    SpeakerCluster,
)
from pipeline.errors import Problem
from pipeline.schedule.days import SlotDays
from pipeline.schedule.examination import Examination
from pipeline.schedule.findings import Findings, OccurrenceKey
from pipeline.schedule.phases import Calendar, Openings, Phase, Phases, slot_on
from pipeline.schedule.promises import NO_HISTORY, History, Promises, Verdict, note_unkept
from pipeline.schedule.reach import Epoch, Hours, Reach, Targets
from pipeline.schedule.rotation import Airing, Leg, candidates, rotate
from pipeline.schedule.starts import start_of, steady_offset

Turntable = Mapping[Airing, tuple[str, ...]]
_Line = tuple[datetime, tuple[str, ...], Priority]
Content = Callable[[Airing], tuple[str, ...] | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """Occurrences sorted by start, programme and slot, and the warnings that concern them."""

    occurrences: tuple[Occurrence, ...]
    problems: tuple[Problem, ...]
    promises: tuple[Verdict, ...] = ()
    made_up: Mapping[OccurrenceKey, tuple[str, ...]] = field(default_factory=dict)  # topics somebody had missed


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
    closed: Sequence[str] = (),
    history: History = NO_HISTORY,
) -> Plan:
    """Every occurrence whose start, in local time, lies on the `days` days from `first`.

    Starts are aware and carry their own UTC offset. `targets` are sorted cluster ids, for SMS the ids of contact lists.
    `closed`: sets of the calendar on whose days nothing ROUTINE is aired. `history`: what became of occurrences that
    are settled; rotations that promise something go by it, and by the files alone without it.
    """
    last = date.fromordinal(min(first.toordinal() + days - 1, date.max.toordinal()))
    findings = Findings(programmes)
    reach, openings = Reach(areas, clusters.values()), Openings(calendar, closed)
    promises = Promises(bulletins, reach, openings, zone, _window(first, last), history)
    work = _Expansion(bulletins, reach, openings, zone, findings, first, last, promises)
    with _keeping_all():
        occurrences = _in_order(slot for programme in programmes for slot in work.programme(programme))
    note_unkept(promises.verdicts, findings)
    return Plan(occurrences, tuple(findings.problems()), tuple(promises.verdicts), work.made_up)


@contextmanager
def _keeping_all() -> Iterator[None]:
    """What is planned is kept: to look for garbage among 80,000 occurrences takes as long as to plan them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _in_order(found: Iterable[Iterable[Occurrence]]) -> tuple[Occurrence, ...]:
    """By start, programme and slot. Many start together: telling starts apart is the dear part, so they go first."""
    together: dict[datetime, list[Occurrence]] = {}
    for slot in found:
        for occurrence in slot:
            together.setdefault(occurrence.start, []).append(occurrence)
    of_programme = attrgetter("programme", "slot")
    for each in together.values():
        if len(each) > 1:
            each.sort(key=of_programme)
    return tuple(chain.from_iterable(together[start] for start in sorted(together)))


def _window(first: date, last: date) -> tuple[int, int]:
    """A start that the clocks skip can move on into the next day: one day more is looked at, then cut off."""
    return max(1, first.toordinal() - 1), last.toordinal()


@dataclass
class _Expansion:
    bulletins: Mapping[str, Bulletin]
    reach: Reach
    openings: Openings
    zone: ZoneInfo
    findings: Findings
    first: date
    last: date
    promises: Promises
    made_up: dict[OccurrenceKey, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.window = _window(self.first, self.last)
        self.examination = Examination(self.findings, self.bulletins, self.reach, self.first, self.last)
        self._choices: dict[Rotation, list[Bulletin]] = {}
        self._turns: dict[tuple[object, ...], Turntable] = {}
        self._priorities: dict[tuple[str, ...], Priority] = {}
        self._known_days: dict[int, tuple[date, Epoch]] = {}
        self._known_starts: dict[Airing, datetime] = {}
        self._known_phases: dict[SlotDays, Sequence[int]] = {}
        self._known_dates: dict[SlotDays, Sequence[tuple[int, date, timezone | None]]] = {}
        self._known_lines: dict[tuple[SlotDays, tuple[time, ...], FixedOrder | Rotation], Sequence[_Line]] = {}
        self._is_steady = self._day(self.window[0])[1] == self._day(self.last.toordinal())[1]

    def programme(self, programme: Programme) -> Iterator[Iterable[Occurrence]]:
        """The occurrences of each of its slots."""
        self.promises.examine(programme)
        for slot in programme.slots:
            yield self._slot(programme, slot)

    def _slot(self, programme: Programme, slot: Slot) -> Iterable[Occurrence]:
        phases = self.openings.phases(programme, slot, self.last)
        extra = _extra_of(programme, slot)
        if slot.suspended or programme.suspended:
            self.examination.rests(programme, slot)
        regular, one_offs = self._regular(phases), sorted(each for each in extra if self._is_near(each))
        if not regular and not one_offs:
            return ()
        steady = len(phases) == 1 and self._is_steady
        self.examination.phases((programme.id, slot.id), regular[:1] if steady else regular)
        within = isinstance(slot.play, Rotation) and slot.play.within
        if steady and not (extra or phases[0].slot.at_by_area or within or self.openings.has_closed_days):
            return self._alike(programme, slot, phases)
        content = self._content(programme, slot, phases, extra)
        return self._varied(programme, slot, content, self._starts(slot, regular, one_offs))

    def _alike(self, programme: Programme, slot: Slot, phases: Phases) -> list[Occurrence]:
        """A slot that airs at the same hours for all it reaches, whenever it does: of many communes the same ones."""
        aired = phases[0].slot
        key = phases[0].days, aired.at, aired.play
        lines = self._known_lines.get(key)
        if lines is None:
            content = self._content(programme, slot, phases, ())
            lines = self._known_lines[key] = [
                (start, ids := content(airing) or (), self._priority(ids))
                for start, airing in self._plain_starts(phases[0])
            ]
        name, medium, title, length, repeat, late = slot.id, slot.medium, programme.title, *_terms(aired)
        ids, areas = self.reach.whole(aired, self.last)
        found = [
            Occurrence(programme.id, name, start, medium, title, bulletins, ids, areas, length, repeat, late, priority)
            for start, bulletins, priority in lines
        ]
        self._examine(slot, found)
        return found

    def _varied(
        self, programme: Programme, slot: Slot, content: Content, starts: Iterable[tuple[datetime, Airing, Targets]]
    ) -> list[Occurrence]:
        found: list[Occurrence] = []
        made_up = self.promises.made_up.get((programme.id, slot.id), {})
        for start, airing, targets in starts:
            bulletins = content(airing) or ()
            if not bulletins and self._is_closed(airing):
                why = self.openings.why_closed(self._day(airing[0])[0])
                self.findings.add((programme.id, slot.id), "slot_rests_on_closed_day", start, why=why)
                continue
            aired = slot_on(slot, self._day(airing[0])[0]) if slot.peaks else slot
            terms = slot.medium, programme.title, bulletins, *targets, *_terms(aired), self._priority(bulletins)
            found.append(Occurrence(programme.id, slot.id, start, *terms))
            if made_up and airing in made_up:
                self.made_up[found[-1].key] = made_up[airing]
        self._examine(slot, found)
        return found

    def _examine(self, slot: Slot, found: Sequence[Occurrence]) -> None:
        whole = len(slot.play.bulletins) if isinstance(slot.play, FixedOrder) else 1
        for each in found:
            if len(each.bulletins) < whole or each.medium is Medium.SMS:
                self.examination.occurrence(each, slot)

    def _regular(self, phases: Phases) -> Sequence[tuple[int, Phase]]:
        """The days of the window on which a slot is aired, in their order, and how."""
        found = [(day, phase) for phase in phases for day in self._days_of(phase.days)]
        if len(phases) > 1:
            found.sort(key=lambda each: each[0])
        return found

    def _days_of(self, days: SlotDays) -> Sequence[int]:
        known = self._known_phases.get(days)
        if known is None:
            known = self._known_phases[days] = tuple(days.between(*self.window))
        return known

    def _plain_starts(self, phase: Phase) -> Iterator[tuple[datetime, Airing]]:
        """The starts of a slot that all hear at the same hours, each once, with the airing it stems from."""
        if phase.days not in self._known_dates:
            days = ((ordinal, date.fromordinal(ordinal)) for ordinal in self._days_of(phase.days))
            self._known_dates[phase.days] = [(ordinal, day, steady_offset(day, self.zone)) for ordinal, day in days]
        hours = sorted(phase.slot.at)
        first: dict[datetime, Airing] = {}
        for ordinal, day, offset in self._known_dates[phase.days]:
            for at in hours:
                start = start_of(day, at, self.zone) if offset is None else datetime.combine(day, at, offset)
                first.setdefault(start, (ordinal, at))
        return (
            (start, each) for start, each in first.items() if each[0] not in self.window or self._is_asked_for(start)
        )

    def _starts(
        self, slot: Slot, regular: Sequence[tuple[int, Phase]], one_offs: Sequence[Airing]
    ) -> Iterator[tuple[datetime, Airing, Targets]]:
        """Every start of a slot once, with the airing it stems from and all whom it reaches."""
        timetable: dict[tuple[Epoch, int], Hours] = {}
        found: dict[datetime, tuple[Airing, Targets]] = {}
        for ordinal, phase in regular:
            day, epoch = self._day(ordinal)
            hours = timetable.get((epoch, id(phase)))
            if hours is None:
                hours = timetable[epoch, id(phase)] = self.reach.hours(phase.slot, day)
            for at, targets in hours.items():
                airing = ordinal, at
                start = self._start(airing)
                if start in found:  # two airings that start together are one, for all whom either reaches
                    airing, others = found[start]
                    targets = others | targets
                found[start] = airing, targets
        for airing in one_offs:
            start, everybody = self._start(airing), self.reach.whole(slot, self._day(airing[0])[0])
            known = found.get(start)
            found[start] = (airing, everybody) if known is None else (known[0], known[1] | everybody)
        for start, (airing, everybody) in found.items():
            if airing[0] not in self.window or self._is_asked_for(start):
                yield start, airing, everybody

    def _is_near(self, airing: Airing) -> bool:
        return self.window[0] <= airing[0] <= self.window[1]

    def _is_asked_for(self, start: datetime) -> bool:
        """Whether it lies on one of the days; of the outermost days of the window some starts may not."""
        return self.first <= start.date() <= self.last

    def _start(self, airing: Airing) -> datetime:
        known = self._known_starts.get(airing)
        if known is None:
            known = self._known_starts[airing] = start_of(self._day(airing[0])[0], airing[1], self.zone)
        return known

    def _day(self, ordinal: int) -> tuple[date, Epoch]:
        """A day of the window, and what holds of the areas on it: every slot asks for the same few."""
        known = self._known_days.get(ordinal)
        if known is None:
            day = date.fromordinal(ordinal)
            known = self._known_days[ordinal] = day, self.reach.epoch(day)
        return known

    def _content(self, programme: Programme, slot: Slot, phases: Phases, extra: Collection[Airing]) -> Content:
        """What is aired: airing → ids of bulletins that exist and have not expired; on closed days what is urgent."""
        play = slot.play
        if isinstance(play, Rotation):
            promised = self.promises.turns(programme, slot.id) if play.within else None
            turns = self._turns_of(slot, play, phases, extra) if promised is None else promised
            return turns.get
        known = [self.bulletins[each] for each in play.bulletins if each in self.bulletins]
        lasting = tuple(each.id for each in known)
        if not self.openings.has_closed_days and all(each.expires is None for each in known):
            return lambda airing: lasting
        return lambda airing: self._alive(known, date.fromordinal(airing[0]))

    def _alive(self, bulletins: Sequence[Bulletin], day: date) -> tuple[str, ...]:
        closed = self.openings.is_closed(day)
        return tuple(
            each.id
            for each in bulletins
            if not each.is_expired(day) and not (closed and each.priority is Priority.ROUTINE)
        )

    def _turns_of(self, slot: Slot, play: Rotation, phases: Phases, extra: Collection[Airing]) -> Turntable:
        """The turns of a rotation. Many communes keep the same hours: reckoned once for all of them.

        What is above ROUTINE takes turns of its own on closed days.
        """
        if play not in self._choices:
            self._choices[play] = candidates(self.bulletins.values(), play)
        choice, counts = self._choices[play], {airing: _count(slot, airing) for airing in extra}
        turns: Turntable = {}
        for closed in (False, True) if self.openings.has_closed_days else (False,):
            mine = [phase for phase in phases if phase.closed is closed]
            one_offs = {each: count for each, count in counts.items() if self._is_closed(each) is closed}
            days = tuple((phase.days, _count_of(phase.slot)) for phase in mine)
            key = play, closed, days, self._groups(slot, mine), tuple(sorted(one_offs.items()))
            if key not in self._turns:
                chosen = [each for each in choice if each.priority is not Priority.ROUTINE] if closed else choice
                legs = [tuple(Leg(*each, at) for each, at in zip(days, hours, strict=True)) for hours in key[3]]
                self._turns[key] = rotate(chosen, legs, one_offs, self.window)
            turns = {**turns, **self._turns[key]} if turns else self._turns[key]
        return turns

    def _groups(self, slot: Slot, phases: Sequence[Phase]) -> tuple[tuple[tuple[time, ...], ...], ...]:
        """The hours of the slot's groups of areas, phase by phase: first those of `at`, then every other sequence."""
        written = [
            slot.at_by_area,
            *(each.at_by_area for each in slot.seasons),
            *(each.at_by_area for each in slot.peaks),
        ]
        named = dict.fromkeys(area for own in written for area in own)
        return tuple(dict.fromkeys(tuple(self._hours_of(area, each) for each in phases) for area in ("", *named)))

    def _hours_of(self, area: str, phase: Phase) -> tuple[time, ...]:
        own = phase.slot.at_by_area
        if area and area not in own:
            above = self.reach.tree.path(area, date.fromordinal(phase.days.open[0][0]))
            area = next((step for step in above if step in own), "")
        return tuple(sorted(own[area] if area else phase.slot.at))

    def _is_closed(self, airing: Airing) -> bool:
        return self.openings.is_closed(date.fromordinal(airing[0]))

    def _priority(self, bulletins: tuple[str, ...]) -> Priority:
        """The highest of the bulletins."""
        known = self._priorities.get(bulletins)
        if known is None:
            found = {self.bulletins[each].priority for each in bulletins} or {Priority.ROUTINE}
            known = found.pop() if len(found) == 1 else max(found, key=lambda each: each.rank)
            self._priorities[bulletins] = known
        return known


def _terms(slot: Slot) -> tuple[timedelta | None, int, timedelta]:
    return slot.length, slot.repeat, slot.late_by


def _extra_of(programme: Programme, slot: Slot) -> Collection[Airing]:
    return {(each.date.toordinal(), each.at) for each in programme.extra if each.slot == slot.id}


def _count(slot: Slot, airing: Airing) -> int:
    return _count_of(slot_on(slot, date.fromordinal(airing[0])))


def _count_of(slot: Slot) -> int:
    return slot.play.count if isinstance(slot.play, Rotation) else len(slot.play.bulletins)
