"""What `Store` does with lists of telephone numbers."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pipeline.contacts import FORGOTTEN, ListFacts
from pipeline.domain import (
    Contact,
    ContactList,
    Delivery,
)
from pipeline.store import (
    contacts,
    held,
    memory,
    wishes,
)
from pipeline.store.database import portions
from pipeline.store.opened import Opened
from pipeline.store.rows import (
    OPTED_OUT,
    Counts,
    Entry,
    Held,
    HeldContact,
    ListState,
    Note,
)

IMPORT_BATCH = 20_000  # rows a transaction: dispatch waits about half a second; half as many write half as much again
DELETE_BATCH = 5_000
BREATH_S = 0.1  # between two of them: SQLite lets no writer queue, whoever waits must get a chance
PAGE = 2_000
STATION = "station"  # as the audit log names what nobody asked for
NO_FACTS = ListFacts()


class ContactPart(Opened):
    """Lists, their numbers, and who is left alone."""

    def import_contacts(
        self,
        list_id: str,
        basis: str | None,
        rows: Iterable[Entry],
        *,
        channel: str | None = None,
        facts: ListFacts = NO_FACTS,
        now: datetime,
    ) -> Counts:
        """Encrypt and keep numbers, in batches of their own: what was read before a fault stays, and may be read again.

        What a row leaves empty stays as it was, and so does what `facts` do not say of the list; nobody who opted out
        is brought back. Makes the key where none was ever needed; StoreError where the key that was used is missing or
        another lies in its place.
        """
        cipher = self._open_cipher(making=True)
        with self._database.write() as connection:
            contacts.require_key(connection, cipher, now)
            said = replace(facts, basis=basis or facts.basis, channel=channel or facts.channel)
            contacts.save_list(connection, list_id, said, now)
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

    # --- one person's request -----------------------------------------------------------------------------------------

    def held_of(self, phone: str, now: datetime, note: Note | None = None) -> Held:
        """Everything that is kept of a number (E.164 digits); with a note, that somebody looked is written down."""
        if note is not None:
            with self._noted(now, note):
                pass
        if not self._has_key():
            return Held()
        cipher = self._open_cipher()
        with self._database.read() as connection:
            return held.held_of(connection, cipher, phone)

    def forget(self, phone: str, note: Note, now: datetime, *, mark: bool = True) -> tuple[int, int]:
        """Delete a number everywhere and call off what waits for it; how many entries and deliveries that were.

        `mark`: keep its keyed HMAC, so that no import brings it back unseen. What is deleted is gone from the file.
        """
        cipher = self._open_cipher(making=True)
        lookup = cipher.lookup(phone)
        if mark:
            self._wish([lookup], FORGOTTEN, now)
        elif self._wishes is not None:
            wishes.drop(self._wishes, lookup)
        with self._noted(now, note) as connection:
            contacts.require_key(connection, cipher, now)
            gone = held.forget(connection, lookup, now, mark=mark)
        self._remember_wishes(now)
        self.wipe()
        return gone

    def finish_forgetting(self, now: datetime) -> int:
        """Delete who was to be deleted and had to be kept until it was known what became of a message; how many."""
        with self._database.read() as connection:
            if not memory.recall(connection, held.FORGETTING):
                return 0
        with self._database.write() as connection:
            gone = held.finish_forgetting(connection, now)
        if gone:
            self.wipe()
        return gone

    def leave_alone(self, phones: Iterable[str], note: Note, now: datetime, code: str = OPTED_OUT) -> int:
        """Send nothing more to these numbers, in whatever list they stand or come to stand; how many are new."""
        cipher = self._open_cipher(making=True)
        lookups = [cipher.lookup(phone) for phone in phones]
        self._wish(self._not_left_alone(lookups), code, now)
        with self._noted(now, note) as connection:
            contacts.require_key(connection, cipher, now)
            added = held.leave_alone(connection, lookups, now, code)
        self._remember_wishes(now)
        return added

    def welcome(self, phone: str, note: Note, now: datetime) -> bool:
        """The owner of a number wants to hear from the station again; whether it had been left alone."""
        lookup = self._open_cipher().lookup(phone) if self._has_key() else b""
        self._wish([lookup] if lookup else [], "", now)
        with self._noted(now, note) as connection:
            was_left_alone = held.welcome(connection, lookup)
        self._remember_wishes(now)
        return was_left_alone

    def unblock(self, phone: str, note: Note, now: datetime) -> int:
        """Try a number again that was marked as never to be reached; how many entries were."""
        lookup = self._open_cipher().lookup(phone) if self._has_key() else b""
        with self._noted(now, note) as connection:
            return held.unblock(connection, lookup)

    def recall_wishes(self, now: datetime) -> int:
        """After an older copy was put back: do again what people asked for since; how many wishes that were."""
        state = "" if self._wishes is None else wishes.state(self._wishes)
        if self._wishes is None or not state:
            return 0
        with self._database.read() as connection:
            if memory.recall(connection, wishes.SEEN) == state:
                return 0
        kept = wishes.read(self._wishes)
        with self._database.write(alone=True) as connection:
            lost = held.follow(connection, kept)
        if lost:
            with self._noted(now, Note(STATION, "wishes_recalled", "", {"count": lost})):
                pass
        self._remember_wishes(now)
        return lost

    def forgotten(self) -> Callable[[str], bool] | None:
        """Tells of a number whether its owner had it deleted for good; None where nobody ever did."""
        with self._database.read() as connection:
            marks = held.marks(connection)
        if not marks:
            return None
        lookup = self._open_cipher(making=True).lookup
        return lambda phone: lookup(phone) in marks

    def handed_over_to_left_alone(self, now: datetime) -> list[Delivery]:
        """What a channel still holds for numbers that are left alone by now, of occurrences that are not over."""
        with self._database.read() as connection:
            return held.handed_over(connection, now)

    # --- lists and their time -----------------------------------------------------------------------------------------

    def list_states(self) -> Mapping[str, ListState]:
        """The figures of every list, by id; nothing is decrypted."""
        with self._database.read() as connection:
            return held.states_of_lists(connection)

    def shared_with(self, list_id: str) -> Mapping[str, int]:
        """How many numbers of a list stand in each other list too."""
        with self._database.read() as connection:
            return held.shared_with(connection, list_id)

    def left_alone_in(self, list_id: str) -> int:
        """How many numbers of a list nothing is sent to, since their owners do not want it."""
        with self._database.read() as connection:
            return held.left_alone_in(connection, list_id)

    def entries(self, list_id: str, count: int, note: Note, now: datetime, *, after: int = 0) -> list[HeldContact]:
        """The next entries of a list behind the id `after`; whoever looked stands in the audit log."""
        with self._noted(now, note):
            pass
        if not self._has_key():
            return []
        cipher = self._open_cipher()
        with self._database.read() as connection:
            return held.entries(connection, cipher, list_id, after, count)

    def expiring(self, now: datetime, within: timedelta) -> Mapping[str, tuple[int, datetime]]:
        """List → how many of its numbers are deleted within that time unless an import names them, the first when."""
        found: dict[str, tuple[int, datetime]] = {}
        with self._database.read() as connection:
            for name, limit in held.limits(connection).items():
                number, oldest = held.unseen(connection, name, now - limit + within)
                if oldest is not None:
                    found[name] = (number, oldest + limit)
        return found

    def delete_expired(self, now: datetime) -> Mapping[str, int]:
        """Delete what no import has named for longer than its list is kept; list → how many went, in the audit log."""
        with self._database.read() as connection:
            limits = held.limits(connection)
        gone: dict[str, int] = {}
        for name, limit in limits.items():
            while went := self._delete_unseen(name, now - limit):
                gone[name] = gone.get(name, 0) + went
                time.sleep(BREATH_S)
        for name, number in gone.items():
            detail = {"count": number, "days": limits[name].days}
            with self._noted(now, Note(STATION, "contacts_expired", name, detail)):
                pass
        if gone:
            self.wipe()
        return gone

    def wipe(self) -> None:
        """Empty the journal, so that nothing deleted stays in it. Where somebody reads just now, the next one does."""
        self._database.empty_journal()

    def note_wishes(self, now: datetime) -> None:
        """Write down beside the database what only it knows: opt-outs that a provider has told."""
        if self._wishes is None:
            return
        kept = wishes.read(self._wishes) if wishes.state(self._wishes) else {}
        with self._database.read() as connection:
            known = held.all_left_alone(connection)
        asked = {lookup: wish.code for lookup, wish in kept.items()}
        for code in sorted(set(known.values())):
            new = [lookup for lookup, why in known.items() if why == code and not asked.get(lookup)]
            self._wish(new, code, now)
        self._remember_wishes(now)

    def _wish(self, lookups: Sequence[bytes], code: str, now: datetime) -> None:
        if self._wishes is not None and lookups:
            wishes.append(self._wishes, lookups, code, now)

    def _not_left_alone(self, lookups: Sequence[bytes]) -> list[bytes]:
        with self._database.read() as connection:
            known = held.left_alone_of(connection, lookups)
        return [each for each in dict.fromkeys(lookups) if each not in known]

    def _remember_wishes(self, now: datetime) -> None:
        if self._wishes is not None:
            with self._database.write() as connection:
                memory.remember(connection, wishes.SEEN, wishes.state(self._wishes), now)

    def _has_key(self) -> bool:
        """Whether anything was ever encrypted here: without it there is nothing to find."""
        with self._database.read() as connection:
            return contacts.known_key(connection) is not None

    def _delete_unseen(self, list_id: str, since: datetime) -> int:
        with self._database.write() as connection:
            return held.delete_unseen(connection, list_id, since, DELETE_BATCH)
