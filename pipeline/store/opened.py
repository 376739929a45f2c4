"""What every part of `Store` stands on: the database, the key of the contacts, the head of the audit log."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Connection

from pipeline.errors import StoreError
from pipeline.store import (
    audit,
    contacts,
)
from pipeline.store.cipher import Cipher, make_key, read_key
from pipeline.store.database import Database
from pipeline.store.rows import (
    Note,
)

GAP_S = 0.11
LONG_S = 0.2  # nobody ought to wait half a second, on a slow machine neither
SHORT_S = 0.02  # of a portion that held nobody up


class Opened:
    """One database that is open; the parts of `Store` add what can be asked of it."""

    def __init__(
        self, url: str, *, key: Path | None = None, head: Path | None = None, wishes: Path | None = None
    ) -> None:
        self._database = Database(url)
        self._key, self._head, self._wishes = key, head, wishes
        self._cipher: Cipher | None = None

    def _let_others_write(self, began: float) -> None:
        """Between two portions of long work: SQLite gives its lock to whoever asks at the moment it is free, and who
        has waited for long asks only ten times a second. `began`: of the portion, on the monotonic clock."""
        if self._database.is_sqlite and time.monotonic() - began > SHORT_S:
            time.sleep(GAP_S)

    def _next_size(self, size: int, most: int, held: float) -> int:
        """How many rows the next portion of long work takes. `held`: since when this one kept the others waiting."""
        took = time.monotonic() - held
        if took > LONG_S:
            return max(most // 10, size // 2)
        return min(most, size * 2) if took < LONG_S / 3 else size

    @contextmanager
    def _noted(self, now: datetime, *notes: Note) -> Iterator[Connection]:
        """A transaction whose deed and whose entries in the audit log are committed together."""
        with self._database.write(alone=True) as connection:
            yield connection
            links = [audit.append(connection, note, now) for note in notes]
        if self._head is not None and links:
            audit.note_head(self._head, links)

    def _open_cipher(self, *, making: bool = False) -> Cipher:
        """The cipher of the station's key, checked once. `making`: a key may be made where none was ever needed."""
        if self._cipher is not None:
            return self._cipher
        if self._key is None:
            raise StoreError("contacts_key_unset")
        with self._database.read() as connection:
            known = contacts.known_key(connection)
        key = read_key(self._key)
        if key is None and (known is not None or not making):
            raise StoreError("contacts_key_missing", file=self._key)
        cipher = Cipher(key if key is not None else make_key(self._key))
        if known is not None and known != cipher.fingerprint:
            raise StoreError("contacts_key_wrong", file=self._key)
        if known is not None:
            self._cipher = cipher
        return cipher
