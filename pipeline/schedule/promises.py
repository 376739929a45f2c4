"""What the rotations of a programme promise, how their airings keep it, and what would where they cannot.

The slots of a programme that rotate the same topics for the same audience within the same weeks share their promise:
people hear the programme, not a slot.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from pipeline.domain import Aired, Bulletin, Medium, Programme, Rotation, Slot
from pipeline.schedule.circles import EVERYBODY, Round, Shape, SharedSlot, rounds
from pipeline.schedule.days import joined, within
from pipeline.schedule.findings import Findings
from pipeline.schedule.guarantee import Promise, Queue, Turn, TurnKey, Wait
from pipeline.schedule.kinds import MOST_WEEKS
from pipeline.schedule.phases import Openings
from pipeline.schedule.reach import Reach
from pipeline.schedule.rotation import Airing, candidates
from pipeline.schedule.shelf import Shelf

History = Mapping[tuple[str, str, datetime], Aired]
NO_HISTORY: History = {}
WEEK = 7
SHOWN = 3  # areas in one sentence
_Terms = tuple[Medium, tuple[str, ...], tuple[str, ...], int, bool, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Unkept:
    """Areas (none: all of the slots) that would wait too long for a topic; `until` None: no end in sight."""

    areas: tuple[str, ...]
    topic: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would keep a promise, each by itself: bulletins an airing, weeks of the window; None: nothing of that kind.

    `needed`: the topics that each window must have room for; `room`: what the narrowest has.
    """

    needed: int
    room: int
    count: int | None
    weeks: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How some slots keep their promise from the first day of a plan to one window beyond its last.

    `longest_days`: the longest wait for a topic; `best_days`: the shortest that any order could reach.
    """

    programme: str
    slots: tuple[str, ...]
    topics: tuple[str, ...]
    weeks: int
    longest_days: int
    best_days: int
    unkept: tuple[Unkept, ...] = ()
    remedy: Remedy | None = None

    @property
    def is_kept(self) -> bool:
        return not self.unkept


class Promises:
    """The promises of one expansion. Rounds of one shape are run once."""

    def __init__(
        self,
        bulletins: Mapping[str, Bulletin],
        reach: Reach,
        openings: Openings,
        zone: ZoneInfo,
        window: tuple[int, int],
        history: History = NO_HISTORY,
    ) -> None:
        self.bulletins, self.reach, self.openings, self.zone = bulletins, reach, openings, zone
        self.first, self.last = window
        self.verdicts: list[Verdict] = []
        self.made_up: dict[tuple[str, str], dict[Airing, tuple[str, ...]]] = {}
        self._turns: dict[str, dict[str, dict[Airing, tuple[str, ...]]]] = {}
        self._shelves: dict[tuple[tuple[str, ...], tuple[str, ...]], Shelf] = {}
        self._queues: dict[tuple[object, ...], Queue] = {}
        self._remedies: dict[tuple[object, ...], Remedy] = {}
        self._history: dict[tuple[str, str], dict[tuple[int, time], Aired]] = {}
        for (programme, slot, start), aired in history.items():
            local = start.astimezone(zone)
            settled = self._history.setdefault((programme, slot), {})
            settled[local.date().toordinal(), local.time()] = aired

    def examine(self, programme: Programme) -> None:
        """Reckon what a programme promises, whether it airs within the window or not."""
        if programme.id not in self._turns:
            self._turns[programme.id] = {}
            for terms, slots in _by_terms(programme).items():
                self._keep(programme, terms, slots)

    def turns(self, programme: Programme, slot: str) -> Mapping[Airing, tuple[str, ...]]:
        """The bulletins of a slot's airings within the window."""
        self.examine(programme)
        return self._turns[programme.id].get(slot, {})

    def _keep(self, programme: Programme, terms: _Terms, slots: Sequence[Slot]) -> None:
        _, topics, audience, weeks, twice, _ = terms
        if (topics, audience) not in self._shelves:
            choice = candidates(self.bulletins.values(), Rotation(topics, audience))
            self._shelves[topics, audience] = Shelf(choice)
        shelf, days = self._shelves[topics, audience], weeks * WEEK
        found: list[tuple[Round, Queue]] = []
        for each in self._rounds(programme, slots, self.last + 3 * days):
            promise = Promise(days, each.shape.life, twice)
            key = topics, audience, promise, each.shape
            if key not in self._queues:
                turns = each.shape.turns(self.last + 3 * days)
                self._queues[key] = Queue(shelf, promise, turns).run(self.last + days)
            queue = self._as_aired(programme, slots, each, self._queues[key])
            self._enter(programme, slots, each, queue)
            found.append((each, queue))
        self.verdicts.append(self._verdict(programme, slots, weeks, shelf, found))

    def _rounds(self, programme: Programme, slots: Sequence[Slot], last: int) -> list[Round]:
        until = date.fromordinal(min(last, date.max.toordinal()))
        whole = replace(programme, exceptions=())
        shared = [
            SharedSlot(
                slot,
                self.openings.phases(programme, slot, until),
                tuple(sorted({(each.date.toordinal(), each.at) for each in programme.extra if each.slot == slot.id})),
                tuple(joined(span for phase in self.openings.phases(whole, slot, until) for span in phase.days.open)),
            )
            for slot in slots
        ]
        return rounds(shared, self.reach, until.toordinal(), self.openings.is_closed)

    def _as_aired(self, programme: Programme, slots: Sequence[Slot], found: Round, planned: Queue) -> Queue:
        """The queue as it went on air; the planned one where nothing went otherwise."""
        place = {at: number for number, at in enumerate(found.hours)}
        facts: dict[TurnKey, Aired] = {
            (number, day, place[at]): aired
            for number, slot in enumerate(slots)
            for (day, at), aired in self._history.get((programme.id, slot.id), {}).items()
            if at in place
        }
        if all(key not in planned.told or _went_as_planned(aired, planned.told[key]) for key, aired in facts.items()):
            return planned
        circle_of = {area: number for number, areas in enumerate(found.circles) for area in areas}
        return Queue(planned.shelf, planned.promise, planned.turns, facts, circle_of).run(
            self.last + planned.promise.days
        )

    def _enter(self, programme: Programme, slots: Sequence[Slot], found: Round, queue: Queue) -> None:
        tables = self._turns[programme.id]
        for slot in slots:
            tables.setdefault(slot.id, {})
        for (number, day, place), ids in queue.told.items():
            if self.first <= day <= self.last:
                tables[slots[number].id][day, found.hours[place]] = ids
        for (number, day, place), topics in queue.made_up.items():
            if self.first <= day <= self.last:
                airings = self.made_up.setdefault((programme.id, slots[number].id), {})
                airings[day, found.hours[place]] = topics

    # --- whether it is kept -------------------------------------------------------------------------------------------

    def _verdict(
        self,
        programme: Programme,
        slots: Sequence[Slot],
        weeks: int,
        shelf: Shelf,
        found: Sequence[tuple[Round, Queue]],
    ) -> Verdict:
        days, topics = weeks * WEEK, tuple(shelf.on(self.last).topics)
        ahead = range(self.first, self.last + days + 1)
        unkept: list[Unkept] = []
        broken: Shape | None = None
        for each, queue in found:
            for wait in queue.waits:
                if self._concerns(wait, days):
                    broken = broken or each.shape
                    unkept.append(_unkept(wait, each))
        longest = max((wait for _, queue in found for day, wait in queue.longest if day in ahead), default=0)
        still = [self.last + days - each.since.toordinal() for each in unkept if each.until is None]
        return Verdict(
            programme=programme.id,
            slots=tuple(each.id for each in slots),
            topics=topics,
            weeks=weeks,
            longest_days=max([longest, *still]),
            best_days=max((_best(queue.turns, len(topics), ahead) for _, queue in found), default=0),
            unkept=tuple(sorted(unkept, key=lambda each: (each.since, each.topic, each.areas))),
            remedy=None if broken is None else self._remedy(programme, slots, shelf, len(topics)),
        )

    def _concerns(self, wait: Wait, days: int) -> bool:
        """Whether the promise is broken from now on, as far as it was looked at."""
        return wait.since + days >= self.first and wait.since <= self.last

    def _remedy(self, programme: Programme, slots: Sequence[Slot], shelf: Shelf, topics: int) -> Remedy:
        """Tried out: the fewest bulletins an airing, and the shortest window, with which it would be kept."""
        terms = slots[0].play
        if not isinstance(terms, Rotation):
            raise TypeError(slots[0].id)
        weeks, far = terms.within, self.first + 2 * MOST_WEEKS * WEEK
        shapes = [each.shape for each in self._rounds(programme, slots, far)]
        key = replace(terms, count=0), tuple(shapes)
        if key not in self._remedies:
            trial = _Trial(shelf, shapes, terms.twice_a_day, self.first, self.last)
            self._remedies[key] = Remedy(
                topics,
                min(_room(shape.turns(self.last + weeks * WEEK), topics, weeks * WEEK, self.first) for shape in shapes),
                next((count for count in range(terms.count + 1, topics + 1) if trial.keeps(count, weeks)), None),
                next((longer for longer in range(weeks + 1, MOST_WEEKS + 1) if trial.keeps(0, longer)), None),
            )
        return self._remedies[key]


@dataclass(frozen=True, slots=True)
class _Trial:
    """The airings of some shapes from a day on, as if nothing had been heard before."""

    shelf: Shelf
    shapes: Sequence[Shape]
    twice_a_day: bool
    first: int
    last: int

    def keeps(self, count: int, weeks: int) -> bool:
        """Whether each airing with `count` bulletins at least keeps a promise of so many weeks."""
        until = self.last + weeks * WEEK
        for shape in self.shapes:
            life = tuple(tuple(within(spans, [(self.first, until + 1)])) for spans in shape.life)
            legs = tuple(leg._replace(takes=max(leg.takes, count)) for leg in shape.legs)
            turns = [turn for turn in Shape(legs, shape.extra, life).turns(until) if turn.day >= self.first]
            if Queue(self.shelf, Promise(weeks * WEEK, life, self.twice_a_day), turns).run(until).waits:
                return False
        return True


def _by_terms(programme: Programme) -> dict[_Terms, list[Slot]]:
    found: dict[_Terms, list[Slot]] = {}
    for slot in programme.slots:
        play = slot.play
        if isinstance(play, Rotation) and play.within:
            terms = slot.medium, play.topics, play.audience, play.within, play.twice_a_day, slot.contacts
            found.setdefault(terms, []).append(slot)
    return found


def _went_as_planned(aired: Aired, planned: Sequence[str]) -> bool:
    """Without anybody missing it, and with nothing that was not planned."""
    return not aired.missed and not aired.cut and set(aired.bulletins) <= set(planned)


def _unkept(wait: Wait, found: Round) -> Unkept:
    areas = found.circles[wait.circle]
    until = None if wait.until is None else date.fromordinal(wait.until)
    return Unkept(() if areas == (EVERYBODY,) else areas, wait.topic, date.fromordinal(wait.since), until)


def _places(turns: Sequence[Turn], circle: int, topics: int) -> Iterator[int]:
    """The days of a circle's turns, one for each topic that may be told in them."""
    day, told = 0, 0
    for turn in turns:
        if circle in turn.circles:
            told = 0 if turn.day != day else told
            day = turn.day
            for _ in range(min(turn.takes, topics - told)):
                told += 1
                yield day


def _best(turns: Sequence[Turn], topics: int, ahead: range) -> int:
    """The longest wait, in days, that no order of the turns could make shorter: what so many of them in a row take."""
    longest = 0
    for circle in {each for turn in turns for each in turn.circles}:
        days = [day for day in _places(turns, circle, topics) if day in ahead]
        longest = max([longest, *(days[place + topics] - days[place] for place in range(len(days) - topics))])
    return longest


def _room(turns: Sequence[Turn], topics: int, days: int, first: int) -> int:
    """How many topics fit into the narrowest window from a day on, of those that end by the last turn."""
    least = topics
    for circle in {each for turn in turns for each in turn.circles}:
        found = list(_places(turns, circle, topics))
        for day in range(first, turns[-1].day - days + 2):
            least = min(least, bisect_left(found, day + days) - bisect_left(found, day))
    return least


def note_unkept(verdicts: Iterable[Verdict], findings: Findings) -> None:
    """Note the promises that cannot be kept, with what would: at the first of their slots."""
    for verdict in verdicts:
        if (remedy := verdict.remedy) is None:
            continue
        for each in verdict.unkept:
            findings.add(
                (verdict.programme, verdict.slots[0]),
                _code_of(remedy),
                each.since,
                slots=", ".join(verdict.slots),
                weeks=verdict.weeks,
                topic=each.topic,
                since=f"{each.since:%d/%m/%Y}",
                areas=", ".join(each.areas[:SHOWN]) + (" …" if len(each.areas) > SHOWN else ""),
                needed=remedy.needed,
                room=remedy.room,
                longer=remedy.weeks,
                bulletins=remedy.count,
            )


def _code_of(remedy: Remedy) -> str:
    if remedy.count is None:
        return "promise_hopeless" if remedy.weeks is None else "promise_needs_weeks"
    return "promise_needs_count" if remedy.weeks is None else "promise_not_kept"
