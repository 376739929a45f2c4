"""One pass over one channel: when each airing that is due begins on each of its clusters, and how much of it sounds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.dispatch.admission import windows_of
from pipeline.dispatch.order import Place, Span, Step, arranged, earliest, place, whole_second
from pipeline.dispatch.readiness import Ready
from pipeline.domain import Delivery
from pipeline.site import Site
from pipeline.store import Adjustment
from pipeline.store.rows import CLAIMABLE

LATE = timedelta(minutes=1)  # later than this nobody calls it on time
ON_TIME = timedelta(seconds=5)  # what a device begins late by itself is not worth a line
DEVICE_BUSY, CLUSTER_BUSY = "device_busy", "cluster_busy"
NO_ROOM = "no_room_in_hours"
UNDECIDED = "order_undecided"
QUEUED = frozenset({DEVICE_BUSY, CLUSTER_BUSY, UNDECIDED})
CUT_TO_HOURS, CUT_FOR_NEXT, CUT_TO_LENGTH = "cut_to_hours", "cut_for_next", "cut_to_length"
MOVED, STARTED_LATE, CLOCK_IN_DOUBT = "moved_behind", "started_late", "clock_in_doubt"
DECIDED_LATE = "decided_late"
CUTS = frozenset({CUT_TO_HOURS, CUT_FOR_NEXT, CUT_TO_LENGTH})

Remaining = Callable[[Delivery, Ready], Sequence[Step]]
"""What of an airing a delivery is still owed."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One delivery in the timetable: its airing, the steps it is owed and where it sounds (None: it has to wait)."""

    ready: Ready
    delivery: Delivery
    steps: Sequence[Step]
    place: Place | None = None
    code: str = ""  # why it has to wait
    begin_after: datetime | None = None  # it could not begin before, for having waited for a decision

    @property
    def is_cut(self) -> bool:
        return self.place is not None and self.place.steps < len(self.steps)

    @property
    def end(self) -> datetime | None:
        return None if self.place is None else self.place.begin + self.steps[self.place.steps - 1].length

    def adjustment(self, *, queued: bool, clock_in_doubt: bool = False) -> Adjustment | None:
        """What has to be written down of it; None where it sounds as planned. `queued`: it had to wait for another."""
        if self.place is None or self.end is None:
            return None
        heard = self.steps[self.place.steps - 1].bulletins
        late = self.place.begin - self.ready.occurrence.start
        if self.is_cut:
            code = CUT_TO_HOURS if self.place.closing else CUT_FOR_NEXT
        elif self.ready.left_out:
            code = CUT_TO_LENGTH
        elif clock_in_doubt:
            code = CLOCK_IN_DOUBT
        elif late > timedelta(0) and self.place.begin == self.begin_after:
            code = DECIDED_LATE
        elif late > (timedelta(0) if queued else ON_TIME):
            code = MOVED if queued else STARTED_LATE
        else:
            return None
        lost = tuple(name for name in self.steps[-1].bulletins if name not in heard)
        return Adjustment(self.delivery.id, code, self.place.begin, self.end, heard, (*lost, *self.ready.left_out), {})


class Timetable:
    """What the clusters of a channel hear. `out`: spans of what is out; `alone`: all clusters hear one device.

    `coming`: what is planned behind what is due. `before`: ruled pairs of rows. `held`: rows that wait, and until when.
    `begin_by`: rows that were decided late, and when they begin at the latest. `lead`: how long ahead the channel wants
    an order.
    """

    def __init__(
        self,
        site: Site,
        ready: Sequence[Ready],
        coming: Sequence[Ready],
        out: Iterable[Span],
        *,
        now: datetime,
        alone: bool,
        before: Iterable[tuple[int, int]] = (),
        held: Mapping[int, datetime] | None = None,
        begin_by: Mapping[int, datetime] | None = None,
        lead: timedelta = timedelta(0),
    ) -> None:
        self.site, self.now, self.alone, self.held = site, now, alone, held or {}
        self.begin_by, self.lead = begin_by or {}, lead
        self._all = {each.row.id: each for each in (*ready, *coming)}
        order = arranged({row: each.key for row, each in self._all.items()}, before)
        self._rank = {row: at for at, row in enumerate(order)}
        due = {each.row.id for each in ready}
        self.ready = [self._all[row] for row in order if row in due]
        self._taken: dict[str, list[Span]] = defaultdict(list)
        for span in out:
            self._taken[self._lane(span.target)].append(span)
        self._planned: dict[str, list[Ready]] = defaultdict(list)
        for each in self._all.values():
            for lane in {self._lane(target) for target in each.occurrence.targets}:
                self._planned[lane].append(each)
        self._seated: set[int] = set()
        self._together: dict[tuple[int, tuple[Step, ...]], Place] = {}

    def seat(self, ready: Ready, deliveries: Iterable[Delivery], remaining: Remaining) -> list[Seat]:
        """Seat what waits of an airing; call it in the order of `ready`."""
        for other in self._ahead(ready):
            self._foresee(other)
        self._seated.add(ready.row.id)
        return [self._seat(ready, each, remaining(each, ready)) for each in deliveries if each.state in CLAIMABLE]

    def _seat(self, ready: Ready, delivery: Delivery, steps: Sequence[Step]) -> Seat:
        if (known := self._together.get((ready.row.id, tuple(steps)))) is not None:
            return Seat(ready, delivery, steps, known, begin_after=self._decided_late(ready))
        occurrence, lane = ready.occurrence, self._lane(delivery.target)
        begin = self._earliest(ready, lane)
        last = self.now + occurrence.late_by if delivery.resume_of else occurrence.too_late
        rank = occurrence.priority.rank
        spans = [span for span in self._taken[lane] if span.rank >= rank]
        kept_free = [*spans, *self._kept_free(ready, lane)] if self._is_late(ready, delivery) else spans
        found = place(steps, begin, max(begin, last), kept_free, self._closes(ready))
        if found is None:
            alone = place(steps, begin, begin, (), self._closes(ready))
            return Seat(ready, delivery, steps, code=CLUSTER_BUSY if alone else NO_ROOM)
        seat = Seat(ready, delivery, steps, found, begin_after=self._decided_late(ready))
        if seat.end is not None:
            self._taken[lane].append(Span(delivery.target, rank, found.begin, whole_second(seat.end)))
        if self.alone:  # the one device sounds once, for all its clusters
            self._together[ready.row.id, tuple(steps)] = found
        return seat

    def _earliest(self, ready: Ready, lane: str) -> datetime:
        start = ready.occurrence.start
        if (decided := self._decided_late(ready)) is not None:
            return decided
        heard = any(span.begin < self.now and start < span.end for span in self._taken[lane])
        if not self.alone and self.now - start <= LATE and not heard:
            return start  # a list says when it was meant to begin, and a moment's delay is the device's to make up
        return start if self.now <= start else self.now if self.alone else whole_second(self.now)

    def _decided_late(self, ready: Ready) -> datetime | None:
        """When an airing begins for which the decision came too late to be handed over a lead ahead of its start.

        A list that is fetched every few minutes would hold it when its moment is over.
        """
        latest = self.begin_by.get(ready.row.id)
        if latest is None or not self.lead:
            return None
        begin = max(whole_second(self.now), min(earliest(self.now, self.lead), latest))
        return begin if begin > ready.occurrence.start else None

    def _is_late(self, ready: Ready, delivery: Delivery) -> bool:
        """Late, and not for having waited for another: nobody was there to send it in time."""
        waited = delivery.resume_of is not None or ready.row.code in QUEUED or delivery.code in QUEUED
        return not waited and self.now - ready.occurrence.start > LATE

    def _ahead(self, ready: Ready) -> list[Ready]:
        """What goes before it, is not out yet and not in this timetable either, in its order."""
        place = self._rank[ready.row.id]
        lanes = {self._lane(target) for target in ready.occurrence.targets}
        near = {each.row.id: each for lane in lanes for each in self._planned[lane]}
        before = [each for row, each in near.items() if self._rank[row] < place and row not in self._seated]
        return sorted(before, key=lambda each: self._rank[each.row.id])

    def _foresee(self, other: Ready) -> None:
        """Take the time that something still to come will need."""
        for each in self._ahead(other):
            self._foresee(each)
        if other.row.id in self._seated:
            return
        self._seated.add(other.row.id)
        occurrence, rank = other.occurrence, other.occurrence.priority.rank
        begin = max(occurrence.start, self.now)
        if other.row.id in self.held:  # nobody knows when it will be decided: at the latest then
            begin = max(begin, self.held[other.row.id] + self.lead)
        for lane in dict.fromkeys(self._lane(target) for target in occurrence.targets):
            taken = self._taken[lane]
            spans = [span for span in taken if span.rank >= rank]
            found = place(other.steps, begin, max(begin, occurrence.too_late), spans, self._closes(other))
            if found is not None:
                end = found.begin + other.steps[found.steps - 1].length
                taken.append(Span(lane, rank, found.begin, whole_second(end)))

    def _kept_free(self, ready: Ready, lane: str) -> list[Span]:
        """The time of its equals that are on time: what is late takes none of it."""
        rank = ready.occurrence.priority.rank
        return [
            Span(lane, rank, each.occurrence.start, whole_second(each.occurrence.start + each.length))
            for each in self._planned[lane]
            if each.row.id not in self._seated
            and each.occurrence.priority.rank == rank
            and each.occurrence.start >= self.now
        ]

    def _closes(self, ready: Ready) -> Callable[[datetime], datetime | None]:
        windows, zone = windows_of(self.site, ready.occurrence), self.site.station.timezone
        return lambda moment: None if windows is None else windows.closes(moment.astimezone(zone))

    def _lane(self, target: str) -> str:
        return "" if self.alone else target
