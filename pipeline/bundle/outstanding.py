"""Sticks that went out, and the sheets that have not come back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from pipeline.store import BundleState

if TYPE_CHECKING:
    from pipeline.store import Store

TOLD_AFTER = timedelta(days=7)  # beyond its last day: the sheet comes back with the stick
TOLD_FOR = timedelta(days=28)  # whoever has not brought it by then is not brought to it by another line
LISTED_FOR = timedelta(days=366)


def is_out(stick: BundleState, today: date) -> bool:
    """Whether its days are over and some of what was planned is not spoken of."""
    return stick.missing > 0 and stick.kept.last < today


def overdue(store: Store, today: date) -> list[BundleState]:
    """Those whose sheets are missing for so long that people have to be told, the newest first."""
    known = store.bundle_states(today - TOLD_AFTER - TOLD_FOR)
    return [each for each in known if is_out(each, today) and each.kept.last + TOLD_AFTER < today]
