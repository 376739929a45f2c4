"""What may go on a stick: the rules of the air, judged on the day on which it would be heard.

No station stands behind a stick when it is played: what runs out within its days is left out from the day it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.app import Station, refusal_of
from pipeline.bundle import naming
from pipeline.bundle.contents import Contents, LeftOut, Line, Place, Single
from pipeline.bundle.manifest import MOST_FILES
from pipeline.config.report_channels import cited
from pipeline.config.voices import URGENT_ONLY
from pipeline.dispatch import expand_site, history_of
from pipeline.dispatch.admission import OUTSIDE, Admission, windows_of
from pipeline.dispatch.readiness import FALLBACK_WITHHELD, NOTHING_READY
from pipeline.dispatch.timetable import NO_ROOM
from pipeline.domain import OVERTIME, Bulletin, Evidence, Medium, Occurrence, Priority, Recording
from pipeline.errors import ContentError
from pipeline.playout import intact
from pipeline.site import stale
from pipeline.store import ONE_OFF

if TYPE_CHECKING:
    from pipeline.production import Progress

STALE, EXPIRED = "report_channel_stale", "bulletin_expired"
ALONE = "_usb"  # the programme of a bulletin on its own: no file can have this id


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants on a stick: days from `first`, areas (none: everywhere).

    `bulletins`: only these, each on its own, and no planned airings; none: the programmes, and their bulletins.
    """

    first: date
    days: int
    areas: tuple[str, ...] = ()
    bulletins: tuple[str, ...] = ()

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days - 1)


def choose(station: Station, wish: Wish, id: str, progress: Progress | None = None) -> Contents:
    """Judge what was wished for, render what is missing, and lay out the stick. What may not go out is named in it."""
    return _Choosing(station, wish).contents(id, progress)


class _Choosing:
    def __init__(self, station: Station, wish: Wish) -> None:
        self.station, self.wish = station, wish
        self.site, self.production, self.now = station.site, station.production, station.clock()
        self.left_out: dict[tuple[str, str], LeftOut] = {}
        self.by_themselves: dict[str, None] = {}
        self._refusal = lru_cache(maxsize=None)(refusal_of(self.site, station.store, station.today))
        self._admissions: dict[date, Admission] = {}

    def contents(self, id: str, progress: Progress | None) -> Contents:
        planned = [] if self.wish.bulletins else list(self._admitted(self._planned()))
        heard = dict.fromkeys(name for each in planned for name in each.bulletins)
        names = self.wish.bulletins or tuple(heard)
        alone = [self._alone(self.site.bulletins[name]) for name in names if self._may_go_alone(name)]
        self._require_few(planned, len(alone))
        self.production.make([*planned, *alone], self.now, progress)
        lines, singles = tuple(self._lines(planned)), tuple(self._singles(alone))
        kept = dict.fromkeys([*(name for each in lines for name in each.bulletins), *(s.bulletin for s in singles)])
        bulletins = {name: self.site.bulletins[name] for name in kept}
        return Contents(
            id=id,
            station=self.site.station.name,
            made_at=self.now.astimezone(self.site.station.timezone),
            first=self.wish.first,
            last=self.wish.last,
            areas=self.wish.areas,
            lines=lines,
            singles=singles,
            bulletins=bulletins,
            reports={name: self._reports(each) for name, each in bulletins.items()},
            left_out=tuple(self.left_out.values()),
            by_themselves=tuple(self.by_themselves),
            failures=tuple((each.passage[:64], each.error.code) for each in self.production.failures),
        )

    def _require_few(self, planned: Sequence[Occurrence], alone: int) -> None:
        """ContentError before hours of rendering for a stick that nobody could write."""
        folders = sum(len({place.area for place in self._places(each)}) for each in planned)
        count = naming.FILES_A_SOUND * (folders + alone) + len(self.site.bulletins)
        if count > MOST_FILES:
            raise ContentError("bundle_too_large", count=count, limit=MOST_FILES)

    # --- planned airings ----------------------------------------------------------------------------------------------

    def _planned(self) -> list[Occurrence]:
        """Loudspeaker airings of the days that are not too late yet, with those of `loa send`, by their start."""
        zone = self.site.station.timezone
        history = history_of(self.site, self.station.store, self.now)
        found = expand_site(self.site, self.wish.first, self.wish.days, history).occurrences
        rows = self.station.store.occurrences(self._midnight(self.wish.first), self._midnight(self.wish.last, 1))
        asked = [
            replace(row.occurrence, start=row.occurrence.start.astimezone(zone))
            for row in rows
            if row.occurrence.programme == ONE_OFF and row.cancelled_at is None
        ]
        wanted = [each for each in (*found, *asked) if each.medium is Medium.LOUDSPEAKER and self.now <= each.too_late]
        return sorted(wanted, key=lambda each: (each.start, -each.priority.rank, each.programme, each.slot))

    def _midnight(self, day: date, after: int = 0) -> datetime:
        return datetime.combine(day + timedelta(days=after), datetime.min.time(), self.site.station.timezone)

    def _admitted(self, planned: Iterable[Occurrence]) -> Iterator[Occurrence]:
        """Those that some cluster of the stick hears, each with what may air of it, at an hour it may."""
        for occurrence in planned:
            if not self._places(occurrence):
                continue
            admission = self._admission(occurrence.start.date())
            admitted = admission.admit(occurrence, occurrence.start)
            for name, code in admitted.left_out.items():
                self._leave_out(name, code, occurrence.start)
            if not admitted.occurrence.bulletins:
                if not admitted.left_out:
                    self._leave_out(_slot(occurrence), admitted.code, occurrence.start)
            elif admission.is_planned_outside(admitted.occurrence):
                self._leave_out(_slot(occurrence), OUTSIDE, occurrence.start)
            else:
                yield admitted.occurrence

    def _places(self, occurrence: Occurrence) -> list[Place]:
        """The clusters of an airing for which the stick is made: in its areas, on a channel that never confirms."""
        day = occurrence.start.date()
        stands = self.site.clusters_in(self.wish.areas, day) if self.wish.areas else self.site.placed_on(day)
        found = []
        for target in occurrence.targets:
            if target not in stands:
                continue
            cluster = self.site.clusters[target]
            channel = self.station.channels.get(cluster.channel)
            if channel is not None and channel.evidence is not Evidence.NONE:
                self.by_themselves[cluster.name] = None
            else:
                found.append(Place(stands[target], self._area_name(stands[target]), target, cluster.name))
        return found

    def _lines(self, planned: Sequence[Occurrence]) -> Iterator[Line]:
        """Commune by commune in the order of config/areas.yaml, one line a cluster; codes run through."""
        ready = [(each, *found) for each in planned if (found := self._ready(each)) is not None]
        by_area: dict[str, list[tuple[Occurrence, Recording, tuple[str, ...], list[Place]]]] = {}
        for occurrence, recording, heard in ready:
            there: dict[str, list[Place]] = {}
            for place in self._places(occurrence):
                there.setdefault(place.area, []).append(place)
            for area, places in there.items():
                by_area.setdefault(area, []).append((occurrence, recording, heard, places))
        areas = [area for area in self.site.areas.by_id if area in by_area]
        total = sum(len(places) for airings in by_area.values() for *_, places in airings)
        number = 0
        for at, area in enumerate(areas, 1):
            folder = naming.area_folder(at, area, len(areas))
            for (occurrence, recording, heard, places), file in _filed(folder, by_area[area]):
                for place in places:
                    number += 1
                    code = naming.line_code(number, total)
                    said = occurrence.start, place, occurrence.title, heard, recording, file
                    yield Line(code, occurrence.key, *said)

    def _ready(self, occurrence: Occurrence) -> tuple[Recording, tuple[str, ...]] | None:
        """What is heard of an airing; None, and why is noted, where there is nothing to be heard."""
        found = self._sound(occurrence)
        code = found if isinstance(found, str) else intact(found[0])
        if code:
            self._leave_out(_slot(occurrence), code, occurrence.start)
        return None if code or isinstance(found, str) else found

    def _sound(self, occurrence: Occurrence) -> tuple[Recording, tuple[str, ...]] | str:
        """The recording and what is heard in it, cut so that it ends in time; or the code of why there is none."""
        recording = self.production.find(occurrence)
        if recording is None:
            return NOTHING_READY[Medium.LOUDSPEAKER]
        if recording.fallback and self._wants_better(occurrence.priority):
            return FALLBACK_WITHHELD
        cut = self.production.left_out(occurrence)
        heard = tuple(dict.fromkeys(name for name in occurrence.bulletins if name not in cut))
        windows = windows_of(self.site, occurrence)
        closes = windows.closes(occurrence.start) if windows else None
        if closes is None or timedelta(seconds=recording.duration_s) <= closes - occurrence.start + OVERTIME:
            return recording, heard
        return self._shortened(occurrence, closes - occurrence.start + OVERTIME) or NO_ROOM

    def _shortened(self, occurrence: Occurrence, room: timedelta) -> tuple[Recording, tuple[str, ...]] | None:
        steps = [
            (count, heard)
            for count, (length, heard) in enumerate(self.production.steps(occurrence), 1)
            if length <= room
        ]
        if not steps:
            return None
        count, heard = steps[-1]
        found = self.production.shortened(occurrence, count, self.now)
        return (found, heard) if found else None

    # --- bulletins on their own ---------------------------------------------------------------------------------------

    def _may_go_alone(self, name: str) -> bool:
        """Whether it may be played on the first day; why not is noted."""
        bulletin, first = self.site.bulletins[name], self.wish.first
        code = EXPIRED if bulletin.is_expired(first) else self._refused(bulletin, first)
        if code:
            self._leave_out(name, code)
        return not code

    def _alone(self, bulletin: Bulletin) -> Occurrence:
        return Occurrence(
            programme=ALONE,
            slot=bulletin.id,
            start=self._midnight(self.wish.first),
            medium=Medium.LOUDSPEAKER,
            title=bulletin.title,
            bulletins=(bulletin.id,),
            targets=(),
            priority=bulletin.priority,
        )

    def _singles(self, alone: Sequence[Occurrence]) -> Iterator[Single]:
        ready: list[tuple[str, Recording]] = []
        for each in alone:
            recording = self.production.find(each)
            code = intact(recording) if recording else NOTHING_READY[Medium.LOUDSPEAKER]
            if recording and not code and recording.fallback and self._wants_better(each.priority):
                code = FALLBACK_WITHHELD
            if recording and not code:
                ready.append((each.slot, recording))
            else:
                self._leave_out(each.slot, code)
        for number, (name, recording) in enumerate(ready, 1):
            file = f"{naming.SINGLES}/{naming.numbered(number, name, len(ready))}"
            until = self._until(self.site.bulletins[name])
            yield Single(naming.single_code(number, len(ready)), name, recording, until, file)

    def _until(self, bulletin: Bulletin) -> date:
        """The last day of the stick on which a bulletin may still be played."""
        channels = cited(f"{bulletin.text}\n{bulletin.sms or ''}", self.site.report_channels.values())
        ends = [self.wish.last, *(each.valid_until for each in channels)]
        return min([*ends, bulletin.expires] if bulletin.expires else ends)

    def _reports(self, bulletin: Bulletin) -> tuple[str, ...]:
        """Where people report: what the bulletin names, else every place that somebody vouches for."""
        channels = self.site.report_channels.values()
        named = cited(bulletin.text, channels) or [each for each in channels if each.valid_until >= self.wish.last]
        return tuple(each.id for each in named)

    # --- rules --------------------------------------------------------------------------------------------------------

    def _admission(self, day: date) -> Admission:
        if day not in self._admissions:
            self._admissions[day] = Admission(self.site, lambda bulletin: self._refused(bulletin, day))
        return self._admissions[day]

    def _refused(self, bulletin: Bulletin, day: date) -> str:
        return self._refusal(bulletin) or (STALE if stale(self.site, bulletin, day) else "")

    def _wants_better(self, priority: Priority) -> bool:
        """Whether the station would rather be silent than speak with a fallback."""
        return self.site.station.voices.air_fallback == URGENT_ONLY and priority is Priority.ROUTINE

    def _leave_out(self, name: str, code: str, first: datetime | None = None) -> None:
        known = self.left_out.get((name, code))
        self.left_out[name, code] = replace(known, count=known.count + 1) if known else LeftOut(name, code, 1, first)

    def _area_name(self, area: str) -> str:
        found = self.site.areas.by_id.get(area)
        return found.name if found else area


Filed = tuple[Occurrence, Recording, tuple[str, ...], list[Place]]


def _filed(folder: str, airings: Sequence[Filed]) -> Iterator[tuple[Filed, str]]:
    """Each airing of a commune with the path of its file, numbered by day in the order it plays."""
    by_day: dict[date, list[Filed]] = {}
    for each in airings:
        by_day.setdefault(each[0].start.date(), []).append(each)
    for day, those in by_day.items():
        for number, each in enumerate(those, 1):
            name = naming.airing_file(number, each[0].start, each[0].title, len(those))
            yield each, f"{folder}/{naming.day_folder(day)}/{name}"


def _slot(occurrence: Occurrence) -> str:
    return f"{occurrence.programme}/{occurrence.slot}"
