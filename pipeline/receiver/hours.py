"""When something may sound: inside every set of windows from its first moment to its last. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipeline.domain import OVERTIME, Windows

FARTHEST = timedelta(days=8)  # nobody waits longer for hours to begin


@dataclass(frozen=True, slots=True)
class Hours:
    """`sets`: the plan's windows and the receiver's own; all of them bind. Times are those of `zone`."""

    zone: ZoneInfo
    sets: tuple[Windows, ...] = ()

    def hold(self, begin: datetime, length: timedelta) -> bool:
        """Whether what begins then also ends inside. It may run over by what a start is late at most (OVERTIME)."""
        local = begin.astimezone(self.zone)
        return all(_holds(each, local, length) for each in self.sets)

    def first(self, begin: datetime, length: timedelta, latest: datetime) -> datetime | None:
        """The first moment from `begin` to `latest` at which it may begin; None where there is none."""
        if begin > latest:
            return None
        if self.hold(begin, length):
            return begin
        opening = sorted(each for each in self._openings(begin, latest) if begin < each <= latest)
        return next((each for each in opening if self.hold(each, length)), None)

    def _openings(self, begin: datetime, latest: datetime) -> Iterator[datetime]:
        first = begin.astimezone(self.zone).date()
        last = min(latest, begin + FARTHEST).astimezone(self.zone).date()
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            for each in {window.first for windows in self.sets for window in windows.windows}:
                yield datetime.combine(day, each, self.zone).astimezone(UTC)
            yield datetime.combine(day, time(0), self.zone).astimezone(UTC)


def _holds(windows: Windows, local: datetime, length: timedelta) -> bool:
    closes = windows.closes(local)
    if closes is None:
        return True
    if not windows.allow(local):
        return False
    return local.astimezone(UTC) + length <= closes.astimezone(UTC) + OVERTIME
