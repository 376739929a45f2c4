"""What was cut or moved on its way to a cluster, and who goes first where PRIORITY airings collide."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.store.database import insert_many, portions
from pipeline.store.rows import Adjustment, Ruling
from pipeline.store.tables import adjustments, rulings


def adjust(connection: Connection, made: Iterable[Adjustment], unadjusted: Collection[int], now: datetime) -> None:
    """Note how deliveries are handed over otherwise than planned; of `unadjusted` nothing is noted any more."""
    made = list(made)
    for portion in portions(sorted({*unadjusted, *(each.delivery for each in made)})):
        connection.execute(sa.delete(adjustments).where(adjustments.c.delivery_id.in_(portion)))
    insert_many(connection, adjustments, [_values(each, now) for each in made])


def adjusted(connection: Connection, deliveries: Iterable[int]) -> dict[int, Adjustment]:
    """Those of the deliveries that were cut or moved, by delivery."""
    found: dict[int, Adjustment] = {}
    for portion in portions(sorted(deliveries)):
        for row in connection.execute(sa.select(adjustments).where(adjustments.c.delivery_id.in_(portion))):
            found[row.delivery_id] = _adjustment(row)
    return found


def rule(connection: Connection, ruling: Ruling) -> None:
    """Append a ruling; of two on the same airings the later one counts."""
    values = {"first_id": ruling.first, "second_id": ruling.second, "person": ruling.person, "at": ruling.at}
    connection.execute(sa.insert(rulings).values(values))


def ruled(connection: Connection, occurrences: Collection[int]) -> list[Ruling]:
    """The rulings on pairs of these occurrences, in their order."""
    return [each for each in _that_name(connection, rulings.c.first_id, occurrences) if each.second in occurrences]


def ruled_about(connection: Connection, occurrences: Collection[int]) -> list[Ruling]:
    """Every ruling in which one of these occurrences stands."""
    found = [
        ruling
        for side in (rulings.c.first_id, rulings.c.second_id)
        for ruling in _that_name(connection, side, occurrences)
    ]
    return list(dict.fromkeys(found))


def _that_name(connection: Connection, side: sa.Column[int], occurrences: Collection[int]) -> list[Ruling]:
    found: list[Ruling] = []
    for portion in portions(sorted(occurrences)):
        query = sa.select(rulings).where(side.in_(portion)).order_by(rulings.c.id)
        found += [Ruling(row.first_id, row.second_id, row.person, row.at) for row in connection.execute(query)]
    return found


def _values(made: Adjustment, now: datetime) -> dict[str, object]:
    return {
        "delivery_id": made.delivery,
        "at": now,
        "code": made.code,
        "begins": made.begins,
        "ends": made.ends,
        "bulletins": made.bulletins,
        "left_out": made.left_out,
        "params": json.dumps(dict(made.params), ensure_ascii=False, sort_keys=True),
    }


def _adjustment(row: sa.Row[tuple[object, ...]]) -> Adjustment:
    facts = json.loads(row.params or "{}")
    return Adjustment(row.delivery_id, row.code, row.begins, row.ends, row.bulletins, row.left_out, facts)
