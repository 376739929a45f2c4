"""What `Store` does with deliveries and the receipts of them."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from pipeline.domain import (
    Contact,
    Delivery,
    Medium,
    Occurrence,
    Priority,
    Receipt,
    State,
)
from pipeline.store import (
    deliveries,
    lateness,
    order,
    receipts,
    sms,
)
from pipeline.store.opened import Opened
from pipeline.store.rows import (
    OPTED_OUT,
    Adjustment,
    Claimed,
    DayLimit,
    Missed,
    Note,
    PlannedRow,
    Ruling,
)

AT_ONCE = timedelta(0)
LATE_PORTION = 5_000  # deliveries a transaction, with a receipt each


class DeliveryPart(Opened):
    """Due, claimed, recorded, missed."""

    def due(
        self,
        channel: str,
        *,
        now: datetime,
        lead: timedelta = AT_ONCE,
        retry_after: timedelta = AT_ONCE,
        least: Priority = Priority.ROUTINE,
    ) -> list[PlannedRow]:
        """Occurrences of which the channel can be handed something now: start - lead ≤ now ≤ start + late_by.

        The urgent first, then by start; nothing below `least`. What is in RETRY waits `retry_after` from its last try.
        """
        with self._database.read() as connection:
            return deliveries.due(connection, channel, now, lead, now - retry_after, least=least)

    def claim(
        self,
        channel: str,
        occurrence: int | None = None,
        *,
        now: datetime,
        limit: int,
        lease: timedelta,
        lead: timedelta = AT_ONCE,
        retry_after: timedelta = AT_ONCE,
    ) -> list[Claimed]:
        """Hold up to `limit` deliveries of one occurrence for `lease`: SENDING, one more attempt, a higher fence.

        Without `occurrence`: of the first that is `due`. No two callers ever hold the same delivery. Contacts who opted
        out since they were expanded are CANCELLED instead.
        """
        if occurrence is not None:
            candidates = [occurrence]
        else:
            candidates = [row.id for row in self.due(channel, now=now, lead=lead, retry_after=retry_after)]
        for candidate in candidates:
            while True:
                with self._database.write() as connection:
                    rows = list(deliveries.occurrences_by_id(connection, [candidate]).values())
                    rows = [row for row in rows if row.cancelled_at is None and row.paused_at is None]
                    found = deliveries.lock_claimable(connection, channel, rows, now, now - retry_after, limit)
                    claimed = self._hold(connection, rows, found, {}, now, lease)
                if claimed:
                    return claimed
                if not found:
                    break  # the others hold it all
        return []

    def claim_all(
        self,
        channel: str,
        wanted: Sequence[tuple[PlannedRow, Occurrence]],
        *,
        now: datetime,
        limit: int,
        lease: timedelta,
        retry_after: timedelta = AT_ONCE,
        today: DayLimit | None = None,
    ) -> list[Claimed]:
        """Hold up to `limit` deliveries of several occurrences, in their order, and freeze each as it is admitted.

        `wanted`: a row as it was read, and the occurrence as it may be handed over. A row that has changed since is
        left alone. `today`: an SMS planned for an earlier day is CANCELLED where its number has had its messages.
        """
        while True:
            with self._database.write() as connection:
                there = deliveries.occurrences_by_id(connection, (row.id for row, _ in wanted))
                same = [
                    (there[row.id], admitted)
                    for row, admitted in wanted
                    if row.id in there and _is_same(there[row.id], row)
                ]
                rows = [row for row, _ in same]
                found = deliveries.lock_claimable(connection, channel, rows, now, now - retry_after, limit)
                as_admitted = {row.id: admitted for row, admitted in same}
                claimed = self._hold(connection, rows, found, as_admitted, now, lease, today)
            if claimed or not found:  # where everybody of a batch has opted out, the next is looked at
                return claimed

    def record(
        self,
        said: Sequence[Receipt],
        *,
        fences: Mapping[int, int] | None = None,
        parts: Mapping[int, int] | None = None,
    ) -> int:
        """Append receipts, doubled ones once, and follow them; returns how many deliveries changed their state.

        `fences`: delivery → fence of the claim that speaks; an older one than the delivery's moves nothing. `parts`: of
        how many parts a text is, what will be paid for.
        NotFoundError, and nothing written, for an unknown delivery. TransitionError, with everything written, for a
        step that no order of receipts explains.
        """
        if not said:
            return 0
        with self._database.write() as connection:
            ledger = receipts.record(connection, said, fences or {})
            changed = ledger.close()
            sms.note_parts(connection, parts or {})
        if ledger.refused is not None:
            raise ledger.refused
        return changed

    def set_recording(self, delivery_ids: Iterable[int], sha256: str) -> None:
        """Note the hash of what these deliveries are handed."""
        with self._database.write() as connection:
            deliveries.set_recording(connection, delivery_ids, sha256)

    def set_recordings(self, hashes: Mapping[int, str]) -> None:
        """Note, by delivery, the hash of what it is handed."""
        with self._database.write() as connection:
            deliveries.set_recordings(connection, hashes)

    def resume(self, delivery_ids: Collection[int], now: datetime) -> list[Delivery]:
        """A new PLANNED delivery for each INTERRUPTED one, or pre-empted before it sounded, that has none yet."""
        with self._database.write() as connection:
            return deliveries.by_id(connection, deliveries.resume(connection, delivery_ids, now))

    def miss_late(self, now: datetime) -> list[Missed]:
        """MISSED, with the reason, is whatever still waits beyond start + late_by."""
        with self._database.read() as connection:
            if not lateness.anything_late(connection, now):
                return []
        missed: list[Missed] = []
        size = LATE_PORTION
        while True:  # a batch of many is written off a portion at a time, so that nobody waits
            with self._database.write() as connection:
                began = time.monotonic()
                some = lateness.miss_some_texts(connection, now, size)
            missed += some
            if sum(each.count for each in some) < size:
                break
            size = self._next_size(size, LATE_PORTION, began)
            self._let_others_write(began)
        with self._database.write() as connection:
            return lateness.together([*missed, *lateness.miss_late(connection, now)])

    def expire_leases(self, now: datetime) -> list[Delivery]:
        """UNKNOWN is what was SENDING when its lease ended; the deliveries as they were before."""
        with self._database.read() as connection:
            if not lateness.any_lease_lost(connection, now):
                return []
        with self._database.write() as connection:
            return lateness.expire_leases(connection, now)

    def open_deliveries(self, channel: str, states: Collection[State]) -> list[Delivery]:
        """Deliveries of a channel in these states."""
        with self._database.read() as connection:
            return deliveries.open_deliveries(connection, channel, states)

    def deliveries(self, ids: Iterable[int]) -> list[Delivery]:
        """Those of the deliveries that exist."""
        with self._database.read() as connection:
            return deliveries.by_id(connection, ids)

    def deliveries_of(self, occurrence: int) -> list[Delivery]:
        """All deliveries of an occurrence."""
        with self._database.read() as connection:
            return deliveries.of_occurrence(connection, occurrence)

    def receipts_of(self, delivery: int) -> list[Receipt]:
        """Everything that was said of a delivery, in the order it arrived."""
        with self._database.read() as connection:
            return receipts.of_delivery(connection, delivery)

    def adjust(self, made: Sequence[Adjustment], now: datetime, *, unadjusted: Collection[int] = ()) -> None:
        """Note which deliveries are cut or moved; of `unadjusted` nothing of the kind is true any more."""
        if made or unadjusted:
            with self._database.write() as connection:
                order.adjust(connection, made, unadjusted, now)

    def adjustments(self, delivery_ids: Iterable[int]) -> Mapping[int, Adjustment]:
        """Those of the deliveries that were cut or moved, by delivery."""
        with self._database.read() as connection:
            return order.adjusted(connection, delivery_ids)

    def rule(self, ruling: Ruling, note: Note) -> None:
        """Append who goes first of two colliding occurrences, and what the audit log says of it."""
        with self._noted(ruling.at, note) as connection:
            order.rule(connection, ruling)

    def rulings(self, occurrence_ids: Collection[int]) -> list[Ruling]:
        """The rulings on pairs of these occurrences, in their order: of two on the same pair the later counts."""
        with self._database.read() as connection:
            return order.ruled(connection, occurrence_ids)

    def rulings_about(self, occurrence_ids: Collection[int]) -> list[Ruling]:
        """Every ruling in which one of these occurrences stands, whatever the other is."""
        with self._database.read() as connection:
            return order.ruled_about(connection, occurrence_ids)

    def _hold(
        self,
        connection: Connection,
        rows: Sequence[PlannedRow],
        found: Sequence[Delivery],
        admitted: Mapping[int, Occurrence],
        now: datetime,
        lease: timedelta,
        today: DayLimit | None = None,
    ) -> list[Claimed]:
        by_id = {row.id: row for row in rows}
        texts = [each for each in found if by_id[each.occurrence].occurrence.medium is Medium.SMS]
        people, spent = self._leave_out(connection, texts, by_id, now, today) if texts else ({}, set())
        found = [each for each in found if each.id not in spent]
        deliveries.hold(connection, [each.id for each in found], now, lease)
        claimed = {each.occurrence for each in found}
        deliveries.freeze(connection, (row for row in rows if row.id in claimed), admitted, now)
        held = {each.id: each for each in deliveries.by_id(connection, (each.id for each in found))}
        said = {row.id: admitted.get(row.id, row.occurrence) for row in rows}
        return [Claimed(held[each.id], said[each.occurrence], people.get(each.id)) for each in found]

    def _leave_out(
        self,
        connection: Connection,
        texts: Sequence[Delivery],
        rows: Mapping[int, PlannedRow],
        now: datetime,
        today: DayLimit | None,
    ) -> tuple[dict[int, Contact], set[int]]:
        """Whom the texts go to, and those that go to nobody any more: they are CANCELLED and say why."""
        people = sms.still_welcome(connection, self._open_cipher(), texts)
        gone = {each.id for each in texts if each.id not in people}
        receipts.settle(connection, gone, State.CANCELLED, OPTED_OUT, now)
        if today is None:
            return people, gone
        held = {each.id for each in texts if rows[each.occurrence].occurrence.priority is not Priority.EMERGENCY} - gone
        spent = sms.over_limit(connection, held, today)
        receipts.settle(connection, spent, State.CANCELLED, sms.DAY_LIMIT, now)
        sms.note_day(connection, {each.id for each in texts} - gone - spent, today.day)
        return people, gone | spent


def _is_same(there: PlannedRow, read: PlannedRow) -> bool:
    """Whether a row still says what it said, and nobody has called it off or paused it."""
    return there.occurrence == read.occurrence and there.cancelled_at is None and there.paused_at is None
