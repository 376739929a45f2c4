"""An SMS occurrence becomes one delivery per contact at the moment of sending, so that late opt-outs count."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain import Contact, Delivery, Medium, State
from pipeline.store.cipher import Cipher
from pipeline.store.contacts import by_id, may_be_sent_to, upsert
from pipeline.store.deliveries import OCCURRENCE_COLUMNS, planned_row
from pipeline.store.plan import BY_PLAN
from pipeline.store.rows import PlannedRow
from pipeline.store.tables import UNEXPANDED, contacts, deliveries, occurrences


def to_expand(connection: Connection, now: datetime) -> list[PlannedRow]:
    """SMS occurrences whose moment has come and is not over, the urgent first."""
    query = (
        sa.select(*OCCURRENCE_COLUMNS)
        .where(UNEXPANDED, occurrences.c.medium == Medium.SMS)
        .where(occurrences.c.start <= now, occurrences.c.too_late >= now)
        .order_by(occurrences.c.priority.desc(), occurrences.c.start, occurrences.c.id)
    )
    return [planned_row(row) for row in connection.execute(query)]


def expand(
    connection: Connection,
    occurrence: int,
    lists: Sequence[str],
    areas: Collection[str],
    channel: str,
    now: datetime,
) -> int | None:
    """One PLANNED delivery for every number of the lists (in the areas, where any are given) that may be sent to.

    A number of several lists gets one, in the first list of the order given. 0: nobody, and nothing was written. None:
    somebody else has expanded or closed it meanwhile, and nothing is to be done.
    """
    mine = sa.update(occurrences).where(occurrences.c.id == occurrence, UNEXPANDED).values(expanded_at=now)
    if connection.execute(mine).rowcount == 0:
        return None
    chosen = _choose(lists, areas)
    target = chosen.c.list_id.concat("/").concat(sa.cast(chosen.c.id, sa.Text))
    rows = sa.select(
        sa.literal(occurrence, deliveries.c.occurrence_id.type),
        target,
        chosen.c.area,
        sa.literal(channel, sa.Text),
        sa.literal(State.PLANNED, deliveries.c.state.type),
        sa.literal(now, deliveries.c.updated_at.type),
    ).where(chosen.c.place == 1)
    insert = upsert(connection, deliveries).from_select(
        ["occurrence_id", "target", "area", "channel", "state", "updated_at"], rows.order_by(chosen.c.id)
    )
    taken_back = sa.and_(deliveries.c.state == State.CANCELLED, deliveries.c.code.startswith(BY_PLAN, autoescape=True))
    again = {"state": State.PLANNED, "code": "", "channel": channel, "updated_at": now}
    written = insert.on_conflict_do_update(
        index_elements=["occurrence_id", "target"],
        index_where=deliveries.c.resume_of.is_(None),
        set_=again,
        where=taken_back,
    )
    made = connection.execute(written, execution_options={"preserve_rowcount": True}).rowcount
    if made == 0:
        connection.execute(sa.update(occurrences).where(occurrences.c.id == occurrence).values(expanded_at=None))
    return made


def still_welcome(connection: Connection, cipher: Cipher, claimed: Sequence[Delivery]) -> dict[int, Contact]:
    """Delivery id → contact, of those that did not opt out, and were not deleted, since they were expanded."""
    ids = {each.id: int(each.target.rpartition("/")[2]) for each in claimed}
    found = by_id(connection, cipher, ids.values())
    return {row: found[contact] for row, contact in ids.items() if contact in found}


def _choose(lists: Sequence[str], areas: Collection[str]) -> sa.Subquery:
    """Contacts of the lists with `place`: 1 is the first of its number in the order of the lists."""
    order = sa.case({name: place for place, name in enumerate(lists)}, value=contacts.c.list_id, else_=len(lists))
    place = sa.func.row_number().over(partition_by=contacts.c.lookup, order_by=(order, contacts.c.id))
    query = sa.select(contacts.c.id, contacts.c.list_id, contacts.c.area, place.label("place"))
    query = query.where(contacts.c.list_id.in_(lists), may_be_sent_to())
    if areas:
        query = query.where(contacts.c.area.in_(areas))
    return query.subquery("chosen")
