"""An SMS occurrence becomes one delivery per contact at the moment of sending, so that late opt-outs count.

It does so a portion at a time, each in a transaction of its own: nobody waits half a second for a million contacts, and
the first are on their way while the last are looked up. What breaks off is simply done again: a number stands in an
occurrence once, whatever list it is found in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain import Contact, Delivery, Medium, Priority, State
from pipeline.store.cipher import Cipher
from pipeline.store.contacts import by_id, may_be_sent_to, upsert
from pipeline.store.database import portions
from pipeline.store.deliveries import OCCURRENCE_COLUMNS, planned_row, wake
from pipeline.store.plan import BY_PLAN
from pipeline.store.rows import DayLimit, PlannedRow
from pipeline.store.tables import UNEXPANDED, contacts, deliveries, occurrences

DAY_LIMIT = "sms_day_limit"  # the number has had its messages of the day
NOT_SENT = (State.CANCELLED, State.MISSED, State.FAILED)
_TAKEN_BACK = sa.and_(deliveries.c.state == State.CANCELLED, deliveries.c.code.startswith(BY_PLAN, autoescape=True))


@dataclass(frozen=True, slots=True)
class Expansion:
    """What is looked up for one occurrence. `channels`: the way out of each list. `limit`: None holds nobody back."""

    occurrence: int
    channels: dict[str, str]
    areas: tuple[str, ...]
    now: datetime
    limit: DayLimit | None = None
    again: bool = False  # the plan has taken some of it back before


class Page(NamedTuple):
    """Contacts of one list with first < id ≤ last."""

    list_id: str
    first: int
    last: int


def to_expand(connection: Connection, now: datetime) -> list[PlannedRow]:
    """SMS occurrences whose moment has come and is not over, the urgent first."""
    query = (
        sa.select(*OCCURRENCE_COLUMNS)
        .where(UNEXPANDED, occurrences.c.medium == Medium.SMS, occurrences.c.paused_at.is_(None))
        .where(occurrences.c.start <= now, occurrences.c.too_late >= now)
        .order_by(occurrences.c.priority.desc(), occurrences.c.start, occurrences.c.id)
    )
    return [planned_row(row) for row in connection.execute(query)]


def is_open(connection: Connection, wanted: Expansion) -> bool:
    """Whether it still has to be looked up, in these very lists and areas."""
    columns = occurrences.c.targets, occurrences.c.areas
    row = connection.execute(sa.select(*columns).where(occurrences.c.id == wanted.occurrence, UNEXPANDED)).one_or_none()
    return row is not None and set(wanted.channels) == set(row.targets)


def begin(connection: Connection, wanted: Expansion) -> Expansion | None:
    """Free the numbers of what the plan took back. None: somebody else has expanded or closed it."""
    if not is_open(connection, wanted):
        return None
    back = sa.update(deliveries).where(deliveries.c.occurrence_id == wanted.occurrence, _TAKEN_BACK)
    return replace(wanted, again=connection.execute(back.values(number=None)).rowcount > 0)


def next_page(connection: Connection, wanted: Expansion, list_id: str, after: int, size: int) -> Page | None:
    """The next `size` contacts of a list behind the id `after`."""
    ids = _chosen(wanted, list_id).where(contacts.c.id > after).order_by(contacts.c.id).limit(size).subquery()
    last = connection.scalar(sa.select(sa.func.max(ids.c.id)))
    return None if last is None else Page(list_id, after, last)


def expand_page(connection: Connection, wanted: Expansion, page: Page) -> int:
    """One delivery for each number of a page that has none in this occurrence; how many were made."""
    made = _bring_back(connection, wanted, page) if wanted.again else 0
    target = contacts.c.list_id.concat("/").concat(sa.cast(contacts.c.id, sa.Text))
    withheld = _had_its_messages(wanted)
    rows = sa.select(
        sa.literal(wanted.occurrence, deliveries.c.occurrence_id.type),
        target,
        contacts.c.area,
        sa.literal(wanted.channels[page.list_id], sa.Text),
        sa.case((withheld, sa.literal(State.CANCELLED.value)), else_=sa.literal(State.PLANNED.value)),
        sa.case((withheld, sa.literal(DAY_LIMIT)), else_=sa.literal("")),
        sa.literal(wanted.now, deliveries.c.updated_at.type),
        contacts.c.lookup,
        sa.literal(wanted.limit.day if wanted.limit else None, sa.Date),
    ).where(*_within(wanted, page), may_be_sent_to())
    names = ["occurrence_id", "target", "area", "channel", "state", "code", "updated_at", "number", "day"]
    insert = upsert(connection, deliveries).from_select(names, rows.order_by(contacts.c.id)).on_conflict_do_nothing()
    return made + connection.execute(insert, execution_options={"preserve_rowcount": True}).rowcount


def finish(connection: Connection, wanted: Expansion) -> bool:
    """Note that it is expanded; whether anybody is sent anything. Without anybody nothing is noted."""
    anybody = sa.exists().where(deliveries.c.occurrence_id == wanted.occurrence, ~_TAKEN_BACK)
    if not connection.scalar(sa.select(anybody)):
        return False
    mine = sa.update(occurrences).where(occurrences.c.id == wanted.occurrence, UNEXPANDED)
    connection.execute(mine.values(expanded_at=wanted.now))
    return True


def held_back(connection: Connection, now: datetime) -> list[int]:
    """Open batches that withheld messages from numbers that had had theirs, in the order in which they go."""
    query = (
        sa.select(occurrences.c.id)
        .where(occurrences.c.medium == Medium.SMS, occurrences.c.expanded_at.is_not(None))
        .where(occurrences.c.cancelled_at.is_(None), occurrences.c.missed_at.is_(None))
        .where(occurrences.c.start <= now, occurrences.c.too_late >= now)
        .order_by(occurrences.c.priority.desc(), occurrences.c.start, occurrences.c.id)
    )
    return list(connection.scalars(query))


def reach_again(connection: Connection, occurrence: int, after: int, limit: DayLimit, now: datetime, size: int) -> int:
    """The next `size` messages that a batch withheld, behind the id `after`: those go after all whose numbers have not
    had their messages of the day. Returns the last id looked at, 0 behind the last."""
    withheld = sa.select(deliveries.c.id).where(
        deliveries.c.occurrence_id == occurrence,
        deliveries.c.state == State.CANCELLED,
        deliveries.c.code == DAY_LIMIT,
        deliveries.c.id > after,
    )
    ids = list(connection.scalars(withheld.order_by(deliveries.c.id).limit(size).with_for_update()))
    if not ids:
        return 0
    other = deliveries.alias("other")
    said = sa.select(sa.func.count()).where(other.c.number == deliveries.c.number, other.c.day == limit.day)
    said = said.where(other.c.id != deliveries.c.id, other.c.state.not_in(NOT_SENT))
    free = sa.update(deliveries).where(deliveries.c.id.in_(ids), deliveries.c.number.is_not(None))
    free = free.where(said.scalar_subquery() < limit.most)
    connection.execute(free.values(state=State.PLANNED, code="", day=limit.day, updated_at=now))
    wake(connection, [occurrence])
    return int(ids[-1])


def still_welcome(connection: Connection, cipher: Cipher, claimed: Sequence[Delivery]) -> dict[int, Contact]:
    """Delivery id → contact, of those that did not opt out, and were not deleted, since they were expanded."""
    ids = {each.id: int(each.target.rpartition("/")[2]) for each in claimed}
    found = by_id(connection, cipher, ids.values())
    return {row: found[contact] for row, contact in ids.items() if contact in found}


def over_limit(connection: Connection, claimed: Collection[int], limit: DayLimit) -> set[int]:
    """Those planned for an earlier day whose numbers have had their messages of this one."""
    other = deliveries.alias("other")
    sent = (
        sa.select(sa.func.count())
        .where(other.c.number == deliveries.c.number, other.c.day == limit.day, other.c.id != deliveries.c.id)
        .where(other.c.state.not_in(NOT_SENT))
        .scalar_subquery()
    )
    found: set[int] = set()
    for portion in portions(sorted(claimed)):
        late = sa.select(deliveries.c.id).where(deliveries.c.id.in_(portion), deliveries.c.day < limit.day)
        found.update(connection.scalars(late.where(sent >= limit.most)))
    return found


def note_day(connection: Connection, held: Collection[int], day: date) -> None:
    """The day on which they go."""
    for portion in portions(sorted(held)):
        moved = sa.update(deliveries).where(deliveries.c.id.in_(portion), deliveries.c.day != day)
        connection.execute(moved.values(day=day))


def note_parts(connection: Connection, parts: Mapping[int, int]) -> None:
    """How many parts each delivery takes."""
    update = sa.update(deliveries).where(deliveries.c.id == sa.bindparam("row")).values(parts=sa.bindparam("count"))
    if parts:
        connection.execute(update, [{"row": row, "count": count} for row, count in sorted(parts.items())])


def _chosen(wanted: Expansion, list_id: str) -> sa.Select[tuple[int]]:
    query = sa.select(contacts.c.id).where(contacts.c.list_id == list_id)
    return query.where(contacts.c.area.in_(wanted.areas)) if wanted.areas else query


def _within(wanted: Expansion, page: Page) -> list[sa.ColumnElement[bool]]:
    bounds = [contacts.c.list_id == page.list_id, contacts.c.id > page.first, contacts.c.id <= page.last]
    return [*bounds, contacts.c.area.in_(wanted.areas)] if wanted.areas else bounds


def _had_its_messages(wanted: Expansion) -> sa.ColumnElement[bool]:
    """Whether the number of a contact has had, or is about to get, what one may get on this day."""
    if wanted.limit is None:
        return sa.false()
    other = deliveries.alias("other")
    said = sa.select(sa.func.count()).where(other.c.number == contacts.c.lookup, other.c.day == wanted.limit.day)
    said = said.where(other.c.occurrence_id != wanted.occurrence, other.c.state.not_in(NOT_SENT))
    exempt = sa.select(occurrences.c.priority).where(occurrences.c.id == wanted.occurrence).scalar_subquery()
    return sa.and_(exempt < Priority.EMERGENCY, said.scalar_subquery() >= wanted.limit.most)


def _bring_back(connection: Connection, wanted: Expansion, page: Page) -> int:
    """What the plan took back and asks for again goes on under its old row."""
    query = sa.select(deliveries.c.id, deliveries.c.target).where(
        deliveries.c.occurrence_id == wanted.occurrence, deliveries.c.resume_of.is_(None), _TAKEN_BACK
    )
    rows = {int(row.target.rpartition("/")[2]): row.id for row in connection.execute(query)}
    back = 0
    for portion in portions(rows):
        there = sa.select(contacts.c.id, contacts.c.lookup, contacts.c.area)
        there = there.where(contacts.c.id.in_(portion), *_within(wanted, page), may_be_sent_to())
        for contact in connection.execute(there).all():
            taken = sa.exists().where(
                deliveries.c.occurrence_id == wanted.occurrence, deliveries.c.number == contact.lookup
            )
            if connection.scalar(sa.select(taken)):
                continue
            again = sa.update(deliveries).where(deliveries.c.id == rows[contact.id])
            day = wanted.limit.day if wanted.limit else None
            again = again.values(state=State.PLANNED, code="", channel=wanted.channels[page.list_id], area=contact.area)
            connection.execute(again.values(number=contact.lookup, day=day, updated_at=wanted.now))
            back += 1
    return back
