"""What a circle of people has heard of a rotation that promises, and so which topics it waits for the longest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.schedule.shelf import Stretch

NEVER = (0, -1)


@dataclass(slots=True)
class Ears:
    """Topics by the day on which they were last heard and their place in the order of all that was heard."""

    topics: dict[str, tuple[int, int]] = field(default_factory=dict)
    bulletins: dict[str, int] = field(default_factory=dict)
    owed: dict[str, Mapping[str, int]] = field(default_factory=dict)  # topic → who missed it, and heard it last when
    silent: frozenset[str] = frozenset()  # those who missed the last airing: nobody knows that they are back
    _waiting: list[str] = field(default_factory=list)  # in the order in which they have waited
    _waiting_for: tuple[int, bool, int] | None = None

    def copy(self) -> Ears:
        """What hears something else from now on."""
        topics, bulletins = dict(self.topics), dict(self.bulletins)
        return Ears(topics, bulletins, self.owed, self.silent, self._waiting[:], self._waiting_for)

    def hear(self, topic: str, day: int, place: int) -> None:
        """From now on it waits behind all others."""
        self.topics[topic] = day, place
        if topic in self._waiting:
            self._waiting.remove(topic)
            self._waiting.append(topic)

    def waiting(self, stretch: Stretch, begun: int, day: int, *, closed: bool, once: bool) -> Sequence[str]:
        """The topics that may be aired on a day (`once`: unless they were heard on it), the longest awaited first.

        `begun`: the day before the one from which on anything is promised. To be read before the next `hear`.
        """
        terms = stretch.first, closed, begun
        if self._waiting_for != terms:
            self._waiting_for, self._waiting = terms, self._in_order(stretch, begun, closed=closed)
        last = len(self._waiting)
        while once and last and self.topics.get(self._waiting[last - 1], NEVER)[0] == day:
            last -= 1
        return self._waiting[:last]

    def owing(self, topic: str) -> list[int]:
        """Since when those wait who missed a topic, as far as they have been back on air."""
        return [since for who, since in self.owed.get(topic, {}).items() if who not in self.silent]

    def _in_order(self, stretch: Stretch, begun: int, *, closed: bool) -> list[str]:
        waits: list[tuple[int, int, int, str]] = []
        for place, topic in enumerate(stretch.urgent if closed else stretch.topics):
            last, order = self.topics.get(topic, NEVER)
            waits.append((max(last, begun, stretch.since[topic] - 1), order, place, topic))
        return [topic for *_, topic in sorted(waits)]
