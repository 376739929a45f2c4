"""What the rotations of a programme promise, how their airings keep it, and what would where they cannot.

The slots of a programme that rotate the same topics for the same audience within the same weeks share their promise:
people hear the programme, not a slot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipeline.domain import Aired, Bulletin, Medium, Programme, Rotation, Slot
from pipeline.schedule.circles import EVERYBODY, Round, Shape, SharedSlot, rounds
from pipeline.schedule.days import Span, joined
from pipeline.schedule.findings import Findings
from pipeline.schedule.guarantee import Promise, Queue, TurnKey, Wait
from pipeline.schedule.kinds import MOST_WEEKS
from pipeline.schedule.phases import Openings
from pipeline.schedule.promised import Promised, Short, promised, short_spans
from pipeline.schedule.reach import Reach
from pipeline.schedule.remedies import WEEK, Remedy, Trial, best_wait, room
from pipeline.schedule.rotation import ALL, Airing, candidates
from pipeline.schedule.shelf import Shelf

History = Mapping[tuple[str, str, datetime], Aired]
NO_HISTORY: History = {}
DAY = timedelta(days=1)  # a wait is reckoned from the day before the first one on which the topic could be heard
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
class Verdict:
    """How some slots keep their promise from the first day of a plan to one window beyond its last.

    `longest_days`: the longest wait for a topic; `best_days`: the shortest that any order could reach, 0 where the
    airings are too few to tell. `topics`: all that is promised, with those that are `gone`, by the day since which they
    have no bulletin, and those `unwritten` that never had one. `short`: times shorter than the window in which some
    topics are not heard at all.
    """

    programme: str
    slots: tuple[str, ...]
    topics: tuple[str, ...]
    weeks: int
    longest_days: int
    best_days: int
    unkept: tuple[Unkept, ...] = ()
    remedy: Remedy | None = None
    gone: Mapping[str, date] = field(default_factory=dict)
    short: tuple[Short, ...] = ()
    unwritten: tuple[str, ...] = ()
    names_topics: bool = False

    @property
    def is_kept(self) -> bool:
        """For every topic that still has a bulletin; where topics are named, for every one of them."""
        return not self.unkept and not self.short and not self.unwritten and not (self.names_topics and self.gone)


@dataclass(frozen=True, slots=True)
class _Planned:
    """A queue that was run; as it stood `before` anything is known of what was aired; what falls into the window."""

    queue: Queue
    before: Queue
    best: int
    longest: int
    told: Mapping[TurnKey, tuple[str, ...]]
    made_up: Mapping[TurnKey, tuple[str, ...]]


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
        self._queues: dict[tuple[object, ...], _Planned] = {}
        self._remedies: dict[tuple[object, ...], Remedy] = {}
        self._history: dict[tuple[str, str], dict[tuple[int, time], Aired]] = {}
        for (programme, slot, start), aired in history.items():
            local = start.astimezone(zone)
            settled = self._history.setdefault((programme, slot), {})
            settled[local.date().toordinal(), local.time()] = aired
        days = (day for settled in self._history.values() for day, _ in settled)
        self._known_from = min(days, default=self.last)

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
        found: list[tuple[Round, _Planned]] = []
        for each in self._rounds(programme, slots, self.last + 3 * days):
            promise = Promise(days, each.shape.life, twice)
            key = topics, audience, promise, each.shape
            if key not in self._queues:
                turns = each.shape.turns(self.last + 3 * days)
                self._queues[key] = self._plan(Queue(shelf, promise, turns), len(shelf.on(self.last).topics))
            planned = self._as_aired(programme, slots, each, self._queues[key])
            self._enter(programme, slots, each, planned)
            found.append((each, planned))
        self.verdicts.append(self._verdict(programme, slots, weeks, shelf, found))

    def _rounds(self, programme: Programme, slots: Sequence[Slot], last: int) -> list[Round]:
        until = date.fromordinal(min(last, date.max.toordinal()))
        shared = [
            SharedSlot(
                slot,
                self.openings.phases(programme, slot, until),
                tuple(sorted({(each.date.toordinal(), each.at) for each in programme.extra if each.slot == slot.id})),
                self._life(programme, slot, until),
            )
            for slot in slots
        ]
        return rounds(shared, self.reach, until.toordinal(), self.openings.is_closed)

    def _life(self, programme: Programme, slot: Slot, until: date) -> tuple[Span, ...]:
        """The spans for which a slot promises anything: days without an airing count, rests and seasons do not."""
        if slot.season is None and not slot.suspended and not programme.suspended:
            last = until if programme.until is None else min(until, programme.until)
            return ((programme.first.toordinal(), last.toordinal() + 1),) if programme.first <= last else ()
        phases = self.openings.phases(replace(programme, exceptions=()), slot, until)
        return tuple(joined(span for phase in phases for span in phase.days.open))

    def _plan(self, queue: Queue, topics: int) -> _Planned:
        before = queue.air(self._known_from - 1, self.last).fork({}, {})
        ahead = [turn for turn in queue.turns if turn.day >= self.first]
        near = [turn for turn in ahead if turn.day <= self.last + queue.promise.days]
        life = queue.promise.life
        best = best_wait(near, topics, life) or best_wait(ahead, topics, life)
        return self._run(queue, before, best)

    def _run(self, queue: Queue, before: Queue, best: int) -> _Planned:
        queue.run(self.last + queue.promise.days, self.last)
        low, high = self.first, self.last
        return _Planned(
            queue,
            before,
            best,
            max((wait for day, wait in queue.longest if day >= low), default=0),
            {key: ids for key, ids in queue.told.items() if low <= key[1] <= high},
            {key: topics for key, topics in queue.made_up.items() if low <= key[1] <= high},
        )

    def _as_aired(self, programme: Programme, slots: Sequence[Slot], found: Round, planned: _Planned) -> _Planned:
        """The queue as it went on air; the planned one where nothing went otherwise."""
        place = {at: number for number, at in enumerate(found.hours)}
        facts: dict[TurnKey, Aired] = {
            (number, day, place[at]): aired
            for number, slot in enumerate(slots)
            for (day, at), aired in self._history.get((programme.id, slot.id), {}).items()
            if at in place
        }
        told = planned.queue.told
        if all(key not in told or _went_as_planned(aired, told[key]) for key, aired in facts.items()):
            return planned
        circle_of = {area: number for number, areas in enumerate(found.circles) for area in areas}
        return self._run(planned.before.fork(facts, circle_of), planned.before, planned.best)

    def _enter(self, programme: Programme, slots: Sequence[Slot], found: Round, planned: _Planned) -> None:
        tables = self._turns[programme.id]
        for slot in slots:
            tables.setdefault(slot.id, {})
        for (number, day, place), ids in planned.told.items():
            tables[slots[number].id][day, found.hours[place]] = ids
        for (number, day, place), topics in planned.made_up.items():
            airings = self.made_up.setdefault((programme.id, slots[number].id), {})
            airings[day, found.hours[place]] = topics

    # --- whether it is kept -------------------------------------------------------------------------------------------

    def _verdict(
        self,
        programme: Programme,
        slots: Sequence[Slot],
        weeks: int,
        shelf: Shelf,
        found: Sequence[tuple[Round, _Planned]],
    ) -> Verdict:
        days, topics = weeks * WEEK, len(shelf.on(self.last).topics)
        unkept: list[Unkept] = []
        broken: Shape | None = None
        for each, planned in found:
            for wait in planned.queue.waits:
                if self._concerns(wait, days):
                    broken = broken or each.shape
                    unkept.append(_unkept(wait, each))
        longest = max((planned.longest for _, planned in found), default=0)
        best = max((planned.best for _, planned in found), default=0)
        about = self._about(programme, slots, shelf, days)
        still = [self.last + days - each.since.toordinal() for each in unkept if each.until is None]
        return Verdict(
            programme=programme.id,
            slots=tuple(each.id for each in slots),
            topics=about.topics,
            weeks=weeks,
            longest_days=max([longest, *still]),
            best_days=min(best, max([longest, *still])),
            unkept=tuple(sorted(unkept, key=lambda each: (each.since, each.topic, each.areas))),
            remedy=None if broken is None else self._remedy(programme, slots, shelf, topics),
            gone=about.gone,
            unwritten=about.unwritten,
            short=tuple(dict.fromkeys(short for _, each in found for short in self._short(each.queue))),
            names_topics=ALL not in _terms_of(slots).topics,
        )

    def _about(self, programme: Programme, slots: Sequence[Slot], shelf: Shelf, days: int) -> Promised:
        """What is promised from the first day of the programme to one window beyond the plan."""
        until = self.last + days
        last = date.fromordinal(min(until, date.max.toordinal()))
        life = [span for slot in slots for span in self._life(programme, slot, last)]
        return promised(_terms_of(slots), shelf, life, programme.first.toordinal(), until)

    def _short(self, queue: Queue) -> Iterator[Short]:
        return short_spans(queue, self.first, self.last)

    def _concerns(self, wait: Wait, days: int) -> bool:
        """Whether the promise is broken from now on, as far as it was looked at."""
        return wait.since + days >= self.first and wait.since <= self.last

    def _remedy(self, programme: Programme, slots: Sequence[Slot], shelf: Shelf, topics: int) -> Remedy:
        """Tried out: the fewest bulletins an airing, and the shortest window, with which it would be kept."""
        terms = _terms_of(slots)
        weeks, far = terms.within, self.first + 2 * MOST_WEEKS * WEEK
        shapes = [each.shape for each in self._rounds(programme, slots, far)]
        key = replace(terms, count=0), tuple(shapes)
        if key not in self._remedies:
            trial = Trial(shelf, shapes, terms.twice_a_day, self.first, self.last)
            self._remedies[key] = Remedy(
                topics,
                min(room(shape.turns(self.last + weeks * WEEK), topics, weeks * WEEK, self.first) for shape in shapes),
                next((count for count in range(terms.count + 1, topics + 1) if trial.keeps(count, weeks)), None),
                next((longer for longer in range(weeks + 1, MOST_WEEKS + 1) if trial.keeps(0, longer)), None),
            )
        return self._remedies[key]


def _terms_of(slots: Sequence[Slot]) -> Rotation:
    terms = slots[0].play
    if not isinstance(terms, Rotation):
        raise TypeError(slots[0].id)
    return terms


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


def note_unkept(verdicts: Iterable[Verdict], findings: Findings) -> None:
    """Note the promises that cannot be kept, with what would: at the first of their slots."""
    for verdict in verdicts:
        _note_unheard(verdict, findings)
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
                since=f"{each.since + DAY:%d/%m/%Y}",
                areas=", ".join(each.areas[:SHOWN]) + (" …" if len(each.areas) > SHOWN else ""),
                needed=remedy.needed,
                room=remedy.room,
                longer=remedy.weeks,
                bulletins=remedy.count,
            )


def _note_unheard(verdict: Verdict, findings: Findings) -> None:
    """What nobody hears however often the slots air."""
    slot = verdict.programme, verdict.slots[0]
    slots = ", ".join(verdict.slots)
    if verdict.unwritten:
        findings.add(slot, "topics_unwritten", slots=slots, topics=", ".join(verdict.unwritten))
    if verdict.gone:
        named = ", ".join(f"{topic} ({day:%d/%m/%Y})" for topic, day in verdict.gone.items())
        findings.add(slot, "topics_run_out", min(verdict.gone.values()), slots=slots, topics=named)
    for each in verdict.short:
        facts = {"since": f"{each.first:%d/%m/%Y}", "until": f"{each.last:%d/%m/%Y}", "topics": ", ".join(each.unheard)}
        room = {"heard": each.heard, "total": each.heard + len(each.unheard), "weeks": verdict.weeks}
        findings.add(slot, "topics_beyond_season", each.first, start=None, slots=slots, **facts, **room)


def _code_of(remedy: Remedy) -> str:
    if remedy.count is None:
        return "promise_hopeless" if remedy.weeks is None else "promise_needs_weeks"
    return "promise_needs_count" if remedy.weeks is None else "promise_not_kept"
