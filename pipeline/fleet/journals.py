"""What receivers say: their journals taken in, their statuses noted, and what follows for deliveries."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.domain import Delivery, Receipt, State
from pipeline.errors import AccessError
from pipeline.fleet.plans import KEY
from pipeline.fleet.ports import News, Over
from pipeline.protocol.journal import RETAINED, Handed, Kind
from pipeline.protocol.status import Status, read_status
from pipeline.store.rows_receivers import Entered, LaidDown, ReceiverRow, Said

if TYPE_CHECKING:
    from pipeline.store import Store

LOG = logging.getLogger(__name__)

TAKEN_BACK = "receiver_taken_back"
NEVER_HAD, JOURNAL_LOST, NOT_LAID = "receiver_never_had_it", "receiver_journal_lost", "receiver_not_laid"
ABSENT = "cluster_not_enrolled"


def status_of(row: ReceiverRow) -> Status | None:
    """What a receiver said last of itself."""
    try:
        return read_status(row.status.encode()) if row.status else None
    except AccessError:  # written by another version of Loa
        return None


def said(store: Store, news: Sequence[News]) -> list[Said]:
    """Statuses as they are kept. What the broker says in a receiver's place, or had kept, proves no contact."""
    found: list[Said] = []
    rows = {row.id: row for row in store.receivers({each.receiver for each in news})}
    for each in news:
        status = _last_word(each.status, rows.get(each.receiver))
        here = status.online and each.over is not Over.KEPT
        whole = here and bool(status.journal) and not status.waiting
        found.append(
            Said(
                receiver=each.receiver,
                status=status.payload().decode(),
                journal=status.journal,
                at=each.at,
                over=each.over.value,
                contact=here,
                complete=whole and store.journal_held(each.receiver, status.journal) >= status.written,
                holds=status.plan if status.online and not status.missing else 0,
            )
        )
    return found


def _last_word(status: Status, row: ReceiverRow | None) -> Status:
    """What the broker says in a receiver's place is as old as its connection: only that it is gone is news."""
    known = status_of(row) if row is not None and not status.online else None
    return replace(known, online=False) if known is not None else status


def take(store: Store, receiver: str, piece: Handed, now: datetime) -> int:
    """Take what is new of a piece of a journal, and tell what people have to know of it; what is held afterwards."""
    rows = store.receivers([receiver])
    status = status_of(rows[0]) if rows else None
    entered = store.take_journal(receiver, piece, now, status.clock_offset_s if status else None)
    _tell(store, receiver, piece, entered, now)
    return entered.held


def _tell(store: Store, receiver: str, piece: Handed, entered: Entered, now: datetime) -> None:
    if entered.differs:
        store.notice("receiver_journal_differs", receiver, {"receiver": receiver}, now=now)
    if entered.strange:
        facts = {"receiver": receiver, "count": str(len(entered.strange)), "airing": entered.strange[0]}
        store.notice("receiver_claims_unknown", receiver, facts, now=now)
    for delivery in entered.cancelled:
        facts = {"receiver": receiver, "airing": KEY.format(delivery)}
        store.notice("receiver_played_cancelled", f"{receiver}/{delivery}", facts, now=now, once=True)
    fresh = piece.entries[len(piece.entries) - entered.fresh :] if entered.fresh else ()
    refused = [each for each in fresh if each.kind is Kind.REFUSED and RETAINED not in each.facts]
    if refused:
        facts = {"receiver": receiver, "count": str(len(refused)), "why": refused[-1].code}
        store.notice("receiver_refused", receiver, facts, now=now)


def settled(store: Store, deliveries: Sequence[Delivery], now: datetime) -> list[Receipt]:
    """Of deliveries that were handed over: what their receivers hold by now, and what will never be heard of them."""
    laid = store.airings_laid(each.id for each in deliveries)
    rows = {each.id: each for each in store.receivers({each.receiver for each in laid.values()})}
    began = store.journals_began(rows)
    silent = {
        each.delivery: KEY.format(each.delivery)
        for each in laid.values()
        if _is_complete(each, rows.get(each.receiver))
    }
    spoken = store.airings_spoken_of(silent.values()) if silent else ()
    found: list[Receipt] = []
    for each in deliveries:
        row = rows.get(laid[each.id].receiver) if each.id in laid else None
        never = each.id in silent and silent[each.id] not in spoken
        receipt = _settled(each, laid.get(each.id), row, began if never else None, now)
        if receipt is not None:
            found.append(receipt)
    return found


def _settled(
    delivery: Delivery,
    laid: LaidDown | None,
    row: ReceiverRow | None,
    began: Mapping[tuple[str, str], datetime] | None,
    now: datetime,
) -> Receipt | None:
    if laid is None:  # we died before it stood in any plan
        return Receipt(delivery.id, now, State.RETRY, code=NOT_LAID) if delivery.state is State.UNKNOWN else None
    if not laid.version and laid.over_at < now:  # no plan that held it was ever issued
        return Receipt(delivery.id, now, State.MISSED, code=ABSENT if not row or not row.certificates else NEVER_HAD)
    if row is not None and began is not None:
        first = began.get((row.id, row.journal))
        if first is not None and first <= laid.begins:
            code = TAKEN_BACK if laid.withdrawn else NEVER_HAD
            return Receipt(delivery.id, now, State.MISSED, code=code, ref=delivery.ref)
        return _lost(delivery, now)
    if delivery.state is State.UNKNOWN and row is not None and holds(laid, row):
        return Receipt(delivery.id, now, State.ACCEPTED, ref=f"{laid.receiver}/{row.held_version}")
    return None


def holds(laid: LaidDown, row: ReceiverRow) -> bool:
    """Whether a receiver has said that it holds an airing: the plan it goes by has it, and every sound is there."""
    return 0 < laid.version <= row.held_version and not 0 < laid.gone <= row.held_version


def _lost(delivery: Delivery, now: datetime) -> Receipt | None:
    """The machine began its journal anew after the airing: what it did before nobody can know."""
    if delivery.state is State.ACCEPTED:
        return Receipt(delivery.id, now, State.FAILED, code=JOURNAL_LOST, ref=delivery.ref)
    if delivery.code != JOURNAL_LOST:
        return Receipt(delivery.id, now, State.UNKNOWN, code=JOURNAL_LOST, ref=delivery.ref)
    return None


def _is_complete(laid: LaidDown, row: ReceiverRow | None) -> bool:
    """Whether all that the receiver could say of an airing has arrived."""
    return row is not None and row.complete_at is not None and row.complete_at > laid.over_at
