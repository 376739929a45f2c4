"""Store: every method is one transaction, or a few short ones; how each is done stands in the module it calls."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pipeline.store import (
    contacts,
    snapshots,
)
from pipeline.store.migrations import migrate
from pipeline.store.store_bundles import BundlePart
from pipeline.store.store_contacts import ContactPart
from pipeline.store.store_deliveries import DeliveryPart
from pipeline.store.store_doubts import DoubtPart
from pipeline.store.store_outcomes import OutcomePart
from pipeline.store.store_people import PeoplePart
from pipeline.store.store_plan import PlanPart
from pipeline.store.store_receivers import ReceiverPart
from pipeline.store.store_sms import SmsPart
from pipeline.store.store_urgent import UrgentPart


class Store(
    PlanPart,
    DeliveryPart,
    UrgentPart,
    SmsPart,
    DoubtPart,
    OutcomePart,
    ContactPart,
    PeoplePart,
    BundlePart,
    ReceiverPart,
):
    """The database of a station, `sqlite:///…` or `postgresql+psycopg://…`; may be used from several threads.

    `key`: the file of the contacts' key, outside the database, made at the first import. `head`: the file that names
    the newest entry of the audit log. `wishes`: the file that repeats who wants to be left alone. Raises StoreError
    where the database refuses, ConflictError where somebody else keeps it busy.
    """

    def migrate(self) -> None:
        """Bring the schema up to date; a database of a later Loa is refused."""
        migrate(self._database)

    def close(self) -> None:
        self._database.close()

    # --- copies -------------------------------------------------------------------------------------------------------

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is one file that can be copied and put back."""
        return self._database.is_sqlite

    def snapshot(self, out: Path) -> None:
        """Write one moment of the database into a new file, 0600, while everybody goes on. StoreError: not SQLite."""
        snapshots.snapshot(self._database, out)

    def check(self) -> None:
        """StoreError where the database is damaged or does not answer."""
        with self._database.read() as connection:
            snapshots.check(connection)

    def check_key(self) -> bool:
        """Whether contacts were ever encrypted; StoreError where their key is missing, unreadable or another one."""
        with self._database.read() as connection:
            if contacts.known_key(connection) is None:
                return False
        self._cipher = None
        self._open_cipher()
        return True

    def skip_numbers(self, now: datetime) -> None:
        """Of a database that was put back: let new rows have numbers that no lost row ever had."""
        with self._database.write() as connection:
            snapshots.skip_numbers(connection, now)
