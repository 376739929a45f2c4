"""What `Store` keeps of USB sticks and of the sheets that come back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from pipeline.store import bundles
from pipeline.store.database import portions
from pipeline.store.opened import Opened
from pipeline.store.rows import Note
from pipeline.store.rows_bundles import BundleKept, BundleRow, BundleState, OutsideAiring, Taken, Told

ROWS = 500  # of a sheet, a transaction


class BundlePart(Opened):
    """Sticks, their lines, and what became of them."""

    def keep_bundle(self, bundle: BundleKept, rows: Sequence[BundleRow], note: Note) -> None:
        """Write down a stick with its lines, and what the audit log says of it."""
        with self._noted(bundle.made_at, note) as connection:
            bundles.keep(connection, bundle, rows)

    def bundle(self, bundle: str) -> BundleKept | None:
        """A stick by its id."""
        with self._database.read() as connection:
            return bundles.find(connection, bundle)

    def bundle_rows(self, bundle: str) -> Mapping[str, BundleRow]:
        """The lines of a stick by their code, in the order of its list."""
        with self._database.read() as connection:
            return bundles.lines_of(connection, bundle)

    def bundle_states(self, since: date) -> list[BundleState]:
        """What came back of the sticks whose last day is not before `since`, the newest first."""
        with self._database.read() as connection:
            return bundles.states(connection, since)

    def bundle_untold(self, bundle: str) -> list[str]:
        """The codes of the planned lines of a stick that no sheet of it spoke of."""
        with self._database.read() as connection:
            return bundles.untold(connection, bundle)

    def bundle_outside(self, bundle: str) -> list[OutsideAiring]:
        """Airings by hand of a stick that no delivery stands for, by their start."""
        with self._database.read() as connection:
            return bundles.outside_of(connection, bundle)

    def take_told(self, told: Sequence[Told]) -> list[Taken]:
        """Write down what a sheet says of lines of one stick, each once; what became of each, in order."""
        results: list[Taken] = []
        for portion in portions(told, ROWS):
            with self._database.write() as connection:
                results += bundles.take(connection, portion)
        return results

    def outside_airings(self, since: datetime, until: datetime) -> list[OutsideAiring]:
        """Airings by hand with since ≤ start < until that no delivery stands for, by their start."""
        with self._database.read() as connection:
            return bundles.outside(connection, since, until)
