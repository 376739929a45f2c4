"""Copies of an SQLite database in use, whether a file is a whole database, and numbers that no lost row ever had."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.errors import StoreError
from pipeline.store.database import Database
from pipeline.store.tables import metadata

DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def snapshot(database: Database, out: Path) -> None:
    """One moment of the database as a file of its own, 0600; writers go on meanwhile. StoreError where it fails."""
    if not database.is_sqlite:
        raise StoreError("backup_not_sqlite")
    os.close(os.open(out, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    source = database.engine.raw_connection()
    try:
        with closing(sqlite3.connect(out)) as target:
            source.driver_connection.backup(target)  # type: ignore[union-attr]
            target.execute("PRAGMA journal_mode = DELETE")  # the copy must be one file
    except sqlite3.Error as error:
        raise StoreError("backup_failed", why=type(error).__name__) from error
    finally:
        source.close()


def is_whole(path: Path) -> bool:
    """Whether a file is an SQLite database without damage. StoreError where it cannot be read at all."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as connection:
            answers = connection.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in DAMAGE:
            return False
        raise StoreError("store_unwritable", why=type(error).__name__) from error
    return answers == [("ok",)]


def check(connection: Connection) -> None:
    """StoreError where the database is damaged. PostgreSQL looks after its own pages: it is only asked to answer."""
    if connection.dialect.name == "sqlite":
        if connection.scalar(sa.text("PRAGMA quick_check(1)")) != "ok":
            raise StoreError("store_damaged", why="quick_check")
    else:
        connection.execute(sa.text("SELECT 1"))


def skip_numbers(connection: Connection, now: datetime) -> None:
    """Let numbers go on from the milliseconds of `now`: rows that were lost must not share theirs with new ones.

    A number of a delivery is known at the far end: a second one of the same number would be taken for the first.
    """
    floor = int(now.timestamp() * 1000)
    for table in metadata.tables.values():
        if not table.dialect_options["sqlite"]["autoincrement"]:
            continue
        known = sa.text("UPDATE sqlite_sequence SET seq = max(seq, :floor) WHERE name = :name")
        if not connection.execute(known, {"floor": floor, "name": table.name}).rowcount:
            first = sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :floor)")
            connection.execute(first, {"floor": floor, "name": table.name})
