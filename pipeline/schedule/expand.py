"""Programmes → Plan: every occurrence that starts on some days, from the files alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
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
from pipeline.schedule.findings import Findings, OccurrenceKey, SlotKey
from pipeline.schedule.phases import Calendar, Openings, Phase, Phases, slot_on
from pipeline.schedule.promises import NO_HISTORY, History, Promises, Verdict, note_unkept
from pipeline.schedule.reach import Epoch, Hours, Reach, Targets
from pipeline.schedule.rotation import Airing, Leg, candidates, out_of_step, rotate
from pipeline.schedule.starts import start_of

Turntable = Mapping[Airing, tuple[str, ...]]
Content = Callable[[Airing], tuple[str, ...]]


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
    occurrences = [each for programme in programmes for each in work.programme(programme)]
    occurrences.sort(key=lambda each: (each.start, each.programme, each.slot))
    note_unkept(promises.verdicts, findings)
    return Plan(tuple(occurrences), tuple(findings.problems()), tuple(promises.verdicts), work.made_up)


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
        self._choices: dict[Rotation, list[Bulletin]] = {}
        self._turns: dict[tuple[object, ...], Turntable] = {}
        self._priorities: dict[tuple[str, ...], Priority] = {}
        self._known_days: dict[int, tuple[date, Epoch]] = {}
        self._known_starts: dict[Airing, datetime] = {}

    def programme(self, programme: Programme) -> Iterator[Occurrence]:
        self.promises.examine(programme)
        for slot in programme.slots:
            yield from self._slot(programme, slot)

    def _slot(self, programme: Programme, slot: Slot) -> Iterator[Occurrence]:
        phases = self.openings.phases(programme, slot, self.last)
        extra = {(each.date.toordinal(), each.at) for each in programme.extra if each.slot == slot.id}
        low, high = self.window
        one_offs = sorted(airing for airing in extra if low <= airing[0] <= high)
        regular = [(day, phase) for phase in phases for day in phase.days.between(low, high)]
        self._note_rests(programme, slot)
        if not regular and not one_offs:
            return
        if len(phases) > 1:
            regular.sort(key=lambda each: each[0])
        alike = len(phases) == 1 and self.reach.epoch(self._day(low)[0]) == self.reach.epoch(self.last)
        self._examine_phases((programme.id, slot.id), regular[:1] if alike else regular)
        content = self._content(programme, slot, phases, extra)
        made_up = self.promises.made_up.get((programme.id, slot.id), {})
        whole = len(slot.play.bulletins) if isinstance(slot.play, FixedOrder) else 1
        for start, (airing, targets) in self._starts(slot, regular, one_offs).items():
            if airing[0] in self.window and not self.first <= start.date() <= self.last:
                continue
            bulletins = content(airing)
            if not bulletins and self._is_closed(airing):
                why = self.openings.why_closed(self._day(airing[0])[0])
                self.findings.add((programme.id, slot.id), "slot_rests_on_closed_day", start, why=why)
                continue
            aired = slot_on(slot, self._day(airing[0])[0]) if slot.peaks else slot
            occurrence = self._occurrence(programme, aired, start, targets, bulletins)
            if len(bulletins) < whole or slot.medium is Medium.SMS:
                self._examine(occurrence, slot)
            if made_up and airing in made_up:
                self.made_up[occurrence.key] = made_up[airing]
            yield occurrence

    def _starts(
        self, slot: Slot, regular: Sequence[tuple[int, Phase]], one_offs: Sequence[Airing]
    ) -> Mapping[datetime, tuple[Airing, Targets]]:
        """Every start of a slot once, with the airing it stems from and all whom it reaches."""
        timetable: dict[tuple[Epoch, int], Hours] = {}
        found: dict[datetime, tuple[Airing, Targets]] = {}
        for ordinal, phase in regular:
            day, epoch = self._known_days.get(ordinal) or self._day(ordinal)
            hours = timetable.get((epoch, id(phase)))
            if hours is None:
                hours = timetable[epoch, id(phase)] = self.reach.hours(phase.slot, day)
            for at, targets in hours.items():
                airing = ordinal, at
                start = self._known_starts.get(airing) or self._start(airing)
                if start in found:  # two airings that start together are one, for all whom either reaches
                    airing, others = found[start]
                    targets = others | targets
                found[start] = airing, targets
        for airing in one_offs:
            start, everybody = self._start(airing), self.reach.whole(slot, self._day(airing[0])[0])
            known = found.get(start)
            found[start] = (airing, everybody) if known is None else (known[0], known[1] | everybody)
        return found

    def _start(self, airing: Airing) -> datetime:
        return self._known_starts.setdefault(airing, start_of(self._day(airing[0])[0], airing[1], self.zone))

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
            return lambda airing: turns.get(airing, ())
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

    def _occurrence(
        self, programme: Programme, slot: Slot, start: datetime, targets: Targets, bulletins: tuple[str, ...]
    ) -> Occurrence:
        return Occurrence(
            programme.id,
            slot.id,
            start,
            slot.medium,
            programme.title,
            bulletins,
            targets.ids,
            targets.areas,
            slot.length,
            slot.repeat,
            slot.late_by,
            self._priorities.get(bulletins) or self._priority(bulletins),
        )

    def _priority(self, bulletins: tuple[str, ...]) -> Priority:
        """The highest of the bulletins."""
        found = (self.bulletins[each].priority for each in bulletins)
        highest = max(found, key=lambda each: each.rank, default=Priority.ROUTINE)
        return self._priorities.setdefault(bulletins, highest)

    def _examine_phases(self, key: SlotKey, regular: Sequence[tuple[int, Phase]]) -> None:
        """Look once at how a slot is aired in each phase, and at its areas whenever some of them change."""
        phases: set[int] = set()
        epochs: set[Epoch] = set()
        for ordinal, phase in regular:
            day, epoch = self._day(ordinal)
            if id(phase) not in phases and phase.slot.at_by_area:
                self._examine_own_hours(key, phase.slot, day)
            phases.add(id(phase))
            if epoch not in epochs:
                self._examine_areas(key, phase.slot, day)
            epochs.add(epoch)

    def _examine_own_hours(self, key: SlotKey, slot: Slot, on: date) -> None:
        """Note areas whose own hours do not do what somebody may have meant."""
        if strays := self.reach.strays(slot, on):
            self.findings.add(key, "own_hours_elsewhere", areas=_listed(strays))
        if (
            isinstance(slot.play, Rotation)
            and not slot.play.within
            and (behind := out_of_step(slot.at, slot.at_by_area))
        ):
            self.findings.add(key, "rotation_out_of_step", areas=_listed(behind))

    def _examine_areas(self, key: SlotKey, slot: Slot, on: date) -> None:
        """Note what a slot names though it is no longer there, and who answers for it."""
        for code, named in (
            ("area_succeeded", slot.areas),
            ("excepted_area_ended", slot.except_areas),
            ("own_hours_ended", slot.at_by_area),
        ):
            for area in named:
                known = self.reach.tree.by_id.get(area)
                if known is None or known.valid_until is None or not known.has_ended(on):
                    continue
                heirs = self.reach.tree.heirs(area, on)
                if heirs or code != "area_succeeded":
                    self.findings.add(key, code, area=area, day=known.valid_until, heirs=_listed(heirs) or "…")
                else:
                    self.findings.add(key, "area_ended", area=area, day=known.valid_until)

    def _note_rests(self, programme: Programme, slot: Slot) -> None:
        """Note suspensions of these days: what is silent on purpose shall be seen to be."""
        last = self.last if programme.until is None else min(self.last, programme.until)
        for each in (*slot.suspended, *programme.suspended):
            since = max(programme.first, each.first or programme.first)
            if since <= last and self.first <= each.last:
                reason = each.reason or "…"
                self.findings.add(
                    (programme.id, slot.id), "slot_suspended", since=since, until=each.last, reason=reason
                )
                return

    def _examine(self, occurrence: Occurrence, slot: Slot) -> None:
        """Note what will be missing from an occurrence."""
        key, start, play = (occurrence.programme, occurrence.slot), occurrence.start, slot.play
        named = play.bulletins if isinstance(play, FixedOrder) else ()
        missing = [each for each in named if each not in self.bulletins]
        if missing:
            self.findings.add(key, "bulletins_missing", start, bulletins=_listed(missing))
        if not occurrence.bulletins and isinstance(play, Rotation):
            told = play.within and not play.twice_a_day and candidates(self.bulletins.values(), play)
            self.findings.add(key, "rotation_told_today" if told else "rotation_empty", start)
        elif not occurrence.bulletins and len(missing) < len(named):
            self.findings.add(key, "bulletins_expired", start)
        if occurrence.medium is Medium.SMS:
            silent = [each for each in occurrence.bulletins if not self.bulletins[each].sms]
            if silent:
                self.findings.add(key, "bulletins_without_sms", start, bulletins=_listed(silent))


def _count(slot: Slot, airing: Airing) -> int:
    return _count_of(slot_on(slot, date.fromordinal(airing[0])))


def _count_of(slot: Slot) -> int:
    return slot.play.count if isinstance(slot.play, Rotation) else len(slot.play.bulletins)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(names))
