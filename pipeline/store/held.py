"""What is held of one person, and how it goes: at their own request, or when its time is over.

What is deleted is overwritten in the database (`secure_delete`) and the journal is emptied after it. Copies made before
keep what they hold, encrypted, until they are deleted themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.contacts import FORGOTTEN
from pipeline.domain import FINAL, Delivery, State
from pipeline.store.cipher import Cipher
from pipeline.store.contacts import REFUSED, contact_of, may_be_sent_to, upsert
from pipeline.store.database import portions
from pipeline.store.deliveries import by_id as deliveries_by_id
from pipeline.store.memory import remember
from pipeline.store.receipts import settle
from pipeline.store.rows import Held, HeldContact, HeldDelivery, ListState
from pipeline.store.tables import contact_lists, contacts, deliveries, do_not_contact, occurrences
from pipeline.store.wishes import Wish

REFUSES = "contact_consent_refused"
WAITING = (State.PLANNED, State.RETRY)
IN_DOUBT = (State.SENDING, State.UNKNOWN)
FORGETTING = "contact_forgetting"  # deleted as soon as nobody has to be asked about it any more
DOUBTED_FOR = timedelta(days=30)  # what no provider and no person has answered by then nobody will


def held_of(connection: Connection, cipher: Cipher, phone: str) -> Held:
    """Everything that is kept of a number (E.164 digits), the newest deliveries first."""
    lookup = cipher.lookup(phone)
    rows = connection.execute(sa.select(contacts).where(_of(lookup)).order_by(contacts.c.list_id)).all()
    alone = connection.execute(sa.select(do_not_contact).where(do_not_contact.c.lookup == lookup)).first()
    code = alone.code if alone else ""
    return Held(
        tuple(_held(cipher, row, code) for row in rows),
        tuple(_deliveries(connection, lookup, [f"{row.list_id}/{row.id}" for row in rows])),
        code,
        alone.at if alone else None,
    )


def forget(connection: Connection, lookup: bytes, now: datetime, *, mark: bool = True) -> tuple[int, int]:
    """Delete a number from every list and call off what waits for it; how many entries and deliveries that were.

    `mark`: keep its keyed HMAC, so that no list brings it back. Without one nothing of the number stays. Entries of
    which nobody knows whether a message went out are kept, blocked, until that is known: see `finish_forgetting`.
    """
    rows = connection.execute(sa.select(contacts.c.id, contacts.c.list_id).where(_of(lookup))).all()
    out = _deliveries(connection, lookup, [f"{row.list_id}/{row.id}" for row in rows])
    called_off = [each.delivery.id for each in out if each.delivery.state in WAITING]
    settle(connection, called_off, State.CANCELLED, FORGOTTEN, now)
    asked = [int(each.delivery.target.rpartition("/")[2]) for each in out if each.delivery.state in IN_DOUBT]
    kept = sa.update(contacts).where(_of(lookup), contacts.c.id.in_(asked))
    if connection.execute(kept.values(blocked=FORGETTING, note=None)).rowcount:
        remember(connection, FORGETTING, now.isoformat(), now)
    connection.execute(sa.delete(contacts).where(_of(lookup), contacts.c.id.not_in(asked)))
    _unnumber(connection, deliveries.c.number == lookup)
    if mark:
        insert = upsert(connection, do_not_contact).values(lookup=lookup, at=now, code=FORGOTTEN)
        newest = {"code": FORGOTTEN, "at": now}
        connection.execute(insert.on_conflict_do_update(index_elements=["lookup"], set_=newest))
    else:
        connection.execute(sa.delete(do_not_contact).where(do_not_contact.c.lookup == lookup))
        open_ones = sa.update(deliveries).where(deliveries.c.number == lookup, deliveries.c.state.not_in(IN_DOUBT))
        connection.execute(open_ones.values(number=None))
    return len(rows), len(called_off)


def finish_forgetting(connection: Connection, now: datetime) -> int:
    """Delete the entries that waited for an answer which has come, or will not come any more; how many."""
    mine = contacts.c.list_id.in_(sa.select(contact_lists.c.id)), contacts.c.blocked == FORGETTING
    doubt = sa.exists().where(
        deliveries.c.number == contacts.c.lookup,
        deliveries.c.state.in_((*IN_DOUBT, State.RETRY)),
        deliveries.c.updated_at > now - DOUBTED_FOR,
    )
    over = connection.execute(sa.select(contacts.c.id, contacts.c.lookup).where(*mine, ~doubt)).all()
    for portion in portions(over):
        connection.execute(sa.delete(contacts).where(contacts.c.id.in_([row.id for row in portion])))
        gone = sa.update(deliveries).where(deliveries.c.number.in_([row.lookup for row in portion]))
        connection.execute(gone.values(number=None))
    if not connection.scalar(sa.select(sa.exists().where(*mine))):
        remember(connection, FORGETTING, "", now)
    return len(over)


def _unnumber(connection: Connection, which: sa.ColumnElement[bool]) -> None:
    """What has ended no longer says which number it was for."""
    ended = sa.update(deliveries).where(which, deliveries.c.state.in_(FINAL))
    connection.execute(ended.values(number=None))


def leave_alone(connection: Connection, lookups: Iterable[bytes], now: datetime, code: str) -> int:
    """Send nothing more to these numbers; how many were not on the list of those before."""
    added = 0
    for portion in portions(lookups):
        values = [{"lookup": lookup, "at": now, "code": code} for lookup in dict.fromkeys(portion)]
        insert = upsert(connection, do_not_contact).values(values)
        done = connection.execute(insert.on_conflict_do_nothing(index_elements=["lookup"]).returning(sa.literal(1)))
        added += len(done.all())
    return added


def left_alone_of(connection: Connection, lookups: Iterable[bytes]) -> frozenset[bytes]:
    """Those of the numbers that are left alone already."""
    found: set[bytes] = set()
    for portion in portions(lookups):
        query = sa.select(do_not_contact.c.lookup).where(do_not_contact.c.lookup.in_(portion))
        found.update(bytes(each) for each in connection.scalars(query))
    return frozenset(found)


def all_left_alone(connection: Connection) -> dict[bytes, str]:
    """The keyed HMAC of every number that is left alone, and why it is."""
    rows = connection.execute(sa.select(do_not_contact.c.lookup, do_not_contact.c.code))
    return {bytes(row.lookup): row.code for row in rows}


def welcome(connection: Connection, lookup: bytes) -> bool:
    """Its owner wants to hear from the station again; whether it had been left alone."""
    gone = sa.delete(do_not_contact).where(do_not_contact.c.lookup == lookup)
    return connection.execute(gone).rowcount > 0


def unblock(connection: Connection, lookup: bytes) -> int:
    """Try a number again that a provider called unreachable for good; how many entries of lists were marked so."""
    freed = sa.update(contacts).where(_of(lookup), contacts.c.blocked != "").values(blocked="")
    return connection.execute(freed).rowcount


def marks(connection: Connection) -> frozenset[bytes]:
    """The keyed HMACs of those who had themselves deleted."""
    query = sa.select(do_not_contact.c.lookup).where(do_not_contact.c.code == FORGOTTEN)
    return frozenset(bytes(each) for each in connection.scalars(query))


def handed_over(connection: Connection, now: datetime) -> list[Delivery]:
    """What a channel holds for numbers that are left alone by now, of occurrences that are not over."""
    query = (
        sa.select(deliveries.c.id)
        .join_from(deliveries, occurrences, deliveries.c.occurrence_id == occurrences.c.id)
        .join(do_not_contact, do_not_contact.c.lookup == deliveries.c.number)
        .where(deliveries.c.state == State.ACCEPTED, occurrences.c.too_late >= now)
    )
    return deliveries_by_id(connection, connection.scalars(query).all())


def follow(connection: Connection, wishes: Mapping[bytes, Wish]) -> int:
    """Do what people once asked for and the database does not know any more; how many wishes were new to it."""
    known = all_left_alone(connection)
    lost = {lookup: wish for lookup, wish in wishes.items() if known.get(lookup, "") != wish.code}
    for lookup, wish in lost.items():
        if wish.code == FORGOTTEN:
            forget(connection, lookup, wish.at)
        elif wish.code:
            leave_alone(connection, [lookup], wish.at, wish.code)
        else:
            welcome(connection, lookup)
    return len(lost)


# --- lists ------------------------------------------------------------------------------------------------------------


def states_of_lists(connection: Connection) -> dict[str, ListState]:
    """The figures of every list, by id."""
    counted = (
        sa.select(
            contacts.c.list_id,
            sa.func.count().label("number"),
            sa.func.sum(sa.case((may_be_sent_to(), 1), else_=0)).label("reachable"),
            sa.func.min(contacts.c.seen_at).label("oldest"),
        )
        .group_by(contacts.c.list_id)
        .subquery()
    )
    query = sa.select(
        contact_lists.c.id,
        contact_lists.c.retention_days,
        contact_lists.c.imported_at,
        counted.c.number,
        counted.c.reachable,
        sa.type_coerce(counted.c.oldest, contacts.c.seen_at.type).label("oldest"),
    ).join_from(contact_lists, counted, contact_lists.c.id == counted.c.list_id, isouter=True)
    return {row.id: _state(row) for row in connection.execute(query)}


def shared_with(connection: Connection, list_id: str) -> dict[str, int]:
    """How many numbers of a list stand in each other one too."""
    found: dict[str, int] = {}
    other = contacts.alias("other")
    for name in connection.scalars(sa.select(contact_lists.c.id).where(contact_lists.c.id != list_id)).all():
        both = sa.exists().where(other.c.list_id == name, other.c.lookup == contacts.c.lookup)
        query = sa.select(sa.func.count()).select_from(contacts).where(contacts.c.list_id == list_id, both)
        if number := int(connection.scalar(query) or 0):
            found[name] = number
    return found


def left_alone_in(connection: Connection, list_id: str) -> int:
    """How many numbers of a list nothing is sent to, since their owners do not want it."""
    asked = sa.exists().where(do_not_contact.c.lookup == contacts.c.lookup)
    query = sa.select(sa.func.count()).select_from(contacts).where(contacts.c.list_id == list_id, asked)
    return int(connection.scalar(query) or 0)


def entries(connection: Connection, cipher: Cipher, list_id: str, after: int, size: int) -> list[HeldContact]:
    """The next entries of a list behind the id `after`, blocked ones too."""
    query = sa.select(contacts).where(contacts.c.list_id == list_id, contacts.c.id > after)
    rows = connection.execute(query.order_by(contacts.c.id).limit(size)).all()
    asked = sa.select(do_not_contact).where(do_not_contact.c.lookup.in_([row.lookup for row in rows]))
    alone = {bytes(row.lookup): row.code for row in connection.execute(asked)}
    return [_held(cipher, row, alone.get(bytes(row.lookup), "")) for row in rows]


# --- retention --------------------------------------------------------------------------------------------------------


def limits(connection: Connection) -> dict[str, timedelta]:
    """How long each list keeps a number no import names; lists without a limit are not among them."""
    query = sa.select(contact_lists.c.id, contact_lists.c.retention_days)
    found = connection.execute(query.where(contact_lists.c.retention_days.is_not(None)))
    return {row.id: timedelta(days=row.retention_days) for row in found}


def delete_unseen(connection: Connection, list_id: str, since: datetime, size: int) -> int:
    """Delete up to `size` numbers of a list that no import has named after `since`; how many went.

    One of which a message is in doubt waits: without the number nobody could be asked about it.
    """
    query = sa.select(contacts.c.id, contacts.c.lookup)
    doubted = sa.exists().where(deliveries.c.number == contacts.c.lookup, deliveries.c.state.in_(IN_DOUBT))
    unseen = query.where(contacts.c.list_id == list_id, contacts.c.seen_at <= since, ~doubted).limit(size)
    rows = connection.execute(unseen).all()
    for portion in portions(row.id for row in rows):
        connection.execute(sa.delete(contacts).where(contacts.c.id.in_(portion)))
    _unname(connection, [row.lookup for row in rows])
    return len(rows)


def unseen(connection: Connection, list_id: str, since: datetime) -> tuple[int, datetime | None]:
    """How many numbers of a list no import has named after `since`, and when the first of them was last named."""
    query = sa.select(sa.func.count(), sa.type_coerce(sa.func.min(contacts.c.seen_at), contacts.c.seen_at.type))
    number, oldest = connection.execute(query.where(contacts.c.list_id == list_id, contacts.c.seen_at <= since)).one()
    return int(number), oldest


def _unname(connection: Connection, lookups: Collection[bytes]) -> None:
    """What has ended no longer says which number it was for, where no list holds that any more."""
    for portion in portions(lookups):
        kept = sa.select(contacts.c.lookup).where(_in_any_list(), contacts.c.lookup.in_(portion))
        gone = set(portion) - set(connection.scalars(kept))
        _unnumber(connection, deliveries.c.number.in_(gone))


# --- within -----------------------------------------------------------------------------------------------------------


def _of(lookup: bytes) -> sa.ColumnElement[bool]:
    return sa.and_(_in_any_list(), contacts.c.lookup == lookup)


def _in_any_list() -> sa.ColumnElement[bool]:
    return contacts.c.list_id.in_(sa.select(contact_lists.c.id))  # as the index is made: list by list


def _held(cipher: Cipher, row: sa.Row[Any], left_alone: str) -> HeldContact:
    return HeldContact(
        contact_of(cipher, row),
        cipher.open("note", row.list_id, row.lookup, row.note),
        row.consent,
        row.consent_date,
        row.blocked or left_alone or (REFUSES if row.consent == REFUSED else ""),
        row.created_at,
        row.seen_at,
    )


def _deliveries(connection: Connection, lookup: bytes, targets: Sequence[str]) -> list[HeldDelivery]:
    query = (
        sa.select(
            deliveries.c.id,
            occurrences.c.programme,
            occurrences.c.slot,
            occurrences.c.start,
            occurrences.c.title,
            occurrences.c.too_late,
        )
        .join_from(deliveries, occurrences, deliveries.c.occurrence_id == occurrences.c.id)
        .where(sa.or_(deliveries.c.number == lookup, deliveries.c.target.in_(targets)))
        .order_by(occurrences.c.start.desc(), deliveries.c.id.desc())
    )
    rows = connection.execute(query).all()
    found = {each.id: each for each in deliveries_by_id(connection, [row.id for row in rows])}
    return [HeldDelivery(found[row.id], *row[1:]) for row in rows]


def _state(row: Any) -> ListState:
    goes = None
    if row.retention_days is not None and row.oldest is not None:
        goes = row.oldest + timedelta(days=row.retention_days)
    return ListState(row.number or 0, row.reachable or 0, goes, row.imported_at)
