"""What `Store` does for SMS alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from pipeline.store import rate, sms
from pipeline.store.opened import Opened
from pipeline.store.rate import Grant
from pipeline.store.rows import DayLimit, PlannedRow

EXPAND_PORTION = 10_000  # contacts a transaction: others wait less than half a second


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
        made = 0
        for name in ways:
            after = 0
            while True:
                with self._database.write(alone=True) as connection:
                    if not sms.is_open(connection, wanted):
                        return None
                    page = sms.next_page(connection, wanted, name, after, EXPAND_PORTION)
                    if page is None:
                        break
                    made += sms.expand_page(connection, wanted, page)
                after = page.last
        with self._database.write() as connection:
            there = sms.finish(connection, wanted)
        return None if there and not made else made

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

    def note_parts(self, parts: Mapping[int, int]) -> None:
        """How many parts each delivery takes: what will be paid for it."""
        if parts:
            with self._database.write() as connection:
                sms.note_parts(connection, dict(parts))
