"""Which receivers belong to the station: their certificates, and the one-time codes they come by."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.store.contacts import upsert
from pipeline.store.rows_receivers import CodeRow
from pipeline.store.tables_receivers import enrolment_codes, receiver_certificates, receivers

_CODE = enrolment_codes.c
_CERTIFICATE = receiver_certificates.c
_COUNTS = _CERTIFICATE.revoked_at.is_(None)


def keep_code(connection: Connection, code: CodeRow) -> None:
    """Keep a new code; older ones of the same receiver are over by it, also for the machine that used one."""
    older = sa.update(enrolment_codes).where(_CODE.receiver == code.receiver)
    connection.execute(older.where(_CODE.expires > code.issued).values(expires=code.issued))
    values = {each.name: getattr(code, each.name) for each in enrolment_codes.c}
    connection.execute(sa.insert(enrolment_codes).values(values))


def code(connection: Connection, id: str) -> CodeRow | None:
    row = connection.execute(sa.select(enrolment_codes).where(_CODE.id == id)).one_or_none()
    return None if row is None else CodeRow(**row._asdict())


def wrong_code(connection: Connection, id: str) -> None:
    """Count one wrong try more."""
    connection.execute(sa.update(enrolment_codes).where(_CODE.id == id).values(wrong=_CODE.wrong + 1))


def use_code(connection: Connection, id: str, key: str) -> bool:
    """Mark it used for a public key. True where nobody had used it, or the same key had."""
    free = sa.or_(_CODE.used_by == "", _CODE.used_by == key)
    return connection.execute(sa.update(enrolment_codes).where(_CODE.id == id, free).values(used_by=key)).rowcount == 1


def certified(
    connection: Connection, receiver: str, serial: str, until: datetime, now: datetime, *, anew: bool
) -> None:
    """A certificate was issued. `anew`: whatever the receiver had before counts no more."""
    if anew:
        before = sa.update(receiver_certificates).where(_CERTIFICATE.receiver == receiver, _COUNTS)
        connection.execute(before.where(_CERTIFICATE.serial != serial).values(revoked_at=now))
    values = {"serial": serial, "receiver": receiver, "issued": now, "until": until}
    connection.execute(upsert(connection, receiver_certificates).values(values).on_conflict_do_nothing())
    facts = {"enrolled_at": now, "revoked_at": None}
    insert = upsert(connection, receivers).values(id=receiver, **facts)
    connection.execute(
        insert.on_conflict_do_update(index_elements=["id"], set_=facts if anew else {"revoked_at": None})
    )


def enrolled(connection: Connection, receiver: str, serial: str) -> bool:
    """Whether this certificate of this receiver counts."""
    mine = _CERTIFICATE.receiver == receiver, _CERTIFICATE.serial == serial, _COUNTS
    return connection.scalar(sa.select(_CERTIFICATE.serial).where(*mine)) is not None


def members(connection: Connection) -> set[str]:
    """Receivers that hold a certificate that counts."""
    return set(connection.scalars(sa.select(_CERTIFICATE.receiver).where(_COUNTS).distinct()))


def revoke(connection: Connection, receiver: str, now: datetime) -> int:
    """Let no certificate and no code of it count; how many certificates that were."""
    codes = sa.update(enrolment_codes).where(_CODE.receiver == receiver, _CODE.expires > now)
    connection.execute(codes.values(expires=now))  # also one that was used: it would let the same key in again
    mine = sa.update(receiver_certificates).where(_CERTIFICATE.receiver == receiver, _COUNTS)
    count = connection.execute(mine.values(revoked_at=now)).rowcount
    connection.execute(sa.update(receivers).where(receivers.c.id == receiver).values(revoked_at=now))
    return count


def revoked(connection: Connection) -> list[tuple[str, str, datetime]]:
    """Serials of certificates that were revoked or replaced, whose they were, and when."""
    columns = _CERTIFICATE.serial, _CERTIFICATE.receiver, _CERTIFICATE.revoked_at
    query = sa.select(*columns).where(~_COUNTS).order_by(_CERTIFICATE.serial)
    return [(row.serial, row.receiver, row.revoked_at) for row in connection.execute(query)]


def waiting_codes(connection: Connection, now: datetime) -> Collection[str]:
    """Receivers for which a code was given out that may still be used."""
    query = sa.select(_CODE.receiver).where(_CODE.used_by == "", _CODE.expires > now).distinct()
    return set(connection.scalars(query))
