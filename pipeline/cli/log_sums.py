"""What the lines of `loa log` come to, counted while they are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipeline.domain import Evidence, State

if TYPE_CHECKING:
    from pipeline.store.rows_log import Delivered, Logged

REASONED = (State.MISSED, State.INTERRUPTED, State.FAILED, State.UNKNOWN, State.CANCELLED)
"""States that are shown with why."""


@dataclass
class Sums:
    """`bulletins`: those that were asked for (None: any); an airing from which all of them were cut played none.

    `planned`: without what was called off and did not sound, and what went on once; `delivered` likewise. `played`: by
    evidence; `first`, `last`: when the first and the last of these began.
    """

    bulletins: Collection[str] | None = None
    planned: int = 0
    cancelled: int = 0
    cut: int = 0
    delivered: Counter[Delivered] = field(default_factory=Counter)
    played: Counter[Evidence] = field(default_factory=Counter)
    interrupted: int = 0
    heard: Counter[str] = field(default_factory=Counter)
    reasons: Counter[tuple[State, str]] = field(default_factory=Counter)
    first: datetime | None = None
    last: datetime | None = None

    def counted(self, rows: Iterable[Logged]) -> Iterator[Logged]:
        """The same rows, each counted as it passes."""
        for row in rows:
            self._count(row)
            yield row

    def is_cut(self, row: Logged) -> bool:
        """Whether it was handed over without any of the bulletins that were asked for."""
        return self.bulletins is not None and not set(self.bulletins) & set(row.bulletins)

    def _count(self, row: Logged) -> None:
        if row.state in REASONED:
            self.reasons[row.state, row.code] += 1
        if row.state is State.CANCELLED and not row.is_confirmed:
            self.cancelled += 1
            return
        if row.resume_of is None:
            self.planned += 1
            self.delivered[row.delivered] += 1
        if self.is_cut(row):
            self.cut += 1
        elif row.played is not None:
            self._count_played(row)

    def _count_played(self, row: Logged) -> None:
        played = row.played
        if played is None:
            return
        self.heard[row.heard] += 1
        if not row.is_confirmed:
            self.interrupted += 1
            return
        self.played[played.evidence] += 1
        began = played.started or row.start
        self.first = began if self.first is None else min(self.first, began)
        self.last = began if self.last is None else max(self.last, began)

    def facts(self) -> Mapping[str, Any]:
        """As machines read them; times as they are."""
        return {
            "planned": self.planned,
            "cancelled": self.cancelled,
            "delivered": {each.value: count for each, count in sorted(self.delivered.items())},
            "played": {each.value: count for each, count in sorted(self.played.items())},
            "interrupted": self.interrupted,
            "cut": self.cut,
            "heard": {name or "nobody_listened": count for name, count in sorted(self.heard.items())},
            "reasons": [
                {"state": state.value, "code": code, "count": count}
                for (state, code), count in sorted(self.reasons.items(), key=lambda each: (-each[1], each[0]))
            ],
        }
