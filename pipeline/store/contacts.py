"""Lists of telephone numbers. Whatever could name a person is encrypted before it comes near the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from pipeline.contacts import ListFacts
from pipeline.domain import Contact, ContactList
from pipeline.errors import StoreError
from pipeline.store.cipher import Cipher
from pipeline.store.database import insert_many, portions
from pipeline.store.rows import Counts, Entry
from pipeline.store.tables import contact_keys, contact_lists, contacts, do_not_contact

OPTIONAL = ("name", "note", "area", "consent", "consent_date")  # what an import leaves empty stays as it was
REFUSED = "no"  # as a row of a list says it under `consent`


def known_key(connection: Connection) -> bytes | None:
    """Fingerprint of the key the contacts were encrypted with; None before the first import."""
    found: bytes | None = connection.scalar(sa.select(contact_keys.c.fingerprint))
    return found


def require_key(connection: Connection, cipher: Cipher, now: datetime) -> None:
    """Note the key at the first import; StoreError where the contacts belong to another."""
    found = known_key(connection)
    if found is None:
        connection.execute(sa.insert(contact_keys).values(fingerprint=cipher.fingerprint, made_at=now))
    elif found != cipher.fingerprint:
        raise StoreError("contacts_key_wrong")


def save_list(connection: Connection, list_id: str, facts: ListFacts, now: datetime) -> None:
    """Make or update a list. What is not said of it stays as it was."""
    said = {name: value for name, value in asdict(facts).items() if value is not None}
    if "retention_days" in said:
        said["retention_days"] = said["retention_days"] or None
    insert = upsert(connection, contact_lists).values(**{"basis": "", **said}, id=list_id, imported_at=now)
    again = {**said, "imported_at": now}
    connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=again))


def seal(cipher: Cipher, list_id: str, entries: Iterable[Entry], now: datetime) -> list[dict[str, Any]]:
    """Rows ready to be written; nothing in them names a person."""
    return [_sealed(cipher, list_id, entry, now) for entry in entries]


def write(connection: Connection, list_id: str, rows: Sequence[dict[str, Any]], now: datetime) -> Counts:
    """Insert numbers new to the list, update those it has. The first of several rows with one number counts."""
    distinct: dict[bytes, dict[str, Any]] = {}
    for row in rows:
        distinct.setdefault(row["lookup"], row)
    known = _known(connection, list_id, list(distinct))
    added = [row for lookup, row in distinct.items() if lookup not in known]
    updated = [row for lookup, row in distinct.items() if lookup in known and known[lookup] != now]
    insert_many(connection, contacts, added)
    if updated:
        _update(connection, list_id, updated, now)
    return Counts(len(added), len(updated), len(rows) - len(added) - len(updated))


def lists(connection: Connection) -> dict[str, ContactList]:
    """All lists, by id."""
    names = ("id", "basis", "channel", "purpose", "source", "consent", "retention_days")
    query = sa.select(*(contact_lists.c[name] for name in names)).order_by(contact_lists.c.id)
    return {row.id: ContactList(*row) for row in connection.execute(query)}


def count(connection: Connection, list_id: str) -> int:
    """Numbers in a list, opted out or not."""
    query = sa.select(sa.func.count()).select_from(contacts).where(contacts.c.list_id == list_id)
    return int(connection.scalar(query) or 0)


def areas_of(connection: Connection, list_id: str) -> dict[str, int]:
    """How many numbers of a list may be sent to, by area; nothing is decrypted."""
    query = sa.select(contacts.c.area, sa.func.count()).where(contacts.c.list_id == list_id, may_be_sent_to())
    return {area: int(number) for area, number in connection.execute(query.group_by(contacts.c.area))}


def page(
    connection: Connection, cipher: Cipher, list_id: str, areas: Collection[str] | None, after: int, size: int
) -> list[Contact]:
    """The next contacts of a list behind the id `after`."""
    query = sa.select(contacts).where(contacts.c.list_id == list_id, contacts.c.id > after)
    if areas is not None:
        query = query.where(contacts.c.area.in_(areas))
    return [contact_of(cipher, row) for row in connection.execute(query.order_by(contacts.c.id).limit(size))]


def by_id(connection: Connection, cipher: Cipher, ids: Iterable[int]) -> dict[int, Contact]:
    """Those of the contacts that exist and may still be sent to."""
    found: dict[int, Contact] = {}
    for portion in portions(ids):
        query = sa.select(contacts).where(contacts.c.id.in_(portion), may_be_sent_to())
        found.update({row.id: contact_of(cipher, row) for row in connection.execute(query)})
    return found


def may_be_sent_to() -> sa.ColumnElement[bool]:
    """Neither blocked, nor refused, nor among the numbers that asked to be left alone."""
    asked = sa.exists().where(do_not_contact.c.lookup == contacts.c.lookup)
    return sa.and_(contacts.c.blocked == "", contacts.c.consent != REFUSED, ~asked)


def opt_out(connection: Connection, lookup: bytes, now: datetime, code: str) -> None:
    """This number is left alone in every list, those imported later included."""
    insert = upsert(connection, do_not_contact).values(lookup=lookup, at=now, code=code)
    connection.execute(insert.on_conflict_do_nothing(index_elements=["lookup"]))


def block(connection: Connection, contact: int, code: str) -> None:
    """Nothing more is sent to this entry of this list."""
    connection.execute(sa.update(contacts).where(contacts.c.id == contact).values(blocked=code))


def mark_unreachable(connection: Connection, contact: int, code: str) -> None:
    """Nothing more is sent to the number of this entry, in whatever list it stands; a list that is read again with
    this number does not bring it back."""
    same = sa.select(contacts.c.lookup).where(contacts.c.id == contact).scalar_subquery()
    in_any = contacts.c.list_id.in_(sa.select(contact_lists.c.id))  # as the index is made: list by list
    marked = sa.update(contacts).where(in_any, contacts.c.lookup == same, contacts.c.blocked == "")
    connection.execute(marked.values(blocked=code))


def leave_alone(connection: Connection, contact: int, now: datetime, code: str) -> None:
    """The number of this entry has opted out."""
    found = connection.scalar(sa.select(contacts.c.lookup).where(contacts.c.id == contact))
    if found is not None:
        opt_out(connection, found, now, code)


def upsert(connection: Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT in the connection's dialect."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def _sealed(cipher: Cipher, list_id: str, entry: Entry, now: datetime) -> dict[str, Any]:
    lookup = cipher.lookup(entry.phone)
    return {
        "list_id": list_id,
        "lookup": lookup,
        "phone": cipher.seal("phone", list_id, lookup, entry.phone),
        "name": cipher.seal("name", list_id, lookup, entry.name),
        "note": cipher.seal("note", list_id, lookup, getattr(entry, "note", "")),
        "area": entry.area or "",
        "consent": getattr(entry, "consent", "") or "",
        "consent_date": getattr(entry, "consent_date", None),
        "sample": getattr(entry, "sample", False),
        "created_at": now,
        "seen_at": now,
    }


def _known(connection: Connection, list_id: str, lookups: Sequence[bytes]) -> dict[bytes, datetime]:
    found: dict[bytes, datetime] = {}
    for portion in portions(lookups):
        query = sa.select(contacts.c.lookup, contacts.c.seen_at).where(
            contacts.c.list_id == list_id, contacts.c.lookup.in_(portion)
        )
        found.update((row.lookup, row.seen_at) for row in connection.execute(query))
    return found


def _update(connection: Connection, list_id: str, rows: Sequence[dict[str, Any]], now: datetime) -> None:
    given = {
        name: sa.func.coalesce(sa.func.nullif(sa.bindparam(f"new_{name}"), ""), contacts.c[name])
        if name in ("area", "consent")
        else sa.func.coalesce(sa.bindparam(f"new_{name}", type_=contacts.c[name].type), contacts.c[name])
        for name in OPTIONAL
    }
    update = sa.update(contacts).where(contacts.c.list_id == list_id, contacts.c.lookup == sa.bindparam("number"))
    values = [{"number": row["lookup"], **{f"new_{name}": row[name] for name in OPTIONAL}} for row in rows]
    connection.execute(update.values({**given, "seen_at": now}), values)


def contact_of(cipher: Cipher, row: sa.Row[Any]) -> Contact:
    """An entry as it was brought, decrypted."""
    return Contact(
        id=row.id,
        list=row.list_id,
        phone=cipher.open("phone", row.list_id, row.lookup, row.phone),
        name=cipher.open("name", row.list_id, row.lookup, row.name),
        area=row.area,
        sample=row.sample,
    )
