"""Occurrences follow the files until something of them was handed over; from then on they are frozen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain import Medium, Occurrence, State
from pipeline.errors import ConflictError
from pipeline.store.database import insert_many, portions
from pipeline.store.rows import ONE_OFF, OccurrenceKey, PlanChange
from pipeline.store.tables import deliveries, occurrences

CHANGED = "plan_changed"
REMOVED = "plan_removed"
BY_PLAN = "plan_"  # cancelled by the files, so the files may take it back


Areas = Mapping[str, str]
Places = Callable[[datetime], Areas]
"""Target → area at a moment: a loudspeaker may stand in one commune today and in another one tomorrow."""


@dataclass(frozen=True)
class Wanted:
    """What the files ask for between two instants, and where each target lies and is reached."""

    occurrences: Mapping[OccurrenceKey, Occurrence]
    digests: Mapping[OccurrenceKey, bytes]
    channels: Mapping[str, str]
    places: Places
    since: datetime
    until: datetime


class Known(NamedTuple):
    """A row of the plan, as far as deciding about it needs."""

    id: int
    programme: str
    slot: str
    start: datetime
    too_late: datetime
    digest: bytes
    handed_over_at: datetime | None
    cancelled_at: datetime | None
    missed_at: datetime | None
    code: str

    @property
    def key(self) -> OccurrenceKey:
        return self.programme, self.slot, self.start

    @property
    def is_frozen(self) -> bool:
        settled_by_hand = self.cancelled_at is not None and not self.code.startswith(BY_PLAN)
        return self.handed_over_at is not None or self.missed_at is not None or settled_by_hand


@dataclass
class Diff:
    """What has to be done so that the rows say what the files say."""

    added: list[OccurrenceKey] = field(default_factory=list)
    changed: dict[OccurrenceKey, int] = field(default_factory=dict)
    revived: dict[OccurrenceKey, int] = field(default_factory=dict)
    cancelled: dict[OccurrenceKey, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.revived or self.cancelled)

    def change(self) -> PlanChange:
        return PlanChange(*(_by_start(each) for each in (self.added, self.changed, self.cancelled, self.revived)))


def wanted(
    planned: Sequence[Occurrence],
    channels: Mapping[str, str],
    areas: Areas | Places,
    since: datetime,
    until: datetime,
) -> Wanted:
    """What the files ask for, with a digest of each; `areas` of all times, or of a moment.

    ConflictError where one occurrence is asked for twice.
    """
    by_key: dict[OccurrenceKey, Occurrence] = {}
    for occurrence in planned:
        if not since <= occurrence.start < until:
            continue
        key = occurrence.key
        if key in by_key:
            raise ConflictError("occurrence_doubled", programme=occurrence.programme, slot=occurrence.slot)
        by_key[key] = occurrence
    places = areas if callable(areas) else lambda _: areas
    return Wanted(by_key, _digests(by_key, channels, places), channels, places, since, until)


def _digests(
    by_key: Mapping[OccurrenceKey, Occurrence], channels: Mapping[str, str], places: Places
) -> dict[OccurrenceKey, bytes]:
    """Most differ from others in their start only: what they share is hashed once."""
    known: dict[tuple[object, ...], bytes] = {}
    found: dict[OccurrenceKey, bytes] = {}
    for key, each in by_key.items():
        terms = each.medium, each.priority, each.length, each.repeat, each.late_by
        areas = places(each.start)
        facts = each.title, each.bulletins, each.targets, each.areas, terms, id(areas)
        if facts not in known:
            known[facts] = digest(each, channels, areas)
        found[key] = known[facts]
    return found


def digest(occurrence: Occurrence, channels: Mapping[str, str], areas: Areas) -> bytes:
    """Hash of everything the files say of an occurrence; 16 bytes."""
    facts = [
        occurrence.medium,
        occurrence.title,
        occurrence.priority,
        occurrence.bulletins,
        occurrence.targets,
        occurrence.areas,
        occurrence.length and occurrence.length.total_seconds(),
        occurrence.repeat,
        occurrence.late_by.total_seconds(),
        [(channels.get(target, ""), areas.get(target, "")) for target in occurrence.targets],
    ]
    return hashlib.blake2b(json.dumps(facts).encode(), digest_size=16).digest()


def compare(connection: Connection, files: Wanted, now: datetime) -> Diff:
    """Rows against files. What is frozen stays as it is, and so does what leaves the files when it is too late."""
    known = _known(connection, files.since, files.until)
    rows = {key: row for key, row in known.items() if row.programme != ONE_OFF}
    unequal = [row for key, row in rows.items() if not row.is_frozen and _differs(row, files.digests.get(key))]
    touched = _touched(connection, [row.id for row in unequal])
    diff = Diff(added=[key for key in files.occurrences if key not in rows])
    for row in unequal:
        if row.id in touched:
            continue
        if row.key not in files.occurrences:
            if row.too_late < now:
                continue
            diff.cancelled[row.key] = row.id
        elif row.cancelled_at is not None:
            diff.revived[row.key] = row.id
        else:
            diff.changed[row.key] = row.id
    return diff


def apply(connection: Connection, files: Wanted, diff: Diff, now: datetime) -> None:
    """Write a diff that was computed in this very transaction."""
    _cancel(connection, list(diff.cancelled.values()), now)
    following = {**diff.changed, **diff.revived}
    _rewrite(connection, files, following, now)
    added = _insert(connection, files, diff.added, now)
    _follow_targets(connection, files, following, now)
    insert_many(connection, deliveries, _new_deliveries(files, added, now))


def _differs(row: Known, wished: bytes | None) -> bool:
    if wished is None:
        return row.cancelled_at is None
    return row.cancelled_at is not None or row.digest != wished


def _known(connection: Connection, since: datetime, until: datetime) -> dict[OccurrenceKey, Known]:
    columns = [occurrences.c[name] for name in Known._fields]
    query = sa.select(*columns).where(occurrences.c.start >= since, occurrences.c.start < until)
    rows = [Known(*row) for row in connection.execute(query)]
    return {row.key: row for row in rows}


def _touched(connection: Connection, ids: Iterable[int]) -> set[int]:
    """Those of which a delivery has gone beyond what the plan itself does."""
    untouched = sa.or_(
        deliveries.c.state == State.PLANNED,
        sa.and_(deliveries.c.state == State.CANCELLED, deliveries.c.code.startswith(BY_PLAN, autoescape=True)),
    )
    found: set[int] = set()
    for portion in portions(ids):
        query = sa.select(deliveries.c.occurrence_id).where(deliveries.c.occurrence_id.in_(portion), ~untouched)
        found.update(connection.scalars(query.distinct()))
    return found


def _values(files: Wanted, key: OccurrenceKey, now: datetime) -> dict[str, Any]:
    occurrence = files.occurrences[key]
    return {
        "medium": occurrence.medium,
        "title": occurrence.title,
        "priority": occurrence.priority,
        "bulletins": occurrence.bulletins,
        "targets": occurrence.targets,
        "areas": occurrence.areas,
        "length_s": occurrence.length,
        "repeat": occurrence.repeat,
        "late_by_s": occurrence.late_by,
        "too_late": occurrence.too_late,
        "digest": files.digests[key],
        "expanded_at": now if occurrence.medium is Medium.LOUDSPEAKER else None,
    }


def _insert(
    connection: Connection, files: Wanted, keys: Sequence[OccurrenceKey], now: datetime
) -> dict[OccurrenceKey, int]:
    if not keys:
        return {}
    rows = [
        {"programme": key[0], "slot": key[1], "start": key[2], **_values(files, key, now)} for key in _by_start(keys)
    ]
    last = connection.scalar(sa.select(sa.func.max(occurrences.c.id))) or 0
    insert_many(connection, occurrences, rows)
    columns = occurrences.c.id, occurrences.c.programme, occurrences.c.slot, occurrences.c.start
    found = connection.execute(sa.select(*columns).where(occurrences.c.id > last))
    ids = {(programme, slot, start): row for row, programme, slot, start in found}
    return {key: ids[key] for key in keys}


def _rewrite(connection: Connection, files: Wanted, ids: Mapping[OccurrenceKey, int], now: datetime) -> None:
    if not ids:
        return
    rows = [{"row": row, **_values(files, key, now)} for key, row in ids.items()]
    free = {"cancelled_at": None, "code": "", "swept_at": None}
    connection.execute(
        sa.update(occurrences)
        .where(occurrences.c.id == sa.bindparam("row"))
        .values({**{name: sa.bindparam(name) for name in rows[0] if name != "row"}, **free}),
        rows,
    )


def _cancel(connection: Connection, ids: Sequence[int], now: datetime) -> None:
    for portion in portions(ids):
        gone = sa.update(occurrences).where(occurrences.c.id.in_(portion))
        connection.execute(gone.values(cancelled_at=now, code=REMOVED))
        waiting = sa.update(deliveries).where(
            deliveries.c.occurrence_id.in_(portion), deliveries.c.state == State.PLANNED
        )
        connection.execute(waiting.values(state=State.CANCELLED, code=REMOVED, updated_at=now))


class _Target(NamedTuple):
    """A delivery of an occurrence that is not frozen: planned, or taken back by the plan."""

    id: int
    state: State
    channel: str
    area: str


def _follow_targets(connection: Connection, files: Wanted, ids: Mapping[OccurrenceKey, int], now: datetime) -> None:
    """The deliveries of changed and revived occurrences: some are added, some taken back, some reached another way.

    SMS rows are all taken back: their contacts are looked up anew when the moment comes.
    """
    added: list[dict[str, Any]] = []
    kept: list[dict[str, Any]] = []
    dropped: list[dict[str, Any]] = []
    existing = _existing(connection, list(ids.values()))
    for key, row in ids.items():
        occurrence, known = files.occurrences[key], existing[row]
        areas = files.places(occurrence.start)
        wished = occurrence.targets if occurrence.medium is Medium.LOUDSPEAKER else ()
        wished_set = frozenset(wished)
        added += [
            _new_delivery(files, areas, row, target, now) for target in dict.fromkeys(wished) if target not in known
        ]
        for target, delivery in known.items():
            place = (files.channels.get(target, ""), areas.get(target, ""))
            if target not in wished_set:
                dropped += [{"row": delivery.id}] if delivery.state is State.PLANNED else []
            elif (delivery.state, delivery.channel, delivery.area) != (State.PLANNED, *place):
                kept.append({"row": delivery.id, "channel": place[0], "area": place[1]})
    _update(connection, kept, state=State.PLANNED, code="", updated_at=now)
    _update(connection, dropped, state=State.CANCELLED, code=CHANGED, updated_at=now)
    insert_many(connection, deliveries, added)


def _existing(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, _Target]]:
    found: dict[int, dict[str, _Target]] = {row: {} for row in ids}
    columns = [deliveries.c[name] for name in ("occurrence_id", "target", *_Target._fields)]
    for portion in portions(ids):
        query = sa.select(*columns).where(deliveries.c.occurrence_id.in_(portion))
        for row, target, *rest in connection.execute(query):
            found[row][target] = _Target(*rest)
    return found


def _update(connection: Connection, rows: Sequence[dict[str, Any]], **same: Any) -> None:
    if rows:
        each: dict[str, Any] = {name: sa.bindparam(name) for name in rows[0] if name != "row"}
        update = sa.update(deliveries).where(deliveries.c.id == sa.bindparam("row")).values({**each, **same})
        connection.execute(update, rows)


def _new_deliveries(files: Wanted, ids: Mapping[OccurrenceKey, int], now: datetime) -> list[dict[str, Any]]:
    return [
        _new_delivery(files, files.places(key[2]), row, target, now)
        for key, row in ids.items()
        if files.occurrences[key].medium is Medium.LOUDSPEAKER
        for target in dict.fromkeys(files.occurrences[key].targets)
    ]


def _new_delivery(files: Wanted, areas: Areas, row: int, target: str, now: datetime) -> dict[str, Any]:
    return {
        "occurrence_id": row,
        "target": target,
        "area": areas.get(target, ""),
        "channel": files.channels.get(target, ""),
        "state": State.PLANNED,
        "updated_at": now,
    }


def _by_start(keys: Iterable[OccurrenceKey]) -> tuple[OccurrenceKey, ...]:
    return tuple(sorted(keys, key=lambda key: (key[2], key[0], key[1])))
