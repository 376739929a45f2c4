"""What became of SMS: counted, one by one, what is open, what a person or a return file says of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain import Contact, Evidence, Medium, Receipt, State
from pipeline.errors import ConflictError, NotFoundError
from pipeline.store.cipher import Cipher
from pipeline.store.contacts import contact_of
from pipeline.store.database import portions
from pipeline.store.receipts import record
from pipeline.store.rows import SmsOutcome, SmsTally
from pipeline.store.tables import contacts, deliveries, occurrences

SAID_SENT, SAID_UNSENT = "sms_said_sent", "sms_said_unsent"
SETTLED = (State.CONFIRMED, State.FAILED)


def tallies(connection: Connection, since: datetime | None, list_id: str | None) -> list[SmsTally]:
    """SMS deliveries by list, area, state and reason; nothing is decrypted."""
    name = _list_of(connection)
    kept = (name.label("list"), deliveries.c.area, deliveries.c.state, deliveries.c.code)
    query = _asked(sa.select(*kept, sa.func.count().label("count")), since, list_id).group_by(*kept)
    return [SmsTally(*row) for row in connection.execute(query.order_by(*kept))]


def each(
    connection: Connection,
    since: datetime | None,
    list_id: str | None,
    states: Collection[State] | None,
    after: int,
    size: int,
) -> list[sa.Row[Any]]:
    """The next SMS deliveries behind the id `after`, as rows for `outcomes`."""
    kept = [deliveries.c[column] for column in ("id", "target", "area", "channel", "state", "code", "ref", "attempt")]
    kept += [deliveries.c.updated_at, occurrences.c.programme, occurrences.c.slot, occurrences.c.start]
    query = _asked(sa.select(*kept), since, list_id).where(deliveries.c.id > after)
    if states is not None:
        query = query.where(deliveries.c.state.in_(states))
    return list(connection.execute(query.order_by(deliveries.c.id).limit(size)))


def outcomes(connection: Connection, cipher: Cipher, rows: Sequence[sa.Row[Any]]) -> list[SmsOutcome]:
    """Deliveries with their people; None where an entry was deleted since."""
    ids = {row.id: int(row.target.rpartition("/")[2]) for row in rows}
    people = _people(connection, cipher, ids.values())
    return [
        SmsOutcome(
            delivery=row.id,
            list=row.target.rpartition("/")[0],
            contact=people.get(ids[row.id]),
            area=row.area,
            channel=row.channel,
            state=row.state,
            code=row.code,
            ref=row.ref,
            since=row.updated_at,
            programme=row.programme,
            slot=row.slot,
            start=row.start,
        )
        for row in rows
    ]


def say(connection: Connection, delivery: int, *, sent: bool, now: datetime) -> State:
    """What a person found out of a delivery nobody could know of; the state it comes to.

    What was not sent goes again while it is in time. NotFoundError, or ConflictError where there is no doubt.
    """
    query = (
        sa.select(deliveries.c.id, deliveries.c.state, occurrences.c.too_late)
        .join(occurrences, deliveries.c.occurrence_id == occurrences.c.id)
        .where(deliveries.c.id == delivery, occurrences.c.medium == Medium.SMS)
    )
    row = connection.execute(query.with_for_update()).one_or_none()
    if row is None:
        raise NotFoundError("sms_delivery_unknown", delivery=delivery)
    if row.state is not State.UNKNOWN:
        raise ConflictError("sms_no_doubt", delivery=delivery, state=row.state.value)
    in_time = State.RETRY if now <= row.too_late else State.MISSED
    state = State.ACCEPTED if sent else in_time
    code = SAID_SENT if sent else SAID_UNSENT
    record(connection, [Receipt(delivery, now, state, Evidence.PERSON, code)], {}).close()
    return state


def handed_to(
    connection: Connection, channel: str, numbers: Collection[bytes], batch: str
) -> Mapping[bytes, list[tuple[int, State]]]:
    """Keyed HMAC of a number → its deliveries that this channel was handed; `batch`: only those with this `ref`."""
    found: dict[bytes, list[tuple[int, State]]] = {}
    states = (State.ACCEPTED, State.UNKNOWN, *SETTLED)
    for portion in portions(numbers):
        query = sa.select(deliveries.c.number, deliveries.c.id, deliveries.c.state).where(
            deliveries.c.number.in_(portion), deliveries.c.channel == channel, deliveries.c.state.in_(states)
        )
        if batch:
            query = query.where(deliveries.c.ref == batch)
        for row in connection.execute(query.order_by(deliveries.c.id)):
            found.setdefault(bytes(row.number), []).append((row.id, row.state))
    return found


def _asked(query: sa.Select[Any], since: datetime | None, list_id: str | None) -> sa.Select[Any]:
    query = query.join_from(deliveries, occurrences, deliveries.c.occurrence_id == occurrences.c.id)
    query = query.where(occurrences.c.medium == Medium.SMS)
    if since is not None:
        query = query.where(occurrences.c.start >= since)
    if list_id is not None:
        query = query.where(deliveries.c.target.startswith(f"{list_id}/", autoescape=True))
    return query


def _list_of(connection: Connection) -> sa.ColumnElement[str]:
    """The list of a target `list/contact`."""
    if connection.dialect.name == "postgresql":
        return sa.func.split_part(deliveries.c.target, "/", 1)
    return sa.func.substr(deliveries.c.target, 1, sa.func.instr(deliveries.c.target, "/") - 1)


def _people(connection: Connection, cipher: Cipher, ids: Iterable[int]) -> dict[int, Contact]:
    found: dict[int, Contact] = {}
    for portion in portions(ids):
        query = sa.select(contacts).where(contacts.c.id.in_(portion))
        found.update((row.id, contact_of(cipher, row)) for row in connection.execute(query))
    return found


def numbered(phones: Iterable[str], cipher: Cipher) -> Iterator[tuple[str, bytes]]:
    """Each number with its keyed HMAC."""
    return ((phone, cipher.lookup(phone)) for phone in phones)
