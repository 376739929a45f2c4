"""What `Store` knows of the plan, of pages and of recordings."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy.engine import Connection

from pipeline.domain import (
    Aired,
    Medium,
    Occurrence,
    Recording,
    State,
)
from pipeline.store import (
    heard,
    lateness,
    plan,
    reading,
    recordings,
)
from pipeline.store.opened import Opened
from pipeline.store.rows import (
    AsRunRow,
    FirstReceipt,
    OccurrenceKey,
    PlanChange,
    PlannedRow,
)
from pipeline.store.rows_log import Logged, LogWish

CLOSE_PORTION = 5_000  # deliveries a transaction, with a receipt each


class PlanPart(Opened):
    """Occurrences, what pages and reports ask, and recordings."""

    def upsert_plan(
        self,
        occurrences: Sequence[Occurrence],
        channels: Mapping[str, str],
        *,
        since: datetime,
        until: datetime,
        now: datetime,
        areas: plan.Areas | plan.Places | None = None,
    ) -> PlanChange:
        """Bring the rows with since ≤ start < until in line with what the files ask for, as far as they are not frozen.

        `channels` and `areas` (of all times, or of a moment) tell how each target is reached and where it lies. A
        target without a channel is planned and will be MISSED with that reason. ConflictError where an
        occurrence stands there twice.
        """
        files = plan.wanted(occurrences, channels, areas or {}, since, until)
        with self._database.read() as connection:
            if not plan.compare(connection, files, now):
                return PlanChange()
        with self._database.write(alone=True) as connection:
            diff = plan.compare(connection, files, now)
            plan.apply(connection, files, diff, now)
        return diff.change()

    def settled(self, programmes: Collection[str], since: datetime) -> dict[OccurrenceKey, Aired]:
        """What became of the settled occurrences of some programmes from `since` on, those that start later too."""
        with self._database.read() as connection:
            return heard.settled(connection, programmes, since)

    def occurrences(self, since: datetime, until: datetime) -> list[PlannedRow]:
        """Occurrences with since ≤ start < until, cancelled ones too, by start, programme and slot."""
        with self._database.read() as connection:
            return reading.planned(connection, since, until)

    def miss_occurrence(self, occurrence: int, now: datetime, code: str) -> None:
        """Write down that an occurrence will not take place, and why; of a large batch in short transactions."""
        self._in_portions(lambda connection, size: lateness.miss_occurrence(connection, occurrence, now, code, size))

    def cancel_occurrence(self, occurrence: int, now: datetime, code: str) -> None:
        """Call an occurrence off; the files do not bring it back."""
        self._in_portions(lambda connection, size: lateness.cancel_occurrence(connection, occurrence, now, code, size))

    def _in_portions(self, close: Callable[[Connection, int], bool]) -> None:
        size = CLOSE_PORTION
        while True:
            with self._database.write() as connection:
                began = time.monotonic()
                if close(connection, size):
                    return
            size = self._next_size(size, CLOSE_PORTION, began)
            self._let_others_write(began)

    def delivery_counts(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> Mapping[Medium, Mapping[State, int]]:
        """Deliveries by medium and state, of occurrences with since ≤ start < until."""
        with self._database.read() as connection:
            return reading.delivery_counts(connection, since, until)

    def changed_at(self, delivery_ids: Iterable[int]) -> Mapping[int, datetime]:
        """When each delivery came to the state it is in."""
        with self._database.read() as connection:
            return reading.changed_at(connection, delivery_ids)

    def as_run(self, since: datetime, until: datetime) -> list[AsRunRow]:
        """What was confirmed played, of loudspeaker occurrences with since ≤ start < until."""
        with self._database.read() as connection:
            return reading.as_run(connection, since, until)

    def log(self, wish: LogWish) -> Iterator[Logged]:
        """What became of each loudspeaker delivery, by start, programme, slot and cluster: as many in memory as
        `reading.AT_ONCE`, however many there are, and no transaction longer than it takes to read those."""
        last = None
        while True:
            with self._database.read() as connection:
                heads = reading.log_heads(connection, wish, last)
            if not heads:
                return
            last = heads[-1]
            for ids in reading.log_portions(heads):
                with self._database.read() as connection:
                    rows = reading.log_rows(connection, wish, ids)
                yield from rows

    def is_logged(self, bulletin: str) -> bool:
        """Whether any loudspeaker airing was ever to bring a bulletin."""
        with self._database.read() as connection:
            return reading.is_logged(connection, bulletin)

    def first_receipts(self) -> list[FirstReceipt]:
        """What was first taken over and first confirmed of every occurrence, the earliest first."""
        with self._database.read() as connection:
            return reading.first_receipts(connection)

    def find_recording(self, key: str) -> Recording | None:
        """The recording last made for a key."""
        with self._database.read() as connection:
            return recordings.find(connection, key)

    def save_recording(self, key: str, recording: Recording, made_at: datetime) -> None:
        """Note what was made for a key."""
        with self._database.write() as connection:
            recordings.save(connection, key, recording, made_at)
