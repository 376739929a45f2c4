"""Persons with their passphrases, and what they decided: approvals and withdrawals, append-only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain import Approval, Person, Withdrawal
from pipeline.errors import ConflictError, NotFoundError
from pipeline.store.audit import clean
from pipeline.store.contacts import upsert
from pipeline.store.rows import Attempt, Decisions
from pipeline.store.tables import approvals, persons, withdrawals

A_MOMENT = timedelta(microseconds=1)

Decision = TypeVar("Decision", Approval, Withdrawal)


def add(connection: Connection, person: Person, passphrase: str) -> None:
    """Write down a new person; ConflictError where the id is taken."""
    insert = upsert(connection, persons).values(
        id=person.id, name=person.name, role=person.role, passphrase=passphrase, created_at=person.created_at
    )
    added = connection.execute(insert.on_conflict_do_nothing(index_elements=["id"]).returning(persons.c.id)).first()
    if added is None:
        raise ConflictError("person_exists", person=person.id)


def everyone(connection: Connection) -> dict[str, Person]:
    """All persons, disabled ones too, by id."""
    columns = (persons.c[name] for name in ("id", "name", "role", "created_at", "disabled_at"))
    return {row.id: Person(*row) for row in connection.execute(sa.select(*columns).order_by(persons.c.id))}


def set_passphrase(connection: Connection, person: str, passphrase: str) -> None:
    """Replace a person's passphrase; the wrong ones counted so far are forgotten."""
    _change(connection, person, passphrase=passphrase, failures=0, failed_at=None)


def set_disabled(connection: Connection, person: str, at: datetime | None) -> None:
    """Keep a person from deciding anything from now on, or with None let them decide again."""
    _change(connection, person, disabled_at=at, failures=0, failed_at=None)


def begin_attempt(connection: Connection, person: str, now: datetime, limit: int, window: timedelta) -> Attempt | None:
    """Count a passphrase as wrong before it is looked at, so that many at once gain nothing; None: no such person.

    After `limit` wrong ones, each within `window` of the one before, the attempt is `locked` and not counted.
    """
    row = connection.execute(sa.select(persons).where(persons.c.id == person).with_for_update()).one_or_none()
    if row is None:
        return None
    recent = row.failed_at is not None and timedelta(0) <= now - row.failed_at < window
    found = Person(row.id, row.name, row.role, row.created_at, row.disabled_at)
    if recent and row.failures >= limit:
        return Attempt(found, row.passphrase, row.failures, locked=True)
    failures = row.failures + 1 if recent else 1
    _change(connection, person, failures=failures, failed_at=now)
    return Attempt(found, row.passphrase, failures)


def end_attempt(connection: Connection, person: str) -> None:
    """The passphrase was right: forget the wrong ones."""
    _change(connection, person, failures=0, failed_at=None)


def approve(connection: Connection, given: Iterable[Approval]) -> None:
    """Append approvals."""
    for each in given:
        placed = _in_order(connection, each)
        connection.execute(
            sa.insert(approvals).values(
                bulletin=placed.bulletin, digest=placed.digest, person=placed.person, at=placed.at
            )
        )


def withdraw(connection: Connection, withdrawal: Withdrawal) -> None:
    """Append a withdrawal."""
    placed = _in_order(connection, withdrawal)
    connection.execute(
        sa.insert(withdrawals).values(
            bulletin=placed.bulletin, person=placed.person, reason=clean(placed.reason), at=placed.at
        )
    )


def decisions(connection: Connection, bulletin: str) -> Decisions:
    """Everything that was decided of one bulletin, in its order."""
    found = _decisions(connection, bulletin)
    return found.get(bulletin, Decisions())


def all_decisions(connection: Connection) -> dict[str, Decisions]:
    """Everything that was ever decided, by bulletin."""
    return _decisions(connection, None)


def _decisions(connection: Connection, bulletin: str | None) -> dict[str, Decisions]:
    given = sa.select(*(approvals.c[name] for name in ("bulletin", "digest", "person", "at")))
    taken = sa.select(*(withdrawals.c[name] for name in ("bulletin", "person", "reason", "at")))
    if bulletin is not None:
        given, taken = given.where(approvals.c.bulletin == bulletin), taken.where(withdrawals.c.bulletin == bulletin)
    found: dict[str, Decisions] = {}
    for row in connection.execute(given.order_by(approvals.c.at, approvals.c.id)):
        known = found.get(row.bulletin, Decisions())
        found[row.bulletin] = replace(known, approvals=(*known.approvals, Approval(*row)))
    for row in connection.execute(taken.order_by(withdrawals.c.at, withdrawals.c.id)):
        known = found.get(row.bulletin, Decisions())
        found[row.bulletin] = replace(known, withdrawals=(*known.withdrawals, Withdrawal(*row)))
    return found


def _in_order(connection: Connection, decision: Decision) -> Decision:
    """The decision, later than every other of its bulletin: a clock set back must not put a withdrawal before the
    approval it answers. When it was really made stands in the audit log."""
    latest: list[datetime | None] = [
        connection.scalar(sa.select(sa.func.max(table.c.at)).where(table.c.bulletin == decision.bulletin))
        for table in (approvals, withdrawals)
    ]
    return replace(decision, at=max([decision.at, *(at + A_MOMENT for at in latest if at is not None)]))


def _change(connection: Connection, person: str, **values: Any) -> None:
    if connection.execute(sa.update(persons).where(persons.c.id == person).values(**values)).rowcount == 0:
        raise NotFoundError("person_unknown", person=person)
