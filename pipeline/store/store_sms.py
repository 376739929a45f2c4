"""What `Store` does for SMS alone."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from pipeline.domain import Contact
from pipeline.store import batches, contacts, outreach, rate, sms
from pipeline.store.database import portions
from pipeline.store.opened import Opened
from pipeline.store.rate import Grant
from pipeline.store.rows import BatchRow, DayLimit, Note, PlannedRow, Reached

PAGE = 2_000
EXPAND_PORTION = 5_000  # contacts a transaction: others wait less than half a second
SETTLE_PORTION = 5_000  # deliveries a transaction, with a receipt each


class SmsPart(Opened):
    """An SMS occurrence becomes one delivery per contact; what one sender may start now."""

    def sms_to_expand(self, now: datetime) -> list[PlannedRow]:
        """SMS occurrences whose moment has come and whose contacts have not been looked up yet."""
        with self._database.read() as connection:
            return sms.to_expand(connection, now)

    def expand_sms(
        self,
        occurrence: int,
        lists: Sequence[str],
        *,
        channel: str,
        now: datetime,
        areas: Collection[str] = (),
        channels: Mapping[str, str] | None = None,
        limit: DayLimit | None = None,
    ) -> int | None:
        """One delivery per number of the lists, in the areas where any are given; `list/contact` is its target.

        Blocked and opted-out numbers are left out, a number in several lists gets one, in the first list of the order
        given. Whose messages of the day are spent is CANCELLED at once and says so, unless it is an EMERGENCY.
        `channels`: lists with a way out of their own. Returns how many were made, 0 where there is nobody at all, or
        None where it is expanded or closed already. In many short transactions; what breaks off is done again.
        """
        ways = {name: (channels or {}).get(name, channel) for name in lists}
        with self._database.write(alone=True) as connection:
            wanted = sms.begin(connection, sms.Expansion(occurrence, ways, tuple(areas), now, limit))
        if wanted is None:
            return None
        made, size = 0, EXPAND_PORTION
        for name in ways:
            after = 0
            while True:
                with self._database.write(alone=True) as connection:
                    began = time.monotonic()
                    if not sms.is_open(connection, wanted):
                        return None
                    page = sms.next_page(connection, wanted, name, after, size)
                    if page is None:
                        break
                    made += sms.expand_page(connection, wanted, page)
                after, size = page.last, self._next_size(size, EXPAND_PORTION, began)
                self._let_others_write(began)
        with self._database.write() as connection:
            there = sms.finish(connection, wanted)
        return None if there and not made else made

    # --- whom it would go to ------------------------------------------------------------------------------------------

    def reached(
        self, lists: Sequence[str], areas: Collection[str], *, limit: DayLimit | None, occurrence: int | None = None
    ) -> list[Reached]:
        """Numbers by list and area, each in the first list it stands in; nothing is decrypted or written."""
        with self._database.read() as connection:
            return outreach.reached(connection, lists, areas, limit, occurrence)

    def reached_contacts(
        self, lists: Sequence[str], areas: Collection[str], *, limit: DayLimit | None, occurrence: int | None = None
    ) -> Iterator[Contact]:
        """The same, decrypted a page at a time."""
        with self._database.read() as connection:
            ids = list(outreach.ids(connection, lists, areas, limit, occurrence))
        cipher = self._open_cipher() if ids else None
        for portion in portions(ids, PAGE):
            assert cipher is not None
            with self._database.read() as connection:
                found = contacts.by_id(connection, cipher, portion)
            yield from (found[each] for each in portion if each in found)

    def unwelcome_in(self, lists: Sequence[str], areas: Collection[str]) -> int:
        """How many entries of the lists are sent nothing: they opted out, refused or cannot be reached."""
        with self._database.read() as connection:
            return outreach.left_alone(connection, lists, areas)

    def doubled_in(self, lists: Sequence[str], areas: Collection[str]) -> int:
        """How many entries' numbers stand in an earlier list of these too."""
        with self._database.read() as connection:
            return outreach.doubled(connection, lists, areas)

    # --- batches ------------------------------------------------------------------------------------------------------

    def batches(self, since: datetime, until: datetime, now: datetime) -> list[BatchRow]:
        """SMS occurrences with since ≤ start < until and how far each is, by start."""
        with self._database.read() as connection:
            return batches.batches(connection, since, until, now)

    def pause_batch(self, occurrence: int, note: Note, now: datetime) -> PlannedRow:
        """Nothing more of a batch is claimed until it is resumed; what is being sent is one call's worth at most.

        NotFoundError for what is no batch, ConflictError where nothing of it can be paused any more.
        """
        with self._noted(now, note) as connection:
            return batches.pause(connection, occurrence, now)

    def resume_batch(self, occurrence: int, note: Note, now: datetime) -> PlannedRow:
        """A paused batch goes on, as long as it is not too late."""
        with self._noted(now, note) as connection:
            return batches.resume(connection, occurrence, now)

    def cancel_batch(self, occurrence: int, note: Note, now: datetime) -> int:
        """Call a batch off for good; how many will not be sent. Nothing more is claimed from the first moment on."""
        with self._noted(now, note) as connection:
            batches.call_off(connection, occurrence, now)
        return self._cancel_waiting(occurrence, now)

    def reach_again(self, limit: DayLimit, now: datetime) -> None:
        """Whoever was withheld a message for one that was called off since gets it after all, while it is in time.

        Batch after batch, the urgent first: nobody gets more than one may get.
        """
        with self._database.read() as connection:
            waiting = sms.held_back(connection, now)
        for occurrence in waiting:
            last = 0
            while True:
                began = time.monotonic()
                with self._database.write(alone=True) as connection:
                    last = sms.reach_again(connection, occurrence, last, limit, now, SETTLE_PORTION)
                if not last:
                    break
                self._let_others_write(began)

    def finish_cancelling(self, now: datetime) -> None:
        """Go on where somebody who called a batch off was interrupted."""
        with self._database.read() as connection:
            halfway = batches.called_off(connection)
        for occurrence in halfway:
            self._cancel_waiting(occurrence, now)

    def _cancel_waiting(self, occurrence: int, now: datetime) -> int:
        total, size = 0, SETTLE_PORTION
        while True:
            with self._database.write() as connection:
                began = time.monotonic()
                done, more = batches.cancel_waiting(connection, occurrence, now, size)
            total += done
            if not more:
                return total
            size = self._next_size(size, SETTLE_PORTION, began)
            self._let_others_write(began)

    # --- a sender's rate ----------------------------------------------------------------------------------------------

    def take_rate(self, sender: str, per_second: float, want: int, least: int = 1) -> Grant:
        """Up to `want` messages that a sender may start now; holds over threads, processes and machines.

        None where fewer than `least` are ready: that many are worth a transaction.
        """
        with self._database.write() as connection:
            return rate.take(connection, sender, per_second, want, least)

    def give_back_rate(self, sender: str, count: int) -> None:
        """What was taken and not used."""
        with self._database.write() as connection:
            rate.give_back(connection, sender, count)
