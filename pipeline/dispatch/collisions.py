"""PRIORITY airings of different programmes that want the same loudspeakers at once (Circular 39/2020).

The commune's person decides which goes first; until then both wait, as long as both can still sound whole. Nobody
decided in time: the station goes by the order of its settings, else by its own, and says so: silence would be worse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import combinations

from pipeline.config.order import CONFIGURED, OrderSettings
from pipeline.dispatch.order import key_of
from pipeline.domain import Medium, Occurrence, Priority
from pipeline.store import ONE_OFF, PlannedRow, Ruling

UNKNOWN_LENGTH = timedelta(minutes=5)
MARGIN = timedelta(minutes=5)  # a station that is restarted meanwhile must still be in time: silence would be worse

Length = Callable[[Occurrence], timedelta]
Closes = Callable[[Occurrence], datetime | None]
"""When the hours end in which an occurrence starts."""


@dataclass(frozen=True, slots=True)
class Collision:
    """Two rows that would sound at once on `clusters`, in the order the station takes where nobody decides."""

    first: PlannedRow
    second: PlannedRow
    clusters: tuple[str, ...]
    until: datetime  # the last moment at which both can begin and sound whole, the first one first

    @property
    def rows(self) -> tuple[int, int]:
        return self.first.id, self.second.id

    @property
    def subject(self) -> str:
        return "-".join(str(row) for row in sorted(self.rows))

    def last_call(self, lead: timedelta) -> datetime | None:
        """Until when a decision is waited for; None where waiting would cost one of them something."""
        latest = self.until - lead - MARGIN
        begins = min(self.first.occurrence.start, self.second.occurrence.start)
        return latest if latest > begins - lead else None


def find(rows: Iterable[PlannedRow], settings: OrderSettings, length: Length, closes: Closes) -> list[Collision]:
    """The collisions among rows, by start."""
    wanted = sorted((row for row in rows if _can_collide(row)), key=lambda row: key_of(row.occurrence))
    found = [
        _collision(sorted(pair, key=lambda row: by_settings(row.occurrence, settings)), length, closes)
        for pair in _near(wanted, length)
        if _differ(*pair) and set(pair[0].occurrence.targets) & set(pair[1].occurrence.targets)
    ]
    return sorted(found, key=lambda each: (each.first.occurrence.start, each.rows))


def by_settings(occurrence: Occurrence, settings: OrderSettings) -> tuple[int, object]:
    """Sorts colliding airings: programmes as the settings name them, the others behind them by the common order."""
    names = settings.programmes
    place = names.index(occurrence.programme) if occurrence.programme in names else len(names)
    return place, key_of(occurrence)


def decided(collision: Collision, rulings: Sequence[Ruling], settings: OrderSettings) -> tuple[int, int] | None:
    """Which of the two rows goes first and which second, as a person or the settings say; None: nobody has."""
    said = [each for each in rulings if {each.first, each.second} == set(collision.rows)]
    if said:
        return said[-1].first, said[-1].second
    return collision.rows if settings.collisions == CONFIGURED else None


def facts(collision: Collision, zone: tzinfo) -> Mapping[str, str]:
    """As parameters of a sentence."""
    named: dict[str, str] = {}
    for name, row in (("first", collision.first), ("second", collision.second)):
        occurrence = row.occurrence
        start = occurrence.start.astimezone(zone)
        named |= {
            name: f"{occurrence.programme}/{occurrence.slot}",
            f"{name}_title": occurrence.title,
            f"{name}_start": f"{start:%d/%m %H:%M}",
            f"{name}_number": str(row.id),
        }
    return {**named, "count": str(len(collision.clusters)), "clusters": ", ".join(collision.clusters[:5])}


def _can_collide(row: PlannedRow) -> bool:
    over = row.handed_over_at or row.cancelled_at or row.missed_at
    occurrence = row.occurrence
    return not over and occurrence.medium is Medium.LOUDSPEAKER and occurrence.priority is Priority.PRIORITY


def _differ(one: PlannedRow, other: PlannedRow) -> bool:
    return one.occurrence.programme != other.occurrence.programme or one.occurrence.programme == ONE_OFF


def _near(rows: Sequence[PlannedRow], length: Length) -> Iterable[tuple[PlannedRow, PlannedRow]]:
    ends = {row.id: row.occurrence.start + length(row.occurrence) for row in rows}
    for one, other in combinations(rows, 2):  # by start: what begins first is `one`
        if other.occurrence.start < ends[one.id] or one.occurrence.start == other.occurrence.start:
            yield one, other


def _collision(pair: Sequence[PlannedRow], length: Length, closes: Closes) -> Collision:
    first, second = pair
    clusters = sorted(set(first.occurrence.targets) & set(second.occurrence.targets))
    one, other = length(first.occurrence), length(second.occurrence)
    last = [first.occurrence.too_late, second.occurrence.too_late - one]
    closing = closes(max(first.occurrence, second.occurrence, key=lambda each: each.start))
    if closing is not None:
        last.append(closing - one - other)
    return Collision(first, second, tuple(clusters), min(last))
