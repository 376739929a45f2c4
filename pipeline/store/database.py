"""Connections, transactions and locks of the two databases, and what their errors mean to an operator."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Dialect, Engine
from sqlalchemy.types import TypeEngine

from pipeline.errors import ConflictError, StoreError

T = TypeVar("T")

BUSY_TIMEOUT_S = 30
SHORT_WAIT_S = 2
SETTING_UP_S = (0.05, 0.1, 0.2, 0.4, 0.8)
SMALL_BYTES = 32 * 1024 * 1024  # such a file is written anew in less time than anybody waits for
CACHE_KIB = 32 * 1024  # the index of a million contacts is filled at random places,
CHECKPOINT_PAGES = 4_000  # so the same page is written many times: once a checkpoint is enough
PLAN_LOCK = 0x10A0_0001  # advisory locks of PostgreSQL; any fixed numbers
SCHEMA_LOCK = 0x10A0_0002
PORTION = 5_000  # ids a statement
SCHEMES = ("sqlite", "sqlite+pysqlite", "postgresql", "postgres", "postgresql+psycopg")

SQLITE_FAULTS = {
    sqlite3.SQLITE_BUSY: "store_busy",
    sqlite3.SQLITE_LOCKED: "store_busy",
    sqlite3.SQLITE_FULL: "store_disk_full",
    sqlite3.SQLITE_IOERR: "store_disk_failed",
    sqlite3.SQLITE_CANTOPEN: "store_unwritable",
    sqlite3.SQLITE_READONLY: "store_unwritable",
    sqlite3.SQLITE_CORRUPT: "store_damaged",
    sqlite3.SQLITE_NOTADB: "store_damaged",
}
POSTGRES_FAULTS = {
    "40001": "store_busy",  # serialization_failure
    "40P01": "store_busy",  # deadlock_detected
    "55P03": "store_busy",  # lock_not_available
    "53100": "store_disk_full",
    "58030": "store_disk_failed",
    "42P01": "store_not_migrated",  # undefined_table
    "42703": "store_not_migrated",  # undefined_column
    "42501": "store_unwritable",  # insufficient_privilege
    "25006": "store_unwritable",  # read_only_sql_transaction
    "XX001": "store_damaged",
    "XX002": "store_damaged",
}


class Database:
    """A pool of connections to one URL, `sqlite:///…` or `postgresql+psycopg://…`."""

    def __init__(self, url: str) -> None:
        self.url = _parse(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = self._sqlite() if self.is_sqlite else self._postgres()
        self._turn = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that changes nothing."""
        with faults(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self, *, alone: bool = False) -> Iterator[Connection]:
        """A transaction that may change rows. `alone`: nobody else writes meanwhile (SQLite: nobody ever does)."""
        with self._in_turn(), faults(), self.engine.execution_options(loa_begin="IMMEDIATE").begin() as connection:
            if not self.is_sqlite:
                lock = sa.func.pg_advisory_xact_lock if alone else sa.func.pg_advisory_xact_lock_shared
                connection.execute(sa.select(lock(PLAN_LOCK)))
            yield connection

    @contextmanager
    def schema_change(self) -> Iterator[Connection]:
        """A transaction in which nobody else changes the schema."""
        with faults(), self.engine.execution_options(loa_begin="EXCLUSIVE").begin() as connection:
            if not self.is_sqlite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(SCHEMA_LOCK)))
            yield connection

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """The threads of a process queue: who waits for SQLite's own lock only asks again after up to 0.1 s."""
        mine = self.is_sqlite and self._turn.acquire(timeout=BUSY_TIMEOUT_S)
        try:
            yield
        finally:
            if mine:
                self._turn.release()

    def empty_journal(self) -> None:
        """Take over what stands in SQLite's journal and cut it to nothing; as much of it as no reader still needs.

        A small file is written anew before: where SQLite moved rows between pages, copies of them stay in the gaps, and
        `secure_delete` knows nothing of those. Where somebody else is at work just now, the next call does it.
        PostgreSQL keeps what was deleted until its own cleaning has passed: it is asked to pass now.
        """
        with faults(), self.engine.connect() as connection:
            if self.is_sqlite:
                cursor = connection.connection.cursor()
                cursor.execute(f"PRAGMA busy_timeout = {SHORT_WAIT_S * 1000}")  # others write meanwhile
                pages, size = (cursor.execute(f"PRAGMA {each}").fetchone()[0] for each in ("page_count", "page_size"))
                if pages * size < SMALL_BYTES:
                    with contextlib.suppress(sqlite3.OperationalError):
                        cursor.execute("VACUUM")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")
                cursor.close()
            else:
                alone = connection.execution_options(isolation_level="AUTOCOMMIT")
                alone.execute(sa.text("VACUUM contacts, do_not_contact"))

    def close(self) -> None:
        self.engine.dispose()

    def _sqlite(self) -> Engine:
        engine = sa.create_engine(
            self.url,
            hide_parameters=True,
            connect_args={"isolation_level": None, "timeout": BUSY_TIMEOUT_S, "check_same_thread": False},
        )
        sa.event.listen(engine, "do_connect", self._make_file)
        sa.event.listen(engine, "connect", _set_up_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _postgres(self) -> Engine:
        try:
            engine = sa.create_engine(self.url, hide_parameters=True, pool_pre_ping=True)
        except ModuleNotFoundError as error:
            raise StoreError("store_driver_missing", package=error.name) from error
        sa.event.listen(engine, "connect", _set_up_postgres)
        return engine

    def _make_file(self, *_: Any) -> None:
        """The file comes into being readable for its owner only; its journal inherits that.

        One that is there is never opened here: closing it again would take away the locks that this process holds on
        it, and another process would take the journal for nobody's and delete it.
        """
        name = self.url.database
        if not name or name == ":memory:":
            return
        path = Path(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            if not os.access(path, os.R_OK | os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        except OSError as error:
            raise StoreError("store_unwritable", why=error.strerror) from error


def portions(values: Iterable[T], size: int = PORTION) -> Iterator[list[T]]:
    """The values in lists of at most `size`."""
    rest = iter(values)
    while portion := list(islice(rest, size)):
        yield portion


def insert_many(connection: Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows with the same keys, past SQLAlchemy's handling of each value, which takes longer than the disk."""
    if not rows:
        return
    dialect = connection.dialect
    insert = sa.insert(table).values({name: sa.bindparam(name) for name in rows[0]}).compile(dialect=dialect)
    names = list(insert.positiontup or rows[0])
    columns = [_as_driver_takes_it(table.c[name].type, dialect, [row[name] for row in rows]) for name in names]
    values = zip(*columns, strict=True)
    ready: Any = list(values) if dialect.positional else [dict(zip(names, each, strict=True)) for each in values]
    connection.exec_driver_sql(str(insert), ready)


def _as_driver_takes_it(kind: TypeEngine[Any], dialect: Dialect, values: list[Any]) -> list[Any]:
    convert = kind.dialect_impl(dialect).bind_processor(dialect)
    if convert is None or isinstance(kind, sa.LargeBinary):
        return values
    converted = {value: convert(value) for value in set(values)}
    return [converted[value] for value in values]


@contextmanager
def faults() -> Iterator[None]:
    """Turn the driver's errors that an operator can mend into StoreError; a fault of ours stays what it is."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        code = _code_of(error.orig)
        if code is None and error.statement is None and isinstance(error, sa.exc.ProgrammingError):
            code = "store_url_malformed"  # the driver could not even try to connect
        if code is None:
            raise
        kind = ConflictError if code == "store_busy" else StoreError
        raise kind(code, why=type(error.orig).__name__) from error


def _code_of(error: BaseException | None) -> str | None:
    if isinstance(error, sqlite3.Error):
        number = getattr(error, "sqlite_errorcode", 0) & 0xFF
        missing = str(error).startswith(("no such table", "no such column"))
        return "store_not_migrated" if missing else SQLITE_FAULTS.get(number)
    state = getattr(error, "sqlstate", None)
    if state is None:  # PostgreSQL never answered
        return "store_unreachable" if type(error).__name__ == "OperationalError" else None
    if state[:2] in ("08", "28", "3D", "57") or state == "53300":
        return "store_unreachable"
    return POSTGRES_FAULTS.get(state)


def _parse(url: str) -> URL:
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):  # neither is chained or repeated: a password may stand in the URL
        scheme, found, _ = url.partition("://")
        if found and scheme in SCHEMES:
            raise StoreError("store_url_malformed") from None
        raise StoreError("store_url_unknown", scheme=scheme if found and len(scheme) < 40 else "?") from None
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in SCHEMES:
        raise StoreError("store_url_unknown", scheme=parsed.drivername)
    return parsed


def _set_up_sqlite(connection: Any, _: Any) -> None:
    """Where two open or leave a new file at once, SQLite refuses one of them without waiting: it asks again."""
    for wait in SETTING_UP_S:
        try:
            return _set_up(connection)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
            time.sleep(wait)
    return _set_up(connection)


def _set_up(connection: Any) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")  # what a person had deleted is overwritten
    cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    cursor.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('loa_begin', 'DEFERRED')}")


def _set_up_postgres(connection: Any, _: Any) -> None:
    connection.autocommit = True
    connection.execute(f"SET lock_timeout = '{BUSY_TIMEOUT_S}s'")
    connection.autocommit = False
