"""An SMS occurrence becomes one delivery per contact, by the way out of each list, at the moment of sending."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.dispatch.texting import Judge
from pipeline.domain import Medium, Priority
from pipeline.site import Site
from pipeline.store import DayLimit, PlannedRow

if TYPE_CHECKING:
    from pipeline.store import Store

Miss = Callable[[PlannedRow, str, datetime], None]


class Expanding:
    """Looks contacts up. `judge`: what may go now; `miss`: writes down what cannot."""

    def __init__(self, site: Site, store: Store, judge: Judge, miss: Miss) -> None:
        self.site, self.store, self._judge, self._miss = site, store, judge, miss
        self._busy: set[int] = set()
        self._lock = threading.Lock()

    def expand(self, now: datetime, least: Priority = Priority.ROUTINE, *, only: int | None = None) -> None:
        """Everything whose moment has come, or of it one row, so that whoever opted out a minute ago is left out."""
        rows = [row for row in self.store.sms_to_expand(now) if row.occurrence.priority.rank >= least.rank]
        rows = [row for row in rows if only in (None, row.id)]
        for ready in self._judge(rows, now, ""):
            with self._lock:
                if ready.row.id in self._busy:
                    continue
                self._busy.add(ready.row.id)
            try:
                self._expand(ready.row, now)
            finally:
                self._busy.discard(ready.row.id)

    def day_limit(self, now: datetime) -> DayLimit:
        """How many messages a number may get on the station's day of a moment."""
        day = now.astimezone(self.site.station.timezone).date()
        return DayLimit(day, self.site.station.limits.sms_per_number_per_day)

    def ways(self, lists: tuple[str, ...]) -> dict[str, str]:
        """List → channel: its own where it names one that sends SMS, else the site's."""
        known = self.store.contact_lists()
        own = {name: known[name].channel or "" for name in lists if name in known}
        usual = self.site.sms_channel or ""
        found = {name: own[name] if self._sends_sms(own.get(name, "")) else usual for name in lists}
        return {name: channel for name, channel in found.items() if channel}

    def _sends_sms(self, channel: str) -> bool:
        from pipeline.config.channels import CHANNEL_MEDIA

        settings = self.site.channels.get(channel)
        return settings is not None and CHANNEL_MEDIA[settings.type] is Medium.SMS

    def _expand(self, row: PlannedRow, now: datetime) -> None:
        ways = self.ways(row.occurrence.targets)
        if len(ways) < len(row.occurrence.targets):
            self._miss(row, "sms_channel_missing", now)
            return
        made = self.store.expand_sms(
            row.id,
            row.occurrence.targets,
            areas=row.occurrence.areas,
            channel=self.site.sms_channel or "",
            channels=ways,
            now=now,
            limit=self.day_limit(now),
        )
        if made == 0:
            self._miss(row, "no_contacts", now)
