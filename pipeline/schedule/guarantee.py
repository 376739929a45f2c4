"""A rotation that promises: in every window of so many days, whoever listens hears each topic at least once.

Each airing takes the topics whose deadline comes first (last heard + window). For people who hear every airing of a
queue, and while the topics stay the same, no order keeps more: of any schedule every window must hold as many turns as
there are topics, and where it does this one keeps the promise. (A topic about to expire has its turn though nothing is
promised for it any more: a warning that nobody hears is worse than one that comes late.) Where several circles hear
different airings and share some, an airing goes by whichever of its circles has waited longest; that is no proof, so
every run notes what it did not keep.

What is new, and what somebody missed, is drawn ahead where that makes nothing later than promised, which is tried out
before it is done. A run is a function of its input: turns, shelf, and what was really aired.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.domain import Aired
from pipeline.schedule.days import Span
from pipeline.schedule.ears import NEVER, Ears
from pipeline.schedule.shelf import Shelf, Stretch

TurnKey = tuple[int, int, int]  # slot (its number), day (ordinal), place of its hour


class Turn(NamedTuple):
    """One airing: `takes` topics for all its circles. `at`: the place of its hour in the day. `closed`: no ROUTINE."""

    day: int
    at: int
    slot: int
    takes: int
    circles: tuple[int, ...]
    closed: bool = False

    @property
    def key(self) -> TurnKey:
        return self.slot, self.day, self.at


@dataclass(frozen=True, slots=True)
class Promise:
    """`days` of a window; `life`: by circle the sorted spans of days for which it holds. Once a day unless allowed."""

    days: int
    life: tuple[tuple[Span, ...], ...]
    twice_a_day: bool = False


class Wait(NamedTuple):
    """A circle's wait for a topic that was longer than promised. `until` None: it has not ended by the last day."""

    circle: int
    topic: str
    since: int  # last heard, or the day before it could first be
    until: int | None


class _Late(NamedTuple):
    """Days by which hearings come later than promised: for all, and for those who missed something."""

    for_all: int
    for_owed: int

    def exceeds(self, other: _Late) -> bool:
        return self.for_all > other.for_all or self.for_owed > other.for_owed


class Queue:
    """Turns in their order, and what is aired in each once they have been run."""

    def __init__(
        self,
        shelf: Shelf,
        promise: Promise,
        turns: Sequence[Turn],
        aired: Mapping[TurnKey, Aired] | None = None,
        circle_of: Mapping[str, int] | None = None,
    ) -> None:
        """`aired`: what is settled already. `circle_of`: area → circle, for those who missed something."""
        self.shelf, self.promise, self.turns = shelf, promise, turns
        self.aired, self.circle_of = aired or {}, circle_of or {}
        self.told: dict[TurnKey, tuple[str, ...]] = {}
        self.made_up: dict[TurnKey, tuple[str, ...]] = {}
        self.waits: list[Wait] = []
        self.longest: list[tuple[int, int]] = []  # (day on which a wait ended, its days): the longest of each day
        self._ears = [Ears() for _ in promise.life]
        self._order = 0
        self._next = 0
        self._settled = 0
        self._first = min((spans[0][0] for spans in promise.life if spans), default=0)
        self._ends = [[high for _, high in spans] for spans in promise.life]
        self._boundaries = sorted({*shelf.days, *(high for ends in self._ends for high in ends)})

    def run(self, last: int, draw_until: int) -> Queue:
        """Air every turn up to a day, and note the waits that are longer than promised by then.

        Nothing is drawn ahead after `draw_until`: what nobody looks at yet needs no trial.
        """
        self.air(last, draw_until)
        self._settle(last)
        waits = self._open_waits(self._ears, self.shelf.on(last), last)
        self.waits += [Wait(*each, None) for each in waits if last - each[2] >= self.promise.days]
        return self

    def air(self, last: int, draw_until: int) -> Queue:
        """Air every turn up to a day."""
        while self._next < len(self.turns) and self.turns[self._next].day <= last:
            turn = self.turns[self._next]
            self._settle(turn.day)
            self._air(self._next, turn, self.shelf.on(turn.day), draws=turn.day <= draw_until)
            self._next += 1
        return self

    def fork(self, aired: Mapping[TurnKey, Aired], circle_of: Mapping[str, int]) -> Queue:
        """A queue that has aired the same so far, and goes on by what was really aired."""
        other = Queue(self.shelf, self.promise, self.turns, aired, circle_of)
        other.told, other.made_up = dict(self.told), dict(self.made_up)
        other.waits, other.longest = list(self.waits), list(self.longest)
        other._ears = [each.copy() for each in self._ears]
        other._order, other._next, other._settled = self._order, self._next, self._settled
        return other

    # --- one airing ---------------------------------------------------------------------------------------------------

    def _air(self, index: int, turn: Turn, stretch: Stretch, *, draws: bool) -> None:
        fact = self.aired.get(turn.key)
        ranked = self._ranked(self._ears, turn, stretch)
        topics, ahead = self._choose(index, turn, ranked) if draws and not fact else (ranked[: turn.takes], ())
        ids = tuple(self._bulletin(turn, stretch, topic) for topic in topics)
        if fact is not None and not set(fact.bulletins) <= set(ids):  # what was kept off the air has had its turn
            ids = tuple(each for each in fact.bulletins if each in self.shelf.topic_of)
        self.told[turn.key] = ids
        if made_up := tuple(topic for topic in ahead if self._owed(turn, topic)):
            self.made_up[turn.key] = made_up
        self._note_waits(turn, [self.shelf.topic_of[each] for each in ids], stretch)
        self._note_missed(turn, ids, fact)
        self._hear(turn, ids)

    def _choose(self, index: int, turn: Turn, ranked: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
        """The topics of an airing, and those of them that were drawn ahead of others."""
        chosen = ranked[: turn.takes]
        if len(ranked) <= turn.takes or not (drawing := self._drawing(turn, ranked)):
            return chosen, ()
        ahead: list[str] = []
        cost: _Late | None = None
        for topic in drawing:
            if len(ahead) == turn.takes:
                break
            if topic in chosen:
                continue
            trial = _drawn([*ahead, topic], ranked, turn.takes)
            cost = self._lateness(index, chosen) if cost is None else cost
            if not self._lateness(index, trial).exceeds(cost):
                ahead.append(topic)
                chosen = trial
        return chosen, ahead

    def _ranked(self, ears: Sequence[Ears], turn: Turn, stretch: Stretch) -> Sequence[str]:
        """The topics that may be aired now: first that for which somebody's window ends first."""
        day, once = turn.day, not self.promise.twice_a_day
        if len(turn.circles) == 1:
            (circle,) = turn.circles
            return ears[circle].waiting(stretch, self._begun(circle, day), day, closed=turn.closed, once=once)
        heard = [(ears[circle].topics, self._begun(circle, day)) for circle in turn.circles]
        may: list[tuple[int, int, int, str]] = []
        for place, topic in enumerate(stretch.urgent if turn.closed else stretch.topics):
            since = stretch.since[topic] - 1
            first = (day + 1, 0)
            for known, begun in heard:
                when, order = known.get(topic, NEVER)
                if when == day and once:
                    break
                first = min(first, (max(when, begun, since), order))
            else:
                may.append((*first, place, topic))
        may.sort()
        return [topic for *_, topic in may]

    def _begun(self, circle: int, day: int) -> int:
        """The day before the one from which on a circle has been promised anything."""
        spans = self.promise.life[circle]
        if len(spans) <= 1:
            return spans[0][0] - 1 if spans else 0
        return spans[min(bisect_right(self._ends[circle], day), len(spans) - 1)][0] - 1

    def _bulletin(self, turn: Turn, stretch: Stretch, topic: str) -> str:
        """Of a topic's bulletins that which somebody has not heard for the longest."""
        bulletins = (stretch.urgent if turn.closed else stretch.topics)[topic]
        if len(bulletins) == 1:
            return bulletins[0].id
        heard = [self._ears[circle].bulletins for circle in turn.circles]
        return min(bulletins, key=lambda each: min(known.get(each.id, -1) for known in heard)).id

    def _hear(self, turn: Turn, ids: Sequence[str]) -> None:
        for name in ids:
            for ears in (self._ears[circle] for circle in turn.circles):
                ears.hear(self.shelf.topic_of[name], turn.day, self._order)
                ears.bulletins[name] = self._order
            self._order += 1

    # --- what goes ahead ----------------------------------------------------------------------------------------------

    def _drawing(self, turn: Turn, topics: Sequence[str]) -> list[str]:
        """What is to be drawn ahead if it can be: what is new, and of what was missed half an airing at most."""
        fresh = self._fresh(turn, topics)
        missed = [topic for topic in self._missed(turn, topics) if topic not in fresh]
        return [*fresh, *missed[: (turn.takes + 1) // 2]]

    def _fresh(self, turn: Turn, topics: Sequence[str]) -> list[str]:
        """Topics with a bulletin that joined within the window and that none of the circles has heard, newest first."""
        found = self.shelf.received(max(self._first + 1, turn.day - self.promise.days + 1), turn.day)
        if not found:
            return []
        fresh = (name for name in found if all(name not in self._ears[each].bulletins for each in turn.circles))
        return list(dict.fromkeys(topic for name in fresh if (topic := self.shelf.topic_of[name]) in topics))

    def _missed(self, turn: Turn, topics: Sequence[str]) -> list[str]:
        """Topics that somebody missed who hears this airing: first that which one of them has not heard for longest."""
        if not any(self._ears[circle].owed for circle in turn.circles):
            return []
        found = {topic: waiting for topic in topics if (waiting := self._owed(turn, topic))}
        return sorted(found, key=lambda topic: (min(found[topic]), -len(found[topic])))

    def _owed(self, turn: Turn, topic: str) -> list[int]:
        return [since for circle in turn.circles for since in self._ears[circle].owing(topic)]

    def _note_missed(self, turn: Turn, ids: Sequence[str], fact: Aired | None) -> None:
        """Before what this airing says is entered as heard."""
        if fact is None and not any(self._ears[circle].owed for circle in turn.circles):
            return
        whole = self._by_circle(turn, fact.missed if fact else {})
        cut = {name: self._by_circle(turn, areas) for name, areas in fact.cut.items()} if fact else {}
        for circle in turn.circles:
            ears, lost = self._ears[circle], whole.get(circle, _NOBODY)
            if fact is not None:
                ears.silent = lost
            for name in ids if lost or cut or ears.owed else ():
                who = lost | cut.get(name, {}).get(circle, _NOBODY)
                topic = self.shelf.topic_of[name]
                last, known = ears.topics.get(topic, NEVER)[0], ears.owed.pop(topic, {})
                if who:
                    ears.owed[topic] = {each: known.get(each, last) for each in who}

    def _by_circle(self, turn: Turn, areas: Mapping[str, frozenset[str]]) -> dict[int, frozenset[str]]:
        found: dict[int, frozenset[str]] = {}
        for area, targets in areas.items():
            circle = self.circle_of.get(area, turn.circles[0])
            found[circle] = found.get(circle, _NOBODY) | targets
        return found

    def _lateness(self, index: int, topics: Sequence[str]) -> _Late:
        """How late hearings would come if these topics were taken now and none ahead later."""
        turn, order = self.turns[index], self._order
        ears = [each.copy() for each in self._ears]
        owing = [{topic: waits for topic in each.owed if (waits := each.owing(topic))} for each in ears]
        horizon = turn.day + self.promise.days * (1 if len(ears) == 1 else 2)
        settled = bisect_right(self._boundaries, turn.day)
        late, late_for_owed, chosen = 0, 0, topics
        while turn.day <= horizon:
            waited = self._waited(ears, turn, chosen, self.shelf.on(turn.day))
            late += sum(max(0, wait - self.promise.days) for *_, wait in waited)
            for topic in chosen:
                for circle in turn.circles:
                    waits = owing[circle].pop(topic, [])
                    late_for_owed += self._days_late((turn.day - 1, since) for since in waits)
                    ears[circle].hear(topic, turn.day, order)
                order += 1
            index += 1
            if index == len(self.turns):
                break
            turn = self.turns[index]
            settled, lost = self._left(ears, settled, min(turn.day, horizon))
            late += self._days_late((last, since) for last, (*_, since) in lost)
            chosen = self._ranked(ears, turn, self.shelf.on(turn.day))[: turn.takes]
        settled, lost = self._left(ears, settled, horizon)
        late += self._days_late((last, since) for last, (*_, since) in lost)
        late += self._days_late(
            (horizon, since) for *_, since in self._open_waits(ears, self.shelf.on(horizon), horizon)
        )
        still = ((horizon, since) for each in owing for waits in each.values() for since in waits)
        return _Late(late, late_for_owed + self._days_late(still))

    def _days_late(self, waits: Iterable[tuple[int, int]]) -> int:
        """Of waits (last day, since) that have not ended; the last day itself is too late."""
        return sum(max(0, last - since - self.promise.days + 1) for last, since in waits)

    # --- what was promised --------------------------------------------------------------------------------------------

    def _waited(
        self, ears: Sequence[Ears], turn: Turn, topics: Sequence[str], stretch: Stretch
    ) -> list[tuple[int, str, int]]:
        """Circle, topic and the days that its wait has lasted which this turn ends."""
        found: list[tuple[int, str, int]] = []
        for circle in turn.circles:
            if not _within(self.promise.life[circle], turn.day):
                continue
            begun, known = self._begun(circle, turn.day), ears[circle].topics
            for topic in topics:
                last = max(known.get(topic, NEVER)[0], begun, stretch.since.get(topic, 0) - 1)
                found.append((circle, topic, turn.day - last))
        return found

    def _note_waits(self, turn: Turn, topics: Sequence[str], stretch: Stretch) -> None:
        waited = self._waited(self._ears, turn, topics, stretch)
        if waited:
            self.longest.append((turn.day, max(wait for _, _, wait in waited)))
        over = [each for each in waited if each[2] > self.promise.days]
        self.waits += [Wait(circle, topic, turn.day - wait, turn.day) for circle, topic, wait in over]

    def _open_waits(self, ears: Sequence[Ears], stretch: Stretch, day: int) -> list[_Open]:
        """All that may still be expected on a day."""
        found: list[_Open] = []
        for circle, heard in enumerate(ears):
            if _within(self.promise.life[circle], day):
                begun = self._begun(circle, day)
                for topic, since in stretch.since.items():
                    found.append((circle, topic, max(heard.topics.get(topic, NEVER)[0], begun, since - 1)))
        return found

    def _settle(self, day: int) -> None:
        """Note what was promised up to its last day and did not come by then."""
        if self._settled == len(self._boundaries) or self._boundaries[self._settled] > day:
            return
        self._settled, lost = self._left(self._ears, self._settled, day)
        self.waits += [Wait(*each, None) for last, each in lost if last - each[2] >= self.promise.days]

    def _left(self, ears: Sequence[Ears], settled: int, day: int) -> tuple[int, list[tuple[int, _Open]]]:
        """What leaves by a day, and whose life ends: with its last day, and the boundaries that are settled then."""
        found: list[tuple[int, _Open]] = []
        while settled < len(self._boundaries) and (boundary := self._boundaries[settled]) <= day:
            settled += 1
            after = self.shelf.on(boundary)
            found += [
                (boundary - 1, each)
                for each in self._open_waits(ears, self.shelf.on(boundary - 1), boundary - 1)
                if each[1] not in after.topics or not _within(self.promise.life[each[0]], boundary)
            ]
        return settled, found


_Open = tuple[int, str, int]  # circle, topic, the day since which it waits
_NOBODY: frozenset[str] = frozenset()


def _drawn(ahead: Sequence[str], ranked: Sequence[str], count: int) -> list[str]:
    """Some topics first, then the others in their order."""
    return [*ahead, *(topic for topic in ranked if topic not in ahead)][:count]


def _within(spans: Sequence[Span], day: int) -> bool:
    return any(low <= day < high for low, high in spans)
