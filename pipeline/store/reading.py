"""What pages and reports ask: occurrences with their counts, what was confirmed played, what became of each airing."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain import Evidence, Medium, State
from pipeline.protocol.hearing import Verdict
from pipeline.protocol.journal import Kind
from pipeline.store.database import portions
from pipeline.store.deliveries import OCCURRENCE_COLUMNS, planned_row
from pipeline.store.receiver_hearings import KEY
from pipeline.store.receiver_journals import WORTH_MENDING_S
from pipeline.store.rows import AsRunRow, FirstReceipt, PlannedRow
from pipeline.store.rows_log import ClockNote, Delivered, Logged, LogWish, Played
from pipeline.store.tables import adjustments, deliveries, occurrences, receipts
from pipeline.store.tables_bundles import bundle_answers, bundle_rows
from pipeline.store.tables_receivers import hearings, receiver_airings, receiver_entries, receivers

_Row = Any  # of a database: its columns stand in the query

AT_ONCE = 1_000  # deliveries of the log that are read together, or one occurrence
_HEADS = 200
_TOLD = ("start", "programme", "slot", "title", "area", "channel", "state", "code", "resume_of")
_LOUD = occurrences.c.medium == Medium.LOUDSPEAKER
_BEST = (Verdict.HEARD.value, Verdict.PARTLY.value, Verdict.NOT_HEARD.value, Verdict.UNSURE.value)


def planned(connection: Connection, since: datetime, until: datetime) -> list[PlannedRow]:
    """Occurrences with since ≤ start < until, by start, programme and slot, with the states of their deliveries."""
    counts: dict[int, dict[State, int]] = {}
    counting = (
        sa.select(deliveries.c.occurrence_id, deliveries.c.state, sa.func.count())
        .join(occurrences)
        .where(*_between(since, until))
        .group_by(deliveries.c.occurrence_id, deliveries.c.state)
    )
    for occurrence, state, number in connection.execute(counting):
        counts.setdefault(occurrence, {})[state] = number
    order = (occurrences.c.start, occurrences.c.programme, occurrences.c.slot)
    query = sa.select(*OCCURRENCE_COLUMNS).where(*_between(since, until)).order_by(*order)
    return [planned_row(row, counts.get(row.id)) for row in connection.execute(query)]


def delivery_counts(
    connection: Connection, since: datetime | None, until: datetime | None
) -> dict[Medium, dict[State, int]]:
    """Deliveries by medium and state of the occurrences that start between the two; every state is named."""
    counts = {medium: dict.fromkeys(State, 0) for medium in Medium}
    query = (
        sa.select(occurrences.c.medium, deliveries.c.state, sa.func.count())
        .join(occurrences)
        .where(*_between(since, until))
        .group_by(occurrences.c.medium, deliveries.c.state)
    )
    for medium, state, number in connection.execute(query.select_from(deliveries)):
        counts[medium][state] = number
    return counts


def as_run(connection: Connection, since: datetime, until: datetime) -> list[AsRunRow]:
    """Confirmed airings of occurrences that start between the two: one a delivery, however often it was confirmed.

    `bulletins` are those that were heard, without what was cut. Of several CONFIRMED receipts the first that names
    when it began counts, else the first.
    """
    columns = ("programme", "slot", "start", "bulletins")
    in_question = (
        sa.select(deliveries.c.id)
        .join(occurrences, deliveries.c.occurrence_id == occurrences.c.id)
        .where(occurrences.c.medium == Medium.LOUDSPEAKER, *_between(since, until))
    )
    query = (
        sa.select(
            *(occurrences.c[name] for name in columns),
            *(deliveries.c[name] for name in ("id", "area", "target", "recording")),
            deliveries.c.state.label("reached"),
            adjustments.c.bulletins.label("heard"),
            adjustments.c.code.label("note"),
            *(receipts.c[name] for name in ("started", "ended", "evidence")),
        )
        .join_from(receipts, deliveries, receipts.c.delivery_id == deliveries.c.id)
        .join(occurrences, deliveries.c.occurrence_id == occurrences.c.id)
        .outerjoin(adjustments, adjustments.c.delivery_id == deliveries.c.id)
        .where(receipts.c.state == State.CONFIRMED, receipts.c.delivery_id.in_(in_question))
        .order_by(deliveries.c.id, receipts.c.started.is_(None), receipts.c.id)
    )
    rows: dict[int, AsRunRow] = {}
    for row in connection.execute(query):
        rows.setdefault(row.id, _as_run_row(row))
    return sorted(rows.values(), key=lambda row: (row.start, row.programme, row.slot, row.cluster))


def first_receipts(connection: Connection) -> list[FirstReceipt]:
    """What was first taken over and first confirmed of every occurrence, the earliest first."""
    moment = sa.func.min(
        sa.case(
            (receipts.c.state == State.CONFIRMED, sa.func.coalesce(receipts.c.started, receipts.c.at)),
            else_=receipts.c.at,
        )
    )
    kept = (occurrences.c.bulletins, occurrences.c.medium, receipts.c.state, receipts.c.evidence)
    query = (
        sa.select(*kept, sa.type_coerce(moment, receipts.c.at.type).label("at"))
        .join_from(receipts, deliveries, receipts.c.delivery_id == deliveries.c.id)
        .join(occurrences, deliveries.c.occurrence_id == occurrences.c.id)
        .where(receipts.c.state.in_((State.ACCEPTED, State.CONFIRMED)))
        .group_by(occurrences.c.id, *kept)
    )
    return sorted((FirstReceipt(*row) for row in connection.execute(query)), key=lambda first: first.at)


def changed_at(connection: Connection, ids: Iterable[int]) -> dict[int, datetime]:
    """When each of the deliveries came to its state."""
    found: dict[int, datetime] = {}
    for portion in portions(ids):
        query = sa.select(deliveries.c.id, deliveries.c.updated_at).where(deliveries.c.id.in_(portion))
        found.update((row.id, row.updated_at) for row in connection.execute(query))
    return found


def _between(since: datetime | None, until: datetime | None) -> list[sa.ColumnElement[bool]]:
    bounds = []
    if since is not None:
        bounds.append(occurrences.c.start >= since)
    if until is not None:
        bounds.append(occurrences.c.start < until)
    return bounds


def _as_run_row(row: Any) -> AsRunRow:
    started = row.started or row.start
    return AsRunRow(
        start=started,
        end=row.ended or started,
        programme=row.programme,
        slot=row.slot,
        area=row.area,
        cluster=row.target,
        bulletins=row.bulletins if row.heard is None else row.heard,
        recording=row.recording,
        evidence=row.evidence,
        state=row.reached,
        note=row.note or "",
    )


# --- the log ----------------------------------------------------------------------------------------------------------


def log_heads(connection: Connection, wish: LogWish, after: _Row | None) -> Sequence[_Row]:
    """The next loudspeaker occurrences behind one (None: from the first), by start, programme and slot."""
    order = (occurrences.c.start, occurrences.c.programme, occurrences.c.slot)
    query = sa.select(occurrences.c.id, *order, occurrences.c.targets).where(_LOUD, *_between(wish.since, wish.until))
    if wish.bulletins is not None:
        query = query.where(_brings(wish.bulletins))
    if after is not None:
        here = (after.start, after.programme, after.slot)
        behind = sa.tuple_(*order) > sa.tuple_(*here, types=[each.type for each in order])
        query = query.where(occurrences.c.start >= after.start, behind)
    return connection.execute(query.order_by(*order).limit(_HEADS)).all()


def log_portions(heads: Iterable[_Row]) -> Iterator[list[int]]:
    """Numbers of occurrences that come to AT_ONCE deliveries at most, or are one."""
    found: list[int] = []
    count = 0
    for head in heads:
        if found and count + len(head.targets) > AT_ONCE:
            yield found
            found, count = [], 0
        found.append(head.id)
        count += len(head.targets)
    if found:
        yield found


def log_rows(connection: Connection, wish: LogWish, ids: Collection[int]) -> list[Logged]:
    """What became of the deliveries of these occurrences, by start, programme, slot, cluster; parts in their order."""
    query = (
        sa.select(
            *(deliveries.c[name] for name in ("id", "area", "target", "channel", "state", "code", "resume_of")),
            *(occurrences.c[name] for name in ("programme", "slot", "start", "title", "bulletins")),
            adjustments.c.bulletins.label("aired"),
            adjustments.c.left_out,
            adjustments.c.code.label("note"),
        )
        .join_from(deliveries, occurrences)
        .outerjoin(adjustments, adjustments.c.delivery_id == deliveries.c.id)
        .where(occurrences.c.id.in_(ids))
        .order_by(
            occurrences.c.start, occurrences.c.programme, occurrences.c.slot, deliveries.c.target, deliveries.c.id
        )
    )
    if wish.areas is not None:
        query = query.where(deliveries.c.area.in_(sorted(wish.areas)))
    rows = connection.execute(query).all()
    said = _said(connection, [row.id for row in rows])
    holding = _holding(connection, [row.id for row in rows if row.state is State.PLANNED])
    heard = _heard(connection, [row.id for row in rows])
    by_device = {row.id: row.target for row in rows if _rests_on(said[row.id], Evidence.DEVICE)}
    clocks = _clocks(connection, by_device, said)
    people = _people(connection, [row for row in rows if _rests_on(said[row.id], Evidence.PERSON)])
    found = []
    for row in rows:
        delivered, at = _delivered(row.state, said[row.id], held=row.id in holding)
        found.append(
            Logged(
                delivery=row.id,
                **{name: getattr(row, name) for name in _TOLD},
                cluster=row.target,
                bulletins=row.bulletins if row.aired is None else row.aired,
                left_out=row.left_out or (),
                note=row.note or "",
                delivered=delivered,
                delivered_at=at,
                played=_played(said[row.id], clocks.get(row.id, ClockNote.GOOD), people.get(row.id, "")),
                heard=heard.get(row.id, ""),
            )
        )
    return found


def is_logged(connection: Connection, bulletin: str) -> bool:
    """Whether any airing was ever to bring a bulletin: its script may be gone by now."""
    return (
        connection.execute(sa.select(occurrences.c.id).where(_LOUD, _brings([bulletin])).limit(1)).first() is not None
    )


def _brings(bulletins: Iterable[str]) -> sa.ColumnElement[bool]:
    """`bulletins` is kept as a JSON list: a name in its quotes is an entry, since no id holds any."""
    kept = sa.type_coerce(occurrences.c.bulletins, sa.Text)
    names = (json.dumps(name, ensure_ascii=False) for name in bulletins)
    return sa.or_(sa.false(), *(kept.contains(name, autoescape=True) for name in names))


def _said(connection: Connection, ids: Iterable[int]) -> Mapping[int, list[_Row]]:
    """The receipts of each delivery in the order in which they came."""
    found: dict[int, list[_Row]] = defaultdict(list)
    for portion in portions(ids):
        query = sa.select(receipts).where(receipts.c.delivery_id.in_(portion)).order_by(receipts.c.id)
        for row in connection.execute(query):
            found[row.delivery_id].append(row)
    return found


def _sounded(said: Iterable[_Row]) -> _Row | None:
    """The receipt that proves most: as `as_run` chooses, what was interrupted behind what was confirmed."""
    those = [each for each in said if each.state in (State.CONFIRMED, State.INTERRUPTED)]
    return min(those, key=lambda each: (each.state is State.INTERRUPTED, each.started is None, each.id), default=None)


def _rests_on(said: Iterable[_Row], evidence: Evidence) -> bool:
    best = _sounded(said)
    return best is not None and best.evidence is evidence


def _played(said: Iterable[_Row], clock: ClockNote, person: str) -> Played | None:
    best = _sounded(said)
    return None if best is None else Played(best.state, best.evidence, best.started, best.ended, clock, person)


def _delivered(state: State, said: Sequence[_Row], *, held: bool) -> tuple[Delivered, datetime | None]:
    accepted = next((each.at for each in said if each.state is State.ACCEPTED), None)
    if accepted is not None or held or _sounded(said) is not None:
        return Delivered.YES, accepted
    open_ = state in (State.SENDING, State.UNKNOWN) or any(each.state is State.UNKNOWN for each in said)
    return (Delivered.UNKNOWN if open_ else Delivered.NO), None


def _holding(connection: Connection, ids: Iterable[int]) -> set[int]:
    """Those that are only foreseen, of which the receiver says that it holds their plan whole."""
    found: set[int] = set()
    laid = receiver_airings.c
    for portion in portions(ids):
        query = (
            sa.select(laid.delivery_id)
            .join_from(receiver_airings, receivers, receivers.c.id == laid.receiver)
            .where(laid.delivery_id.in_(portion), laid.withdrawn_at.is_(None))
            .where(laid.version > 0, receivers.c.held_version >= laid.version)
        )
        found.update(connection.scalars(query))
    return found


def _heard(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    """The best verdict on each delivery of which a microphone said anything."""
    found: dict[int, set[str]] = defaultdict(set)
    for portion in portions(ids):
        query = sa.select(hearings.c.delivery_id, hearings.c.verdict).where(hearings.c.delivery_id.in_(portion))
        for delivery, verdict in connection.execute(query):
            found[delivery].add(verdict)
    return {delivery: next(each for each in _BEST if each in those) for delivery, those in found.items()}


def _clocks(
    connection: Connection, receiver_of: Mapping[int, str], said: Mapping[int, Sequence[_Row]]
) -> dict[int, ClockNote]:
    """What the journals say of the clocks by which these deliveries were played."""
    entry = receiver_entries.c
    written: dict[int, list[_Row]] = defaultdict(list)
    for portion in portions(receiver_of):
        of_key = {f"{KEY}{delivery}": delivery for delivery in portion}
        query = sa.select(
            entry.receiver, entry.journal, entry.seq, entry.kind, entry.airing, entry.facts, entry.offset_s
        )
        for row in connection.execute(query.where(entry.airing.in_(of_key))):
            if row.receiver == receiver_of[of_key[row.airing]]:
                written[of_key[row.airing]].append(row)
    return {delivery: _clock(written[delivery], _sounded(said[delivery])) for delivery in receiver_of}


def _clock(written: Iterable[_Row], proof: _Row | None) -> ClockNote:
    offset_s = None
    for row in written:
        if row.kind == Kind.STARTED.value and json.loads(row.facts or "{}").get("clock"):
            return ClockNote.DOUBTED
        if proof is not None and proof.ref == f"{row.receiver}/{row.journal}#{row.seq}":
            offset_s = row.offset_s
    if offset_s is None:
        return ClockNote.UNCHECKED
    return ClockNote.MENDED if abs(offset_s) > WORTH_MENDING_S else ClockNote.GOOD


def _people(connection: Connection, rows: Sequence[_Row]) -> dict[int, str]:
    """Who played what a return sheet says was played."""
    line, kept = bundle_rows.c, bundle_answers.c
    names: dict[tuple[Any, ...], str] = {}
    for starts in portions(sorted({row.start for row in rows})):
        query = (
            sa.select(line.programme, line.slot, line.start, line.cluster, kept.person)
            .join_from(
                bundle_rows,
                bundle_answers,
                sa.and_(line.bundle_id == kept.bundle_id, line.code == kept.code, kept.played),
            )
            .where(line.start.in_(starts))
            .order_by(kept.id.desc())
        )
        names.update(((*row[:4],), row.person) for row in connection.execute(query))
    marks = {row.id: (row.programme, row.slot, row.start, row.target) for row in rows}
    return {delivery: names.get(mark, "") for delivery, mark in marks.items()}
