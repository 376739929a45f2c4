"""What `Store` does for what cannot wait for the plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pipeline.domain import (
    Delivery,
    Occurrence,
    Recording,
)
from pipeline.store import (
    deliveries,
    plan,
    urgent,
)
from pipeline.store.opened import Opened
from pipeline.store.rows import (
    Airborne,
    PlannedRow,
    Request,
)


class UrgentPart(Opened):
    """Requests, one-offs, what is on air right now."""

    def ask(self, kind: str, areas: Sequence[str], actor: str, now: datetime) -> int:
        """Leave a request for the running station; its number."""
        with self._database.write() as connection:
            return urgent.ask(connection, kind, areas, actor, now)

    def open_requests(self) -> list[Request]:
        """Requests nobody has carried out, the oldest first."""
        with self._database.read() as connection:
            return urgent.open_requests(connection)

    def request(self, number: int) -> Request:
        """One request; NotFoundError where there is none."""
        with self._database.read() as connection:
            return urgent.request(connection, number)

    def finish_request(self, number: int, result: Mapping[str, Any], now: datetime) -> bool:
        """Note what came of a request. False: somebody was faster."""
        with self._database.write() as connection:
            return urgent.finish(connection, number, result, now)

    def insert_one_off(
        self, occurrence: Occurrence, channels: Mapping[str, str], *, areas: plan.Areas | plan.Places, now: datetime
    ) -> PlannedRow:
        """Plan an occurrence that no file asks for and none takes back; its programme is ONE_OFF."""
        with self._database.write(alone=True) as connection:
            row = urgent.insert_one_off(connection, occurrence, channels, areas, now)
            return deliveries.occurrence_by_id(connection, row)

    def occurrence(self, row: int) -> PlannedRow:
        """One occurrence; NotFoundError where there is none."""
        with self._database.read() as connection:
            return deliveries.occurrence_by_id(connection, row)

    def airborne(
        self,
        channel: str,
        *,
        now: datetime,
        until: datetime,
        targets: Collection[str] | None = None,
        since: datetime | None = None,
        doubtful: bool = False,
    ) -> list[Airborne]:
        """Loudspeaker deliveries of a channel that are out, of occurrences that start before `until`.

        `since`: only of those that might still have begun then. `doubtful`: what nobody has said it took too.
        """
        with self._database.read() as connection:
            return urgent.airborne(connection, now, until, channel, targets, since, doubtful=doubtful)

    def urgent_due(self, now: datetime, lead: timedelta) -> bool:
        """Whether any EMERGENCY waits whose moment, less `lead`, has come and is not over."""
        with self._database.read() as connection:
            return urgent.urgent_due(connection, now, lead)

    def undecided_priority(self, since: datetime, until: datetime) -> list[PlannedRow]:
        """Loudspeaker occurrences of class PRIORITY with since ≤ start < until of which nothing was handed over."""
        with self._database.read() as connection:
            return urgent.undecided_priority(connection, since, until)

    def raised(self, now: datetime, until: datetime) -> bool:
        """Whether anything above ROUTINE has been handed over that starts before `until` and may still sound."""
        with self._database.read() as connection:
            return urgent.raised(connection, now, until)

    def recordings_by_hash(self, hashes: Collection[str]) -> Mapping[str, Recording]:
        """Those of the recordings that are known, whatever key they were made for."""
        with self._database.read() as connection:
            return urgent.recordings_by_hash(connection, hashes)

    def cancel_due(
        self, channel: str, targets: Collection[str] | None, *, now: datetime, lead: timedelta, code: str
    ) -> list[Delivery]:
        """CANCELLED is what a loudspeaker channel could be handed now for these targets (None: all)."""
        with self._database.write() as connection:
            return urgent.cancel_due(connection, channel, targets, now, lead, code)

    def note_wait(self, occurrence_ids: Iterable[int], code: str) -> None:
        """Why these occurrences, though due, do not go: the reason they are MISSED for if nothing changes."""
        with self._database.write() as connection:
            urgent.note_wait(connection, occurrence_ids, code)
