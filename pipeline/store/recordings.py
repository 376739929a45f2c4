"""Which recording was made for which key; the files themselves lie under the site."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain import Recording
from pipeline.store.contacts import upsert
from pipeline.store.tables import recordings

COLUMNS = ("sha256", "path", "duration_s", "lufs", "dbtp", "voice", "fallback")


def find(connection: Connection, key: str) -> Recording | None:
    """The recording last made for a key."""
    query = sa.select(*(recordings.c[name] for name in COLUMNS)).where(recordings.c.key == key)
    row = connection.execute(query).one_or_none()
    return None if row is None else Recording(**{**row._asdict(), "path": Path(row.path)})


def save(connection: Connection, key: str, recording: Recording, made_at: datetime) -> None:
    """Note a recording; a later one of the same key (by a better voice) takes its place."""
    values = {name: getattr(recording, name) for name in COLUMNS} | {"path": str(recording.path), "made_at": made_at}
    insert = upsert(connection, recordings).values(key=key, **values)
    connection.execute(insert.on_conflict_do_update(index_elements=["key"], set_=values))
