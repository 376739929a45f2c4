"""SMS of which nobody knows whether they went out, with all that is needed to ask for them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain import Contact, Delivery, Medium, State
from pipeline.store.cipher import Cipher
from pipeline.store.contacts import contact_of
from pipeline.store.database import portions
from pipeline.store.deliveries import DELIVERY_COLUMNS, delivery, occurrences_by_id
from pipeline.store.rows import PlannedRow
from pipeline.store.tables import IN_FLIGHT, NAMED, contacts, deliveries, occurrences


class Doubtful(NamedTuple):
    """An UNKNOWN delivery; `contact` is None where the person is no longer known to us."""

    delivery: Delivery
    row: PlannedRow
    contact: Contact | None


def doubtful(connection: Connection, open_cipher: Callable[[], Cipher], channel: str, limit: int) -> list[Doubtful]:
    """The SMS of a channel that are UNKNOWN, the oldest first; those who have opted out since are among them."""
    query = (
        sa.select(*DELIVERY_COLUMNS)
        .join(occurrences, occurrences.c.id == deliveries.c.occurrence_id)
        .where(deliveries.c.state == State.UNKNOWN, IN_FLIGHT, deliveries.c.channel == channel)
        .where(occurrences.c.medium == Medium.SMS)
        .order_by(deliveries.c.updated_at, deliveries.c.id)
        .limit(limit)
    )
    found = [delivery(row) for row in connection.execute(query)]
    if not found:  # a station that has never imported anybody has no key
        return []
    cipher = open_cipher()
    rows = occurrences_by_id(connection, {each.occurrence for each in found})
    people: dict[int, Contact] = {}
    for portion in portions(sorted({_contact(each) for each in found})):
        entries = connection.execute(sa.select(contacts).where(contacts.c.id.in_(portion)))
        people.update((row.id, contact_of(cipher, row)) for row in entries)
    return [Doubtful(each, rows[each.occurrence], people.get(_contact(each))) for each in found]


def taken(connection: Connection, refs: Collection[str]) -> set[str]:
    """Those of a far end's names that deliveries hold."""
    found: set[str] = set()
    for portion in portions(sorted(refs)):
        query = sa.select(deliveries.c.ref).where(deliveries.c.ref.in_(portion), NAMED)
        found.update(connection.scalars(query))
    return found


def taken_over(connection: Connection, channel: str, since: datetime, limit: int) -> list[Delivery]:
    """What a channel has accepted since a moment, the oldest first."""
    query = sa.select(*DELIVERY_COLUMNS).where(
        deliveries.c.state == State.ACCEPTED,
        IN_FLIGHT,
        deliveries.c.channel == channel,
        deliveries.c.updated_at >= since,
    )
    return [delivery(row) for row in connection.execute(query.order_by(deliveries.c.updated_at).limit(limit))]


def _contact(each: Delivery) -> int:
    return int(each.target.rpartition("/")[2])
