"""On which days a slot is aired, and how: its phases, each a set of days with the hours and counts kept on them.

What closes a day comes first (the life of the programme, season, suspensions, excepted and closed days), then the peak
that the day lies in, then the hours of its time of year. Peaks and times of year change how a slot is aired; neither
opens a day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.domain import DayRange, Peak, Programme, Rotation, SeasonHours, Slot, Suspension, YearDays
from pipeline.schedule.days import SlotDays, Span, spans, within, without

Calendar = Mapping[str, Sequence[DayRange | YearDays]]


@dataclass(frozen=True, slots=True)
class Phase:
    """Days on which a slot is aired alike. `slot`: as it is on them; `closed`: only what is above ROUTINE is aired."""

    slot: Slot
    days: SlotDays
    closed: bool = False


Phases = tuple[Phase, ...]


class Openings:
    """When slots are open: the life of their programme without what closes its days.

    `closed` names the sets of days on which the station airs nothing that is ROUTINE.
    """

    def __init__(self, calendar: Calendar, closed: Sequence[str] = ()) -> None:
        self._calendar = calendar
        self._closed = closed
        self._known: dict[tuple[object, ...], list[Span]] = {}
        self._days: dict[tuple[object, ...], SlotDays] = {}

    def phases(self, programme: Programme, slot: Slot, last: date) -> Phases:
        """The slot's phases, from the first day of its programme up to `last`. No day is in two of them."""
        until = last if programme.until is None else min(last, programme.until)
        life = programme.first, until
        if until < programme.first:
            return ()
        open_spans = self._open(programme, slot, until)
        routine: list[Span] = open_spans
        restricted: list[Span] = []
        if self._closed:
            resting = self._named(self._closed, *life)
            routine, restricted = without(open_spans, resting), within(open_spans, resting)
        elif not slot.peaks and not slot.seasons:
            return self._single(programme, slot, open_spans)
        found = [*_phases(programme, slot, routine, closed=False), *_phases(programme, slot, restricted, closed=True)]
        return tuple(found)

    def _single(self, programme: Programme, slot: Slot, open_spans: Sequence[Span]) -> Phases:
        """The one phase of a slot that is aired alike all the time. Many fall on the same days, told apart once."""
        key = slot.days, slot.every, _monday(programme.first), id(open_spans)
        if key not in self._days:
            self._days[key] = SlotDays(slot.days, slot.every, key[2], tuple(open_spans))
        return (Phase(slot, self._days[key]),) if open_spans else ()

    @property
    def has_closed_days(self) -> bool:
        return bool(self._closed)

    def is_closed(self, day: date) -> bool:
        """Whether the station airs nothing that is ROUTINE on a day."""
        return bool(self._closed) and bool(self._named(self._closed, day, day))

    def why_closed(self, day: date) -> str:
        """The names of the sets that close a day, with the papers that declared them."""
        found: dict[str, None] = {}
        for name in self._closed:
            for each in self._calendar.get(name, ()):
                if spans([each], day, day):
                    found[f"{name}, {each.notice}" if each.notice else name] = None
        return "; ".join(found)

    def excepted(self, programme: Programme, slot: Slot, first: date, last: date) -> Iterator[tuple[date, str]]:
        """The days on which the slot would air, were they not excepted, each with the names of what excepts it."""
        off = [each for each in programme.exceptions if self._named([each], first, last)]
        if not off:
            return
        open_days, whole = set[int](), set[int]()
        for days, of in ((open_days, programme), (whole, replace(programme, exceptions=()))):
            for phase in self.phases(of, slot, last):
                days.update(phase.days.between(first.toordinal(), last.toordinal()))
        for ordinal in sorted(whole - open_days):
            day = date.fromordinal(ordinal)
            yield day, "; ".join(self._why(each, day) for each in off if self._named([each], day, day))

    def _why(self, exception: DayRange | str, day: date) -> str:
        if isinstance(exception, DayRange):
            return f"except {exception.first:%d/%m}" + (
                f"–{exception.last:%d/%m}" if exception.last != exception.first else ""
            )
        notices = (each.notice for each in self._calendar.get(exception, ()) if each.notice and spans([each], day, day))
        return ", ".join((exception, *notices))

    def _open(self, programme: Programme, slot: Slot, until: date) -> list[Span]:
        """The days that nothing closes. Many programmes rest alike: reckoned once for all of them."""
        resting = (*programme.suspended, *slot.suspended)
        key = programme.first, until, programme.exceptions, slot.season, resting
        if key not in self._known:
            self._known[key] = self._opened(programme, slot.season, resting, until)
        return self._known[key]

    def _opened(
        self, programme: Programme, season: YearDays | None, resting: Sequence[Suspension], until: date
    ) -> list[Span]:
        first = programme.first
        found = spans([DayRange(first, until)], first, until)
        if season is not None:
            found = within(found, spans([season], first, until))
        if resting:
            found = without(found, spans(map(_rest, resting), first, until))
        return without(found, self._named(programme.exceptions, first, until))

    def _named(self, days: Sequence[DayRange | str], first: date, until: date) -> list[Span]:
        """Days that are written down or named."""
        key = tuple(days), first, until
        if key not in self._known:
            found: list[DayRange | YearDays] = []
            for each in days:
                found.extend(self._calendar.get(each, ()) if isinstance(each, str) else [each])
            self._known[key] = spans(found, first, until)
        return self._known[key]


def slot_on(slot: Slot, day: date) -> Slot:
    """The slot as a one-off on a day finds it: within a peak with the peak's counts and lengths."""
    return next((_in_peak(slot, each) for each in slot.peaks if each.first <= day <= each.last), slot)


def idle_peaks(programme: Programme, slot: Slot) -> list[Peak]:
    """The peaks that no day of the slot falls into, whatever the named sets of days may close besides."""
    if not slot.peaks:
        return []
    last = max(each.last for each in slot.peaks)
    written = tuple(each for each in programme.exceptions if isinstance(each, DayRange))
    phases = Openings({}).phases(replace(programme, exceptions=written), slot, last)
    begins = [each.days.open[0][0] for each in phases if each.days.before(last.toordinal() + 1)]
    return [
        each for each in slot.peaks if not any(each.first.toordinal() <= day <= each.last.toordinal() for day in begins)
    ]


def _rest(suspension: Suspension) -> DayRange:
    return DayRange(suspension.first or date.min, suspension.last)


def _phases(programme: Programme, slot: Slot, open_spans: list[Span], *, closed: bool) -> list[Phase]:
    found: list[Phase] = []
    if not slot.peaks:
        return _seasons(slot, open_spans, _monday(programme.first), closed=closed)
    rest = open_spans
    for peak in slot.peaks:
        lasting = [(peak.first.toordinal(), peak.last.toordinal() + 1)]
        since = programme.first if peak.every is None else peak.first
        found += _seasons(_in_peak(slot, peak), within(rest, lasting), _monday(since), closed=closed)
        rest = without(rest, lasting)
    return [*_seasons(slot, rest, _monday(programme.first), closed=closed), *found]


def _seasons(slot: Slot, open_spans: list[Span], monday: int, *, closed: bool) -> list[Phase]:
    """The phases of a slot, or of a slot in its peak, by the hours of the seasons."""
    found: list[Phase] = []
    for season in slot.seasons:
        if not open_spans:
            break
        first, last = date.fromordinal(open_spans[0][0]), date.fromordinal(open_spans[-1][1] - 1)
        lasting = spans([season.days], first, last)
        found.append(_phase(_in_season(slot, season), within(open_spans, lasting), monday, closed))
        open_spans = without(open_spans, lasting)
    found.append(_phase(slot, open_spans, monday, closed))
    return [each for each in found if each.days.open]


def _phase(slot: Slot, open_spans: Sequence[Span], monday: int, closed: bool) -> Phase:
    return Phase(slot, SlotDays(slot.days, slot.every, monday, tuple(open_spans)), closed)


def _in_peak(slot: Slot, peak: Peak) -> Slot:
    """An area's own hours hold in a peak too, unless the peak gives it others: they stand in for any `at`."""
    play = slot.play
    if isinstance(play, Rotation) and peak.count is not None:
        play = replace(play, count=peak.count)
    return replace(
        slot,
        days=slot.days if peak.days is None else peak.days,
        every=slot.every if peak.every is None else peak.every,
        play=play,
        repeat=slot.repeat if peak.repeat is None else peak.repeat,
        length=slot.length if peak.length is None else peak.length,
        at=peak.at or slot.at,
        at_by_area={**slot.at_by_area, **peak.at_by_area},
        seasons=tuple(_behind(each, peak) for each in slot.seasons),
        peaks=(),
    )


def _behind(season: SeasonHours, peak: Peak) -> SeasonHours:
    """What is left of a season's hours where a peak has its own."""
    own = {area: at for area, at in season.at_by_area.items() if area not in peak.at_by_area}
    return replace(season, at=() if peak.at else season.at, at_by_area=own)


def _in_season(slot: Slot, season: SeasonHours) -> Slot:
    return replace(slot, at=season.at or slot.at, at_by_area={**slot.at_by_area, **season.at_by_area}, seasons=())


def _monday(day: date) -> int:
    return day.toordinal() - day.weekday()
