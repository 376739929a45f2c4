"""Small things the station must still know after a restart: when it was last seen, how far it has read."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.store.contacts import upsert
from pipeline.store.tables import memory


def remember(connection: Connection, key: str, value: str, now: datetime) -> None:
    """Keep a value under its key; the one before is gone."""
    values = {"value": value, "at": now}
    insert = upsert(connection, memory).values(key=key, **values)
    connection.execute(insert.on_conflict_do_update(index_elements=["key"], set_=values))


def recall(connection: Connection, key: str) -> str | None:
    """What was last kept under a key."""
    found: str | None = connection.scalar(sa.select(memory.c.value).where(memory.c.key == key))
    return found
