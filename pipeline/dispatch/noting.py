"""What the desk writes down: receipts, what went wrong, what was cut or moved; and what people are told of it."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.dispatch.admission import Admission
from pipeline.dispatch.changes import Changed
from pipeline.dispatch.orders import Trouble
from pipeline.dispatch.readiness import Ready
from pipeline.domain import Occurrence, Receipt, State
from pipeline.errors import LoaError
from pipeline.store import Adjustment, Claimed, PlannedRow

if TYPE_CHECKING:
    from pipeline.store import Store

LOG = logging.getLogger(__name__)

MOST_CHANGES = 5_000  # remembered; all of them stand in the database
TROUBLED = frozenset({State.FAILED, State.MISSED, State.INTERRUPTED, State.UNKNOWN, State.RETRY})


class Noting:
    """Writes down for one desk. `zone`: the station's, in which people are told of times."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        self.store, self._zone = store, zone
        self.troubles: list[Trouble] = []
        self.changed: list[Changed] = []  # what was cut or moved
        self._told_urgent: set[int] = set()
        self._troubled: dict[tuple[str, object], set[int]] = {}

    def record(
        self,
        receipts: Sequence[Receipt],
        batch: Sequence[Claimed] = (),
        recordings: Mapping[int, str] | None = None,
        parts: Mapping[int, int] | None = None,
    ) -> None:
        """What a channel said of deliveries, and of a batch what it was handed (`recordings`, `parts` by delivery)."""
        if recordings:
            self.store.set_recordings(recordings)
        self.store.record(receipts, fences={each.delivery.id: each.delivery.fence for each in batch}, parts=parts)
        occurrences = {each.delivery.id: each.occurrence for each in batch}
        for receipt in receipts:
            if receipt.state in TROUBLED and receipt.delivery in occurrences:
                occurrence = occurrences[receipt.delivery]
                troubled = self._troubled.setdefault((receipt.code, occurrence.key), set())
                if len(troubled) < MOST_CHANGES:
                    troubled.add(receipt.delivery)
                self.trouble(receipt.code, occurrence, len(troubled))

    def trouble(self, code: str, occurrence: Occurrence, count: int = 0) -> None:
        """Once a reason and airing; `count`: deliveries, as last seen (0: all that it has)."""
        start = occurrence.start.astimezone(self._zone)
        count = count or max(len(occurrence.targets), 1)
        trouble = Trouble(code, occurrence.programme, occurrence.slot, start, count)
        known = next((at for at, each in enumerate(self.troubles) if replace(each, count=count) == trouble), None)
        if known is None:
            self.troubles.append(trouble)
        else:
            self.troubles[known] = trouble

    def miss(self, row: PlannedRow, code: str, now: datetime) -> None:
        """What cannot go out any more, with the reason."""
        self.store.miss_occurrence(row.id, now, code)
        self.trouble(code, row.occurrence)

    def changes(self, made: Sequence[tuple[Ready, Adjustment]], now: datetime) -> None:
        """People have to know what was not heard, and what was heard at another time."""
        grouped: dict[tuple[int, str], list[tuple[Ready, Adjustment]]] = defaultdict(list)
        for ready, adjustment in made:
            grouped[ready.row.id, adjustment.code].append((ready, adjustment))
        for (row, code), those in grouped.items():
            changed = Changed.of(row, code, those, self._zone)
            if changed in self.changed:
                continue
            self.changed = [*self.changed[-MOST_CHANGES:], changed]
            if changed.worth_telling:
                self._notice(changed, now)

    def urgent(self, sent: Sequence[Ready], admission: Admission, now: datetime, *, doubted: bool = False) -> None:
        """Each EMERGENCY that sounded at an hour at which nothing else may, or while nobody knew the hour."""
        for each in sent:
            if each.row.id not in self._told_urgent and (doubted or admission.passes_quiet_hours(each.occurrence, now)):
                self._told_urgent.add(each.row.id)
                facts = {"start": each.occurrence.start.isoformat(), "bulletins": list(each.occurrence.bulletins)}
                subject = f"{each.occurrence.programme}/{each.occurrence.slot}"
                action = "emergency_clock_in_doubt" if doubted else "emergency_outside_window"
                self.audit("station", action, subject, facts, now)

    def audit(self, actor: str, action: str, subject: str, detail: Mapping[str, object], now: datetime) -> None:
        """Who did what."""
        try:
            self.store.audit(actor, action, subject, detail, now)
        except LoaError:  # what was done is done; that it cannot be noted must stop nothing
            LOG.exception("audit: %s %s %s", actor, action, subject)

    def _notice(self, changed: Changed, now: datetime) -> None:
        try:
            self.store.notice(changed.told_as, changed.subject, changed.facts(), now=now, once=changed.once)
        except LoaError:  # what cannot be told must keep nothing from the air
            LOG.exception("notice %s", changed.told_as)
