"""What `Store` does for SMS alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from pipeline.store import (
    sms,
)
from pipeline.store.opened import Opened
from pipeline.store.rows import (
    PlannedRow,
)


class SmsPart(Opened):
    """An SMS occurrence becomes one delivery per contact."""

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
    ) -> int | None:
        """One delivery per number of the lists, in the areas where any are given; `list/contact` is its target.

        Blocked and opted-out numbers are left out, a number in several lists gets one. Returns how many were made,
        or None where it is expanded or closed already.
        """
        with self._database.write() as connection:
            return sms.expand(connection, occurrence, lists, areas, channel, now)
