"""What was said of a delivery is appended; the state follows where the table of states leads there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain import ASKED_TO_STOP, NEVER_REACHED, TRANSITIONS, Delivery, Receipt, State, follow
from pipeline.errors import NotFoundError, TransitionError
from pipeline.store.contacts import leave_alone, mark_unreachable, upsert
from pipeline.store.database import insert_many, portions
from pipeline.store.deliveries import DELIVERY_COLUMNS, delivery, wake
from pipeline.store.tables import deliveries, receipts

_ORIGINS = {state: [each for each in State if state in TRANSITIONS[each]] for state in State}
_OF_DELIVERY = {"delivery_id": deliveries.c.id}


class Ledger:
    """One transaction's receipts: `changed` counts states moved, `refused` keeps the first step nobody can explain.

    Such a receipt is kept and moves nothing: one gateway's nonsense must not lose what it said of the others.
    """

    def __init__(self, connection: Connection, ids: Iterable[int]) -> None:
        self.connection = connection
        self.before = _locked(connection, ids)
        self.after = dict(self.before)
        self.moved_at: dict[int, datetime] = {}
        self.known = _known(connection, self.before)
        self.fresh: list[dict[str, Any]] = []
        self.refused: TransitionError | None = None

    def enter(self, receipt: Receipt, fence: int | None) -> None:
        """Append a receipt and follow it, unless it comes from a holder whose claim has passed to somebody else."""
        row = _values(receipt)
        mark = (receipt.delivery, row["digest"])
        if mark in self.known:
            return
        self.known.add(mark)
        self.fresh.append(row)
        current = self.after[receipt.delivery]
        if fence is not None and fence < current.fence:
            return
        try:
            state = follow(current.state, receipt.state)
        except TransitionError as error:
            self.refused = self.refused or error
            return
        moved = state is not current.state
        if moved:
            self.moved_at[receipt.delivery] = receipt.at
        self.after[receipt.delivery] = replace(
            current,
            state=state,
            ref=receipt.ref if receipt.ref and (state is receipt.state or not current.ref) else current.ref,
            code=receipt.code if moved else (state is receipt.state and receipt.code) or current.code,
        )

    def close(self) -> int:
        """Write it all down; the number of deliveries whose state moved."""
        insert_many(self.connection, receipts, self.fresh)
        moved = [each for key, each in self.after.items() if each.state is not self.before[key].state]
        noted = [each for key, each in self.after.items() if each != self.before[key]]
        self._write(noted)
        wake(self.connection, sorted({each.occurrence for each in moved if each.state is State.RETRY}))
        self._learn([each for each in moved if each.state is State.FAILED])
        return len(moved)

    def _learn(self, failed: Sequence[Delivery]) -> None:
        """In the same transaction: a number that can never be reached is not tried for ever."""
        for each in failed:
            contact = each.target.rpartition("/")[2]
            if each.code in NEVER_REACHED and contact.isdecimal():
                mark_unreachable(self.connection, int(contact), each.code)
            elif each.code in ASKED_TO_STOP and contact.isdecimal():
                leave_alone(self.connection, int(contact), self.moved_at[each.id], each.code)

    def _write(self, changed: Sequence[Delivery]) -> None:
        still = [{"row": each.id, "ref_": each.ref, "code_": each.code} for each in changed]
        if not still:
            return
        words: dict[str, Any] = {"ref": sa.bindparam("ref_"), "code": sa.bindparam("code_")}
        update = sa.update(deliveries).where(deliveries.c.id == sa.bindparam("row"))
        self.connection.execute(update.values(words), still)
        moved = [
            {"row": each.id, "state_": each.state, "at_": self.moved_at[each.id]}
            for each in changed
            if each.id in self.moved_at
        ]
        if moved:
            step: dict[str, Any] = {
                "state": sa.bindparam("state_"),
                "updated_at": sa.bindparam("at_"),
                "lease_until": None,
            }
            self.connection.execute(update.values(step), moved)


def record(connection: Connection, said: Sequence[Receipt], fences: Mapping[int, int]) -> Ledger:
    """Enter receipts in their order. NotFoundError, and nothing written, where one names no delivery of ours."""
    ledger = Ledger(connection, {receipt.delivery for receipt in said})
    for receipt in said:
        if receipt.delivery not in ledger.before:
            raise NotFoundError("delivery_unknown", delivery=receipt.delivery)
    for receipt in said:
        ledger.enter(receipt, fences.get(receipt.delivery))
    return ledger


def settle(connection: Connection, ids: Iterable[int], state: State, code: str, now: datetime) -> int:
    """The store's own verdict on deliveries that are locked: a receipt each for those that may go there; how many.

    The same is said of all, so the database writes it down by itself: a batch of a million may be called off.
    """
    if state in (State.RETRY, State.FAILED):
        raise ValueError("more follows from it than a change of state")
    said = _values(Receipt(0, now, state, code=code))
    count = 0
    for portion in portions(ids):
        mine = deliveries.c.id.in_(portion), deliveries.c.state.in_(_ORIGINS[state])
        kept = {name: sa.literal(value, receipts.c[name].type) for name, value in said.items()} | _OF_DELIVERY
        rows = sa.select(*kept.values()).where(*mine).order_by(deliveries.c.id)
        insert = upsert(connection, receipts).from_select(list(kept), rows)
        connection.execute(insert.on_conflict_do_nothing())
        moved = sa.update(deliveries).where(*mine).values(state=state, code=code, updated_at=now, lease_until=None)
        count += connection.execute(moved).rowcount
    return count


def of_delivery(connection: Connection, delivery_id: int) -> list[Receipt]:
    """Everything that was said of a delivery, in the order it arrived."""
    query = sa.select(receipts).where(receipts.c.delivery_id == delivery_id).order_by(receipts.c.id)
    return [
        Receipt(row.delivery_id, row.at, row.state, row.evidence, row.code, row.ref, row.started, row.ended)
        for row in connection.execute(query)
    ]


def _locked(connection: Connection, ids: Iterable[int]) -> dict[int, Delivery]:
    found: dict[int, Delivery] = {}
    for portion in portions(sorted(ids)):  # in order of id, so that two writers never wait for each other
        query = sa.select(*DELIVERY_COLUMNS).where(deliveries.c.id.in_(portion)).order_by(deliveries.c.id)
        found.update({row.id: delivery(row) for row in connection.execute(query.with_for_update())})
    return found


def _known(connection: Connection, ids: Iterable[int]) -> set[tuple[int, bytes]]:
    found: set[tuple[int, bytes]] = set()
    for portion in portions(ids):
        query = sa.select(receipts.c.delivery_id, receipts.c.digest).where(receipts.c.delivery_id.in_(portion))
        found.update((row.delivery_id, row.digest) for row in connection.execute(query))
    return found


def _values(receipt: Receipt) -> dict[str, Any]:
    times = [each and each.timestamp() for each in (receipt.at, receipt.started, receipt.ended)]
    facts = repr([*times, receipt.state.value, receipt.evidence.value, receipt.code, receipt.ref])
    return {
        "delivery_id": receipt.delivery,
        "at": receipt.at,
        "state": receipt.state,
        "evidence": receipt.evidence,
        "code": receipt.code,
        "ref": receipt.ref,
        "started": receipt.started,
        "ended": receipt.ended,
        "digest": hashlib.blake2b(facts.encode(), digest_size=16).digest(),
    }
