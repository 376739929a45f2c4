"""What receivers say they did: their journals, taken piece by piece, each entry once; and what follows from them.

The receipts that entries cause are written in the transaction that takes the entries: no journal is ever held whose
airings nobody has heard of.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain import Delivery, Evidence, Receipt, State
from pipeline.protocol.journal import Entry, Handed, Kind, outcome
from pipeline.store import receipts, receiver_hearings, receiver_unordered
from pipeline.store.contacts import upsert
from pipeline.store.database import insert_many, portions
from pipeline.store.deliveries import by_id
from pipeline.store.receivers import laid_of, take_up
from pipeline.store.rows_receivers import UNHEARD, Entered, LaidDown
from pipeline.store.tables_receivers import receiver_entries, receiver_journals

KEY = re.compile(r"loa-(\d{1,18})\Z", re.ASCII)
WORTH_MENDING_S = 2.0  # a clock that is off by less is right
TOO_EARLY = timedelta(minutes=5)  # beyond what a receiver looks ahead
_KEPT = receiver_entries.c
_NUMBERS = ("seq", "at", "kind", "airing", "code", "position_s")


def held(connection: Connection, receiver: str, journal: str) -> int:
    """The number of the last entry that is held; there are no gaps before it. 0: none."""
    query = sa.select(receiver_journals.c.held).where(*_named(receiver, journal))
    return connection.scalar(query) or 0


def first_written(connection: Connection, ids: Collection[str]) -> dict[tuple[str, str], datetime]:
    """When each journal of these receivers begins, by the receiver's clock."""
    kept = receiver_journals.c
    query = sa.select(kept.receiver, kept.journal, kept.first_at).where(kept.receiver.in_(ids))
    return {(row.receiver, row.journal): row.first_at for row in connection.execute(query)}


def spoken_of(connection: Connection, airings: Iterable[str]) -> set[str]:
    """Those of the airings of which any entry says more than that a plan holds them no longer."""
    named: set[str] = set()
    for portion in portions(sorted(set(airings))):
        mine = _KEPT.airing.in_(portion), _KEPT.kind != Kind.WITHDRAWN.value
        named.update(connection.scalars(sa.select(_KEPT.airing).where(*mine).distinct()))
    return named


def began(connection: Connection, receivers: Mapping[str, str]) -> dict[str, datetime]:
    """When airings began by the journal of the receiver each is of, less what its clock was off."""
    found: dict[str, datetime] = {}
    for portion in portions(sorted(receivers)):
        mine = _KEPT.airing.in_(portion), _KEPT.kind == Kind.STARTED.value
        for row in connection.execute(sa.select(receiver_entries).where(*mine).order_by(_KEPT.id.desc())):
            if row.receiver == receivers[row.airing]:
                found[row.airing] = row.at - _off(row.offset_s)
    return found


def entries(connection: Connection, receiver: str, journal: str, after: int) -> list[Entry]:
    """Entries behind a number, in their order."""
    mine = _KEPT.receiver == receiver, _KEPT.journal == journal, _KEPT.seq > after
    return [_entry(row) for row in connection.execute(sa.select(receiver_entries).where(*mine).order_by(_KEPT.seq))]


def take(connection: Connection, receiver: str, piece: Handed, now: datetime, offset_s: float | None) -> Entered:
    """What is new of a piece, and the receipts it causes. A piece behind a gap is not taken."""
    known = _locked(connection, receiver, piece, now)
    differs = _differs(connection, receiver, piece, known)
    fresh = [each for each in piece.entries if each.seq > known]
    if differs or not fresh or fresh[0].seq != known + 1:
        return Entered(known, differs=differs)
    insert_many(connection, receiver_entries, [_row(receiver, piece.journal, each, offset_s) for each in fresh])
    mine = receiver_journals.c
    grown = sa.update(receiver_journals).where(*_named(receiver, piece.journal))
    connection.execute(grown.values({mine.held: fresh[-1].seq, mine.taken_at: now}))
    return _follow(connection, receiver, piece.journal, fresh, now)


def _follow(connection: Connection, receiver: str, journal: str, fresh: Sequence[Entry], now: datetime) -> Entered:
    """Receipts for the airings that entries name, as far as they were ever laid down for this receiver."""
    named = {each.airing: _delivery_of(each.airing) for each in fresh if each.airing}
    laid = laid_of(connection, (number for number in named.values() if number is not None))
    mine = {key: laid[number] for key, number in named.items() if number in laid and laid[number].receiver == receiver}
    standing = {each.id: each for each in by_id(connection, (each.delivery for each in mine.values()))}
    written = _written(connection, receiver, journal, mine)
    new = {(each.seq, each.at) for each in fresh}
    said = [
        receipt
        for key, each in mine.items()
        if written[key]
        and not _confirmed_before(standing[each.delivery], receiver, journal)
        and (written[key][-1][0].seq, written[key][-1][0].at) in new  # else it has had its receipt
        and (receipt := _receipt(receiver, journal, each.delivery, written[key], now)) is not None
    ]
    played = {each.delivery for each in said if each.started is not None}
    take_up(connection, _waiting(mine.values(), standing, {each.delivery for each in said}), now)
    handing = [
        Receipt(each.delivery, now, State.UNKNOWN, code=UNHEARD)  # its order is still being answered for
        for each in said
        if each.state is State.MISSED and standing[each.delivery].state in (State.SENDING, State.PLANNED)
    ]
    ledger = receipts.record(connection, [*handing, *said], {})
    moved = ledger.close()
    receiver_hearings.keep(connection, receiver, journal, fresh, mine)
    receiver_unordered.keep(connection, receiver, journal, fresh, mine, now)
    return Entered(
        held=fresh[-1].seq,
        fresh=len(fresh),
        moved=moved,
        strange=tuple(sorted(named.keys() - mine.keys())),
        cancelled=tuple(sorted(number for number in played if _was_called_off(standing[number]))),
    )


def _waiting(laid: Iterable[LaidDown], standing: Mapping[int, Delivery], settled: Collection[int]) -> list[LaidDown]:
    """What sounded by a plan while nobody was here to hand it over."""
    return [each for each in laid if each.delivery in settled and standing[each.delivery].state is State.PLANNED]


def _confirmed_before(delivery: Delivery, receiver: str, journal: str) -> bool:
    """Whether another journal of the machine confirmed it, though the entries that said so may be gone by now."""
    before, _, entry = delivery.ref.partition("#")
    other = bool(entry) and before.startswith(f"{receiver}/") and before != f"{receiver}/{journal}"
    return delivery.state is State.CONFIRMED and other


def _was_called_off(delivery: Delivery) -> bool:
    return delivery.state is State.CANCELLED


def _receipt(
    receiver: str, journal: str, delivery: int, entries: Sequence[tuple[Entry, float | None]], now: datetime
) -> Receipt | None:
    """What the entries of one airing come to; times as the receiver wrote them, less what its clock was off."""
    found = outcome([each for each, _ in entries])
    if found.state is None:
        return None
    last = entries[-1]
    off = _off(last[1])
    ref = f"{receiver}/{journal}#{last[0].seq}"
    started, ended = (each and each - off for each in (found.started, found.ended))
    return Receipt(delivery, now, found.state, Evidence.DEVICE, found.code, ref, started, ended)


def _off(offset_s: float | None) -> timedelta:
    return timedelta(seconds=offset_s if offset_s is not None and abs(offset_s) > WORTH_MENDING_S else 0.0)


_Written = list[tuple[Entry, float | None]]


def _written(
    connection: Connection, receiver: str, journal: str, airings: Mapping[str, LaidDown]
) -> dict[str, _Written]:
    """The entries that say what a journal makes of these airings, in their order, up to the first that settles each."""
    own: dict[str, _Written] = defaultdict(list)
    before: dict[str, _Written] = defaultdict(list)
    for portion in portions(sorted(airings)):
        query = sa.select(receiver_entries).where(_KEPT.receiver == receiver, _KEPT.airing.in_(portion))
        for row in connection.execute(query.order_by(_KEPT.id)):
            entry = _entry(row)
            if not _is_too_early(entry, airings[row.airing]):
                (own if row.journal == journal else before)[row.airing].append((entry, row.offset_s))
    return {airing: _told(before[airing], own[airing]) for airing in airings}


def _is_too_early(entry: Entry, laid: LaidDown) -> bool:
    """Whether something was called too late before its time, by the very clock it was to begin by: only a plan that was
    never ours can have had it so. A command may silence what is to come, and a clock in doubt says any time."""
    called = entry.kind is Kind.MISSED and entry.code not in ("silenced", "clock")
    return called and entry.at < laid.begins - TOO_EARLY


def _told(before: _Written, own: _Written) -> _Written:
    """What began in one journal may end in the next: a machine whose disk was damaged goes on in another, and repeats
    there what could still be read. What another journal confirmed is not told again."""
    known = outcome([each for each, _ in before]).state
    if known is State.CONFIRMED:
        return []
    told: _Written = []
    for entry in own if known is not None else [*before, *own]:
        if outcome([each for each, _ in told]).state is None:
            told.append(entry)
    return told


def _locked(connection: Connection, receiver: str, piece: Handed, now: datetime) -> int:
    """How much of a journal is held; its row is there and ours for this transaction."""
    first = piece.entries[0].at if piece.entries else now
    row = {"receiver": receiver, "journal": piece.journal, "first_at": first, "taken_at": now}
    if piece.entries and piece.entries[0].seq == 1:
        connection.execute(upsert(connection, receiver_journals).values(row).on_conflict_do_nothing())
    query = sa.select(receiver_journals.c.held).where(*_named(receiver, piece.journal)).with_for_update()
    return connection.scalar(query) or 0


def _differs(connection: Connection, receiver: str, piece: Handed, known: int) -> bool:
    """Whether what is held already says something else than what comes again under the same numbers."""
    again = {each.seq: each for each in piece.entries if each.seq <= known}
    if not again:
        return False
    mine = _KEPT.receiver == receiver, _KEPT.journal == piece.journal, _KEPT.seq.in_(sorted(again))
    query = sa.select(receiver_entries).where(*mine)
    return any(_entry(row) != again[row.seq] for row in connection.execute(query))


def _named(receiver: str, journal: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return receiver_journals.c.receiver == receiver, receiver_journals.c.journal == journal


def _delivery_of(airing: str) -> int | None:
    match = KEY.match(airing)
    return int(match[1]) if match else None


def _row(receiver: str, journal: str, entry: Entry, offset_s: float | None) -> dict[str, Any]:
    return {
        **{name: getattr(entry, name) for name in _NUMBERS},
        "kind": entry.kind.value,
        "receiver": receiver,
        "journal": journal,
        "facts": json.dumps(dict(entry.facts), ensure_ascii=False, sort_keys=True),
        "offset_s": offset_s,
    }


def _entry(row: sa.Row[Any]) -> Entry:
    facts = json.loads(row.facts or "{}")
    return Entry(row.seq, row.at, Kind(row.kind), row.airing, row.code, row.position_s, facts)
