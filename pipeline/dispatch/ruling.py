"""Who goes first of two colliding PRIORITY airings: what waits for a person, what a person said, what nobody did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.dispatch.admission import windows_of
from pipeline.dispatch.calendar import HORIZON, LOOK_BACK
from pipeline.dispatch.collisions import UNKNOWN_LENGTH, Collision, decided, facts, find
from pipeline.dispatch.orders import FindRecording
from pipeline.dispatch.readiness import Cutting
from pipeline.domain import Occurrence
from pipeline.errors import ConflictError, NotFoundError
from pipeline.site import Site
from pipeline.store import Note, PlannedRow, Ruling

if TYPE_CHECKING:
    from pipeline.store import Store

COLLISION, UNRULED = "order_collision", "order_unruled"
STATION = "station"


class Rule:
    """The collisions of a station. `asks`: somebody can be asked."""

    def __init__(
        self, site: Site, store: Store, cutting: Cutting | None, recording: FindRecording, *, asks: bool = True
    ) -> None:
        self.site, self.store, self.cutting, self.recording, self.asks = site, store, cutting, recording, asks

    def collisions(self, now: datetime) -> list[Collision]:
        """Those that lie ahead, ruled or not."""
        rows = self.store.undecided_priority(now - LOOK_BACK, now + HORIZON)
        rows = [row for row in rows if now <= row.occurrence.too_late]
        return find(rows, self.site.station.order, self._length, self._closes) if len(rows) > 1 else []

    def open(self, now: datetime) -> list[Collision]:
        """Those that nobody has decided: no person, and no settings that are to be followed."""
        found = self.collisions(now)
        rulings = self._rulings(found)
        return [each for each in found if decided(each, rulings, self.site.station.order) is None]

    def held(self, lead: timedelta, now: datetime) -> Mapping[int, datetime]:
        """The rows that wait for a decision, and until when. What waited long enough is ruled here and now."""
        waiting: dict[int, datetime] = {}
        for each in self.open(now) if self.asks else ():
            until = each.last_call(lead)
            if until is None or now >= until:
                if now >= each.first.occurrence.start - lead:  # it is due on one of the channels: so be it
                    self._rule_by_default(each, now)
                continue
            for row in each.rows:
                waiting[row] = min(until, waiting.get(row, until))
        return waiting

    def begin_by(self, occurrences: Mapping[int, Occurrence], lead: timedelta, now: datetime) -> Mapping[int, datetime]:
        """By row, of those that were decided too late for the lead of their channel: when they begin at the latest.

        That is as long as both of two still sound whole.
        """
        said = self.store.rulings_about(occurrences.keys()) if self.asks and lead else []
        late = {row for each in said for row in (each.first, each.second) if _is_late(each, occurrences.get(row), lead)}
        latest = {row: self._latest(occurrences[row]) for row in late}
        for each in self.collisions(now) if late else ():
            latest |= {row: min(each.until, latest[row]) for row in late.intersection(each.rows)}
        return latest

    def before(self, now: datetime) -> list[tuple[int, int]]:
        """Pairs of rows, the first of which goes first."""
        found = self.collisions(now)
        rulings = self._rulings(found)
        pairs = [(each, decided(each, rulings, self.site.station.order)) for each in found]
        return [pair or each.rows for each, pair in pairs]

    def tell(self, now: datetime) -> None:
        """A notice for each collision that waits for somebody, as soon as the plan shows it."""
        waiting = self.open(now) if self.asks else []
        known = {each.subject for each in self.store.open_notices() if each.code == COLLISION}
        for each in waiting:
            if each.subject not in known:
                self.store.notice(COLLISION, each.subject, facts(each, self.site.station.timezone), now=now)
        self.store.settle_notices([COLLISION], now, keep={(COLLISION, each.subject) for each in waiting})

    def decide(self, first: str, second: str, person: str, now: datetime) -> list[Collision]:
        """`first` goes before `second` wherever they collide; each is a number, `programme` or `programme/slot`.

        NotFoundError where the two do not collide, ConflictError where both names mean the same airings.
        """
        if first == second:
            raise ConflictError("order_same", name=first)
        meant: list[tuple[Collision, PlannedRow, PlannedRow]] = []
        for each in self.collisions(now):
            for one, other in ((each.first, each.second), (each.second, each.first)):
                if _is_meant(first, one) and _is_meant(second, other):
                    meant.append((each, one, other))
        if not meant:
            raise NotFoundError("order_no_collision", first=first, second=second)
        if len({each.subject for each, _, _ in meant}) < len(meant):
            raise ConflictError("order_same", name=first)
        for _, one, other in meant:
            self._write(one, other, person, person, now)
        self.tell(now)
        return [each for each, _, _ in meant]

    def _rule_by_default(self, collision: Collision, now: datetime) -> None:
        self._write(collision.first, collision.second, "", STATION, now)
        told = facts(collision, self.site.station.timezone)
        self.store.notice(UNRULED, collision.subject, told, now=now, once=True)

    def _write(self, first: PlannedRow, second: PlannedRow, person: str, actor: str, now: datetime) -> None:
        named = [f"{each.occurrence.programme}/{each.occurrence.slot}" for each in (first, second)]
        detail = {"first": named[0], "second": named[1], "rows": [first.id, second.id]}
        self.store.rule(Ruling(first.id, second.id, person, now), Note(actor, "order_decided", named[0], detail))

    def _rulings(self, found: list[Collision]) -> list[Ruling]:
        return self.store.rulings({row for each in found for row in each.rows}) if found else []

    def _latest(self, occurrence: Occurrence) -> datetime:
        closes = self._closes(occurrence)
        return occurrence.too_late if closes is None else min(occurrence.too_late, closes - self._length(occurrence))

    def _length(self, occurrence: Occurrence) -> timedelta:
        recording = self.recording(occurrence) if occurrence.bulletins else None
        if recording is not None:
            return timedelta(seconds=recording.duration_s)
        return occurrence.length or UNKNOWN_LENGTH

    def _closes(self, occurrence: Occurrence) -> datetime | None:
        windows = windows_of(self.site, occurrence)
        return None if windows is None else windows.closes(occurrence.start.astimezone(self.site.station.timezone))


def _is_late(ruling: Ruling, occurrence: Occurrence | None, lead: timedelta) -> bool:
    return occurrence is not None and ruling.at > occurrence.start - lead


def _is_meant(name: str, row: PlannedRow) -> bool:
    occurrence = row.occurrence
    numbered = name == str(row.id)
    return numbered or name in (occurrence.programme, f"{occurrence.programme}/{occurrence.slot}")
