"""What `Store` does with lists of telephone numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from pipeline.domain import (
    Contact,
    ContactList,
)
from pipeline.store import (
    contacts,
)
from pipeline.store.database import portions
from pipeline.store.opened import Opened
from pipeline.store.rows import (
    OPTED_OUT,
    Counts,
    Entry,
)

IMPORT_BATCH = 20_000  # rows a transaction: dispatch waits about half a second; half as many write half as much again
PAGE = 2_000


class ContactPart(Opened):
    """Lists, their numbers, and who is left alone."""

    def import_contacts(
        self, list_id: str, basis: str, rows: Iterable[Entry], *, channel: str | None = None, now: datetime
    ) -> Counts:
        """Encrypt and keep numbers, in batches of their own: what was read before a fault stays, and may be read again.

        What a row leaves empty stays as it was; nobody who opted out is brought back. Makes the key where none was
        ever needed; StoreError where the key that was used is missing or another lies in its place.
        """
        cipher = self._open_cipher(making=True)
        with self._database.write() as connection:
            contacts.require_key(connection, cipher, now)
            contacts.save_list(connection, list_id, basis, channel, now)
        self._cipher = cipher
        counts = Counts()
        for batch in portions(rows, IMPORT_BATCH):
            sealed = contacts.seal(cipher, list_id, batch, now)
            with self._database.write() as connection:
                counts += contacts.write(connection, list_id, sealed, now)
        return counts

    def contact_lists(self) -> Mapping[str, ContactList]:
        """All lists, by id."""
        with self._database.read() as connection:
            return contacts.lists(connection)

    def contact_count(self, list_id: str) -> int:
        """Numbers in a list, opted out or not."""
        with self._database.read() as connection:
            return contacts.count(connection, list_id)

    def contact_areas(self, list_id: str) -> Mapping[str, int]:
        """How many numbers of a list may be sent to, by area; nothing is decrypted."""
        with self._database.read() as connection:
            return contacts.areas_of(connection, list_id)

    def contacts_of(self, list_id: str, areas: Collection[str] | None = None) -> Iterator[Contact]:
        """The contacts of a list, in the areas where given, decrypted a page at a time."""
        last = 0
        while True:
            with self._database.read() as connection:
                if not contacts.count(connection, list_id):
                    return
            cipher = self._open_cipher()
            with self._database.read() as connection:
                page = contacts.page(connection, cipher, list_id, areas, last, PAGE)
            yield from page
            if len(page) < PAGE:
                return
            last = page[-1].id

    def contacts(self, ids: Iterable[int]) -> Mapping[int, Contact]:
        """Those of the contacts that exist and may be sent to."""
        cipher = self._open_cipher()
        with self._database.read() as connection:
            return contacts.by_id(connection, cipher, ids)

    def opt_out(self, phone: str, now: datetime, code: str = OPTED_OUT) -> None:
        """Leave a number (E.164 digits) alone from now on, in every list."""
        cipher = self._open_cipher(making=True)
        with self._database.write() as connection:
            contacts.require_key(connection, cipher, now)
            contacts.opt_out(connection, cipher.lookup(phone), now, code)

    def block_contact(self, contact: int, code: str) -> None:
        """Send nothing more to this entry, and why."""
        with self._database.write() as connection:
            contacts.block(connection, contact, code)
