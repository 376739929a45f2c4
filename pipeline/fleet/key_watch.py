"""Whether the station's keys for its receivers are there: without them no plan and no command goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import AccessError
from pipeline.fleet.keys import FOLDER, Keys
from pipeline.fleet.watch import Tells

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.fleet.fleet import Fleet

LOST, UNREADABLE = "receiver_keys_lost", "receiver_keys_unreadable"
CODES = (LOST, UNREADABLE)
"""Of notices that are settled by themselves once the keys are back."""
MET_BY_LANES = frozenset({LOST, "signing_key_unreadable"})
"""What every part of the station that signs fails with meanwhile: told once, by name."""


def fault_of_keys(fleet: Fleet) -> tuple[str, dict[str, str]] | None:
    """What is wrong with the keys, as a code with parameters; None where nothing is, or nobody is enrolled yet."""
    if not fleet.receivers():
        return None
    facts = {"folder": str(FOLDER)}
    try:
        Keys.open(fleet.site.root / FOLDER, fleet.clock, known=True).check()
    except AccessError as error:
        return (LOST, facts) if error.code == LOST else (UNREADABLE, {**facts, "why": error.code})
    except OSError as error:
        return UNREADABLE, {**facts, "why": error.strerror or type(error).__name__}
    return None


def tell(fleet: Fleet, teller: Tells, now: datetime) -> None:
    """Note what is wrong with the keys, and settle what is over."""
    found = fault_of_keys(fleet)
    if found is not None:
        teller.note(found[0], now, **found[1])
    teller.settle(CODES, now, keep=[(found[0], "")] if found else [])
