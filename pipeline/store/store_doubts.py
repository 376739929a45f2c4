"""What `Store` does for SMS of which nobody knows whether they went out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from pipeline.domain import Delivery
from pipeline.store import doubts
from pipeline.store.opened import Opened


class DoubtPart(Opened):
    """Doubts, and what speaks of other deliveries."""

    def doubtful(self, channel: str, limit: int) -> list[doubts.Doubtful]:
        """The UNKNOWN SMS of a channel, the oldest first, with their people."""
        with self._database.read() as connection:
            return doubts.doubtful(connection, self._open_cipher, channel, limit)

    def refs_taken(self, refs: Collection[str]) -> set[str]:
        """Those of a far end's names that deliveries hold, of whatever channel: two may share one account."""
        with self._database.read() as connection:
            return doubts.taken(connection, refs)

    def taken_over(self, channel: str, since: datetime, limit: int) -> list[Delivery]:
        """What a channel has accepted since a moment, the oldest first."""
        with self._database.read() as connection:
            return doubts.taken_over(connection, channel, since, limit)
