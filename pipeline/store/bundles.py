"""Sticks that were made, and what people say became of their lines.

What a sheet says is written down once for each planned line. Where a delivery stands for it, a receipt with the
evidence PERSON is appended and the state follows where the table of states leads there; a delivery that had ended
otherwise keeps its state beside it. What no delivery stands for is an airing of its own table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain import TRANSITIONS, Delivery, Evidence, Receipt, State
from pipeline.store import receipts
from pipeline.store.database import insert_many, portions
from pipeline.store.deliveries import by_id
from pipeline.store.rows import OccurrenceKey
from pipeline.store.rows_bundles import BundleKept, BundleRow, BundleState, OutsideAiring, Taken, Told
from pipeline.store.tables import adjustments, deliveries, occurrences
from pipeline.store.tables_bundles import bundle_answers, bundle_rows, bundles, outside_airings

NOT_PLAYED = "person_not_played"
FEW = 400  # starts a statement


def keep(connection: Connection, bundle: BundleKept, rows: Iterable[BundleRow]) -> None:
    """Write down a stick and its lines."""
    facts = {name: getattr(bundle, name) for name in ("id", "made_at", "first", "last", "areas", "manifest")}
    connection.execute(sa.insert(bundles).values(facts))
    insert_many(connection, bundle_rows, [_line(bundle.id, each) for each in rows])


def find(connection: Connection, bundle: str) -> BundleKept | None:
    """A stick by its id."""
    row = connection.execute(sa.select(bundles).where(bundles.c.id == bundle)).one_or_none()
    return None if row is None else BundleKept(**row._asdict())


def lines_of(connection: Connection, bundle: str) -> dict[str, BundleRow]:
    """The lines of a stick by their code, in the order of its list."""
    query = sa.select(bundle_rows).where(bundle_rows.c.bundle_id == bundle).order_by(bundle_rows.c.id)
    return {
        row.code: BundleRow(
            row.code,
            row.bulletins,
            row.recording,
            row.length_s,
            (row.programme, row.slot, row.start) if row.programme else None,
            row.area,
            row.cluster,
        )
        for row in connection.execute(query)
    }


def states(connection: Connection, since: date) -> list[BundleState]:
    """What came back of the sticks whose last day is not before `since`, the newest first."""
    kept = connection.execute(sa.select(bundles).where(bundles.c.last >= since).order_by(bundles.c.made_at.desc()))
    found = [BundleKept(**row._asdict()) for row in kept]
    lines: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    told: set[tuple[Any, ...]] = set()
    row = bundle_rows.c
    answered = sa.and_(bundle_answers.c.bundle_id == row.bundle_id, bundle_answers.c.code == row.code)
    query = sa.select(row.bundle_id, row.programme, row.slot, row.start, row.cluster, bundle_answers.c.id)
    for portion in portions(each.id for each in found):
        planned = query.join_from(bundle_rows, bundle_answers, answered, isouter=True)
        for each in connection.execute(planned.where(row.bundle_id.in_(portion), row.programme != "")):
            lines[each.bundle_id].append(tuple(each[1:5]))
            if each.id is not None:
                told.add(tuple(each[1:5]))
    counted = sa.select(outside_airings.c.bundle_id, sa.func.count().label("number")).group_by(
        outside_airings.c.bundle_id
    )
    outside = {each.bundle_id: each.number for each in connection.execute(counted)}
    return [
        BundleState(each, len(lines[each.id]), sum(line in told for line in lines[each.id]), outside.get(each.id, 0))
        for each in found
    ]


def untold(connection: Connection, bundle: str) -> list[str]:
    """The codes of the planned lines of a stick that no sheet of it spoke of, in the order of its list."""
    row = bundle_rows.c
    spoken = sa.exists().where(bundle_answers.c.bundle_id == row.bundle_id, bundle_answers.c.code == row.code)
    query = sa.select(row.code).where(row.bundle_id == bundle, row.programme != "", ~spoken).order_by(row.id)
    return list(connection.scalars(query))


def outside_of(connection: Connection, bundle: str) -> list[OutsideAiring]:
    """Airings by hand of a stick that no delivery stands for, by their start."""
    kept = outside_airings.c
    query = sa.select(outside_airings).where(kept.bundle_id == bundle).order_by(kept.start, kept.id)
    return [_outside_airing(row) for row in connection.execute(query)]


def take(connection: Connection, told: Sequence[Told]) -> list[Taken]:
    """Write down what a sheet says of lines of one stick; what became of each, in order."""
    planned = [each for each in told if each.row.key is not None]
    known = _answers(connection, planned)
    standing = _deliveries_of(connection, planned)
    outside = _outside_known(connection, told)
    found = _Found(known, standing, outside)
    results = [found.enter(each) for each in told]
    ledger = receipts.record(connection, found.receipts, {})
    ledger.close()
    insert_many(connection, bundle_answers, found.answers)
    insert_many(connection, outside_airings, found.airings)
    return results


def outside(connection: Connection, since: datetime, until: datetime) -> list[OutsideAiring]:
    """Airings by hand with since ≤ start < until that no delivery stands for, by their start."""
    kept = outside_airings.c
    query = sa.select(outside_airings).where(kept.start >= since, kept.start < until).order_by(kept.start, kept.id)
    return [_outside_airing(row) for row in connection.execute(query)]


class Standing(NamedTuple):
    """A delivery, and the bulletins that a CONFIRMED receipt of it would prove."""

    delivery: Delivery
    bulletins: tuple[str, ...]


class _Found:
    """One transaction's answers: what they append, and what was said before."""

    def __init__(
        self,
        known: dict[str, tuple[datetime | None, str]],
        standing: Mapping[tuple[OccurrenceKey, str], Standing],
        outside: set[tuple[str, str, datetime]],
    ) -> None:
        self.known, self.standing, self.outside = known, standing, outside
        self.receipts: list[Receipt] = []
        self.answers: list[dict[str, Any]] = []
        self.airings: list[dict[str, Any]] = []

    def enter(self, told: Told) -> Taken:
        if told.row.key is None:
            return self._beside_programmes(told, told.area)
        said = told.started, told.person
        if told.row.code in self.known:
            return Taken.KNOWN if self.known[told.row.code] == said else Taken.OTHERWISE
        standing = self.standing.get((told.row.key, told.row.cluster))
        if standing is not None and standing.delivery.state is State.PLANNED:
            return Taken.WAITING
        self.known[told.row.code] = said
        self.answers.append(_answer(told))
        if standing is None:
            return Taken.NOTED if told.started is None else self._beside_programmes(told, told.row.area)
        if told.started is not None and set(told.row.bulletins) != set(standing.bulletins):
            self._beside_programmes(told, told.row.area)  # a receipt would prove what nobody heard
            return Taken.DIFFERENT
        receipt = _receipt(told, standing.delivery)
        self.receipts.append(receipt)
        if receipt.state not in TRANSITIONS[standing.delivery.state]:
            return Taken.BESIDE
        return Taken.NOT_PLAYED if told.started is None else Taken.CONFIRMED

    def _beside_programmes(self, told: Told, area: str) -> Taken:
        if told.started is None or told.ended is None:
            raise ValueError("an airing without a start")
        mark = told.row.code, area, told.started
        if mark in self.outside:
            return Taken.KNOWN
        self.outside.add(mark)
        self.airings.append(_airing(told, area, told.started, told.ended))
        return Taken.OUTSIDE


def _receipt(told: Told, standing: Delivery) -> Receipt:
    if told.started is None:
        return Receipt(standing.id, told.at, State.FAILED, Evidence.PERSON, NOT_PLAYED)
    return Receipt(standing.id, told.at, State.CONFIRMED, Evidence.PERSON, started=told.started, ended=told.ended)


def _answers(connection: Connection, told: Sequence[Told]) -> dict[str, tuple[datetime | None, str]]:
    """What earlier sheets said of these lines."""
    kept = bundle_answers.c
    found: dict[str, tuple[datetime | None, str]] = {}
    for portion in portions(told):
        mine = kept.bundle_id == portion[0].bundle, kept.code.in_(sorted({each.row.code for each in portion}))
        for row in connection.execute(sa.select(kept.code, kept.started, kept.person).where(*mine)):
            found[row.code] = row.started, row.person
    return found


def _outside_known(connection: Connection, told: Sequence[Told]) -> set[tuple[str, str, datetime]]:
    kept = outside_airings.c
    found: set[tuple[str, str, datetime]] = set()
    for portion in portions(told):
        mine = kept.bundle_id == portion[0].bundle, kept.code.in_(sorted({each.row.code for each in portion}))
        found.update(
            (row.code, row.area, row.start)
            for row in connection.execute(sa.select(kept.code, kept.area, kept.start).where(*mine))
        )
    return found


def _deliveries_of(connection: Connection, told: Sequence[Told]) -> dict[tuple[OccurrenceKey, str], Standing]:
    """The delivery that stands for each planned line: of one that was cut and went on, the last."""
    wanted = {(each.row.key, each.row.cluster) for each in told if each.row.key is not None}
    ids: dict[tuple[OccurrenceKey, str], int] = {}
    bulletins: dict[int, tuple[str, ...]] = {}
    kept = occurrences.c
    for starts in portions(sorted({key[2] for key, _ in wanted}), FEW):
        query = (
            sa.select(
                *(deliveries.c.id, deliveries.c.target),
                *(kept.programme, kept.slot, kept.start, kept.bulletins),
                adjustments.c.bulletins.label("heard"),
            )
            .join_from(deliveries, occurrences)
            .outerjoin(adjustments, adjustments.c.delivery_id == deliveries.c.id)
            .where(kept.start.in_(starts))
            .order_by(deliveries.c.id)
        )
        for row in connection.execute(query):
            ids[(row.programme, row.slot, row.start), row.target] = row.id
            bulletins[row.id] = row.bulletins if row.heard is None else row.heard
    found = {each.id: each for each in by_id(connection, (ids[mark] for mark in wanted & ids.keys()))}
    return {mark: Standing(found[ids[mark]], bulletins[ids[mark]]) for mark in wanted & ids.keys()}


def _line(bundle: str, row: BundleRow) -> dict[str, Any]:
    programme, slot, start = row.key or ("", "", None)
    return {
        "bundle_id": bundle,
        "code": row.code,
        "programme": programme,
        "slot": slot,
        "start": start,
        "area": row.area,
        "cluster": row.cluster,
        "bulletins": row.bulletins,
        "recording": row.recording,
        "length_s": row.length,
    }


def _entered(told: Told) -> dict[str, Any]:
    return {
        "bundle_id": told.bundle,
        "code": told.row.code,
        "person": told.person,
        "words": told.words,
        "entered_by": told.entered_by,
        "at": told.at,
        "sheet": told.sheet,
    }


def _answer(told: Told) -> dict[str, Any]:
    return {**_entered(told), "played": told.started is not None, "started": told.started}


def _airing(told: Told, area: str, start: datetime, ended: datetime) -> dict[str, Any]:
    programme, slot, planned = told.row.key or ("", "", None)
    return {
        **_entered(told),
        "bulletins": told.row.bulletins,
        "area": area,
        "cluster": told.row.cluster,
        "start": start,
        "ended": ended,
        "programme": programme,
        "slot": slot,
        "planned": planned,
        "recording": told.row.recording,
    }


def _outside_airing(row: sa.Row[Any]) -> OutsideAiring:
    return OutsideAiring(
        bundle=row.bundle_id,
        code=row.code,
        bulletins=row.bulletins,
        area=row.area,
        cluster=row.cluster,
        start=row.start,
        end=row.ended,
        key=(row.programme, row.slot, row.planned) if row.programme else None,
        recording=row.recording,
        person=row.person,
        words=row.words,
        entered_by=row.entered_by,
        at=row.at,
        sheet=row.sheet,
    )
