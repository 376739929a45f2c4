"""Whom an SMS occurrence would go to if it were expanded now; nothing is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.store.contacts import may_be_sent_to
from pipeline.store.rows import DayLimit, Reached
from pipeline.store.sms import NOT_SENT
from pipeline.store.tables import contacts, deliveries


def reached(
    connection: Connection, lists: Sequence[str], areas: Collection[str], limit: DayLimit | None, occurrence: int | None
) -> list[Reached]:
    """Numbers by list and area, each in the first list it stands in, those of whom the day has had enough apart."""
    chosen = _chosen(lists, areas)
    withheld = _had_its_messages(chosen, limit, occurrence)
    query = (
        sa.select(chosen.c.list_id, chosen.c.area, withheld, sa.func.count())
        .where(chosen.c.place == 1)
        .group_by(chosen.c.list_id, chosen.c.area, withheld)
    )
    found = [Reached(name, area, bool(held), count) for name, area, held, count in connection.execute(query)]
    return sorted(found, key=lambda each: (lists.index(each.list), each.area, each.withheld))


def left_alone(connection: Connection, lists: Sequence[str], areas: Collection[str]) -> int:
    """Entries of the lists that are sent nothing: they opted out, refused or cannot be reached."""
    query = sa.select(sa.func.count()).select_from(contacts).where(contacts.c.list_id.in_(lists), ~may_be_sent_to())
    if areas:
        query = query.where(contacts.c.area.in_(areas))
    return int(connection.scalar(query) or 0)


def doubled(connection: Connection, lists: Sequence[str], areas: Collection[str]) -> int:
    """Entries whose number stands in an earlier list too."""
    chosen = _chosen(lists, areas)
    return int(connection.scalar(sa.select(sa.func.count()).select_from(chosen).where(chosen.c.place > 1)) or 0)


def ids(
    connection: Connection, lists: Sequence[str], areas: Collection[str], limit: DayLimit | None, occurrence: int | None
) -> Iterator[int]:
    """The contacts themselves."""
    chosen = _chosen(lists, areas)
    query = sa.select(chosen.c.id).where(chosen.c.place == 1, ~_had_its_messages(chosen, limit, occurrence))
    yield from connection.scalars(query.order_by(chosen.c.id))


def _chosen(lists: Sequence[str], areas: Collection[str]) -> sa.Subquery:
    """Contacts of the lists with `place`: 1 is the first of its number in the order of the lists."""
    order = sa.case({name: place for place, name in enumerate(lists)}, value=contacts.c.list_id, else_=len(lists))
    place = sa.func.row_number().over(partition_by=contacts.c.lookup, order_by=(order, contacts.c.id))
    query = sa.select(contacts.c.id, contacts.c.list_id, contacts.c.area, contacts.c.lookup, place.label("place"))
    query = query.where(contacts.c.list_id.in_(lists), may_be_sent_to())
    if areas:
        query = query.where(contacts.c.area.in_(areas))
    return query.subquery("chosen")


def _had_its_messages(chosen: sa.Subquery, limit: DayLimit | None, occurrence: int | None) -> sa.ColumnElement[bool]:
    if limit is None:
        return sa.literal(False)
    other = deliveries.alias("other")
    said = sa.select(sa.func.count()).where(other.c.number == chosen.c.lookup, other.c.day == limit.day)
    said = said.where(other.c.state.not_in(NOT_SENT))
    if occurrence is not None:
        said = said.where(other.c.occurrence_id != occurrence)
    return said.scalar_subquery() >= limit.most
