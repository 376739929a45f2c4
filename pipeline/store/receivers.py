"""Receivers as the station knows them: who they are, what their plans hold, what they said of themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain import FINAL, State
from pipeline.store import receipts
from pipeline.store.contacts import upsert
from pipeline.store.database import insert_many, portions
from pipeline.store.deliveries import by_id, hold, occurrences_by_id, set_recordings
from pipeline.store.order import adjust
from pipeline.store.rows import CLAIMABLE, Adjustment
from pipeline.store.rows_receivers import UNHEARD, CommandRow, Issued, LaidDown, ReceiverRow, Said
from pipeline.store.tables import deliveries, occurrences
from pipeline.store.tables_receivers import receiver_airings, receiver_certificates, receiver_commands, receivers

_LEASE = timedelta(minutes=2)
OLDEST = timedelta(days=9)  # nothing that began before is still to be handed over
_ROW = [each for each in receivers.c if each.name != "plan"]
_LAID = receiver_airings.c


# --- who they are -----------------------------------------------------------------------------------------------------


def found(connection: Connection, ids: Collection[str] | None = None) -> list[ReceiverRow]:
    """By id; all of them where none are named."""
    counted = (
        sa.select(receiver_certificates.c.receiver, sa.func.count().label("number"))
        .where(receiver_certificates.c.revoked_at.is_(None))
        .group_by(receiver_certificates.c.receiver)
        .subquery()
    )
    number = sa.func.coalesce(counted.c.number, 0).label("certificates")
    query = sa.select(*_ROW, number).outerjoin(counted, counted.c.receiver == receivers.c.id).order_by(receivers.c.id)
    if ids is not None:
        query = query.where(receivers.c.id.in_(ids))
    return [ReceiverRow(**row._asdict()) for row in connection.execute(query)]


def know(connection: Connection, ids: Iterable[str]) -> None:
    """A row for each."""
    for portion in portions(sorted(set(ids))):
        rows = upsert(connection, receivers).values([{"id": each} for each in portion])
        connection.execute(rows.on_conflict_do_nothing())


def plan_of(connection: Connection, receiver: str) -> tuple[int, bytes] | None:
    """The plan issued last, with its version."""
    query = sa.select(receivers.c.plan_version, receivers.c.plan).where(receivers.c.id == receiver)
    row = connection.execute(query).one_or_none()
    return None if row is None or row.plan is None else (row.plan_version, row.plan)


def said(connection: Connection, news: Sequence[Said]) -> set[str]:
    """What receivers say of themselves; older news than what is known changes nothing. Those with another journal."""
    begun_anew: set[str] = set()
    know(connection, (each.receiver for each in news))
    known = {row.id: row for row in found(connection, {each.receiver for each in news})}
    for each in news:
        row = known[each.receiver]
        if row.status_at is not None and each.at < row.status_at:
            continue
        is_another = each.contact and bool(row.journal and each.journal) and each.journal != row.journal
        if is_another:
            begun_anew.add(each.receiver)
        before = 0 if is_another else row.held_version  # a new disk holds nothing of the old
        ours = (version for version in (before, each.holds) if version <= row.plan_version)
        holds = max(ours, default=0)  # of a plan that was never issued it holds nothing
        facts: dict[str, Any] = {
            "status": each.status,
            "status_at": each.at,
            "over": each.over,
            "held_version": holds,
        }
        if each.contact:
            facts["contact_at"] = each.at
            if each.journal:
                facts["journal"] = each.journal
            if each.complete:
                facts["complete_at"] = each.at
        connection.execute(sa.update(receivers).where(receivers.c.id == each.receiver).values(facts))
    return begun_anew


# --- what their plans hold --------------------------------------------------------------------------------------------


def laid(connection: Connection, ids: Collection[str] | None, now: datetime) -> dict[str, list[LaidDown]]:
    """What is neither over nor settled of the receivers' plans, by receiver, by begin.

    A machine that lost its journal, or is another one, would play again what is settled and still stood in its plan.
    """
    query = (
        sa.select(receiver_airings)
        .join(deliveries, deliveries.c.id == _LAID.delivery_id)
        .where(_LAID.over_at > now, _LAID.withdrawn_at.is_(None), deliveries.c.state.not_in(FINAL))
        .order_by(_LAID.begins, _LAID.delivery_id)
    )
    kept: dict[str, list[LaidDown]] = defaultdict(list)
    for portion in [None] if ids is None else portions(sorted(ids)):
        mine = query if portion is None else query.where(_LAID.receiver.in_(portion))
        for row in connection.execute(mine):
            kept[row.receiver].append(_laid_down(row))
    return kept


def coming(connection: Connection, now: datetime) -> dict[str, tuple[datetime, int]]:
    """Of each receiver's plan: when the next airing begins, and how many are still to begin."""
    query = (
        sa.select(
            _LAID.receiver,
            sa.func.min(_LAID.begins, type_=_LAID.begins.type).label("first"),
            sa.func.count().label("number"),
        )
        .where(_LAID.over_at > now, _LAID.begins > now, _LAID.withdrawn_at.is_(None))
        .group_by(_LAID.receiver)
    )
    return {row.receiver: (row.first, int(row.number)) for row in connection.execute(query)}


def laid_of(connection: Connection, delivery_ids: Iterable[int]) -> dict[int, LaidDown]:
    """Of these deliveries, those that ever stood in a plan."""
    kept: dict[int, LaidDown] = {}
    for portion in portions(sorted(set(delivery_ids))):
        query = sa.select(receiver_airings).where(_LAID.delivery_id.in_(portion))
        kept.update((row.delivery_id, _laid_down(row)) for row in connection.execute(query))
    return kept


def lay(connection: Connection, rows: Sequence[LaidDown]) -> set[str]:
    """Put airings into plans, or put them otherwise; the receivers for which anything changed.

    What stands there word for word keeps the version that held it first.
    """
    known = laid_of(connection, (each.delivery for each in rows))
    changed: set[str] = set()
    fresh: list[dict[str, Any]] = []
    for each in rows:
        old = known.get(each.delivery)
        if old is None:
            fresh.append(_values(each))
            changed.add(each.receiver)
            continue
        same = (old.receiver, old.body, old.withdrawn) == (each.receiver, each.body, None)
        handed = old.handed or each.handed
        if same and handed == old.handed:
            continue
        facts = {**_values(each), "handed_at": handed, "version": old.version if same else 0}
        connection.execute(sa.update(receiver_airings).where(_LAID.delivery_id == each.delivery).values(facts))
        if not same:
            changed |= {each.receiver, old.receiver}
    insert_many(connection, receiver_airings, fresh)
    return changed


def withdraw(connection: Connection, delivery_ids: Iterable[int], now: datetime) -> set[str]:
    """Take airings out of plans; the receivers they were for. Their rows stay: a receiver may still report of them."""
    changed: set[str] = set()
    for portion in portions(sorted(set(delivery_ids))):
        mine = _LAID.delivery_id.in_(portion), _LAID.withdrawn_at.is_(None)
        changed.update(connection.scalars(sa.select(_LAID.receiver).where(*mine).distinct()))
        connection.execute(sa.update(receiver_airings).where(*mine).values(withdrawn_at=now))
    return changed


def withdraw_begun(connection: Connection, ids: Collection[str], now: datetime, only_held: bool) -> set[str]:
    """The same for what has begun by now at these receivers, settled or not. `only_held`: what they said they hold."""
    found: list[int] = []
    for portion in portions(sorted(ids)):
        begun = sa.select(_LAID.delivery_id).where(_LAID.begins <= now, _LAID.over_at > now)
        if only_held:
            begun = begun.join(receivers, receivers.c.id == _LAID.receiver)
            begun = begun.where(_LAID.version > 0, _LAID.version <= receivers.c.held_version)
        found += connection.scalars(begun.where(_LAID.receiver.in_(portion), _LAID.withdrawn_at.is_(None)))
    return withdraw(connection, found, now)


def withdraw_called_off(connection: Connection, channel: str, now: datetime) -> set[str]:
    """The same for what was called off without having been handed over."""
    query = (
        sa.select(_LAID.delivery_id)
        .join_from(receiver_airings, deliveries)
        .where(deliveries.c.channel == channel, deliveries.c.state == State.CANCELLED)
        .where(_LAID.withdrawn_at.is_(None), _LAID.over_at > now)
    )
    return withdraw(connection, connection.scalars(query).all(), now)


def no_longer_foreseen(connection: Connection, channel: str, wanted: Collection[int], now: datetime) -> set[str]:
    """Take back what is only foreseen for a channel and not wanted any more; the receivers it was for."""
    still = (_LAID.handed_at.is_(None), _LAID.withdrawn_at.is_(None), _LAID.begins > now)
    query = sa.select(_LAID.delivery_id).join_from(receiver_airings, deliveries).where(*still)
    standing = set(connection.scalars(query.where(deliveries.c.channel == channel)))
    return withdraw(connection, standing.difference(wanted), now)


def foresee(connection: Connection, channel: str, rows: Sequence[LaidDown]) -> set[str]:
    """Lay what still waits: what was handed over meanwhile stands as it was handed over."""
    waiting = sa.select(deliveries.c.id).where(deliveries.c.channel == channel, deliveries.c.state.in_(CLAIMABLE))
    untouched = {
        row
        for portion in portions(sorted(each.delivery for each in rows))
        for row in connection.scalars(waiting.where(deliveries.c.id.in_(portion)))
    }
    return lay(connection, [each for each in rows if each.delivery in untouched])


def issue(connection: Connection, plans: Sequence[Issued]) -> None:
    """Keep plans as they were sealed; what they hold for the first time belongs to their version."""
    know(connection, (each.receiver for each in plans))
    for each in plans:
        facts = {
            "plan_version": each.version,
            "plan": each.sealed,
            "plan_key": each.key,
            "plan_at": each.issued,
            "plan_expires": each.expires,
        }
        connection.execute(sa.update(receivers).where(receivers.c.id == each.receiver).values(facts))
        for portion in portions(each.deliveries):
            first = sa.update(receiver_airings).where(_LAID.delivery_id.in_(portion), _LAID.version == 0)
            connection.execute(first.values(version=each.version))
        gone = sa.update(receiver_airings).where(_LAID.receiver == each.receiver, _LAID.over_at > each.issued)
        gone = gone.where(_LAID.withdrawn_at.is_not(None), _LAID.gone_version == 0)
        connection.execute(gone.values(gone_version=each.version))


def adopt(connection: Connection, channel: str, begun: datetime, now: datetime) -> int:
    """What stood in an issued plan and has begun by now without having been handed over: the receiver goes by its plan.

    It becomes UNKNOWN `receiver_not_heard`, as if it had been handed over, until the receiver says more.
    """
    ids = list(connection.scalars(_to_adopt(channel, begun).with_for_update(of=deliveries)))
    take_up(connection, list(laid_of(connection, ids).values()), now)
    receipts.settle(connection, ids, State.UNKNOWN, UNHEARD, now)
    return len(ids)


def any_to_adopt(connection: Connection, channel: str, begun: datetime) -> bool:
    """Whether there is anything to adopt."""
    return connection.execute(_to_adopt(channel, begun).limit(1)).first() is not None


def _to_adopt(channel: str, begun: datetime) -> sa.Select[Any]:
    """What waits and has begun by a plan that was issued; and what is too late here though a plan ever held it, since
    who did not hear that it was taken back plays it. Who did has said so, and what was done before is held here."""
    told = sa.and_(
        _LAID.gone_version > 0,
        receivers.c.held_version >= _LAID.gone_version,
        receivers.c.complete_at >= _LAID.withdrawn_at,
    )
    goes_by_it = sa.and_(_LAID.withdrawn_at.is_(None), _LAID.begins <= begun)
    return (
        sa.select(_LAID.delivery_id)
        .join_from(receiver_airings, deliveries)
        .join(occurrences, occurrences.c.id == deliveries.c.occurrence_id)
        .outerjoin(receivers, receivers.c.id == _LAID.receiver)
        .where(_LAID.handed_at.is_(None), _LAID.version > 0, _LAID.begins <= begun, _LAID.begins > begun - OLDEST)
        .where(deliveries.c.channel == channel, deliveries.c.state.in_(CLAIMABLE))
        .where(
            sa.or_(
                goes_by_it, sa.and_(occurrences.c.too_late < begun, sa.func.coalesce(told, sa.false()).is_(sa.false()))
            )
        )
        .order_by(_LAID.delivery_id)
    )


def take_up(connection: Connection, standing: Sequence[LaidDown], now: datetime) -> None:
    """Deliveries that wait become handed over by the plan they stand in (SENDING, until a receipt says more)."""
    if not standing:
        return
    ids = sorted(each.delivery for each in standing)
    hold(connection, ids, now, _LEASE)
    set_recordings(connection, {each.delivery: each.sound for each in standing})
    _freeze(connection, standing, now)
    for portion in portions(ids):
        handed = sa.update(receiver_airings).where(_LAID.delivery_id.in_(portion))
        connection.execute(handed.values(handed_at=now))
    changed = [
        Adjustment(each.delivery, each.cause, each.begins, each.over_at, each.bulletins, each.left_out, {})
        for each in standing
        if each.cause
    ]
    adjust(connection, changed, (), now)


def _freeze(connection: Connection, standing: Sequence[LaidDown], now: datetime) -> None:
    """Their occurrences say from now on what the plans let be heard."""
    heard: dict[int, dict[str, None]] = defaultdict(dict)
    of = {each.id: each.occurrence for each in by_id(connection, (each.delivery for each in standing))}
    for each in standing:
        heard[of[each.delivery]].update(dict.fromkeys(each.bulletins))
    for row in occurrences_by_id(connection, heard).values():
        if row.handed_over_at is None:
            names = tuple(name for name in row.occurrence.bulletins if name in heard[row.id])
            frozen = sa.update(occurrences).where(occurrences.c.id == row.id)
            connection.execute(frozen.values(handed_over_at=now, code="", bulletins=names or row.occurrence.bulletins))


def _values(laid_down: LaidDown) -> dict[str, Any]:
    return {
        "delivery_id": laid_down.delivery,
        "receiver": laid_down.receiver,
        "body": laid_down.body,
        "sound": laid_down.sound,
        "bulletins": laid_down.bulletins,
        "left_out": laid_down.left_out,
        "cause": laid_down.cause,
        "begins": laid_down.begins,
        "over_at": laid_down.over_at,
        "version": 0,
        "handed_at": laid_down.handed,
        "withdrawn_at": None,
        "gone_version": 0,
    }


def _laid_down(row: sa.Row[Any]) -> LaidDown:
    return LaidDown(
        delivery=row.delivery_id,
        receiver=row.receiver,
        body=row.body,
        sound=row.sound,
        begins=row.begins,
        over_at=row.over_at,
        version=row.version,
        handed=row.handed_at,
        withdrawn=row.withdrawn_at,
        gone=row.gone_version,
        bulletins=row.bulletins,
        left_out=row.left_out,
        cause=row.cause,
    )


# --- commands ---------------------------------------------------------------------------------------------------------


def order(connection: Connection, commands: Sequence[CommandRow]) -> None:
    """Keep commands before they go out."""
    insert_many(
        connection,
        receiver_commands,
        [
            {
                "id": each.id,
                "receiver": each.receiver,
                "kind": each.kind,
                "airings": each.airings,
                "issued": each.issued,
                "expires": each.expires,
            }
            for each in commands
        ],
    )


def reply(connection: Connection, receiver: str, command: str, code: str, at: datetime) -> bool:
    """Note the first reply to a command of this receiver; whether it is one."""
    mine = receiver_commands.c.id == command, receiver_commands.c.receiver == receiver
    first = sa.update(receiver_commands).where(*mine, receiver_commands.c.replied_at.is_(None))
    return connection.execute(first.values(replied_at=at, code=code)).rowcount == 1


def commands(connection: Connection, ids: Collection[str]) -> list[CommandRow]:
    """By id."""
    query = sa.select(receiver_commands).where(receiver_commands.c.id.in_(ids)).order_by(receiver_commands.c.id)
    return [CommandRow(**row._asdict()) for row in connection.execute(query)]


def last_commands(connection: Connection, kind: str, besides: Collection[str] = ()) -> dict[str, CommandRow]:
    """The newest command of a kind, by receiver: one look into the index for each, however many there were.

    `besides`: codes of replies that say nothing of the receiver; commands with such a reply are passed over.
    """
    kept, each = receiver_commands.alias("kept"), receiver_commands.c
    newest = (
        sa.select(kept.c.id)
        .where(kept.c.receiver == receivers.c.id, kept.c.kind == kind, kept.c.code.not_in(besides))
        .order_by(kept.c.issued.desc())
        .limit(1)
        .correlate(receivers)
        .scalar_subquery()
    )
    query = sa.select(receiver_commands).join_from(receivers, receiver_commands, each.id == newest)
    return {row.receiver: CommandRow(**row._asdict()) for row in connection.execute(query)}
