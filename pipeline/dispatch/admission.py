"""What of an occurrence may air: bulletins that are accepted and current, at an hour its medium may be used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from pipeline.domain import Bulletin, Occurrence, Priority, Windows
from pipeline.site import Site

Refusal = Callable[[Bulletin], str]
"""Why a bulletin may not air: a code, or an empty text."""

OUTSIDE = "outside_window"


def nothing_refused(_: Bulletin) -> str:
    """Everything may air: a rehearsal."""
    return ""


@dataclass(frozen=True, slots=True)
class Admitted:
    """An occurrence with the bulletins that may air, and why each of the others may not."""

    occurrence: Occurrence
    left_out: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """Why nothing of it may air; empty where something may."""
        return "" if self.occurrence.bulletins else next(iter(self.left_out.values()), "no_bulletins_left")


class Admission:
    """One pass of the desk: every bulletin is asked about once."""

    def __init__(self, site: Site, refusal: Refusal) -> None:
        self.site, self._refusal = site, refusal
        self._codes: dict[tuple[str, date], str] = {}

    def admit(self, occurrence: Occurrence, now: datetime) -> Admitted:
        """The occurrence as it may air: its priority is that of what is left."""
        day = self._moment(occurrence, now).date()
        codes = {name: self._code(name, day) for name in dict.fromkeys(occurrence.bulletins)}
        left_out = {name: code for name, code in codes.items() if code}
        if not left_out:
            return Admitted(occurrence)
        bulletins = tuple(name for name in occurrence.bulletins if name not in left_out)
        priority = max((self.site.bulletins[name].priority for name in bulletins), key=_rank, default=Priority.ROUTINE)
        return Admitted(replace(occurrence, bulletins=bulletins, priority=priority), left_out)

    def is_planned_outside(self, occurrence: Occurrence) -> bool:
        """Whether its own start lies outside the hours of its medium."""
        return not self._allows(occurrence, occurrence.start.astimezone(self.site.station.timezone))

    def is_quiet(self, occurrence: Occurrence, now: datetime) -> bool:
        """Whether handing it over now would make it start outside them."""
        return not self._allows(occurrence, self._moment(occurrence, now))

    def passes_quiet_hours(self, occurrence: Occurrence, now: datetime) -> bool:
        """Whether only being an EMERGENCY lets it start."""
        windows = self.site.station.windows.get(occurrence.medium)
        urgent = occurrence.priority is Priority.EMERGENCY
        return urgent and windows is not None and not windows.allow(self._moment(occurrence, now))

    def _allows(self, occurrence: Occurrence, moment: datetime) -> bool:
        windows = windows_of(self.site, occurrence)
        return windows is None or windows.allow(moment)

    def _moment(self, occurrence: Occurrence, now: datetime) -> datetime:
        return max(occurrence.start, now).astimezone(self.site.station.timezone)

    def _code(self, name: str, day: date) -> str:
        if (name, day) not in self._codes:
            bulletin = self.site.bulletins.get(name)
            self._codes[name, day] = self._judge(bulletin, day)
        return self._codes[name, day]

    def _judge(self, bulletin: Bulletin | None, day: date) -> str:
        if bulletin is None:
            return "bulletin_gone"
        if bulletin.is_expired(day):
            return "bulletin_expired"
        return self._refusal(bulletin)


def windows_of(site: Site, occurrence: Occurrence) -> Windows | None:
    """The hours in which an occurrence may start; None: at any hour. Only EMERGENCY passes them."""
    if occurrence.priority is Priority.EMERGENCY:
        return None
    return site.station.windows.get(occurrence.medium)


def _rank(priority: Priority) -> int:
    return priority.rank
