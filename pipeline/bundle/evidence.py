"""What a return sheet says, held against the stick it belongs to, and written down as a person's evidence.

A time that has not come, another day, an unknown row, a reason that is missing: the row is refused and named, the
others are taken. Read again, a sheet changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.bundle.returned import Sheet, SheetRow, is_not_played, parse_day, parse_time
from pipeline.domain import Medium, Person, Priority
from pipeline.errors import ContentError, Place, Problems
from pipeline.fields import identifier_from
from pipeline.store import BundleKept, BundleRow, Taken, Told

if TYPE_CHECKING:
    from pipeline.app import Station

REFUSED: Mapping[Taken, str] = {Taken.OTHERWISE: "sheet_row_otherwise", Taken.WAITING: "sheet_row_waiting"}
TOLD: Mapping[Taken, str] = {Taken.BESIDE: "sheet_row_beside", Taken.DIFFERENT: "sheet_row_different"}
SHOWN = 60


@dataclass
class Returned:
    """What came of a sheet: rows that said something, by what became of them; `blank` ones said nothing."""

    blank: int = 0
    taken: Counter[Taken] = field(default_factory=Counter)
    bundles: dict[str, None] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)

    @property
    def refused(self) -> int:
        return self.problems.errors

    @property
    def rows(self) -> int:
        return self.refused + sum(self.taken.values())


def take(station: Station, sheet: Sheet, by: Person, now: datetime, *, write_off: bool = True) -> Returned:
    """Write down what a sheet says.

    `write_off`: what has become too late is first written off, so that nothing of it waits; not by a doubtful clock.
    """
    if write_off:
        station.desk.sweep(now)
    result = Returned()
    reader = _Reader(station, sheet, by, now, result)
    told: dict[str, list[tuple[int, Told]]] = {}
    for row in sheet.rows:
        if (said := reader.read(row)) is not None:
            told.setdefault(said.bundle, []).append((row.line, said))
    for bundle, rows in told.items():
        result.bundles[bundle] = None
        for (line, said), taken in zip(rows, station.store.take_told([each for _, each in rows]), strict=True):
            _tell(result, Place(sheet.name, line, 1), said, taken)
    counts: dict[str, object] = {each.value: count for each, count in sorted(result.taken.items())}
    detail = {**counts, "refused": result.refused, "sheet": sheet.sha256}
    station.store.audit(by.id, "bundle_returned", ", ".join(result.bundles), detail, now)
    return result


def _tell(result: Returned, place: Place, said: Told, taken: Taken) -> None:
    if taken in REFUSED:
        result.problems.error(place, REFUSED[taken], row=said.row.code)
        return
    result.taken[taken] += 1
    if taken in TOLD:
        result.problems.warning(place, TOLD[taken], row=said.row.code)


class _Reader:
    """Reads the rows of one sheet. What is refused is a problem at its row."""

    def __init__(self, station: Station, sheet: Sheet, by: Person, now: datetime, result: Returned) -> None:
        self.site, self.store = station.site, station.store
        self.zone = station.site.station.timezone
        self.sheet, self.by, self.now, self.result = sheet, by, now, result
        self._bundle = lru_cache(maxsize=8)(self.store.bundle)
        self._rows = lru_cache(maxsize=8)(self.store.bundle_rows)
        self._areas = lru_cache(maxsize=64)(self._areas_of)

    def read(self, row: SheetRow) -> Told | None:
        """What a row says; None where it says nothing, or nothing that can be taken."""
        place = Place(self.sheet.name, row.line, 1)
        try:
            return self._read(row, place)
        except ContentError as error:
            self.result.problems.error(place, error.code, **error.params)
            return None

    def _read(self, row: SheetRow, place: Place) -> Told | None:
        bundle, line = self._line(row)
        if not row.played or (line.key is None and is_not_played(row.played)):
            if not row.played and (row.remark or (line.key is None and (row.day or row.place))):
                raise ContentError("sheet_row_no_time", row=line.code)
            self.result.blank += 1
            return None
        if is_not_played(row.played):
            return self._not_played(row, bundle, line)
        day, area = self._free(row, bundle, line) if line.key is None else (self._day(row, line), "")
        return self._played(row, bundle, line, day, area, place)

    def _line(self, row: SheetRow) -> tuple[BundleKept, BundleRow]:
        name, _, code = row.id.partition("/")
        bundle = self._bundle(name)
        line = self._rows(name).get(code.upper()) if bundle else None
        if bundle is None or line is None:
            raise ContentError("sheet_row_unknown", value=row.id[:SHOWN] or "–")
        return bundle, line

    def _day(self, row: SheetRow, line: BundleRow) -> date:
        """Of a planned airing, by the station's clock."""
        assert line.key is not None
        start = line.key[2].astimezone(self.zone)
        if row.day and parse_day(row.day) != start.date():
            raise ContentError("sheet_row_other_day", row=line.code, day=f"{start:%d/%m/%Y}")
        return start.date()

    def _not_played(self, row: SheetRow, bundle: BundleKept, line: BundleRow) -> Told:
        self._day(row, line)
        if line.key is not None and line.key[2] > self.now:
            raise ContentError("sheet_row_future", row=line.code)
        if not row.remark:
            raise ContentError("sheet_row_no_reason", row=line.code)
        return self._told(row, bundle, line, None)

    def _free(self, row: SheetRow, bundle: BundleKept, line: BundleRow) -> tuple[date, str]:
        """Day and area of an airing that nobody planned."""
        day = parse_day(row.day)
        if day is None:
            raise ContentError("sheet_row_no_day", row=line.code)
        if not bundle.first <= day <= bundle.last:
            days = {"first": f"{bundle.first:%d/%m/%Y}", "last": f"{bundle.last:%d/%m/%Y}"}
            raise ContentError("sheet_row_outside_days", row=line.code, **days)
        areas, value = self._areas(row.place, day), row.place[:SHOWN] or "–"
        if not areas:
            raise ContentError("sheet_row_place_unknown", row=line.code, value=value)
        if len(areas) > 1:
            raise ContentError("sheet_row_place_ambiguous", row=line.code, value=value, areas=", ".join(areas))
        return day, areas[0]

    def _played(self, row: SheetRow, bundle: BundleKept, line: BundleRow, day: date, area: str, place: Place) -> Told:
        clock = parse_time(row.played)
        if clock is None:
            raise ContentError("sheet_row_bad_time", row=line.code, value=row.played[:SHOWN])
        started = datetime.combine(day, clock, self.zone)
        if started < bundle.made_at:
            raise ContentError(
                "sheet_row_before_stick", row=line.code, made=f"{bundle.made_at.astimezone(self.zone):%H:%M %d/%m/%Y}"
            )
        if started + line.length > self.now:
            raise ContentError("sheet_row_future", row=line.code)
        windows = self.site.station.windows.get(Medium.LOUDSPEAKER)
        if windows is not None and not windows.allow(started) and not self._is_emergency(line):
            self.result.problems.warning(place, "sheet_row_quiet_hours", row=line.code, time=f"{started:%H:%M}")
        return self._told(row, bundle, line, started, area)

    def _is_emergency(self, line: BundleRow) -> bool:
        known = (self.site.bulletins.get(name) for name in line.bulletins)
        return any(each is not None and each.priority is Priority.EMERGENCY for each in known)

    def _told(
        self, row: SheetRow, bundle: BundleKept, line: BundleRow, started: datetime | None, area: str = ""
    ) -> Told:
        said = row.person, row.remark, self.by.id, self.now, self.sheet.sha256, area
        return Told(bundle.id, line, started, *said)

    def _areas_of(self, words: str, day: date) -> tuple[str, ...]:
        """The areas that a place may mean on a day: by its id, else by its name, or the part of it before a dash."""
        valid = [each for each in self.site.areas.by_id.values() if each.is_valid(day)]
        for part in (words, words.partition(" – ")[0], words.partition(" - ")[0], words.partition(",")[0]):
            name = identifier_from(part) if part.strip() else ""
            if found := [each.id for each in valid if name and each.id == name]:
                return tuple(found)
            if found := [each.id for each in valid if name and identifier_from(each.name) == name]:
                return tuple(found)
        return ()
